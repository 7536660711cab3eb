"""Files as blocks of whole lines, never more than a block of them in memory.

A split is a byte range of a plain file, or a whole compressed one. A line belongs to the split in
which it starts. What a runner retries gives the same blocks again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from weir.schemas.errors import InputError
from weir.schemas.parsed import REJECT
from weir.transforms.unpack import BrokenError, Streamed, opened, packing_at, packing_of, unpacked
from weir.transforms.zipped import UnreadableError

LINE_BYTES = 1 << 20  # a longer line is never held whole
RAW_BYTES = 1 << 16  # what is kept of it
BLOCK_BYTES = 8 << 20
_TAIL_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Split:
    """A piece of a source file. Offsets in bytes of the file as it lies on disk."""

    source: str
    path: str
    index: int
    start: int
    end: int | None  # None: to the end of a stream, whose size nobody knows
    size: int  # of the file when it was planned; bytes behind it are not read
    packing: str | None = None  # gzip, bzip2, xz, zstd or zip; then the split is the whole file
    header: bool = False  # the first line names columns, and quoted values may hold line ends
    begins: bytes = b""  # of lines that say how those behind them are read; a kind a line
    names: bytes = b""  # the last such lines before the split, one of a kind
    lies_at: str = ""  # where its bytes are, if not at `path`: standard input, spooled


@dataclass(frozen=True)
class Block:
    """Whole lines. `first_line` counts the split's lines from 0, rejected ones among them.

    `header` is the last line before it that names fields, of a format that has such lines, and
    likewise the one that tells the day.
    `rejects` (REJECT, or None) are lines that are not in `data`: too long, or torn off.
    `size` is how many bytes of the file were read for it; `damaged` says why the file ends early.
    """

    data: pa.Buffer
    first_line: int
    size: int
    rejects: pa.Table | None = None
    damaged: str = ""
    header: bytes = b""

    @property
    def lines(self) -> tuple[pa.Buffer] | tuple[pa.Buffer, bytes]:
        """What a parser takes: the data, and the header if there is one."""
        return (self.data, self.header) if self.header else (self.data,)


def plan_splits(
    source: str,
    path: str,
    size: int,
    split_bytes: int,
    *,
    header: bool = False,
    begins: bytes = b"",
    lies_at: str = "",
) -> list[Split]:
    """A file's splits: byte ranges of a plain one, one split of a compressed one.

    header: the file begins with a line of column names (profiles, tables of events); it stays in
    one piece, and every block begins with that line. begins: lines that begin so name the fields of
    those behind them, or (a second kind, behind an LF) their day; a file of several splits is
    looked through for them. Raises InputError for a file that cannot be opened.
    """
    place = lies_at or path
    packing = packing_at(place)
    step = max(size if packing or header else split_bytes, 1)
    starts = range(0, max(size, 1), step)  # an empty file has a split, too
    names = _names_at(place, size, starts, begins) if begins and len(starts) > 1 else {}
    return [
        Split(
            source, path, index, start, min(start + step, size), size, packing, header, begins,
            names.get(start, b""), lies_at,
        )
        for index, start in enumerate(starts)
    ]  # fmt: skip


def _names_at(path: str, size: int, starts: range, begins: bytes) -> dict[int, bytes]:
    """The last lines, one of a kind, that begin so and start before each of some places."""
    found: dict[int, bytes] = {}
    with opened(path) as file:
        last = b""
        for start, next_ in pairwise([*starts, size]):
            found[start] = last
            lines = [
                _last_of(file, start, next_, size, kind) or _last_names(last, kind)
                for kind in begins.split(b"\n")
            ]
            last = b"\n".join(filter(None, lines))
    return found


def _last_of(file: Any, start: int, end: int, size: int, begins: bytes) -> bytes:
    """The last line that begins so and starts in a byte range; b"" if none does."""
    mark = b"\n" + begins
    for back in range(end, start, -BLOCK_BYTES):
        low = max(start, back - BLOCK_BYTES)
        base, top = max(low - 1, 0), min(back + len(begins) - 1, size)
        file.seek(base)
        text = b"\n" * (low == 0) + _exactly(file, top - base)
        at = text.rfind(mark)
        if at >= 0:
            file.seek(base + at + (low > 0))
            return _exactly(file, LINE_BYTES).split(b"\n", 1)[0]
    file.seek(0)
    first = _exactly(file, LINE_BYTES) if start == 0 else b""
    return _last_names(first.split(b"\n", 1)[0], begins)


def read_blocks(split: Split, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """The lines that start in a split, about `block_bytes` at a time.

    Raises InputError if the file cannot be opened or unpacked. A file that breaks off (a truncated
    or corrupt archive, a file that shrank) yields all its whole lines; its torn last line becomes a
    reject `truncated_file`, and the last block says what happened.
    """
    with opened(split.lies_at or split.path) as file:
        yield from _blocks(file, split, block_bytes)


def read_stream(
    stream: Streamed, block_bytes: int = BLOCK_BYTES, begins: bytes = b""
) -> Iterator[Block]:
    """The same of standard input, packed or not, to its end."""
    split = Split("-", "-", 0, 0, None, 0, packing_of("-", stream.start), begins=begins)
    yield from _blocks(stream, split, block_bytes)


def _blocks(file: Any, split: Split, block_bytes: int) -> Iterator[Block]:
    cutter = _Cutter(split, max(block_bytes, LINE_BYTES // 16))
    try:
        for piece, size in _pieces(file, split, cutter.wanted):
            yield from cutter.take(piece, size)
    except BrokenError as broken:
        yield from cutter.torn(str(broken))
    except UnreadableError as why:
        raise InputError(f"{split.path}: {why}") from None
    else:
        yield from cutter.rest()


def lines_before(split: Split) -> int:
    """How many lines of the file stand before a split's first one; reads the file up to there."""
    if split.packing or split.start == 0:
        return 0
    with opened(split.lies_at or split.path) as file:
        left = _first_start(file, split.start, split.size)
        file.seek(0)
        count = 0
        while left and (piece := _exactly(file, min(left, BLOCK_BYTES))):
            count += piece.count(b"\n")
            left -= len(piece)
    return count


