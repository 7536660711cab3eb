"""`weir audit`: what was planted in a published store is found, told by place, never by value."""

import gzip
import io
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from a_store import DAY, a_dictionary, a_night, an_id, attest_events, visitors
from rich.console import Console
from typer.testing import CliRunner

from weir.pipelines import audit as audit_module
from weir.pipelines.audit import audit
from weir.pipelines.audited import audit_json, show_audit
from weir.pipelines.catalog import build_catalog
from weir.pipelines.cli import app
from weir.pipelines.disclose import disclose
from weir.pipelines.share import share
from weir.schemas.config import Detection
from weir.schemas.errors import UsageError
from weir.schemas.event import LINKAGE, VAULT
from weir.schemas.manifests import DataFile, Manifest
from weir.transforms.encrypted import read_encrypted, write_encrypted
from weir.transforms.keys import create_keys

TELEPHONE = "+1 212 555 0147"
PERSON = {"first_name": "Quirin", "last_name": "Abelsdottir", "phone": TELEPHONE}
MAIL = "quirin.abelsdottir@example.org"
MONTH = an_id("month", 1)
EVENTS = "internal/events/*.parquet"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A night with all that it leaves: events, edition, release, vault, linkage, dictionary."""
    base = tmp_path_factory.mktemp("published")
    create_keys(base / "keys")
    night = a_night(base, visitors(60))
    seen = pa.table({"kind": ["id"], "value": ["ax7k2m9q4tz81b"]})
    vault = [{"site": "www", "user": "u1", "field": f, "value": v} for f, v in PERSON.items()]
    link = {"site": "www", "visitor": an_id("v", 1), "week": an_id("week", 1), "month": MONTH}
    behind(night, "proof", a_dictionary(night, seen, str(DAY)))
    behind(night, "vault", sealed(night, "vault", pa.Table.from_pylist(vault, VAULT)))
    behind(night, "linkage", sealed(night, "linkage", pa.Table.from_pylist([link], LINKAGE)))
    attest_events(night)
    disclose(night)
    keyring = night.keyring("signing")
    share(night.store, night.policy, night.stamp, keyring, "acme-ads", (DAY,), today=date.today())
    build_catalog(night.store)
    return base


def sealed(night, purpose, table):
    place = night.store.place(f"restricted/{purpose}") / "one.parquet"
    place.parent.mkdir(parents=True)
    written = write_encrypted(table, place, night.keyring(purpose), purpose)
    path = str(place.relative_to(night.store.root))
    return DataFile(path=path, rows=written.rows, sha256=written.sha256)


def behind(night, purpose, file):
    dataset = f"restricted/{purpose}"
    night.store.publish(
        Manifest(dataset=dataset, date=night.day, files=(file,), policy=night.stamp)
    )


@pytest.fixture
def store(published, tmp_path) -> Path:
    """One's own copy, to plant something in."""
    shutil.copytree(published, tmp_path / "night")
    return tmp_path / "night" / "store"


def looked(store, strict=False, keys=True):
    known = store.parent / "keys" if keys else None
    return audit(str(store), Detection(), known, strict, Console(quiet=True))


def places(done):
    """(zone, column, kind, rule) of the finds."""
    return {(f.where.zone, f.where.column, f.kind, f.rule) for f in done.sure}


def the_file(store, pattern):
    return max(store.glob(pattern), key=lambda path: path.stat().st_size)


def rewrite(path, change):
    table = change(pq.read_table(path))
    path.unlink()
    pq.write_table(table, path)


def with_cell(name, value):
    def change(table):
        cells = [value, *table[name].to_pylist()[1:]]
        at = table.schema.get_field_index(name)
        return table.set_column(at, table.schema.field(at), pa.array(cells, pa.string()))

    return change


def with_column(name, values, class_):
    def change(table):
        field = pa.field(name, values.type, metadata={"class": class_} if class_ else None)
        return table.append_column(field, pa.concat_arrays([values] * table.num_rows))

    return change


def test_a_store_as_a_night_leaves_it_is_clean(store):
    done = looked(store)
    assert (done.finds, done.unreadable, done.unnamed, done.missing) == ([], {}, [], [])
    assert done.clean
    assert all(one.identifiers > 0 and not one.why_not for one in done.dictionaries)


