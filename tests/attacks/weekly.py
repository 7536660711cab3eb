"""A week of which a few days have editions, and the edition of its visitors."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.pipelines.a_store import ADS, a_night
from weir.pipelines.disclose import disclose
from weir.pipelines.night import Night
from weir.pipelines.period import disclose_period
from weir.schemas.event import LINKAGE
from weir.schemas.manifests import DataFile, Manifest
from weir.schemas.period import Longer, PeriodEdition
from weir.transforms.encrypted import write_encrypted
from weir.transforms.keys import create_keys

Hits = list[dict[str, Any]]
MONDAY = date(2008, 4, 21)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
TODAY = date(2008, 5, 1)
WEEKLY = ADS.model_copy(update={"name": "weekly", "grain": "week", "tables": ("traffic",)})


def a_day(base: Path, day: date, came: Hits) -> Night:
    """A night with an edition, of visitors who are the same people on each day."""
    if not (base / "keys").exists():
        create_keys(base / "keys", "proof", "sampling", "signing", "linkage")
    night = a_night(base, came, day=day)
    put_linkage(night, {hit["visitor"] for hit in came})
    disclose(night)
    return night


def put_linkage(night: Night, who: set[bytes]) -> None:
    """Publish what joins these visitors over days: they are the same on each."""
    ids = pa.array(sorted(who), pa.binary(16))
    rows = pa.table([pa.repeat("www", len(ids)), ids, ids, ids], schema=LINKAGE)
    place = night.store.place("restricted/linkage") / f"{night.day}.parquet"
    written = write_encrypted(rows, place, night.keyring("linkage"), "linkage")
    file = DataFile(
        path=str(place.relative_to(night.store.root)), rows=written.rows, sha256=written.sha256
    )
    night.store.publish(
        Manifest(dataset="restricted/linkage", date=night.day, files=(file,), policy=night.stamp)
    )


def counted(night: Night, grain: Longer = "week", **settings: Any) -> PeriodEdition:
    """The edition of the week, though it lacks days."""
    settings = {"accept_incomplete": True} | settings
    return disclose_period(night, grain, TODAY, **settings).edition


def rows_of(night: Night) -> list[dict[str, Any]]:
    """Its rows."""
    (entry,) = counted(night).tables
    return pq.read_table(night.store.root / entry.path).to_pylist()
