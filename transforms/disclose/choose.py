"""Which cell goes with a small one: where it opens no further line, and costs few numbers.

Where somebody is in one cell of a line only, the cell and the sum are the same people and go
together: twins. Hiding a cell opens each line in which it is the first to be left out, so a cell
that stands beside others that are left out is the better choice than a smaller one elsewhere.
"""

from dataclasses import dataclass, field

import numpy as np

from weir.transforms.disclose.lattice import Ints, Lattice, Mask

_LOOKED_AT = 8
"""So many of the smallest cells of a line are compared: cost is counted in Python."""


@dataclass
class Choosing:
    """Cells that are left out, as they become more. `hidden` is changed in place."""

    lattice: Lattice
    size: Ints
    hidden: Mask
    gone: Ints = field(init=False)  # of each line: cells left out that somebody is in
    twin: Ints = field(init=False)  # of each cell: the first of its twins
    twins: dict[int, list[int]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        lines, live = self.lattice, self.size > 0
        self.gone = lines.sums(self.hidden & live).astype(np.int64)
        single = (lines.sums(live) == 1)[lines.line] & live[lines.child]
        child, parent = lines.child[single], lines.parent[lines.line[single]]
        self.twin = np.arange(lines.cells)
        while not np.array_equal(self.twin[child], self.twin[parent]):
            np.minimum.at(self.twin, parent, self.twin[child])
            np.minimum.at(self.twin, child, self.twin[parent])
        for cell in np.unique(np.concatenate([child, parent])).tolist():
            self.twins.setdefault(int(self.twin[cell]), []).append(cell)

    def hide(self, cell: int) -> None:
        """Leave out a cell and its twins."""
        for one in self._fresh(cell):
            self.hidden[one] = True
            if self.size[one] > 0:
                for line in self.lattice.lines_of[one]:
                    self.gone[line] += self.lattice.parent[line] != one

    def settle(self, line: int, protection: int) -> bool:
        """Hide cells of a line, or its sum, until it holds; whether that took any."""
        lattice, grew = self.lattice, False
        parent, children = int(lattice.parent[line]), lattice.children(line)
        live = children[self.size[children] > 0]
        shown = live[np.lexsort((live, self.size[live]))]
        while not self._holds(parent, live, protection):
            shown = shown[~self.hidden[shown]]
            options = shown[:_LOOKED_AT].tolist()
            if not self.hidden[parent] and (not options or self._has_a_sum(parent)):
                options.append(parent)
            if not options:
                break
            self.hide(min(options, key=self._cost))
            grew = True
        return grew

    def _holds(self, parent: int, live: Ints, protection: int) -> bool:
        out = live[self.hidden[live]]
        if self.hidden[parent] or len(out) == 0:
            return len(out) > 0 or not self.hidden[parent]
        enough = int(self.size[out].sum()) >= protection
        return len(out) >= 2 and (enough or len(out) == len(live))

    def _has_a_sum(self, cell: int) -> bool:
        """The total of all has none; it is the last to go."""
        return any(self.lattice.parent[line] != cell for line in self.lattice.lines_of[cell])

    def _fresh(self, cell: int) -> list[int]:
        twins = self.twins.get(int(self.twin[cell]), [cell])
        return [one for one in twins if not self.hidden[one]]

    def _cost(self, cell: int) -> tuple[int, int, int, int]:
        fresh = self._fresh(cell)
        lines = {line for one in fresh for line in self.lattice.lines_of[one]}
        opened = sum(self._opens(line, fresh) for line in lines)
        return opened, len(fresh), int(self.size[cell]), cell

    def _opens(self, line: int, fresh: list[int]) -> bool:
        """Whether a line in which nothing is left out has one unknown once these cells are."""
        parent = int(self.lattice.parent[line])
        if self.gone[line] or self.hidden[parent]:
            return False
        inside = sum(1 for one in fresh if one != parent and line in self.lattice.lines_of[one])
        return inside + (parent in fresh) == 1
