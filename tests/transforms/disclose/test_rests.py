"""What a part leaves of its whole is a number where few stand behind it, and only there."""

import numpy as np
import pytest
from a_draft import a_draft

from weir.schemas.tables import Link
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.relations import Group, groups


def part_of(whole: str, count: int, table: str, at_most: str) -> Draft:
    """A table of so many visitors, who are a part of another's."""
    links = tuple(Link(of=name, at_most=f"{at_most}.{name}") for name in ("visitors", "visits"))
    return a_draft({("a",): count}, table, (f"by {whole}",), links=links)


def of(measure: str, *drafts: Draft) -> Group:
    (found,) = (g for g in groups(drafts) if g.columns[0].name == measure)
    return found


@pytest.mark.parametrize(
    ("measure", "left", "asked"),
    [
        ("visitors", 0, False),
        ("visitors", 1, True),
        ("visitors", 49, True),
        ("visitors", 50, False),
        ("visits", 9, True),
        ("visits", 10, False),  # of one visit each, so of ten visitors
    ],
)
def test_a_rest_is_asked_for_where_few_are_left(measure, left, asked):
    whole = a_draft({("a",): 200 + left}, "whole", ("one",))
    group = of(measure, part_of("city", 200, "part", "whole"), whole)
    assert group.rests.truth.tolist() == [left] * asked
    assert group.rests.need.tolist() == [50 if measure == "visitors" else 10] * asked


def test_visits_of_those_who_have_others_too_may_be_of_few():
    """Nobody is behind the whole alone; 20 visits left are of two visitors or more if one has ten
    at most, and of twenty if one has one."""
    for largest, few in ((10, True), (1, False)):
        whole, part = (a_draft({("a",): 200}, name, ("one",)) for name in ("whole", "part"))
        part.form = part_of("city", 200, "part", "whole").form
        columns = {"visits": [220, 220], "largest:visits": [largest] * 2}
        for name, values in columns.items():
            at = whole.margins.column_names.index(name)
            whole.margins = whole.margins.set_column(at, name, [values])
        assert (of("visits", part, whole).rests.count > 0) == few


def test_a_part_of_a_part_leaves_something_too():
    whole = a_draft({("a",): 208}, "whole", ("one",))
    middle = part_of("country", 204, "middle", "whole")
    group = of("visitors", part_of("city", 200, "part", "middle"), middle, whole)
    assert sorted(group.rests.truth) == [4, 4, 8]
    known = group.knowledge()
    rows = np.bincount(known.row, known.factor * known.truth[known.column])
    assert not rows[known.equal].any()


def test_what_measures_leave_of_their_sum_is_a_rest():
    draft = a_draft({("a",): 208}, sums={"visitors": ("visits",)})
    for name in ("visits", "behind:visits"):
        at = draft.margins.column_names.index(name)
        draft.margins = draft.margins.set_column(at, name, [[200, 200]])
    assert groups([draft])[0].rests.truth.tolist() == [8, 8]
