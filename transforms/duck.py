"""DuckDB as a block function uses it: one thread, a limit on memory, nothing from the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from weir.schemas.errors import WeirError

Setting = str | bool | int | float | list[str]

_NO_CIPHER = "crypto module"


@contextmanager
def connect(
    memory_mb: int = 256, temp_dir: str | Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to an empty database in memory, closed at the end whatever happens.

    memory_mb: DuckDB's limit in MiB. temp_dir: where it may spill, encrypted; a directory of the
    run inside `restricted/`. DuckDB 2.0 has no cipher of its own to write with (it wants one from
    an extension that must be downloaded) and rather fails than spill in the clear: then, and when
    memory does not do without spilling, WeirError says which setting to raise.
    One connection a worker thread: two threads of one thread each are faster than one of two
    (DESIGN, "DuckDB inside a DoFn").
    """
    connection = duckdb.connect(":memory:", config=settings(memory_mb, temp_dir))
    try:
        yield connection
    except duckdb.Error as error:
        if isinstance(error, duckdb.OutOfMemoryException) or _NO_CIPHER in str(error):
            raise WeirError(
                f"engine.memory_mb: {memory_mb} MiB do not do for this date; allow more"
            ) from None
        raise
    finally:
        connection.close()


def settings(memory_mb: int = 256, temp_dir: str | Path | None = None) -> dict[str, Setting]:
    """How such a connection is configured."""
    return {
        "threads": 1,
        "memory_limit": f"{memory_mb}MiB",
        "temp_directory": str(temp_dir) if temp_dir else "",
        "temp_file_encryption": True,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "preserve_insertion_order": False,  # every result is sorted before it is written
    }
