"""Paths into segments and back, in Arrow kernels, on distinct (segment, segment before) pairs."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect.behind import (
    context,
    decides,
    in_parts,
    of_anything,
    said_before,
    telling_before,
)
from weir.transforms.detect.cleared import suspects
from weir.transforms.detect.fields.by_route import (
    POSTCODES,
    papers_of_paths,
    passing,
)
from weir.transforms.detect.fields.composed import numbering
from weir.transforms.detect.fields.deeds import DEED
from weir.transforms.detect.matching.gate import SHAPES, any_of, could_be_encoded, is_dull
from weir.transforms.detect.matching.lettered import Bools, Ints
from weir.transforms.detect.people.neighbours import could_name
from weir.transforms.detect.people.side_by_side import family_names
from weir.transforms.detect.text.comparisons import OPENS_A_SEGMENT
from weir.transforms.detect.text.decode import ENCODED
from weir.transforms.detect.unclear import could_be_unclear

SEGMENTS = 24
"""A path in which something is suspicious and that has more is closed: each may cost its time."""


def without_parameters(raw: pa.StringArray) -> pa.StringArray:
    """Paths without `;name=value` behind their segments (RFC 3986, 3.3)."""
    if not pc.any(pc.match_substring(raw, ";")).as_py():
        return raw
    return pc.replace_substring_regex(raw, ";[^/]*", "")


def suspect(
    plain: pa.StringArray, value_bytes: int, strict: bool = False, of: str = "path"
) -> pa.BooleanArray:
    """Paths of which any segment could hold something, by text, route or length.

    of: what they are, remembered apart from what else is asked about.
    """
    look = (of, value_bytes, strict)
    return suspects(look, plain, lambda new: _suspect(new, value_bytes, strict))


def _suspect(plain: pa.StringArray, value_bytes: int, strict: bool) -> pa.BooleanArray:
    shaped = any_of(plain, _suspicious())
    long = pc.greater(pc.binary_length(plain), value_bytes)
    shaped = pc.or_(pc.or_(shaped, long), could_be_encoded(plain))
    shaped = pc.or_(shaped, could_name(plain, strict))
    lists = _segments(plain)
    shaped = pc.or_(pc.or_(shaped, _led_on(lists)), _side_by_side(lists))
    return pc.or_(shaped, could_be_unclear(plain)) if strict else shaped


def _side_by_side(lists: pa.ListArray) -> pa.BooleanArray:
    """Paths, as their segments, in which a family name stands behind a given one."""
    flat = lists.flatten()
    found = np.zeros(len(lists), dtype=np.bool_)
    named = family_names(said_before(lists, flat), flat).to_numpy(zero_copy_only=False)
    found[pc.list_parent_indices(lists).to_numpy()[named]] = True
    return pa.array(found)


def endless(plain: pa.StringArray, value_bytes: int) -> pa.BooleanArray:
    """Paths that are longer than a value may be, or have more segments than one may have."""
    long = pc.greater(pc.binary_length(plain), value_bytes)
    return pc.fill_null(pc.or_(long, pc.greater(pc.count_substring(plain, "/"), SEGMENTS)), False)


def suspect_segments(
    taken: "TakenApart", value_bytes: int, strict: bool = False
) -> pa.BooleanArray:
    """The same of distinct segments: of a suspicious path most are not."""
    alone = suspect(taken.distinct, value_bytes, strict, "segment")
    if strict:
        dull = pc.match_substring_regex(taken.distinct, r"^\d{1,6}$")
    else:
        dull = pc.and_not(is_dull(taken.distinct), could_name(taken.distinct))
    telling = pc.is_in(taken.befores, value_set=_deciding())
    named = pc.invert(pc.is_in(taken.befores, value_set=context()))
    telling = pc.or_(telling, pc.and_(named, pc.not_equal(taken.befores, "")))
    telling = pc.or_(telling, pc.match_substring_regex(taken.befores, in_parts()))
    telling = pc.or_(telling, pc.and_(pc.is_in(taken.befores, _roles()), _single(taken.distinct)))
    return pc.or_(pc.and_not(alone, dull), telling)


@cache
def _deciding() -> pa.StringArray:
    """Segments behind which the next one is judged, whatever it looks like."""
    return pa.array(sorted(decides()), pa.string())


@cache
def _roles() -> pa.StringArray:
    """Segments behind which the next one is judged if it is one word: it may be made of a name."""
    return pa.array(sorted(facts.routes().roles), pa.string())


_SINGLE = r"^(?:[0-9]{1,10}[._-])?[\pL'’]+(?:[._]\pL+)?[._-]?[0-9]{0,4}(?:[.]\pL{2,5})?$"
_PAGE = r"^[0-9]{1,10}[.](?:html?|php|aspx?|jsp)$"


def _single(segments: pa.StringArray) -> pa.BooleanArray:
    """True where an account or a name could be all of it (people/users.py)."""
    return pc.and_not(
        pc.match_substring_regex(segments, _SINGLE), pc.match_substring_regex(segments, _PAGE)
    )


_END_OF_PATH = r"[\s\"'<>?#&=;,]"


def lead_on(values: pa.StringArray) -> pa.BooleanArray:
    """True where a value holds a path (`shop/users/a7`) of which a segment decides on the next."""
    within = pc.fill_null(pc.match_substring(values, "/"), False)
    if not pc.any(within).as_py():
        return within
    asked = values.filter(within)
    apart = pc.replace_substring_regex(asked, _END_OF_PATH, "/")
    found = pc.or_(_led_on(_segments(asked)), _side_by_side(_segments(apart)))
    return pc.replace_with_mask(within, within, found)


@cache
def _suspicious() -> tuple[str, ...]:
    """The gate without its test for a value that is a path."""
    shapes = (shape.replace("().+/-", "().+-") for shape in SHAPES if shape != PATH_SHAPE)
    return (*shapes, ENCODED, "=", OPENS_A_SEGMENT)


_TOLD = (
    r"^(?:[~@]|[A-Za-z]{3,24}[(]|(?i:user|benutzer|utilisateur|usuario|utente|gebruiker)[A-Za-z_]*:)"
    "|^[-+]?[0-9]{1,3}[.][0-9]{4,16}$"
)
"""Somebody's page, a decimal of degrees."""


