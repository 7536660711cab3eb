"""Names in plain words: found where there is evidence, left alone where a word is a word."""

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from weir.transforms.detect.people import worth as worth_room
from weir.transforms.detect.people.neighbours import could_name
from weir.transforms.detect.people.persons import people


@pytest.mark.parametrize(
    "text, name",
    [
        ("jane doe", "jane doe"),
        ("my-neighbour-john-smith", "john-smith"),
        ("JaneDoe", "JaneDoe"),
        ("Doe, Jane", "Doe, Jane"),
        ("Jane Q. Doe", "Jane Q. Doe"),
        ("J. Smith", "J. Smith"),
        ("Frau Weber", "Weber"),
        ("Hello Jane", "Jane"),
        ("Jane's iPhone", "Jane"),
        ("François Lefèvre", "François Lefèvre"),
        ("Анна Кузнецова", "Анна Кузнецова"),
        ("田中太郎", "田中太郎"),
        ("محمد علي", "محمد علي"),
        ("Seo-yeon Park", "Seo-yeon Park"),
        ("nguyen thi hoa", "nguyen thi hoa"),
        ("van der Leek, Daan", "van der Leek, Daan"),
        ("Donna Clarke", "Donna Clarke"),
        ("nigel buckley", "nigel buckley"),
        ("DianeHoward", "DianeHoward"),
        ("spoke to Atuat Akkittiq about it", "Atuat Akkittiq"),
        ("your driver Oleksandr is here", "Oleksandr"),
        ("my name is Xiomara", "Xiomara"),
        ("Peters MacBook", "Peters"),
        ("John Q. Public", "John Q. Public"),
    ],
)
def test_a_name_is_found(text, name):
    assert name in [text[p.start : p.end] for p in people(text)]


@pytest.mark.parametrize(
    "text",
    [
        "brown-shoes", "bishop-sleeve", "parker-pens", "young-adult", "rose gold", "calvin klein",
        "black friday deals", "how to mark a map", "grace period loan", "san diego", "jane", "brown",  # noqa: E501
        "buenos-aires", "sri lanka", "taylor-swift-tour", "the Baker", "frank sinatra songs", "Spring Sale 2008",  # noqa: E501
        "why-we-love-autumn", "virginia beach hotels", "martin guitars", "harry potter", "spring_sale",  # noqa: E501
    ],
)  # fmt: skip
def test_words_that_are_also_names_stay(text):
    assert people(text) == []


def test_where_a_name_is_expected_less_will_do():
    assert people("summer brown", telling=True)
    assert people("Jane", telling=True)
    assert not people("Jane")


WORDS = st.sampled_from(
    [
        "jane",
        "john",
        "mary",
        "rose",
        "mark",
        "will",
        "summer",
        "doe",
        "smith",
        "brown",
        "garcia",
        "o'connor",
        "mcallister",
        "j",
        "q",
        "de",
        "la",
        "van",
        "mr",
        "dr",
        "hello",
        "by",
        "for",
        "from",
        "shoes",
        "red",
        "the",
        "pens",
        "diego",
        "san",
        "zzyzx",
        "kowalczyk",
        "JaneDoe",
        "Xi's",
        "iphone",
        "12",
        "linkedin",
        "nguyen",
        "thi",
        "min",
        "jun",
        "park",
        "driver",
        "iphone",
        "qwerton",
        "wit",
        "leeuw",
        "kurtka",
        "tom",
        "nicht",
        "popescu",
        "adwokat",
        "lincoln",
        "becker",
        "lego",
        "taylor",
        "swift",
        "kupfer",
        "10x50",
        "jogi",
    ]
)
GAPS = st.sampled_from([" ", "-", "_", ".", "+", ", ", "/", " - ", ". ", "", "'s "])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(WORDS, GAPS, st.booleans()), min_size=1, max_size=6))
@example([("van", " ", False), ("van", " ", False), ("van", "/", False), ("jane", " ", False)])
@example([("jane", " ", True), ("kurtka", "", True)])
@example([("min", " ", False), ("12", " ", False), ("by", "-", True), ("jane", " ", False)])
@example([("mr", " ", False), ("Xi's", "_", False)])
@example([("jane", "", False), ("Xi's", " ", True)])
@example([("zzyzx", " ", True), ("de", " ", False), ("qwerton", "", True)])
def test_the_gate_hides_no_name(pieces):
    text = "".join((word.title() if capital else word) + gap for word, gap, capital in pieces)
    for strict in (False, True):
        if people(text, strict=strict):
            assert could_name(pa.array([text]), strict)[0].as_py(), text


def test_a_word_without_end_is_none_and_is_not_kept():
    endless = "stoel" * 50_000  # looking for two words in it would take minutes
    kept = worth_room._worth.cache_info().currsize
    assert worth_room.worth(endless) == (0.0, 0.0, False)
    assert not worth_room.is_rarely_said(endless)
    assert worth_room._worth.cache_info().currsize == kept
