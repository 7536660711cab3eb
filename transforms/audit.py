"""Texts that were published already, looked at once more: with every recognizer, without the gate,
from a lower score on, and with the identifiers that the operator knows.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.schemas.event import EVENT, LABELS, PERSON, TOUCH
from weir.schemas.own import OF_THE_PROOF
from weir.schemas.tables import read_tables
from weir.transforms.detect import Detector, paths
from weir.transforms.detect.recognizers.engine import THRESHOLD
from weir.transforms.detect.verdicts import LABEL, Asked, Found
from weir.transforms.known import WHOSE, Known
from weir.transforms.of_weir import is_of_weir
from weir.transforms.proof import prove
from weir.transforms.proof.match import UNDECODED

LEAST = 0.2
"""A recognizer's hit of this score is told, as unclear; at 0 whatever has nine digits is one."""

FOUND = pa.schema(
    [
        pa.field("column", pa.string()),
        pa.field("value", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("rule", pa.string()),
        pa.field("sure", pa.bool_()),
    ]
)
"""What was found in a text under a name; a text may have several. In flight only: PII."""

APART = "written apart"
"""The rule of what stands in a text in a way that nothing else reads."""

T = TypeVar("T")
_AT_ONCE = 10_000


@dataclass(frozen=True)
class Look:
    """How texts are looked at: as both of detection's modes do. What is given few points, or closed
    by strict mode alone, is unclear; `strict`: nothing is."""

    detector: Detector
    known: tuple[Known, ...] = ()
    strict: bool = False

    def found(self, texts: pa.Table) -> pa.Table:
        """Distinct (column, value) -> FOUND. Raises what opening a dictionary raises."""
        found = pa.concat_tables([self._judged(texts), *self._proved(texts, WHOSE)])
        return pa.concat_tables([found, self._sought(texts, found)])

    def across(self, rows: pa.Table) -> pa.Table:
        """The same of rows with a SEAM between their cells: what is written across one."""
        return self._sought(rows, FOUND.empty_table(), across=True)

    def joined(self, keys: pa.Table) -> pa.Table:
        """The same of a day's pseudonyms in hex: those that the linkage joins days with."""
        return pa.concat_tables([FOUND.empty_table(), *self._proved(keys, ("linkage",))])

    @property
    def joins(self) -> bool:
        """Whether it knows what the linkage joins days with."""
        return any(known.whose == "linkage" for known in self.known)

    @property
    def seeks(self) -> bool:
        """Whether it knows people by more than hashes, and so can look across cells."""
        return any(known.sought for known in self.known)

    def _judged(self, texts: pa.Table) -> pa.Table:
        rows = [
            (name, value, one.entity, one.rule, sure)
            for name in pc.unique(texts["column"]).to_pylist()
            for value, one, sure in self._in_column(
                name, texts.filter(pc.equal(texts["column"], name))["value"].combine_chunks()
            )
        ]
        columns = list(zip(*dict.fromkeys(rows), strict=True)) or [()] * len(FOUND)
        return pa.table(
            [pa.array(c, f.type) for c, f in zip(columns, FOUND, strict=True)], schema=FOUND
        )

    def _in_column(self, name: str, values: pa.Array) -> Iterator[tuple[str, Found, bool]]:
        is_path = pc.starts_with(values, "/")
        yield from self._in_paths(name, values.filter(is_path))
        part, key = _asked_as(name)
        others = values.filter(pc.invert(is_path))
        for some in _batches(others):
            yield from self._answers(name, [Asked(value, part, key) for value in some], some)

    def _in_paths(self, name: str, values: pa.Array) -> Iterator[tuple[str, Found, bool]]:
        """Paths by their distinct segments, each with what the one before it says."""
        part = "referrer_path" if name.startswith("referrer") else "path"
        taken = paths.take_apart(paths.without_parameters(values))
        found: dict[int, list[tuple[Found, bool]]] = {}
        first = 0
        for some in _batches(taken.distinct):
            befores = taken.befores.slice(first, len(some)).to_pylist()
            asked = [
                Asked(segment, part, None, before or None)
                for segment, before in zip(some, befores, strict=True)
            ]
            for at, one, sure in self._answers(name, asked, range(first, first + len(some))):
                found.setdefault(at, []).append((one, sure))
            first += len(some)
        for path, segment in taken.where(list(found)):
            yield from ((values[path].as_py(), *one) for one in found[segment])
        parameters = values.filter(pc.match_substring(values, ";"))
        for some in _batches(parameters):
            yield from self._answers(name, [Asked(value, part) for value in some], some)

    def _answers(
        self, column: str, asked: list[Asked], names: Iterable[T]
    ) -> Iterator[tuple[T, Found, bool]]:
        """Of each kind that is found in a text, the best finding, and whether it counts; of what
        strict mode alone closes only where nothing else in the text counts. Placeholders are what
        a finding left behind."""
        modes = [one.verdicts(asked) for one in self._modes]
        for name, one, *verdicts in zip(names, asked, *modes, strict=True):
            best: dict[str, tuple[Found, bool]] = {}
            for mode, verdict in enumerate(verdicts):
                if mode and not self.strict and any(sure for _, sure in best.values()):
                    break
                for found in verdict.found:
                    sure = self.strict or (not mode and found.score >= THRESHOLD)
                    if not self._placed(found) and not _is_ours(column, one.value, found):
                        best.setdefault(found.entity, (found, sure))
            yield from ((name, *told) for told in best.values())

    @cached_property
    def _modes(self) -> tuple[Detector, Detector]:
        """The detector in balanced mode and in strict: of a free text each takes its own words away
        and looks at what is left, so alone strict could leave what balanced takes."""
        as_in = self.detector.settings.model_copy
        balanced, strict = (as_in(update={"mode": mode}) for mode in ("balanced", "strict"))
        return replace(self.detector, settings=balanced), replace(self.detector, settings=strict)

    def _placed(self, found: Found) -> bool:
        """Nothing but a placeholder, as detection, proof and disclosure leave them."""
        text = (found.identifier or "").removeprefix("/")
        return text[:1] == "{" and text[1:-1] in self._kinds and text[-1:] == "}"

    @cached_property
    def _kinds(self) -> frozenset[str]:
        own = self.detector.settings.entities
        return frozenset((*facts.ENTITIES, facts.UNREADABLE, "…", *OF_THE_PROOF, *own))

    def _proved(self, texts: pa.Table, whose: Container[str]) -> Iterator[pa.Table]:
        for known in self.known:
            if known.whose in whose and texts.num_rows:
                matches = prove(texts, known.files, known.key, known.keyring)
                matches = matches.filter(pc.not_equal(matches["kind"], UNDECODED))
                at, count = matches["value_index"], matches.num_rows
                columns = [texts["column"].take(at), texts["value"].take(at), matches["kind"]]
                rule, sure = pa.repeat(pa.scalar(known.whose), count), pa.repeat(True, count)
                yield pa.table([*columns, rule, sure], schema=FOUND)

    def _sought(self, texts: pa.Table, found: pa.Table, across: bool = False) -> pa.Table:
        """Identifiers written in ways that neither detector nor dictionaries read as their kind."""
        read = found.filter(found["sure"]).select(["column", "value", "kind"])
        answers = [FOUND.empty_table()]
        for known in self.known:
            if known.sought:
                hits = known.sought.within(texts["value"].combine_chunks(), across)
                columns = [texts["column"].take(hits["at"]), texts["value"].take(hits["at"])]
                count = hits.num_rows
                rule, sure = pa.repeat(pa.scalar(APART), count), pa.repeat(True, count)
                answers.append(pa.table([*columns, hits["kind"], rule, sure], schema=FOUND))
        return pa.concat_tables(answers).join(read, read.column_names, join_type="left anti")


def _is_ours(column: str, text: str, found: Found) -> bool:
    """Whether strict alone closes it, and it is what Weir writes there."""
    return found.rule == "strict" and is_of_weir(column, text, found.identifier or "")


def _asked_as(name: str) -> tuple[str, str | None]:
    """Part and key of the texts of a column: a name that we gave says nothing of a person."""
    if name in LABELS:
        return LABEL, name
    if name.endswith("domain"):
        return "referrer_host", None
    if name in ("search", "parameters"):
        return ("search" if name == "search" else "query"), None
    return ("text", None) if name in declared() or name.startswith("(") else ("text", name)


@cache
def declared() -> frozenset[str]:
    """Names of columns that Weir's own schemas have."""
    tables = [name for table in read_tables().values() for name in table.schema.names]
    return frozenset([*EVENT.names, *PERSON.names, *TOUCH.names, *tables])


def _batches(values: pa.Array) -> Iterator[list[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values.slice(start, _AT_ONCE).to_pylist()
