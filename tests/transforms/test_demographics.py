"""Stated demographics become closed values; what is unclear is unknown."""

# ruff: noqa: E501 (tables of cases, one a line)
from datetime import date

import pyarrow as pa
import pytest

from weir.schemas.demographics import AGE_BANDS, GENDERS, PROFESSIONS
from weir.transforms.demographics import age_band, gender_of, normalise, profession_of

DAY = date(2008, 4, 22)


@pytest.mark.parametrize(
    ("said", "band"),
    [
        ("34", "25-34"), ("17", "0-17"), ("18", "18-24"), ("65", "65+"), ("121", "unknown"), ("-3", "unknown"),
        ("1983-04-22", "25-34"), ("1983-04-23", "18-24"), ("1983-04-22T00:00:00Z", "25-34"), ("22.04.1983", "25-34"),
        ("04/22/1983", "25-34"), ("02/03/1983", "25-34"), ("2009-01-01", "unknown"), ("1983-02-30", "unknown"),
        ("1950", "55-64"), ("1983", "unknown"), ("25-34", "25-34"), ("20-30", "unknown"), ("65+", "65+"),
        ("18+", "unknown"), ("", "unknown"), ("old", "unknown"),
    ],
)  # fmt: skip
def test_ages_birth_dates_and_ranges_fall_into_bands(said: str, band: str) -> None:
    assert age_band(said, DAY) == band
    assert band in AGE_BANDS


@pytest.mark.parametrize(
    ("said", "gender"),
    [("F", "female"), (" Woman ", "female"), ("männlich", "male"), ("Mr.", "male"), ("non-binary", "other"), ("", "unknown"), ("?", "unknown")],
)  # fmt: skip
def test_genders_are_understood_in_many_words(said: str, gender: str) -> None:
    assert gender_of(said) == gender
    assert gender in GENDERS


@pytest.mark.parametrize(
    ("said", "profession"),
    [
        ("Teacher", "professionals"), ("Sales manager", "managers"), ("Head of Department", "managers"),
        ("Shop assistant", "service and sales"), ("assistant", "clerical support"), ("2512", "professionals"),
        ("Truck drivers", "machine operators"), ("retired", "retired"), ("Student of law", "student"),
        ("not employed", "not working"), ("craft and trades", "craft and trades"), ("wizard", "unknown"),
        ("", "unknown"), ("ann@example.org", "unknown"),
    ],
)  # fmt: skip
def test_titles_fall_into_major_groups(said: str, profession: str) -> None:
    assert profession_of(said) == profession
    assert profession in PROFESSIONS


def test_columns_are_normalised_row_by_row() -> None:
    table = normalise(pa.array(["34", None]), pa.array([None, "f"]), pa.array(["Nurse", "x"]), DAY)
    assert table.to_pylist() == [
        {"age_band": "25-34", "gender": "unknown", "profession": "professionals"},
        {"age_band": "unknown", "gender": "female", "profession": "unknown"},
    ]
