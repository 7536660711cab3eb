"""Paths into segments and back, in Arrow kernels, on distinct (segment, segment before) pairs."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect.checks.assets import ASSET, asset_folders
from weir.transforms.detect.cleared import suspects
from weir.transforms.detect.fields.by_route import (
    BY_NAME,
    INTRODUCED,
    NUMBERED,
    PASSED,
    PERSONAL,
    POSTCODE,
    POSTCODES,
    locators,
    of_people,
    papers_of_paths,
    passing,
    persons,
)
from weir.transforms.detect.fields.composed import numbering
from weir.transforms.detect.fields.deeds import DEED, deed_segments
from weir.transforms.detect.fields.sites import SITE
from weir.transforms.detect.matching.gate import SHAPES, any_of, could_be_encoded, is_dull
from weir.transforms.detect.matching.lettered import Bools, Ints
from weir.transforms.detect.people.neighbours import could_name
from weir.transforms.detect.people.side_by_side import family_names
from weir.transforms.detect.take_apart import SOMEBODYS
from weir.transforms.detect.text.comparisons import OPENS_A_SEGMENT
from weir.transforms.detect.text.decode import ENCODED, decode
from weir.transforms.detect.unclear import could_be_unclear

SEGMENTS = 24
"""A path in which something is suspicious and that has more is closed: each may cost its time."""

_PHONE_WORDS = ("phone", "tel", "telephone", "call", "fax", "mobile", "cell", "email", "mail", "ip")


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
    named = family_names(_said_before(lists, flat), flat).to_numpy(zero_copy_only=False)
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
    named = pc.invert(pc.is_in(taken.befores, value_set=_context()))
    telling = pc.or_(telling, pc.and_(named, pc.not_equal(taken.befores, "")))
    telling = pc.or_(telling, pc.match_substring_regex(taken.befores, _in_parts()))
    return pc.or_(pc.and_not(alone, dull), telling)


@cache
def _deciding() -> pa.StringArray:
    """Segments behind which the next one is judged, whatever it looks like."""
    return pa.array(sorted(_decides()), pa.string())


def _decides() -> frozenset[str]:
    """Segments that say something of the next one."""
    routes = facts.routes()
    of_some = routes.national | routes.holders | routes.called | {NUMBERED, POSTCODE}
    return _of_any() | of_some


@cache
def _of_any() -> frozenset[str]:
    """Those that do whatever it looks like."""
    routes = facts.routes()
    return frozenset(
        routes.person | routes.person_if_name | routes.roles | routes.named | routes.token
        | routes.numbered | routes.value.keys() | routes.gamers | routes.homes | routes.hosts
        | routes.couples | routes.postcodes | routes.channels | routes.codes | routes.born
        | routes.pictures | {PERSONAL, SITE, INTRODUCED, PASSED} | deed_segments() | locators()
    )  # fmt: skip


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
    alone, has, begins = (
        pc.match_substring_regex(segments, shape).to_numpy(zero_copy_only=False)
        for shape in (_TOLD, "[0-9]", "^[0-9]")
    )
    found = np.zeros(len(lists), np.bool_)
    found[of[alone[at]]] = True
    first = np.flatnonzero(of[1:] == of[:-1])  # of two
    ways, behind = _deciding_on(segments, at[first]), at[first + 1]
    led = ways.any | (ways.digit & has[behind]) | (ways.begins & begins[behind])
    found[of[first[led]]] = True
    return pa.array(found)


class _Ways(NamedTuple):
    """Which segments decide on any one behind them, on one that has or begins with a digit."""

    any: Bools
    digit: Bools
    begins: Bools


def _deciding_on(segments: pa.StringArray, at: Ints) -> _Ways:
    """Of the segments at these places: most stand there many times."""
    places, spread = np.unique(at, return_inverse=True)
    lower = pc.utf8_lower(segments.take(pa.array(places)))
    called = pc.is_in(lower, value_set=pa.array(sorted(facts.routes().called), pa.string()))
    numbers = pc.match_substring_regex(lower, f"^(?:{papers_of_paths()}|{numbering()})$")
    of_any = pc.is_in(lower, value_set=pa.array(sorted(_of_any()), pa.string()))
    ways = (
        pc.or_(of_any, pc.match_substring_regex(lower, f"^{DEED}$")),
        pc.or_(called, numbers),
        pc.match_substring_regex(lower, POSTCODES),
    )
    return _Ways(*(way.to_numpy(zero_copy_only=False)[spread] for way in ways))


@cache
def _in_parts() -> str:
    """Segments that say something of the next one by what they are put together of (RE2)."""
    return f"^(?:{numbering()}|{DEED})$"


PATH_SHAPE = r"[=;]|://|^/|[?#]"
SEGMENT_SHAPES = (r"^(?:[~@]|[A-Za-z_]+[:(])", r"^[-+]?\d{1,3}\.\d{4,16}$")
"""What a segment given as a value may hold besides: a user's sign, a decimal of degrees."""


