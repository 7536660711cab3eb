"""One bucket's part in an edition: pure functions of Arrow tables, so that any runner may map them.

# bucket -> contributions -> bounded -> crowds -> (all buckets) named values
# bucket -> contributions -> bounded -> folded -> margins -> (all buckets) combined
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.policy import Disclosure
from weir.schemas.tables import NONE
from weir.transforms.disclose.ask import ask
from weir.transforms.disclose.bounds import bounded
from weir.transforms.disclose.crowd import CROWD, crowds, folded
from weir.transforms.disclose.cut import CUT, cut, numbered
from weir.transforms.disclose.edition import Form
from weir.transforms.disclose.labels import public, registrable, untyped
from weir.transforms.disclose.margins import counted
from weir.transforms.keys import Keyring

PAGES = ("path",)
DOMAINS = ("domain",)


@dataclass(frozen=True)
class Counting:
    """What a table's edition needs to know besides data; picklable, without the key itself.

    drawn: context of the key that decides what is kept of a unit: table, unit, date.
    open: dimensions whose values come from the data. routes: which paths a site declares public.
    """

    form: Form
    rule: Disclosure
    keyring: Keyring  # sampling
    drawn: tuple[str, ...]
    open: tuple[str, ...] = ()
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def key(self) -> bytes:
        """The sampling key of the table."""
        return self.keyring.derive("sampling", *self.drawn)

    @property
    def caps(self) -> dict[str, int]:
        """L-infinity of each measure."""
        shape = self.form.shape
        return {
            name: 1 if name in shape.people else self.rule.bounds.get(name, self.rule.per_cell)
            for name in shape.measures
        }


def crowd_partial(cells: pa.Table, counting: Counting) -> pa.Table:
    """The crowd behind each open value in one bucket (schema CROWD).

    cells: site, the dimensions, unit, netblock (binary), the measures (int64), a row a (site, unit,
    cell); all rows of a unit must be there. See transforms/aggregate.py, `cells`.
    """
    if not cells.num_rows:
        return CROWD.empty_table()
    return crowds(_bounded(_called(cells, counting), counting), counting.open, counting.rule)


def edition_partial(cells: pa.Table, counting: Counting, named: pa.Table) -> pa.Table:
    """One bucket's margins (schema of the shape). cells: as above; named: of `allowed`."""
    return margins_and_cut(cells, counting, named)[0]


def margins_and_cut(
    cells: pa.Table, counting: Counting, named: pa.Table
) -> tuple[pa.Table, pa.Table]:
    """The same, and what bounding cost (schema CUT)."""
    shape = counting.form.shape
    if not cells.num_rows:
        return shape.schema.empty_table(), CUT.empty_table()
    called = numbered(_called(cells, counting))
    given = _bounded(called, counting)
    cost = cut(called, given, counting.caps, shape.people)
    parts = [shape.schema.empty_table()]
    for site in pc.unique(given["site"]).to_pylist():
        mine = given.filter(pc.equal(given["site"], site))
        parts.append(counted(folded(mine, counting.open, _named(named, site)), shape))
    return pa.concat_tables(parts), cost


def folded_cells(cells: pa.Table, counting: Counting, named: pa.Table) -> pa.Table:
    """Contributions as they are counted: site, unit, dimensions, measures, a row a (site, unit,
    cell) of the folded table or several. cells: as above, with all rows of a unit."""
    shape = counting.form.shape
    names = ["site", "unit", *shape.dimensions, *shape.measures]
    if not cells.num_rows:
        return cells.select(names)
    given = _bounded(_called(cells, counting), counting).select(names)
    parts = [given.slice(0, 0)]
    for site in pc.unique(given["site"]).to_pylist():
        mine = given.filter(pc.equal(given["site"], site))
        parts.append(folded(mine, counting.open, _named(named, site)))
    return pa.concat_tables(parts)


def labelled(table: pa.Table, counting: Counting) -> pa.Table:
    """A table with the dimensions as they are called outside: strings, never null."""
    for name in counting.form.shape.dimensions:
        values = pc.fill_null(table[name].cast(pa.string()), NONE)
        if name in counting.open:
            values = untyped(values)
        if name in DOMAINS:
            values = registrable(values)
        if name in PAGES and counting.rule.open_values == "declared":
            values = public(table["site"], values, counting.routes)
        table = table.set_column(table.column_names.index(name), name, values)
    return table


def _called(contributions: pa.Table, counting: Counting) -> pa.Table:
    """Contributions to cells as they are called outside."""
    shape = counting.form.shape
    names = ["site", "unit", "netblock", *shape.dimensions, *shape.measures]
    return _regrouped(labelled(contributions.select(names), counting), counting)


def _bounded(table: pa.Table, counting: Counting) -> pa.Table:
    dimensions = counting.form.shape.dimensions
    return bounded(table, dimensions, counting.caps, counting.rule, counting.key)


def _regrouped(table: pa.Table, counting: Counting) -> pa.Table:
    """One row a (site, unit, cell) again: what is called the same is one cell."""
    shape = counting.form.shape
    sums = [f'sum("{name}")::BIGINT AS "{name}"' for name in shape.measures]
    names = ["site", "unit", *(f'"{name}"' for name in shape.dimensions)]
    columns = ", ".join([*names, "min(netblock) AS netblock", *sums])
    return ask(f"SELECT {columns} FROM given GROUP BY ALL", given=table)


def _named(named: pa.Table, site: str) -> dict[str, pa.Array]:
    mine = named.filter(pc.equal(named["site"], site))
    return {
        name: mine.filter(pc.equal(mine["dimension"], name))["value"].combine_chunks()
        for name in pc.unique(mine["dimension"]).to_pylist()
    }
