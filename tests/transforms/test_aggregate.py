"""What the tables count, bucket by bucket, and that it adds up."""

import random
from itertools import permutations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.transforms.counted import DAY, TABLES, counted, night, the_row
from tests.transforms.hits import WWW, a_hit, a_person, at, events, people, pseudonym

from weir.schemas.tables import table
from weir.transforms.aggregate import (
    cells,
    compile,
    finish,
    merge,
    merge_cells,
    open_bucket,
    partials,
)
from weir.transforms.duck import connect
from weir.transforms.visits import relate

A_BIT_OF_EVERYTHING = [
    a_hit("11:00", action="call", country="US", city="Boston", isp="Example Net", customer="acme"),
    a_hit("11:01", action="recommendation", product="lamp"),
    a_hit("11:02", action="download", path="/a.pdf"),
    a_hit("11:03", action="search", search="lamps"),
    a_hit("11:04", path="/gone", status=404),
    a_hit("12:00", user="u1", referrer_kind="other", referrer_domain="example.com"),
    a_hit("12:01", path="/a", campaign="spring", medium="mail", product="lamp"),
    a_hit("12:02", action="click", campaign="spring"),
    a_hit("12:03", action="conversion"),
    a_hit("12:04", action="impression", campaign="spring", visitor="ben"),
    a_hit("12:05", action="email_open", message="news", recipient="r1"),
    a_hit("12:06", bot="crawler", visitor="bot"),
]


@pytest.mark.parametrize("name", TABLES)
def test_each_table_yields_exactly_what_it_declares_in_order(name):
    whole = night(A_BIT_OF_EVERYTHING)[name]
    assert whole.num_rows > 0
    assert whole.schema.equals(TABLES[name].schema, check_metadata=True)
    keys = [tuple(row[k] for k in TABLES[name].keys) for row in whole.to_pylist()]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_nothing_is_empty_and_has_its_schema(name):
    assert night([])[name].num_rows == 0
    assert finish(None, TABLES[name], DAY).schema.equals(TABLES[name].schema, check_metadata=True)


def test_one_user_in_two_browsers_is_one_user_and_two_visitors_also_across_buckets():
    at_home, at_work = a_hit(visitor="home", user="ann"), a_hit(visitor="work", user="ann")
    for buckets in ([[at_home, at_work]], [[at_home], [at_work]]):
        row = the_row("traffic", *buckets)
        assert (row["users"], row["visitors"]) == (1, 2)


def test_a_browser_that_logs_in_halfway_is_one_visitor_and_one_user():
    row = the_row("traffic", [a_hit("12:00"), a_hit("12:01", user="ann")])
    assert (row["visitors"], row["users"], row["visits"]) == (1, 1, 1)


def test_two_users_in_one_visit_are_two_users_and_one_visit():
    row = the_row("traffic", [a_hit("12:00", user="ann"), a_hit("12:01", user="ben")])
    assert (row["users"], row["visits"], row["hits"], row["visitors"]) == (2, 1, 2, 1)


def test_traffic_counts_visitors_by_basis_and_robots_apart():
    row = the_row(
        "traffic",
        [
            a_hit(visitor="a"),
            a_hit(visitor="b", basis="network"),
            a_hit(visitor="c", basis="url_session"),
            a_hit(visitor="d", bot="crawler", size_bytes=7_000),
        ],
    )
    assert row["visitors"] == 3
    assert [row[f"visitors_{b}"] for b in ("cookie", "network", "url_session")] == [1, 1, 1]
    assert (row["bot_hits"], row["hits"], row["bytes"]) == (1, 3, 300)


def test_traffic_of_a_visitor():
    row = the_row("traffic", [a_hit("12:00"), a_hit("12:10", action="asset"), a_hit("13:00")])
    assert (row["visits"], row["pageviews"], row["hits"], row["bounces"]) == (2, 2, 3, 2)
    assert row["duration_s"] == 600


