"""From the events of a visitor bucket to aggregate tables: compile, count, merge, finish.

    relations of a bucket -> Partials             partials()        in each bucket, with no other's
    (table, partial) -> partial                   merge()           sums: any order, any grouping
    (table, measure, bucket of unit, pairs) -> partial   count_pairs()   users, recipients
    (table, partial, few) -> partial              fold()            what too few visitors have
    (table, partial) -> table as declared         finish()

A visitor lives in one bucket, so visitors, visits and sums add up over buckets. Users and
recipients do not (one user in two browsers): their distinct (cell, unit) pairs are exchanged a
second time, bucketed by the unit, and counted there.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.event import PERSON, TOUCH
from weir.schemas.tables import NONE, OTHER, Measure, TableSpec, Unit
from weir.transforms.demographics import CLOSED
from weir.transforms.duck import connect
from weir.transforms.visits import Relations
from weir.transforms.write import canonical


@dataclass(frozen=True)
class Partials:
    """What one bucket says.

    tables: by table name: site, the dimensions (string), the measures that add up (int64)
    pairs:  by (table name, measure): site, the dimensions, `unit` binary(16); distinct rows
    few:    by table name, of those that need a crowd: the same of visitors, in cells of fewer than
            a crowd in this bucket. What is few in all of them is few in each.
    contacts: TOUCH: each visitor's last click and view, for conversions of later dates
    """

    tables: dict[str, pa.Table]
    pairs: dict[tuple[str, str], pa.Table]
    few: dict[str, pa.Table]
    contacts: pa.Table


@dataclass(frozen=True)
class Bucket:
    """The relations of one bucket, open for compiled SQL. Made by `open_bucket`."""

    connection: duckdb.DuckDBPyConnection
    units: dict[str, pa.FixedSizeBinaryArray]  # what the codes of visitor, user, … stand for
    has: frozenset[str]  # see Relations

    def rows(self, sql: str) -> pa.Table:
        """The answer to a query; codes stay codes."""
        return self.connection.sql(sql).to_arrow_table()

    def lacks(self, spec: TableSpec) -> bool:
        """Whether nothing here is of a table: asking costs more than knowing."""
        return bool(spec.only_with) and self.has.isdisjoint(spec.only_with)

    def named(self, rows: pa.Table, column: str, unit: str) -> pa.Table:
        """`rows` with the codes in `column` replaced by the 16 bytes they stand for."""
        place = rows.schema.get_field_index(column)
        bytes_ = self.units[unit].take(rows[column].combine_chunks())
        return rows.set_column(place, column, bytes_)


@contextmanager
def open_bucket(
    relations: Relations,
    people: pa.Table | None,
    *,
    memory_mb: int = 256,
    temp_dir: str | Path | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
    earlier: pa.Table | None = None,
) -> Iterator[Bucket]:
    """The relations of a bucket (visits, views, spells, signals, …) and those in transforms/sql,
    each under its own name.

    relations: of one bucket and one local date. people: PERSON of the date, or a part of it that
    has all keys of the bucket. connection: one of `duck.connect` that the caller closes; buckets
    may use it one after another. Without it one is opened with the limits.
    earlier: TOUCH (schemas/event.py), what the date's visitors were shown on days before.
    """
    with nullcontext(connection) if connection else connect(memory_mb, temp_dir) as opened:
        given = relations.tables | {
            f"{origin}s": _coded(people, origin, unit, relations)
            for origin, unit in (("profile", "user"), ("script", "visitor"))
        }
        given["earlier"] = _known(earlier, relations)
        for name, table in given.items():
            opened.register(name, table)
        for name, sql in _views().items():
            opened.execute(f"CREATE TEMP VIEW IF NOT EXISTS {name} AS {sql}")
        yield Bucket(opened, relations.units, relations.has)
        for name in given:
            opened.unregister(name)


@lru_cache(1)
def _views() -> dict[str, str]:
    """The relations that are SQL: transforms/sql/<name>.sql."""
    folder = files("weir.transforms") / "sql"
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return {name.removesuffix(".sql"): (folder / name).read_text("utf-8") for name in found}


def _coded(people: pa.Table | None, origin: str, unit: str, relations: Relations) -> pa.Table:
    """The people of one origin that are in the bucket, keyed by the unit's code."""
    rows = PERSON.empty_table() if people is None else people
    code = pc.index_in(rows["key"], value_set=relations.units[unit])
    wanted = pc.and_(pc.equal(rows["origin"], origin), pc.is_valid(code))
    columns = {"site": rows["site"], "key": code} | {name: rows[name] for name in CLOSED}
    return pa.table(columns).filter(wanted)


