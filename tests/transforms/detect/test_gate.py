"""The gate only saves work: what it lets pass unseen, no recognizer would have taken."""

import re
from pathlib import Path

import pyarrow as pa
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.schemas.config import Detection
from weir.transforms.detect.matching.gate import SHAPES, any_of, could_hold, gate
from weir.transforms.detect.recognizers.engine import open_engine
from weir.transforms.detect.text.decode import decode

STRINGS = yaml.safe_load((Path(__file__).parent / "strings.yaml").read_text(encoding="utf-8"))
VALUES = sorted({row[2] for rows in STRINGS.values() for row in rows})
ENGINE = open_engine(Detection())


def ungated(text: str) -> list[str]:
    """Entities that any recognizer sees, asked all of them, with no gate before."""
    return [hit.entity for hit in ENGINE.analyze(text, every=True)]


def agrees(text: str) -> bool:
    """The gate in both forms opens for whatever an ungated engine finds."""
    if not ungated(text):
        return True
    in_arrow = gate(pa.array([text]))[0].as_py()
    return in_arrow and could_hold(text) and bool(ENGINE.analyze(text))


def test_gated_and_ungated_findings_agree_on_the_table():
    texts = {view for value in VALUES for view in decode(value).views}
    assert [text for text in sorted(texts) if not agrees(text)] == []


def test_asking_only_who_could_find_something_changes_no_finding():
    for value in VALUES:
        assert ENGINE.analyze(value) == ENGINE.analyze(value, every=True), value


@settings(max_examples=300, deadline=None)
@given(st.text("0123456789abcdefABCDEF.:-_@+()/ stGxyz", min_size=5, max_size=45))
def test_gated_and_ungated_findings_agree_on_anything(text):
    assert agrees(text)


def test_a_shape_is_spared_only_values_that_it_cannot_match():
    views = {view for value in VALUES for view in (*decode(value).views, value.upper())}
    values = [*(view for view in views if view.isascii()), "", None]
    asked = [any(re.search(shape, one) for shape in SHAPES) if one is not None else None
             for one in values]  # fmt: skip
    assert any_of(pa.array(values), SHAPES).to_pylist() == asked


def test_the_gate_stays_closed_for_ordinary_words():
    words = ["home", "index.html", "red-shoes", "12345", "2015", "main.css", "spring_sale", "v2"]
    assert gate(pa.array(words)).to_pylist() == [False] * len(words)


def test_recognizers_are_asked_in_the_order_of_their_list():
    registry = ENGINE.analyzer.registry
    entities = ENGINE.analyzer.get_supported_entities()
    asked = registry.get_recognizers("en", entities=entities)
    assert len(asked) > 20
    assert list(map(id, asked)) == [id(one) for one in registry.recognizers if one in asked]
