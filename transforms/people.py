"""Registered people: who goes to the vault, what goes on is a closed value that twenty share."""

from dataclasses import dataclass
from functools import lru_cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.schemas.columns import conform
from weir.schemas.event import PERSON, VAULT
from weir.transforms.demographics import CLOSED, normalise
from weir.transforms.distinct import constant, is_true
from weir.transforms.parse import Parsed
from weir.transforms.wall import Wall

KINDS = {
    "name": "name",
    "email": "email",
    "phone": "phone",
    "fax": "phone",
    "card": "card",
    "iban": "iban",
}
_COARSER = ("profession", "age_band", "gender")  # what is given up first


@dataclass(frozen=True)
class Profiles:
    """A block of profiles on both sides of the wall."""

    vault: pa.Table  # VAULT
    people: pa.Table  # site, user (raw, in flight), CLOSED, sharable
    identifiers: pa.Table  # kind, value: in flight, for the proof's dictionary


def split_profiles(parsed: Parsed, wall: Wall) -> Profiles:
    """PROFILE rows and stated demographics -> vault, people, identifiers."""
    rows, stated = parsed.rows, parsed.demographics
    site = constant(wall.site.name, rows.num_rows, pa.string())
    vault = conform(rows.append_column("site", site), VAULT)
    kept = pa.array(
        [f for f in pc.unique(rows["field"]).to_pylist() if _treatment(wall, f) == "vault"],
        pa.string(),
    )
    closed = normalise(stated, wall.day)
    listed = wall.policy.signals.opt_out_list  # whether the list of refusals is honoured
    people = pa.table(
        {
            "site": constant(wall.site.name, stated.num_rows, pa.string()),
            "user": stated["user"],
            **{name: closed[name] for name in CLOSED},
            "sharable": pc.invert(pc.and_(is_true(stated["opt_out"]), listed)),
        }
    )
    return Profiles(vault.filter(pc.is_in(vault["field"], value_set=kept)), people, _named(rows))


def _treatment(wall: Wall, field: str) -> str:
    """A profile's field under the policy: names, postal parts and cards share a category each."""
    names = {"first_name": "name", "last_name": "name", "username": "user_name", "iban": "billing"}
    parts = {"address": "postal_address", "city": "postal_address", "postcode": "postal_address"}
    return wall.policy.category(names.get(field) or parts.get(field) or field).treatment


def _named(rows: pa.Table) -> pa.Table:
    """Identifiers of people; of their names only first and last together."""
    kinds = pa.table({"field": list(KINDS), "kind": list(KINDS.values())})
    direct = rows.join(kinds, "field", join_type="inner").select(["kind", "value"])
    users = pa.table({"value": pc.unique(rows["user"])})
    users = users.add_column(0, "kind", constant("id", users.num_rows, pa.string()))
    first, last = (
        rows.filter(pc.equal(rows["field"], name)).select(["line", "value"])
        for name in ("first_name", "last_name")
    )
    both = first.join(last, "line", join_type="inner", right_suffix="_last")
    full = pc.binary_join_element_wise(both["value"], both["value_last"], " ")
    names = pa.table({"kind": constant("name", both.num_rows, pa.string()), "value": full})
    return pa.concat_tables([direct, users, names.cast(direct.schema)])


@lru_cache(4)
def read_people(paths: tuple[str, ...]) -> pa.Table:
    """PERSON of a date, read once a worker."""
    return pa.concat_tables([PERSON.empty_table(), *(pq.read_table(path) for path in paths)])


def coarsen(con: duckdb.DuckDBPyConnection, said: pa.Table, origin: str, crowd: int) -> pa.Table:
    """Demographics as stated (SAID) -> PERSON: one row a key, each combination `crowd` people's.

    A rarer combination gives up its profession, then its age, then its gender; what is rare still
    has nothing left to tell. Country, and then language, are told within these combinations only
    where they leave them crowds, so they cost nobody an age or a profession. Crowds are counted
    within a site.
    """
    if said.num_rows == 0:
        return PERSON.empty_table()
    con.register("said", said)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE people AS SELECT site, key, bool_and(sharable) AS sharable, "
        + ", ".join(f"{_ONE.format(c)} AS {c}" for c in CLOSED)
        + " FROM said GROUP BY ALL"
    )
    for given_up in _COARSER:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE people AS SELECT * REPLACE ("
            f"CASE WHEN count(*) OVER (PARTITION BY site, {', '.join(_COARSER)}) < {crowd:d} "
            f"THEN 'unknown' ELSE {given_up} END AS {given_up}) FROM people"
        )
    con.execute(_WITHIN.format(name="country", within=", ".join(_COARSER), crowd=crowd))
    con.execute(
        _WITHIN.format(name="language", within=", ".join((*_COARSER, "country")), crowd=crowd)
    )
    table = con.sql("SELECT * FROM people ORDER BY site, key").to_arrow_table()
    con.unregister("said")
    con.execute("DROP TABLE people")
    return conform(
        table.append_column("origin", constant(origin, table.num_rows, pa.string())), PERSON
    )


_ONE = """coalesce(min({0}) FILTER ({0} NOT IN ('unknown', 'refused')),
                   min({0}) FILTER ({0} = 'refused'), 'unknown')"""
"""Of several statements of one person: one that tells, else a refusal."""

# The people of a combination whose value is not told are a crowd too, or none: else the smallest
# value that is told joins them.
_WITHIN = """
CREATE OR REPLACE TEMP TABLE people AS
WITH sized AS (
    SELECT site, {within}, {name}, count(*) AS n FROM people GROUP BY ALL
), marked AS (
    SELECT *, n >= {crowd:d} AND {name} <> 'unknown' AS told FROM sized
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY site, {within}, told ORDER BY n, {name}) AS nth,
           coalesce(sum(n) FILTER (NOT told) OVER (PARTITION BY site, {within}), 0) AS rest
    FROM marked
)
SELECT people.* REPLACE (
    CASE WHEN told AND NOT (nth = 1 AND rest BETWEEN 1 AND {crowd:d} - 1) THEN {name}
         ELSE 'unknown' END AS {name})
FROM people JOIN ranked USING (site, {within}, {name})
"""
