"""How a value is written that may stand under a field's name where nothing but another value, or a
sentence, says that it does: as nothing else is, and no word of a program or a page."""

import re

from weir.transforms.detect.checks.plausible import is_date
from weir.transforms.detect.fields.complaints import is_complaint
from weir.transforms.detect.fields.composed import shape_of
from weir.transforms.detect.fields.known import Known
from weir.transforms.detect.fields.policy import words
from weir.transforms.detect.fields.shapes import NAME_WRITTEN, SHAPES, WHOLE_DATE
from weir.transforms.detect.people.persons import could_be_one_name

_MOST_WORDS = 4  # of a name
_LONGEST = 64
_NUMBER = re.compile(r"(?!.*[^\W\d_]{4})[\w./ +:()-]*")
_LEAST = {"phone": 6, "card": 6, "iban": 6, "ssn": 5, "geo": 3, "ip": 4, "birth": 3}
"""Digits that a value has at least."""
_SECRET = re.compile(r"(?=\S{5,64}\Z)(?=.*[^A-Za-z])(?=.*[A-Za-z])")
_STREET = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3})")


def may_stand_under(field: str, value: str, known: Known) -> bool:
    """Whether a value is written as what a field's name tells."""
    value = value.strip()
    if not 1 < len(value) <= _LONGEST or known.is_a_field(value) or is_complaint(value):
        return False
    entity = known.entity_of(field)
    digits = sum(map(str.isdigit, value))
    if entity is None:
        shape = shape_of(words(field))
        return _fits(shape, value) if shape else _is_called_so(value) or bool(SHAPES["user"](value))
    if entity == "name":
        return _is_called_so(value)
    if entity == "email":
        return "@" in value
    if entity == "secret":
        return bool(_SECRET.match(value))
    if entity == "address":
        return bool(_STREET.match(value)) or (digits > 3 and len(value) < 12)
    if entity == "id":
        return not is_date(value) and (digits > 2 or bool(SHAPES["user"](value)))
    if digits < _LEAST.get(entity, 1):
        return False
    return bool(_NUMBER.fullmatch(value) or (entity == "birth" and WHOLE_DATE.fullmatch(value)))


def _is_called_so(value: str) -> bool:
    """Two to four words with capitals, or one that is none in small letters."""
    said = value.split()
    if len(said) > _MOST_WORDS or not NAME_WRITTEN.fullmatch(value):
        return False
    return value[0].isupper() or any(map(could_be_one_name, said))


def _fits(shape: str, value: str) -> bool:
    if shape in ("one name", "name", "part of a name"):
        return _is_called_so(value)
    return any(map(str.isdigit, value)) and bool(SHAPES.get(shape, lambda _: False)(value))
