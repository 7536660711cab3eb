"""The one writer of Parquet: the same rows are the same bytes, whatever order they came in.

Files are written under a temporary name, synced, and renamed to the hash of their content.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.schemas.columns import Zone, check_zone, conform
from weir.schemas.errors import WeirError

ROW_GROUP_ROWS = 131_072
_BUCKETS = "weir:buckets"
_SCHEMA = "ARROW:schema"
_SMALL = 512
PARQUET: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "use_dictionary": True,
    "write_statistics": True,
    "store_schema": True,
}


# Events are written and read once or twice: half the CPU for a quarter more bytes.
_EVENTS = PARQUET | {"compression": "snappy", "compression_level": None, "write_statistics": False,
                     "store_schema": False}  # fmt: skip
# Nearly every value is another one: a dictionary of them costs a tenth more bytes and CPU.
_MANY = (pa.timestamp("us", "UTC"), pa.int64())


@dataclass(frozen=True)
class Written:
    """A finished file. `path` as it lies, named by its content; `sha256` in hex."""

    path: str
    rows: int
    sha256: str
    bytes: int


def canonical(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """`table` with exactly the columns of `schema`, in one chunk, in a total order by all columns.

    Dictionaries are decoded, -0.0 is 0.0, all NaN are one; nulls come last. WeirError if a column
    that must not be null has nulls.
    """
    flat = conform(table, schema)
    _refuse_nulls(flat)
    flat = pa.Table.from_arrays([_plain(column) for column in flat.columns], schema=schema)
    return flat.take(_order(flat)).combine_chunks()


def write_canonical(table: pa.Table, schema: pa.Schema, path: str | Path, zone: Zone) -> Written:
    """Write `<path>/<sha256[:32]>.parquet` (`path`: a directory, or a URL of Beam's file systems).

    WallError if a column's class may not lie in `zone`; nothing is written then.
    """
    check_zone(schema, zone)
    rows = canonical(table, schema)
    return write_hashed(
        path,
        rows.num_rows,
        lambda sink: pq.write_table(rows, sink, row_group_size=ROW_GROUP_ROWS, **PARQUET),
    )


def write_events(groups: Sequence[pa.Table], schema: pa.Schema, path: str | Path) -> Written:
    """Write `<path>/<sha256[:32]>.parquet` whose row group i is bucket i, empty ones included.

    groups: the rows of each bucket, with the columns of `schema`; all with plain texts, or all with
    texts as codes of the same distinct values. WallError if a column's class may not lie in the
    internal zone.
    """
    check_zone(schema, Zone.INTERNAL)
    laid = _laid_out(groups[0] if groups else schema.empty_table(), schema)

    def write(sink: Any) -> None:
        few = [field.name for field in schema if field.type not in _MANY]
        with pq.ParquetWriter(sink, laid, **_EVENTS | {"use_dictionary": few}) as writer:
            for rows in groups:
                given = conform(rows, laid).combine_chunks()
                writer.write_table(given, row_group_size=max(1, rows.num_rows))
            writer.add_key_value_metadata({_BUCKETS: str(len(groups)), _SCHEMA: _stored(schema)})

    return write_hashed(path, sum(rows.num_rows for rows in groups), write)


def _laid_out(rows: pa.Table, schema: pa.Schema) -> pa.Schema:
    """The schema with small vocabularies as they come: as codes, which Parquet takes as they are.

    A large one would be written whole into every row group, so its texts are spelled out.
    """

    def small(name: str) -> bool:
        column = rows[name]
        return pa.types.is_dictionary(column.type) and all(
            len(chunk.dictionary) <= _SMALL for chunk in column.chunks
        )

    texts = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        field.with_type(texts) if pa.types.is_string(field.type) and small(field.name) else field
        for field in schema
    )


def _stored(schema: pa.Schema) -> bytes:
    """A schema as Arrow keeps it in a Parquet footer: readers get plain texts."""
    return base64.b64encode(schema.serialize().to_pybytes())


def read_buckets(
    path: str | Path,
    buckets: Sequence[int],
    columns: Sequence[str] | None = None,
    encoded: Sequence[str] = (),
) -> pa.Table:
    """The rows of some buckets of a file by `write_events`. A footer is read once per process.

    encoded: string columns that come as dictionaries, as they lie in the file.
    """
    footer = _footer(str(path))
    source = open_read(str(path)) if "://" in str(path) else pa.memory_map(str(path))
    with (
        source,
        pq.ParquetFile(
            source, metadata=footer, read_dictionary=list(encoded), pre_buffer="://" in str(path)
        ) as file,
    ):
        return file.read_row_groups(list(buckets), columns=columns, use_threads=False)


def read_bucket(path: str | Path, bucket: int, columns: Sequence[str] | None = None) -> pa.Table:
    """The rows of one bucket."""
    return read_buckets(path, [bucket], columns)


@lru_cache(maxsize=64)  # about 1 MB each; files never change, their name is their content
def _footer(path: str) -> pq.FileMetaData:
    try:
        with open_read(path) as source:
            footer = pq.read_metadata(source)
    except (OSError, pa.ArrowException):
        raise WeirError(f"{path}: not a readable Parquet file; run its date again") from None
    buckets = (footer.metadata or {}).get(_BUCKETS.encode())
    if buckets is None or int(buckets) != footer.num_row_groups:
        raise WeirError(f"{path}: not a file of events by bucket")
    return footer


def write_hashed(directory: str | Path, rows: int, write: Callable[[Any], None]) -> Written:
    """Let `write` fill a file and name it by its content. Nothing stays behind if it fails."""
    return _write(str(directory), rows, write, lambda digest: f"{digest[:32]}.parquet")


def write_file(path: str | Path, rows: int, write: Callable[[Any], None]) -> Written:
    """The same under a name that the caller gives; replaces a file of that name."""
    directory, _, name = str(path).rpartition("/")
    return _write(directory or ".", rows, write, lambda _: name)


def _write(
    directory: str, rows: int, write: Callable[[Any], None], name: Callable[[str], str]
) -> Written:
    temporary = f"{directory}/.{secrets.token_hex(16)}.tmp"
    sink = pa.BufferOutputStream()  # Parquet writes each page by itself, and Python is slow at that
    write(sink)
    data = sink.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    final = f"{directory}/{name(digest)}"
    try:
        with open_write(temporary) as file:
            file.write(data)
            _sync(file)
        rename(temporary, final)
    except BaseException:
        _discard(temporary)
        raise
    return Written(final, rows, digest, data.size)


def _sync(file: IO[bytes]) -> None:
    file.flush()
    if hasattr(file, "fileno"):
        os.fsync(file.fileno())


def open_write(path: str) -> IO[bytes]:
    """Open a new file to write; paths with '://' go through Beam's file systems."""
    if "://" in path:
        from apache_beam.io.filesystems import FileSystems

        created: IO[bytes] = FileSystems.create(path)
        return created
    Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Path(path).open("xb")


def rename(old: str, new: str) -> None:
    """Give a finished file its name; locally the directory is synced too."""
    if "://" in old:
        from apache_beam.io.filesystems import FileSystems

        FileSystems.rename([old], [new])
        return
    Path(old).replace(new)
    directory = os.open(Path(new).parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def open_read(path: str) -> IO[bytes]:
    """Open a file to read, with `seek`."""
    if "://" in path:
        from apache_beam.io.filesystems import FileSystems

        opened: IO[bytes] = FileSystems.open(path)
        return opened
    return Path(path).open("rb")


def _discard(path: str) -> None:
    if "://" in path:
        from apache_beam.io.filesystems import FileSystems

        FileSystems.delete([path])
    else:
        Path(path).unlink(missing_ok=True)


def _refuse_nulls(table: pa.Table) -> None:
    wrong = [
        field.name
        for field, column in zip(table.schema, table.columns, strict=True)
        if not field.nullable and column.null_count
    ]
    if wrong:
        raise WeirError(f"columns that must not be null have nulls: {', '.join(wrong)}")


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values that compare equal are the same bytes."""
    if not pa.types.is_floating(column.type):
        return column
    positive = pc.add(column, pa.scalar(0.0, column.type))
    return pc.if_else(pc.is_nan(positive), pa.scalar(float("nan"), column.type), positive)


def _order(table: pa.Table) -> pa.Array:
    """Row numbers in the total order. Lists are ordered by their JSON-like text."""
    keys = [
        column if not pa.types.is_nested(column.type) else pa.array(map(str, column.to_pylist()))
        for column in table.columns
    ]
    names = [str(number) for number in range(len(keys))]
    if not keys:
        return pa.array([], pa.int64())
    return pc.sort_indices(
        pa.table(keys, names=names), sort_keys=[(name, "ascending") for name in names]
    )
