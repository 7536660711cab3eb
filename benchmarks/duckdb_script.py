"""Runs duckdb_script.sql over a log with two threads and writes its tables as Parquet.

usage: python -m benchmarks.duckdb_script LOG OUT
"""

import sys
from pathlib import Path

import duckdb

TABLES = ("traffic", "hours", "pages", "entry_exit", "referrers", "technology")


def main(log: str, out: str) -> None:
    """Every table of the script, one Parquet file each."""
    Path(out).mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    connection.execute("SET VARIABLE log = ?", [log])
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    for table in TABLES:
        connection.table(table).write_parquet(str(Path(out, f"{table}.parquet")))
    print(connection.table("traffic"))
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
