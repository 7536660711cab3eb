"""What a name, a route or a word tells of somebody in whole fields of a log; beside each what is nobody's."""  # noqa: E501

import json
from pathlib import Path

import pytest
import yaml
from by_rows import each_row

from weir.schemas.config import Detection
from weir.transforms.detect import Detector, scan

STRINGS = yaml.safe_load((Path(__file__).parent / "told.yaml").read_text(encoding="utf-8"))
BALANCED, STRICT = Detector(), Detector(Detection(mode="strict"))


@each_row(STRINGS["personal"])
def test_what_tells_of_somebody_does_not_cross(field, text, clean):
    assert scan(field, text, BALANCED).clean == clean
    assert scan(field, text, STRICT).clean != text


@each_row(STRINGS["harmless"])
def test_what_is_written_alike_and_tells_of_nobody_crosses(field, text):
    assert scan(field, text, BALANCED).clean == text


@each_row(STRINGS["understood"])
def test_strict_leaves_what_it_understands(field, text):
    assert scan(field, text, STRICT).clean == text


@pytest.mark.parametrize("table", ["told", "languages", "strings", "abroad"])
def test_strict_takes_whatever_balanced_takes(table):
    tables = yaml.safe_load((Path(__file__).parent / f"{table}.yaml").read_text(encoding="utf-8"))
    whole = table in ("told", "languages")  # the others have a name before each value
    rows = [(row[0], row[1 if whole else 2]) for of in tables.values() for row in of]
    for field, text in rows:
        if whole or (field in ("text", "search", "json") and isinstance(text, str)):
            assert _covered(field, text, BALANCED) <= _covered(field, text, STRICT), text


def _covered(field, text, detector):
    """The characters that do not cross."""
    found = scan(field, text, detector).findings
    return {at for one in found for at in range(one["start"], one["end"])}


@pytest.mark.parametrize("times", range(1, 9))
def test_json_in_json_is_read_however_deep_or_does_not_cross(times):
    inside = {"nachname": "Rose", "passwort": "gold"}
    text, wrapped = json.dumps(inside), inside
    for _ in range(times):
        text, wrapped = json.dumps(text), {"body": json.dumps(wrapped)}
    for given in (text, json.dumps(wrapped)):
        clean = scan("json", given, BALANCED).clean
        assert "Rose" not in clean
        assert "gold" not in clean
