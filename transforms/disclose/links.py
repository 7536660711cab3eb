"""Which numbers of a site's tables are one number, and which are at most another one.

Two tables that count alike say the same wherever both are broken out alike; a city's visits are
those of its country at most. Numbers are found by the values that their rows are broken out by.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.tables import OTHER
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.lattice import Ints, coded

Pairs = tuple[Ints, Ints]
"""Of each pair, the first number and the second."""


@dataclass(frozen=True)
class Column:
    """A measure of a table: its cells are the numbers `first`, `first + 1`, … edition: which of
    two of one date its table is of."""

    draft: Draft
    name: str
    first: int
    edition: int = 0

    @property
    def full(self) -> str:
        """table.measure"""
        return f"{self.draft.form.table}.{self.name}"

    @property
    def root(self) -> str:
        """What tables that count the same call it together."""
        return self.draft.form.same.get(self.name, self.full)

    @property
    def cells(self) -> slice:
        """Where its numbers are."""
        return slice(self.first, self.first + self.draft.lines.cells)


class Matches:
    """Which cells of two tables stand for the same. That is found once for two tables, whatever
    measures of theirs are compared."""

    def __init__(self) -> None:
        self._found: dict[object, Pairs] = {}

    def equals(self, columns: Sequence[Column]) -> Pairs:
        """Pairs of numbers that are the same, unless bounds made them two."""
        return _pairs([*self._twins(columns), *self._linked(columns, "equals")])

    def at_most(self, columns: Sequence[Column]) -> Pairs:
        """Pairs of numbers of which the first is a part of the second."""
        return _pairs(self._linked(columns, "at_most"))

    def _twins(self, columns: Sequence[Column]) -> Iterator[Pairs]:
        """Of the columns before it, each is compared over the dimensions that both have."""
        for place, column in enumerate(columns):
            for other in columns[:place]:
                if other.root == column.root:
                    shared = set(other.draft.form.shape.dimensions)
                    shared &= set(column.draft.form.shape.dimensions)
                    again = other.full == column.full  # of the other edition
                    mine = _Place.of(other, shared, other=again)
                    yield self._between(other, mine, column, _Place.of(column, shared, other=again))

    def _linked(self, columns: Sequence[Column], how: str) -> Iterator[Pairs]:
        """What tables declare of themselves."""
        known = {(column.edition, column.full): column for column in columns}
        for column in columns:
            for link in column.draft.form.links:
                other = known.get((column.edition, getattr(link, how)))
                if link.of == column.name and other is not None:
                    mine = _Place.of(column, link.over, link.at)
                    yield self._between(
                        column, mine, other, _Place.of(other, link.over, link.there)
                    )

    def _between(self, one: Column, mine: "_Place", other: Column, theirs: "_Place") -> Pairs:
        key = (mine, theirs)
        if key not in self._found:
            self._found[key] = _alike(mine, theirs)
        first, second = self._found[key]
        return one.first + first, other.first + second


def _pairs(found: Iterable[Pairs]) -> Pairs:
    empty = np.array([], np.int64)
    first, second = zip((empty, empty), *found, strict=True)
    return np.concatenate(first), np.concatenate(second)


@dataclass(frozen=True)
class _Place:
    """Cells of a table that are broken out by dimensions in `over` only, and by those in `at`,
    which have the values that stand there. `(other)` is not the same in two tables; `other`: it
    may be in two editions of one."""

    draft: Draft
    over: tuple[str, ...]
    at: tuple[tuple[str, str], ...]
    other: bool

    @classmethod
    def of(
        cls,
        column: Column,
        over: Collection[str],
        at: Mapping[str, str] | None = None,
        *,
        other: bool = False,
    ) -> "_Place":
        """Those of a measure's table."""
        return cls(column.draft, tuple(sorted(over)), tuple(sorted((at or {}).items())), other)

    @property
    def cells(self) -> Ints:
        """Which they are, ascending."""
        margins = self.draft.margins
        bits = {name: 1 << i for i, name in enumerate(self.draft.form.shape.dimensions)}
        apart = sum(bit for name, bit in bits.items() if name not in self.over)
        fixed = sum(bits[name] for name, _ in self.at)
        where = pc.equal(pc.bit_wise_and(margins["mask"], apart), fixed)
        for name, value in self.at:
            where = pc.and_(where, pc.equal(margins[name], value))
        for name in () if self.other else self.over:
            named = pc.fill_null(pc.not_equal(margins[name], OTHER), True)
            where = pc.and_(where, named)
        return np.flatnonzero(pc.fill_null(where, False).to_numpy())


def _alike(mine: _Place, theirs: _Place) -> Pairs:
    """Cells with the same values, by the first."""
    here, there = mine.cells, theirs.cells
    key = np.zeros(len(here) + len(there), np.int64)
    for name in mine.over:
        values = [
            part.draft.margins[name].take(pa.array(cells))
            for part, cells in ((mine, here), (theirs, there))
        ]
        code = coded(pa.chunked_array([c for part in values for c in part.chunks], pa.string()))
        key = np.unique(key * (code.max(initial=0) + 1) + code, return_inverse=True)[1]
    first, second = key[: len(here)], key[len(here) :]
    _, at, by = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    order = np.argsort(at)
    return here[at[order]], there[by[order]]
