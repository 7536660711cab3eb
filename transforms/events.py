"""Events of a date as their readers see them: portion by portion, stitched."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.event import EVENT
from weir.transforms.buckets import bucket_of
from weir.transforms.write import read_buckets

MOVED_KEYS = pa.schema([EVENT.field("site"), EVENT.field("visitor"), EVENT.field("seen_at")])
"""A hit that stitching moved to a cookie's bucket, as it was before."""


ROWS_TOGETHER = 500_000
"""Visitors are worked on together up to about so many rows: what a query costs by itself is spread
over more rows, and memory stays bounded. With 650,000 a process's peak was a fifth higher, the CPU
of the tables a tenth lower."""


@dataclass(frozen=True)
class Portion:
    """Visitors of a date who are worked on together: all of some buckets, or one of the parts into
    which a bucket of a large date is cut. A visitor is in one portion."""

    buckets: tuple[int, ...]
    part: int = 0
    parts: int = 1

    def of(self, rows: pa.Table) -> pa.Table:
        """Those rows (with a `visitor`) of its buckets that are the portion's."""
        if self.parts == 1:
            return rows
        part = pa.array(bucket_of(rows["visitor"].combine_chunks(), self.parts, at=2))
        return rows.filter(pc.equal(part, self.part))


def portions_of(
    buckets: int, rows: int, workers: int = 1, at_most: int = ROWS_TOGETHER
) -> tuple[Portion, ...]:
    """A date of so many rows in portions of about `at_most`: one, or as many for each worker, so
    that none waits for the last."""
    wanted = -(-rows // at_most)
    if wanted > buckets:
        parts = -(-wanted // buckets)
        return tuple(Portion((b,), part, parts) for b in range(buckets) for part in range(parts))
    in_portion = max(1, buckets * at_most // max(rows, 1))
    portions = -(-buckets // min(in_portion, buckets))
    if portions > 1:
        portions = min(buckets, -(-portions // workers) * workers)
    return tuple(Portion(tuple(range(portion, buckets, portions))) for portion in range(portions))


@dataclass(frozen=True)
class EventFiles:
    """Absolute paths of one date's event files, by role (schemas/manifests.py)."""

    rows: tuple[str, ...]
    moved_in: tuple[str, ...] = ()
    moved_out: tuple[str, ...] = ()

    def of(
        self, portion: Portion, columns: Sequence[str] | None = None, encoded: Sequence[str] = ()
    ) -> pa.Table:
        """Rows of a portion's visitors (EVENT, or those of its columns).

        encoded: string columns that come as dictionaries, as they lie in the file.
        """
        names = list(columns) if columns is not None else EVENT.names
        out = _read(self.moved_out, portion, MOVED_KEYS.names, MOVED_KEYS, ())
        keys = MOVED_KEYS.names if out.num_rows else []
        own = _read(self.rows, portion, list(dict.fromkeys([*names, *keys])), EVENT, encoded)
        if out.num_rows:
            own = _without(own, out)
        moved = _read(self.moved_in, portion, names, EVENT, encoded)
        return pa.concat_tables([own.select(names), moved])

    def buckets(self, buckets: Sequence[int], columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of some visitor buckets."""
        return self.of(Portion(tuple(buckets)), columns)

    def bucket(self, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows of one visitor bucket: a visitor is in just one."""
        return self.buckets([bucket], columns)


def _without(rows: pa.Table, out: pa.Table) -> pa.Table:
    """Rows less those that moved away."""
    keys = rows.select(MOVED_KEYS.names).cast(MOVED_KEYS)
    numbered = keys.append_column("row", pa.array(np.arange(rows.num_rows)))
    gone = numbered.join(out, MOVED_KEYS.names, join_type="left semi", use_threads=False)
    stays = np.ones(rows.num_rows, np.bool_)
    stays[gone["row"].to_numpy()] = False
    return rows.filter(pa.array(stays))


def _read(
    paths: Sequence[str],
    portion: Portion,
    columns: Sequence[str],
    schema: pa.Schema,
    encoded: Sequence[str],
) -> pa.Table:
    """Of each file no more stays than what is the portion's."""
    wanted = pa.schema(
        field.with_type(pa.dictionary(pa.int32(), field.type)) if field.name in encoded else field
        for field in (schema.field(name) for name in columns)
    )
    asked = list(columns) if portion.parts == 1 else list(dict.fromkeys([*columns, "visitor"]))
    found = (portion.of(read_buckets(path, portion.buckets, asked, encoded)) for path in paths)
    return pa.concat_tables([wanted.empty_table(), *(table.select(columns) for table in found)])
