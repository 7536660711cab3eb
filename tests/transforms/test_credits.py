"""Whom conversions are credited to: the four models, on the day and over days."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.transforms.counted import counted
from tests.transforms.hits import a_hit, at, pseudonym

from weir.schemas.event import TOUCH


def credited(*hits, earlier=None):
    """(model, campaign, medium) -> conversions."""
    rows = counted("attribution", list(hits), earlier=earlier)
    return {(r["model"], r["campaign"], r["medium"]): r["conversions"] for r in rows}


def by(model, *hits, earlier=None):
    """Campaign -> conversions of one model."""
    found = credited(*hits, earlier=earlier)
    return {campaign: n for (of, campaign, _), n in found.items() if of == model}


def before(kind, campaign, visitor="ann", clock="-20:00"):
    seen = at("00:00") if clock == "-20:00" else at(clock)
    row = {"site": "www", "visitor": pseudonym(visitor), "seen_at": int(seen.timestamp() * 1e6) - 1,
           "kind": kind, "campaign": campaign, "medium": "banner"}  # fmt: skip
    return pa.Table.from_pylist([row], schema=TOUCH)


SEEN = a_hit("09:00", action="impression", campaign="seen", medium="banner")
CAME = a_hit("12:00", campaign="came", medium="search")
CLICKED = a_hit("12:05", action="click", campaign="clicked")
BOUGHT = a_hit("12:10", action="conversion")


def test_each_model_credits_what_it_says():
    assert credited(SEEN, CAME, CLICKED, BOUGHT) == {
        ("in_visit", "came", "search"): 1,
        ("last_click", "clicked", "(none)"): 1,
        ("last_touch", "clicked", "(none)"): 1,
    }


def test_what_was_seen_after_the_click_is_the_last_touch():
    again = SEEN | {"seen_at": at("12:07")}
    assert by("last_touch", CAME, again, BOUGHT) == {"seen": 1}
    assert by("last_click", CAME, again, BOUGHT) == {"came": 1}
    assert by("view_through", CAME, again, BOUGHT) == {}


def test_what_was_only_seen_is_view_through():
    assert by("view_through", SEEN, BOUGHT) == {"seen": 1}
    assert by("last_click", SEEN, BOUGHT) == {"(none)": 1}
    assert by("in_visit", SEEN, BOUGHT) == {"(none)": 1}


def test_nothing_after_the_conversion_counts_for_it():
    late = [hit | {"seen_at": at("12:11")} for hit in (SEEN, CLICKED)]
    for model in ("last_click", "last_touch"):
        assert by(model, BOUGHT, *late) == {"(none)": 1}
    assert by("view_through", BOUGHT, late[0]) == {}


def test_a_click_in_the_same_second_counts():
    assert by("last_click", CLICKED, BOUGHT | {"seen_at": CLICKED["seen_at"]}) == {"clicked": 1}


def test_a_click_of_an_earlier_visit_of_the_day_is_no_campaign_of_this_visit():
    bought = BOUGHT | {"seen_at": at("18:00")}
    assert by("last_click", CAME, bought) == {"came": 1}
    assert by("in_visit", CAME, bought) == {"(none)": 1}


def test_another_browsers_click_counts_for_nobody_else():
    assert by("last_click", CLICKED | {"visitor": pseudonym("ben")}, BOUGHT) == {"(none)": 1}


def test_mail_is_a_campaign_like_others_and_a_machine_is_nobody():
    mail = {"message": "news", "recipient": "r1"}
    opened, followed = (a_hit("11:00", action=f"email_{a}", **mail) for a in ("open", "click"))
    assert credited(opened, BOUGHT)[("view_through", "news", "email")] == 1
    assert credited(opened, followed, BOUGHT)[("last_click", "news", "email")] == 1
    proxy = opened | {"bot": "mail_proxy"}
    assert by("view_through", proxy, BOUGHT) == {}
    named = followed | {"campaign": "spring", "medium": "letter"}
    assert credited(named, BOUGHT)[("last_click", "spring", "letter")] == 1


def test_days_before_count_behind_the_day_itself():
    clicked, seen = before("click", "last week"), before("view", "yesterday")
    both = pa.concat_tables([clicked, seen])
    assert by("last_click", BOUGHT, earlier=both) == {"last week": 1}
    assert by("view_through", BOUGHT, earlier=seen) == {"yesterday": 1}
    assert by("last_click", CLICKED, BOUGHT, earlier=both) == {"clicked": 1}
    assert by("in_visit", BOUGHT, earlier=both) == {"(none)": 1}


def test_what_others_did_on_days_before_counts_for_nobody_else():
    assert by("last_click", BOUGHT, earlier=before("click", "x", "ben")) == {"(none)": 1}


_HITS = st.lists(
    st.builds(
        a_hit,
        st.sampled_from(["12:00", "12:20", "13:10"]),
        visitor=st.sampled_from(["ann", "ben"]),
        action=st.sampled_from(["page", "click", "conversion", "impression", "email_click"]),
        campaign=st.sampled_from([None, "spring", "autumn"]),
        medium=st.sampled_from([None, "mail"]),
        message=st.sampled_from([None, "news"]),
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None)
@given(_HITS)
def test_three_models_credit_every_conversion_once_and_the_fourth_never_more(hits):
    made = sum(hit["action"] == "conversion" for hit in hits)
    sums = dict.fromkeys(("in_visit", "last_click", "last_touch", "view_through"), 0)
    for (model, _, _), conversions in credited(*hits).items():
        sums[model] += conversions
    assert sums.pop("view_through") <= made
    assert set(sums.values()) == {made}
    (none_clicked,) = [by("last_click", *hits).get("(none)", 0)]
    assert sum(by("view_through", *hits).values()) <= none_clicked
