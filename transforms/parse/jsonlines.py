"""JSON lines: properties by their paths, as columns of text. Only what is asked for is read.

DuckDB's reader takes what is JSON by RFC 8259, and besides a comma before a closing bracket, NaN
and Infinity. Of names that stand twice in an object the first counts. Numbers come as JSON writes
them, with their exponents resolved. Measured on lines of 450 to 1,900 bytes it took 0.7 to 2.1 µs a
line for a dozen paths; Arrow's reader took half as long again, and refuses a whole block for one
property whose type changes. What is no JSON for its `\\xhh` alone is mended.
"""

import json
import os
import re
import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.distinct import one_chunk
from weir.transforms.duck import settings
from weir.transforms.parse.cut import Mask, Numbers, Spans, places
from weir.transforms.parse.lines import Refused, unfit
from weir.transforms.parse.requests import spans

_BOM = b"\xef\xbb\xbf"
_BEFORE, _BEHIND = b" \t\r[,", b" \t\r],"  # of an object, as files of one array have them
_BYTES = re.compile(r"\\\\|(?:\\x[0-9A-Fa-f]{2})+")
_LOCAL = threading.local()

Chars = npt.NDArray[np.uint8]
Columns = dict[str, pa.StringArray]


@dataclass(frozen=True)
class JsonLines:
    """The lines of a block that are JSON objects, and what became of the others.

    whole: all lines. numbers: of the objects' lines, rising; values: by path, a text or null for
    each of them. refused: (line, reason, bytes); filtered: lines
    without anything, by reason. lines = numbers + refused + filtered.
    """

    whole: Spans
    numbers: Numbers
    values: Mapping[str, pa.StringArray]
    refused: Refused
    filtered: Counter[str] = field(default_factory=Counter)

    @property
    def lines(self) -> int:
        """How many there were."""
        return len(self.whole)

    def refuse(self, reasons: pa.Array) -> Refused:
        """Objects with a reason against them, as `refused` has its lines."""
        at = np.flatnonzero(reasons.is_valid().to_numpy(zero_copy_only=False))
        told = reasons.take(pa.array(at)).to_pylist()
        numbers = self.numbers[at].tolist()
        return [(n, why, _raw(self.whole, n)) for n, why in zip(numbers, told, strict=True)]


def read_json(
    data: bytes | pa.Buffer,
    paths: Sequence[str],
    *,
    whole: Collection[str] = (),
    prefix: bool = False,
) -> JsonLines:
    """Whole lines, one object each -> what stands at the paths.

    paths: dotted names; a number is an index into a list. An object or list counts as absent, but
    at the paths that `whole` names it is given as JSON. A byte-order mark in front, commas between
    the lines and the brackets of an array around all of them are passed over; with `prefix` also
    text before the first brace, as log shippers put it there.
    """
    text = (data if isinstance(data, bytes) else data.to_pybytes()).removeprefix(_BOM)
    lines = Spans.lines(text)
    unfit = _unfit(text, lines)
    objects, blank = _objects(lines, prefix)
    readable = np.ones(len(lines), bool)
    readable[list(unfit)] = False
    blank &= readable
    braced = _among(objects.chars, np.minimum(objects.starts, max(len(text) - 1, 0)), b"{")
    chosen = np.flatnonzero(braced & readable & ~blank)
    texts = _texts(lines, objects, chosen)
    good, values = _values(texts, paths, whole)
    if len(good) < len(texts):
        good, values = _with_mended(texts, good, values, whole)
    numbers = chosen[good]
    known = blank.copy()
    known[numbers] = True
    refused = [
        (n, unfit.get(n, "not_json"), _raw(lines, n)) for n in np.flatnonzero(~known).tolist()
    ]
    empty = int(blank.sum())
    filtered = Counter({"blank": empty} if empty else {})
    return JsonLines(lines, numbers, values, refused, filtered)


def _unfit(text: bytes, lines: Spans) -> dict[int, str]:
    """Lines that no text can be made of, with the reason."""
    found = unfit(text)
    at = np.searchsorted(lines.starts, [start for start, _ in found])
    return dict(zip(at.tolist(), found.values(), strict=True))


def _objects(lines: Spans, prefix: bool) -> tuple[Spans, Mask]:
    """Where the object of each line begins and ends; and which lines hold nothing at all."""
    starts, ends, chars = lines.starts.copy(), lines.ends.copy(), lines.chars
    if prefix:
        braces = np.append(places(chars, ord("{")), len(chars))
        first = braces[np.searchsorted(braces, starts)]
        starts = np.where(first < ends, first, starts)
    starts, ends = _bare(starts, ends, chars)
    return Spans(lines.text, starts, ends), starts >= ends


def _bare(starts: Numbers, ends: Numbers, chars: Chars) -> tuple[Numbers, Numbers]:
    """Without what stands around objects."""
    left = np.flatnonzero(starts < ends)
    while len(left := left[_among(chars, starts[left], _BEFORE)]):
        starts[left] += 1
        left = left[starts[left] < ends[left]]
    left = np.flatnonzero(starts < ends)
    while len(left := left[_among(chars, ends[left] - 1, _BEHIND)]):
        ends[left] -= 1
        left = left[starts[left] < ends[left]]
    return starts, ends


