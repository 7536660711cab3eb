"""An edition says what crowds did, once and for good."""

import pickle
from datetime import UTC, datetime

import numpy as np
import pytest
from a_store import (
    DAY,
    a_config,
    a_hit,
    a_night,
    a_policy,
    an_id,
    few_tables,
    put_events,
    the_edition,
    visitors,
)

from weir.pipelines.disclose import disclose
from weir.pipelines.drafts import parts_of
from weir.pipelines.editions import edition_place
from weir.pipelines.ledger import Ledger
from weir.schemas.errors import UsageError, WallError
from weir.schemas.tables import read_tables
from weir.transforms.disclose import edition as edition_module


@pytest.fixture(autouse=True, scope="module")
def _few_tables():
    with few_tables("traffic", "hours", "technology", "campaigns", "pages", "referrers", "email"):
        yield


def rows_of(base, hits, table, policy=None, **where):
    night = a_night(base, hits, policy=policy or a_policy())
    disclose(night)
    return the_edition(night, table, **where)


def test_a_cell_of_49_visitors_is_not_there_and_one_of_50_is(tmp_path):
    hits = [
        *visitors(200, browser="Firefox"),
        *visitors(50, 200, browser="Opera"),
        *visitors(49, 300, browser="Safari"),
        *visitors(60, 400, browser="Chrome"),
    ]
    names = {row["browser"] for row in rows_of(tmp_path, hits, "technology", by="browser")}
    assert "Safari" not in names
    assert "Firefox" in names


def test_a_row_of_calls_is_there_with_10_callers_and_not_with_9(tmp_path):
    for callers in (9, 10):
        called = visitors(callers, action="call", pageview=False, campaign="spring")
        with few_tables("calls", "traffic"):
            rows = rows_of(tmp_path / str(callers), [*visitors(300), *called], "calls")
        told = [row["calls"] for row in rows if row["campaign"] == "spring"]
        assert set(told) == ({10} if callers == 10 else set())


def conversions(base, converted):
    """Rows of a campaign of 200 visitors, so many of whom converted."""
    came = visitors(200, campaign="spring", medium="banner")
    responded = visitors(
        converted, channel="tag", action="conversion", pageview=False, campaign="spring"
    )
    with few_tables("campaigns", "traffic"):
        return rows_of(base / str(converted), [*came, *responded], "campaigns", by="campaign")


def test_a_number_of_conversions_is_there_with_10_behind_it_and_not_with_9(tmp_path):
    told = [row["conversions"] for n in (9, 10) for row in conversions(tmp_path, n)]
    assert told == [None, 10]


def test_zero_absent_and_suppressed_look_alike(tmp_path):
    assert conversions(tmp_path, 0) == conversions(tmp_path, 9) != []


def test_published_numbers_are_rounded_to_tens(tmp_path):
    (total,) = rows_of(tmp_path, visitors(333), "traffic")
    assert total["visitors"] == 330
    assert total["users"] is None, "nobody is as good as few"


def test_a_small_cell_cannot_be_had_by_subtraction(tmp_path):
    hits = [*visitors(300), *visitors(90, 300, browser="Opera"), *visitors(7, 400, browser="Lynx")]
    shown = {row["browser"] for row in rows_of(tmp_path, hits, "technology", by="browser")}
    assert shown == {"Firefox"}, "Opera protects Lynx: what is left of the total is 97"


