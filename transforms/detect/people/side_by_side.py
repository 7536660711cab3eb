"""A given and a family name as neighbouring segments of a path: /books/jennifer/kowalczyk.

Both must be names and nothing else, and the second seldom a given one (/sofas/ella/harper); then
it is asked whether the two would be a person's name side by side. The family name does not cross.
Behind a word for persons less is asked of the two, and they stand in either order.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect.people.persons import people
from weir.transforms.detect.people.worth import (
    LEADING,
    ONE_WORD,
    fold,
    is_a_place,
    is_listed,
    is_only_a_name,
    raw_worth,
    worth,
)

_LEAST = 2  # points of each; so many more must a family's name have than it has as a given one
_BORNE = 3  # how many bear a given name behind a word for persons, in half powers of ten
_SHORTEST = 3  # letters of a name that no list has
_MANY = 5  # the same of a name that is a place as well
_PART = re.compile(r"[^\W\d_]{1,20}(?:[-'’][^\W\d_]{2,20})?")
_PAGE = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)


def is_named(before: str, segment: str) -> bool:
    """Whether a segment and the one before it are a person's name."""
    if not (_is_given(before) and _is_family(segment)):
        return False
    return bool(people(f"{before} {_PAGE.sub('', segment)}"))


def family_names(before: pa.StringArray, segments: pa.StringArray) -> pa.BooleanArray:
    """Which segments may be a family name behind a given one. before: the one before each."""
    given = _each(before, _is_given)
    return pc.and_(given, _each(segments, _is_family)) if pc.any(given).as_py() else given


def _each(segments: pa.StringArray, test: Callable[[str], bool]) -> pa.BooleanArray:
    """The test of each segment, asked once for each distinct one."""
    coded = segments.dictionary_encode()
    answers = pa.array(map(test, coded.dictionary.to_pylist()), pa.bool_())
    return answers.take(coded.indices)


def _is_given(segment: str) -> bool:
    given, family, word = _worth(segment)
    return not word and given >= max(_LEAST, family)


def _is_family(segment: str) -> bool:
    given, family, word = _worth(_PAGE.sub("", segment))
    return not word and family >= given + _LEAST


def _worth(segment: str) -> tuple[float, float, bool]:
    one = len(segment) < 40 and ONE_WORD.fullmatch(segment)
    return worth(fold(segment)) if one else (0.0, 0.0, True)


@lru_cache(maxsize=4096)
def are_of_somebody(one: str, other: str, alone: bool) -> bool:
    """Whether two segments behind a word for persons are a given and a family name, whichever comes
    first, the latter with a particle or not: no page of it, no place, no two words. alone: behind
    a word that pages and accounts seldom follow, a directory of telephones, patients."""
    led = {fold(bare) for said in (one, other) if (bare := LEADING.sub("", said)) != said}
    one, other = LEADING.sub("", one), LEADING.sub("", other)
    if not (_PART.fullmatch(one) and _PART.fullmatch(other)):
        return False
    said = fold(one), fold(other)
    routes = facts.routes()
    pages = routes.pages | routes.person | routes.person_if_name | routes.regions
    if any(part in pages for part in (one.lower(), other.lower(), *said)):
        return False
    places = facts.places() | facts.words("not_people")
    if any(f"{a} {b}" in places for a, b in (said, said[::-1])) or any(map(_is_place, said)):
        return False
    if all(map(is_a_place, said)):
        return False  # /team/austin/dallas
    capital = one[:1].isupper() and other[:1].isupper()
    if alone and _are_new(said, capital):
        return True
    for a, b in (said, said[::-1]):
        if _is_first(a) and b in led and len(b) >= _SHORTEST and not is_listed(b):
            return True
    return any(_is_first(a) and _is_last(b, a, capital) for a, b in (said, said[::-1])) and any(
        people(f"{a} {b}", telling=True) for a, b in ((one, other), (other, one))
    )


def _are_new(said: tuple[str, str], capital: bool) -> bool:
    """Whether two are a name of which no list has both: in no dictionary, and with capitals or
    beside a given name, or a name and nothing else."""
    new = {one for one in said if not (worth(one)[2] or is_a_place(one) or len(one) < _SHORTEST)}
    if new.issuperset(said):
        return capital or any(map(is_only_a_name, said))
    return bool(new) and any(raw_worth(one)[0] >= _MANY for one in said if one not in new)


def _is_place(folded: str) -> bool:
    return is_a_place(folded) and max(raw_worth(folded)) < _MANY


def _is_first(folded: str) -> bool:
    return all(map(_is_given_name, folded.split("-")))


def _is_given_name(folded: str) -> bool:
    given, _, known = worth(folded)
    return given >= 1 and (not known or raw_worth(folded)[0] >= _BORNE)


def _is_last(folded: str, first: str, capital: bool) -> bool:
    """A family's name, or with capitals in no list behind what is no place: /users/anna/playlists
    and /people/madison/wisconsin are none."""
    _, family, known = worth(folded)
    strange = capital and not (known or is_listed(folded) or is_a_place(first))
    return family >= 1 or strange
