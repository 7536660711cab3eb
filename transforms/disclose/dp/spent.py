"""What noisy tables tell of a unit at most, in a date and in all dates of a month."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil

from weir.schemas.noise import Month, Spent
from weir.schemas.policy import Budget, Policy
from weir.schemas.tables import Unit, read_tables
from weir.transforms.disclose.dp.accounting import (
    Loss,
    composed_advanced,
    composed_basic,
    epsilon_of,
)
from weir.transforms.disclose.dp.shares import MONTHLY, shares, unit_budgets

_SLACK = 1e-6
"""The delta at which a month of pure epsilons is told, where that makes epsilon less."""


def spent_by_all(policy: Policy, day: date) -> tuple[Spent, ...]:
    """All noisy tables of a site together, for each kind of unit."""
    units = sorted(unit_budgets(policy))
    return tuple(_spent(policy, day, unit, read_tables()) for unit in units)


def spent_by_table(policy: Policy, day: date, table: str) -> tuple[Spent, ...]:
    """One of them alone."""
    units = {s.unit for (name, _), s in shares(policy, day).items() if name == table}
    return tuple(_spent(policy, day, unit, (table,)) for unit in sorted(units))


def _spent(policy: Policy, day: date, unit: str, tables: Iterable[str]) -> Spent:
    assert policy.budget is not None
    loss, monthly, days = Loss(), unit in MONTHLY, monthrange(day.year, day.month)[1]
    for (table, _), share in shares(policy, day).items():
        if share.unit == unit and table in tables:
            loss += share.whole
    epsilon, delta = _of(loss.times(days if monthly else 1), policy.budget, 1)
    month = (epsilon, delta) if monthly else _of(loss, policy.budget, days)
    added = (epsilon, delta) if monthly else composed_basic(epsilon, delta, days)
    return Spent(
        unit=unit,
        period="month" if monthly else "day",
        epsilon=_up(epsilon),
        delta=_short(delta),
        month=Month(
            days=days,
            epsilon=_up(month[0]),
            delta=_short(month[1]),
            added_epsilon=_up(added[0]),
            added_delta=_short(added[1]),
        ),
    )


def composed(days: Sequence[Loss], policy: Policy, unit: Unit) -> tuple[float, float]:
    """(epsilon, delta) of what a kind of unit was charged on some dates, for one that is there on
    each of them: as `month` tells it of all dates of a month."""
    if not days or policy.budget is None:
        return 0.0, 0.0
    loss = sum(days, Loss())
    if policy.budget.delta:
        reading = policy.budget.delta - unit_budgets(policy).get(unit, Loss()).delta
        return _up(loss.epsilon + epsilon_of(loss.rho, reading)), _short(loss.delta + reading)
    if unit in MONTHLY:
        return _up(loss.epsilon), 0.0
    advanced = composed_advanced(max(day.epsilon for day in days), len(days), _SLACK)
    plain = loss.epsilon <= advanced
    return _up(min(loss.epsilon, advanced)), 0.0 if plain else _SLACK


def _of(loss: Loss, budget: Budget, times: int) -> tuple[float, float]:
    """(epsilon, delta) of a loss so many times over."""
    if budget.delta:
        delta = budget.delta + (times - 1) * loss.delta
        return loss.times(times).at(delta), delta
    epsilon = composed_advanced(loss.epsilon, times, _SLACK)
    plain = epsilon == times * loss.epsilon
    return epsilon, 0.0 if plain else _SLACK


def _up(epsilon: float) -> float:
    """Six decimals, never less than it is."""
    return ceil(epsilon * 1e6) / 1e6


def _short(delta: float) -> float:
    """Six digits: sums of floats end in dust."""
    return float(f"{delta:.6g}")
