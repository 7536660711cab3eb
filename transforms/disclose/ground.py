"""What is known of a table's numbers, said of those alone that no equation gives.

Most numbers are sums of others; what is left is the base. Whoever chooses the base has chosen the
table, and all equations that give a number hold. What else must hold is put in batches of rows that
can be set right all at once, for no two of them have a base number in common.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from weir.transforms.disclose.knowledge import Knowledge, Sparse
from weir.transforms.disclose.lattice import Ints, Mask

NO_END = 1 << 40
"""Stands for no end above, in whole numbers."""
_Number = TypeVar("_Number", np.int64, np.float64)
_DEEPEST = 64
_NEARLY = 1e-6


@dataclass(frozen=True)
class Batch:
    """Rows: sum(plus) - sum(minus) is between `least` and `most`. No two rows have a base number in
    common in `plus`. number: whose sum a row is, or -1 where it is a relation between numbers.
    of_minus: of each row its line of `minus`; all cells of a sum have that one in common."""

    plus: Sparse
    minus: Sparse
    of_minus: Ints
    number: Ints
    least: Ints
    most: Ints

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.number)

    @cached_property
    def sums(self) -> bool:
        """Whether nothing stands in `minus`."""
        return len(self.minus.index) == 0

    @cached_property
    def which(self) -> Ints:
        """Of each entry of `plus`, its row."""
        return np.repeat(np.arange(self.rows), np.diff(self.plus.start))

    @cached_property
    def scarce(self) -> Mask:
        """Rows that hold no more than was published: what one number gains, others lose."""
        return (self.number >= 0) & (self.most < NO_END)


class Ground:
    """Base, batches, and how numbers come of the base; `asked`: numbers that may be lifted."""

    def __init__(self, known: Knowledge, asked: Mask) -> None:
        self.known = known
        self.low = np.ceil(known.low - _NEARLY).astype(np.int64)
        ends = np.where(np.isinf(known.high), float(NO_END), known.high)
        self.high = np.floor(ends + _NEARLY).astype(np.int64)
        self.given = _given(known)
        self.base = np.flatnonzero(self.given < 0)
        self.place = np.full(len(known.truth), -1)
        self.place[self.base] = np.arange(len(self.base))
        self.support = self._support()
        self.batches = self._batches(asked)

    @cached_property
    def order(self) -> Ints:
        """The base, row by row of the first batch."""
        inside = np.zeros(len(self.base), np.bool_)
        first = self.batches[0].plus.index if self.batches else np.array([], np.int64)
        inside[first] = True
        return np.concatenate([first, np.flatnonzero(~inside)])

    def numbers(self, base: Ints) -> Ints:
        """All numbers, from those of the base."""
        return sums(self.support, base)

    def fits(self, numbers: Ints) -> bool:
        """Whether whole numbers agree with all that is known."""
        known = self.known
        weights = known.factor * numbers[known.column]
        rows = np.bincount(known.row, weights, minlength=len(known.equal))
        broken = np.where(known.equal, np.abs(rows), rows) > _NEARLY
        return not (broken.any() or (numbers < self.low).any() or (numbers > self.high).any())

    def _support(self) -> Sparse:
        """Of each number the base numbers that it is the sum of."""
        rows, count = self.known.by_row, len(self.known.truth)
        owner = number = np.arange(count)
        owners, cells = [], []
        for _ in range(_DEEPEST):
            there = self.given[number] < 0
            owners.append(owner[there])
            cells.append(self.place[number[there]])
            owner, number = owner[~there], number[~there]
            at, which = rows.entries(self.given[number])
            adds = rows.factor[at] > 0
            owner, number = owner[which[adds]], rows.index[at[adds]]
            if len(number) == 0:
                break
        return _ones(count, np.concatenate(owners), np.concatenate(cells))

    def _batches(self, asked: Mask) -> list[Batch]:
        """Sums that are published or may be lifted, then what gives no number; many rows first."""
        known, support = self.known, self.support
        own = np.flatnonzero((self.given >= 0) & ((self.high < NO_END) | (self.low > 0) | asked))
        rest = np.setdiff1d(np.arange(len(known.equal)), self.given)
        count = len(own) + len(rest)
        at, which = known.by_row.entries(rest)
        adds = known.by_row.factor[at] > 0
        one, of_one = support.entries(own)
        more, of_more = support.entries(known.by_row.index[at[adds]])
        less, of_less = support.entries(known.by_row.index[at[~adds]])
        lines = np.concatenate([of_one, len(own) + which[adds][of_more]])
        plus = _ones(count, lines, support.index[np.concatenate([one, more])])
        minus = _ones(count, len(own) + which[~adds][of_less], support.index[less])
        number = np.concatenate([own, np.full(len(rest), -1)])
        least = np.concatenate([self.low[own], np.where(known.equal[rest], 0, -NO_END)])
        most = np.concatenate([self.high[own], np.zeros(len(rest), np.int64)])
        # Where both sides are the same base numbers the equation follows from the others.
        mark = np.random.default_rng(0).integers(1, NO_END, len(self.base))
        plus_mark, minus_mark = sums(plus, mark), sums(minus, mark)
        follows = (least == most) & (plus_mark == minus_mark) & (number < 0)
        useful = np.flatnonzero(~follows & (np.diff(plus.start) > 0))
        found = []
        for rows in _apart(plus, useful, len(self.base)):
            _, first, of_minus = np.unique(minus_mark[rows], return_index=True, return_inverse=True)
            once = _lines(minus, rows[first])
            found.append(
                Batch(_lines(plus, rows), once, of_minus, number[rows], least[rows], most[rows])
            )
        return sorted(found, key=lambda batch: -batch.rows)


def sums(of: Sparse, values: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """For each line the sum of `values` over its indices."""
    found = np.zeros(len(of.start) - 1, values.dtype)
    if len(of.index):
        filled = of.filled
        found[filled] = np.add.reduceat(values.take(of.index), of.start[filled])
    return found


def _given(known: Knowledge) -> Ints:
    """Of each number the first equation that gives it as the sum of others; -1: none does."""
    count, minus = len(known.equal), known.factor == -1.0
    gives = known.equal & (np.bincount(known.row, minus, minlength=count) == 1)
    gives &= np.bincount(known.row, np.abs(known.factor) != 1.0, minlength=count) == 0
    at = np.flatnonzero(gives[known.row] & minus)[::-1]
    found = np.full(len(known.truth), -1)
    found[known.column[at]] = known.row[at]
    return found


def _ones(lines: int, line: Ints, index: Ints) -> Sparse:
    return Sparse.of(lines, line, index, np.ones(len(line)))


def _lines(of: Sparse, lines: Ints) -> Sparse:
    """Some lines of a matrix."""
    at, which = of.entries(lines)
    start = np.searchsorted(which, np.arange(len(lines) + 1)).astype(np.int64)
    return Sparse(start, of.index[at], of.factor[at])


def _apart(of: Sparse, rows: Ints, indices: int) -> Iterator[Ints]:
    """Rows in sets in which no two have an index in common; where two do, the first goes first."""
    while len(rows):
        at, which = of.entries(rows)
        first = np.zeros(indices, np.int64)
        first[of.index[at[::-1]]] = which[::-1]
        late = np.bincount(which, first[of.index[at]] != which, minlength=len(rows)) > 0
        yield rows[~late]
        rows = rows[late]
