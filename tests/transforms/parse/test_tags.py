"""Query strings and action tags."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from weir.schemas.mapping import load_mapping
from weir.transforms.parse.pairs import parse_query
from weir.transforms.parse.tags import parse_tags

WEIR = load_mapping("weir", "tags", Path())


def tag(target: str | None) -> dict[str, Any]:
    row = parse_tags(pa.array([target], pa.string()), WEIR).to_pylist()[0]
    return {name: value for name, value in row.items() if value is not None}


def test_a_tag_says_what_happened_where_and_for_whom() -> None:
    said = tag(
        "/t.gif?a=imp&v=k%2B1&p=http%3A%2F%2FWWW.example.com%2Fa%3Fb%3D1&utm_campaign=a+b&c=x&ad=wide"
    )
    assert said == {
        "action": "impression", "visitor": "k+1", "host": "www.example.com", "target": "/a?b=1",
        "campaign": "a b", "customer": "x", "content": "wide",
    }  # fmt: skip


def test_a_tag_says_how_a_call_went_and_what_was_searched_for() -> None:
    assert tag("/t.gif?a=call&o=connected&d=125") == {
        "action": "call", "outcome": "connected", "duration_s": 125,
    }  # fmt: skip
    assert tag("/t.gif?a=rec&o=bought&pr=B-12&d=x&q=blue+books") == {
        "action": "recommendation", "outcome": "bought", "product": "B-12", "search": "blue books",
    }  # fmt: skip
    assert tag("/t.gif?a=call&o=delivered&d=12125550142") == {"action": "call"}


@pytest.mark.parametrize(
    "word", ["requested", "connected", "missed", "failed", "shown", "clicked", "bought"]
)
def test_each_outcome_has_its_own_word(word: str) -> None:
    assert tag(f"/t.gif?o={word}") == {"outcome": word}


def test_a_tag_without_words_says_nothing() -> None:
    assert tag("/t.gif") == tag("/t.gif?") == tag("/t.gif?u=&v") == tag(None) == {}


def test_an_unknown_action_is_other_and_of_two_values_the_first_counts() -> None:
    assert tag("/t.gif?a=zzz&a=pv") == {"action": "other"}


def test_parameters_that_no_mapping_names_stay_out() -> None:
    assert tag("/t.gif?email=ann@example.org#a=pv") == {}


def test_a_query_comes_apart_into_pairs() -> None:
    pairs = parse_query(pa.array(["a=1&b=%41+x&&=y&c&d=e=f", None, "", "%61=%zz"]))
    assert [tuple(row.values()) for row in pairs.to_pylist()] == [
        (0, "a", "1", "1"), (0, "b", "%41+x", "A x"), (0, "c", "", ""), (0, "d", "e=f", "e=f"),
        (3, "a", "%zz", "%zz"),
    ]  # fmt: skip
