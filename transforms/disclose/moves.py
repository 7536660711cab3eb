"""Other tables that say the same, found without a programme: people move from cell to cell.

All numbers come of those that no equation gives, the base. Some unsafe numbers are lifted as far as
they need. That breaks sums, and these are set right again, all sums of one kind at once: what is too
much in one is taken from the cells in it, in proportion, as iterative proportional fitting does
(Deming and Stephan, Ann. Math. Stat. 11, 1940), but whole people only. What cannot be had is let go.
A table counts when all that is known was checked against it in whole numbers; so however it was
found, it is a witness. What is not found here is left to the programmes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from weir.transforms.disclose.knowledge import Knowledge, Sparse
from weir.transforms.disclose.lattice import Floats, Ints, Mask

_SEED = 20080422
_NO_END = np.int64(1) << 40
_LEVELS = 64


@dataclass(frozen=True)
class Batch:
    """Rows over the base, of which no two have a cell in common in `plus`: sum(plus) - sum(minus)
    lies between two ends. number: whose sum it is; -1: no number's, both ends stand still."""

    plus: Sparse
    minus: Sparse
    number: Ints
    least: Ints
    most: Ints
    cells: int

    @cached_property
    def two(self) -> Ints:
        """Rows with something in `minus`."""
        return np.flatnonzero(np.diff(self.minus.start))

    @cached_property
    def which(self) -> Ints:
        return np.repeat(np.arange(len(self.number)), np.diff(self.plus.start))

    @cached_property
    def order(self) -> Ints:
        """Base cells row by row, then those in none."""
        return np.concatenate([self.plus.index, np.setdiff1d(np.arange(self.cells), self.plus.index)])


class Ground:
    """What is known, in terms of the numbers that no equation gives."""

    def __init__(self, known: Knowledge, asked: Mask) -> None:
        self.known, self.asked = known, asked
        self.low = np.ceil(known.low - 1e-6).astype(np.int64)
        self.high = np.where(np.isinf(known.high), float(_NO_END), known.high)
        self.high = np.floor(self.high + 1e-6).astype(np.int64)
        self.defined = self._definitions()
        self.base = np.flatnonzero(self.defined < 0)
        self.place = np.full(len(known.truth), -1)
        self.place[self.base] = np.arange(len(self.base))
        self.support = self._supports()
        self.batches = self._batches()

    def _definitions(self) -> Ints:
        """Of each number the row that gives it as a sum of others, or -1."""
        known = self.known
        rows = len(known.equal)
        minus = np.bincount(known.row, known.factor == -1.0, minlength=rows)
        odd = np.bincount(known.row, np.abs(known.factor) != 1.0, minlength=rows)
        gives = known.equal & (minus == 1) & (odd == 0)
        at = np.flatnonzero(gives[known.row] & (known.factor == -1.0))
        defined = np.full(len(known.truth), -1)
        defined[known.column[at[::-1]]] = known.row[at[::-1]]
        return defined

    def _supports(self) -> Sparse:
        """Of each number the base cells that it is the sum of."""
        known = self.known
        owner = number = np.arange(len(known.truth))
        owners, cells = [], []
        for _ in range(_LEVELS):
            there = self.defined[number] < 0
            owners.append(owner[there])
            cells.append(self.place[number[there]])
            owner, number = owner[~there], number[~there]
            if not len(number):
                break
            at, which = known.by_row.entries(self.defined[number])
            adds = known.by_row.factor[at] > 0
            owner, number = owner[which[adds]], known.by_row.index[at[adds]]
        owner, cell = np.concatenate(owners), np.concatenate(cells)
        return Sparse.of(len(known.truth), owner, cell, np.ones(len(owner)))

    def _batches(self) -> list[Batch]:
        known = self.known
        sums = np.flatnonzero(
            (self.defined >= 0) & ((self.high < _NO_END) | (self.low > 0) | self.asked)
        )
        used = np.zeros(len(known.equal), np.bool_)
        used[self.defined[self.defined >= 0]] = True
        others = np.flatnonzero(~used)
        plus_at, plus_of = known.by_row.entries(others)
        pos = known.by_row.factor[plus_at] > 0
        p_at, p_of = self.support.entries(known.by_row.index[plus_at[pos]])
        m_at, m_of = self.support.entries(known.by_row.index[plus_at[~pos]])
        s_at, s_of = self.support.entries(sums)
        count = len(sums) + len(others)
        plus = Sparse.of(
            count,
            np.concatenate([s_of, len(sums) + plus_of[pos][p_of]]),
            self.support.index[np.concatenate([s_at, p_at])],
            np.ones(len(s_at) + len(p_at)),
        )
        minus = Sparse.of(
            count, len(sums) + plus_of[~pos][m_of], self.support.index[m_at], np.ones(len(m_at))
        )
        number = np.concatenate([sums, np.full(len(others), -1)])
        least = np.where(known.equal[others], 0, -_NO_END)
        # An equation that follows from the definitions is always right.
        mark = np.random.default_rng(_SEED).integers(1, 1 << 40, len(self.base))
        same = _sums(plus, mark)[len(sums) :] == _sums(minus, mark)[len(sums) :]
        keep = np.concatenate([np.ones(len(sums), np.bool_), ~(same & known.equal[others])])
        batches = []
        for rows in _apart(plus, np.flatnonzero(keep), len(self.base)):
            batches.append(
                Batch(
                    _lines(plus, rows),
                    _lines(minus, rows),
                    number[rows],
                    np.concatenate([self.low[sums], least])[rows],
                    np.concatenate([self.high[sums], np.zeros(len(others), np.int64)])[rows],
                    len(self.base),
                )
            )
        return sorted(batches, key=lambda batch: -len(batch.number))

    def whole(self, cells: Ints) -> Ints:
        """All numbers, from those of the base."""
        return _sums(self.support, cells)

    def fits(self, numbers: Ints) -> bool:
        """Whether a table says the same as the true one."""
        if (numbers < self.low).any() or (numbers > self.high).any():
            return False
        known = self.known
        sums = np.bincount(
            known.row, known.factor * numbers[known.column], minlength=len(known.equal)
        )
        return not (np.where(known.equal, np.abs(sums), sums) > 1e-6).any()


