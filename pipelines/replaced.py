"""What an edition was made of, once another ingest replaced it: for as long as its files lie there.

Whoever supersedes an edition has to show whom it would tell of, and for that needs the units that
the one before counted. Nothing keeps these for good: an erased person's events are to go. They stay
as long as any file that no manifest names, the grace period, counted from the ingest that replaced
them and written down then; after it they show nothing, and whoever opens the store next removes
them.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from weir.pipelines.attested import inputs_of
from weir.pipelines.editions import edition_place
from weir.pipelines.night import Night
from weir.pipelines.publish import RESTRICTED
from weir.pipelines.store import GRACE_SECONDS, Store, intact, replace_file
from weir.schemas.manifests import Manifest, Replaced
from weir.schemas.release import Edition

DATASETS = ("events", "people")


def keep_replaced(night: Night) -> None:
    """Before an ingest replaces them: the manifests of what the date's edition was made of. The
    caller holds the lock of publishing."""
    store, place = night.store, edition_place(night.store, night.day)
    found = [store.manifest(dataset, night.day) for dataset in DATASETS]
    manifests = tuple(manifest for manifest in found if manifest is not None)
    if not place.exists() or len(manifests) < len(DATASETS):
        return
    try:
        edition = Edition.model_validate_json(place.read_bytes())
    except ValidationError:
        return  # told by whoever reads the edition
    if inputs_of(manifests) != edition.inputs:
        return
    places = (_home(store) / str(n) / f"{night.day}.json" for n in count(1))
    note = Replaced(at=datetime.now(UTC), manifests=manifests)
    replace_file(next(path for path in places if not path.exists()), note.text().encode())


def replaced(night: Night, edition: Edition) -> dict[str, Manifest] | None:
    """The manifests by dataset of what an edition of the date was made of, if they were kept and
    their grace is not over. The same files ingested twice are the same events in other bytes;
    whether they still make the edition is for the caller to see."""
    for _, note in _notes(night.store, f"{night.day}.json"):
        if note is None or _is_over(note) or inputs_of(note.manifests) != edition.inputs:
            continue
        files = [file for manifest in note.manifests for file in manifest.files]
        if all(intact(night.store.root / file.path, file.sha256) for file in files):
            return {manifest.dataset: manifest for manifest in note.manifests}
    return None


def sweep(store: Store) -> int:
    """Remove what an ingest replaced and whose grace is over; how many files. Every run that opens
    the store does: nobody's events wait for the next ingest."""
    with store.publishing():
        keep = _still_named(store)
        datasets = (*DATASETS, *RESTRICTED.values())
        return sum(store.sweep(dataset, keep=keep) for dataset in datasets)


def _still_named(store: Store) -> frozenset[str]:
    """Files that no sweep may take yet. Notes whose grace is over are removed."""
    named: set[str] = set()
    for path, note in _notes(store, "????-??-??.json"):
        if note is None or _is_over(note):
            path.unlink(missing_ok=True)
        else:
            named |= {file.path for manifest in note.manifests for file in manifest.files}
    return frozenset(named)


def _is_over(note: Replaced) -> bool:
    """A note from far ahead, by a clock that was wrong, keeps nothing either."""
    return abs((datetime.now(UTC) - note.at).total_seconds()) > GRACE_SECONDS


def _notes(store: Store, name: str) -> Iterator[tuple[Path, Replaced | None]]:
    """The notes of that name, None for one that says nothing."""
    for path in sorted(_home(store).glob(f"*/{name}")):
        with suppress(FileNotFoundError):
            try:
                yield path, Replaced.model_validate_json(path.read_bytes())
            except ValidationError:
                yield path, None


def _home(store: Store) -> Path:
    return store.root / "internal" / "replaced"
