"""One writer: the same rows are the same bytes."""

import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.io.localfilesystem import LocalFileSystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weir.schemas.columns import NII, PII, PSEUDONYM, Zone, column, data_class
from weir.schemas.errors import WallError, WeirError
from weir.schemas.event import EVENT
from weir.transforms import write as module
from weir.transforms.write import (
    canonical,
    read_bucket,
    write_canonical,
    write_events,
)

PAGES = pa.schema(
    [
        column("site", pa.string(), NII, "name of the site", nullable=False),
        column("path", pa.string(), NII, "page"),
        column("visitors", pa.int64(), NII, "distinct in the day", unit="visitors"),
        column("share", pa.float64(), NII, "of all"),
    ]
)


def pages(rows: list[tuple[str, str | None, int | None, float | None]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [[], [], [], []]
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, PAGES, strict=True)]
    return pa.Table.from_arrays(arrays, schema=PAGES)


A_TABLE = [("www", f"/{n % 7}", n % 5, n / 3) for n in range(50)] + [("www", None, None, None)]


def test_order_and_chunking_of_the_input_do_not_matter(tmp_path):
    table = pages(A_TABLE)
    shuffled = table.take(list(range(table.num_rows - 1, -1, -1)))
    chunked = pa.concat_tables([shuffled.slice(0, 3), shuffled.slice(3, 20), shuffled.slice(23)])
    encoded = chunked.set_column(1, "path", chunked.column("path").dictionary_encode())
    written = [
        write_canonical(t, PAGES, tmp_path / str(n), Zone.INTERNAL)
        for n, t in enumerate((table, shuffled, chunked, encoded))
    ]
    assert len({w.sha256 for w in written}) == 1
    assert len({Path(w.path).read_bytes() for w in written}) == 1


row = st.tuples(
    st.sampled_from(["a", "b"]),
    st.none() | st.text(max_size=3),
    st.none() | st.integers(-2, 2),
    st.none() | st.sampled_from([0.0, -0.0, 1.5, float("nan"), float("-inf")]),
)


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(row, max_size=12), st.randoms(use_true_random=False))
def test_any_permutation_is_the_same_bytes(tmp_path, rows, random):
    again = rows.copy()
    random.shuffle(again)
    one = write_canonical(pages(rows), PAGES, tmp_path, Zone.SHARED)
    assert write_canonical(pages(again), PAGES, tmp_path, Zone.SHARED) == one


def test_values_that_compare_equal_are_the_same_bytes(tmp_path):
    rows = [("a", "x", 1, 0.0), ("a", "x", 1, -0.0), ("a", "x", 1, float("nan"))]
    one = write_canonical(pages(rows), PAGES, tmp_path, Zone.SHARED)
    assert write_canonical(pages(rows[::-1]), PAGES, tmp_path, Zone.SHARED) == one


SCRIPT = """
import sys, pyarrow as pa
from weir.schemas.columns import NII, Zone, column
from weir.transforms.write import write_canonical
schema = pa.schema([column("a", pa.string(), NII, "a"), column("n", pa.int64(), NII, "n")])
table = pa.table({"a": [str(i * 7919 % 1000) for i in range(5000)], "n": range(5000)})
print(write_canonical(table, schema, sys.argv[1], Zone.INTERNAL).sha256)
"""


def test_two_processes_write_the_same_bytes(tmp_path):
    digests = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path / name)],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed},
        ).stdout
        for name, seed in (("one", "1"), ("two", "2"))
    }  # fmt: skip
    assert len(digests) == 1


def test_a_file_is_named_by_its_content_and_says_what_it_is(tmp_path):
    written = write_canonical(pages(A_TABLE), PAGES, tmp_path, Zone.EDITIONS)
    content = Path(written.path).read_bytes()
    assert Path(written.path) == tmp_path / f"{written.sha256[:32]}.parquet"
    assert (len(content), written.rows) == (written.bytes, 51)
    assert [p.name for p in tmp_path.iterdir()] == [Path(written.path).name]
    field = pq.read_schema(written.path).field("visitors")
    assert field.metadata[b"unit"] == b"visitors"
    assert data_class(field) is NII


def test_canonical_order_is_by_all_columns_nulls_last():
    rows = [("b", "x", 1, 0.0), ("a", None, 1, 0.0), ("a", "x", 2, 0.0), ("a", "x", 1, None)]
    assert (
        canonical(pages(rows), PAGES).to_pylist()
        == pages([rows[3], rows[2], rows[1], rows[0]]).to_pylist()
    )


def test_lists_have_an_order_too(tmp_path):
    schema = pa.schema([column("sketch", pa.list_(pa.uint64()), NII, "sketch")])
    table = pa.table({"sketch": pa.array([[2], [1, 5], None, [1]], pa.list_(pa.uint64()))})
    one = write_canonical(table, schema, tmp_path, Zone.INTERNAL)
    assert write_canonical(table.take([3, 1, 0, 2]), schema, tmp_path, Zone.INTERNAL) == one


def test_columns_that_may_not_lie_in_the_zone_are_refused_and_nothing_is_written(tmp_path):
    for class_, zone in ((PII, Zone.INTERNAL), (PSEUDONYM, Zone.EDITIONS), (PII, Zone.SHARED)):
        schema = pa.schema([column("who", pa.string(), class_, "who")])
        with pytest.raises(WallError, match=f"{zone} zone: who"):
            write_canonical(pa.table({"who": ["joe"]}), schema, tmp_path / "x", zone)
    assert not (tmp_path / "x").exists()