def _lines(of: Sparse, lines: Ints) -> Sparse:
    at, which = of.entries(lines)
    start = np.searchsorted(which, np.arange(len(lines) + 1)).astype(np.int64)
    return Sparse(start, of.index[at], of.factor[at])


def _sums(of: Sparse, cells: Ints) -> Ints:
    """For each line the sum of its cells."""
    if not len(of.index):
        return np.zeros(len(of.start) - 1, np.int64)
    cum = np.concatenate([np.zeros(1, cells.dtype), np.cumsum(cells[of.index])])
    return cum[of.start[1:]] - cum[of.start[:-1]]


def _apart(of: Sparse, rows: Ints, cells: int) -> Iterator[Ints]:
    """Rows in sets, of which no two rows have a cell in common; the first rows first."""
    while len(rows):
        at, which = of.entries(rows)
        first = np.full(cells, len(rows))
        first[of.index[at[::-1]]] = which[::-1]
        late = np.bincount(which, first[of.index[at]] != which, minlength=len(rows)) > 0
        yield rows[~late]
        rows = rows[late]


def _shares(start: Ints, weight: Floats, amount: Ints, draw: Floats) -> Ints:
    """Whole parts of an amount for each line (line i has weights start[i] to start[i + 1]), in
    proportion to weight; together the amount, or the weight if that is less."""
    cum = np.concatenate([[0.0], np.cumsum(weight)])
    count = np.diff(start)
    before = np.repeat(cum[start[:-1]], count)
    total = cum[start[1:]] - cum[start[:-1]]
    ratio = np.repeat(amount / np.maximum(total, 1e-9), count)
    shift = np.repeat(draw, count)
    upper = np.floor((cum[1:] - before) * ratio + shift + 1e-9)
    lower = np.floor((cum[:-1] - before) * ratio + shift + 1e-9)
    return (upper - lower).astype(np.int64)


