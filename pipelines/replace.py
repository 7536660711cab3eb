"""What the proof found in staged events becomes placeholders, before anything is published."""

from typing import Any

import pyarrow.compute as pc

from weir.pipelines.night import Night
from weir.pipelines.publish import Proved
from weir.pipelines.tasks import Files
from weir.schemas.errors import WallError, WeirError
from weir.schemas.outcome import Outcome
from weir.transforms.detect import Detector
from weir.transforms.encrypted import read_encrypted
from weir.transforms.proving import PARAMETER, holds, placeholders, rewrite


def replace_matches(night: Night, outcomes: list[Outcome], settled: Files) -> Proved:
    """Rewrite staged files that hold a match, in place of their entries; what the proof counted.

    Raises WallError if the night has no proof: what was not looked at is not published.
    """
    if not settled.get("proof"):
        raise WallError(f"{night.day}: the proof did not run; nothing was published")
    (result,) = settled["proof"]
    names: frozenset[str] = frozenset()
    if result["path"]:
        found = read_encrypted(result["path"], night.keyring("proof"), "proof")
        of_names = pc.equal(found["column"], PARAMETER)
        names = frozenset(found.filter(of_names)["value"].to_pylist())
        found = found.filter(pc.invert(of_names))
        answers = placeholders(found)
        entries = [e for outcome in outcomes for e in outcome.files.get("events", ())]
        for entry in [*entries, *settled.get("moved_in", ())]:
            if holds(entry["path"], answers):
                _rewrite(entry, night.store.buckets, answers)
    return Proved(
        strings=result["strings"],
        identifiers=result["identifiers"],
        replaced=dict(sorted(result["replaced"].items())),
        detector=Detector(night.config.detection).version,
        personal_names=names,
    )


def _rewrite(entry: dict[str, Any], buckets: int, answers: dict[str, Any]) -> None:
    written = rewrite(entry["path"], buckets, answers)
    if written.rows != entry["rows"]:
        raise WeirError("replacing matches lost or doubled a row; this is a bug, please report")
    entry |= {"path": written.path, "sha256": written.sha256}
