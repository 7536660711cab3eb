"""What a visit is, and what it knows of itself."""

import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.transforms.hits import WWW, a_hit, events

from weir.schemas.config import Site
from weir.transforms.visits import relate


def visits_of(*hits, sites=(WWW,)):
    return relate(events(*hits), sites).visits.to_pylist()


def the_visit_of(*hits):
    (visit,) = visits_of(*hits)
    return visit


def test_half_an_hour_of_silence_is_still_the_same_visit():
    assert len(visits_of(a_hit("12:00"), a_hit("12:30:00"))) == 1


def test_a_second_more_is_another_visit():
    assert len(visits_of(a_hit("12:00"), a_hit("12:30:01"))) == 2


def test_a_site_chooses_its_own_silence():
    quick = Site(name="www", host="www.example.org", visit_minutes=5)
    assert len(visits_of(a_hit("12:00"), a_hit("12:06"), sites=(quick,))) == 2


def test_each_site_has_its_own_visits_even_of_the_same_visitor():
    shop = Site(name="shop", host="shop.example.org", visit_minutes=1)
    hits = [a_hit(t, site=s) for s in ("www", "shop") for t in ("12:00", "12:02")]
    assert sorted(v["site"] for v in visits_of(*hits, sites=(WWW, shop))) == ["shop", "shop", "www"]


def test_hits_of_two_visitors_do_not_mix():
    assert len(visits_of(a_hit(visitor="ann"), a_hit(visitor="ben"))) == 2


def test_a_visit_begins_and_ends_on_its_first_and_last_page_view():
    visit = the_visit_of(
        a_hit("12:00", action="asset", path="/logo.gif"),
        a_hit("12:01", path="/in"),
        a_hit("12:02", path="/middle"),
        a_hit("12:03", path="/out"),
        a_hit("12:04", action="download", path="/file.pdf"),
    )
    assert (visit["entry_page"], visit["exit_page"]) == ("/in", "/out")
    assert (visit["pageviews"], visit["hits"], visit["bytes"]) == (3, 5, 500)
    assert visit["duration_s"] == 240


def test_a_visit_without_a_page_view_has_no_pages_and_is_no_bounce():
    visit = the_visit_of(a_hit(action="download"))
    assert (visit["entry_page"], visit["exit_page"], visit["bounce"]) == (None, None, False)


@pytest.mark.parametrize(("pages", "bounce"), [(1, True), (2, False)])
def test_a_bounce_is_exactly_one_page_view(pages, bounce):
    hits = [a_hit(f"12:0{page}") for page in range(pages)]
    assert the_visit_of(*hits, a_hit("12:09", action="asset"))["bounce"] is bounce


@pytest.mark.parametrize("action", ["impression", "email_open", "email_click"])
def test_what_happens_elsewhere_makes_no_visit(action):
    found = relate(events(a_hit(action=action)), [WWW])
    assert (found.visits.num_rows, found.signals.num_rows) == (0, 1)


def test_robots_make_no_visits_and_are_counted_apart():
    found = relate(events(a_hit(bot="crawler"), a_hit(bot="feed", action="impression")), [WWW])
    assert (found.visits.num_rows, found.signals.num_rows) == (0, 0)
    assert found.robots.to_pylist() == [
        {"site": "www", "bot": "crawler", "browser": "Firefox", "hits": 1, "bytes": 100},
        {"site": "www", "bot": "feed", "browser": "Firefox", "hits": 1, "bytes": 100},
    ]


def test_the_referrer_is_that_of_the_first_hit():
    visit = the_visit_of(
        a_hit("12:00", referrer_kind="other", referrer_domain="example.com"),
        a_hit("12:01", referrer_kind="other", referrer_domain="example.net"),
    )
    assert visit["referrer_domain"] == "example.com"


def test_in_one_second_the_page_comes_before_its_parts():
    visit = the_visit_of(
        a_hit(action="asset", path="/a.css", referrer_kind="internal"),
        a_hit(path="/z.html", referrer_kind="other"),
    )
    assert visit["referrer_kind"] == "other"


