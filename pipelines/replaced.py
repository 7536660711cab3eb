"""What an edition was made of, once another ingest replaced it: for as long as its files lie there.

Whoever supersedes an edition has to show whom it would tell of, and for that needs the units that
the one before counted. Nothing keeps these for good: an erased person's events are to go. They stay
as long as any file that no manifest names, the grace period, counted from the ingest that replaced
them; after it the edition stays as it is.
"""

import time
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from weir.pipelines.editions import edition_place, made_of
from weir.pipelines.night import Night
from weir.pipelines.store import GRACE_SECONDS, Store, digest, replace_file
from weir.schemas.errors import WallError
from weir.schemas.manifests import Manifest

DATASETS = ("events", "people")


def keep_replaced(night: Night) -> None:
    """Before an ingest replaces them: the manifests of what the date's edition was made of."""
    store, place = night.store, edition_place(night.store, night.day)
    found = [store.manifest(dataset, night.day) for dataset in DATASETS]
    manifests = [manifest for manifest in found if manifest is not None]
    if not place.exists() or len(manifests) < len(DATASETS):
        return
    try:
        known = made_of(store, night.day, place.read_bytes())
    except (WallError, OSError):
        return  # told by whoever reads the edition
    mine = {manifest.dataset: digest(manifest.text().encode()) for manifest in manifests}
    if not _same(mine, known) or replaced(night, known) is not None:
        return
    number = next(n for n in count(1) if not list(_home(store).glob(f"{n}/*/{night.day}.json")))
    for manifest in manifests:
        path = _home(store) / str(number) / manifest.dataset / f"{night.day}.json"
        replace_file(path, manifest.text().encode())


def replaced(night: Night, known: Mapping[str, str]) -> dict[str, Manifest] | None:
    """The manifests of the night's date by dataset, of which these are the digests, if they were
    kept."""
    for home in sorted(_home(night.store).glob("*")):
        paths = {name: home / name / f"{night.day}.json" for name in DATASETS}
        if all(path.exists() for path in paths.values()):
            data = {name: path.read_bytes() for name, path in paths.items()}
            if _same({name: digest(text) for name, text in data.items()}, known):
                return {n: Manifest.model_validate_json(text) for n, text in data.items()}
    return None


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


def _same(mine: Mapping[str, str], known: Mapping[str, str]) -> bool:
    return all(known.get(name) == mine[name] for name in DATASETS)


def _home(store: Store) -> Path:
    return store.root / "internal" / "replaced"
