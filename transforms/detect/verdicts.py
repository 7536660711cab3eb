"""What is asked about a value, and what is answered."""

from dataclasses import dataclass

from weir.schemas import detect as facts
from weir.transforms.detect.limits.effort import MOST

LABEL = "label"
"""The part of texts that somebody chose for a column of ours: its name decides nothing."""


@dataclass(frozen=True)
class Asked:
    """A raw value with where it stood. Hashable: what is judged is judged once."""

    value: str
    part: str
    key: str | None = None
    before: str | None = None
    most: int = MOST  # steps that it may cost; a path shares them among its segments


@dataclass(frozen=True)
class Found:
    """Why a value is personal, and the identifier in it. `identifier` never leaves the process."""

    entity: str
    rule: str
    key: str | None
    score: float
    why: str
    identifier: str | None = None
    span: tuple[int, int] | None = None  # in the decoded text, if found there
    guessed: bool = False  # closed here, but no identifier to look for elsewhere


@dataclass(frozen=True, slots=True)
class Verdict:
    """The text that may cross, and what was found; the best finding first."""

    clean: str
    found: tuple[Found, ...] = ()
    steps: int = 0  # that it cost; more than it may if it asked for more


def failed(rule: str, key: str | None = None) -> Verdict:
    """The verdict on a value that could not be judged: it does not cross."""
    why = {
        "detector_error": "a recognizer failed on it",
        "timeout": "a recognizer took too long over it",
        "too_long": "it is longer than a value may be",
        "too_much": "it asks for more work than a value may",
        "unsettled": "it is still encoded after five rounds",
    }[rule]
    found = Found(facts.UNREADABLE, rule, key, 1.0, f"{why}, so it does not cross")
    return Verdict("{" + facts.UNREADABLE + "}", (found,))
