"""A shipper that sends its lines again: hits that are there twice, found and taken out.

A hit with an id of its own is the same when the id is; any other one when all that was read of its
line is. Which source it came by counts, which file does not: two lines of one file are copies, too.
Of several the one of the lowest path, then line, stays: what is left is the same whatever the
splits.

    (rows of a block) -> fingerprints                  fingerprints(), keyed, beside the events
    (fingerprint bucket, FINGERPRINTS) -> COPIES       copies(): who comes later
    (a file of events, its COPIES) -> the file anew    without()
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import NII, PSEUDONYM, column
from weir.schemas.event import EVENT
from weir.transforms.buckets import bucket_of
from weir.transforms.distinct import Distinct, one_chunk
from weir.transforms.keys import keyed_hash
from weir.transforms.write import Written, read_bucket, read_buckets, write_events

FINGERPRINT = "fingerprint"
FINGERPRINTS = pa.schema(
    [
        column(FINGERPRINT, pa.binary(16), PSEUDONYM, "the same for copies", nullable=False),
        column("line", pa.int64(), NII, "number of the line in its split", nullable=False),
        column("bucket", pa.uint16(), NII, "of the hit in its file of events", nullable=False),
        column("row", pa.int32(), NII, "its number in the bucket", nullable=False),
    ]
)
"""One row a hit. Only while a night is made; in the run's restricted directory."""

COPIES = pa.schema(
    [
        pa.field("file", pa.int32()),  # number of the file of events
        pa.field("bucket", pa.uint16()),
        pa.field("row", pa.int32()),
    ]
)
"""One row a hit that is to go."""

Lanes = npt.NDArray[np.uint64]


def fingerprints(rows: pa.Table, source: str, root: bytes) -> pa.FixedSizeBinaryArray:
    """binary(16) of each row: equal for rows of a source that are equal in all columns but `line`.

    rows: CODED_PARSED and others. A column that is null does not count, so blocks need not have the
    same ones. The sum, modulo 2^64 in two lanes, of a keyed hash of each column's value.
    """
    key = _key(source, root)
    lanes = np.zeros((rows.num_rows, 2), np.uint64)
    for name in rows.column_names:
        values = rows[name]
        if name == "line" or values.null_count == len(values):
            continue
        if pa.types.is_list(values.type):
            values = pc.binary_join(one_chunk(values), "\x1f")
        own = keyed_hash(pa.array([name]), key, 32)[0].as_py()
        lanes += _of_text(values, own) if _is_text(values.type) else _of_number(values, own)
    return pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), rows.num_rows, [None, pa.py_buffer(lanes.tobytes())]
    )


def by_event_id(
    found: pa.Array, event_ids: pa.Array | pa.ChunkedArray, source: str, root: bytes
) -> pa.Array:
    """The fingerprints of rows, less those of rows with an id of their own: these by the id."""
    ids = Distinct.of(event_ids)
    own = keyed_hash(pa.array(["event id"]), _key(source, root), 32)[0].as_py()
    return pc.coalesce(ids.spread(keyed_hash(ids.values, own)), found)


def _key(source: str, root: bytes) -> bytes:
    return bytes(keyed_hash(pa.array([f"duplicates of {source}"]), root, 32)[0].as_py())


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_dictionary(type_) or pa.types.is_string(type_))


def _of_text(values: pa.ChunkedArray, key: bytes) -> Lanes:
    known = Distinct.of(values)
    hashes = _lanes(keyed_hash(known.values, key))
    nothing = np.zeros((1, 2), np.uint64)
    codes = known.codes.fill_null(len(known.values)).to_numpy(zero_copy_only=False)
    lanes: Lanes = np.concatenate([hashes, nothing])[codes]
    return lanes


