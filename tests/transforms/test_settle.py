"""Hits that join a visitor move whole, however the night was split."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.transforms.hits import WWW, a_hit, events, pseudonym

from weir.schemas.config import Cookies
from weir.transforms.buckets import bucket_of
from weir.transforms.events import EventFiles
from weir.transforms.keys import Keyring, create_keys
from weir.transforms.settle import SHARDS, Settling, write_firsts, write_moved
from weir.transforms.write import write_events

BUCKETS = 4


def settled(place: Path, *splits, site=WWW) -> list[dict]:
    """The night's hits as readers see them, in order of time and path."""
    create_keys(place / "keys", "vault")
    work = Settling(str(place), BUCKETS, (site,), 20, Keyring.open(place / "keys", "vault"), 64)
    files = []
    for hits in splits:
        table = events(*hits)
        bucket = pa.array(bucket_of(table["visitor"].combine_chunks(), BUCKETS))
        groups = [table.filter(pc.equal(bucket, b)) for b in range(BUCKETS)]
        files.append(write_events(groups, table.schema, place / "events").path)
    rows = sum(map(len, splits))
    first_hits = [p for n in range(SHARDS) for p in write_firsts(work, n, files, rows)]
    moved = [write_moved(work, n, files, rows, first_hits) for n in range(SHARDS)]
    came, went = (
        [entry for of_shard in moved for entry in getattr(of_shard, name)]
        for name in ("moved_in", "moved_out")
    )
    assert sum(e["rows"] for e in came) == sum(e["rows"] for e in went)
    found = EventFiles(
        tuple(files), tuple(e["path"] for e in came), tuple(e["path"] for e in went)
    ).buckets(range(BUCKETS))
    assert found.num_rows == rows
    return sorted(found.to_pylist(), key=lambda row: (row["seen_at"], row["path"]))


def a_browser(number: int) -> list[dict]:
    """Two pages and their parts, some in one instant, with a tag that says who it is."""
    home = {"visitor": f"home {number}", "network": f"home {number}", "basis": "network"}
    return [
        a_hit("12:00", path="/a", **home),
        a_hit("12:00", path="/a.css", action="asset", **home),
        a_hit("12:01", path="/b", action="other", channel="tag", visitor=f"id {number}",
              network=f"home {number}"),
        a_hit("12:02", path="/c", **home),
        a_hit("12:02", path="/c.css", action="asset", **home),
        a_hit("12:02", path="/d", bot="tool", **home),
    ]  # fmt: skip


@pytest.mark.parametrize("pieces", [1, 3])
def test_all_hits_of_a_browser_that_only_tags_name_are_its_own(tmp_path: Path, pieces: int) -> None:
    hits = [hit for number in range(5) for hit in a_browser(number)]
    found = settled(tmp_path, *(hits[n::pieces] for n in range(pieces)))
    counts = pc.value_counts(pa.array([row["visitor"] for row in found])).to_pylist()
    assert {(row["values"], row["counts"]) for row in counts} == {
        (pseudonym(f"id {number}"), 6) for number in range(5)
    }
    assert {row["basis"] for row in found} == {"cookie"}
    assert [row["path"] for row in found[::5]] == ["/a", "/a.css", "/b", "/c", "/c.css", "/d"]


def test_where_the_log_has_a_cookie_only_a_first_request_joins(tmp_path: Path) -> None:
    site = WWW.model_copy(update={"cookies": Cookies(visitor="ID")})
    assert {row["basis"] for row in settled(tmp_path, a_browser(1)[:3], site=site)} == {
        "cookie",
        "network",
    }
    first = [a_browser(1)[0], a_browser(1)[2]]
    assert {row["basis"] for row in settled(tmp_path / "b", first, site=site)} == {"cookie"}
