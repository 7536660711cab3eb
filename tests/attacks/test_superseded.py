"""Two editions of one date: before and after somebody objected, before and after a late file.

Whoever has both subtracts. So a second one is made only where the difference tells of crowds.
"""

import json
import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from tests.attacks.subtracting import of
from tests.pipelines.a_store import (
    a_hit,
    a_night,
    few_tables,
    put_events,
    the_edition,
    visitors,
)
from weir.pipelines import replaced as replaced_module
from weir.pipelines import supersede as supersede_module
from weir.pipelines.disclose import disclose
from weir.pipelines.editions import edition_place, read_version
from weir.pipelines.ledger import Ledger
from weir.pipelines.nightly import disclose_only
from weir.pipelines.reconcile import reconcile
from weir.pipelines.replaced import keep_replaced
from weir.pipelines.store import digest
from weir.pipelines.supersede import supersede
from weir.schemas.errors import UsageError, WallError
from weir.transforms.keys import public_key_path

K = 50


@pytest.fixture(autouse=True, scope="module")
def _two_tables():
    with few_tables("traffic", "technology"):
        yield


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    """The edition of 300 visitors. Look, do not touch."""
    night = a_night(tmp_path_factory.mktemp("frozen"), visitors(300))
    disclose(night)
    return night


@pytest.fixture
def twice(frozen, tmp_path):
    """A night whose edition is out, and whose events were replaced by other ones."""

    def make(first, second):
        base = tmp_path / str(len(list(tmp_path.iterdir())))
        if first == visitors(300):
            night = a_night(shutil.copytree(frozen.config.base, base))
        else:
            night = a_night(base, first)
            disclose(night)
        again(night, second)
        return night

    return make


def again(night, hits):
    keep_replaced(night)
    put_events(night, hits)


def total(night):
    return of(the_edition(night, "traffic"), "total", "visitors")[""]


def refused(night):
    place = edition_place(night.store, night.day)
    before = {path: path.read_bytes() for path in place.parent.rglob("*") if path.is_file()}
    with pytest.raises(WallError) as told:
        supersede(night)
    assert before == {p: p.read_bytes() for p in place.parent.rglob("*") if p.is_file()}
    return str(told.value)


class TestAnObjection:
    """Five people object; 305 becomes 300, which rounding tells as 310 and 300."""

    def test_the_edition_stays(self, twice):
        night = twice(visitors(305), visitors(300))
        assert "traffic (" in refused(night)
        assert total(night) == 310

    def test_if_nobody_looked_the_two_editions_would_tell(self, twice, monkeypatch):
        monkeypatch.setattr(supersede_module, "too_few", lambda *_, **__: 0)
        night = twice(visitors(305), visitors(300))
        supersede(night)
        assert total(night) == 300

    def test_a_crowd_that_comes_does_not_cover_for_ten_who_go(self, twice):
        night = twice(visitors(300), visitors(350, 10))
        refused(night)

    def test_as_many_who_come_as_go_are_no_change_that_can_be_seen(self, twice):
        night = twice(visitors(300), visitors(300, 10))
        assert not supersede(night).made


class TestALateFile:
    def test_a_crowd_may_come_late(self, twice):
        night = twice(visitors(300), visitors(300 + K))
        assert supersede(night).made
        assert total(night) == 350

    def test_one_short_of_a_crowd_may_not(self, twice):
        night = twice(visitors(300), visitors(300 + K - 1))
        refused(night)

    def test_nor_may_ten_of_it_come_to_a_page_of_their_own(self, twice):
        """Of 60 who come late ten are on a page that was told before: it says so itself."""
        first = [*visitors(300), *visitors(100, 300, browser="Opera")]
        late = [*visitors(50, 400), *visitors(10, 450, browser="Opera")]
        told = refused(twice(first, [*first, *late]))
        assert "technology (" in told
        assert "traffic" not in told

    def test_nor_to_one_that_is_left_out(self, twice):
        """60 come late, 58 by what is told and two by what is not: total less the rest tells."""
        first = [
            *visitors(300), *visitors(90, 300, browser="Opera"), *visitors(7, 400, browser="Lynx")
        ]  # fmt: skip
        late = [*visitors(58, 500), *visitors(2, 600, browser="Lynx")]
        assert "technology (" in refused(twice(first, [*first, *late]))

    def test_more_of_the_same_people_is_a_change_of_theirs(self, twice):
        """Nobody comes or goes; one visitor has thirty pages more."""
        more = [a_hit(1, path=f"/books/{number}") for number in range(30)]
        told = refused(twice(visitors(300), [*visitors(300), *more]))
        assert "traffic (" in told


