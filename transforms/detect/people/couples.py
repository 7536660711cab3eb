"""Two given names with an and between them: caitlin-and-declan, Jana und Malte."""

import re

from weir.transforms.detect.people.worth import fold, raw_worth, worth

AND = "and|und|y|et|&|n|e|ed|en|og|och|i|a|ja|és|si|și|ve|和|と|и|та|і|και"
_PAIR = rf"([^\W\d_]{{2,20}})[ _+-]{{1,2}}(?:{AND})[ _+-]{{1,2}}([^\W\d_]{{2,20}})"
_COUPLE = re.compile(rf"(?:[^\W\d_]+[ _+-])?{_PAIR}(?:[ _+-].*)?", re.IGNORECASE)
_JOINED = re.compile(rf"(?<![^\W_]){_PAIR}", re.IGNORECASE)


def is_couple(text: str) -> bool:
    """A segment behind a word about weddings: two words that may be given names."""
    match = _COUPLE.fullmatch(text)
    return match is not None and _are_given(match[1], match[2])


def couple(text: str, start: int, end: int) -> bool:
    """The same of a match in a sentence."""
    return any(_are_given(m[1], m[2]) for m in _JOINED.finditer(text[start:end]))


def _are_given(a: str, b: str) -> bool:
    worths = [(raw_worth(fold(one))[0], worth(fold(one))) for one in (a, b)]
    sure = any(raw >= 2 and not known for raw, (_, _, known) in worths)
    return sure and all(raw >= 2 or not known for raw, (_, _, known) in worths)
