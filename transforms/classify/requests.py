"""A sample of a log's rows: its columns, query parameters, path parameters, cookies, tag paths."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import NII, PII
from weir.schemas.config import Site
from weir.schemas.fields import fields
from weir.transforms.classify.decide import Field, Proposal, by_itself, counted, percent, treated
from weir.transforms.classify.evidence import Evidence, evidence_of, of_column
from weir.transforms.classify.naming import tails, told_names
from weir.transforms.detect import Detector, entity_of
from weir.transforms.distinct import Distinct, is_true, one_chunk
from weir.transforms.parse.pairs import parse_query
from weir.transforms.queries import CAMPAIGN_KEYS
from weir.transforms.targets import split_targets

_NAMES = 40  # parameters, cookies that are shown
_RARE = 2000  # a name that fewer rows than one in so many have is not looked at
_STEADY = 0.8  # of the networks have one value of a visitor's cookie alone
_FEW = 3  # values: more are not needed to say no
_SESSION = re.compile(r"sess|sid$")
_TAG_QUERIES, _TAG_ROWS, _TAG_PEOPLE = 0.8, 0.005, 10
_CAMPAIGN = {key: ours for ours, keys in CAMPAIGN_KEYS.items() for key in keys}


@dataclass
class Requests:
    """Proposals for the fields of a log, and for settings of its site by name."""

    detector: Detector
    proposals: list[Proposal] = field(default_factory=list)
    site: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, setting: str, name: str) -> None:
        self.site.setdefault(setting, []).append(name)


def look_at(rows: pa.Table, detector: Detector | None = None) -> Requests:
    """Rows as a log's parser gives them (CODED_PARSED and dynamic columns) -> Requests.

    detector: as a site has it; without one as it comes.
    """
    found = Requests(detector or Detector())
    for name in rows.column_names:
        if name in fields().log and rows[name].null_count < rows.num_rows:
            found.proposals.append(_column(name, rows[name], found.detector))
    targets = Distinct.of(rows["target"])
    paths, queries = split_targets(targets.values)
    tags = _tag_paths(found, rows, targets, paths, queries)
    asked = pa.array(targets.weights())
    pages = pc.invert(is_true(pc.is_in(paths, value_set=pa.array(tags, pa.string()))))
    _parameters(found, queries.filter(pages), asked.filter(pages), rows.num_rows)
    _path_parameters(found, paths.filter(pages), asked.filter(pages), rows.num_rows)
    _cookies(found, rows)
    return found


def _column(name: str, column: pa.ChunkedArray, detector: Detector) -> Proposal:
    evidence = of_column(column, "text", detector)
    category = fields().log[name]
    if category == "cookies":
        class_, treatment, why = PII, "drop", "only the cookies that a site names are read"
    else:
        (class_, treatment), why = treated(category), "the format says so"
    if category in ("path", "referrer"):
        why = "personal parts replaced; parameters only as named"
    return Proposal(Field(name, name, evidence), class_, treatment, name, why)


def _by_name(
    names: pa.Array,
    values: pa.Array,
    weights: pa.Array,
    rows: int,
    mark: str,
    part: str,
    found: Requests,
) -> list[Field]:
    """A field for each name that is not rare and may be told, the most frequent first.

    names, values, weights: one a pair; several pairs may be equal.
    """
    pairs = pa.table({"name": names, "value": pc.fill_null(values, ""), "rows": weights})
    pairs = pairs.group_by(["name", "value"], use_threads=False).aggregate([("rows", "sum")])
    sums = pairs.group_by("name", use_threads=False).aggregate([("rows_sum", "sum")])
    sums = sums.sort_by([("rows_sum_sum", "descending"), ("name", "ascending")])
    often = sums.filter(pc.greater_equal(sums["rows_sum_sum"], max(rows / _RARE, 2)))["name"]
    wanted = often.to_pylist()[:_NAMES]
    if len(sums) > len(wanted):
        found.notes.append(f"{len(sums) - len(wanted):,} rarer names like {mark}… are not shown")
    fields_ = []
    for name, told in zip(wanted, told_names(wanted, found.detector), strict=True):
        mine = pairs.filter(pc.equal(pairs["name"], name))
        values, weights = one_chunk(mine["value"]), one_chunk(mine["rows_sum"])
        evidence = evidence_of(values, weights, rows, part, found.detector)
        fields_.append(Field(mark + told, name, evidence, hidden=told != name))
    return fields_


def _parameters(found: Requests, queries: pa.Array, asked: pa.Array, rows: int) -> None:
    """Queries of pages, with the rows that ask for each; a tag's own are its mapping's."""
    pairs = parse_query(queries)
    weights = asked.take(pairs["index"])
    for one in _by_name(
        pc.utf8_lower(pairs["key"]), pairs["decoded"], weights, rows, "?", "query", found
    ):
        found.proposals.append(_parameter(one, found))


def _parameter(one: Field, found: Requests) -> Proposal:
    evidence, ends = one.evidence, tails(one.path)
    proposal = by_itself(one)
    if one.path in _CAMPAIGN:
        class_, treatment = treated("campaign")
        return Proposal(one, class_, treatment, _CAMPAIGN[one.path], "read without being named")
    if one.hidden:
        return proposal
    if _is_session(one):
        found.add("url_sessions", one.path)
        return Proposal(
            one, *treated("url_session"), "url_sessions", "a session number, by its name"
        )
    searched = any(end in fields().search_parameters for end in ends)
    if searched and entity_of(one.path) is None and not evidence.looks_like("number"):
        found.add("search_parameters", one.path)
        return Proposal(one, *treated("site_search"), "search_parameters",
                        f"name; {counted(evidence.distinct, 'term')}")  # fmt: skip
    if proposal.data_class == NII:
        found.add("keep_parameters", one.path)
        class_, treatment = treated("parameters")
        return Proposal(one, class_, treatment, "keep_parameters",
                        f"{counted(evidence.distinct)}, no finding")  # fmt: skip
    return Proposal(one, proposal.data_class, proposal.treatment, "", proposal.why)


def _is_session(one: Field) -> bool:
    return (
        entity_of(one.path) == "secret"
        and bool(_SESSION.search(one.path.lower()))
        and one.evidence.looks_like("identifier")
        and not one.evidence.is_closed
    )


def _path_parameters(found: Requests, paths: pa.Array, asked: pa.Array, rows: int) -> None:
    """`;name=value` in paths."""
    parts = pc.extract_regex(paths, r";(?P<name>[A-Za-z_][\w.-]*)=(?P<value>[^;/?#!]*)")
    stated = parts.is_valid()
    if not pc.any(stated).as_py():
        return
    parts, weights = parts.filter(stated), asked.filter(stated)
    names, values = (pc.struct_field(parts, [at]) for at in (0, 1))
    for one in _by_name(pc.utf8_lower(names), values, weights, rows, ";", "query", found):
        proposal = by_itself(one)
        if not one.hidden and (_is_session(one) or one.evidence.looks_like("token")):
            found.add("url_sessions", one.path)
            proposal = Proposal(
                one, *treated("url_session"), "url_sessions", "numbers behind a `;`"
            )
        found.proposals.append(Proposal(one, proposal.data_class, proposal.treatment,
                                        proposal.maps_to, proposal.why))  # fmt: skip


def _cookies(found: Requests, rows: pa.Table) -> None:
    names, values, at = _cookie_pairs(rows)
    if not len(names):
        return
    ones = pa.repeat(pa.scalar(1, pa.int64()), len(names))
    each = _by_name(names, values, ones, rows.num_rows, "cookie ", "cookie", found)
    steady = _steady(names, values, at, rows)
    roles = _roles(each, steady)
    for one in each:
        role = roles.get(one.path)
        found.proposals.append(_cookie(one, role, steady.get(one.path, 0.0)))
        if role:
            found.site.setdefault("cookies", {})[role] = one.path


def _cookie(one: Field, role: str | None, steady: float) -> Proposal:
    if role == "opt_out":
        return Proposal(one, *treated("consent"), "cookies.opt_out", "name; few values")
    if role:
        why = f"one value for {percent(steady)} of the networks" if role == "visitor" else "name"
        return Proposal(
            one, *treated("cookie" if role == "visitor" else "user"), f"cookies.{role}", why
        )
    return Proposal(one, PII, "drop", "", "no cookie of a visitor or a user, by name and values")


def _cookie_pairs(rows: pa.Table) -> tuple[pa.Array, pa.Array, pa.Array]:
    """(name, value, row) of all cookies, those of a header and those that have a column."""
    names, values, places = [], [], []
    if "cookies" in rows.column_names:
        entries = pc.split_pattern(one_chunk(rows["cookies"]), ";")
        pairs = pc.extract_regex(pc.list_flatten(entries), r"^\s*(?P<name>[^=\s]+)=(?P<value>.*)$")
        good = pairs.is_valid()
        names.append(pc.struct_field(pairs, [0]).filter(good))
        values.append(pc.struct_field(pairs, [1]).filter(good))
        places.append(pc.list_parent_indices(entries).filter(good).cast(pa.int64()))
    for column in rows.column_names:
        if column.startswith("cookie:"):
            stated = one_chunk(rows[column]).cast(pa.string())
            at = pc.indices_nonzero(stated.is_valid()).cast(pa.int64())
            names.append(pa.repeat(pa.scalar(column.removeprefix("cookie:")), len(at)))
            values.append(stated.take(at))
            places.append(at)
    if not names:
        return pa.array([], pa.string()), pa.array([], pa.string()), pa.array([], pa.int64())
    return pa.concat_arrays(names), pa.concat_arrays(values), pa.concat_arrays(places)


def _steady(names: pa.Array, values: pa.Array, at: pa.Array, rows: pa.Table) -> dict[str, float]:
    """Name of a cookie -> share of networks (address, user agent) that have one value of it."""
    who = pc.binary_join_element_wise(
        *(
            pc.fill_null(one_chunk(rows[name].cast(pa.string())), "")
            for name in ("address", "user_agent")
        ),
        "\x1f",
    )
    seen = pa.table({"name": names, "value": values, "who": who.take(at)})
    each = seen.group_by(["name", "who"], use_threads=False).aggregate(
        [("value", "count_distinct")]
    )
    alone = pc.equal(each["value_count_distinct"], 1).cast(pa.int64())
    shares = (
        pa.table({"name": each["name"], "alone": alone})
        .group_by("name")
        .aggregate([("alone", "mean")])
    )
    return dict(zip(shares["name"].to_pylist(), shares["alone_mean"].to_pylist(), strict=True))


def _roles(each: Sequence[Field], steady: dict[str, float]) -> dict[str, str]:
    """Cookies that a site's settings may name -> visitor, registered or opt_out."""
    roles: dict[str, str] = {}

    def first(role: str, fit: Iterable[Field]) -> None:
        best = next((one.path for one in fit if one.path not in roles), None)
        if best is not None:
            roles[best] = role

    told = [one for one in each if not one.hidden]
    few = [one for one in told if one.evidence.distinct <= _FEW]
    people = [one for one in told if one not in few and not _is_session(one)]
    registered = [one for one in people if _ends_in(one, fields().registered_cookies)
                  and one.evidence.looks_like("identifier")]  # fmt: skip
    first("opt_out", (one for one in few if _ends_in(one, fields().opt_out_cookies)))
    first("registered", registered)
    first("visitor", (one for one in people if one.evidence.looks_like("opaque")
                      and one not in registered and steady[one.path] >= _STEADY))  # fmt: skip
    return roles


