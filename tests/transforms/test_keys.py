"""Keys: opened by purpose, never told, and gone when destroyed."""

import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path

import pyarrow as pa
import pytest
import tink
from tink import aead, secret_key_access

from weir.schemas.errors import ConfigError, KeyMissingError, UsageError
from weir.transforms.keys import (
    KEK_VARIABLE,
    PURPOSES,
    Keyring,
    create_keys,
    keyed_hash,
)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys")
    return tmp_path / "keys"


def a_kek(path: Path) -> Path:
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    text = tink.json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN)
    path.write_text(text)
    path.chmod(0o600)
    return path


def secrets_of(keys: Path) -> list[str]:
    return [
        key["keyData"]["value"]
        for purpose in PURPOSES
        for key in json.loads((keys / f"{purpose}.json").read_text())["key"]
    ]


def test_key_files_are_for_their_owner_alone(keys):
    assert keys.stat().st_mode & 0o777 == 0o700
    assert {f.name: f.stat().st_mode & 0o777 for f in keys.glob("*.json")} == {
        **{f"{purpose}.json": 0o600 for purpose in PURPOSES},
        "signing.pub.json": 0o644,
    }


def test_keys_are_never_overwritten_and_a_missing_one_can_be_added(keys):
    before = (keys / "vault.json").read_bytes()
    with pytest.raises(UsageError, match="never overwritten"):
        create_keys(keys)
    (keys / "proof.json").unlink()
    create_keys(keys, "proof")
    assert (keys / "vault.json").read_bytes() == before
    assert Keyring.open(keys, *PURPOSES).purposes == PURPOSES


def test_a_missing_key_file_is_named_with_its_remedy(keys):
    (keys / "vault.json").unlink()
    with pytest.raises(KeyMissingError, match=r"vault\.json: no such key file; restore"):
        Keyring.open(keys, "vault")


def test_a_keyring_opens_only_what_it_is_asked_for(keys):
    (keys / "vault.json").unlink()  # an analyst has none
    keyring = Keyring.open(keys, "pseudonyms")
    assert len(keyring.derive("pseudonyms", "www", "2008-04-22", "visitor")) == 32
    with pytest.raises(KeyMissingError, match="did not open the 'vault' keys"):
        keyring.derive("vault", "x")


def test_a_purpose_that_is_none_is_refused(keys):
    with pytest.raises(UsageError, match="no such purpose 'vaults'"):
        Keyring.open(keys, "vaults")


def test_equal_keysets_of_two_purposes_are_refused(keys):
    (keys / "linkage.json").write_bytes((keys / "vault.json").read_bytes())
    with pytest.raises(ConfigError, match=r"vault\.json and linkage\.json hold the same key"):
        Keyring.open(keys, "vault", "linkage")
    with pytest.raises(ConfigError, match="hold the same key"):
        Keyring.open(keys, *PURPOSES)


def test_a_key_that_others_may_read_is_refused(keys):
    (keys / "vault.json").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        Keyring.open(keys, "vault")


def test_a_damaged_key_file_is_refused_without_its_content(keys):
    text = (keys / "vault.json").read_text()
    (keys / "vault.json").write_text(text.replace('"keyData"', '"keyDatum"'))
    with pytest.raises(ConfigError, match="not a keyset") as caught:
        Keyring.open(keys, "vault")
    assert json.loads(text)["key"][0]["keyData"]["value"] not in str(caught.value)


def test_contexts_do_not_run_into_each_other(keys):
    keyring = Keyring.open(keys, "pseudonyms", "proof")
    derived = {
        keyring.derive("pseudonyms", "a", "bc"),
        keyring.derive("pseudonyms", "ab", "c"),
        keyring.derive("pseudonyms", "abc"),
        keyring.derive("pseudonyms", "abc", ""),
        keyring.derive("proof", "abc"),
    }
    assert len(derived) == 5


def test_the_same_context_is_the_same_key_wherever_it_is_opened(keys):
    one, other = Keyring.open(keys, "pseudonyms"), Keyring.open(str(keys), "pseudonyms", "vault")
    assert one.derive("pseudonyms", "www") == other.derive("pseudonyms", "www")


def test_neither_pickle_nor_repr_holds_a_key(keys):
    keyring = Keyring.open(keys, *PURPOSES)
    keyring.aead("vault", "x")
    told = pickle.dumps(keyring) + repr(keyring).encode() + str(keyring).encode()
    for secret in secrets_of(keys):
        assert secret.encode() not in told
    again = pickle.loads(pickle.dumps(keyring))
    assert again.purposes == PURPOSES
    assert again.derive("proof", "x") == keyring.derive("proof", "x")


def test_a_pickled_keyring_opens_nothing_where_there_are_no_keys(keys):
    frozen = pickle.dumps(Keyring.open(keys, "vault"))
    (keys / "vault.json").unlink()
    with pytest.raises(KeyMissingError):
        pickle.loads(frozen)


def test_wrapped_keysets_need_the_key_that_wraps_them(tmp_path, monkeypatch):
    monkeypatch.setenv(KEK_VARIABLE, str(a_kek(tmp_path / "kek.json")))
    create_keys(tmp_path / "keys")
    assert "keyData" not in (tmp_path / "keys" / "vault.json").read_text()
    derived = Keyring.open(tmp_path / "keys", "vault").derive("vault", "x")
    assert Keyring.open(tmp_path / "keys", "vault").derive("vault", "x") == derived
    monkeypatch.setenv(KEK_VARIABLE, str(a_kek(tmp_path / "other.json")))
    with pytest.raises(ConfigError, match="wrapped for another purpose or by another key"):
        Keyring.open(tmp_path / "keys", "vault")
    monkeypatch.delenv(KEK_VARIABLE)
    with pytest.raises(KeyMissingError, match=f"set {KEK_VARIABLE}"):
        Keyring.open(tmp_path / "keys", "vault")


