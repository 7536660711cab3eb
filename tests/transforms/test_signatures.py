"""A signature holds for what it signs and by whose key, and says when it is another one's."""

from pathlib import Path

import pytest

from weir.schemas.errors import ConfigError, KeyMissingError, OtherKeyError, WallError
from weir.transforms.keys import Keyring, create_keys, public_key_path
from weir.transforms.signatures import key_ids, signer_of, verify


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    create_keys(tmp_path / "keys", "signing")
    return tmp_path / "keys"


def test_a_signature_holds_with_the_public_key_alone(keys):
    signed = Keyring.open(keys, "signing").sign(b"a manifest")
    public = public_key_path(keys)
    verify(public, b"a manifest", signed)
    verify(public.read_bytes(), b"a manifest", signed)
    for data, signature in (
        (b"another", signed),
        (b"a manifest", signed[:-1] + bytes([signed[-1] ^ 1])),
        (b"a manifest", b""),
        (b"a manifest", signed[5:]),
    ):
        with pytest.raises(WallError, match="signature") as refused:
            verify(public, data, signature)
        assert not isinstance(refused.value, OtherKeyError)


def test_a_strangers_signature_is_refused_and_both_keys_are_told(keys, tmp_path):
    create_keys(tmp_path / "stranger", "signing")
    ring, stranger = (Keyring.open(place, "signing") for place in (keys, tmp_path / "stranger"))
    signed = ring.sign(b"a manifest")
    assert signer_of(signed) == ring.signer
    public = public_key_path(tmp_path / "stranger")
    assert key_ids(public.read_bytes()) == (stranger.signer,)
    told = f"signed by key {ring.signer}, but {public} has {stranger.signer}; are these"
    with pytest.raises(OtherKeyError, match=told) as refused:
        verify(public, b"a manifest", signed)
    assert refused.value.exit_code == 2


def test_a_public_key_that_is_none_is_said_so(keys):
    with pytest.raises(KeyMissingError, match="no such file"):
        verify(keys / "nowhere.json", b"", b"")
    with pytest.raises(ConfigError, match="not a public signing key"):
        verify(b"{}", b"", b"")
    with pytest.raises(ConfigError, match="not a public signing key"):
        verify(keys / "signing.json", b"", b"")  # the secret one is never taken for it
    assert key_ids(b"[]") == key_ids(b"no JSON") == ()
