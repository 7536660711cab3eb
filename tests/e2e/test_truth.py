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
    names = ("traffic", "hours", "pages", "demographics", "campaigns", "email", "technology",
             "downloads", "errors", "searches", "calls", "recommendations", "customers",
             "reach_frequency", "attribution", "quality")  # fmt: skip
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


def summed(rows: list[dict[str, Any]], key: str, *names: str) -> dict[str, dict[str, int]]:
    """Sums of measures by one dimension."""
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        found = sums.setdefault(row[key], dict.fromkeys(names, 0))
        for name in names:
            found[name] += row[name]
    return sums


@pytest.mark.parametrize(("site", "day"), EVERY)
@pytest.mark.parametrize(
    ("table", "key", "names"),
    [
        ("downloads", "path", ("downloads", "visitors", "requests")),
        ("errors", "status", ("hits", "hits_bots")),
        ("searches", "term", ("searches", "visitors")),
    ],
)
def test_what_people_asked_for_is_counted(
    tables: dict[str, Any], site: str, day: str, table: str, key: str, names: tuple[str, ...]
) -> None:
    known = truth(site, day)[table]
    assert known
    assert summed(of(tables[table], site, day), key, *names) == known


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_calls_and_recommendations_are_those_of_the_tags(
    tables: dict[str, Any], site: str, day: str
) -> None:
    calls = summed(of(tables["calls"], site, day), "customer", "calls")
    assert {name: sums["calls"] for name, sums in calls.items()} == truth(site, day)["calls"]
    shown = summed(of(tables["recommendations"], site, day), "product", "shown")
    told = {name: sums["shown"] for name, sums in shown.items()}
    assert told == truth(site, day)["recommendations"]


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_customers_have_what_was_counted_for_them(
    tables: dict[str, Any], site: str, day: str
) -> None:
    names = ("impressions", "clicks", "conversions", "reach")
    told = summed(of(tables["customers"], site, day), "customer", *names)
    known = truth(site, day)["customers"]
    assert {
        customer: told.get(customer) for customer in known if known[customer]["impressions"]
    } == {customer: sums for customer, sums in known.items() if sums["impressions"]}


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_browsers_were_shown_a_campaign_as_often_as_they_were(
    tables: dict[str, Any], site: str, day: str
) -> None:
    told: dict[str, dict[str, int]] = {}
    for row in of(tables["reach_frequency"], site, day):
        told.setdefault(row["campaign"], {})[row["shown"]] = row["visitors"]
    assert told == truth(site, day)["frequencies"]


@pytest.mark.parametrize(("site", "day"), EVERY)
@pytest.mark.parametrize("model", ["last_click", "last_touch", "view_through"])
def test_conversions_are_credited_to_what_led_to_them_over_days(
    tables: dict[str, Any], site: str, day: str, model: str
) -> None:
    rows = [row for row in of(tables["attribution"], site, day) if row["model"] == model]
    told = {n: sums["conversions"] for n, sums in summed(rows, "campaign", "conversions").items()}
    known = truth(site, day)["attribution"].get(model, {})
    assert sum(told.values()) == sum(known.values())
    named = {name: count for name, count in told.items() if name != "(other)"}
    assert named == {name: known[name] for name in named}
    # A cell has at least as many conversions as browsers that converted: 20, or it is not named.
    assert all(count >= 20 for name, count in named.items() if name != "(none)")


@pytest.mark.parametrize(("site", "day"), EVERY)
def test_channels_have_all_hits_between_them(tables: dict[str, Any], site: str, day: str) -> None:
    rows = of(tables["quality"], site, day)
    known = truth(site, day)
    assert sum(row["hits"] for row in rows) == known["people_hits"]
    assert sum(row["robots"] for row in rows) == known["bot_hits"]
