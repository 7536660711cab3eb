"""The slow path: one line at a time, by a regular expression. It decides what a line is."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from weir.transforms.parse.directives import Field, Literal, Token
from weir.transforms.parse.times import Clock, TimeError

TYPES = {"seen_at": pa.timestamp("us", "UTC"), "status": pa.int16(), "size_bytes": pa.int64()}
_QUOTED = r'((?:[^"\\]|\\.)*)'
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_SINGLE = {"n": b"\n", "r": b"\r", "t": b"\t", "b": b"\b", "v": b"\v", "f": b"\f", "a": b"\a"}

Row = tuple[Any, ...]


def column_type(name: str) -> pa.DataType:
    """The Arrow type of a field's column."""
    return TYPES.get(name, pa.string())


class RefusedError(ValueError):
    """A line that is no row; `reason` is of the closed vocabulary."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Exact:
    """Lines of one format, one by one."""

    tokens: tuple[Token, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row, in order."""
        return tuple(field.column for field in self._fields)

    @cached_property
    def _fields(self) -> tuple[Field, ...]:
        return tuple(t for t in self.tokens if isinstance(t, Field) and t.column)

    @cached_property
    def _line(self) -> re.Pattern[str]:
        return re.compile("".join(_rules(self.tokens)), re.DOTALL)

    def row(self, line: bytes) -> Row:
        """A line without its end -> values of `columns`. Raises RefusedError."""
        if b"\0" in line:
            raise RefusedError("nul_byte")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise RefusedError("not_utf8") from None
        match = self._line.fullmatch(text)
        if not match:
            raise RefusedError("not_this_format")
        try:
            return tuple(map(_value, self._fields, match.groups()))
        except TimeError as fault:
            raise RefusedError(fault.reason) from None


def _rules(tokens: tuple[Token, ...]) -> list[str]:
    quotes = any(isinstance(t, Literal) and '"' in t.text for t in tokens)
    out = []
    for number, token in enumerate(tokens):
        if isinstance(token, Literal):
            out.append(re.escape(token.text))
            continue
        before, behind = (
            tokens[at].text if 0 <= at < len(tokens) and isinstance(tokens[at], Literal) else ""  # type: ignore[union-attr]
            for at in (number - 1, number + 1)
        )
        quoted = before.endswith('"') and behind.startswith('"')
        rule = _rule(token, quoted, behind[:1], '"' if quotes else "")
        out.append(rule if token.column else "(?:" + rule[1:])
    return out


def _rule(field: Field, quoted: bool, stop: str, quote: str) -> str:
    """A field's expression, in one group. stop: the character behind it; quote: kept out."""
    match field.kind:
        case "time":
            return f"({Clock(field.clock).rule})"
        case "status":
            return "([0-9]{3}|-)"
        case "size":
            return "([0-9]{1,18}|-)"
    if quoted:
        return _QUOTED
    if field.kind == "user":  # a user's name may hold spaces; Apache writes an empty one as ""
        return f'(""|[^{quote}]+?)' if quote else '(""|.+?)'
    if field.kind == "word":
        others = "" if stop in ("", " ", ":") else re.escape(stop)
        return f"([^ {quote}{others}]+)"
    if field.column == "query":  # %q begins with ? or is empty
        return f"((?:\\?[^ {quote}]*)?)"
    if field.column == "path":
        return f"([^ ?{quote}]+)"
    if stop in ("", " "):
        return f"([^{quote}]+?)" if quote else "(.+?)"
    return f"([^{quote}{re.escape(stop)}]*)"


def _value(field: Field, text: str) -> Any:
    match field.kind:
        case "time":
            return Clock(field.clock).read(text)
        case "status":
            return None if text == "-" else int(text)
        case "size":  # "-" is how Apache writes no bytes
            return 0 if text == "-" else int(text)
    if text == "-" or (field.kind == "user" and text == '""'):
        return None
    return unescaped(text) if "\\" in text else text


def unescaped(text: str) -> str:
    """Backslash escapes of Apache and nginx undone; bytes that are not UTF-8 become U+FFFD."""
    out, at = [], 0
    for match in _ESCAPE.finditer(text):
        out.append(text[at : match.start()].encode())
        what = match[1]
        if len(what) == 3:
            out.append(bytes([int(what[1:], 16)]))
        else:
            out.append(_SINGLE.get(what, what.encode()))
        at = match.end()
    out.append(text[at:].encode())
    return b"".join(out).decode(errors="replace")
