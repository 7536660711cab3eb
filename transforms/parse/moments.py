"""Moments as data sets write them: ISO 8601, with dots and the day first, counts of seconds to
nanoseconds, or as in CLF."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.parse.requests import spans
from weir.transforms.parse.times import CLF, Clock, Mask, Numbers, TimeError, in_range, within

FORMATS = ("any", "iso8601", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "clf")
_ISO = re.compile(
    r"(?P<year>[0-9]{4})(?P<mark>[-/])(?P<month>[0-9]{2})(?P=mark)(?P<day>[0-9]{2})"
    r"[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?:Z|(?P<sign>[+-])(?P<zone_hours>[0-9]{2})(?::?(?P<zone_minutes>[0-9]{2}))?)?"
)
_DOTTED = re.compile(  # DIN 5008, and most of Europe: the day first
    r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})[T ](?P<clock>[0-9]{2}:.*)"
)
_NUMBER = re.compile(r"(?P<whole>[0-9]{1,20})(?:\.(?P<fraction>[0-9]{1,9}))?")
_CLF = re.compile(r"\[?(?P<stamp>[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[^\]]*)\]?")
_POWERS = {"epoch_s": 6, "epoch_ms": 3, "epoch_us": 0, "epoch_ns": -3}  # of ten, to microseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FEW = 64  # stamps of one width that are not worth a pattern of their own
_MICROS = 1_000_000
_UTC = pa.timestamp("us", "UTC")
_NAIVE = r"^(?:[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})[T ][0-9:.]+$"

Digits = npt.NDArray[np.uint8]
Reading = Callable[["re.Match[str]", Digits, str], tuple[Numbers, Mask]]


def moments(
    values: pa.Array, format_: str = "any", timezone: str = "UTC"
) -> tuple[pa.Array, pa.Array]:
    """Texts -> (timestamp[us, UTC] or null, reason or null).

    timezone: of dates without a zone; an hour that a clock repeats is the first, and one that it
    leaves out its end.
    format_: one of FORMATS; `any` tells them apart, counts by their digits. What is finer than a
    microsecond is cut off. Stamps that are written like many others are read column by column, as
    logs with fractions of seconds have no two alike; of the rest each distinct one is thought about
    once.
    """
    micros, known = _alike(values, format_) if format_ != "clf" else _none(len(values))
    told = pc.if_else(values.is_valid(), pa.scalar(None, pa.string()), "no_time")
    odd = np.flatnonzero(~known & values.is_valid().to_numpy(zero_copy_only=False))
    if len(odd):
        codes = values.take(pa.array(odd)).dictionary_encode()
        answers = [_moment(text, format_) for text in codes.dictionary.to_pylist()]
        at = codes.indices.to_numpy()
        micros[odd] = np.array([a if isinstance(a, int) else 0 for a in answers], np.int64)[at]
        known[odd] = np.array([isinstance(a, int) for a in answers], bool)[at]
        reasons = pa.array([a if isinstance(a, str) else None for a in answers], pa.string())
        mask = np.zeros(len(values), bool)
        mask[odd] = True
        told = pc.replace_with_mask(told, pa.array(mask), reasons.take(codes.indices))
    stamps = pa.array(micros, mask=~known).cast(_UTC)
    return (stamps if timezone == "UTC" else _local(stamps, values, timezone)), told


def _local(stamps: pa.Array, texts: pa.Array, timezone: str) -> pa.Array:
    """Stamps whose text names no zone, taken as that zone's."""
    naive = pc.fill_null(pc.match_substring_regex(texts, _NAIVE), False)
    local = pc.assume_timezone(
        stamps.cast(pa.timestamp("us")), timezone, ambiguous="earliest", nonexistent="latest"
    )
    return pc.if_else(naive, local.cast(_UTC), stamps)


def _moment(text: str, format_: str) -> int | str:
    """Microseconds, or why not."""
    try:
        number = _NUMBER.fullmatch(text)
        stamp = _CLF.fullmatch(text)
        if format_ == "clf" or (format_ == "any" and stamp):
            return Clock(CLF).read(stamp["stamp"] if stamp else "")
        if format_ == "iso8601" or (format_ == "any" and not number):
            return in_range(_iso(_year_first(text) if format_ == "any" else text))
        if not number:
            return "bad_time"
        power = _power(format_, len(number["whole"]))
        digits = number["whole"] + (number["fraction"] or "").ljust(max(power, 0), "0")
        return in_range(int("0" + digits[: len(number["whole"]) + power]))
    except TimeError as fault:
        return fault.reason


def _year_first(text: str) -> str:
    """22.04.2008 13:55:36 as ISO 8601 has it; any other text as it is."""
    if not (dotted := _DOTTED.fullmatch(text)):
        return text
    year, month, day, clock = dotted.group("year", "month", "day", "clock")
    return f"{year}-{month:0>2}-{day:0>2} {clock}"


