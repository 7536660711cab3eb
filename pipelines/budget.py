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

    def lost(self, drawing: Drawing) -> bool:
        """Whether it was charged and nothing was kept: its run was stopped, or is drawing now."""
        charged = self.ledger.find("budget", drawing.subject)
        return bool(charged) and not self.ledger.find("noise", drawing.subject)

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
        for unit, loss in losses.items():
            before = sum((_charged(e, unit) for e in there if _same(e, unit, drawing)), Loss())
            if not (before + loss).within(self.budgets.get(unit, Loss())):
                period = f"{drawing.day:%Y-%m}" if unit in MONTHLY else drawing.day.isoformat()
                raise UsageError(
                    f"{drawing.site} {drawing.table}: the budget of a {unit} for {period} does not "
                    "reach; it was charged under another budget or other weights before; give the "
                    f"policy of then, or wait for the next {'month' if unit in MONTHLY else 'day'}"
                )


def _same(entry: Entry, unit: Unit, drawing: Drawing) -> bool:
    """Whether an entry was charged to the same units: of the site, in their day or month."""
    length = len("YYYY-MM") if unit in MONTHLY else len("YYYY-MM-DD")
    mine = drawing.day.isoformat()[:length]
    return entry.facts["site"] == drawing.site and str(entry.facts["date"])[:length] == mine


def _charged(entry: Entry, unit: Unit) -> Loss:
    return Loss(**entry.facts["losses"].get(unit, {}))


def told_lost(drawing: Drawing) -> str:
    """Why a drawing stays out, and what to do."""
    return (
        f"{drawing.site} {drawing.table}, {drawing.day}: its budget was charged and its "
        f"{drawing.step} were not kept, since a run was stopped in between; noise is never drawn "
        "twice"
    )