def test_a_visit_counts_in_the_hour_in_which_it_begins_and_its_visitor_in_each():
    rows = {row["hour"]: row for row in counted("hours", [a_hit("12:50"), a_hit("13:10")])}
    assert [(rows[h]["visits"], rows[h]["visitors"]) for h in ("12", "13")] == [(1, 1), (0, 1)]


def test_a_page_has_views_visits_and_visitors():
    hits = [a_hit("12:00"), a_hit("12:01"), a_hit("14:00"), a_hit(visitor="ben")]
    row = the_row("pages", [*hits, a_hit("14:01", action="asset", path="/x.css")])
    assert row == {"path": "/", "pageviews": 4, "visits": 3, "visitors": 2}


def test_a_page_without_a_name_says_so():
    assert the_row("pages", [a_hit(path=None)])["path"] == "(none)"


def test_entries_and_exits_are_counted_apart():
    rows = counted("entry_exit", [a_hit("12:00", path="/in"), a_hit("12:01", path="/out")])
    assert [(r["position"], r["path"], r["visits"]) for r in rows] == [
        ("entry", "/in", 1),
        ("exit", "/out", 1),
    ]


def test_a_bounce_enters_and_leaves_by_the_same_page():
    rows = counted("entry_exit", [a_hit()])
    assert [(r["position"], r["bounces"]) for r in rows] == [("entry", 1), ("exit", 1)]


def test_visits_are_counted_by_where_they_come_from():
    rows = counted(
        "referrers",
        [
            a_hit(referrer_kind="other", referrer_domain="example.com"),
            a_hit(visitor="ben", referrer_kind="none", referrer_domain=None),
        ],
    )
    assert [(r["kind"], r["domain"], r["visits"]) for r in rows] == [
        ("none", "(none)", 1),
        ("other", "example.com", 1),
    ]


def demographics(persons, **hit):
    row = the_row("demographics", [a_hit(**hit)], persons=people(*persons))
    return row["age_band"], row["gender"], row["profession"], row["users"]


def test_a_visit_of_a_user_has_the_profiles_demographics():
    persons = [a_person("u1"), a_person("ann", "script", gender="male")]
    assert demographics(persons, user="u1") == ("25-34", "female", "education", 1)


def test_a_visit_without_a_user_has_what_a_script_said_of_the_browser():
    persons = [a_person("u1"), a_person("ann", "script", gender="male")]
    assert demographics(persons) == ("25-34", "male", "education", 0)


def test_a_user_without_a_profile_has_what_a_script_said():
    persons = [a_person("ann", "script", gender="male")]
    assert demographics(persons, user="u9") == ("25-34", "male", "education", 1)


def test_a_visitor_of_whom_nothing_is_known_is_unknown():
    # The key of a script's word is a visitor, never a user of the same sixteen bytes.
    assert demographics([a_person("ann", "profile")]) == ("unknown",) * 3 + (0,)


@pytest.mark.parametrize(
    ("said", "counted_"),
    [
        ({"gender": "male"}, 1),
        ({"gender": "refused"}, 1),
        ({"gender": "unknown"}, 0),
        ({}, 0),
        ({"language": "de"}, 0),  # the profile does not say
    ],
)
def test_who_says_something_else_than_the_profile_is_counted(said, counted_):
    persons = people(a_person("u1"), a_person("ann", "script", **said))
    row = the_row("demographics", [a_hit(user="u1"), a_hit("15:00", user="u1")], persons=persons)
    assert (row["gender"], row["visitors"], row["contradicted"]) == ("female", 1, counted_)


def test_languages_are_those_that_people_state():
    persons = people(a_person("u1", country="AT", language="de"))
    row = the_row("languages", [a_hit(user="u1")], persons=persons)
    assert (row["language"], row["country"], row["users"]) == ("de", "AT", 1)


