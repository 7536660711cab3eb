"""What names of fields say with their values; each kind beside what is nobody's under one."""

from pathlib import Path

import yaml
from by_rows import each_row
from looked_at import look_at

from weir.schemas import detect as facts
from weir.schemas.config import Detection
from weir.transforms.detect import Detector, scan
from weir.transforms.detect.fields.composed import shape_of

STRINGS = yaml.safe_load((Path(__file__).parent / "fields.yaml").read_text(encoding="utf-8"))
BALANCED, STRICT = Detector(), Detector(Detection(mode="strict"))


@each_row(STRINGS["personal"])
def test_a_field_that_tells_whose_it_is_does_not_cross(part, key, value, entity):
    for detector in (BALANCED, STRICT):
        clean, entities = look_at(part, key, value, detector)
        assert entity in entities
        assert "{" in clean


@each_row(STRINGS["harmless"])
def test_a_word_of_a_program_crosses_under_any_name(part, key, value):
    assert look_at(part, key, value) == (value, [])


@each_row(STRINGS["of a kind"])
def test_strict_leaves_no_kind_or_number_alone_where_somebodys_value_could_stand(part, key, value):
    assert look_at(part, key, value) == (value, [])
    assert "{" in look_at(part, key, value, STRICT)[0]


@each_row(STRINGS["together"])
def test_fields_beside_each_other_tell_together(text, clean):
    assert scan("json", text, BALANCED).clean == clean


def test_a_shortened_word_is_read_only_if_it_begins_words_about_one_thing():
    assert shape_of(("rechn", "nr")) == shape_of(("rechnung", "nr")) == "number"
    assert shape_of(("part", "nr")) is None  # a word itself, and of participant


def test_a_word_of_a_closed_vocabulary_with_a_capital_is_a_name():
    for text in ("Tom", "Novo", "Self"):
        assert look_at("query", "lastname", text)[1] == ["name"]


def test_no_word_of_a_fields_name_stands_in_two_lists():
    words = [word for about in facts.composed().values() for word in about]
    assert len(words) == len(set(words)) > 2000
