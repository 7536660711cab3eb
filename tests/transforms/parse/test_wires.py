"""What the beacons of each vendor say, as a log and as a collector has them."""

import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
import pytest

from weir.schemas.mapping import TagMapping, load_mapping, wires
from weir.transforms.parse import BeaconParser
from weir.transforms.parse.tags import read_tags

AUTO = wires("auto", Path())
LINES = load_mapping("collector", "collector", Path())
PAGE = "https://www.example.com/books?utm_source=news"
HERE = {"host": "www.example.com", "target": "/books?utm_source=news"}
VISITOR = "0f1c2d3e-1a2b-4c3d-8e9f-001122334455"


def said(query: str | dict[str, Any], wire: str = "auto") -> dict[str, Any]:
    """What a GET in a log says, less ids for the proof and what is null."""
    text = query if isinstance(query, str) else urlencode(query)
    row = read_tags(pa.array([f"/c?{text}"]), wires(wire, Path())).to_pylist()[0]
    beside = ("cut", "trusted", "page_is_referrer")
    return {
        name.removeprefix("beacon:"): value
        for name, value in row.items()
        if value is not None and name not in (*beside, "beacon:ids")
    }


def posted(url: str, body: Any) -> list[dict[str, Any]]:
    """What the hits of a POST say, by a collector's line."""
    line = {"time": "2024-07-03T22:55:52Z", "address": "192.0.2.7", "user_agent": "Firefox",
            "method": "POST", "url": url, "body": body}  # fmt: skip
    parsed = BeaconParser(LINES, AUTO).parse(json.dumps(line).encode())
    assert parsed.rejects.num_rows == 0
    assert parsed.lines == parsed.rows.num_rows
    return [{k: v for k, v in row.items() if v is not None} for row in parsed.rows.to_pylist()]


def actions(*queries: dict[str, Any]) -> list[str]:
    return [said(query)["action"] for query in queries]


def test_every_sample_is_recognised_as_its_own() -> None:
    for wire in AUTO:
        for line in wire.sample.splitlines():
            _, url, *body = line.split(" ", 2)
            assert posted(url, body[0] if body else None), wire.name


def matomo(**more: Any) -> dict[str, Any]:
    return {"idsite": 3, "rec": 1, "url": PAGE, "_id": "939d6a31670610b5"} | more


def test_matomo_says_page_visitor_user_and_campaign() -> None:
    moment = {"r": 478816, "h": 13, "m": 55, "s": 36, "cdt": "2024-07-03 22:55:51"}
    hit = matomo(urlref="https://search.example/", uid="jane77", _rcn="spring", lang="de", **moment)
    told = said(hit | {"action_name": "Jane's page"})
    assert told.pop("sent_at").isoformat() == "2024-07-03T22:55:51+00:00"
    assert told.pop("event_id").split("\x1f") == ["939d6a31670610b5", "478816", "13", "55", "36"]
    assert told == HERE | {
        "wire": "matomo", "action": "page", "visitor": "939d6a31670610b5", "user": "jane77",
        "referrer": "https://search.example/", "campaign": "spring", "language": "de", "site": "3",
    }  # fmt: skip


def test_matomo_names_an_action_by_the_parameter_that_is_there() -> None:
    assert actions(
        matomo(ping=1), matomo(search="boats"), matomo(link="https://other.example/"),
        matomo(download="https://www.example.com/list.pdf"), matomo(idgoal=4),
        matomo(idgoal=0, ec_id="A1", revenue=12), matomo(idgoal=0, ec_items="[]"),
        matomo(c_n="wide", c_p="ad.png", c_t="https://shop.example/"),
        matomo(c_n="wide", c_i="click"), matomo(e_c="Video", e_a="play", ca=1), matomo(ma_id="v1"),
    ) == [
        "other", "search", "click", "download", "conversion", "conversion", "other",
        "impression", "click", "other", "other",
    ]  # fmt: skip


def test_a_downloads_page_is_the_file_if_it_lies_on_the_pages_host() -> None:
    near = matomo(download="https://www.example.com/list.pdf")
    far = matomo(download="https://cdn.example/list.pdf")
    assert said(near)["target"] == "/list.pdf"
    assert said(far)["target"] == HERE["target"]
    assert said(matomo(link="https://www.example.com/list.pdf"))["target"] == HERE["target"]


