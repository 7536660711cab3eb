"""Which published number goes beside one that an attacker opens."""

import numpy as np

from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.lattice import Floats, Ints, Mask

_NONE = np.array([], np.int64)


def beside(known: Knowledge, found: Ints, shown: Mask, whole: Ints) -> Mask:
    """For each of `found` one number in `shown`, none for two: the smallest of the nearest ones.

    whole: of each number that is a rest, what it is the rest of; of others -1. Many have that in
    common, so beside a rest its part goes, or what tells most of the part, and no other whole.
    """
    left, more, walk = shown.copy(), np.zeros(len(shown), np.bool_), _Walk(known)
    common = np.zeros(len(shown), np.bool_)
    common[whole[whole >= 0]] = True
    for number in found.tolist():
        is_rest = whole[number] >= 0
        parts = _parts(known, number, int(whole[number])) if is_rest else _NONE
        if more[parts].any():
            continue  # that may do
        there = _beside_parts(known, parts, left)
        if len(there) == 0:
            past = whole[[number]] if is_rest else _NONE
            there = walk.nearest(number, left & ~common if is_rest else left, past)
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

    def nearest(self, number: int, left: Mask, past: Ints) -> Ints:
        """Those in `left` that are nearest; `past`: numbers that are not looked at."""
        if self.barren[number]:
            return _NONE
        ring = np.array([number])
        self.seen[number] = self.seen[past] = number
        while len(ring):
            around = self.known.by_row.touched(self.known.by_column.touched(ring))
            ring = around[self.seen[around] != number]
            self.seen[ring] = number
            if left[ring].any():
                return np.asarray(ring[left[ring]])
        if len(past) == 0:
            self.barren |= self.seen == number
        return ring


def _parts(known: Knowledge, rest: int, whole: int) -> Ints:
    around = known.by_row.touched(known.by_column.touched(np.array([rest])))
    return np.setdiff1d(around, [rest, whole])


def _beside_parts(known: Knowledge, parts: Ints, left: Mask) -> Ints:
    """The parts, or those in the relation that bounds one highest from below. Where a part may be
    smaller the rest may be larger."""
    if left[parts].any():
        return np.asarray(parts[left[parts]])
    at, _ = known.by_column.entries(parts)
    rows = known.by_column.index[at]
    part = np.repeat(parts, np.diff(known.by_column.start)[parts])
    least = _from_below(known, rows, part)
    highest = np.argsort(-least, kind="stable")
    for row in rows[highest[least[highest] > 0]].tolist():
        inside = known.by_row.touched(np.array([row]))
        if left[inside].any():
            return np.asarray(inside[left[inside]])
    return _NONE


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
