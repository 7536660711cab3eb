"""What a period edition says of itself: the visitors of a week or a month, counted once and signed.

An edition of its own, beside those of its days: it tells what no sum of days does.
"""

from datetime import date
from typing import Literal

import pyarrow as pa
from pydantic import Field

from weir.schemas.columns import NII, column
from weir.schemas.manifests import PolicyStamp, canonical_json
from weir.schemas.release import EditionTable, Untold
from weir.schemas.strict import Strict

Longer = Literal["week", "month"]
LONGER: tuple[Longer, ...] = ("week", "month")

TABLE = "period_visitors"
OF = "traffic"
"""The table whose total row has the days' visitors; a recipient of it gets those of its period."""
ROUNDING = 10
"""At least, whatever the rule of the days says."""
ABOUT = "How many came in the period, each counted once."

PERIOD = pa.schema(
    [
        column("site", pa.string(), NII, "name of the site", nullable=False),
        column("date", pa.date32(), NII, "first day of the period", nullable=False),
        column("by", pa.string(), NII, "total: of the whole site", nullable=False),
        column(
            "days", pa.int64(), NII,
            "days of the period on which visitors of the site were published; those are counted",
            unit="days", nullable=False,
        ),
        column(
            "visitors", pa.int64(), NII,
            "distinct browsers of people on these days: who came on several counts once",
            unit="visitors", nullable=False,
        ),
    ]
)  # fmt: skip


class DayNote(Strict):
    """A day that was counted, by the digest of its edition's signed manifest."""

    date: date
    sha256: str


class PeriodEdition(Strict):
    """The one form of a period's visitors that anybody outside will ever see."""

    format: Literal["weir-period-edition/1"] = "weir-period-edition/1"
    grain: Longer
    first: date
    last: date
    policy: PolicyStamp
    days: tuple[DayNote, ...]
    untold: tuple[Untold, ...] = Field((), exclude_if=lambda value: not value)
    missing: tuple[date, ...] = ()  # no edition, or its events are not those of then any more
    tables: tuple[EditionTable, ...]  # one of each site
    software: str = ""

    def text(self) -> str:
        """Canonical JSON, the bytes that are signed."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def named(self) -> str:
        """What the ledger calls it."""
        return f"{self.first} {self.grain}"
