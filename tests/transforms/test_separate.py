"""The wall: what of a block crosses, what stays behind, and what is counted."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from weir.schemas.columns import Zone, check_zone
from weir.schemas.config import Cookies, Detection, Site
from weir.schemas.event import CODED_EVENT
from weir.schemas.mapping import load_mapping
from weir.schemas.parsed import PARSED
from weir.schemas.policy import Policy
from weir.transforms.detect import Detector
from weir.transforms.parse import as_parsed
from weir.transforms.recognise import DayKeys
from weir.transforms.separate import Separated, separate
from weir.transforms.wall import Wall

NOON = datetime(2008, 4, 22, 12, tzinfo=UTC)
AGENT = "Mozilla/5.0 (Windows NT 10.0; rv:109.0) Gecko/20100101 Firefox/115.0"
STRICT = Policy.read("strict", Path())
KEYS = DayKeys(root=b"r" * 32, day=b"d" * 32, week=b"w" * 32, month=b"m" * 32, proof=b"p" * 32)


def a_site(**changes: Any) -> Site:
    return Site(**{"name": "www", "host": "www.example.com", "timezone": "UTC"} | changes)


def a_wall(site: Site | None = None, **changes: Any) -> Wall:
    settings: dict[str, Any] = {
        "site": site or a_site(),
        "channel": "log",
        "day": date(2008, 4, 22),
        "policy": STRICT,
        "detector": Detector(Detection()),
        "tags": (load_mapping("weir", "tags", Path()),),
        "buckets": 4,
        "by_host": False,
    }
    return Wall(**settings | changes)


def a_hit(**changes: Any) -> dict[str, Any]:
    defaults = {
        "line": 0, "seen_at": NOON, "address": "192.0.2.1", "method": "GET", "target": "/",
        "status": 200, "size_bytes": 100, "user_agent": AGENT,
    }  # fmt: skip
    return defaults | changes


def through(*rows: dict[str, Any], wall: Wall | None = None) -> Separated:
    extra = sorted({name for row in rows for name in row} - set(PARSED.names))
    columns = {
        f.name: pa.array([row.get(f.name) for row in rows], f.type)
        for f in (*PARSED, *(pa.field(name, pa.string()) for name in extra))
    }
    return separate(as_parsed(pa.table(columns)), wall or a_wall(), KEYS)


def crossed(*rows: dict[str, Any], wall: Wall | None = None) -> list[dict[str, Any]]:
    """Events in order of time."""
    return sorted(through(*rows, wall=wall).events.to_pylist(), key=lambda e: e["seen_at"])


def one(row: dict[str, Any], wall: Wall | None = None) -> dict[str, Any]:
    (event,) = crossed(row, wall=wall)
    return event


def test_events_have_no_pii_column() -> None:
    check_zone(through(a_hit()).events.schema, Zone.INTERNAL)
    assert through(a_hit()).events.schema.equals(CODED_EVENT, check_metadata=True)


def test_neither_address_nor_agent_nor_cookie_crosses() -> None:
    site = a_site(cookies=Cookies(visitor="ID", registered="USER"))
    event = one(a_hit(cookies="ID=abc123secret; USER=jane77"), a_wall(site))
    text = str(event)
    for raw in ("192.0.2.1", "Gecko", "abc123secret", "jane77"):
        assert raw not in text
    assert (event["basis"], event["browser"], event["os"]) == ("cookie", "Firefox", "Windows 10")


def test_a_parameter_that_nobody_declared_does_not_cross() -> None:
    found = through(a_hit(target="/search?q=rivers&topic=weirs"))
    (event,) = found.events.to_pylist()
    assert (event["path"], event["parameters"]) == ("/search", None)
    assert sorted(found.undeclared["name"].to_pylist()) == ["q", "topic"]


def test_everybody_who_sent_an_undeclared_parameter_is_counted_once() -> None:
    same = [a_hit(target="/a?foo=1", address=f"192.0.2.{n % 7}") for n in range(20)]
    found = through(*same, a_hit(target="/b?foo=2&bar=1", address="192.0.2.1"))
    sent = found.undeclared.group_by("name").aggregate([("visitor", "count_distinct")])
    assert sent.sort_by("name").to_pydict() == {
        "name": ["bar", "foo"], "visitor_count_distinct": [1, 7],
    }  # fmt: skip
    assert found.undeclared.num_rows == 9  # by target: seven, one, one


def test_a_kept_parameter_crosses_after_detection() -> None:
    wall = a_wall(a_site(keep_parameters=("topic", "q")))
    target = "/s?topic=weirs&q=jane.doe%40example.org&x=1"
    found = through(a_hit(target=target), a_hit(target=target, address="192.0.2.2"), wall=wall)
    assert {e["parameters"] for e in found.events.to_pylist()} == {"topic=weirs&q={email}"}
    assert found.replaced == {"parameters email": 2}


def test_what_detection_finds_goes_to_the_proof() -> None:
    found = through(a_hit(target="/u/jane.doe@example.org/x"))
    assert {"kind": "email", "value": "jane.doe@example.org"} in found.identifiers.to_pylist()
    assert found.events["path"].to_pylist() == ["/u/{email}/x"]


def test_what_a_vendors_record_says_of_a_person_goes_to_the_proof_and_nowhere_else() -> None:
    said = {"pii:email:0": "joe@example.org", "pii:name:1": "Joe Weatherby", "pii:phone:0": None}
    found = through(a_hit(**said), a_hit(**said), wall=a_wall(channel="script"))
    for kind, value in (("email", "joe@example.org"), ("name", "Joe Weatherby")):
        assert found.identifiers.to_pylist().count({"kind": kind, "value": value}) == 1
    for crossing in (found.events, found.said, found.linkage, found.undeclared):
        text = str(crossing.to_pylist()).lower()
        assert "weatherby" not in text and "joe@" not in text


def test_a_referrers_query_never_crosses() -> None:
    event = one(a_hit(referrer="http://www.search.example/find?q=jane+doe"))
    told = {k: event[k] for k in ("referrer_kind", "referrer_domain", "referrer_path")}
    assert told == {
        "referrer_kind": "other",
        "referrer_domain": "search.example",
        "referrer_path": "/find",
    }


def test_a_referrer_of_the_site_itself_is_internal() -> None:
    assert one(a_hit(referrer="http://www.example.com/a"))["referrer_kind"] == "internal"
    assert one(a_hit())["referrer_kind"] == "none"
    assert one(a_hit(referrer="-"))["referrer_kind"] == "none"


def test_what_is_no_public_host_is_another_place_without_a_name() -> None:
    event = one(a_hit(referrer="http://wiki/page"))
    assert (event["referrer_kind"], event["referrer_domain"]) == ("other", None)


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("/?utm_source=news", "campaign"),
        ("/?gclid=Cj0KCQ", "campaign"),
        ("/?MTM_CAMPAIGN=a", "campaign"),
        ("/?fbclid=IwAR0", "search"),
        ("/", "search"),
    ],
)
def test_a_campaign_in_the_address_is_how_the_visit_came(target: str, kind: str) -> None:
    referrer = "https://www.google.de/"
    assert one(a_hit(target=target, referrer=referrer))["referrer_kind"] == kind


def test_other_sites_of_the_configuration_are_internal_and_partners_have_a_kind() -> None:
    site = a_site(partners=("partner.example",))
    wall = a_wall(site, own_hosts=("www.example.com", "shop.example.com"))
    told = [
        one(a_hit(referrer=f"https://{host}/"), wall)["referrer_kind"]
        for host in ("shop.example.com", "www.example.com", "news.partner.example")
    ]
    assert told == ["internal", "internal", "partner"]


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (a_hit(), True),
        (a_hit(status=304), True),
        (a_hit(status=404), False),
        (a_hit(status=302), False),
        (a_hit(method="POST"), False),
        (a_hit(method="HEAD"), False),
        (a_hit(target="/style.css"), False),
        (a_hit(target="/report.pdf"), False),
        (a_hit(user_agent="Googlebot/2.1"), False),
        (a_hit(user_agent=""), False),
        (a_hit(user_agent=None), True),  # a log that has none tells of nobody
        (a_hit(target=None, method=None), False),
    ],
)
def test_what_counts_as_a_page_view(row: dict[str, Any], counts: bool) -> None:
    assert one(row)["pageview"] is counts


def test_a_tag_speaks_of_the_page_it_stands_on() -> None:
    wall = a_wall(a_site(tag_path="/t.gif"))
    target = (
        "/t.gif?a=imp&utm_campaign=spring%20sale&c=acme&p=http%3A//www.example.com/news%3Fx%3D1"
    )
    event = one(a_hit(target=target), wall)
    told = {k: event[k] for k in ("channel", "action", "campaign", "customer", "path", "pageview")}
    assert told == {
        "channel": "tag", "action": "impression", "campaign": "spring sale", "customer": "acme",
        "path": "/news", "pageview": False,
    }  # fmt: skip


def test_a_landing_page_and_a_tag_name_one_campaign() -> None:
    wall = a_wall(a_site(tag_path="/t.gif"))
    rows = (a_hit(target="/?utm_campaign=spring%20sale"),
            a_hit(target="/t.gif?a=clk&utm_campaign=spring+sale"))  # fmt: skip
    assert {event["campaign"] for event in crossed(*rows, wall=wall)} == {"spring sale"}


def test_personal_data_in_a_campaign_name_does_not_cross() -> None:
    event = one(a_hit(target="/?utm_campaign=jane.doe%40example.org"))
    assert event["campaign"] == "{email}"


@pytest.mark.parametrize(
    "row",
    [
        {"header:sec-gpc": "1"},
        {"header:dnt": "1"},
        {"cookies": "NO_SHARING=yes"},
        {"opt_out": True},
    ],
    ids=["GPC", "DNT", "cookie", "said"],
)
def test_who_opts_out_is_counted_inside_but_not_shared(row: dict[str, Any]) -> None:
    wall = a_wall(a_site(cookies=Cookies(opt_out="NO_SHARING")))
    assert one(a_hit(**row), wall)["sharable"] is False
    assert one(a_hit(), wall)["sharable"] is True


def test_a_signal_that_the_policy_does_not_honour_changes_nothing() -> None:
    signals = STRICT.signals.model_copy(update={"dnt": False})
    wall = a_wall(policy=STRICT.model_copy(update={"signals": signals}))
    assert one(a_hit(**{"header:dnt": "1"}), wall)["sharable"] is True


def test_the_day_is_the_sites_own() -> None:
    berlin = a_wall(a_site(timezone="Europe/Berlin"))
    rows = [a_hit(seen_at=NOON + timedelta(hours=h)) for h in (-15, -14, 9, 10)]
    found = through(*rows, wall=berlin)
    assert found.events.num_rows == 2
    assert found.filtered["other_date"] == 2
    assert found.other_dates == (date(2008, 4, 21), date(2008, 4, 23))
    assert through(*rows[1:3], wall=berlin).other_dates == ()
    assert through(rows[0], wall=berlin).other_dates == (date(2008, 4, 21),)


def test_rows_of_other_hosts_are_left_when_a_source_has_several_sites() -> None:
    rows = [a_hit(host=h) for h in ("www.example.com", "WWW.example.com:80", "other.example", None)]
    found = through(*rows, wall=a_wall(by_host=True))
    assert (found.events.num_rows, found.filtered["other_site"]) == (2, 2)


def test_a_log_of_one_site_is_believed_and_other_hosts_in_it_are_counted() -> None:
    rows = [a_hit(host=h) for h in ("www.example.com", "WWW.example.com:80", "other.example", None)]
    found = through(*rows, wall=a_wall())
    assert (found.events.num_rows, found.elsewhere) == (4, 1)
    assert through(*rows, wall=a_wall(by_host=True)).elsewhere == 0


def test_events_lie_by_bucket_and_none_is_lost() -> None:
    found = through(*(a_hit(address=f"192.0.2.{n}") for n in range(100)))
    assert found.offsets.tolist()[0] == 0
    assert found.offsets.tolist()[-1] == 100 == found.events.num_rows
    for bucket in range(4):
        rows = found.events.slice(
            found.offsets[bucket], found.offsets[bucket + 1] - found.offsets[bucket]
        )
        assert {int.from_bytes(v[:2]) % 4 for v in rows["visitor"].to_pylist()} <= {bucket}


def test_a_row_stays_one_row_in_another_order() -> None:
    rows = [
        a_hit(address=f"192.0.2.{n}", target=f"/p{n}", status=200 + n % 3, size_bytes=n,
              seen_at=NOON + timedelta(seconds=n), referrer=f"http://r{n}.example/")
        for n in range(50)
    ]  # fmt: skip
    told = [(e["path"], e["status"], e["size_bytes"], e["referrer_domain"]) for e in crossed(*rows)]
    assert told == [(f"/p{n}", 200 + n % 3, n, f"r{n}.example") for n in range(50)]


def test_the_policy_may_drop_a_category() -> None:
    dropped = STRICT.category("path").model_copy(update={"treatment": "drop"})
    policy = STRICT.model_copy(update={"categories": STRICT.categories | {"path": dropped}})
    assert one(a_hit(target="/a"), a_wall(policy=policy))["path"] is None


def test_what_a_script_says_of_age_is_closed_before_it_crosses() -> None:
    found = through(a_hit(age="29", gender="F", profession="x"), wall=a_wall(channel="script"))
    (said,) = found.said.to_pylist()
    assert (said["age_band"], said["gender"], said["profession"]) == ("25-34", "female", "unknown")
    assert said["key"] == found.events["visitor"][0].as_py()


def test_a_block_of_no_rows_is_a_block_of_no_events() -> None:
    assert through(a_hit(seen_at=NOON + timedelta(days=9))).events.num_rows == 0


def test_an_advertisers_cookie_is_known_to_the_proof_and_does_not_cross() -> None:
    wall = a_wall(a_site(cookies=Cookies(advertisers=("AD_ID",))))
    found = through(a_hit(cookies="AD_ID=abcd1234efgh"), wall=wall)
    assert {"kind": "id", "value": "abcd1234efgh"} in found.identifiers.to_pylist()
    assert "abcd1234efgh" not in str(found.events.to_pylist())


def test_a_key_inside_a_label_decides_what_a_columns_name_does_not() -> None:
    inner = one(a_hit(target="/?utm_campaign=password%3DHunter22"))
    assert inner["campaign"] == "{secret}"
    assert one(a_hit(target="/?utm_campaign=spring"))["campaign"] == "spring"


def test_an_email_that_is_drawn_apart_is_one_email() -> None:
    for apart in ("jane.doe%E2%80%8B@example.org", "jane.doe%20@%20example.org"):
        assert one(a_hit(target=f"/to/{apart}"))["path"] == "/to/{email}"


@pytest.mark.parametrize(
    ("row", "bot"),
    [
        ({"user_agent": "Mozilla/5.0", "action": "email_open"}, "mail_proxy"),
        ({"user_agent": "Mozilla/5.0", "action": "email_click"}, "tool"),
        ({"action": "email_open", "header:x-machine": "yes"}, "mail_proxy"),
        ({"action": "email_open", "header:x-machine": "no"}, None),
        ({"action": "email_open", "header:x-machine": None}, None),
        ({"action": "email_open"}, None),
    ],
)
def test_machines_that_open_mail_are_no_people(row: dict[str, Any], bot: str | None) -> None:
    assert one(a_hit(**row), a_wall(channel="script"))["bot"] == bot


SEARCHED = a_site(search_parameters=("Q",))


def term(target: str, policy: Policy = STRICT, **changes: Any) -> str | None:
    event = one(a_hit(target=target, **changes), a_wall(SEARCHED, policy=policy))
    found: str | None = event["search"]
    return found


def test_what_the_site_is_searched_for_crosses_where_the_site_says_so() -> None:
    assert term("/search?page=2&q=garden+chairs") == "garden chairs"
    assert term("/search?term=garden+chairs") is None
    assert one(a_hit(target="/search?q=garden"))["search"] is None


def test_terms_that_mean_the_same_are_one() -> None:
    assert term("/s?q=%20Garden++Chairs ") == term("/s?Q=garden%09chairs") == "garden chairs"


def test_a_term_without_a_letter_is_none() -> None:
    assert [term(f"/s?q={typed}") for typed in ("4711", "12-34", "", "%20")] == [None] * 4
    assert term("/s?q=%C3%A9cole+2") == "école 2"


def test_personal_data_in_a_term_is_found_before_it_is_folded_and_is_in_the_dictionary() -> None:
    parts = through(a_hit(target="/s?q=Ann%40Example.org"), wall=a_wall(SEARCHED))
    assert parts.events["search"].to_pylist() == ["{email}"]
    assert "ann@example.org" in [v.lower() for v in parts.identifiers["value"].to_pylist()]
    assert parts.replaced == {"search email": 1}


def test_a_term_that_is_named_apart_comes_before_that_of_the_address() -> None:
    assert term("/s?q=chairs", search="Lamps") == "lamps"


def test_a_policy_that_drops_site_search_or_does_not_name_it_has_no_terms() -> None:
    kept = {n: c for n, c in STRICT.categories.items() if n != "site_search"}
    assert term("/s?q=chairs", STRICT.model_copy(update={"categories": kept})) is None
    dropped = STRICT.category("site_search").model_copy(update={"treatment": "drop"})
    categories = STRICT.categories | {"site_search": dropped}
    assert term("/s?q=chairs", STRICT.model_copy(update={"categories": categories})) is None


def test_a_declared_search_parameter_is_not_counted_as_undeclared() -> None:
    parts = through(a_hit(target="/s?q=chairs&other=1"), wall=a_wall(SEARCHED))
    assert parts.undeclared["name"].to_pylist() == ["other"]


def test_a_field_that_weir_yaml_declares_feeds_the_proof_though_no_mapping_names_it() -> None:
    own = {
        "entities": {"project": {"data_class": "nii", "treatment": "generalize"}},
        "keys": {"staffNo": "id", "plan": "project"},
        "deny": [{"entity": "project", "words": ["Project Falcon"]}],
    }
    wall = a_wall(detector=Detector(Detection.model_validate(own)))
    target = "/project-falcon?staffno=KX-81-9921-QZ&plan=abcd1234efgh&x=1"
    parts = through(a_hit(target=target), wall=wall)
    assert parts.events["path"].to_pylist() == ["/{project}"]
    assert parts.replaced["path project"] == 1
    found = [one["value"] for one in parts.identifiers.to_pylist() if one["kind"] == "id"]
    assert found == ["KX-81-9921-QZ"]
