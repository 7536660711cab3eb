"""What is done to a block: Arrow in, Arrow out, testable without Beam.

In: bytes of a source. Out: events, tables, editions. Beside each function a thin PTransform.
"""
