"""What an edition was made of, once another ingest replaced it: for as long as its files lie there.

Whoever supersedes an edition has to show whom it would tell of, and for that needs the units that
the one before counted. Nothing keeps these for good: an erased person's events are to go. They stay
as long as any file that no manifest names, the grace period, counted from the ingest that replaced
them; after it the edition stays as it is.
"""

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from weir.pipelines.attested import inputs_of
from weir.pipelines.editions import edition_place
from weir.pipelines.night import Night
from weir.pipelines.store import GRACE_SECONDS, Store, digest_of_file, replace_file
from weir.schemas.manifests import Manifest
from weir.schemas.release import Edition

DATASETS = ("events", "people")


def keep_replaced(night: Night) -> None:
    """Before an ingest replaces them: the manifests of what the date's edition was made of."""
    store, place = night.store, edition_place(night.store, night.day)
    found = [store.manifest(dataset, night.day) for dataset in DATASETS]
    manifests = [manifest for manifest in found if manifest is not None]
    if not place.exists() or len(manifests) < len(DATASETS):
        return
    try:
        edition = Edition.model_validate_json(place.read_bytes())
    except ValidationError:
        return  # told by whoever reads the edition
    if inputs_of(manifests) != edition.inputs:
        return
    number = next(n for n in count(1) if not list(_home(store).glob(f"{n}/*/{night.day}.json")))
    for manifest in manifests:
        path = _home(store) / str(number) / manifest.dataset / f"{night.day}.json"
        replace_file(path, manifest.text().encode())


def replaced(night: Night, edition: Edition) -> dict[str, Manifest] | None:
    """The manifests by dataset of what an edition of the date was made of, if they were kept. The
    same files ingested twice are the same events in other bytes; whether they still make the
    edition is for the caller to see."""
    for home in sorted(_home(night.store).glob("*")):
        paths = {name: home / name / f"{night.day}.json" for name in DATASETS}
        if all(path.exists() for path in paths.values()):
            found = {n: Manifest.model_validate_json(p.read_bytes()) for n, p in paths.items()}
            if inputs_of(found.values()) == edition.inputs and all(
                _is_there(night.store, manifest) for manifest in found.values()
            ):
                return found
    return None


def _is_there(store: Store, manifest: Manifest) -> bool:
    places = [store.root / file.path for file in manifest.files]
    return all(
        place.is_file() and digest_of_file(place) == file.sha256
        for place, file in zip(places, manifest.files, strict=True)
    )


def still_named(store: Store) -> frozenset[str]:
    """Files that no sweep may take yet. Manifests whose grace is over are removed."""
    return frozenset(file.path for found in _in_grace(store) for file in found.files)


def _in_grace(store: Store) -> Iterator[Manifest]:
    for path in sorted(_home(store).glob("*/*/????-??-??.json")):
        if time.time() - path.stat().st_mtime > GRACE_SECONDS:
            path.unlink()
            continue
        try:
            yield Manifest.model_validate_json(path.read_bytes())
        except ValidationError:
            path.unlink()


def _home(store: Store) -> Path:
    return store.root / "internal" / "replaced"
