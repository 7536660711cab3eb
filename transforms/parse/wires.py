"""What beacons say: hits of one wire format or of several into PARSED's columns."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.mapping import TagMapping
from weir.schemas.wires import Signs
from weir.transforms.distinct import constant, is_true
from weir.transforms.parse.cut import Mask
from weir.transforms.parse.hits import Hits, first
from weir.transforms.parse.packed import Unpacked
from weir.transforms.parse.said import (
    our_actions,
    our_outcomes,
    put_file,
    split_urls,
    typed,
    whole_numbers,
)

_MOST_DELAY_MS = 7 * 86_400_000
SITE, IDS, DELAY = "beacon:site", "beacon:ids", "beacon:delay_ms"
"""Columns beside PARSED's: the property that a beacon names; ids of people and clicks in it, which
never cross (list of strings); how long it waited before it was sent."""
WIRE, CUT, OURS = "wire", "cut", "trusted"
"""And of each hit: the wire that it is of, null if of none; whether it breaks off for sure; whether
its page may be on anybody's host."""
NO_PAGE = "page_is_referrer"
BESIDE = (SITE, IDS, DELAY, WIRE, CUT, OURS, NO_PAGE)
_ADDRESS = r"^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$"


def asked(wires: tuple[TagMapping, ...]) -> frozenset[str]:
    """Every parameter that some wires look at."""
    return frozenset(name for wire in wires for name in wire.asked())


def signs(wires: tuple[TagMapping, ...]) -> frozenset[str]:
    """The parameters by which they are recognised."""
    return frozenset(name for wire in wires for name in wire.recognised.names())


def read_hits(hits: Hits, wires: tuple[TagMapping, ...]) -> pa.Table:
    """Hits -> a row each, with the columns that their wires name, and WIRE, CUT, OURS.

    A hit is of the first wire that recognises it; a wire alone, unless it is strict, takes all.
    Values are decoded, a missing or empty one is null. `url` becomes host and target.
    """
    left = np.ones(len(hits), bool)
    tables, orders = [], []
    for wire in wires:
        mine = left & _recognised(hits, wire, alone=len(wires) == 1)
        if not mine.any():
            continue
        rows = np.flatnonzero(mine)
        tables.append(_read(hits.some(rows, frozenset(wire.asked())), wire))
        orders.append(rows)
        left &= ~mine
    rest = np.flatnonzero(left)
    unknown = {WIRE: pa.nulls(len(rest), pa.string()), CUT: pa.array([False] * len(rest)),
               OURS: pa.array([False] * len(rest))}  # fmt: skip
    whole = pa.concat_tables([*tables, pa.table(unknown)], promote_options="default")
    if len(tables) == 1 and not len(rest):
        return whole
    order = np.empty(len(hits), np.int64)
    order[np.concatenate([*orders, rest])] = np.arange(len(hits))
    return whole.take(pa.array(order)).combine_chunks()


def _recognised(hits: Hits, wire: TagMapping, *, alone: bool) -> Mask:
    if alone and not wire.strict:
        return np.ones(len(hits), bool)
    if wire.recognised.body and not hits.body:
        return np.zeros(len(hits), bool)
    shown: Mask = _shows(hits, wire.recognised).to_numpy(zero_copy_only=False)
    return shown


def _shows(hits: Hits, signs: Signs) -> pa.Array:
    """Hits that have what is looked for."""
    found = constant(True, len(hits), pa.bool_())
    for names in signs.needs:
        found = pc.and_(found, first(hits, names).is_valid())
    for name, values in signs.values.items():
        found = pc.and_(found, is_true(pc.is_in(hits.get(name), value_set=pa.array(values))))
    return found


