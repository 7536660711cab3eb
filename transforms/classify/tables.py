"""A sample of a table (CSV, TSV), of JSON, or of Parquet -> fields with their evidence.

`detector` is what looks at names and values: as a site has it; without one as it comes.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.csv as pcsv

from weir.schemas.paths import steps
from weir.transforms.classify.decide import Field
from weir.transforms.classify.evidence import Evidence, of_column
from weir.transforms.classify.naming import (
    HIDDEN,
    is_known,
    speaks_of_a_field,
    told_in_a_map,
    told_names,
)
from weir.transforms.detect import Detector
from weir.transforms.duck import connect
from weir.transforms.parse.lines import Refused, is_utf8, lines_not_utf8, readable
from weir.transforms.parse.objects import read_objects
from weir.transforms.parse.records import as_array

MOST_FIELDS = 300
DELIMITERS = (",", "\t", ";", "|")
_DISCOVERED = 2000  # objects that are looked through for their properties
_OWN_NAMES = 5  # an object with more properties, each rare, has data for names
_RARE = 0.2
_FEW, _ENOUGH = 3, 10  # what fewer of so many objects have may be data, too
_ALIKE = 0.95  # so many values of a column are of one kind, and a name of it is of another
_DEEP = 6
_MANY, _SHARE = 3, 50  # so many lines, and of so many one: a file in another encoding
_DATA = re.compile(r"[+-]?[0-9][0-9.,:/ TZ+-]*|[^@\s]+@[^@\s]+|\S+://\S+|/\S*")
_NOTHING = re.compile(r"n\W?a\W?|nan|null|none|nil|unknown|\W*|\d.*", re.IGNORECASE)
_PLAIN = re.compile(r'[^."\[\]{} ][^."\[\]{}]*')


@dataclass(frozen=True)
class Read:
    """Fields of a sample, its records, and records that could not be read.

    twice: names that a header has twice. header: its first line names the columns.
    """

    fields: list[Field]
    records: int
    bad: int = 0
    delimiter: str = ""
    header: bool = True
    more: int = 0  # fields beyond MOST_FIELDS
    names: tuple[str, ...] = ()
    batch: str = ""  # JSON: `.` where a line is a list of objects
    not_utf8: int = 0  # lines
    read_as: str = ""  # the encoding that those were read in; else they are bad


def delimiter_of(lines: Sequence[str]) -> str:
    """What most lines are separated by into the same number of columns, two and more; or ""."""
    best, mark = 0, ""
    for one in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=one) if row)
        except csv.Error:  # a field beyond its limit
            continue
        width, count = max(widths.items(), key=lambda w: (w[1], w[0]), default=(1, 0))
        if width > 1 and 10 * count >= 7 * widths.total() and width * count > best:
            best, mark = width * count, one
    return mark


def read_table(text: bytes, delimiter: str, detector: Detector | None = None) -> Read:
    """A table with or without a header -> its columns' fields. All values are text."""
    text, converted = _in_utf8(text.removeprefix(b"\xef\xbb\xbf"))
    smooth, _, refused = readable(text)
    smooth = re.sub(rb"\r\n?", b"\n", smooth)
    if smooth.count(b'"') % 2:  # one is never closed: none tells which
        smooth, refused = _closed(smooth, refused)
    if not smooth.strip():
        return Read([], 0, len(refused), delimiter, header=False)
    first = smooth[: smooth.find(b"\n") + 1 or len(smooth)].decode()
    cells = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    table, bad = _columns(smooth, len(cells), delimiter)
    header = _is_header(cells, table, detector)
    names = tuple(cells) if header else tuple(f"column{n}" for n in range(1, len(cells) + 1))
    table = table.slice(1) if header else table
    shown = told_names(names, detector)
    found = [
        Field(
            name=f"{name} (twice)" if names.count(raw) > 1 else name,
            path=path_of(raw) if names.count(raw) == 1 else "",
            evidence=of_column(table.column(at), "json", detector),
            hidden=name != raw,
        )
        for at, (raw, name) in enumerate(zip(names, shown, strict=True))
    ]
    return Read(
        fields=found[:MOST_FIELDS],
        records=table.num_rows,
        bad=bad + len(refused),
        delimiter=delimiter,
        header=header,
        more=max(len(found) - MOST_FIELDS, 0),
        names=names,
        not_utf8=converted or sum(reason == "not_utf8" for _, reason, _ in refused),
        read_as="Windows-1252" if converted else "",
    )


def _in_utf8(text: bytes) -> tuple[bytes, int]:
    """The text, lines that are not UTF-8 read as Windows-1252, and how many those are. Nothing is
    done where they are so few that they may be torn."""
    odd = len(lines_not_utf8(text))
    if odd < _MANY or odd * _SHARE < text.count(b"\n"):
        return text, 0
    lines = (line if is_utf8(line) else _western(line).encode() for line in text.split(b"\n"))
    return b"\n".join(lines), odd


