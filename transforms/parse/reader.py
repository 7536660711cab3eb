"""Lines of one layout into raw columns: what it can the fast way, the rest line by line."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.parse.cut import Mask, Numbers, Spans, places
from weir.transforms.parse.exact import (
    Exact,
    RefusedError,
    Row,
    behind_syslog,
    column_type,
    decoded,
)
from weir.transforms.parse.fast import Columns, read_fast
from weir.transforms.parse.lines import Refused
from weir.transforms.parse.shape import Shape, shape_of
from weir.transforms.parse.tokens import Field, Token


@dataclass(frozen=True)
class Reader:
    """Versions of a format, of which the first that fits a line reads it.

    zone: of stamps that name none. syslog: a prefix may stand before each line.
    """

    versions: tuple[tuple[Token, ...], ...]
    zone: str = "UTC"
    syslog: bool = False

    @cached_property
    def exact(self) -> tuple[Exact, ...]:
        """The slow path of each version."""
        return tuple(Exact(tokens, self.zone) for tokens in self.versions)

    @cached_property
    def shapes(self) -> tuple[Shape | None, ...]:
        """The fast path of each version."""
        return tuple(shape_of(tokens) for tokens in self.versions)

    @property
    def cells(self) -> bool:
        """The lines are those of a table: a backslash in them is a backslash."""
        return any(isinstance(t, Field) and t.cell for t in self.versions[0])

    def quick(self, lines: Spans, fit: Mask) -> tuple[list[tuple[Columns, Numbers]], Numbers]:
        """[(raw columns, the numbers of their lines)], and the numbers of lines that are left."""
        found: list[tuple[Columns, Numbers]] = []
        bare = _behind_syslog(lines, fit) if self.syslog else lines
        if self.cells:
            fit = fit & ~_hold(bare, '"')
        left = np.flatnonzero(fit)
        for number, shape in enumerate(self.shapes):
            if shape is None or not len(left):
                continue
            if number and not self._apart(number):
                break
            some = bare if len(left) == len(bare) else bare.at(left)
            columns, taken = read_fast(some, np.ones(len(some), dtype=bool), shape, self.zone)
            if number and len(taken):
                ours = ~self._of_earlier(some.at(taken), number)
                columns = {n: c.filter(pa.array(ours)) for n, c in columns.items()}
                taken = taken[ours]
            found.append((columns, left[taken]))
            left = np.delete(left, taken)
        return found, _left(len(lines), found)

    def _apart(self, number: int) -> bool:
        """A table's version can be told from earlier ones by the number of its values."""
        if not self.cells:
            return True
        *others, (wide, open_) = map(_width, self.versions[: number + 1])
        return all(
            not more and (width < wide if open_ else width != wide) for width, more in others
        )

    def _of_earlier(self, lines: Spans, number: int) -> Mask:
        """Lines that an earlier version reads, which has precedence."""
        mask = np.zeros(len(lines), dtype=bool)
        if self.cells:
            return mask
        text = lines.column()
        for exact in self.exact[:number]:
            found = pc.match_substring_regex(text, rf"(?s)\A(?:{exact.rule})\z")
            mask |= found.to_numpy(zero_copy_only=False)
        return mask

    def row(self, line: bytes) -> tuple[int, Row]:
        """(which version, values of its columns) of a line without its end. Raises RefusedError."""
        text = decoded(line[behind_syslog(line) :] if self.syslog else line)
        for number, exact in enumerate(self.exact):
            row = exact.row(text)
            if row is not None:
                return number, row
        raise RefusedError("not_this_format")

    def slow(self, lines: list[tuple[int, bytes]]) -> tuple[list[tuple[Columns, Numbers]], Refused]:
        """The same as `quick` for numbered lines; those that are no rows with their reasons."""
        rows: list[list[Row]] = [[] for _ in self.exact]
        numbers: list[list[int]] = [[] for _ in self.exact]
        refused: Refused = []
        for number, line in lines:
            try:
                version, row = self.row(line)
            except RefusedError as fault:
                refused.append((number, fault.reason, line))
                continue
            rows[version].append(row)
            numbers[version].append(number)
        found = [
            (_columns(exact, rows[at]), np.array(numbers[at], dtype=np.int64))
            for at, exact in enumerate(self.exact)
        ]
        return found, refused


def _left(size: int, found: list[tuple[Columns, Numbers]]) -> Numbers:
    left = np.ones(size, dtype=bool)
    for _, taken in found:
        left[taken] = False
    return np.flatnonzero(left)


def _width(tokens: tuple[Token, ...]) -> tuple[int, bool]:
    """How many values a table's line has, and whether it may have more."""
    fields = [token for token in tokens if isinstance(token, Field)]
    return len(fields), any(field.kind == "any" for field in fields)


def _columns(exact: Exact, rows: list[Row]) -> Columns:
    return {name: _typed([row[at] for row in rows], name) for at, name in enumerate(exact.columns)}


def _typed(values: list[object], name: str) -> pa.Array:
    type_ = column_type(name)
    return (
        pa.array(values, pa.int64()).cast(type_) if name == "seen_at" else pa.array(values, type_)
    )


def _hold(lines: Spans, mark: str) -> Mask:
    """Which lines hold a mark."""
    marks = places(lines.chars, ord(mark))
    held: Mask = np.searchsorted(marks, lines.ends) > np.searchsorted(marks, lines.starts)
    return held


def _behind_syslog(lines: Spans, fit: Mask) -> Spans:
    """The lines without the prefix that syslog put before them: looked at once for each text."""
    starts = lines.starts.copy()
    chars = lines.chars
    ends = places(chars[:-1], ord(":"))
    ends = ends[chars[ends + 1] == ord(" ")] + 2
    starts = _past(lines, fit, ends, 1, starts)
    framed = fit & (starts == lines.starts) & (lines.ends > lines.starts)
    framed[framed] = chars[lines.starts[framed]] == ord("<")
    if framed.any():  # RFC 5424
        starts = _past(lines, framed, places(chars, ord(" ")) + 1, 7, starts)
    return Spans(lines.text, starts, lines.ends)


def _past(lines: Spans, chosen: Mask, ends: Numbers, nth: int, starts: Numbers) -> Numbers:
    """Starts behind a prefix that ends at the nth of some places within a line."""
    rows = np.flatnonzero(chosen)
    at = np.searchsorted(ends, lines.starts[rows], side="right") + nth - 1
    inside = at < len(ends)
    rows, at = rows[inside], at[inside]
    within = ends[at] <= lines.ends[rows]
    rows, stops = rows[within], ends[at[within]]
    if not len(rows):
        return starts
    texts = Spans(lines.text, lines.starts[rows], stops).column().dictionary_encode()
    lengths = [_length(text.encode()) for text in texts.dictionary.to_pylist()]
    there = np.array(lengths, dtype=bool)[texts.indices.to_numpy()]
    starts[rows[there]] = stops[there]
    return starts


def _length(prefix: bytes) -> int:
    """The prefix's length if all of it is one, else 0."""
    return len(prefix) if behind_syslog(prefix) == len(prefix) else 0
