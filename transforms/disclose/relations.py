"""All numbers of a site's edition, and what they have to do with each other.

Within a table a margin is the sum of its cells (or, of people who may be in several, between the
largest of them and all together); in a cell, measures may add up to another one; what two tables
count alike is one number, and one may be a part of another; what few are left of that is a number,
too, though no table has it. An equation is known to the attacker where it holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.lattice import Floats, Ints, Mask
from weir.transforms.disclose.links import Column, Matches, Pairs
from weir.transforms.disclose.rests import Rests, rests
from weir.transforms.disclose.suppress import rounded

Entries = tuple[Ints, Ints, Floats, Mask]
"""Row, number and factor of each entry; of each row whether it is an equation (see Knowledge)."""


@dataclass(frozen=True)
class Group:
    """Measures that have nothing to do with any other: one attacker's system."""

    columns: tuple[Column, ...]
    matches: Matches = field(default_factory=Matches)

    @cached_property
    def cells(self) -> int:
        """How many numbers the tables have; the others are rests."""
        return sum(column.draft.lines.cells for column in self.columns)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self.cells + self.rests.count

    @cached_property
    def rests(self) -> Rests:
        """What parts leave of their wholes, where that is of few; numbers from `cells` on."""
        return rests(self.columns, self._same, self.parts)

    @cached_property
    def links(self) -> Pairs:
        """Pairs of numbers that are the same."""
        return self.matches.equals(self.columns)

    @cached_property
    def parts(self) -> Pairs:
        """Pairs of numbers of which the first is at most the second, where bounds left it so."""
        first, second = self.matches.at_most(self.columns)
        truth, same = self._of_tables("truth"), self._same
        holds = (truth[first] <= truth[second]) & (same[first] != same[second])
        return first[holds], second[holds]

    def gather(self, of: str) -> Floats:
        """A property of all numbers; of: truth, need, sensitive or nulls."""
        rests = {"truth": self.rests.truth, "need": self.rests.need}
        return np.concatenate([self._of_tables(of), rests.get(of, np.ones(self.rests.count))])

    def _of_tables(self, of: str) -> Floats:
        parts = [_property(column, of) for column in self.columns]
        return np.concatenate(parts).astype(np.float64)

    @cached_property
    def one(self) -> Ints:
        """Of each number, the first of those that are the same and in truth equal."""
        return np.concatenate([self._same, np.arange(self.cells, self.size)])

    def holders(self, numbers: Ints) -> tuple[Column, ...]:
        """Measures that have some of these numbers, or a part that leaves them."""
        inside = np.isin(np.arange(self.cells, self.size), numbers)[self.rests.entry]
        theirs = np.union1d(numbers, self.rests.part[inside])
        return tuple(c for c in self.columns if np.isin(theirs, self.one[c.cells]).any())

    @cached_property
    def _same(self) -> Ints:
        truth, one = self._of_tables("truth"), np.arange(self.cells)
        first, second = self.links
        equal = truth[first] == truth[second]
        first, second = first[equal], second[equal]
        while not np.array_equal(one[first], one[second]):
            np.minimum.at(one, first, one[second])
            np.minimum.at(one, second, one[first])
        return one

    @cached_property
    def relations(self) -> Entries:
        """All that is known of numbers together, whatever is left out."""
        parts = [part for column in self.columns for part in self._relations(column)]
        parts += [self._parts(), self._rests()]
        row, numbers, factor, equal, rows = [], [], [], [], 0
        for at, number, weight, exact in parts:
            row.append(at + rows)
            numbers.append(self.one[number])
            factor.append(weight)
            equal.append(exact)
            rows += len(exact)
        entries = _once(np.concatenate(row), np.concatenate(numbers), np.concatenate(factor))
        return *entries, np.concatenate(equal)

    def knowledge(self) -> Knowledge:
        """What the edition as it stands would tell. Numbers that are the same are known as one."""
        unknown = np.zeros(self.rests.count), np.full(self.rests.count, np.inf)
        ends = [*map(_ends, self.columns), unknown]
        low, high = (np.concatenate(end) for end in zip(*ends, strict=True))
        np.maximum.at(low, self.one, low.copy())
        np.minimum.at(high, self.one, high.copy())
        free = self.gather("nulls") > 0
        shown = np.zeros(self.size, np.bool_)
        np.logical_or.at(shown, self.one, ~free)
        row, column, factor, equal = self.relations
        return Knowledge(
            truth=self.gather("truth").astype(np.int64),
            low=low,
            high=high,
            free=~shown & (self.one == np.arange(self.size)),
            row=row,
            column=column,
            factor=factor,
            equal=equal,
        )

    def _parts(self) -> Entries:
        """A part that is all of it is known to be, as a number that is the same is: who knows that
        each city is known knows that a country's visits are its cities'."""
        first, second = self.parts
        truth = self.gather("truth")
        return (
            np.tile(np.arange(len(first)), 2),
            np.concatenate([first, second]),
            np.repeat([1.0, -1.0], len(first)),
            truth[first] == truth[second],
        )

    def _rests(self) -> Entries:
        rests = self.rests
        each = np.arange(rests.count)
        return (
            np.concatenate([rests.entry, each, each]),
            np.concatenate([rests.part, self.cells + each, rests.whole]),
            np.repeat([1.0, 1.0, -1.0], [len(rests.part), rests.count, rests.count]),
            np.ones(rests.count, np.bool_),
        )

    def _relations(self, column: Column) -> Iterator[Entries]:
        """Those of one measure of a table."""
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


def _once(row: Ints, number: Ints, factor: Floats) -> tuple[Ints, Ints, Floats]:
    """Entries with each number once a row, though it may be two of those that the row is about."""
    size = int(number.max(initial=0)) + 1
    places, which = np.unique(row * size + number, return_inverse=True)
    weights = np.bincount(which, factor, minlength=len(places))
    kept = weights != 0
    return places[kept] // size, places[kept] % size, weights[kept]


def _adding_up(whole: Column, parts: Sequence[Column]) -> Entries:
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
    low = np.where(hidden, 0.0, np.maximum(said.low, draft.floor(name)))
    return low, np.where(hidden, np.inf, said.high)


def groups(drafts: Sequence[Draft], later: Sequence[Draft] = ()) -> list[Group]:
    """The measures of a site's tables, those together that have to do with each other. A measure
    that means nothing in margins has to do with none. later: the tables of another edition of the
    same date, by one who has both."""
    named: dict[str, str] = {}

    def home(root: str) -> str:
        while named.setdefault(root, root) != root:
            root = named[root]
        return root

    columns = [
        Column(draft, name, 0, edition)
        for edition, tables in enumerate((drafts, later))
        for draft in tables
        for name in draft.form.measures
        if draft.adds_up(name)
    ]
    roots = {column.full: column.root for column in columns}
    for column in columns:
        for part in column.draft.form.sums.get(column.name, ()):
            named[home(Column(column.draft, part, 0).root)] = home(column.root)
        for link in column.draft.form.links:
            if link.of == column.name and link.to in roots:
                named[home(roots[link.to])] = home(column.root)
    found: dict[str, list[Column]] = {}
    for column in columns:
        mine = found.setdefault(home(column.root), [])
        first = mine[-1].cells.stop if mine else 0
        mine.append(Column(column.draft, column.name, first, column.edition))
    matches = Matches()
    return [Group(tuple(members), matches) for members in found.values()]
