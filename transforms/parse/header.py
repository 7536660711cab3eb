"""Files that name their own fields: from the line that does to the tokens of those behind it."""

import csv

from weir.schemas.formats import Header
from weir.transforms.parse.pattern import kind_of
from weir.transforms.parse.times import MONTHS, Clock
from weir.transforms.parse.tokens import Field, Literal, Token, joined

_DAYS = ("%Y-%m-%d", "%d-%b-%Y")


def names_of(line: str, header: Header) -> tuple[list[str], str]:
    """A header line -> the names of the fields, and what separates their values.

    W3C's names stand apart by spaces, whatever the values do; where tabs part them, they do so
    with the values, too.
    """
    if header.begins.startswith("#"):
        text = line.removeprefix(header.begins).strip()
        return text.split(), "\t" if "\t" in text else header.delimiter
    try:
        return next(csv.reader([line], delimiter=header.delimiter), []), header.delimiter
    except csv.Error:  # a lone CR in it
        return [], header.delimiter


def day_of(line: str, header: Header) -> str:
    """The day that a line as `#Date: 2002-05-24 20:18:01` tells, as %Y-%m-%d; "" if none.

    The W3C's draft itself writes it as `12-Jan-1996 00:00:00`.
    """
    first = (line.removeprefix(header.day).split() or [""])[0]
    for clock in map(Clock, _DAYS):
        if (parts := clock.match(first)) is not None:
            said = parts.groupdict()
            month = said.get("month") or _month(said["month_name"])
            return f"{said['year']}-{month}-{said['day']}"
    return ""


def _month(name: str) -> str:
    return f"{MONTHS.index(name) + 1:02}" if name in MONTHS else "00"


def of_header(line: str, header: Header, day: str = "") -> tuple[Token, ...] | None:
    """The tokens of the lines behind a header; None if it names no time, or one of a day that
    nobody tells."""
    names, delimiter = names_of(line, header)
    wanted = _times(names, delimiter, header, day)
    if wanted is None:
        return None
    for ours, theirs in header.fields.items():
        at = next((names.index(name) for name in theirs if name in names), None)
        if at is not None and at not in wanted:
            wanted[at] = Field(ours, kind_of(ours), cell=delimiter)
    found: list[Token] = []
    for number in range(len(names)):
        field = wanted.get(number, Field("", "word", cell=delimiter))
        found += [Literal(delimiter if number else ""), field]
    return joined(found)


def in_quotes(tokens: tuple[Token, ...], which: frozenset[int]) -> tuple[Token, ...]:
    """The tokens of lines in which some fields, by number, stand in quotes."""
    found: list[Token] = []
    number = 0
    for token in tokens:
        mark = ""
        if isinstance(token, Field):
            mark = '"' if number in which else ""
            number += 1
        found += [Literal(mark), token, Literal(mark)]
    return joined(found)


def _times(names: list[str], delimiter: str, header: Header, day: str) -> dict[int, Field] | None:
    for stamp in header.time:
        if all(field in names for field in stamp.fields) and (day or not stamp.of_day):
            pairs = zip(stamp.fields, stamp.formats, strict=True)
            told = day if stamp.of_day else ""
            return {
                names.index(f): Field("seen_at", "time", clock, delimiter, told)
                for f, clock in pairs
            }
    return None
