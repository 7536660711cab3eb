"""What an audit may not look past: each is read, or told, on a store that holds little else."""

import io
import json
import os
from pathlib import Path

import pyarrow as pa
import pytest
from a_store import DAY, a_dictionary, a_night
from rich.console import Console
from typer.testing import CliRunner

from weir.pipelines import audit as audit_module
from weir.pipelines.audit import audit
from weir.pipelines.audited import audit_json, show_audit
from weir.pipelines.cli import app
from weir.schemas.config import Detection
from weir.schemas.tables import read_tables
from weir.transforms.disclose.dp.table import ends
from weir.transforms.keys import Keyring, create_keys

MAIL = "eve@example.org"
RELEASE = "shared/ads/2008-04-22_2008-04-22_0123456789ab"


@pytest.fixture
def store(tmp_path) -> Path:
    root = tmp_path / "store"
    (root / RELEASE).mkdir(parents=True)
    (root / "store.json").write_text('{"version": 1, "buckets": 8}')
    return root


def looked(store, keys=None):
    return audit(str(store), Detection(), keys, False, Console(quiet=True))


def kinds(done):
    return {find.kind for find in done.sure}


def told(done):
    shown = io.StringIO()
    show_audit(Console(file=shown, width=200), done, shapes=True)
    return json.dumps(audit_json(done), ensure_ascii=False) + shown.getvalue()


def test_a_store_with_nothing_in_it_is_clean(store):
    assert looked(store).clean


def test_a_directory_that_may_not_be_listed_is_told(store, monkeypatch):
    (store / "internal" / "closed").mkdir(parents=True)
    listed = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    done = looked(store)
    assert done.unreadable == {"internal/closed": "a directory not to be listed (PermissionError)"}
    assert not done.clean


def test_a_file_that_may_not_be_looked_at_is_told(store, monkeypatch):
    (store / "closed.txt").write_text("x")
    seen = Path.lstat

    def lstat(path):
        if path.name == "closed.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return seen(path)

    monkeypatch.setattr(Path, "lstat", lstat)
    assert list(looked(store).unreadable) == ["closed.txt"]


def test_a_pipe_is_not_waited_for_and_a_link_not_followed(store):
    os.mkfifo(store / "pipe.txt")
    (store / "away").symlink_to("/", target_is_directory=True)
    assert list(looked(store).unreadable) == ["away", "pipe.txt"]


def test_a_name_that_is_no_utf_8_is_told(store):
    (store / os.fsdecode(b"\xe9.txt")).write_text(MAIL)
    done = looked(store)
    assert done.unnamed == ["�.txt"]
    assert kinds(done) == {"email"}


