"""A release's rows -> the numbers that its report shows. Arrow in, small frozen values out.

People are not added up over days: of several days a number is the mean of those on which it was
published, and says how many those were. A number may have an interval, the columns `<measure>_low`
and `<measure>_high` beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.release import ColumnNote, ReleaseTable
from weir.schemas.tables import NONE
from weir.transforms.disclose.periods import DAYS

LOW, HIGH = "_low", "_high"
LONGEST = 80
"""Characters of a text of the data that a page shows."""
ONE_LINE = 28
_NOT_ADDED = {"visitors", "users", "recipients"}
_ORDERS: dict[str, tuple[str, ...]] = {
    "hour": tuple(f"{hour:02d}" for hour in range(24)),
    "shown": ("1", "2", "3", "4-5", "6-10", "11+"),
    "lasted": ("0-29 s", "30-119 s", "2-9 min", "10 min+"),
    "age_band": (),  # by name
}
"""Dimensions whose values have an order, and all of them where a gap must be seen."""


@dataclass(frozen=True)
class Number:
    """A published number; `value` None: withheld, or 0."""

    value: int | None
    low: int | None = None
    high: int | None = None

    @property
    def text(self) -> str:
        """As people read it."""
        return "" if self.value is None else told(self.value)

    def off(self, rounding: int) -> float:
        """How far the true number may be: what it was rounded to, or its noise."""
        noise = 0 if self.low is None or self.high is None else self.high - self.low
        return max(noise, rounding if rounding > 1 else 0) / 2

    @property
    def interval(self) -> str:
        """The 95 % interval in words, "" where the number has none."""
        return (
            ""
            if self.low is None or self.high is None
            else f"{told(self.low)} to {told(self.high)}"
        )


@dataclass(frozen=True)
class Row:
    """A value of a dimension with its numbers, and on how many days the first one was published."""

    label: str
    numbers: tuple[Number, ...]
    days: int

    @property
    def rest(self) -> bool:
        """Not a value of its own: the other ones together, none, or not known."""
        return is_rest(self.label)

    @property
    def long(self) -> bool:
        """Whether it takes several lines, so that the numbers have room."""
        return len(self.label) > ONE_LINE


@dataclass(frozen=True)
class Facts:
    """The rows of a table for one site. dates: of days, or first days of `periods`."""

    table: ReleaseTable
    rows: pa.Table
    dates: tuple[date, ...]
    unit: str = "day"

    @property
    def measures(self) -> tuple[ColumnNote, ...]:
        """The measures, without the ends of their intervals and without the days of a period."""
        names = {c.name for c in self.table.columns}
        others = {name + end for name in names for end in (LOW, HIGH)} | {DAYS}
        return tuple(c for c in self.table.columns if c.kind == "measure" and c.name not in others)

    @property
    def dimensions(self) -> tuple[ColumnNote, ...]:
        """What the table can be broken out by."""
        return tuple(c for c in self.table.columns if c.kind == "dimension")

    @property
    def main(self) -> ColumnNote:
        """The measure that bars show: the first of those that most rows have."""
        return max(self.measures, key=lambda m: len(self.rows) - self.rows[m.name].null_count)

    @property
    def rounding(self) -> int:
        """What its numbers are rounded to; 1: to nothing."""
        known = (rule.rounding for rule in self.table.rules if rule.mode == "threshold")
        return max(known, default=1)

    def by(self, *dimensions: str) -> pa.Table:
        """The rows that are broken out by these; the totals without any."""
        return self.rows.filter(pc.equal(self.rows["by"], ", ".join(dimensions) or "total"))

    def totals(self, measure: str) -> dict[date, Number]:
        """A measure over all values, by date; a date without one is not in it."""
        rows = self.by().select(["date", *self._with_ends(measure)]).to_pylist()
        found = {row["date"]: _number(row, measure) for row in rows}
        return {day: number for day, number in found.items() if number.value is not None}

    def means(self, *dimensions: str) -> dict[tuple[str, ...], tuple[dict[str, Number], int]]:
        """Values of the dimensions -> the mean of each measure over its days, and how many days
        have the main one."""
        rows = self.by(*dimensions)
        names = [name for m in self.measures for name in self._with_ends(m.name)]
        asked: list[tuple[Any, ...]] = [(name, "mean") for name in names]
        groups = rows.group_by(list(dimensions)).aggregate([*asked, (self.main.name, "count")])
        found = {}
        for row in groups.to_pylist():
            whole = {name: _rounded(row[f"{name}_mean"]) for name in names}
            numbers = {m.name: _number(whole, m.name) for m in self.measures}
            found[tuple(row[d] for d in dimensions)] = (numbers, row[f"{self.main.name}_count"])
        return found

    def partial(self, dimension: str) -> bool:
        """Whether the parts do not add up to the whole on some day, as far as rounding lets see."""
        longer = DAYS in self.rows.column_names
        counted: tuple[Any, str] = (DAYS, "sum") if longer else ([], "count_all")
        sums = self.by(dimension).group_by("date").aggregate([(self.main.name, "sum"), counted])
        parts = {row["date"]: row for row in sums.to_pylist()}
        for day, total in self.totals(self.main.name).items():
            row = parts.get(day, {})
            # Each number of a day may have lost half of what numbers are rounded to.
            slack = self.rounding / 2 * row.get("days_sum" if longer else "count_all", 0)
            if (row.get(f"{self.main.name}_sum") or 0) + slack < (total.value or 0):
                return True
        return False

    def _with_ends(self, measure: str) -> list[str]:
        return [n for n in (measure, measure + LOW, measure + HIGH) if n in self.rows.column_names]


def over_several_days(tables: Iterable[ReleaseTable]) -> bool:
    """Whether numbers of any of them are sums over days: there one day without a number is enough
    for none."""
    return any(column.name == DAYS for table in tables for column in table.columns)


def facts(table: ReleaseTable, frame: pa.Table, site: str, dates: tuple[date, ...]) -> Facts:
    """A table's rows of one site. dates: of the release; a recipient may get longer periods."""
    rows = frame.filter(pc.equal(frame["site"], site))
    if DAYS not in frame.column_names:
        return Facts(table, rows, dates)
    return Facts(table, rows, tuple(sorted(set(frame["date"].to_pylist()))), "period")