def test_a_column_without_a_class_is_refused(tmp_path):
    with pytest.raises(WallError):
        write_canonical(
            pa.table({"a": [1]}), pa.schema([("a", pa.int64())]), tmp_path, Zone.INTERNAL
        )


def test_nulls_where_none_may_be_are_refused(tmp_path):
    with pytest.raises(WeirError, match="must not be null have nulls: site"):
        write_canonical(pa.table({"path": ["/"]}), PAGES, tmp_path, Zone.INTERNAL)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def disk_full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space"):
        write_canonical(pages(A_TABLE), PAGES, tmp_path, Zone.INTERNAL)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_table_can_be_written(tmp_path):
    written = write_canonical(pages([]), PAGES, tmp_path, Zone.INTERNAL)
    assert pq.read_table(written.path).schema.equals(PAGES)
    assert written.rows == 0


EVENTS = pa.schema([f for f in EVENT if f.name in ("site", "visitor", "path", "status")])


def groups(*counts: int) -> list[pa.Table]:
    """Events of buckets of those sizes."""
    return [
        pa.table(
            {
                "site": ["www"] * rows,
                "visitor": pa.array([n.to_bytes(16, "big") for n in range(rows)], pa.binary(16)),
                "path": [f"/{bucket}/{n}" for n in range(rows)],
                "status": pa.array([200] * rows, pa.int16()),
            }
        ).cast(EVENTS)
        for bucket, rows in enumerate(counts)
    ]


def rows_by_group(path):
    footer = pq.read_metadata(path)
    return tuple(footer.row_group(n).num_rows for n in range(footer.num_row_groups))


@pytest.mark.parametrize("counts", [(2, 0, 3), (0, 0, 0), (0, 1), (1, 0), (), (3, 200_000, 1)])
def test_row_group_is_bucket_even_where_buckets_are_empty(tmp_path, counts):
    written = write_events(groups(*counts), EVENTS, tmp_path)
    assert rows_by_group(written.path) == counts
    for bucket, rows in enumerate(groups(*counts)):
        assert read_bucket(written.path, bucket).equals(rows)
    assert duckdb.execute("SELECT count(*) FROM read_parquet($1)", [written.path]).fetchone() == (
        sum(counts),
    )


def test_a_bucket_of_many_chunks_is_one_row_group(tmp_path):
    (rows,) = groups(10)
    chunks = pa.concat_tables([rows.slice(n, 1) for n in range(10)])
    written = write_events([chunks, chunks.slice(0, 0)], EVENTS, tmp_path)
    assert rows_by_group(written.path) == (10, 0)


def test_a_bucket_is_read_with_the_columns_asked_for_and_their_classes(tmp_path):
    written = write_events(groups(2, 0), EVENTS, tmp_path)
    for bucket in (0, 1):
        schema = read_bucket(written.path, bucket, ["path", "visitor"]).schema
        assert {f.name: data_class(f) for f in schema} == {"path": NII, "visitor": PSEUDONYM}


def test_the_footer_is_read_once(tmp_path, monkeypatch):
    written = write_events(groups(*[1] * 8), EVENTS, tmp_path)
    read = []
    original = pq.read_metadata
    monkeypatch.setattr(module.pq, "read_metadata", lambda p: read.append(p) or original(p))
    for bucket in range(8):
        read_bucket(written.path, bucket)
    assert len(read) == 1


def test_events_that_hold_pii_are_refused(tmp_path):
    schema = pa.schema([column("address", pa.string(), PII, "remote address")])
    with pytest.raises(WallError, match="address"):
        write_events([pa.table({"address": ["x"]}).cast(schema)], schema, tmp_path)


def test_a_file_that_is_not_of_events_is_said_so(tmp_path):
    written = write_canonical(pages(A_TABLE), PAGES, tmp_path, Zone.INTERNAL)
    with pytest.raises(WeirError, match="not a file of events by bucket"):
        read_bucket(written.path, 0)
    (tmp_path / "x.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(WeirError, match="not a readable Parquet file"):
        read_bucket(tmp_path / "x.parquet", 0)


class Elsewhere(LocalFileSystem):
    """An object store: the local disk under another scheme."""

    root: Path
    seen: ClassVar[list[str]] = []

    @classmethod
    def scheme(cls):
        return "elsewhere"

    def _here(self, path):
        self.seen.append(path)
        return str(self.root / path.removeprefix("elsewhere://"))

    def create(self, path, *args, **kwargs):
        self.root.mkdir(exist_ok=True)
        return super().create(self._here(path), *args, **kwargs)

    def open(self, path, *args, **kwargs):
        return super().open(self._here(path), *args, **kwargs)

    def rename(self, sources, destinations):
        super().rename([*map(self._here, sources)], [*map(self._here, destinations)])

    def delete(self, paths):
        super().delete([*map(self._here, paths)])


def test_a_url_goes_through_beams_file_systems(tmp_path, monkeypatch):
    monkeypatch.setattr(Elsewhere, "root", tmp_path / "elsewhere", raising=False)
    written = write_events(groups(2, 1), EVENTS, tmp_path)
    remote = write_events(groups(2, 1), EVENTS, "elsewhere://bucket")
    assert remote.sha256 == written.sha256
    assert read_bucket(remote.path, 1).equals(read_bucket(written.path, 1))
    assert remote.path in Elsewhere.seen
    assert [p.name for p in (tmp_path / "elsewhere" / "bucket").iterdir()] == [
        Path(written.path).name
    ]