def test_a_visit_has_its_first_campaign_and_what_goes_with_that():
    visit = the_visit_of(
        a_hit("12:00"),
        a_hit("12:01", campaign="spring"),
        a_hit("12:02", campaign="autumn", medium="banner", customer="other"),
        a_hit("12:03", campaign="spring", medium="mail", customer="acme"),
    )
    assert (visit["campaign"], visit["medium"], visit["customer"]) == ("spring", "mail", "acme")


def test_a_visit_belongs_to_the_first_user_whom_any_hit_names_and_knows_the_others():
    found = relate(
        events(a_hit("12:00"), a_hit("12:01", user="u1"), a_hit("12:02", user="u2")), [WWW]
    )
    (visit,), (further,) = found.visits.to_pylist(), found.named.to_pylist()
    users = found.units["user"]
    assert users[visit["user"]].as_py().endswith(b"u1")
    assert users[further["user"]].as_py().endswith(b"u2")


def test_hours_are_those_of_the_sites_clock():
    found = relate(events(a_hit("00:10"), a_hit("23:50")), [WWW])
    assert [spell["hour"] for spell in found.spells.to_pylist()] == ["00", "23"]


def test_zones_that_are_off_by_a_quarter_of_an_hour_are_met():
    nepal = Site(name="www", host="www.example.org", timezone="Asia/Kathmandu")  # UTC+5:45
    found = relate(events(a_hit("00:14"), a_hit("00:15")), [nepal])  # 04:14, 04:15 UTC
    assert [spell["hour"] for spell in found.spells.to_pylist()] == ["09", "10"]


def test_a_page_seen_again_in_a_visit_is_known():
    found = relate(events(a_hit("12:00", path="/a"), a_hit("12:01", path="/a")), [WWW])
    assert sorted(found.views["again"].to_pylist()) == [False, True]


def test_no_events_are_no_visits():
    found = relate(events(), [WWW])
    assert all(table.num_rows == 0 for table in found.tables.values())


def _comparable(found):
    names = {unit: found.units[unit].to_pylist() for unit in found.units}
    rows = []
    for visit in found.visits.to_pylist():
        for unit in ("visitor", "user", "netblock"):
            visit[unit] = names[unit][visit[unit]] if visit[unit] is not None else None
        rows.append(sorted((k, str(v)) for k, v in visit.items() if k != "visit"))
    return sorted(rows)


_HITS = st.lists(
    st.builds(
        a_hit,
        st.sampled_from(["12:00", "12:00:01", "12:29", "12:31", "13:10"]),
        visitor=st.sampled_from(["ann", "ben"]),
        path=st.sampled_from(["/a", "/b"]),
        action=st.sampled_from(["page", "asset", "click", "impression"]),
        user=st.sampled_from([None, "u1", "u2"]),
        netblock=st.sampled_from(["n1", "n2"]),
        campaign=st.sampled_from([None, "spring", "autumn"]),
        medium=st.sampled_from([None, "mail"]),
        referrer_domain=st.sampled_from([None, "example.com"]),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(_HITS, st.randoms(use_true_random=False))
def test_the_order_and_the_chunks_in_which_hits_come_change_nothing(hits, chance: random.Random):
    shuffled = chance.sample(hits, len(hits))
    pieces = [events(*shuffled[:3]), events(*shuffled[3:])]
    once, again = relate(events(*hits), [WWW]), relate(pa.concat_tables(pieces), [WWW])
    assert _comparable(once) == _comparable(again)


def test_text_may_come_dictionary_typed():
    table = events(a_hit(path="/a"), a_hit("12:01", path="/b"))
    place = table.schema.get_field_index("path")
    coded = table.set_column(place, "path", table["path"].dictionary_encode())
    assert _comparable(relate(coded, [WWW])) == _comparable(relate(table, [WWW]))
    both = pa.concat_tables([coded, coded.slice(1)])
    assert relate(both, [WWW]).visits["hits"].to_pylist() == [3]
