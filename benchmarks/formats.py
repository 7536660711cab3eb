"""How fast each log format is parsed, beside `combined`: one process, one block after the other.

The lines are those of each format's sample, with addresses, times, paths, sizes and user agents
that vary as a busy site's do. A format's rate is by CPU time, that of its best of several rounds;
the rounds of all formats alternate, so that a disturbance meets all of them.

usage: python -m benchmarks.formats [--lines N] [--rounds N] [--json] [FORMAT …]
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from itertools import takewhile
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from weir.schemas.formats import formats
from weir.transforms.parse import log_parser

BASE = "combined"
SHARES = {True: 1 / 3, False: 1 / 4}  # of combined's rate, that lines and JSON must not fall below

_PER_SECOND = 40  # hits
_VARIED: tuple[tuple[str, Callable[[Random, int], str]], ...] = (
    (r"203\.0\.113\.\d+", lambda rng, _: f"203.0.{rng.randrange(256)}.{rng.randrange(256)}"),
    (r"(?<=\d\d:)55:\d\d", lambda _, n: time.strftime("%M:%S", time.gmtime(n // _PER_SECOND))),
    (r"12088869\d\d", lambda _, n: str(1_208_886_000 + n // _PER_SECOND)),
    (r"(?<=[ m\t\",])/a\b", lambda rng, _: f"/a/{rng.randrange(40)}/no-{rng.randrange(900)}.html"),
    (r"\b2326\b", lambda rng, _: str(rng.randrange(200, 90_000))),
    (r"X11", lambda rng, _: f"X11;Linux;x86_64;rv:{rng.randrange(60, 150)}.0;Gecko/20100101"),
    (r"(?<=\.org/)", lambda rng, _: f"found/{rng.randrange(300)}" if rng.random() < 0.3 else ""),
)  # fmt: skip


def block(sample: str, lines: int, is_head: Callable[[str], bool]) -> bytes:
    """So many lines of a format, varied, behind the first lines that name its fields."""
    rng = Random(1)
    told = sample.splitlines()
    head = list(takewhile(is_head, told))
    rows = list(takewhile(lambda line: not is_head(line), told[len(head) :]))
    out = [*head, *(_varied(rows[n % len(rows)], rng, n) for n in range(lines - len(head)))]
    return ("\n".join(out) + "\n").encode()


def _varied(line: str, rng: Random, number: int) -> str:
    for rule, made in _VARIED:
        line = re.sub(rule, lambda _, made=made: made(rng, number), line)  # type: ignore[misc]
    return line


def measure(names: list[str], lines: int, rounds: int) -> dict[str, dict[str, Any]]:
    """Lines a second of each format, and their share of combined's."""
    parsers = {name: log_parser(name) for name in names}
    blocks = {}
    for name in names:
        begins = getattr(parsers[name], "begins", b"").decode()
        comment = begins[:1] if begins.startswith("#") else begins
        blocks[name] = block(
            formats()[name].sample,
            lines,
            lambda line, comment=comment: bool(comment) and line.startswith(comment),  # type: ignore[misc]
        )
    best = dict.fromkeys(names, float("inf"))
    for _ in range(rounds):
        for name in names:
            began = time.process_time()
            parsed = parsers[name].parse(blocks[name])
            best[name] = min(best[name], time.process_time() - began)
            if parsed.rejects.num_rows:
                raise SystemExit(f"{name}: {parsed.rejects.num_rows} lines were rejected")
    rates = {name: lines / best[name] for name in names}
    return {
        name: {
            "lines_per_s": round(rates[name]),
            "mb_per_s": round(len(blocks[name]) / best[name] / 1e6),
            "share": round(rates[name] / rates[BASE], 3),
            "least": SHARES[not getattr(formats()[name], "json", None)],
        }
        for name in names
    }


def table(found: dict[str, dict[str, Any]]) -> Table:
    """Formats by their rate."""
    shown = Table(title="parse, one process")
    for heading in ("format", "lines/s", "MB/s", f"of {BASE}"):
        shown.add_column(heading, justify="left" if heading == "format" else "right")
    for name, told in sorted(found.items(), key=lambda one: -one[1]["lines_per_s"]):
        slow = told["share"] < told["least"]
        share = f"[red]{told['share']:.0%}[/red]" if slow else f"{told['share']:.0%}"
        shown.add_row(name, f"{told['lines_per_s']:,}", str(told["mb_per_s"]), share)
    return shown


def main(arguments: list[str]) -> int:
    """Measure and show; 1 if a format is slower than it may be."""
    parser = argparse.ArgumentParser(prog="benchmarks.formats", description=__doc__)
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help="only these (all)")
    parser.add_argument("--lines", type=int, default=200_000, help="of each block (200,000)")
    parser.add_argument("--rounds", type=int, default=5, help="of which the best counts (5)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    chosen = parser.parse_args(arguments)
    names = sorted({BASE, *(chosen.formats or formats())})
    found = measure(names, chosen.lines, chosen.rounds)
    if chosen.json:
        print(json.dumps(found))
    else:
        Console().print(table(found))
    return int(any(told["share"] < told["least"] for told in found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
