"""JSON inside of a parameter, plain or as base64url: its properties become parameters too.

Self-describing JSON (Snowplow's unstruct_event and contexts) is taken out of its envelopes.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.distinct import Distinct, is_true
from weir.transforms.duck import connect
from weir.transforms.parse.cut import Numbers
from weir.transforms.parse.hits import Hits, first
from weir.transforms.parse.jsonlines import pointer

_SCHEMA = "^iglu:[^/]+/([^/]+)/"


@dataclass(frozen=True)
class Unpacked:
    """Hits and what is packed in them. packed: parameter -> name.

    `name` is the event's name (of its schema), `name.PROPERTY` a property of the event, or of a
    plain object; `name.CONTEXT.PROPERTY` one of a context. A list of texts is joined by spaces.
    """

    hits: Hits
    packed: dict[str, str]
    names: frozenset[str]  # that will be asked for
    _cache: dict[str, pa.Array] = field(default_factory=dict, repr=False, compare=False)

    @property
    def body(self) -> bool:
        """See Hits."""
        return self.hits.body

    @property
    def clicks(self) -> list[str]:
        """See Hits."""
        return self.hits.clicks

    def __len__(self) -> int:
        return len(self.hits)

    def some(self, rows: Numbers, names: frozenset[str]) -> "Unpacked":
        """See Hits."""
        return Unpacked(self.hits.some(rows, names), self.packed, names)

    def get(self, name: str) -> pa.Array:
        """See Hits."""
        alias = name.split(".", 1)[0]
        if alias not in self.packed.values():
            return self.hits.get(name)
        codes, columns, _ = self._opened[alias]
        return columns[name].take(codes) if name in columns else pa.nulls(len(self), pa.string())

    @property
    def cut(self) -> pa.Array:
        """Hits in which such a JSON breaks off: bool."""
        out = pa.array([False] * len(self))
        for codes, _, cut in self._opened.values():
            out = pc.or_(out, is_true(cut.take(codes)))
        return out

    @cached_property
    def _opened(self) -> dict[str, tuple[pa.Array, dict[str, pa.Array], pa.Array]]:
        """By alias: codes at the hits, columns of the distinct texts, which of those break off."""
        out = {}
        for alias in sorted(set(self.packed.values())):
            texts = first(self.hits, tuple(k for k, v in self.packed.items() if v == alias))
            distinct = Distinct.of(texts)
            mine = sorted(n for n in self.names if n.split(".", 1)[0] == alias)
            columns, cut = _open(distinct.values, alias, mine)
            out[alias] = (distinct.codes, columns, cut)
        return out


def _open(texts: pa.Array, alias: str, names: list[str]) -> tuple[dict[str, pa.Array], pa.Array]:
    """Distinct packed texts -> a column a name, and which texts break off."""
    if not len(texts):
        return {name: pa.nulls(0, pa.string()) for name in names}, pa.array([], pa.bool_())
    plain = [name.removeprefix(alias + ".") for name in names if name != alias]
    table = pa.table({"row": range(len(texts)), "text": texts})
    with connect() as con:
        con.register("packed", table)
        con.execute(_PLAIN)
        rows = _asked(con, _EVENTS, direct=[pointer(name) for name in plain],
                      inner=[pointer("data.data." + name) for name in plain])  # fmt: skip
        found = rows["found"].combine_chunks()
        columns = {f"{alias}.{name}": pc.list_element(found, at) for at, name in enumerate(plain)}
        columns[alias] = rows["name"].combine_chunks()
        for name in (name for name in plain if "." in name):
            context, inner = name.split(".", 1)
            rows = _asked(con, _CONTEXT, context=context, path=pointer("data." + inner))
            held = rows["found"].combine_chunks()
            columns[f"{alias}.{name}"] = pc.coalesce(columns[f"{alias}.{name}"], held)
        odd = con.sql("SELECT row, text FROM opened WHERE json IS NULL").fetchall()
    cut = np.zeros(len(texts), bool)
    cut[[row for row, text in odd if breaks_off(text)]] = True
    return columns, pa.array(cut)


def _asked(con: duckdb.DuckDBPyConnection, query: str, **values: str | list[str]) -> pa.Table:
    return con.sql(query, params={"schema": _SCHEMA, **values}).to_arrow_table()


# base64url has no padding, and a cut one may end within four of its characters.
_PLAIN = """
    CREATE TEMP TABLE opened AS
    SELECT row, text, CASE WHEN json_valid(text) THEN text END AS json FROM (
        SELECT row, CASE WHEN text[1] IN ('{', '[') THEN text
                         ELSE TRY(decode(from_base64(rpad(cut, ((length(cut) + 3) // 4 * 4)::INTEGER, '=')))) END AS text
        FROM (SELECT row, text, CASE length(bare) % 4 WHEN 1 THEN bare[:-2] ELSE bare END AS cut
              FROM (SELECT row, trim(text) AS text,
                           translate(rtrim(trim(text), '='), '-_ ', '+/+') AS bare FROM packed)))
"""  # noqa: E501
_TEXT = """
    CASE json_type({0}) WHEN 'OBJECT' THEN NULL
        WHEN 'ARRAY' THEN array_to_string(json_extract_string({0}, '$[*]'), ' ')
        ELSE json_extract_string({0}, '$') END
"""
_EVENTS = f"""
    SELECT regexp_extract(json_extract_string(json, '$.data.schema'), $schema, 1) AS name,
           CASE WHEN json IS NOT NULL THEN list_transform(
               list_zip(json_extract(json, $direct::VARCHAR[]), json_extract(json, $inner::VARCHAR[])),
               lambda v: nullif(coalesce({_TEXT.format("v[1]")}, {_TEXT.format("v[2]")}), '')) END AS found
    FROM opened ORDER BY row
"""  # noqa: E501
_CONTEXT = """
    SELECT json_extract_string(list_filter(
               CASE json_type(json, '$.data') WHEN 'ARRAY' THEN json_extract(json, '$.data[*]') END,
               lambda v: regexp_extract(json_extract_string(v, '$.schema'), $schema, 1) = $context
           )[1], $path) AS found
    FROM opened ORDER BY row
"""


def breaks_off(text: str | None) -> bool:
    """A JSON text that is no JSON only because its end is missing. Asked of odd texts alone."""
    text = (text or "").rstrip()
    if text[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except json.JSONDecodeError as fault:
        # Where a string is open no closing bracket counts; a word (`tru`) or an escape (`\\u00`)
        # that breaks off is told a few characters before the end.
        if fault.msg.startswith("Unterminated string"):
            return True
        near = fault.pos >= len(text) - 6 and re.search(r"[\w\\.+-]$", text) is not None
        return fault.pos >= len(text) or near
    except RecursionError:
        return False
    return False
