"""A spaCy model adds people where a word could be a name, and nothing else; without it no night."""

import json
import pickle
import subprocess
import sys

import pyarrow as pa
import pytest
import spacy

from weir.schemas.config import Config, Detection
from weir.schemas.errors import ConfigError
from weir.transforms.detect import Detector, scan
from weir.transforms.detect.verdicts import Asked

TAUGHT = {
    "PERSON": ["Zbrwik Quofnal", "Brown Shoes", "Calvin Klein", "Ozzwik"],
    "ORG": ["Vrolma Grepst"],
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A directory with a model that knows a few people, and one firm."""
    place = tmp_path_factory.mktemp("models") / "few"
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        {"label": label, "pattern": text} for label, texts in TAUGHT.items() for text in texts
    )
    nlp.to_disk(place)
    return place


@pytest.fixture(scope="module")
def detector(model):
    return Detector(Detection(nlp_model=str(model)))


def clean(detector, *values):
    return detector.values(pa.array(values)).clean.to_pylist()


def test_a_person_of_the_model_is_found_as_it_is_written_and_in_a_path(detector):
    assert clean(Detector(), "zbrwik-quofnal") == ["zbrwik-quofnal"]
    forms = ["Zbrwik Quofnal", "zbrwik-quofnal", "about+zbrwik_quofnal", "zbrwik%20quofnal"]
    assert clean(detector, *forms) == ["{name}"] * 4
    assert detector.paths(pa.array(["/a/zbrwik-quofnal"])).clean.to_pylist() == ["/a/{name}"]


def test_a_finding_says_that_it_is_the_models_and_is_no_identifier(detector):
    (one,) = scan("path_query", "/a/zbrwik-quofnal", detector).findings
    assert (one["rule"], one["entity"], one["score"]) == ("nlp_model", "name", 0.5)
    assert detector.values(pa.array(["zbrwik-quofnal"])).identifiers.num_rows == 0


def test_words_of_the_dictionary_brands_single_words_and_firms_stay(detector):
    values = ["brown-shoes", "calvin-klein", "ozzwik", "vrolma-grepst"]
    assert clean(detector, *values) == values


def test_the_gate_hides_nothing_of_a_model(detector):
    for text in ("zbrwik-quofnal", "x1 zbrwik quofnal", "a/zbrwik-quofnal/b", "ZbrwikQuofnal-7"):
        (ungated,) = detector.verdicts([Asked(text, "query")])
        assert clean(detector, text) == [ungated.clean]
    assert clean(detector, "a/zbrwik-quofnal/b") == ["{name}"]


def test_a_model_that_fails_closes_its_values(model, monkeypatch):
    from weir.transforms.detect.recognizers.engine import open_engine

    detector = Detector(Detection(nlp_model=str(model), timeout_ms=240))

    def fail(self, text):
        raise RuntimeError(text)

    monkeypatch.setattr(type(open_engine(detector.settings).model), "people", fail)
    assert clean(detector, "wuxly brog") == ["{unreadable}"]


def test_another_model_or_none_is_another_version_and_its_place_is_not(model, tmp_path):
    import shutil

    moved = shutil.copytree(model, tmp_path / "moved")
    versions = [Detector(Detection(nlp_model=str(place))).version for place in (model, moved)]
    assert versions[0] == versions[1] != Detector().version
    meta = json.loads((moved / "meta.json").read_text()) | {"version": "9.9"}
    (moved / "meta.json").write_text(json.dumps(meta))
    assert Detector(Detection(nlp_model=str(moved))).version != versions[0]


def test_a_detector_with_a_model_travels(detector):
    assert clean(pickle.loads(pickle.dumps(detector)), "zbrwik-quofnal") == ["{name}"]


def test_a_model_is_looked_for_beside_weir_yaml(model, tmp_path):
    (tmp_path / "weir.yaml").write_text(
        "sites: [{name: www, host: h}]\nsources: [{name: w, kind: log, site: www, path: x}]\n"
        "detection: {nlp_model: few}\n"
    )
    (tmp_path / "few").symlink_to(model)
    assert Config.read(tmp_path / "weir.yaml").detection.nlp_model == str(tmp_path / "few")


def test_a_model_that_is_not_installed_or_damaged_is_told_and_none_is_fetched(tmp_path):
    for name in ("no_such_model", str(tmp_path)):
        with pytest.raises(ConfigError, match=r"detection\.nlp_model: no spaCy model .* installed"):
            clean(Detector(Detection(nlp_model=name)), "joe@example.org")
    (tmp_path / "meta.json").write_text("{}")
    with pytest.raises(ConfigError, match=r"detection\.nlp_model: .* cannot be opened"):
        Detector(Detection(nlp_model=str(tmp_path))).warm()
    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ConfigError, match=r"detection\.nlp_model: .* looks for no persons"):
        Detector(Detection(nlp_model=str(tmp_path / "blank"))).warm()


def test_without_spacy_it_is_told_how_to_get_it(model):
    code = f"""
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *a: None if name == "spacy" else found(name, *a)
from weir.transforms.detect.people.model import identity
try:
    identity({str(model)!r})
except Exception as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "ConfigError detection.nlp_model: spaCy is not installed; in" in done.stdout
