"""Where ingest's time goes: CPU seconds per step, over one log, without Beam.

Calls the same function as the pipeline does, a split after the other in one process, with a
stopwatch around each step. A step's time is its own: what a step inside it takes counts there. CPU
is that of the process, Arrow's threads included.

usage: python -m benchmarks.steps [--lines N] [--json]
"""

import argparse
import importlib
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import contenders, log

STEPS: tuple[tuple[str, str, str], ...] = (
    ("parse", "weir.transforms.parse:LogParser", "parse"),
    ("targets", "weir.transforms.separate", "split_targets"),
    ("queries", "weir.transforms.separate", "read_queries"),
    ("recognise", "weir.transforms.separate", "recognise"),
    ("technology", "weir.transforms.crossing", "technology"),
    ("kinds of referrers", "weir.transforms.crossing", "kinds_of"),
    ("campaigns", "weir.transforms.queries:Queries", "names_any"),
    ("networks", "weir.transforms.crossing:Crossing", "_network"),
    ("detect paths", "weir.transforms.detect:Detector", "paths"),
    ("detect referrers", "weir.transforms.detect:Detector", "referrers"),
    ("detect, judging", "weir.transforms.detect:Detector", "values"),
    ("separate", "weir.transforms.intake", "separate"),
    ("bucket", "weir.transforms.separate", "_by_bucket"),
    ("proof's strings", "weir.transforms.intake", "strings_of"),
    ("write events", "weir.transforms.intake", "write_events"),
    ("dictionary", "weir.transforms.intake", "dictionary_of"),
    ("encrypt", "weir.transforms.intake", "write_encrypted"),
)
"""Step, module (and class in it) that calls it by this name, name."""


class Stopwatch:
    """CPU seconds and calls per step; what runs inside a step is taken off it."""

    def __init__(self) -> None:
        self.cpu: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._inside = [0.0]

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens in the block."""
        began = time.process_time()
        self._inside.append(0.0)
        yield
        took = time.process_time() - began
        self.cpu[name] += took - self._inside.pop()
        self.calls[name] += 1
        self._inside[-1] += took

    def around(self, owner: Any, attribute: str, name: str) -> None:
        """Put the stopwatch around a function or method."""
        inner: Callable[..., Any] = getattr(owner, attribute)

        @wraps(inner)
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.step(name):
                return inner(*arguments, **named)

        setattr(owner, attribute, timed)

    def iterating(self, owner: Any, attribute: str, name: str) -> None:
        """The same for a function that yields."""
        inner: Callable[..., Iterator[Any]] = getattr(owner, attribute)

        def timed(*arguments: Any) -> Iterator[Any]:
            items = inner(*arguments)
            while True:
                with self.step(name):
                    item = next(items, None)
                if item is None:
                    return
                yield item

        setattr(owner, attribute, timed)


def watched() -> Stopwatch:
    """A stopwatch around every step."""
    watch = Stopwatch()
    for name, where, attribute in STEPS:
        module, _, class_ = where.partition(":")
        owner: Any = importlib.import_module(module)
        watch.around(getattr(owner, class_) if class_ else owner, attribute, name)
    watch.iterating(importlib.import_module("weir.transforms.intake"), "read_blocks", "read")
    return watch


def take_in_all(home: Path, show: Callable[[int], None]) -> int:
    """Every split of the night, one after the other; the number of lines."""
    from weir.pipelines.inputs import find_inputs
    from weir.pipelines.night import Night
    from weir.pipelines.plan import intake_of, splits_of
    from weir.schemas.config import Config
    from weir.transforms import intake as module

    config = Config.read(home / "weir.yaml")
    night = Night.open(config, date.fromisoformat(log.DAY), create=True)
    staging = home / "steps"
    intake = intake_of(night, str(staging))
    keys = intake.keys()
    inputs, _ = find_inputs(config, night.day)
    lines = 0
    for split in splits_of(night, inputs):
        lines += module.take_in(split, intake, keys).lines
        show(lines)
    shutil.rmtree(staging, ignore_errors=True)
    return lines


def table(watch: Stopwatch, lines: int, total: float) -> Table:
    """Steps by the CPU they take."""
    shown = Table(title=f"ingest of {lines:,} lines, {total:,.1f} CPU s")
    for heading in ("step", "CPU s", "µs/line", "share", "calls"):
        shown.add_column(heading, justify="left" if heading == "step" else "right")
    for name, cpu in [*watch.cpu.most_common(), ("the rest", total - watch.cpu.total())]:
        share, calls = cpu / total, watch.calls[name] or ""
        shown.add_row(name, f"{cpu:.2f}", f"{cpu / lines * 1e6:.2f}", f"{share:.0%}", str(calls))
    return shown


def main(arguments: list[str]) -> int:
    """Measure one log and show the steps."""
    parser = argparse.ArgumentParser(prog="benchmarks.steps", description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of the made log (1,000,000)")
    parser.add_argument("--weir", default="", help="command to start instead of `weir`")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    console = Console(stderr=chosen.json)
    home, bench = Path("bench", "weir"), Path("bench")
    made = log.make(bench / f"log-{chosen.lines}-v{log.VERSION}.log", chosen.lines, lambda _: None)
    contenders.prepare_weir(home, made, chosen.weir)
    watch = watched()
    began = time.process_time()
    with console.status("") as status:
        lines = take_in_all(home, lambda done: status.update(f"{done:,} lines"))
    total = time.process_time() - began
    console.print(table(watch, lines, total))
    if chosen.json:
        print(json.dumps({"lines": lines, "cpu_s": total, "steps": dict(watch.cpu)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
