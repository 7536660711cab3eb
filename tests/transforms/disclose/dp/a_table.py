"""Contributions of made-up units to a small table, counted as an edition counts them."""

from functools import lru_cache
from tempfile import mkdtemp

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.grid import Grid
from weir.transforms.disclose.dp.query import Counts
from weir.transforms.disclose.edition import Form
from weir.transforms.disclose.margins import Shape
from weir.transforms.disclose.partial import Counting, edition_partial
from weir.transforms.keys import Keyring, create_keys

RULE = Disclosure(mode="dp", cells_per_unit=3, per_cell=5)
SHAPE = Shape(("page", "kind"), ("visitors", "views"), frozenset({"visitors"}))
KINDS = ("a", "b")


@lru_cache(1)
def a_keyring() -> Keyring:
    place = mkdtemp()
    create_keys(f"{place}/keys", "sampling")
    return Keyring.open(f"{place}/keys", "sampling")


def a_counting(shape: Shape = SHAPE, rule: Disclosure = RULE, open_=("page",)) -> Counting:
    fields = [pa.field(name, pa.string()) for name in shape.dimensions]
    fields += [pa.field(name, pa.int64()) for name in shape.measures]
    form = Form("t", "visitor", shape, tuple(fields))
    return Counting(form, rule, a_keyring(), ("t", "visitor", "2008-04-22"), open_)


def contributions(rows, shape: Shape = SHAPE) -> pa.Table:
    """rows: (unit, dimensions…, measures…)."""
    names = ["unit", *shape.dimensions, *shape.measures]
    table = pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    unit = pa.array([f"{n:016}".encode() for n in table["unit"].to_pylist()])
    table = table.set_column(0, "unit", unit)
    return table.append_column("site", pa.array(["www"] * len(rows))).append_column(
        "netblock", unit
    )


def margins(rows, counting: Counting | None = None, named=()) -> pa.Table:
    """As an edition counts them: bounded, folded, at every margin."""
    counting = counting or a_counting()
    allowed = pa.table(
        {
            "site": pa.array(["www"] * len(named), pa.string()),
            "dimension": pa.array(["page"] * len(named), pa.string()),
            "value": pa.array(list(named), pa.string()),
        }
    )
    return edition_partial(contributions(rows, counting.form.shape), counting, allowed)


def a_grid(pages=("(none)", "(other)"), *, folded=True) -> Grid:
    return Grid(("page", "kind"), (tuple(pages), KINDS), folded)


def counts(given: pa.Table, most: Loss, counting: Counting | None = None) -> Counts:
    here = given.filter(pc.equal(given["site"], "www"))
    return Counts("", "visitor", counting or a_counting(), here, most)
