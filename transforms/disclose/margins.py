"""Margins: a table counted at its finest cells and at every subset of its dimensions.

Everything counted here adds up over buckets of units, for a unit lives in one bucket: units,
sums, and how many units stand behind a sum. Only the largest contribution is a maximum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from weir.transforms.disclose.ask import ask


@dataclass(frozen=True)
class Shape:
    """Names of a table's dimensions and measures, as an edition counts them.

    people: measures that count distinct units; a unit's contribution to them is 0 or 1.
    finest: measures that only add up over units, not over cells (visits that saw a page); they
    are counted in the finest cells and nowhere else.
    """

    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    people: frozenset[str] = frozenset()
    finest: frozenset[str] = frozenset()

    @property
    def schema(self) -> pa.Schema:
        """site; `mask` int64: bit i set when dimension i is broken out; the dimensions (null when
        not broken out); units; and for each measure its sum, `behind:` it the units that
        contributed, `largest:` the largest contribution of one unit. int64 all. In flight only."""
        fields = [pa.field("site", pa.string()), pa.field("mask", pa.int64())]
        fields += [pa.field(name, pa.string()) for name in self.dimensions]
        fields += [pa.field("units", pa.int64())]
        for name in self.measures:
            fields += [pa.field(p + name, pa.int64()) for p in ("", "behind:", "largest:")]
        return pa.schema(fields)


def counted(contributions: pa.Table, shape: Shape) -> pa.Table:
    """All margins of bounded, folded contributions of some units (schema `shape.schema`).

    contributions: site, unit, dimensions without nulls, measures (int64); one bucket, or all.
    """
    names = [f'"{name}"' for name in shape.dimensions]
    outer = [
        f'sum("{m}")::BIGINT AS "{m}", count(*) FILTER ("{m}" > 0)::BIGINT AS "behind:{m}", '
        f'coalesce(max("{m}"), 0)::BIGINT AS "largest:{m}"'
        for m in shape.measures
    ]
    per_cell = ", ".join(["site", "mask", *names, "count(*)::BIGINT AS units", *outer])
    query = f"SELECT {per_cell} FROM ({by_unit(shape)}) GROUP BY ALL"
    return ask(query, given=contributions).cast(shape.schema)


def by_unit(shape: Shape, given: str = "given") -> str:
    """SQL: of contributions, what each unit is and does in each cell of each margin."""
    names = [f'"{name}"' for name in shape.dimensions]
    mask = " + ".join(f"(1 - GROUPING({n}))::BIGINT * {1 << i}" for i, n in enumerate(names)) or "0"
    inner = [f'{_of_unit(m, shape)} AS "{m}"' for m in shape.measures]
    cube = f", CUBE ({', '.join(names)})" if names else ""
    per_unit = ", ".join(["site", "unit", f"({mask})::BIGINT AS mask", *names, *inner])
    return f"SELECT {per_unit} FROM {given} GROUP BY site, unit{cube}"


def _of_unit(measure: str, shape: Shape) -> str:
    """What one unit contributes to a margin, of what it did in the margin's cells."""
    if measure in shape.people:
        return f'max("{measure}")'
    if measure in shape.finest and shape.dimensions:
        names = ", ".join(f'"{name}"' for name in shape.dimensions)
        return f'CASE WHEN GROUPING({names}) = 0 THEN sum("{measure}") ELSE 0 END'
    return f'sum("{measure}")'


def combined(parts: Iterable[pa.Table], shape: Shape) -> pa.Table:
    """Margins of disjoint sets of units as one, in a fixed order (schema `shape.schema`)."""
    names = ["site", "mask", *(f'"{name}"' for name in shape.dimensions)]
    values = ["sum(units)::BIGINT AS units"]
    for m in shape.measures:
        values += [f'sum("{p}{m}")::BIGINT AS "{p}{m}"' for p in ("", "behind:")]
        values += [f'max("largest:{m}")::BIGINT AS "largest:{m}"']
    query = (
        f"SELECT {', '.join(names + values)} FROM parts GROUP BY ALL ORDER BY {', '.join(names)}"
    )
    whole = pa.concat_tables([shape.schema.empty_table(), *parts])
    return ask(query, parts=whole).cast(shape.schema)


def breakdown(mask: int, dimensions: Sequence[str]) -> str:
    """What a margin is broken out by, in words: `campaign, medium`, or `total`."""
    return ", ".join(d for i, d in enumerate(dimensions) if mask >> i & 1) or "total"
