"""The noise is what it says, and a build whose noise is off or halved is found out.

Sample sizes are fixed and a sound build fails with a probability of 1e-9 a test.
"""

from math import sqrt

import numpy as np
import pytest

from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.noise import (
    GAUSSIAN,
    LAPLACE,
    Noise,
    Reach,
    drawn,
    named,
)

SAMPLE = 20_000
ONE = Reach(1, 1, 1, 1.0)


def chance(kind, scale, size=200):
    """The probability of each whole number from -size to size."""
    at = np.abs(np.arange(-size, size + 1))
    weights = np.exp(-at / scale) if kind == LAPLACE else np.exp(-(at**2) / (2 * scale**2))
    return weights / weights.sum()


def chi_square(values, kind, scale):
    """Pearson's statistic over bins of at least 50 expected draws, and the bins' number."""
    expected = chance(kind, scale) * SAMPLE
    common = np.flatnonzero(expected >= 50)
    counted = np.bincount(np.clip(values + 200, 0, 400), minlength=401)
    tails = [slice(0, common[0]), slice(common[-1] + 1, None)]
    seen = np.array([*counted[common], *(counted[tail].sum() for tail in tails)])
    told = np.array([*expected[common], *(expected[tail].sum() for tail in tails)])
    return float((((seen - told) ** 2) / told).sum()), len(told)


def is_told(values, kind, scale):
    """Whether values may be draws of that distribution (Wilson and Hilferty's cube root)."""
    statistic, bins = chi_square(values, kind, scale)
    free = bins - 1
    most = free * (1 - 2 / (9 * free) + 6.0 * sqrt(2 / (9 * free))) ** 3
    return statistic < most


@pytest.mark.parametrize("kind", [LAPLACE, GAUSSIAN])
def test_noise_has_the_distribution_that_it_says(kind):
    truth = np.arange(SAMPLE)
    values = drawn(truth, ONE, Noise(kind, 4.0))[0] - truth
    assert is_told(values, kind, 4.0)
    assert not is_told(values // 2, kind, 4.0), "half of the noise is found out"
    assert not is_told(values * 0, kind, 4.0), "no noise is found out"
    assert not is_told(values, kind, 5.0), "a quarter more is found out"


@pytest.mark.parametrize("kind", [LAPLACE, GAUSSIAN])
@pytest.mark.parametrize("scale", [0.4, 1.0, 7.3])
def test_half_widths_hold_95_of_100_numbers_and_little_more(kind, scale):
    told = Noise(kind, scale)
    inside = chance(kind, scale)[200 - told.half_width : 201 + told.half_width].sum()
    narrower = chance(kind, scale)[201 - told.half_width : 200 + told.half_width].sum()
    assert inside >= 0.95
    assert narrower < 0.97
    spread = sqrt((chance(kind, scale) * np.arange(-200, 201) ** 2).sum())
    assert spread == pytest.approx(told.deviation, rel=1e-6) or (kind == GAUSSIAN and scale < 1)


def test_two_draws_are_not_the_same():
    truth = np.zeros(100, np.int64)
    first, second = (drawn(truth, ONE, Noise(GAUSSIAN, 9.0))[0] for _ in range(2))
    assert not np.array_equal(first, second)


MINE = {f"/{n}": 1 for n in range(4)}
FOUR = Reach(4, 1, 4, 2.0)


def test_what_many_saw_is_named_and_what_nobody_saw_has_no_name():
    many = MINE | {"/many": 1000}
    assert named(many, FOUR, Loss(rho=0.1, delta=1e-9))[0] == ["/many"]
