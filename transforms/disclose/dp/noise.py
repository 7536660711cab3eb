"""Noise, by OpenDP: whole numbers, drawn exactly from the operating system's generator.

Discrete noise has no floating-point holes to look through (Mironov, "On significance of the least
significant bits for differential privacy", CCS 2012): Laplace after Ghosh, Roughgarden and
Sundararajan (SIAM J. Comput. 41, 2012), Gaussian after Canonne, Kamath and Steinke (NeurIPS 2020).
Whatever draws here must have been charged before, and is asked once: see pipelines/budget.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, exp, log, sqrt
from typing import Any, Literal

import numpy as np

from weir.schemas.errors import UsageError
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.lattice import Ints

Kind = Literal["discrete Laplace", "discrete Gaussian"]
LAPLACE: Kind = "discrete Laplace"
GAUSSIAN: Kind = "discrete Gaussian"

_WITHIN = 0.95
_NORMAL = 1.959964
_A_HAIR = 1 + 1e-9
"""Scales are wider by it, so that what OpenDP computes of them stays within what was given."""


@dataclass(frozen=True)
class Reach:
    """How far one unit moves a vector: how many numbers of it, each at most, and all by L1, L2."""

    numbers: int
    each: int
    l1: int
    l2: float


@dataclass(frozen=True)
class Noise:
    """One kind of noise at one scale."""

    kind: Kind
    scale: float

    @property
    def deviation(self) -> float:
        """Standard deviation; of the discrete Gaussian a bound of it."""
        if self.kind == GAUSSIAN:
            return self.scale
        stays = exp(-1 / self.scale)
        return sqrt(2 * stays) / (1 - stays)

    @property
    def half_width(self) -> int:
        """The least h such that at most 5 % of draws are further off than h."""
        if self.kind == GAUSSIAN:
            return ceil(_NORMAL * self.scale)
        stays = exp(-1 / self.scale)
        return max(0, ceil(log((1 - _WITHIN) * (1 + stays) / 2) / log(stays)) - 1)


def noise_for(reach: Reach, most: Loss) -> Noise:
    """The noise under which a vector that a unit moves so far costs `most` (rho, or epsilon)."""
    if most.rho:
        return Noise(GAUSSIAN, reach.l2 / sqrt(2 * most.rho) * _A_HAIR)
    return Noise(LAPLACE, reach.l1 / most.epsilon * _A_HAIR)


def drawn(truth: Ints, reach: Reach, noise: Noise) -> tuple[Ints, Loss]:
    """Whole numbers with noise added to each, and what that cost by OpenDP's own map."""
    measure = _measurement(noise, len(truth))
    noisy = np.array(measure(truth.tolist()), np.int64)
    return noisy, _loss(noise.kind, measure.map(reach.l1 if noise.kind == LAPLACE else reach.l2))


def _measurement(noise: Noise, size: int) -> Any:
    dp = opendp()
    numbers = dp.vector_domain(dp.atom_domain(T="i64"), size=size)
    if noise.kind == LAPLACE:
        return dp.m.make_laplace(numbers, dp.l1_distance(T="i64"), scale=noise.scale)
    return dp.m.make_gaussian(numbers, dp.l2_distance(T="f64"), scale=noise.scale)


def _loss(kind: Kind, cost: float) -> Loss:
    return Loss(epsilon=cost) if kind == LAPLACE else Loss(rho=cost)


def named(units: Mapping[str, int], reach: Reach, most: Loss) -> tuple[list[str], Loss]:
    """The keys whose noisy count reaches a threshold, in order, and what that cost.

    units: how many units each key has, those that somebody has only; `reach.each` must be 1.
    A key that one unit alone has is named with a probability that `most.delta` bounds over all
    keys of the unit (Wilson et al., "Differentially private SQL with bounded user contribution",
    PoPETs 2020; OpenDP's noisy threshold accounts delta over L0).
    """
    noise = noise_for(reach, most)
    threshold = _least_threshold(noise, reach, most.delta)
    cost, delta = _cost(noise, threshold, reach)
    passed = _threshold(noise, threshold)(dict(units))
    return sorted(passed), _loss(GAUSSIAN, cost) + Loss(delta=delta)


def _cost(noise: Noise, threshold: int, reach: Reach) -> tuple[float, float]:
    """rho and delta of naming what reaches a threshold, at most. OpenDP's delta is that of passing
    it (github.com/opendp/opendp, issue 2922), so it is asked for the threshold below."""
    distances = reach.numbers, reach.l2, float(reach.each)
    cost: tuple[float, float] = _threshold(noise, threshold - 1).map(distances)
    return cost


@lru_cache(64)
def _least_threshold(noise: Noise, reach: Reach, delta: float) -> int:
    low, high = reach.each, reach.each + ceil(noise.scale * 40) + 1
    while high - low > 1:
        middle = (low + high) // 2
        enough = _cost(noise, middle, reach)[1] <= delta
        low, high = (low, middle) if enough else (middle, high)
    return high


def _threshold(noise: Noise, threshold: int) -> Any:
    dp = opendp()
    keys = dp.map_domain(dp.atom_domain(T="String"), dp.atom_domain(T="i64"))
    distance = dp.l02inf_distance(dp.absolute_distance(T="f64"))
    return dp.m.make_gaussian_threshold(keys, distance, scale=noise.scale, threshold=threshold)


@lru_cache(1)
def opendp() -> Any:
    """The library. Raises UsageError where it is not installed, before anything is charged."""
    try:
        import opendp.prelude as dp
    except ImportError:
        raise UsageError(
            "mode dp needs OpenDP, which is not installed here; in Weir's directory "
            ".venv/bin/pip install -e '.[dp]'"
        ) from None
    dp.enable_features("contrib")
    return dp
