"""The slow path: one line at a time, by a regular expression. It decides what a line is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from weir.schemas.parsed import PARSED
from weir.transforms.parse.times import Clock, TimeError, day_parts, moment
from weir.transforms.parse.tokens import Field, Literal, Token

TYPES = {
    name: PARSED.field(name).type
    for name in ("seen_at", "status", "size_bytes", "duration_s", "sequence")
}
_QUOTED = r'((?:[^"\\]|\\.)*)'
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_SINGLE = {"n": b"\n", "r": b"\r", "t": b"\t", "b": b"\b", "v": b"\v", "f": b"\f", "a": b"\a"}
_NUMBERS = {
    "status": "[0-9]{3}|-1?",  # HAProxy's -1: nothing was answered
    "size": "[0-9]{1,18}|-",
    "count": "[0-9]{1,18}|-",
}
_SYSLOG = re.compile(
    rb"(?:<[0-9]{1,3}>)?"
    rb"(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8}"
    rb"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]{5})?)"
    rb" [^ ]+ [^ :]+: "
    rb"|<[0-9]{1,3}>1 (?:[^ ]+ ){5}- (?:\xef\xbb\xbf)?"
)

Row = tuple[Any, ...]


def column_type(name: str) -> pa.DataType:
    """The Arrow type of a field's column."""
    return TYPES.get(name, pa.string())


class RefusedError(ValueError):
    """A line that is no row; `reason` is of the closed vocabulary."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decoded(line: bytes) -> str:
    """A line's text. Raises RefusedError."""
    if b"\0" in line:
        raise RefusedError("nul_byte")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise RefusedError("not_utf8") from None


def behind_syslog(line: bytes) -> int:
    """Where a line begins behind the prefix of RFC 3164 or RFC 5424, with a time of either, that
    it may have."""
    match = _SYSLOG.match(line)
    return match.end() if match else 0


@dataclass(frozen=True)
class Exact:
    """Lines of one format, one by one. zone: of stamps that name none."""

    tokens: tuple[Token, ...]
    zone: str = "UTC"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row, in order."""
        named = tuple(field.column for field in self._fields if field.kind != "time")
        return (*named, "seen_at") if len(named) < len(self._fields) else named

    @cached_property
    def _fields(self) -> tuple[Field, ...]:
        return tuple(t for t in self.tokens if isinstance(t, Field) and t.column)

    @cached_property
    def rule(self) -> str:
        """The regular expression of a line, a group for each field with a column."""
        return "".join(_rules(self.tokens))

    @cached_property
    def _line(self) -> re.Pattern[str]:
        return re.compile(self.rule, re.DOTALL)

    def row(self, text: str) -> Row | None:
        """A line -> values of `columns`; None if it has another shape. Raises RefusedError."""
        match = self._line.fullmatch(text)
        if not match:
            return None
        values: list[Any] = []
        stamp: dict[str, str | None] = {}
        try:
            for field, value in zip(self._fields, match.groups(), strict=True):
                if field.kind == "time":
                    stamp |= Clock(field.clock).parts(_bare(field, value)) | day_parts(field.day)
                else:
                    values.append(_value(field, value))
            return (*values, moment(stamp, self.zone)) if stamp else tuple(values)
        except TimeError as fault:
            raise RefusedError(fault.reason) from None

    def quoted(self, text: str) -> frozenset[int]:
        """Of a line in a table: the numbers of the fields that stand in quotes."""
        every = tuple(
            Field("?", "text", cell=t.cell) if isinstance(t, Field) else t for t in self.tokens
        )
        match = re.compile("".join(_rules(every)), re.DOTALL).fullmatch(text)
        groups = match.groups() if match else ()
        return frozenset(n for n, value in enumerate(groups) if _is_quoted(value))


def _rules(tokens: tuple[Token, ...]) -> Iterable[str]:
    quotes = any(isinstance(t, Literal) and '"' in t.text for t in tokens)
    for number, token in enumerate(tokens):
        if isinstance(token, Literal):
            yield re.sub(r"(?:\\ ){2,}", " +", re.escape(token.text))
            continue
        before, behind = (
            tokens[at].text if 0 <= at < len(tokens) and isinstance(tokens[at], Literal) else ""  # type: ignore[union-attr]
            for at in (number - 1, number + 1)
        )
        quoted = before.endswith('"') and behind.startswith('"')
        last = number == len(tokens) - 1
        rule = _rule(token, quoted, behind[:1], '"' if quotes else "", last)
        yield rule if token.column else "(?:" + rule[1:]


def _rule(field: Field, quoted: bool, stop: str, quote: str, last: bool) -> str:
    """A field's expression, in one group. stop: the character behind it; quote: kept out."""
    if field.cell:  # atomic: a line with too few values is told in one go
        cell = re.escape(field.cell)
        return f'((?>"(?:[^"]|"")*"(?={cell}|\\Z)|[^{cell}]*))'
    match field.kind:
        case "any":
            return "(.*)" if last or not quote else f"([^{quote}]*)"
        case "time":
            return f"({Clock(field.clock).rule})"
        case "status" | "size" | "count":
            return f"({_NUMBERS[field.kind]})"
    if quoted:
        return _QUOTED
    if field.kind == "user":  # a user's name may hold spaces; Apache writes an empty one as ""
        word = f"(?:[^ {quote}-][^ {quote}]*|-[^ {quote}]+)"  # "-" is a field of its own
        return f'(""|-|{word}(?: +{word})*)'
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


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == '"'


def _bare(field: Field, text: str) -> str:
    """A value without the quotes of CSV that a table may put around it."""
    return text[1:-1].replace('""', '"') if field.cell and _is_quoted(text) else text


def _value(field: Field, text: str) -> Any:
    text = _bare(field, text)
    if field.cell and not text:
        text = "-"
    if field.kind in _NUMBERS:
        if field.cell and not re.fullmatch(_NUMBERS[field.kind], text):
            raise RefusedError("not_this_format")
        if text in ("-", "-1"):  # "-" is how Apache writes no bytes
            return 0 if field.kind == "size" else None
        return int(text)
    if text == "-" or (field.kind == "user" and text == '""'):
        return None
    return unescaped(text) if "\\" in text and not field.cell else text


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
