"""What was left out cannot be had by subtraction, over all margins at once."""

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.transforms.disclose.audit import derived, pinned
from weir.transforms.disclose.complementary import determined, protected
from weir.transforms.disclose.lattice import Lattice, lattice
from weir.transforms.disclose.margins import Shape, combined, counted

K = 50


def a_table(cells: dict[tuple[str, ...], int]) -> tuple[pa.Table, Shape]:
    """Margins of a table whose finest cells hold that many units, one cell a unit."""
    names = tuple(f"d{i}" for i in range(len(next(iter(cells)))))
    rows = [cell for cell, units in cells.items() for _ in range(units)]
    columns = {
        "site": ["www"] * len(rows),
        "unit": [i.to_bytes(16, "big") for i in range(len(rows))],
        **{name: [row[i] for row in rows] for i, name in enumerate(names)},
    }
    shape = Shape(names, ())
    return combined([counted(pa.table(columns), shape)], shape), shape


def units(table: pa.Table) -> np.ndarray:
    return table["units"].to_numpy()


def the_cell(table: pa.Table, *values: str | None) -> int:
    found = [
        i
        for i, row in enumerate(table.to_pylist())
        if tuple(row[f"d{j}"] for j in range(len(values))) == values
    ]
    assert len(found) == 1
    return found[0]


def fixed_by_algebra(shape: Lattice, hidden: np.ndarray) -> set[int]:
    """The slow truth: a cell is fixed if no vector of the null space moves it."""
    where = np.flatnonzero(hidden)
    system = np.zeros((shape.lines, shape.cells))
    system[shape.line, shape.child] += 1
    system[np.arange(shape.lines), shape.parent] -= 1
    system = system[:, where]
    _, singular, right = np.linalg.svd(system)
    null = right[int((singular > 1e-9).sum()) :]
    return {
        int(c)
        for c, moves in zip(where, np.abs(null).max(axis=0, initial=0), strict=True)
        if moves < 1e-7
    }


def by_subtraction(shape: Lattice, values: np.ndarray, hidden: np.ndarray) -> dict[int, int]:
    """An attacker with a pencil: as long as a line lacks one number, work it out."""
    known = {i: int(v) for i, v in enumerate(values) if not hidden[i]}
    found: dict[int, int] = {}
    grew = True
    while grew:
        grew = False
        for line in range(shape.lines):
            parent, children = int(shape.parent[line]), shape.children(line).tolist()
            lacking = [c for c in (*children, parent) if c not in known]
            if len(lacking) != 1:
                continue
            (cell,) = lacking
            rest = sum(known[c] for c in children if c != cell)
            known[cell] = found[cell] = rest if cell == parent else known[parent] - rest
            grew = True
    return found


TWO_BY_TWO = {("a", "x"): 100, ("a", "y"): 7, ("b", "x"): 200, ("b", "y"): 300}


def test_without_complementary_suppression_subtraction_finds_the_small_cell():
    table, shape = a_table(TWO_BY_TWO)
    hidden = units(table) < K
    cell = the_cell(table, "a", "y")
    assert by_subtraction(lattice(table, shape), units(table), hidden) == {cell: 7}


def test_with_it_subtraction_finds_nothing():
    table, shape = a_table(TWO_BY_TWO)
    lines = lattice(table, shape)
    hidden = protected(lines, units(table), units(table) < K, K)
    assert by_subtraction(lines, units(table), hidden) == {}
    assert hidden[the_cell(table, "a", "y")]


def test_two_small_cells_of_one_line_do_not_protect_each_other_when_few_are_in_both():
    table, shape = a_table({("a",): 500, ("b",): 300, ("c",): 2, ("d",): 3})
    hidden = protected(lattice(table, shape), units(table), units(table) < K, K)
    assert hidden[the_cell(table, "b")], "the rest of 5 is a rest of too few"
    assert not hidden[the_cell(table, "a")]


def test_the_smallest_cell_goes_first():
    table, shape = a_table({("a",): 500, ("b",): 300, ("c",): 2})
    hidden = protected(lattice(table, shape), units(table), units(table) < K, K)
    assert hidden[the_cell(table, "b")]
    assert not hidden[the_cell(table, "a")]


def test_a_larger_cell_goes_where_it_stands_beside_others_that_are_left_out_anyway():
    """Small: trial's part of spring; beside it goes that of press. Then autumn's part of press is
    smaller than all of press, but would take autumn and links along, and open two more lines."""
    table, shape = a_table({
        ("spring", "banner", "trial"): 20, ("spring", "banner", "press"): 200,
        ("autumn", "link", "press"): 300, ("winter", "mail", "books"): 100,
    })  # fmt: skip
    lines = lattice(table, shape)
    hidden = protected(lines, units(table), units(table) < K, K)
    assert {row["d0"] for row, out in zip(table.to_pylist(), hidden, strict=True) if out} == {
        "spring", None,
    }  # fmt: skip
    assert hidden[the_cell(table, None, None, "press")]
    assert hidden.sum() == 8
    assert fixed_by_algebra(lines, hidden) == set()


