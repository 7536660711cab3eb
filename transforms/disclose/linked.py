"""Visitors of a period: who came on which of its days, and whether their number may be told.

Whoever has the number has those of the days, too. So what it tells beside them is of crowds, or it
is not told: who came on several days, and, for each day, who came on another one only.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.disclose.lattice import Ints

Hashes = npt.NDArray[np.uint64]


@dataclass
class Came:
    """Visitors of a site so far: hashes, ascending; bit i of `on`: whether they came on day i.

    A hash is the first half of a linkage hash: of ten million visitors two are taken for one in
    three periods of a million.
    """

    who: Hashes = field(default_factory=lambda: np.array([], np.uint64))
    on: npt.NDArray[np.uint32] = field(default_factory=lambda: np.array([], np.uint32))
    days: int = 0

    def add(self, hashes: Hashes) -> None:
        """One more day's."""
        fresh = np.unique(hashes)
        who = np.union1d(self.who, fresh)
        on = np.zeros(len(who), np.uint32)
        on[np.searchsorted(who, self.who)] = self.on
        on[np.searchsorted(who, fresh)] |= np.uint32(1 << self.days)
        self.who, self.on, self.days = who, on, self.days + 1

    @property
    def visitors(self) -> int:
        """Each counted once."""
        return len(self.who)

    @property
    def of_days(self) -> Ints:
        """Of each day."""
        there = ((self.on & np.uint32(1 << day)) > 0 for day in range(self.days))
        return np.array([int(came.sum()) for came in there], np.int64)

    @property
    def again(self) -> int:
        """Who came on more than one day: at most the sum of the days less the visitors."""
        return int((np.bitwise_count(self.on) > 1).sum())

    def may_be_told(self, k: int) -> bool:
        """Whether the number of visitors tells of crowds alone, beside those of the days.

        It tells who came again (the days' sum less it) and, for each day, who came on another one
        only (it less the day's). Nobody is as good as few: that none of Tuesday's had been there on
        Monday is told of each of them.
        """
        if self.days < 2 or self.visitors < k:
            return False
        return self.again >= k and bool((self.visitors - self.of_days >= k).all())


def hashes_of(units: pa.Array, linkage: pa.Table, grain: str) -> Hashes | None:
    """The linkage hashes of a site's visitors of one day; None where one of them has none, or two.

    units: binary(16), distinct; linkage: LINKAGE of the site and day, distinct rows.
    """
    known = linkage["visitor"].combine_chunks()
    if len(pc.unique(known)) != len(known):
        return None
    at = pc.index_in(units, value_set=known)
    if at.null_count:
        return None
    found = linkage[grain].combine_chunks().cast(pa.binary(16)).take(at)
    halves = np.frombuffer(found.buffers()[1], np.uint64).reshape(-1, 2)
    return np.ascontiguousarray(halves[found.offset : found.offset + len(found), 0])
