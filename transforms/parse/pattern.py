"""A line with placeholders in it -> its tokens: how formats are told that no server prints."""

from string import Formatter

from weir.schemas.errors import ConfigError
from weir.schemas.formats import COLUMNS, NAMED, TARGETS, is_column
from weir.transforms.parse.times import CLF
from weir.transforms.parse.tokens import Field, Literal, Token, check_apart, joined, once

_KINDS = {
    "remote_user": "user",
    "status": "status",
    "size_bytes": "size",
    "duration_s": "count",
    "sequence": "count",
    **dict.fromkeys(("address", "host", "method", "edge_country", "edge_asn"), "word"),
}
_DELIMITERS = ("\t", "|", ";", ",")


def of_pattern(text: str) -> tuple[Token, ...]:
    """`{address} - {remote_user} [{time}] "{request}" {status} {*}` -> its tokens.

    A placeholder is a column of PARSED, a part of the target, `cookie:NAME`, `header:NAME`, or
    `{time}`, with a strftime pattern behind a colon if it is not as in the Common Log Format.
    `{-}` is a word that nobody wants, `{*}` anything up to the next quote or the line's end. Two
    spaces stand for one or more. Braces are doubled. A pattern with nothing but a tab, `|`, `;`
    or `,` between its values is a table: they may hold spaces or be empty.

    Raises ConfigError for a placeholder that is unknown, and without a time.
    """
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise ConfigError(f"pattern: {error}; double a brace that is no placeholder's") from None
    cell = _delimiter([literal for literal, name, *_ in parts if name is not None][1:])
    found: list[Token] = []
    for literal, name, rest, _ in parts:
        found.append(Literal(literal))
        if name is not None:
            found.append(_field(name, rest or "", cell))
    tokens = once(joined(found), {})
    if not any(isinstance(token, Field) and token.kind == "time" for token in tokens):
        raise ConfigError("pattern: it names no time; add {time} or {time:%Y-%m-%d %H:%M:%S}")
    check_apart(tokens)
    return tokens


def told(text: str) -> list[tuple[str, str]]:
    """(placeholder, column) of all that a pattern reads."""
    found = []
    for _, name, rest, _ in Formatter().parse(text):
        if name not in (None, "-", "*"):
            column = f"{name}:{rest}" if rest else str(name)
            found.append((f"{{{column}}}", "time" if name == "time" else column))
    return found


def _delimiter(between: list[str]) -> str:
    """What alone stands between all values; "" if there is no such thing, or it is a space."""
    same = len(set(between)) == 1 and between[0] in _DELIMITERS
    return between[0] if same else ""


def _field(name: str, rest: str, cell: str) -> Field:
    if name in ("-", "*"):
        return Field("", "any" if name == "*" else "word", cell=cell if name == "-" else "")
    if name == "time":
        return Field("seen_at", "time", rest or CLF, cell)
    column = f"{name}:{rest}" if rest else name
    if not is_column(column):
        known = ", ".join((*COLUMNS, *TARGETS, *(f"{prefix}:NAME" for prefix in NAMED)))
        raise ConfigError(f"pattern: no such column '{column}'; known are {known}, time, - and *")
    return Field(column, kind_of(column), cell=cell)


def kind_of(column: str) -> str:
    """How a column's values are written."""
    return _KINDS.get(column, "text")
