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
    sha256: str  # of all of it
    rules: str = Field("", exclude_if=lambda rules: not rules)  # the same without its recipients

    def __eq__(self, other: object) -> bool:
        """By the whole: earlier versions of this program stamped nothing else."""
        return isinstance(other, PolicyStamp) and self._whole == other._whole

    def __hash__(self) -> int:
        return hash(self._whole)

    def rules_as(self, other: "PolicyStamp") -> bool:
        """Whether both made the same of the same rows: recipients alone may have changed since."""
        if not (self.rules and other.rules):
            return self == other
        return (self.name, self.version, self.rules) == (other.name, other.version, other.rules)

    @property
    def _whole(self) -> tuple[str, str, str]:
        return self.name, self.version, self.sha256


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
