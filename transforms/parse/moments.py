"""Moments as data sets write them: ISO 8601, or counts of seconds, milli- or microseconds."""

import re
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.parse.times import TimeError, in_range

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_NUMBER = re.compile(r"[0-9]{1,17}(?:\.[0-9]{1,9})?")
_DIGITS = {"epoch_s": 6, "epoch_ms": 3, "epoch_us": 0}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moments(values: pa.Array, format_: str = "any") -> tuple[pa.Array, pa.Array]:
    """Texts -> (timestamp[us, UTC] or null, reason or null). Without a zone UTC is meant.

    format_: `iso8601`, `epoch_s`, `epoch_ms`, `epoch_us`, or `any` of them, told apart by their
    digits. Thinks once about each distinct text.
    """
    codes = values.dictionary_encode()
    answers = [_moment(text, format_) for text in codes.dictionary.to_pylist()]
    micros = pa.array([a if isinstance(a, int) else None for a in answers], pa.int64())
    reasons = pa.array([a if isinstance(a, str) else None for a in answers], pa.string())
    told = pc.if_else(values.is_valid(), reasons.take(codes.indices), "no_time")
    return micros.take(codes.indices).cast(pa.timestamp("us", "UTC")), told


def _moment(text: str, format_: str) -> int | str:
    """Microseconds, or why not."""
    try:
        number = _NUMBER.fullmatch(text)
        if format_ == "iso8601" or (format_ == "any" and not number):
            return in_range(_iso(text))
        if not number:
            return "bad_time"
        whole, _, fraction = text.partition(".")
        digits = _DIGITS[format_] if format_ != "any" else _digits_left(len(whole))
        return in_range(int(whole + fraction.ljust(digits, "0")[:digits]))
    except TimeError as fault:
        return fault.reason


def _iso(text: str) -> int:
    """ISO 8601 as RFC 3339 and its neighbours write it."""
    if not _ISO.fullmatch(text):
        raise TimeError("bad_time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TimeError("bad_time") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _digits_left(length: int) -> int:
    """How many digits a count since 1970 lacks to microseconds, by its length (years 2001-2286)."""
    return 6 if length < 12 else 3 if length < 15 else 0
