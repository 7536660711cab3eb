"""Access logs: lines of a format that the server was told, into rows."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import PII, column
from weir.schemas.parsed import PARSED
from weir.transforms.distinct import Distinct
from weir.transforms.parse.cut import Mask, Spans
from weir.transforms.parse.directives import Token, tokens
from weir.transforms.parse.exact import Exact, RefusedError, Row, column_type
from weir.transforms.parse.fast import Columns, read_fast
from weir.transforms.parse.lines import lines_not_utf8, lines_with
from weir.transforms.parse.parsed import Parsed, as_parsed, rejects
from weir.transforms.parse.requests import split_requests
from weir.transforms.parse.shape import Shape, shape_of
from weir.transforms.parse.times import Clock, Numbers

_BOM = b"\xef\xbb\xbf"
_RESPONSE_COOKIES = "sent:set-cookie"
_NAMES = 50  # response cookies told apart in a block
_TARGET_PARTS = ("request", "path", "query", "arguments", "request_uri")


@dataclass(frozen=True)
class LogParser:
    """Lines of one format. Frozen and picklable; what it compiles, each worker compiles again."""

    log_format: str

    @classmethod
    def compile(cls, log_format: str) -> "LogParser":
        """An Apache or nginx format string. Raises ConfigError."""
        parser = cls(log_format)
        for token in parser._tokens:
            if getattr(token, "kind", "") == "time":
                _ = Clock(token.clock).rule  # type: ignore[union-attr]
        return parser

    def __reduce__(self) -> tuple[type["LogParser"], tuple[str]]:
        return LogParser, (self.log_format,)

    @cached_property
    def _tokens(self) -> tuple[Token, ...]:
        return tokens(self.log_format)

    @cached_property
    def _exact(self) -> Exact:
        return Exact(self._tokens)

    @cached_property
    def _shape(self) -> Shape | None:
        return shape_of(self._tokens)

    def takes(self, line: bytes) -> bool:
        """A line without its end is a row; for a look at a few, cheaper than `parse`."""
        try:
            self._exact.row(line)
        except RefusedError:
            return False
        return True

    def parse(self, data: bytes | pa.Buffer, *, fast: bool = True) -> Parsed:
        """Whole lines -> rows (CODED_PARSED, and a column for each cookie or header that is named).

        lines = rows + rejects; rows stand in no particular order. A byte-order mark in front and a
        CR before each LF are no part of the lines. `fast=False` reads every line by the slow path,
        with the same outcome.
        """
        text = data if isinstance(data, bytes) else data.to_pybytes()
        text = text.removeprefix(_BOM)
        lines = Spans.lines(text)
        quick, taken, slow = (
            self._quick(text, lines) if fast else ({}, _NONE, list(_numbered(text)))
        )
        rows, numbers, refused = self._slow(slow)
        parts = [(quick, taken), (rows, numbers)]
        tables = [_table(c, n) for c, n in parts if len(n)]
        raw = pa.concat_tables(tables) if tables else _table(rows, numbers)
        return Parsed(_finished(raw), rejects(refused), len(lines))

    def _quick(self, text: bytes, lines: Spans) -> tuple[Columns, Numbers, list[tuple[int, bytes]]]:
        """Columns and line numbers of what the fast path took; the lines that it left."""
        if self._shape is None:
            return {}, _NONE, list(_numbered(text))
        whole = lines.without_cr() if b"\r" in text else lines
        columns, taken = read_fast(whole, _fit(text, lines), self._shape)
        left = np.ones(len(lines), dtype=bool)
        left[taken] = False
        slow = [(int(n), text[lines.starts[n] : lines.ends[n]]) for n in np.flatnonzero(left)]
        return columns, taken, slow

    def _slow(
        self, lines: list[tuple[int, bytes]]
    ) -> tuple[Columns, Numbers, list[tuple[int, str, bytes]]]:
        """Columns and numbers of the lines that are rows; the others with their reasons."""
        rows: list[Row] = []
        numbers: list[int] = []
        refused: list[tuple[int, str, bytes]] = []
        for number, line in lines:
            line = line.removesuffix(b"\r")
            try:
                rows.append(self._exact.row(line))
                numbers.append(number)
            except RefusedError as fault:
                refused.append((number, fault.reason, line))
        columns = {
            name: _typed([row[at] for row in rows], name)
            for at, name in enumerate(self._exact.columns)
        }
        return columns, np.array(numbers, dtype=np.int64), refused


_NONE = np.zeros(0, dtype=np.int64)


def _typed(values: list[object], name: str) -> pa.Array:
    type_ = column_type(name)
    return (
        pa.array(values, pa.int64()).cast(type_) if name == "seen_at" else pa.array(values, type_)
    )


def _table(columns: Columns, numbers: Numbers) -> pa.Table:
    ordered = {name: columns[name] for name in sorted(columns)}
    return pa.table({"line": pa.array(numbers, pa.int64()), **ordered})


def _numbered(text: bytes) -> "list[tuple[int, bytes]]":
    lines = text.split(b"\n")
    return list(enumerate(lines if lines[-1] else lines[:-1]))


def _fit(text: bytes, lines: Spans) -> Mask:
    """The lines that hold nothing the fast path would trip over."""
    odd = lines_with(text, b"\\", b"\0")
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        odd |= {(a, b) for a, b in lines_with(text, b"\r") if b"\r" in text[a : b - 1]}
    if not text.isascii():
        odd |= lines_with(text, _BOM) | lines_not_utf8(text)
    fit = np.ones(len(lines), dtype=bool)
    fit[np.searchsorted(lines.starts, [start for start, _ in odd])] = False
    return fit


def _finished(raw: pa.Table) -> pa.Table:
    """Raw columns of a format -> CODED_PARSED: the target put together, response cookies by
    name."""
    columns = {name: raw[name] for name in raw.column_names}
    if "request" in columns:
        requests = Distinct.of(columns["request"])
        method, target = map(requests.text, split_requests(requests.values))
        columns |= {"method": columns.get("method", method), "target": target}
    elif "request_uri" in columns:
        columns["target"] = columns["request_uri"]
    elif "path" in columns:
        columns["target"] = _target(columns, raw.num_rows)
    if _RESPONSE_COOKIES in columns:
        columns |= _response_cookies(columns.pop(_RESPONSE_COOKIES))
    table = pa.table({n: c for n, c in columns.items() if n not in _TARGET_PARTS})
    extra = [name for name in table.column_names if name not in PARSED.names]
    rows = as_parsed(table.drop_columns(extra))
    for name in extra:
        rows = rows.append_column(
            column(name, pa.string(), PII, "as the format names it"), table[name]
        )
    return rows


def _target(columns: dict[str, pa.ChunkedArray], rows: int) -> pa.ChunkedArray:
    """Path and query, where the format names them apart. `%q` brings its own question mark."""
    query = columns.get("query")
    if query is None and "arguments" in columns:
        query = pc.binary_join_element_wise("?", columns["arguments"], "")
    if query is None:
        return columns["path"]
    return pc.binary_join_element_wise(columns["path"], pc.fill_null(query, ""), "")


def _response_cookies(headers: pa.ChunkedArray) -> dict[str, pa.Array]:
    """`%{Set-Cookie}o` -> a column `set_cookie:NAME` for each cookie that is set."""
    parts = pc.extract_regex(headers.combine_chunks(), r"^\s*(?P<name>[^=;,\s]+)=(?P<value>[^;]*)")
    names, values = (pc.struct_field(parts, [at]) for at in (0, 1))
    known = sorted(name for name in pc.unique(names).to_pylist() if name)[:_NAMES]
    return {f"set_cookie:{n}": pc.if_else(pc.equal(names, n), values, None) for n in known}
