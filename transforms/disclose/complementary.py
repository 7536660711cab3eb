"""Complementary suppression: nothing that was left out can be had by subtraction.

A margin is the sum of its cells, so a single cell left out of a line is the difference of what was
published. Two conditions hold at the end, over all margins of a table at once:

1. In each line whose sum is published, the cells left out are none, or at least two that together
   have `protection` units (or all of them); in a line whose sum is left out, at least one cell is.
2. No cell left out is determined by all lines together (a bridge between two rectangles is, though
   each of its lines leaves out two).

What counts as left out are cells that somebody is in: an empty cell protects nobody.
After Cox, "Suppression methodology and statistical disclosure control" (JASA 75, 1980); which cell
goes is chosen in choose.py. Distinct counts are treated as if they added up, which errs on the side
of hiding more.
"""

import numpy as np

from weir.transforms.disclose.choose import Choosing
from weir.transforms.disclose.lattice import Floats, Ints, Lattice, Mask, summed

_TOLERANCE = 1e-6


def protected(
    lattice: Lattice, size: Ints, hidden: Mask, protection: int, sensitive: Mask | None = None
) -> Mask:
    """`hidden` and what must go with it. size: the units in (or behind) each cell.

    sensitive: the hidden cells that must not be derived; default all of them. Others are left out
    too (a row that is not there has no numbers), but a sum of large cells tells nothing of them.
    """
    hidden = hidden.copy()
    sensitive = np.ones(lattice.cells, np.bool_) if sensitive is None else sensitive
    while True:
        _settle_lines(lattice, size, hidden, sensitive, protection)
        loose = np.flatnonzero(determined(lattice, hidden & (size > 0)) & sensitive)
        grew = [hide_beside(lattice, size, hidden, cell) for cell in loose.tolist()]
        if not any(grew):
            return hidden


def _settle_lines(
    lattice: Lattice, size: Ints, hidden: Mask, sensitive: Mask, protection: int
) -> None:
    """The finest lines first: what they hide is there to stand beside others in their sums."""
    choosing = Choosing(lattice, size, hidden)
    stuck = np.zeros(lattice.lines, np.bool_)
    while True:
        open_ = _opened(lattice, size, hidden, sensitive, protection) & ~stuck
        if not open_.any():
            return
        finest = np.flatnonzero(open_ & (lattice.depth == lattice.depth[open_].max()))
        for line in finest.tolist():
            stuck[line] = not choosing.settle(line, protection)


def _opened(lattice: Lattice, size: Ints, hidden: Mask, sensitive: Mask, protection: int) -> Mask:
    """Lines that break the first condition, for all lines at once."""
    live = hidden & (size > 0)
    count, units = lattice.sums(live), lattice.sums(size * live)
    all_of_them = count == lattice.sums(size > 0)
    at_stake = lattice.sums(live & sensitive) > 0
    weak = at_stake & ((count < 2) | ((units < protection) & ~all_of_them))
    exposed = (count == 0) & (size[lattice.parent] > 0) & sensitive[lattice.parent]
    above = hidden[lattice.parent]
    return np.asarray(np.where(above, exposed, weak))


def hide_beside(lattice: Lattice, size: Ints, hidden: Mask, cell: int) -> bool:
    """Hide the smallest published cell that shares a line with `cell`; when all that do are hidden,
    with one of these, and so on. False when there is none left."""
    seen, ring = {cell}, {cell}
    while ring:
        around = {int(other) for one in ring for other in _neighbours(lattice, one)} - seen
        shown = [other for other in around if not hidden[other] and size[other] > 0]
        if shown:
            hidden[min(shown, key=lambda other: (int(size[other]), other))] = True
            return True
        seen |= around
        ring = {other for other in around if hidden[other]}
    return False


def _neighbours(lattice: Lattice, cell: int) -> list[int]:
    return [
        int(other)
        for line in lattice.lines_of[cell]
        for other in (*lattice.children(line), lattice.parent[line])
    ]


def determined(lattice: Lattice, unknown: Mask) -> Mask:
    """Cells of `unknown` whose value all lines together fix, the other cells being known.

    A cell is fixed when no solution of the homogeneous lines moves it. So a random vector is
    projected on the null space of the lines (conjugate gradients on the normal equations): where
    the projection stays zero, the cell is fixed. Deterministic: the seed is.
    """
    asked = np.packbits(unknown).tobytes()
    if asked not in lattice.fixed:
        lattice.fixed[asked] = _fixed(lattice, unknown)
    return lattice.fixed[asked]


def _fixed(lattice: Lattice, unknown: Mask) -> Mask:
    number = np.cumsum(unknown) - 1
    inside = unknown[lattice.child]
    rows = np.concatenate([lattice.line[inside], np.flatnonzero(unknown[lattice.parent])])
    columns = np.concatenate([
        number[lattice.child[inside]], number[lattice.parent[unknown[lattice.parent]]]
    ])  # fmt: skip
    signs = np.concatenate([np.ones(int(inside.sum())), -np.ones(len(rows) - int(inside.sum()))])
    found = np.zeros(lattice.cells, np.bool_)
    count = int(unknown.sum())
    if count:
        free = _null_part(rows, columns, signs, lattice.lines, count)
        found[np.flatnonzero(unknown)] = np.abs(free) < _TOLERANCE
    return found


def _null_part(rows: Ints, columns: Ints, signs: Floats, lines: int, cells: int) -> Floats:
    """A random vector's projection on {x: A x = 0}, A given by its entries."""

    def up(x: Floats) -> Floats:
        return summed(rows, signs * x.take(columns), lines)

    def down(y: Floats) -> Floats:
        return summed(columns, signs * y.take(rows), cells)

    rest = np.random.default_rng(20080422).uniform(0.5, 1.5, cells)
    slope = up(rest)
    step, squared = slope.copy(), float(slope @ slope)
    for _ in range(20 * (lines + cells) + 100):
        if squared < 1e-24 * (cells + 1):
            return rest
        moved = down(step)
        length = squared / float(moved @ moved)
        rest = rest - length * moved
        slope = up(rest)
        squared, before = float(slope @ slope), squared
        step = slope + squared / before * step
    return np.zeros(cells)  # did not settle: treat all as fixed, which hides more, never less
