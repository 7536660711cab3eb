"""A budget is split, and no part of it is spent twice."""

from datetime import date
from pathlib import Path

import pytest

from weir.schemas.policy import Budget, Disclosure, Policy
from weir.schemas.tables import read_tables
from weir.transforms.disclose.dp.accounting import Loss, epsilon_of
from weir.transforms.disclose.dp.shares import Counted, counted_units, days_of, shares, whole

APRIL = date(2008, 4, 22)


def a_policy(delta=1e-6, **weights):
    rules = {name: Disclosure(mode="dp", weight=weight) for name, weight in weights.items()}
    shipped = Policy.read("strict", Path())
    changes = {"disclosure": shipped.disclosure | rules, "budget": Budget(epsilon=2, delta=delta)}
    return shipped.model_copy(update=changes)


def spent(policy, unit):
    """What all tables together may cost a unit on one date."""
    return sum((s.whole for s in shares(policy, APRIL).values() if s.unit == unit), Loss())


def test_all_tables_together_cost_a_visitor_the_budget_and_no_more():
    policy = a_policy(hours=1, technology=2, campaigns=1, traffic=1)
    total = spent(policy, "visitor")
    budget = whole(policy.budget, naming=True)
    assert total.rho == pytest.approx(budget.rho)
    assert total.delta == pytest.approx(5e-7)
    assert total.at(1e-6) == pytest.approx(2)


def test_a_table_of_twice_the_weight_has_twice_the_share():
    found = shares(a_policy(hours=1, traffic=2), APRIL)
    assert found["traffic", ""].measuring.rho == pytest.approx(2 * found["hours", ""].measuring.rho)


def test_a_users_budget_lasts_for_all_days_of_the_month():
    policy = a_policy(demographics=1, traffic=3)
    day = spent(policy, "user")
    assert days_of("user", APRIL) == 30
    assert days_of("visitor", APRIL) == 1
    assert epsilon_of(day.rho * 30, 1e-6) == pytest.approx(2)


def test_without_delta_epsilon_itself_is_split():
    found = shares(a_policy(0, hours=1, calls=0.0001), APRIL)["hours", ""]
    assert found.measuring.epsilon == pytest.approx(2 / 1.0001)
    assert found.measuring.rho == 0


def test_a_table_counts_its_own_unit_and_those_of_its_measures():
    tables = read_tables()
    assert [c.unit for c in counted_units(tables["traffic"], 1)] == ["visitor", "user"]
    assert [c.unit for c in counted_units(tables["email"], 1)] == ["recipient"]
    assert list(counted_units(tables["pages"], 1)) == [Counted("pages", "", "visitor", 1, 1)]
