"""A collector's JSON lines: requests with their bodies, into rows. One line may hold a batch."""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import conform
from weir.schemas.mapping import CollectorMapping, TagMapping
from weir.schemas.parsed import PARSED
from weir.transforms.distinct import is_true, one_chunk
from weir.transforms.duck import connect
from weir.transforms.parse.completed import completed
from weir.transforms.parse.cut import Numbers, Spans
from weir.transforms.parse.events import said_yes
from weir.transforms.parse.hits import JsonHits, QueryHits
from weir.transforms.parse.jsonlines import pointer
from weir.transforms.parse.lines import Refused, readable
from weir.transforms.parse.moments import moments
from weir.transforms.parse.packed import breaks_off
from weir.transforms.parse.parsed import Parsed, rejects
from weir.transforms.parse.tags import cut_short
from weir.transforms.parse.wires import CUT, IDS, SITE, WIRE, asked, read_hits, signs

_BOM = b"\xef\xbb\xbf"
_TEXT, _JSON, _BROKEN, _ODD = 0, 1, 2, 3  # what a hit came as

REFUSALS = {"gpc": "header:sec-gpc", "dnt": "header:dnt"}
"""Fields of a collector, and their columns beside PARSED's: `1` refuses."""


@dataclass(frozen=True)
class BeaconParser:
    """JSON lines of a collector, with the wires that may be in them. Frozen and picklable.

    A body is a query string, several of them a line each, a JSON object, a list of those, or an
    object with such a list. What a query string in it shares with others stands in the URL's query.
    """

    lines: CollectorMapping
    wires: tuple[TagMapping, ...]

    def parse(self, data: bytes | pa.Buffer) -> Parsed:
        """Whole lines -> PARSED rows and, beside them, the columns SITE and IDS of wires.py and
        those of REFUSALS that the mapping names.

        A batch of n beacons counts n lines, each a row or a reject, all with the line's number.
        """
        text = (data if isinstance(data, bytes) else data.to_pybytes()).removeprefix(_BOM)
        smooth, numbers, refused = readable(text)
        rows, more = self._read(Spans.lines(smooth).without_cr().column(), numbers)
        return Parsed(rows, rejects(refused + more), rows.num_rows + len(refused) + len(more))

    def _read(self, lines: pa.StringArray, numbers: Numbers) -> tuple[pa.Table, Refused]:
        envelopes = _envelopes(lines, self.lines)
        seen, reasons = moments(envelopes["time"].combine_chunks(), self.lines.time.format)
        late = envelopes.append_column("reason", reasons).filter(reasons.is_valid())
        bad = list(_pairs(late, "row", "reason"))
        known = envelopes["row"].to_numpy()
        bad += [(int(row), "not_json") for row in np.setdiff1d(np.arange(len(lines)), known)]
        sent = envelopes.append_column("seen_at", seen).filter(reasons.is_null())
        hits = _unbundled(sent, self.wires)
        rows, faults = self._rows(hits, sent)
        at = sent["row"].to_numpy()
        bad += [(int(at[request]), reason) for request, reason in faults]
        refused = [(int(numbers[row]), reason, lines[row].as_py().encode()) for row, reason in bad]
        line = pa.array(numbers[at[rows["request"].to_numpy()]], pa.int64())
        return _finished(rows.append_column("line", line)), refused

    def _rows(self, hits: pa.Table, sent: pa.Table) -> tuple[pa.Table, list[tuple[int, str]]]:
        """Rows with `request`, their place in `sent`, in order; and faults by that place."""
        kind = hits["kind"].to_numpy()
        told = []
        faults: list[tuple[int, str]] = []
        for which in (_TEXT, _JSON):
            mine = hits.filter(pa.array(kind == which))
            if mine.num_rows:
                said = self._said(mine, sent, which)
                faults += _faults(said, which)
                told.append(said.filter(pc.and_(said[WIRE].is_valid(), pc.invert(said[CUT]))))
        for request, text in _pairs(hits.filter(pa.array(kind == _BROKEN)), "request", "text"):
            faults.append((request, "truncated_beacon" if breaks_off(text) else "not_json"))
        odd = hits.filter(pa.array(kind == _ODD))["request"].to_pylist()
        faults += [(request, "not_this_format") for request in odd]
        empty = pa.table({"request": pa.array([], pa.int64()), "place": pa.array([], pa.int64())})
        rows = pa.concat_tables([empty, *told], promote_options="default")
        rows = rows.sort_by([("request", "ascending"), ("place", "ascending")])
        return _with_envelope(rows, sent), faults

    def _said(self, mine: pa.Table, sent: pa.Table, which: int) -> pa.Table:
        """What hits of one kind say, with request, place and text."""
        text = one_chunk(mine["text"])
        places = mine["place"].to_numpy()
        if which == _JSON:
            whole = frozenset(name for wire in self.wires for name in wire.packed)
            said = read_hits(JsonHits(text, signs(self.wires), whole, places), self.wires)
        else:
            shared = one_chunk(sent["query"]).take(mine["request"].combine_chunks())
            cut = pc.or_(cut_short(text), cut_short(shared))
            both = pc.binary_join_element_wise(text, pc.fill_null(shared, ""), "&")
            said = read_hits(QueryHits(both, asked(self.wires), places), self.wires)
            cut = pc.or_(one_chunk(said[CUT]), cut)
            said = said.set_column(said.column_names.index(CUT), CUT, cut)
        for name in ("request", "place", "text"):
            said = said.append_column(name, mine[name])
        return said


