"""The cells of a table: every combination of its dimensions' values, whoever is in it.

Which cells there are must tell nothing, so it follows from lists and from names that passed a
noisy threshold, never from what was counted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.tables import NONE, OTHER, TableSpec
from weir.transforms.disclose.lattice import Ints
from weir.transforms.disclose.margins import breakdown

MOST_CELLS = 100_000
"""A margin of more is not measured: nearly all of it would be noise about nobody."""


@dataclass(frozen=True)
class Grid:
    """Dimensions and the values of each, in order."""

    dimensions: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    folded: bool = False  # values that may not be named are counted as `(other)`

    @property
    def full(self) -> int:
        """The mask of the finest margin."""
        return (1 << len(self.dimensions)) - 1

    @property
    def masks(self) -> list[int]:
        """The margins that are measured: bit i is set where dimension i is broken out."""
        return [mask for mask in range(self.full + 1) if self.cells(mask) <= MOST_CELLS]

    @property
    def too_large(self) -> list[str]:
        """The margins that are not, by what they are broken out by."""
        gone = set(range(self.full + 1)) - set(self.masks)
        return [breakdown(mask, self.dimensions) for mask in sorted(gone)]

    def shape(self, mask: int) -> tuple[int, ...]:
        """Sizes of a margin; 1 where a dimension is not broken out."""
        return tuple(len(v) if mask >> i & 1 else 1 for i, v in enumerate(self.values))

    def cells(self, mask: int) -> int:
        """How many cells a margin has."""
        return prod(self.shape(mask))

    def counted(self, margins: pa.Table, mask: int, name: str) -> Ints:
        """A column of one site's margins (schema `Shape.schema`) in each cell of a margin, in the
        order of the values; 0 where nobody was. What no list names is left out."""
        mine = margins.filter(pc.equal(margins["mask"], mask))
        at = np.zeros(mine.num_rows, np.int64)
        known = np.ones(mine.num_rows, np.bool_)
        for place, (dimension, values) in enumerate(zip(self.dimensions, self.values, strict=True)):
            if mask >> place & 1:
                code = _codes(mine[dimension], values)
                known &= code >= 0
                at = at * len(values) + code
        counts = np.zeros(self.cells(mask), np.int64)
        np.add.at(counts, at[known], mine[name].to_numpy()[known])
        return counts

    def labels(self, mask: int) -> dict[str, pa.Array]:
        """The dimensions' values in each cell of a margin; null where not broken out."""
        count, shape = self.cells(mask), self.shape(mask)
        places = np.unravel_index(np.arange(count), shape) if shape else ()
        return {
            dimension: pa.array(values, pa.string()).take(pa.array(places[i]))
            if mask >> i & 1
            else pa.nulls(count, pa.string())
            for i, (dimension, values) in enumerate(zip(self.dimensions, self.values, strict=True))
        }


def _codes(column: pa.ChunkedArray, values: Sequence[str]) -> Ints:
    found = pc.index_in(column, value_set=pa.array(values, pa.string()))
    return np.asarray(pc.fill_null(found, -1).to_numpy(), np.int64)


def grid(spec: TableSpec, named: Mapping[str, Sequence[str]]) -> Grid:
    """The cells of a table. named: for each dimension without a list, the values that may be
    named; `(none)` and `(other)` stand beside them always."""
    return Grid(
        tuple(spec.dimensions),
        tuple(
            tuple(sorted({*named.get(name, ()), NONE, OTHER}))
            if name in spec.unlisted
            else dimension.values
            for name, dimension in spec.dimensions.items()
        ),
        folded=bool(spec.unlisted),
    )
