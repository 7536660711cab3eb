"""The fast path: lines cut at their quotes, then at their spaces, all at once.

It takes a line only if the slow path would take it, with the same values; every digit is looked
at. What it is not sure of it leaves to the slow path. Lines with a NUL, a backslash or a CR, and
those that are not UTF-8, are not for it: its caller names them.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.parse.cut import Grid, Spans, cut
from weir.transforms.parse.exact import TYPES, RefusedError, column_type
from weir.transforms.parse.requests import spans
from weir.transforms.parse.shape import Shape, Word, Words
from weir.transforms.parse.stamps import Parts, moments, stamp_parts
from weir.transforms.parse.times import CLF, Mask, Numbers, clf_seconds, within, zone_seconds
from weir.transforms.parse.tokens import Field

Columns = dict[str, pa.Array]
_PORT = 5  # digits at most
_ROWS = 1 << 11  # stay in the processor's cache
_NO_MARKS = np.zeros((0, 0), np.int64)


@dataclass
class Piece:
    """What was read out of some rows: `rows` are their numbers, `good` those it is sure of.

    stamps: parts of a moment that other pieces may add to.
    """

    columns: Columns
    rows: Numbers
    good: Mask
    stamps: Parts = field(default_factory=dict)


def read_fast(lines: Spans, fit: Mask, shape: Shape, zone: str = "UTC") -> tuple[Columns, Numbers]:
    """Lines, and which of them are fit for it -> raw columns, and the numbers of their lines.

    zone: of stamps that name none.
    """
    if not shape.inside:
        grid, numbers = Grid(lines, _NO_MARKS, _NO_MARKS), np.arange(len(lines))
    else:
        count = len(shape.outside) + len(shape.inside)
        grid, numbers = cut(lines, '"', count, more=shape.open)
    if not fit.all():
        chosen = fit[numbers]
        grid, numbers = grid.at(chosen), numbers[chosen]
    good = _separated(grid, shape)
    pieces = [
        _outside(words, grid.column(2 * n), shape)
        for n, words in enumerate(shape.outside)
        if n not in shape.separators
    ]
    texts: list[tuple[Field, int]] = []
    for n, word in enumerate(shape.inside):
        if word.field is None or word.field.kind not in ("text", "word"):
            pieces.append(_piece((word,), [grid.column(2 * n + 1)], np.arange(len(numbers))))
        elif word.field.column:
            texts.append((word.field, 2 * n + 1))
    good &= _common(pieces, len(numbers))
    columns: Columns = {}
    for text, at in texts:
        values = grid.column(at)
        values = values if good.all() else values.at(good)
        columns[text.column] = values.stated(empty=bool(text.cell))
    stamps: Parts = {}
    for one in pieces:
        here = good[one.rows]
        columns |= {name: _kept(array, here) for name, array in one.columns.items()}
        stamps |= {name: part[here] for name, part in one.stamps.items()}
    numbers = numbers[good]
    if not stamps:
        return columns, numbers
    micros, real = moments(stamps, len(numbers), zone)
    columns["seen_at"] = pa.array(micros).cast(TYPES["seen_at"])
    return {name: _kept(array, real) for name, array in columns.items()}, numbers[real]


def _separated(grid: Grid, shape: Shape) -> Mask:
    """Rows with nothing but the delimiter between quotes, wherever that is so. All of these places
    are looked at row by row: they lie close together."""
    if not shape.separators:
        return np.ones(len(grid.rows), dtype=bool)
    first, last = shape.separators[0], shape.separators[-1]
    right = np.array([2 * n for n in shape.separators])
    at: tuple[slice, slice] | tuple[Numbers, Numbers] = (right - 1, right)
    if last - first + 1 == len(right):  # side by side, as in a table: no copy is made of them
        at = slice(2 * first - 1, 2 * last, 2), slice(2 * first, 2 * last + 1, 2)
    chars, delimiter = grid.rows.chars, ord(shape.delimiter)
    separated = np.ones(len(grid.rows), dtype=bool)
    for low in range(0, len(separated), _ROWS):
        marks = grid.first[low : low + _ROWS]
        closing = marks[:, at[0]]
        sure = (marks[:, at[1]] - closing == 2) & (chars[closing + 1] == delimiter)
        separated[low : low + _ROWS] = sure.all(axis=1)
    return separated


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


def _outside(words: Words, piece: Spans, shape: Shape) -> Piece:
    """The words of a piece that stands outside of quotes."""
    literals = [word.literal for word in words.words]
    if None not in literals and not _has_gap(words.words):
        whole = shape.delimiter.join(word or "" for word in literals)
        return Piece({}, np.arange(len(piece)), piece.equal(whole))
    if words.open and len(words.words) == 1:
        return Piece({}, np.arange(len(piece)), np.ones(len(piece), dtype=bool))
    # Between the pieces of a quoted line stand others, with delimiters of their own.
    text = Spans.of(piece.column()) if shape.inside else piece
    runs = _has_gap(words.words)
    grid, rows = cut(text, shape.delimiter, words.count, more=words.open, runs=runs)
    if not len(rows):
        return _nothing(words.words)
    read = [grid.column(n) for n in range(words.count)]
    return _piece(words.words, read, rows, words.open)


def _nothing(words: tuple[Word, ...]) -> Piece:
    fields = [part for word in words for part in word.parts if not isinstance(part, str)]
    empty = {
        f.column: pa.array([], column_type(f.column))
        for f in fields
        if f.column and not (f.kind == "time" and f.clock != CLF)
    }
    return Piece(empty, np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))


def _piece(words: tuple[Word, ...], read: list[Spans], rows: Numbers, open_: bool = False) -> Piece:
    columns: Columns = {}
    good = np.ones(len(rows), dtype=bool)
    seconds: Numbers | None = None
    stamps: Parts = {}
    at = 0
    for word in words[:-1] if open_ else words:
        values = read[at]
        if word.width > 1:
            values = Spans(values.text, values.starts, read[at + word.width - 1].ends)
        if at and not word.gap and _has_gap(words):
            good &= read[at].starts - read[at - 1].ends == 1
        at += word.width
        if word.clock:
            half, sure = (_dates if word.clock == "date" else _zones)(word, values)
            seconds = half if seconds is None else seconds - half
        elif word.literal is not None:
            sure = values.equal(word.literal)
        elif word.framed is not None:
            lead, inner, trail = word.framed
            values, framed = _unframed(values, lead, trail)
            good &= framed
            if inner.kind == "time":
                parts, sure = stamp_parts(inner.clock, values, inner.day)
                stamps |= parts if inner.column else {}
            else:
                found, sure = _word(inner, values, word.quoted)
                columns |= found
        elif word.field is not None:
            found, sure = _word(word.field, values, word.quoted)
            columns |= found
        else:
            found, sure = _several(word, values)
            columns |= found
        good &= sure
    if seconds is not None:
        good &= within(seconds)
        columns["seen_at"] = pa.array(seconds * 1_000_000).cast(TYPES["seen_at"])
    return Piece(columns, rows, good, stamps)


def _has_gap(words: tuple[Word, ...]) -> bool:
    """Somewhere several delimiters in a row may stand."""
    return any(word.gap for word in words)


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


def _unframed(values: Spans, lead: str, trail: str) -> tuple[Spans, Mask]:
    """Values without the text around them, and which have it; the others come as they are."""
    if not lead and not trail:
        return values, np.ones(len(values), dtype=bool)
    begin, end = len(lead.encode()), len(trail.encode())
    long = values.ends - values.starts >= begin + end
    starts = np.where(long, values.starts + begin, values.starts)
    ends = np.where(long, values.ends - end, values.ends)
    before = Spans(values.text, values.starts, starts)
    behind = Spans(values.text, ends, values.ends)
    sure = long & before.equal(lead) & behind.equal(trail)
    return Spans(values.text, starts, ends), sure


def _word(field: Field, piece: Spans, quoted: bool) -> tuple[Columns, Mask]:
    """A field's column, if it has one."""
    named = field.column
    cell = bool(field.cell)
    if field.kind == "status":
        column, sure = _statuses(piece, empty=cell)
        return ({named: column} if named else {}), sure
    if not named and (field.kind in ("word", "text") or cell):
        return {}, (piece.ends > piece.starts) | (cell or quoted)
    values = piece.stated(empty=cell)
    if field.kind in ("size", "count"):
        column, sure = _sizes(values)
        if field.kind == "count" and values.null_count:
            column = pc.if_else(values.is_null(), None, column)
        return ({named: column} if named else {}), sure
    starts, ends, _ = spans(values)
    filled = (ends > starts) | _mask(values.is_null()) | quoted
    return ({named: values} if named else {}), filled


