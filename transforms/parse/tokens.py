"""What a format is made of, once it is read: literal text and fields, each with its column."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from weir.schemas.errors import ConfigError


@dataclass(frozen=True)
class Literal:
    """Text that stands in every line. Two spaces stand for one or more."""

    text: str


@dataclass(frozen=True)
class Field:
    """A value of a line.

    column: of PARSED, a dynamic one, a part of the target (schemas.formats.TARGETS), or "" when
    nobody wants it. kind: word (no spaces), text, user, status, size, count, time, or any (as long
    as it likes, wanted by nobody); `clock` is the time's pattern. cell: the delimiter, if the value
    stands in a table: then it may be quoted as in CSV, or empty. day: of a time of day, as
    %Y-%m-%d.
    """

    column: str
    kind: str
    clock: str = ""
    cell: str = ""
    day: str = ""


Token = Literal | Field


def joined(found: Iterable[Token]) -> tuple[Token, ...]:
    """Neighbouring literals as one, empty ones gone."""
    out: list[Token] = []
    for token in found:
        if isinstance(token, Literal) and out and isinstance(out[-1], Literal):
            out[-1] = Literal(out[-1].text + token.text)
        elif not (isinstance(token, Literal) and not token.text):
            out.append(token)
    return tuple(out)


def once(found: tuple[Token, ...], rank: dict[int, int]) -> tuple[Token, ...]:
    """Each column from one field: that of the lowest rank (by place, else 0), else the first."""
    best: dict[str, int] = {}
    for number, token in enumerate(found):
        if isinstance(token, Field) and token.column:
            held = best.setdefault(token.column, number)
            if rank.get(number, 0) < rank.get(held, 0):
                best[token.column] = number
    return tuple(
        replace(token, column="")
        if isinstance(token, Field) and token.column and best[token.column] != number
        else token
        for number, token in enumerate(found)
    )


def check_apart(found: tuple[Token, ...]) -> None:
    """Two fields side by side cannot be told apart (but %U%q: `?` begins the query)."""
    for left, right in pairwise(found):
        if isinstance(left, Field) and isinstance(right, Field):
            if (left.column, right.column) == ("path", "query"):
                continue
            raise ConfigError("format: two fields stand side by side with nothing between them")