def ordered(dimension: str, found: Iterable[str], sizes: dict[str, int]) -> list[str]:
    """The values as they are to be listed: by their own order, else the largest first; rest last.

    A dimension with a fixed order has all its values, also those of which nothing is there.
    """
    rest = sorted(value for value in found if is_rest(value))
    own = [value for value in found if not is_rest(value)]
    if dimension in _ORDERS:
        fixed = _ORDERS[dimension]
        return [*(fixed or sorted(own)), *sorted(set(own) - set(fixed or own)), *rest]
    return [*sorted(own, key=lambda value: (-sizes.get(value, 0), value)), *rest]


def has_order(dimension: str) -> bool:
    """Whether the order of its values means something."""
    return dimension in _ORDERS


def over_days(measure: ColumnNote, known: list[Number], unit: str = "day") -> tuple[Number, str]:
    """One number for several days, and its sense: people are not added up over days."""
    if len(known) == 1:
        return known[0], measure.about
    mean = measure.unit in _NOT_ADDED
    parts = len(known) if mean else 1

    def together(values: list[int | None]) -> int | None:
        there = [value for value in values if value is not None]
        return round(sum(there) / parts) if len(there) == len(known) else None

    number = Number(
        together([one.value for one in known]),
        together([one.low for one in known]),
        together([one.high for one in known]),
    )
    sense = f"a {unit}, mean of {len(known)} {unit}s" if mean else f"in {len(known)} {unit}s"
    return number, sense


def is_rest(label: str) -> bool:
    """Whether a value is no value of its own."""
    return label.startswith("(") or label == "unknown"


def tells(labels: Iterable[str]) -> bool:
    """Whether there is more than the absence of a value."""
    return any(label != NONE for label in labels)


def told(value: int) -> str:
    """A number as people read it; noise may make it negative."""
    return f"{value:,}".replace("-", "\N{MINUS SIGN}")


def cut(label: str) -> str:
    """A text as a page shows it: anybody may have written it, of any length."""
    return label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"


def _rounded(mean: float | None) -> int | None:
    return None if mean is None else round(mean)


def _number(row: dict[str, Any], measure: str) -> Number:
    return Number(row[measure], row.get(measure + LOW), row.get(measure + HIGH))
