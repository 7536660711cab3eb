"""What led to a conversion on days before: only of who converts, by the month or the week."""

from datetime import date

import pyarrow as pa
import pytest
from tests.transforms.hits import WWW, a_hit, events, pseudonym

from weir.schemas.config import Attribution, Site
from weir.schemas.event import EVENT, LINKAGE, TOUCH
from weir.transforms.earlier import contacts_before, converting, shared_period
from weir.transforms.write import write_events

MONDAY, TUESDAY = date(2008, 4, 21), date(2008, 4, 22)


def linkage(**months):
    """LINKAGE of a day: pseudonym of the day -> who it is."""
    return pa.Table.from_pylist(
        [
            {"site": "www", "visitor": pseudonym(day), "week": pseudonym(f"week {who}"),
             "month": pseudonym(f"month {who}")}
            for day, who in months.items()
        ],
        schema=LINKAGE,
    )  # fmt: skip


def contact(visitor, kind="click", site="www"):
    return {"site": site, "visitor": pseudonym(visitor), "seen_at": 1, "kind": kind,
            "campaign": "spring", "medium": None}  # fmt: skip


def found(*contacts, mine, then, before=MONDAY, day=TUESDAY, sites=(WWW,)):
    rows = pa.Table.from_pylist(list(contacts), schema=TOUCH)
    joined = contacts_before(mine, day, rows, then, before, sites)
    assert joined.schema.equals(TOUCH, check_metadata=True)
    return sorted((row["visitor"].strip(b"-").decode(), row["kind"]) for row in joined.to_pylist())


def test_a_contact_is_of_the_visitor_whom_the_month_says_it_is():
    mine, then = linkage(tue1="ann", tue2="ben"), linkage(mon1="ann", mon2="ben", mon3="cyd")
    contacts = [contact("mon1"), contact("mon2", "view"), contact("mon3")]
    assert found(*contacts, mine=mine, then=then) == [("tue1", "click"), ("tue2", "view")]


def test_a_pseudonym_of_another_day_is_nobodys_by_itself():
    assert found(contact("tue1"), mine=linkage(tue1="ann"), then=linkage(mon1="ann")) == []


def test_windows_are_those_of_the_site_and_of_the_kind():
    site = Site(name="www", host="x", attribution=Attribution(click_days=2, view_days=1))
    days = {1: ["click", "view"], 2: ["click"], 3: []}
    for past, kinds in days.items():
        before = date(2008, 4, 22 - past)
        both = found(
            contact("old"), contact("old", "view"), mine=linkage(new="ann"),
            then=linkage(old="ann"), before=before, sites=(site,),
        )  # fmt: skip
        assert [kind for _, kind in both] == kinds


def test_a_site_that_is_not_configured_has_no_window():
    mine, then = linkage(new="ann"), linkage(old="ann")
    assert found(contact("old", site="gone"), mine=mine, then=then) == []


def test_over_the_end_of_a_month_it_is_the_week_that_joins():
    assert shared_period(date(2008, 4, 1), date(2008, 4, 30)) == "month"
    assert shared_period(date(2008, 4, 30), date(2008, 5, 1)) == "week"  # Wednesday, Thursday
    assert shared_period(date(2008, 4, 27), date(2008, 5, 1)) is None  # a Sunday
    assert shared_period(date(2008, 12, 29), date(2009, 1, 1)) == "week"
    mine, then = linkage(new="ann"), linkage(old="ann")
    then = then.set_column(
        3, LINKAGE.field("month"), pa.array([pseudonym("another month")]).cast(pa.binary(16))
    )
    across = {"before": date(2008, 4, 30), "day": date(2008, 5, 1)}
    assert found(contact("old"), mine=mine, then=then, **across) == [("new", "click")]
    assert found(contact("old"), mine=mine, then=then) == []
    with pytest.raises(ValueError, match="share no week"):
        found(mine=mine, then=then, before=date(2008, 4, 27), day=date(2008, 5, 1))


def test_only_who_converts_is_looked_up(tmp_path):
    hits = [events(a_hit(visitor="ann"), a_hit(visitor="ben", action="conversion")),
            events(a_hit(visitor="ben", action="conversion"), a_hit(visitor="cyd")),
            events(a_hit(visitor="dan"))]  # fmt: skip
    written = write_events(hits, EVENT, tmp_path)
    assert converting([written.path]).to_pylist() == [pseudonym("ben")]
    assert len(converting([])) == 0