def test_of_a_campaign_impressions_reach_clicks_conversions_and_visits_are_counted():
    tag = {"campaign": "spring", "medium": "banner", "customer": "acme"}
    row = the_row(
        "campaigns",
        [
            a_hit("12:00", action="impression", **tag),
            a_hit("12:01", action="impression", **tag),
            a_hit("12:02", action="impression", visitor="ben", **tag),
            a_hit("12:03", action="click", **tag),
            a_hit("12:04"),
            a_hit("12:05", action="conversion", **tag),
            a_hit("12:06", action="conversion"),
        ],
    )
    assert (row["campaign"], row["medium"], row["customer"]) == ("spring", "banner", "acme")
    assert (row["impressions"], row["reach"], row["clicks"]) == (3, 2, 1)
    assert (row["conversions"], row["conversions_in_visit"]) == (1, 2)
    assert (row["visitors"], row["visits"], row["pageviews"]) == (1, 1, 1)


def test_what_a_click_leaves_out_is_as_its_visit_has_it():
    row = the_row(
        "campaigns",
        [a_hit("12:00", campaign="spring", medium="mail"),
         a_hit("12:01", action="click", campaign="spring")],
    )  # fmt: skip
    assert (row["medium"], row["clicks"], row["visits"]) == ("mail", 1, 1)


def test_impressions_alone_make_no_visitors_of_the_site():
    assert counted("traffic", [a_hit(action="impression", campaign="spring")]) == []


def test_opens_of_a_mailing_are_unique_by_recipient_across_buckets():
    def opened(visitor, recipient, action="email_open"):
        return a_hit(visitor=visitor, recipient=recipient, action=action, message="news")

    phone = [opened("phone", "ann"), opened("phone", "ann"), opened("phone", "ann", "email_click")]
    laptop = [opened("laptop", "ann"), opened("other", "ben")]
    row = the_row("email", phone, laptop)
    assert row == dict.fromkeys(table("email").measures, 0) | {
        "message": "news", "opens": 4, "unique_opens": 2, "clicks": 1, "unique_clicks": 1
    }  # fmt: skip


# ---- whatever the hits are


_HITS = st.lists(
    st.builds(
        a_hit,
        st.sampled_from(["12:00", "12:20", "13:10"]),
        visitor=st.sampled_from(["ann", "ben", "cyd"]),
        path=st.sampled_from(["/a", "/b", None]),
        action=st.sampled_from(
            [
                "page",
                "asset",
                "click",
                "conversion",
                "impression",
                "email_open",
                "email_click",
                "email_sent",
                "call",
                "recommendation",
                "download",
                "search",
            ]
        ),
        user=st.sampled_from([None, "u1", "u2"]),
        recipient=st.sampled_from([None, "r1", "r2"]),
        message=st.sampled_from([None, "news"]),
        campaign=st.sampled_from([None, "spring"]),
        basis=st.sampled_from(["cookie", "network"]),
        bot=st.sampled_from([None, None, None, "crawler", "mail_proxy"]),
        channel=st.sampled_from(["log", "script"]),
        status=st.sampled_from([None, 200, 404]),
        outcome=st.sampled_from([None, "requested", "connected", "bought", "delivered"]),
        duration_s=st.sampled_from([None, None, 45]),
        search=st.sampled_from([None, None, "lamps", "rivers"]),
        city=st.sampled_from([None, "Boston", "Salem"]),
        customer=st.sampled_from([None, "acme"]),
        product=st.sampled_from([None, "lamp"]),
        sequence=st.sampled_from([None, 1, 2, 5]),
        skew_s=st.sampled_from([None, 0, 90, 4000]),
    ),
    max_size=14,
)
_PEOPLE = people(a_person("u1"), a_person("ben", "script", gender="male"))


@settings(max_examples=8, deadline=None)
@given(_HITS, st.randoms(use_true_random=False))
def test_visitors_in_buckets_of_their_own_come_out_as_in_one(hits, chance: random.Random):
    buckets = [[h for h in hits if h["visitor"] == pseudonym(v)] for v in ("ann", "ben", "cyd")]
    chance.shuffle(buckets)
    for crowd in (1, 2):
        whole = night(hits, persons=_PEOPLE, crowd=crowd)
        assert whole == night(*buckets, persons=_PEOPLE, crowd=crowd)


