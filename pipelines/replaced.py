"""What an edition was made of, once another ingest replaced it: for as long as its files lie there.

Whoever supersedes an edition has to show whom it would tell of, and for that needs the units that
the one before counted. Nothing keeps these for good: an erased person's events are to go. They stay
as long as any file that no manifest names, the grace period, counted from the ingest that replaced
them; after it the edition stays as it is.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from weir.pipelines.editions import edition_place, made_of
from weir.pipelines.night import Night
from weir.pipelines.store import GRACE_SECONDS, Store, digest, replace_file
from weir.schemas.errors import WallError
from weir.schemas.manifests import Manifest, canonical_json

DATASETS = ("events", "people")


def keep_replaced(night: Night) -> None:
    """Before an ingest replaces them: the manifests of what the date's edition was made of."""
    place = edition_place(night.store, night.day)
    found = [night.store.manifest(dataset, night.day) for dataset in DATASETS]
    manifests = [manifest for manifest in found if manifest is not None]
    if not place.exists() or len(manifests) < len(DATASETS):
        return
    try:
        datasets = made_of(night.store, night.day, place.read_bytes())
    except (WallError, OSError):
        return  # told by whoever reads the edition
    if all(datasets.get(m.dataset) == digest(m.text().encode()) for m in manifests):
        note = {m.dataset: m.model_dump(mode="json") for m in manifests}
        name = f"{night.day}.{digest(manifests[0].text().encode())[:16]}.json"
        replace_file(_place(night.store) / name, canonical_json(note).encode())


def replaced(store: Store, datasets: dict[str, str]) -> dict[str, Manifest] | None:
    """The manifests by dataset that have these digests, if a replaced ingest left them."""
    for path in sorted(_place(store).glob("*.json")):
        found = _read(path)
        if {name: digest(one.text().encode()) for name, one in found.items()} == {
            name: datasets.get(name) for name in DATASETS
        }:
            return found
    return None


def still_named(store: Store) -> frozenset[str]:
    """Files that no sweep may take yet. Notes whose grace is over are removed."""
    return frozenset(
        file.path
        for path in _in_grace(store)
        for manifest in _read(path).values()
        for file in manifest.files
    )


def _in_grace(store: Store) -> Iterator[Path]:
    for path in sorted(_place(store).glob("*.json")):
        if time.time() - path.stat().st_mtime <= GRACE_SECONDS:
            yield path
        else:
            path.unlink()


def _read(path: Path) -> dict[str, Manifest]:
    try:
        notes = json.loads(path.read_bytes())
        return {name: Manifest.model_validate(note) for name, note in notes.items()}
    except (ValueError, ValidationError, AttributeError):
        return {}


def _place(store: Store) -> Path:
    return store.root / "internal" / "replaced"
