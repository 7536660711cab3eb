"""One site's table, measured: every cell of every margin once, with noise.

# margins of bounded contributions -> exact numbers of all cells -> noise -> sums that add up

All queries of a kind of unit share what it may cost evenly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, pi, sqrt

import numpy as np

from weir.schemas.tables import Unit
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.consistent import Estimate, consistent
from weir.transforms.disclose.dp.grid import Grid
from weir.transforms.disclose.dp.noise import GAUSSIAN, Kind, drawn, noise_for
from weir.transforms.disclose.dp.query import Counts, queries
from weir.transforms.disclose.lattice import Ints

_QUANTILE = {True: 1.959964, False: 2.118}
"""Of the normal distribution (95 %), and of Laplace's, in standard deviations."""


@dataclass(frozen=True)
class Numbers:
    """A measure in all cells of a margin. Of 100 numbers 95 are off by no more than `half_width`;
    `deviation` is the noise's standard deviation, in the measure's unit."""

    values: Ints
    half_width: int
    deviation: float


@dataclass(frozen=True)
class Measured:
    """One site's table: numbers by (measure, mask), and what they cost each kind of unit."""

    grid: Grid
    numbers: Mapping[tuple[str, int], Numbers]
    losses: Mapping[Unit, Loss]
    mechanism: Kind


def measured(grid: Grid, counted: Sequence[Counts]) -> Measured:
    """Draw the noise of a site's table, of each kind of unit within what it may cost.

    Whoever calls has charged that, and keeps what comes back: a second draw would tell more.
    """
    numbers: dict[tuple[str, int], Numbers] = {}
    losses: dict[Unit, Loss] = {}
    for counts in counted:
        mine, loss = _drawn(grid, counts)
        losses[counts.unit] = losses.get(counts.unit, Loss()) + loss
        numbers |= mine
    gaussian = any(loss.rho for loss in losses.values())
    return Measured(grid, numbers, losses, GAUSSIAN if gaussian else "discrete Laplace")


def _drawn(grid: Grid, counts: Counts) -> tuple[dict[tuple[str, int], Numbers], Loss]:
    asked = queries(grid, counts)
    numbers, total = {}, Loss()
    apart: dict[str, dict[int, Estimate]] = {}
    for query in asked:
        noise = noise_for(query.reach, counts.most.times(1 / len(asked)))
        truth = grid.counted(counts.margins, query.mask, query.column)
        noisy, loss = drawn(truth, query.reach, noise)
        total += loss
        numbers[query.measure, query.mask] = Numbers(noisy, noise.half_width, noise.deviation)
        if query.adds_up and grid.dimensions:
            cube = noisy.astype(np.float64).reshape(grid.shape(query.mask))
            apart.setdefault(query.measure, {})[query.mask] = Estimate(cube, noise.deviation**2)
    for name, margins in apart.items():
        together = consistent(margins, grid.shape(grid.full))
        gaussian = counts.most.rho > 0
        numbers |= {(name, mask): _rounded(one, gaussian) for mask, one in together.items()}
    return numbers, total


def _rounded(estimate: Estimate, gaussian: bool) -> Numbers:
    """Whole numbers; each is off by a half more at most."""
    deviation = sqrt(estimate.variance)
    half_width = ceil(_QUANTILE[gaussian] * deviation + 0.5)
    values = np.rint(estimate.values).astype(np.int64).ravel()
    return Numbers(values, half_width, deviation)


def relative_error(numbers: Numbers) -> float | None:
    """How far off a number is on average, as a part of it, in the cell where half of all that was
    counted is in cells as good or better. From noisy numbers alone; None if none stands out.
    """
    values = np.sort(numbers.values[numbers.values > numbers.half_width])[::-1]
    if len(values) == 0:
        return None
    half = values[np.searchsorted(np.cumsum(values), values.sum() / 2)]
    return float(sqrt(2 / pi) * numbers.deviation / half)
