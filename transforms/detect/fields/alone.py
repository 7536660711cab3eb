"""One word with a capital that is a value by itself: a name, if it is one and nothing else."""

import re
from collections.abc import Iterator

from weir.schemas import detect as facts
from weir.transforms.detect.fields.subject import subject
from weir.transforms.detect.people.naming import Person
from weir.transforms.detect.people.users import is_often_given, is_somebodys

PARTS = frozenset(("query", "json", "cookie"))
ALONE = r"^\s*[A-Z][A-Za-z]{3,19}\s*$"  # RE2, for the gate; others it lets through anyway
_CAPITAL = re.compile(r"[^\W\d_]{4,20}")


def could_be_of_somebody(key: str | None) -> bool:
    """Whether a field's name is there, and what it ends with is no thing, place or firm: whoever
    is a thing's (team_lead, hotelNurse) is somebody, who drives alone may be of a race."""
    return key is not None and facts.words("fields_of_things").isdisjoint(subject(key))


def name_alone(text: str, part: str, key: str | None) -> Iterator[Person]:
    """A person in a value of parameters, cookies or JSON, under a name that tells of no thing.

    Nothing but the word speaks for it, so it is a guess: no identifier to look for elsewhere.
    """
    said = text.strip()
    if part in PARTS and _CAPITAL.fullmatch(said) and said[0].isupper():
        at = text.index(said)
        borne = is_somebodys(said) or is_often_given(said)
        if could_be_of_somebody(key) and borne:
            yield Person(at, at + len(said), 0.4, "a word by itself that is a name and no word")