class TestMeasuresBesideEachOther:
    """Visitors are those with a cookie, with a session, and by network: 500 of 400, 20 and 80."""

    FIRST = (
        *visitors(400), *visitors(20, 400, basis="url_session"),
        *visitors(80, 500, basis="network"),
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("basis", "count", "made"), [("url_session", 29, False), ("network", K, True)]
    )
    def test_what_the_sum_less_its_told_parts_grew_by_is_a_crowd(self, twice, basis, count, made):
        """A hundred come late with a cookie, and 29 by what nothing is told of."""
        late = [*visitors(100, 600), *visitors(count, 700, basis=basis)]
        night = twice(self.FIRST, [*self.FIRST, *late])
        if made:
            assert supersede(night).made
        else:
            assert "traffic (" in refused(night)

    def test_if_nobody_looked_the_editions_would_tell(self, twice, monkeypatch):
        monkeypatch.setattr(supersede_module, "too_few_between", lambda *_: {})
        late = [*visitors(100, 600), *visitors(29, 700, basis="url_session")]
        night = twice(self.FIRST, [*self.FIRST, *late])
        grew = {}
        for sign in (-1, 1):
            for name in ("visitors", "visitors_cookie"):
                told = of(the_edition(night, "traffic"), "total", name)[""]
                grew[name] = grew.get(name, 0) + sign * told
            if sign < 0:
                supersede(night)
        assert 0 < grew["visitors"] - grew["visitors_cookie"] < K


class TestMailsBesideEachOther:
    """Sent is delivered and bounced: 403 of 400 and three, of whom nothing is told."""

    @staticmethod
    def mails(count, start, outcome):
        hits = visitors(count, start, action="email_sent", outcome=outcome, message="spring")
        kept = {"pageview": False, "channel": "email"}
        return [hit | kept | {"recipient": hit["visitor"]} for hit in hits]

    @pytest.mark.parametrize(("bounced", "made"), [(2, False), (0, True)])
    def test_what_came_back_late_is_a_crowd(self, twice, bounced, made):
        with few_tables("email"):
            first = [*self.mails(400, 0, "delivered"), *self.mails(3, 400, "bounced")]
            late = [*self.mails(100, 600, "delivered"), *self.mails(bounced, 700, "bounced")]
            night = twice(first, [*first, *late])
            assert of(the_edition(night, "email"), "total", "sent")[""] == 400
            assert not of(the_edition(night, "email"), "total", "bounced")
            if made:
                assert supersede(night).made
            else:
                assert "email (" in refused(night)


class TestTablesBesideEachOther:
    """A campaign's visitors are some of all."""

    @staticmethod
    def late(others):
        return [*visitors(100, 600, campaign="spring"), *visitors(others, 700)]

    @pytest.mark.parametrize(("others", "made"), [(29, False), (K, True)])
    def test_what_the_whole_less_its_part_grew_by_is_a_crowd(self, twice, others, made):
        with few_tables("traffic", "campaigns"):
            first = [*visitors(300), *visitors(100, 300, campaign="spring")]
            night = twice(first, [*first, *self.late(others)])
            if made:
                assert supersede(night).made
            else:
                assert "traffic (" in refused(night)


