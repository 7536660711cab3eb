"""What an attacker knows of the numbers of an edition: of each by itself, and of them together."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from weir.transforms.disclose.lattice import Floats, Ints, Mask


@dataclass(frozen=True)
class Sparse:
    """Entries of a matrix, one line of it after the other: line i has those from start[i] on."""

    start: Ints
    index: Ints
    factor: Floats

    @classmethod
    def of(cls, lines: int, line: Ints, index: Ints, factor: Floats) -> "Sparse":
        """From entries in any order."""
        order = np.argsort(line, kind="stable")
        start = np.searchsorted(line[order], np.arange(lines + 1)).astype(np.int64)
        return cls(start, index[order], factor[order])

    @cached_property
    def filled(self) -> Ints:
        """The lines that have entries."""
        return np.flatnonzero(self.start[1:] > self.start[:-1])

    def entries(self, lines: Ints) -> tuple[Ints, Ints]:
        """The places of all entries of some lines, and which of `lines` each belongs to."""
        count = self.start[lines + 1] - self.start[lines]
        which = np.repeat(np.arange(len(lines)), count)
        first = np.repeat(self.start[lines] - np.cumsum(count) + count, count)
        return first + np.arange(len(which)), which

    def touched(self, lines: Ints) -> Ints:
        """The distinct indices in some lines, ascending."""
        return np.unique(self.index[self.entries(lines)[0]])


@dataclass(frozen=True)
class Knowledge:
    """n numbers, what is known of each, and what is known of them together.

    truth: of each number. low, high: both ends of what it may be by its own account (inf: no end).
    row, column, factor: entries of the relations, by row: sum(factor * number) is 0, or where
    `equal` (of each row) is False, at most 0. free: what is not published.
    """

    truth: Ints
    low: Floats
    high: Floats
    free: Mask
    row: Ints
    column: Ints
    factor: Floats
    equal: Mask

    @cached_property
    def by_row(self) -> Sparse:
        """The relations' entries by row; indices are numbers."""
        return Sparse.of(len(self.equal), self.row, self.column, self.factor)

    @cached_property
    def by_column(self) -> Sparse:
        """The same by number; indices are rows."""
        return Sparse.of(len(self.truth), self.column, self.row, self.factor)

    @cached_property
    def slack(self) -> Floats:
        """Of each row, how far the truth is from its end; 0 in equations."""
        weights = self.factor * self.truth[self.column]
        sums = np.bincount(self.row, weights, minlength=len(self.equal))
        return np.where(self.equal, 0.0, np.maximum(-sums, 0.0))
