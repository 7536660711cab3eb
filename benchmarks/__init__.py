"""Side-by-side speed and memory: `make bench`, or `python -m benchmarks.run --help`.

In: a made log (log.py), kept under bench/. Out: a table on the terminal and bench/results.json.
"""