def test_a_matomo_batch_holds_queries() -> None:
    first = "?idsite=1&url=https://www.example.com/a&action_name=Test bulk log&rec=1&_id=ab"
    rows = posted("/matomo.php", {"requests": [first, "?" + urlencode(matomo(search="boats"))],
                                  "token_auth": "33dc3f2536d3025974cccb4b4d2d98f4"})  # fmt: skip
    assert [(row["target"], row["action"]) for row in rows] == [
        ("/a", "page"), (HERE["target"], "search"),
    ]  # fmt: skip


def universal(**more: Any) -> dict[str, Any]:
    return {"v": 1, "tid": "UA-1234567-8", "cid": "1800259915.15474", "t": "pageview", "dl": PAGE,
            "z": 1336317741} | more  # fmt: skip


def test_universal_analytics_says_page_campaign_and_sequence() -> None:
    campaign = {"cn": "spring", "cs": "news", "cm": "email", "cc": "wide"}
    sender = {"uip": "198.51.100.9", "ua": "Opera", "ul": "en-us", "_s": 4}
    told = said(universal(uid="jane77", dr="https://search.example/", **campaign, **sender))
    assert told == HERE | {
        "wire": "ga_universal", "action": "page", "visitor": "1800259915.15474", "user": "jane77",
        "campaign": "spring", "campaign_source": "news", "medium": "email", "content": "wide",
        "referrer": "https://search.example/", "language": "en-us", "sequence": 4,
        "address": "198.51.100.9", "user_agent": "Opera", "site": "UA-1234567-8",
        "event_id": "1800259915.15474\x1f1336317741",
    }  # fmt: skip


def test_universal_analytics_kinds_of_hit() -> None:
    kinds = ("pageview", "screenview", "event", "transaction", "item", "social", "exception",
             "timing", "new")  # fmt: skip
    assert actions(*(universal(t=kind) for kind in kinds)) == [
        "page", "page", "other", "conversion", *["other"] * 5,
    ]  # fmt: skip
    assert actions(universal(pa="purchase"), universal(t="event", promoa="click")) == [
        "conversion", "click",
    ]  # fmt: skip


def test_a_page_in_parts_keeps_the_query_that_its_address_has() -> None:
    assert said(universal(dp="/vpv/basket"))["target"] == "/vpv/basket?utm_source=news"
    parts = universal(dl="", dh="WWW.example.com", dp="/books")
    assert {k: said(parts)[k] for k in HERE} == {"host": "www.example.com", "target": "/books"}


def test_an_address_that_is_none_is_not_read() -> None:
    assert "address" not in said(universal(uip="jane@example.org"))


def test_a_batch_of_universal_analytics_has_a_hit_a_line() -> None:
    body = "\n".join(urlencode(universal(t=kind)) for kind in ("pageview", "timing"))
    assert [row["action"] for row in posted("/batch", body)] == ["page", "other"]


def ga4(**more: Any) -> dict[str, Any]:
    return {"v": 2, "tid": "G-ABCDE12345", "cid": "832723134.17200", "en": "page_view",
            "dl": PAGE, "_p": 17, "_s": 1} | more  # fmt: skip


def test_ga4_says_page_action_and_sequence() -> None:
    told = said(ga4(uid="jane77", dr="https://search.example/", ul="en-us", sid=1720047352,
                    **{"ep.email": "jane@example.org", "up.plan": "gold"}))  # fmt: skip
    assert told.pop("event_id").split("\x1f") == ["832723134.17200", "17", "1", "page_view", "0"]
    assert told == HERE | {
        "wire": "ga4", "action": "page", "visitor": "832723134.17200", "user": "jane77",
        "referrer": "https://search.example/", "language": "en-us", "sequence": 1,
        "site": "G-ABCDE12345",
    }  # fmt: skip


def test_ga4_names_of_events() -> None:
    names = ("page_view", "scroll", "click", "file_download", "view_search_results", "purchase",
             "view_promotion", "select_promotion", "user_engagement", "own_name")  # fmt: skip
    assert actions(*(ga4(en=name) for name in names), ga4(en="own_name", _c=1)) == [
        "page", "other", "click", "download", "search", "conversion",
        "impression", "click", "other", "other", "conversion",
    ]  # fmt: skip


