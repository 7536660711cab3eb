"""What one split of input came to: small, JSON, the only thing that travels between workers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

EXAMPLES = 20


@dataclass
class Outcome:
    """Counts of a split and the files its attempt wrote.

    A split that a runner tries twice has two outcomes; the one with the smaller `attempt` counts.
    """

    split: str  # source, path and index: unique in a night
    source: str
    path: str
    index: int
    attempt: str = ""
    lines: int = 0
    kept: int = 0
    profiles: int = 0  # of what was kept, people rather than hits
    quarantined: Counter[str] = field(default_factory=Counter)
    filtered: Counter[str] = field(default_factory=Counter)
    elsewhere: int = 0  # of what was kept, rows that name a host which is none of the site's
    other_dates: list[str] = field(default_factory=list)  # of what is filtered: first and last
    replaced: Counter[str] = field(default_factory=Counter)  # by field and kind: `path email`
    bases: Counter[str] = field(default_factory=Counter)
    bots: int = 0
    skewed: int = 0  # hits whose sender's clock is off
    skew_s: int = 0  # by how much at most
    rejects: list[tuple[int, str]] = field(default_factory=list)  # line in the split, reason
    damaged: str = ""
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    files: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # dataset -> path, rows, …

    def note_dates(self, others: Iterable[date]) -> None:
        """Dates of lines that are filtered; the first and the last of all is kept."""
        known = sorted({*self.other_dates, *map(str, others)})
        self.other_dates = [*known[:1], *known[1:][-1:]]

    def to_json(self) -> dict[str, Any]:
        """Plain dicts and lists."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Outcome":
        """The inverse of to_json."""
        counters = ("quarantined", "filtered", "replaced", "bases")
        fields: dict[str, Any] = {k: Counter(v) if k in counters else v for k, v in raw.items()}
        return cls(**fields)
