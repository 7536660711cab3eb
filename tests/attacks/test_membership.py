"""Was one person there? Asked by somebody who knows what all the others did, and has what leaves.

Noise comes from the operating system and cannot be seeded. So sample sizes of mode dp are fixed,
and a sound build fails with a probability of 1e-9 a test. In mode threshold nothing is drawn.
"""

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest

from tests.attacks.drafted import a_rule, drafts
from tests.pipelines.a_store import DAY, a_hit, a_night, visitors
from tests.transforms.disclose.dp.a_table import a_counting, counts, margins
from weir.schemas.policy import Disclosure
from weir.transforms.disclose.dp import measure, noise
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.grid import Grid
from weir.transforms.disclose.dp.noise import Reach, named, noise_for
from weir.transforms.disclose.edition import published
from weir.transforms.disclose.margins import Shape
from weir.transforms.disclose.together import settle

RARE = 1e-9
TRIALS = 10_000
TABLE = Shape(("page",), ("views",), finest=frozenset({"views"}))
RULE = Disclosure(mode="dp", cells_per_unit=1, per_cell=5)
PAGES = tuple(f"/{n:05}" for n in range(TRIALS))


MARGIN = sqrt(log(1 / RARE) / (2 * TRIALS))
"""Hoeffding's: a success rate is higher than its chance by that with a probability of 1e-9."""


def success(most, views=9):
    """How often the attacker is right, where each was there as likely as not.

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
    """The best that anybody can do: (e^epsilon + delta) / (1 + e^epsilon); with rho by Pinsker's
    inequality, since a divergence of order 1 is at most rho."""
    if most.rho:
        return 0.5 + sqrt(most.rho / 8) + most.delta / 2
    return (exp(most.epsilon) + most.delta) / (1 + exp(most.epsilon))


BUDGETS = [Loss(epsilon=1.0), Loss(rho=0.5)]


class TestInNoisyNumbers:
    """Each number of a table in mode dp has noise, and each visitor a bound."""

    @pytest.mark.parametrize("most", BUDGETS)
    def test_it_is_told_no_better_than_the_bound(self, most):
        assert 0.6 < success(most) < bound(most) + MARGIN

    @pytest.mark.parametrize("most", BUDGETS)
    def test_with_half_of_the_noise_the_attacker_beats_the_bound(self, most, monkeypatch):
        def half(reach, paid):
            return replace(noise_for(reach, paid), scale=noise_for(reach, paid).scale / 2)

        monkeypatch.setattr(measure, "noise_for", half)
        assert success(most) > bound(most) + MARGIN

    def test_without_noise_the_attacker_is_always_right(self, monkeypatch):
        monkeypatch.setattr(measure, "drawn", lambda truth, *_: (truth, Loss()))
        assert success(BUDGETS[0]) == 1

    def test_without_bounds_the_attacker_beats_the_bound(self, monkeypatch):
        monkeypatch.setattr("weir.transforms.disclose.partial.bounded", lambda table, *_: table)
        assert success(BUDGETS[0], views=30) > bound(BUDGETS[0]) + MARGIN


THEIRS = {f"/{player}/{n}": 1 for player in range(TRIALS) for n in range(4)}
FOUR = Reach(4, 1, 4, 2.0)
PRICES = [Loss(rho=0.1, delta=0.02), Loss(rho=2, delta=0.006)]
"""Wide noise; and narrow noise, of which one step of the threshold is more than half of delta."""


def too_many(chance):
    """The least number of successes of all trials that a chance reaches with a probability of at
    most 1e-9: the binomial distribution summed from its end."""
    n = np.arange(TRIALS)
    steps = np.log((TRIALS - n) / (n + 1) * chance / (1 - chance))
    each = np.exp(TRIALS * np.log1p(-chance) + np.concatenate([[0], np.cumsum(steps)]))
    return int(np.argmax(np.cumsum(each[::-1])[::-1] <= RARE))


@pytest.mark.parametrize("paid", PRICES)
class TestInNamesOfPages:
    """Four pages that nobody else saw: where one of them is named, somebody was there. Each player
    has four pages, and a game, of their own; of those that were not there none is ever named."""

    @staticmethod
    def told(paid):
        """Players of whom any page is named."""
        return len({page.split("/")[1] for page in named(THEIRS, FOUR, paid)[0]})

    def test_they_are_named_no_oftener_than_delta(self, paid):
        cost = named({}, FOUR, paid)[1]
        assert self.told(paid) < too_many(cost.delta)
        assert cost.within(paid)
        assert cost.delta > paid.delta / 3, "nor is the threshold higher than it need be"
        assert named({}, FOUR, paid)[0] == []

    def test_half_a_threshold_tells_oftener(self, paid, monkeypatch):
        half = noise._least_threshold(noise_for(FOUR, paid), FOUR, paid.delta) // 2
        monkeypatch.setattr(noise, "_least_threshold", lambda *_: half)
        assert self.told(paid) > too_many(paid.delta)


TABLES = ("technology", "pages")
FEW = {"browser": "Lynx", "path": "/books/the-diary-of-one"}


class TestInSmallGroups:
    """In mode threshold: a browser and a page of few. The target is one of the few, or of a crowd.
    Sums of all are the same in both cases: to one who knows all that others did they tell who is in
    them, against which there is only noise."""

    @staticmethod
    def edition(base, few, target, **rule):
        """What is published where so many others are in the groups."""
        hits = [
            *visitors(340), *visitors(60, 500, browser="Opera"),
            *visitors(few, 900, **FEW), a_hit(999, **target),
        ]  # fmt: skip
        made = drafts(a_night(base, policy=a_rule(**rule)), hits, *TABLES)
        settle(made)
        return [published(draft, DAY).rows.to_pylist() for draft in made]

    @classmethod
    def both(cls, base, few, **rule):
        return (cls.edition(base, few, target, **rule) for target in (FEW, {}))

    @pytest.mark.parametrize("few", [1, 48])
    def test_what_is_published_is_the_same_with_and_without(self, tmp_path, few):
        among_few, among_many = self.both(tmp_path, few)
        assert among_few == among_many
        assert all(among_few), "or there is nothing to tell it by"

    def test_if_k_were_one_they_would_differ(self, tmp_path):
        among_few, among_many = self.both(tmp_path, 4, k=1)
        assert among_few != among_many

    @pytest.mark.parametrize("few", [0, 49])
    def test_the_first_of_a_group_and_the_one_who_makes_it_a_crowd_are_told(self, tmp_path, few):
        """To one who knows all others: there is something to protect, or nothing any more."""
        among_few, among_many = self.both(tmp_path, few)
        assert among_few != among_many
