"""A release as a page: what there is of each site, what was left out, how to check it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
from markupsafe import Markup

from weir.pipelines.report import charts
from weir.pipelines.report.charts import COLOURS, Mark
from weir.pipelines.report.numbers import (
    Facts,
    Number,
    Row,
    cut,
    facts,
    has_order,
    is_rest,
    ordered,
    over_days,
    over_several_days,
    tells,
)
from weir.pipelines.report.pages import page
from weir.pipelines.report.words import crowd, order, rules, span, title, words
from weir.schemas.release import ColumnNote, Release

SHOWN_VALUES, SHOWN_MEASURES, TILES_BESIDE, BESIDE = 12, 5, 6, 4
TILES = (
    ("traffic", "visitors"), ("period_visitors", "visitors"), ("traffic", "users"),
    ("traffic", "visits"), ("traffic", "pageviews"),
    ("campaigns", "reach"), ("campaigns", "conversions"), ("email", "unique_opens"),
    ("calls", "calls"),
)  # fmt: skip
TRENDS = {
    "traffic": ("visitors", "users"),
    "period_visitors": ("visitors",),
    "campaigns": ("reach", "clicks", "conversions"),
    "email": ("unique_opens", "unique_clicks"),
    "calls": ("calls",),
}
CROSSED = {"demographics": ("age_band", "gender")}


@dataclass(frozen=True)
class Rate:
    """One measure by another."""

    name: str
    of: str
    by: str
    percent: bool
    about: str

    def text(self, numbers: dict[str, Number], rounding: int = 1) -> str:
        """As people read it; "" where one of the two is not there. Without a decimal where the
        rounding of the two, or their noise, may be half of a whole."""
        of, by = (numbers.get(name, Number(None)) for name in (self.of, self.by))
        if of.value is None or not by.value:
            return ""
        scale = 100 if self.percent else 1
        rate = scale * of.value / by.value
        off = (scale * of.off(rounding) + abs(rate) * by.off(rounding)) / abs(by.value)
        told = f"{rate:.{0 if off >= 0.5 else 1}f}"
        return f"{told} %" if self.percent else told


RATES = {
    "campaigns": (
        Rate("frequency", "impressions", "reach", False, "impressions by reach"),
        Rate("click rate", "clicks", "impressions", True, "clicks by impressions"),
        Rate("conversion rate", "conversions", "clicks", True, "conversions by clicks"),
    ),
    "email": (
        Rate("open rate", "unique_opens", "sent", True, "openers by recipients"),
        Rate("click-through", "unique_clicks", "unique_opens", True, "clickers by openers"),
    ),
}


@dataclass(frozen=True)
class Tile:
    """One number and what it is."""

    name: str
    number: Number
    about: str


@dataclass(frozen=True)
class Figure:
    """A chart, its legend, and its numbers as a table, which may have more of them."""

    title: str
    drawn: Markup
    legend: tuple[tuple[str, str], ...]  # colour, name
    gaps: bool
    intervals: bool
    first: str  # what the table's rows are
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Number, ...]], ...]


@dataclass(frozen=True)
class Bar:
    """A row's bar and whisker, in percent of the track; it ends at `zero`, which noise may lie to
    the left of. start None: a hatched square."""

    zero: float
    start: float | None
    width: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Line:
    """A row of a breakdown as the page shows it."""

    row: Row
    bar: Bar
    rates: tuple[str, ...]


@dataclass(frozen=True)
class Breakdown:
    """A table by one of its dimensions, the largest values first."""

    dimension: str
    about: str
    measures: tuple[ColumnNote, ...]
    rates: tuple[Rate, ...]
    lines: tuple[Line, ...]
    more: int
    partial: bool
    per: str  # "day", where a number is a mean over several; else ""
    of: int  # so many days
    some_days: bool  # not every row was published on every day

    @property
    def wide(self) -> int:
        """How much room its columns take; an interval takes as much as another number."""
        noisy = any(number.interval for line in self.lines for number in line.row.numbers)
        return len(self.measures) * (1 + noisy) + len(self.rates) + self.some_days


@dataclass(frozen=True)
class Block:
    """A table of a site."""

    table: str
    title: str
    about: str
    figures: tuple[Figure, ...]
    breakdowns: tuple[Breakdown, ...]
    columns: tuple[ColumnNote, ...]
    rates: tuple[Rate, ...]
    empty: bool

    @property
    def narrow(self) -> bool:
        """Whether two of its breakdowns have room beside each other."""
        wide = max((part.wide for part in self.breakdowns), default=0)
        return len(self.breakdowns) > 1 and wide <= BESIDE

    @property
    def shows(self) -> bool:
        """Whether there is something to see, or to say."""
        return self.empty or bool(self.figures or self.breakdowns)


@dataclass(frozen=True)
class SiteView:
    """A site and its tables."""

    name: str
    tiles: tuple[Tile, ...]
    blocks: tuple[Block, ...]

    def beside(self, more: int) -> int:
        """How many tiles stand beside each other if there is room, so that no line has only one."""
        count = len(self.tiles) + more
        return -(-count // max(1, -(-count // TILES_BESIDE)))


def render(release: Release, frames: dict[str, pa.Table]) -> str:
    """The page as HTML text. frames: the release's tables by name."""
    return page(
        "release.html.j2",
        release=release,
        sites=[_site(name, release, frames) for name in release.sites],
        span=span(release.dates) if release.dates else "",
        days=len(release.dates),
        rules=rules(release.tables),
        crowd=crowd(release.tables),
        noisy=[title(table.table) for table in release.tables if table.noise],
        sums=over_several_days(release.tables),
        published=sum(table.rows for table in release.tables),
        title=title,
    )


