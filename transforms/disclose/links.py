"""Which numbers of a site's tables are one number, and which are at most another one.

Two tables that count alike say the same wherever both are broken out alike; a city's visits are
those of its country at most. Numbers are found by the values that their rows are broken out by.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.tables import OTHER
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.lattice import Ints

Pairs = tuple[Ints, Ints]
"""Of each pair, the first number and the second."""
_Named = dict[tuple[tuple[str, str], ...], int]


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


def equals(columns: Sequence[Column]) -> Pairs:
    """Pairs of numbers that are the same, unless bounds made them two."""
    return _pairs([*_twins(columns), *_linked(columns, "equals")])


def at_most(columns: Sequence[Column]) -> Pairs:
    """Pairs of numbers of which the first is a part of the second."""
    return _pairs(list(_linked(columns, "at_most")))


def _pairs(found: Sequence[tuple[int, int]]) -> Pairs:
    first, second = zip(*found, strict=True) if found else ((), ())
    return np.array(first, np.int64), np.array(second, np.int64)


def _twins(columns: Sequence[Column]) -> Iterator[tuple[int, int]]:
    """Of the columns before it, each is compared over the dimensions that both have."""
    for place, column in enumerate(columns):
        for other in columns[:place]:
            if other.root == column.root:
                shared = set(other.draft.form.shape.dimensions)
                shared &= set(column.draft.form.shape.dimensions)
                again = other.full == column.full  # of the other edition
                mine, theirs = (_named(one, shared, other=again) for one in (column, other))
                yield from _matched(theirs, mine)


def _linked(columns: Sequence[Column], how: str) -> Iterator[tuple[int, int]]:
    """What tables declare of themselves."""
    known = {(column.edition, column.full): column for column in columns}
    for column in columns:
        for link in column.draft.form.links:
            other = known.get((column.edition, getattr(link, how)))
            if link.of == column.name and other is not None:
                mine = _named(column, link.over, link.at)
                yield from _matched(mine, _named(other, link.over, link.there))


def _matched(mine: _Named, theirs: _Named) -> Iterator[tuple[int, int]]:
    for key, number in mine.items():
        if key in theirs:
            yield number, theirs[key]


def _named(
    column: Column,
    over: Collection[str],
    at: Mapping[str, str] | None = None,
    *,
    other: bool = False,
) -> _Named:
    """Numbers that are broken out by dimensions in `over` only, by their values, and by those in
    `at`, which have the values that stand there. `(other)` is not the same in two tables; `other`:
    it may be in two editions of one."""
    at = at or {}
    dimensions, margins = column.draft.form.shape.dimensions, column.draft.margins
    bits = {name: 1 << i for i, name in enumerate(dimensions)}
    apart = sum(bit for name, bit in bits.items() if name not in over)
    fixed = sum(bits[name] for name in at)
    where = pc.equal(pc.bit_wise_and(margins["mask"], apart), fixed)
    for name, value in at.items():
        where = pc.and_(where, pc.equal(margins[name], value))
    here = np.flatnonzero(pc.fill_null(where, False).to_numpy())
    names, found = sorted(over), _Named()
    rows = margins.select(names).take(pa.array(here)).to_pylist() if names else [{}] * len(here)
    for cell, row in zip(here.tolist(), rows, strict=True):
        values = tuple((name, row[name]) for name in names if row[name] is not None)
        if other or OTHER not in dict(values).values():
            found[values] = column.first + cell
    return found
