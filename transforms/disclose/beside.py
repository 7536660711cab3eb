"""Which published number goes beside one that an attacker opens."""

import numpy as np

from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.lattice import Floats, Ints, Mask


def beside(known: Knowledge, found: Ints, shown: Mask, whole: Ints) -> Mask:
    """For each of `found` one number in `shown`, none for two: the smallest of the nearest ones.

    whole: of each number that is a rest, what it is the rest of; of others -1. Many have that in
    common, so beside a rest its part goes, or what tells most of the part.
    """
    left, more, walk = shown.copy(), np.zeros(len(shown), np.bool_), _Walk(known)
    for number in found.tolist():
        there = np.array([], np.int64)
        if whole[number] >= 0:
            there = _beside_rest(known, number, left, int(whole[number]))
        if len(there) == 0:
            there = walk.nearest(number, left, int(whole[number]))
        if len(there):
            one = there[np.argmin(known.truth[there])]
            left[one], more[one] = False, True
    return more


class _Walk:
    """Goes from a number to those that have a relation with it, and on from these."""

    def __init__(self, known: Knowledge) -> None:
        self.known = known
        self.seen = np.full(len(known.truth), -1)  # on the way from which number, the last time
        self.barren = np.zeros(len(known.truth), np.bool_)  # nothing is left, near or far

    def nearest(self, number: int, left: Mask, past: int) -> Ints:
        """Those in `left` that are nearest; `past`: a number that is not looked at, or -1."""
        if self.barren[number]:
            return np.array([], np.int64)
        ring = np.array([number])
        self.seen[[number] if past < 0 else [number, past]] = number
        while len(ring):
            around = self.known.by_row.touched(self.known.by_column.touched(ring))
            ring = around[self.seen[around] != number]
            self.seen[ring] = number
            if left[ring].any():
                return ring[left[ring]]
        if past < 0:
            self.barren |= self.seen == number
        return ring


def _beside_rest(known: Knowledge, number: int, left: Mask, whole: int) -> Ints:
    """The parts, or those in the relation that bounds a part highest from below. Where a part may
    be smaller the rest may be larger."""
    parts = np.setdiff1d(known.by_row.touched(known.by_column.touched(np.array([number]))),
                         [number, whole])  # fmt: skip
    if left[parts].any():
        return parts[left[parts]]
    at, _ = known.by_column.entries(parts)
    rows = known.by_column.index[at]
    part = np.repeat(parts, np.diff(known.by_column.start)[parts])
    for row in rows[np.argsort(-_from_below(known, rows, part), kind="stable")].tolist():
        inside = known.by_row.touched(np.array([row]))
        inside = inside[left[inside] & (inside != whole)]
        if len(inside):
            return inside
    return np.array([], np.int64)


def _from_below(known: Knowledge, rows: Ints, part: Ints) -> Floats:
    """What a number is at least by each of its relations, and what is known of all others."""
    at, which = known.by_row.entries(rows)
    index, factor = known.by_row.index[at], known.by_row.factor[at]
    own = index == part[which]
    sign = np.zeros(len(rows))
    sign[which[own]] = factor[own]
    weight = -np.sign(sign)[which] * factor
    end = np.where(weight > 0, known.low[index], known.high[index])
    least = np.bincount(which[~own], (weight * end)[~own], minlength=len(rows)) / np.abs(sign)
    return np.where(known.equal[rows] | (sign < 0), least, -np.inf)
