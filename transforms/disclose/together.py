"""A site's tables as one edition: what is left out of one is not to be had from another.

What two tables count alike goes from both. Then the attacker looks at all of it; beside what he
opens more is left out, and he looks again. A table that is still open after that is withheld whole.
"""

from collections.abc import Callable, Sequence

import numpy as np

from weir.transforms.disclose.attack import opened
from weir.transforms.disclose.beside import beside
from weir.transforms.disclose.causes import Cause
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.lattice import Floats, Ints, Mask
from weir.transforms.disclose.relations import Group, groups

REPAIRS = 20
"""So often more is left out, before a table is withheld whole."""


def settle(drafts: Sequence[Draft], done: Callable[[int], None] | None = None) -> None:
    """Leave out of some drafts of one site, with the date of one edition, what another opens.

    done: is told how many numbers were settled, each time some are.
    """
    drafts = [draft for draft in drafts if not _refused(draft)]
    for group in groups(drafts):
        for draft in _settle_group(group):
            draft.refused = True
        if done:
            done(group.cells)
    for draft in drafts:
        _refused(draft)


def opened_by_both(before: Sequence[Draft], after: Sequence[Draft]) -> tuple[str, ...]:
    """The tables of which somebody who has two settled editions of a site and date opens a number
    that one of them leaves out. He knows more than anybody can: which numbers are as they were."""
    first, later = ([d for d in drafts if not d.refused] for drafts in (before, after))
    found: set[str] = set()
    for group in groups(first, later):
        need, asked = _asked(group)
        numbers = opened(group.knowledge(), need, asked)
        found |= {column.draft.form.table for column in group.holders(numbers)}
    return tuple(sorted(found))


def _refused(draft: Draft) -> bool:
    if draft.refused:
        draft.refuse()
    return draft.refused


def _settle_group(group: Group) -> list[Draft]:
    """The drafts that could not be made safe."""
    need, asked = _asked(group)
    waiting = asked
    for _ in range(REPAIRS):
        _spread(group)
        known = group.knowledge()
        found = _bare(group, known, need)
        if len(found) == 0:
            found = opened(known, need, waiting)
            # What is safe stays safe when more is left out.
            waiting = waiting & (np.isin(np.arange(group.size), found) | ~known.free)
        if len(found) == 0 or not _repair(group, known, found):
            break
    return [column.draft for column in group.holders(found)]


def _bare(group: Group, known: Knowledge, need: Floats) -> Ints:
    """Rests that parts and whole tell by themselves, as many do at first: that takes no search."""
    rests = group.rests
    least, most = (
        np.bincount(rests.entry, end[rests.part], minlength=rests.count)
        for end in (known.low, known.high)
    )
    width = known.high[rests.whole] - least - np.maximum(known.low[rests.whole] - most, 0.0)
    return group.cells + np.flatnonzero(width < need[group.cells :])


def _asked(group: Group) -> tuple[Floats, Mask]:
    """How far each number must be able to move, and of which numbers it is asked."""
    need = np.zeros(group.size)
    np.maximum.at(need, group.one, group.gather("need"))
    asked = np.zeros(group.size, np.bool_)
    np.logical_or.at(asked, group.one, group.gather("sensitive") > 0)
    return need, asked


def _spread(group: Group) -> None:
    """What is left out in one table is left out in the others that count the same."""
    first, second = group.links
    grew = len(first) > 0
    while grew:
        nulls = group.gather("nulls") > 0
        either = nulls[first] | nulls[second]
        np.logical_or.at(nulls, first, either)  # a number may be in many pairs
        np.logical_or.at(nulls, second, either)
        grew = _withhold(group, nulls, Cause.SHARED)


def _withhold(group: Group, numbers: Mask, cause: Cause) -> bool:
    grew = [c.draft.withhold(c.name, numbers[c.cells], cause) for c in group.columns]  # every one
    return any(grew)


def _repair(group: Group, known: Knowledge, found: Ints) -> bool:
    """Leave out a published number beside each opened one; whether there was any."""
    shown = (group.gather("nulls") == 0) & (group.gather("truth") > 0)
    whole = np.full(group.size, -1)
    whole[group.cells :] = group.rests.whole
    return _withhold(group, beside(known, found, shown, whole), Cause.ATTACKER)
