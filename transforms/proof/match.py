"""The dictionary of identifiers seen, and the search for them in what is to be published."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import NII, PSEUDONYM, column
from weir.schemas.errors import UsageError, WallError
from weir.transforms.encrypted import row_groups
from weir.transforms.keys import Keyring, keyed_hash
from weir.transforms.proof.forms import PART, normal_forms
from weir.transforms.proof.tokens import Candidates, Words

DICTIONARY = pa.schema(
    [
        column("hash", pa.uint64(), PSEUDONYM, "keyed BLAKE2b of a normal form", nullable=False),
        column("kind", pa.string(), NII, "kind of identifier, or `part` of a name", nullable=False),
    ]
)
"""Distinct, in order of hash. Zone: restricted."""

MATCHES = pa.schema(
    [
        column("value_index", pa.int64(), NII, "row of the strings given", nullable=False),
        column("column", pa.string(), NII, "column that the string stands in", nullable=False),
        column("kind", pa.string(), NII, "kind of identifier, or UNDECODED", nullable=False),
    ]
)
"""One row a string and kind, in that order. It holds no value."""

UNDECODED = "undecoded"
"""The kind of a string whose encodings do not settle: what it says is not known."""

MARK = "mark"
"""The kind of the entry that each dictionary has: a text that nobody writes, hashed under its key.
One without it was made under another key, or emptied, and would find nothing without a word."""

BATCH = 500_000  # distinct strings that are searched at a time: some 400 MB
_AT_A_TIME = 1 << 16  # forms that are hashed at a time: Python's own strings take ten times as much
_MARK_FORM = pa.array(["mark: of a dictionary"])  # no token has a colon
Hashes = npt.NDArray[np.uint64]
Source: TypeAlias = pa.Table | str | Path


def dictionary_of(identifiers: pa.Table, key: bytes) -> pa.Table:
    """Table(kind, value) of identifiers, distinct -> DICTIONARY, its mark among them.

    key: 32 bytes, `keyring.derive("proof", …)`; the same for all dictionaries of a proof.
    """
    mark = pa.array(_hash(_MARK_FORM, key))
    tables = [pa.table([mark, pa.array([MARK])], schema=DICTIONARY)]
    for kind in pc.unique(identifiers["kind"]).to_pylist():
        values = identifiers.filter(pc.equal(identifiers["kind"], kind))["value"]
        forms = normal_forms(kind, values.combine_chunks())
        hashed = pa.array(_hash(forms["form"].combine_chunks(), key))
        tables.append(pa.table([hashed, forms["kind"]], schema=DICTIONARY))
    table = pa.concat_tables(tables)
    distinct = table.group_by(["hash", "kind"], use_threads=False).aggregate([])
    return distinct.select(DICTIONARY.names).sort_by("hash").cast(DICTIONARY)


def prove(
    strings: pa.Table,
    dictionaries: Sequence[Source],
    key: bytes,
    keyring: Keyring | None = None,
    batch: int = BATCH,
) -> pa.Table:
    """Which strings hold an identifier of the dictionaries: Table(column, value) -> MATCHES.

    dictionaries: tables, or paths of files encrypted for `proof`, which need the keyring; read a
    row group at a time. Memory grows with `batch`, not with the dictionaries. WallError if there
    is none to prove strings against, or one of another key.
    """
    if strings.num_rows and not dictionaries:
        raise WallError("the proof has no dictionary to prove against; run `weir ingest` again")
    encoded = strings["value"].combine_chunks().dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    found: set[tuple[int, str]] = set()
    for start in range(0, len(encoded.dictionary), batch):
        piece = encoded.dictionary.slice(start, batch)
        found |= {(start + i, kind) for i, kind in _search(piece, dictionaries, key, keyring)}
    return _at_rows(sorted(found), codes, strings["column"])


def refuse_matches(matches: pa.Table, place: str) -> None:
    """WallError if anything matched: column, kind and count, never a value."""
    if matches.num_rows:
        counts = Counter(zip(*(matches[n].to_pylist() for n in ("column", "kind")), strict=True))
        told = ", ".join(f"{column}: {n} {kind}" for (column, kind), n in sorted(counts.items()))
        raise WallError(f"{place}: holds identifiers that were seen behind the wall ({told})")


def _search(
    strings: pa.Array, dictionaries: Sequence[Source], key: bytes, keyring: Keyring | None
) -> Iterator[tuple[int, str]]:
    """Pairs of string number and kind; some come more than once."""
    words = Words.of(strings)
    for owner in words.undecoded.tolist():
        yield owner, UNDECODED
    known = _look_up(_hash(words.vocabulary, key), dictionaries, key, keyring)
    parts = np.zeros(len(words.vocabulary), dtype=np.bool_)
    parts[[code for code, kind in known if kind == PART]] = True
    whole = [(code, kind) for code, kind in known if kind != PART]
    yield from _owners(whole, words.codes, words.owners)
    runs = _together(words.runs(parts))
    yield from _owners(
        [
            pair
            for pair in _look_up(_hash(runs.forms, key), dictionaries, key, keyring)
            if pair[1] != PART
        ],
        runs.codes,
        runs.owners,
    )


def _together(several: Iterable[Candidates]) -> Candidates:
    """One list of candidates, each form hashed once."""
    held = [c for c in several if len(c.codes)]
    if not held:
        return Candidates.of(pa.array([], pa.string()), np.array([], np.int32))
    offsets = np.cumsum([0, *(len(c.forms) for c in held)], dtype=np.int32)
    codes = np.concatenate([c.codes + offset for c, offset in zip(held, offsets, strict=False)])
    # Two ways of writing may come to the same form, and only distinct ones are all found.
    forms = pa.concat_arrays([c.forms for c in held]).dictionary_encode()
    return Candidates(
        forms.dictionary,
        forms.indices.to_numpy(zero_copy_only=False)[codes],
        np.concatenate([c.owners for c in held]),
    )


def _look_up(
    hashes: Hashes, dictionaries: Sequence[Source], key: bytes, keyring: Keyring | None
) -> list[tuple[int, str]]:
    """Which of the distinct hashes are in a dictionary, and as what."""
    if not len(hashes):
        return []
    order = np.argsort(hashes)
    ordered = hashes[order]
    mark = _hash(_MARK_FORM, key)[0]
    found: set[tuple[int, str]] = set()
    for source in dictionaries:
        marked = False
        for table in _chunks(source, keyring):
            entries = table["hash"].to_numpy()
            marked = marked or bool((entries == mark).any())
            places = np.minimum(np.searchsorted(ordered, entries), len(ordered) - 1)
            hits = np.flatnonzero(ordered[places] == entries)
            if len(hits):
                kinds = table["kind"].take(pa.array(hits)).to_pylist()
                found |= set(zip(order[places[hits]].tolist(), kinds, strict=True))
        if not marked:
            raise WallError(
                f"{_place(source)}: no dictionary of this night's key; run `weir ingest` again"
            )
    return sorted(found)


def _chunks(source: Source, keyring: Keyring | None) -> Iterator[pa.Table]:
    if isinstance(source, pa.Table):
        yield source
    elif keyring is None:
        raise UsageError(f"{source}: an encrypted dictionary needs the 'proof' keys")
    else:
        yield from row_groups(source, keyring, "proof")


def _place(source: Source) -> str:
    return "the proof's dictionary" if isinstance(source, pa.Table) else str(source)


def _owners(
    known: list[tuple[int, str]],
    codes: npt.NDArray[np.int32],
    owners: npt.NDArray[np.int32],
) -> Iterator[tuple[int, str]]:
    """The strings in which known forms stand."""
    if not known:
        return
    kinds: dict[int, list[str]] = {}
    for code, kind in known:
        kinds.setdefault(code, []).append(kind)
    at = np.flatnonzero(np.isin(codes, np.array(list(kinds), codes.dtype)))
    for code, owner in zip(codes[at].tolist(), owners[at].tolist(), strict=True):
        for kind in kinds[code]:
            yield owner, kind


def _at_rows(
    found: list[tuple[int, str]], codes: npt.NDArray[np.int32], columns: pa.ChunkedArray
) -> pa.Table:
    """Matches of distinct strings -> MATCHES at the rows given."""
    wanted = np.array([code for code, _ in found], codes.dtype)
    at = np.flatnonzero(np.isin(codes, wanted))
    rows = pa.table({"value_index": pa.array(at), "code": pa.array(codes[at])})
    kinds = pa.table(
        {"code": pa.array(wanted), "kind": pa.array([kind for _, kind in found], pa.string())}
    )
    both = rows.join(kinds, "code", join_type="inner", use_threads=False)
    both = both.append_column("column", columns.take(both["value_index"]).cast(pa.string()))
    ordered = both.sort_by([("value_index", "ascending"), ("kind", "ascending")])
    return ordered.select(MATCHES.names).cast(MATCHES)


def _hash(forms: pa.Array, key: bytes) -> Hashes:
    """64 keyed bits of each form."""
    hashes = np.empty(len(forms), np.uint64)
    for start in range(0, len(forms), _AT_A_TIME):
        hashed = keyed_hash(forms.slice(start, _AT_A_TIME), key, size=8)
        hashes[start : start + len(hashed)] = np.frombuffer(
            hashed.buffers()[1], np.uint64, count=len(hashed)
        )
    return hashes
