"""How a policy's budget is split: over kinds of units, days, tables, and steps of a table.

A unit of each kind has the whole budget: a visitor for a day, a registered user or a recipient of
mail for a month, a day of which gets one part in as many as the month has. Tables share by weight.
Where values come from the data, a fifth of a table's share finds out which may be named.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from weir.schemas.policy import Budget, Policy
from weir.schemas.tables import TableSpec, Unit, read_tables
from weir.transforms.disclose.dp.accounting import Loss, rho_of

MONTHLY: frozenset[Unit] = frozenset({"user", "recipient"})
"""Units that are the same person over days; a visitor is a new one every day."""
NAMING = 0.2
"""The part of a table's share that names open values; the rest measures."""
THRESHOLDS = 0.5
"""The part of delta that thresholds may use; the rest reads rho as an epsilon."""


@dataclass(frozen=True)
class Share:
    """What one table may cost one kind of unit on one date: to name values, and to measure.

    naming: for each dimension whose values come from the data.
    """

    unit: Unit
    naming: Loss
    measuring: Loss
    names: int  # such dimensions

    @property
    def whole(self) -> Loss:
        """All of it."""
        return self.measuring + self.naming.times(self.names)


@dataclass(frozen=True)
class Counted:
    """What is counted of a table for one kind of unit. measure: empty for the table's own unit."""

    table: str
    measure: str
    unit: Unit
    weight: float
    names: int  # dimensions whose values it names


def counted_units(spec: TableSpec, weight: float) -> Iterator[Counted]:
    """The kinds of units that a table's published measures count."""
    yield Counted(spec.name, "", spec.unit, weight, len(spec.unlisted))
    for name, measure in spec.measures.items():
        if not measure.inside and measure.exchanged and measure.distinct not in (None, spec.unit):
            yield Counted(spec.name, name, measure.distinct or spec.unit, weight, 0)


def whole(budget: Budget, *, naming: bool) -> Loss:
    """What a unit's budget is as noise is accounted. naming: whether thresholds take of delta."""
    if not budget.delta:
        return Loss(epsilon=budget.epsilon)
    thresholds = budget.delta * THRESHOLDS if naming else 0.0
    return Loss(rho=rho_of(budget.epsilon, budget.delta - thresholds), delta=thresholds)


def shares(policy: Policy, day: date) -> dict[tuple[str, str], Share]:
    """The share of each (table, measure of another unit or "") in mode dp, on one date."""
    found = {}
    for unit, counted in _by_unit(policy).items():
        total = unit_budgets(policy)[unit].times(1 / days_of(unit, day))
        for one in counted:
            found[one.table, one.measure] = _share(one, counted, total)
    return found


def unit_budgets(policy: Policy) -> dict[Unit, Loss]:
    """What each kind of unit that noisy tables count has, for its day or its month."""
    if policy.budget is None:
        return {}
    return {
        unit: whole(policy.budget, naming=any(one.names for one in counted))
        for unit, counted in _by_unit(policy).items()
    }


def _by_unit(policy: Policy) -> dict[Unit, list[Counted]]:
    found: dict[Unit, list[Counted]] = {}
    for name in policy.noisy_tables:
        for counted in counted_units(read_tables()[name], policy.rule(name).weight):
            found.setdefault(counted.unit, []).append(counted)
    return found


def days_of(unit: Unit, day: date) -> int:
    """The days over which a unit's budget is spread."""
    return monthrange(day.year, day.month)[1] if unit in MONTHLY else 1


def _share(counted: Counted, mine: list[Counted], total: Loss) -> Share:
    part = counted.weight / sum(one.weight for one in mine)
    naming = sum(one.weight for one in mine if one.names)
    delta = total.delta * counted.weight / naming if counted.names else 0.0
    cost = Loss(total.epsilon, total.rho).times(part)
    if not counted.names:
        return Share(counted.unit, Loss(), cost, 0)
    each = cost.times(NAMING / counted.names) + Loss(delta=delta / counted.names)
    return Share(counted.unit, each, cost.times(1 - NAMING), counted.names)
