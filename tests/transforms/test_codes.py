"""Columns as small integers."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.transforms.codes import encode, first_of, order_by, repeated

_WIDE = st.sampled_from([-1, 0, 1, 7, 1 << 40, 1_000_000, 59_000_000])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_WIDE, _WIDE, _WIDE, st.integers(-1, 3)), max_size=20))
def test_packed_columns_sort_as_the_columns_do(rows):
    columns = [np.array([row[n] for row in rows], np.int64) for n in range(4)]
    assert [rows[i] for i in order_by(*columns)] == sorted(rows)


def test_codes_are_in_the_order_of_values_however_they_came():
    chunks = pa.chunked_array([["b", None], ["a", "b"]])
    for column in (chunks, chunks.dictionary_encode(), pa.chunked_array(
        [chunk.dictionary_encode() for chunk in chunks.chunks])):  # fmt: skip
        found = encode(column)
        assert found.codes.tolist() == [1, -1, 0, 1]
        assert found.text().to_pylist() == ["b", None, "a", "b"]


def test_the_first_and_the_last_wanted_row_of_each_run():
    wanted, starts = np.array([False, True, True, False, False]), np.array([0, 3])
    assert first_of(wanted, starts).tolist() == [1, -1]
    assert first_of(wanted, starts, last=True).tolist() == [2, -1]


def test_a_value_is_repeated_within_its_group_only():
    assert repeated(np.array([0, 0, 1, 1]), np.array([5, 5, 5, -1])).tolist() == [
        False, True, False, False]  # fmt: skip
