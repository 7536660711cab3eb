"""Access logs: lines of a format that the server was told, into rows."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np
import pyarrow as pa

from weir.schemas.formats import Header, LogFormat
from weir.schemas.parsed import CODED_PARSED
from weir.transforms.parse.cut import Mask, Numbers, Spans
from weir.transforms.parse.directives import of_directives
from weir.transforms.parse.exact import RefusedError
from weir.transforms.parse.fast import Columns, read_fast
from weir.transforms.parse.finish import finished
from weir.transforms.parse.header import day_of, in_quotes, of_header
from weir.transforms.parse.lines import Refused, lines_not_utf8, lines_with
from weir.transforms.parse.parsed import Parsed, rejects
from weir.transforms.parse.pattern import of_pattern
from weir.transforms.parse.reader import Reader
from weir.transforms.parse.shape import shape_of
from weir.transforms.parse.times import check_whole
from weir.transforms.parse.tokens import Field, Token

_BOM = b"\xef\xbb\xbf"
_QUOTINGS = 3  # ways of quoting told apart in a part of a block


@dataclass(frozen=True)
class LogParser:
    """Lines of one format. Frozen and picklable; what it compiles, each worker compiles again.

    zone: where stamps without a zone of their own were taken.
    """

    format: LogFormat
    zone: str = "UTC"

    @classmethod
    def of(cls, format_: LogFormat, zone: str = "UTC") -> "LogParser":
        """Raises ConfigError for a format that cannot be used."""
        parser = cls(format_, zone)
        for tokens in parser._versions:
            _check(tokens)
        for stamp in format_.header.time if format_.header else ():
            check_whole((*stamp.formats, "%F") if stamp.of_day else stamp.formats)
        return parser

    def __reduce__(self) -> tuple[type["LogParser"], tuple[LogFormat, str]]:
        return LogParser, (self.format, self.zone)

    @property
    def begins(self) -> bytes:
        """How a line begins that names the fields of those behind it, and in a second line one that
        tells their day, if the format has such; b"": it has none."""
        header = self.format.header
        return "\n".join(filter(None, (header.begins, header.day))).encode() if header else b""

    @cached_property
    def _versions(self) -> tuple[tuple[Token, ...], ...]:
        if self.format.log_format:
            return (of_directives(self.format.log_format),)
        return tuple(of_pattern(text) for text in self.format.pattern)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._versions, self.zone, self.format.behind_syslog)

    def takes(self, line: bytes) -> bool:
        """A line without its end may be a row; for a look at a few, cheaper than `parse`."""
        if self.format.header:  # who knows without the header
            return True
        try:
            self._reader.row(line)
        except RefusedError:
            return False
        return True

    def parse(self, data: bytes | pa.Buffer, header: bytes = b"", *, fast: bool = True) -> Parsed:
        """Whole lines -> rows (CODED_PARSED, and a column for each cookie or header that is named).

        header: the lines before them that name their fields and day, if the format has any. lines
        = rows + rejects + filtered; rows stand in no particular order. A byte-order mark in front
        and a CR before each LF are no part of the lines. `fast=False` reads every line by the slow
        path, with the same outcome.
        """
        text = data if isinstance(data, bytes) else data.to_pybytes()
        text = text.removeprefix(_BOM)
        lines = Spans.lines(text)
        if b"\r" in text:
            lines = lines.without_cr()
        found, refused, filtered = self._read(text, lines, header, fast)
        return Parsed(self._rows(found), rejects(refused), len(lines), filtered=filtered)

    def _rows(self, found: list[tuple[Columns, Numbers]]) -> pa.Table:
        """CODED_PARSED; what has the same raw columns is finished together."""
        decode = self.format.header.decode if self.format.header else {}
        alike: dict[tuple[str, ...], list[pa.Table]] = {}
        for columns, numbers in found:
            if len(numbers):
                alike.setdefault(tuple(sorted(columns)), []).append(_table(columns, numbers))
        tables = [finished(pa.concat_tables(raw), decode) for raw in alike.values()]
        if not tables:
            return CODED_PARSED.empty_table()
        return pa.concat_tables(tables, promote_options="default")

    def left(self, data: bytes, header: bytes = b"") -> list[int]:
        """The numbers of the lines that the fast path leaves to the slow one."""
        lines = Spans.lines(data)
        fit = _fit(data, lines, escapes=self._escapes)
        return [
            int(number)
            for reader, numbers in self._parts(data, lines, header)[0]
            if reader is not None
            for number in numbers[self._quick(reader, lines, fit, numbers)[1]]
        ]

    @property
    def _escapes(self) -> bool:
        """A backslash in a line makes something of what follows."""
        return self.format.header is None and not self._reader.cells

    def _read(
        self, text: bytes, lines: Spans, header: bytes, fast: bool
    ) -> tuple[list[tuple[Columns, Numbers]], Refused, Counter[str]]:
        """[(raw columns, numbers of their lines)], lines that are no rows, others by reason."""
        parts, filtered, refused = self._parts(text, lines, header)
        found: list[tuple[Columns, Numbers]] = []
        fit = _fit(text, lines, escapes=self._escapes) if fast else np.zeros(len(lines), dtype=bool)
        for reader, numbers in parts:
            quick, left = self._quick(reader, lines, fit, numbers)
            found += [(columns, numbers[taken]) for columns, taken in quick]
            slow = [(int(n), text[lines.starts[n] : lines.ends[n]]) for n in numbers[left]]
            rows, wrong = reader.slow(slow)
            found += rows
            refused += wrong
        return found, refused, filtered

    def _quick(
        self, reader: Reader, lines: Spans, fit: Mask, numbers: Numbers
    ) -> tuple[list[tuple[Columns, Numbers]], Numbers]:
        """What the fast path reads of some lines, and the numbers (among them) of the others."""
        every = len(numbers) == len(lines)
        some, able = (lines, fit) if every else (lines.at(numbers), fit[numbers])
        if self.format.header is None:
            return reader.quick(some, able)
        return _quick_cells(reader, some, able)

    def _parts(
        self, text: bytes, lines: Spans, header: bytes
    ) -> tuple[list[tuple[Reader, Numbers]], Counter[str], Refused]:
        """The lines by the header in effect; of those that are no rows the numbers and reasons."""
        blank = _blank(lines)
        if self.format.header is None:
            return [(self._reader, np.flatnonzero(~blank))], _counted(blank=blank), []
        return _by_header(self.format.header, self.zone, text, lines, header, blank)


def _check(tokens: tuple[Token, ...]) -> None:
    check_whole(t.clock for t in tokens if isinstance(t, Field) and t.kind == "time" and t.column)


def _by_header(
    header: Header, zone: str, text: bytes, lines: Spans, before: bytes, blank: Mask
) -> tuple[list[tuple[Reader, Numbers]], Counter[str], Refused]:
    begins = header.begins.encode()
    apart = _starting(lines, begins[:1])
    told, fields = apart.copy(), b""
    some = lines.at(apart)
    told[apart] = _starting(some, begins)
    if header.day:
        told[apart] |= _starting(some, header.day.encode())
    aside = apart if begins.startswith(b"#") else told
    parts: list[tuple[Reader, Numbers]] = []
    refused: Refused = []
    edges = [-1, *map(int, np.flatnonzero(told)), len(lines)]
    day = ""
    for first, end in pairwise(edges):
        said = text[lines.starts[first] : lines.ends[first]] if first >= 0 else before
        for line in said.split(b"\n"):
            if header.day and line.startswith(header.day.encode()):
                day = day_of(line.decode(errors="replace"), header)
            else:
                fields = line.rstrip(b"\r") or fields
        numbers = np.flatnonzero(~(aside | blank)[first + 1 : end]) + first + 1
        if not len(numbers):
            continue
        known = header.model_dump_json(), zone, day
        reader = _reader_of(fields, *known) if fields else None
        if reader is not None:
            parts.append((reader, numbers))
            continue
        reason = "no_time" if fields else "no_header"
        refused += [(int(n), reason, text[lines.starts[n] : lines.ends[n]]) for n in numbers]
    return parts, _counted(header=aside, blank=blank & ~aside), refused


def _counted(**masks: Mask) -> Counter[str]:
    """Reasons that hold for any line, with the number of lines."""
    return Counter({reason: int(mask.sum()) for reason, mask in masks.items() if mask.any()})


def _blank(lines: Spans) -> Mask:
    """Which lines hold nothing but spaces and tabs."""
    mask: Mask = lines.ends == lines.starts
    chars, some = lines.chars, ~mask
    for edge in (lines.starts, lines.ends - 1):  # few lines begin and end with a space
        some[some] = np.isin(chars[edge[some]], (ord(" "), ord("\t")))
    for number in np.flatnonzero(some):
        mask[number] = not chars[lines.starts[number] : lines.ends[number]].tobytes().strip()
    return mask


@lru_cache(maxsize=64)
def _reader_of(line: bytes, header: str, zone: str, day: str) -> Reader | None:
    known = Header.model_validate_json(header)
    tokens = of_header(line.decode(errors="replace"), known, day)
    return None if tokens is None else Reader((tokens,), zone)


def _starting(lines: Spans, begin: bytes) -> Mask:
    """Which lines begin so."""
    chars = lines.chars
    same: Mask = lines.ends - lines.starts >= len(begin)
    for place, byte in enumerate(begin):
        same[same] = chars[lines.starts[same] + place] == byte
    return same


def _quick_cells(
    reader: Reader, lines: Spans, fit: Mask
) -> tuple[list[tuple[Columns, Numbers]], Numbers]:
    """Lines of a table: first those that are quoted as the first one is (or not), then others."""
    able = np.flatnonzero(fit)
    quotes = len(able) > 0 and '"' in lines.at(able[:1]).first
    found, able = _quoted(reader, lines, able) if quotes else ([], able)
    if len(able):
        every = len(able) == len(lines)
        some = lines if every else lines.at(able)
        bare, left = reader.quick(some, np.ones(len(some), dtype=bool))
        found += [(columns, able[taken]) for columns, taken in bare]
        able = able[left]
    if not quotes:
        found += _quoted(reader, lines, able)[0]
    left_over = np.ones(len(lines), dtype=bool)
    for _, taken in found:
        left_over[taken] = False
    return found, np.flatnonzero(left_over)


def _quoted(
    reader: Reader, lines: Spans, able: Numbers
) -> tuple[list[tuple[Columns, Numbers]], Numbers]:
    """Of some lines those whose values are quoted as in the first of them; and what is left."""
    found: list[tuple[Columns, Numbers]] = []
    for _ in range(_QUOTINGS):
        if not len(able):
            break
        tokens = in_quotes(reader.versions[0], reader.exact[0].quoted(lines.at(able[:1]).first))
        shape = shape_of(tokens)
        if shape is None or not shape.inside:
            able = able[1:]
            continue
        some = lines if len(able) == len(lines) else lines.at(able)
        columns, taken = read_fast(some, np.ones(len(some), dtype=bool), shape, reader.zone)
        found.append((columns, able[taken]))
        able = np.delete(able, taken)
    return found, able


def _table(columns: Columns, numbers: Numbers) -> pa.Table:
    ordered = {name: columns[name] for name in sorted(columns)}
    return pa.table({"line": pa.array(numbers, pa.int64()), **ordered})


def _fit(text: bytes, lines: Spans, *, escapes: bool) -> Mask:
    """The lines that hold nothing the fast path would trip over."""
    odd = lines_with(text, *(b"\\", b"\0") if escapes else (b"\0",))
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        odd |= {(a, b) for a, b in lines_with(text, b"\r") if b"\r" in text[a : b - 1]}
    if not text.isascii():
        odd |= lines_with(text, _BOM) | lines_not_utf8(text)
    fit = np.ones(len(lines), dtype=bool)
    fit[np.searchsorted(lines.starts, [start for start, _ in odd])] = False
    return fit
