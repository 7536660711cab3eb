"""The ledger knows every edition and release that lies in the store, and every run."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from a_store import DAY, a_night, few_tables, visitors

from weir.pipelines import disclose as disclose_module
from weir.pipelines import share as share_module
from weir.pipelines.disclose import disclose
from weir.pipelines.editions import edition_place
from weir.pipelines.ledger import Ledger
from weir.pipelines.reconcile import reconcile
from weir.pipelines.recorded import catch_up, record_run
from weir.pipelines.share import share
from weir.pipelines.store import digest
from weir.schemas.errors import WallError
from weir.transforms.keys import create_keys

NEXT = DAY + timedelta(days=1)


@pytest.fixture(autouse=True, scope="module")
def _few_tables():
    with few_tables("traffic"):
        yield


class Killed(BaseException):
    """The process ends here."""


def killed(*_):
    raise Killed


def digests(night, kind):
    entries = Ledger(night.ledger_path).entries(kind)
    return [(entry.subject, entry.facts["sha256"]) for entry in entries]


@pytest.fixture
def unrecorded(tmp_path, monkeypatch):
    """A night killed after its edition was published and before that was recorded."""
    night = a_night(tmp_path, visitors(100))
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(disclose_module, "record_edition", killed)
        disclose(night)
    assert digests(night, "edition") == []
    return night


def on_disk(night):
    return (DAY.isoformat(), digest(edition_place(night.store, DAY).read_bytes()))


def test_an_edition_that_a_kill_left_unrecorded_is_recorded_when_its_date_runs_again(unrecorded):
    assert not disclose(unrecorded).made
    assert digests(unrecorded, "edition") == [on_disk(unrecorded)]


def test_it_is_recorded_before_that_of_the_next_date(unrecorded, tmp_path):
    following = a_night(tmp_path, visitors(100), day=NEXT)
    disclose(following)
    assert [subject for subject, _ in digests(following, "edition")] == [
        DAY.isoformat(), NEXT.isoformat(),
    ]  # fmt: skip


@pytest.fixture
def to_share(tmp_path, monkeypatch):
    """A night with an edition, which `share_all` opens."""
    night = a_night(tmp_path, visitors(100))
    disclose(night)
    monkeypatch.setattr(share_module.Night, "open", lambda *_: night)
    return night


def killed_at(monkeypatch, night, place, name):
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(place, name, killed)
        share_module.share_all(night.config, [DAY], "acme-ads")


def released(night):
    places = sorted((night.store.root / "shared").glob("*/*/manifest.json"))
    return [(place.parent.name, digest(place.read_bytes())) for place in places]


def test_a_release_that_cannot_be_recorded_is_not_there(to_share, monkeypatch):
    killed_at(monkeypatch, to_share, share_module, "record_release")
    assert released(to_share) == digests(to_share, "release") == []


def test_what_a_kill_kept_from_its_place_is_told_and_put_there_by_the_next_share(
    to_share, monkeypatch
):
    killed_at(monkeypatch, to_share, Path, "rename")
    ((name, sha256),) = digests(to_share, "release")
    assert released(to_share) == []
    found = reconcile(to_share.config)
    assert (found.gone, found.faults) == ((name,), ())
    share_module.share_all(to_share.config, [DAY], "acme-ads")
    assert released(to_share) == digests(to_share, "release") == [(name, sha256)]
    assert reconcile(to_share.config).gone == ()


def test_of_two_shares_at_once_one_release_and_one_entry_remain(to_share, monkeypatch):
    def beaten(draft, place):
        shutil.copytree(draft, place)
        raise OSError("not empty")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", beaten)
        share_module.share_all(to_share.config, [DAY], "acme-ads")
    assert len(digests(to_share, "release")) == 1
    assert digests(to_share, "release") == released(to_share)


def add_a_key(keys, newer):
    """The one that signs from now on, before those that there are."""
    create_keys(newer, "signing")
    for name in ("signing.json", "signing.pub.json"):
        old, new = (json.loads((place / name).read_text()) for place in (keys, newer))
        (keys / name).write_text(json.dumps({**new, "key": new["key"] + old["key"]}))


def test_a_release_that_an_earlier_key_signed_stays_the_one_that_is_recorded(to_share, tmp_path):
    share_module.share_all(to_share.config, [DAY], "acme-ads")
    before = released(to_share)
    add_a_key(to_share.keyring("signing").path, tmp_path / "newer")
    share_module.share_all(to_share.config, [DAY], "acme-ads")
    assert released(to_share) == digests(to_share, "release") == before


def test_a_release_of_a_store_whose_ledger_was_restored_is_recorded_at_the_next_run(to_share):
    share_module.share_all(to_share.config, [DAY], "acme-ads")
    to_share.ledger_path.unlink()
    disclose(to_share)
    assert digests(to_share, "release") == released(to_share) != []


def test_a_draft_lies_behind_the_wall_and_one_that_a_kill_left_goes_with_the_next(
    to_share,
):
    staged, root = to_share.store.root / "restricted" / "staged", to_share.store.root
    with to_share.store.drafting("share") as mine:
        share_module.share_all(to_share.config, [DAY], "acme-ads")
        assert list(staged.iterdir()) == [mine]  # that of one who is at work stays
    shutil.rmtree(root / "shared")
    left = staged / "share-0123456789abcdef"  # nobody holds it
    left.mkdir()
    (left / "traffic.csv").write_text("half")
    share_module.share_all(to_share.config, [DAY], "acme-ads")
    assert list(staged.iterdir()) == []
    assert [p.name for p in (root / "shared" / "acme-ads").iterdir()] == [released(to_share)[0][0]]


def test_what_is_recorded_is_not_recorded_again(tmp_path):
    night = a_night(tmp_path, visitors(100))
    disclose(night)
    share(
        night.store, night.policy, night.stamp, night.keyring("signing"), "acme-ads", [DAY],
        software=night.software, today=date(2008, 4, 23),
    )  # fmt: skip
    assert [catch_up(night), catch_up(night)] == [1, 0]
    assert Ledger(night.ledger_path).verify() == 2


def test_an_edition_that_nobody_signed_is_not_taken_into_the_ledger(unrecorded):
    place = edition_place(unrecorded.store, DAY)
    place.write_text(place.read_text().replace(DAY.isoformat(), NEXT.isoformat()))
    with pytest.raises(WallError, match="not as it was signed"):
        catch_up(unrecorded)
    assert digests(unrecorded, "edition") == []


def test_a_run_is_recorded_with_its_step_date_policy_and_sums(tmp_path):
    night = a_night(tmp_path)
    sums = [{"path": "in/a.log", "read": 3, "kept": 2, "quarantined": {"bad_time": 1}}]
    entry = record_run(night, "20080423T010203-ab", "ingest", sums)
    assert entry.subject == "20080423T010203-ab"
    told = {name: entry.facts[name] for name in ("step", "date", "policy")}
    assert told == {"step": "ingest", "date": "2008-04-22", "policy": night.stamp.model_dump()}
    other = record_run(night, "20080423T010204-cd", "ingest", [{**sums[0], "kept": 3}])
    assert other.facts["sums"] != entry.facts["sums"]
    assert "in/a.log" not in json.dumps(entry.facts)