def _iso(text: str) -> int:
    """ISO 8601 as RFC 3339 and its neighbours write it; some have slashes in the date."""
    if not _ISO.fullmatch(text):
        raise TimeError("bad_time")
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise TimeError("bad_time") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _power(format_: str, digits: int) -> int:
    """The power of ten from a count since 1970 to microseconds; of `any`, by the number of digits
    (years 2001 to 2286)."""
    if format_ != "any":
        return _POWERS[format_]
    return 6 if digits < 12 else 3 if digits < 15 else 0 if digits < 18 else -3


def _none(rows: int) -> tuple[Numbers, Mask]:
    return np.zeros(rows, np.int64), np.zeros(rows, bool)


def _alike(values: pa.StringArray, format_: str) -> tuple[Numbers, Mask]:
    """Stamps of the same width as many others -> (microseconds, which of them it is sure of).

    It is sure only of what _moment takes, with the same result.
    """
    micros, known = _none(len(values))
    if not len(values):
        return micros, known
    starts, ends, chars = spans(values)
    widths = np.where(values.is_valid().to_numpy(zero_copy_only=False), ends - starts, 0)
    counts = np.bincount(np.minimum(widths, 64))
    for width in np.flatnonzero(counts[:64] >= _FEW):
        if width == 0:
            continue
        rows = np.flatnonzero(widths == width)
        if len(rows) == len(values):  # the bytes are a matrix already
            table = chars[starts[0] : starts[0] + len(rows) * width].reshape(-1, width)
        else:
            table = chars[starts[rows][:, None] + np.arange(width)]
        micros[rows], known[rows] = _like_the_first(np.ascontiguousarray(table.T), format_)
    return micros, known


def _like_the_first(table: Digits, format_: str) -> tuple[Numbers, Mask]:
    """A matrix of bytes, one stamp a column: those that have digits and marks where the first has
    them."""
    first = table[:, 0].tobytes().decode("latin-1")
    number, iso = _NUMBER.fullmatch(first), _ISO.fullmatch(first)
    counted = format_.startswith("epoch") or (format_ == "any" and number)
    match = number if counted else iso
    if not match or len(first) > 32 or (number and len(number["whole"]) > 19):
        return _none(table.shape[1])
    digits = table - np.uint8(48)
    same = np.ones(table.shape[1], bool)
    for at, char in enumerate(first):
        same &= digits[at] < 10 if char.isdigit() else table[at] == ord(char)
    read: Reading = _counts if counted else _calendar
    micros, sure = read(match, digits, format_)
    return micros, same & sure & within(micros // _MICROS)


def _counts(match: "re.Match[str]", digits: Digits, format_: str) -> tuple[Numbers, Mask]:
    whole = _part(match, "whole", digits)
    power = _power(format_, match.end("whole"))
    if power < 0:
        return whole // 10**-power, whole >= 0
    sure = whole < 10 ** (18 - power)  # what is longer might not fit
    return np.where(sure, whole, 0) * 10**power + _fraction(match, digits, power), sure


def _calendar(match: "re.Match[str]", digits: Digits, _: str) -> tuple[Numbers, Mask]:
    year, month, day, hour, minute, second, east, and_minutes = (
        _part(match, name, digits)
        for name in ("year", "month", "day", "hour", "minute", "second", "zone_hours",
                     "zone_minutes")
    )  # fmt: skip
    days, sure = _days(year, month, day)
    sure &= (hour < 24) & (minute < 60) & (second < 60) & (east < 24) & (and_minutes < 60)
    zone = (east * 60 + and_minutes) * (-60 if match["sign"] == "-" else 60)
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - zone
    return seconds * _MICROS + _fraction(match, digits, 6), sure


def _days(year: Numbers, month: Numbers, day: Numbers) -> tuple[Numbers, Mask]:
    """Days since 1970, and whether there is such a day. Logs have few."""
    codes = pa.array((year * 100 + month) * 100 + day).dictionary_encode()
    key = codes.dictionary.to_numpy()
    months = (key // 10_000 - 1970) * 12 + key // 100 % 100 - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    days = first + (key % 100 - 1)
    good = (key // 100 % 100 >= 1) & (key // 100 % 100 <= 12) & (key % 100 >= 1)
    good &= days.astype("datetime64[M]").astype(np.int64) == months
    at = codes.indices.to_numpy()
    return days.astype(np.int64)[at], good[at]


def _part(match: "re.Match[str]", name: str, digits: Digits) -> Numbers:
    """The number that stands where the match has one; 0 where it has none."""
    start, end = match.span(name)
    number = np.zeros(digits.shape[1], np.int64)
    for at in range(max(start, 0), max(end, 0)):
        number = number * 10 + digits[at]
    return number


def _fraction(match: "re.Match[str]", digits: Digits, places: int) -> Numbers:
    """The fraction as so many digits."""
    start, end = match.span("fraction")
    number = np.zeros(digits.shape[1], np.int64)
    for at in range(start, start + places if start >= 0 else start):
        number = number * 10 + (digits[at] if at < end else 0)
    return number
