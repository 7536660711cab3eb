"""`weir audit` on people of the vault who stand in a store in ways that the wall does not read."""

import json
from base64 import b64encode

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from a_store import a_small_store
from typer.testing import CliRunner

from weir.pipelines.cli import app
from weir.schemas.event import VAULT
from weir.transforms.encrypted import write_encrypted
from weir.transforms.keys import Keyring, create_keys

PEOPLE = {
    "u1": {"email": "jane.doe@example.org", "phone": "+44 7700 900783"},
    "u2": {"email": "quirks@example.org"},
    "u3": {"first_name": "Käthe", "last_name": "Müller-Maß"},
}


@pytest.fixture
def store(tmp_path):
    """A store with people in its vault, and keys beside it."""
    root = a_small_store(tmp_path / "store").root
    create_keys(tmp_path / "keys", "vault")
    rows = [
        {"site": "www", "user": user, "field": field, "value": value}
        for user, data in PEOPLE.items()
        for field, value in data.items()
    ]
    vault = root / "restricted" / "vault" / "one.parquet"
    vault.parent.mkdir(parents=True)
    keyring = Keyring.open(tmp_path / "keys", "vault")
    write_encrypted(pa.Table.from_pylist(rows, VAULT), vault, keyring, "vault")
    return root


def audited(store):
    """Exit code, and (column, kind, rule) of the finds."""
    keys = str(store.parent / "keys")
    run = CliRunner().invoke(app, ["audit", str(store), "--keys", keys, "--json", "--quiet"])
    told = json.loads(run.stdout)
    assert not [part for part in ("jane", "900783", "@", "Müller", "ller-Ma") if part in run.stdout]
    return run.exit_code, {(f["column"], f["kind"], f["rule"]) for f in told["finds"]}


UTF_16 = b64encode("to Käthe Müller-Maß".encode("utf-16-le")).decode()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("j / a / n / e / d / o / e / at / example / org", "email"),
        (UTF_16, "name"),
    ],
)
def test_it_is_found_in_a_text(store, text, kind):
    (store / "note.txt").write_text(f"{text}\n")
    code, finds = audited(store)
    assert code == 3
    assert ("(text)", kind, "written apart") in finds


def test_a_number_with_signs_in_it_is_found(store):
    (store / "note.txt").write_text("4-4_7700...900783\n")
    code, finds = audited(store)
    assert (code, {kind for _, kind, _ in finds}) == (3, {"phone"})


def cells(**columns):
    fields = [pa.field(name, pa.string(), metadata={"class": "nii"}) for name in columns]
    return pa.table([pa.array(values) for values in columns.values()], pa.schema(fields))


def test_it_is_found_over_the_columns_of_a_row(store):
    table = cells(
        product=["example.org", "two"], size=["large", "small"], path=["/books/quirks", "/toys"]
    )
    pq.write_table(table, store / "a.parquet")
    assert audited(store) == (3, {("product + path", "email", "written apart")})


def test_it_is_found_over_three_columns_of_a_sheet(store):
    (store / "a.csv").write_text("a;b;c;d\none;two;three;x\n07;700;900783;x\n")
    assert audited(store) == (3, {("(row)", "phone", "written apart")})


def test_cells_of_different_rows_are_not_joined(store):
    pq.write_table(cells(a=["/quirks", "x"], b=["y", "example.org"]), store / "a.parquet")
    assert audited(store) == (0, set())