def test_without_complementary_suppression_it_could_and_the_auditor_holds_the_table_back(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(edition_module, "protected", lambda lattice, size, hidden, *_: hidden)
    monkeypatch.setattr(edition_module, "hide_beside", lambda *_: False)
    hits = [*visitors(300), *visitors(90, 300, browser="Opera"), *visitors(7, 400, browser="Lynx")]
    night = a_night(tmp_path, hits)
    made = disclose(night)
    assert [note for note in made.notes if "technology (www): withheld whole" in note]
    assert the_edition(night, "technology") == []
    assert the_edition(night, "traffic")[0]["visitors"] == 400


def test_when_every_table_would_be_held_back_there_is_no_edition(tmp_path, monkeypatch):
    monkeypatch.setattr(edition_module, "pinned", lambda lines, *_: np.arange(1))
    monkeypatch.setattr(edition_module, "hide_beside", lambda *_: False)
    night = a_night(tmp_path, visitors(300))
    with pytest.raises(WallError, match="in no table") as stopped:
        disclose(night)
    assert stopped.value.exit_code == 3
    assert not edition_place(night.store, DAY).exists()


def test_a_number_of_a_crowd_is_not_withheld_for_rows_that_have_none_of_it(tmp_path):
    """Rows of two small customers take the large one with them; its impressions are the sum's."""
    shown = visitors(300, channel="tag", action="impression", pageview=False, campaign="spring")
    few = [
        hit
        for name, start in (("one", 400), ("two", 500))
        for hit in visitors(20, start, campaign="spring", customer=name)
    ]
    (row,) = rows_of(tmp_path, [*shown, *few], "campaigns", by="campaign")
    assert row["impressions"] == 300


def test_a_page_needs_a_crowd_of_networks_not_only_of_cookies(tmp_path):
    hits = [
        *visitors(200, path="/books/one"),
        *[a_hit(1000 + i, path="/books/forged", net=i % 9) for i in range(80)],
        *visitors(60, 2000, path="/books/two"),
    ]
    paths = {row["path"]: row["visitors"] for row in rows_of(tmp_path, hits, "pages", by="path")}
    assert paths == {"/books/one": 200, "/books/two": 60, "(other)": 80}


def test_what_means_nothing_over_all_pages_is_told_by_page_only(tmp_path):
    """A visit that saw two pages is no two visits; `traffic` has their number."""
    hits = [*visitors(200, path="/books/one"), *visitors(200, path="/books/two")]
    rows = rows_of(tmp_path, hits, "pages")
    told = {row["by"]: (row["visits"], row["pageviews"]) for row in rows}
    assert told == {"total": (None, 400), "path": (200, 200)}


def test_under_strict_a_page_is_named_only_on_a_public_route(tmp_path):
    hits = [*visitors(200, path="/books/one"), *visitors(100, 300, path="/obituary/jane-doe")]
    paths = {row["path"]: row["visitors"] for row in rows_of(tmp_path, hits, "pages", by="path")}
    assert paths == {"/books/one": 200, "(other)": 100}


def test_placeholders_lose_their_kind_outside(tmp_path):
    hits = [*visitors(200, path="/books/one"), *visitors(100, 300, path="/books/{email}")]
    paths = {row["path"] for row in rows_of(tmp_path, hits, "pages", by="path")}
    assert paths == {"/books/one", "/books/{…}"}


def test_a_referrer_is_told_as_its_registrable_domain(tmp_path):
    hits = [
        *visitors(100, referrer_kind="other", referrer_domain="jane.blog.example.co.uk"),
        *visitors(100, 300, referrer_kind="other", referrer_domain="news.example.co.uk"),
    ]
    domains = {
        row["domain"]: row["visitors"] for row in rows_of(tmp_path, hits, "referrers", by="domain")
    }
    assert domains == {"example.co.uk": 200}


def test_who_opted_out_of_sharing_is_in_no_edition(tmp_path):
    hits = [*visitors(100), *visitors(400, 200, sharable=False)]
    (total,) = rows_of(tmp_path, hits, "traffic")
    assert total["visitors"] == 100


def test_who_opted_out_once_is_out_with_all_hits(tmp_path):
    """A signal on one request of a visit is meant for the visitor."""
    refusing = [
        hit for n in range(200, 600) for hit in (a_hit(n), a_hit(n, sharable=False), a_hit(n))
    ]
    (total,) = rows_of(tmp_path, [*visitors(100), *refusing], "traffic")
    assert (total["visitors"], total["hits"]) == (100, 100)


@pytest.mark.usefixtures("many_groups")
def test_a_user_who_opted_out_is_out_in_every_browser(tmp_path):
    """By a signal in one browser, or by the profile; the other browser may be in any bucket."""
    users = range(1000, 1300)
    there = [a_hit(n, user=n) for n in users]
    elsewhere = [a_hit(5000 + n, user=n, sharable=n >= 1100) for n in users]
    people = [
        {
            "site": "www", "key": an_id("user", n), "origin": "profile", "age_band": "unknown",
            "gender": "unknown", "profession": "unknown", "country": "unknown",
            "language": "unknown", "sharable": n < 1200,
        }
        for n in users
    ]  # fmt: skip
    night = a_night(tmp_path, [*visitors(100), *there, *elsewhere], people=people)
    disclose(night)
    (total,) = the_edition(night, "traffic")
    assert (total["users"], total["visitors"]) == (100, 300)


@pytest.mark.usefixtures("many_groups")
def test_who_opted_out_in_a_beacon_is_out_in_the_log_of_the_same_browser(tmp_path):
    """The beacon has an id of its own; the log knows address and user agent alone."""
    beacons = [a_hit(5000 + n, network=an_id("net", n), sharable=False) for n in range(300)]
    pages = [a_hit(n, basis="network", network=an_id("net", n)) for n in range(400)]
    (total,) = rows_of(tmp_path, [*beacons, *pages], "traffic")
    assert total["visitors"] == 100


def test_robots_are_in_no_edition(tmp_path):
    hits = [*visitors(100), *visitors(400, 200, bot="crawler")]
    (total,) = rows_of(tmp_path, hits, "traffic")
    assert total["visitors"] == 100


def test_who_behaves_like_a_robot_is_in_no_edition(tmp_path):
    robots = [a_hit(number, path="/robots.txt", action="asset") for number in range(200, 600)]
    hits = [*visitors(100), *visitors(400, 200), *robots]
    (total,) = rows_of(tmp_path, hits, "traffic")
    assert total["visitors"] == 100


@pytest.fixture
def many_groups(monkeypatch):
    """Buckets are counted a few at a time, so units in several buckets must be exchanged."""
    monkeypatch.setattr("weir.pipelines.drafts.ROWS_TOGETHER", 150)


@pytest.mark.usefixtures("many_groups")
def test_one_user_in_two_browsers_is_one_user(tmp_path):
    hits = [
        hit
        for user in range(100)
        for hit in (a_hit(user, user=user), a_hit(1000 + user, user=user, browser="Opera"))
    ]
    (total,) = rows_of(tmp_path, hits, "traffic")
    assert (total["visitors"], total["users"]) == (200, 100)


@pytest.mark.usefixtures("many_groups")
def test_one_recipient_who_opens_a_mailing_in_two_browsers_opened_it_once(tmp_path):
    hits = [
        a_hit(
            1000 * browser + person, channel="tag", action="email_open", pageview=False,
            message="spring", recipient=an_id("recipient", person),
        )
        for person in range(100)
        for browser in range(2)
    ]  # fmt: skip
    (row,) = rows_of(tmp_path, hits, "email", by="message")
    assert (row["opens"], row["unique_opens"]) == (200, 100)


@pytest.mark.parametrize("rows", [150, 40])  # some buckets together; each in two parts
def test_how_visitors_are_grouped_changes_nothing(tmp_path, monkeypatch, rows):
    hits = [
        a_hit(v, user=v % 90, browser=("Firefox", "Opera", "Safari")[v % 3], path=f"/books/{v % 4}")
        for v in range(400)
    ]
    one = a_night(tmp_path / "a", hits)
    first = disclose(one)
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "keys").rename(tmp_path / "b" / "keys")
    monkeypatch.setattr("weir.pipelines.drafts.ROWS_TOGETHER", rows)
    second = disclose(a_night(tmp_path / "b", hits))
    assert [t.sha256 for t in first.edition.tables] == [t.sha256 for t in second.edition.tables]
    assert first.edition.text() == second.edition.text()


