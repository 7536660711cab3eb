"""What happens outside the site's pages: who is counted, and who is not."""

from tests.transforms.counted import counted, the_row
from tests.transforms.hits import WWW, a_hit, events

from weir.transforms.visits import relate


def test_a_call_that_a_page_asks_for_is_a_hit_of_its_visit():
    hits = [a_hit("12:00"), a_hit("12:01", action="call", channel="tag")]
    found = relate(events(*hits), [WWW])
    assert (found.visits["hits"].to_pylist(), found.signals.num_rows) == ([2], 0)


def test_a_call_that_was_held_makes_no_visit_and_no_visitor():
    held = [
        a_hit("12:00", action="call", channel="script", outcome="connected", duration_s=95),
        a_hit("12:10", action="call", channel="script", outcome="missed"),
        a_hit("12:20", action="call", channel="script", duration_s=0),
    ]
    assert counted("traffic", held) == []
    assert relate(events(*held), [WWW]).visits.num_rows == 0


def test_calls_are_told_apart_by_outcome_and_by_how_long_they_took():
    def held(seconds, outcome="connected", **more):
        return a_hit("13:00", action="call", channel="script", outcome=outcome,
                     duration_s=seconds, **more)  # fmt: skip

    rows = counted(
        "calls",
        [
            a_hit("12:00", campaign="spring", customer="acme"),
            a_hit("12:01", action="call", channel="tag"),
            *(held(seconds) for seconds in (0, 29, 30, 119, 120, 599, 600)),
            held(None, "missed", customer="acme", visitor="ben"),
        ],
    )
    assert [(r["outcome"], r["lasted"], r["calls"], r["duration_s"]) for r in rows] == [
        ("connected", "0-29 s", 2, 29),
        ("connected", "10 min+", 1, 600),
        ("connected", "2-9 min", 2, 719),
        ("connected", "30-119 s", 2, 149),
        ("missed", "(none)", 1, 0),
        ("requested", "(none)", 1, 0),
    ]
    # What the page's tag leaves out is as its visit has it; the telephone knows of no visit.
    told = {r["outcome"]: (r["campaign"], r["customer"], r["visitors"]) for r in rows}
    assert told["requested"] == ("spring", "acme", 1)
    assert told["missed"] == ("(none)", "acme", 1)
    assert told["connected"] == ("(none)", "(none)", 1)


def test_a_record_of_the_telephone_that_names_nobody_counts_no_visitor():
    nobody = {"channel": "script", "basis": "network", "netblock": None}
    calls = [a_hit(action="call", outcome="missed", visitor="all of them", **nobody)] * 3
    row = the_row("calls", [*calls, a_hit(action="call", outcome="missed", visitor="ann")])
    assert (row["calls"], row["visitors"]) == (4, 1)


def test_machines_that_open_mail_are_apart_from_people_and_in_nothing_else():
    mail = {"message": "news", "recipient": "ann"}
    hits = [
        a_hit("12:00", action="email_open", **mail),
        a_hit("12:01", action="email_open", bot="mail_proxy", **mail),
        a_hit("12:02", action="email_open", bot="mail_scanner", **mail | {"recipient": "ben"}),
        a_hit("12:03", action="email_click", bot="mail_scanner", **mail),
        a_hit("12:04", action="email_open", bot="crawler", **mail),
        a_hit("12:05", action="impression", bot="mail_proxy", campaign="spring"),
    ]
    row = the_row("email", hits)
    assert (row["opens"], row["unique_opens"], row["clicks"], row["unique_clicks"]) == (1, 1, 0, 0)
    assert (row["machine_opens"], row["machine_clicks"]) == (2, 1)
    assert the_row("traffic", hits)["bot_hits"] == 5
    assert counted("campaigns", hits) == counted("attribution", hits) == []


def test_of_a_mailing_it_is_told_what_became_of_it():
    def sent(outcome, recipient="ann"):
        return a_hit(action="email_sent", outcome=outcome, message="news", recipient=recipient)

    row = the_row(
        "email",
        [sent(None), sent("delivered"), sent("delivered", "ben"), sent("bounced", "cyd"),
         sent("complained", "ben"), sent("unsubscribed", "ben")],
    )  # fmt: skip
    assert (row["sent"], row["delivered"], row["bounced"]) == (3, 2, 1)
    assert (row["complained"], row["unsubscribed"], row["opens"]) == (1, 1, 0)


def test_frequency_is_how_often_one_browser_was_shown_a_campaign():
    shown = {"ann": 1, "ben": 2, "cyd": 3, "dan": 4, "eve": 5, "fay": 10, "gus": 11, "hal": 40}
    hits = [
        a_hit(action="impression", campaign="spring", visitor=visitor)
        for visitor, times in shown.items()
        for _ in range(times)
    ]
    hits.append(a_hit(action="impression", campaign="autumn", visitor="ann"))
    rows = counted("reach_frequency", hits)
    assert [(r["campaign"], r["shown"], r["visitors"], r["impressions"]) for r in rows] == [
        ("autumn", "1", 1, 1),
        ("spring", "1", 1, 1),
        ("spring", "11+", 2, 51),
        ("spring", "2", 1, 2),
        ("spring", "3", 1, 3),
        ("spring", "4-5", 2, 9),
        ("spring", "6-10", 1, 10),
    ]
