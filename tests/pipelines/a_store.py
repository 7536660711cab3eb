"""A store with events of a date, for tests of disclose, share, verify: builders with defaults."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weir.pipelines import drafts as drafts_module
from weir.pipelines.attested import Attested, give
from weir.pipelines.night import Night
from weir.pipelines.store import Store, replace_file
from weir.schemas.columns import Zone
from weir.schemas.config import Config
from weir.schemas.event import EVENT, PERSON
from weir.schemas.manifests import DataFile, Manifest
from weir.schemas.policy import Policy
from weir.schemas.recipient import Recipient
from weir.schemas.tables import read_tables
from weir.transforms.buckets import bucket_of
from weir.transforms.encrypted import write_encrypted
from weir.transforms.keys import create_keys
from weir.transforms.proof import dictionary_of
from weir.transforms.write import write_canonical, write_events

DAY = date(2008, 4, 22)
ADS = Recipient(
    name="acme-ads",
    kind="advertiser",
    tables=("campaigns", "demographics", "pages", "technology", "traffic"),
)


@contextmanager
def few_tables(*names: str) -> Iterator[None]:
    """Editions of these tables alone: each takes time, and most tests look at one or two."""
    few = {name: read_tables()[name] for name in names}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drafts_module, "read_tables", lambda: few)
        yield


def an_id(kind: str, number: int) -> bytes:
    """16 bytes that look like a pseudonym; spread over buckets."""
    return hashlib.blake2b(f"{kind}{number}".encode(), digest_size=16).digest()


def a_hit(visitor: int = 0, **changes: Any) -> dict[str, Any]:
    """One page view; each visitor has a network of its own unless told otherwise."""
    hit = dict.fromkeys(EVENT.names) | {
        "site": "www",
        "seen_at": datetime(2008, 4, 22, 12, tzinfo=UTC) + timedelta(seconds=visitor % 3600),
        "visitor": an_id("visitor", visitor),
        "basis": "cookie",
        "netblock": an_id("net", changes.pop("net", visitor)),
        "channel": "log",
        "action": "page",
        "pageview": True,
        "sharable": True,
        "method": "GET",
        "path": "/books/one",
        "status": 200,
        "size_bytes": 1000,
        "referrer_kind": "none",
        "browser": "Firefox",
        "os": "Windows XP",
        "device": "desktop",
    }
    if isinstance(changes.get("user"), int):
        changes["user"] = an_id("user", changes["user"])
    return hit | changes


def visitors(count: int, start: int = 0, **changes: Any) -> list[dict[str, Any]]:
    """So many visitors with a page view each."""
    return [a_hit(number, **changes) for number in range(start, start + count)]


def a_config(base: Path) -> Config:
    return Config.model_validate(
        {
            "base": base,
            "sites": [{"name": "www", "host": "www.example.com", "public_paths": ["/books/*"]}],
            "sources": [{"name": "web", "kind": "log", "site": "www", "path": "in/a-{date}"}],
        }
    )


def a_policy(*recipients: Recipient, name: str = "strict") -> Policy:
    return Policy.read(name, Path()).model_copy(update={"recipients": recipients or (ADS,)})


def a_night(base: Path, hits: list[dict[str, Any]] | None = None, **changes: Any) -> Night:
    """A night whose events are there; new keys unless the place has some."""
    day = changes.pop("day", DAY)
    if not (base / "keys").exists():
        create_keys(base / "keys", "proof", "sampling", "signing")
    night = Night(
        changes.pop("config", a_config(base)),
        changes.pop("policy", a_policy()),
        a_small_store(base / "store"),
        day,
    )
    if hits is not None:
        put_events(night, hits, **changes)
    return night


def a_small_store(root: Path) -> Store:
    """A store with few buckets: it is the number of files and queries that takes time."""
    if not root.exists():
        root.mkdir(parents=True)
        replace_file(root / "store.json", b'{"version": 1, "buckets": 8}')
    return Store.open(str(root))


def put_events(
    night: Night,
    hits: list[dict[str, Any]],
    people: list[dict[str, Any]] | None = None,
    incomplete: tuple[str, ...] = (),
) -> None:
    """Publish events and people of the night's date, attested."""
    given = pa.Table.from_pylist(people or [], PERSON)
    put_tables(night, pa.Table.from_pylist(hits, EVENT), given, incomplete)


def put_tables(
    night: Night, events: pa.Table, people: pa.Table, incomplete: tuple[str, ...] = ()
) -> None:
    """The same of Tables (schemas EVENT, PERSON)."""
    home = bucket_of(events["visitor"].combine_chunks(), night.store.buckets)
    groups = [events.filter(pa.compute.equal(home, b)) for b in range(night.store.buckets)]
    root = night.store.root / "internal"
    for name, written in (
        ("events", write_events(groups, EVENT, root / "events")),
        ("people", write_canonical(people, PERSON, root / "people", Zone.INTERNAL)),
    ):
        path = str(Path(written.path).relative_to(night.store.root))
        night.store.publish(
            Manifest(
                dataset=name,
                date=night.day,
                files=(DataFile(path=path, rows=written.rows, sha256=written.sha256),),
                policy=night.stamp,
                incomplete=incomplete if name == "events" else (),
                buckets=night.store.buckets,
            )
        )
    put_dictionary(night)
    attest_events(night)


def put_dictionary(night: Night) -> None:
    """Publish a dictionary in which nobody is."""
    nobody = pa.table({"kind": pa.array([], pa.string()), "value": pa.array([], pa.string())})
    file = a_dictionary(night, nobody, str(night.day))
    night.store.publish(
        Manifest(dataset="restricted/proof", date=night.day, files=(file,), policy=night.stamp)
    )


def a_dictionary(night: Night, seen: pa.Table, name: str) -> DataFile:
    """Write the dictionary of Table(kind, value) where dictionaries lie; no manifest names it."""
    keyring = night.keyring("proof")
    dictionary = dictionary_of(seen, keyring.derive("proof", "dictionary"))
    place = night.store.place("restricted/proof") / f"{name}.parquet"
    written = write_encrypted(dictionary, place, keyring, "proof")
    path = str(place.relative_to(night.store.root))
    return DataFile(path=path, rows=written.rows, sha256=written.sha256)


def attest_events(night: Night) -> None:
    """The signed word of the proof for what is published."""
    names = ("events", "people", "restricted/proof")
    manifests = [night.store.manifest(name, night.day) for name in names]
    give(night, Attested(*filter(None, manifests)), identifiers=0, strings=0, detector="test")


def the_edition(night: Night, table: str, **where: Any) -> list[dict[str, Any]]:
    """Rows of a table's edition, those with the given values."""
    from weir.pipelines.editions import read_edition
    from weir.transforms.keys import public_key_path

    public = public_key_path(night.config.at(night.config.keys))
    edition = read_edition(night.store, night.day, public)
    assert edition is not None
    (entry,) = (t for t in edition.tables if t.table == table and t.site == "www")
    rows = pq.read_table(night.store.root / entry.path).to_pylist()
    return [row for row in rows if all(row[key] == value for key, value in where.items())]