def in_a_release(name, text):
    return lambda store: (next(store.glob("shared/*/*")) / name).write_text(text)


def in_parquet(pattern, change):
    return lambda store: rewrite(the_file(store, pattern), change)


def in_text(pattern, old, new):
    def plant(store):
        file = next(store.glob(pattern))
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    return plant


def in_the_catalog(store):
    (store / "weir.duckdb").chmod(0o600)
    with duckdb.connect(str(store / "weir.duckdb")) as con:
        con.execute("CREATE TABLE copied AS SELECT $mail AS copied_note", {"mail": MAIL})


def torn(store):
    (store / "internal" / "people" / "torn.parquet").write_bytes(b"PAR1\0" + MAIL.encode() + b"\0")


def in_the_clear(store):
    shutil.copy(the_file(store, "internal/people/*.parquet"), store / "restricted/vault/a.parquet")
    (store / "restricted/vault/b.parquet").touch()


def a_key(class_):
    return with_column(f"key_{class_}", pa.array([an_id("key", 1)], pa.binary(16)), class_)


PLANTED = {
    "a cell of events": (
        in_parquet(EVENTS, with_cell("path", f"/books/{MAIL}")),
        ("internal", "path", "email", "WebEmail"),
    ),
    "a cell of events, encoded twice": (
        in_parquet(EVENTS, with_cell("search", "quirin%2540example.org")),
        ("internal", "search", "email", "WebEmail"),
    ),
    "the footer of a Parquet file": (
        in_parquet(
            "editions/www/traffic/*", lambda table: table.replace_schema_metadata({"by": MAIL})
        ),
        ("editions", "(footer)", "email", "WebEmail"),
    ),
    "the name of a column": (
        in_parquet("shared/*/*/traffic.parquet", with_column(TELEPHONE, pa.array(["x"]), "nii")),
        ("shared", "(name)", "phone", "vault"),
    ),
    "a cell, of a person of the vault": (
        in_parquet("editions/www/pages/*", with_cell("path", "/about/abelsdottir-quirin")),
        ("editions", "path", "name", "vault"),
    ),
    "a cell, of what the proof saw": (
        in_parquet(EVENTS, with_cell("campaign", "ax7k2m9q4tz81b")),
        ("internal", "campaign", "id", "proof"),
    ),
    "a pseudonym by its class": (
        in_parquet("shared/*/*/pages.parquet", a_key("pseudonym")),
        ("shared", "key_pseudonym", "pseudonym", "class"),
    ),
    "a column without a class": (
        in_parquet("shared/*/*/technology.parquet", a_key("")),
        ("shared", "key_", "pii", "class"),
    ),
    "a pseudonym that says it is none": (
        in_parquet("editions/www/technology/*", a_key("nii")),
        ("editions", "key_nii", "pseudonym", "made_of_bytes"),
    ),
    "a sheet": (
        in_a_release("more.csv", f"site;mailed\nwww;{MAIL}\n"),
        ("shared", "mailed", "email", "WebEmail"),
    ),
    "deep in JSON": (
        in_a_release("more.json", json.dumps({"deep": [{"noted": MAIL}]})),
        ("shared", "noted", "email", "WebEmail"),
    ),
    "a comment of a page": (
        in_a_release("more.html", f"<p>all</p><!-- {MAIL} -->"),
        ("shared", "(comment)", "email", "WebEmail"),
    ),
    "an attribute, in entities": (
        in_a_release("other.html", '<a alt="quirin&#64;example.org">all</a>'),
        ("shared", "alt", "email", "WebEmail"),
    ),
    "a plain text": (
        in_a_release("more.txt", f"ask {MAIL}"),
        ("shared", "(text)", "email", "WebEmail"),
    ),
    "the name of a file": (
        in_a_release(f"{MAIL}.txt", "nothing"),
        ("shared", "(file name)", "email", "WebEmail"),
    ),
    "a manifest": (
        in_text("shared/*/*/manifest.json", '"advertiser"', f'"{MAIL}"'),
        ("shared", "kind", "email", "WebEmail"),
    ),
    "a report": (
        in_text("shared/*/*/report.html", "<title>", f"<title>{MAIL} "),
        ("shared", "title", "email", "WebEmail"),
    ),
    "the catalog": (in_the_catalog, ("store", "copied_note", "email", "WebEmail")),
    "a torn file": (torn, ("internal", "(text)", "email", "WebEmail")),
    "the clear, behind the wall": (
        in_the_clear,
        ("restricted", "(file)", "in the clear", "not_encrypted"),
    ),
}