def _pieces(file: Any, split: Split, wanted: int) -> Iterator[tuple[bytes, int]]:
    """(bytes of the split's lines, bytes of the file that they took)."""
    size = None if split.end is None else split.size
    if split.packing:
        return unpacked(file, split.packing, size, wanted)
    return _whole(file, wanted) if size is None else _range(file, split, wanted)


def _whole(file: Any, wanted: int) -> Iterator[tuple[bytes, int]]:
    while piece := file.read(wanted):
        yield piece, len(piece)


def _range(file: Any, split: Split, wanted: int) -> Iterator[tuple[bytes, int]]:
    """The lines that start in a byte range: from behind its first line end to behind its last."""
    end = split.end or 0
    at = _first_start(file, split.start, split.size)
    last = b"\n"
    while at < end:
        piece = _exactly(file, min(wanted, end - at))
        at, last = at + len(piece), piece[-1:]
        yield piece, len(piece)
    while last != b"\n" and at < split.size:
        piece = _exactly(file, min(_TAIL_BYTES, split.size - at))
        cut = piece.find(b"\n") + 1 or len(piece)
        at, last = at + len(piece), piece[cut - 1 : cut]
        yield piece[:cut], 0


def _first_start(file: Any, start: int, size: int) -> int:
    """Where the first line of a range starts; the file stands there afterwards."""
    if start == 0:
        return 0
    at = start - 1
    file.seek(at)
    while at < size:
        piece = _exactly(file, min(_TAIL_BYTES, size - at))
        found = piece.find(b"\n")
        if found >= 0:
            file.seek(at + found + 1)
            return at + found + 1
        at += len(piece)
    return size


def _exactly(file: Any, size: int) -> bytes:
    """Some bytes, at most `size`; a planned byte that is not there is damage."""
    piece: bytes = file.read(size)
    if not piece:
        raise BrokenError("the file is shorter than when the run began")
    return piece


