"""The end of ingest: what was staged is proved, adopted and published, all of it or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weir.pipelines.attested import Attested, give
from weir.pipelines.lacking import profiles_of
from weir.pipelines.night import Night
from weir.pipelines.store import digest
from weir.pipelines.tasks import Files
from weir.schemas.errors import WallError
from weir.schemas.manifests import DataFile, InputFile, Manifest, canonical_json
from weir.schemas.outcome import Outcome
from weir.transforms.encrypted import is_encrypted

RESTRICTED = {  # what a split writes -> the dataset it becomes
    "vault": "restricted/vault",
    "linkage": "restricted/linkage",
    "rejects": "restricted/quarantine",
    "dictionary": "restricted/proof",
}


@dataclass(frozen=True)
class Proved:
    """What the proof found: staged strings replaced, and how many were looked at."""

    strings: int
    identifiers: int
    replaced: dict[str, int]
    detector: str
    personal_names: frozenset[str] = frozenset()  # of parameters; in memory only


def publish_ingest(
    night: Night,
    outcomes: list[Outcome],
    settled: Files,
    inputs: list[InputFile],
    incomplete: list[str],
    proved: Proved,
) -> Manifest:
    """Adopt the staged files and replace the date's manifests, events last, attestation before."""
    stamp = _Stamp(night, _digest_of(inputs))
    manifests = [
        stamp.manifest(
            dataset,
            _sealed(night, (e for o in outcomes for e in o.files.get(kind, ())), dataset),
        )
        for kind, dataset in RESTRICTED.items()
    ]
    adopted = _adopted(night, settled.get("people", ()), "people")
    people = stamp.manifest("people", adopted, facts=profiles_of(night, inputs))
    rows = [e for o in outcomes for e in o.files.get("events", ())]
    files = [
        *_adopted(night, rows, "events"),
        *_adopted(night, settled.get("moved_in", ()), "events", "moved_in"),
        *_adopted(night, settled.get("moved_out", ()), "events", "moved_out"),
    ]
    events = stamp.manifest(
        "events", files, incomplete=tuple(sorted(incomplete)), detector=proved.detector
    )
    # All files lie in their places; what follows is a few small renames. Whoever is killed between
    # them leaves events without their attestation, which disclose refuses until the next ingest.
    for manifest in (*manifests, people):
        night.store.publish(manifest)
    give(
        night,
        Attested(events, people, next(m for m in manifests if m.dataset == "restricted/proof")),
        identifiers=proved.identifiers,
        strings=proved.strings,
        replaced=proved.replaced,
        detector=proved.detector,
    )
    night.store.publish(events)
    return events


def _digest_of(inputs: list[InputFile]) -> str:
    """What the date was made from: which source had which content. Where it lay does not count."""
    known = sorted((i.source, i.sha256, i.size_bytes) for i in inputs)
    return digest(canonical_json(known).encode())


@dataclass(frozen=True)
class _Stamp:
    night: Night
    inputs: str

    def manifest(self, dataset: str, files: list[DataFile], **more: Any) -> Manifest:
        return Manifest(
            dataset=dataset,
            date=self.night.day,
            files=tuple(sorted(files, key=lambda f: f.path)),
            policy=self.night.stamp,
            inputs=self.inputs,
            buckets=self.night.store.buckets,
            software=self.night.software,
            **more,
        )


def _sealed(night: Night, entries: Iterable[dict[str, Any]], dataset: str) -> list[DataFile]:
    """Adopt files of the restricted zone; WallError if one of them is not encrypted."""
    listed = list(entries)
    if not all(is_encrypted(entry["path"]) for entry in listed):
        raise WallError(f"{dataset}: a file of it is not encrypted; nothing was published")
    return _adopted(night, listed, dataset)


def _adopted(
    night: Night, entries: Iterable[dict[str, Any]], dataset: str, role: Any = "rows"
) -> list[DataFile]:
    return [
        DataFile(
            path=night.store.adopt(Path(entry["path"]), dataset),
            rows=entry["rows"],
            sha256=entry["sha256"],
            role=role,
        )
        for entry in entries
    ]