def _segments(plain: pa.StringArray) -> pa.ListArray:
    return pc.split_pattern(pc.fill_null(plain, ""), "/")


def _led_on(lists: pa.ListArray) -> pa.BooleanArray:
    """Paths, as their segments, of which one decides on the next that is not empty, or is told by
    itself."""
    coded = lists.flatten().dictionary_encode()
    segments, at = coded.dictionary, coded.indices.to_numpy()
    of = pc.list_parent_indices(lists).to_numpy()
    whole = np.flatnonzero(pc.not_equal(segments, "").to_numpy(zero_copy_only=False)[at])
    at, of = at[whole], of[whole]
    alone, has, begins, single = (
        bools.to_numpy(zero_copy_only=False)
        for bools in (
            *(pc.match_substring_regex(segments, shape) for shape in (_TOLD, "[0-9]", "^[0-9]")),
            _single(segments),
        )
    )
    found = np.zeros(len(lists), np.bool_)
    found[of[alone[at]]] = True
    first = np.flatnonzero(of[1:] == of[:-1])  # of two
    ways, behind = _deciding_on(segments, at[first]), at[first + 1]
    led = ways.any | (ways.digit & has[behind]) | (ways.begins & begins[behind])
    led |= ways.single & single[behind]
    found[of[first[led]]] = True
    if ways.single.any():
        found[_passed_on(segments, at, of, single)] = True
    return pa.array(found)


