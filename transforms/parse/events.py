"""Script events: JSON lines and a mapping, into rows. Only mapped properties are read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import conform
from weir.schemas.demographics import YES
from weir.schemas.mapping import EventMapping
from weir.schemas.parsed import PARSED
from weir.transforms.duck import connect
from weir.transforms.parse.lines import (
    Span,
    count_lines,
    lines_not_utf8,
    lines_with,
    numbered,
    without,
)
from weir.transforms.parse.moments import moments
from weir.transforms.parse.parsed import Parsed, rejects
from weir.transforms.parse.tags import our_actions, our_outcomes, split_urls, typed

_BOM = b"\xef\xbb\xbf"
_NAMES = 500  # names of undeclared properties that are counted

Strings = Callable[[str], pa.Array]


@dataclass(frozen=True)
class EventParser:
    """JSON lines of one vendor. Frozen and picklable."""

    mapping: EventMapping

    def parse(self, data: bytes | pa.Buffer) -> Parsed:
        """Whole lines -> PARSED rows; lines = rows + rejects, both by line.

        A mapped property that is an object or list counts as absent. Names of top-level properties
        that the mapping does not name come back with the number of lines that have them.
        """
        text = (data if isinstance(data, bytes) else data.to_pybytes()).removeprefix(_BOM)
        total = count_lines(text)
        odd = _unreadable(text)
        refused = [(line, reason, text[a:b]) for line, a, b, reason in odd]
        smooth = without(text, [(line, a, b) for line, a, b, _ in odd])
        numbers = np.delete(np.arange(total), [line for line, *_ in odd])
        rows, more, undeclared = self._read(_as_array(smooth), numbers)
        return Parsed(rows, rejects(refused + more), total, undeclared=undeclared)

    def _read(self, lines: pa.StringArray, numbers: Any) -> tuple[pa.Table, list[Any], Any]:
        table = pa.table({"row": pa.array(range(len(lines)), pa.int64()), "text": lines})
        paths = [self.mapping.time.field, *(p for ps in self.mapping.fields.values() for p in ps)]
        with connect() as con:
            con.register("lines", table)
            good = _extract(con, paths)
            undeclared = _undeclared(con, self.mapping.roots)
        at = good["row"].to_numpy()
        values = good["values"].combine_chunks()

        def strings(path: str) -> pa.Array:
            return (
                pc.list_element(values, paths.index(path))
                if len(values)
                else pa.array([], pa.string())
            )

        seen, reasons = moments(strings(self.mapping.time.field), self.mapping.time.format)
        columns = self._columns(strings, len(at))
        rows = pa.table({"line": pa.array(numbers[at], pa.int64()), "seen_at": seen, **columns})
        bad = [(int(at[n]), reason) for n, reason in enumerate(reasons.to_pylist()) if reason]
        bad += [(int(n), "not_json") for n in np.setdiff1d(np.arange(len(lines)), at)]
        refused = [
            (int(numbers[n]), reason, lines[n].as_py().encode().rstrip(b"\r\n"))
            for n, reason in bad
        ]
        return conform(rows.filter(reasons.is_null()), PARSED), refused, undeclared

    def _columns(self, strings: Strings, size: int) -> dict[str, pa.Array]:
        found = {
            field: _coalesced([strings(path) for path in paths])
            for field, paths in self.mapping.fields.items()
            if field != "action"
        }
        columns = {
            name: values
            for name, values in found.items()
            if name not in ("url", "birth_date", "opt_out", "status")
        }
        if "url" in found:
            host, target = split_urls(found["url"])
            columns["host"] = pc.coalesce(columns.get("host", host), host)
            columns["target"] = pc.coalesce(columns.get("target", target), target)
        if "birth_date" in found:
            columns["age"] = pc.coalesce(
                columns.get("age", found["birth_date"]), found["birth_date"]
            )
        if "opt_out" in found:
            columns["opt_out"] = said_yes(found["opt_out"])
        if "status" in found:
            columns["status"] = _status(found["status"])
        if "outcome" in found:
            columns["outcome"] = our_outcomes(found["outcome"], self.mapping.outcomes)
        columns |= typed(found)
        return columns | {"action": self._action(strings, size)}

    def _action(self, strings: Strings, size: int) -> pa.Array:
        """The first property that names an action we know; else `other`."""
        said = [strings(path) for path in self.mapping.paths("action")]
        known = [our_actions(values, self.mapping.actions) for values in said]
        named = [pc.if_else(pc.equal(values, "other"), None, values) for values in known]
        # An action that is mapped to `other` on purpose and one that is not mapped are the same.
        return pc.coalesce(*named, pa.repeat(pa.scalar("other"), size))


def said_yes(values: pa.Array) -> pa.Array:
    """What means yes in any of the usual ways; null stays null."""
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(values))
    return pc.if_else(values.is_valid(), pc.is_in(plain, value_set=pa.array(YES)), None)


def _status(values: pa.Array) -> pa.Array:
    fits = pc.fill_null(pc.match_substring_regex(values, "^[1-5][0-9]{2}$"), False)
    return pc.if_else(fits, values, None).cast(pa.int16())


def _coalesced(arrays: list[pa.Array]) -> pa.Array:
    filled = [pc.if_else(pc.equal(array, ""), None, array) for array in arrays]
    return pc.coalesce(*filled)


def _unreadable(text: bytes) -> list[tuple[int, int, int, str]]:
    """Lines with NUL bytes or broken UTF-8: (number, start, end, reason)."""
    spans: dict[Span, str] = dict.fromkeys(lines_not_utf8(text), "not_utf8")
    spans |= dict.fromkeys(lines_with(text, b"\0"), "nul_byte")
    return [(line, a, b, spans[a, b]) for line, a, b in numbered(text, set(spans))]


def _as_array(text: bytes) -> pa.StringArray:
    """Lines, their ends included, over the text's own bytes."""
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1
    if text and not text.endswith(b"\n"):
        ends = np.append(ends, len(text))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(text))


