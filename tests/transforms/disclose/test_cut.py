"""What bounding cost is counted where it is cut, and adds up."""

import pyarrow as pa

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.bounds import bounded
from weir.transforms.disclose.cut import cut, cut_of, numbered

RULE = Disclosure(cells_per_unit=3, per_cell=5)
CAPS = {"visitors": 1, "hits": 5}


def contributions(*cells: tuple[int, int]) -> pa.Table:
    """A unit for each (cells, hits in each)."""
    rows = [
        {"site": "www", "unit": bytes([u]) * 16, "path": f"/{c}", "visitors": 1, "hits": hits}
        for u, (count, hits) in enumerate(cells)
        for c in range(count)
    ]
    return pa.Table.from_pylist(rows)


def cost(table: pa.Table) -> dict[str, tuple[int, ...]]:
    """By measure: units, cells in which it was cut, before, after."""
    before = numbered(table)
    after = bounded(before, ["path"], CAPS, RULE, b"k" * 32)
    return told(cut(before, after, CAPS, frozenset({"visitors"})))


def told(found: pa.Table) -> dict[str, tuple[int, ...]]:
    names = ("units", "cut", "before", "after")
    return {row["measure"]: tuple(row[n] for n in names) for row in found.to_pylist()}


def test_within_bounds_nothing_is_cut():
    assert cost(contributions((3, 5), (1, 1))) == {
        "visitors": (0, 0, 4, 4), "hits": (0, 0, 16, 16), "": (0, 0, 4, 4),
    }  # fmt: skip


def test_cells_over_the_bound_are_cut_with_all_that_is_in_them():
    assert cost(contributions((10, 2), (3, 2))) == {
        "visitors": (1, 7, 13, 6), "hits": (1, 7, 26, 12), "": (1, 7, 13, 6),
    }  # fmt: skip


def test_what_is_too_much_in_a_cell_is_cut_and_the_cell_stays():
    """The unit lost something, so it counts among those that were bounded."""
    assert cost(contributions((2, 100), (1, 5))) == {
        "visitors": (0, 0, 3, 3), "hits": (1, 2, 205, 15), "": (1, 0, 3, 3),
    }  # fmt: skip


def test_who_is_in_a_cell_under_two_names_of_it_lost_nothing():
    table = contributions((1, 2))
    twice = table.set_column(3, "visitors", pa.array([2], pa.int64()))
    assert cost(twice)["visitors"] == (0, 0, 1, 1)


def test_groups_of_units_add_up():
    parts = [contributions((10, 2)), contributions((2, 100), (1, 5))]
    each = [numbered(part) for part in parts]
    found = cut_of(
        cut(part, bounded(part, ["path"], CAPS, RULE, b"k" * 32), CAPS, frozenset({"visitors"}))
        for part in each
    )
    assert told(found) == {
        "visitors": (1, 7, 13, 6), "hits": (2, 9, 225, 21), "": (2, 7, 13, 6),
    }  # fmt: skip


def test_of_no_groups_nothing_is_told():
    assert cut_of([]).num_rows == 0
