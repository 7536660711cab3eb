"""`weir classify`: what an unknown file holds, and the configuration that would read it."""

import json
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from weir.pipelines.prose import some
from weir.schemas.config import STANDARD_INPUT
from weir.schemas.errors import InputError
from weir.schemas.formats import format_of
from weir.transforms.classify.decide import Proposal
from weir.transforms.classify.kinds import as_shipped, likeliest
from weir.transforms.classify.mapping import (
    as_settings,
    as_yaml,
    event_mapping,
    pages,
    profile_mapping,
    settings,
)
from weir.transforms.classify.naming import told_names
from weir.transforms.classify.requests import checked, look_at
from weir.transforms.classify.tables import (
    Read,
    delimiter_of,
    read_json_lines,
    read_parquet,
    read_table,
)
from weir.transforms.classify.vendors import Fit, shipped_mapping
from weir.transforms.detect import Detector
from weir.transforms.parse.auto import AUTO, BYTES, Chosen, choose
from weir.transforms.parse.foreign import what_else
from weir.transforms.parse.formats import log_parser
from weir.transforms.parse.inspect import size_of, unread_ends
from weir.transforms.read import LINE_BYTES, Block, plan_splits, read_blocks
from weir.transforms.unpack import beginning, packing_at

SAMPLE = 50_000
_PIECES = 16  # places of a plain file that a sample is taken from
_SMALL = 16 << 20  # a plain file that is read from its beginning
_BYTES = 64 << 20  # a sample is never larger
_TRIED = 2000  # lines that shipped mappings are tried on
_NO_PARQUET = "ingest reads no Parquet today: classes only; export CSV or JSON lines to map it"
_WANTING = (
    "events need a field that is a time, profiles a table with a header and a person's number"
)
_NO_HEADER = "its first line is taken for values, not for names of columns"
_MISFIT = "most lines are not of this format; another --format may fit"
_TABLES = {"csv": ",", "tsv": "\t"}
_PARQUET = b"PAR1"
_DOCUMENT = "one JSON document; to ingest it write an object a line: jq -c '{}'"


@dataclass(frozen=True)
class Classified:
    """What was found. mapping: YAML of a mapping file, or ""; settings: for weir.yaml, or ""."""

    file: str
    kind: str  # log, events, profiles, json, table, parquet
    format: str
    why: str
    records: int
    bad: int
    whole: bool
    proposals: Sequence[Proposal]
    mapping: str = ""
    settings: str = ""
    notes: Sequence[str] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        """Counts, shares, shapes and proposals; no value."""
        return {
            "file": self.file, "kind": self.kind, "format": self.format, "why": self.why,
            "records": self.records, "rejected": self.bad, "whole_file": self.whole,
            "fields": [_as_json(one) for one in self.proposals],
            "mapping": self.mapping, "settings": self.settings, "notes": list(self.notes),
        }  # fmt: skip

    @property
    def saved(self) -> str:
        """What --output writes: the mapping, else the settings."""
        return self.mapping or self.settings


def _as_json(one: Proposal) -> dict[str, Any]:
    evidence = one.field.evidence
    return {
        "name": one.field.name, "class": one.data_class.value, "treatment": one.treatment,
        "maps_to": one.maps_to, "why": one.why, "filled": evidence.filled,
        "distinct": evidence.distinct, "shape": evidence.shape, "shapes": evidence.shapes,
        "looks": dict(evidence.looks), "entities": dict(evidence.entities),
    }  # fmt: skip


