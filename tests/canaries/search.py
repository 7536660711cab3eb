"""Looks for personal data in whatever was written: bytes of every file, decoded cells, texts.

Shares nothing with Weir. All forms of all canaries are looked for at once: the eight bytes at each
position are compared with the first eight of each form: time grows with bytes, not with canaries.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import zstandard
from tests.canaries.forms import SHORTEST, forms

SAMPLE = Path(__file__).parents[2] / "sample_data"
Words = npt.NDArray[np.uint64]
_PIECE = 8 << 20
_BITS = 24
_MIXES = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


@dataclass(frozen=True)
class Canary:
    """A personal datum to look for. `id` may be shown, `value` must not."""

    id: str
    kind: str
    value: str


@dataclass(frozen=True, order=True)
class Found:
    """Where a canary is. Shows no value."""

    canary: str
    file: str
    column: str
    encoding: str


def sample_canaries(sample: Path = SAMPLE) -> list[Canary]:
    """The planted ones, and every identifier of the sample."""
    planted = json.loads((sample / "canaries.json").read_text(encoding="utf-8"))
    found = [Canary(c["id"], c["kind"], c["value"]) for c in planted]
    listed = gzip.decompress((sample / "identifiers.tsv.gz").read_bytes()).decode().splitlines()
    pairs = (line.split("\t") for line in listed)
    return found + [Canary(f"{kind}#{n}", kind, value) for n, (kind, value) in enumerate(pairs)]


class Scanner:
    """Finds any form of any of the canaries."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._by_prefix: dict[int, list[tuple[bytes, str, str]]] = {}
        for canary in canaries:
            for encoding, form in forms(canary.value, canary.kind):
                key = int.from_bytes(form[:SHORTEST], "little")
                self._by_prefix.setdefault(key, []).append((form, canary.id, encoding))
        self._longest = max((len(f) for fs in self._by_prefix.values() for f, *_ in fs), default=0)
        prefixes = np.array(sorted(self._by_prefix), np.uint64)
        self._maybe = [np.zeros(1 << _BITS, bool) for _ in _MIXES]
        for maybe, mix in zip(self._maybe, _MIXES, strict=True):
            maybe[_slot(prefixes, mix)] = True

    def directory(self, root: Path) -> list[Found]:
        """Every file below `root`: its bytes, and the cells of those that are Parquet or DuckDB."""
        files = sorted(path for path in root.rglob("*") if path.is_file())
        names = "\n".join(str(path.relative_to(root)) for path in root.rglob("*"))
        found = self.text(names, "(names of files)")
        for path in files:
            found += self.file(path, str(path.relative_to(root)))
        return sorted(set(found))

    def file(self, path: Path, name: str = "") -> list[Found]:
        """One file."""
        name, data = name or path.name, path.read_bytes()
        found = self.scan(data, name, "(bytes)")
        for column, cells in _contents(path, data):
            found += self.scan(cells, name, column)
        return sorted(set(found))

    def texts(self, texts: Mapping[str, str]) -> list[Found]:
        """Logs, error texts, what a terminal showed; by name."""
        return [hit for name, text in texts.items() for hit in self.text(text, name)]

    def text(self, text: str, name: str) -> list[Found]:
        """One text."""
        return self.scan(text.encode("utf-8", "surrogatepass"), name, "(text)")

    def scan(self, data: bytes, name: str, column: str) -> list[Found]:
        """All canaries in some bytes."""
        found = set()
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE + self._longest].lower()
            for at, prefix in self._candidates(piece):
                for form, canary, encoding in self._by_prefix[prefix]:
                    if piece.startswith(form, at):
                        found.add(Found(canary, name, column, encoding))
        return sorted(found)

    def _candidates(self, piece: bytes) -> Iterator[tuple[int, int]]:
        """Positions at which the first eight bytes of some form stand."""
        for shift in range(min(SHORTEST, len(piece) - SHORTEST + 1)):
            words = np.frombuffer(piece, "<u8", (len(piece) - shift) // SHORTEST, shift)
            at = np.flatnonzero(self._maybe[0][_slot(words, _MIXES[0])])
            at = at[self._maybe[1][_slot(words[at], _MIXES[1])]]
            for index, word in zip(at.tolist(), words[at].tolist(), strict=True):
                if word in self._by_prefix:
                    yield index * SHORTEST + shift, word


def _slot(words: Words, mix: np.uint64) -> Words:
    """A place in a table of what may be there, for each word."""
    return (words * mix) >> np.uint64(64 - _BITS)


def _contents(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    """(column, its distinct values a line each) of what is inside a file."""
    if data[:4] == b"PAR1" and data[-4:] == b"PAR1":
        yield from _parquet(path)
    elif data[8:12] == b"DUCK":
        yield from _duckdb(path)
    elif data[:2] == b"\x1f\x8b":
        yield "(unpacked)", gzip.decompress(data)
    elif data[:4] == b"\x28\xb5\x2f\xfd":
        yield "(unpacked)", zstandard.ZstdDecompressor().stream_reader(data).read()


def _parquet(path: Path) -> Iterator[tuple[str, bytes]]:
    with pq.ParquetFile(path) as file:
        for name in dict.fromkeys(field.name for field in file.schema_arrow):
            try:
                column = file.read([name])[name]
            except (OSError, ValueError, pa.ArrowException):
                continue  # a column with a key of its own; its bytes were scanned
            yield name, cells(column)


def _duckdb(path: Path) -> Iterator[tuple[str, bytes]]:
    """Tables, views and all that the catalogue says of them."""
    con = duckdb.connect(str(path), read_only=True)
    try:
        for about in ("duckdb_tables()", "duckdb_views()", "duckdb_columns()"):
            told = con.sql(f"SELECT * FROM {about} WHERE NOT internal").to_arrow_table()
            yield about, b"\n".join(cells(column) for column in told.columns)
        named = "SELECT schema_name, {0}_name FROM duckdb_{0}s() WHERE NOT internal"
        for kind in ("table", "view"):
            for schema, name in con.execute(named.format(kind)).fetchall():
                rows = con.sql(f'SELECT * FROM "{schema}"."{name}"').to_arrow_table()
                for column in rows.column_names:
                    yield f"{name}.{column}", cells(rows[column])
    finally:
        con.close()


def cells(column: pa.ChunkedArray) -> bytes:
    """A column's distinct values, a line each; numbers as digits, what is nested as text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_nested(kind):
        return "\n".join(map(str, column.to_pylist())).encode("utf-8", "replace")
    distinct = pc.unique(column).drop_null()
    if (
        pa.types.is_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_large_binary(kind)
    ):
        return b"\n".join(distinct.to_pylist())
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        distinct = distinct.cast(pa.string())
    return "\n".join(distinct.to_pylist()).encode("utf-8", "replace")
