"""The wall: one parsed block goes in, what may flow on and what stays behind come out apart.

Only declared columns cross, and every free text that crosses has been through detection
(crossing.py). All work is on distinct values; a block is tens of thousands of rows of one site and
one channel.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import conform
from weir.schemas.detect import IDENTIFIER
from weir.transforms.buckets import bucket_of
from weir.transforms.crossing import Crossing
from weir.transforms.demographics import normalise
from weir.transforms.distinct import Distinct, constant, is_true, one_chunk
from weir.transforms.parse.events import identifiers_in
from weir.transforms.parse.tags import parse_tags
from weir.transforms.queries import Queries, read_queries
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
    replaced: Counter[str]  # values replaced by a placeholder, in rows, by entity
    undeclared: pa.Table  # name, visitor: parameters that no mapping names


def separate(rows: pa.Table, wall: Wall, keys: DayKeys) -> Separated:
    """Split parsed rows (CODED_PARSED and a parser's extra columns) at the wall.

    Raises nothing for a bad value: what a detector cannot judge does not cross.
    """
    filtered: Counter[str] = Counter()
    rows = _of_site(rows, wall, filtered)
    rows = _of_day(rows, wall, filtered)
    rows = _unfold_tags(rows, wall)
    targets = Distinct.of(rows["target"])
    paths, queries = split_targets(targets.values)
    asked = read_queries(queries, wall.site.keep_parameters)
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
            [known.identifiers, *crossing.identifiers, *_seen(rows), asked.personal]
        ),
        filtered=filtered,
        replaced=crossing.replaced,
        undeclared=_undeclared(asked, targets, known),
    )


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
    hosts = Distinct.of(rows["host"])
    bare = pc.replace_substring_regex(pc.utf8_lower(hosts.values), r":\d+$", "")
    ours = pc.is_in(bare, value_set=pa.array([host.lower() for host in wall.site.hosts]))
    at_rows = hosts.spread(ours)
    keep = pc.fill_null(at_rows, not wall.by_host)
    filtered["other_site"] += rows.num_rows - (pc.sum(keep).as_py() or 0)
    return rows.filter(keep)


def _of_day(rows: pa.Table, wall: Wall, filtered: Counter[str]) -> pa.Table:
    """Rows whose date, in the site's time zone, is the night's."""
    first, last = (pa.scalar(moment, rows["seen_at"].type) for moment in wall.bounds)
    inside = pc.and_(pc.greater_equal(rows["seen_at"], first), pc.less(rows["seen_at"], last))
    kept = rows if pc.all(inside).as_py() else rows.filter(inside)
    filtered["other_date"] += rows.num_rows - kept.num_rows
    return kept


def _unfold_tags(rows: pa.Table, wall: Wall) -> pa.Table:
    """Requests for the one-pixel GIF become hits on the page they speak of; adds `channel`."""
    plain = rows.append_column("channel", constant(wall.channel, rows.num_rows, pa.string()))
    if wall.channel != "log" or wall.site.tag_path is None or wall.tags is None:
        return plain
    targets = Distinct.of(rows["target"])
    path, _ = split_targets(targets.values)
    is_tag = targets.spread(is_true(pc.equal(path, wall.site.tag_path)))
    is_tag = is_true(is_tag)
    if not pc.any(is_tag).as_py():
        return plain
    hits = rows.filter(is_tag)
    asked = Distinct.of(hits["target"])
    said = parse_tags(asked.values, wall.tags)
    hits = _set(hits, "channel", constant("tag", hits.num_rows, pa.string()))
    for name in said.column_names:
        hits = _set(hits, name, asked.spread(said[name].combine_chunks()))
    if "target" not in said.column_names:
        hits = _set(hits, "target", pa.nulls(hits.num_rows, pa.string()))
    return pa.concat_tables([plain.filter(pc.invert(is_tag)), hits.select(plain.column_names)])


def _set(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    if name not in table.column_names:
        return table.append_column(name, values)
    if pa.types.is_dictionary(table.schema.field(name).type):
        values = values.dictionary_encode()
    return table.set_column(table.column_names.index(name), name, values)


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
    stated = [rows[name] for name in ("age", "gender", "profession")]
    if wall.drops("demographics") or all(column.null_count == len(column) for column in stated):
        return SAID.empty_table()
    some = pc.or_(pc.or_(*(pc.is_valid(column) for column in stated[:2])), pc.is_valid(stated[2]))
    age, gender, profession = (one_chunk(column) for column in stated)
    closed = normalise(age, gender, profession, wall.day)
    table = pa.table(
        {
            "site": constant(wall.site.name, rows.num_rows, pa.string()),
            "key": known.visitor.at_rows(),
            **{name: closed[name] for name in ("age_band", "gender", "profession")},
            "sharable": sharable,
        }
    )
    return conform(table.filter(some), SAID)


def _seen(rows: pa.Table) -> Iterator[pa.Table]:
    """What names people and never crosses; the proof looks for it all the same: all cookies' values
    (advertisers' and sessions' among them), the name of HTTP authentication, names of hosts, what a
    vendor's record says of a person."""
    pairs = pc.split_pattern(pc.unique(rows["cookies"]).drop_null(), ";").flatten()
    values = pc.replace_substring_regex(pairs, r"^[^=]*=\s*\"?|\"\s*$", "")
    addresses = Distinct.of(rows["address"]).values
    hosts = addresses.filter(pc.match_substring_regex(addresses, "[g-zG-Z]"))
    named = [n for n in rows.column_names if n.startswith(("cookie:", "note:", "set_cookie:"))]
    columns = [pc.unique(rows[name]).drop_null() for name in ("remote_user", *named)]
    ids = (("id", pc.unique(found).cast(pa.string())) for found in (values, hosts, *columns))
    for kind, found in (*ids, *identifiers_in(rows)):
        yield pa.table([constant(kind, len(found), pa.string()), found], schema=IDENTIFIER)


def _undeclared(asked: Queries, targets: Distinct, known: Recognised) -> pa.Table:
    """Names of parameters that did not cross, with a visitor who sent each (first of a target)."""
    rows = targets.first_rows().take(asked.undeclared["index"].combine_chunks())
    visitors = known.visitor.ordered(rows).at_rows()
    return pa.table({"name": asked.undeclared["name"], "visitor": visitors})
