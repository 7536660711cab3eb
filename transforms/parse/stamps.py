"""Time stamps of any pattern, a whole column at once.

A log writes its stamps alike: the first one's shape is taken as that of all, and whatever differs
from it in length, in a mark or in a digit's place is looked at again by itself. So each digit of
each stamp is looked at, and what is taken is what `Clock` would take, with the same value.
"""

from datetime import UTC, datetime
from re import Match
from zoneinfo import ZoneInfo

import numpy as np

from weir.transforms.parse.cut import Mask, Numbers, Spans
from weir.transforms.parse.times import (
    UNITS,
    Bytes,
    Clock,
    calendar_seconds,
    day_parts,
    month_numbers,
    within,
    zone_seconds,
)

Parts = dict[str, Numbers]
_ROWS = 1 << 13  # stay in the processor's cache
_SHAPES = 6  # of stamps in a block; others go the slow way
_SOLID = ("zone", "zone_name")  # the same text in all stamps of a shape


def stamp_parts(pattern: str, values: Spans, day: str = "") -> tuple[Parts, Mask]:
    """The parts of each stamp (year, month from 0, zone in seconds, …) and which rows have them.

    day: of all of them, where they are times of day.
    """
    size, clock = len(values), Clock(pattern)
    sure, parts = np.zeros(size, dtype=bool), Parts()
    left = np.arange(size)
    for _ in range(_SHAPES):
        if not len(left):
            break
        some = values.at(left) if len(left) < size else values
        match = clock.match(some.first)
        if match is None or not some.first.isascii():
            left = left[1:]
            continue
        found, good = _alike(some, match, padded="%e" in pattern)
        rows = left[good]
        for name, numbers in found.items():
            parts.setdefault(name, np.zeros(size, np.int64))[rows] = numbers[good]
        sure[rows] = True
        left = left[~good]
    for name, text in day_parts(day).items():
        parts[name] = np.full(size, int(text or "0") - (name == "month"), np.int64)
    return parts, sure


def _alike(values: Spans, match: Match[str], *, padded: bool) -> tuple[Parts, Mask]:
    """The parts of stamps with the shape of a matched one."""
    text = match.string
    good = values.ends - values.starts == len(text)
    table = _table(values, good, len(text))
    groups = {name: match.span(name) for name in match.groupdict() if match[name] is not None}
    read = {at for name, span in groups.items() if name not in _SOLID for at in range(*span)}
    for at in (at for at in range(len(text)) if at not in read):
        good &= table[at] == ord(text[at])
    parts: Parts = {}
    for name, (first, end) in groups.items():
        if name == "zone":
            parts[name] = np.full(len(good), _east(text[first:end]))
        elif name == "month_name":
            parts["month"], known = month_numbers(table[first:end])
            good &= known
        elif name not in _SOLID:
            number, digits = _number(table[first:end], padded=padded and name == "day")
            good &= digits
            parts[name] = number - 1 if name == "month" else number
    if "fraction" in parts:
        parts["fraction"] = _micros(parts["fraction"], groups["fraction"])
    good &= (parts["month"] >= 0) & (parts["month"] < 12) if "month" in parts else True
    return parts, good


def _table(values: Spans, good: Mask, width: int) -> Bytes:
    """The bytes of values of a width, a row for each place. They are fetched value by value: those
    of one lie close together, those of a place are far apart."""
    starts = np.where(good, values.starts, 0)
    out = np.empty((width, len(starts)), np.uint8)
    padded = values.chars
    if len(padded) < width:
        padded = np.concatenate([padded, np.zeros(width, np.uint8)])
    for low in range(0, len(starts), _ROWS):
        some = slice(low, low + _ROWS)
        out[:, some] = padded[starts[some, None] + np.arange(width)].T
    return out


def _number(columns: Bytes, *, padded: bool) -> tuple[Numbers, Mask]:
    """Rows of digits -> numbers, and which are any. padded: a space may stand for a first zero."""
    digits = columns - np.uint8(48)
    if padded:
        digits[0][columns[0] == ord(" ")] = 0
    number = np.zeros(columns.shape[1], np.int64)
    for row in digits:
        number = number * 10 + row
    return number, np.asarray((digits < 10).all(axis=0))


def _micros(number: Numbers, span: tuple[int, int]) -> Numbers:
    digits = span[1] - span[0]
    scaled: Numbers = number * 10 ** (6 - digits) if digits <= 6 else number // 10 ** (digits - 6)
    return scaled


def _east(text: str) -> int:
    try:
        return 0 if text == "Z" else zone_seconds(text.replace(":", ""))
    except ValueError:  # beyond any year that is taken: the slow path says what is wrong
        return 1 << 40


def moments(parts: Parts, rows: int, zone: str) -> tuple[Numbers, Mask]:
    """Parts of stamps -> microseconds since 1970, UTC, and which are moments that are taken."""
    none = np.zeros(rows, np.int64)
    fraction = parts.get("fraction", none)
    for name, micros in UNITS.items():
        if name in parts:
            total = parts[name] * micros + fraction
            return total, within(total // 1_000_000)
    names = ("year", "month", "day", "hour", "minute", "second")
    seconds, real = calendar_seconds(*(parts.get(name, none) for name in names))
    if "zone" in parts:
        seconds = seconds - parts["zone"]
    elif zone != "UTC":
        seconds = seconds - _local(np.where(real & within(seconds), seconds, 0), zone)
    total = seconds * 1_000_000 + fraction
    return total, real & within(seconds)


def _local(seconds: Numbers, zone: str) -> Numbers:
    """Local seconds -> how far east of UTC each was; asked once a minute that occurs."""
    where = ZoneInfo(zone)
    minutes, codes = np.unique(seconds // 60, return_inverse=True)
    east = [_offset(int(minute), where) for minute in minutes]
    offsets: Numbers = np.array(east, np.int64)[codes]
    return offsets


def _offset(minute: int, where: ZoneInfo) -> int:
    local = datetime.fromtimestamp(minute * 60, UTC).replace(tzinfo=where)
    offset = local.utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
