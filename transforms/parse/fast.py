"""The fast path: lines cut at their quotes, then at their spaces, all at once.

It takes a line only if the slow path would take it, with the same values; every digit is looked
at. What it is not sure of it leaves to the slow path. Lines with a NUL, a backslash or a CR, and
those that are not UTF-8, are not for it: its caller names them.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.parse.cut import Spans, cut
from weir.transforms.parse.exact import TYPES, RefusedError, column_type
from weir.transforms.parse.requests import spans
from weir.transforms.parse.shape import Shape, Word
from weir.transforms.parse.times import (
    Clock,
    Mask,
    Numbers,
    TimeError,
    clf_seconds,
    within,
    zone_seconds,
)

Columns = dict[str, pa.Array]


@dataclass
class Piece:
    """What was read out of some rows: `rows` are their numbers, `good` those it is sure of."""

    columns: Columns
    rows: Numbers
    good: Mask


def read_fast(lines: Spans, fit: Mask, shape: Shape) -> tuple[Columns, Numbers]:
    """Lines, and which of them are fit for it -> raw columns, and the numbers of their lines."""
    pieces, numbers = cut(lines, '"', len(shape.outside) + len(shape.inside))
    if not fit.all():
        chosen = fit[numbers]
        pieces, numbers = [piece.at(chosen) for piece in pieces], numbers[chosen]
    outside = [
        _outside(words, piece) for words, piece in zip(shape.outside, pieces[::2], strict=True)
    ]
    good = _common(outside, len(numbers))
    columns: Columns = {}
    for field, piece in zip(shape.inside, pieces[1::2], strict=True):
        if field.column:
            columns[field.column] = (piece if good.all() else piece.at(good)).stated()
    for one in outside:
        columns |= {name: _kept(array, good[one.rows]) for name, array in one.columns.items()}
    return columns, numbers[good]


def _common(pieces: list[Piece], rows: int) -> Mask:
    """Rows that every piece is sure of."""
    good = np.ones(rows, dtype=bool)
    for piece in pieces:
        here = np.zeros(rows, dtype=bool)
        here[piece.rows] = piece.good
        good &= here
    return good


def _kept(array: pa.Array, good: Mask) -> pa.Array:
    return array if good.all() else array.filter(pa.array(good))


def _outside(words: tuple[Word, ...], piece: Spans) -> Piece:
    """The words of a piece that stands outside of quotes."""
    literals = [word.literal for word in words]
    if None not in literals:
        text = " ".join(word or "" for word in literals)
        return Piece({}, np.arange(len(piece)), piece.equal(text))
    read, rows = cut(Spans.of(piece.column()), " ", len(words))
    return _piece(words, read, rows) if len(rows) else _nothing(words)


def _nothing(words: tuple[Word, ...]) -> Piece:
    fields = [part for word in words for part in word.parts if not isinstance(part, str)]
    empty = {f.column: pa.array([], column_type(f.column)) for f in fields if f.column}
    return Piece(empty, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))


def _piece(words: tuple[Word, ...], read: list[Spans], rows: Numbers) -> Piece:
    columns: Columns = {}
    good = np.ones(len(rows), dtype=bool)
    seconds: Numbers | None = None
    for word, values in zip(words, read, strict=True):
        if word.clock:
            part, sure = (_dates if word.clock == "date" else _zones)(word, values)
            seconds = part if seconds is None else seconds - part
        elif word.literal is not None:
            sure = values.equal(word.literal)
        else:
            found, sure = _word(word, values)
            columns |= found
        good &= sure
    if seconds is not None:
        good &= within(seconds)
        columns["seen_at"] = pa.array(seconds * 1_000_000).cast(TYPES["seen_at"])
    return Piece(columns, rows, good)


def _dates(word: Word, values: Spans) -> tuple[Numbers, Mask]:
    """`[22/Apr/2008:13:55:36` -> local seconds."""
    width = len(word.lead) + 20
    sure = values.ends - values.starts == width
    if sure.all():  # all of one width: the bytes are a matrix already
        _, _, chars = spans(values.column())
        table = chars[: width * len(values)].reshape(-1, width)
    else:
        padded = np.concatenate([values.chars, np.zeros(width, np.uint8)])
        table = padded[np.where(sure, values.starts, 0)[:, None] + np.arange(width)]
    # A busy log has many lines a second: a stamp is read where it changes.
    changes = np.ones(len(table), dtype=bool)
    changes[1:] = (table[1:] != table[:-1]).any(axis=1)
    stamps, run = table[changes], np.cumsum(changes) - 1
    seconds, valid = clf_seconds(stamps[:, len(word.lead) :])
    for number, byte in enumerate(word.lead.encode()):
        valid &= stamps[:, number] == byte
    return seconds[run], sure & valid[run]


def _zones(word: Word, values: Spans) -> tuple[Numbers, Mask]:
    """`-0400]` -> seconds east of UTC."""

    def east(text: str | None) -> int | None:
        zone = (text or "").removeprefix(word.lead)
        if not (zone.endswith(word.trail) and len(zone) == 5 + len(word.trail)):
            return None
        digits = zone[1:5]
        if zone[0] not in "+-" or not (digits.isascii() and digits.isdigit()):
            return None
        try:
            return zone_seconds(zone)
        except ValueError:
            return None

    if len(values) and values.equal(values.first).all():  # most logs have one zone
        seconds = east(values.first)
        sure = np.full(len(values), seconds is not None)
        return np.full(len(values), seconds or 0, np.int64), sure
    return _each(values.stated(), east, pa.int64())


def _each(values: pa.StringArray, read: "object", type_: pa.DataType) -> tuple[Numbers, Mask]:
    """A function of each distinct text, at the rows; where it gives None, not sure."""
    codes = values.dictionary_encode()
    answers = pa.array([read(text) for text in codes.dictionary.to_pylist()], type_)  # type: ignore[operator]
    spread = answers.take(codes.indices)
    sure = _mask(spread.is_valid())
    return spread.fill_null(0).to_numpy(zero_copy_only=False), sure


def _word(word: Word, piece: Spans) -> tuple[Columns, Mask]:
    """A word's columns."""
    field = word.field
    if field is not None and field.kind == "status":
        column, sure = _statuses(piece)
        return ({field.column: column} if field.column else {}), sure
    values = piece.stated()
    if field is None:
        return _several(word, values)
    named = field.column
    match field.kind:
        case "size":
            column, sure = _sizes(values)
            return ({named: column} if named else {}), sure
        case "time":
            return _times(field.clock, values)
    starts, ends, _ = spans(values)
    filled = (ends > starts) | _mask(values.is_null())
    return ({named: values} if named else {}), filled


