"""What is said of a noisy table: how far off it is, and when it is of no use."""

from datetime import date

import pytest
from a_table import RULE, a_counting, a_grid, counts, margins

from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.measure import measured
from weir.transforms.disclose.dp.table import noise_of, noisy_schema, rows


def a_table(units, most):
    """A table in which so many units saw one page, and what is said of its noise."""
    counting = a_counting()
    given = margins([(unit, "/one", "a", 1, 2) for unit in range(units)], counting)
    found = measured(a_grid(), [counts(given, most, counting)])
    return found, noise_of(found, counting.form, RULE, ())


def test_a_table_that_does_not_stand_out_of_its_noise_is_of_no_use():
    _, told = a_table(2, Loss(rho=1e-6))
    assert not told.usable
    assert told.note.startswith("too small for its budget")


def test_a_table_that_does_is_told_how_far_it_is_off():
    found, told = a_table(5_000, Loss(rho=0.1))
    assert told.usable
    deviation = found.numbers["visitors", 1].deviation
    assert told.error == pytest.approx(0.8 * deviation / 5_000, rel=0.1)
    assert [one.by for one in told.off] == ["total", "page", "kind", "page, kind"]


def test_its_rows_are_all_cells_and_nothing_else():
    found, told = a_table(3, Loss(epsilon=1))
    table = rows(found, a_counting().form, "www", date(2008, 4, 22))
    assert table.schema == noisy_schema(a_counting().form)
    assert table.num_rows == sum(one.cells for one in told.off) == 1 + 2 + 2 + 4
    assert told.mechanism == "discrete Laplace"
