"""Contacts of earlier dates, for the conversions of a night: read, joined, and accounted for."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.pipelines.attested import Attested
from weir.pipelines.counting import CONTACTS
from weir.pipelines.night import Night
from weir.pipelines.store import digest
from weir.schemas.errors import KeyMissingError
from weir.schemas.event import LINKAGE, TOUCH
from weir.schemas.manifests import Manifest
from weir.transforms.earlier import contacts_before, converting, shared_period
from weir.transforms.encrypted import read_encrypted, write_encrypted
from weir.transforms.keys import Keyring

_LINKAGE = "restricted/linkage"


@dataclass(frozen=True)
class Earlier:
    """An encrypted file of TOUCH, or none; what it was made of: date -> digest of its manifest."""

    path: str = ""
    keyring: Keyring | None = None  # that opens it
    used: dict[str, str] = field(default_factory=dict)
    note: str = ""  # why there is none, where that is not for want of dates

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest of `attribution` says of them."""
        return {"earlier": self.used} | ({"earlier_not_used": self.note} if self.note else {})


def earlier(night: Night, proved: Attested, staging: Path) -> Earlier:
    """Contacts of the dates before that the sites' windows hold, of those who convert on this one.

    Without the key of the linkage, or of dates that have no tables yet, there is nothing earlier:
    the manifest of `attribution` names the dates that were used. Raises WeirError for a damaged
    file.
    """
    dates = _dates(night)
    if not dates:
        return Earlier()
    try:
        keyring = night.keyring("linkage")
        today = linkage_of(night, keyring, night.day)
    except KeyMissingError:
        return Earlier(note="no key of the linkage")
    files = proved.event_files(night.store)
    visitors = converting([*files.rows, *files.moved_in])
    mine = today.filter(pc.is_in(today["visitor"], value_set=visitors))
    used, parts = {}, [TOUCH.empty_table()]
    for manifest in dates:
        try:
            parts.append(_contacts(night, keyring, mine, manifest))
        except KeyMissingError:  # its period was destroyed: nothing joins that date any more
            continue
        used[str(manifest.date)] = digest(manifest.text().encode())
    # It joins visitors of two days, as the linkage does: no more may lie in the open.
    path = staging / "earlier.parquet"
    write_encrypted(pa.concat_tables(parts), str(path), keyring, "linkage", "earlier")
    return Earlier(str(path), keyring, used)


def _dates(night: Night) -> list[Manifest]:
    """Contacts of the dates before that a window holds and that can be joined."""
    windows = [site.attribution for site in night.config.sites]
    longest = max(max(window.click_days, window.view_days) for window in windows)
    before = [night.day - timedelta(days=past) for past in range(1, longest + 1)]
    return [
        manifest
        for day in before
        if shared_period(day, night.day) and (manifest := night.store.manifest(CONTACTS, day))
    ]


def _contacts(night: Night, keyring: Keyring, mine: pa.Table, manifest: Manifest) -> pa.Table:
    if not mine.num_rows:
        return TOUCH.empty_table()
    linkage = linkage_of(night, keyring, manifest.date)
    parts = [pq.read_table(path) for path in night.store.paths(manifest.files)]
    contacts = pa.concat_tables([TOUCH.empty_table(), *(part.cast(TOUCH) for part in parts)])
    return contacts_before(mine, night.day, contacts, linkage, manifest.date, night.config.sites)


def linkage_of(night: Night, keyring: Keyring, day: date) -> pa.Table:
    """LINKAGE of a date, distinct rows. Raises KeyMissingError without its key, or once its period
    was destroyed."""
    manifest = night.store.manifest(_LINKAGE, day)
    files = manifest.files if manifest else ()
    parts = [read_encrypted(path, keyring, "linkage") for path in night.store.paths(files)]
    rows = pa.concat_tables([LINKAGE.empty_table(), *(part.cast(LINKAGE) for part in parts)])
    return rows.group_by(LINKAGE.names).aggregate([])
