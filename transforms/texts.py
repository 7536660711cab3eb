"""The texts in a file, whatever it is: cells, names, footers, JSON, pages, lines.

A file is read for what stands in it, not for what it should be: nothing that Weir knows of its own
tables is taken for granted. Each text comes with the name it stands under and how often.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.schemas.columns import PSEUDONYM, DataClass, data_class
from weir.transforms.distinct import Distinct
from weir.transforms.of_weir import is_counted

TEXTS = pa.schema(
    [
        pa.field("column", pa.string()),  # or key, attribute, kind of place
        pa.field("value", pa.string()),
        pa.field("cells", pa.int64()),
    ]
)
"""Distinct within what was read at once. In flight only: what is audited may be PII."""

NAME = "(name)"
"""Stands for a column where the text is itself the name of a column, key or file."""
FOOTER = "(footer)"
LINE = "(text)"
ROWS_AT_ONCE = 1_000_000
LINES_AT_ONCE = 100_000
_LONGEST = 1000  # characters of a line that are looked at together
_RUN = re.compile(rb"(?:[ -~]\0{0,3}){6,}")  # in UTF-16 and UTF-32 as well


@dataclass(frozen=True)
class Column:
    """A column of a Parquet file by its own footer; a class that is not given is PII."""

    name: str
    class_: DataClass
    type: pa.DataType
    rows: int

    @property
    def could_hold_a_key(self) -> bool:
        """Bytes, or lists: what pseudonyms and sketches are made of, and no measure."""
        stored = _stored(self.type)
        return "binary" in str(stored) or stored.num_fields > 0


def columns_of(path: Path) -> list[Column]:
    """The columns of a Parquet file. Raises OSError or ArrowException for what is none."""
    with pq.ParquetFile(path) as file:
        rows = file.metadata.num_rows
        return [Column(f.name, data_class(f), f.type, rows) for f in file.schema_arrow]


def parquet_texts(path: Path) -> Iterator[pa.Table]:
    """TEXTS of a Parquet file: its footer and names first, then column by column.

    Raises OSError or ArrowException for what is none, and for a column of a type that is not known
    here. Numbers and dates are not read, nor columns of fixed binary that are declared pseudonyms.
    """
    coded = [f.name for f in pq.read_schema(path) if pa.types.is_string(f.type)]
    with pq.ParquetFile(path, read_dictionary=coded) as file:
        yield _texts(_footer(file))
        for field in file.schema_arrow:
            if _holds_text(field):
                for groups in some_rows(file):
                    column = file.read_row_groups(groups, [field.name], use_threads=False)
                    yield from _cells(field.name, column[field.name])


def key_texts(path: Path) -> Iterator[pa.Table]:
    """TEXTS of the columns of a Parquet file that are declared pseudonyms: their bytes in hex."""
    with pq.ParquetFile(path) as file:
        for field in filter(_is_key, file.schema_arrow):
            for groups in some_rows(file):
                column = file.read_row_groups(groups, [field.name], use_threads=False)
                held = Distinct.of(column[field.name])
                texts = pa.array([value.hex() for value in held.values.to_pylist()], pa.string())
                named = pa.repeat(pa.scalar(field.name), len(texts))
                yield pa.table([named, texts, held.weights()], schema=TEXTS)


def json_texts(data: str, counts: bool = False) -> pa.Table:
    """TEXTS of a JSON document, each under its nearest key; ValueError for what is none.

    counts: its numbers are Weir's counts. Only whole ones could be others, of nine digits and more,
    or of seven where Weir counts nothing.
    """
    return _texts(_leaves(json.loads(data), "", counts))


def page_texts(data: str) -> pa.Table:
    """TEXTS of an HTML page: text by element, attributes by name, comments."""
    page = _Page()
    page.feed(data)
    page.close()
    return _texts(page.found)


def sheet_texts(lines: Iterable[str]) -> Iterator[pa.Table]:
    """TEXTS of comma, semicolon or tab separated lines with a header."""
    lines = iter(lines)
    header = next(lines, "")
    delimiter = max(",;\t", key=header.count)
    names = next(csv.reader([header], delimiter=delimiter), [])
    yield _texts((NAME, name) for name in names)
    rows = csv.reader(lines, delimiter=delimiter)
    for some in batches(rows):
        yield _texts(
            (names[at] if at < len(names) else LINE, cell)
            for row in some
            for at, cell in enumerate(row)
        )


def line_texts(lines: Iterable[str]) -> Iterator[pa.Table]:
    """TEXTS of plain lines."""
    for some in batches(lines):
        yield _texts((LINE, line) for line in some)


def byte_texts(data: bytes, least: int = 6) -> pa.Table:
    """TEXTS of what has no known form: its runs of so many (six) and more printable characters."""
    runs = (run.replace(b"\0", b"").decode("ascii") for run in _RUN.findall(data))
    return _texts((LINE, run) for run in runs if len(run) >= least)


def cell_texts(table: pa.Table) -> Iterator[pa.Table]:
    """TEXTS of an Arrow table."""
    yield _texts((NAME, name) for name in table.column_names)
    for field in table.schema:
        if _holds_text(field):
            yield from _cells(field.name, table[field.name])


def _footer(file: pq.ParquetFile) -> Iterator[tuple[str, str]]:
    """Names of columns and whatever else a footer says; its Arrow schema by field."""
    metadata = file.metadata.metadata or {}
    own = {key: value for key, value in metadata.items() if key != b"ARROW:schema"}
    yield FOOTER, file.metadata.created_by or ""
    yield from _said(own)
    yield from _said(file.schema_arrow.metadata or {})
    for field in file.schema_arrow:
        yield from _field(field)


def _field(field: pa.Field) -> Iterator[tuple[str, str]]:
    yield NAME, field.name
    yield from _said(field.metadata or {})
    for number in range(field.type.num_fields):
        yield from _field(field.type.field(number))


def _said(metadata: dict[bytes, bytes]) -> Iterator[tuple[str, str]]:
    for key, value in metadata.items():
        if key != b"ARROW:schema":
            yield NAME, key.decode("utf-8", "replace")
            yield from _footnote(value.decode("utf-8", "replace"))


def _footnote(text: str) -> Iterator[tuple[str, str]]:
    """What a footer says under a key: by its own keys if it is JSON, whose marks are no text."""
    stated = None
    if text.startswith(("{", "[")):
        with suppress(ValueError, RecursionError):
            stated = json.loads(text)
    yield from _leaves(text if stated is None else stated, FOOTER, False)


def _is_key(field: pa.Field) -> bool:
    return pa.types.is_fixed_size_binary(field.type) and data_class(field) is PSEUDONYM


def _holds_text(field: pa.Field) -> bool:
    return not _is_key(field) and not _is_number(field.type)


def _is_number(type_: pa.DataType) -> bool:
    """What holds no text, whatever its value."""
    return any(
        is_(type_)
        for is_ in (
            pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_boolean,
            pa.types.is_temporal, pa.types.is_null,
        )
    )  # fmt: skip


def _stored(type_: pa.DataType) -> pa.DataType:
    """What an extension type (JSON, UUID) is made of; any other type as it is."""
    return type_.storage_type if isinstance(type_, pa.BaseExtensionType) else type_


def some_rows(file: pq.ParquetFile) -> Iterator[list[int]]:
    """Numbers of row groups, so many that their rows are not too many at once."""
    groups: list[int] = []
    rows = 0
    for number in range(file.num_row_groups):
        groups.append(number)
        rows += file.metadata.row_group(number).num_rows
        if rows >= ROWS_AT_ONCE:
            yield groups
            groups, rows = [], 0
    if groups:
        yield groups


def _cells(name: str, column: pa.ChunkedArray) -> Iterator[pa.Table]:
    for leaves in _texts_in(column):
        held = Distinct.of(leaves)
        table = pa.table(
            [pa.repeat(pa.scalar(name), len(held.values)), held.values, held.weights()],
            schema=TEXTS,
        )
        yield table.filter(pc.fill_null(pc.not_equal(table["value"], ""), False))


def _texts_in(column: pa.ChunkedArray | pa.Array) -> Iterator[pa.ChunkedArray | pa.Array]:
    """The text arrays inside a column, however it is nested. ArrowNotImplementedError for a type
    that is neither read nor a number: it could hold anything."""
    if isinstance(column, pa.ChunkedArray) and column.type.num_fields:
        for chunk in column.chunks:
            yield from _texts_in(chunk)
        return
    type_ = column.type
    if _stored(type_) != type_:
        yield from _texts_in(column.cast(_stored(type_)))
    elif pa.types.is_string(type_):
        yield column
    elif pa.types.is_dictionary(type_):
        if pa.types.is_string(type_.value_type):
            yield column
        else:
            yield from _texts_in(column.cast(type_.value_type))
    elif pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        yield column.cast(pa.string())
    elif pa.types.is_struct(type_):
        for child in column.flatten():
            yield from _texts_in(child)
    elif pa.types.is_map(type_):
        yield from _texts_in(column.keys)
        yield from _texts_in(column.items)
    elif hasattr(column, "flatten") and type_.num_fields:
        yield from _texts_in(column.flatten())
    elif "binary" in str(type_):
        yield _readable(column)
    elif not _is_number(type_):
        raise pa.ArrowNotImplementedError("a column of a type that is not read")


def _readable(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Binary values that are text."""
    texts = []
    for value in pc.drop_null(column.cast(pa.large_binary())).to_pylist():
        try:
            texts.append(value.decode())
        except UnicodeDecodeError:
            continue
    return pa.array(texts, pa.string())


