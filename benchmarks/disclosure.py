"""What an edition costs, and what it leaves: one large made table through suppression and attack.

People come with one or more cells each, over dimensions whose values are as uneven as those of a
site (Zipf). Measured is what a night does with the counted margins of one site: suppression, the
attacker and repairs. With --without-attacker the same without him, for comparison. People come
until the table has so many cells, margins among them; with --people exactly so many come.

usage: python -m benchmarks.disclosure [--cells N | --people N] [--values N N …] [--k N …]
       [--without-attacker]
"""

import argparse
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.edition import Draft, Form
from weir.transforms.disclose.lattice import Ints
from weir.transforms.disclose.margins import Shape, combined, counted
from weir.transforms.disclose.suppress import rounded
from weir.transforms.disclose.together import settle

CELLS = 100_000
MOST = 1_000_000
"""So many people come at most, until a table has its cells."""
VALUES = (120, 60, 16)
MEASURES = ("visitors", "visits", "pageviews")


@dataclass(frozen=True)
class Result:
    """One table under one k. Shares are of the finest cells, and of the visitors in them. error: of
    the published ones the median of what rounding changes, as a share of the visitors in it."""

    k: int
    cells: int
    small: int
    beside: int
    nulls: int
    refused: bool
    share_cells: float
    share_visitors: float
    error: float
    wall_s: float
    cpu_s: float


def margins(
    people: int, values: tuple[int, ...], cells: int | None = None, seed: int = 20080422
) -> tuple[pa.Table, Shape]:
    """Counted margins of made people: about 1.4 cells each, 1.25 visits in a cell, 3 pages. cells:
    no more people come once there are so many."""
    draw = np.random.default_rng(seed)
    unit = np.repeat(np.arange(people), draw.geometric(0.7, people))
    names = tuple(f"dimension_{i}" for i in range(len(values)))
    drawn = []
    for size in values:
        weight = 1 / np.arange(1, size + 1) ** 0.9
        drawn.append(draw.choice(size, len(unit), p=weight / weight.sum()))
    if cells:
        come = int(np.searchsorted(unit, unit[_enough(drawn, cells)], side="right"))
        unit, drawn = unit[:come], [value[:come] for value in drawn]
    raw = np.zeros((len(unit), 16), np.uint8)
    raw[:, :8] = unit.astype(">u8").view(np.uint8).reshape(-1, 8)
    columns = {
        "site": pa.array(["www"] * len(unit)),
        "unit": pa.Array.from_buffers(pa.binary(16), len(unit), [None, pa.py_buffer(raw)]).cast(
            pa.binary()
        ),
    }
    for name, size, value in zip(names, values, drawn, strict=True):
        columns[name] = pa.array([f"v{i}" for i in range(size)]).take(pa.array(value))
    columns["visitors"] = pa.array(np.ones(len(unit), np.int64))
    columns["visits"] = pa.array(draw.geometric(0.8, len(unit)))
    columns["pageviews"] = pa.array(draw.geometric(0.3, len(unit)))
    keys = ["site", "unit", *names]
    sums = [("visitors", "max"), ("visits", "sum"), ("pageviews", "sum")]
    cells = pa.table(columns).group_by(keys).aggregate(sums).rename_columns([*keys, *MEASURES])
    shape = Shape(names, MEASURES, frozenset({"visitors"}))
    return combined([counted(cells, shape)], shape), shape


def _enough(drawn: Sequence[Ints], cells: int) -> int:
    """The row with which there are so many cells, over all margins; else the last."""
    firsts = [np.array([0])]  # the total is there with the first row
    for count in range(1, len(drawn) + 1):
        for some in combinations(drawn, count):
            key = np.zeros(len(some[0]), np.int64)
            for value in some:
                key = key * (int(value.max()) + 1) + value
            firsts.append(np.unique(key, return_index=True)[1])
    new = np.sort(np.concatenate(firsts))
    return int(new[cells - 1]) if cells <= len(new) else len(drawn[0]) - 1


def disclosed(counted_: pa.Table, shape: Shape, k: int, *, attacker: bool) -> Result:
    """Suppress and attack one table."""
    fields = [pa.field(name, pa.string()) for name in shape.dimensions]
    fields += [pa.field(name, pa.int64()) for name in shape.measures]
    form = Form("made", "visitor", shape, tuple(fields))
    wall, cpu = time.perf_counter(), time.process_time()
    draft = Draft(form, Disclosure(k=k), counted_)
    if attacker:
        settle([draft])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    finest = counted_["mask"].to_numpy() == 2 ** len(shape.dimensions) - 1
    there = finest & ~draft.nulls["visitors"]
    return Result(
        k=k,
        cells=draft.lines.cells,
        small=int(draft.small.sum()),
        beside=int((draft.hidden & ~draft.small).sum()),
        nulls=sum(int((mask & ~draft.hidden).sum()) for mask in draft.nulls.values()),
        refused=draft.refused,
        share_cells=float(there.sum() / finest.sum()),
        share_visitors=float(draft.units[there].sum() / draft.units[finest].sum()),
        error=_rounding(draft.units[there], draft.rule.rounding),
        wall_s=wall,
        cpu_s=cpu,
    )


def _rounding(units: Ints, base: int) -> float:
    """The median error by rounding; 0 where nothing is published."""
    off = np.abs(rounded(units, base).value - units) / units
    return float(np.median(off)) if len(off) else 0.0


def table(results: list[Result]) -> Table:
    """For the terminal."""
    made = Table(box=None, pad_edge=False)
    heads = (
        "k",
        "cells",
        "small",
        "beside",
        "nulls",
        "cells out",
        "visitors",
        "off by",
        "wall s",
        "CPU s",
    )
    for head in heads:
        made.add_column(head, justify="right")
    for r in results:
        made.add_row(
            str(r.k), f"{r.cells:,}", f"{r.small:,}", f"{r.beside:,}", f"{r.nulls:,}",
            "withheld" if r.refused else f"{r.share_cells:.1%}", f"{r.share_visitors:.1%}",
            f"{r.error:.1%}", f"{r.wall_s:.1f}", f"{r.cpu_s:.1f}",
        )  # fmt: skip
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", 1)[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--cells", type=int, default=CELLS)
    size.add_argument("--people", type=int)
    parser.add_argument("--values", type=int, nargs="+", default=VALUES)
    parser.add_argument("--k", type=int, nargs="+", default=(50,))
    parser.add_argument("--without-attacker", action="store_true")
    given = parser.parse_args()
    cells = None if given.people else given.cells
    made, shape = margins(given.people or MOST, tuple(given.values), cells)
    results = [disclosed(made, shape, k, attacker=not given.without_attacker) for k in given.k]
    console = Console()
    console.print(table(results))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak memory {peak:,.0f} MB; shares are of the finest cells")


if __name__ == "__main__":
    main()
