"""The one published form of a table: margins in, what may be said out.

Rows that are too small, and what protects them, are not there. A number in a row that too few
units stand behind is null; a null may as well be a zero. All else is rounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from weir.schemas.columns import NII, column
from weir.schemas.policy import Disclosure
from weir.schemas.tables import Link
from weir.transforms.disclose.ask import ask
from weir.transforms.disclose.audit import pinned
from weir.transforms.disclose.causes import Cause, Causes
from weir.transforms.disclose.complementary import hide_beside, protected
from weir.transforms.disclose.lattice import Floats, Ints, Lattice, Mask, lattice
from weir.transforms.disclose.margins import Shape, breakdown
from weir.transforms.disclose.suppress import dominated, few_behind, rounded, small_cells

_REPAIRS = 50
_BY = "dimensions that the row is broken out by; the other ones are null: all their values together"


@dataclass(frozen=True)
class Form:
    """How an edition of a table looks.

    unit: the privacy unit: visitor, user or recipient.
    fields: the Arrow fields of dimensions and measures as the table declares them, in its order.
    same: of a measure, the `table.measure` that is the same number wherever both are broken out
    alike. sums: of a measure, those that add up to it in each cell. links: what else its numbers
    have to do with those of other tables.
    """

    table: str
    unit: str
    shape: Shape
    fields: tuple[pa.Field, ...]
    same: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

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
    refused: bool = False  # withheld whole: what was left out could have been derived

    @property
    def suppressed(self) -> int:
        """Cells that are not there though somebody was in them."""
        return self.small + self.complementary


@dataclass(eq=False)
class Draft:
    """One site's table while it is decided what may be said of it; what is left out only grows.

    margins: schema `form.shape.schema`; columns of measures that another unit counts may stand
    beside it, as `with_people` adds them. hidden: rows that are not there. nulls: numbers that are
    not, by measure, those of hidden rows among them. why, why_row: what took them.
    """

    form: Form
    rule: Disclosure
    margins: pa.Table
    lines: Lattice = field(init=False)
    small: Mask = field(init=False)
    hidden: Mask = field(init=False)
    nulls: dict[str, Mask] = field(init=False, default_factory=dict)
    why_row: Causes = field(init=False)
    why: dict[str, Causes] = field(init=False, default_factory=dict)
    deeper: int = field(init=False, default=0)  # rows by more dimensions than the rule lets cross
    refused: bool = False

    def __post_init__(self) -> None:
        if self.rule.crossed is not None:
            crossed = np.bitwise_count(self.margins["mask"].to_numpy()) <= self.rule.crossed
            self.deeper = int((~crossed).sum())
            self.margins = self.margins.filter(pa.array(crossed))
        self.lines = lattice(self.margins, self.form.shape)
        self.small = small_cells(self.margins, self.rule)
        self.why_row = Causes.none(self.lines.cells)
        self.why_row.note(self.small, Cause.SMALL)
        everybody = np.ones(self.lines.cells, np.bool_)
        # Rows left out are sensitive all of them here: that one is left out must not be undone.
        self.hidden = self._safe(
            self.units, self.units, self.small, everybody, self.rule.k, self.why_row
        )
        for name in self.form.measures:
            self.why[name] = self._why_thin(name)
            self.nulls[name] = self._withheld(name, self.hidden | self.thin(name))

    @property
    def units(self) -> Ints:
        """Privacy units in each cell."""
        return np.asarray(self.margins["units"].to_numpy())

    def people(self, name: str) -> bool:
        """Whether a measure counts distinct units."""
        return name in self.form.shape.people or name not in self.form.shape.measures

    def floor(self, name: str) -> int:
        """How many units a published number has behind it at least."""
        return self.rule.k if self.people(name) else self.rule.contributors

    def behind(self, name: str) -> Ints:
        """Units that contributed to a measure, by cell."""
        return np.asarray(self.margins[f"behind:{name}"].to_numpy())

    def truth(self, name: str) -> Ints:
        """A measure before rounding."""
        return self.behind(name) if self.people(name) else self.margins[name].to_numpy()

    def thin(self, name: str) -> Mask:
        """Numbers that may not be published on their own account. A count of people needs k."""
        return np.asarray(self._few(name) | self._dominated(name))

    def _few(self, name: str) -> Mask:
        if self.people(name):
            return np.asarray(self.behind(name) < self.rule.k)
        return few_behind(self.margins, name, self.rule)

    def _dominated(self, name: str) -> Mask:
        if self.people(name):
            return np.zeros(self.lines.cells, np.bool_)
        return dominated(self.margins, name, self.rule)

    def _why_thin(self, name: str) -> Causes:
        why = Causes.none(self.lines.cells)
        why.note(self.hidden, Cause.ROW)
        why.note(self.behind(name) == 0, Cause.NOBODY)
        why.note(self._few(name), Cause.FEW)
        why.note(self._dominated(name), Cause.DOMINANCE)
        return why

    def sensitive(self, name: str) -> Mask:
        """Numbers that nobody may derive; the others that are left out stand beside these."""
        return np.asarray((self.thin(name) | self.small) & (self.behind(name) > 0))

    def need(self, name: str) -> Floats:
        """How wide the range must be that a sensitive number can be told to: k people; of a sum
        all that its largest unit contributed, and one for each contributor that the rule asks."""
        if self.people(name):
            return np.full(self.lines.cells, float(self.rule.k))
        largest = self.margins[f"largest:{name}"].to_numpy().astype(np.float64)
        return np.asarray(np.maximum(largest, float(self.rule.contributors)))

    def adds_up(self, name: str) -> bool:
        """Whether a measure means anything in margins."""
        return name not in self.form.shape.finest

    def withhold(self, name: str, cells: Mask, cause: Cause) -> bool:
        """Leave out numbers of a measure, and what must go with them; whether any were there."""
        grew = bool((cells & ~self.nulls[name]).any())
        if grew:
            self.why[name].note(cells, cause)
            self.nulls[name] = self._withheld(name, self.nulls[name] | cells)
        return grew

    def refuse(self) -> None:
        """Leave out everything."""
        self.refused = True
        self.hidden = np.ones(self.lines.cells, np.bool_)
        self.why_row.note(self.hidden, Cause.WHOLE)
        self.nulls = dict.fromkeys(self.nulls, self.hidden)

    def _withheld(self, name: str, nulls: Mask) -> Mask:
        if not self.adds_up(name) or self.refused:
            return nulls
        return self._safe(
            self.truth(name), self.behind(name), nulls, self.sensitive(name), self.floor(name),
            self.why[name],
        )  # fmt: skip

    def _safe(
        self, truth: Ints, size: Ints, hidden: Mask, sensitive: Mask, protection: int, why: Causes
    ) -> Mask:
        """`hidden` and what must go with it, until a first look at each line opens nothing. When
        that cannot be had the table is refused. `why` learns what took more."""
        for _ in range(_REPAIRS):
            hidden = protected(self.lines, size, hidden, protection, sensitive)
            why.note(hidden, Cause.BESIDE)
            opened = pinned(self.lines, truth, hidden, sensitive, self.rule.rounding, protection)
            grew = [hide_beside(self.lines, size, hidden, cell) for cell in opened.tolist()]
            why.note(hidden, Cause.ATTACKER)
            if not any(grew):
                self.refused |= len(opened) > 0
                return hidden
        self.refused = True
        return hidden


def published(draft: Draft, date: object) -> Published:
    """What may be said of a table: its rows that are not hidden, rounded, numbers that are left
    out as null."""
    form, rule, shown = draft.form, draft.rule, ~draft.hidden
    columns = _labels(draft.margins, form, date)
    left_out = 0
    for name in form.measures:
        nulls = draft.nulls[name]
        columns[name] = pa.array(rounded(draft.truth(name), rule.rounding).value, mask=nulls)
        left_out += int((nulls & shown).sum())
    rows = pa.table({field.name: columns[field.name] for field in form.schema})
    return Published(
        rows=rows.filter(pa.array(shown)).cast(form.schema),
        cells=draft.lines.cells,
        small=int(draft.small.sum()),
        complementary=int((draft.hidden & ~draft.small).sum()),
        values=left_out,
        least=int(draft.units[shown].min()) if shown.any() else None,
        refused=draft.refused,
    )


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
