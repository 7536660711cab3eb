"""One word with a capital that is a value by itself: a name, if it is one and nothing else."""

import re
from collections.abc import Iterator

from weir.schemas import detect as facts
from weir.transforms.detect.fields.policy import words
from weir.transforms.detect.people.naming import Person
from weir.transforms.detect.people.users import is_somebodys

_PARTS = frozenset(("query", "json", "cookie"))
_CAPITAL = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]{3,19}")


def name_alone(text: str, part: str, key: str | None) -> Iterator[Person]:
    """A person in a value of parameters, cookies or JSON, under a name that tells of no thing.

    Nothing but the word speaks for it, so it is a guess: no identifier to look for elsewhere.
    """
    said = text.strip()
    if key is None or part not in _PARTS or not _CAPITAL.fullmatch(said):
        return
    named = frozenset(words(key))
    if named.isdisjoint(facts.words("fields_of_things")) and is_somebodys(said):
        at = text.index(said)
        yield Person(at, at + len(said), 0.4, "a word by itself that is a name and nothing else")
