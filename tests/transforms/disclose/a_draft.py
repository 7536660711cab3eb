"""A table as a draft, made of so many visitors in each finest cell."""

import numpy as np
import pyarrow as pa
import pytest

from weir.schemas.policy import Disclosure
from weir.transforms.disclose import edition
from weir.transforms.disclose.edition import Draft, Form
from weir.transforms.disclose.margins import Shape, combined, counted

RULE = Disclosure(k=50, contributors=10, rounding=10)


def a_draft(
    cells: dict[tuple[str, ...], int],
    table: str = "a",
    names: tuple[str, ...] = ("one", "two"),
    rule: Disclosure = RULE,
    **form: object,
) -> Draft:
    """A table whose finest cells hold that many visitors, each in one cell with one visit."""
    rows = [cell for cell, units in cells.items() for _ in range(units)]
    names = names[: len(next(iter(cells)))]
    ones = pa.array([1] * len(rows), pa.int64())
    columns = {
        "site": ["www"] * len(rows),
        "unit": [i.to_bytes(16, "big") for i in range(len(rows))],
        **{name: [row[i] for row in rows] for i, name in enumerate(names)},
        "visitors": ones,
        "visits": ones,
    }
    shape = Shape(names, ("visitors", "visits"), frozenset({"visitors"}))
    fields = [pa.field(name, pa.string()) for name in names]
    fields += [pa.field(name, pa.int64()) for name in shape.measures]
    made = Form(table, "visitor", shape, tuple(fields), **form)  # type: ignore[arg-type]
    return Draft(made, rule, combined([counted(pa.table(columns), shape)], shape))


def undefended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small cells are left out, and nothing goes with them."""
    monkeypatch.setattr(edition, "protected", lambda lattice, size, hidden, *_: hidden)
    monkeypatch.setattr(edition, "pinned", lambda *_: np.array([], np.int64))
