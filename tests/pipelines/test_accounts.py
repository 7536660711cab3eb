"""`weir ledger`: whatever left is listed, what does not agree with the store is told."""

import csv
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date

import pytest
import yaml
from a_store import DAY, a_config, a_night, few_tables, visitors
from typer.testing import CliRunner

from weir.pipelines.by_hand import record_by_hand
from weir.pipelines.cli import app
from weir.pipelines.disclose import disclose
from weir.pipelines.ledger import Ledger
from weir.pipelines.recorded import record_release
from weir.pipelines.share import share
from weir.pipelines.verify import verify
from weir.schemas.errors import OtherKeyError, WallError
from weir.transforms.keys import Keyring, create_keys, public_key_path


@pytest.fixture(autouse=True, scope="module")
def _few_tables():
    with few_tables("traffic", "technology"):
        yield


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A place with an edition and a release, recorded; tests take copies of it."""
    base = tmp_path_factory.mktemp("shared")
    night = a_night(base, visitors(100))
    disclose(night)
    keyring = night.keyring("signing")
    made = share(
        night.store, night.policy, night.stamp, keyring, "acme-ads", [DAY],
        today=date(2008, 4, 23),
    )  # fmt: skip
    record_release(Ledger(night.ledger_path), made.release)
    settings = night.config.model_dump(mode="json", include={"sites", "sources"})
    (base / "weir.yaml").write_text(yaml.safe_dump(settings))
    return base


@pytest.fixture
def place(shared, tmp_path):
    return shutil.copytree(shared, tmp_path / "place")


def said(place, *words, code=0):
    result = CliRunner().invoke(app, ["ledger", *words, "-c", str(place / "weir.yaml")])
    assert result.exit_code == code, result.output
    return result.output


def answered(place, *words, code=0):
    return json.loads(said(place, *words, "--json", code=code))


def release_of(place):
    return next((place / "store" / "shared" / "acme-ads").iterdir())


def test_entries_are_chosen_by_kind_recipient_and_date(place):
    assert [e["kind"] for e in answered(place)] == ["edition", "release"]
    assert [e["kind"] for e in answered(place, "--kind", "edition")] == ["edition"]
    assert [e["kind"] for e in answered(place, "--recipient", "acme-ads")] == ["release"]
    assert len(answered(place, "--date", DAY.isoformat())) == 2
    assert answered(place, "--date", "2008-04-23") == []
    assert "--kind: 'editions' is none" in said(place, "--kind", "editions", code=2)
    assert "is no date" in said(place, "--date", "yesterday", code=2)


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl"])
def test_an_export_holds_every_entry_whole(place, ending):
    out = place / f"ledger.{ending}"
    said(place, "-o", str(out), "--last", "1")
    text = out.read_text()
    rows = {
        "csv": lambda: [
            r | {"facts": json.loads(r["facts"])} for r in csv.DictReader([*text.splitlines()])
        ],
        "json": lambda: json.loads(text),
        "jsonl": lambda: [*map(json.loads, text.splitlines())],
    }[ending]()
    entries = Ledger(place / "ledger.sqlite").entries()
    assert [(str(r["number"]), r["facts"], r["hash"]) for r in rows] == [
        (str(e.number), e.facts, e.hash) for e in entries
    ]


def test_a_ledger_and_a_store_that_agree_are_told_so(place):
    found = answered(place, "check")
    assert found["ok"] and found["editions"] == found["releases"] == 1
    assert answered(place, "check", "--head", found["head"])["ok"]


def test_a_head_that_is_gone_shows_an_end_that_was_cut_off(place):
    said(place, "record", "--to", "court", "--kind", "legal_process", "--reason", "an order",
         "--reference", "file 7")  # fmt: skip
    head = answered(place, "check")["head"]
    with closing(sqlite3.connect(place / "ledger.sqlite", isolation_level=None)) as con:
        con.execute("DROP TRIGGER no_delete")
        con.execute("DELETE FROM entries WHERE kind = 'disclosure'")
    assert answered(place, "check")["ok"]  # the chain alone does not show it
    assert "cut off" in said(place, "check", "--head", head, code=3)


def test_an_edition_that_is_gone_changed_or_unrecorded_is_told(place):
    edition = place / "store" / "editions" / f"{DAY}.json"
    kept = edition.read_bytes()
    edition.write_bytes(kept + b" ")
    assert "not the one that was recorded" in said(place, "check", code=3)
    edition.unlink()
    assert "and not in the store" in said(place, "check", code=3)
    edition.write_bytes(kept)
    (place / "ledger.sqlite").unlink()
    Ledger(place / "ledger.sqlite").record("run", "another")
    told = said(place, "check", code=3)
    assert f"edition of {DAY}: in the store, and not recorded" in told
    assert f"release acme-ads/{release_of(place).name}: in the store, and not recorded" in told


def test_a_changed_file_of_an_edition_or_a_release_is_told(place):
    release = release_of(place)
    (release / "report.html").write_text("another")
    table = next((place / "store" / "editions").rglob("*.parquet"))
    table.write_bytes(table.read_bytes() + b" ")
    told = said(place, "check", code=3)
    assert "report.html (changed)" in told and table.name in told


def test_a_release_that_was_deleted_is_told_and_is_no_fault(place):
    name = release_of(place).name
    shutil.rmtree(release_of(place))
    assert answered(place, "check")["gone"] == [name]


def test_a_release_in_another_recipients_place_is_told(place):
    home = release_of(place).parent
    home.rename(home.with_name("rival"))
    assert "release rival/" in said(place, "check", code=3)


def test_a_release_without_its_manifest_is_a_fault(place):
    (release_of(place) / "manifest.json").unlink()
    told = said(place, "check", code=3)
    assert f"release acme-ads/{release_of(place).name}: its manifest.json is gone" in told


def test_a_release_that_was_copied_is_not_for_the_next_run_to_record(place):
    release = release_of(place)
    shutil.copytree(release, release.parent.with_name("rival") / release.name)
    told = said(place, "check", code=3)
    assert f"release rival/{release.name}: made for another recipient" in told
    assert "the next `weir run`" not in told


def test_a_directory_that_is_no_release_is_told(place):
    (release_of(place).parent / "notes").mkdir()
    assert "release acme-ads/notes: no manifest.json in it" in said(place, "check", code=3)


@pytest.mark.parametrize(
    ("name", "said_of_it"),
    [
        ("acme-ads/.draft-0123456789abcdef/manifest.json", "what a share that was killed left"),
        ("acme-ads/traffic.csv", "no release"),
        ("traffic.csv", "no release"),
        (".hidden/2008/manifest.json", "no release"),
    ],
)
def test_whatever_else_lies_among_releases_is_told(place, name, said_of_it):
    foreign = place / "store" / "shared" / name
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_text("{}")
    (told,) = [fault for fault in answered(place, "check", code=3)["faults"] if said_of_it in fault]
    assert told.endswith(f": {said_of_it}; remove it") and told.startswith("shared/")


def test_an_edition_of_no_date_is_told(place):
    (place / "store" / "editions" / "2008-99-99.json").write_text("{}")
    assert "edition of 2008-99-99: that is no date" in said(place, "check", code=3)


def test_facts_that_no_such_entry_has_are_told_in_the_list(place):
    ledger = Ledger(place / "ledger.sqlite")
    ledger.record("edition", "2008-04-24")
    ledger.record("release", "odd")
    told = said(place)
    assert "2008-04-24: facts that no edition has" in told
    assert "odd: facts that no release has" in told
    assert answered(place, "--date", "2008-04-25") == []


def test_what_was_paid_for_noise_is_told_in_words(place):
    ledger = Ledger(place / "ledger.sqlite")
    subject = "2008-04-22 www traffic numbers"
    loss = {"visitor": {"rho": 0.0123, "delta": 0.0}}
    ledger.record("budget", subject, date="2008-04-22", losses=loss)
    ledger.record("noise", subject, date="2008-04-22")
    told = "".join(said(place).split())  # lines are folded
    assert "numbers:visitor:rho0.0123" in told
    assert "numbers:drawnandkept" in told
    kinds = [e["kind"] for e in answered(place, "--date", "2008-04-22")]
    assert kinds == ["edition", "release", "budget", "noise"]


def test_a_disclosure_by_hand_is_recorded_with_what_was_given(place):
    given = place / "answer.pdf"
    given.write_bytes(b"what they got")
    said(place, "record", "--to", "district court", "--kind", "legal_process",
         "--reason", "an order", "--reference", "12 Js 345/08", "--file", str(given))  # fmt: skip
    (entry,) = answered(place, "--kind", "disclosure")
    assert entry["subject"] == "12 Js 345/08" and entry["facts"]["as"] == "legal_process"
    assert len(entry["facts"]["files"][0]) == 64
    assert answered(place, "check")["entries"] == 3


def test_a_disclosure_names_nobody(place):
    words = ["--to", "court", "--kind", "legal_process", "--reference", "file 7"]
    told = said(place, "record", *words, "--reason", "mail of joe.miller@example.org", code=3)
    assert "something personal (email" in told and "miller" not in told
    assert answered(place, "--kind", "disclosure") == []


@pytest.mark.parametrize(
    "reason",
    [
        "jane (at) example (punkt) org",
        "j a n e . d o e @ e x a m p l e . o r g",
        "about j-a-n-e d-o-e",
        "J A N E  D O E",
        "4-4_7700...900783",
        "0 7 7 0 0 9 0 0 7 8 3",
        "gro.elpmaxe@eod.enaj",
        "amFuZS5kb2VAZXhhbXBsZS5vcmc=",
        "warrant about 2008-1234567",  # under strict alone
    ],
)
def test_a_reason_names_nobody_in_other_words(tmp_path, reason):
    with pytest.raises(WallError, match=r"--reason: holds something personal \("):
        record_by_hand(a_config(tmp_path), "court", "legal_process", reason, "file 7", [])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("to", "reason", "reference"),
    [
        ("district court", "order 1:08-mc-00123-XY of 2008-04-22", "12 Js 345/08"),
        ("TU Delft", "section 7 a (1) 2, art. 6 (1) c", "2008-1234567"),
        ("KPMG", "tables of 2008-04-01 - 2008-04-30, audit of Q1/2008", "INC0012345"),
    ],
)
def test_authorities_and_file_numbers_are_nobody(tmp_path, to, reason, reference):
    entry = record_by_hand(a_config(tmp_path), to, "legal_process", reason, reference, [])
    assert entry.subject == reference


def test_whom_it_went_to_is_not_repeated_before_it_was_looked_at(place):
    words = ["record", "--reference", "file 7", "--reason", "an order", "--to"]
    assert "--to: holds something personal" in said(place, *words, "Joe Miller", code=3)
    assert "Canary" not in said(place, *words, "Jane Canary", code=2)


def test_a_disclosure_says_to_whom_and_why(place):
    words = ["record", "--reference", "file 7", "--reason", "an order"]
    assert "say what the one that --to names is" in said(place, *words, "--to", "court", code=2)
    assert "as advertiser" in said(
        place, *words, "--to", "acme-ads", "--kind", "researcher", code=2
    )
    nothing = ["record", "--reference", "file 7", "--reason", " ", "--to", "acme-ads"]
    assert "--reason: says nothing" in said(place, *nothing, code=2)
    missing = [*words, "--to", "acme-ads", "--file", str(place / "none.pdf")]
    assert "cannot be read" in said(place, *missing, code=2)


def test_without_a_ledger_there_is_nothing_to_check(place):
    (place / "ledger.sqlite").unlink()
    assert "no ledger there" in said(place, "check", code=2)
    assert answered(place) == []


def test_keys_of_another_store_are_told_from_something_that_was_changed(place, tmp_path):
    ours = Keyring.open(place / "keys", "signing").signer
    (place / "keys").rename(tmp_path / "ours")
    create_keys(place / "keys", "proof", "sampling", "signing")
    strangers = Keyring.open(place / "keys", "signing")
    told = f"signed by key {ours}, but {place}/keys/signing.pub.json has {strangers.signer}; are"
    assert told in said(place, "check", code=2)
    for command in ("share", "disclose"):
        where = ["-c", str(place / "weir.yaml"), "-d", str(DAY)]
        result = CliRunner().invoke(app, [command, *where])
        assert result.exit_code == 2
        assert f"/editions/{DAY}.json: {told}" in result.stderr
        assert "backup" not in result.output
    report = verify(next((place / "store" / "shared").glob("*/*")), public_key_path(place / "keys"))
    with pytest.raises(OtherKeyError, match=f"signed by key {ours}"):
        report.demand()
    assert not report.ok

    shutil.rmtree(place / "keys")
    (tmp_path / "ours").rename(place / "keys")
    edition = place / "store" / "editions" / f"{DAY}.json"
    edition.with_suffix(".sig").write_bytes(strangers.sign(edition.read_bytes()))
    one = said(place, "check", code=3)
    assert f"wrong  {edition}: signed by key {strangers.signer}, but" in one
