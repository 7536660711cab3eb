"""The equations that a reader of an edition can write down: each margin is the sum of its cells.

A line is one such equation: a parent cell and its children along one dimension
(all browsers on Windows = Firefox on Windows + Opera on Windows + …).
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.disclose.margins import Shape

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lattice:
    """Cells 0..n-1 of one site's table and the lines between them."""

    cells: int
    parent: Ints  # of line i: the cell that is the sum
    child: Ints  # of entry j: a cell that is summed
    line: Ints  # of entry j: the line it is in; ascending
    fixed: dict[bytes, Mask] = field(default_factory=dict, compare=False, repr=False)
    """Of cells that were asked for, which ones all lines together fix (see complementary.py): of a
    table's measures most leave out the same cells."""

    @property
    def lines(self) -> int:
        """How many equations there are."""
        return len(self.parent)

    @cached_property
    def starts(self) -> Ints:
        """Where each line's entries begin, and one past the end."""
        return np.searchsorted(self.line, np.arange(self.lines + 1)).astype(np.int64)

    @cached_property
    def depth(self) -> Ints:
        """Of each line: by how many dimensions its sum is broken out."""
        return np.bincount(self.child, minlength=self.cells)[self.parent]

    def children(self, line: int) -> Ints:
        """The summed cells of a line."""
        return self.child[self.starts[line] : self.starts[line + 1]]

    def sums(self, values: npt.NDArray[np.generic]) -> Floats:
        """For each line the sum of `values` over its children."""
        weights = values[self.child].astype(np.float64)
        return summed(self.line, weights, self.lines)

    @cached_property
    def lines_of(self) -> list[list[int]]:
        """The lines that each cell takes part in, as a child or as the sum."""
        found: list[list[int]] = [[] for _ in range(self.cells)]
        for line, cell in zip(self.line.tolist(), self.child.tolist(), strict=True):
            found[cell].append(line)
        for line, cell in enumerate(self.parent.tolist()):
            found[cell].append(line)
        return found


def summed(at: Ints, weights: Floats, size: int) -> Floats:
    """For each place below `size` the sum of the weights at it."""
    return np.bincount(at, weights, minlength=size).astype(np.float64, copy=False)


def lattice(table: pa.Table, shape: Shape) -> Lattice:
    """The lattice of one site's margins (schema `shape.schema`); cell i is row i."""
    mask = table["mask"].to_numpy().astype(np.int64)
    codes = [coded(table[name]) for name in shape.dimensions]
    sizes = [int(code.max(initial=0)) + 1 for code in codes]
    if float(np.prod([float(size) for size in sizes])) > 2**62:
        raise OverflowError("more possible cells than 64 bits can number")
    places = np.cumprod([1, *sizes[:-1]]) if sizes else np.array([], np.int64)
    key = np.zeros(len(mask), np.int64)
    for code, place in zip(codes, places, strict=True):
        key += code * place
    order = np.argsort(key, kind="stable")
    parents, children, numbers, lines = [], [], [], 0
    for bit, (code, place) in enumerate(zip(codes, places, strict=True)):
        below = np.flatnonzero(mask >> bit & 1)
        above = order[np.searchsorted(key[order], key[below] - code[below] * place)]
        parent, number = np.unique(above, return_inverse=True)
        parents.append(parent)
        children.append(below)
        numbers.append(number + lines)
        lines += len(parent)
    return _sorted(len(mask), parents, children, numbers)


def _sorted(cells: int, parents: list[Ints], children: list[Ints], numbers: list[Ints]) -> Lattice:
    empty = np.array([], np.int64)
    line = np.concatenate([empty, *numbers]).astype(np.int64)
    child = np.concatenate([empty, *children]).astype(np.int64)
    order = np.lexsort((child, line))
    parent = np.concatenate([empty, *parents]).astype(np.int64)
    return Lattice(cells, parent, child[order], line[order])


def coded(values: pa.ChunkedArray) -> Ints:
    """1.. for the values, 0 where the dimension is not broken out."""
    found = pc.sort_indices(pc.unique(values.drop_null()))
    distinct = pc.take(pc.unique(values.drop_null()), found)
    codes = pc.fill_null(pc.add(pc.index_in(values, value_set=distinct), 1), 0)
    return np.asarray(codes.to_numpy()).astype(np.int64)