def _faults(said: pa.Table, which: int) -> list[tuple[int, str]]:
    """(request, reason) of hits that break off, or that no wire recognises."""
    cut = is_true(one_chunk(said[CUT]))
    unknown = pc.and_(said[WIRE].is_null(), pc.invert(cut))
    reasons = [(request, "truncated_beacon") for request in said.filter(cut)["request"].to_pylist()]
    for request, text in _pairs(said.filter(unknown), "request", "text"):
        no_json = which == _TEXT and text and "=" not in text
        reasons.append((request, "not_json" if no_json else "not_this_format"))
    return reasons


def _with_envelope(rows: pa.Table, sent: pa.Table) -> pa.Table:
    """Rows and what the request around them says, where they do not say it themselves; and the
    headers by which it refuses."""
    at = rows["request"].combine_chunks()
    header = one_chunk(sent["referrer"]).take(at)
    rows = rows.append_column("seen_at", one_chunk(sent["seen_at"]).take(at))
    for name in ("address", "user_agent", "method", "cookies", "status"):
        values = one_chunk(sent[name]).take(at)
        if name in rows.column_names:
            place = rows.column_names.index(name)
            rows = rows.set_column(place, name, pc.coalesce(one_chunk(rows[name]), values))
        else:
            rows = rows.append_column(name, values)
    for name, header_of in REFUSALS.items():
        if name in sent.column_names:
            values = one_chunk(sent[name]).take(at)
            rows = rows.append_column(header_of, pc.if_else(is_true(said_yes(values)), "1", values))
    for name in ("host", "target"):
        if name not in rows.column_names:
            rows = rows.append_column(name, pa.nulls(rows.num_rows, pa.string()))
    return completed(rows, header)


def _finished(rows: pa.Table) -> pa.Table:
    """PARSED, then the columns that go with it to the wall."""
    extra = [name for name in (SITE, IDS, *REFUSALS.values()) if name in rows.column_names]
    known = [name for name in rows.column_names if name in PARSED.names]
    out = conform(rows.select(known), PARSED)
    for name in extra:
        out = out.append_column(name, rows[name])
    return out


def _pairs(table: pa.Table, *names: str) -> Any:
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def _envelopes(lines: pa.StringArray, mapping: CollectorMapping) -> pa.Table:
    """row, time and the fields of the lines that are JSON objects; query cut off from the URL."""
    paths = {"time": tuple(mapping.time.field), **{k: tuple(v) for k, v in mapping.fields.items()}}
    flat = [path for several in paths.values() for path in several]
    with connect() as con:
        con.register("lines", pa.table({"row": np.arange(len(lines)), "text": lines}))
        found = con.sql(
            """
            SELECT row, json_extract_string(text, $paths::VARCHAR[]) AS found
            FROM (SELECT row, CASE WHEN json_valid(text) AND json_type(text) = 'OBJECT'
                                   THEN text END AS text FROM lines)
            WHERE text IS NOT NULL ORDER BY row
            """,
            params={"paths": [pointer(path) for path in flat]},
        ).to_arrow_table()
    values = found["found"].combine_chunks()
    columns: dict[str, pa.Array] = {"row": found["row"].combine_chunks()}
    for name, several in paths.items():
        read = [_text(pc.list_element(values, flat.index(path))) for path in several]
        columns[name] = pc.coalesce(*read) if len(read) > 1 else read[0]
    for name in ("address", "user_agent", "method", "url", "query", "referrer", "cookies", "body"):
        columns.setdefault(name, pa.nulls(found.num_rows, pa.string()))
    status = columns.get("status", pa.nulls(found.num_rows, pa.string()))
    fits = is_true(pc.match_substring_regex(status, "^[1-5][0-9]{2}$"))
    columns["status"] = pc.if_else(fits, status, None).cast(pa.int16())
    asked_for = pc.extract_regex(columns["url"], r"(?s)^[^?#]*\?(?P<query>[^#]*)")
    given = pc.replace_substring_regex(columns["query"], r"^\?", "")
    columns["query"] = pc.coalesce(given, pc.struct_field(asked_for, [0]))
    return pa.table(columns)


