"""What a part leaves of its whole, where that is of few: no table has it, but anybody subtracts.

Visits from a country less those from its known cities; visits less bounces; all mails less those
that came and those that came back. To the attacker it is a number like others that are left out:
the whole is its parts and the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.knowledge import Sparse
from weir.transforms.disclose.lattice import Floats, Ints
from weir.transforms.disclose.links import Column, Pairs


@dataclass(frozen=True)
class Rests:
    """Rests of few. whole: of each the number that is subtracted from; entry, part: the rest, and a
    number that is subtracted. truth, need: of each, as of other numbers."""

    whole: Ints
    entry: Ints
    part: Ints
    truth: Floats
    need: Floats

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.whole)


def rests(columns: Sequence[Column], same: Ints, parts: Pairs) -> Rests:
    """What parts leave of their wholes, if few stand behind it.

    same: of each number the first of those that are the same. parts: pairs of numbers of which the
    first is a part of the second; a part of a part is one of the whole, too.
    """
    behind = _Behind(columns, same)
    part, whole = _chained(same[parts[0]], same[parts[1]], len(same))
    found = [_of_few(behind, whole, [part])]
    for column in columns:
        names = column.draft.form.sums.get(column.name, ())
        adds = [c for c in columns if c.draft is column.draft and c.name in names]
        if adds:
            cells = np.arange(column.draft.lines.cells)
            found.append(_of_few(behind, same[column.first + cells],
                                 [same[c.first + cells] for c in adds]))  # fmt: skip
    upto = np.cumsum([0, *(some.count for some in found)])
    entry = [some.entry + before for some, before in zip(found, upto, strict=False)]
    return Rests(
        np.concatenate([some.whole for some in found]),
        np.concatenate(entry),
        np.concatenate([some.part for some in found]),
        np.concatenate([some.truth for some in found]),
        np.concatenate([some.need for some in found]),
    )


def _chained(part: Ints, whole: Ints, numbers: int) -> Pairs:
    """These pairs, each once, and those that follow."""
    known = np.unique(part * numbers + whole)
    while True:
        part, whole = known // numbers, known % numbers
        of = Sparse.of(numbers, part, whole, np.ones(len(part)))
        at, which = of.entries(whole)
        more = np.union1d(known, part[which] * numbers + of.index[at])
        if len(more) == len(known):
            return part, whole
        known = more


class _Behind:
    """Who stands behind numbers. Of people each counts once."""

    def __init__(self, columns: Sequence[Column], same: Ints) -> None:
        drafts = [(column.draft, column.name) for column in columns]
        self.truth = np.concatenate([draft.truth(name) for draft, name in drafts])
        self.units = np.concatenate([draft.behind(name) for draft, name in drafts])
        self.largest = np.concatenate([_largest(draft, name) for draft, name in drafts])
        people = [np.full(draft.lines.cells, draft.people(name)) for draft, name in drafts]
        self.people = np.concatenate(people)
        floors = [np.full(draft.lines.cells, draft.floor(name)) for draft, name in drafts]
        self.asked = np.zeros(len(same), np.int64)
        np.maximum.at(self.asked, same, np.concatenate(floors))


def _largest(draft: Draft, name: str) -> Ints:
    if draft.people(name):
        return np.ones(draft.lines.cells, np.int64)
    return np.asarray(draft.margins[f"largest:{name}"].to_numpy())


def _of_few(behind: _Behind, whole: Ints, parts: Sequence[Ints]) -> Rests:
    """How many stand behind a rest is not counted: at least those behind the whole and no part, and
    so many as it takes if each has as much of the rest as one has of the whole at most. Parts that
    count people more than once leave no number of people."""
    left, apart = behind.truth[whole], behind.units[whole]
    asked, largest = behind.asked[whole], np.maximum(behind.largest[whole], 1)
    counted = np.ones(len(whole), np.bool_)
    for part in parts:
        left, apart = left - behind.truth[part], apart - behind.units[part]
        asked = np.maximum(asked, behind.asked[part])
        counted &= ~behind.people[whole] | (behind.truth[part] == behind.units[part])
    units = np.maximum(apart, -(-left // largest))
    few = np.flatnonzero(counted & (left > 0) & (units < asked))
    return Rests(
        whole=whole[few],
        entry=np.tile(np.arange(len(few)), len(parts)),
        part=np.concatenate([part[few] for part in parts]),
        truth=left[few].astype(np.float64),
        need=np.maximum(np.minimum(largest, left), asked)[few].astype(np.float64),
    )
