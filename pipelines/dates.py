"""Which dates a command is for."""

import datetime as dt
from collections.abc import Collection, Iterator

from weir.schemas.errors import UsageError


def days(date: str | None, first: str | None, last: str | None) -> Iterator[dt.date]:
    """The dates of --date, or of --from and --to."""
    if date is not None and (first or last):
        raise UsageError("give --date, or --from and --to, not both")
    if date is None and first is None and last is None:
        raise UsageError("which date? give --date YYYY-MM-DD, or --from and --to")
    if (first is not None and last is None) or (last is not None and first is None):
        raise UsageError("--from and --to go together; --date is for a single one")
    start = _date(date or first or "")
    end = _date(last) if last else start
    if end < start:
        raise UsageError(f"--to {end} lies before --from {start}")
    yield from between(start, end)


def between(first: dt.date, last: dt.date) -> list[dt.date]:
    """All dates from one to another, both included."""
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def span(dates: Collection[dt.date]) -> str:
    """`2008-04-21 to 2008-04-23`, or the one date that it is."""
    first, last = min(dates), max(dates)
    return f"{first}" if first == last else f"{first} to {last}"


def _date(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise UsageError(f"'{text}' is no date; write YYYY-MM-DD") from None
