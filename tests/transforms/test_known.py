"""Dictionaries made for an audit: of everybody in the vault, whatever row groups they stand in."""

import pyarrow as pa
import pytest

from weir.schemas.event import VAULT
from weir.transforms import known
from weir.transforms.encrypted import write_encrypted
from weir.transforms.keys import Keyring, create_keys
from weir.transforms.proof import prove

PEOPLE = [
    ("www", "u1", "first_name", "Quirin"),
    ("www", "u2", "first_name", "Ottilie"),
    ("www", "u2", "email", "o@example.org"),
    ("shop", "u1", "last_name", "Brandstetter"),  # another site's u1
    ("www", "u2", "last_name", "Vandermolen"),
    ("www", "u1", "last_name", "Abelsdottir"),
]


@pytest.fixture
def keyring(tmp_path):
    create_keys(tmp_path / "keys", "vault")
    return Keyring.open(tmp_path / "keys", "vault")


def found(one, *texts):
    strings = pa.table({"column": ["path"] * len(texts), "value": list(texts)})
    matches = prove(strings, one.files, one.key, one.keyring)
    return {(texts[row["value_index"]], row["kind"]) for row in matches.to_pylist()}


@pytest.mark.parametrize("rows", [1, 3, 6])
def test_a_persons_names_are_joined_across_row_groups(tmp_path, monkeypatch, keyring, rows):
    monkeypatch.setattr("weir.transforms.encrypted.ROW_GROUP_ROWS", rows)
    vault = pa.Table.from_pylist([dict(zip(VAULT.names, p, strict=True)) for p in PEOPLE], VAULT)
    path = str(tmp_path / "vault.parquet")
    write_encrypted(vault, path, keyring, "vault")
    (tmp_path / "scratch").mkdir()
    one = known.made("vault", (path,), keyring, tmp_path / "scratch")
    assert len(one.files) == 6 // rows
    assert found(
        one,
        "/x/quirin-abelsdottir",
        "ottilie vandermolen",
        "o%40example.org",
        "quirin brandstetter",
    ) == {
        ("/x/quirin-abelsdottir", "name"),
        ("ottilie vandermolen", "name"),
        ("o%40example.org", "email"),
    }


def test_what_lies_in_the_scratch_directory_opens_with_no_key_that_is_kept(tmp_path, keyring):
    vault = pa.Table.from_pylist([dict(zip(VAULT.names, p, strict=True)) for p in PEOPLE], VAULT)
    path = str(tmp_path / "vault.parquet")
    write_encrypted(vault, path, keyring, "vault")
    (tmp_path / "scratch").mkdir()
    one = known.made("vault", (path,), keyring, tmp_path / "scratch")
    kept = list((tmp_path / "scratch").iterdir())
    assert {str(path) for path in kept} == {*one.files, *one.sought.files}
    assert all(path.read_bytes().endswith(b"PARE") for path in kept)


def test_who_is_in_the_vaults_of_two_dates_is_written_once(tmp_path, keyring):
    (tmp_path / "scratch").mkdir()
    ways = []
    for dates in (PEOPLE,), (PEOPLE, PEOPLE), (PEOPLE[:2], PEOPLE):
        paths = []
        for people in dates:
            rows = [dict(zip(VAULT.names, person, strict=True)) for person in people]
            paths.append(str(tmp_path / f"{len(paths)}.parquet"))
            write_encrypted(pa.Table.from_pylist(rows, VAULT), paths[-1], keyring, "vault")
        ways.append(known.made("vault", tuple(paths), keyring, tmp_path / "scratch").ways)
    assert ways == [ways[0]] * 3
    assert ways[0] > 0


def test_a_vault_of_nobody_has_no_ways(tmp_path, keyring):
    (tmp_path / "scratch").mkdir()
    write_encrypted(VAULT.empty_table(), tmp_path / "none.parquet", keyring, "vault")
    one = known.made("vault", (str(tmp_path / "none.parquet"),), keyring, tmp_path / "scratch")
    assert (one.ways, one.sought, one.damaged) == (0, None, ())
