"""The truth beside the sample is what a plain reader finds in the files."""

import csv
import json
from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import oracle
import pytest
from oracle import SAMPLE, Line

TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
NIGHTS = [(site, day) for site, days in TRUTH["sites"].items() for day in days]
every_night = pytest.mark.parametrize(("site", "day"), NIGHTS)


@cache
def a_day(site: str, day: str) -> tuple[dict[str, Any], list[Line], dict[Line, str]]:
    """(truth, lines, who each counts for) of one night."""
    found = oracle.of_day(site, date.fromisoformat(day))
    return TRUTH["sites"][site][day], found, oracle.visitors(found)


def test_every_file_has_the_lines_that_the_truth_says():
    read, broken, dates = Counter(), Counter(), {}
    for site, zone in oracle.ZONES.items():
        for file, line in oracle.lines(site):
            read[file] += 1
            broken[file] += line is None
            if line:
                local = line.at.astimezone(zone).date().isoformat()
                dates.setdefault(file, Counter())[local] += 1
    told = {file: of for file, of in TRUTH["files"].items() if "lines" in of}
    assert read == {file: of["lines"] for file, of in told.items()}
    assert broken == {file: of["malformed"] for file, of in told.items()}
    assert dates == {file: of["by_local_date"] for file, of in told.items()}


@every_night
def test_hits_and_page_views_are_those_of_the_files(site, day):
    truth, found, _ = a_day(site, day)
    assert sum(line.on_site for line in found) == truth["hits"]
    assert sum(line.robot for line in found) == truth["bot_hits"]
    assert sum(line.viewed for line in found) == truth["pageviews"]


@every_night
def test_visitors_and_visits_are_those_that_the_rules_give(site, day):
    truth, found, who = a_day(site, day)
    present = {who[line] for line in found if line.on_site}
    assert len(present) == truth["visitors"]
    assert Counter(key.split(" ")[0] for key in present) == truth["visitors_by_basis"]
    assert oracle.visits(found, who) == truth["visits"]


@every_night
def test_the_rules_come_within_half_a_percent_of_what_really_happened(site, day):
    truth, _, _ = a_day(site, day)
    assert truth["visitors"] != truth["ideal"]["visitors"]  # browsers alike cannot be told apart
    assert truth["visitors"] == pytest.approx(truth["ideal"]["visitors"], rel=0.005)


@every_night
def test_pages_are_seen_as_often_as_the_truth_says(site, day):
    truth, found, who = a_day(site, day)
    for path, of in truth["pages"].items():
        views = [line for line in found if line.viewed and line.path == path]
        assert of == {"pageviews": len(views), "visitors": len({who[line] for line in views})}, path


@every_night
def test_hours_are_those_of_the_sites_own_clock(site, day):
    truth, found, who = a_day(site, day)
    zone = oracle.ZONES[site]
    views = Counter(line.at.astimezone(zone).hour for line in found if line.viewed)
    present = Counter(
        hour for hour, _ in {(li.at.astimezone(zone).hour, who[li]) for li in found if li.on_site}
    )
    assert [of["pageviews"] for of in truth["hours"]] == [views[hour] for hour in range(24)]
    assert [of["visitors"] for of in truth["hours"]] == [present[hour] for hour in range(24)]


@every_night
def test_campaigns_and_mailings_are_those_of_the_tags(site, day):
    truth, found, who = a_day(site, day)
    shown, clicked, converted = (
        oracle.by_action(found, "utm_campaign", kind)
        for kind in ("impression", "click", "conversion")
    )
    opened, answered = (
        oracle.by_action(found, "m", kind) for kind in ("email_open", "email_click")
    )
    for name, of in truth["campaigns"].items():
        reach = {
            who[li] for li in found if li.action == "impression" and li.tag["utm_campaign"] == name
        }
        assert (of["impressions"], of["clicks"], of["conversions"], of["reach"]) == (
            shown[name], clicked[name], converted[name], len(reach))  # fmt: skip
    for name, of in truth["email"].items():
        readers = {li.tag["r"] for li in found if li.action == "email_open" and li.tag["m"] == name}
        assert (of["opens"], of["unique_opens"], of["clicks"]) == (
            opened[name], len(readers), answered[name])  # fmt: skip


@every_night
def test_users_and_who_refuses_sharing_are_those_of_the_files(site, day):
    truth, found, who = a_day(site, day)
    rows = csv.DictReader(oracle.content(SAMPLE / site / "profiles.csv.gz").decode().splitlines())
    listed = {row["user_id"] for row in rows if row["opt_out"] == "yes"}
    present = [line for line in found if line.on_site]
    assert len({line.user for line in present if line.user}) == truth["users"]
    refusing = {who[line] for line in present if line.refuses or line.user in listed}
    assert len(refusing) == truth["opted_out_visitors"]
    assert truth["sharable_visitors"] + truth["opted_out_visitors"] == truth["visitors"]


@every_night
def test_parts_of_a_truth_add_up(site, day):
    truth, _, _ = a_day(site, day)
    assert sum(of["visits_begun"] for of in truth["hours"]) == truth["visits"]
    assert sum(of["pageviews"] for of in truth["browsers"].values()) == truth["pageviews"]
    for told in (truth["users_by"], truth["users_by_as_joined"]):
        singles = [sum(told[name].values()) for name in ("age_band", "gender", "profession")]
        assert {sum(row["users"] for row in told["crosses"]), *singles} == {truth["users"]}


def test_every_canary_of_a_log_stands_where_it_is_said_to_stand():
    canaries = json.loads((SAMPLE / "canaries.json").read_text(encoding="utf-8"))
    files = {
        file: oracle.content(SAMPLE / file).split(b"\n") for file in {c["file"] for c in canaries}
    }
    plain = [c for c in canaries if "plain" in c["where"] or c["where"] == "malformed line"]
    assert len(plain) > 50
    for canary in plain:
        assert canary["value"].encode() in files[canary["file"]][canary["line"] - 1], canary["id"]