def classify(
    path: str,
    format_: str = AUTO,
    sample: int = SAMPLE,
    output: str = "",
    detector: Detector | None = None,
) -> Classified:
    """Look at a sample of a file; `-` is standard input. format_: auto, csv, tsv, json, parquet, or
    a log's.

    output: where the mapping will lie, as settings name it. detector: as a weir.yaml has it;
    without one as it comes. Raises InputError for a file that is
    none of these, ConfigError for an unknown format.
    """
    if path != STANDARD_INPUT:
        return _classified(path, format_, sample, output, detector)
    with TemporaryDirectory(prefix="weir-classify-") as scratch:  # Parquet is read from its end
        here = Path(scratch) / "ours"
        with here.open("xb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
        try:
            found = _classified(str(here), format_, sample, output, detector)
        except InputError as error:
            raise InputError(str(error).replace(str(here), "standard input")) from None
    named = found.settings.replace(str(here), f"'{STANDARD_INPUT}'")
    return replace(found, file="standard input", settings=named)


def _classified(
    path: str, format_: str, sample: int, output: str, detector: Detector | None
) -> Classified:
    start = beginning(path, BYTES)
    if not start.strip():
        raise InputError(f"{path}: it has no lines; name a file that holds some")
    if format_ == "parquet" or (format_ == AUTO and start.startswith(_PARQUET)):
        return _parquet(path, sample, detector)
    if what := what_else(start):
        raise InputError(f"{path}: {what}; name a log, CSV, JSON or Parquet file")
    name = output or f"{_stem(path)}.yaml"
    if format_ in _TABLES:
        return _table(path, _TABLES[format_], sample, name, detector)
    if format_ == "json":
        return _json(path, start, sample, name, detector)
    if format_ != AUTO:
        return _log(path, Chosen(format_, "given"), sample, detector)
    try:
        chosen = choose(start, path)
    except InputError:
        if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            return _json(path, start, sample, name, detector)
        delimiter = delimiter_of(start.decode(errors="replace").splitlines()[:200])
        if not delimiter:
            raise
        return _table(path, delimiter, sample, name, detector)
    return _log(path, chosen, sample, detector)


def save(found: Classified, path: Path) -> None:
    """Write what is proposed. Raises InputError where there is nothing, or a file already."""
    if not found.saved:
        raise InputError(
            f"{path}: not written; there is no configuration to propose for {found.file}"
        )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(found.saved)
    except FileExistsError:
        raise InputError(f"{path}: is there already; name another file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({type(error).__name__})") from None


def _log(path: str, chosen: Chosen, sample: int, detector: Detector | None) -> Classified:
    parser = log_parser(chosen.format)
    blocks, whole = _sampled(path, sample, getattr(parser, "begins", b""))
    parsed = [parser.parse(*block.lines) for block in blocks]
    rows = pa.concat_tables(
        [one.rows for one in parsed], promote_options="default"
    ).unify_dictionaries()
    rejected = sum(one.rejects.num_rows for one in parsed)
    if not rows.num_rows:
        raise InputError(
            f"{path}: none of {rejected:,} lines is of format '{chosen.format}'; "
            "leave --format out to have it recognised"
        )
    found = look_at(rows.combine_chunks(), detector)
    misfit = [_MISFIT] if rejected > rows.num_rows else []
    return Classified(
        path, "log", chosen.format, chosen.why, rows.num_rows, rejected, whole, found.proposals,
        settings=as_settings(settings(path, "log", checked(found.site), format=chosen.format)),
        notes=[*misfit, *_damage(blocks), *_ends(chosen, blocks), *found.notes],
    )  # fmt: skip


def _ends(chosen: Chosen, blocks: list[Block]) -> list[str]:
    """What of the lines' ends is not read, if anything."""
    told = unread_ends(format_of(chosen.format), blocks[0].data.to_pybytes()[:BYTES])
    return [told] if told else []


def _table(
    path: str, delimiter: str, sample: int, name: str, detector: Detector | None
) -> Classified:
    blocks, whole = _sampled(path, sample)
    text = _text(blocks)
    read = read_table(text, delimiter, detector)
    if not read.records:
        raise InputError(f"{path}: no record could be read; write it as UTF-8, a record a line")
    fit = shipped_mapping(_head(text), "table", delimiter, read.names if read.header else ())
    notes = _damage(blocks) + ([] if read.header else [_NO_HEADER])
    why = some(len(read.names), "column") + ("" if read.header else ", no header")
    told = {",": "csv", "\t": "tsv"}.get(delimiter, f"csv between '{delimiter}'")
    return _proposed(Classified(path, "table", told, why, read.records, read.bad, whole, ()),
                     read, fit, name, "table", notes)  # fmt: skip


def _json(path: str, start: bytes, sample: int, name: str, detector: Detector | None) -> Classified:
    notes: list[str] = []
    if _is_document(start, path) or _holds_records(path):
        text, whole, told = _of_document(path, sample, detector)
        notes.append(told)
    else:
        blocks, whole = _sampled(path, sample)
        notes += _damage(blocks)
        text = _text(blocks)
    read = read_json_lines(text, detector)
    if not read.records:
        raise InputError(
            f"{path}: no JSON objects could be read; name a file with an object a line"
        )
    fit = shipped_mapping(_head(text), "json", "", ())
    why = some(len(read.fields) + read.more, "property", "properties")
    return _proposed(Classified(path, "json", "json lines", why, read.records, read.bad, whole, ()),
                     read, fit, name, "json", notes)  # fmt: skip


def _parquet(path: str, sample: int, detector: Detector | None) -> Classified:
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path, memory_map=True)
        groups = range(0, file.num_row_groups, file.num_row_groups // _PIECES + 1)
        tables, each = [], max(sample // max(len(groups), 1), 1)
        for group in groups:
            batch = next(file.iter_batches(each, row_groups=[group]), None)
            tables += [] if batch is None else [pa.Table.from_batches([batch])]
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path}: cannot be read as Parquet ({type(error).__name__})") from None
    if not tables:
        raise InputError(f"{path}: it has no rows; name a file that holds some")
    read = read_parquet(pa.concat_tables(tables), detector)
    kind, proposals = likeliest(read)
    proposals = [replace(one, maps_to="") for one in proposals]
    columns = some(len(read.fields) + read.more, "column")
    return Classified(
        path, "parquet", "parquet", f"{columns}, most like {kind}",
        read.records, 0, read.records == file.metadata.num_rows, proposals,
        notes=[_NO_PARQUET, *_left_out(read)],
    )  # fmt: skip


def _proposed(
    so_far: Classified, read: Read, fit: Fit | None, name: str, layout: str, notes: list[str]
) -> Classified:
    """The rest of an answer: by a shipped mapping, else by one that is proposed."""
    notes += _left_out(read)
    if fit:
        shipped, kind_ = fit.mapping.name, fit.mapping.kind
        told = f"the shipped mapping '{shipped}' fits: {fit.why}"
        return replace(
            so_far, kind=kind_, proposals=as_shipped(read, fit), notes=[told, *notes],
            settings=as_settings(settings(so_far.file, kind_, pages(fit.mapping), mapping=shipped)),
        )  # fmt: skip
    kind, proposals = likeliest(read)
    raw = None
    if kind == "events":
        raw = event_mapping(_stem(name), layout, read, proposals)
    elif kind == "profiles" and layout == "table":
        raw = profile_mapping(_stem(name), read, proposals)
    if raw is None:
        notes.append(f"no mapping, classes only: {_WANTING}")
        unmapped = [replace(one, maps_to="") for one in proposals]
        return replace(so_far, proposals=unmapped, notes=notes)
    return replace(
        so_far, kind=kind, proposals=proposals, notes=notes, mapping=as_yaml(raw),
        settings=as_settings(settings(so_far.file, kind, pages(raw), mapping=name)),
    )  # fmt: skip


def _left_out(read: Read) -> list[str]:
    fields = some(read.more, "more field is", "more fields are")
    more = [f"{fields} not looked at"] if read.more else []
    lines = some(read.not_utf8, "line is", "lines are")
    taken = f", read here as {read.read_as}" if read.read_as else ""
    other = [f"{lines} not UTF-8{taken}; ingest refuses them: convert the file"]
    return more + (other if read.not_utf8 else [])


def _damage(blocks: list[Block]) -> list[str]:
    """Why the file breaks off, if it does."""
    return [block.damaged for block in blocks if block.damaged]


def _sampled(path: str, lines: int, begins: bytes = b"") -> tuple[list[Block], bool]:
    """Blocks of at most so many lines in all, spread over a plain file; and whether that is all."""
    size = size_of(path)
    packed = packing_at(path) is not None
    pieces = 1 if packed or size <= _SMALL else _PIECES
    splits = plan_splits("classify", path, size, -(-size // pieces) or 1, begins=begins)
    taken: list[Block] = []
    whole, room = pieces == 1, _BYTES
    for split in splits:
        left = -(-lines // len(splits))
        for block in read_blocks(split, 1 << 20):
            data = block.data.to_pybytes()
            count = data.count(b"\n") + (not data.endswith(b"\n"))
            if count > left:
                data = b"\n".join(data.split(b"\n", left)[:left]) + b"\n"
            taken.append(replace(block, data=pa.py_buffer(data)))
            left, room = left - count, room - len(data)
            if left < 0 or room < 0:
                whole = False
            if left <= 0 or room < 0:
                break
    return taken, whole


def _text(blocks: list[Block]) -> bytes:
    """One text; the last line of a file may want its end."""
    return b"".join(_ended(block.data.to_pybytes()) for block in blocks)


def _ended(data: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + b"\n"


def _head(text: bytes) -> bytes:
    """The first lines of a text whose last line ends."""
    return b"".join(line + b"\n" for line in text.split(b"\n")[:-1][:_TRIED])


def _is_document(start: bytes, path: str) -> bool:
    """JSON over several lines, or on one that is too long, not an object or a list a line."""
    lines = [line for line in start.split(b"\n")[:50] if line.strip()]
    if len(lines) == 1:
        lines = beginning(path, LINE_BYTES).split(b"\n")
    return 2 * sum(_reads(line) for line in lines if line.strip()) < len(lines)


def _holds_records(path: str) -> bool:
    """Whether the one line of a file is an object around one list of objects, and no event of a
    known vendor, which may hold such a list."""
    lines = [line for line in beginning(path, LINE_BYTES).split(b"\n", 3) if line.strip()]
    try:
        (value,) = map(json.loads, lines)
    except (ValueError, RecursionError):
        return False
    inside = list(value.values()) if isinstance(value, dict) else []
    lists = [one for one in inside if isinstance(one, list) and len(one) > 1]
    records = [one for one in lists if all(isinstance(inner, dict) for inner in one)]
    return len(records) == 1 and shipped_mapping(lines[0] + b"\n", "json", "", ()) is None


def _reads(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _of_document(path: str, sample: int, detector: Detector | None) -> tuple[bytes, bool, str]:
    """Its objects, a line each: those of the list that it is, or of the longest list in it."""
    raw = beginning(path, _BYTES + 1)
    try:
        whole = json.loads(raw)
    except (ValueError, RecursionError):
        large = len(raw) > _BYTES
        why = f"more than {_BYTES >> 20} MiB in one JSON document" if large else "no valid JSON"
        raise InputError(f"{path}: {why}; write an object a line (`jq -c '.[]'`)") from None
    lists = {"": whole} if isinstance(whole, list) else whole if isinstance(whole, dict) else {}
    lists = {name: value for name, value in lists.items() if isinstance(value, list)}
    name = max(lists, key=lambda one: len(lists[one]), default="")
    objects = [one for one in lists.get(name, ()) if isinstance(one, dict)]
    lines = [json.dumps(one) for one in (objects or [whole])[:sample]]
    told = (
        ".[]" if not name else f".{name}[]" if told_names([name], detector) == [name] else ".NAME[]"
    )
    way = told if objects else "."
    return "\n".join(lines).encode() + b"\n", len(objects) <= sample, _DOCUMENT.format(way)


def _stem(path: str) -> str:
    """A name for a mapping out of a file's."""
    plain = re.sub(r"\W+", "_", Path(path).name.split(".")[0].lower()).strip("_")
    return re.sub(r"_*\d{4}_?\d\d_?\d\d_*", "", plain) or "ours"