def test_one_visitor_moves_a_table_by_at_most_its_bounds(tmp_path):
    usual = visitors(200)
    greedy = [
        a_hit(1, path="/books/one", seen_at=datetime(2008, 4, 22, 12, 0, s % 60, s, tzinfo=UTC))
        for s in range(5000)
    ]
    policy = a_policy()
    (row,) = rows_of(tmp_path, [*usual, *greedy], "pages", policy, by="path")
    assert row["pageviews"] <= 200 + policy.rule("pages").per_cell


def test_an_edition_stays_as_it_is_when_an_event_is_gone(tmp_path):
    night = a_night(tmp_path, visitors(100))
    made = disclose(night)
    before = edition_place(night.store, DAY).read_bytes()
    put_events(night, visitors(60))
    again = disclose(night)
    assert not again.made
    assert again.edition == made.edition
    assert edition_place(night.store, DAY).read_bytes() == before
    assert any("events changed" in note for note in again.notes)


def test_another_policy_does_not_replace_an_edition(tmp_path):
    disclose(a_night(tmp_path, visitors(100)))
    later = a_night(tmp_path, policy=a_policy(name="atg-2008"))
    again = disclose(later)
    assert not again.made
    assert any("policy strict" in note for note in again.notes)


def test_an_incomplete_date_gets_an_edition_only_when_that_is_accepted(tmp_path):
    night = a_night(tmp_path, visitors(100), incomplete=("in/a: truncated",))
    with pytest.raises(UsageError, match="--accept-incomplete"):
        disclose(night)
    assert not edition_place(night.store, DAY).exists()
    assert disclose(night, accept_incomplete=True).edition.incomplete == ("in/a: truncated",)