def test_ga4_properties_are_found_behind_their_prefix() -> None:
    told = said(ga4(en="view_search_results", **{"ep.search_term": "red shoes"}))
    assert (told["action"], told["search"]) == ("search", "red shoes")
    told = said(ga4(en="purchase", pr1="nmRivers~idB-17~pr12.00", **{"ep.creative_name": "wide"}))
    assert (told["product"], told["content"]) == ("Rivers", "wide")


def test_events_of_a_ga4_batch_share_the_query() -> None:
    shared = ga4()
    del shared["en"]
    elsewhere = "en=scroll&dl=https%3A%2F%2Fwww.example.com%2Fb"
    body = f"en=page_view&_et=12\r\nen=scroll&epn.percent_scrolled=90\r\n{elsewhere}"
    rows = posted("/g/collect?" + urlencode(shared), body)
    assert [(row["action"], row["target"]) for row in rows] == [
        ("page", HERE["target"]), ("other", HERE["target"]), ("other", "/b"),
    ]  # fmt: skip
    assert len({row["event_id"] for row in rows}) == 3
    assert {row["visitor"] for row in rows} == {"832723134.17200"}


def test_a_refusal_that_a_beacon_carries_opts_the_hit_out() -> None:
    for refused in ("G100", "G101", "G110"):
        assert said(ga4(gcs=refused))["opt_out"] is True
    assert "opt_out" not in said(ga4(gcs="G111"))
    assert said(universal(npa=1))["opt_out"] is True


def snowplow(**more: Any) -> dict[str, Any]:
    return {"e": "pv", "url": PAGE, "p": "web", "tv": "js-3.24.0", "aid": "shop",
            "duid": VISITOR} | more  # fmt: skip


def described(name: str, **data: Any) -> str:
    """A self-describing event."""
    inner = {"schema": f"iglu:com.snowplowanalytics.snowplow/{name}/jsonschema/1-0-0", "data": data}
    outer = "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0"
    return json.dumps({"schema": outer, "data": inner})


