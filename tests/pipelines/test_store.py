"""The store: a reader sees the old night or the new one; one run of a date at a time."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from weir.pipelines.replaced import sweep
from weir.pipelines.store import Store, replace_file
from weir.schemas.errors import BusyError, ConfigError, UsageError, WeirError
from weir.schemas.manifests import DataFile, Manifest, PolicyStamp

DAY = date(2008, 4, 22)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "store"), create=True)


def a_file(store: Store, name: str, dataset: str = "events") -> DataFile:
    staged = store.staging("test", DAY) / name
    staged.write_bytes(b"rows")
    return DataFile(path=store.adopt(staged, dataset), rows=1, sha256="")


def a_manifest(*files: DataFile, dataset: str = "events") -> Manifest:
    policy = PolicyStamp(name="strict", version="1", sha256="")
    return Manifest(dataset=dataset, date=DAY, files=files, policy=policy)


def test_nothing_is_published_at_first(store: Store) -> None:
    assert store.manifest("events", DAY) is None
    with pytest.raises(UsageError, match="weir ingest"):
        store.require("events", DAY, "`weir ingest` makes them")


def test_what_is_published_is_read_back(store: Store) -> None:
    manifest = a_manifest(a_file(store, "a.parquet"))
    store.publish(manifest)
    assert store.manifest("events", DAY) == manifest


def test_a_manifest_of_a_missing_file_is_refused(store: Store) -> None:
    gone = DataFile(path="internal/events/gone.parquet", rows=1, sha256="")
    with pytest.raises(WeirError, match="gone before it was published"):
        store.publish(a_manifest(gone))
    assert store.manifest("events", DAY) is None


def test_a_crash_while_a_manifest_is_written_leaves_the_old_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = a_manifest(a_file(store, "a.parquet"))
    store.publish(old)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store.publish(a_manifest(a_file(store, "b.parquet")))
    assert store.manifest("events", DAY) == old


def test_only_what_no_manifest_names_is_swept_and_only_after_the_grace(store: Store) -> None:
    named, orphan = a_file(store, "a.parquet"), a_file(store, "b.parquet")
    store.publish(a_manifest(named))
    assert store.sweep("events") == 0
    assert store.sweep("events", grace_seconds=-1) == 1
    assert (store.root / named.path).exists()
    assert not (store.root / orphan.path).exists()


def test_nothing_is_swept_while_another_run_adopts_and_publishes(store: Store) -> None:
    """It is old and unnamed for a moment: a file of equal rows that lay there already."""
    old = a_file(store, "a.parquet")
    os.utime(store.root / old.path, (0, 0))
    with ThreadPoolExecutor(1) as other:
        with store.publishing():
            swept = other.submit(sweep, store)
            with pytest.raises(TimeoutError):
                swept.result(0.05)
            store.publish(a_manifest(old))
        assert swept.result(10) == 0
    assert (store.root / old.path).exists()


def test_two_runs_of_one_date_exclude_each_other(store: Store) -> None:
    with (
        store.lock(DAY),
        pytest.raises(BusyError, match="2008-04-22: another run"),
        store.lock(DAY),
    ):
        pass


def test_runs_of_two_dates_do_not_meet(store: Store) -> None:
    with store.lock(DAY), store.lock(date(2008, 4, 23)):
        pass


def test_the_lock_is_free_again_afterwards(store: Store) -> None:
    with store.lock(DAY):
        pass
    with store.lock(DAY):
        pass


def test_staging_starts_empty_even_after_a_run_that_died(store: Store) -> None:
    (store.staging("ingest", DAY) / "left-over").write_text("x")
    assert list(store.staging("ingest", DAY).iterdir()) == []


def test_what_a_run_of_another_date_left_staged_goes_unless_it_is_under_way(store):
    other = date(2008, 4, 23)
    left = store.staging("ingest", other) / "left-over"
    left.write_text("x")
    with store.lock(other):
        store.staging("ingest", DAY)
        assert left.exists()
    store.staging("ingest", DAY)
    assert not left.parent.exists()


def test_restricted_datasets_lie_in_the_restricted_zone(store: Store) -> None:
    assert store.place("restricted/vault") == store.root / "restricted" / "vault"
    assert store.place("tables/pages") == store.root / "internal" / "tables" / "pages"


def test_an_object_store_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="gs stores are not supported yet"):
        Store.open("gs://bucket/store", create=True)


def test_a_small_file_is_replaced_whole(tmp_path: Path) -> None:
    replace_file(tmp_path / "f", b"one")
    replace_file(tmp_path / "f", b"two")
    assert [p.name for p in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_bytes() == b"two"


def test_a_place_where_no_store_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "store", Path("/proc/nostore")):
        with pytest.raises(UsageError, match=f"{place}: no directory, and none can be made there"):
            Store.open(str(place), create=True)


def test_a_site_in_place_of_its_store_is_told_where_that_lies(store: Store) -> None:
    with pytest.raises(UsageError, match=f"no store here yet; .*; {store.root} is one"):
        Store.open(str(store.root.parent))