class Table:
    """A table on its way: base cells between two ends, and what is still wrong."""

    def __init__(self, ground: Ground, draw: np.random.Generator) -> None:
        self.ground, self.draw = ground, draw
        self.truth = ground.known.truth[ground.base]
        self.cells = self.truth.astype(np.float64)
        self.floor, self.high = ground.low[ground.base], ground.high[ground.base].astype(np.float64)
        self.low = self.floor.astype(np.float64)
        self.least = [batch.least.astype(np.float64) for batch in ground.batches]
        self.lifted = np.zeros(len(ground.known.truth), np.bool_)
        self.whole = False
        self.minus_now = None

    def lift(self, numbers: Ints, to: Ints) -> None:
        g = self.ground
        to = np.minimum(to, g.high[numbers])
        self.lifted[numbers] = True
        base = g.place[numbers] >= 0
        at = g.place[numbers[base]]
        self.low[at] = np.maximum(self.low[at], to[base])
        self.cells = np.maximum(self.cells, self.low)
        want = np.full(len(g.known.truth), -_NO_END)
        want[numbers] = to
        for batch, least in zip(g.batches, self.least, strict=True):
            own = batch.number >= 0
            least[own] = np.maximum(least[own], want[batch.number[own]])

    def _off(self, batch: Batch, least: Floats) -> Floats:
        """How far each row is beyond its ends. Fractions keep off the ends a bit."""
        sums = np.add.reduceat(self.cells[batch.plus.index], batch.plus.start[:-1])
        if batch.two.size:
            sums -= _sums(batch.minus, self.cells)
        if self.whole:
            return sums - np.clip(sums, least, batch.most)
        inner = np.where(batch.number >= 0, np.minimum(_MARGIN, (batch.most - least) / 4), 0.0)
        off = sums - np.clip(sums, least + inner, batch.most - inner)
        off[np.abs(off) < 0.01] = 0
        return off

    def _add(self, of: Sparse, rows: Ints, amount: Floats) -> Floats:
        """Add so much to rows (negative: take away), in proportion; what was added to each."""
        at, which = of.entries(rows)
        cells = of.index[at]
        now, low, high = self.cells[cells], self.low[cells], self.high[cells]
        first = np.searchsorted(which, np.arange(len(rows)))
        falls = amount[which] < 0
        give, take = now - low, high - now
        room = np.where(falls, give, np.minimum(now + ADD, take))
        total = np.add.reduceat(room, first)
        size = np.abs(amount)
        if self.whole:
            have = np.minimum(size, np.where(amount < 0, total, _NO_END))
            step = _shares(np.append(first, len(which)), room, have, self.draw.random(len(rows)))
        else:
            step = (size / np.maximum(total, 1e-9))[which] * room
        step = np.where(falls, -np.minimum(step, give), np.minimum(step, take))
        if of is not self.minus_now:
            self.cells[cells] = now + step
        else:
            np.add.at(self.cells, cells, step)
            np.clip(self.cells, self.low, self.high, out=self.cells)
        return np.add.reduceat(step, first)

    def _set(self, batch: Batch, off: Floats) -> None:
        """The same for all rows of a batch."""
        of = batch.plus
        cells, which, first = of.index, batch.which, of.start[:-1]
        now = self.cells[cells]
        falls = (off > 0)[which]
        give, take = now - self.low[cells], self.high[cells] - now
        room = np.where(falls, give, np.minimum(now + ADD, take))
        total = np.add.reduceat(room, first)
        step = (np.abs(off) / np.maximum(total, 1e-9))[which] * room
        step = np.where(falls, -np.minimum(step, give), np.minimum(step, take))
        self.cells[cells] = now + step

    def sweep(self) -> int:
        """Set right what is wrong, one batch after the other; how many rows were."""
        wrong = 0
        for batch, least in zip(self.ground.batches, self.least, strict=True):
            off = self._off(batch, least)
            rows = np.flatnonzero(off)
            wrong += int((np.abs(off) >= 1).sum())
            if not len(rows):
                continue
            if not self.whole and not len(batch.two) and len(rows) * 3 > len(off):
                self._set(batch, off)
                continue
            off = off[rows]
            two = np.flatnonzero(batch.minus.start[rows + 1] > batch.minus.start[rows])
            if len(two) and not (self.whole and self.draw.random() < 0.5):
                self.minus_now = batch.minus
                off[two] -= self._add(batch.minus, rows[two], off[two])
            left = np.flatnonzero(off)
            if len(left):
                self._add(batch.plus, rows[left], -off[left])
        return wrong

    def round(self) -> None:
        """To whole numbers."""
        order = self.ground.batches[0].order if self.ground.batches else np.arange(len(self.cells))
        under = np.floor(self.cells[order])
        more = np.floor(np.cumsum(self.cells[order] - under) + self.draw.random())
        self.cells[order] = under + np.diff(more, prepend=0)
        np.clip(self.cells, self.low, self.high, out=self.cells)
        self.whole = True

    def drop(self, back: bool = False) -> int:
        """Let go of some lifted numbers in rows that cannot be set right."""
        g = self.ground
        dropped = 0
        for batch, least in zip(g.batches, self.least, strict=True):
            off = self._off(batch, least)
            off[np.abs(off) < 1] = 0
            under = np.flatnonzero((off < 0) & (batch.number >= 0) & (least > batch.least))
            self.lifted[batch.number[under]] = False
            least[under] = batch.least[under]
            dropped += len(under)
            rows = np.flatnonzero(off)
            if not len(rows):
                continue
            for of in (batch.plus, batch.minus):
                at, which = of.entries(rows)
                cells = of.index[at]
                if back:
                    self.low[cells] = self.floor[cells]
                    self.cells[cells] = self.truth[cells]
                    self.lifted[g.base[cells]] = False
                    continue
                up = self.low[cells] > self.floor[cells]
                cells, which = cells[up], which[up]
                order = np.lexsort((self.draw.random(len(cells)), which))
                cells, which = cells[order], which[order]
                freed = self.low[cells] - self.floor[cells]
                cum = np.cumsum(freed) - freed
                first = np.searchsorted(which, np.arange(len(rows)))
                before = cum - np.append(cum, 0)[first][which]
                go = cells[before < np.abs(off[rows])[which]]
                self.low[go] = self.floor[go]
                self.lifted[g.base[go]] = False
                dropped += len(go)
        return dropped


