"""A regex whose words are looked for as such matches what it matches as it is."""

import re
from pathlib import Path

import pytest
import yaml

from weir.transforms.detect.matching.literals import folded
from weir.transforms.detect.matching.quick import Quick
from weir.transforms.detect.recognizers.needs import NEEDS

STRINGS = yaml.safe_load((Path(__file__).parent / "strings.yaml").read_text(encoding="utf-8"))
VALUES = sorted({row[2] for rows in STRINGS.values() for row in rows})
TEXTS = [*VALUES, *map(str.upper, VALUES), *map(str.title, VALUES), ""]


@pytest.mark.parametrize("entity", sorted(NEEDS))
def test_needs_match_what_they_match_as_they_are(entity: str) -> None:
    for regex in NEEDS[entity]:
        quick, whole = Quick(regex), re.compile(regex)
        told = [bool(whole.search(text)) for text in TEXTS]
        assert [quick.matches(text, folded(text)) for text in TEXTS] == told


def test_words_without_case_are_looked_for_and_the_rest_is_matched() -> None:
    quick = Quick(r"@|(?i:ta[gk]|pin(?: code)?|x{2}|a\|b)|Name|[|]\d")
    assert set(quick.words) == {"@", "tag", "tak", "pin", "pin code", "a|b"}
    assert quick.rest and quick.rest.pattern == r"(?i:x{2})|Name|[|]\d"
    for text in ("TAG", "a@b", "PIN", "xX", "my Name", "|7", "A|B"):
        assert quick.matches(text, folded(text))
    for text in ("name", "ta", "x", "7|", ""):
        assert not quick.matches(text, folded(text))