def _known(earlier: pa.Table | None, relations: Relations) -> pa.Table:
    """Touches of earlier days, of the bucket's visitors, by their codes."""
    rows = TOUCH.empty_table() if earlier is None else earlier
    code = pc.index_in(rows["visitor"], value_set=relations.units["visitor"])
    return rows.set_column(rows.schema.get_field_index("visitor"), "visitor", code).filter(
        pc.is_valid(code)
    )


def compile(
    spec: TableSpec, relation: str | None = None, *, measures: Iterable[str] | None = None
) -> str:
    """The table as SQL: site, the dimensions, the measures (BIGINT), a row a cell.

    relation: a name to read instead of `spec.source`, with the same columns. measures: only these;
    default all. Values without a name are null here; `partials` and `cells` say `(none)`.
    """
    chosen = spec.measures if measures is None else {name: spec.measures[name] for name in measures}
    return _select(spec, relation, [], chosen)


def _select(
    spec: TableSpec,
    relation: str | None,
    extra: Sequence[str],
    measures: dict[str, Measure],
    unit: str = "",
) -> str:
    columns = [
        "site",
        *(f'{dimension.sql or name} AS "{name}"' for name, dimension in spec.dimensions.items()),
        *extra,
        *(f'{measure.expression} AS "{name}"' for name, measure in measures.items()),
    ]
    kept = [f"({rule})" for rule in (spec.filter, f'"{unit}" IS NOT NULL' if unit else "") if rule]
    where = f"\nWHERE {' AND '.join(kept)}" if kept else ""
    return f"SELECT {', '.join(columns)}\nFROM {relation or spec.source}{where}\nGROUP BY ALL"


def cells(
    bucket: Bucket,
    spec: TableSpec,
    unit: Unit | None = None,
    *,
    relation: str | None = None,
    measures: Iterable[str] | None = None,
) -> pa.Table:
    """What each privacy unit contributes to each cell of a table, for bounding and the crowd rule.

    -> site, the dimensions (string, never null), unit (binary(16)), netblock (binary(16); one of
    the unit's, so a count of distinct ones is never too high), the measures (int64): sums of the
    unit's own rows, 1 or 0 in a count of distinct units of that kind.

    unit: default `spec.unit`. Rows without that unit are left out. With `visitor` a (cell, unit) is
    in one bucket only; with `user` or `recipient` add the tables of all buckets up by
    `merge_cells` before bounding.
    """
    unit = unit or spec.unit
    chosen = spec.measures if measures is None else {name: spec.measures[name] for name in measures}
    if bucket.lacks(spec):
        return _no_cells(spec, chosen)
    extra = [f'"{unit}" AS unit', "min(netblock) AS netblock"]
    rows = bucket.rows(_select(spec, relation, extra, chosen, unit))
    return bucket.named(bucket.named(_filled(rows, spec), "unit", unit), "netblock", "netblock")


def _no_cells(spec: TableSpec, measures: Iterable[str]) -> pa.Table:
    unit, netblock = (pa.field(name, pa.binary(16)) for name in ("unit", "netblock"))
    keys, counts = ([spec.schema.field(n) for n in names] for names in (spec.keys, measures))
    return pa.schema([*keys, unit, netblock, *counts]).empty_table()