def _of_number(values: pa.ChunkedArray, key: bytes) -> Lanes:
    """Numbers and instants, mixed by the finalizer of SplitMix64 (Steele, Lea, Flood 2014)."""
    whole = one_chunk(values)
    if not pa.types.is_int64(whole.type):
        whole = whole.cast(pa.int64())
    numbers = whole.fill_null(0).to_numpy(zero_copy_only=False).view(np.uint64)
    seeds = np.frombuffer(key, np.uint64)
    mixed = np.stack([_mix(_mix(numbers ^ seeds[n]) + seeds[n + 2]) for n in (0, 1)], axis=1)
    mixed[whole.is_null().to_numpy(zero_copy_only=False)] = 0
    return mixed


def _mix(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    mixed = numbers ^ (numbers >> np.uint64(30))
    mixed = mixed * np.uint64(0xBF58476D1CE4E5B9)
    mixed = mixed ^ (mixed >> np.uint64(27))
    mixed = mixed * np.uint64(0x94D049BB133111EB)
    last: npt.NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return last


def _lanes(hashes: pa.FixedSizeBinaryArray) -> Lanes:
    data = np.frombuffer(hashes.buffers()[1] or b"", np.uint64).reshape(-1, 2)
    lanes: Lanes = data[hashes.offset : hashes.offset + len(hashes)]
    return lanes


def write_fingerprints(groups: Sequence[pa.Table], place: Path) -> Written:
    """The fingerprints of a file of events, a row group for each bucket of fingerprints.

    groups: fingerprint and line of the rows of each bucket of the file, in its order.
    """
    sizes = [group.num_rows for group in groups]
    rows = np.concatenate([np.arange(size, dtype=np.int32) for size in sizes])
    table = pa.concat_tables(groups).select([FINGERPRINT, "line"])
    table = table.append_column("bucket", pa.array(np.repeat(np.arange(len(sizes)), sizes)))
    table = table.append_column("row", pa.array(rows)).cast(FINGERPRINTS).combine_chunks()
    home = bucket_of(one_chunk(table[FINGERPRINT]), len(groups))
    parts = [table.filter(pc.equal(home, bucket)) for bucket in range(len(groups))]
    return write_events(parts, FINGERPRINTS, place)


def copies(files: Sequence[str], buckets: Sequence[int]) -> pa.Table:
    """COPIES among some buckets of fingerprints. files: in order of path and line; that one of
    equal hits stays which comes first in it."""
    held = [read_buckets(path, buckets) for path in files]
    number = np.repeat(np.arange(len(held), dtype=np.int32), [table.num_rows for table in held])
    table = pa.concat_tables([FINGERPRINTS.empty_table(), *held])
    lanes = _lanes(one_chunk(table[FINGERPRINT]))
    keys = [table[name].to_numpy() for name in ("row", "bucket", "line")]
    order = np.lexsort((*keys, number, lanes[:, 1], lanes[:, 0]))
    again = np.all(lanes[order[1:]] == lanes[order[:-1]], axis=1)
    later = order[1:][again]
    found = table.select(["bucket", "row"]).take(pa.array(later))
    return pa.table([pa.array(number[later]), found["bucket"], found["row"]], schema=COPIES)


@dataclass(frozen=True)
class Remaining:
    """What is left of a file of events, and what went: rows, of them by basis, of them robots'."""

    written: Written
    gone: int
    bases: Counter[str]
    bots: int


def without(path: str, gone: pa.Table, buckets: int) -> Remaining:
    """A file of events anew, less some COPIES of its rows; the old file is left, since another
    split may have written the same one."""
    kept, lost = [], []
    for bucket in range(buckets):
        rows = read_bucket(path, bucket)
        leaves = np.zeros(rows.num_rows, np.bool_)
        leaves[gone.filter(pc.equal(gone["bucket"], bucket))["row"].to_numpy()] = True
        kept.append(rows.filter(pa.array(~leaves)))
        lost.append(rows.filter(pa.array(leaves)))
    out = pa.concat_tables(lost)
    bases = Counter(out["basis"].to_pylist())
    written = write_events(kept, EVENT, Path(path).parent)
    return Remaining(written, out.num_rows, bases, out.num_rows - out["bot"].null_count)
