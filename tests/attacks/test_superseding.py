"""What superseding takes and leaves: the events of then, a record, and nobody who was erased."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from tests.attacks.superseding import again, refused
from tests.pipelines.a_store import a_night, few_tables, put_events, visitors
from weir.pipelines import replaced as replaced_module
from weir.pipelines import supersede as supersede_module
from weir.pipelines.disclose import disclose
from weir.pipelines.editions import edition_place, read_version
from weir.pipelines.ledger import Ledger
from weir.pipelines.nightly import disclose_only
from weir.pipelines.reconcile import reconcile
from weir.pipelines.store import digest
from weir.pipelines.supersede import supersede
from weir.schemas.errors import UsageError, WallError
from weir.transforms.keys import public_key_path


@pytest.fixture(autouse=True, scope="module")
def _one_table():
    with few_tables("traffic"):
        yield


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
