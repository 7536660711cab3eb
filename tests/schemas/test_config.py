"""Faults of a configuration are found before the first row, all at once, by their place."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from weir.pipelines.begin import TEMPLATE
from weir.schemas.config import Config
from weir.schemas.errors import ConfigError

GOOD = {
    "sites": [{"name": "www", "host": "www.example.com"}],
    "sources": [{"name": "web", "kind": "log", "site": "www", "path": "in/access-{date}*"}],
}


def read(tmp_path: Path, **changes: object) -> Config:
    path = tmp_path / "weir.yaml"
    path.write_text(yaml.safe_dump({**GOOD, **changes}))
    return Config.read(path)


def fault(tmp_path: Path, **changes: object) -> str:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, **changes)
    return str(caught.value)


def test_the_shipped_template_is_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "weir.yaml").write_text(TEMPLATE)
    assert Config.read(tmp_path / "weir.yaml").policy == "strict"


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    assert "polcy: no such setting 'polcy'; did you mean 'policy'?" in fault(tmp_path, polcy="x")


def test_a_misspelt_setting_of_a_site_is_named_by_its_place(tmp_path: Path) -> None:
    site = {"name": "www", "host": "www.example.com", "timezon": "UTC"}
    assert "sites[0].timezon: no such setting" in fault(tmp_path, sites=[site])


def test_an_unknown_time_zone_is_named(tmp_path: Path) -> None:
    site = {"name": "www", "host": "www.example.com", "timezone": "Europe/Berln"}
    assert "did you mean 'Europe/Berlin'?" in fault(tmp_path, sites=[site])


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ("UK", "no such region 'UK'; did you mean 'GB'? Else write"),
        ("de", "no such region 'de'; did you mean 'DE'? Else write"),
        ("Germany", "no such region 'Germany'; write two capitals of ISO 3166, as in GB"),
    ],
)
def test_a_region_of_telephones_is_one_that_is_known(
    tmp_path: Path, region: str, told: str
) -> None:
    assert told in fault(tmp_path, detection={"phone_regions": ["US", region]})
    assert read(tmp_path, detection={"phone_regions": ["DE"]}).detection.phone_regions == ("DE",)


@pytest.mark.parametrize("host", ["https://www.example.com", "www.example.com/shop", "a b", ""])
def test_a_host_is_a_host_and_no_address_of_a_page(tmp_path: Path, host: str) -> None:
    told = "sites[0].host: give the host alone, www.example.com: no https://"
    assert told in fault(tmp_path, sites=[{"name": "www", "host": host}])
    hosts = ["www.example.com", host]
    assert "no https://" in fault(tmp_path, sites=[{"name": "www", "host": hosts}])


@pytest.mark.parametrize("date", ["{dat}", "{Date}", "{dates}", "{day}", "{dat+1}", "{date.iso}"])
def test_a_misspelt_date_in_a_path_is_told(tmp_path: Path, date: str) -> None:
    source = GOOD["sources"][0] | {"path": f"in/access-{date}*"}
    assert f"'{date}' is no date; write {{date}}" in fault(tmp_path, sources=[source])


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    sources = [
        {"name": "a", "kind": "log", "site": "wwww", "path": "x"},
        {"name": "a", "kind": "events", "site": "www", "path": "x"},
    ]
    told = fault(tmp_path, sources=sources)
    assert "sources: 'a' stands twice" in told
    assert "sources[0].site: no such site 'wwww'; did you mean 'www'?" in told
    assert "sources[1].mapping: events need a mapping" in told


def test_a_setting_that_is_wrong_hides_nothing_that_is_wrong_between_others(tmp_path: Path) -> None:
    site = {"name": "www", "host": "www.example.com", "timezone": "Europe/Berln"}
    sources = [
        {"name": "a", "kind": "lgo", "site": "ww", "path": "-"},
        {"name": "a", "kind": "events", "site": "www", "path": "-"},
    ]
    told = fault(tmp_path, sites=[site], sources=sources, detection={"keys": {"staff": "emial"}})
    for one in (
        "sites[0].timezone: no such time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?",
        "sources[0].kind: no such kind 'lgo'; did you mean 'log'?",
        "sources[0].site: no such site 'ww'; did you mean 'www'?",
        "sources: 'a' stands twice",
        "sources[1].mapping: events need a mapping",
        "sources: standard input (-) can be read by one source only",
        "detection.keys.staff: no such entity 'emial'",
    ):
        assert one in told
    assert len(told.splitlines()) == 7


def test_what_is_no_setting_at_all_hides_no_sites_and_invents_none(tmp_path: Path) -> None:
    sources = ["web", {"name": [1], "kind": "log", "site": "www", "path": 5}]
    assert "no such site" not in fault(tmp_path, sites=[{"name": 5, "host": "x"}], sources=sources)
    assert "no such site 'www'" in fault(tmp_path, sites=[{"name": "shop"}], sources=sources)
    assert "sites: give a list" in fault(tmp_path, sites=5, sources=sources)


def test_tags_may_arrive_at_several_paths_and_ids_may_be_numbers(tmp_path: Path) -> None:
    site = {"name": "www", "host": "www.example.com", "tag_ids": [3, "G-1"]}
    several = read(tmp_path, sites=[{**site, "tag_path": ["/i", "/g/collect"]}]).sites[0]
    one = read(tmp_path, sites=[{**site, "tag_path": "/t.gif"}]).sites[0]
    assert (several.tag_paths, several.tag_ids) == (("/i", "/g/collect"), ("3", "G-1"))
    assert (one.tag_paths, read(tmp_path).sites[0].tag_paths) == (("/t.gif",), ())


def test_beacons_need_neither_mapping_nor_site(tmp_path: Path) -> None:
    (source,) = read(tmp_path, sources=[{"name": "b", "kind": "beacons", "path": "x"}]).sources
    assert (source.mapping, source.site, source.wire) == (None, None, "auto")


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="weir init"):
        Config.read(tmp_path / "weir.yaml")


def test_yaml_that_cannot_be_read_is_named_by_line(tmp_path: Path) -> None:
    (tmp_path / "weir.yaml").write_text("store: [\nsites: }")
    with pytest.raises(ConfigError, match=r"weir\.yaml: not readable as YAML: line 2"):
        Config.read(tmp_path / "weir.yaml")


def test_a_path_names_neighbouring_days(tmp_path: Path) -> None:
    source = {**GOOD["sources"][0], "path": "a-{date}|b-{date+1}|c-{date-1}|d"}
    config = read(tmp_path, sources=[source])
    assert config.sources[0].paths(date(2008, 4, 30)) == [
        "a-2008-04-30", "b-2008-05-01", "c-2008-04-29", "d",
    ]  # fmt: skip


def test_a_date_may_be_spelled_as_the_files_have_it(tmp_path: Path) -> None:
    path = "a-{date:%Y%m%d}.gz|b-{date-1:%y%m%d}|c-{date+1:%d%b%Y}|d-{date:%Y/%m/%d}-*"
    config = read(tmp_path, sources=[{**GOOD["sources"][0], "path": path}])
    assert config.sources[0].paths(date(2008, 4, 30)) == [
        "a-20080430.gz", "b-080429", "c-01May2008", "d-2008/04/30-*",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["a-{date:%Q}", "a-{dates}", "a-{date", "a-{date:}", "{date+x}"])
def test_a_date_that_is_none_is_named(tmp_path: Path, path: str) -> None:
    told = fault(tmp_path, sources=[{**GOOD["sources"][0], "path": path}])
    assert "sources[0].path: '{date" in told and "is no date; write {date}" in told


def test_trusted_proxies_are_networks(tmp_path: Path) -> None:
    good = {**GOOD["sources"][0], "trusted_proxies": ["198.51.100.7/24", "2001:DB8::/32", "::1"]}
    config = read(tmp_path, sources=[good])
    assert config.sources[0].trusted_proxies == ("198.51.100.0/24", "2001:db8::/32", "::1/128")
    told = fault(tmp_path, sources=[{**good, "trusted_proxies": ["10.0.0.0/8", "proxy1"]}])
    assert "sources[0].trusted_proxies: 'proxy1' is no network" in told


def test_standard_input_is_read_by_one_source_only(tmp_path: Path) -> None:
    source = {**GOOD["sources"][0], "path": "-"}
    assert read(tmp_path, sources=[source]).sources[0].is_standard_input
    told = fault(tmp_path, sources=[source, {**source, "name": "more"}])
    assert "standard input (-) can be read by one source only" in told


def test_people_are_no_duplicates(tmp_path: Path) -> None:
    source = {"name": "p", "kind": "profiles", "site": "www", "path": "p", "mapping": "profiles",
              "duplicates": "drop"}  # fmt: skip
    assert "sources[0].duplicates: profiles are people" in fault(tmp_path, sources=[source])


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    assert read(tmp_path).store_path == str(tmp_path / "store")


def test_a_treatment_that_nobody_carries_out_is_refused(tmp_path: Path) -> None:
    from importlib.resources import files

    from weir.schemas.policy import Policy

    text = (files("weir.schemas") / "policies" / "strict.yaml").read_text()
    kept = "user_agent: {data_class: pii, treatment: generalize"
    changed = text.replace(kept, kept.replace("generalize", "drop"))
    assert changed != text
    (tmp_path / "mine.yaml").write_text(changed)
    with pytest.raises(ConfigError, match=r"user_agent\.treatment: 'drop' cannot be done with it"):
        Policy.read("mine.yaml", tmp_path)