def test_a_sum_that_is_its_only_cell_goes_with_it():
    table, shape = a_table({("a", "x"): 90, ("b", "x"): 80, ("b", "y"): 70, ("c", "y"): 5})
    lines = lattice(table, shape)
    hidden = protected(lines, units(table), units(table) < K, K)
    assert by_subtraction(lines, units(table), hidden) == {}


def test_when_nothing_is_small_nothing_is_left_out():
    table, shape = a_table({("a", "x"): 90, ("a", "y"): 80, ("b", "x"): 70, ("b", "y"): 60})
    assert not protected(lattice(table, shape), units(table), units(table) < K, K).any()


def test_a_bridge_between_two_rectangles_is_seen_though_each_line_leaves_out_two():
    """Left out: two 2x2 rectangles of a 5x5 table, and one cell that joins a row of the one with
    a column of the other. Each line leaves out two or three; the joining cell is fixed still."""
    table, shape = a_table(dict.fromkeys(product("abcde", "vwxyz"), 100))
    lines = lattice(table, shape)
    hidden = np.zeros(lines.cells, np.bool_)
    for r, c in [*product("ab", "vw"), *product("cd", "xy"), ("a", "x")]:
        hidden[the_cell(table, r, c)] = True
    found = determined(lines, hidden)
    assert np.flatnonzero(found).tolist() == [the_cell(table, "a", "x")]
    assert fixed_by_algebra(lines, hidden) == {the_cell(table, "a", "x")}


def small_tables() -> st.SearchStrategy[dict[tuple[str, ...], int]]:
    counts = st.sampled_from([0, 0, 3, 20, 49, 50, 60, 75])
    return st.tuples(
        st.sampled_from([(5,), (3, 3), (4, 3), (2, 3, 2)]),
        st.lists(counts, min_size=12, max_size=12),
    ).map(
        lambda drawn: {
            cell: n
            for cell, n in zip(
                product(*(map(str, range(size)) for size in drawn[0])), drawn[1], strict=False
            )
            if n
        }
    )


def test_a_cell_whose_neighbours_are_all_left_out_is_protected_from_further_away():
    table, shape = a_table(
        {("b", "y"): 3, ("b", "z"): 3, ("c", "y"): 75, ("d", "x"): 20, ("d", "z"): 60}
    )
    lines = lattice(table, shape)
    hidden = protected(lines, units(table), units(table) < K, K)
    assert fixed_by_algebra(lines, hidden) == set()


@settings(max_examples=60, deadline=None)
@given(small_tables().filter(bool))
def test_no_cell_that_was_left_out_is_determined_by_all_the_others(cells):
    table, shape = a_table(cells)
    lines = lattice(table, shape)
    hidden = protected(lines, units(table), units(table) < K, K)
    assert hidden[units(table) < K].all()
    assert fixed_by_algebra(lines, hidden) == set()


@settings(max_examples=40, deadline=None)
@given(small_tables().filter(bool))
def test_the_bounds_that_the_auditor_derives_hold_the_truth(cells):
    table, shape = a_table(cells)
    lines = lattice(table, shape)
    truth = units(table)
    bounds = derived(lines, truth, truth < K, 10)
    assert (bounds.low <= truth).all()
    assert (truth <= bounds.high).all()


def test_the_auditor_opens_an_edition_without_complementary_suppression():
    table, shape = a_table(TWO_BY_TWO)
    lines, truth = lattice(table, shape), units(table)
    small = truth < K
    opened = pinned(lines, truth, small, small, base=10, protection=K)
    assert opened.tolist() == [the_cell(table, "a", "y")]


def test_the_auditor_does_not_open_one_with_it():
    table, shape = a_table(TWO_BY_TWO)
    lines, truth = lattice(table, shape), units(table)
    small = truth < K
    hidden = protected(lines, truth, small, K)
    assert pinned(lines, truth, hidden, small, base=10, protection=K).tolist() == []


@pytest.mark.parametrize("base", [1, 10])
def test_the_auditor_knows_that_counts_are_not_negative(base):
    table, shape = a_table({("a",): 500, ("b",): 3, ("c",): 2})
    lines, truth = lattice(table, shape), units(table)
    bounds = derived(lines, truth, truth < K, base)
    assert bounds.width[the_cell(table, "b")] <= 5 + 2 * base
