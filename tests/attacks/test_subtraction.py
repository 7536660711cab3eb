"""Taking published numbers from each other: totals, `(other)`, recipients, days, editions."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.attacks.subtracting import between, left_over, of, remainder, tells_of_few
from tests.pipelines.a_store import (
    ADS,
    DAY,
    a_night,
    a_policy,
    few_tables,
    put_events,
    the_edition,
    visitors,
)
from weir.pipelines import disclose as disclose_module
from weir.pipelines import drafts as drafts_module
from weir.pipelines import share as share_module
from weir.pipelines.disclose import disclose
from weir.pipelines.share import share
from weir.schemas.errors import UsageError
from weir.schemas.tables import read_tables
from weir.transforms.disclose import edition as edition_module
from weir.transforms.disclose import together as together_module
from weir.transforms.disclose.project import projected

K = 50
LYNX = [*visitors(300), *visitors(90, 300, browser="Opera"), *visitors(7, 400, browser="Lynx")]
RARE = [
    *visitors(300, campaign="spring"),
    *visitors(90, 300, campaign="summer"),
    *visitors(4, 400, campaign="jane"),
    *visitors(3, 500, campaign="joe"),
]


@pytest.fixture
def no_complement(monkeypatch):
    """A build that leaves out small cells only, and never looks at what that says of them."""
    monkeypatch.setattr(edition_module, "protected", lambda lattice, size, hidden, *_: hidden)
    monkeypatch.setattr(edition_module, "hide_beside", lambda *_: False)
    for audit, name in ((edition_module, "pinned"), (together_module, "opened")):
        monkeypatch.setattr(audit, name, lambda *_: np.array([], int))


def edition_of(place, hits, table, day=DAY):
    night = a_night(place, hits, day=day)
    disclose(night)
    return the_edition(night, table)


@pytest.mark.parametrize(
    ("hits", "table", "by"), [(LYNX, "technology", "browser"), (RARE, "campaigns", "campaign")]
)
class TestComplementOfTotals:
    """Seven visitors are what is left of the total, by name or folded into `(other)`."""

    def test_the_rest_is_no_small_group(self, tmp_path, hits, table, by):
        rows = edition_of(tmp_path, hits, table)
        assert not tells_of_few(remainder(rows, by, "visitors"), K)

    def test_without_complementary_suppression_it_is(
        self, tmp_path, hits, table, by, no_complement
    ):
        rows = edition_of(tmp_path, hits, table)
        assert tells_of_few(remainder(rows, by, "visitors"), K)


def shared(base, who, days=(DAY,)):
    night = a_night(base, policy=a_policy(who))
    made = share(
        night.store, night.policy, night.stamp, night.keyring("signing"), who.name, days,
        today=DAY + timedelta(weeks=1),
    )  # fmt: skip
    return {t.table: pq.read_table(made.path / t.file).to_pylist() for t in made.release.tables}


class TestTwoRecipients:
    """One gets totals, another one browsers: seven visitors are what the totals have more."""

    HITS = (*LYNX, *visitors(70, 600, browser="Camino", os="Mac OS X"))

    @staticmethod
    def together(base, *views):
        """Rows of the releases of recipients who get these dimensions."""
        disclose(a_night(base, [*TestTwoRecipients.HITS]))
        found = []
        for number, dimensions in enumerate(views):
            who = ADS.model_copy(update={"name": f"ads-{number}", "dimensions": dimensions})
            found += shared(base, who)["technology"]
        return found

    def test_together_they_know_no_more_than_the_edition(self, tmp_path):
        rows = self.together(tmp_path, ("os",), ("browser",), ("browser", "os"))
        whole = the_edition(a_night(tmp_path), "technology")
        assert all(any(row.items() <= known.items() for known in whole) for row in rows)
        rows = [row for row in rows if row["by"] in ("total", "browser")]
        assert not tells_of_few(remainder(rows, "browser", "visitors"), K)

    @staticmethod
    def of_its_own(base, monkeypatch, *dimensions):
        """The edition of a table that has no more dimensions than its one recipient gets."""
        spec = read_tables()["technology"]
        fewer = {name: spec.dimensions[name] for name in dimensions}
        own = {"technology": spec.model_copy(update={"dimensions": fewer})}
        monkeypatch.setattr(drafts_module, "read_tables", lambda: own)
        return edition_of(base / "-".join(dimensions), TestTwoRecipients.HITS, "technology")

    def test_if_each_got_an_edition_of_its_own_they_would(self, tmp_path, monkeypatch):
        """Each is safe by itself, and leaves out another browser beside Lynx."""
        one = self.of_its_own(tmp_path, monkeypatch, "browser")
        other = self.of_its_own(tmp_path, monkeypatch, "browser", "os")
        for rows in (one, other):
            assert not tells_of_few(remainder(rows, "browser", "visitors"), K)
        assert tells_of_few(remainder([*one, *other], "browser", "visitors"), K)


CUSTOMERS = [
    *visitors(200, campaign="spring", customer="bookshop"),
    *visitors(90, 300, campaign="summer", customer="airline"),
    *visitors(80, 500, campaign="autumn", customer="hotel"),
]
BOOKSHOP = ADS.model_copy(update={"customers": ("bookshop",), "tables": ("campaigns",)})


class TestOthersNumbers:
    """One customer's advertiser takes its own number from a total over all customers."""

    @staticmethod
    def others(base):
        disclose(a_night(base, CUSTOMERS))
        rows = shared(base, BOOKSHOP)["campaigns"]
        totals, own = (of(rows, by, "visitors") for by in ("total", "customer"))
        return left_over(totals[""], [own["bookshop"]]) if totals else None

    def test_there_is_no_total_to_take_it_from(self, tmp_path):
        assert self.others(tmp_path) is None

    def test_if_totals_were_left_in_the_others_would_be_known(self, tmp_path, monkeypatch):
        def of_all(rows, dimensions, recipient):
            return projected(rows, dimensions, recipient.model_copy(update={"customers": ()}))

        monkeypatch.setattr(share_module, "projected", of_all)
        low, high = self.others(tmp_path)
        assert low <= 170 <= high and high - low < 20

    @staticmethod
    def of_all(base):
        """What a bookshop gets of a table that counts campaigns and names no customer."""
        seen = [{**hit, "action": "impression", "pageview": False} for hit in CUSTOMERS]
        with few_tables("reach_frequency"):
            disclose(a_night(base, seen))
        own = BOOKSHOP.model_copy(update={"tables": ("reach_frequency",)})
        return {row["campaign"] for row in shared(base, own)["reach_frequency"]}

    def test_a_table_that_does_not_say_whose_its_rows_are_does_not_go(self, tmp_path):
        with pytest.raises(UsageError, match="'reach_frequency' has rows of all customers"):
            self.of_all(tmp_path)

    def test_if_it_went_the_others_campaigns_would_be_in_it(self, tmp_path, monkeypatch):
        monkeypatch.setattr(share_module, "refuse_mixed", lambda *_: None)
        assert {"summer", "autumn"} <= self.of_all(tmp_path)


