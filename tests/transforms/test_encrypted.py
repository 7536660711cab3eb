"""Restricted files: readable with the purpose's keys, and otherwise not at all."""

import pickle
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weir.schemas.columns import PII, data_class
from weir.schemas.errors import KeyMissingError, WallError, WeirError
from weir.schemas.event import QUARANTINE, VAULT
from weir.transforms import write
from weir.transforms.encrypted import read_encrypted, row_groups, write_encrypted
from weir.transforms.keys import Keyring, create_keys


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    create_keys(tmp_path / "keys", "vault", "quarantine")
    return Keyring.open(tmp_path / "keys", "vault", "quarantine")


def a_vault(rows: int = 3) -> pa.Table:
    columns = {
        "site": ["www"] * rows,
        "user": [f"u{n}" for n in range(rows)],
        "field": ["email"] * rows,
        "value": [f"joe{n}@example.org" for n in range(rows)],
    }
    return pa.table(columns, schema=VAULT)


def test_what_was_encrypted_is_read_back_with_its_classes(tmp_path, keyring):
    written = write_encrypted(a_vault(), tmp_path / "a.parquet", keyring, "vault", "2008-04-22")
    assert (written.path, written.rows) == (str(tmp_path / "a.parquet"), 3)
    table = read_encrypted(written.path, keyring, "vault")
    assert table.equals(a_vault())
    assert data_class(table.schema.field("value")) is PII
    assert read_encrypted(written.path, keyring, "vault", ["value"]).column_names == ["value"]


def test_another_process_reads_it_with_a_keyring_that_was_pickled(tmp_path, keyring):
    write_encrypted(a_vault(), tmp_path / "a.parquet", keyring, "vault")
    theirs = pickle.loads(pickle.dumps(keyring))
    assert read_encrypted(tmp_path / "a.parquet", theirs, "vault").equals(a_vault())


def test_nothing_can_be_read_in_the_bytes(tmp_path, keyring):
    write_encrypted(a_vault(2000), tmp_path / "a.parquet", keyring, "vault")
    content = (tmp_path / "a.parquet").read_bytes()
    for text in (b"example.org", b"joe", b"email", b"value", b"about", b"ARROW:schema"):
        assert text not in content
    with pytest.raises(Exception, match="encrypted"):
        pq.read_metadata(tmp_path / "a.parquet")


def test_without_the_key_nothing_is_read(tmp_path, keyring):
    write_encrypted(a_vault(), tmp_path / "a.parquet", keyring, "vault")
    create_keys(tmp_path / "stranger", "vault")
    with pytest.raises(WeirError, match=r"a\.parquet: cannot be decrypted") as caught:
        read_encrypted(
            tmp_path / "a.parquet", Keyring.open(tmp_path / "stranger", "vault"), "vault"
        )
    assert caught.value.__cause__ is None
    with pytest.raises(KeyMissingError, match="did not open the 'vault' keys"):
        analyst = Keyring.open(tmp_path / "keys", "quarantine")
        read_encrypted(tmp_path / "a.parquet", analyst, "vault")


def test_a_file_of_one_purpose_is_not_read_as_another(tmp_path, keyring):
    write_encrypted(a_vault(), tmp_path / "a.parquet", keyring, "vault")
    with pytest.raises(WeirError, match="cannot be decrypted with the 'quarantine' keys"):
        read_encrypted(tmp_path / "a.parquet", keyring, "quarantine")


def test_a_flipped_bit_anywhere_never_reads_as_something_else(tmp_path, keyring):
    write_encrypted(a_vault(), tmp_path / "a.parquet", keyring, "vault")
    content = (tmp_path / "a.parquet").read_bytes()
    refused = 0
    for place in range(0, len(content), 3):
        flipped = bytearray(content)
        flipped[place] ^= 1 << place % 8
        (tmp_path / "b.parquet").write_bytes(flipped)
        try:
            assert read_encrypted(tmp_path / "b.parquet", keyring, "vault").equals(a_vault())
        except WeirError as error:
            refused += 1
            assert "b.parquet" in str(error)
            assert "@" not in str(error)
    assert refused > 0.8 * len(content) / 3  # the rest: magic, names in the clear


def test_a_truncated_and_a_missing_file_are_named(tmp_path, keyring):
    write_encrypted(a_vault(), tmp_path / "a.parquet", keyring, "vault")
    content = (tmp_path / "a.parquet").read_bytes()
    for cut in (0, 3, 100, len(content) - 5):
        (tmp_path / "b.parquet").write_bytes(content[:cut])
        with pytest.raises(WeirError, match=r"b\.parquet: cannot be decrypted"):
            read_encrypted(tmp_path / "b.parquet", keyring, "vault")
    with pytest.raises(WeirError, match=r"c\.parquet: no such file"):
        read_encrypted(tmp_path / "c.parquet", keyring, "vault")


def test_a_plain_file_does_not_pass_for_an_encrypted_one(tmp_path, keyring):
    pq.write_table(a_vault(), tmp_path / "a.parquet")
    with pytest.raises(WallError, match="lies in the clear"):
        read_encrypted(tmp_path / "a.parquet", keyring, "vault")


def test_a_period_that_was_destroyed_takes_its_files_along(tmp_path, keyring):
    table = pa.table(
        {"file": ["f"], "line": [1], "reason": ["x"], "raw": [b"joe"]}, schema=QUARANTINE
    )
    for day in ("2008-04-22", "2008-04-23"):
        write_encrypted(table, tmp_path / day, keyring, "quarantine", period=day)
    keyring.destroy("2008-04-22", "quarantine")
    fresh = Keyring.open(tmp_path / "keys", "quarantine")
    with pytest.raises(KeyMissingError, match="2008-04-22 was destroyed"):
        read_encrypted(tmp_path / "2008-04-22", fresh, "quarantine")
    assert read_encrypted(tmp_path / "2008-04-23", fresh, "quarantine").equals(table)


def test_empty_nested_and_dictionary_columns_are_encrypted_too(tmp_path, keyring):
    table = pa.table(
        {
            "nested": pa.array([[{"a": "joe", "b": 1}], None], None),
            "coded": pa.array(["x", "y"]).dictionary_encode(),
            "nothing": pa.nulls(2),
        }
    )
    for rows in (table, table.slice(0, 0), a_vault(0)):
        write_encrypted(rows, tmp_path / "a.parquet", keyring, "vault")
        assert read_encrypted(tmp_path / "a.parquet", keyring, "vault").equals(rows)
        assert b"nested" not in (tmp_path / "a.parquet").read_bytes()


def test_large_files_come_in_row_groups(tmp_path, keyring):
    table = a_vault(write.ROW_GROUP_ROWS + 10)
    write_encrypted(table, tmp_path / "a.parquet", keyring, "vault")
    parts = list(row_groups(tmp_path / "a.parquet", keyring, "vault", ["user"]))
    assert [part.num_rows for part in parts] == [write.ROW_GROUP_ROWS, 10]
    assert pa.concat_tables(parts).equals(table.select(["user"]))


def test_one_unwrap_opens_all_files_of_a_worker(tmp_path, keyring, monkeypatch):
    for number in range(5):
        write_encrypted(a_vault(), tmp_path / str(number), keyring, "vault", "2008-04-22")
    theirs = pickle.loads(pickle.dumps(keyring))
    asked = []
    aead = Keyring.aead
    monkeypatch.setattr(Keyring, "aead", lambda *a, **k: asked.append(a) or aead(*a, **k))
    for number in range(5):
        read_encrypted(tmp_path / str(number), theirs, "vault")
    assert len(asked) == 1
