"""What lies in a store: every file with its zone and dataset, and whether something names it.

Manifests are read as JSON and nothing more: whoever checks a store must also see one that a
manifest of another version, or a damaged one, speaks of.
"""

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from weir.schemas.columns import Zone
from weir.transforms.encrypted import is_encrypted

CATALOG = "weir.duckdb"
_DATED = re.compile(r"\d{4}-\d\d-\d\d(\.attest)?\.json")
_SIGNATURES = re.compile(r"(\d{4}-\d\d-\d\d(\.attest)?|manifest)\.sig")
_RUN = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}\.json|(\d{4}-\d\d-\d\d|catalog|publishing)\.lock")
_SIGNED = 5 + 64  # bytes of a signature; Tink's prefix is five
_DIGEST = re.compile(r"[0-9a-f]{64}|[0-9a-f]{16}")  # of content; of what detection knows
_OF_DIGESTS = re.compile(
    r"sha256|rules|supersedes|inputs|detector|events|people|restricted/\w+|\d{4}-\d\d-\d\d"
)


@dataclass(frozen=True)
class File:
    """A file of a store. `dataset`: its directory within the zone; of what is shared, for whom."""

    path: Path
    name: str  # relative to the store
    zone: str  # of Zone, or `store` for what lies outside all of them
    dataset: str
    own: bool  # a manifest, signature, lock or catalogue: Weir's own, by its name and place
    size: int = 0  # bytes

    @property
    def is_data(self) -> bool:
        """Of those that a manifest has to name."""
        return not self.own


@dataclass
class Walk:
    """All files of a store, and what its manifests say of them."""

    files: list[File] = field(default_factory=list)
    named: set[str] = field(default_factory=set)  # relative to the store
    digests: set[str] = field(default_factory=set)  # that manifests state, in hex
    key_ids: set[str] = field(default_factory=set)  # by signatures; random numbers
    unreadable: dict[Path, str] = field(default_factory=dict)  # directory or manifest -> why

    @property
    def unnamed(self) -> list[str]:
        """Files that no manifest names."""
        return [f.name for f in self.files if f.is_data and f.name not in self.named]

    @property
    def missing(self) -> list[str]:
        """Files that a manifest names and that are not there."""
        return sorted(self.named - {file.name for file in self.files})

    @cached_property
    def paths(self) -> pa.Array:
        """Names of its files, as they are written in manifests and views."""
        inside = [str(Path(*Path(f.name).parts[3:])) for f in self.files if f.zone == Zone.SHARED]
        return pa.array([*(file.name for file in self.files), *inside], pa.string())

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """The digests, and what is shown of them."""
        sizes = (12, 16, 32, 64)
        return frozenset(digest[:size] for digest in self.digests for size in sizes)

    def published(self) -> list[File]:
        """What lies on this side of the wall."""
        return [file for file in self.files if file.zone != Zone.RESTRICTED]

    def behind(self, dataset: str) -> tuple[str, ...]:
        """Paths of a restricted dataset's sealed files, named by a manifest or not."""
        return tuple(str(file.path) for file in self._sealed(dataset))

    def unnamed_behind(self, dataset: str) -> int:
        """How many of them no manifest names: a later run of their date superseded them."""
        return sum(file.name not in self.named for file in self._sealed(dataset))

    def _sealed(self, dataset: str) -> Iterator[File]:
        inside = Zone.RESTRICTED, dataset
        for file in self.files:
            if (file.zone, file.dataset) == inside and file.is_data and is_sealed(file.path):
                yield file


def is_signature(data: bytes) -> bool:
    """Whether it looks like a signature by Tink: a 1, the key's id, 64 bytes."""
    return len(data) == _SIGNED and data[0] == 1


def is_regular(path: Path) -> bool:
    """Whether it is a file, and no link, pipe or device. Raises OSError."""
    return stat.S_ISREG(path.lstat().st_mode)


