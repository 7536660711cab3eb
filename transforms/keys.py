"""Keys: one Tink keyset a purpose, opened only by who needs it.

A key directory (mode 0700, outside the store) holds `<purpose>.json`, a Tink keyset each: an
HKDF-SHA256 PRF, or Ed25519 for `signing`, whose public half lies beside it as `signing.pub.json`.
A role is the set of files somebody was given. All secrets of a purpose come out of its PRF, named
by their context; so the AEAD that encrypts a purpose's files is derived too, the way Tink's
KeysetDeriver does it: one AES-256-GCM key per PRF key, under the same id, so that rotation of the
PRF rotates the AEAD and old files stay readable.

WEIR_KEK may name a file with a Tink AEAD keyset; keysets are then written wrapped by it, and
wrapped ones need it to be opened. Without it keysets are cleartext, protected by mode 0600.

What must become meaningless one day hangs on a **period root**: 32 random bytes, stored wrapped in
`periods/<purpose>/`. They lie with the keys and not in the store, because whoever has a copy of
the store (a backup) and the purpose's keyset could otherwise undo their destruction. The key
directory of a cluster is one shared directory, or its roots are made before it is handed out.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import tink
from tink import aead, prf, secret_key_access, signature

from weir.schemas.errors import ConfigError, KeyMissingError, UsageError

PURPOSES = (
    "pseudonyms",  # stand for identifiers in internal events, by site and day
    "linkage",  # joins the days of a period
    "vault",
    "quarantine",
    "choices",  # the register of opt-outs and erasures
    "sampling",  # which cells of a unit are kept, in disclosure control
    "proof",  # the dictionary of identifiers seen
    "signing",
)
SIGNING = "signing"
KEK_VARIABLE = "WEIR_KEK"

_PERIOD = re.compile(r"\d{4}-(W\d{2}|\d{2}(-\d{2})?)")
_AES_GCM = "type.googleapis.com/google.crypto.tink.AesGcmKey"
_token = secret_key_access.TOKEN
_json = tink.json_proto_keyset_format

for _primitives in (aead, prf, signature):
    _primitives.register()


class Keyring:
    """The keysets of some purposes of one key directory.

    Pickles as its path and purposes and opens the files again where it is unpickled; key material
    is neither in the pickle nor in the repr.
    """

    __slots__ = ("__weakref__", "_handles", "path", "purposes")

    def __init__(self, path: Path, handles: Mapping[str, tink.KeysetHandle]) -> None:
        self.path = path
        self.purposes = tuple(handles)
        self._handles = MappingProxyType(dict(handles))

    @classmethod
    def open(cls, directory: str | Path, *purposes: str) -> "Keyring":
        """Open the key files of `purposes`, and no others.

        KeyMissingError names a file that is not there and what to do; ConfigError one that others
        may read, that is no keyset, or that equals another one.
        """
        path = Path(directory).absolute()
        handles = {purpose: _read_keyset(path, purpose) for purpose in purposes}
        _refuse_equal(path, handles)
        return cls(path, handles)

    def derive(self, purpose: str, *context: str) -> bytes:
        """32 bytes for a context, by Tink's PRF (HKDF-SHA256, RFC 5869).

        The context's parts are length-prefixed: ("a", "bc") and ("ab", "c") are different keys.
        The key of a day's pseudonyms is derive("pseudonyms", site, iso date, kind).
        """
        data = _encode("derive", purpose, *context)
        return bytes(self._prfs(purpose).primary().compute(data, 32))

    def aead(self, purpose: str, *context: str, period: str = "") -> aead.Aead:
        """AES-256-GCM for a purpose and context; with a period, for as long as its root exists."""
        if period:
            root = self.period_key(period, "aead", *context, purpose=purpose)
            return _aead_of({1: root}, 1)
        prfs = self._prfs(purpose)
        data = _encode("aead", purpose, *context)
        keys = {number: one.compute(data, 32) for number, one in prfs.all().items()}
        return _aead_of(keys, prfs.primary_id())

    def sign(self, data: bytes) -> bytes:
        """Ed25519 (RFC 8032) over `data`, with Tink's 5-byte key prefix: 69 bytes."""
        return bytes(self._handle(SIGNING).primitive(signature.PublicKeySign).sign(data))

    @property
    def signer(self) -> int:
        """The id of the key that signs now, as each of its signatures names it."""
        return int(self._handle(SIGNING).keyset_info().primary_key_id)

    def period_key(self, period: str, *context: str, purpose: str = "linkage") -> bytes:
        """32 bytes for a context, under the root of a period.

        period: ISO week `2008-W17`, month `2008-04` or day `2008-04-22`. The root is random, made
        at the first call, the same one for all workers. KeyMissingError once it was destroyed.
        """
        root = self._root(purpose, period)
        return hmac.digest(root, _encode("period", purpose, period, *context), "sha256")

    def destroy(self, period: str, purpose: str = "linkage") -> None:
        """Destroy a period's root for good: what it keyed means nothing to anyone any more."""
        root, tombstone = self._period_paths(purpose, period)
        root.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _create(tombstone, b"{}\n")  # before the root goes: nobody can make a new one between
        root.unlink(missing_ok=True)
        _sync_directory(root.parent)

    def periods(self, purpose: str = "linkage") -> tuple[str, ...]:
        """The periods that have a root, in order."""
        return tuple(sorted(p.stem for p in (self.path / "periods" / purpose).glob("*.json")))

    def require(self, purpose: str) -> None:
        """KeyMissingError unless the keys of `purpose` were opened."""
        if purpose not in self._handles:
            raise KeyMissingError(
                f"{self.path / purpose}.json: this step did not open the '{purpose}' keys"
            )

    def __reduce__(self) -> tuple[Any, ...]:
        return Keyring.open, (str(self.path), *self.purposes)

    def __repr__(self) -> str:
        return f"Keyring({str(self.path)!r}, {', '.join(self.purposes)})"

    def _handle(self, purpose: str) -> tink.KeysetHandle:
        self.require(purpose)
        return self._handles[purpose]

    def _prfs(self, purpose: str) -> prf.PrfSet:
        if purpose == SIGNING:
            raise UsageError("the signing key signs; nothing is derived from it")
        return self._handle(purpose).primitive(prf.PrfSet)

    def _period_paths(self, purpose: str, period: str) -> tuple[Path, Path]:
        if not _PERIOD.fullmatch(period):
            raise UsageError("a period is an ISO week (2008-W17), a month or a day")
        directory = self.path / "periods" / purpose
        return directory / f"{period}.json", directory / f"{period}.destroyed"

    def _root(self, purpose: str, period: str) -> bytes:
        root, tombstone = self._period_paths(purpose, period)
        wrapper = self.aead(purpose, "period roots")
        name = _encode(purpose, period)
        root.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not tombstone.exists() and not root.exists():
            wrapped = base64.b64encode(wrapper.encrypt(secrets.token_bytes(32), name)).decode()
            _create(root, (json.dumps({"wrapped": wrapped}) + "\n").encode())
        if tombstone.exists():
            root.unlink(missing_ok=True)
            raise KeyMissingError(
                f"{root}: the {purpose} key of {period} was destroyed; that period cannot be "
                "run again, and nothing can bring it back"
            )
        try:
            wrapped_root = base64.b64decode(json.loads(root.read_bytes())["wrapped"])
            return bytes(wrapper.decrypt(wrapped_root, name))
        except (ValueError, KeyError, tink.TinkError):
            raise ConfigError(
                f"{root}: not a root that {purpose}.json wrapped; restore the key directory"
            ) from None


