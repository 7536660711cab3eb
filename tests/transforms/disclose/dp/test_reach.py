"""No unit moves a vector further than the noise was made for; whatever it does."""

import random

import numpy as np
import pytest
from a_table import RULE, SHAPE, a_counting, a_grid, counts, margins

from weir.transforms.disclose.dp import query
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.measure import measured
from weir.transforms.disclose.dp.query import Query, queries, reach

PAGES = [f"/{n}" for n in range(8)]


def a_crowd(seed, units=12):
    """Units that do more than they may: up to 8 cells, up to 9 views in each."""
    chance = random.Random(seed)
    rows = []
    for unit in range(units):
        cells = [(page, kind) for page in PAGES for kind in "ab"]
        for page, kind in chance.sample(cells, chance.randint(1, 8)):
            rows.append((unit, page, kind, 1, chance.randint(1, 9)))
    return rows


def moved(seed, named, folded):
    """How far each query moves when one of the units goes: (query, change)."""
    open_ = ("page",) if folded else ()
    counting = a_counting(open_=open_)
    rows = a_crowd(seed)
    grid = a_grid(sorted({*named, "(none)", "(other)"}) if folded else PAGES, folded=folded)
    with_, without = (
        margins(given, counting, named) for given in (rows, [row for row in rows if row[0] != 5])
    )
    for asked in queries(grid, counts(with_, Loss(epsilon=1), counting)):
        before, after = (grid.counted(m, asked.mask, asked.column) for m in (with_, without))
        yield asked, np.abs(before - after)


def beyond(asked: Query, change) -> bool:
    return (
        np.count_nonzero(change) > asked.reach.numbers
        or change.max() > asked.reach.each
        or change.sum() > asked.reach.l1
        or np.sqrt((change.astype(float) ** 2).sum()) > asked.reach.l2 + 1e-9
    )


CASES = [((), True), (PAGES[:2], True), (PAGES, True), ((), False)]


@pytest.mark.parametrize(("named", "folded"), CASES)
def test_a_unit_moves_no_query_beyond_its_reach(named, folded):
    seen = 0
    for seed in range(6):
        for asked, change in moved(seed, named, folded):
            assert not beyond(asked, change), (asked, change)
            seen += change.any()
    assert seen > 20


def test_a_reach_that_forgets_that_cells_are_folded_is_found_out(monkeypatch):
    def careless(rule, grid, mask, cap=None):
        honest = reach(rule, grid, grid.full, cap)
        return query.Reach(honest.numbers, cap or 1, 3 * (cap or 1), 3**0.5 * (cap or 1))

    monkeypatch.setattr(query, "reach", careless)
    assert any(beyond(*one) for seed in range(6) for one in moved(seed, (), True))


@pytest.mark.parametrize("most", [Loss(epsilon=0.7), Loss(rho=0.03)])
def test_what_opendp_charges_is_what_was_paid(most):
    found = measured(a_grid(), [counts(margins(a_crowd(0)), most)])
    cost = found.losses["visitor"]
    assert cost.within(most)
    assert cost.rho + cost.epsilon == pytest.approx(most.rho + most.epsilon)
    assert RULE.cells_per_unit == 3 and set(found.numbers) == {
        (name, mask) for name in SHAPE.measures for mask in range(4)
    }
