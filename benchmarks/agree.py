"""Whether weir and the script by hand counted the same, table by table.

What detection replaces (paths, domains, campaigns) is added up: one placeholder stands for many.

usage: python -m benchmarks.agree STORE/weir.duckdb OUT/tables.duckdb
"""

import sys
from pathlib import Path

import duckdb

SAME: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "traffic": ((), ("visitors", "visitors_url_session", "visits", "pageviews", "hits", "bytes",
                     "bounces", "duration_s", "bot_hits")),
    "hours": (("hour",), ("visitors", "visits", "pageviews", "hits", "bytes")),
    "pages": ((), ("pageviews",)),
    "entry_exit": (("position",), ("visits", "bounces")),
    "referrers": (("kind",), ("visits", "pageviews", "bounces")),
    "technology": (("browser", "os", "device"), ("visitors", "visits", "pageviews")),
    "campaigns": (("medium",), ("visits", "pageviews")),
    "errors": (("status", "kind"), ("hits", "hits_bots")),
    "bots": (("bot", "browser"), ("hits", "bytes")),
    "quality": (("channel",), ("hits", "pages", "hits_url_session", "hits_network", "robots",
                               "silent")),
    "demographics": (("age_band", "gender", "profession"),
                     ("visitors", "visits", "pageviews", "hits", "duration_s")),
    "languages": (("language", "country"), ("visitors", "visits", "pageviews")),
}  # fmt: skip
"""By table: the dimensions by which, and the measures of which, both must tell the same sums."""
ALLOWED = {"referrers": 0.0005, "campaigns": 0.0005, "errors": 0.005}
"""Of these, so much of a sum may be elsewhere: of two requests in one second the script takes
either for the first; and a host with bytes in it that no browser sends is no host for weir."""


def differences(weir: Path, by_hand: Path) -> list[str]:
    """What the two tell otherwise, and by how much: `table.measure 1.2 %`. weir: the store's
    weir.duckdb; by_hand: what duckdb_script.py leaves."""
    with duckdb.connect() as connection:
        for name, path in (("weir", weir), ("by_hand", by_hand)):
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        return [
            f"{table}.{measure} {elsewhere:.2%}"
            for table, (dimensions, measures) in SAME.items()
            for measure in measures
            if (elsewhere := _elsewhere(connection, table, dimensions, measure))
            > ALLOWED.get(table, 0)
        ]


def filled(weir: Path) -> set[str]:
    """The tables of weir's that have rows."""
    with duckdb.connect(str(weir), read_only=True) as connection:
        shown = connection.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        names = {str(name) for (name,) in shown} - {"events", "people"}
        return {name for name in names if connection.table(name).limit(1).fetchall()}


def _elsewhere(
    connection: duckdb.DuckDBPyConnection, table: str, dimensions: tuple[str, ...], measure: str
) -> float:
    """How much of a sum is in other cells, or in one of the two alone."""
    by = ", ".join(f"{name}::VARCHAR" for name in dimensions) or "''"
    one, other = (
        f"SELECT concat_ws('|', {by}) AS cell, sum({measure})::BIGINT AS n FROM {database}.{table} "
        "GROUP BY ALL"
        for database in ("weir", "by_hand")
    )
    ((apart, whole),) = connection.sql(
        "SELECT sum(abs(coalesce(a.n, 0) - coalesce(b.n, 0))), greatest(sum(a.n), sum(b.n), 1) "
        f"FROM ({one}) a FULL JOIN ({other}) b USING (cell)"
    ).fetchall()
    return float(1 if apart is None else apart / whole)


def main(weir: str, by_hand: str) -> int:
    """Say what differs; 1 if anything does."""
    found = differences(Path(weir), Path(by_hand))
    print("\n".join(found) or f"{len(SAME)} tables agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
