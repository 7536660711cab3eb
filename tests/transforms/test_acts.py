"""What people do on the site beside seeing pages: they download, search, buy the recommended."""

import pyarrow.compute as pc
import pytest
from tests.transforms.counted import counted, the_row
from tests.transforms.hits import WWW, a_hit, events

from weir.transforms.visits import relate

UNTOLD = a_hit(action="search", visitor="cyd")


def told(rows, *columns):
    return [tuple(row[column] for column in columns) for row in rows]


def test_a_file_is_downloaded_once_a_visit_however_often_it_is_asked_for():
    file = {"action": "download", "path": "/a.pdf", "size_bytes": 10}
    rows = counted(
        "downloads",
        [
            a_hit("12:00", status=404, **file),
            a_hit("12:01", status=206, **file),
            a_hit("12:02", status=206, **file),
            a_hit("12:03", status=304, **file | {"size_bytes": None}),
            a_hit("15:00", status=200, **file),
            a_hit("12:00", visitor="ben", status=None, channel="script", **file),
            a_hit("12:00", action="download", path="/b.pdf", status=500),
            a_hit("12:00", visitor="bot", bot="crawler", **file),
        ],
    )
    columns = ("path", "downloads", "visitors", "requests", "bytes")
    assert told(rows, *columns) == [("/a.pdf", 3, 2, 5, 40)]


def test_a_page_that_answers_a_search_and_a_search_tag_are_searches():
    rows = counted(
        "searches",
        [
            a_hit("12:00", path="/search", search="lamps"),
            a_hit("12:01", path="/lamps"),
            a_hit("12:02", action="search", channel="tag", search="chairs"),
            a_hit("12:03", path="/search.css", action="asset", search="lamps"),
            a_hit("12:03", path="/search", action="click", channel="tag", search="lamps"),
            a_hit("12:04", action="search", channel="tag"),
            a_hit("12:00", visitor="ben", path="/search", search="rivers"),
        ],
    )
    assert told(rows, "term", "searches", "visitors", "unfollowed") == [
        ("(none)", 1, 1, 1),
        ("chairs", 1, 1, 1),
        ("lamps", 1, 1, 0),
        ("rivers", 1, 1, 1),
    ]


def a_download(clock, channel, path="/a.pdf", **fields):
    fields = {"size_bytes": 10 if channel == "log" else 1, **fields}
    return a_hit(clock, action="download", channel=channel, path=path, **fields)


def test_a_file_that_the_log_and_a_tag_tell_of_is_fetched_once():
    rows = counted(
        "downloads",
        [
            a_download("12:00", "tag"),
            a_download("12:01", "log", status=200),
            a_download("12:01", "log", status=206),
            a_download("12:02", "script"),
            a_download("12:03", "tag", path="/b.pdf"),
            a_download("12:04", "script", path="/b.pdf"),
            a_download("15:00", "script"),  # another visit, of which the log knows nothing
            a_download("12:00", "tag", visitor="ben"),
        ],
    )
    assert told(rows, "path", "downloads", "visitors", "requests", "bytes") == [
        ("/a.pdf", 3, 2, 4, 22),
        ("/b.pdf", 1, 1, 1, 1),
    ]


def test_a_file_that_the_log_only_sent_on_is_the_tags():
    hits = [a_download("12:00", "log", status=302), a_download("12:00", "tag")]
    row = the_row("downloads", hits)
    assert (row["downloads"], row["requests"], row["bytes"]) == (1, 1, 1)


def a_search(clock, channel, term="lamps", **fields):
    return a_hit(clock, action="search", channel=channel, search=term, **fields)


def test_a_term_that_the_page_and_a_tag_tell_of_is_searched_for_as_often_as_the_page_says():
    rows = counted(
        "searches",
        [
            a_search("11:59:59", "tag"),
            a_hit("12:00", path="/search", search="lamps"),
            a_search("12:00", "tag"),
            a_hit("12:01", path="/search", search="lamps"),  # its second page
            a_search("12:02", "tag"),
            a_search("12:03", "script"),
            a_search("12:04", "tag", "chairs"),
            a_search("12:05", "script", "chairs"),
            a_search("12:06", "tag", None),
            a_search("12:07", "script", None),  # of no term nobody knows that it is the same
            a_search("15:00", "script"),
        ],
    )
    assert told(rows, "term", "searches", "visitors", "unfollowed") == [
        ("(none)", 2, 1, 2),
        ("chairs", 1, 1, 1),
        ("lamps", 3, 1, 2),
    ]


