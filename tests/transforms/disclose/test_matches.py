"""Numbers of two tables are found to be one by the values that their rows are broken out by."""

from dataclasses import replace
from itertools import product

from a_draft import a_draft
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.schemas.tables import OTHER, Link
from weir.transforms.disclose import links
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.links import Column, Matches
from weir.transforms.disclose.relations import groups

Said = dict[tuple[tuple[str, str], ...], int]
VALUES = ("a", "b", OTHER)


def said(draft: Draft, over: set[str], at: dict[str, str], *, other: bool) -> Said:
    """The slow truth: rows by their values, one by one."""
    found = Said()
    dimensions = draft.form.shape.dimensions
    for cell, row in enumerate(draft.margins.select(["mask", *dimensions]).to_pylist()):
        out = {name for i, name in enumerate(dimensions) if row["mask"] >> i & 1}
        values = tuple((name, row[name]) for name in sorted(out - set(at)))
        fits = out <= over | set(at) and all(row[name] == value for name, value in at.items())
        if fits and (other or OTHER not in dict(values).values()):
            found[values] = cell
    return found


def pairs(one: Said, first: int, two: Said, second: int) -> set[tuple[int, int]]:
    return {(first + one[key], second + two[key]) for key in one.keys() & two.keys()}


def of(columns: list[Column], how: str) -> set[tuple[int, int]]:
    return set(zip(*(ends.tolist() for ends in getattr(Matches(), how)(columns)), strict=True))


def tables() -> st.SearchStrategy[Draft]:
    three = st.sampled_from([("one", "two"), ("two", "one"), ("three", "one"), ("one",)])
    return three.flatmap(
        lambda names: st.lists(
            st.sampled_from(list(product(VALUES, repeat=len(names)))), min_size=1, unique=True
        ).map(lambda cells: a_draft(dict.fromkeys(cells, 2), names=names))
    )


@settings(max_examples=30, deadline=None)
@given(tables(), tables(), st.booleans())
def test_twins_are_the_rows_with_the_same_values(one, two, again):
    if not again:
        two.form = replace(two.form, table="b", same={"visits": "a.visits"})
    columns = [Column(one, "visits", 0), Column(two, "visits", one.lines.cells, edition=int(again))]
    over = set(one.form.shape.dimensions) & set(two.form.shape.dimensions)
    mine, theirs = (said(draft, over, {}, other=again) for draft in (one, two))
    assert of(columns, "equals") == pairs(mine, 0, theirs, one.lines.cells)


@settings(max_examples=30, deadline=None)
@given(tables(), tables(), st.sampled_from(VALUES))
def test_a_link_compares_rows_at_a_place_with_those_at_another(one, two, value):
    place, *rest = one.form.shape.dimensions
    at, over = {place: value}, set(rest) & set(two.form.shape.dimensions)
    link = Link(of="visits", at_most="a.visitors", over=tuple(over), at=at)
    one.form = replace(one.form, table="b", links=(link,))
    columns = [Column(one, "visits", 0), Column(two, "visitors", one.lines.cells)]
    mine, theirs = said(one, over, at, other=False), said(two, over, {}, other=False)
    assert of(columns, "at_most") == pairs(mine, 0, theirs, one.lines.cells)


def test_two_tables_are_matched_once_for_all_their_measures(monkeypatch):
    matched = []
    before = links._alike
    monkeypatch.setattr(links, "_alike", lambda *two: matched.append(two) or before(*two))
    same = {"visitors": "a.visitors", "visits": "a.visits"}
    one, two = a_draft({("a",): 300}), a_draft({("a",): 300}, "b", same=same)
    for group in groups([one, two]):
        assert len(group.links[0]) == 2
    assert len(matched) == 1