def _texts(lines: Spans, objects: Spans, chosen: Numbers) -> pa.StringArray:
    """The objects as a column; over the bytes as they lie, if there is nothing else."""
    bare = (objects.starts == lines.starts) & (objects.ends == lines.ends)
    if len(chosen) < len(lines) or not bare.all():
        return objects.at(chosen).column()
    offsets = np.append(lines.starts, lines.ends[-1:]).astype(np.int32)  # LF is white space
    return pa.StringArray.from_buffers(len(lines), pa.py_buffer(offsets), lines.text)


def _raw(lines: Spans, number: int) -> bytes:
    return bytes(lines.chars[lines.starts[number] : lines.ends[number]]).removesuffix(b"\r")


def _among(chars: Chars, at: Numbers, wanted: bytes) -> Mask:
    """Which places hold one of a few bytes."""
    table = np.zeros(256, bool)
    table[list(wanted)] = True
    found: Mask = table[chars[at]]
    return found


def _values(
    texts: pa.StringArray, paths: Sequence[str], whole: Collection[str]
) -> tuple[Numbers, Columns]:
    """Which texts are JSON, and what stands in these at the paths."""
    con = _connection()
    con.register("lines", pa.table({"row": pa.array(np.arange(len(texts))), "text": texts}))
    try:
        columns = ", ".join(f"said[{n + 1}] AS c{n}" for n in range(len(paths)))
        found = con.sql(
            f"""
            SELECT row, said IS NOT NULL AS good, {columns} FROM (
                SELECT row, TRY(json_extract_string(text, $paths::VARCHAR[])) AS said FROM lines)
            """,
            params={"paths": [pointer(path) for path in paths]},
        ).to_arrow_table()
    finally:
        con.unregister("lines")
    if not pc.all(found["good"]).as_py():  # a WHERE would have every line read twice
        found = found.filter(found["good"])
    rows = found["row"].to_numpy()
    if (rows[1:] < rows[:-1]).any():  # DuckDB promises no order; one thread keeps it
        found = found.take(pa.array(np.argsort(rows)))
        rows = np.sort(rows)
    values = {path: one_chunk(found[f"c{n}"]) for n, path in enumerate(paths)}
    return rows, {
        path: column if path in whole else _scalars(column, texts, rows, path)
        for path, column in values.items()
    }


def _with_mended(
    texts: pa.StringArray, good: Numbers, values: Columns, whole: Collection[str]
) -> tuple[Numbers, Columns]:
    """Besides the good texts also those that `\\xhh` kept from being JSON: Apache writes it, and
    nginx where its format does not say `escape=json`."""
    left = np.setdiff1d(np.arange(len(texts)), good)
    said = texts.take(pa.array(left))
    odd = pc.match_substring(said, "\\x")
    if not pc.any(odd).as_py():
        return good, values
    mended = pa.array([_BYTES.sub(_as_json, text) for text in said.filter(odd).to_pylist()])
    now, more = _values(mended, list(values), whole)
    rows = np.concatenate([good, left[odd.to_numpy(zero_copy_only=False)][now]])
    order = pa.array(np.argsort(rows))
    both = {path: pa.concat_arrays([values[path], more[path]]).take(order) for path in values}
    return np.sort(rows), both


def _as_json(escaped: "re.Match[str]") -> str:
    """Bytes that are written as `\\xhh`, as a JSON string has them."""
    if escaped[0] == "\\\\":
        return escaped[0]
    text = bytes.fromhex(escaped[0].replace("\\x", "")).decode(errors="replace")
    return json.dumps(text)[1:-1]


def _scalars(column: pa.Array, texts: pa.StringArray, rows: Numbers, path: str) -> pa.Array:
    """The column without objects and lists: null stands for them, as for what is not there."""
    starts, ends, chars = spans(column)
    stated = np.flatnonzero(ends > starts)
    at = stated[_among(chars, starts[stated], b"{[")]
    if not len(at):
        return column
    con = _connection()
    con.register("lines", pa.table({"row": at, "text": texts.take(pa.array(rows[at]))}))
    try:
        nested = con.sql(
            "SELECT row FROM lines WHERE json_type(text, $path) IN ('OBJECT', 'ARRAY')",
            params={"path": pointer(path)},
        ).to_arrow_table()
    finally:
        con.unregister("lines")
    mask = np.zeros(len(column), bool)
    mask[nested["row"].to_numpy()] = True
    return pc.if_else(pa.array(mask), None, column)


def pointer(path: str) -> str:
    """`request.headers.Cookie.0` -> the same as DuckDB writes it."""
    steps = (
        f"[{s}]" if s.isdecimal() else '."' + s.replace('"', "") + '"' for s in path.split(".")
    )
    return "$" + "".join(steps)


def _connection() -> duckdb.DuckDBPyConnection:
    """This thread's own; opening one takes as long as reading 10,000 lines does."""
    held: tuple[int, duckdb.DuckDBPyConnection] | None = getattr(_LOCAL, "held", None)
    if held is None or held[0] != os.getpid():  # a forked process has its parent's memory
        held = _LOCAL.held = (os.getpid(), duckdb.connect(":memory:", config=settings()))
    return held[1]
