"""`weir.duckdb`: views over everything internal, for any DuckDB client to open read-only.

The file holds no data, only views over the absolute paths that manifests name, with comments from
the schemas. It is made anew beside the old one and renamed over it, so a client sees one or the
other; `weir aggregate` makes it again after the store moved.
"""

import os
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from weir.pipelines.store import Store
from weir.schemas.columns import NII, column, data_class
from weir.schemas.errors import WeirError
from weir.schemas.event import EVENT, PERSON
from weir.schemas.manifests import Manifest
from weir.schemas.tables import read_tables
from weir.transforms.duck import connect
from weir.transforms.events import MOVED_KEYS

CATALOG = "weir.duckdb"
STORAGE = "v1.0.0"  # DuckDB clients since 2024 read it

_DATE = column("date", pa.date32(), NII, "the site's local date", nullable=False)
_ABOUT = {
    "events": "One row a hit, robots included, first requests stitched. Personal data.",
    "people": "Demographics of the day's users and visitors, one row each. Personal data.",
}


def build_catalog(store: Store) -> Path:
    """Make `weir.duckdb` in the store anew; its path. Raises WeirError if a data file is gone."""
    place = store.root / CATALOG
    made = place.with_name(f".{CATALOG}.{os.getpid()}")
    made.unlink(missing_ok=True)
    try:
        _write(made, store)
        made.chmod(0o444)
        made.replace(place)
    except duckdb.IOException as error:
        raise WeirError(f"{place}: {first_line(error)}; run the date again") from None
    finally:
        for left_over in (made, made.with_name(f"{made.name}.wal")):
            left_over.unlink(missing_ok=True)
    place.with_name(f"{CATALOG}.wal").unlink(missing_ok=True)
    return place


def _write(made: Path, store: Store) -> None:
    with connect() as con:
        con.execute(f"ATTACH {_text(str(made))} AS made (STORAGE_VERSION {_text(STORAGE)})")
        con.execute("USE made")
        con.begin()  # else each of some 300 statements is written for itself
        _make_views(con, store)
        con.commit()
        con.execute("USE memory")
        con.execute("DETACH made")


def _make_views(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    for name, spec in read_tables().items():
        paths = [p for m in store.manifests(f"tables/{name}") for p in store.paths(m.files)]
        _make_view(con, name, spec.schema, spec.about, _rows(paths, spec.schema))
    for name, schema in (("events", EVENT), ("people", PERSON)):
        dated = pa.schema([_DATE, *schema])
        days = [_day(store, manifest, schema) for manifest in store.manifests(name)]
        sql = "\nUNION ALL\n".join(days) or _rows([], dated)
        _make_view(con, name, dated, _ABOUT[name], sql)


def _make_view(
    con: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, about: str, sql: str
) -> None:
    con.execute(f"CREATE VIEW {_name(name)} AS {sql}")
    con.execute(f"COMMENT ON VIEW {_name(name)} IS {_text(about)}")
    for field in schema:
        con.execute(f"COMMENT ON COLUMN {_name(name)}.{_name(field.name)} IS {_text(_said(field))}")


def _said(field: pa.Field) -> str:
    """What a column's comment says: definition, unit, and its class where that is not nii."""
    metadata = field.metadata or {}
    about: str = metadata.get(b"about", b"").decode()
    unit: str = metadata.get(b"unit", b"").decode()
    class_ = data_class(field)
    notes = [note for note in (unit, class_.value if class_ is not NII else "") if note]
    return about + (f" ({', '.join(notes)})" if notes else "")


def _day(store: Store, manifest: Manifest, schema: pa.Schema) -> str:
    """Rows of one date of events or people, the moved ones where they moved to."""
    paths = {
        role: store.paths(file for file in manifest.files if file.role == role)
        for role in ("rows", "moved_in", "moved_out")
    }
    rows = _rows(paths["rows"], schema)
    if paths["moved_out"]:
        keys = ", ".join(_name(name) for name in MOVED_KEYS.names)
        rows = (
            f"SELECT * FROM ({rows}) ANTI JOIN ({_rows(paths['moved_out'], MOVED_KEYS)}) "
            f"USING ({keys})"
        )
    if paths["moved_in"]:
        rows = f"{rows}\nUNION ALL\n{_rows(paths['moved_in'], schema)}"
    return f"SELECT DATE {_text(manifest.date.isoformat())} AS date, * FROM ({rows})"


def _rows(paths: Iterable[str], schema: pa.Schema) -> str:
    """A query for the rows of some files; of none, an empty one of the same types.

    A column that a file of an earlier version lacks is null there.
    """
    alike: dict[frozenset[str], list[str]] = {}
    for path in sorted(paths):
        alike.setdefault(frozenset(schema.names) - _names_in(path), []).append(path)
    parts = [
        f"SELECT {_selected(schema, missing)} FROM read_parquet([{', '.join(map(_text, some))}])"
        for missing, some in alike.items()
    ]
    return "\nUNION ALL\n".join(parts) or f"SELECT {_selected(schema, schema.names)} WHERE false"


def _selected(schema: pa.Schema, missing: Collection[str]) -> str:
    return ", ".join(
        f"NULL::{_type(field.type)} AS {_name(field.name)}"
        if field.name in missing
        else _name(field.name)
        for field in schema
    )


@lru_cache(4096)
def _names_in(path: str) -> frozenset[str]:
    """The columns of a file; files never change, their name is their content."""
    try:
        return frozenset(pq.read_schema(path).names)
    except (OSError, pa.ArrowException):
        raise WeirError(f"{path}: not a readable Parquet file; run its date again") from None


def _type(type_: pa.DataType) -> str:
    """DuckDB's name of an Arrow type that our schemas use."""
    if pa.types.is_timestamp(type_):
        return "TIMESTAMP WITH TIME ZONE"
    if pa.types.is_fixed_size_binary(type_):
        return "BLOB"
    return {
        pa.string(): "VARCHAR",
        pa.int16(): "SMALLINT",
        pa.int64(): "BIGINT",
        pa.bool_(): "BOOLEAN",
        pa.date32(): "DATE",
    }[type_]


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    """A literal: DDL takes no parameters."""
    return "'" + value.replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """What DuckDB says first, without the stop that ends it: more is to follow."""
    return str(error).splitlines()[0].strip().rstrip(".!")