class _Cutter:
    """Cuts a stream of bytes into blocks of whole lines."""

    def __init__(self, split: Split, block_bytes: int) -> None:
        self.split, self.wanted = split, block_bytes
        self.held: list[bytes] = []  # not yet given out
        self.held_bytes = 0
        self.size = 0  # of the file, for what is held
        self.line = 0  # of the first line that is held
        self.long = False  # inside of a line that is too long
        self.header: bytes | None = None
        self.names = split.names

    def take(self, piece: bytes, size: int) -> Iterator[Block]:
        """More bytes; blocks as soon as there is enough for one."""
        self.size += size
        if self.long:
            piece = self._behind_long(piece)
        if not piece:
            return
        self.held.append(piece)
        self.held_bytes += len(piece)
        if self.held_bytes >= self.wanted:
            yield from self._give(b"".join(self.held), final=False)

    def rest(self) -> Iterator[Block]:
        """What is left at the end; a last line may lack its line end."""
        if self.held:
            yield from self._give(b"".join(self.held), final=True)

    def torn(self, damaged: str) -> Iterator[Block]:
        """Whole lines that are left, then the torn one."""
        data = b"".join(self.held)
        cut = data.rfind(b"\n") + 1
        self.held = []
        if cut:
            yield from self._give(data[:cut], final=True)
        rest = b"".join(self.held) + data[cut:]
        rejects = _reject(self.line, "truncated_file", rest) if rest else None
        yield Block(pa.py_buffer(b""), self.line, self.size, rejects, damaged)

    def _behind_long(self, piece: bytes) -> bytes:
        found = piece.find(b"\n")
        self.long = found < 0
        return b"" if self.long else piece[found + 1 :]

    def _give(self, data: bytes, *, final: bool) -> Iterator[Block]:
        """Blocks of `data`; what is not a whole line yet is held on to."""
        self.held, self.held_bytes = [], 0
        while data:
            cut, over = self._cut(data, final)
            if not over:
                if cut:
                    yield self._block(pa.py_buffer(data).slice(0, cut), None)
                data = data[cut:]
                break
            end = data.find(b"\n", cut)
            raw = data[cut : cut + RAW_BYTES]
            reject = _reject(self.line + data.count(b"\n", 0, cut), "line_too_long", raw)
            yield self._block(pa.py_buffer(data).slice(0, cut), reject)
            self.long = end < 0
            data = b"" if self.long else data[end + 1 :]
        if data:
            self.held, self.held_bytes = [data], len(data)

    def _cut(self, data: bytes, final: bool) -> tuple[int, bool]:
        """(where whole lines end, whether a line that is too long starts there)."""
        at = 0
        while len(data) - at > LINE_BYTES:
            found = data.rfind(b"\n", at, at + LINE_BYTES + 1)
            if found < 0:
                return at, True
            at = found + 1
        cut = len(data) if final else max(at, data.rfind(b"\n") + 1)
        return (_even_quotes(data, cut) if self.split.header and not final else cut), False

    def _block(self, data: pa.Buffer, rejects: pa.Table | None) -> Block:
        """The next block; of a file with a header each one begins with it."""
        first, size = self.line, self.size
        self.line += lines_of(data) + (rejects.num_rows if rejects is not None else 0)
        self.size = 0
        if self.split.header and data.size:
            text = data.to_pybytes()
            if self.header is None:
                self.header = text[: text.find(b"\n") + 1]
            else:
                data, first = pa.py_buffer(self.header + text), first - 1
        names = self.names
        if self.split.begins and data.size:
            text = data.to_pybytes()
            lines = [
                _last_names(text, kind) or _last_names(names, kind)
                for kind in self.split.begins.split(b"\n")
            ]
            self.names = b"\n".join(filter(None, lines))
        return Block(data, first, size, rejects, header=names)


def _last_names(text: bytes, begins: bytes) -> bytes:
    """The last line that begins so."""
    at = text.rfind(b"\n" + begins) + 1
    if not at and not text.removeprefix(_BOM).startswith(begins):
        return b""
    return text[at:].removeprefix(_BOM).split(b"\n", 1)[0]


def lines_of(data: pa.Buffer) -> int:
    """Number of lines; a last one without a line end counts."""
    text = memoryview(data)
    ends = int(np.count_nonzero(np.frombuffer(text, np.uint8) == 10)) if data.size else 0
    return ends + (data.size > 0 and text[-1] != 10)


def _even_quotes(data: bytes, cut: int) -> int:
    """The last line end before `cut` that stands outside of quotes; `cut` itself if none does."""
    at = cut
    odd = data.count(b'"', 0, at) % 2
    while odd and at > max(0, cut - LINE_BYTES):
        before = data.rfind(b"\n", 0, at - 1) + 1
        odd ^= data.count(b'"', before, at) % 2
        at = before
    return at if at and not odd else cut


def _reject(line: int, reason: str, raw: bytes) -> pa.Table:
    row = {"line": [line], "reason": [reason], "raw": [raw.split(b"\n", 1)[0][:RAW_BYTES]]}
    return pa.table(row, schema=REJECT)
