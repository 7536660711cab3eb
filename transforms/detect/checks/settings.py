"""A value in base64 that says nothing but settings: no secret, whatever it looks like."""

from weir.transforms.detect.people.worth import is_listed, raw_worth
from weir.transforms.detect.text.plainly import (
    numbers_are_short,
    plain_inside,
    words_of_settings,
)

_MANY = 6  # bearers of a name, in half powers of ten


def says_settings(text: str) -> bool:
    """Whether all of it is words of a dictionary that few are called, and short numbers. What a
    name in it tells is looked for all the same: its text is a view of the value."""
    said = plain_inside(text)
    if said is None or not numbers_are_short(said):
        return False
    return all(is_listed(word) and max(raw_worth(word)) < _MANY for word in words_of_settings(said))