def test_a_wrapped_keyset_does_not_pass_for_another_purpose(tmp_path, monkeypatch):
    monkeypatch.setenv(KEK_VARIABLE, str(a_kek(tmp_path / "kek.json")))
    create_keys(tmp_path / "keys")
    (tmp_path / "keys" / "vault.json").replace(tmp_path / "keys" / "proof.json")
    with pytest.raises(ConfigError, match="another purpose"):
        Keyring.open(tmp_path / "keys", "proof")


def test_a_period_key_is_the_same_for_everybody_and_stored_wrapped(keys):
    week = Keyring.open(keys, "linkage").period_key("2008-W17", "www")
    keyring = Keyring.open(keys, "linkage")
    assert keyring.period_key("2008-W17", "www") == week
    assert len({week, keyring.period_key("2008-04", "www"), keyring.period_key("2008-W17")}) == 3
    assert keyring.periods() == ("2008-04", "2008-W17")
    root = keys / "periods" / "linkage" / "2008-W17.json"
    assert root.stat().st_mode & 0o777 == 0o600
    root.write_bytes((root.parent / "2008-04.json").read_bytes())
    with pytest.raises(ConfigError, match="not a root"):
        keyring.period_key("2008-W17")


def test_workers_that_race_for_a_period_get_one_root(keys):
    with ThreadPoolExecutor(8) as pool:
        rings = [Keyring.open(keys, "linkage") for _ in range(8)]
        for number in range(1, 13):
            period = f"2008-{number:02}"
            assert len(set(pool.map(lambda ring, p=period: ring.period_key(p), rings))) == 1
    assert not list((keys / "periods" / "linkage").glob(".*"))


def test_a_destroyed_period_stays_destroyed(keys):
    keyring = Keyring.open(keys, "linkage")
    keyring.period_key("2008-W17")
    keyring.destroy("2008-W17")
    for ring in (keyring, Keyring.open(keys, "linkage")):
        with pytest.raises(KeyMissingError, match=r"2008-W17 was destroyed"):
            ring.period_key("2008-W17")
    assert keyring.periods() == ()
    keyring.destroy("2008-W18")  # before anybody used it
    with pytest.raises(KeyMissingError):
        keyring.period_key("2008-W18")


@pytest.mark.parametrize("period", ["../vault", "2008", "2008-W1", "", "2008-04-22/x"])
def test_what_is_no_period_is_no_file_name(keys, period):
    with pytest.raises(UsageError, match="a period is"):
        Keyring.open(keys, "linkage").period_key(period)


def test_an_encryption_key_follows_context_and_period(keys):
    keyring = Keyring.open(keys, "vault")
    sealed = keyring.aead("vault", "people").encrypt(b"text", b"")
    assert Keyring.open(keys, "vault").aead("vault", "people").decrypt(sealed, b"") == b"text"
    for other in (keyring.aead("vault", "x"), keyring.aead("vault", "people", period="2008-04")):
        with pytest.raises(tink.TinkError):
            other.decrypt(sealed, b"")


def test_rotation_keeps_old_ciphertexts_readable(keys):
    sealed = Keyring.open(keys, "vault").aead("vault").encrypt(b"text", b"")
    mine, new = keys / "vault.json", keys.parent / "new"
    create_keys(new, "vault")
    old, added = json.loads(mine.read_text()), json.loads((new / "vault.json").read_text())
    rotated = {"primaryKeyId": added["primaryKeyId"], "key": old["key"] + added["key"]}
    mine.write_text(json.dumps(rotated))
    after = Keyring.open(keys, "vault").aead("vault")
    assert after.decrypt(sealed, b"") == b"text"
    with pytest.raises(tink.TinkError):  # the new key encrypts
        Keyring.open(new, "vault").aead("vault").decrypt(sealed, b"")
    fresh = after.encrypt(b"text", b"")
    assert Keyring.open(new, "vault").aead("vault").decrypt(fresh, b"") == b"text"


def test_keyed_hash_is_blake2b_of_each_value_and_nulls_stay_null():
    values = pa.array(["x", None, "", "ümlaut", "joe@example.org"]).slice(1)
    hashed = keyed_hash(values, b"k" * 32)
    assert hashed.type == pa.binary(16)
    assert hashed.to_pylist() == [
        None if value is None else blake2b(value.encode(), key=b"k" * 32, digest_size=16).digest()
        for value in values.to_pylist()
    ]
    hashed.validate(full=True)


def test_keyed_hash_of_nothing_and_of_other_sizes():
    assert keyed_hash(pa.array([], pa.string()), b"k").to_pylist() == []
    assert keyed_hash(pa.array([b"x"]), b"k", size=8).type == pa.binary(8)


def test_keys_of_another_process_are_the_same(keys):
    script = (
        "import sys; from weir.transforms.keys import Keyring;"
        "print(Keyring.open(sys.argv[1], 'linkage').period_key('2008-W17').hex())"
    )
    ours = Keyring.open(keys, "linkage").period_key("2008-W17").hex()
    theirs = subprocess.run(
        [sys.executable, "-c", script, str(keys)],
        capture_output=True, text=True, check=True, env=dict(os.environ),
    )  # fmt: skip
    assert theirs.stdout.strip() == ours
