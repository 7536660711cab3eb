"""Beside somebody's address or telephone number, what is only called a name is theirs."""

import re

from weir.schemas.detect import keys, words
from weir.transforms.detect.fields.policy import entity_of
from weir.transforms.detect.people.users import is_account
from weir.transforms.detect.people.worth import fold, is_listed, raw_worth

_CAPITAL = re.compile(r"[^\W\d_a-z][^\W\d_]{1,23}")
_ACCOUNT = re.compile(r"[^\W\d_][\w.-]{2,31}")
_APART = re.compile(r"[\W\d_]+")
_NUMBER = re.compile(r"(?:\D*\d){7}")
_BORNE = 3  # half powers of ten, as in names.txt


def beside_a_contact(of: dict[str, str], above: str | None) -> dict[str, str]:
    """New names by old ones: {"name": "Heather", "email": …}, name=rusty_piers&tel=….

    of: the values of one object by their names. above: the object's name; a shop's name beside its
    telephone number is nobody's. Several words are told by themselves, or are a shop's.
    """
    called = [key for key in of if key.lower() in words("weak_names")]
    if not called or above in words("called_things"):
        return {}
    if not any(key not in called and _reaches(key, value) for key, value in of.items()):
        return {}
    said = {key: _whose(of[key].strip()) for key in called}
    return {key: name for key, name in said.items() if name}


def _reaches(key: str, value: str) -> bool:
    """An e-mail address or a telephone number, by its name and how it is written."""
    entity = entity_of(key)
    return (entity == "email" and "@" in value) or (
        entity == "phone" and bool(_NUMBER.match(value))
    )


def _whose(value: str) -> str:
    """The name of a field that tells of somebody, if the value is one word that may be theirs."""
    if value.lower() in keys().harmless:
        return ""
    if _CAPITAL.fullmatch(value) and (raw_worth(fold(value))[0] or not is_listed(fold(value))):
        return "first_name"
    parts = [fold(part) for part in _APART.split(value) if part]
    borne = any(raw_worth(part)[0] >= _BORNE for part in parts)
    if _ACCOUNT.fullmatch(value) and (borne or is_account(value)):
        return "username"
    return ""