_MARGIN = 2.0
ADD = 0.001


def chosen(ground: Ground, unsafe: Ints, goal: Ints, phi: float, draw: np.random.Generator) -> Ints:
    """Which of the unsafe to lift together."""
    g = ground
    order = draw.permutation(len(unsafe))
    unsafe, goal = unsafe[order], goal[order]
    count = g.support.start[unsafe + 1] - g.support.start[unsafe]
    pick = g.support.start[unsafe] + (draw.random(len(unsafe)) * count).astype(np.int64)
    cell = g.support.index[pick]
    hidden = np.where(g.high[g.base] >= _NO_END, g.known.truth[g.base], 0)
    taken = np.zeros(len(unsafe), np.bool_)
    scarce = []
    for batch in g.batches:
        if (batch.number >= 0).any():
            row_of = np.full(len(g.base), -1)
            row_of[batch.plus.index] = np.repeat(
                np.arange(len(batch.number)), np.diff(batch.plus.start)
            )
            room = np.where(
                (batch.number >= 0) & (batch.most < _NO_END), phi * _sums(batch.plus, hidden), 1e15
            )
            scarce.append((row_of, room))
    for _ in range(3):
        ok = ~taken
        for row_of, room in scarce:
            row = row_of[cell]
            used = np.bincount(row[taken & (row >= 0)], goal[taken & (row >= 0)], minlength=len(room))
            idx = np.flatnonzero((row >= 0) & ~taken)
            by = np.argsort(row[idx], kind="stable")
            idx = idx[by]
            r = row[idx]
            cum = np.cumsum(goal[idx]) - goal[idx]
            first = np.searchsorted(r, r)
            before = cum - cum[first]
            ok[idx[before + used[r] > room[r]]] = False
        taken |= ok
    return order[taken]
