"""Verdicts as Arrow: what a detector hands back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import pyarrow as pa

from weir.schemas import detect as facts
from weir.transforms.detect.verdicts import Asked, Verdict


@dataclass(frozen=True)
class Cleaned:
    """What became of values.

    `clean`: string, one a value given, safe to cross; null where null was given.
    `findings`: schema FINDING. `identifiers`: schema IDENTIFIER, distinct; PII, in flight only.
    """

    clean: pa.StringArray
    findings: pa.Table
    identifiers: pa.Table


class Referrers(NamedTuple):
    """Host in lower case without `www.`, `{ip}` or null; and the path, or null."""

    domain: Cleaned
    path: Cleaned


def findings(found: Iterable[tuple[int, Asked, Verdict]]) -> pa.Table:
    """Schema FINDING; one row a finding, in the order given."""
    rows = [
        (index, f.entity, asked.part, f.key, f.rule, f.score, f.why)
        for index, asked, verdict in found
        for f in verdict.found
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(facts.FINDING)
    return pa.table(
        [pa.array(c, field.type) for c, field in zip(columns, facts.FINDING, strict=True)],
        schema=facts.FINDING,
    )


def kind_of(entity: str) -> str:
    """What the proof looks for it as: a site's own kinds of value are identifiers to it."""
    return entity if entity in facts.ENTITIES else "id"


def identifiers(verdicts: Iterable[Verdict]) -> pa.Table:
    """Schema IDENTIFIER: the distinct identifiers of verdicts, sorted.

    What was guessed is none: `amber-stone` in one path would close every file that sells it.
    """
    found = (f for verdict in verdicts for f in verdict.found if not f.guessed)
    pairs = sorted({(kind_of(f.entity), f.identifier) for f in found if f.identifier})
    return pa.table(
        [
            pa.array([k for k, _ in pairs], pa.string()),
            pa.array([v for _, v in pairs], pa.string()),
        ],
        schema=facts.IDENTIFIER,
    )