def _ends_in(one: Field, usual: tuple[str, ...]) -> bool:
    return any(end in usual for end in tails(one.path))


def _tag_paths(
    found: Requests, rows: pa.Table, targets: Distinct, paths: pa.Array, queries: pa.Array
) -> list[str]:
    """Where tags or beacons may arrive: a file that many ask for, nearly always with a query. Its
    path is told, as it has to be: it is clean, and of a crowd."""
    bare = pc.replace_substring_regex(paths, ";.*$", "")
    fits = is_true(pc.match_substring_regex(pc.utf8_lower(bare), fields().tag_files))
    if not pc.any(fits).as_py():
        return []
    who = one_chunk(rows["address"].cast(pa.string()))
    asked = pa.table({
        "path": targets.spread(pc.if_else(fits, bare, None)),
        "asks": targets.spread(pc.not_equal(pc.fill_null(queries, ""), "")).cast(pa.int64()),
        "who": who,
    }).filter(targets.spread(fits))  # fmt: skip
    each = asked.group_by("path").aggregate(
        [("asks", "mean"), ("asks", "count"), ("who", "count_distinct")]
    )
    often = [
        row for row in each.to_pylist()
        if row["asks_mean"] >= _TAG_QUERIES and row["asks_count"] >= _TAG_ROWS * rows.num_rows
        and row["who_count_distinct"] >= _TAG_PEOPLE
    ]  # fmt: skip
    names = pa.array([row["path"] for row in often], pa.string())
    clean = found.detector.paths(names).clean.to_pylist()
    told = [
        row
        for row, path in zip(often, clean, strict=True)
        if row["path"] == path and len(path) < 60
    ]
    for row in sorted(told, key=lambda one: -one["asks_count"]):
        evidence = Evidence(rows.num_rows, row["asks_count"], 1)
        why = (
            f"{percent(row['asks_mean'])} of its hits have a query; what they say is its mapping's"
        )
        found.proposals.append(
            Proposal(Field(row["path"], row["path"], evidence), NII, "keep", "tag_path", why)
        )
    if told:
        paths_ = [row["path"] for row in told]
        found.site["tag_path"] = paths_ if paths_[1:] else paths_[0]
    return [row["path"] for row in told]


def checked(site: dict[str, Any]) -> dict[str, Any]:
    """Settings of a site, less what only says what is said by default."""
    sessions = tuple(site.get("url_sessions", ()))
    usual = Site.model_fields["url_sessions"].default
    if sessions and set(sessions) <= set(usual):
        site = {name: value for name, value in site.items() if name != "url_sessions"}
    elif sessions:
        site = site | {"url_sessions": list(dict.fromkeys(sessions))}
    return site