def create_keys(directory: str | Path, *purposes: str) -> None:
    """Make a keyset for each purpose (all by default); files 0600 in a directory 0700.

    Refuses with UsageError, and makes nothing, if one of them exists.
    """
    path = Path(directory)
    wanted = purposes or PURPOSES
    there = [str(path / f"{p}.json") for p in wanted if (path / f"{p}.json").exists()]
    if there:
        raise UsageError(
            f"{', '.join(there)}: already there; keys are never overwritten, since nothing made "
            "with them could be read or joined again"
        )
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o700)
    for purpose in wanted:
        handle = tink.new_keyset_handle(_template(purpose))
        _create(path / f"{purpose}.json", _serialize(handle, purpose))
        if purpose == SIGNING:
            public = _json.serialize_without_secret(handle.public_keyset_handle())
            _create(public_key_path(path), public.encode() + b"\n", mode=0o644)


def public_key_path(directory: str | Path) -> Path:
    """Where the public signing key of a key directory lies."""
    return Path(directory) / "signing.pub.json"


def keyed_hash(values: pa.Array, key: bytes, size: int = 16) -> pa.FixedSizeBinaryArray:
    """BLAKE2b (RFC 7693), keyed, of each value: FixedSizeBinary(size); nulls stay null.

    values: string or binary, distinct, since each costs 0.5 µs of one core.
    """
    keyed = hashlib.blake2b(key=key, digest_size=size).copy  # the key's block is hashed only once
    digests = []
    for value in values.cast(pa.binary()).to_pylist():
        state = keyed()
        state.update(value or b"")
        digests.append(state.digest())
    validity = pa.array(values.is_valid()).buffers()[1] if values.null_count else None
    buffers = [validity, pa.py_buffer(b"".join(digests))]
    return pa.Array.from_buffers(pa.binary(size), len(values), buffers)


