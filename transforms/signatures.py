"""Whether a signature holds, by the public key alone: Ed25519 (RFC 8032), with Tink's prefix.

The prefix says by which key it was made: so a key directory that is another store's is told from
something that was changed.
"""

import json
from pathlib import Path

import tink
from tink import signature

from weir.schemas.errors import ConfigError, KeyMissingError, OtherKeyError, WallError

_PREFIX = 5  # the byte 1, then the key's id
_json = tink.json_proto_keyset_format

signature.register()


def verify(public: Path | bytes, data: bytes, signed: bytes) -> None:
    """Check an Ed25519 signature with the public key alone (its file, or the file's bytes).

    Raises WallError if it does not hold, OtherKeyError if it says that another key made it,
    KeyMissingError if there is no public key.
    """
    place = str(public) if isinstance(public, Path) else "public key"
    try:
        keyset = public.read_bytes() if isinstance(public, Path) else public
        verifier = _json.parse_without_secret(keyset.decode()).primitive(signature.PublicKeyVerify)
    except FileNotFoundError:
        raise KeyMissingError(
            f"{place}: no such file; who signs hands out signing.pub.json"
        ) from None
    except (tink.TinkError, ValueError):
        raise ConfigError(f"{place}: not a public signing key") from None
    try:
        verifier.verify(signed, data)
    except tink.TinkError:
        refuse_other_key(signer_of(signed), key_ids(keyset), place)
        raise WallError(f"signature: not by {place}, or what it signs was changed") from None


def refuse_other_key(signer: int | None, known: tuple[int, ...], place: str) -> None:
    """OtherKeyError if a signature says that its key is none of those that a place has."""
    if signer is not None and signer not in known:
        has = ", ".join(map(str, known))
        raise OtherKeyError(
            f"signed by key {signer}, but {place} has {has}; are these the right keys?"
        )


def signer_of(signed: bytes) -> int | None:
    """The id that a signature says its key has; None if it says none."""
    says = len(signed) >= _PREFIX and signed[0] == 1
    return int.from_bytes(signed[1:_PREFIX]) if says else None


def key_ids(public: bytes) -> tuple[int, ...]:
    """The ids of a public keyset, in its order; none if it is none."""
    try:
        return tuple(int(one["keyId"]) for one in json.loads(public)["key"])
    except (ValueError, KeyError, TypeError):
        return ()


def is_public_key(data: bytes) -> bool:
    """Whether a file is a public keyset and holds nothing secret."""
    try:
        _json.parse_without_secret(data.decode())
    except (tink.TinkError, ValueError):
        return False
    return True
