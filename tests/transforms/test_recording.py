"""How the night was recorded: robots, failures, the quality of each channel."""

from tests.transforms.counted import counted, the_row
from tests.transforms.hits import a_hit


def test_robots_are_told_apart_by_class_and_by_what_they_say_they_are():
    rows = counted(
        "bots",
        [
            a_hit(bot="crawler", browser="Other", size_bytes=10),
            a_hit(bot="crawler", browser="Other", size_bytes=None),
            a_hit(bot="crawler", browser="Chrome", size_bytes=5),
            a_hit(bot="monitor", browser=None, size_bytes=1),
            a_hit(),
        ],
    )
    assert [(r["bot"], r["browser"], r["hits"], r["bytes"]) for r in rows] == [
        ("crawler", "Chrome", 1, 5),
        ("crawler", "Other", 2, 10),
        ("monitor", "(none)", 1, 1),
    ]


def test_errors_have_the_page_that_led_there_and_robots_apart():
    gone = {"status": 404, "path": "/gone", "pageview": False}
    rows = counted(
        "errors",
        [
            a_hit("12:00", referrer_kind="external", referrer_domain="example.com", **gone),
            a_hit("12:01", referrer_kind="external", referrer_domain="example.com", **gone),
            a_hit("12:02", visitor="ben", referrer_kind="external", referrer_domain="example.com",
                  **gone),
            a_hit("12:03", visitor="bot", bot="crawler", **gone),
            a_hit("12:04", status=500, path="/cart"),
            a_hit("12:05", status=399), a_hit("12:05", status=None),
            a_hit("12:06", channel="tag", **gone),
        ],
    )  # fmt: skip
    columns = ("status", "path", "kind", "domain", "hits", "visitors", "hits_bots")
    assert [tuple(r[c] for c in columns) for r in rows] == [
        ("404", "/gone", "external", "example.com", 3, 2, 0),
        ("404", "/gone", "none", "(none)", 0, 0, 1),
        ("500", "/cart", "none", "(none)", 1, 1, 0),
    ]


def test_each_channel_tells_how_well_it_recorded():
    rows = counted(
        "quality",
        [
            a_hit(), a_hit(action="asset"), a_hit(basis="network", visitor="ben"),
            a_hit(bot="silent"), a_hit(bot="crawler"),
            a_hit(channel="tag", pageview=False),
            a_hit(channel="tag", action="impression", basis="url_session"),
        ],
    )  # fmt: skip
    log, tag = rows
    nothing = {"skewed": 0, "far_off": 0, "sequenced": 0, "missing": 0}
    assert log == nothing | {
        "channel": "log", "hits": 3, "pages": 2, "hits_cookie": 2, "hits_url_session": 0,
        "hits_network": 1, "robots": 2, "silent": 1,
    }  # fmt: skip
    assert tag == nothing | {
        "channel": "tag", "hits": 2, "pages": 1, "hits_cookie": 1, "hits_url_session": 1,
        "hits_network": 0, "robots": 0, "silent": 0,
    }  # fmt: skip


def test_a_clock_is_off_by_a_minute_or_by_an_hour_in_either_direction():
    skews = (None, 0, 60, 61, -61, 3600, 3601, -90_000)
    row = the_row("quality", [a_hit(channel="script", skew_s=skew) for skew in skews])
    assert (row["hits"], row["skewed"], row["far_off"]) == (8, 5, 2)


def test_loss_is_what_lacks_between_the_numbers_of_a_sender():
    def sent(*numbers, **more):
        return [a_hit(channel="tag", sequence=number, **more) for number in numbers]

    row = the_row(
        "quality",
        [*sent(1, 2, 2, 5), *sent(7, 8, visitor="ben"), *sent(1, 9, bot="crawler"), *sent(None)],
    )
    assert (row["sequenced"], row["missing"]) == (5, 2)


def test_a_leap_of_numbers_is_another_series_and_no_loss():
    numbers = (1, 3, 1003, 2004, -(2**63), 2**63 - 1)
    row = the_row("quality", [a_hit(channel="tag", sequence=n) for n in numbers])
    assert (row["sequenced"], row["missing"]) == (6, 1 + 999)


def test_numbers_of_two_channels_are_two_series():
    hits = [a_hit(channel="tag", sequence=1), a_hit(channel="script", sequence=4)]
    assert [r["missing"] for r in counted("quality", hits)] == [0, 0]
