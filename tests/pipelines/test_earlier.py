"""Contacts of earlier dates: joined by the linkage, accounted for, and absent without its key."""

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from a_store import DAY, a_hit, a_night, an_id

from weir.pipelines.attested import attested
from weir.pipelines.counting import CONTACTS
from weir.pipelines.earlier import earlier
from weir.pipelines.store import digest
from weir.schemas.columns import Zone
from weir.schemas.event import LINKAGE, TOUCH
from weir.schemas.manifests import DataFile, Manifest
from weir.transforms.encrypted import read_encrypted, write_encrypted
from weir.transforms.keys import create_keys
from weir.transforms.write import write_canonical


@pytest.fixture
def night(tmp_path):
    create_keys(tmp_path / "keys", "proof", "sampling", "signing", "linkage")
    hits = [a_hit(1, action="conversion"), a_hit(2), a_hit(3, action="conversion")]
    return a_night(tmp_path, hits)


def put_linkage(night, day, *numbers):
    """A day on which visitor n of `who` n was there; pseudonyms of each day are others."""
    rows = [
        {"site": "www", "visitor": pseudonym(day, n), "week": an_id(f"week {day:%V}", n),
         "month": an_id(f"month {day:%m}", n)}
        for n in numbers
    ]  # fmt: skip
    place = night.store.place("restricted/linkage") / f"{day}.parquet"
    place.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=LINKAGE)
    write_encrypted(table, str(place), night.keyring("linkage"), "linkage", "linkage")
    publish(night, "restricted/linkage", day, str(place.relative_to(night.store.root)))


def pseudonym(day, number):
    return an_id("visitor" if day == DAY else f"visitor of {day}", number)


def put_contacts(night, day, *numbers, kind="click"):
    rows = [
        {"site": "www", "visitor": pseudonym(day, n), "seen_at": n, "kind": kind,
         "campaign": f"of {day}", "medium": None}
        for n in numbers
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=TOUCH)
    written = write_canonical(table, TOUCH, night.store.place(CONTACTS), Zone.INTERNAL)
    return publish(night, CONTACTS, day, night.store.place(CONTACTS) / written.path.split("/")[-1])


def publish(night, dataset, day, path):
    path = str(path).removeprefix(f"{night.store.root}/")
    file = DataFile(path=path, rows=0, sha256="0" * 64)
    manifest = Manifest(dataset=dataset, date=day, files=(file,), policy=night.stamp)
    night.store.publish(manifest)
    return digest(manifest.text().encode())


def found(night, staging):
    before = earlier(night, attested(night), staging)
    rows = []
    if before.path:
        assert b"PAR1" not in Path(before.path).read_bytes()  # sealed: it joins two days
        rows = read_encrypted(before.path, before.keyring, "linkage").to_pylist()
    return sorted((row["visitor"], row["campaign"]) for row in rows), before


def test_who_converts_has_the_contacts_of_the_days_before(night, tmp_path):
    put_linkage(night, DAY, 1, 2, 3)
    used = {}
    for past in (1, 7, 8):
        day = DAY - timedelta(days=past)
        put_linkage(night, day, 1, 2)
        used[str(day)] = put_contacts(night, day, 1, 2)
    rows, before = found(night, tmp_path)
    assert rows == [(an_id("visitor", 1), "of 2008-04-15"), (an_id("visitor", 1), "of 2008-04-21")]
    del used["2008-04-14"]  # eight days before is out of the window
    assert before.facts == {"earlier": used}


def test_without_earlier_dates_there_is_nothing_and_nothing_is_read(night, tmp_path):
    assert found(night, tmp_path)[1].facts == {"earlier": {}}


def test_without_the_key_only_the_day_counts_and_the_manifest_says_why(night, tmp_path):
    day = DAY - timedelta(days=1)
    put_linkage(night, DAY, 1)
    put_linkage(night, day, 1)
    put_contacts(night, day, 1)
    (tmp_path / "keys" / "linkage.json").unlink()
    rows, before = found(night, tmp_path)
    assert rows == []
    assert before.facts == {"earlier": {}, "earlier_not_used": "no key of the linkage"}


def test_a_date_that_shares_no_week_and_no_month_is_not_used(tmp_path):
    create_keys(tmp_path / "keys", "proof", "sampling", "signing", "linkage")
    night = a_night(tmp_path, [a_hit(1, action="conversion")], day=date(2008, 5, 1))
    for day in (date(2008, 4, 27), date(2008, 4, 28)):
        put_linkage(night, day, 1)
        put_contacts(night, day, 1)
    assert set(found(night, tmp_path)[1].used) == {"2008-04-28"}
