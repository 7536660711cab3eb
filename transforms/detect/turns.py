"""Segments of paths, judged in turn: a path may cost what a value may, however many it has."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from weir.transforms.detect.limits.effort import MOST
from weir.transforms.detect.paths import TakenApart
from weir.transforms.detect.verdicts import Asked, Verdict

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Turns:
    """Verdicts on segments, None where no path had enough steps left; and the paths without."""

    verdicts: list[Verdict | None]
    endless: Ints  # indices of paths, ascending


def in_turn(
    taken: TakenApart,
    segments: pa.Array,
    asked: Sequence[Asked],
    verdicts: Callable[[list[Asked]], list[Verdict]],
) -> Turns:
    """The verdicts on distinct segments of paths, of each path the first ones first.

    segments: indices into `taken.distinct`, ascending; asked: the question about each.
    """
    parents, places, turns = _turns(taken, segments)
    left = np.full(len(taken.offsets) - 1, MOST, dtype=np.int64)
    given = np.full(len(asked), -1, dtype=np.int64)  # steps with which each was judged
    known: list[Verdict | None] = [None] * len(asked)
    steps = np.zeros(len(asked), dtype=np.int64)
    for turn in range(int(turns.max(initial=-1)) + 1):
        now = (turns == turn) & (left[parents] >= 0)
        may = np.full(len(asked), -1, dtype=np.int64)
        np.maximum.at(may, places[now], left[parents[now]])
        new = np.flatnonzero((may > given) & (steps >= given)).tolist()
        found = verdicts([replace(asked[at], most=int(may[at])) for at in new])
        for at, verdict in zip(new, found, strict=True):
            known[at], steps[at] = verdict, verdict.steps
        given[new] = may[new]
        np.subtract.at(left, parents[now], steps[places[now]])
    cut = (steps > given) & (given < MOST)  # in paths that are closed, and another time elsewhere
    complete = [None if cut[at] else verdict for at, verdict in enumerate(known)]
    return Turns(complete, np.flatnonzero(left < 0))


def _turns(taken: TakenApart, segments: pa.Array) -> tuple[Ints, Ints, Ints]:
    """Of each segment of each path that is asked about, once: the path, its place among
    `segments`, and how many of the path come before it."""
    place = np.full(len(taken.distinct), -1, dtype=np.int64)
    place[segments.to_numpy()] = np.arange(len(segments))
    parents = taken.parents.to_numpy().astype(np.int64)
    places = place[taken.indices.to_numpy()]
    parents, places = parents[places >= 0], places[places >= 0]
    _, first = np.unique(parents * max(len(segments), 1) + places, return_index=True)
    first.sort()
    parents, places = parents[first], places[first]
    begins = np.searchsorted(parents, parents)  # of each path
    return parents, places, np.arange(len(parents)) - begins
