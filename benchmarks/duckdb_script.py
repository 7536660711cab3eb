"""Runs duckdb_script.sql over a log with two threads and writes its tables as Parquet.

usage: python -m benchmarks.duckdb_script LOG OUT exact|lean
    exact: reads each line that a server can write, quotes escaped with a backslash among them
    lean:  the fastest expression that was found; it loses lines with such quotes
"""

import sys
from pathlib import Path

import duckdb

TABLES = ("traffic", "hours", "pages", "entry_exit", "referrers", "technology", "campaigns")
_HEAD = r"^([^ ]*) [^ ]* ([^ ]*) \[([^ ]*) [^\]]*\] "
LINES = {
    "exact": _HEAD + r""""([^ "]*) ((?:[^ "\\]|\\.)*)(?:[^"\\]|\\.)*" (\d+) ([^ ]*) """
    r""""((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"$""",
    "lean": _HEAD + r""""([^ "]*) ([^ "]*)[^"]*" (\d+) ([^ ]*) "([^"]*)" "(.*)"$""",
}


def main(log: str, out: str, line: str) -> None:
    """Every table of the script, one Parquet file each."""
    Path(out).mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    connection.execute("SET VARIABLE log = ?", [log])
    connection.execute("SET VARIABLE line = ?", [LINES[line]])
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    for table in TABLES:
        connection.table(table).write_parquet(str(Path(out, f"{table}.parquet")))
    print(connection.table("traffic"))
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
