"""Ordinary words of 16 languages stay in both modes; names in the same languages go."""

from pathlib import Path

import pytest
import yaml
from by_rows import each_row

from weir.schemas import detect as facts
from weir.schemas.config import Detection
from weir.transforms.detect import Detector, scan
from weir.transforms.detect.people.persons import people
from weir.transforms.detect.people.worth import is_made_of, worth

STRINGS = yaml.safe_load((Path(__file__).parent / "languages.yaml").read_text(encoding="utf-8"))
BALANCED, STRICT = Detector(), Detector(Detection(mode="strict"))


@each_row(STRINGS["harmless"])
def test_ordinary_words_stay_in_both_modes(field, text):
    assert scan(field, text, BALANCED).clean == text
    assert scan(field, text, STRICT).clean == text


@each_row(STRINGS["famous"])
def test_whom_everybody_knows_stays_in_balanced_and_goes_in_strict(field, text):
    assert scan(field, text, BALANCED).clean == text
    assert "{name}" in scan(field, text, STRICT).clean


@each_row(STRINGS["names"])
def test_a_name_goes_in_both_modes(field, text):
    for detector in (BALANCED, STRICT):
        assert {one["entity"] for one in scan(field, text, detector).findings} & {"name", "id"}


@pytest.mark.parametrize(
    "text",
    ["Pierre Bernard", "Rose Blanche", "luz marina ortiz", "max weber", "Victor de la Fleche"],
)
def test_a_name_that_is_a_word_is_one_beside_another(text):
    assert people(text)


def test_a_word_with_another_ending_and_two_words_in_one_are_words():
    known = {"stoel", "vinter", "jakke"}
    assert is_made_of("stoelen", known)
    assert is_made_of("vinterjakke", known)
    assert not is_made_of("kowalczyk", known)
    assert worth("vinterjakken")[2]
    assert worth("stoeltjes")[2] is False


def test_no_word_of_a_list_is_written_in_a_way_that_is_never_asked_for():
    words = facts.languages() | facts.everyday()
    assert len(words) > 50_000
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)


@pytest.mark.parametrize(
    "field, text, entity",
    [
        ("path_query", "/p?sku=siobhan", "name"),
        ("path_query", "/x?coupon=SIOBHAN25", "name"),
        ("path_query", "/watch?t=dQw4w9WgXcQ", "secret"),
        ("path_query", "/x?gdpr_consent=a7Bq92kd", "secret"),
        ("text", "see a1b2c3d4 there", "secret"),
        ("text", "deliver to 20 W 34th St", "address"),
        ("search", "haus in siobhan", "name"),
    ],
)
def test_strict_still_closes_on_what_is_not_understood(field, text, entity):
    assert entity in {one["entity"] for one in scan(field, text, STRICT).findings}


@pytest.mark.parametrize(
    "text, crosses",
    [("Instagram 301.0.0.27.109 Android", True), ("peer 10.20.4.119.443 closed", False)],
)
def test_five_numbers_are_a_version_if_they_begin_as_no_address(text, crosses):
    assert (scan("ua", text, BALANCED).clean == text) is crosses
