"""All numbers of a site's edition, and what they have to do with each other.

Within a table a margin is the sum of its cells (or, of people who may be in several, between the
largest of them and all together); in a cell, measures may add up to another one; and what two
tables count alike is one number. An equation is known to the attacker where it holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from weir.schemas.tables import OTHER
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.lattice import Floats, Ints, Mask
from weir.transforms.disclose.suppress import rounded


@dataclass(frozen=True)
class Column:
    """A measure of a table: its cells are the numbers `first`, `first + 1`, …"""

    draft: Draft
    name: str
    first: int

    @property
    def root(self) -> str:
        """What tables that count the same call it together."""
        return self.draft.form.same.get(self.name, f"{self.draft.form.table}.{self.name}")

    @property
    def cells(self) -> slice:
        """Where its numbers are."""
        return slice(self.first, self.first + self.draft.lines.cells)


@dataclass(frozen=True)
class Group:
    """Measures that have nothing to do with any other: one attacker's system."""

    columns: tuple[Column, ...]

    @cached_property
    def size(self) -> int:
        """How many numbers there are."""
        return sum(column.draft.lines.cells for column in self.columns)

    @cached_property
    def links(self) -> tuple[Ints, Ints]:
        """Pairs of numbers that two columns call the same."""
        pairs = [pair for column in self.columns for pair in self._twins(column)]
        first, second = zip(*pairs, strict=True) if pairs else ((), ())
        return np.array(first, np.int64), np.array(second, np.int64)

    def _twins(self, column: Column) -> Iterator[tuple[int, int]]:
        """Of the columns before it, each is compared over the dimensions that both have."""
        for other in self.columns[: self.columns.index(column)]:
            if other.root == column.root:
                shared = set(other.draft.form.shape.dimensions)
                shared &= set(column.draft.form.shape.dimensions)
                theirs = dict(_named(other, shared))
                for key, number in _named(column, shared):
                    if key in theirs:
                        yield theirs[key], number

    def gather(self, of: str) -> Floats:
        """A property of all numbers; of: truth, need, sensitive or nulls."""
        parts = [_property(column, of) for column in self.columns]
        return np.concatenate(parts).astype(np.float64)

    @cached_property
    def one(self) -> Ints:
        """Of each number, the first of those that are the same and in truth equal."""
        truth, one = self.gather("truth"), np.arange(self.size)
        first, second = self.links
        equal = truth[first] == truth[second]
        first, second = first[equal], second[equal]
        while not np.array_equal(one[first], one[second]):
            np.minimum.at(one, first, one[second])
            np.minimum.at(one, second, one[first])
        return one

    def knowledge(self) -> Knowledge:
        """What the edition as it stands would tell. Numbers that are the same are known as one."""
        low, high = (np.concatenate(ends) for ends in zip(*map(_ends, self.columns), strict=True))
        np.maximum.at(low, self.one, low.copy())
        np.minimum.at(high, self.one, high.copy())
        free = self.gather("nulls") > 0
        shown = np.zeros(self.size, np.bool_)
        np.logical_or.at(shown, self.one, ~free)
        relations = [part for column in self.columns for part in self._relations(column)]
        row, numbers, factor, equal, rows = [], [], [], [], 0
        for at, number, weight, exact in relations:
            row.append(at + rows)
            numbers.append(self.one[number])
            factor.append(weight)
            equal.append(exact)
            rows += len(exact)
        return Knowledge(
            truth=self.gather("truth").astype(np.int64),
            low=low,
            high=high,
            free=~shown & (self.one == np.arange(self.size)),
            row=np.concatenate([np.array([], np.int64), *row]),
            column=np.concatenate([np.array([], np.int64), *numbers]),
            factor=np.concatenate([np.array([]), *factor]),
            equal=np.concatenate([np.array([], np.bool_), *equal]),
        )

    def _relations(self, column: Column) -> Iterator[tuple[Ints, Ints, Floats, Mask]]:
        """Entries (row, number, factor) and which rows are equations."""
        draft, first = column.draft, column.first
        lines, truth = draft.lines, draft.truth(column.name)
        exact = lines.sums(truth) == truth[lines.parent]
        sign = np.where(exact, 1.0, -1.0)
        yield (
            np.concatenate([lines.line, np.arange(lines.lines)]),
            first + np.concatenate([lines.child, lines.parent]),
            np.concatenate([sign[lines.line], -sign]),
            exact,
        )
        apart = np.flatnonzero(~exact[lines.line])
        yield (
            np.tile(np.arange(len(apart)), 2),
            first + np.concatenate([lines.child[apart], lines.parent[lines.line[apart]]]),
            np.repeat([1.0, -1.0], len(apart)),
            np.zeros(len(apart), np.bool_),
        )
        parts = [c for c in self.columns if c.draft is draft]
        parts = [c for c in parts if c.name in draft.form.sums.get(column.name, ())]
        if parts:
            yield _adding_up(column, parts)


