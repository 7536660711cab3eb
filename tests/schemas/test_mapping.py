"""Mappings: the shipped ones load, and faults are told with their place."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from weir.schemas.errors import ConfigError
from weir.schemas.mapping import EventMapping, load_mapping, wires

SHIPPED = sorted((files("weir.schemas") / "vendors").iterdir(), key=lambda path: path.name)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_mapping_loads_under_its_file_name(path: Path) -> None:
    raw = yaml.safe_load(path.read_text())
    mapping = load_mapping(path.name.removesuffix(".yaml"), raw["kind"], Path())
    assert mapping.name == path.name.removesuffix(".yaml")


def test_a_mapping_may_be_a_file_of_ones_own(tmp_path: Path) -> None:
    text = "{name: own, kind: tags, fields: {action: what}, actions: {seen: page}}"
    (tmp_path / "own.yaml").write_text(text)
    assert load_mapping("own.yaml", "tags", tmp_path).fields == {"action": "what"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{name: x, kind: tags, fields: {aktion: a}, actions: {}}", "did you mean 'action'"),
        ("{name: x, kind: tags, fields: {}, actions: {a: pge}}", "did you mean 'page'"),
        ("{name: x, kind: events, fields: {}, actions: {}}", "tags are asked for"),
        ("{name: x, kind: tags, actions: {}}", "fields: missing"),
        ("{name: x, kind: tags, fields: {}, actions: {}, otherwise: pge}", "did you mean 'page'"),
        ("{name: x, kind: tags, fields: {}, actions: {}, rules: [{action: clik}]}", "mean 'click'"),
        ("{name: x, kind: tags, fields: {}, actions: {}, patterns: {a: (b)}}", "one named group"),
        ("{name: x, kind: tags, fields: {}, actions: {}, patterns: {a: '('}}", "one named group"),
        ("[", "not readable as YAML"),
        ("{kind: tags, like: segmnt}", "no such mapping 'segmnt'"),
    ],
)
def test_a_fault_in_a_mapping_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "own.yaml").write_text(text)
    with pytest.raises(ConfigError, match=says) as fault:
        load_mapping("own.yaml", "tags", tmp_path)
    assert str(fault.value).startswith(str(tmp_path / "own.yaml"))


def test_a_name_that_nobody_ships_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'segment'"):
        load_mapping("segmnt", "events", Path())


def test_all_wires_are_those_that_can_be_recognised_our_own_last() -> None:
    names = [wire.name for wire in wires("auto", Path())]
    assert {"matomo", "ga_universal", "ga4", "snowplow", "plausible", "umami"} < set(names)
    assert names[-1] == "weir"


def test_a_wire_may_be_a_file_of_ones_own(tmp_path: Path) -> None:
    text = "{name: own, kind: tags, fields: {action: [what, a]}, prefixes: [x.], actions: {}}"
    (tmp_path / "own.yaml").write_text(text)
    (own,) = wires("own.yaml", tmp_path)
    assert own.names("action") == ("what", "x.what", "a", "x.a")


def an_events_mapping(tmp_path: Path, text: str) -> EventMapping:
    (tmp_path / "own.yaml").write_text(text)
    return load_mapping("own.yaml", "events", tmp_path)


def test_a_mapping_may_say_only_what_differs_from_another(tmp_path: Path) -> None:
    text = "{name: ours, like: adobe, columns: column_headers.tsv}"
    (tmp_path / "column_headers.tsv").write_text("hit_time_gmt\tip\r\n")
    ours, adobe = an_events_mapping(tmp_path, text), load_mapping("adobe", "events", tmp_path)
    assert (ours.name, ours.columns, ours.has_header) == ("ours", ("hit_time_gmt", "ip"), False)
    assert (ours.fields, adobe.has_header) == (adobe.fields, True)


@pytest.mark.parametrize(
    ("says", "about"),
    [
        ("fields: {visitor: 'a['}", "no path"),
        ("fields: {}, pii: {shoe_size: a}", "no such field 'shoe_size'"),
        ("fields: {}, layout: tsv, batch: data", "batch is for layout json"),
        ("fields: {}, columns: [a]", "are for layout tsv or csv"),
        ("fields: {}, batch: 'a[0]'", "batch: a path of names"),
        ("fields: {}, rules: [{action: page}]", "needs `when` or `has`"),
        ("fields: {}, rules: [{action: pge, when: {a: b}}]", "did you mean 'page'"),
        ("fields: {}, rules: [{action: call, outcome: lost, when: {a: b}}]", "no such outcome"),
        ("fields: {}, time: {field: t, timezone: Europe/Amsterdm}", "Europe/Amsterdam"),
        ("fields: {}, layout: tsv, columns: gone.tsv", "no such file"),
    ],
)
def test_a_fault_in_an_events_mapping_is_told(tmp_path: Path, says: str, about: str) -> None:
    time = "" if "time:" in says else "time: {field: t}, "
    with pytest.raises(ConfigError, match=about):
        an_events_mapping(tmp_path, f"{{name: x, kind: events, {time}actions: {{}}, {says}}}")
