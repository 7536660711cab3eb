"""Beacons at the wall: whose they are, which page they speak of, and what of them never crosses."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.transforms.test_separate import KEYS, a_hit, a_site, a_wall, crossed, one, through

from weir.schemas.mapping import load_mapping, wires
from weir.transforms.parse import BeaconParser, as_parsed
from weir.transforms.separate import Separated, separate
from weir.transforms.wall import Wall

AUTO = wires("auto", Path())
PAGE = "https://www.example.com/books?utm_campaign=spring"
CLICK = "EAIaIQobChMI7uD3x9KZ"
VISITOR, USER = "9f1c2d3e7a8b4c5d", "user-773311"


def of_log(**site: Any) -> Wall:
    paths = ("/matomo.php", "/g/collect", "/i")
    return a_wall(a_site(tag_path=paths, tags="auto", **site), tags=AUTO)


def of_collector(**site: Any) -> Wall:
    return a_wall(a_site(**site), channel="tag", tags=AUTO)


def matomo(**more: Any) -> dict[str, Any]:
    query = {"idsite": 3, "rec": 1, "url": PAGE, "_id": VISITOR} | more
    return a_hit(target=f"/matomo.php?{urlencode(query)}")


def collected(*queries: dict[str, Any], wall: Wall, **line: Any) -> Separated:
    """What crosses of a collector's GETs."""
    parser = BeaconParser(load_mapping("collector", "collector", Path()), AUTO)
    about = {"time": "2008-04-22T12:00:00Z", "address": "192.0.2.1", "user_agent": "Firefox"} | line
    lines = [json.dumps(about | {"url": f"/c?{urlencode(query)}"}) for query in queries]
    parsed = parser.parse("\n".join(lines).encode())
    assert parsed.rejects.num_rows == 0
    return separate(as_parsed(parsed.rows), wall, KEYS)


def left_out(*rows: dict[str, Any], wall: Wall) -> dict[str, int]:
    parts = through(*rows, wall=wall)
    assert parts.events.num_rows + sum(parts.filtered.values()) == len(rows)
    return dict(+parts.filtered)


def test_a_beacon_is_a_hit_on_the_page_it_speaks_of_and_not_on_itself() -> None:
    event = one(matomo(search="boats"), of_log(keep_parameters=("idsite", "_id", "search")))
    assert (event["channel"], event["action"], event["path"]) == ("tag", "search", "/books")
    assert (event["parameters"], event["campaign"], event["search"]) == (None, "spring", "boats")
    assert event["basis"] == "cookie"


def test_of_several_paths_each_beacon_is_read_by_its_own_parameters() -> None:
    ga4 = urlencode({"v": 2, "tid": "G-1", "cid": "1.2", "en": "file_download", "dl": PAGE})
    snowplow = urlencode({"e": "pv", "tv": "js", "p": "web", "url": PAGE, "duid": VISITOR})
    rows = [a_hit(target=f"/g/collect?{ga4}"), a_hit(target=f"/i?{snowplow}"), matomo(), a_hit()]
    events = crossed(*rows, wall=of_log())
    found = Counter((event["channel"], event["action"]) for event in events)
    assert found == {("tag", "download"): 1, ("tag", "page"): 2, ("log", "page"): 1}


def test_pings_are_no_page_views() -> None:
    wall = of_log(count_pages_by="tag")
    heartbeat = urlencode({"e": "pp", "tv": "js", "p": "web", "url": PAGE, "duid": VISITOR})
    rows = [matomo(), matomo(ping=1), a_hit(target=f"/i?{heartbeat}")]
    assert sum(event["pageview"] for event in crossed(*rows, wall=wall)) == 1


def test_what_breaks_off_or_is_of_no_wire_is_counted() -> None:
    cut = a_hit(target=matomo()["target"] + "&urlref=https%3")
    strange = [a_hit(target="/matomo.php"), a_hit(target="/g/collect?v=2&tid=G-1&cid=1.2")]
    assert left_out(matomo(), cut, *strange, wall=of_log()) == {
        "truncated_beacon": 1, "unknown_beacon": 2,
    }  # fmt: skip


def test_pages_and_properties_of_others_are_left_out() -> None:
    elsewhere = matomo(url="https://other.example/books")
    rows = [matomo(), elsewhere, matomo(idsite=4), matomo(url="")]
    assert left_out(*rows, wall=of_log()) == {"other_site": 1}
    assert left_out(*rows, wall=of_log(tag_ids=("3", "G-1"))) == {"other_site": 2}


def test_our_own_tag_may_speak_of_a_page_elsewhere() -> None:
    site = a_site(tag_path="/t.gif", tag_ids=("3",))
    hit = a_hit(target="/t.gif?a=imp&p=https%3A%2F%2Fpartner.example%2Fbooks")
    assert one(hit, a_wall(site))["action"] == "impression"
    assert one(a_hit(target="/t.gif"), a_wall(site))["action"] == "other"


def test_a_collector_of_several_sites_gives_each_its_own() -> None:
    said = ((3, PAGE), (3, ""), (4, PAGE), (9, "https://other.example/"))
    queries = [{"idsite": number, "rec": 1, "url": url} for number, url in said]
    ours, theirs = (
        a_wall(a_site(host=host, tag_ids=ids), channel="tag", tags=AUTO, by_host=True)
        for host, ids in (("www.example.com", ("3",)), ("other.example", ()))
    )
    assert collected(*queries, wall=ours).events.num_rows == 2
    assert collected(*queries, wall=theirs).events.num_rows == 1


