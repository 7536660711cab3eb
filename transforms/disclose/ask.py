"""SQL over Arrow tables: a DuckDB connection a thread, since opening one costs more than asking."""

import threading
from typing import Any

import duckdb
import pyarrow as pa

from weir.transforms.duck import connect

_MEMORY_MB = 1024
_here = threading.local()


def ask(query: str, params: dict[str, Any] | None = None, **tables: pa.Table) -> pa.Table:
    """The answer to a query over `tables` by their names; rows in no order unless it says one.

    Nothing spills: what a query reads here is one group of buckets, already counted by unit.
    """
    connection = _connection()
    for name, table in tables.items():
        connection.register(name, table)
    try:
        return connection.sql(query, params=params or {}).to_arrow_table()
    finally:
        for name in tables:
            connection.unregister(name)


def _connection() -> duckdb.DuckDBPyConnection:
    if not hasattr(_here, "connection"):
        _here.context = connect(_MEMORY_MB)
        _here.connection = _here.context.__enter__()
    connection: duckdb.DuckDBPyConnection = _here.connection
    return connection
