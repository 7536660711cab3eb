"""The noise is what it says, and a build whose noise is off or halved is found out.

Sample sizes are fixed and a sound build fails with a probability of 1e-9 a test.
"""

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest
from a_table import a_counting, counts, margins

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.dp import measure, noise
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.grid import Grid
from weir.transforms.disclose.dp.noise import (
    GAUSSIAN,
    LAPLACE,
    Noise,
    Reach,
    drawn,
    named,
    noise_for,
)
from weir.transforms.disclose.margins import Shape

SAMPLE = 20_000
RARE = 1e-9
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


TRIALS = 10_000
TABLE = Shape(("page",), ("views",), finest=frozenset({"views"}))
RULE = Disclosure(mode="dp", cells_per_unit=1, per_cell=5)
PAGES = tuple(f"/{n:05}" for n in range(TRIALS))
MARGIN = sqrt(log(1 / RARE) / (2 * TRIALS))
"""Hoeffding's: a success rate is higher than its chance by that with a probability of 1e-9."""


def success(most, views=9):
    """How often an attacker who knows everybody else tells whether somebody is in a table.

    Each page is a game of its own: somebody else saw it twice, and its player, who may be there,
    more often than the bound. The attacker knows where the noise is centred in both cases and takes
    what is nearer, which is the likelier one.
    """
    counting = a_counting(TABLE, RULE, open_=())
    others = [(n, page, 2) for n, page in enumerate(PAGES)]
    players = [(TRIALS + n, page, views) for n, page in enumerate(PAGES)]
    there = np.random.default_rng(1).integers(0, 2, TRIALS).astype(bool)
    grid = Grid(("page",), (PAGES,))

    def table(who):
        return margins([*others, *who], counting)

    without, with_all = (grid.counted(table(who), 1, "views") for who in ([], players))
    given = counts(
        table([p for p, here in zip(players, there, strict=True) if here]), most, counting
    )
    values = measure.measured(grid, [given]).numbers["views", 1].values
    guess = np.abs(values - with_all) < np.abs(values - without)
    return float((guess == there).mean())


def bound(most):
    """The best that anybody can do: e^epsilon / (1 + e^epsilon); with rho by Pinsker's inequality,
    since a divergence of order 1 is at most rho."""
    if most.rho:
        return 0.5 + sqrt(most.rho / 8)
    return exp(most.epsilon) / (1 + exp(most.epsilon))


BUDGETS = [Loss(epsilon=1.0), Loss(rho=0.5)]


@pytest.mark.parametrize("most", BUDGETS)
def test_whether_somebody_is_in_a_table_is_told_no_better_than_the_bound(most):
    assert 0.6 < success(most) < bound(most) + MARGIN


@pytest.mark.parametrize("most", BUDGETS)
def test_with_half_of_the_noise_the_attacker_beats_the_bound(most, monkeypatch):
    def half(reach, paid):
        return replace(noise_for(reach, paid), scale=noise_for(reach, paid).scale / 2)

    monkeypatch.setattr(measure, "noise_for", half)
    assert success(most) > bound(most) + MARGIN


def test_without_noise_the_attacker_is_always_right(monkeypatch):
    monkeypatch.setattr(measure, "drawn", lambda truth, *_: (truth, Loss()))
    assert success(BUDGETS[0]) == 1


def test_without_bounds_the_attacker_beats_the_bound(monkeypatch):
    monkeypatch.setattr("weir.transforms.disclose.partial.bounded", lambda table, *_: table)
    assert success(BUDGETS[0], views=30) > bound(BUDGETS[0]) + MARGIN


DELTA = 0.02
MINE = {f"/{n}": 1 for n in range(4)}
FOUR = Reach(4, 1, 4, 2.0)
PAID = Loss(rho=0.1, delta=DELTA)


def told_of(times):
    """How often a threshold names any of four pages that one visitor alone saw, and how much
    oftener that may look with a probability of 1e-9."""
    rate = sum(bool(named(MINE, FOUR, PAID)[0]) for _ in range(times)) / times
    return rate, sqrt(log(1 / RARE) / (2 * times))


def test_what_one_visitor_alone_saw_is_named_no_oftener_than_delta():
    rate, margin = told_of(1_000)
    assert rate < DELTA + margin
    cost = named(MINE, FOUR, PAID)[1]
    assert cost.within(PAID)
    assert cost.delta > DELTA / 3, "nor is the threshold higher than it need be"


def test_half_a_threshold_is_found_out(monkeypatch):
    given = noise_for(FOUR, PAID)
    deltas = (noise._threshold(given, t).map((4, 2.0, 1.0))[1] for t in range(1, 500))
    half = noise._threshold(given, next(t for t, d in enumerate(deltas, 1) if d <= DELTA) // 2)
    monkeypatch.setattr(noise, "_least_threshold", lambda *_: half)
    rate, margin = told_of(1_000)
    assert rate > DELTA + margin


def test_what_many_saw_is_named_and_what_nobody_saw_has_no_name():
    many = MINE | {"/many": 1000}
    assert named(many, FOUR, Loss(rho=0.1, delta=1e-9))[0] == ["/many"]