def _site(name: str, release: Release, frames: dict[str, pa.Table]) -> SiteView:
    tables = sorted(release.tables, key=lambda table: order(table.table))
    found = [facts(table, frames[table.table], name, release.dates) for table in tables]
    return SiteView(name, _tiles(found), tuple(_block(one) for one in found))


def _tiles(found: Sequence[Facts]) -> tuple[Tile, ...]:
    by_name = {one.table.table: one for one in found if one.rows.num_rows}
    tiles = []
    for table, name in TILES:
        measure = (
            next((m for m in by_name[table].measures if m.name == name), None)
            if (table in by_name)
            else None
        )
        if measure is not None:
            known = list(by_name[table].totals(name).values())
            told = (
                over_days(measure, known, by_name[table].unit)
                if known
                else (Number(None), "withheld, or 0")
            )
            tiles.append(Tile(words(name), *told))
    return tuple(tiles)


def _block(found: Facts) -> Block:
    table, there = found.table, bool(found.rows.num_rows and found.measures)
    ranked = [d for d in found.dimensions if there and not has_order(d.name)]
    inorder = [d for d in found.dimensions if there and has_order(d.name)]
    whole = [_trend(found), _crossed(found)] if there else []
    figures = [*whole, *(_in_order(found, dimension) for dimension in inorder)]
    parts = [_breakdown(found, dimension) for dimension in ranked]
    return Block(
        table=table.table,
        title=title(table.table),
        about=table.about,
        figures=tuple(figure for figure in figures if figure),
        breakdowns=tuple(p for p in parts if tells(line.row.label for line in p.lines)),
        columns=tuple(c for c in table.columns if c.kind == "dimension") + found.measures,
        rates=RATES.get(table.table, ()),
        empty=not there,
    )


def _trend(found: Facts) -> Figure | None:
    """The days beside each other; nothing for a single one."""
    if len(found.dates) < 2 or found.table.table not in TRENDS:
        return None
    totals = {m.name: found.totals(m.name) for m in found.measures}
    names = tuple(n for n in TRENDS[found.table.table] if totals.get(n))
    rows = tuple(
        (f"{day.day} {day:%b}", tuple(totals[n].get(day, Number(None)) for n in names))
        for day in found.dates
    )
    return _figure(charts.trend, f"{_listed(names)} by {found.unit}", found.unit, names, rows)


def _crossed(found: Facts) -> Figure | None:
    """Two dimensions at once, such as age by gender."""
    first, second = CROSSED.get(found.table.table, ("", ""))
    if not {first, second} <= {d.name for d in found.dimensions}:
        return None
    means = found.means(first, second)
    across = tuple(v for v in sorted({b for _, b in means}) if not is_rest(v))
    down = [v for v in ordered(first, {a for a, _ in means}, {}) if not is_rest(v)]
    if not 2 <= len(across) <= len(COLOURS):
        return None
    main = found.main.name
    nothing: tuple[dict[str, Number], int] = ({main: Number(None)}, 0)
    rows = tuple((a, tuple(means.get((a, b), nothing)[0][main] for b in across)) for a in down)
    told = f"{words(main)} by {words(first)} and {words(second)}{_mean_of(found)}"
    return _figure(charts.columns, told, words(first), across, rows)


