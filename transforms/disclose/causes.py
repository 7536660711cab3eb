"""Why a row or a number is not published: noted when it is left out, and the first cause counts.

How much each rule took tells more than an edition may, so it is for the store's own people and goes
into no edition and no release.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from weir.transforms.disclose.lattice import Mask


class Cause(IntEnum):
    """What took a row or a number; 0 is nothing."""

    ROW = 1  # of a number: its row is not there
    SMALL = 2  # of a row: fewer than k units
    NOBODY = 3  # nobody stands behind the number; as good as left out
    FEW = 4  # too few do
    DOMINANCE = 5  # one unit holds too much of it
    BESIDE = 6  # it goes with others, which it would tell
    SHARED = 7  # another table counts the same and leaves it out
    ATTACKER = 8  # it stands beside what an attacker could have derived
    WHOLE = 9  # its table is withheld whole


@dataclass(frozen=True)
class Causes:
    """Of each cell the cause that took it, or 0."""

    codes: npt.NDArray[np.uint8]

    @classmethod
    def none(cls, cells: int) -> "Causes":
        """Nothing is left out yet."""
        return cls(np.zeros(cells, np.uint8))

    def note(self, gone: Mask, cause: Cause) -> None:
        """These are not there; those that went before keep their cause."""
        self.codes[gone & (self.codes == 0)] = cause

    def counts(self, among: Mask) -> Mapping[str, int]:
        """How many went by each cause, by its name in lower case, in the order of causes."""
        found = np.bincount(self.codes[among], minlength=len(Cause) + 1)
        return {c.name.lower(): int(found[c]) for c in Cause if found[c]}
