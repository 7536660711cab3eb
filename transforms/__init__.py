"""What is done to a block: Arrow in, Arrow out, testable without Beam.

In: bytes of a source. Out: events, tables, editions. No function here knows where it runs.
"""