@pytest.mark.parametrize(("by", "searches", "unfollowed"), [("script", 1, 1), ("log", 2, 0)])
def test_of_terms_the_channel_that_makes_page_views_comes_first(by, searches, unfollowed):
    hits = [
        a_search("11:59", "log"),
        a_search("11:59:30", "log"),
        a_hit("12:00", channel="script", path="/search", search="lamps", pageview=by == "script"),
        a_hit("12:00", path="/", pageview=by == "log"),
    ]
    hits = [hit for hit in hits if hit["pageview"] or hit["action"] == "search"]
    relations = relate(events(*hits), [WWW.model_copy(update={"count_pages_by": by})])
    kept = relations.acts.filter(pc.invert(relations.acts["echo"]))
    assert kept.num_rows == searches
    assert sum(kept["last"].to_pylist()) == unfollowed


def searched(term, *visitors, **more):
    return [a_hit(path="/s", visitor=visitor, search=term, **more) for visitor in visitors]


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_term_of_too_few_is_other_and_its_visitors_count_once(pieces):
    buckets = [
        [*searched("lamps", "ann", "ben"), *searched("rare", "ann"), *searched("odd", "ann")],
        [
            *searched("lamps", "cyd"),
            *searched("rare", "cyd"),
            a_hit(visitor="cyd", action="search"),
        ],
    ]
    if pieces == 1:
        buckets = [buckets[0] + buckets[1]]
    rows = counted("searches", *buckets, crowd=3)
    assert told(rows, "term", "searches", "visitors") == [
        ("(none)", 1, 1),  # no term is no value that could be rare
        ("(other)", 3, 2),
        ("lamps", 3, 3),
    ]


def test_a_term_that_is_rare_in_each_bucket_may_be_a_crowd_in_all():
    rows = counted("searches", searched("lamps", "ann", "ben"), searched("lamps", "cyd"), crowd=3)
    assert told(rows, "term", "visitors") == [("lamps", 3)]


def test_crowds_are_those_of_each_site():
    hits = [
        *searched("lamps", "ann", "ben"),
        *searched("lamps", "cyd", site="www", basis="network"),
    ]
    assert told(counted("searches", hits, crowd=3), "term") == [("lamps",)]


def test_cities_of_too_few_are_other_in_their_country():
    def of(country, city, *visitors):
        return [a_hit(visitor=v, country=country, city=city) for v in visitors]

    rows = counted(
        "cities",
        [*of("US", "Boston", "a", "b"), *of("US", "Salem", "c"), *of("US", "Athens", "d"),
         *of("GR", "Athens", "e", "f"), *of("GR", "Volos", "g"), *of("DE", None, "h")],
        crowd=2,
    )  # fmt: skip
    assert told(rows, "country", "city", "visitors", "visits") == [
        ("GR", "(other)", 1, 1),
        ("GR", "Athens", 2, 2),
        ("US", "(other)", 2, 2),
        ("US", "Boston", 2, 2),
    ]


def test_the_network_is_that_of_the_first_hit_and_unknown_ones_are_left_out():
    rows = counted(
        "network",
        [
            a_hit("12:00", country="US", isp="Example Net"),
            a_hit("12:01", country="CA", isp="Other Net"),
            a_hit("12:00", visitor="ben", country="US"),
            a_hit("12:00", visitor="cyd"),
        ],
    )
    assert told(rows, "country", "isp", "visitors", "visits", "pageviews") == [
        ("US", "(none)", 1, 1, 1),
        ("US", "Example Net", 1, 1, 2),
    ]


def test_recommendations_are_shown_clicked_and_bought():
    def recommended(outcome, visitor="ann"):
        return a_hit(action="recommendation", channel="tag", product="lamp", content="cart",
                     outcome=outcome, visitor=visitor)  # fmt: skip

    row = the_row(
        "recommendations",
        [recommended(None), recommended("shown"), recommended("clicked"), recommended("bought"),
         recommended("shown", "ben")],
    )  # fmt: skip
    assert row == {"product": "lamp", "content": "cart", "customer": "(none)", "shown": 3,
                   "clicked": 1, "bought": 1, "visitors": 2}  # fmt: skip


def test_for_a_customer_pages_advertisements_clicks_and_conversions_are_counted():
    brand = {"customer": "acme", "product": "club"}
    row = the_row(
        "customers",
        [
            a_hit("12:00", **brand), a_hit("12:01", **brand),
            a_hit("12:02", action="asset", **brand),
            a_hit("12:03", action="click", **brand), a_hit("12:04", action="conversion", **brand),
            a_hit("12:05", action="impression", visitor="ben", **brand),
            a_hit("12:05", action="impression", visitor="ben", **brand),
            a_hit("12:06"), a_hit("12:07", bot="crawler", visitor="bot", **brand),
        ],
    )  # fmt: skip
    assert row == {"customer": "acme", "product": "club", "pageviews": 2, "visitors": 1,
                   "impressions": 2, "reach": 1, "clicks": 1, "conversions": 1}  # fmt: skip
