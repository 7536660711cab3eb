"""A table as a draft, made of so many visitors in each finest cell."""

from collections.abc import Iterator

import highspy
import numpy as np
import pyarrow as pa
import pytest

from weir.schemas.policy import Disclosure
from weir.transforms.disclose import attack, edition
from weir.transforms.disclose.edition import Draft, Form
from weir.transforms.disclose.knowledge import Knowledge
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


def ends_of_all(
    known: Knowledge, largest: float, *, whole: bool = False
) -> Iterator[tuple[int, float, float]]:
    """The slow truth: of each free number (which, least, most), by one programme of everything.

    largest: of any number; whole: tables of whole numbers only, else by simplex.
    """
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(known.truth), len(known.equal)
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = known.low, np.minimum(known.high, largest)
    lp.row_lower_ = np.where(known.equal, 0.0, -np.inf)
    lp.row_upper_ = np.zeros(lp.num_row_)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = known.by_row.start
    lp.a_matrix_.index_, lp.a_matrix_.value_ = known.by_row.index, known.by_row.factor
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    solver = attack._Quiet()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.passModel(lp)
    for number in np.flatnonzero(known.free).tolist():
        ends = []
        for sign in (1.0, -1.0):
            solver.changeColsCost(1, np.array([number], np.int32), np.array([sign]))
            solver.run()
            ends.append(sign * solver.getInfo().objective_function_value)
        solver.changeColsCost(1, np.array([number], np.int32), np.array([0.0]))
        yield number, ends[0], ends[1]
