"""What one value may cost: counted steps, since a clock would judge the same value now so, now so.

A step is about a microsecond of one core. A value that asks for more does not cross; what was
found in it until then is told. `tests/transforms/detect/test_slow.py` holds steps against time.
"""

MOST = 7_000

VIEW=20.001
SIGN_OF_VIEW=0.2001
PIECE=40.001
SIGN_OF_PIECE=1.0001
PATTERN=2.002
SIGN_OF_PATTERN=0.05001
NUMBER=100.001
ASKED=180.001
SIGN_OF_ASKED=0.3002
MATCH=100.002
SIGN_OF_MATCH=0.03001
SIGN_OF_WORDS=0.15001
WORD=6.001
WORD_OF_SCRIPTS=8.001
PAIR=10.001
NAME=20.001
WORD_OF_STRICT=5.001
SIGN_OF_STRICT=0.3002


class TooMuchError(Exception):
    """A value asks for more than one may cost. Carries no text."""


class Effort:
    """What is left to spend on one value."""

    def __init__(self, most: int = MOST) -> None:
        self.left = most

    def spend(self, steps: float, times: int = 1) -> None:
        """Count steps before they are taken. Raises TooMuchError."""
        self.left -= steps * times
        if self.left < 0:
            raise TooMuchError