def is_gone(path: Path) -> bool:
    """Whether nothing is there any more. What may not be looked at is there."""
    try:
        path.lstat()
    except OSError as error:
        return isinstance(error, FileNotFoundError | NotADirectoryError)
    return False


def name_in(root: Path, path: Path) -> str:
    """A path relative to the store, as text that can be written."""
    return os.fsencode(path.relative_to(root)).decode("utf-8", "replace")


def is_sealed(path: Path) -> bool:
    """Whether a file is one that only a key opens."""
    try:
        return is_regular(path) and is_encrypted(path)
    except (OSError, ValueError):  # shorter than its ending would be
        return False


def walk(root: Path) -> Walk:
    """Every file under a store's root, in order of names; links are not followed."""
    found = Walk()
    found.files = [_file(root, path, found) for path in sorted(_paths(root, found))]
    for file in found.files:
        if file.own and file.path.suffix == ".json":
            try:
                stated = json.loads(file.path.read_bytes() if is_regular(file.path) else b"")
                named, digests = set(_named(stated, file)), set(_digests(stated, ""))
            except (OSError, ValueError, RecursionError) as error:
                found.unreadable[file.path] = f"no manifest that can be read ({_kind(error)})"
                continue
            found.named |= named
            found.digests |= digests
        elif file.own and file.path.suffix == ".sig" and file.size == _SIGNED:
            found.key_ids |= set(_key_id(file.path))
    return found


def _key_id(path: Path) -> Iterator[str]:
    with suppress(OSError):
        data = path.read_bytes() if is_regular(path) else b""
        if is_signature(data):
            yield str(int.from_bytes(data[1:5]))


def _paths(root: Path, found: Walk) -> Iterator[Path]:
    """Whatever is no directory; and a directory that may not be listed is told."""

    def failed(error: OSError) -> None:
        found.unreadable[Path(error.filename)] = f"a directory not to be listed ({_kind(error)})"

    for place, directories, files in os.walk(root, onerror=failed):
        here = Path(place)
        yield from (here / name for name in files)
        yield from (here / name for name in directories if (here / name).is_symlink())


def _file(root: Path, path: Path, found: Walk) -> File:
    name = Path(name_in(root, path))
    zone = name.parts[0] if name.parts[0] in set(Zone) and len(name.parts) > 1 else "store"
    inside = name.parts[1:-1] if zone != "store" else name.parts[:-1]
    inside = inside[:1] if zone == Zone.SHARED else inside
    size = 0
    try:
        size = path.lstat().st_size
    except OSError as error:
        found.unreadable[path] = f"a file not to be looked at ({_kind(error)})"
    return File(path, str(name), zone, "/".join(inside), _is_own(zone, name), size)


def _kind(error: BaseException) -> str:
    return type(error).__name__


def _is_own(zone: str, name: Path) -> bool:
    depth = len(name.parts)
    if name.parts[0] == "runs":
        return depth == 2 and bool(_RUN.fullmatch(name.name))
    if zone == "store":
        return depth == 1 and name.name in ("store.json", CATALOG)
    if zone == Zone.SHARED:
        return depth == 4 and name.name in ("manifest.json", "manifest.sig")
    return bool(_DATED.fullmatch(name.name) or _SIGNATURES.fullmatch(name.name))


def _named(stated: Any, file: File) -> Iterator[str]:
    """Paths of the files that a manifest names, relative to the store."""
    if file.zone == "store" or not isinstance(stated, dict):
        return
    place = Path(file.name).parent if file.zone == Zone.SHARED else Path()
    for key in ("files", "tables"):
        entries = stated.get(key)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("path"), str):
                yield str(place / entry["path"])


def _digests(stated: Any, key: str) -> Iterator[str]:
    if isinstance(stated, dict):
        for name, inner in stated.items():
            yield from _digests(inner, name)
    elif isinstance(stated, list):
        for inner in stated:
            yield from _digests(inner, key)
    elif isinstance(stated, str) and _OF_DIGESTS.fullmatch(key) and _DIGEST.fullmatch(stated):
        yield stated
