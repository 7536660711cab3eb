"""Tables that are found without a programme: each fits, whole people only, and none is too many."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from a_draft import a_draft, ends_of_all, undefended
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.transforms.disclose import attack
from weir.transforms.disclose.attack import opened
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.fit import Fit
from weir.transforms.disclose.ground import Ground
from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.moves import moved
from weir.transforms.disclose.relations import Group, groups


def tables() -> st.SearchStrategy[dict[tuple[str, ...], int]]:
    """Of three dimensions; in some cells nobody."""
    counts = st.sampled_from([0, 1, 3, 8, 20, 49, 50, 75, 130])
    return (
        st.lists(counts, min_size=12, max_size=12)
        .map(lambda drawn: dict(zip(product("abc", "wx", "pq"), drawn, strict=True)))
        .map(lambda cells: {cell: n for cell, n in cells.items() if n})
        .filter(bool)
    )


def drafts(cells: dict[tuple[str, ...], int], *, defended: bool) -> list[Draft]:
    """A table, and one that counts the same by its first two dimensions."""
    fewer: dict[tuple[str, ...], int] = {}
    for values, count in cells.items():
        fewer[values[:2]] = fewer.get(values[:2], 0) + count
    with pytest.MonkeyPatch.context() as patch:
        if not defended:
            undefended(patch)
        three = a_draft(cells, "three", ("one", "two", "three"), sums={"visits": ("visitors",)})
        return [three, a_draft(fewer, "two", same={"visits": "three.visits"})]


def of(group: Group) -> tuple[Knowledge, np.ndarray, np.ndarray]:
    """What is known, what each number needs, and which are asked for."""
    known, need = group.knowledge(), np.zeros(group.size)
    np.maximum.at(need, group.one, group.gather("need"))
    return known, need, known.free


def by_moves(known: Knowledge, need: np.ndarray, asked: np.ndarray) -> set[int]:
    """What is not safe after moves alone."""
    down, up = moved(known, need, asked, attack._alone(known), 1)
    return set(np.flatnonzero(asked & (up - down < need)).tolist())


def integer_widths(known: Knowledge) -> Iterator[tuple[int, float]]:
    """Of whole tables only."""
    for number, least, most in ends_of_all(known, 1e4, whole=True):
        yield number, round(most - least)


@settings(max_examples=12, deadline=None)
@given(tables(), st.booleans())
def test_each_table_that_is_found_says_the_same_as_the_true_one(cells, defended):
    found: list[np.ndarray] = []

    def kept(fit: Fit, before=Fit.found) -> np.ndarray | None:
        table = before(fit)
        found.extend([] if table is None else [table])
        return table

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fit, "found", kept)
        for group in groups(drafts(cells, defended=defended)):
            known, need, asked = of(group)
            found.clear()
            by_moves(known, need, asked)
            matrix = np.zeros((len(known.equal), len(known.truth)), np.int64)
            np.add.at(matrix, (known.row, known.column), known.factor.astype(np.int64))
            for table in found:
                assert table.dtype == np.int64
                assert (table >= known.low).all() and (table <= known.high).all()
                rows = matrix @ table
                assert (rows[known.equal] == 0).all() and (rows <= 0).all()


@settings(max_examples=4, deadline=None)
@given(tables(), st.booleans())
def test_what_whole_tables_open_is_never_called_safe(cells, defended):
    for group in groups(drafts(cells, defended=defended)):
        known, need, asked = of(group)
        unsafe = by_moves(known, need, asked)
        assert {n for n, width in integer_widths(known) if width < need[n]} <= unsafe


@settings(max_examples=8, deadline=None)
@given(tables(), st.booleans())
def test_programmes_alone_open_the_same(cells, defended):
    for group in groups(drafts(cells, defended=defended)):
        known, need, asked = of(group)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(attack, "MANY", 0)
            with_moves = opened(known, need, asked).tolist()
            patch.setattr(attack, "MANY", group.size + 1)
            assert opened(known, need, asked).tolist() == with_moves


def a_large_table() -> tuple[Knowledge, np.ndarray, np.ndarray]:
    """Of 1,000 finest cells, nearly all of them small."""
    draw = np.random.default_rng(1)
    places = product(map(str, range(20)), map(str, range(10)), map(str, range(5)))
    weight = {place: 4000 / np.prod([int(value) + 1 for value in place]) for place in places}
    cells = {place: n for place, w in weight.items() if (n := int(draw.poisson(w)))}
    return of(groups([a_draft(cells, "large", ("one", "two", "three"))])[0])


def test_most_of_a_large_table_needs_no_programme():
    known, need, asked = a_large_table()
    assert asked.sum() > 500
    assert len(by_moves(known, need, asked)) < 0.05 * asked.sum()


def test_the_number_of_threads_changes_no_table():
    known, need, asked = a_large_table()
    alone = attack._alone(known)
    one, two = (moved(known, need, asked, alone, workers) for workers in (1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


def test_a_table_that_breaks_one_equation_does_not_count():
    known, _, asked = a_large_table()
    ground = Ground(known, asked)
    numbers = known.truth.copy()
    assert ground.fits(numbers)
    numbers[np.flatnonzero(asked)[0]] += 1
    assert not ground.fits(numbers)
