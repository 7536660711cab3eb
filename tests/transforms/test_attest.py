"""Nothing is disclosed that was not attested, and an attestation is of one input alone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from weir.schemas.errors import KeyMissingError, WallError
from weir.schemas.manifests import PolicyStamp
from weir.transforms.attest import Attestation, attest, demand
from weir.transforms.keys import Keyring, create_keys, public_key_path

STRICT = PolicyStamp(name="strict", version="1", sha256="ab" * 32)
EVENTS = {"events": "cd" * 32}


def an_attestation(**changes: Any) -> Attestation:
    facts: dict[str, Any] = {
        "date": date(2008, 4, 22),
        "datasets": {**EVENTS, "people": "ef" * 32},
        "inputs": "01" * 32,
        "identifiers": 1000,
        "strings": 20,
        "replaced": {"email": 2},
        "detector": "1",
        "policy": STRICT,
        "software": "weir 0.1.0",
    }
    return Attestation(**(facts | changes))


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys", "signing")
    return tmp_path / "keys"


def signed(keys: Path, **changes: Any) -> tuple[bytes, bytes]:
    return attest(an_attestation(**changes), Keyring.open(keys, "signing"))


def test_an_attested_input_is_let_through_with_the_public_key_alone(keys):
    data, signature = signed(keys)
    public = public_key_path(keys).read_bytes()
    found = demand(data, signature, public, EVENTS, date="2008-04-22", policy=STRICT)
    assert found == an_attestation()


def test_the_same_night_is_attested_in_the_same_bytes(keys):
    assert signed(keys) == signed(keys)


@pytest.mark.parametrize(("data", "signature"), [(None, b"x"), (b"{}", None), (b"", b"")])
def test_no_attestation_no_passage(keys, data, signature):
    with pytest.raises(WallError, match="not attested; run `weir ingest`"):
        demand(data, signature, public_key_path(keys), EVENTS)


def test_an_attestation_in_files_is_read_and_a_missing_one_is_named(keys, tmp_path):
    data, signature = signed(keys)
    (tmp_path / "a.json").write_bytes(data)
    (tmp_path / "a.sig").write_bytes(signature)
    demand(tmp_path / "a.json", tmp_path / "a.sig", public_key_path(keys), EVENTS)
    (tmp_path / "a.sig").unlink()
    with pytest.raises(WallError, match=r"a\.json: the events were not attested"):
        demand(tmp_path / "a.json", tmp_path / "a.sig", public_key_path(keys), EVENTS)


def test_a_changed_byte_or_a_strangers_signature_is_refused(keys, tmp_path):
    data, signature = signed(keys)
    create_keys(tmp_path / "stranger", "signing")
    for changed, by in (
        (data.replace(b"1000", b"1001"), signature),
        (data, signature[:-1] + bytes([signature[-1] ^ 1])),
    ):
        with pytest.raises(WallError, match="signature"):
            demand(changed, by, public_key_path(keys), EVENTS)
    with pytest.raises(WallError, match="attestation: signed by key"):
        demand(*signed(tmp_path / "stranger"), public_key_path(keys), EVENTS)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"date": "2008-04-23"}, "of another date than 2008-04-23"),
        ({"datasets": {"events": "00" * 32}}, "events is not what was proved"),
        ({"datasets": {**EVENTS, "extra": "00" * 32}}, "extra is not what was proved"),
        ({"datasets": {}}, "nothing is not what was proved"),
        ({"policy": PolicyStamp(name="strict", version="2", sha256="ab" * 32)}, "another policy"),
    ],
)
def test_an_attestation_of_something_else_is_refused(keys, asked, told):
    wanted: dict[str, Any] = {"date": "2008-04-22", "datasets": EVENTS, "policy": STRICT}
    with pytest.raises(WallError, match=told):
        demand(*signed(keys), public_key_path(keys), **(wanted | asked))


@pytest.mark.parametrize("data", [b"not json", b"{}", b"[1]", b'{"version": 3}'])
def test_signed_nonsense_is_refused(keys, data):
    signature = Keyring.open(keys, "signing").sign(data)
    with pytest.raises(WallError, match="not readable"):
        demand(data, signature, public_key_path(keys), EVENTS)


def test_an_attestation_of_another_version_or_form_is_refused(keys):
    ring = Keyring.open(keys, "signing")
    for data in (an_attestation(version=3).data(), an_attestation().data() + b" "):
        with pytest.raises(WallError, match="another version"):
            demand(data, ring.sign(data), public_key_path(keys), EVENTS)


def test_without_the_signing_key_nothing_is_attested(tmp_path):
    create_keys(tmp_path / "keys", "proof")
    with pytest.raises(KeyMissingError, match="did not open the 'signing' keys"):
        attest(an_attestation(), Keyring.open(tmp_path / "keys", "proof"))
