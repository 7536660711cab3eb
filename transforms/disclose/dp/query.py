"""What is measured of a table, and how far one unit can move it.

A query is one measure in one margin, as a vector over all cells. What a unit can change in it
follows from its bounds alone (L0 cells, L-infinity in each), before anything is looked at.
"""

from dataclasses import dataclass
from math import sqrt

import pyarrow as pa

from weir.schemas.policy import Disclosure
from weir.schemas.tables import NONE, OTHER, Unit
from weir.transforms.disclose.ask import ask
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.grid import Grid
from weir.transforms.disclose.dp.noise import Reach, named
from weir.transforms.disclose.partial import Counting


@dataclass(frozen=True)
class Counts:
    """What one kind of unit did on one site. measure: empty for the table's own unit.

    margins: schema of the shape, of this site, of bounded and folded contributions. most: what
    measuring all of it may cost.
    """

    measure: str
    unit: Unit
    counting: Counting
    margins: pa.Table
    most: Loss


@dataclass(frozen=True)
class Query:
    """One measure in one margin; `column` of the margins holds its truth."""

    measure: str
    mask: int
    column: str
    reach: Reach
    adds_up: bool


def queries(grid: Grid, counts: Counts) -> list[Query]:
    """What is measured of one kind of unit."""
    shape, rule = counts.counting.form.shape, counts.counting.rule
    if counts.measure:
        return [
            Query(counts.measure, mask, "units", reach(rule, grid, mask), adds_up=False)
            for mask in grid.masks
        ]
    found = []
    for name in shape.measures:
        cap = None if name in shape.people else counts.counting.caps[name]
        for mask in [grid.full] if name in shape.finest else grid.masks:
            adds_up = cap is not None and name not in shape.finest
            found.append(Query(name, mask, name, reach(rule, grid, mask, cap), adds_up))
    return [query for query in found if query.mask in grid.masks]


def reach(rule: Disclosure, grid: Grid, mask: int, cap: int | None = None) -> Reach:
    """How far one unit moves a measure in a margin. cap: L-infinity in a cell of the finest margin;
    None for a count of units.

    A count is moved by 1 in each cell that the unit is in. A sum in a coarser margin, or where rare
    names are folded, may be moved in one cell by all that the unit did.
    """
    most = rule.cells_per_unit if grid.dimensions else 1
    numbers = min(most, grid.cells(mask))
    if cap is None:
        return Reach(numbers, 1, numbers, sqrt(numbers))
    if mask == grid.full and not grid.folded:
        return Reach(numbers, cap, numbers * cap, sqrt(numbers) * cap)
    return Reach(numbers, most * cap, most * cap, float(most * cap))


def named_values(
    crowds: pa.Table, dimension: str, rule: Disclosure, most: Loss
) -> tuple[list[str], Loss]:
    """The values of a dimension that may be named on a site, and what that cost.

    crowds: schema CROWD, the site's, over all groups; each unit is in one of them.
    """
    units = ask(_UNITS, {"dimension": dimension, "known": [NONE, OTHER]}, given=crowds)
    counts = dict(zip(units["value"].to_pylist(), units["units"].to_pylist(), strict=True))
    most_values = rule.cells_per_unit
    return named(counts, Reach(most_values, 1, most_values, sqrt(most_values)), most)


_UNITS = """
    SELECT value, sum(units)::BIGINT AS units FROM given
    WHERE dimension = $dimension AND NOT list_contains($known, value)
    GROUP BY value
"""
