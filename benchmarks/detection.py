"""What detection costs: CPU of `weir ingest` with it and without it, in turns, over one made log.

Without: benchmarks/blind.py lets every value pass. CPU is user and system time of the whole
process tree. A second part asks one process about the log's distinct values, once as they are new
and once more as they are remembered. Aims: at most 60 % more, 25 µs for each new value.

usage: python -m benchmarks.detection [LINES] [--rounds N] [--json]
"""

import argparse
import json
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks import contenders, log, steps
from benchmarks.measure import measure

BENCH = Path("bench")
BLOCK = 10_000  # distinct values that are asked together, about as many as a block of a log has
_KINDS = {"paths": "paths", "referrers": "referrers", "values": "parameters, searches, agents"}


def cpu_of_ingest(home: Path, blind: bool, out: Path) -> float:
    """CPU seconds of one ingest from nothing."""
    for left in (home / "store", home / "ledger.sqlite"):
        shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    module = "benchmarks.blind" if blind else "weir.pipelines.cli"
    arguments = ["ingest", "--config", str(home / "weir.yaml"), "--date", log.DAY, "--quiet"]
    used = measure([sys.executable, "-m", module, *arguments], log=out)
    if used.exit_code:
        raise SystemExit(f"ingest failed (exit code {used.exit_code}); its last words: {out}")
    return used.cpu_s


def in_turns(home: Path, rounds: int, console: Console) -> dict[str, float]:
    """Medians of CPU seconds of both, and of each round's ratio."""
    with_it, without = [], []
    for number in range(rounds):
        without.append(cpu_of_ingest(home, True, BENCH / "blind.txt"))
        with_it.append(cpu_of_ingest(home, False, BENCH / "ingest.txt"))
        ratio = with_it[-1] / without[-1]
        console.print(
            f"round {number + 1}: {with_it[-1]:.1f} CPU s with detection, "
            f"{without[-1]:.1f} without, {ratio - 1:+.0%}"
        )
    ratios = [a / b for a, b in zip(with_it, without, strict=True)]
    return {
        "with_cpu_s": statistics.median(with_it),
        "without_cpu_s": statistics.median(without),
        "added": statistics.median(ratios) - 1,
    }


class Noted:
    """Every distinct value that an ingest asks detection about, by kind; and how often it asks."""

    def __init__(self) -> None:
        self.distinct: dict[str, dict[tuple[Any, ...], None]] = {kind: {} for kind in _KINDS}
        self.asked = dict.fromkeys(_KINDS, 0)
        self._inside = False

    def watch(self, owner: type) -> None:
        """Put a note around each method that judges."""
        for kind in _KINDS:
            setattr(owner, kind, self._noting(kind, getattr(owner, kind)))

    def _noting(self, kind: str, inner: Any) -> Any:
        def noted(detector: Any, values: Any, *given: Any, **named: Any) -> Any:
            if self._inside:  # referrers ask for their paths and hosts
                return inner(detector, values, *given, **named)
            self.asked[kind] += len(values)
            keys = given[0] if given else None
            part = given[1] if len(given) > 1 else "query"
            listed = keys.to_pylist() if hasattr(keys, "to_pylist") else [keys] * len(values)
            for value, key in zip(values.to_pylist(), listed, strict=True):
                self.distinct[kind][value, key, part] = None
            self._inside = True
            try:
                return inner(detector, values, *given, **named)
            finally:
                self._inside = False

        return noted


def _batches(kind: str, values: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Arguments of the method, BLOCK values of one part at a time."""
    if kind != "values":
        for at in range(0, len(values), BLOCK):
            yield (pa.array([value for value, _, _ in values[at : at + BLOCK]], pa.string()),)
        return
    for part in dict.fromkeys(part for _, _, part in values):
        of_part = [(value, key) for value, key, one in values if one == part]
        for at in range(0, len(of_part), BLOCK):
            some = of_part[at : at + BLOCK]
            columns = [pa.array(column, pa.string()) for column in zip(*some, strict=True)]
            yield (*columns, part)


def per_value(noted: Noted) -> dict[str, dict[str, float]]:
    """By kind: how many distinct values, and µs for each, new and remembered."""
    from weir.transforms.detect import Detector, cache, cleared

    detector = Detector()
    detector.warm()
    told: dict[str, dict[str, float]] = {}
    for kind, distinct in noted.distinct.items():
        batches = list(_batches(kind, list(distinct)))
        cache.forget()
        cleared.forget()
        took = []
        for _ in ("new", "remembered"):
            began = time.process_time()
            for arguments in batches:
                getattr(detector, kind)(*arguments)
            took.append((time.process_time() - began) / max(len(distinct), 1) * 1e6)
        told[kind] = {
            "asked": noted.asked[kind], "distinct": len(distinct),
            "new_us": took[0], "remembered_us": took[1],
        }  # fmt: skip
    return told


def table(lines: int, ingest: dict[str, float], values: dict[str, dict[str, float]]) -> Table:
    """Both parts as one table."""
    added = f"{ingest['added']:+.0%}"
    shown = Table(
        title=f"detection in the ingest of {lines:,} lines: {added} CPU",
        caption=f"{ingest['with_cpu_s']:.1f} CPU s with it, {ingest['without_cpu_s']:.1f} without",
    )
    for heading in ("values", "asked", "distinct", "µs, new", "µs, remembered"):
        shown.add_column(heading, justify="left" if heading == "values" else "right")
    for kind, one in values.items():
        new, again = f"{one['new_us']:.1f}", f"{one['remembered_us']:.1f}"
        shown.add_row(_KINDS[kind], f"{one['asked']:,.0f}", f"{one['distinct']:,.0f}", new, again)
    count = sum(one["distinct"] for one in values.values())
    means = (
        sum(one[name] * one["distinct"] for one in values.values()) / max(count, 1)
        for name in ("new_us", "remembered_us")
    )
    asked = sum(one["asked"] for one in values.values())
    shown.add_row("all", f"{asked:,.0f}", f"{count:,.0f}", *(f"{mean:.1f}" for mean in means))
    return shown


def main(arguments: list[str]) -> int:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="benchmarks.detection", description=__doc__)
    parser.add_argument("lines", type=int, nargs="?", default=5_000_000, help="of the made log")
    parser.add_argument("--rounds", type=int, default=3, help="of both ingests (3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    console = Console(stderr=chosen.json)
    home, lines = BENCH / "weir", chosen.lines
    BENCH.mkdir(exist_ok=True)
    made = log.make(BENCH / f"log-{lines}-v{log.VERSION}.log", lines, lambda _: None)
    contenders.prepare_weir(home, made, f"{sys.executable} -m weir.pipelines.cli")
    ingest = in_turns(home, chosen.rounds, console)
    from weir.transforms.detect import Detector

    noted, plain = Noted(), {kind: getattr(Detector, kind) for kind in _KINDS}
    noted.watch(Detector)
    steps.take_in_all(home, lambda _: None)
    for kind, method in plain.items():
        setattr(Detector, kind, method)
    values = per_value(noted)
    if chosen.json:
        print(json.dumps({"lines": lines, "ingest": ingest, "values": values}, indent=1))
    else:
        console.print(table(lines, ingest, values))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