def _passed_on(segments: pa.StringArray, at: Ints, of: Ints, single: Bools) -> Ints:
    """The paths in which one or two segments that pass stand between a role and one word."""
    lower = pc.utf8_lower(segments)
    role = pc.is_in(lower, value_set=_roles()).to_numpy(zero_copy_only=False)[at]
    passes = pc.match_substring_regex(lower, passing()).to_numpy(zero_copy_only=False)[at]
    found = []
    for between in (1, 2):
        last = np.arange(between + 1, len(at))
        led = role[last - between - 1] & single[at[last]] & (of[last] == of[last - between - 1])
        for back in range(1, between + 1):
            led &= passes[last - back]
        found.append(of[last[led]])
    return np.concatenate(found)


class _Ways(NamedTuple):
    """Which segments decide on any one behind them, on one that has or begins with a digit, on one
    that is a word."""

    any: Bools
    digit: Bools
    begins: Bools
    single: Bools


def _deciding_on(segments: pa.StringArray, at: Ints) -> _Ways:
    """Of the segments at these places: most stand there many times."""
    places, spread = np.unique(at, return_inverse=True)
    lower = pc.utf8_lower(segments.take(pa.array(places)))
    called = pc.is_in(lower, value_set=pa.array(sorted(facts.routes().called), pa.string()))
    numbers = pc.match_substring_regex(lower, f"^(?:{papers_of_paths()}|{numbering()})$")
    of_any = pc.is_in(lower, value_set=pa.array(sorted(of_anything()), pa.string()))
    ways = (
        pc.or_(of_any, pc.match_substring_regex(lower, f"^{DEED}$")),
        pc.or_(called, numbers),
        pc.match_substring_regex(lower, POSTCODES),
        pc.is_in(lower, _roles()),
    )
    return _Ways(*(way.to_numpy(zero_copy_only=False)[spread] for way in ways))


PATH_SHAPE = r"[=;]|://|^/|[?#]"
SEGMENT_SHAPES = (r"^(?:[~@]|[A-Za-z_]+[:(])", r"^[-+]?\d{1,3}\.\d{4,16}$")
"""What a segment given as a value may hold besides: a user's sign, a decimal of degrees."""


@dataclass(frozen=True)
class TakenApart:
    """Distinct segments with the one before each, and where they go."""

    offsets: pa.Array
    indices: pa.Array  # of each segment into `distinct`
    parents: pa.Array  # of each segment into the paths
    distinct: pa.StringArray
    befores: pa.StringArray

    def together(self, clean: pa.StringArray) -> pa.StringArray:
        """The paths with `clean` in place of `distinct`."""
        return pc.binary_join(pa.ListArray.from_arrays(self.offsets, clean.take(self.indices)), "/")

    def behind(self, befores: Iterable[str]) -> pa.BooleanArray:
        """Which distinct segments have one of these before them."""
        return pc.is_in(self.befores, value_set=pa.array(sorted(befores), pa.string()))

    def where(self, distinct: list[int]) -> list[tuple[int, int]]:
        """(path, index into distinct) for all places of these distinct segments."""
        wanted = pc.is_in(self.indices, value_set=pa.array(distinct, self.indices.type))
        return list(
            zip(
                self.parents.filter(wanted).to_pylist(),
                self.indices.filter(wanted).to_pylist(),
                strict=True,
            )
        )


def take_apart(plain: pa.StringArray, more: frozenset[str] = frozenset()) -> TakenApart:
    """Segments of paths; a null path must not be among them. more: words that say something about
    the next segment, beside the shipped ones."""
    lists = pc.split_pattern(plain, "/")
    flat = lists.flatten()
    before = telling_before(lists, flat, more)
    joined = pc.binary_join_element_wise(before, flat, "/").dictionary_encode()
    pairs = pc.split_pattern(joined.dictionary, "/", max_splits=1)
    return TakenApart(
        lists.offsets,
        joined.indices,
        pc.list_parent_indices(lists),
        pc.list_element(pairs, 1) if len(pairs) else pa.array([], pa.string()),
        pc.list_element(pairs, 0) if len(pairs) else pa.array([], pa.string()),
    )
