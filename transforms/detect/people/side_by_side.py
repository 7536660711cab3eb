"""A given and a family name as neighbouring segments of a path: /books/jennifer/kowalczyk.

Both must be names and nothing else, and the second seldom a given one (/sofas/ella/harper); then
it is asked whether the two would be a person's name side by side. The family name does not cross.
"""

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.detect.people.persons import people
from weir.transforms.detect.people.worth import ONE_WORD, fold, worth

_LEAST = 2  # points of each; so many more must a family's name have than it has as a given one
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
