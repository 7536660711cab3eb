"""What one value may cost: counted steps, since a clock would judge the same value now so, now so.

A step is about a microsecond of one core. A value that asks for more does not cross; what was
found in it until then is told. `tests/transforms/detect/test_slow.py` holds steps against time.
"""

MOST = 7_000

CHARACTER = 1  # of a text that is looked at: all regexes together
PIECE = 30  # of a value inside a value: by its name, its route, the cheap tests
ASKED = 150  # Presidio, once round
MATCH = 120  # of a pattern: its check, its context, its explanation
WORD = 14  # looked up and weighed with its neighbours


class TooMuchError(Exception):
    """A value asks for more than one may cost. Carries no text."""


class Effort:
    """What is left to spend on one value."""

    def __init__(self, most: int = MOST) -> None:
        self.left = most

    def spend(self, steps: int) -> None:
        """Count steps before they are taken. Raises TooMuchError."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchError
