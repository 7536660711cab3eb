"""What a recipient may have: under the policy it agreed to, while it may, in its grain."""

import shutil
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest
import yaml
from a_store import ADS, DAY, a_hit, a_night, a_policy, few_tables, visitors
from pydantic import ValidationError

from weir.pipelines import share as share_module
from weir.pipelines.agreed import refuse_other_rules
from weir.pipelines.disclose import disclose
from weir.pipelines.granted import LoneDayError, lapsed, served
from weir.pipelines.night import Night
from weir.pipelines.rehearse import rehearse_all
from weir.pipelines.share import share
from weir.schemas.errors import UsageError
from weir.schemas.manifests import PolicyStamp
from weir.schemas.recipient import Recipient, period

MONDAY = date(2008, 4, 21)
WEEK = [MONDAY + timedelta(days=n) for n in range(7)]
TODAY = date(2008, 5, 1)
WEEKLY = ADS.model_copy(update={"grain": "week", "tables": ("technology", "traffic")})


@pytest.fixture(autouse=True, scope="module")
def _few_tables():
    with few_tables("traffic", "technology"):
        yield


@pytest.fixture(scope="module")
def a_week(tmp_path_factory):
    """Editions of Monday, Tuesday (other numbers, Opera missing) and Wednesday."""
    base = tmp_path_factory.mktemp("week")
    for day, firefox, opera in ((WEEK[0], 200, 90), (WEEK[1], 300, 0), (WEEK[2], 100, 70)):
        hits = [*visitors(firefox), *visitors(opera, 1000, browser="Opera")]
        disclose(a_night(base, hits, day=day))
    return base


def shared(base, who, days, policy="strict", today=TODAY):
    night = a_night(base, policy=a_policy(who, name=policy))
    keyring = night.keyring("signing")
    return share(
        night.store, night.policy, night.stamp, keyring, who.name, days, today=today
    )  # fmt: skip


def rows_of(made, table, **where):
    rows = pq.read_table(made.path / f"{table}.parquet").to_pylist()
    return [r for r in rows if all(r[k] == v for k, v in where.items())]


def test_a_week_is_the_sum_of_its_published_days(a_week):
    daily = shared(a_week, ADS, WEEK)
    weekly = shared(a_week, WEEKLY, WEEK)
    for browser in ("Firefox", "Opera"):
        where = {"by": "browser", "browser": browser}
        days = rows_of(daily, "technology", **where)
        (week,) = rows_of(weekly, "technology", **where)
        assert week["date"] == MONDAY
        assert week["days"] == len(days) == {"Firefox": 3, "Opera": 2}[browser]
        assert week["pageviews"] == sum(day["pageviews"] for day in days) > 0


def test_what_does_not_add_up_over_days_is_in_no_sum(a_week):
    (total,) = rows_of(shared(a_week, WEEKLY, WEEK), "traffic")
    assert "visitors" not in total and "users" not in total
    assert total["visits"] == 760


def test_a_number_withheld_on_a_day_makes_its_sum_null(tmp_path):
    for number, day in enumerate(WEEK[:2]):
        hits = visitors(100)
        few = 0 if number else 3  # so few that what they asked for is withheld
        disclose(a_night(tmp_path, [*hits, *(a_hit(n, action="download") for n in range(few))],
                         day=day))  # fmt: skip
    daily, weekly = shared(tmp_path, ADS, WEEK), shared(tmp_path, WEEKLY, WEEK)
    (week,) = rows_of(weekly, "traffic")
    withheld = {
        name
        for row in rows_of(daily, "traffic")
        for name, value in row.items()
        if name in week and value is None
    }
    assert withheld, "or there is nothing to see"
    assert all(week[name] is None for name in withheld)
    assert week["hits"] == sum(row["hits"] for row in rows_of(daily, "traffic"))
    for name in ("README.md", "report.html"):
        told = [(one.path / name).read_text("utf-8") for one in (daily, weekly)]
        assert ["on one of them at least" in text for text in told] == [False, True]


def test_the_days_that_a_week_lacks_are_listed(a_week):
    assert shared(a_week, WEEKLY, WEEK).release.missing_dates == tuple(WEEK[3:])


def test_a_recipient_of_weeks_gets_no_part_of_one(a_week):
    with pytest.raises(UsageError, match="--from 2008-04-21 --to 2008-04-27"):
        shared(a_week, WEEKLY, WEEK[:2])


