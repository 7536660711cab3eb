"""How a value is written that may stand under a field's name where nothing but another value, or a
sentence, says that it does: as nothing else is, and no word of a program or a page."""

import re

from weir.schemas import detect as facts
from weir.schemas.detect import everyday
from weir.transforms.detect.checks.plausible import is_date
from weir.transforms.detect.fields.complaints import is_complaint
from weir.transforms.detect.fields.composed import shape_of
from weir.transforms.detect.fields.known import Known
from weir.transforms.detect.fields.policy import words
from weir.transforms.detect.fields.shapes import HOUSE, NAME_WRITTEN, SHAPES, WHOLE_DATE
from weir.transforms.detect.people.persons import could_be_one_name
from weir.transforms.detect.people.worth import fold, is_listed, is_nobody, raw_worth

_MOST_WORDS = 4  # of a name
_LONGEST = 64
_NUMBER = re.compile(r"(?!.*[^\W\d_]{4})[\w./ +:()-]*")
_LEAST = {"phone": 6, "card": 6, "iban": 6, "ssn": 5, "geo": 3, "ip": 4, "birth": 3}
"""Digits that a value has at least."""
_SECRET = re.compile(r"(?=\S{5,64}\Z)(?=.*[^A-Za-z])(?=.*[A-Za-z])")
_DIGITS = re.compile(r"\d+")
_PIN = 4  # digits
_LONGEST_PIN = 8
_NUMERIC = 6  # digits or letters of a password that has no other sign
_SHORT_ACCOUNT = re.compile(r"[a-z]{2,12}\d{2,4}")
_TYPES = frozenset(("string", "varchar", "char", "text", "int", "integer", "utf", "sha", "md"))
_DAY_NAMED = re.compile(
    r"([^\W\d_]{3,10})\.? [0-3]?\d(?:st|nd|rd|th)?|[0-3]?\d(?:st|nd|rd|th)?\.? ([^\W\d_]{3,10})\.?"
)
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
        return _fits(shape, value) if shape else _is_called_so(value) or _is_user(value)
    if entity == "name":
        return _is_called_so(value)
    if entity == "email":
        return "@" in value
    if entity == "secret":
        return _is_secret(field, value)
    if entity == "address":
        return _is_of_an_address(field, value, digits)
    if entity == "id":
        called = digits > 2 or is_short_account(value) or _is_user(value)
        return called and not is_date(value)
    if entity == "birth" and (day := _DAY_NAMED.fullmatch(value)):
        return fold(day[1] or day[2]) in facts.words("numbered_things")  # May 12
    if digits < _LEAST.get(entity, 1):
        return False
    return bool(_NUMBER.fullmatch(value) or (entity == "birth" and WHOLE_DATE.fullmatch(value)))


def is_listed_name(value: str) -> bool:
    """Whether one of its words is borne and hardly said: where nothing says that a value stands."""
    return any(max(raw_worth(fold(one))) and fold(one) not in everyday() for one in value.split())


def is_short_account(value: str) -> bool:
    """Initials or a word of no dictionary with two digits: jk42, no md20."""
    return bool(_SHORT_ACCOUNT.fullmatch(value)) and not is_programmed(value)


def is_programmed(value: str) -> bool:
    """A word of programs, with a number or without: string32, max20, utf8mb4."""
    said = value.lower().rstrip("0123456789")
    return said in facts.words("programming") or _DIGITS.split(said)[0] in _TYPES


def _is_called_so(value: str) -> bool:
    """One to four words of which one is a name, or in no dictionary."""
    said = value.split()
    written = len(said) <= _MOST_WORDS and NAME_WRITTEN.fullmatch(value)
    return bool(written) and any(map(could_be_one_name, said))


def _is_user(value: str) -> bool:
    """jdoe, Stormcrow: no word of a language, nor of programs."""
    return bool(SHAPES["user"](value)) and not _is_said(value)


def _is_said(value: str) -> bool:
    """A word of a dictionary or a program, or a brand."""
    return is_listed(fold(value)) or is_nobody(fold(value)) or is_programmed(value)


def _is_secret(field: str, value: str) -> bool:
    """With a digit and another sign, all digits, one that everybody has, or a word of none."""
    if value.isdigit():
        pin = words(field)[-1] in facts.routes().codes | facts.words("codes_sent")
        return _PIN <= len(value) <= _LONGEST_PIN if pin else len(value) >= _NUMERIC
    if value.isalpha() and len(value) >= _NUMERIC and not _is_said(value):
        return True
    return bool(_SECRET.match(value)) or value.lower() in facts.words("common_passwords")


def _is_of_an_address(field: str, value: str, digits: int) -> bool:
    """A street with its number, or one word with a capital that is none; a postcode; a house."""
    if shape_of(words(field)) == "house":
        return bool(HOUSE.fullmatch(value))
    street = value.isalpha() and value.istitle() and len(value) > _PIN and not _is_said(value)
    return street or bool(_STREET.match(value)) or (digits > 3 and len(value) < 12)


def _fits(shape: str, value: str) -> bool:
    if shape in ("one name", "name", "part of a name"):
        return _is_called_so(value)
    fits = SHAPES.get(shape)
    return fits is not None and any(map(str.isdigit, value)) and bool(fits(value))