def _western(line: bytes) -> str:
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:  # of five bytes it says nothing
        return line.decode("latin-1")


def _closed(text: bytes, refused: Refused) -> tuple[bytes, Refused]:
    """Without the lines that have an odd number of quotes."""
    lines = text.split(b"\n")
    kept = [line for line in lines if line.count(b'"') % 2 == 0]
    torn = [(0, "wrong_columns", b"")] * (len(lines) - len(kept))
    return b"\n".join(kept), [*refused, *torn]


def _columns(text: bytes, width: int, delimiter: str) -> tuple[pa.Table, int]:
    bad = 0

    def skip(_: pcsv.InvalidRow) -> str:
        nonlocal bad
        bad += 1
        return "skip"

    names = [str(number) for number in range(width)]
    table = pcsv.read_csv(
        pa.py_buffer(text),
        pcsv.ReadOptions(use_threads=False, column_names=names, block_size=len(text) + 1),
        pcsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip),
        pcsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )  # fmt: skip
    return table, bad


def _is_header(cells: list[str], table: pa.Table, detector: Detector | None) -> bool:
    """Whether a first line names columns: as fields are called, or of another kind than what stands
    below. In doubt it does not: then nothing of it is shown."""
    stated = [cell for cell in cells if cell]
    if not stated or len(set(stated)) * 2 < len(stated):
        return False
    below = [column.to_pylist() for column in table.slice(1).columns]
    alike = sum(_kind(cell) == "data" for cell in stated)
    again = any(cell in column for cell, column in zip(cells, below, strict=True) if cell)
    told = told_names(stated, detector)
    shown = sum(name == cell for name, cell in zip(told, stated, strict=True))
    if 5 * alike >= len(stated) or again or 2 * shown <= len(stated):
        return False
    named = sum(map(speaks_of_a_field, stated))
    unlike = [_unlike(cell, column[:1000]) for cell, column in zip(cells, below, strict=True)]
    return "data" in unlike or named > 1 or 2 * (named + sum(map(bool, unlike))) >= len(stated)


def _unlike(cell: str, below: list[str]) -> str:
    """The kind of nearly all values below a cell, if it is another than the cell's; or ""."""
    kinds = Counter(_kind(value) for value in below if value)
    kind, count = max(kinds.items(), key=lambda k: k[1], default=("", 0))
    sure = count >= _FEW and count >= _ALIKE * kinds.total()
    return kind if sure and not _NOTHING.fullmatch(cell) and _kind(cell) != kind else ""


def _kind(value: str) -> str:
    if _DATA.fullmatch(value):
        return "data"
    return "capital" if value[:1].isupper() else "other"


def path_of(name: str) -> str:
    """A name as a mapping's path writes it; "" where it cannot."""
    if _PLAIN.fullmatch(name) and " + " not in name:
        return name
    quoted = f'"{name}"'
    try:
        whole = steps(quoted) == (name,) and " + " not in name
    except ValueError:
        whole = False
    return quoted if whole else ""


