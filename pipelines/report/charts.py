"""Charts as inline SVG: Vega-Lite says what is drawn, vl-convert draws it, offline.

Each chart is drawn twice, for a desk and for a telephone; the page's style shows the one that fits.
Colours are the page's own variables, so a chart follows light, dark and paper. No size depends on
the width of a text, hence on no font of this machine: the same numbers are the same bytes.
A number that is not there is a hatched square across the line of zero, of one size whatever is
beside it: no bar whose height somebody could read, and no zero. An interval is a whisker.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

COLOURS = ("var(--water)", "var(--sun)", "var(--leaf)", "var(--plum)", "var(--soft)")
_HATCH = "url(#hatch)"


@dataclass(frozen=True)
class Mark:
    """A number of a series at a place of the axis; `value` None: withheld, or 0."""

    place: str
    value: int | None
    low: int | None = None
    high: int | None = None
    series: str = ""


Draw = Callable[[Sequence[Mark], str], str]


@dataclass(frozen=True)
class _Paper:
    """How large a chart is and what fits on it, in pixels and labels."""

    kind: str
    width: int
    height: int
    labels: int
    values: int
    text: int
    gap: int

    left, right, top, bottom = 44, 12, 18, 28


@dataclass(frozen=True)
class _Ends:
    """Of the upright axis: where it begins and ends, and the numbers at it."""

    bottom: int
    top: int
    steps: list[int]


_PAPERS = (_Paper("wide", 800, 190, 16, 24, 11, 12), _Paper("narrow", 270, 140, 6, 6, 12, 8))


def columns(marks: Sequence[Mark], title: str) -> str:
    """A column a place, beside each other where there are several series. "" without a number."""
    return _drawn(marks, title, _columns)


def trend(marks: Sequence[Mark], title: str) -> str:
    """A line a series over the days; broken where there is no number. "" without a number."""
    return _drawn(marks, title, _trend)


def _drawn(marks: Sequence[Mark], title: str, layers: Any) -> str:
    if all(mark.value is None for mark in marks):
        return ""
    return "".join(_svg(_spec(marks, paper, layers), paper, title) for paper in _PAPERS)


def _spec(marks: Sequence[Mark], paper: _Paper, layers: Any) -> dict[str, Any]:
    places = list(dict.fromkeys(mark.place for mark in marks))
    every = -(-len(places) // paper.labels)
    ends = _ends(marks)
    return {
        "width": paper.width,
        "height": paper.height,
        "autosize": "none",
        "padding": {
            "left": paper.left, "right": paper.right, "top": paper.top, "bottom": paper.bottom,
        },
        "data": {"values": [_row(mark) for mark in marks]},
        "encoding": {
            "x": {
                "field": "place", "type": "ordinal", "sort": None, "scale": {"domain": places},
                "axis": _AXIS | {"values": places[::every], "labelAngle": 0, "labelPadding": 10},
            },
            "y": {
                "type": "quantitative",
                "scale": {"domain": [ends.bottom, ends.top], "nice": False},
                "axis": _AXIS | {"values": ends.steps, "labelExpr": _TOLD,
                                 "domain": False, "grid": True},
            },
        },
        "layer": layers(marks, places, paper, ends),
        "config": _config(paper.text),
    }  # fmt: skip


_TOLD = "format(datum.value, datum.value < 1e4 ? ',d' : '~s')"
_AXIS: dict[str, Any] = {
    "title": None, "ticks": False, "labelOverlap": False, "labelLimit": 0, "labelPadding": 6,
    "labelBound": False, "labelFlush": False,
}  # fmt: skip


def _config(text: int) -> dict[str, Any]:
    colours = {
        "labelColor": "var(--soft)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
    }
    return {
        "aria": False,
        "background": None,
        "view": {"stroke": None},
        "axis": colours | {"labelFontSize": text, "grid": False},
        "text": {"fontSize": text, "color": "var(--ink)", "dy": -9},
    }


_THERE, _GONE = {"filter": "isValid(datum.value)"}, {"filter": "!isValid(datum.value)"}
_BETWEEN = {"filter": "isValid(datum.low)"}


def _columns(
    marks: Sequence[Mark], places: list[str], paper: _Paper, ends: _Ends
) -> list[dict[str, Any]]:
    beside = _beside(marks)
    told = len(marks) <= paper.values
    return [
        _gaps(paper, ends, beside),
        {
            "transform": [_THERE], "mark": {"type": "bar"},
            "encoding": {"y": {"field": "value"}} | beside | _coloured(marks, "color"),
        },
        _whiskers(beside),
        *([_values(beside)] if told else []),
    ]  # fmt: skip


def _trend(
    marks: Sequence[Mark], places: list[str], paper: _Paper, ends: _Ends
) -> list[dict[str, Any]]:
    one = len({mark.series for mark in marks}) == 1
    told = one and len(places) <= paper.labels
    colour = _coloured(marks, "color")
    line = {"type": "line", "strokeWidth": 2.5, "invalid": "break-paths-show-domains"}
    dot = {"type": "point", "filled": True, "size": 45, "opacity": 1}
    return [
        _gaps(paper, ends, {}),
        {"mark": line, "encoding": {"y": {"field": "value"}} | colour},
        _whiskers({}),
        {
            "transform": [_THERE], "mark": dot,
            "encoding": {"y": {"field": "value"}} | colour,
        },
        *([_values({})] if told else []),
    ]  # fmt: skip


def _beside(marks: Sequence[Mark]) -> dict[str, Any]:
    series = list(dict.fromkeys(mark.series for mark in marks))
    if len(series) == 1:
        return {}
    return {"xOffset": {"field": "series", "sort": None, "scale": {"domain": series}}}


def _coloured(marks: Sequence[Mark], channel: str) -> dict[str, Any]:
    series = list(dict.fromkeys(mark.series for mark in marks))
    shades = [COLOURS[number % len(COLOURS)] for number in range(len(series))]
    scale = {"domain": series, "range": shades}
    return {channel: {"field": "series", "type": "nominal", "scale": scale, "legend": None}}


def _gaps(paper: _Paper, ends: _Ends, beside: dict[str, Any]) -> dict[str, Any]:
    zero = paper.height * ends.top / (ends.top - ends.bottom)
    half = paper.gap / 2
    square = {"type": "bar", "fill": _HATCH, "stroke": "var(--hatch)", "width": paper.gap}
    return {
        "transform": [_GONE], "mark": square,
        "encoding": {"y": {"value": zero - half}, "y2": {"value": zero + half}} | beside,
    }  # fmt: skip


def _whiskers(beside: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": [_BETWEEN],
        "mark": {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.5},
        "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}} | beside,
    }


def _values(beside: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": [_THERE],
        "mark": "text",
        "encoding": {"y": {"field": "above"}, "text": {"field": "told", "type": "nominal"}}
        | beside,
    }


def _row(mark: Mark) -> dict[str, Any]:
    above = mark.high if mark.high is not None else mark.value
    told = short(mark.value) if mark.value is not None else ""
    return {
        "place": mark.place, "series": mark.series, "value": mark.value,
        "low": mark.low, "high": mark.high, "above": above, "told": told,
    }  # fmt: skip


def _ends(marks: Sequence[Mark]) -> _Ends:
    """Round steps, and ends beyond every number and whisker; noise may go below zero."""
    most = max(max(mark.value or 0, mark.high or 0) for mark in marks)
    least = min(min(mark.value or 0, mark.low or 0) for mark in marks)
    span = most - least or 1
    size = 10 ** max(0, len(str(span)) - 1)
    step = next((s for s in (size // 5, size // 2, size) if s and span <= 5 * s), 2 * size)
    bottom, top = least // step * step, -(-most // step) * step or step
    return _Ends(bottom, top, list(range(bottom, top + 1, step)))


def short(value: int) -> str:
    """12,300 as 12.3k, as axes say it; small numbers whole."""
    if value < 0:
        return f"\N{MINUS SIGN}{short(-value)}"
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if value >= size:
            unit = 1000 if letter == "k" else size
            return f"{value / unit:.1f}".removesuffix(".0") + letter
    return f"{value:,}"


_NEEDLESS = re.compile(
    r'<path class="(?:back|fore)ground"[^>]*/>|<g[^>]*></g>|<defs></defs>'
    r'| (?:class|role|aria-[a-z]+|pointer-events|font-family|opacity)="[^"<>]*"'
)
_LONG = re.compile(r"(\d+\.\d)\d+")


def _svg(spec: dict[str, Any], paper: _Paper, title: str) -> str:
    from vl_convert import vegalite_to_svg

    drawn = vegalite_to_svg(spec, show_warnings=False, allowed_base_urls=[])
    inner = _LONG.sub(r"\1", _NEEDLESS.sub("", drawn[drawn.index(">") + 1 :]))
    width = paper.width + paper.left + paper.right
    height = paper.height + paper.top + paper.bottom
    return (
        f'<svg class="chart {paper.kind}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}">{inner}'
    )
