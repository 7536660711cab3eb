"""Stated demographics become closed values; what is unclear is unknown."""

# ruff: noqa: E501 (tables of cases, one a line)
from datetime import date

import pyarrow as pa
import pytest

from weir.schemas.demographics import AGE_BANDS, COUNTRIES, GENDERS, LANGUAGES, PROFESSIONS
from weir.transforms.demographics import age_band, gender_of, normalise, profession_of
from weir.transforms.nations import country_of, language_of

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
    [("F", "female"), (" Woman ", "female"), ("männlich", "male"), ("Mr.", "male"), ("non-binary", "other"), ("Non binary", "other"),
     ("Mme.", "female"), ("женский", "female"), ("女性", "female"), ("Hombre", "male"), ("남자", "male"), ("Divers", "other"), ("1", "unknown"), ("", "unknown"), ("?", "unknown")],
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
    stated = {
        "age": ["34", None, "Prefer not to say"],
        "gender": [None, "f", "prefer_not_to_say"],
        "profession": ["Nurse", "x", "Decline to state."],
        "country": ["Österreich", None, "keine Angabe"],
        "language": ["de-AT", "?", "Ne se prononce pas"],
    }
    table = normalise(pa.table(stated), DAY)
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("25-34", "unknown", "professionals", "AT", "de"),
        ("unknown", "female", "unknown", "unknown", "unknown"),
        ("refused",) * 5,
    ]


@pytest.mark.parametrize(
    ("said", "country"),
    [
        ("DE", "DE"), ("deu", "DE"), ("Germany", "DE"), ("Deutschland", "DE"), ("Allemagne", "DE"), ("ドイツ", "DE"),
        ("USA", "US"), ("U.S.A.", "US"), ("United States of America", "US"), ("uk", "GB"), ("England", "GB"),
        ("Côte d’Ivoire", "CI"), ("cote d'ivoire", "CI"), ("Czech Republic", "CZ"), ("The Netherlands", "NL"),
        ("Türkei", "TR"), ("South Korea", "KR"), ("Россия", "RU"), ("Niger", "NE"), ("Georgia", "GE"),
        ("XX", None), ("EU", None), ("Atlantis", None), ("", None), ("Springfield, USA", None),
    ],
)  # fmt: skip
def test_countries_are_understood_by_code_and_name(said: str, country: str | None) -> None:
    assert country_of(said) == country


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("de", "de"), ("de-AT", "de"), ("pt_BR", "pt"), ("zh-Hans-CN", "zh"), ("DE-at,de;q=0.9", "de"), ("ger", "de"),
        ("German", "de"), ("Deutsch", "de"), ("Allemand", "de"), ("English (US)", "en"), ("español", "es"),
        ("Espanol", "es"), ("nb-NO", "no"), ("Norsk bokmål", "no"), ("iw", "he"), ("中文", "zh"), ("日本語", "ja"),
        ("Klingonese", None), ("", None), ("xx-YY", None),
    ],
)  # fmt: skip
def test_languages_are_understood_by_tag_and_name(said: str, language: str | None) -> None:
    assert language_of(said) == language
    assert language is None or language in LANGUAGES


def test_a_code_of_every_country_and_language_is_itself() -> None:
    assert {country_of(code) for code in COUNTRIES} == COUNTRIES
    assert {country_of(code.lower()) for code in COUNTRIES} == COUNTRIES
    assert {language_of(code) for code in LANGUAGES} == LANGUAGES - {"nb", "nn"}