def _led(field: Field, mark: str, piece: Spans) -> tuple[Columns, Mask]:
    """`203.0.113.7:443` -> what stands before the last mark; a port has five digits at most."""
    chars, found = piece.chars, np.zeros(len(piece), np.int64)
    for back in range(_PORT, 0, -1):
        at = piece.ends - 1 - back
        is_mark = (at > piece.starts) & (chars[np.maximum(at, 0)] == ord(mark))
        found = np.where(is_mark, at, found)
    sure = found > 0
    before = Spans(piece.text, piece.starts, np.where(sure, found, piece.ends))
    return ({field.column: before.stated()} if field.column else {}), sure


def _statuses(values: Spans, *, empty: bool) -> tuple[pa.Array, Mask]:
    """Three digits -> a number; `-` means none, and nothing at all if it may be `empty`."""
    absent = values.equal("-") | ((values.starts == values.ends) & empty)
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


def _several(word: Word, piece: Spans) -> tuple[Columns, Mask]:
    """A word of several parts (`www.example.com:80`): each distinct one by the slow path."""
    if word.led is not None:
        return _led(*word.led, piece)
    codes, exact = piece.column().dictionary_encode(), word.exact
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
        return exact.row(text or "")  # type: ignore[attr-defined, no-any-return]
    except RefusedError:
        return None


def _mask(values: pa.BooleanArray) -> Mask:
    answer: npt.NDArray[np.bool_] = pc.fill_null(values, False).to_numpy(zero_copy_only=False)
    return answer
