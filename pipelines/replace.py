"""What the proof found in staged events becomes placeholders, before anything is published."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weir.pipelines.night import Night
from weir.pipelines.over import over
from weir.pipelines.publish import Proved
from weir.pipelines.tasks import Files
from weir.schemas.errors import WallError, WeirError
from weir.schemas.outcome import Outcome
from weir.transforms.encrypted import read_encrypted
from weir.transforms.keys import Keyring
from weir.transforms.proving import PARAMETER, holds, placeholders, rewrite
from weir.transforms.write import Written


def replace_matches(night: Night, outcomes: list[Outcome], settled: Files, staging: Path) -> Proved:
    """Rewrite staged files that hold a match, in place of their entries; what the proof counted.

    Raises WallError if the night has no proof: what was not looked at is not published.
    """
    if not settled.get("proof"):
        raise WallError(f"{night.day}: the proof did not run; nothing was published")
    (result,) = settled["proof"]
    names: frozenset[str] = frozenset()
    if result["path"]:
        entries = [e for outcome in outcomes for e in outcome.files.get("events", ())]
        entries += settled.get("moved_in", ())
        keyring = night.keyring("proof")
        paths = tuple(entry["path"] for entry in entries)
        replacing = Replacing(paths, night.store.buckets, result["path"], keyring)
        every = over(night.config.engine, len(entries), staging)
        for entry, written in zip(entries, every(replacing), strict=True):
            if written is not None:
                _take(entry, written)
        found = read_encrypted(result["path"], keyring, "proof")
        names = frozenset(found.filter(_of_names(found))["value"].to_pylist())
    return Proved(
        strings=result["strings"],
        identifiers=result["identifiers"],
        replaced=dict(sorted(result["replaced"].items())),
        detector=night.detector.version,
        personal_names=names,
    )


@dataclass(frozen=True)
class Replacing:
    """What is to be done with each staged file; picklable, holds no value that was found."""

    paths: tuple[str, ...]
    buckets: int
    proof: str  # encrypted: what the proof found
    keyring: Keyring

    def __call__(self, number: int) -> Written | None:
        """A file anew, without its matches; None if it has none."""
        path, found = self.paths[number], read_encrypted(self.proof, self.keyring, "proof")
        answers = placeholders(found.filter(pc.invert(_of_names(found))))
        return rewrite(path, self.buckets, answers) if holds(path, answers) else None


def _of_names(found: pa.Table) -> pa.ChunkedArray:
    """Which matches are names of parameters, and in no file."""
    return pc.equal(found["column"], PARAMETER)


def _take(entry: dict[str, Any], written: Written) -> None:
    if written.rows != entry["rows"]:
        raise WeirError("replacing matches lost or doubled a row; this is a bug, please report")
    entry |= {"path": written.path, "sha256": written.sha256}
