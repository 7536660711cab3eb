"""A site's own recognizers are checked before the first row, and told of by their place."""

import pytest
import yaml

from weir.schemas.config import Config
from weir.schemas.entities import TREATED, Entity, entities
from weir.schemas.errors import ConfigError

EMPLOYEE = {"employee": {"data_class": "pii", "treatment": "drop"}}


def read(tmp_path, **detection):
    settings = {
        "sites": [{"name": "www", "host": "www.example.com"}],
        "sources": [{"name": "web", "kind": "log", "site": "www", "path": "in/a"}],
        "detection": detection,
    }
    (tmp_path / "weir.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return Config.read(tmp_path / "weir.yaml").detection


def fault(tmp_path, **detection):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, **detection)
    return str(caught.value)


def a_pattern(**changes):
    return {"name": "staff number", "entity": "id", "regex": r"E\d{4}", **changes}


def test_each_shipped_kind_of_value_has_class_treatment_and_a_line_about_it():
    for entity in entities().values():
        assert entity.treatment == TREATED[entity.data_class]
        assert entity.about


def test_words_come_from_the_list_and_from_the_file_beside_weir_yaml(tmp_path):
    (tmp_path / "staff.txt").write_text("# who works here\n\nÅsa Lind\nBo Ek\n", encoding="utf-8")
    own = read(tmp_path, deny=[{"entity": "name", "file": "staff.txt", "words": ["Cy Dee"]}])
    assert set(own.deny[0].words) == {"Åsa Lind", "Bo Ek", "Cy Dee"}


def test_a_fault_of_a_deny_list_names_file_and_line_and_no_word(tmp_path):
    (tmp_path / "staff.txt").write_text("Erika Muster\nxy\n", encoding="utf-8")
    told = fault(tmp_path, deny=[{"entity": "name", "file": "staff.txt"}])
    assert "detection.deny[0].file: staff.txt:2: fewer than 3 letters" in told
    assert "Erika" not in told and "xy" not in told
    told = fault(tmp_path, deny=[{"entity": "name", "file": "none.txt"}, {"entity": "id"}])
    assert "detection.deny[0].file: none.txt: no such file" in told
    assert "detection.deny[1].words: none given" in told


def test_a_regex_that_cannot_be_used_is_told_by_its_place(tmp_path):
    patterns = [a_pattern(), a_pattern(name="b", regex="(a|aa)+c"), a_pattern(name="c", regex="(")]
    told = fault(tmp_path, patterns=patterns)
    assert "detection.patterns[1].regex: takes " in told
    assert "detection.patterns[2].regex: no valid regex" in told


@pytest.mark.parametrize(
    "detection, told",
    [
        (
            {"keys": {"staffno": "emial"}},
            "keys.staffno: no such entity 'emial'; did you mean 'email'? Else declare yours under",
        ),
        ({"routes": {"desk": "employee"}}, "routes.desk: no such entity 'employee'; declare"),
        ({"patterns": [a_pattern(entity="x")]}, "patterns[0].entity: no such entity 'x'"),
        ({"patterns": [a_pattern(), a_pattern()]}, "patterns: 'staff number' stands twice"),
        ({"patterns": [a_pattern(score=0.2)]}, "patterns[0].score: below 0.4 nothing counts"),
        ({"patterns": [a_pattern(context=["a b"])]}, "patterns[0].context: a context word is one"),
        ({"entities": {"email": EMPLOYEE["employee"]}}, "entities.email: that is one of Weir's"),
        ({"entities": {"other": EMPLOYEE["employee"]}}, "entities.other: that is one of Weir's"),
        ({"entities": {"hash": EMPLOYEE["employee"]}}, "entities.hash: that is one of Weir's"),
        ({"keys": {"имя": "name"}}, "keys.имя: fields are told apart by Latin letters"),
        ({"routes": {"a/b": "id"}}, "routes.a/b: one name, without slashes"),
        (
            {"entities": {"a": {"data_class": "pii", "treatment": "vault"}}},
            "entities.a: treatment: 'vault' cannot be done",
        ),
        ({"entities": {"a": {"treatment": "drop"}}}, "entities.a.data_class: missing"),
        ({"entities": {"A1": EMPLOYEE["employee"]}}, "entities.A1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, detection, told):
    assert f"detection.{told}" in fault(tmp_path, **detection)


def test_what_is_no_datum_of_a_person_is_generalized():
    Entity(data_class="nii", treatment="generalize")
    with pytest.raises(ValueError, match="treatment: 'drop' cannot be done"):
        Entity(data_class="nii", treatment="drop")
