"""Weeks and months for whoever does not get days: sums of published numbers, nothing counted anew.

Whatever adds up over days is summed; distinct visitors do not, and go. A number that is withheld on
a day on which its row is there makes the sum null, so that each sum is of just the row's `days`.
Noise of two days has nothing to do with each other: the squares of what sums are off by add up.
"""

import pyarrow as pa

from weir.schemas.columns import NII, column
from weir.schemas.noise import HIGH, LOW
from weir.schemas.recipient import Grain
from weir.schemas.tables import read_tables
from weir.transforms.disclose.ask import ask

DAYS = "days"
_ABOUT = "days of the period on which the row was published; each number is the sum over them"


def over_periods(table: str, rows: pa.Table, grain: Grain) -> pa.Table:
    """Rows of editions (site, date, by, dimensions, measures) -> the same, `date` the first day of
    its week or month, `days` behind the dimensions, measures that add up over days.

    A measure that today's declaration of the table does not know is left out.
    """
    if grain == "day":
        return rows
    spec = read_tables()[table]
    sums = [n for n in rows.column_names if n in spec.measures and not spec.measures[n].distinct]
    ends = [f"{n}{end}" for n in sums for end in (LOW, HIGH) if f"{n}{end}" in rows.column_names]
    gone = {*spec.measures, *(f"{n}{end}" for n in spec.measures for end in (LOW, HIGH))}
    keys = [name for name in rows.column_names if name not in gone]
    first = f"date_trunc('{grain}', date)::DATE"
    by = ", ".join(first if key == "date" else f'"{key}"' for key in keys)
    shown = ", ".join(f"{first} AS date" if key == "date" else f'"{key}"' for key in keys)
    summed = "".join(
        f', CASE WHEN count("{n}") = count(*) THEN {_sum(n, rows)} END AS "{n}"'
        for n in [*sums, *ends]
    )
    schema = pa.schema(
        [
            *(rows.schema.field(key) for key in keys),
            column(DAYS, pa.int64(), NII, _ABOUT, unit="days", nullable=False),
            *(rows.schema.field(name) for name in rows.column_names if name in {*sums, *ends}),
        ],
        metadata=rows.schema.metadata,
    )
    answer = ask(
        f"SELECT {shown}, count(*) AS {DAYS}{summed} FROM published GROUP BY {by}", published=rows
    )
    return answer.select(schema.names).cast(schema)


def _sum(name: str, rows: pa.Table) -> str:
    """SQL of a measure's sum, or of an end of its interval."""
    measure = name.removesuffix(LOW).removesuffix(HIGH)
    if measure == name or measure not in rows.column_names:
        return f'sum("{name}")::BIGINT'
    way = 1 if name.endswith(HIGH) else -1
    off = f'ceil(sqrt(sum(("{name}" - "{measure}") ** 2)))'
    return f'(sum("{measure}") + {way} * {off})::BIGINT'