def _extract(con: duckdb.DuckDBPyConnection, paths: list[str]) -> pa.Table:
    """row, values (one a path, as text) of the lines that are JSON objects, in order."""
    asked = [_pointer(path) for path in paths]
    return con.sql(
        """
        SELECT row, list_transform(
                   list_zip(json_extract_string(text, $paths::VARCHAR[]),
                            json_type(text, $paths::VARCHAR[])),
                   lambda pair: CASE WHEN pair[2] IN ('OBJECT', 'ARRAY') THEN NULL ELSE pair[1] END
               ) AS values
        FROM (SELECT row,
                     CASE WHEN json_valid(text) AND json_type(text) = 'OBJECT' THEN text END AS text
              FROM lines)
        WHERE text IS NOT NULL ORDER BY row
        """,
        params={"paths": asked},
    ).to_arrow_table()


def _pointer(path: str) -> str:
    return "$" + "".join('."' + step.replace('"', "") + '"' for step in path.split("."))


def _undeclared(
    con: duckdb.DuckDBPyConnection, roots: frozenset[str]
) -> tuple[tuple[str, int], ...]:
    """Names of other top-level properties, with the number of lines that have them."""
    found = con.execute(
        """
        SELECT name, count(*) FROM (
            SELECT unnest(json_keys(text)) AS name FROM lines
            WHERE CASE WHEN json_valid(text) THEN json_type(text) = 'OBJECT' ELSE false END)
        WHERE NOT list_contains($roots::VARCHAR[], name)
        GROUP BY name ORDER BY count(*) DESC, name LIMIT $names
        """,
        {"roots": sorted(roots), "names": _NAMES},
    ).fetchall()
    return tuple((str(name), int(count)) for name, count in found)
