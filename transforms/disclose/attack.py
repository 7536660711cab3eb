"""The attacker's linear programme: is there another table that says the same?

An attacker knows what is published, how it was rounded, that counts are whole and never negative,
and all equations between the numbers. What he does not know of a number is how far it moves over
all tables that fit what he knows. Its truth is one of them; programmes look for others. A number
is safe once two of them are found in which it differs by its protection width; one for which none
are found counts as opened. So the auditor errs on the side of hiding more: when the search is cut
short, and where fractions of a person might move what whole ones cannot, as far as rounding the
ends inward tells.

A programme is small: a number and what stands near it, everything else held at its truth. What
fits there fits everywhere. Solver: HiGHS (Huangfu and Hall, Math. Prog. Comp. 10, 2018).
"""

from dataclasses import dataclass
from functools import cached_property

import highspy
import numpy as np

from weir.transforms.disclose.lattice import Floats, Ints, Mask

NEAR = (20_000, 6_000)
"""Numbers in a programme: at the first look, among what is not published; and at the second, with
what is published moving within its rounding as well."""
PROGRAMMES = 2_000
"""So many are solved for one group of measures; what is not safe by then counts as opened."""
_TRIES = 60
_ALMOST = 1e-5
_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False, "log_to_console": False, "threads": 1,
    # An inner point moves more numbers at once than a corner does; any feasible one will do.
    "solver": "ipm", "run_crossover": "off", "ipm_optimality_tolerance": 1e-4,
}  # fmt: skip


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


def opened(known: Knowledge, need: Floats, asked: Mask) -> Ints:
    """The numbers among `asked` that may be told to within less than `need` (of each number)."""
    return _Search(known, need, asked & known.free).left()


class _Search:
    """Moves away from the truth that were found: how far each number goes, down and up."""

    def __init__(self, known: Knowledge, need: Floats, asked: Mask) -> None:
        self.known, self.need, self.asked = known, need, asked
        self.down, self.up = _alone(known)
        self.solved = 0
        self.draw = np.random.default_rng(20080422)

    @property
    def unsafe(self) -> Mask:
        """Asked for, and not yet seen to move enough."""
        return self.asked & (self.up - self.down < self.need)

    def left(self) -> Ints:
        """What is unsafe after all looks."""
        known = self.known
        first, second = NEAR
        waiting = self.unsafe
        for seed in np.flatnonzero(waiting).tolist():
            if waiting[seed] and self.solved < PROGRAMMES:
                near = _near(known, seed, known.free, self.unsafe, first)
                self._lift(_Programme(known, near, self))
                waiting[near] = False
        mobile = known.high > known.low
        for seed in np.flatnonzero(self.unsafe).tolist():
            if self.unsafe[seed] and self.solved < PROGRAMMES:
                programme = _Programme(known, _near(known, seed, mobile, self.unsafe, second), self)
                self._lift(programme)
                self._both_ways(programme)
        return np.flatnonzero(self.unsafe)

    def _lift(self, programme: "_Programme") -> None:
        """Lift many numbers at a time, others each time, as long as that makes some safe."""
        near = programme.near
        for _ in range(_TRIES):
            before = self.unsafe[near]
            if not before.any():
                return
            self._see(programme, before * self.draw.uniform(0.5, 1.5, len(near)) / self.need[near])
            if before.sum() - self.unsafe[near].sum() < 2:
                return

    def _both_ways(self, programme: "_Programme") -> None:
        """The first number by itself."""
        aim = np.zeros(len(programme.near))
        for sign in (1.0, -1.0):
            if self.unsafe[programme.near[0]]:
                aim[0] = sign
                self._see(programme, aim)

    def _see(self, programme: "_Programme", aim: Floats) -> None:
        self.solved += 1
        moved, near = programme.best(aim), programme.near
        if moved is not None:
            self.down[near] = np.minimum(self.down[near], np.ceil(moved - _ALMOST))
            self.up[near] = np.maximum(self.up[near], np.floor(moved + _ALMOST))


class _Quiet(highspy.Highs):
    """HiGHS without its callbacks: in making them it says its name on standard output."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


class _Programme:
    """Moves of some numbers, all others standing still. What is not safe yet moves up no further
    than it needs, so that one number does not take what lifts ten."""

    def __init__(self, known: Knowledge, near: Ints, search: _Search) -> None:
        self.near = near
        rows = known.by_column.touched(near)
        place = np.full(len(known.truth), -1)
        place[near] = np.arange(len(near))
        at, row = known.by_row.entries(rows)
        inside = place[known.by_row.index[at]] >= 0
        at, row = at[inside], row[inside]
        low = known.low[near] - known.truth[near]
        high = known.high[near] - known.truth[near]
        far = np.where(search.unsafe[near], search.down[near] + search.need[near] + 0.5, np.inf)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(near), len(rows)
        model.col_cost_ = np.zeros(len(near))
        model.col_lower_, model.col_upper_ = low, np.minimum(high, far)
        model.row_lower_ = np.where(known.equal[rows], 0.0, -np.inf)
        model.row_upper_ = known.slack[rows]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.searchsorted(row, np.arange(len(rows) + 1)).astype(np.int32)
        model.a_matrix_.index_ = place[known.by_row.index[at]].astype(np.int32)
        model.a_matrix_.value_ = known.by_row.factor[at]
        model.sense_ = highspy.ObjSense.kMaximize
        self.optimal = highspy.HighsModelStatus.kOptimal
        self.solver = _Quiet()
        for option, value in _OPTIONS.items():
            self.solver.setOptionValue(option, value)
        self.solver.passModel(model)

    def best(self, aim: Floats) -> Floats | None:
        """The feasible move with the largest sum(aim * move), or None."""
        count = len(self.near)
        self.solver.changeColsCost(count, np.arange(count, dtype=np.int32), aim)
        self.solver.run()
        if self.solver.getModelStatus() != self.optimal:
            return None
        return np.asarray(self.solver.getSolution().col_value)


def _alone(known: Knowledge) -> tuple[Floats, Floats]:
    """How far each number moves while all others stand still: not at all in an equation."""
    up, down = known.high - known.truth, known.truth - known.low
    room = known.slack[known.row] / np.abs(known.factor)
    for rising, way in ((True, up), (False, down)):
        limits = known.equal[known.row] | ((known.factor > 0) == rising)
        np.minimum.at(way, known.column[limits], room[limits])
    return -np.floor(down + _ALMOST), np.floor(up + _ALMOST)


def _near(known: Knowledge, seed: int, mobile: Mask, unsafe: Mask, size: int) -> Ints:
    """The seed, then numbers that move, nearest first, at most `size`: of those that are equally
    near, half for what they have to give, half because they wait for a look themselves."""
    taken = np.zeros(len(known.truth), np.bool_)
    taken[seed] = True
    found = [np.array([seed])]
    room, ring = size - 1, found[0]
    while room > 0 and len(ring):
        around = known.by_row.touched(known.by_column.touched(ring))
        around = around[mobile[around] & ~taken[around]]
        if len(around) > room:
            rich = around[np.argsort(-known.truth[around], kind="stable")[: room - room // 2]]
            rest = np.setdiff1d(around, rich)
            rest = rest[np.argsort(~unsafe[rest], kind="stable")[: room // 2]]
            around = np.concatenate([rich, rest])
        taken[around] = True
        found.append(around)
        room, ring = room - len(around), around
    return np.concatenate(found)
