"""Somebody outside who gets releases: who that is, and what at most they may have."""

from datetime import date, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from weir.schemas.strict import Strict

RecipientKind = Literal[
    "advertiser", "commercial_partner", "licensee", "researcher",
    "affiliate", "contractor", "legal_process",
]  # fmt: skip
Grain = Literal["day", "week", "month"]
GRAINS: tuple[Grain, ...] = ("day", "week", "month")
"""The finest first."""

BY_NAME_ONLY: tuple[RecipientKind, ...] = ("contractor", "legal_process")
"""Kinds that get a release only when somebody asks for it."""
ENDS: tuple[RecipientKind, ...] = ("researcher", "contractor", "legal_process")
"""Kinds that get something for a purpose that ends: the policy has to say when."""


class Recipient(Strict):
    """Somebody outside, and what this somebody may get."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")
    kind: RecipientKind
    tables: tuple[str, ...]
    sites: tuple[str, ...] = ()  # empty: all
    dimensions: tuple[str, ...] | None = None  # None: all of a table
    customers: tuple[str, ...] = ()  # rows of other customers are left out; empty: all
    grain: Grain = "day"  # longer: sums of published days, of what adds up over days
    agreed: tuple[str, ...] = ()  # "name version" of policies; empty: the policy that names it
    reference: str = ""  # legal process: your file, where the order lies
    expires: date | None = None

    @model_validator(mode="after")
    def _says_what_its_kind_demands(self) -> Self:
        if self.kind in ENDS and self.expires is None:
            raise ValueError(f"a {self.kind} needs `expires`: what it gets is for a purpose")
        if self.kind == "legal_process" and not self.reference:
            raise ValueError("legal_process needs `reference`: the file where the order lies")
        return self


def period(day: date, grain: Grain) -> tuple[date, date]:
    """First and last date of the period that `day` lies in; weeks as ISO 8601 has them."""
    if grain == "day":
        return day, day
    if grain == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