def partials(
    relations: Relations,
    people: pa.Table | None,
    tables: Iterable[TableSpec],
    *,
    memory_mb: int = 256,
    temp_dir: str | Path | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
    earlier: pa.Table | None = None,
    crowd: int,
) -> Partials:
    """Everything one bucket says to `tables`. Arguments as `open_bucket` has them; crowd: so many
    visitors are one."""
    specs = list(tables)
    with open_bucket(
        relations,
        people,
        memory_mb=memory_mb,
        temp_dir=temp_dir,
        connection=connection,
        earlier=earlier,
    ) as bucket:
        return Partials(
            {spec.name: _summed(bucket, spec) for spec in specs},
            {
                (spec.name, name): _pairs(bucket, spec, spec.measures[name])
                for spec in specs
                for name in spec.exchanged
                if not bucket.lacks(spec)
            },
            {
                spec.name: _few(bucket, spec, crowd)
                for spec in specs
                if spec.crowded and not bucket.lacks(spec)
            },
            _contacts(bucket),
        )


def _summed(bucket: Bucket, spec: TableSpec) -> pa.Table:
    adding = {name: m for name, m in spec.measures.items() if not m.exchanged}
    if bucket.lacks(spec):
        return spec.schema.empty_table().select([*spec.keys, *adding])
    stepwise = any(measure.distinct for measure in adding.values())
    return _filled(bucket.rows((_by_visitor if stepwise else _plainly)(spec, adding)), spec)


def _plainly(spec: TableSpec, measures: dict[str, Measure]) -> str:
    return _select(spec, None, [], measures)


def _by_visitor(spec: TableSpec, measures: dict[str, Measure]) -> str:
    """`compile` in two steps, by visitor and then over them: half the cost of count(DISTINCT)."""
    inner = {
        name: Measure(sql="count(*)", where=m.where, unit="", about="") if m.distinct else m
        for name, m in measures.items()
    }
    keys = ", ".join(f'"{key}"' for key in spec.keys)
    outer = [
        f'(count(*) FILTER (WHERE visitor IS NOT NULL AND "{name}" > 0))::BIGINT AS "{name}"'
        if m.distinct
        else f'sum("{name}")::BIGINT AS "{name}"'
        for name, m in measures.items()
    ]
    by_visitor = _select(spec, None, ["visitor"], inner)
    return f"SELECT {keys}, {', '.join(outer)} FROM ({by_visitor}) GROUP BY ALL"


def _pairs(bucket: Bucket, spec: TableSpec, measure: Measure) -> pa.Table:
    """The distinct (cell, unit) pairs that a measure counts."""
    unit = str(measure.distinct)
    kept = f"(SELECT * FROM {spec.source} WHERE {measure.where})" if measure.where else spec.source
    rows = bucket.rows(_select(spec, kept, [f'"{unit}" AS unit'], {}, unit))
    return bucket.named(_filled(rows, spec), "unit", unit)


def _few(bucket: Bucket, spec: TableSpec, crowd: int) -> pa.Table:
    """The distinct (cell, visitor) pairs of cells that have fewer than a crowd."""
    keys = ", ".join(f'"{key}"' for key in spec.keys)
    pairs = _select(spec, None, ["visitor AS unit"], {}, "visitor")
    sql = f"SELECT * FROM ({pairs}) QUALIFY count(*) OVER (PARTITION BY {keys}) < {crowd:d}"
    return bucket.named(_filled(bucket.rows(sql), spec), "unit", "visitor")


def _contacts(bucket: Bucket) -> pa.Table:
    if bucket.has.isdisjoint(("campaign", "message")):
        return TOUCH.empty_table()
    rows = bucket.rows(f"SELECT {', '.join(TOUCH.names)} FROM last_contacts")
    return bucket.named(rows, "visitor", "visitor").cast(TOUCH)


def _filled(rows: pa.Table, spec: TableSpec) -> pa.Table:
    """Dimensions that have no value say so."""
    for name in spec.dimensions:
        place = rows.schema.get_field_index(name)
        column = pc.fill_null(rows[name].cast(pa.string()), NONE)
        rows = rows.set_column(place, name, column)
    return rows


def count_pairs(measure: str, pairs: Iterable[pa.Table]) -> pa.Table:
    """Pairs of one (table, measure), all that share a bucket of their unit, from every visitor
    bucket -> a partial of that table with that measure: how many distinct units each cell has.

    Pairs whose units are in different buckets may be counted apart and merged.
    """
    table = pa.concat_tables(pairs).combine_chunks()
    keys = [name for name in table.column_names if name != "unit"]
    distinct = table.group_by([*keys, "unit"]).aggregate([])
    counted = distinct.group_by(keys).aggregate([([], "count_all")])
    return counted.rename_columns({"count_all": measure})


