"""Nights of which nothing is kept: they say why, and no edition is frozen."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.sample import DAY, Place
from tests.e2e.small import a_line, a_place, lines


def of_events(root: Path, host: str, log: str = "", **site: Any) -> Place:
    """A place whose events, and log if there is one, name a host that may be another's."""
    place = a_place(root, log)
    settings = yaml.safe_load(place.config.read_text())
    settings["sites"][0] |= site
    mapping = {
        "name": "ours", "kind": "events", "about": "of a test", "time": {"field": "t"},
        "fields": {"action": "a", "visitor": "v", "url": "u"},
        "actions": {"view": "page"},
    }  # fmt: skip
    (root / "ours.yaml").write_text(yaml.safe_dump(mapping))
    source = {"name": "scripts", "kind": "events", "site": "www", "path": "in/events-{date}.jsonl"}
    settings["sources"].append(source | {"mapping": "ours.yaml"})
    if not log:
        del settings["sources"][0]
    place.config.write_text(yaml.safe_dump(settings))
    event = {"t": f"{DAY}T12:00:00Z", "a": "view", "u": f"https://{host}/books"}
    events = [json.dumps(event | {"v": f"v{number}"}) + "\n" for number in range(30)]
    (root / "in" / f"events-{DAY}.jsonl").write_text("".join(events))
    return place


def test_lines_that_are_all_of_another_site_make_no_edition(tmp_path: Path) -> None:
    place = of_events(tmp_path / "p", "shop.example.net")
    place.weir("run", "-c", str(place.config), "-d", DAY, code=1)
    said = str(place.said)
    assert "source scripts: 30 lines are of other sites, none of www.example.com" in said
    assert "look at the setting `host` of www" in said
    assert "Nothing was kept of the date" in said
    assert "tables were made" not in said
    assert "to be looked for" not in said
    assert not (place.store / "editions").exists()
    assert not (place.store / "shared").exists()


def test_so_it_is_beside_a_source_that_is_of_the_site(tmp_path: Path) -> None:
    place = of_events(tmp_path / "p", "shop.example.net", lines(), tag_ids=["7"])
    told = place.weir("run", "-c", str(place.config), "-d", DAY, "--json", code=1)
    assert "`host` and `tag_ids` of www" in json.loads(told)["withheld"]


def test_a_log_that_names_hosts_of_others_is_not_said_to_be_of_other_dates(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", "".join(f"web.example.net:80 {a_line(n)}" for n in range(40)))
    settings = yaml.safe_load(place.config.read_text())
    del settings["sources"][0]["site"]
    settings["sources"][0]["format"] = "vhost_combined"
    place.config.write_text(yaml.safe_dump(settings))
    place.weir("ingest", "-c", str(place.config), "-d", DAY, code=1)
    assert "source web: 40 lines are of other sites" in str(place.said)
    assert "no line of" not in str(place.said)


def test_a_log_of_one_site_that_names_another_one_makes_no_edition(tmp_path: Path) -> None:
    hosts = ["web.example.net"] * 39 + ["www.example.com"]
    log = "".join(f"{host}:80 {a_line(n)}" for n, host in enumerate(hosts))
    place = a_place(tmp_path / "p", log)
    settings = yaml.safe_load(place.config.read_text())
    settings["sources"][0]["format"] = "vhost_combined"
    place.config.write_text(yaml.safe_dump(settings))
    place.weir("run", "-c", str(place.config), "-d", DAY, code=1)
    assert "web: 39 lines name a host that is not " in str(place.said)
    assert not (place.store / "editions").exists()


def test_a_site_under_the_host_that_init_wrote_has_no_night(tmp_path: Path) -> None:
    place = Place(tmp_path / "p", here=True)
    place.weir("init", str(tmp_path / "p"))
    place.weir("run", "-c", str(tmp_path / "p" / "weir.yaml"), "-d", DAY, code=2)
    assert "site www: host is still what `weir init` wrote" in str(place.said)


def test_a_night_without_a_hit_is_incomplete_whatever_its_sources_are(tmp_path: Path) -> None:
    place = of_events(tmp_path / "p", "www.example.com")
    log = place.root / "in" / f"events-{DAY}.jsonl"
    log.write_text(log.read_text().replace(DAY, "2008-04-20"))
    place.weir("run", "-c", str(place.config), "-d", DAY, "--until", "aggregate", code=1)
    assert "no hit of the date in any source" in str(place.said)
    place.weir("disclose", "-c", str(place.config), "-d", DAY, code=2)
    assert not (place.store / "editions").exists()


def test_a_run_that_ends_early_says_that_an_edition_stays(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    run = ("run", "-c", str(place.config), "-d", DAY, "--until")
    assert "Left: nothing; the run was told to end" in place.weir(*run, "aggregate")
    place.weir(*run, "disclose")
    assert "the edition that was made earlier stays" in place.weir(*run, "aggregate")
    log = place.root / "in" / f"access-{DAY}.log"
    settings = yaml.safe_load(place.config.read_text())
    settings["sources"][0]["path"] += "|in/access-{date+1}*"
    place.config.write_text(yaml.safe_dump(settings))
    log.write_text(lines(60))
    said = place.weir(*run, "disclose", code=1)
    assert "earlier stays as it is, since the date is incomplete now" in said
    assert "--accept-incomplete" not in said


def from_one_host(root: Path, host: str, views: int) -> Place:
    """A place where pages were reached from one host, and twenty from two others."""
    hosts = [host] * views + ["one.example.net", "two.example.net"] * 10
    linked = (a_line(n).replace('"-"', f'"http://{h}/a"') for n, h in enumerate(hosts))
    return a_place(root, lines(50) + "".join(linked))


def test_a_host_that_most_came_from_and_that_is_no_site_of_ours_is_told(tmp_path: Path) -> None:
    place = from_one_host(tmp_path / "p", "weir.example.org", 30)
    told = place.weir("run", "-c", str(place.config), "-d", DAY, "--until", "aggregate")
    assert "! most referrers are weir.example.org, which is not among www's hosts (www.ex" in told


@pytest.mark.parametrize(
    ("host", "views"),
    [("weir.example.org", 15), ("example.com", 30), ("google.com", 30), ("198.51.100.7", 30)],
    ids=["not_most", "own", "a_search_engine", "an_address"],
)
def test_of_other_referrers_nothing_is_told(tmp_path: Path, host: str, views: int) -> None:
    place = from_one_host(tmp_path / "p", host, views)
    place.weir("run", "-c", str(place.config), "-d", DAY, "--until", "aggregate", "--json")
    assert "most referrers" not in str(place.said)
