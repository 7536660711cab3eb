"""The tables of the sample's nights against what is exactly true of the sample."""

import json
from typing import Any

import pytest

from tests.e2e.sample import DAYS, SAMPLE, Place

TRUTH = json.loads((SAMPLE / "truth.json").read_text())
SITES = ("www", "shop")
EVERY = [(site, day) for site in SITES for day in DAYS]


def truth(site: str, day: str) -> dict[str, Any]:
    return TRUTH["sites"][site][day]  # type: ignore[no-any-return]


def of(rows: list[dict[str, Any]], site: str, day: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["site"] == site and str(row["date"])[:10] == day]


@pytest.fixture(scope="module")
def tables(nights: Place) -> dict[str, list[dict[str, Any]]]:
    names = ("traffic", "hours", "pages", "demographics", "campaigns", "email", "technology")
    return {name: nights.ask(f"SELECT * FROM {name}") for name in names}


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_traffic_is_exact(tables: dict[str, Any], site: str, day: str) -> None:
    (told,) = of(tables["traffic"], site, day)
    known = truth(site, day)
    names = ("visitors", "users", "visits", "pageviews", "hits", "bot_hits")
    assert {n: told[n] for n in names} == {n: known[n] for n in names}
    bases = {b: told[f"visitors_{b}"] for b in ("cookie", "network", "url_session")}
    assert bases == known["visitors_by_basis"]


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_stitching_comes_within_a_per_mille_of_the_people(
    tables: dict[str, Any], site: str, day: str
) -> None:
    (told,) = of(tables["traffic"], site, day)
    assert told["visitors"] == pytest.approx(truth(site, day)["ideal"]["visitors"], rel=0.001)


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_hours_are_the_sites_own(tables: dict[str, Any], site: str, day: str) -> None:
    told = {
        int(row["hour"]): (row["pageviews"], row["visitors"], row["visits"])
        for row in of(tables["hours"], site, day)
    }
    known = {
        row["hour"]: (row["pageviews"], row["visitors"], row["visits_begun"])
        for row in truth(site, day)["hours"]
    }
    assert told == known


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_every_page_is_counted(tables: dict[str, Any], site: str, day: str) -> None:
    told = {
        row["path"]: {"pageviews": row["pageviews"], "visitors": row["visitors"]}
        for row in of(tables["pages"], site, day)
    }
    known = truth(site, day)["pages"]
    assert {path: told.get(path) for path in known} == known


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_users_are_broken_down_as_they_are_joined(
    tables: dict[str, Any], site: str, day: str
) -> None:
    keys = ("age_band", "gender", "profession")
    told = {
        tuple(row[k] for k in keys): row["users"]
        for row in of(tables["demographics"], site, day)
        if row["users"]
    }
    known = {
        tuple(row[k] for k in keys): row["users"]
        for row in truth(site, day)["users_by_as_joined"]["crosses"]
    }
    assert told == known


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_campaigns_have_their_reach_and_response(
    tables: dict[str, Any], site: str, day: str
) -> None:
    names = ("impressions", "reach", "clicks", "conversions")
    known = truth(site, day)["campaigns"]
    told: dict[str, dict[str, int]] = {}
    for row in of(tables["campaigns"], site, day):
        sums = told.setdefault(row["campaign"], dict.fromkeys(names, 0))
        for name in names:
            sums[name] += row[name]
    assert {name: told.get(name) for name in known} == known


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_mailings_have_opens_and_people_who_opened(
    tables: dict[str, Any], site: str, day: str
) -> None:
    names = ("opens", "unique_opens", "clicks")
    told = {r["message"]: {n: r[n] for n in names} for r in of(tables["email"], site, day)}
    known = truth(site, day)["email"]
    assert {message: told.get(message) for message in known} == known


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_browsers_are_counted(tables: dict[str, Any], site: str, day: str) -> None:
    told: dict[str, int] = {}
    for row in of(tables["technology"], site, day):
        told[row["browser"]] = told.get(row["browser"], 0) + row["visitors"]
    known = {name: v["visitors"] for name, v in truth(site, day)["browsers"].items()}
    assert {name: told.get(name) for name in known} == known