def test_a_servers_clock_wins_and_the_senders_is_told() -> None:
    hit = {"e": "pv", "tv": "js", "url": PAGE, "stm": 1208865720000}  # 12:02:00
    (event,) = collected(hit, wall=of_collector()).events.to_pylist()
    assert event["seen_at"].isoformat() == "2008-04-22T12:00:00+00:00"
    assert event["skew_s"] == 120


LABELLED = {
    "utm_campaign=a&mtm_campaign=b": {"campaign": "a"},
    "mtm_campaign=b&mtm_source=news&mtm_medium=email&mtm_content=wide": {
        "campaign": "b", "campaign_source": "news", "medium": "email", "content": "wide",
    },
    "pk_campaign=c&pk_source=news&pk_medium=banner&pk_content=tall": {
        "campaign": "c", "campaign_source": "news", "medium": "banner", "content": "tall",
    },
    "pk_cpn=d&mtm_cid=77": {"campaign": "d", "content": "77"},
    "utm_campaign=&mtm_campaign=b&utm_id=abc_1&ad_id=445": {"campaign": "b", "content": "445"},
    "utm_content=wide&utm_id=abc_1": {"content": "wide"},
}  # fmt: skip


@pytest.mark.parametrize("query", LABELLED)
def test_campaigns_are_known_by_the_usual_parameters_of_the_page(query: str) -> None:
    labels = ("campaign", "campaign_source", "medium", "content")
    for event in (
        one(a_hit(target=f"/books?{query}")),
        one(matomo(url=f"https://www.example.com/books?{query}"), of_log()),
    ):
        told = {name: event[name] for name in labels if event[name] is not None}
        assert told == LABELLED[query]


def test_a_click_id_never_crosses_though_a_site_lists_it() -> None:
    site = a_site(keep_parameters=("gclid", "ScCid", "size"))
    parts = through(a_hit(target=f"/a?gclid={CLICK}&size=5&sccid={CLICK}x"), wall=a_wall(site))
    assert parts.events.to_pylist()[0]["parameters"] == "size=5"
    ids = {row["value"] for row in parts.identifiers.to_pylist() if row["kind"] == "id"}
    assert {CLICK, f"{CLICK}x"} <= ids


def test_click_ids_of_referrers_go_to_the_proof() -> None:
    parts = through(a_hit(referrer=f"https://www.example.com/?a=1&msclkid={CLICK}"))
    assert {"kind": "id", "value": CLICK} in parts.identifiers.to_pylist()


def secret_hits() -> list[dict[str, Any]]:
    """A beacon of each wire, all of which say who."""
    page = f"{PAGE}&gclid={CLICK}"
    who = {"cid": VISITOR, "uid": USER, "gclid": CLICK, "dl": page}
    return [
        {"idsite": 3, "rec": 1, "url": page, "_id": VISITOR, "uid": USER, "pv_id": "Zq81kTx0pW"},
        {"v": 1, "t": "pageview", "tid": "UA-1-1", "_gid": "771.8812345", **who},
        {"v": 2, "en": "page_view", "tid": "G-1", **who, "ep.user_id": USER},
        {"e": "pv", "tv": "js", "url": page, "duid": VISITOR, "tnuid": USER, "fbclid": CLICK},
        {"a": "pv", "p": page, "v": VISITOR, "u": USER},
    ]


@pytest.mark.parametrize("number", range(5))
def test_who_clicked_and_which_click_are_in_no_event(number: int) -> None:
    hit = secret_hits()[number]
    secrets = (VISITOR, USER, CLICK, "Zq81kTx0pW", "771.8812345")
    parts = collected(hit, wall=of_collector(keep_parameters=("gclid", "fbclid", "uid", "cid")),
                      cookies="ID=own-cookie-1", referrer=PAGE)  # fmt: skip
    (event,) = parts.events.to_pylist()
    assert event["path"] == "/books"
    assert not [secret for secret in secrets if secret in str(event)]
    known = {row["value"] for row in parts.identifiers.to_pylist()}
    assert set(map(str, hit.values())) & set(secrets) <= known


def test_a_visitor_is_in_the_dictionary_also_where_a_cookie_names_it() -> None:
    from weir.schemas.config import Cookies

    wall = of_collector(cookies=Cookies(visitor="ID"))
    hit = {"v": 1, "t": "pageview", "tid": "UA-1-1", "cid": VISITOR, "uid": USER, "dl": PAGE}
    parts = collected(hit, wall=wall, cookies="ID=own-cookie-1")
    known = {row["value"] for row in parts.identifiers.to_pylist()}
    assert {VISITOR, USER, "own-cookie-1"} <= known


def test_the_senders_address_and_agent_stand_unless_the_beacon_says_others() -> None:
    base = {"v": 1, "t": "pageview", "tid": "UA-1-1", "cid": "1.2", "dl": PAGE}
    proxied = base | {"uip": "198.51.100.9"}
    (plain,) = collected(base, wall=of_collector()).events.to_pylist()
    (other,) = collected(proxied, wall=of_collector()).events.to_pylist()
    assert plain["netblock"] != other["netblock"]
    of_a_log = one(a_hit(target="/g/collect?" + urlencode(proxied)), of_log())
    assert of_a_log["netblock"] == other["netblock"]


@pytest.mark.parametrize("refusal", [{}, {"gpc": "1"}, {"dnt": "1"}])
def test_a_beacon_whose_request_refuses_is_not_sharable(refusal: dict[str, str]) -> None:
    """strict.yaml, which the walls of these tests have, honours both headers."""
    wall = of_collector()
    assert wall.policy.signals.gpc
    (event,) = collected(
        {"e": "pv", "tv": "js", "url": PAGE}, wall=wall, **refusal
    ).events.to_pylist()
    refused = bool(refusal) and (wall.policy.signals.dnt or "gpc" in refusal)
    assert event["sharable"] is not refused
