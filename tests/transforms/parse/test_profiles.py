"""Profiles: identifying values apart from demographics, and bad records refused one by one."""

from pathlib import Path

import pytest
from tests.transforms.parse.log_lines import reasons

from weir.schemas.errors import InputError
from weir.schemas.mapping import load_mapping
from weir.transforms.parse import ProfileParser

PROFILES = ProfileParser(load_mapping("profiles", "profiles", Path()))
HEADER = b"user_id,email,first_name,birth_date,gender,profession,opt_out,secret\n"
ANN = b"u1,ann@example.org,Ann,1974-03-02,F,Teacher,yes,never read\n"


def values(data: bytes) -> list[tuple[int, str, str, str]]:
    return [tuple(row.values()) for row in PROFILES.parse(data).rows.to_pylist()]  # type: ignore[misc]


def test_a_profile_comes_apart() -> None:
    parsed = PROFILES.parse(HEADER + ANN)
    assert sorted(values(HEADER + ANN)) == [
        (1, "u1", "birth_date", "1974-03-02"),
        (1, "u1", "email", "ann@example.org"),
        (1, "u1", "first_name", "Ann"),
    ]
    assert parsed.demographics.to_pylist() == [
        {
            "user": "u1",
            "age": "1974-03-02",
            "gender": "F",
            "profession": "Teacher",
            "country": None,
            "language": None,
            "opt_out": True,
        }
    ]
    assert parsed.lines == 1


def test_bad_records_are_refused_and_the_others_go_on() -> None:
    bad = {
        b"u2,too few\n": "wrong_columns",
        b",nobody@example.org,,,,,,\n": "no_user",
        b'u3,"never closed,,,,,,\n': "wrong_columns",
        b"u4,\xff,,,,,,\n": "not_utf8",
        b"u5,\0,,,,,,\n": "nul_byte",
        b"\n": "wrong_columns",
    }
    parsed = PROFILES.parse(HEADER + b"".join(line + ANN for line in bad))
    assert parsed.lines == 2 * len(bad)
    assert parsed.demographics.num_rows == len(bad)
    told = {row["raw"] + b"\n": row["reason"] for row in parsed.rejects.to_pylist()}
    assert told == bad


def test_quoted_values_may_hold_separators_and_line_ends() -> None:
    data = HEADER + b'u1,"a, b@example.org","Ann\nLee",,,,,\n' + ANN
    assert (1, "u1", "first_name", "Ann\nLee") in values(data)
    assert (2, "u1", "first_name", "Ann") in values(data)


def test_both_ways_of_reading_say_the_same() -> None:
    usual = HEADER + ANN * 3 + b'u2,"b@example.org",B,,,,,\n'
    careful = usual + b"broken\n"
    quick, exact = PROFILES.parse(usual), PROFILES.parse(careful)
    assert quick.rows.equals(exact.rows)
    assert quick.demographics.equals(exact.demographics)
    assert reasons(exact) == {"wrong_columns": 1}


@pytest.mark.parametrize(
    ("header", "says"), [(b"id,email\nx,y\n", "no column 'user_id'"), (b"user_id,a,a\n", "twice")]
)
def test_a_header_that_does_not_do_stops_the_run_and_is_not_quoted(
    header: bytes, says: str
) -> None:
    with pytest.raises(InputError, match=says) as refused:
        PROFILES.parse(header)
    assert "email" not in str(refused.value)


def test_nothing_is_no_profile() -> None:
    assert PROFILES.parse(b"").lines == 0
    assert PROFILES.parse(HEADER).lines == 0
