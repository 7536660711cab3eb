"""Identifiers that the operator has behind the wall, as dictionaries for an audit.

What the proof's dictionary remembers of the logs, whom the vault names, what the linkage joins. The
vault's and the linkage's are made for the audit alone, under a key that nobody keeps; they lie
encrypted in a directory that goes with it, so memory does not grow with them. Of the vault, whose
identifiers are at hand as they are, so do the many ways of writing one. Eight bytes of each stay in
memory, so that it is written once for all dates.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import tink
from tink import prf

from weir.schemas.errors import KeyMissingError, WeirError
from weir.schemas.event import VAULT
from weir.transforms.encrypted import row_groups, write_encrypted
from weir.transforms.keys import Keyring, keyed_hash
from weir.transforms.people import KINDS
from weir.transforms.proof import dictionary_of
from weir.transforms.sought import Sought
from weir.transforms.ways import ways

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
    sought: Sought | None = None  # ways of writing whom the vault names
    ways: int = 0


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
    forms, written = _Sealed(directory / whose, passing), _Sealed(directory / "ways", passing)
    people = _People(key)
    damaged: list[str] = []
    left_out = 0
    for path in files:
        try:
            for identifiers in _READ[whose](path, keyring):
                forms.add(dictionary_of(identifiers, key))
                for table in ways(people.new(identifiers)) if whose == "vault" else ():
                    written.add(table)
        except KeyMissingError:
            left_out += 1
        except WeirError:
            damaged.append(path)
    sought = Sought(tuple(written.paths), passing) if written.paths else None
    told = left_out, tuple(damaged), sought, written.rows
    return Known(whose, tuple(forms.paths), key, passing, forms.rows, *told)


@dataclass
class _Sealed:
    """Files of one kind that go with the audit."""

    place: Path
    keyring: Keyring
    paths: list[str] = field(default_factory=list)
    rows: int = 0

    def add(self, table: pa.Table) -> None:
        self.paths.append(f"{self.place}-{len(self.paths)}.parquet")
        write_encrypted(table, self.paths[-1], self.keyring, "proof", "audit")
        self.rows += table.num_rows


@dataclass
class _People:
    """Whose ways are written already: the vaults of all dates name the same people."""

    key: bytes
    seen: npt.NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))

    def new(self, identifiers: pa.Table) -> pa.Table:
        both = pc.binary_join_element_wise(identifiers["kind"], identifiers["value"], "\0")
        hashed = keyed_hash(both.combine_chunks(), self.key, size=8)
        hashes = np.frombuffer(hashed.buffers()[1], np.uint64, count=len(hashed))
        hashes, first = np.unique(hashes, return_index=True)
        fresh = np.isin(hashes, self.seen, assume_unique=True, invert=True)
        self.seen = np.concatenate([self.seen, hashes[fresh]])
        return identifiers.take(np.sort(first[fresh]))


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