def _in_order(found: Facts, dimension: ColumnNote) -> Figure | None:
    """A dimension whose values have an order: columns of the main measure, the rest as a table."""
    name, main = dimension.name, found.main
    means = {key[0]: numbers for key, (numbers, _) in found.means(name).items()}
    if not tells(means):
        return None
    shown = (main, *(m for m in found.measures if m.name != main.name and _any(means, m)))
    nothing = {m.name: Number(None) for m in shown}
    rows = tuple(
        (value, tuple(means.get(value, nothing)[m.name] for m in shown[:SHOWN_MEASURES]))
        for value in ordered(name, means, {})
    )
    own = tuple((label, numbers[:1]) for label, numbers in rows if not is_rest(label))
    told = f"{words(main.name)} by {words(name)}{_mean_of(found)}"
    figure = _figure(charts.columns, told, words(name), (main.name,), own)
    head = tuple(words(m.name) for m in shown[:SHOWN_MEASURES])
    return replace(figure, head=head, rows=rows) if figure else None


def _figure(
    draw: charts.Draw,
    told: str,
    first: str,
    series: tuple[str, ...],
    rows: tuple[tuple[str, tuple[Number, ...]], ...],
) -> Figure | None:
    marks = [
        Mark(label, number.value, number.low, number.high, words(name))
        for label, numbers in rows
        for name, number in zip(series, numbers, strict=True)
    ]
    heading = told[:1].upper() + told[1:]
    drawn = draw(marks, heading) if marks else ""
    if not drawn:
        return None
    names = tuple(map(words, series))
    return Figure(
        title=heading,
        drawn=Markup(drawn),
        legend=tuple(zip(COLOURS, names, strict=False)) if len(names) > 1 else (),
        gaps=any(mark.value is None for mark in marks),
        intervals=any(mark.low is not None for mark in marks),
        first=first,
        head=names,
        rows=rows,
    )


def _breakdown(found: Facts, dimension: ColumnNote) -> Breakdown:
    name, main = dimension.name, found.main
    told = {key[0]: told for key, told in found.means(name).items()}
    means = {value: numbers for value, (numbers, _) in told.items()}
    sizes = {value: numbers[main.name].value or 0 for value, numbers in means.items()}
    values = ordered(name, means, sizes)
    kept = values[:SHOWN_VALUES]
    shown = (main, *(m for m in found.measures if m.name != main.name and _any(means, m)))
    shown = shown[:SHOWN_MEASURES]
    known = RATES.get(found.table.table, ())
    rates = tuple(r for r in known if any(r.text(means[value], found.rounding) for value in kept))
    ends = [0, *(end for numbers in means.values() for end in _ends(numbers[main.name]))]
    track = min(ends), max(ends)
    lines = tuple(
        Line(
            Row(cut(value), tuple(means[value][m.name] for m in shown), told[value][1]),
            _bar(means[value][main.name], *track),
            tuple(rate.text(means[value], found.rounding) for rate in rates),
        )
        for value in kept
    )
    return Breakdown(
        dimension=words(name),
        about=dimension.about,
        measures=shown,
        rates=rates,
        lines=lines,
        more=len(values) - len(kept),
        partial=found.partial(name),
        per=found.unit if len(found.dates) > 1 else "",
        of=len(found.dates),
        some_days=len(found.dates) > 1 and any(line.row.days < len(found.dates) for line in lines),
    )


def _listed(names: Sequence[str]) -> str:
    told = [words(name) for name in names]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else ""


def _bar(number: Number, least: int, most: int) -> Bar:
    def place(value: int) -> float:
        return 100 * (value - least) / ((most - least) or 1)

    zero = place(0)
    low, high = (None if end is None else place(end) for end in (number.low, number.high))
    if number.value is None:
        return Bar(zero, None, 0.0, low, high)
    value = place(number.value)
    return Bar(zero, min(zero, value), abs(value - zero), low, high)


def _ends(number: Number) -> list[int]:
    return [end for end in (number.value, number.low, number.high) if end is not None]


def _any(means: dict[str, dict[str, Number]], measure: ColumnNote) -> bool:
    return any(numbers[measure.name].value is not None for numbers in means.values())


def _mean_of(found: Facts) -> str:
    return f", mean of {len(found.dates)} {found.unit}s" if len(found.dates) > 1 else ""
