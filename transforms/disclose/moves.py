"""Other tables that say the same, found without a programme: many numbers are lifted at once.

Each table that is found is a witness for all numbers that differ in it. So as many unsafe numbers
as the published sums may bear are lifted as far as they need, and the rest is made to fit (fit.py);
then others, until that makes few more safe. What is left is left to the programmes.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from weir.transforms.disclose.fit import Fit, upto
from weir.transforms.disclose.ground import NO_END, Ground, sums
from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.lattice import Floats, Ints, Mask

_SEED = 20080422
TURNS = 150
"""So often others are lifted, at most."""
_AT_ONCE = 2  # tables in a turn; threads change no result
_FEW = 0.001  # of all that were asked for: a turn that makes no more safe is the last
_MISSES = 3  # turns without a table, one after the other
_PASSES = 20
_WORTH_IT = 50  # a pass that adds less than one in so many is the last
# Of what is in a published sum, so much goes to lifted numbers: less where no table was found.
_FIRST, _LEAST, _MOST = 0.3, 0.1, 0.5
_GROWS, _SHRINKS = 1.1, 0.7


def moved(
    known: Knowledge, need: Floats, asked: Mask, ends: tuple[Floats, Floats], workers: int
) -> tuple[Floats, Floats]:
    """How far numbers go in other tables, down and up; `ends`: how far they are known to go."""
    down, up = ends
    asked = asked & (up - down < need)
    if not asked.any():
        return ends
    lifts, missed = _Lifts(known, asked), 0
    least = max(1, int(_FEW * asked.sum()))
    with ThreadPoolExecutor(workers) as pool:
        for turn in range(TURNS):
            unsafe = np.flatnonzero(asked & (up - down < need))
            goal = np.ceil(need[unsafe] + down[unsafe]).astype(np.int64)
            tried = lifts.sets(unsafe, goal, turn)
            found = [table for table in pool.map(lifts.table, tried) if table is not None]
            for table in found:
                down = np.minimum(down, table - known.truth)
                up = np.maximum(up, table - known.truth)
            left = int((up - down < need)[unsafe].sum())
            missed = 0 if found else missed + 1
            if left == 0 or missed > _MISSES or (found and len(unsafe) - left < least):
                break
            lifts.share *= _GROWS if len(found) == len(tried) else _SHRINKS
            lifts.share = min(max(lifts.share, _LEAST), _MOST)
    return down, up


@dataclass(frozen=True)
class _Lift:
    """Numbers that are lifted together, by how much, and which table that is."""

    numbers: Ints
    by: Ints
    seed: int


class _Lifts:
    """Which numbers are lifted together, and the tables that come of it."""

    def __init__(self, known: Knowledge, asked: Mask) -> None:
        self.ground = ground = Ground(known, asked)
        self.share = _FIRST
        truth = known.truth[ground.base]
        centre = Fit(ground, truth.astype(np.float64), np.random.default_rng(0))
        self.start = centre.cells if centre.settled() else truth.astype(np.float64)
        hidden = np.where(ground.high[ground.base] < NO_END, 0, truth)
        self.scarce = []  # of each base number the row, or -1; of each row what is hidden in it
        for batch in ground.batches:
            if batch.scarce.any():
                row = np.full(len(ground.base), -1)
                row[batch.plus.index] = np.where(batch.scarce[batch.which], batch.which, -1)
                self.scarce.append((row, sums(batch.plus, hidden)))

    def table(self, lift: _Lift) -> Ints | None:
        """A table that fits in which these are so much larger, as far as that could be had."""
        fit = Fit(self.ground, self.start, np.random.default_rng([lift.seed, 1]))
        fit.lift(lift.numbers, self.ground.known.truth[lift.numbers] + lift.by)
        return fit.found()

    def sets(self, unsafe: Ints, goal: Ints, turn: int) -> list[_Lift]:
        """What is lifted together, the numbers for which there is least room first."""
        draw = np.random.default_rng([_SEED, turn])
        support = self.ground.support
        count = np.diff(support.start)[unsafe]
        pick = support.start[unsafe] + (draw.random(len(unsafe)) * count).astype(np.int64)
        cell = support.index[pick]  # a sum is lifted in one of its cells
        press = self._press(cell, goal) * draw.uniform(0.5, 1.5, len(unsafe))
        order, found = np.argsort(-press, kind="stable"), list[_Lift]()
        for i in range(_AT_ONCE):
            some = self._chosen(cell[order], goal[order])
            lifted, order = order[some], order[~some]
            if len(lifted):
                found.append(_Lift(unsafe[lifted], goal[lifted], turn * _AT_ONCE + i))
        return found

    def _press(self, cell: Ints, goal: Ints) -> Floats:
        """How many times over all that want it would fill the scarcest row that each is in."""
        press = np.zeros(len(cell))
        for row_of, room in self.scarce:
            row = row_of[cell]
            inside = row >= 0
            wants = np.bincount(row[inside], goal[inside], len(room)) / np.maximum(room, 1)
            press[inside] = np.maximum(press[inside], wants[row[inside]])
        return press

    def _chosen(self, cell: Ints, goal: Ints) -> Mask:
        """Those that leave enough in each scarce row, the first ones first; one may always go."""
        taken, waiting = np.zeros(len(cell), np.bool_), np.arange(len(cell))
        rows = [
            (row_of[cell], np.zeros(len(room)), self.share * room) for row_of, room in self.scarce
        ]
        for _ in range(_PASSES):
            fits = np.ones(len(waiting), np.bool_)
            for row, used, room in rows:
                here = row[waiting]
                inside = np.flatnonzero(here >= 0)
                inside = inside[np.argsort(here[inside], kind="stable")]
                at = here[inside]
                before = used[at] + upto(goal[waiting[inside]].astype(np.float64), at)
                fits[inside[before > room[at]]] = False
            new, waiting = waiting[fits], waiting[~fits]
            taken[new] = True
            if len(new) * _WORTH_IT < taken.sum():
                break
            for row, used, room in rows:
                into = row[new] >= 0
                used += np.bincount(row[new][into], goal[new][into], len(room))
                here = row[waiting]
                waiting = waiting[(here < 0) | (used[here] <= room[here])]
        return taken
