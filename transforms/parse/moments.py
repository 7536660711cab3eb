"""Moments as data sets write them: ISO 8601, or counts of seconds, milli- or microseconds."""

import re
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.distinct import is_true
from weir.transforms.parse.times import FIRST_YEAR, LAST_YEAR, TimeError, in_range

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_NUMBER = re.compile(r"[0-9]{1,17}(?:\.[0-9]{1,9})?")
_DIGITS = {"epoch_s": 6, "epoch_ms": 3, "epoch_us": 0}
_LENGTHS = {"epoch_s": (0, 12), "epoch_ms": (12, 15), "epoch_us": (15, 99)}  # digits, from and to
_LIMITS = tuple(
    int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    for year in (FIRST_YEAR, LAST_YEAR + 1)
)
_MOST = 1 << 62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_QUICK_ISO = (
    r"^[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31)[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?Z?$"
)
"""Moments that need no calendar: no 29 February, and no zone but UTC's."""
_QUICK_NUMBER = r"^[0-9]{1,17}(?:\.[0-9]{1,9})?$"
_STAMP = pa.timestamp("us")


def moments(
    values: pa.Array, format_: str = "any", timezone: str = "UTC"
) -> tuple[pa.Array, pa.Array]:
    """Texts -> (timestamp[us, UTC] or null, reason or null).

    format_: `iso8601`, `epoch_s`, `epoch_ms`, `epoch_us`, or `any` of them, told apart by their
    digits. timezone: of ISO 8601 without a zone; an hour that a clock repeats is the first, and one
    that it leaves out its beginning. Kernels read what is written as usual; the rest is thought
    about once each distinct text.
    """
    number = is_true(pc.match_substring_regex(values, _QUICK_NUMBER))
    iso = is_true(pc.match_substring_regex(values, _QUICK_ISO))
    none = pc.and_(number, False)
    number, iso = none if format_ == "iso8601" else number, none if "epoch" in format_ else iso
    odd = pc.and_(values.is_valid(), pc.invert(pc.or_(number, iso)))
    micros, reasons = pa.nulls(len(values), pa.int64()), pa.nulls(len(values), pa.string())
    if pc.any(number).as_py():
        micros = pc.replace_with_mask(micros, number, _numbers(values.filter(number), format_))
    if pc.any(iso).as_py():
        micros = pc.replace_with_mask(micros, iso, _isos(values.filter(iso), timezone))
    outside = pc.invert(pc.and_(pc.greater_equal(micros, _LIMITS[0]), pc.less(micros, _LIMITS[1])))
    reasons = pc.if_else(is_true(outside), "time_out_of_range", reasons)
    if pc.any(odd).as_py():
        codes = values.filter(odd).dictionary_encode()
        answers = [_moment(text, format_, timezone) for text in codes.dictionary.to_pylist()]
        found = pa.array([a if isinstance(a, int) else None for a in answers], pa.int64())
        told = pa.array([a if isinstance(a, str) else None for a in answers], pa.string())
        micros = pc.replace_with_mask(micros, odd, found.take(codes.indices))
        reasons = pc.replace_with_mask(reasons, odd, told.take(codes.indices))
    told = pc.if_else(values.is_valid(), reasons, "no_time")
    good = pc.if_else(told.is_null(), micros, None)
    return good.cast(pa.timestamp("us", "UTC")), told


def _isos(texts: pa.Array, timezone: str) -> pa.Array:
    """Texts of _QUICK_ISO -> microseconds."""
    zulu = pc.ends_with(texts, "Z")
    naive = pc.utf8_rtrim(texts, "Z").cast(_STAMP)
    if timezone == "UTC" or pc.all(zulu).as_py():
        return naive.cast(pa.int64())
    return pc.if_else(zulu, naive.cast(pa.int64()), _local(naive, timezone).cast(pa.int64()))


def _local(naive: pa.Array, timezone: str) -> pa.Array:
    return pc.assume_timezone(naive, timezone, ambiguous="earliest", nonexistent="latest")


def _numbers(texts: pa.Array, format_: str) -> pa.Array:
    """Texts of _QUICK_NUMBER -> microseconds."""
    dot = pc.find_substring(texts, ".")
    if pc.max(dot).as_py() == -1:
        whole, fraction = texts, None
    else:
        whole = pc.replace_substring_regex(texts, r"\..*$", "")
        fraction = pc.replace_substring_regex(texts, r"^[0-9]+\.?", "")
    count = whole.cast(pa.int64())
    size = pc.binary_length(whole)
    micros = pa.nulls(len(texts), pa.int64())
    for name, digits in _DIGITS.items():
        if format_ not in (name, "any"):
            continue
        value = pc.multiply(pc.min_element_wise(count, _MOST // 10**digits), 10**digits)
        if fraction is not None and digits:
            padded = pc.utf8_slice_codeunits(pc.utf8_rpad(fraction, digits, "0"), 0, digits)
            value = pc.add(value, padded.cast(pa.int64()))
        if format_ == name:
            return value
        least, behind = _LENGTHS[name]
        mine = pc.and_(pc.greater_equal(size, least), pc.less(size, behind))
        micros = pc.if_else(mine, value, micros)
    return micros


def _moment(text: str, format_: str, timezone: str) -> int | str:
    """Microseconds, or why not."""
    try:
        number = _NUMBER.fullmatch(text)
        if format_ == "iso8601" or (format_ == "any" and not number):
            return in_range(_iso(text, timezone))
        if not number:
            return "bad_time"
        whole, _, fraction = text.partition(".")
        digits = _DIGITS[format_] if format_ != "any" else _digits_left(len(whole))
        return in_range(int(whole + fraction.ljust(digits, "0")[:digits]))
    except TimeError as fault:
        return fault.reason


def _iso(text: str, timezone: str) -> int:
    """ISO 8601 as RFC 3339 and its neighbours write it."""
    if not _ISO.fullmatch(text):
        raise TimeError("bad_time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TimeError("bad_time") from None
    if moment.tzinfo is None:
        return int(_local(pa.array([moment], _STAMP), timezone).cast(pa.int64())[0].as_py())
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _digits_left(length: int) -> int:
    """How many digits a count since 1970 lacks to microseconds, by its length (years 2001-2286)."""
    return next(_DIGITS[name] for name, (_, behind) in _LENGTHS.items() if length < behind)