@cache
def _context() -> pa.StringArray:
    """Segments that say something about the next one; any other one is forgotten."""
    return pa.array(
        sorted(
            {
                *_decides(),
                *facts.words("registries"),
                *facts.words("counted"),
                *facts.words("version"),
                *facts.words("norms"),
                *asset_folders(),
                *facts.words("routes_of_wares"),
                *facts.words("routes_of_flights"),
                *facts.words("pins"),
                *facts.words("of_securities"),
                *facts.words("of_drugs"),
            }
            | {*facts.keys().entities, *_PHONE_WORDS}
        ),
        pa.string(),
    )


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
    before = _before(lists, flat, more)
    joined = pc.binary_join_element_wise(before, flat, "/").dictionary_encode()
    pairs = pc.split_pattern(joined.dictionary, "/", max_splits=1)
    return TakenApart(
        lists.offsets,
        joined.indices,
        pc.list_parent_indices(lists),
        pc.list_element(pairs, 1) if len(pairs) else pa.array([], pa.string()),
        pc.list_element(pairs, 0) if len(pairs) else pa.array([], pa.string()),
    )


def _decoded(segments: pa.StringArray) -> pa.StringArray:
    """Segments as they read: `prof%69le` says as much about the next one as `profile`."""
    encoded = pc.match_substring_regex(segments, ENCODED)
    if not pc.any(encoded).as_py():
        return segments
    distinct = segments.filter(encoded).dictionary_encode()
    texts = [decode(value, "path").views[0] for value in distinct.dictionary.to_pylist()]
    decoded = pa.array(texts, pa.string()).take(distinct.indices)
    return pc.replace_with_mask(segments, encoded, decoded)


def _said_before(lists: pa.ListArray, flat: pa.StringArray) -> pa.StringArray:
    """The last segment before each that is neither empty nor a region; of the first, nothing."""
    return _carried(lists, flat, flat, pa.scalar("", pa.string()))


def _carried(
    lists: pa.ListArray, flat: pa.StringArray, of: pa.Array, nothing: pa.Scalar
) -> pa.Array:
    """Of what each segment has, what the last one before it has that is neither empty nor a region;
    the first one has nothing before it."""
    at = pa.array(np.arange(len(flat), dtype=np.int32))
    first = pc.is_in(at, value_set=lists.offsets.cast(pa.int32()))
    shifted = pa.concat_arrays([pa.array([""], pa.string()), flat])[:-1]
    nothing_of, regions = pa.scalar(None, of.type), pa.array(sorted(facts.routes().regions))
    silent = pc.or_(pc.equal(shifted, ""), pc.is_in(pc.utf8_lower(shifted), regions))
    by_name = pc.equal(shifted, BY_NAME)
    if pc.any(by_name).as_py():
        before = pc.replace_with_mask(shifted, first, pc.if_else(first, "", shifted).filter(first))
        before = pc.utf8_lower(pa.concat_arrays([pa.array([""], pa.string()), before])[:-1])
        people = pa.array(sorted(facts.routes().person), pa.string())
        silent = pc.or_(silent, pc.and_(by_name, pc.is_in(before, people)))
    has = pa.concat_arrays([pa.array([nothing.as_py()], of.type), of])[:-1]
    has = pc.if_else(first, nothing, pc.if_else(silent, nothing_of, has))
    return pc.fill_null_forward(has)  # of /users//a7 it is users that says it


