"""Buckets of a date in pieces of work."""

import pytest

from weir.transforms.events import ROWS_TOGETHER, together


@pytest.mark.parametrize("workers", [1, 2, 3, 64])
@pytest.mark.parametrize("rows", [0, ROWS_TOGETHER, 3 * ROWS_TOGETHER, 40 * ROWS_TOGETHER])
def test_every_bucket_is_in_one_piece_of_about_one_size(rows, workers):
    pieces = together(32, rows, workers)
    assert sorted(bucket for piece in pieces for bucket in piece) == list(range(32))
    assert max(map(len, pieces)) - min(map(len, pieces)) <= 1


def test_a_small_date_is_one_piece_and_a_large_one_as_many_for_each_worker():
    assert len(together(32, ROWS_TOGETHER, 2)) == 1
    assert [len(together(32, 10 * ROWS_TOGETHER, workers)) for workers in (1, 2, 3)] == [11, 12, 12]