def read_json_lines(text: bytes, detector: Detector | None = None) -> Read:
    """JSON objects, or lists of them, a line each -> a field for each property, nested too."""
    smooth, _, refused = readable(text.removeprefix(b"\xef\xbb\xbf"))
    lines = as_array(smooth)
    batch = "." if smooth.lstrip()[:1] == b"[" else ""
    few = list(_objects(lines[:: len(lines) // _DISCOVERED + 1].to_pylist()))
    tree, hidden = _paths(few, detector)
    with connect() as con:
        found = read_objects(con, lines, list(tree.values()), batch)
    records = len(found.rows)
    known = [
        Field(name, path, of_column(found.columns[path], "json", detector))
        for name, path in list(tree.items())[:MOST_FIELDS]
    ]
    if not all(one.evidence.filled for one in known):
        known = _with_lists(known, lines.to_pylist())
    return Read(
        fields=known + hidden,
        records=records,
        bad=len(found.bad) + len(refused),
        more=max(len(tree) - MOST_FIELDS, 0),
        batch=batch,
        not_utf8=sum(reason == "not_utf8" for _, reason, _ in refused),
    )


def _objects(lines: list[str]) -> Iterator[dict[str, object]]:
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        yield from (
            one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)
        )


def _with_lists(known: list[Field], lines: list[str]) -> list[Field]:
    """Fields in which no value was read, with how many objects have a list there."""
    counts: Counter[str] = Counter()
    empty = {one.path: steps(one.path) for one in known if not one.evidence.filled}
    for value in _objects(lines):
        for path, names in empty.items():
            at: object = value
            for name in names:
                at = at.get(name) if isinstance(at, dict) else None
            counts[path] += isinstance(at, list)
    return [
        replace(one, evidence=replace(one.evidence, filled=counts[one.path]))
        if one.path in empty
        else one
        for one in known
    ]


def _paths(
    objects: list[dict[str, object]], detector: Detector | None
) -> tuple[dict[str, str], list[Field]]:
    """{name as shown: path} of all properties that are no objects; a field for those beside each
    other that may not be named: names of a map are what somebody put in."""
    tree: dict[str, str] = {}
    hidden: list[Field] = []

    def walk(level: list[dict[str, object]], name: str, path: str, depth: int) -> None:
        counts = Counter(key for one in level for key in one)
        shown = _shown(counts, level, detector)
        unsaid = {key: told for key, told in shown.items() if told != key or not path_of(key)}
        if unsaid:
            kinds = set(unsaid.values())
            told = kinds.pop() if len(kinds) == 1 else HIDDEN
            filled = sum(not unsaid.keys().isdisjoint(one) for one in level)
            evidence = Evidence(len(objects), filled, 0)
            hidden.append(Field(name + told, "", evidence, hidden=True, names=len(unsaid)))
        for key in (key for key in counts if key not in unsaid):
            step = path_of(key)
            below = [one[key] for one in level if key in one]
            inner = [value for value in below if isinstance(value, dict)]
            if inner and depth < _DEEP:
                walk(inner, f"{name}{key}.", f"{path}{step}.", depth + 1)
            if not inner or any(not isinstance(v, dict | None) for v in below):
                tree[name + key] = path + step

    walk(objects, "", "", 0)
    return tree, hidden


def _shown(
    counts: Counter[str], level: list[dict[str, object]], detector: Detector | None
) -> dict[str, str]:
    """Each key of objects, and what may be told of it."""
    keys = list(counts)
    told = dict(zip(keys, told_names(keys, detector), strict=True))
    told |= {key: HIDDEN for key in keys if _is_data(key, counts, len(level))}
    if any(told[key] != key for key in keys) or _is_a_map(level):
        rest = [key for key in keys if told[key] == key and not _is_steady(counts[key], len(level))]
        told |= zip(rest, told_in_a_map(rest, detector), strict=True)
    return told


def _is_steady(count: int, objects: int) -> bool:
    """So many of so many objects have it that it is no datum of one of them."""
    return objects >= _ENOUGH and 2 * count >= objects


def _is_a_map(level: list[dict[str, object]]) -> bool:
    """Whether objects are lists of things alike, each under a name of its own."""
    inner = [value for one in level for value in one.values()]
    alike = {frozenset(value) for value in inner if isinstance(value, dict)}
    whole = all(isinstance(value, dict) for value in inner)
    return whole and len(alike) == 1 and len({key for one in level for key in one}) >= _FEW


def _is_data(key: str, counts: Counter[str], objects: int) -> bool:
    """Whether a key is rather what somebody put in: few have it, or all are rare beside it."""
    few = objects >= _ENOUGH and counts[key] < max(_FEW, objects // 100)
    all_rare = len(counts) > _OWN_NAMES and max(counts.values()) < _RARE * objects
    return (few or all_rare) and not is_known(key)


def read_parquet(table: pa.Table, detector: Detector | None = None) -> Read:
    """A sample of a Parquet file; structures are taken apart, lists and bytes stay unread."""
    columns = [
        leaf
        for name, column in zip(table.column_names, table.columns, strict=True)
        for leaf in _leaves((name,), column)
    ]
    each = list(dict.fromkeys(step for way, _ in columns for step in way))
    told = dict(zip(each, told_names(each, detector), strict=True))
    found = []
    for way, column in columns[:MOST_FIELDS]:
        name, shown = ".".join(way), ".".join(told[step] for step in way)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        try:
            evidence = of_column(column.cast(pa.string()), "json", detector)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            evidence = Evidence(len(column), len(column) - column.null_count, 0)  # lists, bytes
        found.append(Field(shown, path_of(name), evidence, hidden=shown != name))
    return Read(found, table.num_rows, more=max(len(columns) - MOST_FIELDS, 0))


def _leaves(
    at: tuple[str, ...], column: pa.ChunkedArray
) -> Iterator[tuple[tuple[str, ...], pa.ChunkedArray]]:
    """(steps to it, column) of all that are no structures."""
    if not pa.types.is_struct(column.type):
        yield at, column
        return
    for field, inner in zip(column.type, column.flatten(), strict=True):
        yield from _leaves((*at, field.name), inner)
