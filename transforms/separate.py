"""The wall: one parsed block goes in, what may flow on and what stays behind come out apart.

Only declared columns cross, and every free text that crosses has been through detection
(crossing.py). All work is on distinct values; a block is tens of thousands of rows of one site and
one channel.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import conform
from weir.schemas.detect import IDENTIFIER
from weir.transforms.beacons import of_site, unfold
from weir.transforms.buckets import bucket_of
from weir.transforms.crossing import Crossing
from weir.transforms.demographics import CLOSED, STATED, normalise
from weir.transforms.distinct import Distinct, constant, one_chunk
from weir.transforms.duplicates import FINGERPRINT, by_event_id, fingerprints
from weir.transforms.forwarded import clients
from weir.transforms.parse.events import identifiers_in
from weir.transforms.parse.wires import IDS
from weir.transforms.queries import Queries, clicks_of, read_queries
from weir.transforms.recognise import DayKeys, Identities, Recognised, recognise
from weir.transforms.targets import cookie_at_rows, split_targets, url_sessions
from weir.transforms.wall import Wall

Offsets = npt.NDArray[np.int64]

SAID = pa.schema(
    [
        pa.field("site", pa.string()),
        pa.field("key", pa.binary(16)),
        pa.field("age_band", pa.string()),
        pa.field("gender", pa.string()),
        pa.field("profession", pa.string()),
        pa.field("country", pa.string()),
        pa.field("language", pa.string()),
        pa.field("sharable", pa.bool_()),
    ]
)
"""Demographics as scripts said them, before the rule of 20 (schemas/event.py, PERSON)."""


@dataclass(frozen=True)
class Separated:
    """A block on both sides of the wall. Rows of `events` + `filtered` = rows that came in."""

    events: pa.Table  # CODED_EVENT, by visitor bucket: internal
    offsets: Offsets  # where each bucket begins in events, and their end
    said: pa.Table  # SAID: for the rule of 20
    linkage: pa.Table  # distinct visitor, week, month: restricted
    identifiers: pa.Table  # distinct kind, value: PII, in flight, for the proof's dictionary
    filtered: Counter[str]  # rows that are not of this night, by reason
    replaced: Counter[str]  # values replaced by a placeholder, in rows: `path email`
    undeclared: pa.Table  # name, visitor: who sent parameters that no mapping names
    elsewhere: int  # of the events, rows that name a host which is none of the site's
    other_dates: tuple[date, ...]  # the first and the last of rows of other dates, local; or none
    fingerprints: pa.Table | None = None  # fingerprint, line of `events`, if copies are to go


def separate(rows: pa.Table, wall: Wall, keys: DayKeys) -> Separated:
    """Split parsed rows (CODED_PARSED and a parser's extra columns) at the wall.

    Raises nothing for a bad value: what a detector cannot judge does not cross.
    """
    filtered: Counter[str] = Counter()
    rows = _of_site(rows, wall, filtered)
    rows, other_dates = _of_day(rows, wall, filtered)
    elsewhere = _elsewhere(rows, wall)
    if wall.fingerprints:
        found = fingerprints(rows, wall.fingerprints, keys.root)
        rows = rows.append_column(FINGERPRINT, found)
    rows, named = clients(rows, wall.trusted_proxies)
    rows = unfold(rows, wall, filtered)
    targets = Distinct.of(rows["target"])
    paths, queries = split_targets(targets.values)
    asked = read_queries(
        queries, wall.site.keep_parameters, wall.site.search_parameters, wall.detector.entity_of
    )
    said = _identities(rows, wall, targets, paths, queries)
    known = recognise(said, keys)
    order, offsets = _by_bucket(known.visitor, rows["line"], wall.buckets)
    crossing = Crossing(rows, wall, known, said.user_agent, targets, paths, asked, order)
    events = crossing.events()
    return Separated(
        events=events,
        offsets=offsets,
        said=_said(rows, wall, known, crossing.sharable()),
        linkage=known.linkage,
        identifiers=pa.concat_tables(
            [
                known.identifiers,
                named,
                *crossing.identifiers,
                *_seen(rows, wall),
                asked.personal,
                clicks_of(rows["referrer"]),
            ]
        ),
        filtered=filtered,
        replaced=crossing.replaced,
        undeclared=_undeclared(asked, targets, known),
        elsewhere=elsewhere,
        other_dates=other_dates,
        fingerprints=_fingerprints(rows, wall, keys, order) if wall.fingerprints else None,
    )


def _fingerprints(rows: pa.Table, wall: Wall, keys: DayKeys, order: pa.Array) -> pa.Table:
    """fingerprint and line of the rows, in order."""
    of_line = one_chunk(rows[FINGERPRINT])
    found = by_event_id(of_line, rows["event_id"], wall.fingerprints, keys.root)
    return pa.table({FINGERPRINT: found.take(order), "line": one_chunk(rows["line"]).take(order)})


def _by_bucket(
    visitors: Distinct, lines: pa.ChunkedArray, buckets: int
) -> tuple[pa.Array, Offsets]:
    """The order of rows by visitor bucket and line, and where in it each bucket begins.

    By line, since a parser gives rows in no particular order and where blocks end must not tell.
    """
    bucket = bucket_of(visitors.values, buckets).to_numpy()[visitors.codes.to_numpy()]
    counts = np.bincount(bucket, minlength=buckets)
    order = np.argsort((bucket.astype(np.int64) << 40) | lines.to_numpy(), kind="stable")
    return pa.array(order), np.concatenate([[0], np.cumsum(counts)])


def _of_site(rows: pa.Table, wall: Wall, filtered: Counter[str]) -> pa.Table:
    """Rows of the wall's site. A source of one site's log is believed, whatever host it logs."""
    if not wall.by_host and wall.channel == "log":
        return rows
    keep = of_site(rows, wall)
    filtered["other_site"] += rows.num_rows - (pc.sum(keep).as_py() or 0)
    return rows.filter(keep)


def _elsewhere(rows: pa.Table, wall: Wall) -> int:
    """How many rows of a log of one site name another one's host, which is believed to be its."""
    if wall.by_host or wall.channel != "log" or rows["host"].null_count == rows.num_rows:
        return 0
    return int(pc.sum(pc.invert(of_site(rows, wall))).as_py() or 0)


def _of_day(
    rows: pa.Table, wall: Wall, filtered: Counter[str]
) -> tuple[pa.Table, tuple[date, ...]]:
    """Rows whose date, in the site's time zone, is the night's; of the others which dates."""
    first, last = (pa.scalar(moment, rows["seen_at"].type) for moment in wall.bounds)
    inside = pc.and_(pc.greater_equal(rows["seen_at"], first), pc.less(rows["seen_at"], last))
    if pc.all(inside).as_py():
        return rows, ()
    kept = rows.filter(inside)
    filtered["other_date"] += rows.num_rows - kept.num_rows
    ends = pc.min_max(rows["seen_at"].filter(pc.invert(inside))).as_py().values()
    dates = {moment.astimezone(wall.site.zone).date() for moment in ends if moment}
    return kept, tuple(sorted(dates))


def _identities(
    rows: pa.Table, wall: Wall, targets: Distinct, paths: pa.Array, queries: pa.Array
) -> Identities:
    """What the rows name people by, less what the policy drops."""
    site, nobody = wall.site, Distinct.of(pa.nulls(rows.num_rows, pa.string()))

    def unless_dropped(category: str, column: pa.Array) -> Distinct:
        return nobody if wall.drops(category) else Distinct.of(column)

    session = targets.then(url_sessions(paths, queries, site.url_sessions))
    cookies = pc.coalesce(cookie_at_rows(rows, site.cookies.visitor), rows["visitor"])
    users = pc.coalesce(rows["user"], cookie_at_rows(rows, site.cookies.registered))
    return Identities(
        address=unless_dropped("address", rows["address"]),
        user_agent=Distinct.of(rows["user_agent"]),
        cookie=unless_dropped("cookie", cookies),
        session=nobody if wall.drops("url_session") else session,
        user=unless_dropped("user", users),
        recipient=unless_dropped("recipient", rows["recipient"]),
    )


def _said(rows: pa.Table, wall: Wall, known: Recognised, sharable: pa.Array) -> pa.Table:
    """Demographics that a script states of a visitor, in closed vocabularies."""
    stated = rows.select(STATED)
    if wall.drops("demographics") or all(c.null_count == len(c) for c in stated.columns):
        return SAID.empty_table()
    some = reduce(pc.or_, (pc.is_valid(column) for column in stated.columns))
    closed = normalise(stated, wall.day)
    table = pa.table(
        {
            "site": constant(wall.site.name, rows.num_rows, pa.string()),
            "key": known.visitor.at_rows(),
            **{name: closed[name] for name in CLOSED},
            "sharable": sharable,
        }
    )
    return conform(table.filter(some), SAID)


def _seen(rows: pa.Table, wall: Wall) -> Iterator[pa.Table]:
    """What names people and never crosses; the proof looks for it all the same: all cookies' values
    (advertisers' and sessions' among them), the name of HTTP authentication, names of hosts, ids of
    people and clicks in beacons, also where a cookie names the visitor, what a vendor's record says
    of a person. And addresses and recipients, if the policy drops them."""
    pairs = pc.split_pattern(pc.unique(rows["cookies"]).drop_null(), ";").flatten()
    values = pc.replace_substring_regex(pairs, r"^[^=]*=\s*\"?|\"\s*$", "")
    addresses = Distinct.of(rows["address"]).values
    hosts = addresses.filter(pc.match_substring_regex(addresses, "[g-zG-Z]"))
    named = [n for n in rows.column_names if n.startswith(("cookie:", "note:", "set_cookie:"))]
    told = ["remote_user", "visitor", "user", *named]
    if wall.drops("recipient"):
        told.append("recipient")
    columns = [pc.unique(rows[name]).drop_null() for name in told]
    if IDS in rows.column_names:
        columns.append(pc.unique(rows[IDS].drop_null().combine_chunks().flatten()))
    if wall.drops("address"):
        yield pa.table([constant("ip", len(addresses), pa.string()), addresses], schema=IDENTIFIER)
    ids = (("id", pc.unique(found).cast(pa.string())) for found in (values, hosts, *columns))
    for kind, found in (*ids, *identifiers_in(rows)):
        yield pa.table([constant(kind, len(found), pa.string()), found], schema=IDENTIFIER)


def _undeclared(asked: Queries, targets: Distinct, known: Recognised) -> pa.Table:
    """Names of parameters that did not cross, each with every visitor who sent it."""
    sent = asked.undeclared
    asking = pc.is_in(targets.codes, value_set=pc.unique(sent["index"]).cast(pa.int32()))
    rows = pc.indices_nonzero(asking)
    who = known.visitor.ordered(rows)
    hits = pa.table({"index": targets.codes.take(rows), "visitor": who.codes})
    hits = hits.group_by(["index", "visitor"], use_threads=False).aggregate([])
    index = sent["index"].cast(pa.int32())
    found = hits.join(pa.table({"index": index, "name": sent["name"]}), "index", use_threads=False)
    return pa.table({"name": found["name"], "visitor": who.values.take(found["visitor"])})
