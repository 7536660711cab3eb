"""`make bench`: weir, GoAccess, DuckDB by hand and naive Beam over the same log, in alternation.

Each contender runs once a round (the naive ones in the first only), one after the other, the log in
the page cache. The table shows the median of the rounds; everything is in bench/results.json.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.status import Status
from rich.table import Table

from benchmarks import contenders, log
from benchmarks.agree import SAME, differences, filled
from benchmarks.contenders import Contender, Run
from benchmarks.duckdb_script import TABLES
from benchmarks.measure import Usage, measure

BENCH = Path("bench")
NAMES = ("weir", "goaccess", "duckdb-exact", "duckdb-csv", "naive-query", "naive-urls")
console = Console()


@dataclass(frozen=True)
class Result:
    """One contender in one round, for the whole log."""

    name: str
    lines: int
    wall_s: float
    cpu_s: float
    peak_bytes: int
    measured_lines: int  # fewer than `lines` when the rest is extrapolated
    exit_code: int
    parts: list[dict[str, float]]  # one a command

    @property
    def rate(self) -> float:
        """Lines a second of wall time."""
        return self.lines / self.wall_s


def options(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--lines", type=int, default=5_000_000, help="of the log (5,000,000)")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each (2; naive ones: 1)")
    parser.add_argument("--only", default="", help=f"some of {','.join(NAMES)}")
    parser.add_argument("--naive-lines", type=int, default=20_000, help="of the naive sample")
    parser.add_argument("--naive-model", default="", help="a spaCy model for Presidio: installed")
    parser.add_argument("--weir", default="", help="command to start instead of `weir`")
    parser.add_argument("--log", type=Path, help="a log of your own instead of the made one")
    chosen = parser.parse_args(arguments)
    chosen.only = tuple(filter(None, chosen.only.split(","))) or NAMES
    if unknown := set(chosen.only) - set(NAMES):
        parser.error(f"--only: no such contender: {', '.join(sorted(unknown))}")
    return chosen


def main(arguments: list[str]) -> int:
    """Measure, show, save; 1 when a contender failed or is missing."""
    chosen = options(arguments)
    made = the_log(chosen)
    field = [c for c in line_up(chosen, made) if c.name in chosen.only]
    for absent in (c for c in field if c.missing):
        console.print(f"{absent.name}: left out: {absent.missing}")
    warm(made)
    busy()
    results, apart = [], []
    present = [c for c in field if not c.missing]
    if any(c.name == "weir" for c in present):
        contenders.prepare_weir(BENCH / "weir", made, chosen.weir)
    for round_ in range(chosen.rounds):
        for contender in (c for c in present if not (c.once and round_)):
            results.append(run(contender, chosen.lines, f"round {round_ + 1}/{chosen.rounds}"))
            save(results, made)
            if contender.name.startswith("duckdb") and not chosen.log:
                apart += told_apart(contender, results)
    if results:
        console.print(table(results))
    failed = any(c.missing for c in field) or any(r.exit_code for r in results)
    return 1 if failed or apart else 0


def told_apart(script: Contender, results: list[Result]) -> list[str]:
    """What the script has just counted otherwise than weir, if weir has counted the log too."""
    if not any(r.name == "weir" and not r.exit_code for r in results) or results[-1].exit_code:
        return []
    weir = BENCH / "weir" / "store" / "weir.duckdb"
    apart = [f"{name} is not there" for name in sorted(filled(weir) - set(SAME))]
    apart += differences(weir, BENCH / script.name / TABLES)
    said = f"counts otherwise: {', '.join(apart)}" if apart else "counts as weir does"
    console.print(f"{script.name}: {said}")
    return apart


def the_log(chosen: argparse.Namespace) -> Path:
    """The log to read: made once, kept under bench/."""
    if chosen.log:
        with chosen.log.open("rb") as file:
            chosen.lines = sum(1 for _ in file)
        return Path(chosen.log)
    path = BENCH / f"log-{chosen.lines}-v{log.VERSION}.log"
    with Status("", console=console) as status:
        return log.make(path, chosen.lines, status.update if console.is_terminal else print_made)


def print_made(text: str) -> None:
    """Without a terminal: the last line only."""
    if text.startswith("made "):
        console.print(text)


def line_up(chosen: argparse.Namespace, made: Path) -> list[Contender]:
    """Every contender over this log."""
    home, sample = BENCH / "weir", min(chosen.naive_lines, chosen.lines)
    return [
        contenders.weir(home, chosen.lines, chosen.weir),
        contenders.goaccess(BENCH, made, chosen.lines),
        *(contenders.duckdb(BENCH, made, chosen.lines, how) for how in ("exact", "csv")),
        *(contenders.naive(BENCH, made, sample, scope, chosen.naive_model)
          for scope in ("query", "urls") if f"naive-{scope}" in chosen.only),
    ]  # fmt: skip


def warm(path: Path) -> None:
    """Read the log once, so that the first contender does not pay for the disk."""
    with path.open("rb") as file:
        while file.read(1 << 24):
            pass


def busy() -> None:
    """Say so when other programs use the machine: wall times mean nothing then."""
    load = os.getloadavg()[0]
    if load > 0.25 * len(os.sched_getaffinity(0)) + 0.5:
        console.print(
            f"this machine is busy (load {load:.1f}): wall times will be off; compare CPU µs/line"
        )


def run(contender: Contender, lines: int, where: str) -> Result:
    """One contender once, scaled to `lines` where it ran on samples."""
    used, parts = [], []
    for one in contender.runs:
        usage, each = start(contender, one, where)
        used.append(usage)
        parts += each
    first, last = used[0], used[-1]
    wall, cpu = last.wall_s, last.cpu_s
    if len(used) == 2:  # start-up is paid once, the lines in proportion
        small, large = contender.runs[0].lines, contender.runs[1].lines
        factor = (lines - large) / (large - small)
        wall += factor * (last.wall_s - first.wall_s)
        cpu += factor * (last.cpu_s - first.cpu_s)
    result = Result(
        contender.name, lines, wall, cpu, max(u.peak_bytes for u in used),
        contender.runs[-1].lines, max(u.exit_code for u in used), parts,
    )  # fmt: skip
    came = f"{wall:>9,.1f} s {result.rate:>10,.0f} lines/s {result.peak_bytes / 1e6:>7,.0f} MB"
    console.print(f"{where}  {contender.name:<12} {'failed' if result.exit_code else came}")
    return result


def start(contender: Contender, one: Run, where: str) -> tuple[Usage, list[dict[str, float]]]:
    """The commands of a run, measured together and each by itself."""
    for path in one.leftovers:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    total, parts = None, []
    out = BENCH / f"{contender.name}.txt"
    with Status("", console=console) as status:
        for command in one.commands:
            step = " ".join([contender.name, *(w for w in command[1:2] if "/" not in w)])

            def show(seconds: float, size: int, step: str = step) -> None:
                status.update(f"{where}  {step}: {seconds:,.0f} s, {size / 1e6:,.0f} MB")

            usage = measure(command, log=out, watch=show)
            total = total.then(usage) if total else usage
            parts.append({"lines": one.lines, **asdict(usage)})
            if usage.exit_code:
                console.print(f"{step}: exit code {usage.exit_code}; its last words are in {out}")
                break
    assert total is not None
    return total, parts


def save(results: list[Result], made: Path) -> None:
    """Everything measured so far, as JSON."""
    machine = {
        "cores": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }
    document = {
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "log": {"name": made.name, "bytes": made.stat().st_size},
        "machine": machine,
        "memory": "peak of the sum of PSS over the process tree, sampled every 0.1 s",
        "results": [asdict(result) for result in results],
    }
    (BENCH / "results.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def table(results: list[Result]) -> Table:
    """The median of each contender, and how many times faster weir is. Failures are not numbers."""
    shown = Table(title=f"{results[0].lines:,} lines, medians of the rounds")
    for heading in ("contender", "wall s", "lines/s", "CPU µs/line", "peak MB", "weir is faster"):
        shown.add_column(heading, justify="left" if heading == "contender" else "right")
    sound = [r for r in results if not r.exit_code]
    rates = {name: middle(sound, name, "rate") for name in dict.fromkeys(r.name for r in sound)}
    for name in dict.fromkeys(r.name for r in results):
        if name not in rates:
            shown.add_row(name, "failed")
            continue
        of = [r for r in sound if r.name == name]
        scaled = "*" if of[0].measured_lines < of[0].lines else ""
        shown.add_row(
            name + scaled,
            f"{middle(sound, name, 'wall_s'):,.1f}",
            f"{rates[name]:,.0f}",
            f"{middle(sound, name, 'cpu_s') / of[0].lines * 1e6:,.1f}",
            f"{max(r.peak_bytes for r in of) / 1e6:,.0f}",
            f"{rates['weir'] / rates[name]:,.1f} ×" if "weir" in rates and name != "weir" else "",
        )
    if any(r.measured_lines < r.lines for r in results):
        shown.caption = "* measured on two samples; start-up once, lines in proportion"
    return shown


def middle(results: list[Result], name: str, what: str) -> float:
    """The median over the rounds of one contender."""
    return statistics.median(getattr(r, what) for r in results if r.name == name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
