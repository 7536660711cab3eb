"""Does a format fit a file? Answers with counts and shapes, never with what stands in a line."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.config import STANDARD_INPUT
from weir.schemas.errors import InputError
from weir.schemas.formats import LogFormat, format_of
from weir.transforms.parse.auto import AUTO, BYTES, Chosen, choose, recognise
from weir.transforms.parse.foreign import what_else
from weir.transforms.parse.formats import log_parser
from weir.transforms.parse.parsed import REASONS, Parsed
from weir.transforms.parse.unread import unread
from weir.transforms.read import Block, Split, plan_splits, read_blocks, read_stream
from weir.transforms.unpack import Streamed, start_of

ENOUGH_LINES = 20  # fewer say nothing about a format
EXAMPLES = 3
_START_BYTES = 4096
SHAPE_CHARS = 100


class Parser(Protocol):
    """Whatever reads lines."""

    def parse(self, data: Any) -> Parsed:
        """Whole lines -> rows and rejects."""


def inspect(path: str, format_: str = AUTO, parser: Parser | None = None) -> dict[str, Any]:
    """What a format makes of a file, read to its end; `-` is standard input.

    Returns file, format, `why` (how it was recognised, or that it was given), `candidates` {format:
    first lines that it reads}, lines, parsed, rejected, reasons {reason: count}, filtered {reason:
    count}, `first` and `last` (moments that lines tell, ISO 8601 in UTC, or None); and of the first
    rejects `examples` [{line (from 1), reason, shape}], `damaged` (why the file breaks off, or ""),
    `unread` (what of the lines' ends is not read, or "") and `hint` (what the file seems to be
    instead, or ""). Raises InputError for a missing file and
    for one that is not recognised, ConfigError for an unknown format.
    """
    chosen, reader, blocks = open_log(path, format_, parser)
    reasons: Counter[str] = Counter()
    filtered: Counter[str] = Counter()
    examples: list[dict[str, Any]] = []
    lines, damaged, hint, ends = 0, "", "", ""
    moments: set[datetime] = set()
    for block in blocks:
        parsed = reader.parse(*block.lines)
        if lines == 0:
            start = memoryview(block.data)
            hint = what_else(start[:_START_BYTES].tobytes())
            ends = "" if parser else unread_ends(format_of(chosen.format), start[:BYTES].tobytes())
        for rejects, first in ((parsed.rejects, block.first_line), (block.rejects, 0)):
            if rejects is not None:
                reasons.update(rejects["reason"].to_pylist())
                examples += _examples(rejects, first, EXAMPLES - len(examples))
        lines += parsed.lines + (block.rejects.num_rows if block.rejects is not None else 0)
        filtered.update(parsed.filtered)
        moments = _ends(moments, parsed.rows["seen_at"])
        damaged = block.damaged or damaged
    rejected = sum(reasons.values())
    return {
        "file": path,
        "format": chosen.format,
        "why": chosen.why,
        "candidates": dict(chosen.candidates),
        "lines": lines,
        "parsed": lines - rejected - sum(filtered.values()),
        "rejected": rejected,
        "reasons": dict(sorted(reasons.items())),
        "filtered": dict(sorted(filtered.items())),
        "first": min(moments).isoformat(timespec="seconds") if moments else None,
        "last": max(moments).isoformat(timespec="seconds") if moments else None,
        "examples": examples,
        "damaged": damaged,
        "unread": ends,
        "hint": hint if rejected else "",
    }


def open_log(
    path: str, format_: str = AUTO, parser: Parser | None = None, base: Path | None = None
) -> tuple[Chosen, Parser, Iterator[Block]]:
    """Which format a file (`-`: standard input) has, its parser, and its blocks in order.

    base: where a format's file is looked for. Raises as `inspect`.
    """
    stream = Streamed(sys.stdin.buffer) if path == STANDARD_INPUT else None
    chosen = Chosen(format_, "given")
    if format_ == AUTO:
        chosen = (
            choose(start_of(path, stream.start, BYTES), "standard input")
            if stream
            else recognise(path)
        )
    reader = parser or log_parser(chosen.format, base)
    begins = getattr(reader, "begins", b"")
    return chosen, reader, read_stream(stream, begins=begins) if stream else _blocks(path, begins)


def _ends(known: set[datetime], seen_at: pa.ChunkedArray) -> set[datetime]:
    """The first and the last of what was known and of one column more."""
    both = known | set(pc.min_max(seen_at).as_py().values()) - {None}
    return {min(both), max(both)} if both else both


def _blocks(path: str, begins: bytes) -> Iterator[Block]:
    for split in plan_splits("inspect", path, size_of(path), 1 << 62, begins=begins):
        yield from read_blocks(split)


def size_of(path: str) -> int:
    """Bytes of a file as it lies there. Raises InputError."""
    if "://" in path:
        from apache_beam.io.filesystems import FileSystems

        return int(FileSystems.match([path])[0].metadata_list[0].size_in_bytes)
    try:
        return Path(path).stat().st_size
    except OSError:
        raise InputError(f"{path}: no such file, or not to be read; look at the path") from None


def _examples(rejects: pa.Table, first: int, room: int) -> list[dict[str, Any]]:
    return [
        {
            "line": row["line"] + first + 1,
            "reason": row["reason"],
            "shape": shape(row["raw"] or b""),
        }
        for row in islice(rejects.slice(0, max(room, 0)).to_pylist(), max(room, 0))
    ]


def unread_ends(format_: LogFormat, data: bytes) -> str:
    """What to say of fields at the end of lines that a format does not read; "" if there are none.
    data: the first lines of a file, whole."""
    count, first = unread(format_, data)
    if not count:
        return ""
    fields = "trailing field of a line is" if count == 1 else "trailing fields of a line are"
    return (
        f"{count} {fields} not read, of the shape {shape(first.encode())}; a cookie or session id "
        "in it recognises nobody: a format string of your own would read it"
    )


def shape(raw: bytes) -> str:
    """A line's shape: letters as `a` or `A`, digits as `9`, other bytes as `?`; runs shortened.

    No letter and no digit of it is told, nor the length of a run beyond three.
    """
    text = raw[: SHAPE_CHARS * 8].decode("latin-1")
    text = re.sub(r"[a-z]", "a", text)
    text = re.sub(r"[A-Z]", "A", text)
    text = re.sub(r"[0-9]", "9", text)
    text = re.sub(r"[^ -~]", "?", text)
    text = re.sub(r"([aA9?])\1{3,}", r"\1\1\1…", text)
    return text[:SHAPE_CHARS] + ("…" if len(text) > SHAPE_CHARS else "")


def misfit(parsed: Parsed) -> bool:
    """More than half of a block's lines were refused, and there were enough of them to tell."""
    return parsed.lines >= ENOUGH_LINES and 2 * parsed.rejects.num_rows > parsed.lines


def _no_text(parsed: Parsed) -> bool:
    """Too few lines to tell by their number, but none of them fits and the first is no text."""
    if parsed.lines == 0 or parsed.rejects.num_rows < parsed.lines:
        return False
    return bool(what_else(parsed.rejects["raw"][0].as_py() or b""))


def refuse_misfit(parsed: Parsed, split: Split) -> None:
    """Raise InputError, with shapes of lines, if the first block of a file does not fit."""
    if not misfit(parsed) and not _no_text(parsed):
        return
    examples = _examples(parsed.rejects, 0, EXAMPLES)
    raw = parsed.rejects["raw"][0].as_py() or b""
    hint = what_else(raw)
    seems = f"; it seems to be {hint}" if hint else ""
    where = f"{split.path}" if split.index == 0 else f"{split.path} (from byte {split.start})"
    told = "\n".join(
        f"  line {e['line']}: {e['shape']}  ({REASONS[e['reason']]})" for e in examples
    )
    raise InputError(
        f"{where}: {parsed.rejects.num_rows} of the first {parsed.lines} lines do not fit the"
        f" declared format{seems}; correct the source's `format` or `path`. Shapes of some (a:"
        f" letter, 9: digit):\n{told}"
    )
