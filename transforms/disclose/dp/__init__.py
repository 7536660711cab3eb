"""Mode dp: numbers that leave with noise, so that nobody's presence can be told from them.

In: contributions of units to cells, bounded before anything is counted. Out: one published form of
a table: every cell of its vocabularies, measured once with OpenDP's discrete noise, how far each
number may be off beside it, and what that cost each kind of unit.
"""
