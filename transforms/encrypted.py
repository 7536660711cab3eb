"""Restricted files: Parquet with modular encryption, footer and all columns, AES-256-GCM.

Every file has its own data key, which stands in the footer wrapped by a key that the purpose's
AEAD wrapped (double wrapping: one unwrap opens all files of a worker and context). Who has no key
file of the purpose reads nothing, neither schema nor row count. What does stand in the clear is
the name of the master key: purpose, context and period. So a context is never a person's datum.

Swapping one whole file for another of the same purpose is not seen here; the checksums of the
signed manifest see it.
"""

import base64
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import tink

from weir.schemas.errors import WallError, WeirError
from weir.transforms.keys import Keyring
from weir.transforms.write import PARQUET, ROW_GROUP_ROWS, Written, open_read, write_file

_LIFETIME = timedelta(minutes=10)  # how long an unwrapped key may stay in a worker's memory
_ENCRYPTED, _PLAIN = b"PARE", b"PAR1"  # how Parquet ends: with an encrypted footer, or without
_factories: "WeakKeyDictionary[Keyring, dict[str, pe.CryptoFactory]]" = WeakKeyDictionary()


def write_encrypted(
    table: pa.Table,
    path: str | Path,
    keyring: Keyring,
    purpose: str,
    context: str = "",
    *,
    period: str = "",
) -> Written:
    """Write `table` to `path`, readable only with the keys of `purpose`.

    context: names a key within the purpose (a dataset, a date); stands in the clear in the file.
    period: if given, the file becomes unreadable when `keyring.destroy(period, purpose)` is
    called. Field and schema metadata are kept. The bytes differ at every call: data keys are
    random. A file that is there already is replaced.
    """
    properties = _factory(keyring, purpose).file_encryption_properties(
        pe.KmsConnectionConfig(),
        pe.EncryptionConfiguration(
            footer_key=json.dumps([purpose, context, period]),
            uniform_encryption=True,
            double_wrapping=True,
            data_key_length_bits=256,
            cache_lifetime=_LIFETIME,
        ),
    )

    def write(sink: Any) -> None:
        pq.write_table(
            table, sink, row_group_size=ROW_GROUP_ROWS, encryption_properties=properties, **PARQUET
        )

    return write_file(path, table.num_rows, write)


def read_encrypted(
    path: str | Path, keyring: Keyring, purpose: str, columns: Sequence[str] | None = None
) -> pa.Table:
    """The table of a file by `write_encrypted`.

    WeirError naming the file if it is not there, was changed, or is of another purpose or key;
    WallError if it is not encrypted; KeyMissingError if its period was destroyed.
    """
    with _open(path, keyring, purpose) as file:
        return file.read(columns=columns)


def rows_of(path: str | Path, keyring: Keyring, purpose: str) -> int:
    """How many rows such a file has."""
    with _open(path, keyring, purpose) as file:
        return int(file.metadata.num_rows)


def row_groups(
    path: str | Path, keyring: Keyring, purpose: str, columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """The same by row groups of at most ROW_GROUP_ROWS, for files larger than memory should be."""
    with _open(path, keyring, purpose) as file:
        count = file.num_row_groups
    for number in range(count):
        with _open(path, keyring, purpose) as file:
            rows = file.read_row_group(number, columns=columns)
        yield rows


@contextmanager
def _open(path: str | Path, keyring: Keyring, purpose: str) -> Iterator[pq.ParquetFile]:
    keyring.require(purpose)
    try:
        properties = _factory(keyring, purpose).file_decryption_properties(
            pe.KmsConnectionConfig(), pe.DecryptionConfiguration(cache_lifetime=_LIFETIME)
        )
        _refuse_plain(path)
        source = open_read(str(path)) if "://" in str(path) else str(path)
        with pq.ParquetFile(source, decryption_properties=properties) as file:
            yield file
    except FileNotFoundError:
        raise WeirError(f"{path}: no such file; run its date again") from None
    except (OSError, pa.ArrowException, tink.TinkError, ValueError):
        raise WeirError(
            f"{path}: cannot be decrypted with the '{purpose}' keys of {keyring.path}: the file "
            "was changed or is damaged, or other keys made it"
        ) from None


def _refuse_plain(path: str | Path) -> None:
    """WallError for Parquet in the clear, which Arrow would read without a word; ValueError for
    what is no Parquet."""
    ending = _ending(path)
    if ending == _PLAIN:
        raise WallError(f"{path}: lies in the clear behind the wall; delete it, run its date again")
    if ending != _ENCRYPTED:
        raise ValueError("no encrypted file")


def is_encrypted(path: str | Path) -> bool:
    """Whether nobody can read a file without a key."""
    return _ending(path) == _ENCRYPTED


def _ending(path: str | Path) -> bytes:
    with open_read(str(path)) as source:
        source.seek(-len(_ENCRYPTED), os.SEEK_END)
        return source.read()


class _Kms(pe.KmsClient):  # type: ignore[misc]  # untyped
    """Wraps Parquet's keys with the Tink AEAD of one purpose; the master key's name is bound."""

    def __init__(self, keyring: Keyring, purpose: str) -> None:
        super().__init__()
        self._keyring = keyring
        self._purpose = purpose

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        sealed = self._aead(master_key_identifier).encrypt(
            key_bytes, master_key_identifier.encode()
        )
        return base64.b64encode(sealed).decode()

    def unwrap_key(self, wrapped_key: str | bytes, master_key_identifier: str) -> bytes:
        sealed = base64.b64decode(wrapped_key, validate=True)
        return bytes(
            self._aead(master_key_identifier).decrypt(sealed, master_key_identifier.encode())
        )

    def _aead(self, master_key_identifier: str) -> Any:
        purpose, context, period = json.loads(master_key_identifier)
        if purpose != self._purpose:
            raise ValueError("a file of another purpose")
        return self._keyring.aead(purpose, context, period=period)


def _factory(keyring: Keyring, purpose: str) -> pe.CryptoFactory:
    """One per keyring and purpose and process: it caches unwrapped keys and does not pickle."""
    factories = _factories.setdefault(keyring, {})
    if purpose not in factories:
        client = _Kms(keyring, purpose)
        factories[purpose] = pe.CryptoFactory(lambda _: client)
    return factories[purpose]
