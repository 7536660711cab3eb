"""What one unit can change in a table is bounded, and which part stays is decided by a key."""

import pyarrow as pa

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.bounds import bounded

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
RULE = Disclosure(cells_per_unit=3, per_cell=5)


def contributions(units: int, cells: int, hits: int = 1) -> pa.Table:
    rows = [
        {"site": "www", "unit": bytes([u]) * 16, "path": f"/{c}", "hits": hits * (c + 1)}
        for u in range(units)
        for c in range(cells)
    ]
    return pa.Table.from_pylist(rows)


def kept(table: pa.Table, key: bytes = KEY, rule: Disclosure = RULE) -> pa.Table:
    return bounded(table, ["path"], {"hits": rule.per_cell}, rule, key).sort_by(
        [("unit", "ascending"), ("path", "ascending")]
    )


def test_a_unit_keeps_at_most_l0_cells():
    counts = kept(contributions(10, 40)).group_by("unit").aggregate([([], "count_all")])
    assert counts["count_all"].to_pylist() == [3] * 10


def test_a_unit_within_its_bounds_keeps_everything():
    table = contributions(10, 3)
    assert kept(table).num_rows == 30


def test_a_cell_keeps_at_most_l_infinity():
    assert max(kept(contributions(10, 40))["hits"].to_pylist()) <= 5


def test_what_is_kept_depends_on_the_key_and_not_on_sizes():
    table = contributions(10, 40)
    bigger = contributions(10, 40, hits=7)
    paths = [kept(t)["path"].to_pylist() for t in (table, bigger)]
    assert paths[0] == paths[1]
    assert kept(table, OTHER_KEY)["path"].to_pylist() != paths[0]


def test_what_is_kept_depends_on_no_order_and_no_split():
    table = contributions(10, 40)
    shuffled = table.take(pa.array(list(range(table.num_rows))[::-1]))
    apart = pa.concat_tables([kept(table.slice(0, 200)), kept(table.slice(200))])
    assert kept(shuffled).equals(kept(table))
    assert apart.sort_by([("unit", "ascending"), ("path", "ascending")]).equals(kept(table))


def test_units_keep_different_cells():
    paths = kept(contributions(10, 40))["path"].to_pylist()
    assert len(set(paths)) > 10