def test_what_one_edition_leaves_out_is_not_to_be_had_from_the_other(twice, monkeypatch):
    """60 come late by Opera. Before, Opera went to protect Lynx; now a rarer one could, and who
    has both editions would know that one from the first and Lynx from the second."""
    first = [
        *visitors(300), *visitors(90, 300, browser="Opera"),
        *visitors(100, 400, browser="Safari"), *visitors(7, 500, browser="Lynx"),
    ]  # fmt: skip
    late = visitors(60, 600, browser="Opera")
    night = twice(first, [*first, *late])
    assert "derived from both" in refused(night)
    monkeypatch.setattr(supersede_module, "opened_by_both", lambda *_: ())
    night = twice(first, [*first, *late])
    before = {row["browser"] for row in the_edition(night, "technology", by="browser")}
    supersede(night)
    after = {row["browser"] for row in the_edition(night, "technology", by="browser")}
    assert {"Opera"} == after - before
    assert {"Safari"} == before - after


class TestWhatIsNotShown:
    def test_without_the_events_of_then_nothing_is_shown(self, tmp_path):
        night = a_night(tmp_path, visitors(300))
        disclose(night)
        put_events(night, visitors(400))  # nobody kept what they replaced
        assert "no longer there" in refused(night)

    def test_files_that_are_not_what_they_were_show_nothing(self, twice):
        night = twice(visitors(300), visitors(400))
        note = night.store.root / "internal" / "replaced" / "1" / f"{night.day}.json"
        (file,) = json.loads(note.read_text())["manifests"][0]["files"]
        place = night.store.root / file["path"]
        place.write_bytes(place.read_bytes()[:-1] + b"x")
        assert "no longer there" in refused(night)

    def test_nor_does_a_note_of_other_files(self, twice):
        night = twice(visitors(300), visitors(400))
        note = night.store.root / "internal" / "replaced" / "1" / f"{night.day}.json"
        said = json.loads(note.read_text())
        said["manifests"][0]["files"] = []
        note.write_text(json.dumps(said))
        assert "no longer there" in refused(night)

    def test_another_policy_supersedes_nothing(self, twice):
        night = twice(visitors(300), visitors(400))
        policy = night.policy.model_copy(update={"version": "2"})
        other = a_night(night.config.base, policy=policy)
        put_events(other, visitors(400))
        with pytest.raises(UsageError, match="another one takes effect"):
            supersede(other)

    def test_without_an_edition_there_is_nothing_to_supersede(self, tmp_path):
        with pytest.raises(UsageError, match="no edition to supersede"):
            supersede(a_night(tmp_path, visitors(300)))

    def test_with_other_settings_the_events_of_then_are_another_edition(self, tmp_path):
        with few_tables("pages"):
            night = a_night(tmp_path, visitors(300))
            disclose(night)
            again(night, visitors(400))
            site = night.config.sites[0].model_copy(update={"public_paths": ("/none/*",)})
            config = night.config.model_copy(update={"sites": (site,)})
            assert "no longer make the edition" in refused(a_night(tmp_path, config=config))

    def test_it_is_told_which_edition_of_several_lacks_its_events(self, twice):
        night = twice(visitors(300), visitors(400))
        first = digest(edition_place(night.store, night.day).read_bytes())
        supersede(night)
        again(night, visitors(500))
        (night.store.root / "internal" / "replaced" / "1" / f"{night.day}.json").unlink()
        assert f"the edition superseded last ({first[:16]})" in refused(night)


