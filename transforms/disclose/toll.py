"""What disclosure control took of a site's table: by bounds, by crowds, by each rule.

Exact numbers, so they are for the store's own people: the terminal, the record of the run, the
internal page. No edition and no release has them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.disclose.edition import Draft

CELLS = ""
"""In CUT, the cells themselves."""


@dataclass(frozen=True)
class Lost:
    """What bounding cut of a measure, or of cells: how much there was and how much is counted."""

    units: int  # that lost some
    cut: int  # cells in which it was cut
    before: int
    after: int

    @property
    def share(self) -> float:
        """What was cut, as a part of all of it."""
        return (self.before - self.after) / self.before if self.before else 0.0

    def to_json(self) -> dict[str, Any]:
        """As numbers; the share to four digits after the point."""
        return {
            "units": self.units, "cut": self.cut, "before": self.before, "after": self.after,
            "share": round(self.share, 4),
        }  # fmt: skip


@dataclass(frozen=True)
class Bounding:
    """What bounding cost units of one kind. cells.units: all that lost anything, of `units`.
    measure: what counts them, where that is another unit than the table's own; else empty."""

    unit: str
    measure: str
    units: int
    cells: Lost
    measures: Mapping[str, Lost]

    def to_json(self) -> dict[str, Any]:
        """As numbers."""
        return {
            "unit": self.unit,
            "measure": self.measure,
            "units": self.units,
            "bounded": self.cells.units,
            "cells": self.cells.to_json(),
            "measures": {name: lost.to_json() for name, lost in self.measures.items()},
        }


@dataclass(frozen=True)
class Left:
    """A draft, settled: its cells and what became of them, by cause.

    finest: the rows broken out furthest; `units` are the units in them, `told` those in published
    ones. deeper: rows broken out further than the rule lets cross, which were never drafted.
    """

    cells: int
    deeper: int
    suppressed: Mapping[str, int]  # rows
    withheld: Mapping[str, int]  # numbers of rows that are there
    finest: int
    finest_told: int
    units: int
    units_told: int

    def to_json(self) -> dict[str, Any]:
        """As numbers; shares of the finest rows and of the units in them."""
        return {
            "cells": self.cells,
            "deeper": self.deeper,
            "suppressed_by": dict(self.suppressed),
            "withheld_by": dict(self.withheld),
            "finest": self.finest,
            "finest_published": self.finest_told,
            "units": self.units,
            "units_published": self.units_told,
        }


@dataclass(frozen=True)
class Toll:
    """Of one site's table. unnamed: dimension -> why -> open values that are in `(other)`; left:
    None in mode dp, where nothing is left out."""

    site: str
    table: str
    bounds: tuple[Bounding, ...]
    unnamed: Mapping[str, Mapping[str, int]]
    left: Left | None = None

    def to_json(self) -> dict[str, Any]:
        """The answer for a machine of the store's own people."""
        told: dict[str, Any] = {"bounds": [one.to_json() for one in self.bounds]}
        if self.left:
            unnamed = {name: dict(counts) for name, counts in self.unnamed.items()}
            told |= {"unnamed": unnamed, **self.left.to_json()}
        return told


def left_of(draft: Draft) -> Left:
    """What became of a draft that is settled."""
    everything = np.ones(draft.lines.cells, np.bool_)
    shown = ~draft.hidden
    crossed = np.bitwise_count(draft.margins["mask"].to_numpy())
    finest = crossed == crossed.max(initial=0)
    return Left(
        cells=draft.lines.cells,
        deeper=draft.deeper,
        suppressed=draft.why_row.counts(everything),
        withheld=_added(why.counts(shown) for why in draft.why.values()),
        finest=int(finest.sum()),
        finest_told=int((finest & shown).sum()),
        units=int(draft.units[finest].sum()),
        units_told=int(draft.units[finest & shown].sum()),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in counts:
        for cause, count in one.items():
            found[cause] = found.get(cause, 0) + count
    return found


def bounding_of(unit: str, units: int, cut: pa.Table, site: str, measure: str = "") -> Bounding:
    """One site's part of `cut` (schema CUT). units: how many there are."""
    rows = cut.filter(pc.equal(cut["site"], site)).to_pylist()
    lost = {r["measure"]: Lost(r["units"], r["cut"], r["before"], r["after"]) for r in rows}
    return Bounding(unit, measure, units, lost.pop(CELLS, Lost(0, 0, 0, 0)), lost)
