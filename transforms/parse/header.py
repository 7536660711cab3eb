"""Files that name their own fields: from the line that does to the tokens of those behind it."""

import csv

from weir.schemas.formats import Header
from weir.transforms.parse.pattern import kind_of
from weir.transforms.parse.tokens import Field, Literal, Token, joined


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


def of_header(line: str, header: Header) -> tuple[Token, ...] | None:
    """The tokens of the lines behind a header; None if it names no time."""
    names, delimiter = names_of(line, header)
    wanted = _times(names, delimiter, header)
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


def _times(names: list[str], delimiter: str, header: Header) -> dict[int, Field] | None:
    for stamp in header.time:
        if all(field in names for field in stamp.fields):
            pairs = zip(stamp.fields, stamp.formats, strict=True)
            return {
                names.index(f): Field("seen_at", "time", clock, delimiter) for f, clock in pairs
            }
    return None
