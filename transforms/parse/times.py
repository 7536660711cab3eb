"""Time stamps: one exact reading of a text, and the same for a whole column at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from weir.schemas.errors import ConfigError

CLF = "%d/%b/%Y:%H:%M:%S %z"
ISO = "%Y-%m-%dT%H:%M:%S%z"
FIRST_YEAR, LAST_YEAR = 1990, 2099
"""Stamps outside of these years are refused: 1970 is a clock never set, 2100 one set wrong."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = int((datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())
_BEHIND = int((datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())
_PARTS = {
    "Y": "(?P<year>[0-9]{4})",
    "m": "(?P<month>[0-9]{2})",
    "d": "(?P<day>[0-9]{2})",
    "e": "(?P<day>[ 0-9][0-9])",
    "b": "(?P<month_name>[A-Z][a-z]{2})",
    "h": "(?P<month_name>[A-Z][a-z]{2})",
    "H": "(?P<hour>[0-9]{2})",
    "M": "(?P<minute>[0-9]{2})",
    "S": "(?P<second>[0-9]{2})",
    "f": "(?P<fraction>[0-9]{1,9})",
    "N": r"(?:\.(?P<fraction>[0-9]{1,9}))?",
    "s": "(?P<epoch>[0-9]{1,11})",
    "Q": "(?P<millis>[0-9]{1,14})",
    "q": "(?P<micros>[0-9]{1,17})",
    "z": "(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})",
    "Z": "(?P<zone_name>UTC|GMT)",
    "%": "%",
    "a": "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)",
}
_WHOLE = ("year", "day", "hour", "minute")
UNITS = {"epoch": 1_000_000, "millis": 1000, "micros": 1}  # since 1970
_LONGER = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M"}


class TimeError(ValueError):
    """A text that names no moment we take; `reason` is of the closed vocabulary."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Clock:
    """A strftime pattern as a reader of time stamps, or of a part of them (a date alone).

    zone: where a stamp without a zone of its own was taken.
    """

    pattern: str
    zone: str = "UTC"

    @property
    def rule(self) -> str:
        """The regular expression of a stamp, without groups."""
        return re.sub(r"\(\?P<\w+>", "(?:", _rule(self.pattern))

    def match(self, text: str) -> re.Match[str] | None:
        """The parts of a stamp, by name."""
        return _compiled(self.pattern).fullmatch(text)

    def read(self, text: str) -> int:
        """Microseconds since 1970, UTC. Raises TimeError."""
        return moment(self.parts(text), self.zone)

    def parts(self, text: str) -> dict[str, str | None]:
        """What a stamp says, of which several may make a moment. Raises TimeError."""
        match = self.match(text)
        if not match:
            raise TimeError("bad_time")
        return match.groupdict()


def day_parts(day: str) -> dict[str, str | None]:
    """The parts of a day that is told apart from the time, as %Y-%m-%d."""
    return dict(zip(("year", "month", "day"), day.split("-"), strict=True)) if day else {}


def check_whole(patterns: Iterable[str]) -> None:
    """Raise ConfigError if patterns do not make a moment together, or one is not understood."""
    names: set[str] = set()
    for pattern in patterns:
        names |= set(_compiled(pattern).groupindex)
    day = {"year", "day", "hour", "minute"} <= names and names & {"month", "month_name"}
    if not day and not names & set(UNITS):
        raise ConfigError("format: the time pattern names no whole moment (day and time of day)")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(_rule(pattern))
    except re.error:
        raise ConfigError("format: the time pattern names a part twice") from None


def _rule(pattern: str) -> str:
    for short, long in _LONGER.items():
        pattern = pattern.replace(f"%{short}", long)
    out = ""
    for literal, letter in re.findall(r"([^%]+)|%(.)", pattern):
        if letter and letter not in _PARTS:
            raise ConfigError(f"format: time pattern '%{letter}' is not understood; {_known()}")
        out += _PARTS[letter] if letter else re.escape(literal)
    return out


def _known() -> str:
    return "known are " + " ".join(f"%{letter}" for letter in (*_PARTS, *_LONGER) if letter != "%")


def moment(parts: dict[str, str | None], zone: str = "UTC") -> int:
    """The parts of a stamp -> microseconds since 1970, UTC. Raises TimeError."""
    fraction = int((parts.get("fraction") or "0")[:6].ljust(6, "0"))
    for name, micros in UNITS.items():
        count = parts.get(name)
        if count is not None:
            return in_range(int(count) * micros + fraction)
    return in_range(_calendar(parts, fraction, zone))


def _calendar(parts: dict[str, str | None], fraction: int, zone: str) -> int:
    name = parts.get("month_name")
    try:
        month = MONTHS.index(name) + 1 if name else int(parts["month"] or "")
        year, day, hour, minute = (int(parts[key] or "") for key in _WHOLE)
        second = int(parts.get("second") or "0")
        where = _zone(parts.get("zone"), zone)
        stamp = datetime(year, month, day, hour, minute, second, fraction, where)
        return (stamp - _EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise TimeError("bad_time") from None


def _zone(text: str | None, zone: str) -> tzinfo:
    if text is None:
        return UTC if zone == "UTC" else ZoneInfo(zone)
    if text == "Z":
        return UTC
    return timezone(timedelta(seconds=zone_seconds(text.replace(":", ""))))


def zone_seconds(text: str) -> int:
    """`-0430` -> seconds east of UTC. Raises ValueError beyond 14 hours or 59 minutes."""
    hours, minutes = int(text[1:3]), int(text[3:5])
    if hours > 14 or minutes > 59:
        raise ValueError("no such zone")
    return (hours * 3600 + minutes * 60) * (-1 if text[0] == "-" else 1)


def in_range(micros: int) -> int:
    """The moment itself. Raises TimeError outside of the years that are taken."""
    if not _FIRST * 1_000_000 <= micros < _BEHIND * 1_000_000:
        raise TimeError("time_out_of_range")
    return micros


Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_DIGITS = (0, 1, 7, 8, 9, 10, 12, 13, 15, 16, 18, 19)  # of 22/Apr/2008:13:55:36
_MARKS = {2: "/", 6: "/", 11: ":", 14: ":", 17: ":"}
_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_BEFORE: Numbers = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30])


def clf_seconds(chars: Bytes) -> tuple[Numbers, Mask]:
    """`22/Apr/2008:13:55:36`, a matrix of 20 bytes a row -> (local seconds since 1970, valid).

    Valid is exactly what Clock(CLF).read takes before zone and range: every digit is looked at.
    """
    columns = np.ascontiguousarray(chars.T)
    good = np.ones(len(chars), dtype=bool)
    digits = columns - np.uint8(48)
    for at in _DIGITS:
        good &= digits[at] < 10
    for at, mark in _MARKS.items():
        good &= columns[at] == ord(mark)
    month, known = month_numbers(columns[3:6])
    day, hour, minute, second = (_two(digits, at) for at in (0, 12, 15, 18))
    year = _two(digits, 7) * 100 + _two(digits, 9)
    seconds, real = calendar_seconds(year, month, day, hour, minute, second)
    return seconds, good & known & real


def calendar_seconds(
    year: Numbers, month: Numbers, day: Numbers, hour: Numbers, minute: Numbers, second: Numbers
) -> tuple[Numbers, Mask]:
    """Seconds since 1970 of a date (month from 0) and a time of day, and which are real."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = _DAYS[month] - ((month == 1) & ~leap)
    real = (day >= 1) & (day <= last) & (hour < 24) & (minute < 60) & (second < 60) & (year >= 1)
    before = np.maximum(year, 1) - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - 719_162
    days += _BEFORE[month] + ((month > 1) & leap) + day - 1
    seconds: Numbers = ((days * 24 + hour) * 60 + minute) * 60 + second
    return seconds, real


def _two(digits: Bytes, at: int) -> Numbers:
    number: Numbers = digits[at].astype(np.int64) * 10 + digits[at + 1]
    return number


def month_numbers(letters: Bytes) -> tuple[Numbers, Mask]:
    """Rows of three letters -> months from 0, and which are any."""
    code = (letters[0].astype(np.int64) << 16) | (letters[1].astype(np.int64) << 8) | letters[2]
    codes = np.array([int.from_bytes(name.encode(), "big") for name in MONTHS])
    order = np.argsort(codes)
    found = np.minimum(np.searchsorted(codes[order], code), 11)
    month = order[found]
    known: Mask = codes[month] == code
    return month.astype(np.int64), known


def within(seconds: Numbers) -> Mask:
    """Which moments lie in the years that are taken."""
    inside: Mask = (seconds >= _FIRST) & (seconds < _BEHIND)
    return inside