@pytest.mark.parametrize("code", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json", "a.html"])
def test_utf_16_is_looked_at_and_told(store, name, code):
    (store / name).write_bytes(f"mailed\n{MAIL}\n".encode(code))
    done = looked(store)
    assert (kinds(done), list(done.unreadable)) == ({"email"}, [name])


@pytest.mark.parametrize("name", ["runs/20080422T101010-0123abcd.json", f"{RELEASE}/manifest.json"])
@pytest.mark.parametrize("text", ["{", "[" * 100_000, f'{"[" * 5_000}"{MAIL}"{"]" * 5_000}'])
def test_a_manifest_that_cannot_be_read_is_told(store, name, text):
    (store / name).parent.mkdir(exist_ok=True)
    (store / name).write_text(text)
    assert list(looked(store).unreadable) == [name]


def test_what_nests_too_deep_is_looked_at_and_told(store):
    (store / "deep.json").write_text(f'{"[" * 5_000}"{MAIL}"{"]" * 5_000}')
    done = looked(store)
    assert (kinds(done), list(done.unreadable)) == ({"email"}, ["deep.json"])


@pytest.mark.parametrize("name", [f"{RELEASE}/manifest.sig", "runs/2008-04-22.lock"])
def test_signatures_and_locks_are_looked_at(store, name):
    (store / name).parent.mkdir(exist_ok=True)
    (store / name).write_text(f"ask {MAIL}")
    assert kinds(looked(store)) == {"email"}


def test_a_signature_is_looked_at_for_what_is_no_chance(store, tmp_path):
    create_keys(tmp_path / "keys", "signing")
    signed = Keyring.open(tmp_path / "keys", "signing").sign(b"")
    place = store / RELEASE / "manifest.sig"
    place.write_bytes(signed)
    assert looked(store).clean
    place.write_bytes(signed[:5] + f" {MAIL} ".encode().ljust(64, b"\xff"))
    assert kinds(looked(store)) == {"email"}


def test_the_id_of_a_key_is_no_telephone_number_where_it_signed(store):
    (store / RELEASE / "README.md").write_text("signed by key **2125550134**\n")
    assert kinds(looked(store)) == {"phone"}
    signed = b"\x01" + (2125550134).to_bytes(4) + bytes(64)
    (store / RELEASE / "manifest.sig").write_bytes(signed)
    assert looked(store).clean


def test_what_weir_says_of_intervals_is_no_find(store):
    columns = [end for table in read_tables().values() for f in table.schema for end in ends(f)]
    said = [{"name": f.name, "about": f.metadata[b"about"].decode()} for f in columns]
    (store / RELEASE / "dictionary.json").write_text(json.dumps(said))
    assert looked(store).clean


SAID = {
    "a header": ("a.csv", "Jane Doe, ann@example.org, 212-555-0134\n1,bo@example.org,3\n"),
    "a key": ("a.json", json.dumps({" ann@example.org": "bo@example.org", "a": {"cy@a.org ": 1}})),
    "a run's name": ("ann@example.org 20080422T101010-0123abcd.txt", "bo@example.org"),
    "a run's name within": ("ann@20080422T101010-0123abcd.example.org", "bo@example.org"),
    "a directory": (" ann@example.org/a.txt", "bo@example.org"),
    "a torn file": ("ann@example.org.parquet", "PAR1"),
    "a manifest": (
        f"{RELEASE}/manifest.json", json.dumps({"files": [{"path": " ann@example.org /x.csv"}]}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_a_name_in_which_something_is_found_is_not_told(store, said):
    name, text = SAID[said]
    (store / name).parent.mkdir(exist_ok=True)
    (store / name).write_text(text)
    done = told(looked(store))
    assert "{" in done
    assert not [value for value in ("ann@", "bo@", "cy@", "0134", "Jane") if value in done]


def test_a_name_of_nobody_is_told(store):
    (store / "more.csv").write_text(f"mailed\n{MAIL}\n")
    assert [(f.where.column, f.file) for f in looked(store).sure] == [("mailed", "more.csv")]


def test_what_goes_while_it_is_looked_at_is_told_and_no_find(store, monkeypatch):
    for name in ("a.txt", f"{RELEASE}/traffic.parquet", "runs/2008-04-22.lock"):
        (store / name).parent.mkdir(exist_ok=True)
        (store / name).write_text("x")
    walked = audit_module.walk

    def then_gone(root):
        files = walked(root)
        for path in [*root.glob("a.txt"), *root.glob("shared/*/*/*")]:
            path.unlink()
        return files

    monkeypatch.setattr(audit_module, "walk", then_gone)
    done = looked(store)
    assert done.gone == ["a.txt", f"{RELEASE}/traffic.parquet"]
    assert (done.clean, done.unreadable, done.unnamed) == (True, {}, [])
    assert "2 files gone while this looked" in told(done)


def test_a_draft_of_a_release_is_looked_at_and_goes_without_a_find(store, monkeypatch):
    draft = store / "shared" / "ads" / ".draft-0123456789abcdef"
    draft.mkdir()
    (draft / "traffic.parquet").write_bytes(b"PAR1")  # half written
    assert not looked(store).clean
    behind = audit_module._behind

    def published(files, done):
        (draft / "traffic.parquet").rename(store / RELEASE / "traffic.parquet")
        behind(files, done)

    monkeypatch.setattr(audit_module, "_behind", published)
    assert looked(store).clean


def test_a_damaged_dictionary_is_told_and_the_others_are_looked_for(tmp_path):
    create_keys(tmp_path / "keys")
    night = a_night(tmp_path)
    seen = pa.table({"kind": ["id"], "value": ["ax7k2m9q4tz81b"]})
    good, bad = (a_dictionary(night, seen, name) for name in (str(DAY), "bad"))
    path = night.store.root / bad.path
    data = bytearray(path.read_bytes())
    data[40:60] = bytes(20)  # in a page; the footer is whole
    path.write_bytes(bytes(data))
    (night.store.root / "a.txt").write_text("ax7k2m9q4tz81b")
    done = looked(night.store.root, tmp_path / "keys")
    assert list(done.unreadable) == [bad.path]
    assert "cannot be decrypted" in done.unreadable[bad.path]
    assert ("id", "proof") in {(find.kind, find.rule) for find in done.sure}
    (night.store.root / good.path).unlink()
    done = looked(night.store.root, tmp_path / "keys")
    assert done.dictionaries[0].why_not == "none of their files opens"
    assert not done.clean


def test_a_key_directory_that_only_the_configuration_names_may_hold_none(store, tmp_path):
    config = tmp_path / "weir.yaml"
    config.write_text(
        "store: store\nkeys: nowhere\nsites: [{name: www, host: www.example.com}]\n"
        "sources: [{name: web, kind: log, site: www, path: 'in/{date}'}]\n"
    )
    run = CliRunner().invoke
    assert run(app, ["audit", "--config", str(config)]).exit_code == 0
    named = run(app, ["audit", "--config", str(config), "--keys", str(tmp_path / "nowhere")])
    assert named.exit_code == 2