def _template(purpose: str) -> Any:
    if purpose not in PURPOSES:
        raise UsageError(f"no such purpose '{purpose}'; there are {', '.join(PURPOSES)}")
    if purpose == SIGNING:
        return signature.signature_key_templates.ED25519
    return prf.prf_key_templates.HKDF_SHA256


def _serialize(handle: tink.KeysetHandle, purpose: str) -> bytes:
    kek = _kek()
    if kek is None:
        text: str = _json.serialize(handle, _token)
    else:
        text = _json.serialize_encrypted(handle, kek, purpose.encode())
    return text.encode() + b"\n"


def _read_keyset(directory: Path, purpose: str) -> tink.KeysetHandle:
    _template(purpose)
    path = directory / f"{purpose}.json"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyMissingError(
            f"{path}: no such key file; restore the key directory from its backup, since what was "
            "made with a lost key cannot be read again (`weir init` makes keys for a new store)"
        ) from None
    except OSError as error:
        raise KeyMissingError(f"{path}: not readable ({error.strerror})") from None
    if '"encryptedKeyset"' in text:
        return _unwrap(path, text, purpose)
    _refuse_open_mode(path)
    return _parse(path, lambda: _json.parse(text, _token))


def _unwrap(path: Path, text: str, purpose: str) -> tink.KeysetHandle:
    kek = _kek()
    if kek is None:
        raise KeyMissingError(
            f"{path}: wrapped; set {KEK_VARIABLE} to the file of the keyset that wraps it"
        )
    return _parse(path, lambda: _json.parse_encrypted(text, kek, purpose.encode()))


def _parse(path: Path, parse: Any) -> tink.KeysetHandle:
    try:
        return parse()
    except (tink.TinkError, ValueError):
        raise ConfigError(
            f"{path}: not a keyset, damaged, or wrapped for another purpose or by another key; put "
            "back the copy that you keep of it"
        ) from None


def _kek() -> aead.Aead | None:
    """The key that wraps keysets, if WEIR_KEK names one."""
    name = os.environ.get(KEK_VARIABLE)
    if not name:
        return None
    path = Path(name)
    if not path.exists():
        raise KeyMissingError(f"{path}: no such file, but {KEK_VARIABLE} names it")
    _refuse_open_mode(path)
    text = path.read_text(encoding="utf-8")
    return _parse(path, lambda: _json.parse(text, _token).primitive(aead.Aead))


def _refuse_open_mode(path: Path) -> None:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{path}: others may read this key; `chmod 600 {path}`")


def _refuse_equal(directory: Path, handles: Mapping[str, tink.KeysetHandle]) -> None:
    owner: dict[str, str] = {}
    for purpose, handle in handles.items():
        for value in _material(handle):
            other = owner.setdefault(value, purpose)
            if other != purpose:
                raise ConfigError(
                    f"{directory}: {other}.json and {purpose}.json hold the same key; each "
                    "purpose needs its own; restore the key directory from its backup"
                )


def _material(handle: tink.KeysetHandle) -> Iterable[str]:
    keys = json.loads(_json.serialize(handle, _token))["key"]
    return {key["keyData"]["value"] for key in keys}


def _aead_of(keys: Mapping[int, bytes], primary: int) -> aead.Aead:
    """A Tink AEAD over AES-256 keys by their ids (message AesGcmKey: field 3, 32 bytes)."""
    keyset = {
        "primaryKeyId": primary,
        "key": [
            {
                "keyData": {
                    "typeUrl": _AES_GCM,
                    "value": base64.b64encode(b"\x1a\x20" + key).decode(),
                    "keyMaterialType": "SYMMETRIC",
                },
                "status": "ENABLED",
                "keyId": number,
                "outputPrefixType": "TINK",
            }
            for number, key in keys.items()
        ],
    }
    return _json.parse(json.dumps(keyset), _token).primitive(aead.Aead)


def _encode(*parts: str) -> bytes:
    encoded = [part.encode() for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)


def _create(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a new file whole; one that another process made meanwhile stays as it is."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        temporary.unlink(missing_ok=True)
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
