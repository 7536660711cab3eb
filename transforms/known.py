"""Identifiers that the operator has behind the wall, as dictionaries for an audit.

What the proof's dictionary remembers of the logs, whom the vault names, what the linkage joins. The
vault's and the linkage's are made for the audit alone, under a key that nobody keeps; they lie
encrypted in a directory that goes with it, so memory does not grow with them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import tink
from tink import prf

from weir.schemas.errors import KeyMissingError, WeirError
from weir.schemas.event import VAULT
from weir.transforms.encrypted import row_groups, write_encrypted
from weir.transforms.keys import Keyring
from weir.transforms.people import KINDS
from weir.transforms.proof import dictionary_of

IDENTIFIER = pa.schema([pa.field("kind", pa.string()), pa.field("value", pa.string())])
WHOSE = ("proof", "vault", "linkage")
"""Purposes whose keys open a dictionary."""


@dataclass(frozen=True)
class Known:
    """Dictionaries of one kind (`proof`, `vault`, `linkage`), and what opens them."""

    whose: str
    files: tuple[str, ...]
    key: bytes
    keyring: Keyring
    identifiers: int  # entries, each form of an identifier one
    left_out: int = 0  # files whose period's key was destroyed
    damaged: tuple[str, ...] = ()  # files that the key does not open


def of_proof(files: tuple[str, ...], keyring: Keyring) -> Known:
    """What ingest saw in logs. Each file is read through, so that none stops the audit later."""
    counts: dict[str, int] = {}
    damaged: list[str] = []
    for path in files:
        try:
            counts[path] = sum(rows.num_rows for rows in row_groups(path, keyring, "proof"))
        except WeirError:
            damaged.append(path)
    key, count = keyring.derive("proof", "dictionary"), sum(counts.values())
    return Known("proof", tuple(counts), key, keyring, count, damaged=tuple(damaged))


def made(whose: str, files: tuple[str, ...], keyring: Keyring, directory: Path) -> Known:
    """Dictionaries made of vault or linkage in `directory`.

    A file whose period's key was destroyed is left out: it means nothing to anyone any more. Of a
    damaged one goes in what could be read.
    """
    template = prf.prf_key_templates.HKDF_SHA256
    passing = Keyring(directory, {"proof": tink.new_keyset_handle(template)})
    key = passing.derive("proof", "audit")
    written: list[str] = []
    damaged: list[str] = []
    count = left_out = 0
    for path in files:
        try:
            for identifiers in _READ[whose](path, keyring):
                table = dictionary_of(identifiers, key)
                written.append(str(directory / f"{whose}-{len(written)}.parquet"))
                write_encrypted(table, written[-1], passing, "proof", "audit")
                count += table.num_rows
        except KeyMissingError:
            left_out += 1
        except WeirError:
            damaged.append(path)
    return Known(whose, tuple(written), key, passing, count, left_out, tuple(damaged))


def _vault(path: str, keyring: Keyring) -> Iterator[pa.Table]:
    """The vault's identifiers, a row group at a time. A person's two names may stand in two."""
    waiting = VAULT.empty_table()
    for rows in row_groups(path, keyring, "vault"):
        names = pa.concat_tables([waiting, rows.cast(VAULT).filter(_is_name(rows))])
        full, waiting = _full_names(names)
        yield pa.concat_tables([_direct(rows), full])


def _is_name(rows: pa.Table) -> pa.ChunkedArray:
    return pc.is_in(rows["field"], value_set=pa.array(["first_name", "last_name"]))


def _direct(rows: pa.Table) -> pa.Table:
    kinds = pa.table({"field": list(KINDS), "kind": list(KINDS.values())})
    values = rows.join(kinds, "field", join_type="inner").select(IDENTIFIER.names)
    users = pc.unique(rows["user"]).drop_null()
    ids = pa.table([pa.repeat(pa.scalar("id"), len(users)), users], schema=IDENTIFIER)
    return pa.concat_tables([values.cast(IDENTIFIER), ids])


def _full_names(names: pa.Table) -> tuple[pa.Table, pa.Table]:
    """First and last names joined, and the rows whose other half did not come yet."""
    first, last = (
        names.filter(pc.equal(names["field"], field)).select(["site", "user", "value"])
        for field in ("first_name", "last_name")
    )
    both = first.join(last, ["site", "user"], join_type="inner", right_suffix="_last")
    full = pc.binary_join_element_wise(both["value"], both["value_last"], " ")
    told = pa.table([pa.repeat(pa.scalar("name"), both.num_rows), full], schema=IDENTIFIER)
    done = both.select(["site", "user"])
    return told, names.join(done, ["site", "user"], join_type="left anti").cast(VAULT)


def _linkage(path: str, keyring: Keyring) -> Iterator[pa.Table]:
    """What the linkage calls a visitor in a week and a month, as anybody would write it: in hex."""
    for rows in row_groups(path, keyring, "linkage", ["week", "month"]):
        values = pc.unique(pa.chunked_array([*rows["week"].chunks, *rows["month"].chunks]))
        texts = pa.array([value.hex() for value in values.drop_null().to_pylist()], pa.string())
        yield pa.table([pa.repeat(pa.scalar("id"), len(texts)), texts], schema=IDENTIFIER)


_READ: dict[str, Callable[[str, Keyring], Iterator[pa.Table]]] = {
    "vault": _vault, "linkage": _linkage,
}  # fmt: skip