def _adding_up(whole: Column, parts: Sequence[Column]) -> tuple[Ints, Ints, Floats, Mask]:
    truth = sum(part.draft.truth(part.name) for part in parts)
    cells = np.flatnonzero(truth == whole.draft.truth(whole.name))
    columns = (whole, *parts)
    return (
        np.tile(np.arange(len(cells)), len(columns)),
        np.concatenate([column.first + cells for column in columns]),
        np.repeat([-1.0, *[1.0] * len(parts)], len(cells)),
        np.ones(len(cells), np.bool_),
    )


def _property(column: Column, of: str) -> Floats | Mask | Ints:
    draft, name = column.draft, column.name
    return draft.nulls[name] if of == "nulls" else getattr(draft, of)(name)


def _ends(column: Column) -> tuple[Floats, Floats]:
    """What each number may be by what is published of it alone. That it is published tells that
    enough people are behind it."""
    draft, name = column.draft, column.name
    said, hidden = rounded(draft.truth(name), draft.rule.rounding), draft.nulls[name]
    floor = draft.rule.k if draft.people(name) else draft.rule.contributors
    low = np.where(hidden, 0.0, np.maximum(said.low, floor))
    return low, np.where(hidden, np.inf, said.high)


def _named(column: Column, shared: set[str]) -> Iterator[tuple[tuple[tuple[str, str], ...], int]]:
    """Numbers that are broken out by `shared` dimensions only, by their values. `(other)` is not
    the same in two tables."""
    shape, margins = column.draft.form.shape, column.draft.margins
    apart = sum(1 << i for i, name in enumerate(shape.dimensions) if name not in shared)
    where = pc.equal(pc.bit_wise_and(margins["mask"], apart), 0)
    here = np.flatnonzero(where.to_numpy())
    for cell, row in zip(here.tolist(), margins.take(here).to_pylist(), strict=True):
        values = tuple((d, row[d]) for d in sorted(shared) if row[d] is not None)
        if OTHER not in dict(values).values():
            yield values, column.first + cell


def groups(drafts: Sequence[Draft]) -> list[Group]:
    """The measures of a site's tables, those together that have to do with each other. A measure
    that means nothing in margins has to do with none."""
    named: dict[str, str] = {}

    def home(root: str) -> str:
        while named.setdefault(root, root) != root:
            root = named[root]
        return root

    columns = [
        Column(draft, name, 0)
        for draft in drafts
        for name in draft.form.measures
        if draft.adds_up(name)
    ]
    for column in columns:
        for part in column.draft.form.sums.get(column.name, ()):
            named[home(Column(column.draft, part, 0).root)] = home(column.root)
    found: dict[str, list[Column]] = {}
    for column in columns:
        mine = found.setdefault(home(column.root), [])
        first = mine[-1].cells.stop if mine else 0
        mine.append(Column(column.draft, column.name, first))
    return [Group(tuple(members)) for members in found.values()]
