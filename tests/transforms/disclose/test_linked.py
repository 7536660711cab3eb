"""Who came on which days of a period."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir.schemas.event import LINKAGE
from weir.transforms.disclose.linked import Came, hashes_of

DAYS = st.lists(st.lists(st.integers(0, 30), max_size=40), min_size=1, max_size=31)


def came(days):
    found = Came()
    for day in days:
        found.add(np.array(day, np.uint64))
    return found


@given(DAYS)
def test_it_counts_as_sets_do(days):
    found, sets = came(days), [set(day) for day in days]
    everybody = set().union(*sets)
    assert found.visitors == len(everybody)
    assert found.of_days.tolist() == [len(day) for day in sets]
    assert found.again == sum(sum(one in day for day in sets) > 1 for one in everybody)


@given(DAYS, st.integers(2, 6))
def test_what_is_told_leaves_crowds_only(days, k):
    found, sets = came(days), [set(day) for day in days]
    if found.may_be_told(k):
        together = sum(map(len, sets)) - found.visitors
        assert len(sets) > 1
        assert found.visitors >= k
        assert together >= k
        assert all(found.visitors - len(day) >= k for day in sets)


def linkage(*rows):
    ids = [[bytes([n]) * 16 for n in column] for column in zip(*rows, strict=True)]
    return pa.table([pa.repeat("www", len(rows)), *ids], schema=LINKAGE)


def units(*numbers):
    return pa.array([bytes([n]) * 16 for n in numbers], pa.binary(16))


def test_a_hash_is_of_the_period_that_is_asked_for():
    known = linkage((1, 11, 21), (2, 12, 22))
    (week,), (month,) = (hashes_of(units(2), known, grain) for grain in ("week", "month"))
    assert week == int.from_bytes(bytes([12]) * 8, "little")
    assert month == int.from_bytes(bytes([22]) * 8, "little")


@pytest.mark.parametrize("rows", [((1, 11, 21),), ((2, 11, 21), (2, 12, 22))])
def test_who_has_no_hash_or_two_is_not_guessed(rows):
    assert hashes_of(units(2), linkage(*rows), "week") is None
