"""Visitors of a week, held against those of its days: what one tells beside the others."""

import pytest

from tests.attacks.subtracting import between, of, tells_of_few
from tests.attacks.weekly import MONDAY, TODAY, WEEK, a_day, counted, put_linkage, rows_of
from tests.pipelines.a_store import few_tables, put_events, the_edition, visitors
from weir.pipelines.period import disclose_period
from weir.pipelines.periods import period_place
from weir.pipelines.replaced import keep_replaced
from weir.pipelines.supersede import supersede
from weir.schemas.errors import UsageError, WallError
from weir.transforms.disclose.linked import Came

K = 50


@pytest.fixture(autouse=True, scope="module")
def _one_table():
    with few_tables("traffic"):
        yield


def tuesdays(night):
    return of(the_edition(night, "traffic"), "total", "visitors")[""]


class TestWhoCameAgain:
    """The days' visitors less those of the week are those who came on both."""

    @pytest.fixture
    def both(self, tuesday):
        return lambda again: tuesday(visitors(300, 300 - again))

    def test_who_came_twice_counts_once(self, both):
        (row,) = rows_of(both(100))
        assert row == {
            "site": "www", "date": MONDAY, "by": "total", "days": 2, "visitors": 500
        }  # fmt: skip

    def test_a_crowd_came_again_or_nothing_is_told(self, both):
        assert rows_of(both(K - 1)) == []
        assert rows_of(both(K)) != []
        assert rows_of(both(0)) == [], "of nobody it is told of each"

    def test_if_nobody_looked_few_would_be_known(self, both, monkeypatch):
        monkeypatch.setattr(Came, "may_be_told", lambda *_: True)
        night = both(10)
        (row,) = rows_of(night)
        (least, most), day = between(row["visitors"]), between(tuesdays(night))
        assert tells_of_few((max(2 * day[0] - most, 0), 2 * day[1] - least), K)


class TestWhoCameOnAnotherDayOnly:
    """The week's visitors less those of a day are those who were not there on it."""

    @pytest.mark.parametrize(("more", "told"), [(K - 1, False), (K, True)])
    def test_it_is_a_crowd_on_each_day(self, tuesday, more, told):
        """Who was there on Tuesday only is a crowd; on Monday only it may not be."""
        night = tuesday(visitors(400, more))
        assert bool(rows_of(night)) is told

    def test_if_nobody_looked_few_would_be_known(self, tuesday, monkeypatch):
        monkeypatch.setattr(Came, "may_be_told", lambda *_: True)
        night = tuesday(visitors(400, 10))
        (row,) = rows_of(night)
        (least, most), (low, high) = between(row["visitors"]), between(tuesdays(night))
        assert tells_of_few((max(least - high, 0), most - low), K)


class TestWhatIsOutComesFirst:
    def test_a_day_that_was_withheld_is_not_counted(self, wednesday):
        """With Wednesday's 49 in it, the week would tell of them what the day did not."""
        night = wednesday(visitors(49, 1000))
        (row,) = rows_of(night)
        assert (row["days"], row["visitors"]) == (2, 400)

    def test_one_published_day_is_that_day(self, tuesday):
        assert rows_of(tuesday(visitors(49, 1000))) == []

    def test_who_objected_is_in_neither(self, tuesday):
        gone = visitors(100, 900, sharable=False)
        night = tuesday([*visitors(300, 100), *gone])
        (row,) = rows_of(night)
        assert row["visitors"] == 400

    def test_a_day_whose_events_were_replaced_is_not_counted(self, wednesday):
        night = wednesday(visitors(300, 200))
        put_events(night, visitors(500, 200))
        with pytest.raises(UsageError, match=str(night.day)):
            counted(night, accept_incomplete=False)
        edition = counted(night)
        assert night.day in edition.missing
        (row,) = rows_of(night)
        assert row["visitors"] == 400

    def test_nor_is_one_whose_people_are_others_though_as_many_lines_were_read(self, wednesday):
        night = wednesday(visitors(300, 200))
        put_events(night, [*visitors(250, 200), *visitors(50, 200, path="/books/two")])
        put_linkage(night, {hit["visitor"] for hit in visitors(300, 200)})
        assert night.day in counted(night).missing

    def test_a_day_that_is_counted_is_not_superseded(self, two_days):
        counted(two_days)
        keep_replaced(two_days)
        put_events(two_days, visitors(400, 100))
        with pytest.raises(WallError, match="counts its visitors"):
            supersede(two_days)

    def test_it_is_made_once(self, two_days):
        counted(two_days)
        place = period_place(two_days.store, "week", MONDAY)
        before = place.read_bytes()
        a_day(two_days.config.base, WEEK[2], visitors(300, 200))
        assert not disclose_period(two_days, "week", TODAY).made
        assert place.read_bytes() == before

    def test_a_month_beside_a_week_would_tell_of_the_days_between(self, two_days):
        counted(two_days)
        with pytest.raises(UsageError, match="by week or by month, not both"):
            counted(two_days, "month")
