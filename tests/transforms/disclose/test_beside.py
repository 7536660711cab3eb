"""Beside what an attacker opens a published number goes: the smallest that is nearest."""

from itertools import product

import numpy as np
import pytest
from a_draft import a_draft, undefended
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.transforms.disclose.beside import beside
from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.relations import groups


def nearest(known: Knowledge, found: list[int], shown: np.ndarray) -> set[int]:
    """The slow truth: ring after ring, in sets."""
    rows = {row: set(known.column[known.row == row].tolist()) for row in range(len(known.equal))}
    taken: set[int] = set()
    for number in found:
        seen = ring = {number}
        while ring:
            ring = {n for row in rows.values() if row & ring for n in row} - seen
            there = {n for n in ring if shown[n]} - taken
            if there:
                taken.add(min(there, key=lambda n: (known.truth[n], n)))
                break
            seen = seen | ring
    return taken


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.1, 0.5, 1.0]))
def test_beside_an_opened_number_the_smallest_near_one_goes(seed, share):
    with pytest.MonkeyPatch.context() as patch:
        undefended(patch)
        draft = a_draft(dict.fromkeys(product("abc", "wxyz"), 2))
    (known, *_) = (group.knowledge() for group in groups([draft]))
    draw = np.random.default_rng(seed)
    shown = draw.random(len(known.truth)) < share
    found = np.flatnonzero(~shown & (draw.random(len(shown)) < 0.5))
    more = beside(known, found, shown, np.full(len(shown), -1))
    assert set(np.flatnonzero(more).tolist()) == nearest(known, found.tolist(), shown)


def a_rest() -> Knowledge:
    """200 are 190 and a rest of 10; the 190 are 100 and 90, and half of 380."""
    whole, part, rest, one, two, twice = range(6)
    return Knowledge(
        truth=np.array([200, 190, 10, 100, 90, 380]),
        low=np.array([195.0, 0, 0, 95, 85, 375]),
        high=np.array([204.0, np.inf, np.inf, 104, 94, 384]),
        free=np.array([False, True, True, False, False, False]),
        row=np.array([0, 0, 0, 1, 1, 1, 2, 2]),
        column=np.array([part, rest, whole, one, two, part, part, twice]),
        factor=np.array([1.0, 1, -1, 1, 1, -1, 2, -1]),
        equal=np.ones(3, np.bool_),
    )


@pytest.mark.parametrize(
    ("shown", "goes"),
    [
        ((0, 1, 3, 4, 5), 1),  # the part
        ((0, 3, 4, 5), 5),  # by which it is 187.5 or more, and by the two cells 180
        ((0, 3, 4), 4),  # the smaller one
        ((0, 3), 3),
        ((0,), None),
    ],
)
def test_beside_a_rest_goes_what_tells_most_of_the_part(shown, goes):
    whole = np.array([-1, -1, 0, -1, -1, -1])
    there = np.isin(np.arange(6), shown)
    more = beside(a_rest(), np.array([2]), there, whole)
    assert np.flatnonzero(more).tolist() == ([] if goes is None else [goes])