@pytest.fixture(scope="module")
def sabotaged(published, tmp_path_factory):
    """Everything planted at once, and what an audit says."""
    base = tmp_path_factory.mktemp("sabotaged") / "night"
    shutil.copytree(published, base)
    for plant, _ in PLANTED.values():
        plant(base / "store")
    return looked(base / "store")


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_is_found_in(sabotaged, planted):
    assert PLANTED[planted][1] in places(sabotaged)


def test_of_what_is_planted_no_value_is_told(sabotaged):
    shown = io.StringIO()
    show_audit(Console(file=shown, width=200), sabotaged, shapes=True)
    told = (json.dumps(audit_json(sabotaged)) + shown.getvalue()).lower()
    assert all(value not in told for value in ("abelsdottir", "quirin", "5550147", "ax7k2m9q"))


def test_files_that_nothing_names_or_opens_are_told(sabotaged):
    assert list(sabotaged.unreadable) == ["internal/people/torn.parquet"]
    assert {name.split("/")[-1] for name in sabotaged.unnamed} == {
        "more.csv", "more.json", "more.html", "other.html", "more.txt", "torn.parquet",
        "{aaa….aaa…@aaa….aaa.aaa}", "a.parquet", "b.parquet",
    }  # fmt: skip


def test_what_the_linkage_joins_days_with_is_found_among_a_days_pseudonyms(store):
    def change(table):
        at = table.schema.get_field_index("visitor")
        values = pa.array([MONTH, *table["visitor"].to_pylist()[1:]], pa.binary(16))
        return table.set_column(at, table.schema.field(at), values)

    rewrite(the_file(store, EVENTS), change)
    assert places(looked(store)) == {("internal", "visitor", "id", "linkage")}


def test_a_file_that_cannot_be_looked_into_is_no_clean_one(store):
    (store / "internal" / "events" / "torn.parquet").write_bytes(b"PAR1")
    done = looked(store)
    assert (done.sure, done.clean) == ([], False)


def test_what_a_destroyed_key_sealed_is_left_out_and_said(store):
    night = a_night(store.parent)
    keyring = night.keyring("linkage")
    one = the_file(store, "restricted/linkage/*.parquet")
    rows = read_encrypted(one, keyring, "linkage")
    write_encrypted(rows, one, keyring, "linkage", period="2008-04")
    assert looked(store).dictionaries[2].identifiers > 0
    keyring.destroy("2008-04")
    linkage = looked(store).dictionaries[2]
    assert (linkage.identifiers, linkage.left_out) == (0, 1)
    assert "destroyed" in linkage.why_not


def test_a_dictionary_of_an_earlier_run_is_looked_for_and_said_to_count_again(store):
    one = the_file(store, "restricted/proof/*.parquet")
    before = looked(store).dictionaries[0]
    shutil.copy(one, one.with_name("earlier.parquet"))
    proof = (done := looked(store)).dictionaries[0]
    assert (proof.identifiers, proof.superseded) == (2 * before.identifiers, 1)
    show_audit(Console(file=(shown := io.StringIO()), width=200), done, shapes=False)
    assert "in logs; 1 file is of earlier runs, and counts again" in shown.getvalue()
    assert "1 file named by no manifest (superseded ones go after a day)" in shown.getvalue()


def test_a_file_that_went_is_told(store):
    gone = the_file(store, EVENTS)
    gone.unlink()
    assert looked(store).missing == [str(gone.relative_to(store))]


