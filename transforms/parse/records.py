"""Files of vendors' records into columns of text, by path: JSON lines, lists in lines, TSV, CSV."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from weir.schemas.errors import InputError
from weir.schemas.mapping import EventMapping
from weir.schemas.paths import steps
from weir.transforms.distinct import one_chunk
from weir.transforms.duck import connect
from weir.transforms.parse.lines import Refused, lines_with, numbered, readable, without
from weir.transforms.parse.objects import Rows, inside, names_of, read_objects

_BOM = b"\xef\xbb\xbf"
_NAMES = 500  # names of undeclared properties that are counted
_STEP = 1 << 18  # stays in the processor's cache
_SAMPLE = 1000  # lines that are looked through for them


@dataclass(frozen=True)
class Records:
    """Records that could be read, and lines that could not.

    columns: text by path; an empty text is null. lines: the number of each record's line, from 0.
    refused: line, reason, bytes. undeclared: names of top-level properties that no mapping names,
    with the number of lines that have them, of a thousand lines spread over the block. raw: the
    bytes of a line.
    """

    columns: dict[str, pa.Array]
    lines: Rows
    refused: Refused
    raw: Callable[[int], bytes]
    filtered: Counter[str] = field(default_factory=Counter)
    undeclared: tuple[tuple[str, int], ...] = ()


def read_records(data: bytes | pa.Buffer, mapping: EventMapping) -> Records:
    """Whole lines -> Records. Raises InputError if a header lacks the column of the time."""
    text = (data if isinstance(data, bytes) else data.to_pybytes()).removeprefix(_BOM)
    return _of_json(text, mapping) if mapping.layout == "json" else _of_table(text, mapping)


def _of_json(text: bytes, mapping: EventMapping) -> Records:
    smooth, numbers, refused = readable(text)
    lines = as_array(smooth)

    def raw(line: int) -> bytes:
        at = int(np.searchsorted(numbers, line))
        return bytes(lines[at].as_py().encode().rstrip(b"\r\n"))

    with connect() as con:
        found = read_objects(con, lines, mapping.read, mapping.batch)
        names = names_of(con, lines[:: len(lines) // _SAMPLE + 1])
    for row in found.bad:
        line = int(numbers[row])
        refused.append((line, "not_json", raw(line)))
    return Records(
        columns=found.columns,
        lines=numbers[found.rows],
        refused=refused,
        raw=raw,
        filtered=Counter({"empty_batch": len(found.empty)} if found.empty else {}),
        undeclared=_undeclared(names, mapping),
    )


def _undeclared(names: dict[str, int], mapping: EventMapping) -> tuple[tuple[str, int], ...]:
    known = mapping.roots | ({mapping.batch.split(".")[0]} if mapping.batch else set())
    return tuple((n, count) for n, count in names.items() if n not in known)[:_NAMES]


def _of_table(text: bytes, mapping: EventMapping) -> Records:
    """Lines of values. A header that names the columns counts as no line: it is in each block.

    Of a file whose columns the mapping names, a first line that repeats them is filtered.
    """
    quoted = mapping.layout == "csv"
    delimiter = mapping.delimiter or ("," if quoted else "\t")
    smooth, numbers, refused = readable(text)
    first = _first_line(smooth, delimiter, quoted=quoted)
    names = list(mapping.columns) or first
    _check_columns(names, mapping)
    header = bool(smooth) and first == names
    if header:
        smooth, numbers = smooth[smooth.find(b"\n") + 1 or len(smooth) :], numbers[1:]
    if quoted and smooth.count(b'"') % 2:
        smooth, numbers, open_quotes = _balanced(smooth, numbers)
        refused += open_quotes
    wanted = {str(steps(path)[0]) for path in mapping.read} & set(names)
    table, records, wrong = _values(smooth, names, sorted(wanted), mapping, delimiter)
    starts = _starts(smooth, len(numbers), table.num_rows + len(wrong), mapping)
    lines = numbers[starts]

    def raw(line: int) -> bytes:
        first = int(np.searchsorted(numbers, line))
        behind = int(np.append(starts, len(numbers))[np.searchsorted(starts, first) + 1])
        return b"\n".join(smooth.split(b"\n")[first:behind]).rstrip(b"\r")

    refused += [(int(lines[at]), "wrong_columns", told) for at, told in wrong]
    with connect() as con:
        columns = {path: _filled(_at(con, table, path)) for path in mapping.read}
    return Records(
        columns=columns,
        lines=lines[records],
        refused=refused,
        raw=raw,
        filtered=Counter({"header": 1} if header and mapping.columns else {}),
        undeclared=_undeclared(dict.fromkeys(sorted(names), len(records)), mapping),
    )


def _starts(text: bytes, lines: int, records: int, mapping: EventMapping) -> Rows:
    """In which line each record begins; they are as many, but for quoted or escaped line ends."""
    if records == lines:
        return np.arange(lines)
    starts, open_ = [], False
    for number, line in enumerate(text.removesuffix(b"\n").split(b"\n")):
        if not open_:
            starts.append(number)
        if mapping.layout == "csv":
            open_ ^= bool(line.count(b'"') % 2)
        else:
            mark = mapping.escape.encode()
            open_ = bool(mark) and (len(line) - len(line.rstrip(mark))) % 2 == 1
    return np.resize(np.array(starts, np.int64), records)


def _check_columns(names: list[str], mapping: EventMapping) -> None:
    if names and not set(names) & {str(steps(path)[0]) for path in mapping.time.field}:
        raise InputError(
            f"events: the first line names no column '{mapping.time.field[0]}'; mapping"
            f" '{mapping.name}' needs it for the time (if the file has no such line, name its"
            " columns under `columns`)"
        )
    twice = sorted({name for name in names if names.count(name) > 1} & set(mapping.roots))
    if twice:
        raise InputError(f"events: column '{twice[0]}' is named twice; rename one")


def _first_line(text: bytes, delimiter: str, *, quoted: bool) -> list[str]:
    if not text:
        return []
    end = text.find(b"\n")
    first = text[: end if end >= 0 else len(text)].decode(errors="replace").rstrip("\r")
    if not quoted:
        return first.split(delimiter)
    return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]


def _balanced(text: bytes, numbers: Rows) -> tuple[bytes, Rows, Refused]:
    """Without the lines that have an odd quote: one of them never ends, and none tells which."""
    odd = [span for span in lines_with(text, b'"') if text.count(b'"', *span) % 2]
    spans = numbered(text, set(odd))
    refused = [(int(numbers[line]), "wrong_columns", text[a:b]) for line, a, b in spans]
    return without(text, spans), np.delete(numbers, [line for line, *_ in spans]), refused


def _values(
    text: bytes, names: list[str], wanted: list[str], mapping: EventMapping, delimiter: str
) -> tuple[pa.Table, Rows, list[tuple[int, bytes]]]:
    """The wanted columns, the number of each record, and records of another width with their text.

    Records are lines, but where a quoted or escaped line end makes one of several.
    """
    wrong: list[tuple[int, bytes]] = []

    def skip(row: pcsv.InvalidRow) -> str:
        wrong.append((row.number - 1, row.text.encode(errors="replace")))
        return "skip"

    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        text = re.sub(rb"\r(?!\n)", b" ", text)  # Arrow would end a line there
    if not text or not wanted:
        return pa.table({name: pa.array([], pa.string()) for name in wanted}), np.arange(0), wrong
    table = pcsv.read_csv(
        pa.py_buffer(text),
        pcsv.ReadOptions(use_threads=False, column_names=names, block_size=len(text) + 1),
        pcsv.ParseOptions(
            delimiter=delimiter,
            quote_char='"' if mapping.layout == "csv" else False,
            escape_char=mapping.escape or False,
            newlines_in_values=mapping.layout == "csv" or bool(mapping.escape),
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        pcsv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=wanted,
            strings_can_be_null=False,
        ),
    )
    records = np.arange(table.num_rows + len(wrong))
    return table, np.delete(records, [at for at, _ in wrong]), wrong


def _at(con: duckdb.DuckDBPyConnection, table: pa.Table, path: str) -> pa.Array:
    """The text at a path: a column, or what stands inside of it."""
    name, *rest = steps(path)
    if name not in table.column_names:
        return pa.nulls(table.num_rows, pa.string())
    values = one_chunk(table[str(name)])
    return inside(con, values, tuple(rest[1:])) if rest else values


def _filled(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(values, ""), None, values)


def as_array(text: bytes) -> pa.StringArray:
    """Lines, their ends included, over the text's own bytes."""
    chars = np.frombuffer(text, np.uint8)
    starts = range(0, len(chars), _STEP)
    found = [np.flatnonzero(chars[at : at + _STEP] == ord("\n")) + (at + 1) for at in starts]
    ends = np.concatenate([np.empty(0, np.int64), *found])
    if text and not text.endswith(b"\n"):
        ends = np.append(ends, len(text))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.StringArray.from_buffers(len(ends), pa.py_buffer(offsets), pa.py_buffer(text))