def merge(parts: Iterable[pa.Table]) -> pa.Table:
    """Partials of one table added up: associative, commutative, blind to a column's absence.

    Text columns are what rows are told apart by, int64 columns are summed (missing ones are 0).
    """
    table = pa.concat_tables(list(parts), promote_options="default")
    measures = [field.name for field in table.schema if pa.types.is_int64(field.type)]
    return _added_up(table, measures)


def fold(
    merged: pa.Table | None, spec: TableSpec, few: Iterable[pa.Table], crowd: int
) -> pa.Table | None:
    """A merged partial whose cells of fewer than `crowd` visitors have `(other)` for the values
    that need one; its visitors are counted anew, each once. few: of all buckets."""
    if merged is None or not spec.crowded or not merged.num_rows:
        return merged
    (visitors,) = (name for name, measure in spec.measures.items() if measure.distinct)
    small = pc.less(merged[visitors], crowd)
    cells_ = merged.filter(small)
    place = merged.schema.get_field_index(visitors)
    nobody = pc.if_else(small, 0, merged[visitors])
    told = _hidden(merged.set_column(place, visitors, nobody), spec, small)
    pairs = pa.concat_tables(list(few)).combine_chunks()
    wanted = cells_.select(spec.keys).group_by(list(spec.keys)).aggregate([])
    hidden = pairs.join(wanted, list(spec.keys), join_type="left semi", use_threads=False)
    everywhere = pa.chunked_array([pa.repeat(pa.scalar(True), hidden.num_rows)])
    return merge([told, count_pairs(visitors, [_hidden(hidden, spec, everywhere)])])


def _hidden(rows: pa.Table, spec: TableSpec, where: pa.ChunkedArray) -> pa.Table:
    for name in spec.crowded:
        nothing = pc.equal(rows[name], NONE)
        values = pc.if_else(pc.and_not(where, nothing), pa.scalar(OTHER), rows[name])
        rows = rows.set_column(rows.schema.get_field_index(name), name, values)
    return rows


def merge_cells(parts: Iterable[pa.Table], spec: TableSpec) -> pa.Table:
    """`cells` of several buckets as if they were one: each (cell, unit) once.

    Counts of the unit itself stay 1; other counts of distinct units are sums.
    """
    table = pa.concat_tables(list(parts), promote_options="default").combine_chunks()
    keys = [*spec.keys, "unit"]
    measures = [name for name in table.column_names if name in spec.measures]
    once = {name for name in measures if spec.measures[name].exchanged}
    rules = [(name, "max" if name in once else "sum") for name in measures]
    merged = table.group_by(keys).aggregate([("netblock", "min"), *rules])
    names = [*keys, "netblock", *measures]
    return merged.select(
        [*keys, "netblock_min", *(f"{n}_{how}" for n, how in rules)]
    ).rename_columns(names)


def _added_up(table: pa.Table, measures: Sequence[str]) -> pa.Table:
    keys = [name for name in table.column_names if name not in measures]
    summed = table.combine_chunks().group_by(keys).aggregate([(name, "sum") for name in measures])
    columns = {name: summed[name] for name in keys} | {
        name: pc.fill_null(summed[f"{name}_sum"], 0) for name in measures
    }
    return pa.table(columns)


def finish(merged: pa.Table | None, spec: TableSpec, day: date) -> pa.Table:
    """A merged partial as the table declares itself: `spec.schema`, in canonical order.

    None, or measures that nobody counted: an empty table, zeros. Rows whose measures are all 0
    are no cells.
    """
    if merged is None:
        return spec.schema.empty_table()
    zero = pa.array([0] * merged.num_rows, pa.int64())
    columns = {name: merged[name] for name in spec.keys}
    columns["date"] = pa.array([day] * merged.num_rows, pa.date32())
    columns |= {
        name: merged[name] if name in merged.column_names else zero for name in spec.measures
    }
    table = pa.table(columns)
    some = [pc.not_equal(table[name], 0) for name in spec.measures]
    kept = some[0]
    for other in some[1:]:
        kept = pc.or_(kept, other)
    return canonical(table.filter(kept), spec.schema)
