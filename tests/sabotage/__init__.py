"""Each layer of the wall is turned off, or made to lie; a later one stops the run, or heals it."""