WEEK = [DAY - timedelta(days=1) + timedelta(days=n) for n in range(7)]
WEEKLY = ADS.model_copy(update={"name": "weekly", "grain": "week", "tables": ("technology",)})


MONDAY, TUESDAY = ([*visitors(300), *visitors(opera, 300, browser="Opera")] for opera in (90, 40))


@pytest.fixture(scope="module")
def both_days(tmp_path_factory):
    """Opera is published on the first day and left out, with 40 visitors, on the second."""
    base = tmp_path_factory.mktemp("days")
    for day, hits in zip(WEEK, (MONDAY, TUESDAY), strict=False):
        disclose(a_night(base, hits, day=day))
    return base


OPERA = ("browser", "Opera")


def opera(base, who):
    rows = shared(base, who, WEEK)["technology"]
    return sum(row["pageviews"] for row in rows if (row["by"], row["browser"]) == OPERA)


DAILY = ADS.model_copy(update={"name": "daily", "tables": ("technology",)})


class TestDaysAndPeriods:
    """The week less its published days is the day that was left out."""

    def test_a_week_less_its_days_is_nothing(self, both_days):
        assert opera(both_days, WEEKLY) == opera(both_days, DAILY) > 0

    def test_if_weeks_were_counted_anew_it_would_be_that_day(
        self, both_days, tmp_path, monkeypatch
    ):
        """An edition of the events of both days together, in place of the sums."""
        together = edition_of(tmp_path, [*MONDAY, *TUESDAY], "technology", day=WEEK[0])

        def counted_anew(_table, rows, grain):
            return rows if grain == "day" else pa.Table.from_pylist(together, rows.schema)

        monkeypatch.setattr(share_module, "over_periods", counted_anew)
        found = left_over(opera(both_days, WEEKLY), [opera(both_days, DAILY)])
        assert tells_of_few(found, K)


JANE = visitors(1, 5000)
WITHOUT = visitors(104)


@pytest.mark.parametrize("later", ["she opts out", "her hits come late"])
class TestBeforeAndAfter:
    """105 visitors are told as 110, 104 as 100: an edition made again tells that Jane was there."""

    @staticmethod
    def both(base, later):
        before, after = [*WITHOUT, *JANE], [*WITHOUT, *visitors(1, 5000, sharable=False)]
        if later == "her hits come late":
            before, after = WITHOUT, before
        first = edition_of(base, before, "traffic")
        put_events(a_night(base), after)
        disclose(a_night(base))
        return first[0]["visitors"], the_edition(a_night(base), "traffic")[0]["visitors"]

    def test_an_edition_does_not_follow(self, tmp_path, later):
        first, second = self.both(tmp_path, later)
        assert first == second

    def test_if_it_were_made_anew_the_difference_would_be_her(self, tmp_path, later, monkeypatch):
        monkeypatch.setattr(disclose_module, "read_edition", lambda *_: None)
        first, second = self.both(tmp_path, later)
        assert {first, second} == {100, 110}


def test_a_range_holds_every_number_that_is_rounded_to_it():
    assert [between(n) for n in (0, 10, 110)] == [(0, 4), (5, 14), (105, 114)]
