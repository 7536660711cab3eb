"""Bounds come before counting: what one unit can change in a table at most.

A unit keeps at most L0 cells and at most L-infinity in each. Which cells is decided by
HMAC(sampling key, table, unit, cell): never by size, and the same whatever the splits are.
"""

import hmac
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.ask import ask


def bounded(
    contributions: pa.Table,
    dimensions: Sequence[str],
    caps: Mapping[str, int],
    rule: Disclosure,
    key: bytes,
) -> pa.Table:
    """Contributions with at most `rule.cells_per_unit` rows a unit, each measure at most its cap.

    contributions: site string, unit binary, the dimensions (string), measures (int64); one row a
    (site, unit, cell). All rows of a unit must be there. `caps`: measure -> its L-infinity.
    `key` is derived for the table. Same schema out; rows in no particular order.
    """
    return _clipped(_sampled(contributions, dimensions, rule.cells_per_unit, key), caps)


def _sampled(table: pa.Table, dimensions: Sequence[str], most: int, key: bytes) -> pa.Table:
    if not dimensions or table.num_rows <= most:
        return table
    rows = pa.array(range(table.num_rows))
    crowded = ask(_CROWDED, {"most": most}, given=table.append_column("row", rows))
    if crowded.num_rows == 0:
        return table
    drawn = crowded.select(["site", "unit", "row"])
    drawn = drawn.append_column("lot", lots(crowded, dimensions, key))
    lost = ask(_LOST, {"most": most}, drawn=drawn)["row"].combine_chunks()
    return table.filter(pc.invert(pc.is_in(rows, value_set=lost)))


_CROWDED = "SELECT * FROM given QUALIFY count(*) OVER (PARTITION BY site, unit) > $most"
_LOST = """
    SELECT row FROM drawn
    QUALIFY row_number() OVER (PARTITION BY site, unit ORDER BY lot) > $most
"""


def lots(table: pa.Table, dimensions: Sequence[str], key: bytes) -> pa.Array:
    """The HMAC of each row's (unit, cell): the lot it drew. Parts are length-prefixed.

    Only rows of units over the bound come here, so a Python loop is affordable.
    """
    columns = [table["unit"].cast(pa.binary()).to_pylist()]
    columns += [table[name].cast(pa.binary()).to_pylist() for name in dimensions]
    return pa.array([_lot(parts, key) for parts in zip(*columns, strict=True)], pa.binary())


def _lot(parts: tuple[bytes | None, ...], key: bytes) -> bytes:
    text = b"".join(len(part or b"").to_bytes(4, "big") + (part or b"") for part in parts)
    return hmac.digest(key, text, "sha256")[:16]


def _clipped(table: pa.Table, caps: Mapping[str, int]) -> pa.Table:
    for name, cap in caps.items():
        place = table.column_names.index(name)
        clipped = pc.min_element_wise(table[name], pa.scalar(cap, pa.int64()))
        table = table.set_column(place, table.schema.field(name), clipped.cast(pa.int64()))
    return table
