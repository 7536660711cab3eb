"""Charts as inline SVG: numbers in, text out, nothing fetched. Labels are escaped."""

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 200, 52, 26, 12


def columns(labels: Sequence[str], values: Sequence[int | None], title: str) -> str:
    """A column a label; a hatched stub where the number was withheld."""
    if not labels:
        return ""
    scale = _Scale.over(values)
    step = (WIDTH - LEFT) / len(labels)
    marks = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        x, wide = LEFT + place * step + step * 0.15, step * 0.7
        y = scale.y(value) if value is not None else scale.floor - 10
        kind = "bar" if value is not None else "gap"
        marks.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" '
            f'height="{scale.floor - y:.1f}" rx="2"><title>{_told(label, value)}</title></rect>'
        )
    every = -(-len(labels) // 12)
    ticks = [
        _text(LEFT + (place + 0.5) * step, scale.floor + 17, label, "middle")
        for place, label in enumerate(labels)
        if place % every == 0
    ]
    return _svg(title, [*scale.grid(), *marks, *ticks])


def line(labels: Sequence[str], values: Sequence[int | None], title: str) -> str:
    """A line over labels; broken, with a hatched mark, where there is no number."""
    if len(labels) < 2:
        return ""
    scale = _Scale.over(values)
    step = (WIDTH - LEFT - 24) / (len(labels) - 1)
    xs = [LEFT + 12 + place * step for place in range(len(labels))]
    points = list(zip(xs, values, strict=True))
    marks = [_path(run, scale) for run in _runs(points)]
    for (x, value), label in zip(points, labels, strict=True):
        told = f"<title>{_told(label, value)}</title>"
        if value is None:
            marks.append(
                f'<rect class="gap" x="{x - 5:.1f}" y="{scale.floor - 10:.1f}" width="10" '
                f'height="10" rx="2">{told}</rect>'
            )
        else:
            at = f'cx="{x:.1f}" cy="{scale.y(value):.1f}"'
            marks.append(f'<circle class="dot" {at} r="4">{told}</circle>')
    every = -(-len(labels) // 8)
    ticks = [
        _text(x, scale.floor + 17, label, "end" if place == len(labels) - 1 else "middle")
        for place, (x, label) in enumerate(zip(xs, labels, strict=True))
        if place % every == 0
    ]
    return _svg(title, [*scale.grid(), *marks, *ticks])


class _Scale:
    """From values to heights, with round steps."""

    def __init__(self, top: int, step: int) -> None:
        self.top, self.step, self.floor = top, step, HEIGHT - BOTTOM

    @classmethod
    def over(cls, values: Sequence[int | None]) -> "_Scale":
        most = max([v for v in values if v is not None], default=0) or 1
        size = 10 ** max(0, len(str(most)) - 1)
        steps = (size // 5, size // 2, size)
        step = next((step for step in steps if step and most <= 5 * step), 2 * size)
        return cls(-(-most // step) * step, step)

    def y(self, value: int) -> float:
        return self.floor - (self.floor - TOP) * value / self.top

    def grid(self) -> list[str]:
        rows = []
        for value in range(0, self.top + 1, self.step):
            y = self.y(value)
            rows.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
            rows.append(_text(LEFT - 8, y + 4, short(value), "end"))
        return rows


def short(value: int) -> str:
    """12,300 as 12.3k, as axes and tiles say it; small numbers whole."""
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**4, "k")):
        if value >= size:
            unit = 1000 if letter == "k" else size
            return f"{value / unit:.1f}".removesuffix(".0") + letter
    return f"{value:,}"


def _runs(points: Sequence[tuple[float, int | None]]) -> list[list[tuple[float, int]]]:
    runs: list[list[tuple[float, int]]] = [[]]
    for x, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((x, value))
    return [run for run in runs if len(run) > 1]


def _path(run: Sequence[tuple[float, int]], scale: _Scale) -> str:
    points = " ".join(f"{x:.1f},{scale.y(value):.1f}" for x, value in run)
    return f'<polyline class="line" points="{points}"/>'


def _told(label: str, value: int | None) -> str:
    return escape(f"{label}: {value:,}" if value is not None else f"{label}: withheld, or none")


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )
