"""What led to a conversion on days before it.

Pseudonyms of two days cannot be joined by themselves. The linkage of both days can, inside: a hash
of the month, or of the ISO week where a month ends between them. Only who converts on the later day
is looked up, and only counts of it leave the run (schemas/tables/attribution.yaml).
"""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.schemas.columns import conform
from weir.schemas.config import Site
from weir.schemas.event import TOUCH


def converting(files: Sequence[str]) -> pa.Array:
    """Distinct visitors of a date's event files who convert; their other columns are not read."""
    found = [pa.array([], pa.binary(16))]
    for path in files:
        with pq.ParquetFile(path, read_dictionary=["action"]) as file:
            for group in range(file.num_row_groups):
                action = file.read_row_group(group, ["action"])["action"]
                converts = pc.fill_null(pc.equal(action, "conversion"), False)
                if pc.any(converts).as_py():
                    visitor = file.read_row_group(group, ["visitor"])["visitor"].filter(converts)
                    found += visitor.cast(pa.binary(16)).chunks
    return pc.unique(pa.concat_arrays(found))


def shared_period(earlier: date, later: date) -> str | None:
    """By which column of their linkage two dates can be joined; None: by none."""
    if (earlier.year, earlier.month) == (later.year, later.month):
        return "month"
    same_week = earlier.isocalendar()[:2] == later.isocalendar()[:2]
    return "week" if same_week else None


def contacts_before(
    mine: pa.Table,
    day: date,
    contacts: pa.Table,
    linkage: pa.Table,
    before: date,
    sites: Sequence[Site],
) -> pa.Table:
    """TOUCH: contacts of one earlier date within each site's window, under the visitors'
    pseudonyms of `day`.

    mine: LINKAGE of `day`, of the visitors who are looked up. contacts (TOUCH) and linkage
    (LINKAGE): those of the date `before`, which must share a period with `day`.
    """
    period = shared_period(before, day)
    if period is None:
        raise ValueError(f"{before} and {day} share no week and no month")
    keys = ["site", period]
    known = linkage.filter(pc.is_in(linkage[period], value_set=mine[period].combine_chunks()))
    then = known.select([*keys, "visitor"]).join(
        mine.select([*keys, "visitor"]).rename_columns([*keys, "later"]),
        keys,
        join_type="inner",
        use_threads=False,
    )
    joined = _in_window(contacts, (day - before).days, sites).join(
        then.select(["site", "visitor", "later"]),
        ["site", "visitor"],
        join_type="inner",
        use_threads=False,
    )
    named = joined.drop_columns(["visitor"]).rename_columns({"later": "visitor"})
    return conform(named.select(TOUCH.names), TOUCH)


def _in_window(contacts: pa.Table, past: int, sites: Sequence[Site]) -> pa.Table:
    keep = pa.chunked_array([pa.array([False] * contacts.num_rows, pa.bool_())])
    for site in sites:
        kinds = {"click": site.attribution.click_days, "view": site.attribution.view_days}
        open_ = pa.array([kind for kind, days in kinds.items() if past <= days], pa.string())
        own = pc.equal(contacts["site"], site.name)
        keep = pc.or_(keep, pc.and_(own, pc.is_in(contacts["kind"], value_set=open_)))
    return contacts.filter(keep)
