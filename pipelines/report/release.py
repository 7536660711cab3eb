"""A release as a page: what there is of each site, what was withheld, how to check it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

import pyarrow as pa

from weir.pipelines.report.charts import columns, line
from weir.schemas.policy import Disclosure
from weir.schemas.release import ColumnNote, Release, ReleaseTable
from weir.schemas.tables import NONE

SHOWN_VALUES, SHOWN_MEASURES = 12, 5
TILES = ("visitors", "users", "visits", "pageviews", "hits", "reach", "impressions", "clicks")
TRENDS = ("traffic", "campaigns", "email")
ORDERED = ("hour", "age_band")
_NOT_ADDED = {"visitors", "users", "recipients"}


@dataclass(frozen=True)
class Tile:
    """One number and what it is."""

    name: str
    value: str
    about: str


@dataclass(frozen=True)
class Row:
    """One value of a dimension: its measures, and the share of the longest bar (0 to 100)."""

    label: str
    numbers: tuple[str | None, ...]
    share: float

    @property
    def rest(self) -> bool:
        """Not a value of its own: the other ones together, none, or not known."""
        return _is_rest(self.label)


@dataclass(frozen=True)
class Breakdown:
    """A table by one of its dimensions. chart: SVG instead of bars, where order is meaning."""

    dimension: str
    about: str
    measures: tuple[ColumnNote, ...]
    rows: tuple[Row, ...]
    more: int
    partial: str  # a word where rows are not there, so that nobody adds up what is
    chart: str = ""

    @property
    def tells(self) -> bool:
        """Whether it has more than the absence of a value."""
        return any(row.label != NONE for row in self.rows)


@dataclass(frozen=True)
class Block:
    """A table of a site."""

    table: str
    about: str
    tiles: tuple[Tile, ...]
    main: str  # the measure that bars and trend show
    trend: str
    breakdowns: tuple[Breakdown, ...]
    columns: tuple[ColumnNote, ...]
    empty: bool


@dataclass(frozen=True)
class SiteView:
    """A site and its tables."""

    name: str
    tiles: tuple[Tile, ...]
    blocks: tuple[Block, ...]


def render(release: Release, frames: dict[str, pa.Table]) -> str:
    """The page as HTML text. frames: the release's tables by name."""
    from jinja2 import Environment

    text = (files("weir.pipelines") / "report" / "release.html.j2").read_text("utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["thousands"] = lambda value: f"{value:,}"
    environment.filters["words"] = words
    sites = [_site(name, release, frames) for name in release.sites]
    return environment.from_string(text).render(
        release=release,
        sites=sites,
        span=_span(release.dates),
        days=len(release.dates),
        rules=_rules(release.tables),
        smallest=min((rule.k for table in release.tables for rule in table.rules), default=0),
        suppressed=sum(table.suppressed for table in release.tables),
        published=sum(table.rows for table in release.tables),
    )


def words(name: str) -> str:
    """A column's name as people read it."""
    return {"pageviews": "page views", "os": "system"}.get(name, name.replace("_", " "))


def _site(name: str, release: Release, frames: dict[str, pa.Table]) -> SiteView:
    blocks = []
    for table in release.tables:
        rows = [row for row in frames[table.table].to_pylist() if row["site"] == name]
        blocks.append(_block(table, rows, release.dates))
    blocks.sort(key=lambda block: block.table != "traffic")
    lead = next((block for block in blocks if block.table == "traffic" and block.tiles), None)
    lead = lead or next((block for block in blocks if block.tiles), None)
    return SiteView(name, lead.tiles if lead else (), tuple(blocks))


def _block(table: ReleaseTable, rows: list[dict[str, Any]], dates: tuple[date, ...]) -> Block:
    measures = tuple(c for c in table.columns if c.kind == "measure")
    totals = {row["date"]: row for row in rows if row["by"] == "total"}
    main = _main(measures, rows)
    rounding = max((rule.rounding for rule in table.rules), default=1)
    breakdowns = [
        _breakdown(
            column, measures, main, [r for r in rows if r["by"] == column.name], totals, rounding
        )
        for column in table.columns
        if column.kind == "dimension"
    ]
    return Block(
        table=table.table,
        about=table.about,
        tiles=_tiles(measures, totals),
        main=main.name,
        trend=_trend(main, totals, dates) if table.table in TRENDS else "",
        breakdowns=tuple(found for found in breakdowns if found.tells),
        columns=tuple(c for c in table.columns if c.kind != "key"),
        empty=not rows,
    )


def _main(measures: tuple[ColumnNote, ...], rows: list[dict[str, Any]]) -> ColumnNote:
    """The measure that bars show: the first of those that most rows have."""
    return max(measures, key=lambda m: sum(row[m.name] is not None for row in rows))


def _tiles(
    measures: tuple[ColumnNote, ...], totals: dict[date, dict[str, Any]]
) -> tuple[Tile, ...]:
    found = []
    for measure in sorted(measures, key=lambda m: _rank(m.name)):
        values = [row[measure.name] for row in totals.values()]
        known = [value for value in values if value is not None]
        if known and measure.name in TILES:
            found.append(Tile(words(measure.name), *_over_days(measure, known)))
    return tuple(found[:5])


def _rank(name: str) -> int:
    return TILES.index(name) if name in TILES else len(TILES)


def _over_days(measure: ColumnNote, known: list[int]) -> tuple[str, str]:
    """A number and its sense over several days: people are not added up over days."""
    if len(known) == 1:
        return f"{known[0]:,}", measure.about
    if measure.unit in _NOT_ADDED:
        return f"{round(sum(known) / len(known)):,}", f"a day, mean of {len(known)} days"
    return f"{sum(known):,}", f"in {len(known)} days"


def _trend(main: ColumnNote, totals: dict[date, dict[str, Any]], dates: tuple[date, ...]) -> str:
    if len(dates) < 2:
        return ""
    values = [totals.get(day, {}).get(main.name) for day in dates]
    if not any(value is not None for value in values):
        return ""
    return line([f"{day:%d %b}" for day in dates], values, f"{words(main.name)} by day")


def _breakdown(
    column: ColumnNote,
    measures: tuple[ColumnNote, ...],
    main: ColumnNote,
    rows: list[dict[str, Any]],
    totals: dict[date, dict[str, Any]],
    rounding: int,
) -> Breakdown:
    shown = (main, *(m for m in measures if m.name != main.name and _any(rows, m)))[:SHOWN_MEASURES]
    means = {
        value: [_mean([r[m.name] for r in rows if r[column.name] == value]) for m in shown]
        for value in {row[column.name] for row in rows}
    }
    size = {value: 0 if column.name in ORDERED else -(means[value][0] or 0) for value in means}
    ordered = sorted(means, key=lambda value: (_is_rest(value), size[value], value))
    most = max((numbers[0] or 0 for numbers in means.values()), default=0) or 1
    kept = ordered if column.name in ORDERED else ordered[:SHOWN_VALUES]
    chart = ""
    if column.name == "hour" and rows:
        hours = [f"{hour:02d}" for hour in range(24)]
        values = [means.get(hour, [None])[0] for hour in hours]
        chart = columns(hours, values, f"{words(main.name)} by hour")
    return Breakdown(
        dimension=words(column.name),
        about=column.about,
        measures=shown,
        rows=tuple(
            Row(
                value,
                tuple(f"{n:,}" if n is not None else None for n in means[value]),
                100 * (means[value][0] or 0) / most,
            )
            for value in kept
        ),
        more=len(ordered) - len(kept),
        partial=_partial(main, rows, totals, rounding),
        chart=chart,
    )


def _partial(
    main: ColumnNote,
    rows: list[dict[str, Any]],
    totals: dict[date, dict[str, Any]],
    rounding: int,
) -> str:
    """What to say where the rows of a breakdown do not add up to the total of their days."""
    whole = {day: row[main.name] for day, row in totals.items() if row[main.name]}
    parts: dict[date, int] = {}
    for row in rows:
        parts[row["date"]] = parts.get(row["date"], 0) + (row[main.name] or 0)
    # Each row may have lost half of what numbers are rounded to.
    slack = rounding / 2 * len(rows)
    if any(parts.get(day, 0) + slack < total for day, total in whole.items()):
        return "Groups that are too small, or would give a small one away, are not in this list."
    return ""


def _is_rest(label: str) -> bool:
    return label.startswith("(") or label == "unknown"


def _any(rows: list[dict[str, Any]], measure: ColumnNote) -> bool:
    return any(row[measure.name] is not None for row in rows)


def _mean(values: list[int | None]) -> int | None:
    """Over the days on which the number was published; a single day is itself."""
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known)) if known else None


def _span(dates: tuple[date, ...]) -> str:
    first, last = dates[0], dates[-1]
    if first == last:
        return f"{first.day} {first:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


@dataclass(frozen=True)
class RuleView:
    """A table's rule in words."""

    tables: tuple[str, ...]
    sentences: tuple[str, ...]


def _rules(tables: Iterable[ReleaseTable]) -> list[RuleView]:
    """Each rule once, with the tables that it is for."""
    found: dict[tuple[str, ...], list[str]] = {}
    for table in tables:
        sentences = tuple(_sentence(rule, table.unit) for rule in table.rules)
        found.setdefault(sentences, []).append(words(table.table))
    return [RuleView(tuple(names), sentences) for sentences, names in found.items()]


def _sentence(rule: Disclosure, unit: str) -> str:
    return (
        f"A row needs at least {rule.k} {unit}s; a number in it at least {rule.contributors} of "
        f"them ({rule.k} where it counts {unit}s themselves). Numbers are rounded to "
        f"{rule.rounding}. "
        f"Names that come from the data appear only when {rule.k} {unit}s on {rule.networks} "
        f"networks produced them. One {unit} counts in at most {rule.cells_per_unit} rows."
    )
