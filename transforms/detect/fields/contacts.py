"""Beside somebody's address, telephone number or birth, what is only called a name is theirs."""

import re

from weir.schemas.detect import keys, words
from weir.transforms.detect.fields.policy import entity_of
from weir.transforms.detect.fields.shapes import is_person
from weir.transforms.detect.people.persons import could_be_a_person
from weir.transforms.detect.people.users import is_account, is_user_name
from weir.transforms.detect.people.wares import is_a_maker
from weir.transforms.detect.people.worth import fold, is_a_place, raw_worth

_CAPITAL = re.compile(r"[^\W\d_a-z][^\W\d_]{1,23}")
_ACCOUNT = re.compile(r"[^\W\d_][\w.-]{2,31}")
_APART = re.compile(r"[\W\d_]+")
_TELLS = {
    "email": re.compile("@"),
    "phone": re.compile(r"(?:\D*\d){7}"),
    "birth": re.compile(r"\d"),
}
_BORNE = 3  # half powers of ten, as in names.txt


def beside_a_contact(of: dict[str, str], above: str | None) -> dict[str, str]:
    """New names by old ones: {"name": "Heather", "email": …}, name=rusty_piers&tel=….

    of: the values of one object by their names. above: the object's name; what a thing is called
    beside its telephone number is somebody's only if it is written so ({"room": {"name": …}}), and
    several words tell for themselves, or are a shop's.
    """
    called = [key for key in of if key.lower() in words("weak_names")]
    if not called or not any(_reaches(key, of[key]) for key in of if key not in called):
        return {}
    thing = above in words("called_things")
    said = {key: _as_somebody(of[key].strip(), thing) for key in called}
    return {key: name for key, name in said.items() if name}


def _reaches(key: str, value: str) -> bool:
    """How somebody is reached or when they were born, by its name and as it is written."""
    written = _TELLS.get(entity_of(key) or "")
    return written is not None and written.search(value) is not None


def _as_somebody(value: str, thing: bool) -> str:
    """The name of a field that tells of somebody, if the value may be theirs."""
    if is_user_name(value) or (is_person(value) and could_be_a_person(value)):
        return "person"
    if thing or value.lower() in keys().harmless:
        return ""
    somewhere = is_a_place(fold(value)) or is_a_maker(fold(value))
    if _CAPITAL.fullmatch(value) and raw_worth(fold(value))[0] and not somewhere:
        return "first_name"
    parts = [fold(part) for part in _APART.split(value) if part]
    borne = any(raw_worth(part)[0] >= _BORNE for part in parts)
    return "username" if _ACCOUNT.fullmatch(value) and (borne or is_account(value)) else ""
