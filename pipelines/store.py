"""The store: where data lies, how it is published, who may write.

Data files are immutable and named by the hash of their content. Publishing replaces one small
manifest per dataset and date (fsync, rename), so a reader sees the old night or the new one and
never half of one. What no manifest names is swept after a grace period.
"""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from weir.schemas.errors import BusyError, ConfigError, UsageError, WeirError
from weir.schemas.manifests import DataFile, Manifest

GRACE_SECONDS = 24 * 3600
_BUCKETS = 32


@dataclass(frozen=True)
class Store:
    """A store in a local directory."""

    root: Path
    buckets: int

    @classmethod
    def open(cls, path: str, *, create: bool = False) -> "Store":
        """The store at `path`. Raises ConfigError for a URL or a place that is no store."""
        if "://" in path:
            raise ConfigError(
                f"store: {path.split('://', maxsplit=1)[0]} stores are not supported yet; "
                "name a local directory"
            )
        root = Path(path)
        facts = root / "store.json"
        if not facts.exists():
            if not create:
                beside = root / "store"
                there = f"; {beside} is one" if (beside / facts.name).exists() else ""
                raise UsageError(f"{root}: no store here yet; `weir run` makes one{there}")
            make_directory(root, mode=0o700)
            replace_file(facts, json.dumps({"version": 1, "buckets": _BUCKETS}).encode())
        return cls(root, int(json.loads(facts.read_text())["buckets"]))

    def place(self, dataset: str) -> Path:
        """Directory of a dataset: `events`, `people`, `tables/pages` are internal; a dataset of
        the restricted zone names it (`restricted/vault`)."""
        inside = dataset.startswith("restricted/")
        return self.root / dataset if inside else self.root / "internal" / dataset

    def manifest_path(self, dataset: str, day: date) -> Path:
        """Where the manifest of a dataset and date lies."""
        return self.place(dataset) / f"{day.isoformat()}.json"

    def manifest(self, dataset: str, day: date) -> Manifest | None:
        """What is published, or None."""
        try:
            return Manifest.model_validate_json(self.manifest_path(dataset, day).read_bytes())
        except FileNotFoundError:
            return None

    def require(self, dataset: str, day: date, remedy: str) -> Manifest:
        """What is published; UsageError with the remedy if nothing is."""
        manifest = self.manifest(dataset, day)
        if manifest is None:
            raise UsageError(f"{self.root}: no {dataset} of {day}; {remedy}")
        return manifest

    def manifests(self, dataset: str) -> Iterator[Manifest]:
        """All published dates of a dataset, in order."""
        for path in sorted(self.place(dataset).glob("????-??-??.json")):
            yield Manifest.model_validate_json(path.read_bytes())

    def publish(self, manifest: Manifest) -> None:
        """Make `manifest` the truth of its dataset and date. Its files must already lie there."""
        for file in manifest.files:
            if not (self.root / file.path).exists():
                raise WeirError(f"{file.path}: gone before it was published; run the date again")
        replace_file(self.manifest_path(manifest.dataset, manifest.date), manifest.text().encode())

    def adopt(self, staged: Path, dataset: str) -> str:
        """Move a staged file to its place in a dataset; the path relative to the store."""
        place = self.place(dataset) / staged.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if staged.exists() or not place.exists():  # equal rows are one file, listed twice
            staged.replace(place)
        return str(place.relative_to(self.root))

    def catalog_lock(self) -> AbstractContextManager[None]:
        """One catalogue at a time, whatever dates are being run; waits for its turn."""
        return self._turn("catalog")

    def publishing(self) -> AbstractContextManager[None]:
        """One run at a time adopts and publishes, or sweeps, whatever the dates: a sweep that has
        read the manifests takes nothing that another run is about to name. Waits for its turn; not
        to be taken twice."""
        return self._turn("publishing")

    @contextmanager
    def _turn(self, name: str) -> Iterator[None]:
        path = self.root / "runs" / f"{name}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    @contextmanager
    def lock(self, day: date) -> Iterator[None]:
        """One run of a date at a time; the kernel frees the lock of a run that died."""
        path = self.root / "runs" / f"{day.isoformat()}.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BusyError(
                    f"{day}: another run of this date is under way in {self.root}; "
                    "wait for it, or stop it"
                ) from None
            yield

    def staging(self, step: str, day: date) -> Path:
        """An empty directory for a step's files; what runs that died left, of any date, is removed.

        In the restricted zone: what lies here is not proved yet. The caller holds the date's lock.
        """
        path = self.root / "restricted" / "staged" / f"{step}-{day.isoformat()}"
        for other in path.parent.glob("*-????-??-??"):
            self._clear(other, day)
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True, mode=0o700)
        return path

    def _clear(self, staged: Path, mine: date) -> None:
        """Remove a staging directory of another date, if no run of that date is under way."""
        try:
            theirs = date.fromisoformat(staged.name[-10:])
            if theirs != mine:
                with self.lock(theirs):
                    shutil.rmtree(staged, ignore_errors=True)
        except (BusyError, ValueError):
            return

    @contextmanager
    def drafting(self, step: str) -> Iterator[Path]:
        """A directory for one thing that is made whole and then renamed to its place, whoever else
        makes one; what is left of it goes. So does what runs that died left: theirs is the lock
        that the kernel freed."""
        parent = self.root / "restricted" / "staged"
        parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = parent / f"{step}-{secrets.token_hex(8)}"
        with _held(parent, fcntl.LOCK_EX):  # nobody sweeps what is made and not locked yet
            for other in parent.glob(f"{step}-{'[0-9a-f]' * 16}"):
                with suppress(OSError), _held(other, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    shutil.rmtree(other)
            draft.mkdir()
            handle = os.open(draft, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield draft
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            os.close(handle)

    def sweep(
        self,
        dataset: str,
        grace_seconds: float = GRACE_SECONDS,
        keep: frozenset[str] = frozenset(),
    ) -> int:
        """Delete files of a dataset that no manifest names and that are older than the grace.
        keep: files that stay all the same. The caller holds the lock of publishing."""
        named = {file.path for manifest in self.manifests(dataset) for file in manifest.files}
        named |= keep
        swept = 0
        for path in self.place(dataset).glob("*.parquet"):
            if str(path.relative_to(self.root)) in named:
                continue
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > grace_seconds:
                    path.unlink()
                    swept += 1
        return swept

    def paths(self, files: Iterable[DataFile]) -> list[str]:
        """Absolute paths of data files."""
        return [str((self.root / file.path).resolve()) for file in files]


def make_directory(place: Path, mode: int = 0o777) -> None:
    """One that somebody named, and what is above it. Raises UsageError where none can be."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=mode)
    except (FileExistsError, FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(
            f"{place}: no directory, and none can be made there ({error.strerror}); name another"
        ) from None


def replace_file(path: Path, data: bytes) -> None:
    """Write a small file so that a reader, or a crash, sees all of the old one or of the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def intact(path: Path, sha256: str) -> bool:
    """Whether a file is there with this digest."""
    try:
        return digest_of_file(path) == sha256
    except OSError:
        return False


def digest_of_file(path: Path, size: int | None = None) -> str:
    """SHA-256 of a file's content, or of its first `size` bytes, in hex."""
    if size is None:
        size = path.stat().st_size
    sum_, left = hashlib.sha256(), size
    with path.open("rb") as handle:
        while left and (piece := handle.read(min(left, 1 << 20))):
            sum_.update(piece)
            left -= len(piece)
    return sum_.hexdigest()


@contextmanager
def _held(directory: Path, how: int) -> Iterator[None]:
    """A directory locked; the kernel frees it when the process ends. Raises OSError if another
    one holds it and `how` is not to wait."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)
