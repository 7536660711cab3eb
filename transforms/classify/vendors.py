"""Which shipped mapping reads a file: each is tried on some of its lines."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.errors import WeirError
from weir.schemas.mapping import AnyMapping, EventMapping, ProfileMapping, load_mapping
from weir.schemas.paths import parts, steps
from weir.schemas.shipped import read_yaml
from weir.transforms.parse.events import EventParser

_READS = 0.5  # of the records, as odd ones may stand together
_NAMES_ENOUGH = 0.3  # of the events have an action that the mapping names
_FIELDS = 3  # that are filled, besides time and action
_ITS_OWN = ("line", "seen_at", "action", "host", "target", "outcome")


@dataclass(frozen=True)
class Fit:
    """A shipped mapping that fits. why: what it made of the sample."""

    mapping: AnyMapping
    why: str

    def reads(self, path: str) -> str:
        """What it makes of a property: a field of ours, `pii.KIND`, `time`, or ""."""
        mapping = self.mapping
        if isinstance(mapping, ProfileMapping):
            named = {mapping.user: "user", mapping.opt_out: "opt_out"}
            named |= {theirs: f"pii.{ours}" for ours, theirs in mapping.pii.items()}
            named |= {theirs: ours for ours, theirs in mapping.demographics.items()}
            return named.get(path, "")
        assert isinstance(mapping, EventMapping)
        every = {"time": mapping.time.field, **mapping.fields}
        every |= {f"pii.{kind}": paths for kind, paths in mapping.pii.items()}
        return next(
            (ours for ours, paths in every.items() for one in paths for part in parts(one)
             if part == path or part.startswith((f"{path}[", f"{path}{{"))), "",
        )  # fmt: skip


def shipped_mapping(text: bytes, layout: str, delimiter: str, names: tuple[str, ...]) -> Fit | None:
    """The shipped mapping that reads a sample best; None if none reads it well.

    layout: json, or table with its delimiter and the header's names (none: it has no header).
    """
    if layout == "json":
        tried = [_events(one, text) for one in _shipped()
                 if _layout(one) == "json" and _may_hold(one, text)]  # fmt: skip
    else:
        marks = {",": "csv", "\t": "tsv"}
        like = [one for one in _shipped() if _layout(one) == marks.get(delimiter)]
        profiles = [_profiles(one, names) for one in _shipped() if isinstance(one, ProfileMapping)
                    and one.delimiter == delimiter]  # fmt: skip
        tried = [*(_events(one, text) for one in like), *profiles]
    best = max(filter(None, tried), key=lambda one: one[0], default=None)
    return best[1] if best else None


def _may_hold(mapping: AnyMapping, text: bytes) -> bool:
    """Whether the name of a time that it reads stands in JSON at all."""
    assert isinstance(mapping, EventMapping)
    return any(f'"{steps(path)[-1]}"'.encode() in text for path in mapping.time.field)


def _layout(mapping: AnyMapping) -> str:
    return mapping.layout if isinstance(mapping, EventMapping) else ""


def _events(mapping: AnyMapping, text: bytes) -> tuple[float, Fit] | None:
    assert isinstance(mapping, EventMapping)
    try:
        parsed = EventParser(mapping).parse(text)
    except (WeirError, pa.ArrowInvalid):  # a header without its time; a table of another width
        return None
    rows, read = parsed.rows, parsed.lines - parsed.rejects.num_rows
    if not rows.num_rows or read < _READS * parsed.lines:
        return None
    named = (pc.sum(pc.not_equal(rows["action"], "other")).as_py() or 0) / rows.num_rows
    filled = sum(rows[name].null_count < rows.num_rows for name in rows.column_names
                 if name not in _ITS_OWN)  # fmt: skip
    if named < _NAMES_ENOUGH or filled < _FIELDS:
        return None
    why = (
        f"{read:,} of {parsed.lines:,} records read, {round(100 * named)} % with an action it names"
    )
    return named * filled, Fit(mapping, why)


def _profiles(mapping: ProfileMapping, names: tuple[str, ...]) -> tuple[float, Fit] | None:
    theirs = {*mapping.pii.values(), *mapping.demographics.values(), mapping.opt_out, mapping.user}
    known = [name for name in names if name in theirs]
    if mapping.user not in known or len(known) < max(3, 0.7 * len(names)):
        return None
    return len(known), Fit(mapping, f"it names {len(known)} of {len(names)} columns")


@cache
def _shipped() -> tuple[AnyMapping, ...]:
    folder = files("weir.schemas") / "vendors"
    found = []
    for place in sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml")):
        kind = read_yaml((folder / place).read_text("utf-8"))["kind"]
        if kind in ("events", "profiles"):
            found.append(load_mapping(place.removesuffix(".yaml"), kind, Path()))
    return tuple(found)