def test_events_that_were_not_attested_make_no_edition(tmp_path):
    night = a_night(tmp_path, visitors(100))
    night.store.manifest_path("events", DAY).with_suffix(".attest.sig").unlink()
    with pytest.raises(WallError):
        disclose(night)
    assert not (night.store.root / "editions").exists()


def test_events_other_than_those_attested_make_no_edition(tmp_path):
    night = a_night(tmp_path, visitors(100))
    place = night.store.manifest_path("events", DAY)
    place.write_text(place.read_text().replace('"buckets": 8', '"buckets": 4'))
    with pytest.raises(WallError):
        disclose(night)


def test_a_date_without_events_is_told_so(tmp_path):
    with pytest.raises(UsageError, match="weir ingest"):
        disclose(a_night(tmp_path))


def test_an_edition_whose_file_was_changed_is_not_used(tmp_path):
    night = a_night(tmp_path, visitors(100))
    entry = disclose(night).edition.tables[0]
    place = night.store.root / entry.path
    place.write_bytes(place.read_bytes() + b"x")
    with pytest.raises(WallError, match="gone or changed"):
        disclose(night)


def test_an_edition_is_in_the_ledger_once(tmp_path):
    night = a_night(tmp_path, visitors(100))
    disclose(night)
    disclose(night)
    ledger = Ledger(night.ledger_path)
    assert [entry.subject for entry in ledger.entries("edition")] == [DAY.isoformat()]
    assert ledger.verify() == 1


def test_the_key_that_decides_what_is_kept_is_neither_shown_nor_sent_to_workers(tmp_path):
    night = a_night(tmp_path, config=a_config(tmp_path))
    keyring = night.keyring("sampling")
    (part,) = parts_of(read_tables()["pages"], night, keyring)
    key = part.counting.key
    assert repr(key) not in repr(part)
    assert key not in pickle.dumps(part)
    assert pickle.loads(pickle.dumps(part)).counting.key == key
