"""The one published form of a table: margins in, what may be said out.

Rows that are too small, and what protects them, are not there. A number in a row that too few
units stand behind is null; a null may as well be a zero. All else is rounded.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weir.schemas.columns import NII, column
from weir.schemas.errors import WallError
from weir.schemas.policy import Disclosure
from weir.transforms.disclose.ask import ask
from weir.transforms.disclose.audit import pinned
from weir.transforms.disclose.complementary import hide_beside, protected
from weir.transforms.disclose.lattice import Ints, Lattice, Mask, lattice
from weir.transforms.disclose.margins import Shape, breakdown
from weir.transforms.disclose.suppress import rounded, small_cells, thin_values

_REPAIRS = 50
_BY = "dimensions that the row is broken out by; the other ones are null: all their values together"


@dataclass(frozen=True)
class Form:
    """How an edition of a table looks.

    unit: the privacy unit: visitor, user or recipient.
    fields: the Arrow fields of dimensions and measures as the table declares them, in its order.
    """

    table: str
    unit: str
    shape: Shape
    fields: tuple[pa.Field, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The published measures, in the table's order."""
        return tuple(f.name for f in self.fields if f.name not in self.shape.dimensions)

    @property
    def schema(self) -> pa.Schema:
        """site, date, by, the dimensions, the measures; all of them nii."""
        return pa.schema(
            [
                column("site", pa.string(), NII, "name of the site", nullable=False),
                column("date", pa.date32(), NII, "the site's local date", nullable=False),
                column("by", pa.string(), NII, _BY, nullable=False),
                *(field.with_nullable(True) for field in self.fields),
            ]
        )


@dataclass(frozen=True)
class Published:
    """One site's edition of a table, and what was left out of it (numbers of cells)."""

    rows: pa.Table
    cells: int
    small: int
    complementary: int
    values: int  # numbers left out of published rows
    least: int | None  # units of the smallest row that is there; None: there is none

    @property
    def suppressed(self) -> int:
        """Cells that are not there though somebody was in them."""
        return self.small + self.complementary


def published(margins: pa.Table, form: Form, rule: Disclosure, date: object) -> Published:
    """Apply the rule to one site's margins (schema `form.shape.schema`; columns of measures that
    another unit counts may stand beside it, as `with_people` adds them).

    Raises WallError when, after all repairs, a small cell could still be derived too closely.
    """
    lines = lattice(margins, form.shape)
    units = margins["units"].to_numpy()
    small = small_cells(margins, rule)
    # Rows left out are sensitive all of them here: that one is left out must not be undone.
    hidden = protected(lines, units, small, rule.k)
    hidden = _safe(lines, units, units, hidden, small, rule.rounding, rule.k, form.table)
    shown = ~hidden
    columns = _labels(margins, form, date)
    left_out = 0
    for name in form.measures:
        values, nulls = _measure(lines, margins, name, hidden, rule, form)
        columns[name] = pa.array(values, mask=nulls)
        left_out += int((nulls & shown).sum())
    rows = pa.table({field.name: columns[field.name] for field in form.schema})
    return Published(
        rows=rows.filter(pa.array(shown)).cast(form.schema),
        cells=lines.cells,
        small=int(small.sum()),
        complementary=int((hidden & ~small).sum()),
        values=left_out,
        least=int(units[shown].min()) if shown.any() else None,
    )


def _measure(
    lines: Lattice, margins: pa.Table, name: str, hidden: Mask, rule: Disclosure, form: Form
) -> tuple[Ints, Mask]:
    """A measure's rounded values, and where they are withheld. A count of people needs k."""
    behind = margins[f"behind:{name}"].to_numpy()
    people = name in form.shape.people or name not in form.shape.measures
    truth = behind if people else margins[name].to_numpy()
    thin = behind < rule.k if people else thin_values(margins, name, rule)
    protection = rule.k if people else rule.contributors
    withheld = hidden | thin
    if name in form.shape.finest:
        return rounded(truth, rule.rounding).value, withheld
    sensitive = (thin | small_cells(margins, rule)) & (behind > 0)
    nulls = _safe(lines, truth, behind, withheld, sensitive, rule.rounding, protection, form.table)
    return rounded(truth, rule.rounding).value, nulls


def with_people(margins: pa.Table, name: str, people: pa.Table, shape: Shape) -> pa.Table:
    """Margins with `behind:<name>`: units of another kind (users in a table of visitors).

    people: margins of those units over the same dimensions, counted apart.
    """
    keys = ["site", "mask", *shape.dimensions]
    columns = ", ".join(f'given."{key}"' for key in keys)
    match = " AND ".join(f'given."{key}" IS NOT DISTINCT FROM people."{key}"' for key in keys)
    query = (
        f'SELECT given.*, coalesce(people.units, 0)::BIGINT AS "behind:{name}" '
        f"FROM given LEFT JOIN people ON {match} ORDER BY {columns}"
    )
    return ask(query, given=margins, people=people.select([*keys, "units"]))


def _safe(
    lines: Lattice,
    truth: Ints,
    size: Ints,
    hidden: Mask,
    sensitive: Mask,
    base: int,
    protection: int,
    table: str,
) -> Mask:
    """`hidden` and what must go with it, until the auditor opens nothing."""
    for _ in range(_REPAIRS):
        hidden = protected(lines, size, hidden, protection, sensitive)
        opened = pinned(lines, truth, hidden, sensitive, base, protection)
        if len(opened) == 0:
            return hidden
        grew = [hide_beside(lines, size, hidden, cell) for cell in opened.tolist()]
        if not any(grew):
            break
    raise WallError(
        f"table {table}: {len(opened)} suppressed cells could be derived from published ones; "
        "nothing was published; raise k or give the table fewer dimensions"
    )


def _labels(margins: pa.Table, form: Form, date: object) -> dict[str, pa.Array]:
    count = margins.num_rows
    masks = margins["mask"].to_numpy()
    words = {m: breakdown(m, form.shape.dimensions) for m in np.unique(masks).tolist()}
    return {
        "site": margins["site"],
        "date": pa.array([date] * count, pa.date32()),
        "by": pa.array([words[m] for m in masks.tolist()], pa.string()),
        **{name: margins[name] for name in form.shape.dimensions},
    }
