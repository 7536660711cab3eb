"""The catalogue: what a DuckDB client finds when it opens the store."""

from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.transforms.hits import a_hit, a_person, at, events, people, pseudonym

from weir.pipelines.catalog import build_catalog
from weir.pipelines.store import Store
from weir.schemas.errors import WeirError
from weir.schemas.event import EVENT
from weir.schemas.manifests import DataFile, Manifest, PolicyStamp
from weir.schemas.tables import read_tables, table
from weir.transforms.events import MOVED_KEYS

DAY = date(2008, 4, 22)


@pytest.fixture
def store(tmp_path):
    return Store.open(str(tmp_path / "it's a store"), create=True)


def publish(store, dataset, rows, day=DAY, **others):
    """Publish rows (and files of other roles) of a dataset for a date."""
    files = []
    for role, data in {"rows": rows, **others}.items():
        path = f"internal/{dataset}/{day}-{role}.parquet"
        (store.root / path).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(data, store.root / path)
        files.append(DataFile(path=path, rows=data.num_rows, sha256="0" * 64, role=role))
    stamp = PolicyStamp(name="strict", version="1", sha256="0" * 64)
    store.publish(Manifest(dataset=dataset, date=day, files=tuple(files), policy=stamp))


def traffic(**values):
    spec = table("traffic")
    row = {"site": "www", "date": DAY} | dict.fromkeys(spec.measures, 0) | values
    return pa.Table.from_pylist([row], schema=spec.schema)


def opened(path):
    return duckdb.connect(str(path), read_only=True)


def test_an_empty_store_has_every_view_with_its_types_and_no_rows(store):
    with opened(build_catalog(store)) as con:
        for name, spec in read_tables().items():
            found = con.sql(f"SELECT * FROM {name}").to_arrow_table()
            assert (found.column_names, found.num_rows) == (spec.schema.names, 0)
            assert [f.type for f in found.schema] == [f.type for f in spec.schema]
        assert con.sql("SELECT * FROM events").columns == ["date", *EVENT.names]


def test_a_view_shows_all_dates_that_are_published(store):
    publish(store, "tables/traffic", traffic(visitors=3))
    later = date(2008, 4, 23)
    publish(store, "tables/traffic", traffic(visitors=4, date=later), later)
    with opened(build_catalog(store)) as con:
        found = con.execute("SELECT date, visitors FROM traffic ORDER BY date").fetchall()
    assert found == [(DAY, 3), (later, 4)]


def test_a_date_that_is_published_anew_replaces(store):
    publish(store, "tables/traffic", traffic(visitors=3))
    build_catalog(store)
    publish(store, "tables/traffic", traffic(visitors=5))
    with opened(build_catalog(store)) as con:
        assert con.execute("SELECT visitors FROM traffic").fetchall() == [(5,)]


def test_what_no_manifest_names_is_not_shown(store):
    publish(store, "tables/traffic", traffic(visitors=3))
    pq.write_table(traffic(visitors=9), store.root / "internal/tables/traffic/orphan.parquet")
    with opened(build_catalog(store)) as con:
        assert con.execute("SELECT visitors FROM traffic").fetchall() == [(3,)]


def test_events_are_shown_where_stitching_moved_them(store):
    stays = a_hit("12:00", visitor="net", basis="network")
    leaves = a_hit("13:00", visitor="net", basis="network")
    out = pa.Table.from_pylist(
        [{"site": "www", "visitor": pseudonym("net"), "seen_at": at("13:00")}], schema=MOVED_KEYS
    )
    publish(
        store, "events", events(stays, leaves),
        moved_out=out, moved_in=events(a_hit("13:00", visitor="ann")),
    )  # fmt: skip
    with opened(build_catalog(store)) as con:
        found = con.execute("SELECT date, basis FROM events ORDER BY seen_at").fetchall()
    assert found == [(DAY, "network"), (DAY, "cookie")]


def test_people_are_shown_with_their_date(store):
    publish(store, "people", people(a_person("u1")))
    with opened(build_catalog(store)) as con:
        assert con.execute("SELECT date, gender FROM people").fetchall() == [(DAY, "female")]


def test_views_and_columns_say_what_they_are(store):
    with opened(build_catalog(store)) as con:
        about = con.execute("SELECT comment FROM duckdb_views() WHERE view_name = 'pages'")
        assert about.fetchone() == (table("pages").about,)
        comments = dict(
            con.execute(
                "SELECT table_name || '.' || column_name, comment FROM duckdb_columns()"
            ).fetchall()
        )
    assert comments["traffic.bytes"].endswith("(bytes)")
    assert comments["events.visitor"].endswith("(pseudonym)")
    ours = [name for name in comments if name.split(".")[0] in read_tables()]
    assert all(comments[name] for name in ours)


def test_the_file_cannot_be_written_and_nothing_lies_beside_it(store):
    stale = store.root / "weir.duckdb.wal"
    stale.write_bytes(b"of a catalogue before")
    path = build_catalog(store)
    assert path.stat().st_mode & 0o777 == 0o444
    assert sorted(p.name for p in store.root.iterdir() if "duckdb" in p.name) == ["weir.duckdb"]


def test_older_clients_can_read_it(store):
    with opened(build_catalog(store)) as con:
        tags = con.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'weir'")
        assert tags.fetchone()[0]["storage_version"].startswith("v1.0.0")


def test_a_reader_keeps_the_catalogue_that_it_opened(store):
    publish(store, "tables/traffic", traffic(visitors=3))
    with opened(build_catalog(store)) as con:
        build_catalog(store)
        assert con.execute("SELECT visitors FROM traffic").fetchall() == [(3,)]


def test_a_data_file_that_is_gone_is_told_and_the_old_catalogue_stays(store):
    publish(store, "tables/traffic", traffic(visitors=3))
    old = build_catalog(store).stat().st_ino
    (store.root / f"internal/tables/traffic/{DAY}-rows.parquet").unlink()
    with pytest.raises(WeirError, match="run the date again"):
        build_catalog(store)
    assert (store.root / "weir.duckdb").stat().st_ino == old
    assert sorted(p.name for p in store.root.iterdir() if "duckdb" in p.name) == ["weir.duckdb"]


def test_a_column_that_an_earlier_version_did_not_write_is_null(store):
    rows = events(a_hit(path="/old"))
    publish(store, "events", rows.drop_columns(["search", "sequence"]))
    publish(store, "events", events(a_hit(path="/new", search="rain")), day=date(2008, 4, 23))
    build_catalog(store)
    with duckdb.connect(str(store.root / "weir.duckdb"), read_only=True) as con:
        found = con.sql("SELECT path, search, sequence FROM events ORDER BY date").fetchall()
    assert found == [("/old", None, None), ("/new", "rain", None)]
