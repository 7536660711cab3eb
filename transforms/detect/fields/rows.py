"""Rows under the names of their columns in a text: INSERT INTO u (lastName) VALUES ('Doe'), a table
of which the first line has the names, prepared statements with what is bound to them."""

import re
from collections.abc import Iterator
from itertools import islice

from weir.transforms.detect.fields.known import Known
from weir.transforms.detect.fields.written import may_stand_under
from weir.transforms.detect.limits.effort import COMPARED, NAMED, STATED, Effort
from weir.transforms.detect.text.piece import Piece

_INSERT = re.compile(
    r"\binto\s[\w.\"'`\[\]\\]{1,64}\s?\((?P<columns>[^()]{1,400})\)\s?"
    r"(?:[\w.]{1,32}\s){0,4}values\s?(?=\()",
    re.IGNORECASE,
)
_TUPLE = re.compile(  # with calls and brackets in quotes; or, of odd quotes, up to the next bracket
    r"\s?\((?P<values>(?:[^()'\"]++|'[^']{0,200}+'|\"[^\"]{0,200}+\"|\([^()]{0,80}+\)){1,80}+"
    r"|[^()]{1,600})\)\s?,?"
)
_MOST_ROWS = 20
_MOST_COLUMNS = 40
_CELL = re.compile(
    r"\s*(?:\\{0,3}'(?P<one>(?:[^'\\]|''|\\[^'])*)\\{0,3}'|\\{0,3}\"(?P<two>[^\"\\]*)\\{0,3}\""
    r"|(?P<bare>\w{1,40}\([^()]{0,80}\)|[^,'\"]*?))\s*(?:,|\Z)"
)
_QUOTES = "\ufeff \"'`[]\\\t*"
_BREAK = re.compile(r"\r?\n|\\r?\\n|\\n")
_COLUMN = r"[\ufeff\w\"' .*#()/-]"
_HEAD = re.compile(rf"{_COLUMN}{{0,40}}(?P<mark>[,;|\t])(?:{_COLUMN}{{0,40}}(?P=mark)?)*+")
_MOST_ABOVE = 3  # lines of which one has the columns' names: sep=;, a title, a rule


def rows(text: str, part: str, effort: Effort, known: Known) -> Iterator[Piece]:
    """The cells under columns whose names decide. Raises TooMuchError."""
    if "(" in text and "into" in text.lower():
        for match in _INSERT.finditer(text):
            yield from _of_insert(text, match, part, effort, known)
    if "\n" in text or "\\n" in text:
        yield from _of_table(text, part, effort, known)


def _of_insert(
    text: str, match: re.Match[str], part: str, effort: Effort, known: Known
) -> Iterator[Piece]:
    fields = _fields(match["columns"].split(","), effort, known)
    at = match.end()
    for _ in range(_MOST_ROWS if any(fields) else 0):
        row = _TUPLE.match(text, at)
        if row is None:
            return
        at = row.end()
        cells = []
        for cell in _CELL.finditer(row["values"]):
            kind = (
                "one" if cell["one"] is not None else "two" if cell["two"] is not None else "bare"
            )
            cells.append((row.start("values") + cell.start(kind), cell[kind]))
        yield from _cells(fields, cells, part, effort, known)


def _of_table(text: str, part: str, effort: Effort, known: Known) -> Iterator[Piece]:
    """Lines behind one of names, with as many cells."""
    mark, fields, at = _head(text, effort, known)
    for _ in range(_MOST_ROWS if any(fields) else 0):
        end = stop.start() if (stop := _BREAK.search(text, at)) else len(text)
        cells, start = [], at
        for cell in text[at:end].split(mark):
            bare = cell.strip(_QUOTES)
            cells.append((start + cell.find(bare), bare))
            start += len(cell) + 1
        yield from _cells(fields, cells, part, effort, known)
        if stop is None:
            return
        at = stop.end()


def _head(text: str, effort: Effort, known: Known) -> tuple[str, list[str | None], int]:
    """What stands between columns, their names that decide, and where the rows begin."""
    at = 0
    for stop in islice(_BREAK.finditer(text), _MOST_ABOVE):
        head = _HEAD.fullmatch(text, at, stop.start())
        at = stop.end()
        if head:
            return head["mark"], _fields(head[0].split(head["mark"]), effort, known), at
    return "", [], at


def _fields(columns: list[str], effort: Effort, known: Known) -> list[str | None]:
    """The names of columns that decide."""
    fields: list[str | None] = []
    for column in columns[:_MOST_COLUMNS]:
        name = column.strip(_QUOTES)
        effort.spend(NAMED)
        fields.append(name if 1 < len(name) < 41 and known.decides(name) else None)
    return fields


def _cells(
    fields: list[str | None],
    cells: list[tuple[int, str]],
    part: str,
    effort: Effort,
    known: Known,
) -> Iterator[Piece]:
    effort.spend(COMPARED, len(cells))
    if len(cells) - len(fields) not in (0, 1):  # an empty one behind the last comma
        return
    for name, (start, value) in zip(fields, cells, strict=False):
        if name:
            effort.spend(STATED)
            if may_stand_under(name, value, known):
                yield Piece(start, start + len(value), part, name)
