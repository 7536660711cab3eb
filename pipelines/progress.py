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
from dataclasses import dataclass, field
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
    if console.quiet:
        yield
        return
    watched = _Watched(console, label, marks, max(total, 1), what, even)
    show = watched.as_bar if console.is_terminal else watched.as_lines
    watcher = threading.Thread(target=show, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        watched.done.set()
        watcher.join()


@dataclass(frozen=True)
class _Watched:
    """A step that runs, as `watch` was told of it."""

    console: Console
    label: str
    marks: Marks
    total: int
    what: str
    even: bool
    done: threading.Event = field(default_factory=threading.Event)

    def as_bar(self) -> None:
        """Show it on a terminal until it is done."""
        columns = (
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=28),
            TextColumn(
                "{task.percentage:>3.0f} %  {task.fields[rows]:>11,} "
                f"{self.what}  {{task.fields[rate]:>9,}}/s"
            ),
            *([TimeRemainingColumn(compact=True)] if self.even else []),
        )
        began = time.monotonic()
        with Progress(*columns, console=self.console, transient=True) as progress:
            task = progress.add_task(self.label, total=self.total, rows=0, rate=0)
            while not self.done.wait(_GLANCE_SECONDS):
                lines, size = self.marks.total()
                rate = int(lines / max(time.monotonic() - began, 0.001))
                progress.update(task, completed=min(size, self.total), rows=lines, rate=rate)

    def as_lines(self) -> None:
        """Say how far it is every few seconds until it is done."""
        began = time.monotonic()
        seen = deque([(began, 0.0)], _LOOKED_BACK)
        while not self.done.wait(PLAIN_SECONDS):
            lines, size = self.marks.total()
            now, share = time.monotonic(), min(size / self.total, 1.0)
            seen.append((now, share))
            rate = lines / (now - began)
            if lines:  # what is about to begin has nothing to say
                left = _left(seen) if self.even else ""
                self.console.print(
                    f"{self.label}: {share:.0%}, {lines:,} {self.what}, {rate:,.0f}/s{left}"
                )


def _left(seen: Sequence[tuple[float, float]]) -> str:
    """How long it may take yet; nothing while too little is done to say, or it stands still.

    seen: seconds and the share done, at some looks. A step's beginning is no measure.
    """
    (before, had), (now, done) = seen[0], seen[-1]
    if done < _TOO_EARLY or done == had:
        return ""
    return f", about {(1 - done) * (now - before) / (done - had):.0f} s left"
