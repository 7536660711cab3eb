"""Demographics cross only in crowds."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.transforms.duck import connect
from weir.transforms.people import coarsen
from weir.transforms.separate import SAID


def said(*groups: tuple[int, str, str, str]) -> pa.Table:
    """(people, age band, gender, profession) …, each person with a key."""
    rows = [group[1:] for group in groups for _ in range(group[0])]
    return pa.table(
        {
            "site": ["www"] * len(rows),
            "key": [n.to_bytes(16) for n in range(len(rows))],
            **{name: [row[i] for row in rows] for i, name in enumerate(
                ("age_band", "gender", "profession"))},
            **dict.fromkeys(("country", "language"), ["unknown"] * len(rows)),
            "sharable": [True] * len(rows),
        }
    ).cast(SAID)  # fmt: skip


def crowds(table: pa.Table, crowd: int = 20) -> dict[tuple[str, ...], int]:
    with connect() as con:
        people = coarsen(con, table, "profile", crowd)
    assert people.num_rows == table.num_rows
    counted: dict[tuple[str, ...], int] = {}
    for row in people.to_pylist():
        key = (row["age_band"], row["gender"], row["profession"])
        counted[key] = counted.get(key, 0) + 1
    return counted


def test_a_combination_of_twenty_stays() -> None:
    assert crowds(said((20, "25-34", "female", "managers"))) == {
        ("25-34", "female", "managers"): 20
    }


def test_one_of_nineteen_gives_up_its_profession_to_join_a_crowd() -> None:
    told = crowds(said((19, "25-34", "female", "managers"), (20, "25-34", "female", "unknown")))
    assert told == {("25-34", "female", "unknown"): 39}


def test_two_rare_professions_make_a_crowd_without_them() -> None:
    told = crowds(said((12, "25-34", "female", "managers"), (12, "25-34", "female", "technicians")))
    assert told == {("25-34", "female", "unknown"): 24}


def test_who_is_rare_in_all_is_unknown_in_all() -> None:
    told = crowds(said((30, "25-34", "female", "managers"), (1, "65+", "other", "armed forces")))
    assert told == {
        ("25-34", "female", "managers"): 30,
        ("unknown", "unknown", "unknown"): 1,
    }


@pytest.mark.parametrize("sizes", [(3, 5, 40), (19, 19, 19), (25, 1, 18)])
def test_whatever_is_told_is_told_of_twenty(sizes: tuple[int, ...]) -> None:
    ages = ("18-24", "25-34", "65+")
    told = crowds(said(*((n, a, "male", "managers") for n, a in zip(sizes, ages, strict=True))))
    unknown = ("unknown", "unknown", "unknown")
    assert all(count >= 20 for key, count in told.items() if key != unknown)


def test_a_person_who_is_told_of_twice_is_one_person(tmp_path: Path) -> None:
    twice = pa.concat_tables([said((20, "25-34", "female", "managers"))] * 2)
    with connect(temp_dir=tmp_path) as con:
        assert coarsen(con, twice, "script", 20).num_rows == 20


def test_one_refusal_is_a_refusal() -> None:
    table = said((20, "25-34", "female", "managers"))
    no = table.set_column(7, "sharable", pa.array([False] * 20))
    with connect() as con:
        people = coarsen(con, pa.concat_tables([table, no]), "profile", 20)
    assert not any(people["sharable"].to_pylist())


def placed(*groups: tuple[int, str, str, str]) -> dict[tuple[str, ...], int]:
    """(people, age band, country, language) … -> how many are told each."""
    rows = [group[1:] for group in groups for _ in range(group[0])]
    table = said((len(rows), "unknown", "male", "managers"))
    for place, name in ((2, "age_band"), (5, "country"), (6, "language")):
        values = [row[("age_band", "country", "language").index(name)] for row in rows]
        table = table.set_column(place, SAID.field(name), pa.array(values))
    with connect() as con:
        people = coarsen(con, table, "profile", 20).to_pylist()
    assert len(people) == len(rows)
    told = Counter((p["age_band"], p["country"], p["language"]) for p in people)
    return dict(told)


def test_a_country_is_told_where_twenty_of_a_combination_live() -> None:
    told = placed((20, "25-34", "DE", "de"), (21, "25-34", "AT", "de"))
    assert told == {("25-34", "DE", "de"): 20, ("25-34", "AT", "de"): 21}


def test_a_rare_country_costs_nobody_an_age() -> None:
    told = placed((40, "25-34", "DE", "de"), (20, "25-34", "AT", "de"), (3, "25-34", "LI", "de"))
    assert told == {("25-34", "DE", "de"): 40, ("25-34", "unknown", "de"): 23}


def test_a_language_is_told_within_a_country() -> None:
    told = placed((30, "25-34", "CH", "de"), (25, "25-34", "CH", "fr"), (25, "25-34", "CH", "rm"))
    assert set(told.values()) == {25, 30}
    told = placed((30, "25-34", "CH", "de"), (5, "25-34", "CH", "rm"))
    assert told == {("25-34", "CH", "unknown"): 35}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 45), *(st.sampled_from(v) for v in (
    ("18-24", "25-34", "unknown"), ("DE", "AT", "unknown"), ("de", "en", "refused")))),
    min_size=1, max_size=8))  # fmt: skip
def test_whatever_combination_is_told_twenty_people_have(
    groups: list[tuple[int, str, str, str]],
) -> None:
    told = placed(*groups)
    nothing = ("unknown", "unknown", "unknown")
    assert all(n >= 20 for combination, n in told.items() if combination != nothing)


def test_who_tells_and_refuses_has_told() -> None:
    told, not_told = (
        said((20, "25-34", "female", "student")),
        said((20, "refused", "refused", "unknown")),
    )
    with connect() as con:
        people = coarsen(con, pa.concat_tables([told, not_told]), "script", 20)
    assert set(people["profession"].to_pylist()) == {"student"}
    with connect() as con:
        people = coarsen(con, not_told, "script", 20)
    assert set(people["gender"].to_pylist()) == {"refused"}
    assert set(people["profession"].to_pylist()) == {"unknown"}
