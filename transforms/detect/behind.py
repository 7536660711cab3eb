"""What the segments before one in a path say of it, in Arrow kernels."""

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect.checks.assets import ASSET, asset_folders
from weir.transforms.detect.fields.by_route import (
    BY_NAME,
    CALLED,
    INTRODUCED,
    NUMBERED,
    PASSED,
    PERSONAL,
    POSTCODE,
    POSTCODES,
    before_names,
    locators,
    of_people,
    papers_of_paths,
    passing,
    persons,
)
from weir.transforms.detect.fields.composed import numbering
from weir.transforms.detect.fields.deeds import DEED, deed_segments
from weir.transforms.detect.fields.sites import SITE
from weir.transforms.detect.people.side_by_side import are_of_somebody, family_names
from weir.transforms.detect.take_apart import SOMEBODYS
from weir.transforms.detect.text.decode import ENCODED, decode

_PHONE_WORDS = ("phone", "tel", "telephone", "call", "fax", "mobile", "cell", "email", "mail", "ip")


@cache
def of_anything() -> frozenset[str]:
    """Segments that say something of the next one, whatever that looks like."""
    routes = facts.routes()
    return frozenset(
        routes.person | routes.person_if_name | routes.named | routes.token | routes.numbered
        | routes.value.keys() | routes.gamers | routes.homes | routes.hosts | routes.couples
        | routes.postcodes | routes.channels | routes.codes | routes.born | routes.pictures
        | {PERSONAL, SITE, INTRODUCED, PASSED, CALLED} | deed_segments() | locators()
        | facts.words("directories")
    )  # fmt: skip


def decides() -> frozenset[str]:
    """Segments that say something of the next one."""
    routes = facts.routes()
    of_some = routes.national | routes.holders | routes.called | {NUMBERED, POSTCODE}
    return of_anything() | of_some


@cache
def in_parts() -> str:
    """Segments that say something of the next one by what they are put together of (RE2)."""
    return f"^(?:{numbering()}|{DEED})$"


@cache
def context() -> pa.StringArray:
    """Segments that say something about the next one; any other one is forgotten."""
    return pa.array(
        sorted(
            {
                *decides(),
                *facts.routes().roles,
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


def _decoded(segments: pa.StringArray) -> pa.StringArray:
    """Segments as they read: `prof%69le` says as much about the next one as `profile`."""
    encoded = pc.match_substring_regex(segments, ENCODED)
    if not pc.any(encoded).as_py():
        return segments
    distinct = segments.filter(encoded).dictionary_encode()
    texts = [decode(value, "path").views[0] for value in distinct.dictionary.to_pylist()]
    decoded = pa.array(texts, pa.string()).take(distinct.indices)
    return pc.replace_with_mask(segments, encoded, decoded)


def said_before(lists: pa.ListArray, flat: pa.StringArray) -> pa.StringArray:
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
        people = pa.array(sorted(persons()), pa.string())
        silent = pc.or_(silent, pc.and_(by_name, pc.is_in(before, people)))
    has = pa.concat_arrays([pa.array([nothing.as_py()], of.type), of])[:-1]
    has = pc.if_else(first, nothing, pc.if_else(silent, nothing_of, has))
    return pc.fill_null_forward(has)  # of /users//a7 it is users that says it


def telling_before(
    lists: pa.ListArray, flat: pa.StringArray, more: frozenset[str]
) -> pa.StringArray:
    """The last segment before each that is not empty, in lower case, where it says something."""
    if not len(flat):
        return flat
    said = said_before(lists, flat)
    coded = said.dictionary_encode()  # most segments stand there many times
    lower = pc.utf8_lower(_decoded(coded.dictionary))
    lower = pc.replace_substring_regex(lower, f"^{papers_of_paths()}$", r"\1")
    lower = pc.replace_substring_regex(
        lower, "^[0-9]{1,4}x[0-9]{0,4}$|^[0-9]{0,4}x[0-9]{1,4}$", "resized"
    )
    lower = pc.replace_substring_regex(lower, POSTCODES, POSTCODE)
    telling = pc.is_in(lower, value_set=context())
    telling = pc.or_(telling, pc.match_substring_regex(lower, in_parts()))
    if more:
        telling = pc.or_(telling, pc.is_in(lower, value_set=pa.array(sorted(more), pa.string())))
    befores = pc.if_else(telling, lower, "").take(coded.indices)
    numbered = _is_numbered(lists, befores, flat)
    passed = _is_passed(lists, befores, flat, numbered)
    befores = pc.if_else(numbered, NUMBERED, pc.if_else(passed, PASSED, befores))
    befores = pc.if_else(_is_somebodys(lists, befores, flat), SOMEBODYS, befores)
    befores = pc.if_else(_is_in_a_section(flat), SITE, befores)
    befores = pc.if_else(_are_called(lists, befores, flat), CALLED, befores)
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


def _are_called(lists: pa.ListArray, befores: pa.Array, flat: pa.StringArray) -> pa.BooleanArray:
    """Each of two segments right behind one for persons that are a given and a family name."""
    behind = pc.is_in(befores, value_set=pa.array(sorted(before_names()), pa.string()))
    named = pc.and_(
        behind, pc.match_substring_regex(flat, r"^(?:[^0-9_./%]|%[0-9A-Fa-f]{2}){2,64}$")
    )
    called = np.zeros(len(flat), np.bool_)
    at = np.flatnonzero(named.to_numpy(zero_copy_only=False))
    of = pc.list_parent_indices(lists).to_numpy()
    at = at[(at + 1 < len(flat)) & (of[at] == of[np.minimum(at + 1, len(flat) - 1)])]
    if len(at):
        two = [_decoded(flat.take(pa.array(one))).to_pylist() for one in (at, at + 1)]
        directories = pa.array(sorted(facts.words("directories")), pa.string())
        alone = pc.is_in(befores.take(pa.array(at)), value_set=directories).to_pylist()
        at = at[np.fromiter(map(are_of_somebody, *two, alone), np.bool_, len(at))]
        called[at] = called[at + 1] = True
    return pa.array(called)


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