@settings(max_examples=8, deadline=None)
@given(_HITS)
def test_partials_say_what_the_compiled_sql_says(hits):
    whole = night(hits, persons=_PEOPLE)
    with open_bucket(relate(events(*hits), [WWW]), _PEOPLE) as bucket:
        for name, spec in TABLES.items():
            plain = bucket.rows(compile(spec))
            for dimension in spec.dimensions:
                filled = plain[dimension].cast(pa.string()).fill_null("(none)")
                place = plain.schema.get_field_index(dimension)
                plain = plain.set_column(place, dimension, filled)
            assert finish(merge([plain]), spec, DAY) == whole[name]


@settings(max_examples=8, deadline=None)
@given(_HITS)
def test_what_units_contribute_adds_up_to_the_table(hits):
    whole = night(hits, persons=_PEOPLE)
    with open_bucket(relate(events(*hits), [WWW]), _PEOPLE) as bucket:
        for name, spec in TABLES.items():
            for unit in ("visitor", "user", "recipient"):
                own = [n for n, measure in spec.measures.items() if measure.distinct == unit]
                if not own:
                    continue
                found = merge_cells([cells(bucket, spec, unit, measures=own)], spec)
                for n in own:
                    assert sum(found[n].to_pylist()) == sum(whole[name][n].to_pylist())


def test_partials_may_be_merged_in_any_order_and_grouping():
    with connect() as con:
        parts = [
            partials(
                relate(events(*hits), [WWW]), None, [table("pages")], connection=con, crowd=1
            ).tables["pages"]
            for hits in ([a_hit(path="/a")], [a_hit(path="/b")], [a_hit(path="/a")])
        ]
    wholes = [
        finish(merge([merge([one, two]), three]), table("pages"), DAY)
        for one, two, three in permutations(parts)
    ]
    assert all(whole == wholes[0] for whole in wholes)
    assert wholes[0]["pageviews"].to_pylist() == [2, 1]


# ---- what disclosure control reads


def test_cells_say_what_each_visitor_contributes_to_each_cell():
    hits = [a_hit("12:00", path="/a"), a_hit("12:01", path="/a"), a_hit(path="/b", visitor="ben")]
    with open_bucket(relate(events(*hits), [WWW]), None) as bucket:
        found = cells(bucket, table("pages")).to_pylist()
    assert sorted((r["path"], r["unit"][-3:], r["visitors"], r["pageviews"]) for r in found) == [
        ("/a", b"ann", 1, 2),
        ("/b", b"ben", 1, 1),
    ]
    assert {r["netblock"] for r in found} == {pseudonym("block")}


def test_cells_of_users_are_one_a_user_after_buckets_are_merged():
    spec, parts = table("traffic"), []
    for visitor in ("home", "work"):
        with open_bucket(relate(events(a_hit(visitor=visitor, user="ann")), [WWW]), None) as bucket:
            parts.append(cells(bucket, spec, "user", measures=["users"]))
    (row,) = merge_cells(parts, spec).to_pylist()
    assert (row["users"], row["unit"]) == (1, pseudonym("ann"))


def test_robots_are_no_units():
    with open_bucket(relate(events(a_hit(bot="crawler")), [WWW]), None) as bucket:
        assert cells(bucket, table("traffic")).num_rows == 0


def test_one_connection_serves_bucket_after_bucket():
    with connect() as con:
        for path in ("/a", "/b"):
            with open_bucket(
                relate(events(a_hit(path=path)), [WWW]), None, connection=con
            ) as bucket:
                assert bucket.rows("SELECT path FROM views")["path"].to_pylist() == [path]
        assert con.execute("SELECT 1").fetchone() == (1,)


def test_time_zones_and_text_survive_the_way():
    hit = a_hit("23:59:59", path="/Größe/{id}")
    assert at("23:59:59") == hit["seen_at"]
    assert the_row("pages", [hit])["path"] == "/Größe/{id}"
