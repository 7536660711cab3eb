"""A site's tables as one edition: what an attacker opens who puts all of it together."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest
from a_draft import RULE, a_draft, ends_of_all, undefended
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.schemas.tables import Link
from weir.transforms.disclose import attack, together
from weir.transforms.disclose.attack import opened
from weir.transforms.disclose.edition import Draft, published
from weir.transforms.disclose.knowledge import Knowledge
from weir.transforms.disclose.relations import groups
from weir.transforms.disclose.together import settle

DAY = date(2008, 4, 22)


def cell(draft: Draft, *values: str | None) -> int:
    names = draft.form.shape.dimensions
    rows = draft.margins.select(names).to_pylist()
    return rows.index(dict(zip(names, values, strict=True)))


def broken(*drafts: Draft) -> dict[str, int]:
    """By root, how many numbers the attacker opens in drafts as they stand."""
    found = {}
    for group in groups(drafts):
        asked = np.zeros(group.size, np.bool_)
        np.logical_or.at(asked, group.one, group.gather("sensitive") > 0)
        need = np.zeros(group.size)
        np.maximum.at(need, group.one, group.gather("need"))
        found[group.columns[0].root] = len(opened(group.knowledge(), need, asked))
    return found


SINGLE = {("a",): 300, ("b",): 200, ("c",): 7}


def test_a_single_cell_that_is_left_out_is_the_difference_from_the_total(monkeypatch):
    undefended(monkeypatch)
    assert broken(a_draft(SINGLE)) == {"a.visitors": 1, "a.visits": 0}, (
        "within rounding by 10, three numbers around it hide 7 visits but no 50 people"
    )
    monkeypatch.undo()
    assert broken(a_draft(SINGLE)) == {"a.visitors": 0, "a.visits": 0}


def test_the_repair_closes_what_suppression_forgot(monkeypatch):
    undefended(monkeypatch)
    draft = a_draft(SINGLE)
    settle([draft])
    shown = {row["one"]: row["visitors"] for row in published(draft, DAY).rows.to_pylist()}
    assert not draft.refused
    assert shown == {None: 510, "a": 300, "b": None}


def test_what_no_repair_closes_is_withheld_whole(monkeypatch):
    undefended(monkeypatch)
    monkeypatch.setattr(together, "_repair", lambda *_: False)
    draft, other = a_draft(SINGLE), a_draft({("a",): 300}, "b")
    settle([draft, other])
    assert draft.refused and published(draft, DAY).rows.num_rows == 0
    assert not other.refused and published(other, DAY).rows.num_rows == 2


SHARED = {("spring", "1"): 100, ("spring", "2+"): 20, ("autumn", "1"): 80, ("autumn", "2+"): 90}
REACH = {("spring",): 120, ("autumn",): 170}


def two_tables() -> tuple[Draft, Draft]:
    """How often a campaign was seen, and a table that says of each how many saw it."""
    often = a_draft(SHARED, "often", ("campaign", "shown"), same={"visitors": "reach.visitors"})
    reach = a_draft(REACH, "reach", ("campaign",))
    hide = np.zeros(often.lines.cells, np.bool_)
    hide[[cell(often, "spring", "2+"), cell(often, "spring", None), cell(often, None, "2+")]] = True
    hide[[cell(often, None, None)]] = True
    often.nulls["visitors"] = hide
    return often, reach


def test_a_margin_that_another_table_shares_opens_a_cell():
    often, reach = two_tables()
    assert broken(often)["reach.visitors"] == 0
    assert broken(often, reach)["reach.visitors"] == 1


def test_what_is_left_out_of_one_table_is_left_out_of_the_other():
    often, reach = two_tables()
    settle([often, reach])
    assert broken(often, reach)["reach.visitors"] == 0
    for values in ("spring",), ("autumn",), (None,):
        there = often.nulls["visitors"][cell(often, *values, None)]
        assert there == reach.nulls["visitors"][cell(reach, *values)]


def test_a_number_that_is_one_with_several_goes_with_any_of_them():
    at = [Link(of="visits", equals="whole.visits", at={"one": value}) for value in "ab"]
    places = a_draft({("a",): 300, ("b",): 300}, "places", links=tuple(at))
    whole = a_draft({("x",): 300}, "whole", ("two",))
    places.nulls["visits"][cell(places, "a")] = True
    settle([places, whole])
    assert places.nulls["visits"][cell(places, "b")] and whole.nulls["visits"][cell(whole, None)]


def test_other_is_not_the_same_in_two_tables():
    often = a_draft({("(other)",): 90, ("a",): 60}, "often", same={"visitors": "reach.visitors"})
    reach = a_draft({("(other)",): 90, ("a",): 60}, "reach")
    (group,) = (g for g in groups([often, reach]) if len(g.columns) == 2)
    assert len(group.links[0]) == 2, "the total and a"


def test_a_part_of_a_measure_is_what_the_others_leave(monkeypatch):
    draft = a_draft({("a",): 500}, sums={"visits": ("visitors",)})
    draft.nulls["visitors"][:] = True
    need, asked = np.full(4, 50.0), np.array([True, True, False, False])
    (group,) = groups([draft])
    assert group.columns[0].name == "visitors"
    assert len(opened(group.knowledge(), need, asked)) == 2
    apart = replace(draft.form, sums={})
    draft.form = apart
    assert all(len(opened(g.knowledge(), need[:2], asked[:2])) == 0 for g in groups([draft])[:1])


def test_ranges_by_row_and_by_column_meet_where_rounding_ends():
    """By its row the cell has 40 to 70 people, by its column 55 to 110."""
    free = np.array([True, False, False, False, False])
    low, high = np.array([0.0, 40, 100, 60, 140]), np.array([np.inf, 60, 110, 85, 170])
    truth = np.array([60, 45, 105, 85, 145])
    first, second = (0, 1, 2), (0, 3, 4)

    def known(*which: tuple[int, ...]) -> Knowledge:
        return Knowledge(
            truth, low, high, free,
            row=np.repeat(np.arange(len(which)), 3), column=np.array(which).ravel(),
            factor=np.tile([1.0, 1.0, -1.0], len(which)), equal=np.ones(len(which), np.bool_),
        )  # fmt: skip

    need = np.full(5, 29.0)
    assert opened(known(first), need, free).tolist() == []
    assert opened(known(second), need, free).tolist() == []
    assert opened(known(first, second), need, free).tolist() == [0]


def test_a_bridge_is_opened_though_each_line_leaves_out_two():
    table = a_draft(dict.fromkeys(product("abcde", "vwxyz"), 200))
    for r, c in [*product("ab", "vw"), *product("cd", "xy"), ("a", "x")]:
        table.nulls["visitors"][cell(table, r, c)] = True
    group = groups([table])[0]
    every = table.nulls["visitors"].copy()
    # 50 are more than the rounding of five rows and columns leaves of the bridge.
    found = opened(group.knowledge(), np.full(group.size, 150.0), every)
    assert found.tolist() == [cell(table, "a", "x")]


def small_tables() -> st.SearchStrategy[dict[tuple[str, ...], int]]:
    counts = st.sampled_from([0, 3, 20, 49, 50, 75, 130])
    return st.lists(counts, min_size=12, max_size=12).map(
        lambda drawn: {c: n for c, n in zip(product("abc", "wxyz"), drawn, strict=True) if n}
    )


def exact_widths(known: Knowledge) -> Iterator[tuple[int, float]]:
    """How many whole numbers lie between the ends of each."""
    for number, least, most in ends_of_all(known, 1e5):
        yield number, np.floor(most + 1e-6) - np.ceil(least - 1e-6)


@settings(max_examples=25, deadline=None)
@given(small_tables().filter(bool), st.booleans())
def test_the_search_opens_what_programmes_of_everything_open(cells, defended):
    with pytest.MonkeyPatch.context() as patch:
        if not defended:
            undefended(patch)
        draft = a_draft(cells)
    known = groups([draft])[0].knowledge()
    need = np.full(len(known.truth), 50.0)
    found = set(opened(known, need, known.free).tolist())
    assert found == {number for number, width in exact_widths(known) if width < 50}


def test_a_search_that_is_cut_short_hides_more(monkeypatch):
    draft = a_draft(dict.fromkeys(product("abc", "vwx"), 20))
    known = groups([draft])[0].knowledge()
    need = np.full(len(known.truth), 50.0)
    assert len(opened(known, need, known.free)) == 0
    monkeypatch.setattr(attack, "LOOKS", ())
    assert len(opened(known, need, known.free)) > 0


@pytest.mark.parametrize("most", [0, 1, 2])
def test_a_row_crosses_no_more_dimensions_than_the_policy_says(most):
    draft = a_draft(
        dict.fromkeys(product("ab", "xy"), 100), rule=RULE.model_copy(update={"crossed": most})
    )
    settle([draft])
    shown = published(draft, DAY).rows.to_pylist()
    assert max((row["one"] is not None) + (row["two"] is not None) for row in shown) == most


def test_threads_change_nothing():
    cells = {(a, b): (ord(a) * ord(b)) % 97 for a, b in product("abcdefgh", "klmnopqr")}

    def settled(workers: int) -> list[list[bool]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(attack, "_WORKERS", workers)
            draft = a_draft(cells)
            settle([draft])
        return [mask.tolist() for mask in draft.nulls.values()]

    assert settled(1) == settled(2)


def test_the_solver_says_nothing_on_standard_output(capfd):
    """Its name and licence would stand before what `--json` prints."""
    draft = a_draft(SINGLE)
    settle([draft])
    assert capfd.readouterr().out == ""
