"""A night looks at texts as its policy and configuration say together, or does not begin."""

import datetime as dt
from importlib.resources import files

import pytest
import yaml

from weir.pipelines.night import Night
from weir.pipelines.plan import intake_of
from weir.schemas.config import Config
from weir.schemas.errors import ConfigError
from weir.transforms.keys import create_keys

NO_MODEL = r"weir\.yaml: detection\.nlp_model: no spaCy model 'none' .*pip install -e '\.\[nlp\]'"
DAY = dt.date(2008, 4, 22)


def a_night(root, policy_mode="balanced", **detection):
    text = (files("weir.schemas") / "policies" / "strict.yaml").read_text(encoding="utf-8")
    policy = yaml.safe_load(text) | {"detection": {"mode": policy_mode}}
    (root / "mine.yaml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    settings = {
        "policy": "mine.yaml",
        "sites": [{"name": "www", "host": "www.example.com"}],
        "sources": [{"name": "web", "kind": "log", "site": "www", "path": "in/a"}],
        "detection": detection,
    }
    (root / "weir.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return Night.open(Config.read(root / "weir.yaml"), DAY, create=True)


def detector_of(night):
    """The one that the workers of the night get."""
    create_keys(night.config.base / "keys")
    ((wall,),) = [c.walls for c in intake_of(night, str(night.config.base)).channels.values()]
    return wall.detector


def test_a_strict_policy_closes_the_night_and_own_recognizers_go_along(tmp_path):
    night = a_night(tmp_path, "strict", routes={"desk": "id"})
    detector = detector_of(night)
    assert (detector.settings.mode, detector.settings.routes) == ("strict", {"desk": "id"})
    assert detector.version == night.detector.version


def test_a_configuration_that_asks_for_less_than_its_policy_opens_no_night(tmp_path):
    with pytest.raises(ConfigError, match=r"detection\.mode: 'balanced' is less than the policy"):
        a_night(tmp_path, "strict", mode="balanced")
    assert not (tmp_path / "store").exists()


def test_a_model_that_is_not_there_ends_the_night_before_it_reads(tmp_path):
    with pytest.raises(ConfigError, match=NO_MODEL):
        detector_of(a_night(tmp_path, nlp_model="none"))
