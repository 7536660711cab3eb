"""The budget of noisy tables: charged before noise is drawn, and what was drawn is kept.

    charge (ledger) -> draw -> keep (store) -> say so (ledger) -> publish

Whoever appends the charge draws; anybody else finds what was kept, or refuses. So noise for a
site's table and date is drawn once, however many runs there are and wherever one is stopped: a
second draw would be a second look at the same people.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from weir.pipelines.ledger import Entry, Ledger
from weir.pipelines.store import Store, digest_of_file
from weir.schemas.columns import Zone
from weir.schemas.errors import UsageError, WallError
from weir.schemas.tables import Unit
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.shares import MONTHLY
from weir.transforms.write import write_canonical

KEPT = "internal/noise"

Step = Literal["names", "numbers"]
STEPS: tuple[Step, ...] = ("names", "numbers")

Losses = Mapping[Unit, Loss]
"""By kind of unit."""


@dataclass(frozen=True)
class Drawing:
    """What is drawn at once: the names that a table may tell on a site and date, or its numbers."""

    site: str
    table: str
    day: date
    step: Step

    @property
    def subject(self) -> str:
        """What the ledger calls it; unique."""
        return f"{self.day} {self.site} {self.table} {self.step}"


@dataclass(frozen=True)
class Till:
    """Where noise is paid for and kept. budgets: what a unit has, for its day or month, by kind."""

    ledger: Ledger
    store: Store
    budgets: Losses

    def once(self, drawing: Drawing, losses: Losses, draw: Callable[[], pa.Table]) -> pa.Table:
        """What was drawn: now, if nobody did before, at most once for ever.

        draw: at no more than `losses`; a table of columns of class nii. Raises UsageError if the
        budget does not reach, or if it was charged and what was drawn is not there; WallError if
        what was kept is not as it was.
        """
        facts = {"site": drawing.site, "table": drawing.table, "date": drawing.day.isoformat()}
        told = {unit: asdict(loss) for unit, loss in losses.items()}
        if self.ledger.record_first(
            "budget", drawing.subject, f"{drawing.day:%Y-%m}-",
            lambda there: self._refuse(there, drawing, losses),
            **facts, step=drawing.step, losses=told,
        ):  # fmt: skip
            drawn = draw()
            place = self.store.root / KEPT / drawing.day.isoformat()
            kept = write_canonical(drawn, drawn.schema, place, Zone.INTERNAL)
            path = str(Path(kept.path).relative_to(self.store.root))
            self.ledger.record("noise", drawing.subject, **facts, path=path, sha256=kept.sha256)
        return self._kept(drawing)

    def charged(self, drawing: Drawing) -> bool:
        """Whether it was paid for."""
        return bool(self.ledger.find("budget", drawing.subject))

    def lost(self, drawing: Drawing) -> bool:
        """Whether it was charged and nothing was kept: its run was stopped, or is drawing now."""
        return self.charged(drawing) and not self.ledger.find("noise", drawing.subject)

    def unpaid(self, drawings: Mapping[Drawing, Losses]) -> dict[Drawing, Losses]:
        """Those that nobody paid for yet. Nothing is charged; raises UsageError if the budget does
        not reach, as `once` would of each in turn."""
        fresh = {one: losses for one, losses in drawings.items() if not self.charged(one)}
        before = [_Charge.of(entry) for entry in self.ledger.entries("budget")]
        for drawing, losses in fresh.items():
            self._demand(before, drawing, losses)
            before.append(_Charge(drawing.site, drawing.day.isoformat(), losses))
        return fresh

    def by_date(self, site: str, unit: Unit, month: str) -> dict[str, Loss]:
        """What was charged to a kind of unit in a month (`2008-04`), date by date."""
        found: dict[str, Loss] = {}
        for charge in map(_Charge.of, self.ledger.entries("budget")):
            mine = charge.site == site and charge.day.startswith(f"{month}-")
            if mine and unit in charge.losses:
                found[charge.day] = found.get(charge.day, Loss()) + charge.losses[unit]
        return found

    def _kept(self, drawing: Drawing) -> pa.Table:
        kept = self.ledger.find("noise", drawing.subject)
        if not kept:
            raise UsageError(told_lost(drawing))
        place = self.store.root / str(kept[0].facts["path"])
        if not place.is_file() or digest_of_file(place) != kept[0].facts["sha256"]:
            raise WallError(
                f"{place}: kept noise that is gone or changed; restore {KEPT} from a backup"
            )
        return pq.read_table(place)

    def _refuse(self, there: list[Entry], drawing: Drawing, losses: Losses) -> None:
        self._demand([_Charge.of(entry) for entry in there], drawing, losses)

    def _demand(self, there: "list[_Charge]", drawing: Drawing, losses: Losses) -> None:
        for unit, loss in losses.items():
            mine = (charge for charge in there if charge.of_the_same(unit, drawing))
            before = sum((charge.losses.get(unit, Loss()) for charge in mine), Loss())
            if not (before + loss).within(self.budgets.get(unit, Loss())):
                period = f"{drawing.day:%Y-%m}" if unit in MONTHLY else drawing.day.isoformat()
                raise UsageError(
                    f"{drawing.site} {drawing.table}: the budget of a {unit} for {period} does not "
                    "reach; it was charged under another budget or other weights before; give the "
                    f"policy of then, or wait for the next {'month' if unit in MONTHLY else 'day'}"
                )


@dataclass(frozen=True)
class _Charge:
    """What was charged, or is to be, on a site and date."""

    site: str
    day: str
    losses: Losses

    @classmethod
    def of(cls, entry: Entry) -> "_Charge":
        """As the ledger has it."""
        losses = {unit: Loss(**loss) for unit, loss in entry.facts["losses"].items()}
        return cls(entry.facts["site"], str(entry.facts["date"]), losses)

    def of_the_same(self, unit: Unit, drawing: Drawing) -> bool:
        """Whether it was charged to the same units: of the site, in their day or month."""
        length = len("YYYY-MM") if unit in MONTHLY else len("YYYY-MM-DD")
        return self.site == drawing.site and drawing.day.isoformat()[:length] == self.day[:length]


def told_lost(drawing: Drawing) -> str:
    """Why a drawing stays out, and what to do."""
    return (
        f"{drawing.site} {drawing.table}, {drawing.day}: its budget was charged and its "
        f"{drawing.step} were not kept, since a run was stopped in between; noise is never drawn "
        "twice"
    )