def _statuses(values: Spans) -> tuple[pa.Array, Mask]:
    """Three digits -> a number; `-` means none."""
    absent = values.equal("-")
    sure = values.ends - values.starts == 3
    starts = np.where(sure, values.starts, 0)
    number = np.zeros(len(values), np.int16)
    for place in range(3 if sure.any() else 0):
        digit = values.chars[starts + place] - np.uint8(48)
        sure &= digit < 10
        number = number * np.int16(10) + digit
    return pa.array(number, pa.int16(), mask=absent if absent.any() else None), sure | absent


def _sizes(values: pa.StringArray) -> tuple[pa.Array, Mask]:
    """Digits -> numbers; Apache's `-` means none."""
    starts, ends, chars = spans(values)
    width = ends - starts
    absent = _mask(values.is_null())
    sure = ((width >= 1) & (width <= 18)) | absent
    used = chars[starts[0] : ends[-1]] if len(values) else chars
    if not (used - np.uint8(48) < 10).all():
        digits = pc.match_substring_regex(values, "^[0-9]+$")
        sure &= _mask(pc.fill_null(digits, True))
    if not sure.all():
        values = pc.if_else(pa.array(sure), values, None)
    return values.cast(pa.int64()).fill_null(0), sure


def _times(clock: str, values: pa.StringArray) -> tuple[Columns, Mask]:
    reader = Clock(clock)

    def micros(text: str | None) -> int | None:
        try:
            return reader.read(text or "")
        except TimeError:
            return None

    found, sure = _each(values, micros, pa.int64())
    return {"seen_at": pa.array(found).cast(TYPES["seen_at"])}, sure


def _several(word: Word, values: pa.StringArray) -> tuple[Columns, Mask]:
    """A word of several parts (`www.example.com:80`): each distinct one by the slow path."""
    codes, exact = values.dictionary_encode(), word.exact
    answers = [_row(exact, text) for text in codes.dictionary.to_pylist()]
    sure = pa.array([row is not None for row in answers], pa.bool_()).take(codes.indices)
    columns = {
        name: pa.array(
            [row and row[n] for row in answers],
            pa.int64() if name == "seen_at" else column_type(name),
        )
        .cast(column_type(name))
        .take(codes.indices)
        for n, name in enumerate(exact.columns)
    }
    return columns, _mask(pc.fill_null(sure, False))


def _row(exact: "object", text: str | None) -> "tuple[object, ...] | None":
    try:
        return exact.row((text or "").encode())  # type: ignore[attr-defined, no-any-return]
    except RefusedError:
        return None


def _mask(values: pa.BooleanArray) -> Mask:
    answer: npt.NDArray[np.bool_] = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return answer