@pytest.mark.parametrize("today", [WEEK[3], WEEK[6]])
def test_nor_one_that_is_not_over(a_week, today):
    with pytest.raises(UsageError, match="ends on 2008-04-27; share it when"):
        shared(a_week, WEEKLY, WEEK, today=today)


def test_nor_one_of_which_a_single_day_was_published(tmp_path):
    policy = a_policy(WEEKLY, ADS.model_copy(update={"name": "daily", "tables": ("traffic",)}))
    night = a_night(tmp_path, visitors(200), day=WEEK[6], policy=policy)
    disclose(night)
    with pytest.raises(UsageError, match="one day alone has an edition"):
        shared(tmp_path, WEEKLY, WEEK)
    assert not (night.store.root / "shared" / WEEKLY.name).exists()


def test_nor_a_week_again_that_has_a_day_more(a_week, tmp_path):
    """One sum less the other is that day."""
    store = tmp_path / "again"
    shutil.copytree(a_week, store)
    first = shared(store, WEEKLY, WEEK).release.release
    assert shared(store, WEEKLY, WEEK).release.release == first
    disclose(a_night(store, visitors(300), day=WEEK[3]))
    with pytest.raises(UsageError, match=f"in {first}; of 4 it would tell"):
        shared(store, WEEKLY, WEEK)
    assert shared(store, ADS.model_copy(update={"name": "daily"}), WEEK).release.release != first


def test_a_night_passes_a_lone_day_over_says_so_and_serves_the_others(tmp_path, monkeypatch):
    daily = ADS.model_copy(update={"name": "daily", "tables": ("traffic",)})
    nothing = ADS.model_copy(update={"name": "nothing", "tables": ("calls",)})
    night = a_night(tmp_path, visitors(200), day=WEEK[6], policy=a_policy(WEEKLY, nothing, daily))
    disclose(night)
    monkeypatch.setattr(share_module.Night, "open", lambda *_: night)
    shared = share_module.share_all(night.config, WEEK[6:], None)
    (made,) = shared.places
    assert "/daily/" in made
    lone, none = shared.passed
    assert WEEKLY.name in lone and lone.endswith("passed over")
    assert none.startswith("recipients.nothing: of calls there is none in the edition of")
    planned, passed = rehearse_all(night.config, WEEK[6:], None)
    assert ([str(one.path) for one in planned], passed) == ([made], shared.passed)
    with pytest.raises(LoneDayError):
        share_module.share_all(night.config, WEEK, WEEKLY.name)


def test_a_night_serves_weeks_and_months_when_they_are_over():
    monthly = ADS.model_copy(update={"name": "monthly", "grain": "month"})
    policy = a_policy(WEEKLY.model_copy(update={"name": "weekly"}), monthly, ADS)
    assert served(policy, [WEEK[1]], TODAY) == {"acme-ads": [WEEK[1]]}
    assert served(policy, [WEEK[6]], TODAY) == {"acme-ads": [WEEK[6]], "weekly": WEEK}
    april = served(policy, [date(2008, 4, 30)], TODAY)["monthly"]
    assert (april[0], april[-1], len(april)) == (date(2008, 4, 1), date(2008, 4, 30), 30)


@pytest.mark.parametrize(
    ("day", "grain", "first", "last"),
    [
        (DAY, "day", DAY, DAY),
        (date(2008, 12, 31), "week", date(2008, 12, 29), date(2009, 1, 4)),
        (date(2008, 2, 10), "month", date(2008, 2, 1), date(2008, 2, 29)),
    ],
)
def test_periods_are_those_of_the_calendar(day, grain, first, last):
    assert period(day, grain) == (first, last)


def test_dates_under_a_policy_that_a_recipient_did_not_agree_to_are_refused(a_week):
    with pytest.raises(UsageError, match=r"agreed to atg-2008 2008\.1, but 2008-04-21"):
        shared(a_week, ADS, WEEK[:1], policy="atg-2008")
    both = ADS.model_copy(update={"agreed": ("atg-2008 2008.1", "strict 1")})
    assert shared(a_week, both, WEEK[:1], policy="atg-2008").made
    older = ADS.model_copy(update={"agreed": ("strict 0",)})
    with pytest.raises(UsageError, match="agreed to strict 0"):
        shared(a_week, older, WEEK[:1])


def looser(policy):
    """The same version, and its rule for a table is not what it was."""
    rule = policy.rule("traffic").model_copy(update={"k": 5})
    return policy.model_copy(update={"disclosure": {**policy.disclosure, "traffic": rule}})