def packed(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


SESSION = json.dumps(
    {
        "schema": "iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-1",
        "data": [
            {"schema": "iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0",
             "data": {"id": "not asked for"}},
            {"schema": "iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2",
             "data": {"userId": VISITOR, "sessionIndex": 2, "eventIndex": 7}},
        ],
    }
)  # fmt: skip


def test_snowplow_says_page_visitor_and_its_own_clock() -> None:
    told = said(snowplow(refr="https://search.example/", lang="en-US", uid="jane77", eid="8c1a",
                         dtm=1720047351000, stm=1720047352000, page="Jane's page"))  # fmt: skip
    assert told.pop("sent_at").isoformat() == "2024-07-03T22:55:52+00:00"
    assert told == HERE | {
        "wire": "snowplow", "action": "page", "visitor": VISITOR, "user": "jane77",
        "referrer": "https://search.example/", "language": "en-US", "event_id": "8c1a",
        "site": "shop",
    }  # fmt: skip


@pytest.mark.parametrize("as_it_is", [True, False])
def test_self_describing_json_is_read_plain_and_packed(as_it_is: bool) -> None:
    def event(name: str, **data: Any) -> dict[str, Any]:
        text = described(name, **data)
        return snowplow(e="ue") | ({"ue_pr": text} if as_it_is else {"ue_px": packed(text)})

    assert actions(
        event("link_click", targetUrl="https://other.example/"), event("ad_impression"),
        event("ad_click"), event("site_search"), event("unheard_of"),
        event("snowplow_ecommerce_action", type="transaction"),
        event("snowplow_ecommerce_action", type="add_to_cart"),
    ) == ["click", "impression", "click", "search", "other", "conversion", "other"]  # fmt: skip
    assert said(event("site_search", terms=["red", "shoes"]))["search"] == "red shoes"
    told = said(event("ad_impression", bannerId="wide", campaignId="spring", advertiserId="acme"))
    assert (told["content"], told["campaign"], told["customer"]) == ("wide", "spring", "acme")
    session = {"co": SESSION} if as_it_is else {"cx": packed(SESSION)}
    assert said(snowplow(**session))["sequence"] == 7


def test_snowplow_kinds_of_event() -> None:
    kinds = ("pv", "pp", "se", "tr", "ti")
    assert actions(*(snowplow(e=kind) for kind in kinds)) == [
        "page", "other", "other", "conversion", "other",
    ]  # fmt: skip


def test_a_snowplow_batch_is_a_list_of_objects() -> None:
    click = snowplow(e="ue", ue_px=packed(described("link_click")), cx=packed(SESSION))
    schema = "iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4"
    body = {"schema": schema, "data": [snowplow(), click]}
    rows = posted("/com.snowplowanalytics.snowplow/tp2", body)
    assert [(r["action"], r["target"], r.get("sequence")) for r in rows] == [
        ("page", HERE["target"], None), ("click", HERE["target"], 7),
    ]  # fmt: skip


def test_without_a_url_snowplows_page_is_the_referer() -> None:
    parsed = BeaconParser(LINES, AUTO).parse(
        b'{"time":"2024-07-03T22:55:52Z","url":"/i?e=pv&p=web&tv=no-js-0.1.0",'
        b'"referrer":"https://www.example.com/a?b=1"}'
    )
    (row,) = parsed.rows.to_pylist()
    assert (row["host"], row["target"]) == ("www.example.com", "/a?b=1")


def test_plausible_short_and_long_names() -> None:
    short = {"n": "pageview", "u": PAGE, "d": "example.com", "r": "https://search.example/", "w": 9}
    long = {"name": "File Download", "url": PAGE, "domain": "example.com",
            "props": {"url": "https://www.example.com/list.pdf"}}  # fmt: skip
    stringed = {"n": "Outbound Link: Click", "u": PAGE, "d": "example.com",
                "p": '{"url":"https://other.example/"}'}  # fmt: skip
    (one,), (two,), (three,) = (posted("/api/event", body) for body in (short, long, stringed))
    assert {k: one[k] for k in (*HERE, "action", "referrer")} == HERE | {
        "action": "page", "referrer": "https://search.example/",
    }  # fmt: skip
    assert (two["action"], two["target"]) == ("download", "/list.pdf")
    assert (three["action"], three["target"]) == ("click", HERE["target"])


def test_umami_has_host_and_path_apart() -> None:
    payload = {"website": "94db1cb1", "hostname": "www.example.com", "url": HERE["target"],
               "language": "en-US", "title": "Jane's page", "referrer": ""}  # fmt: skip
    (page,) = posted("/api/send", {"type": "event", "payload": payload})
    assert {k: page[k] for k in (*HERE, "action", "language")} == HERE | {
        "action": "page", "language": "en-US",
    }  # fmt: skip
    named = {"type": "event", "payload": payload | {"name": "signup", "data": {"plan": "gold"}}}
    who = {"type": "identify", "payload": payload | {"data": {"email": "jane@example.org"}}}
    assert [row["action"] for row in posted("/api/batch", [named, who])] == ["other", "other"]


def test_json_wires_are_no_queries() -> None:
    assert said("n=pageview&u=https://www.example.com/&d=example.com") == {}


def test_a_strict_wire_takes_only_what_it_recognises_and_a_pixel_everything() -> None:
    assert said("a=1", "matomo") == {}
    assert said(universal(), "matomo") == {}
    assert said("x=1", "weir") == {"wire": "weir"}


def test_of_a_wire_of_ones_own_each_part_is_data() -> None:
    own = TagMapping.model_validate(
        {
            "name": "own", "kind": "tags", "fields": {"action": "what", "product": ["sku", "x.p"]},
            "prefixes": ["c_"], "patterns": {"sku": "^(?P<it>[A-Z]+)-"}, "same": ["id"],
            "rules": [{"needs": [["buy", "pay"]], "action": "conversion"}],
            "actions": {"seen": "impression"}, "otherwise": "page",
        }
    )  # fmt: skip
    targets = [
        "/p?what=seen&sku=RED-7&id=1",
        "/p?c_what=seen&c_x.p=blue",
        "/p?pay=1&what=seen",
        "/p",
    ]
    rows = read_tags(pa.array(targets), (own,)).to_pylist()
    assert [(r["action"], r["product"], r["event_id"]) for r in rows] == [
        ("impression", "RED", "1"), ("impression", "blue", None), ("conversion", None, None),
        ("page", None, None),
    ]  # fmt: skip
