"""From what each unit did to what may be said of all: bounds, crowds, margins, suppression.

In: contributions of units (visitors, users) to cells. Out: one published form of a table, in which
no cell is of fewer than k units and none that was left out can be had by subtraction.
"""
