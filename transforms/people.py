"""Registered people: who goes to the vault, what goes on is a closed value that twenty share."""

from dataclasses import dataclass
from functools import lru_cache

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.schemas.columns import conform
from weir.schemas.event import PERSON, VAULT
from weir.transforms.demographics import normalise
from weir.transforms.distinct import constant, is_true
from weir.transforms.parse import Parsed
from weir.transforms.wall import Wall

_KINDS = {
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
    people: pa.Table  # site, user (raw, in flight), age_band, gender, profession, sharable
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
    age, gender, profession = (
        stated[name].combine_chunks() for name in ("age", "gender", "profession")
    )
    closed = normalise(age, gender, profession, wall.day)
    listed = wall.policy.signals.opt_out_list  # whether the list of refusals is honoured
    people = pa.table(
        {
            "site": constant(wall.site.name, stated.num_rows, pa.string()),
            "user": stated["user"],
            **{name: closed[name] for name in ("age_band", "gender", "profession")},
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
    kinds = pa.table({"field": list(_KINDS), "kind": list(_KINDS.values())})
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
    has nothing left to tell. Crowds are counted within a site.
    """
    if said.num_rows == 0:
        return PERSON.empty_table()
    con.register("said", said)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE people AS SELECT site, key, bool_and(sharable) AS sharable, "
        + ", ".join(
            f"coalesce(min({c}) FILTER ({c} <> 'unknown'), 'unknown') AS {c}" for c in _COARSER
        )
        + " FROM said GROUP BY ALL"
    )
    for given_up in _COARSER:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE people AS SELECT * REPLACE ("
            f"CASE WHEN count(*) OVER (PARTITION BY site, {', '.join(_COARSER)}) < {crowd:d} "
            f"THEN 'unknown' ELSE {given_up} END AS {given_up}) FROM people"
        )
    table = con.sql("SELECT * FROM people ORDER BY site, key").to_arrow_table()
    con.unregister("said")
    con.execute("DROP TABLE people")
    return conform(
        table.append_column("origin", constant(origin, table.num_rows, pa.string())), PERSON
    )
