"""Other tables that say the same, found without a programme: many numbers are lifted at once.

Each table that is found is a witness for all numbers that differ in it. So as many unsafe numbers as
the published sums may bear are lifted as far as they need, and the rest is made to fit (fit.py); then
others, until that makes few more safe. What is left is left to the programmes.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from weir.transforms.disclose.fit import Fit, upto
from weir.transforms.disclose.ground import NO_END, Ground, sums
from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.lattice import Floats, Ints, Mask

TURNS = 150
"""So often others are lifted, at most."""
_AT_ONCE = 2  # tables in a turn; threads change no result
_FEW = 0.001  # of all that were asked for: a turn that makes no more safe is the last
_MISSES = 3  # turns without a table, one after the other
_PASSES = 20
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
    lifts = _Lifts(known, asked)
    least = max(1, int(_FEW * asked.sum()))
    with ThreadPoolExecutor(workers) as pool:
        missed = 0
        for turn in range(TURNS):
            unsafe = np.flatnonzero(asked & (up - down < need))
            if len(unsafe) == 0:
                break
            goal = np.ceil(need[unsafe] + down[unsafe]).astype(np.int64)
            sets = lifts.sets(unsafe, goal, np.random.default_rng([20080422, turn]))
            tried = [(unsafe[s], goal[s], turn * _AT_ONCE + i) for i, s in enumerate(sets)]
            found = [table for table in pool.map(lifts.table, tried) if table is not None]
            for table in found:
                down = np.minimum(down, table - known.truth)
                up = np.maximum(up, table - known.truth)
            safe = len(unsafe) - int((up - down < need)[unsafe].sum())
            lifts.share *= _GROWS if len(found) == len(sets) else _SHRINKS
            lifts.share = min(max(lifts.share, _LEAST), _MOST)
            missed = 0 if found else missed + 1
            if missed > _MISSES or (found and safe < least):
                break
    return down, up


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

    def table(self, tried: tuple[Ints, Ints, int]) -> Ints | None:
        """A table that fits in which these are so much larger, as far as that could be had."""
        numbers, goal, seed = tried
        fit = Fit(self.ground, self.start, np.random.default_rng([seed, 1]))
        fit.lift(numbers, self.ground.known.truth[numbers] + goal)
        return fit.found()

    def sets(self, unsafe: Ints, goal: Ints, draw: np.random.Generator) -> list[Ints]:
        """Places in `unsafe`: sets that are lifted together, with none in two."""
        support = self.ground.support
        count = np.diff(support.start)[unsafe]
        pick = support.start[unsafe] + (draw.random(len(unsafe)) * count).astype(np.int64)
        cell = support.index[pick]
        press = np.zeros(len(unsafe))
        for row_of, room in self.scarce:
            row = row_of[cell]
            wants = np.bincount(row + 1, goal, minlength=len(room) + 1)[1:]
            press = np.maximum(press, np.where(row < 0, 0.0, (wants / np.maximum(room, 1))[row]))
        order = np.argsort(-press * draw.uniform(0.5, 1.5, len(unsafe)), kind="stable")
        found = []
        for _ in range(_AT_ONCE):
            some = self._chosen(cell[order], goal[order])
            found.append(order[some])
            order = order[~some]
        return [some for some in found if len(some)]

    def _chosen(self, cell: Ints, goal: Ints) -> Mask:
        """Those that leave enough in each scarce row, the first ones first; one may always go."""
        taken = np.zeros(len(cell), np.bool_)
        waiting = np.arange(len(cell))
        rows = [row_of[cell] for row_of, _ in self.scarce]
        used = [np.zeros(len(room)) for _, room in self.scarce]
        for _ in range(_PASSES):
            fits = np.ones(len(waiting), np.bool_)
            for row, full, (_, room) in zip(rows, used, self.scarce, strict=True):
                mine = row[waiting]
                by = np.flatnonzero(mine >= 0)
                by = by[np.argsort(mine[by], kind="stable")]
                at = mine[by]
                before = upto(goal[waiting[by]].astype(np.float64), at) + full[at]
                fits[by[before > self.share * room[at]]] = False
            new = waiting[fits]
            if len(new) * 50 < taken.sum():
                break
            taken[new] = True
            waiting = waiting[~fits]
            for row, full, (_, room) in zip(rows, used, self.scarce, strict=True):
                mine = row[new]
                full += np.bincount(mine[mine >= 0], goal[new[mine >= 0]], len(room))
                mine = row[waiting]
                waiting = waiting[(mine < 0) | (full[mine] <= self.share * room[mine])]
        return taken