def _read(hits: Hits, wire: TagMapping) -> pa.Table:
    """Hits of one wire."""
    if wire.packed:
        hits = Unpacked(hits, wire.packed, frozenset(wire.asked()))
    found = {name: _of_field(hits, wire, name) for name in wire.fields if name != "action"}
    if "action" in wire.fields or wire.rules or wire.otherwise != "other":
        found["action"] = _actions(hits, wire)
    _place(found)  # after the action: a file is the page only of a download
    if "outcome" in found:
        found["outcome"] = our_outcomes(found["outcome"], wire.outcomes)
    found |= typed(found)
    if "address" in found:
        fits = is_true(pc.match_substring_regex(found["address"], _ADDRESS))
        found["address"] = pc.if_else(fits, found["address"], None)
    if "delay_ms" in found:
        found[DELAY] = whole_numbers(found.pop("delay_ms"), _MOST_DELAY_MS)
    if wire.same:
        found["event_id"] = _event_id(hits, wire)
    if wire.opt_out:
        refused = [is_true(pc.is_in(hits.get(name), value_set=pa.array(values)))
                   for name, values in wire.opt_out.items()]  # fmt: skip
        found["opt_out"] = pc.if_else(_any(refused), True, None)
    if wire.site:
        found[SITE] = first(hits, wire.site)
    return pa.table(
        found
        | {
            IDS: _ids(hits, (*wire.ids, *hits.clicks)),
            WIRE: constant(wire.name, len(hits), pa.string()),
            CUT: hits.cut if isinstance(hits, Unpacked) else pa.array([False] * len(hits)),
            OURS: constant(not wire.strict, len(hits), pa.bool_()),
            NO_PAGE: constant(wire.page_is_referrer, len(hits), pa.bool_()),
        }
    )


def _of_field(hits: Hits, wire: TagMapping, field: str) -> pa.Array:
    names = wire.names(field)
    if not wire.patterns.keys() & set(names):
        return first(hits, names)
    return pc.coalesce(*(_matched(hits.get(name), wire.patterns.get(name)) for name in names))


def _matched(values: pa.Array, pattern: str | None) -> pa.Array:
    """What the pattern's one group holds."""
    if pattern is None:
        return values
    group = pc.struct_field(pc.extract_regex(values, pattern), [0])
    return pc.if_else(pc.equal(group, ""), None, group)


def _actions(hits: Hits, wire: TagMapping) -> pa.Array:
    """Rules, then names, then what the wire says of a hit that names nothing."""
    said = [hits.get(name) for name in wire.names("action")]
    ours = [our_actions(values, wire.actions) for values in said]
    known = [pc.if_else(pc.equal(values, "other"), None, values) for values in ours]
    last = constant(None if wire.otherwise == "other" else wire.otherwise, len(hits), pa.string())
    named = pc.coalesce(*known, *ours, last)
    for rule in reversed(wire.rules):
        named = pc.if_else(_shows(hits, rule), rule.action, named)
    return named


def _place(found: dict[str, pa.Array]) -> None:
    """url, host, target, file -> host and target of the page, or of the file on its host."""
    path, stated = found.pop("target", None), found.get("host")
    if "url" in found:
        host, target = split_urls(found.pop("url"))
        found["host"] = host if stated is None else pc.coalesce(pc.utf8_lower(stated), host)
        # A path that is stated apart has no query, in which the page's campaign is.
        found["target"] = target if path is None else pc.coalesce(_with_query(path, target), target)
    elif path is not None:
        found["target"] = path
    put_file(found)


def _with_query(path: pa.Array, target: pa.Array) -> pa.Array:
    rooted = pc.if_else(pc.starts_with(path, "/"), path, None)
    query = pc.struct_field(pc.extract_regex(target, r"(?s)^[^?#]*(?P<query>\?[^#]*)"), [0])
    bare = is_true(pc.invert(pc.match_substring(rooted, "?")))
    whole = pc.binary_join_element_wise(rooted, pc.fill_null(query, ""), "")
    return pc.if_else(bare, whole, rooted)


def _event_id(hits: Hits, wire: TagMapping) -> pa.Array:
    """What tells the hit from any other; null where a part of it is missing."""
    parts = [first(hits, names) for names in wire.same]
    return pc.binary_join_element_wise(*parts, "\x1f") if len(parts) > 1 else parts[0]


def _ids(hits: Hits, names: tuple[str, ...]) -> pa.Array:
    """Values of some parameters by hit, as lists."""
    size, rows, values = len(hits), [], []
    for name in dict.fromkeys(names):
        column = hits.get(name)
        if column.null_count < size:
            known = column.is_valid().to_numpy(zero_copy_only=False)
            rows.append(np.flatnonzero(known))
            values.append(column.drop_null())
    if not rows:
        return pa.nulls(size, pa.list_(pa.string()))
    index = np.concatenate(rows)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(index, minlength=size))])
    flat = pa.concat_arrays(values).take(pa.array(np.argsort(index, kind="stable")))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), flat)


def _any(masks: list[pa.Array]) -> pa.Array:
    found = masks[0]
    for mask in masks[1:]:
        found = pc.or_(found, mask)
    return found
