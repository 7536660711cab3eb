"""What noise does to one large made table (that of disclosure.py), by epsilon.

Only the noise is measured: units are not bounded, so that margins are those of threshold mode.
Printed is, of each number of broken-out dimensions, how far off the visitors' rows are and the half
width of a row's 95 % interval.

usage: python -m benchmarks.noisy [--people N] [--values N N …] [--epsilon E …]
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.disclosure import margins
from weir.schemas.policy import Disclosure
from weir.transforms.disclose.dp.accounting import Loss, rho_of
from weir.transforms.disclose.dp.grid import Grid
from weir.transforms.disclose.dp.measure import measured, relative_error
from weir.transforms.disclose.dp.query import Counts
from weir.transforms.disclose.edition import Form
from weir.transforms.disclose.margins import Shape
from weir.transforms.disclose.partial import Counting
from weir.transforms.keys import Keyring, create_keys

DELTA = 1e-6
RULE = Disclosure(mode="dp", cells_per_unit=3, per_cell=5)


def counting(shape: Shape, keys: Path) -> Counting:
    """How the made table would be counted, every vocabulary listed."""
    fields = [pa.field(name, pa.string()) for name in shape.dimensions]
    fields += [pa.field(name, pa.int64()) for name in shape.measures]
    create_keys(str(keys), "sampling")
    form = Form("made", "visitor", shape, tuple(fields))
    return Counting(form, RULE, Keyring.open(str(keys), "sampling"), ("made", "visitor", "1"), ())


def rows(
    given: pa.Table, how: Counting, sizes: tuple[int, ...], epsilon: float
) -> Iterator[list[str]]:
    """For the terminal: each margin."""
    shape = how.form.shape
    values = tuple(tuple(f"v{i}" for i in range(size)) for size in sizes)
    grid = Grid(shape.dimensions, values)
    began = time.process_time()
    most = Loss(rho=rho_of(epsilon, DELTA))
    found = measured(grid, [Counts("", "visitor", how, given, most)])
    spent = time.process_time() - began
    for mask in grid.masks:
        numbers = found.numbers["visitors", mask]
        error = relative_error(numbers)
        off = "no use" if error is None else f"{error:.1%}"
        yield [
            f"{epsilon:g}", str(mask.bit_count()), f"{grid.cells(mask):,}",
            off, f"{numbers.half_width:,}", f"{spent:.1f}",
        ]  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", 1)[0])
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--values", type=int, nargs="+", default=(60, 30, 15))
    parser.add_argument("--epsilon", type=float, nargs="+", default=(0.5, 1, 2, 4, 8))
    given = parser.parse_args()
    made, shape = margins(given.people, tuple(given.values))
    table = Table(box=None, pad_edge=False)
    for head in ("ε", "crossed", "cells", "off by", "±", "CPU s"):
        table.add_column(head, justify="right")
    with tempfile.TemporaryDirectory() as place:
        how = counting(shape, Path(place) / "keys")
        for epsilon in given.epsilon:
            for row in rows(made, how, tuple(given.values), epsilon):
                table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
