"""The edition of a week's visitors: when it is made, when not, who gets it."""

import shutil
from datetime import date

import pytest

from tests.attacks.weekly import (
    MONDAY,
    TODAY,
    WEEK,
    WEEKLY,
    counted,
    put_linkage,
    rows_of,
)
from tests.pipelines.a_store import ADS, a_night, a_policy, few_tables, visitors
from weir.pipelines import nightly as nightly_module
from weir.pipelines import period as period_module
from weir.pipelines.ledger import Ledger
from weir.pipelines.period import disclose_period
from weir.pipelines.periods import due, period_place
from weir.pipelines.reconcile import reconcile
from weir.pipelines.share import share
from weir.schemas.errors import KeyMissingError, UsageError, WallError
from weir.schemas.policy import Budget, Disclosure


@pytest.fixture(autouse=True, scope="module")
def _one_table():
    with few_tables("traffic"):
        yield


class TestDaysThatCannotBeCounted:
    """The edition of a period is frozen: what is wrong for a moment must not be in it for good."""

    def nothing(self, night, **settings):
        with pytest.raises(UsageError) as told:
            counted(night, **settings)
        assert not period_place(night.store, "week", MONDAY).exists()
        return str(told.value)

    @staticmethod
    def gone(night, day):
        """As if the events of a day had been swept."""
        for file in night.store.manifest("events", day).files:
            (night.store.root / file.path).unlink()

    def test_another_policy_freezes_no_empty_week(self, two_days):
        other = two_days.policy.model_copy(update={"version": "2"})
        night = a_night(two_days.config.base, day=two_days.day, policy=other)
        told = self.nothing(night)
        assert "2008-04-21: its edition was made under policy strict" in told
        assert "two days at least" in told

    def test_a_new_recipient_changes_no_day(self, two_days):
        policy = a_policy(ADS, WEEKLY)
        night = a_night(two_days.config.base, day=two_days.day, policy=policy)
        assert night.stamp != two_days.stamp
        assert [note.date for note in counted(night).days] == WEEK[:2]
        assert [row["visitors"] for row in rows_of(night)] == [400]

    def test_one_day_is_no_week(self, monday):
        assert "two days at least" in self.nothing(monday)

    def test_a_day_whose_events_are_gone_is_missing(self, wednesday):
        night = wednesday(visitors(300, 200))
        self.gone(night, WEEK[0])
        assert "2008-04-21: the events that its" in self.nothing(night, accept_incomplete=False)
        assert WEEK[0] in counted(night).missing
        assert [row["visitors"] for row in rows_of(night)] == [400]

    def test_nor_is_a_week_made_when_all_but_one_are(self, two_days):
        self.gone(two_days, WEEK[0])
        assert "are gone" in self.nothing(two_days)

    def test_events_that_were_changed_are_not_missing_but_refused(self, two_days):
        (file,) = two_days.store.manifest("events", WEEK[0]).files
        place = two_days.store.root / file.path
        place.write_bytes(place.read_bytes()[:-1] + b"x")
        with pytest.raises(WallError, match="not what was proved"):
            counted(two_days)

    def test_a_night_goes_on_and_says_so(self, two_days, monkeypatch):
        def refused(*_, **__):
            raise WallError("2008-04-21: not what was proved")

        monkeypatch.setattr(period_module, "disclose_period", refused)
        night = a_night(two_days.config.base, day=WEEK[6], policy=a_policy(WEEKLY))
        (note,) = nightly_module._disclose_period(night)
        assert note == "no visitors of the week: 2008-04-21: not what was proved"
        with pytest.raises(WallError):
            nightly_module.period_only(night, "week", True)

    def test_days_on_which_a_site_was_left_out_are_told(self, wednesday):
        night = wednesday(visitors(49, 1000))
        done = disclose_period(night, "week", TODAY, accept_incomplete=True)
        assert "www: without 2008-04-23, on which its visitors were left out" in done.notes
        assert "2008-04-24: not counted; no edition" in done.notes
        assert [(left.site, list(left.dates)) for left in done.edition.untold] == [
            ("www", [WEEK[2]])
        ]
        weekly = WEEKLY.model_copy(update={"sites": ("www",)})
        release = TestTheRelease.shared(night, weekly)
        (note,) = release.release.periods
        assert (note.missing, note.untold) == (done.edition.missing, done.edition.untold)
        readme, report = (
            (release.path / name).read_text("utf-8") for name in ("README.md", "report.html")
        )
        without = "week of 2008-04-21 is counted without"
        assert f"{without} 2008-04-24" in readme
        assert f"{without} 2008-04-23, on" in readme
        assert f"{without} 2008-04-23, on" in report
        assert f"{without} 2008-04-24" not in report, "it says so of all numbers already"

    def test_but_to_nobody_who_does_not_get_the_site(self, wednesday):
        night = wednesday(visitors(49, 1000))
        edition = disclose_period(night, "week", TODAY, accept_incomplete=True).edition
        assert edition.untold
        other = WEEKLY.model_copy(update={"sites": ("shop",)})
        with pytest.raises(UsageError, match="of traffic there is none"):
            TestTheRelease.shared(night, other)

    def test_weeks_here_and_months_there_are_warned_of(self, two_days):
        monthly = WEEKLY.model_copy(update={"name": "monthly", "grain": "month"})
        policy = a_policy(WEEKLY, monthly)
        sunday, saturday = (
            a_night(two_days.config.base, day=day, policy=policy) for day in (WEEK[6], WEEK[5])
        )
        (note,) = nightly_module._disclose_period(sunday)
        assert "nobody gets visitors of a period" in note
        assert nightly_module._disclose_period(saturday) == ()


