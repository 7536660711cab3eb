"""What bounding cost: how much units did that is not counted.

Exact, so it is for the store's own people alone.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.disclose.ask import ask

CUT = pa.schema(
    [
        pa.field("site", pa.string()),
        pa.field("measure", pa.string()),  # "": the cells themselves
        pa.field("units", pa.int64()),  # that lost some of it; of cells: that lost anything
        pa.field("cut", pa.int64()),  # cells in which it was cut
        pa.field("before", pa.int64()),  # all of it, as it was
        pa.field("after", pa.int64()),  # and as it is counted
    ]
)
"""Adds up over groups of units."""
NUMBER = "number"
"""Column of rows' numbers, by which a row is the same before and after."""


def numbered(contributions: pa.Table) -> pa.Table:
    """Contributions with the rows' numbers beside them."""
    return contributions.append_column(NUMBER, pa.array(np.arange(contributions.num_rows)))


def cut(
    before: pa.Table, after: pa.Table, caps: Mapping[str, int], people: frozenset[str]
) -> pa.Table:
    """What is in `before` and not in `after` (schema CUT); both numbered contributions.

    people: measures that count units. Who is in a cell under two names of it is there once, and
    nothing is lost by that.
    """
    stays = np.zeros(before.num_rows, np.bool_)
    stays[after[NUMBER].to_numpy()] = True
    kept, ones = pa.array(stays), pa.repeat(pa.scalar(1, pa.int64()), before.num_rows)
    lost_any = gone = pa.array(~stays)
    parts = [CUT.empty_table()]
    for name, cap in caps.items():
        clipped = pc.min_element_wise(before[name], pa.scalar(cap, pa.int64())).cast(pa.int64())
        mine = clipped if name in people else before[name]
        counts = pc.if_else(kept, clipped, pa.scalar(0, pa.int64()))
        lost = pc.greater(mine, counts)
        lost_any = pc.or_(lost_any, lost)
        parts.append(_cost(name, before, mine, counts, lost, lost))
    cells = pa.chunked_array([ones])
    parts.append(_cost("", before, cells, kept.cast(pa.int64()), gone, lost_any))
    return pa.concat_tables(parts)


def _cost(
    name: str,
    table: pa.Table,
    before: pa.ChunkedArray,
    after: pa.ChunkedArray,
    lost: pa.ChunkedArray,
    losing: pa.ChunkedArray,
) -> pa.Table:
    """Few rows lose anything, so distinct units are counted among these alone."""
    columns = {"site": table["site"], "lost": lost, "before": before, "after": after}
    units = table.select(["site", "unit"]).filter(losing)
    return ask(_COST, {"measure": name}, given=pa.table(columns), losing=units).cast(CUT)


_COST = """
    SELECT site, $measure AS measure, coalesce(units, 0) AS units, cut, before, after
    FROM (SELECT site, count(*) FILTER (lost) AS cut, sum(before)::BIGINT AS before,
                 sum(after)::BIGINT AS after
          FROM given GROUP BY site)
    LEFT JOIN (SELECT site, count(DISTINCT unit) AS units FROM losing GROUP BY site) USING (site)
    ORDER BY site
"""


def cut_of(parts: Iterable[pa.Table]) -> pa.Table:
    """The same over all groups of units."""
    whole = pa.concat_tables([CUT.empty_table(), *parts])
    names = ["units", "cut", "before", "after"]
    sums = whole.group_by(["site", "measure"], use_threads=False).aggregate(
        [(name, "sum") for name in names]
    )
    return sums.rename_columns(["site", "measure", *names]).cast(CUT)
