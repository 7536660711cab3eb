"""What an unknown file holds: in come columns of a sample, out come evidence and proposals.

Nothing that leaves here tells a value: counts, shares, shapes and names of fields that are clean.
"""
