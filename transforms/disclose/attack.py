"""The attacker's linear programme: is there another table that says the same?

An attacker knows what is published, how it was rounded, that counts are whole and never negative,
and all equations between the numbers. What he does not know of a number is how far it moves over
all tables that fit what he knows. Its truth is one of them; where much is unsafe, others are found
without a programme first (moves.py), and programmes look for the rest. A number is safe once two
of them are found in which it differs by its protection width; one for which none are found counts
as opened. So the auditor errs on the side of hiding more: when the search is cut short, and where
fractions of a person might move what whole ones cannot, as far as rounding the ends inward tells.

A programme is small: a number and what stands near it, everything else held at its truth. What
fits there fits everywhere. Solver: HiGHS (Huangfu and Hall, Math. Prog. Comp. 10, 2018).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import highspy
import numpy as np

from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.lattice import Floats, Ints, Mask
from weir.transforms.disclose.moves import moved


@dataclass(frozen=True)
class Look:
    """One way to look for moves. near: numbers in a programme. enough: stop in a place when a
    programme makes a smaller share of them safe. rounding: what is published moves as well, within
    its rounding. single: each number gets a place of its own, and is moved by itself.
    """

    near: int
    enough: float
    rounding: bool = False
    single: bool = False


LOOKS = (
    Look(near=1_500, enough=0.001),
    Look(near=20_000, enough=0.001),
    Look(near=1_500, enough=0.001, rounding=True),
    Look(near=6_000, enough=0.0, rounding=True, single=True),
)
PLACES = 200
"""So many numbers get a place of their own; of the rest what is not safe counts as opened."""
MANY = 200
"""If so many are unsafe, tables are looked for without a programme first."""
_WORKERS = 2
_TRIES = 60
_ALMOST = 1e-5
_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False, "log_to_console": False, "threads": 1,
    # An inner point moves more numbers at once than a corner does; any feasible one will do.
    "solver": "ipm", "run_crossover": "off", "ipm_optimality_tolerance": 1e-5,
}  # fmt: skip


def opened(known: Knowledge, need: Floats, asked: Mask) -> Ints:
    """The numbers among `asked` that may be told to within less than `need` (of each number)."""
    return _Search(known, need, asked & known.free).left()


class _Search:
    """Moves away from the truth that were found: how far each number goes, down and up."""

    def __init__(self, known: Knowledge, need: Floats, asked: Mask) -> None:
        self.known, self.need, self.asked = known, need, asked
        self.down, self.up = _alone(known)

    @property
    def unsafe(self) -> Mask:
        """Asked for, and not yet seen to move enough."""
        return self.asked & (self.up - self.down < self.need)

    def left(self) -> Ints:
        """What is unsafe after all looks."""
        if int(self.unsafe.sum()) >= MANY:
            ends = self.down, self.up
            self.down, self.up = moved(self.known, self.need, self.asked, ends, _WORKERS)
        with ThreadPoolExecutor(_WORKERS) as pool:  # the solver lets go of the interpreter
            for look in LOOKS:
                # Places of one look know nothing of each other, so threads change no result.
                for seen in pool.map(partial(self._lifted, look), self._places(look)):
                    self.down[seen.near] = np.minimum(self.down[seen.near], seen.down)
                    self.up[seen.near] = np.maximum(self.up[seen.near], seen.up)
        return np.flatnonzero(self.unsafe)

    def _places(self, look: Look) -> list[Ints]:
        """Numbers that are moved together, until all that are unsafe have been in one such set."""
        mobile = self.known.high > self.known.low if look.rounding else self.known.free
        waiting, places = self.unsafe, list[Ints]()
        for seed in np.flatnonzero(waiting).tolist():
            if waiting[seed] and not (look.single and len(places) >= PLACES):
                places.append(_near(self.known, seed, mobile, waiting, look.near))
                waiting[seed if look.single else places[-1]] = False
        return places

    def _lifted(self, look: Look, near: Ints) -> "_Seen":
        """Lift many numbers at a time, others each time, as long as that makes enough safe; at
        the last look the first by itself, both ways."""
        seen = _Seen(near, self.down[near], self.up[near], self.need[near], self.asked[near])
        if not seen.unsafe.any():
            return seen
        programme = _Programme(self.known, seen)
        draw = np.random.default_rng([20080422, near[0]])
        for _ in range(_TRIES):
            before = seen.unsafe
            seen.note(programme.best(before * draw.uniform(0.5, 1.5, len(near)) / seen.need))
            if not seen.unsafe.any():
                return seen
            if before.sum() - seen.unsafe.sum() <= max(1, look.enough * len(near)):
                break
        for sign in (1.0, -1.0) if look.single and seen.unsafe[0] else ():
            seen.note(programme.best(sign * (np.arange(len(near)) == 0)))
        return seen


@dataclass(eq=False)
class _Seen:
    """How far numbers were seen to go, in one place."""

    near: Ints
    down: Floats
    up: Floats
    need: Floats
    asked: Mask

    @property
    def unsafe(self) -> Mask:
        """Asked for, and not yet seen to move enough."""
        return self.asked & (self.up - self.down < self.need)

    def note(self, moved: Floats | None) -> None:
        """Widen by a move that was found."""
        if moved is not None:
            self.down = np.minimum(self.down, np.ceil(moved - _ALMOST))
            self.up = np.maximum(self.up, np.floor(moved + _ALMOST))


class _Quiet(highspy.Highs):
    """HiGHS without its callbacks: in making them it says its name on standard output."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()


class _Programme:
    """Moves of some numbers, all others standing still. What is not safe yet moves up no further
    than it needs, so that one number does not take what lifts ten."""

    def __init__(self, known: Knowledge, seen: _Seen) -> None:
        near = seen.near
        rows = known.by_column.touched(near)
        place = np.full(len(known.truth), -1)
        place[near] = np.arange(len(near))
        at, row = known.by_row.entries(rows)
        inside = place[known.by_row.index[at]] >= 0
        at, row = at[inside], row[inside]
        low = known.low[near] - known.truth[near]
        high = known.high[near] - known.truth[near]
        far = np.where(seen.unsafe, seen.down + seen.need + 0.5, np.inf)
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
        self.feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        self.solver = _Quiet()
        for option, value in _OPTIONS.items():
            self.solver.setOptionValue(option, value)
        self.solver.passModel(model)

    def best(self, aim: Floats) -> Floats | None:
        """A feasible move with about the largest sum(aim * move), or None."""
        count = len(aim)
        self.solver.changeColsCost(count, np.arange(count, dtype=np.int32), aim)
        self.solver.run()
        if self.solver.getInfo().primal_solution_status != int(self.feasible):
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