class TestRefusals:
    def test_a_day_is_missing(self, two_days):
        with pytest.raises(UsageError, match=r"2008-04-23.*--accept-incomplete"):
            counted(two_days, accept_incomplete=False)
        assert not period_place(two_days.store, "week", MONDAY).exists()

    def test_nothing_is_there(self, two_days):
        for settings in ({"accept_incomplete": True}, {"accept_incomplete": False}):
            with pytest.raises(UsageError, match="no edition of 2008-04-28 to"):
                night = a_night(two_days.config.base, day=date(2008, 4, 29))
                disclose_period(night, "week", date(2008, 6, 1), **settings)

    def test_the_week_is_not_over(self, two_days):
        with pytest.raises(UsageError, match="when it is over"):
            disclose_period(two_days, "week", WEEK[3], accept_incomplete=True)

    def test_visitors_without_linkage_cannot_be_counted(self, two_days):
        put_linkage(two_days, set())
        with pytest.raises(KeyMissingError, match="linkage lacks"):
            counted(two_days)

    def test_noise_has_no_budget_for_it(self, two_days):
        rules = two_days.policy.disclosure | {"traffic": Disclosure(mode="dp")}
        policy = two_days.policy.model_copy(
            update={"disclosure": rules, "budget": Budget(epsilon=1, delta=1e-6)}
        )
        with pytest.raises(UsageError, match="mode dp"):
            counted(a_night(two_days.config.base, day=two_days.day, policy=policy))


@pytest.fixture(scope="module")
def made(week, tmp_path_factory):
    """With the edition of the week. Look, and share."""
    base = shutil.copytree(week.config.base, tmp_path_factory.mktemp("made") / "week")
    night = a_night(base, day=week.day)
    counted(night)
    return night


class TestTheRelease:
    @staticmethod
    def shared(made, who):
        return share(
            made.store, a_policy(who), made.stamp, made.keyring("signing"), who.name, WEEK,
            today=TODAY,
        )  # fmt: skip

    def test_who_gets_weeks_gets_it(self, made):
        got = self.shared(made, WEEKLY)
        assert (got.path / "period_visitors.csv").read_text("utf-8-sig").splitlines() == [
            '"site","date","by","days","visitors"',
            '"www",2008-04-21,"total",2,400',
        ]
        assert "Visitors of the period" in (got.path / "report.html").read_text("utf-8")
        (note,) = got.release.periods
        assert (note.grain, note.first, list(note.days)) == ("week", MONDAY, WEEK[:2])

    def test_who_gets_days_does_not(self, made):
        got = self.shared(made, ADS)
        assert not got.release.periods
        assert not (got.path / "period_visitors.csv").exists()

    def test_nor_who_gets_months_or_another_table(self, made):
        others = WEEKLY.model_copy(update={"tables": ("technology",)})
        with pytest.raises(UsageError, match="of technology there is none"):
            self.shared(made, others)


class TestTheRecord:
    def test_the_ledger_has_it(self, two_days):
        counted(two_days)
        (entry,) = Ledger(two_days.ledger_path).entries("period")
        assert entry.subject == "2008-04-21 week"
        assert reconcile(two_days.config).faults == ()

    def test_the_check_finds_another_one(self, two_days):
        counted(two_days)
        place = period_place(two_days.store, "week", MONDAY)
        place.write_bytes(place.read_bytes().replace(b"2008-04-22", b"2008-04-23"))
        assert [
            "not the one that was recorded" in fault for fault in reconcile(two_days.config).faults
        ] == [True]
        with pytest.raises(WallError, match="not as it was signed"):
            counted(two_days)


@pytest.mark.parametrize(
    ("grains", "day", "grain"),
    [
        (("week",), WEEK[6], "week"),
        (("week", "day"), WEEK[6], "week"),
        (("week",), WEEK[5], None),
        (("month",), date(2008, 4, 30), "month"),
        (("day",), WEEK[6], None),
        (("week", "month"), WEEK[6], None),
    ],
)
def test_a_night_makes_what_ends_with_it_and_somebody_gets(grains, day, grain):
    who = [WEEKLY.model_copy(update={"name": g, "grain": g}) for g in grains]
    assert due(a_policy(*who), day) == grain
