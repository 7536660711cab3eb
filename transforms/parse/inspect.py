"""Does a format fit a file? Answers with counts and shapes, never with what stands in a line."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from weir.schemas.errors import InputError
from weir.transforms.parse.formats import log_parser
from weir.transforms.parse.parsed import REASONS, Parsed
from weir.transforms.read import Block, Split, plan_splits, read_blocks

ENOUGH_LINES = 20  # fewer say nothing about a format
EXAMPLES = 3
SHAPE_CHARS = 100
_SAMPLE_BYTES = 4096
_MAGIC = {
    b"\x1f\x8b": "gzip data (give the file a name that ends in .gz)",
    b"\x28\xb5\x2f\xfd": "zstd data (give the file a name that ends in .zst)",
    b"BZh": "bzip2 data (give the file a name that ends in .bz2)",
    b"\xfd7zXZ": "xz data (give the file a name that ends in .xz)",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
}


class Parser(Protocol):
    """Whatever reads lines."""

    def parse(self, data: Any) -> Parsed:
        """Whole lines -> rows and rejects."""


def inspect(path: str, format_: str, parser: Parser | None = None) -> dict[str, Any]:
    """What a format makes of a file, read to its end.

    Returns file, format, lines, parsed, rejected, reasons {reason: count}; and of the first rejects
    `examples` [{line (from 1), reason, shape}], `damaged` (why the file breaks off, or "") and
    `hint` (what the file seems to be instead, or ""). Raises InputError for a missing file,
    ConfigError for an unknown format.
    """
    reader = parser or log_parser(format_)
    reasons: Counter[str] = Counter()
    examples: list[dict[str, Any]] = []
    lines, filtered, damaged, hint = 0, 0, "", ""
    for block in _blocks(path, getattr(reader, "begins", b"")):
        parsed = reader.parse(*block.lines)
        hint = hint or (what_else(block.data) if lines == 0 else "")
        for rejects, first in ((parsed.rejects, block.first_line), (block.rejects, 0)):
            if rejects is not None:
                reasons.update(rejects["reason"].to_pylist())
                examples += _examples(rejects, first, EXAMPLES - len(examples))
        lines += parsed.lines + (block.rejects.num_rows if block.rejects is not None else 0)
        filtered += parsed.filtered.total()
        damaged = block.damaged or damaged
    rejected = sum(reasons.values())
    return {
        "file": path,
        "format": format_,
        "lines": lines,
        "parsed": lines - rejected - filtered,
        "rejected": rejected,
        "reasons": dict(sorted(reasons.items())),
        "examples": examples,
        "damaged": damaged,
        "hint": hint if rejected else "",
    }


def _blocks(path: str, begins: bytes) -> Iterator[Block]:
    for split in plan_splits("inspect", path, _size(path), 1 << 62, begins=begins):
        yield from read_blocks(split)


def _size(path: str) -> int:
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


def what_else(data: pa.Buffer) -> str:
    """What a file that is no log seems to be; "" if it looks like text."""
    start = data.slice(0, min(_SAMPLE_BYTES, data.size)).to_pybytes()
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            return what
    strange = sum(byte < 9 or 13 < byte < 32 for byte in start)
    return "binary data" if strange > len(start) // 10 else ""


def misfit(parsed: Parsed) -> bool:
    """More than half of a block's lines were refused, and there were enough of them to tell."""
    return parsed.lines >= ENOUGH_LINES and 2 * parsed.rejects.num_rows > parsed.lines


def _no_text(parsed: Parsed) -> bool:
    """Too few lines to tell by their number, but none of them fits and the first is no text."""
    if parsed.lines == 0 or parsed.rejects.num_rows < parsed.lines:
        return False
    return bool(what_else(pa.py_buffer(parsed.rejects["raw"][0].as_py() or b"")))


def refuse_misfit(parsed: Parsed, split: Split) -> None:
    """Raise InputError, with shapes of lines, if the first block of a file does not fit."""
    if not misfit(parsed) and not _no_text(parsed):
        return
    examples = _examples(parsed.rejects, 0, EXAMPLES)
    raw = parsed.rejects["raw"][0].as_py() or b""
    hint = what_else(pa.py_buffer(raw))
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