def test_values_and_cells_are_counted_also_where_they_do_not_fit_into_one_look(store, monkeypatch):
    def change(table):
        cells = [f"/a/{MAIL}", "/a/ann@example.org", f"/a/{MAIL}", *table["path"].to_pylist()[3:]]
        at = table.schema.get_field_index("path")
        return table.set_column(at, table.schema.field(at), pa.array(cells, pa.string()))

    rewrite(the_file(store, EVENTS), change)
    monkeypatch.setattr(audit_module, "BATCH", 20)
    (counted,) = [f for f in looked(store).sure if f.rule == "WebEmail"]
    assert (len(counted.values), counted.cells) == (2, 3)


def test_a_pseudonym_that_lies_well_inside_is_found_where_it_went_out_as_text(store, monkeypatch):
    monkeypatch.setattr(audit_module, "BATCH", 20)
    in_a_release("more.csv", f"site;visitor\nwww;{an_id('visitor', 1).hex()}\n")(store)
    assert places(looked(store)) == {("shared", "visitor", "id", "HashOfIdentifier")}


def test_placeholders_are_no_finds(store):
    cells = {"path": "/users/{name}/orders", "parameters": "email={email}&x=1", "search": "{…}"}
    for name, cell in cells.items():
        rewrite(the_file(store, EVENTS), with_cell(name, cell))
    assert looked(store).clean
    rewrite(the_file(store, EVENTS), with_cell("path", "/users/{joe_bloggs}/orders"))
    assert ("internal", "path", "id", "route") in places(looked(store))


def test_without_keys_it_is_said_that_nobody_was_looked_for(store):
    done = looked(store, keys=False)
    assert [bool(one.why_not) for one in done.dictionaries] == [True] * 3
    (store.parent / "keys" / "vault.json").unlink()
    assert {one.whose: bool(one.why_not) for one in looked(store).dictionaries} == {
        "proof": False, "vault": True, "linkage": False,
    }  # fmt: skip


def test_nothing_in_the_store_is_changed(store):
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    looked(store)
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == before


def test_keys_that_are_no_keys_and_no_store_are_wrong_use(store, tmp_path):
    run = CliRunner().invoke(app, ["audit", str(store), "--keys", str(tmp_path)])
    assert (run.exit_code, "no key of proof" in run.output) == (2, True)
    with pytest.raises(UsageError, match="no store here"):
        audit(str(tmp_path), Detection(), None, False, Console(quiet=True))


def test_the_command_ends_with_0_or_3_or_2_and_tells_no_value(store, tmp_path):
    run = CliRunner().invoke
    keys = ["--keys", str(store.parent / "keys")]
    clean = run(app, ["audit", str(store), *keys])
    assert clean.exit_code == 0
    assert "Clean: nothing personal was found." in clean.stdout
    rewrite(the_file(store, EVENTS), with_cell("path", f"/books/{MAIL}"))
    bad = run(app, ["audit", str(store), *keys])
    assert bad.exit_code == 3
    assert "abelsdottir" not in bad.output
    document = run(app, ["audit", str(store), "--json", "--quiet"])
    assert document.exit_code == 3
    told = json.loads(document.stdout)
    assert told["finds"][0]["kind"] == "email"
    assert [one["looked_for"] for one in told["dictionaries"]] == [False] * 3
    assert run(app, ["audit", str(tmp_path / "nowhere")]).exit_code == 2
    assert run(app, ["audit", str(store), "--show"]).exit_code == 2


def test_a_packed_file_is_said_to_be_packed_and_a_damaged_one_damaged(store):
    place = next(store.glob("shared/*/*"))
    with zipfile.ZipFile(place / "more.zip", "w") as packed:
        packed.writestr("a.txt", f"ask {MAIL}")
    (place / "more.txt.gz").write_bytes(gzip.compress(f"ask {MAIL}".encode()))
    (place / "torn.parquet").write_bytes(b"PAR1\0\0")
    told = {name.rpartition("/")[2]: why for name, why in looked(store).unreadable.items()}
    assert told == {
        "more.zip": "packed: not looked into (UnicodeDecodeError)",
        "more.txt.gz": "packed: not looked into (UnicodeDecodeError)",
        "torn.parquet": "damaged, or not what its name says (ArrowInvalid)",
    }