def share_under(base, policy, days):
    night = a_night(base, policy=policy)
    keyring = night.keyring("signing")
    return share(night.store, policy, night.stamp, keyring, "acme-ads", days, today=TODAY)


def test_a_version_whose_rules_changed_is_not_the_one_that_was_agreed_to(tmp_path):
    strict = a_policy()
    disclose(a_night(tmp_path, visitors(100), day=WEEK[0]))
    loosened = looser(strict)
    disclose(a_night(tmp_path, visitors(100), day=WEEK[1], policy=loosened))
    for policy, days in ((loosened, WEEK[:1]), (strict, WEEK[:2]), (loosened, WEEK[:2])):
        with pytest.raises(UsageError, match=r"strict 1: its rules are not .* raise the version"):
            share_under(tmp_path, policy, days)
    assert share_under(tmp_path, strict, WEEK[:1]).made
    assert share_under(tmp_path, loosened, WEEK[1:2]).made


def test_recipients_come_and_go_without_a_new_version(a_week):
    other = ADS.model_copy(update={"name": "another", "tables": ("traffic",)})
    stamps = [a_night(a_week, policy=a_policy(*who)).stamp for who in ((ADS,), (ADS, other))]
    assert stamps[0].rules == stamps[1].rules and stamps[0] != stamps[1]
    night = a_night(a_week, policy=a_policy(ADS, other), day=WEEK[0])
    assert len(disclose(night).notes) == 1  # that it was made before, and of no other policy
    assert share_under(a_week, night.policy, WEEK[:2])


def test_stamps_of_before_say_no_rules_and_stay_readable():
    old = PolicyStamp(name="strict", version="1", sha256="ab")
    new = PolicyStamp(name="strict", version="1", sha256="ab", rules="cd")
    assert old.model_dump() == {"name": "strict", "version": "1", "sha256": "ab"}
    assert (old, hash(old)) == (new, hash(new))
    refuse_other_rules(new, [old])
    with pytest.raises(UsageError, match="raise the version"):
        refuse_other_rules(old, [new, new.model_copy(update={"rules": "ef"})])


def test_no_night_opens_under_a_version_that_the_ledger_knows_with_other_rules(tmp_path):
    disclose(a_night(tmp_path, visitors(100)))
    for policy in (a_policy(), looser(a_policy())):
        text = policy.model_dump(mode="json", exclude_defaults=True)
        (tmp_path / f"k{policy.rule('traffic').k}.yaml").write_text(yaml.safe_dump(text))
    config = a_night(tmp_path).config
    assert Night.open(config.model_copy(update={"policy": "k50.yaml"}), DAY)
    with pytest.raises(UsageError, match="raise the version"):
        Night.open(config.model_copy(update={"policy": "k5.yaml"}), DAY)


@pytest.mark.parametrize("kind", ["researcher", "contractor", "legal_process"])
def test_what_is_given_for_a_purpose_ends(kind):
    with pytest.raises(ValidationError, match="needs `expires`"):
        Recipient(name="somebody", kind=kind, tables=("traffic",), reference="file 7")


def test_legal_process_has_a_reference():
    with pytest.raises(ValidationError, match="needs `reference`"):
        Recipient(name="court", kind="legal_process", tables=("traffic",), expires=DAY)


def test_whoever_is_served_by_name_is_in_no_night():
    court = Recipient(
        name="court", kind="legal_process", tables=("traffic",), expires=TODAY, reference="file 7"
    )
    assert list(served(a_policy(court, ADS), [DAY], DAY)) == ["acme-ads"]


def test_who_expired_is_told_when_it_would_have_been_served():
    ended = {"expires": WEEK[0]}
    daily = ADS.model_copy(update=ended | {"name": "daily"})
    weekly = WEEKLY.model_copy(update=ended | {"name": "weekly"})
    asked = Recipient(name="asked", kind="contractor", tables=("traffic",), expires=WEEK[0])
    policy = a_policy(daily, weekly, asked, ADS)
    told = "daily: expired on 2008-04-21; nothing was shared"
    assert list(lapsed(policy, [WEEK[1]], None, WEEK[1])) == [told]
    assert list(lapsed(policy, [WEEK[6]], None, WEEK[6])) == [told, told.replace("dai", "week")]
    assert list(lapsed(policy, [WEEK[0]], None, WEEK[0])) == []
    assert list(lapsed(policy, [WEEK[1]], "acme-ads", WEEK[1])) == []