class TestTheRecord:
    def test_the_edition_before_stays_and_the_ledger_names_it(self, twice):
        night = twice(visitors(300), visitors(400))
        before = edition_place(night.store, night.day).read_bytes()
        edition = supersede(night).edition
        public = public_key_path(night.config.base / "keys")
        assert edition.supersedes == digest(before)
        assert read_version(night.store, night.day, digest(before), public).text() == (
            before.decode()
        )
        first, second = Ledger(night.ledger_path).entries("edition")
        assert second.facts["supersedes"] == first.facts["sha256"]
        assert reconcile(night.config).faults == ()

    def test_it_can_be_done_again_and_is_held_against_all_of_them(self, twice):
        """60 come, 60 others go: but beside the first edition only five came."""
        night = twice(visitors(300), visitors(360))
        supersede(night)
        again(night, visitors(305))
        assert "traffic (" in refused(night)
        again(night, visitors(420))
        assert supersede(night).made
        assert reconcile(night.config).faults == ()

    def test_the_check_misses_a_superseded_edition(self, twice):
        night = twice(visitors(300), visitors(400))
        supersede(night)
        (night.store.root / "editions" / "versions" / "1" / f"{night.day}.json").unlink()
        (fault,) = reconcile(night.config).faults
        assert "gone or changed" in fault

    def test_the_old_one_put_back_is_found(self, twice):
        night = twice(visitors(300), visitors(400))
        before = edition_place(night.store, night.day).read_bytes()
        supersede(night)
        edition_place(night.store, night.day).write_bytes(before)
        (fault,) = reconcile(night.config).faults
        assert "not the one that was recorded" in fault

    def test_killed_before_it_was_recorded_it_is_recorded_by_the_next_run(self, twice, monkeypatch):
        night = twice(visitors(300), visitors(400))
        monkeypatch.setattr(supersede_module, "record_edition", lambda *_: None)
        supersede(night)
        (fault,) = reconcile(night.config).faults
        assert "supersedes the recorded one" in fault
        disclose(night)
        assert reconcile(night.config).faults == ()


class TestTheGrace:
    """An erased person's events are to go: a day after they were replaced they show nothing."""

    @staticmethod
    def events(night):
        return {path.name for path in (night.store.root / "internal" / "events").glob("*.parquet")}

    @staticmethod
    def a_day_later(night, monkeypatch):
        """What lies there was written long ago, and replaced just over a day ago."""
        monkeypatch.setattr(replaced_module, "GRACE_SECONDS", -1)
        for path in (night.store.root / "internal" / "events").glob("*.parquet"):
            os.utime(path, (0, 0))

    def test_what_was_replaced_stays_for_a_day(self, twice):
        night = twice(visitors(300), visitors(400))
        assert len(self.events(night)) == 2
        assert replaced_module.sweep(night.store) == 0

    def test_it_is_let_go_when_its_grace_is_over(self, twice, monkeypatch):
        night = twice(visitors(300), visitors(400))
        self.a_day_later(night, monkeypatch)
        assert replaced_module.sweep(night.store) == 1
        assert "no longer there" in refused(night)

    def test_what_is_over_shows_nothing_though_nothing_was_swept(self, twice, monkeypatch):
        night = twice(visitors(300), visitors(400))
        monkeypatch.setattr(replaced_module, "GRACE_SECONDS", -1)
        assert "no longer there" in refused(night)

    @pytest.mark.parametrize("days", [1, -365])
    def test_it_is_the_time_in_the_note_that_counts(self, twice, days):
        """Not when its file was written; and a clock that ran ahead keeps nobody for a year."""
        night = twice(visitors(300), visitors(400))
        note = night.store.root / "internal" / "replaced" / "1" / f"{night.day}.json"
        said = json.loads(note.read_text())
        said["at"] = (datetime.now(UTC) - timedelta(days=days, seconds=1)).isoformat()
        note.write_text(json.dumps(said))
        assert "no longer there" in refused(night)

    @pytest.mark.parametrize("superseding", [False, True])
    def test_disclose_sweeps_what_is_over(self, twice, monkeypatch, superseding):
        night = twice(visitors(300), visitors(400))
        self.a_day_later(night, monkeypatch)
        with suppress(WallError):
            disclose_only(night, Console(quiet=True), False, supersede=superseding)
        assert len(self.events(night)) == 1

    def test_a_note_of_another_run_that_is_gone_is_no_fault(self, twice, monkeypatch):
        """Two ingests sweep: what one of them took, the other one does not find."""
        night = twice(visitors(300), visitors(400))
        self.a_day_later(night, monkeypatch)
        unlink = Path.unlink

        def first_by_another(path, missing_ok=False):
            unlink(path)
            unlink(path, missing_ok=missing_ok)

        monkeypatch.setattr(Path, "unlink", first_by_another)
        replaced_module.sweep(night.store)
        assert len(self.events(night)) == 1
