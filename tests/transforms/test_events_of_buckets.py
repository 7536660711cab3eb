"""A date in portions of work."""

from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.transforms.hits import a_hit, events

from weir.transforms.buckets import bucket_of
from weir.transforms.events import ROWS_TOGETHER, EventFiles, Portion, portions_of
from weir.transforms.write import write_events


@pytest.mark.parametrize("workers", [1, 2, 3, 64])
@pytest.mark.parametrize("rows", [0, ROWS_TOGETHER, 3 * ROWS_TOGETHER, 32 * ROWS_TOGETHER])
def test_every_bucket_is_in_one_portion_of_about_one_size(rows, workers):
    portions = portions_of(32, rows, workers)
    assert sorted(bucket for portion in portions for bucket in portion.buckets) == list(range(32))
    sizes = [len(portion.buckets) for portion in portions]
    assert max(sizes) - min(sizes) <= 1
    assert {portion.parts for portion in portions} == {1}


def test_a_small_date_is_one_portion_and_a_large_one_as_many_for_each_worker():
    assert len(portions_of(32, ROWS_TOGETHER, 2)) == 1
    numbers = [len(portions_of(32, 10 * ROWS_TOGETHER, workers)) for workers in (1, 2, 3)]
    assert numbers == [11, 12, 12]


def test_a_bucket_of_more_rows_than_are_worked_on_together_is_cut_in_parts():
    portions = portions_of(4, 9 * ROWS_TOGETHER, 2)
    assert portions == tuple(Portion((b,), part, 3) for b in range(4) for part in range(3))


def test_parts_have_each_visitor_once_and_whole(tmp_path: Path):
    hits = events(*(a_hit(f"12:{n % 60:02d}", path=f"/{n}") for n in range(600)))
    whose = [blake2b(bytes([n % 97]), digest_size=16).digest() for n in range(600)]
    column = hits.column_names.index("visitor")
    field = hits.schema.field("visitor")
    hits = hits.set_column(column, field, pa.chunked_array([whose], field.type))
    home = pa.array(bucket_of(hits["visitor"].combine_chunks(), 2))
    groups = [hits.filter(pc.equal(home, bucket)) for bucket in range(2)]
    files = EventFiles((write_events(groups, hits.schema, tmp_path).path,))
    found = [files.of(portion, ["visitor", "path"]) for portion in portions_of(2, 600, at_most=60)]
    assert len(found) == 10
    assert all(part.num_rows for part in found)
    paths = [path for part in found for path in part["path"].to_pylist()]
    assert sorted(paths) == sorted(hits["path"].to_pylist())
    visitors = [set(part["visitor"].to_pylist()) for part in found]
    assert sum(map(len, visitors)) == len(set.union(*visitors)) == 97
    assert files.of(Portion((0,), 1, 5), ["path"]).column_names == ["path"]
