"""A corpus of strings as web logs have them, with what is personal in each marked.

In: templates (dev.txt, test.txt), lists of values, a seed. Out: Labelled strings (see making.py).
"""
