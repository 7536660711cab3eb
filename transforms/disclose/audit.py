"""An attacker, as an audit and not as a proof: what do the published numbers say of the others?

The attacker knows the lines of the lattice, that counts are whole and not negative, how numbers
were rounded, and (more than a real one would) which cells exist and along which lines a measure
adds up. Bounds of all cells are propagated along all lines until nothing moves.
"""

from dataclasses import dataclass

import numpy as np

from weir.transforms.disclose.lattice import Floats, Ints, Lattice, Mask
from weir.transforms.disclose.suppress import rounded

_ROUNDS = 200


@dataclass(frozen=True)
class Bounds:
    """What the truth of each cell may be, both ends included."""

    low: Floats
    high: Floats

    @property
    def width(self) -> Floats:
        """How far apart the ends are; 0: the value is known."""
        return self.high - self.low


def derived(lattice: Lattice, truth: Ints, hidden: Mask, base: int) -> Bounds:
    """What can be derived of every cell from the published ones.

    truth: a measure in each cell, used for what is published of it (rounded to `base`) and for
    which lines add up. hidden: where it is not published.
    """
    published = rounded(truth, base)
    most = 4.0 * (float(published.high.max(initial=0)) + base)
    bounds = Bounds(
        np.where(hidden, 0.0, published.low.astype(np.float64)),
        np.where(hidden, most, published.high.astype(np.float64)),
    )
    adds_up = lattice.sums(truth) == truth[lattice.parent]
    for _ in range(_ROUNDS):
        tighter = _propagated(lattice, bounds, adds_up)
        if np.array_equal(tighter.low, bounds.low) and np.array_equal(tighter.high, bounds.high):
            break
        bounds = tighter
    return bounds


def _propagated(lattice: Lattice, bounds: Bounds, adds_up: Mask) -> Bounds:
    """One round along every line. Where distinct counts do not add up, a sum is at least its
    largest cell and at most all of them together."""
    low, high = bounds.low.copy(), bounds.high.copy()
    sum_low, sum_high = lattice.sums(low), lattice.sums(high)
    least = np.zeros(lattice.lines)
    np.maximum.at(least, lattice.line, low[lattice.child])
    np.maximum.at(low, lattice.parent, np.where(adds_up, sum_low, least))
    np.minimum.at(high, lattice.parent, sum_high)
    above_low, above_high = bounds.low[lattice.parent], bounds.high[lattice.parent]
    at, line = lattice.child, lattice.line
    others_low = np.where(adds_up[line], sum_low[line] - bounds.low[at], 0.0)
    others_high = sum_high[line] - bounds.high[at]
    np.minimum.at(high, at, above_high[line] - others_low)
    np.maximum.at(low, at, above_low[line] - others_high)
    return Bounds(low, high)


def pinned(
    lattice: Lattice, truth: Ints, hidden: Mask, sensitive: Mask, base: int, protection: int
) -> Ints:
    """Sensitive cells whose truth can be told to within less than `protection`."""
    width = derived(lattice, truth, hidden, base).width
    return np.flatnonzero(sensitive & hidden & (width < protection))