def _before(lists: pa.ListArray, flat: pa.StringArray, more: frozenset[str]) -> pa.StringArray:
    """The last segment before each that is not empty, in lower case, where it says something."""
    if not len(flat):
        return flat
    said = _said_before(lists, flat)
    coded = said.dictionary_encode()  # most segments stand there many times
    lower = pc.utf8_lower(_decoded(coded.dictionary))
    lower = pc.replace_substring_regex(lower, f"^{papers_of_paths()}$", r"\1")
    lower = pc.replace_substring_regex(
        lower, "^[0-9]{1,4}x[0-9]{0,4}$|^[0-9]{0,4}x[0-9]{1,4}$", "resized"
    )
    lower = pc.replace_substring_regex(lower, POSTCODES, POSTCODE)
    telling = pc.is_in(lower, value_set=_context())
    telling = pc.or_(telling, pc.match_substring_regex(lower, _in_parts()))
    if more:
        telling = pc.or_(telling, pc.is_in(lower, value_set=pa.array(sorted(more), pa.string())))
    befores = pc.if_else(telling, lower, "").take(coded.indices)
    numbered = _is_numbered(lists, befores, flat)
    passed = _is_passed(lists, befores, flat, numbered)
    befores = pc.if_else(numbered, NUMBERED, pc.if_else(passed, PASSED, befores))
    befores = pc.if_else(_is_somebodys(lists, befores, flat), SOMEBODYS, befores)
    befores = pc.if_else(_is_in_a_section(flat), SITE, befores)
    read = _decoded(said)
    given = pc.and_(family_names(read, _decoded(flat)), pc.equal(befores, ""))
    return pc.if_else(given, pc.utf8_lower(read), befores)


def _is_numbered(lists: pa.ListArray, befores: pa.Array, flat: pa.StringArray) -> pa.BooleanArray:
    """Segments behind the number of a person: of /users/77/jdoe the last one."""
    behind = pc.is_in(befores, value_set=pa.array(sorted(persons()), pa.string()))
    numbers = pc.and_(behind, pc.match_substring_regex(flat, "^[0-9]{1,16}$"))
    if not pc.any(numbers).as_py():
        return numbers
    return _carried(lists, flat, numbers, pa.scalar(False))


def _is_passed(
    lists: pa.ListArray, befores: pa.Array, flat: pa.StringArray, numbered: pa.BooleanArray
) -> pa.BooleanArray:
    """Segments behind what passes over, behind one for persons or behind their number."""
    behind = pc.is_in(befores, value_set=pa.array(sorted(of_people()), pa.string()))
    behind = pc.or_(behind, numbered)
    passed = pa.array(np.zeros(len(flat), np.bool_))
    if not pc.any(behind).as_py():
        return passed
    coded = flat.dictionary_encode()
    passes = pc.match_substring_regex(pc.utf8_lower(coded.dictionary), passing())
    passes = passes.take(coded.indices)
    while pc.any(more := pc.and_(behind, passes)).as_py():
        more = pc.and_not(_carried(lists, flat, more, pa.scalar(False)), numbered)
        behind = pc.and_not(more, passed)
        passed = pc.or_(passed, more)
    return passed


def _is_in_a_section(flat: pa.StringArray) -> pa.BooleanArray:
    """Segments right behind the first one of a site's path, where that only says what follows."""
    first = pa.concat_arrays([pa.array(["", ""], pa.string()), flat])[: len(flat)]
    second = pa.concat_arrays([pa.array([""], pa.string()), flat])[: len(flat)]
    sections = pa.array(sorted(facts.words("sections_of_sites")), pa.string())
    return pc.and_(pc.equal(first, SITE), pc.is_in(pc.utf8_lower(second), value_set=sections))


def _is_somebodys(lists: pa.ListArray, befores: pa.Array, flat: pa.StringArray) -> pa.BooleanArray:
    """Segments behind one of what is built, or files that a build called, with one about somebody
    anywhere before that."""
    built = pc.is_in(befores, value_set=pa.array(sorted(facts.words("built")), pa.string()))
    coded = flat.dictionary_encode()
    asset = pc.match_substring_regex(coded.dictionary, f"^{ASSET}$").take(coded.indices)
    built = pc.or_(built, pc.and_(asset, pc.equal(befores, "")))
    about = pa.array(sorted(facts.words("about_somebody")), pa.string())
    tells = pc.is_in(pc.utf8_lower(_decoded(coded.dictionary)), value_set=about)
    at = np.arange(len(flat))
    told = np.maximum.accumulate(np.where(tells.take(coded.indices).to_numpy(False), at, -1))
    first = lists.offsets.to_numpy()[pc.list_parent_indices(lists).to_numpy()]
    return pc.and_(built, pa.array(told >= first))
