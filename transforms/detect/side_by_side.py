"""A given and a family name as neighbouring segments of a path: /books/jennifer/kowalczyk.

Both must be names and nothing else, and the second seldom a given one (/sofas/ella/harper); then
it is asked whether the two would be a person's name side by side. The family name does not cross.
"""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from weir.transforms.detect.persons import people
from weir.transforms.detect.worth import ONE_WORD, fold, worth

_LEAST = 2  # points of each; so many more must a family's name have than it has as a given one
_PAGE = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)


def is_named(before: str, segment: str) -> bool:
    """Whether a segment and the one before it are a person's name."""
    if not (_is_given(before) and _is_family(segment)):
        return False
    return bool(people(f"{before} {_PAGE.sub('', segment)}"))


def family_names(segments: pa.StringArray, offsets: pa.Array) -> npt.NDArray[np.bool_]:
    """Which segments of paths may be a family name behind a given one.

    offsets: where in `segments` each path begins, and the end of the last.
    """
    coded = segments.dictionary_encode()
    distinct, at = coded.dictionary.to_pylist(), coded.indices.to_numpy()
    given = np.fromiter(map(_is_given, distinct), np.bool_, len(distinct))[at]
    if not given.any():
        return np.zeros(len(segments), dtype=np.bool_)
    family = np.fromiter(map(_is_family, distinct), np.bool_, len(distinct))[at]
    behind = np.zeros(len(family) + 1, dtype=np.bool_)
    behind[1:] = given
    behind[offsets.to_numpy()] = False
    return np.asarray(family & behind[:-1], dtype=np.bool_)


def _is_given(segment: str) -> bool:
    given, family, word = _worth(segment)
    return not word and given >= max(_LEAST, family)


def _is_family(segment: str) -> bool:
    given, family, word = _worth(_PAGE.sub("", segment))
    return not word and family >= given + _LEAST


def _worth(segment: str) -> tuple[float, float, bool]:
    one = len(segment) < 40 and ONE_WORD.fullmatch(segment)
    return worth(fold(segment)) if one else (0.0, 0.0, True)
