"""The proof's signed word for a date: given at the end of ingest, demanded by whatever follows.

It is for exactly these events, people and dictionary, to the byte: with any other one of the three,
or without it, nothing is made of the date (DESIGN, "By proof").
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from weir.pipelines.night import Night
from weir.pipelines.store import Store, digest, digest_of_file, replace_file
from weir.schemas.errors import WallError
from weir.schemas.manifests import DataFile, Manifest, PolicyStamp, canonical_json
from weir.transforms.attest import REMEDY, Attestation, attest, demand
from weir.transforms.events import EventFiles
from weir.transforms.keys import public_key_path

PROVED = ("events", "people", "restricted/proof")


@dataclass(frozen=True)
class Attested:
    """The manifests of a date that were proved together, and the signed word that they were."""

    events: Manifest
    people: Manifest
    proof: Manifest
    word: tuple[bytes, bytes] = (b"", b"")  # attestation and signature

    @property
    def _manifests(self) -> tuple[Manifest, ...]:
        return self.events, self.people, self.proof

    @property
    def datasets(self) -> dict[str, str]:
        """Dataset -> sha256 of its manifest."""
        return {m.dataset: digest(m.text().encode()) for m in self._manifests}

    @property
    def files(self) -> list[DataFile]:
        """All of their files."""
        return [file for manifest in self._manifests for file in manifest.files]

    @property
    def inputs(self) -> str:
        """What an edition of them names as its inputs."""
        return inputs_of((self.events, self.people))

    def event_files(self, store: Store) -> EventFiles:
        """The events' files by role, as absolute paths."""

        def of(role: str) -> tuple[str, ...]:
            return tuple(store.paths(file for file in self.events.files if file.role == role))

        return EventFiles(of("rows"), of("moved_in"), of("moved_out"))


def inputs_of(manifests: Iterable[Manifest]) -> str:
    """Digest of what an edition is made from: which source files, under which policy, detected how,
    and how many rows came of it. Not of the events' files, whose bytes depend on the splits."""
    facts = [
        {
            "dataset": m.dataset,
            "inputs": m.inputs,
            "policy": m.policy.sha256,
            "detector": m.detector,
            "incomplete": m.incomplete,
            "rows": sum(file.rows for file in m.files),
        }
        for m in manifests
    ]
    return digest(canonical_json(facts).encode())


def give(night: Night, proved: Attested, **found: object) -> None:
    """Sign what was proved of which bytes. found: the other facts of an Attestation."""
    data, signature = attest(
        Attestation.model_validate(
            {
                "date": night.day,
                "datasets": proved.datasets,
                "inputs": proved.inputs,
                "policy": night.stamp,
                "software": night.software,
                **found,
            }
        ),
        night.keyring("signing"),
    )
    place = night.store.manifest_path("events", night.day)
    for path, content in zip(word_places(place), (data, signature), strict=True):
        replace_file(path, content)


def word_places(manifest: Path) -> tuple[Path, Path]:
    """Where the word for a manifest lies, and its signature: beside it."""
    return manifest.with_suffix(".attest.json"), manifest.with_suffix(".attest.sig")


def attested(night: Night, policy: PolicyStamp | None = None) -> Attested:
    """What was proved of a date. UsageError if there are no events, WallError if what lies there is
    not what was proved, byte for byte, or was proved under another policy than the night's, or the
    one that is named."""
    remedy = f"`weir ingest --date {night.day}` makes them"
    events, people, proof = (night.store.require(name, night.day, remedy) for name in PROVED)
    place = night.store.manifest_path("events", night.day)
    data, signature = (path.read_bytes() if path.exists() else b"" for path in word_places(place))
    proved = Attested(events, people, proof, (data, signature))
    demand(
        data,
        signature,
        public_key_path(night.config.at(night.config.keys)),
        proved.datasets,
        date=night.day.isoformat(),
        policy=policy or night.stamp,
    )
    _demand_bytes(night.store, proved.files)
    return proved


def are_gone(night: Night) -> bool:
    """Whether something of what was proved of a date is not there at all; it is not looked at."""
    manifests = [night.store.manifest(name, night.day) for name in PROVED]
    word = word_places(night.store.manifest_path("events", night.day))
    files = [night.store.root / file.path for m in manifests if m is not None for file in m.files]
    return None in manifests or not all(path.exists() for path in (*word, *files))


def _demand_bytes(store: Store, files: list[DataFile]) -> None:
    """WallError naming the files that are gone, or are not the bytes that were proved."""
    with ThreadPoolExecutor(2) as pool:
        same = pool.map(lambda file: _is(store.root / file.path, file.sha256), files)
        wrong = [file.path for file, ok in zip(files, same, strict=True) if not ok]
    if wrong:
        raise WallError(f"{', '.join(wrong[:3])}: gone, or not what was proved; {REMEDY}")


def _is(path: Path, sha256: str) -> bool:
    try:
        state = path.stat()
    except OSError:
        return False
    return _digest(path, state.st_mtime_ns, state.st_size, state.st_ino) == sha256


@lru_cache(1 << 16)  # a night asks for each file at every step
def _digest(path: Path, *_state: int) -> str:
    return digest_of_file(path)
