"""What a person sees while a step runs: rows, rate, time that remains. Plain lines off a terminal.

Workers, wherever they are, leave a few bytes in the run's staging directory after each block; the
command reads them. Nothing there speaks of a row.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

PLAIN_SECONDS = 10.0
_LOOKED_BACK = 7  # looks, a minute: what is left takes as long as what was done of late
_TOO_EARLY = 0.05
_GLANCE_SECONDS = 0.25


@dataclass(frozen=True)
class Marks:
    """A directory in which workers note how far they are."""

    directory: str

    def note(self, name: str, lines: int, size: int) -> None:
        """A worker has done so many lines and bytes of one piece of work."""
        place = Path(self.directory)
        place.mkdir(parents=True, exist_ok=True)
        temporary = place / f".{name}.{threading.get_ident()}"
        temporary.write_text(json.dumps([lines, size]))
        temporary.replace(place / name)

    def total(self) -> tuple[int, int]:
        """Lines and bytes done by all."""
        lines = size = 0
        for path in Path(self.directory).glob("[!.]*"):
            try:
                done = json.loads(path.read_text())
            except (OSError, ValueError):
                continue
            lines, size = lines + done[0], size + done[1]
        return lines, size


@contextmanager
def watch(
    console: Console, label: str, marks: Marks, total: int, what: str = "rows", even: bool = True
) -> Iterator[None]:
    """Show progress of a step while the body runs. total: what the marks' sizes come to; what: the
    name of what they call lines; even: its pace stays, so that what is left can be told."""
    stop = threading.Event()
    show = _bar if console.is_terminal else _lines
    if console.quiet:
        yield
        return
    watcher = threading.Thread(
        target=show, args=(console, label, marks, max(total, 1), stop, what, even), daemon=True
    )
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _bar(
    console: Console,
    label: str,
    marks: Marks,
    total: int,
    stop: threading.Event,
    what: str,
    even: bool,
) -> None:
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(bar_width=28),
        TextColumn(
            "{task.percentage:>3.0f} %  {task.fields[rows]:>11,} "
            f"{what}  {{task.fields[rate]:>9,}}/s"
        ),
        *([TimeRemainingColumn(compact=True)] if even else []),
    )
    began = time.monotonic()
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(label, total=total, rows=0, rate=0)
        while not stop.wait(_GLANCE_SECONDS):
            lines, size = marks.total()
            rate = int(lines / max(time.monotonic() - began, 0.001))
            progress.update(task, completed=min(size, total), rows=lines, rate=rate)


def _lines(
    console: Console,
    label: str,
    marks: Marks,
    total: int,
    stop: threading.Event,
    what: str,
    even: bool,
) -> None:
    began = time.monotonic()
    seen = deque([(began, 0.0)], _LOOKED_BACK)
    while not stop.wait(PLAIN_SECONDS):
        lines, size = marks.total()
        now, done = time.monotonic(), min(size / total, 1.0)
        seen.append((now, done))
        rate = lines / (now - began)
        if lines:  # what is about to begin has nothing to say
            left = _left(seen) if even else ""
            console.print(f"{label}: {done:.0%}, {lines:,} {what}, {rate:,.0f}/s{left}")


def _left(seen: Sequence[tuple[float, float]]) -> str:
    """How long it may take yet; nothing while too little is done to say, or it stands still.

    seen: seconds and the share done, at some looks. A step's beginning is no measure.
    """
    (before, had), (now, done) = seen[0], seen[-1]
    if done < _TOO_EARLY or done == had:
        return ""
    return f", about {(1 - done) * (now - before) / (done - had):.0f} s left"
