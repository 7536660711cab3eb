"""What values say of a field: counts, shapes and findings, and no value."""

import pyarrow as pa
import pytest

from weir.transforms.classify.evidence import Evidence, of_column


def seen(*values, times=1):
    return of_column(pa.array([*values] * times, pa.string()), "json")


def test_empty_and_missing_values_do_not_fill_a_field():
    found = seen("a", "", None, "  ", "b")
    assert (found.rows, found.filled, found.distinct) == (5, 2, 2)


def test_a_shape_tells_no_letter_and_no_length():
    assert seen("ann.miller74@example.org").shape == "a.a9@a.a"
    assert len(seen("-x" * 500).shape) <= 24


def test_a_field_without_a_value_has_no_looks():
    assert seen(None, "") == Evidence(2, 0, 0)


@pytest.mark.parametrize(
    ("looks", "values"),
    [
        ("moment", ["2008-04-22T13:55:36Z", "2008-04-22 13:55:36"]),
        ("moment", ["1208865336", "1208865336123"]),
        ("ip", ["198.51.100.7", "2001:db8::7", "[2001:db8::7]"]),
        ("url", ["https://www.example.com/a", "/books?a=1"]),
        ("agent", ["Mozilla/5.0 (X11)", "curl/7.1"]),
        ("email", ["ann@example.org"]),
        ("date", ["1974-03-02", "02.03.1974"]),
        ("age", ["34", "25-34"]),
        ("gender", ["f", "männlich", "Frau"]),
        ("profession", ["Teacher", "Nurse"]),
        ("country", ["Germany", "US"]),
        ("language", ["de-AT", "en"]),
        ("person", ["Carla", "Garcia", "dupont"]),
        ("token", ["5f3a9c1e7b204d68", "YWJjZGVmZ2hpajEyMzQ"]),
    ],
)
def test_what_values_look_like_is_seen(looks, values):
    assert seen(*values).looks[looks] == 1


@pytest.mark.parametrize(
    ("looks", "value"),
    [("ip", "13:55"), ("moment", "tomorrow"), ("gender", "large"), ("age", "412"), ("url", "books"),
     ("person", "spring"), ("date", "12.5"), ("token", "spring-offer")],
)  # fmt: skip
def test_what_only_resembles_it_is_not(looks, value):
    assert looks not in seen(value).looks


def test_findings_are_shares_of_distinct_values():
    found = seen("ann@example.org", "ann@example.org", "blue", "red", "green")
    assert found.entities == {"email": 0.25}
    assert found.entity == ("email", 0.25)


def test_a_closed_set_has_few_values_that_come_often():
    assert seen("red", "green", times=10).is_closed
    assert not seen("red", "green", times=9).is_closed
    assert not of_column(pa.array([f"v{n % 51}" for n in range(5100)]), "json").is_closed


def test_of_many_values_some_are_looked_at_and_all_are_counted():
    found = of_column(pa.array([f"https://www.example.com/{n}" for n in range(2000)]), "json")
    assert (found.distinct, found.looks["url"]) == (2000, 1)
