"""Manifests: what is published for a date. Readers take files only from here."""

import json
from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from weir.schemas.strict import Strict


class DataFile(Strict):
    """One immutable file of a dataset, named by the hash of its content."""

    path: str  # relative to the store
    rows: int
    sha256: str
    role: Literal["rows", "moved_in", "moved_out"] = "rows"  # see transforms/stitch.py


class InputFile(Strict):
    """A source file as it was when it was read."""

    path: str
    source: str
    size_bytes: int
    sha256: str


class FileCount(Strict):
    """Lines of one source file: read = kept + quarantined + filtered, each by reason."""

    path: str
    source: str
    read: int
    kept: int
    quarantined: dict[str, int] = Field(default_factory=dict)
    filtered: dict[str, int] = Field(default_factory=dict)

    @property
    def adds_up(self) -> bool:
        """Nothing lost, nothing doubled."""
        gone = sum(self.quarantined.values()) + sum(self.filtered.values())
        return self.read == self.kept + gone


class PolicyStamp(Strict):
    """Which policy an output was made under."""

    name: str
    version: str
    sha256: str


class Manifest(Strict):
    """What is published of one dataset for one date."""

    dataset: str
    date: date
    files: tuple[DataFile, ...]
    policy: PolicyStamp
    inputs: str = ""  # digest of what it was made from
    incomplete: tuple[str, ...] = ()  # why the date may lack rows: truncated, still growing
    detector: str = ""
    buckets: int = 0
    software: str = ""
    facts: dict[str, Any] = Field(default_factory=dict)

    def text(self) -> str:
        """Canonical JSON: the same content is the same bytes."""
        return canonical_json(self.model_dump(mode="json"))


class Replaced(Strict):
    """What another ingest replaced, and when: how long it may still be looked at."""

    at: AwareDatetime
    manifests: tuple[Manifest, ...]

    def text(self) -> str:
        """Canonical JSON."""
        return canonical_json(self.model_dump(mode="json"))


def canonical_json(value: Any) -> str:
    """Sorted keys, two spaces, a newline at the end."""
    return json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