def _leaves(value: Any, key: str, counts: bool, above: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield NAME, name
            yield from _leaves(inner, name, counts, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, key, counts, above)
    elif isinstance(value, str):
        yield key or LINE, value
    elif isinstance(value, int | float) and not (counts and _counts(value, key, above)):
        yield key or LINE, str(value)


def _counts(value: float, key: str, above: str) -> bool:
    most = 10**8 if is_counted(key, above) else 10**6
    return isinstance(value, float) or value < most or key.endswith("bytes")


class _Page(HTMLParser):
    """Collects (where, text) of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._tag = LINE

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.found += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self._tag = LINE

    def handle_data(self, data: str) -> None:
        self.found.append((self._tag, data))

    def handle_comment(self, data: str) -> None:
        self.found.append(("(comment)", data))

    def handle_decl(self, decl: str) -> None:
        self.found.append(("(comment)", decl))

    def handle_pi(self, data: str) -> None:
        self.found.append(("(comment)", data))

    def unknown_decl(self, data: str) -> None:
        self.found.append(("(comment)", data))


def _texts(found: Iterable[tuple[str, str]]) -> pa.Table:
    counts = Counter((name, piece) for name, text in found for piece in _cut(text))
    columns = [[name for name, _ in counts], [text for _, text in counts], list(counts.values())]
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, TEXTS, strict=True)], schema=TEXTS
    )


def _cut(text: str) -> Iterator[str]:
    """A text in pieces that are not too long to be looked at, cut at blanks."""
    text, start = text.strip(), 0
    while start < len(text):
        end = start + _LONGEST
        if end < len(text):
            blank = text.rfind(" ", start + 1, end)
            end = blank if blank > 0 else end
        if piece := text[start:end].strip():
            yield piece
        start = end


def batches(lines: Iterable[Any]) -> Iterator[list[Any]]:
    """Lists of LINES_AT_ONCE lines."""
    held: list[Any] = []
    for line in lines:
        held.append(line)
        if len(held) >= LINES_AT_ONCE:
            yield held
            held = []
    if held:
        yield held
