"""Weeks and months for whoever does not get days: sums of published numbers, nothing counted anew.

Whatever adds up over days is summed; distinct visitors do not, and go. A number that is withheld on
a day on which its row is there makes the sum null, so that each sum is of just the row's `days`.
"""

import pyarrow as pa

from weir.schemas.columns import NII, column
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
    keys = [name for name in rows.column_names if name not in spec.measures]
    first = f"date_trunc('{grain}', date)::DATE"
    by = ", ".join(first if key == "date" else f'"{key}"' for key in keys)
    shown = ", ".join(f"{first} AS date" if key == "date" else f'"{key}"' for key in keys)
    summed = "".join(
        f', CASE WHEN count("{n}") = count(*) THEN sum("{n}")::BIGINT END AS "{n}"' for n in sums
    )
    schema = pa.schema(
        [
            *(rows.schema.field(key) for key in keys),
            column(DAYS, pa.int64(), NII, _ABOUT, unit="days", nullable=False),
            *(rows.schema.field(name) for name in sums),
        ],
        metadata=rows.schema.metadata,
    )
    answer = ask(
        f"SELECT {shown}, count(*) AS {DAYS}{summed} FROM published GROUP BY {by}", published=rows
    )
    return answer.select(schema.names).cast(schema)
