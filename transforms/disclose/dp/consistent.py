"""Margins that were measured apart, made to add up: from the noisy numbers alone.

A margin is the sum of a finer one over a partition, so each measured margin says something of all
coarser ones. Every margin falls apart into effects, one for each set of its dimensions, that have
nothing to do with each other; for each effect the measured margins that hold it are averaged by
what they know of it. That is weighted least squares, and exact, because a margin's cells have
noise of one size (the noiseless case is the analysis of variance; for noisy margins Hay et al.,
"Boosting the accuracy of differentially private histograms through consistency", VLDB 2010).
Post-processing: it costs nothing. Only for sums over units: a distinct count does not add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from weir.transforms.disclose.lattice import Floats


@dataclass(frozen=True)
class Estimate:
    """A margin's numbers and the variance of each of them."""

    values: Floats  # of the margin's shape, 1 along dimensions that are not broken out
    variance: float


def consistent(measured: Mapping[int, Estimate], sizes: tuple[int, ...]) -> dict[int, Estimate]:
    """Margins by mask, of a cube of `sizes`, as estimates that add up along all lines.

    Each set of dimensions within a measured margin must have been measured itself.
    """
    effects = {mask: _effect(mask, measured, sizes) for mask in measured}
    return {mask: _joined(mask, effects, sizes) for mask in measured}


def _effect(mask: int, measured: Mapping[int, Estimate], sizes: tuple[int, ...]) -> Estimate:
    """The effect of a set of dimensions, as sums over all others, from all margins that hold it.
    Its variance is of a number before it is centred."""
    total, weights = np.zeros(_shape(mask, sizes)), 0.0
    for finer, estimate in measured.items():
        if mask & ~finer == 0:
            summed = _axes(finer & ~mask, sizes)
            weight = 1 / (estimate.variance * _cells(finer & ~mask, sizes))
            total = total + weight * estimate.values.sum(axis=summed, keepdims=True)
            weights += weight
    values = total / weights
    for axis in _axes(mask, sizes):
        values = values - values.mean(axis=axis, keepdims=True)
    return Estimate(values, 1 / weights)


def _joined(mask: int, effects: Mapping[int, Estimate], sizes: tuple[int, ...]) -> Estimate:
    """A margin from its effects, each spread evenly over the dimensions that it is not of."""
    values, variance = np.zeros(_shape(mask, sizes)), 0.0
    for part, effect in effects.items():
        if part & ~mask == 0:
            spread = _cells(mask & ~part, sizes)
            values = values + effect.values / spread
            centred = prod(1 - 1 / sizes[axis] for axis in _axes(part, sizes))
            variance += effect.variance * centred / spread**2
    return Estimate(values, variance)


def _axes(mask: int, sizes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(axis for axis in range(len(sizes)) if mask >> axis & 1)


def _cells(mask: int, sizes: tuple[int, ...]) -> int:
    return prod(sizes[axis] for axis in _axes(mask, sizes))


def _shape(mask: int, sizes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size if mask >> axis & 1 else 1 for axis, size in enumerate(sizes))
