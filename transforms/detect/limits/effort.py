"""What one value may cost: counted steps, since a clock would judge the same value now so, now so.

A step is two microseconds of one core, or less: what is charged is what was measured at worst.
A value that asks for more does not cross; what was found in it until then is told. A path shares
the steps among its segments. `tests/transforms/detect/test_slow.py` holds steps against time, and
`make fuzz` climbs on it.
"""

import math

MOST = 5_000
ANY = 10**9  # where nothing is counted

SIGN_OF_VALUE = 0.5  # to decode it, and to look how else it may be read
VIEW = 20  # of a value, decoded in one way
SIGN_OF_VIEW = 0.2  # taken apart, and looked into for what is encoded
SIGN_OF_OTHER = 0.3  # of a view beside the first, besides: to read it so
SIGN_MORE = 1  # of a view that is longer than what was written: one sign stands for eighteen
COMPARED = 4  # something that compares, before which a field may be named: author:jdoe
STATED = 20  # a name there, whether it tells anything, and a value, whether it may be somebody's
SEEN = 8  # a value inside a value, whether it was looked at before
PIECE = 40  # of a value inside a value: by its name, its route, what could match
NAMED = 40  # of one that stands under a name: what that says of its shape
SIGN_OF_NAME = 1  # of that name: the parts of a compound
SIGN_OF_PIECE = 0.7
PATTERNS = 10  # which of all could match
SIGN_OF_PATTERNS = 0.6
PATTERN = 2  # one that could
SIGN_OF_PATTERN = 0.18
SIGN_BEFORE_DIGITS = 0.05  # of a pattern that begins at digits, and of a text that has few
NUMBER = 100  # that may be a telephone's, in one region
ASKED = 180  # Presidio, once round
SIGN_OF_ASKED = 0.3
MATCH = 100  # of a pattern: its check, its context, its explanation
SIGN_OF_MATCH = 0.03
SIGN_OF_WORDS = 0.1  # of a text in which names are looked for
WORD = 5  # looked up
WORD_OF_SCRIPTS = 8  # the same in a text that is not all ASCII
PAIR = 10  # of neighbours, weighed
NAME = 20  # found
WORD_OF_STRICT = 6  # looked up once more
SIGN_OF_STRICT = 0.8


class TooMuchError(Exception):
    """A value asks for more than one may cost. Carries no text."""


class Effort:
    """What is left to spend on one value."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.left = float(most)

    @property
    def spent(self) -> int:
        """Steps; more than there were if it was too much."""
        return math.ceil(self.most - self.left)

    def spend(self, steps: float, times: int = 1) -> None:
        """Count steps before they are taken. Raises TooMuchError."""
        self.left -= steps * times
        if self.left < 0:
            raise TooMuchError
