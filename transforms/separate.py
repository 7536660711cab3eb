"""The wall: one parsed block goes in, what may flow on and what stays behind come out apart.

Only declared columns cross, and every free text that crosses has been through detection. All work
is on distinct values; a block is tens of thousands of rows of one site and one channel.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import conform
from weir.schemas.config import Site
from weir.schemas.detect import IDENTIFIER
from weir.schemas.event import CODED_EVENT, LABELS
from weir.schemas.mapping import TagMapping
from weir.schemas.policy import Policy
from weir.transforms.buckets import bucket_of
from weir.transforms.demographics import normalise
from weir.transforms.detect import Cleaned, Detector
from weir.transforms.distinct import Distinct, constant, is_true, no_text, one_chunk, one_text
from weir.transforms.parse.tags import parse_tags
from weir.transforms.queries import Queries, read_queries
from weir.transforms.recognise import DayKeys, Identities, Recognised, recognise
from weir.transforms.targets import cookie, kinds, split_targets, url_sessions
from weir.transforms.technology import technology

Offsets = npt.NDArray[np.int64]
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")

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
class Wall:
    """What separation needs to know of a source and its site; picklable, holds no key."""

    site: Site
    channel: str  # log or script
    day: date
    policy: Policy
    detector: Detector
    tags: TagMapping | None
    buckets: int
    by_host: bool  # the source holds several sites: rows of other hosts are not ours

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The site's day in UTC: from its local midnight to the next one."""
        zone = self.site.zone
        first = datetime.combine(self.day, time(), zone)
        last = datetime.combine(self.day + timedelta(days=1), time(), zone)
        return first.astimezone(UTC), last.astimezone(UTC)

    def drops(self, category: str) -> bool:
        """The policy lets nothing of a category cross."""
        return self.policy.category(category).treatment == "drop"


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
    crossing = _Crossing(rows, wall, known, said, targets, paths, asked, order)
    events = crossing.events()
    return Separated(
        events=events,
        offsets=offsets,
        said=_said(rows, wall, known, crossing.sharable()),
        linkage=known.linkage,
        identifiers=pa.concat_tables(
            [known.identifiers, *crossing.identifiers, *_advertisers(rows, wall)]
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
    cookies = pc.coalesce(_cookie(rows, site.cookies.visitor), rows["visitor"])
    users = pc.coalesce(rows["user"], _cookie(rows, site.cookies.registered))
    return Identities(
        address=unless_dropped("address", rows["address"]),
        user_agent=Distinct.of(rows["user_agent"]),
        cookie=unless_dropped("cookie", cookies),
        session=nobody if wall.drops("url_session") else session,
        user=unless_dropped("user", users),
        recipient=unless_dropped("recipient", rows["recipient"]),
    )


def _cookie(rows: pa.Table, name: str | None) -> pa.Array:
    """A cookie's value at the rows, wherever the log has it: header, own column, or response."""
    found = pa.nulls(rows.num_rows, pa.string())
    if name is None:
        return found
    for column in (f"cookie:{name}", f"note:{name}", f"set_cookie:{name}"):
        if column in rows.column_names:
            found = pc.coalesce(found, rows[column].combine_chunks())
    if rows["cookies"].null_count < rows.num_rows:
        headers = Distinct.of(rows["cookies"])
        found = pc.coalesce(found, headers.spread(cookie(headers.values, name)))
    return found


class _Crossing:
    """Builds the events of a block in order of buckets, and keeps account of what detection held
    back. Rows are put in order as codes of distinct values, before any text is copied."""

    def __init__(
        self,
        rows: pa.Table,
        wall: Wall,
        known: Recognised,
        said: Identities,
        targets: Distinct,
        paths: pa.Array,
        asked: Queries,
        order: pa.Array,
    ) -> None:
        self.rows, self.wall, self.known, self.order = rows, wall, known, order
        self.targets, self.paths, self.asked = targets.ordered(order), paths, asked
        self.agents = said.user_agent.ordered(order)
        self.replaced: Counter[str] = Counter()
        self.identifiers: list[pa.Table] = []

    def events(self) -> pa.Table:
        """The block as CODED_EVENT, in order."""
        size, agents = self.rows.num_rows, self.agents
        seen = technology(agents.values)
        columns = {
            "site": one_text(self.wall.site.name, size),
            **{name: self._at(name) for name in ("seen_at", "status", "size_bytes")},
            "channel": self._channel(),
            "method": self._methods(),
            "path": self._paths(),
            "parameters": self._parameters(),
            "sharable": self.sharable().take(self.order),
        }
        columns |= {
            name: getattr(self.known, name).ordered(self.order).at_rows()
            for name in ("visitor", "network", "netblock", "user", "recipient")
        }
        basis = self.known.basis.ordered(self.order)
        columns["basis"] = basis.text(basis.values)
        columns |= {name: agents.text(one_chunk(seen[name])) for name in seen.column_names}
        # A row without any user agent has no code to spread: it is a robot as an empty one is.
        if agents.codes.null_count and self.wall.channel == "log":
            silent = pc.if_else(agents.codes.is_valid(), columns["bot"].cast(pa.string()), "silent")
            columns["bot"] = silent.dictionary_encode()
        columns |= self._referrers()
        columns |= {name: self._label(name) for name in LABELS}
        columns["action"] = self._actions(columns["channel"])
        columns["pageview"] = self._pageviews(columns)
        return pa.table([columns[name] for name in CODED_EVENT.names], schema=CODED_EVENT)

    def _at(self, name: str) -> pa.Array:
        """A column of the rows, in order."""
        column = self.rows[name]
        if column.null_count == len(column):
            return pa.nulls(len(column), column.type)
        return one_chunk(column).take(self.order)

    def _channel(self) -> pa.DictionaryArray:
        channel = Distinct.of(self.rows["channel"]).ordered(self.order)
        return channel.text(channel.values)

    def _actions(self, channel: pa.DictionaryArray) -> pa.DictionaryArray:
        """What a tag or script says it is; for a log the kind of file that was asked for."""
        asked = self.targets.text(kinds(self.paths))
        said = self._at("action")
        if said.null_count == len(said) and not asked.null_count and self.wall.channel == "log":
            return asked
        of_log = _equal(channel, "log")
        actions = pc.if_else(of_log, asked.cast(pa.string()), said)
        return pc.fill_null(actions, "other").dictionary_encode()

    def _pageviews(self, columns: dict[str, pa.Array]) -> pa.Array:
        """Page views by the channel that the site counts by; a log's must have been answered."""
        page = pc.and_(
            _equal(columns["action"], "page"),
            _equal(columns["channel"], self.wall.site.count_pages_by),
        )
        people = pc.and_(page, pc.is_null(columns["bot"]))
        if self.wall.site.count_pages_by != "log":
            return is_true(people)
        status = columns["status"]
        answered = pc.or_(
            pc.and_(pc.greater_equal(status, 200), pc.less(status, 300)), pc.equal(status, 304)
        )
        return is_true(pc.and_(people, pc.and_(answered, _equal(columns["method"], "GET"))))

    def _methods(self) -> pa.DictionaryArray:
        methods = Distinct.of(self.rows["method"]).ordered(self.order)
        known = is_true(pc.is_in(methods.values, value_set=pa.array(METHODS)))
        return methods.text(pc.if_else(known, methods.values, "OTHER"))

    def _paths(self) -> pa.DictionaryArray:
        if self.wall.drops("path"):
            return no_text(self.rows.num_rows)
        paths = self.targets.then(self.paths)
        return self._account(paths, self.wall.detector.paths(paths.values))

    def _referrers(self) -> dict[str, pa.DictionaryArray]:
        referrers = Distinct.of(self.rows["referrer"]).ordered(self.order)
        domain, path = self.wall.detector.referrers(referrers.values)
        clean_domain = self._account(referrers, domain)
        clean_path = self._account(referrers, path)
        ours = [host.removeprefix("www.") for host in self.wall.site.hosts]
        internal = is_true(pc.is_in(clean_domain.dictionary, value_set=pa.array(ours)))
        kind = pc.if_else(internal, 1, 2).cast(pa.int32()).take(clean_domain.indices)
        nothing = no_text(self.rows.num_rows)
        drops = self.wall.drops("referrer")
        return {
            "referrer_kind": pa.DictionaryArray.from_arrays(
                pc.fill_null(kind, 0), pa.array(("none", "internal", "external"))
            ),
            "referrer_domain": nothing if drops else clean_domain,
            "referrer_path": nothing if drops else clean_path,
        }

    def _label(self, name: str) -> pa.DictionaryArray:
        """A short text that somebody chose (campaign, mailing, customer …), detected."""
        stated = self._at(name)
        from_query = self.asked.label(name)
        if from_query is not None:
            stated = pc.coalesce(stated, self.targets.spread(from_query))
        if stated.null_count == len(stated) or self.wall.drops("campaign"):
            return no_text(len(stated))
        values = Distinct.of(stated)
        return self._account(values, self.wall.detector.values(values.values, name, "label"))

    def _parameters(self) -> pa.DictionaryArray:
        """The query parameters that the site keeps, as `a=b&c=d`, each value detected."""
        kept = self.asked.kept
        if kept.num_rows == 0 or self.wall.drops("parameters"):
            return no_text(self.rows.num_rows)
        clean = self.wall.detector.values(one_chunk(kept["value"]), kept["key"], "query")
        self._tally(clean, self.targets.weights()[kept["index"].to_numpy()])
        self.identifiers.append(clean.identifiers)
        return self.targets.text(self.asked.joined(clean.clean))

    def sharable(self) -> pa.Array:
        """Nobody opted the hit out, by any signal that the policy honours. At the rows as given."""
        signals, rows = self.wall.policy.signals, self.rows
        out = is_true(rows["opt_out"])
        for honoured, header in ((signals.gpc, "header:sec-gpc"), (signals.dnt, "header:dnt")):
            if honoured and header in rows.column_names:
                out = pc.or_(out, is_true(pc.equal(pc.utf8_trim_whitespace(rows[header]), "1")))
        if signals.opt_out_cookie and self.wall.site.cookies.opt_out:
            out = pc.or_(out, pc.is_valid(_cookie(rows, self.wall.site.cookies.opt_out)))
        return pc.invert(out)

    def _account(self, column: Distinct, clean: Cleaned) -> pa.DictionaryArray:
        if clean.findings.num_rows:
            self._tally(clean, column.weights())
        self.identifiers.append(clean.identifiers)
        return column.text(clean.clean)

    def _tally(self, clean: Cleaned, weights: Offsets) -> None:
        """Count what was replaced, in rows; weights: rows of each value that was judged."""
        rows = weights[clean.findings["index"].to_numpy()]
        for entity, count in zip(clean.findings["entity"].to_pylist(), rows.tolist(), strict=True):
            self.replaced[entity] += count


def _equal(column: pa.DictionaryArray, text: str) -> pa.BooleanArray:
    """Where a coded column is a text; null where it is null."""
    return pc.equal(column.dictionary, text).take(column.indices)


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


def _advertisers(rows: pa.Table, wall: Wall) -> list[pa.Table]:
    """Third-party advertisers' cookies: they never cross; the proof looks for them all the same."""
    found = [pc.unique(_cookie(rows, name)).drop_null() for name in wall.site.cookies.advertisers]
    return [
        pa.table([constant("id", len(ids), pa.string()), ids], schema=IDENTIFIER) for ids in found
    ]


def _undeclared(asked: Queries, targets: Distinct, known: Recognised) -> pa.Table:
    """Names of parameters that did not cross, with a visitor who sent each (first of a target)."""
    rows = targets.first_rows().take(asked.undeclared["index"].combine_chunks())
    visitors = known.visitor.ordered(rows).at_rows()
    return pa.table({"name": asked.undeclared["name"], "visitor": visitors})
