"""A table is made to fit what is known, though some of its numbers were lifted.

What is too much in a sum is taken from the numbers in it, in proportion to what they have, and what
lacks is added so; one batch of sums after the other, again and again. That is iterative
proportional fitting (Deming and Stephan, Ann. Math. Stat. 11, 1940) between two ends. Then
fractions are rounded and it goes on in whole people. A lifted number that stands against what
cannot be set right is let go. Nothing here need be exact: a table counts only if `Ground.fits`.
"""

import numpy as np

from weir.transforms.disclose.ground import NO_END, Batch, Ground, sums
from weir.transforms.disclose.knowledge import Sparse
from weir.transforms.disclose.lattice import Floats, Ints

SWEEPS = (40, 80)
"""At most so many with fractions, and then so many with whole people."""
_LETS_GO = 5  # every so many sweeps
_FROM_ENDS = 2.0  # fractions stay so far within both ends: rounding moves them yet
_BEYOND = 1.4  # where there are sums only, a step goes so much further: others push back
_NOBODY = 1e-3  # what an empty number counts when something is shared out in proportion
_CLOSE = 1e-2


class Fit:
    """The base of one table on its way. start: of the base, where it begins."""

    def __init__(self, ground: Ground, start: Floats, draw: np.random.Generator) -> None:
        self.ground, self.draw, self.whole = ground, draw, False
        self.floor = ground.low[ground.base].astype(np.float64)
        self.high = ground.high[ground.base].astype(np.float64)
        self.low = self.floor.copy()
        self.cells = start.copy()
        self.beyond = _BEYOND if all(batch.sums for batch in ground.batches) else 1.0
        self.least = [batch.least.astype(np.float64) for batch in ground.batches]

    def lift(self, numbers: Ints, to: Ints) -> None:
        """From now on these are at least so much."""
        ground = self.ground
        want = np.full(len(ground.known.truth), -NO_END)
        want[numbers] = np.minimum(to, ground.high[numbers])
        np.maximum(self.low, want[ground.base], out=self.low)
        np.maximum(self.cells, self.low, out=self.cells)
        for batch, least in zip(ground.batches, self.least, strict=True):
            own = batch.number >= 0
            least[own] = np.maximum(least[own], want[batch.number[own]])

    def settled(self) -> bool:
        """Whether all could be set right, with fractions."""
        return self._sweeps(SWEEPS[0], 0)

    def found(self) -> Ints | None:
        """All numbers of a table that fits; None: none was found."""
        self._sweeps(SWEEPS[0], 10)
        self._round()
        self._sweeps(SWEEPS[1], 0)
        numbers = self.ground.numbers(self.cells.astype(np.int64))
        return numbers if self.ground.fits(numbers) else None

    def _sweeps(self, most: int, enough: int) -> bool:
        for i in range(1, most + 1):
            if self._sweep() <= enough:
                return True
            if i % _LETS_GO == 0 and i > _LETS_GO:
                self._let_go()
        return False

    def _sweep(self) -> int:
        """Set right what is wrong, one batch after the other; in how many rows that was much."""
        wrong = 0
        for batch, least in zip(self.ground.batches, self.least, strict=True):
            off = self._off(batch, least)
            rows = np.flatnonzero(off)
            if len(rows) == 0:
                continue
            wrong += int((np.abs(off) >= 1).sum())
            if not self.whole and batch.sums and 3 * len(rows) > batch.rows:
                self._add(
                    batch.plus.index,
                    batch.which,
                    batch.plus.start[:-1],
                    -self.beyond * off,
                    apart=True,
                )
                continue
            off = off[rows] * (1.0 if self.whole else self.beyond)
            if not batch.sums and not (self.whole and self.draw.random() < 0.5):
                off -= self._add_to(batch.minus, batch.of_minus[rows], off, apart=False)
            self._add_to(batch.plus, rows, -off, apart=True)
        return wrong

    def _off(self, batch: Batch, least: Floats) -> Floats:
        """How far each row is beyond its ends."""
        value = sums(batch.plus, self.cells)
        if not batch.sums:
            value -= sums(batch.minus, self.cells)[batch.of_minus]
        if self.whole:
            return np.asarray(value - np.clip(value, least, batch.most))
        inner = np.minimum(_FROM_ENDS, (batch.most - least) / 4) * (batch.number >= 0)
        off = value - np.clip(value, least + inner, batch.most - inner)
        return np.where(np.abs(off) < _CLOSE, 0.0, off)

    def _add_to(self, of: Sparse, lines: Ints, amount: Floats, *, apart: bool) -> Floats:
        """Add so much to lines (below 0: take away); what was added. apart: no line has a cell of
        another one."""
        done = np.zeros(len(lines))
        some = np.flatnonzero((of.start[lines + 1] > of.start[lines]) & (amount != 0))
        if len(some):
            at, which = of.entries(lines[some])
            first = np.searchsorted(which, np.arange(len(some)))
            step = self._add(of.index[at], which, first, amount[some], apart=apart)
            done[some] = np.add.reduceat(step, first)
        return done

    def _add(self, cells: Ints, which: Ints, first: Ints, amount: Floats, *, apart: bool) -> Floats:
        """The same where cells of a row begin at `first`; what each cell got."""
        now, falls = self.cells.take(cells), amount < 0
        down, up = now - self.low.take(cells), self.high.take(cells) - now
        weight = np.where(falls.take(which), down, np.minimum(now + _NOBODY, up))
        total = np.maximum(np.add.reduceat(weight, first), 1e-9)
        if self.whole:
            some = np.minimum(np.abs(amount), np.where(falls, np.rint(total), NO_END))
            step = _in_people(weight, some / total, which, first, self.draw.random(len(amount)))
            step = np.where(falls.take(which), -np.minimum(step, down), np.minimum(step, up))
        else:
            ratio = np.maximum(amount / total, -1.0)  # nothing falls below its end
            step = np.minimum(ratio.take(which) * weight, up)
        if apart:
            self.cells[cells] = now + step
        else:
            np.add.at(self.cells, cells, step)
            np.clip(self.cells, self.low, self.high, out=self.cells)
        return np.asarray(step)

    def _round(self) -> None:
        """To whole people, so that the smallest sums change least."""
        order = self.ground.order
        under = np.floor(self.cells[order])
        upto = np.floor(np.cumsum(self.cells[order] - under) + self.draw.random())
        self.cells[order] = under + np.diff(upto, prepend=0.0)
        np.clip(self.cells, self.low, self.high, out=self.cells)
        self.whole = True

    def _let_go(self) -> None:
        """Of lifted numbers in rows that are wrong, as many as would set them right."""
        for batch, least in zip(self.ground.batches, self.least, strict=True):
            off = self._off(batch, least)
            lacks = (off <= -1) & (least > batch.least)
            least[lacks] = batch.least[lacks]
            rows = np.flatnonzero(np.abs(off) >= 1)
            if len(rows):
                self._let_go_in(batch.plus, rows, np.abs(off[rows]))
                self._let_go_in(batch.minus, batch.of_minus[rows], np.abs(off[rows]))

    def _let_go_in(self, of: Sparse, lines: Ints, amount: Floats) -> None:
        at, which = of.entries(lines)
        cells = of.index[at]
        lifted = self.low[cells] > self.floor[cells]
        cells, which = cells[lifted], which[lifted]
        order = np.lexsort((self.draw.random(len(cells)), which))
        cells, which = cells[order], which[order]
        before = upto(self.low[cells] - self.floor[cells], which)
        gone = cells[before < amount[which]]
        self.low[gone] = self.floor[gone]


def upto(values: Floats, which: Ints) -> Floats:
    """Of each value the sum of those before it that belong to the same; `which` ascends."""
    before = np.cumsum(values) - values
    return np.asarray(before - before[np.searchsorted(which, which)])


def _in_people(weight: Floats, ratio: Floats, which: Ints, first: Ints, draw: Floats) -> Floats:
    """Whole parts of about weight * ratio, that add up as these do. draw: where each row begins."""
    share = ratio[which] * weight
    past = np.cumsum(share)
    past -= (past - share)[first][which]
    ends = np.floor(past + draw[which] + 1e-9)
    begins = np.concatenate([[0.0], ends[:-1]])
    begins[first] = 0.0
    return np.asarray(ends - begins)
