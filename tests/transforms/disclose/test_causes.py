"""Each row and number that is not there has a cause, and the causes are all that is left out."""

from datetime import date

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.schemas.policy import Disclosure
from weir.transforms.disclose import edition, together
from weir.transforms.disclose.edition import Draft, Form, published
from weir.transforms.disclose.margins import Shape, combined, counted
from weir.transforms.disclose.together import settle
from weir.transforms.disclose.toll import Left, left_of

DAY = date(2008, 4, 22)
RULE = Disclosure(k=50, contributors=10, rounding=10)
VALUES = ("a", "b", "c")


def a_draft(rows: list[dict[str, object]], *names: str, table: str = "a", **more: object) -> Draft:
    """A table of visitors with a number of visits each; one row a visitor."""
    given = pa.Table.from_pylist(
        [row | {"site": "www", "unit": i.to_bytes(16, "big")} for i, row in enumerate(rows)]
    )
    shape = Shape(names, ("visitors", "visits"), frozenset({"visitors"}))
    fields = [pa.field(name, pa.string()) for name in names]
    fields += [pa.field(name, pa.int64()) for name in shape.measures]
    rule = more.pop("rule", RULE)
    form = Form(table, "visitor", shape, tuple(fields), **more)
    return Draft(form, rule, combined([counted(given, shape)], shape))


def people(number: int, visits: int = 1, **where: str) -> list[dict[str, object]]:
    return [{**where, "visitors": 1, "visits": visits} for _ in range(number)]


def settled(draft: Draft) -> Left:
    settle([draft])
    said, left = published(draft, DAY), left_of(draft)
    assert sum(left.suppressed.values()) == said.suppressed
    assert sum(left.withheld.values()) == said.values
    return left


def test_a_small_row_and_the_one_beside_it():
    rows = [*people(300, one="a"), *people(90, one="b"), *people(7, one="c")]
    left = settled(a_draft(rows, "one"))
    assert (left.suppressed, left.withheld) == ({"small": 1, "beside": 1}, {})
    assert (left.finest, left.finest_told, left.units, left.units_told) == (3, 1, 397, 300)


def test_numbers_of_nobody_of_few_and_of_one():
    rows = [
        *people(100, 0, one="a"), *people(95, 0, one="b"), *people(5, 3, one="b"),
        *people(99, 1, one="c"), *people(1, 5000, one="c"),
    ]  # fmt: skip
    left = settled(a_draft(rows, "one"))
    assert {"nobody": 1, "few": 1}.items() <= left.withheld.items()
    assert left.withheld["dominance"] == 2, "of c, and of the total"


def test_what_the_attacker_could_derive_takes_more(monkeypatch):
    monkeypatch.setattr(edition, "protected", lambda lattice, size, hidden, *_: hidden)
    monkeypatch.setattr(edition, "pinned", lambda *_: np.array([], np.int64))
    rows = [*people(300, one="a"), *people(200, one="b"), *people(7, one="c")]
    left = settled(a_draft(rows, "one"))
    assert left.suppressed == {"small": 1}
    assert left.withheld == {"attacker": 1}, "visitors of b; rounding moves visits enough"


def test_the_first_look_at_a_line_is_an_attacker_too(monkeypatch):
    monkeypatch.setattr(edition, "protected", lambda lattice, size, hidden, *_: hidden)
    rows = [*people(300, one="a"), *people(200, one="b"), *people(7, one="c")]
    assert settled(a_draft(rows, "one")).suppressed == {"small": 1, "attacker": 1}


def test_a_table_that_is_withheld_whole_is_all_left_out(monkeypatch):
    monkeypatch.setattr(edition, "protected", lambda lattice, size, hidden, *_: hidden)
    monkeypatch.setattr(edition, "pinned", lambda *_: np.array([], np.int64))
    monkeypatch.setattr(together, "_repair", lambda *_: False)
    rows = [*people(300, one="a"), *people(200, one="b"), *people(7, one="c")]
    left = settled(a_draft(rows, "one"))
    assert (left.suppressed, left.withheld) == ({"small": 1, "whole": 3}, {})
    assert (left.finest_told, left.units_told) == (0, 0)


def test_what_another_table_counts_alike_goes_from_both():
    often = a_draft(people(200, one="a"), "one", table="often", same={"visitors": "all.visitors"})
    all_ = a_draft(people(200, one="a"), "one", table="all")
    often.nulls["visitors"][:] = True
    settle([often, all_])
    assert left_of(all_).withheld == {"shared": 2}


def test_rows_by_more_dimensions_than_may_cross_are_counted_apart():
    rows = [*people(100, one="a", two="b"), *people(60, one="b", two="b")]
    draft = a_draft(rows, "one", "two", rule=RULE.model_copy(update={"crossed": 1}))
    left = settled(draft)
    assert (left.cells, left.deeper) == (4, 2)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES)),
        st.tuples(st.integers(1, 120), st.integers(0, 60)),
        min_size=2,
    )
)
def test_nothing_is_left_out_without_a_cause_nor_the_other_way_round(cells):
    rows = [
        row
        for (one, two), (number, visits) in cells.items()
        for row in (*people(number, one=one, two=two), *people(1, visits, one=one, two=two))
    ]
    draft = a_draft(rows, "one", "two")
    settled(draft)
    assert np.array_equal(draft.why_row.codes > 0, draft.hidden)
    for name, nulls in draft.nulls.items():
        assert np.array_equal((draft.why[name].codes > 0) & ~draft.hidden, nulls & ~draft.hidden)


def test_a_number_keeps_the_cause_that_came_first():
    draft = a_draft([*people(300, one="a"), *people(7, one="c"), *people(9, one="d")], "one")
    before = draft.why_row.codes.copy()
    draft.refuse()
    gone = before > 0
    assert np.array_equal(draft.why_row.codes[gone], before[gone])
    assert draft.why_row.counts(~gone) == {"whole": int((~gone).sum())}