def _text(values: pa.Array) -> pa.Array:
    """What servers write for nothing is null."""
    return pc.if_else(pc.is_in(values, value_set=pa.array(["", "-"])), None, values)


def _unbundled(sent: pa.Table, wires: tuple[TagMapping, ...]) -> pa.Table:
    """Requests -> their hits: request (its row in `sent`), place in the batch from 0, kind, text.

    Text is a query string (that of the body; the URL's is not in it) or a JSON object.
    """
    with connect() as con:
        request = np.arange(sent.num_rows)
        con.register("sent", pa.table({"request": request, "body": sent["body"]}))
        con.execute(_BODIES)
        lists = sorted({wire.batch for wire in wires if wire.batch})
        parts = [con.sql(_LINES).to_arrow_table(), _elements(con, lists)]
    return pa.concat_tables(parts).combine_chunks()


def _elements(con: duckdb.DuckDBPyConnection, lists: list[str]) -> pa.Table:
    """Hits of JSON bodies; a body that has one of these lists is a batch."""
    cases = " ".join(
        f"WHEN json_type(body, $list{n}) = 'ARRAY' THEN json_extract(body, $all{n})"
        for n, _ in enumerate(lists)
    )
    paths = {f"list{n}": pointer(name) for n, name in enumerate(lists)}
    paths |= {f"all{n}": pointer(name) + "[*]" for n, name in enumerate(lists)}
    return con.sql(_OBJECTS.replace("/* lists */", cases), params=paths).to_arrow_table()


# The first character says whether a body means to be JSON; whether it is one is looked at then.
_BODIES = f"""
    CREATE TEMP TABLE bodies AS
    SELECT request, body, CASE WHEN body IS NULL OR body[1] NOT IN ('{{', '[') THEN {_TEXT}
                               WHEN json_valid(body) THEN {_JSON} ELSE {_BROKEN} END AS kind
    FROM (SELECT request, trim(body, E' \\t\\r\\n' || chr(65279)) AS body FROM sent)
"""
_LINES = f"""
    SELECT request, place - 1 AS place, kind, text FROM (
        SELECT request, kind, unnest(texts) AS text, generate_subscripts(texts, 1) AS place FROM (
            SELECT request, kind, CASE
                WHEN kind = {_BROKEN} THEN [body]
                WHEN coalesce(body, '') = '' THEN ['']
                ELSE list_filter(string_split_regex(body, E'[\\r\\n]+'), lambda t: t <> '') END AS texts
            FROM bodies WHERE kind <> {_JSON}))
"""  # noqa: E501
_OBJECTS = f"""
    SELECT request, place - 1 AS place,
           CASE json_type(hit) WHEN 'OBJECT' THEN {_JSON} WHEN 'VARCHAR' THEN {_TEXT} ELSE {_ODD} END AS kind,
           CASE json_type(hit) WHEN 'VARCHAR'
                THEN regexp_replace(json_extract_string(hit, '$'), '^[^?=&]*\\?', '') ELSE hit::VARCHAR END AS text
    FROM (SELECT request, unnest(hits) AS hit, generate_subscripts(hits, 1) AS place FROM (
        SELECT request, CASE len(hits) WHEN 0 THEN ['null'::JSON] ELSE hits END AS hits FROM (
            SELECT request, CASE /* lists */
                WHEN json_type(body) = 'ARRAY' THEN json_extract(body, '$[*]')
                ELSE [body::JSON] END AS hits
            FROM bodies WHERE kind = {_JSON})))
"""  # noqa: E501
