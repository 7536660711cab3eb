"""A server's format string, taken apart: literal text and fields, each with its column."""

import re
from collections.abc import Iterator
from dataclasses import replace

from weir.schemas.errors import ConfigError
from weir.transforms.parse.times import CLF, ISO
from weir.transforms.parse.tokens import Field, Literal, Token, check_apart, once

_APACHE = re.compile(
    r"%(?:!?[0-9]{3}(?:,[0-9]{3})*)?[<>]?(?:\{(?P<name>[^}]*)\})?(?P<letter>\^t[io]|\^FB|[A-Za-z%])"
)
_NGINX = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>\w+))")

_LETTERS: dict[str, tuple[str, str]] = {
    "h": ("address", "word"),
    "a": ("address", "word"),
    "u": ("remote_user", "user"),
    "r": ("request", "text"),
    "m": ("method", "word"),
    "U": ("path", "text"),
    "q": ("query", "text"),
    "s": ("status", "status"),
    "b": ("size_bytes", "size"),
    "B": ("size_bytes", "size"),
    "O": ("size_bytes", "size"),
    "v": ("host", "word"),
    "V": ("host", "word"),
    **dict.fromkeys("ADHILPRSTXklpx", ("", "word")),
    "e": ("", "text"),
    "f": ("", "text"),
    "i": ("header:", "text"),
    "o": ("sent:", "text"),
    "C": ("cookie:", "text"),
    "n": ("note:", "text"),
}
_VARIABLES: dict[str, tuple[str, str]] = {
    "remote_addr": ("address", "word"),
    "remote_user": ("remote_user", "user"),
    "request": ("request", "text"),
    "request_method": ("method", "word"),
    "request_uri": ("request_uri", "text"),
    "uri": ("path", "text"),
    "document_uri": ("path", "text"),
    "args": ("arguments", "text"),
    "query_string": ("arguments", "text"),
    "status": ("status", "status"),
    "body_bytes_sent": ("size_bytes", "size"),
    "bytes_sent": ("size_bytes", "size"),
    "host": ("host", "word"),
    "http_host": ("host", "word"),
    "server_name": ("host", "word"),
}
_CLOCKS = {"time_local": CLF, "time_iso8601": ISO, "msec": "%s.%f"}
_EPOCHS = {"sec": "%s", "msec": "%Q", "usec": "%q", "msec_frac": "%f", "usec_frac": "%f"}
_HEADERS = {
    "referer": "referrer", "user-agent": "user_agent", "cookie": "cookies", "host": "host",
}  # fmt: skip
_LISTS = ("upstream_",)  # variables whose values hold ", "
_PREFERRED = {"%V": 1, "%v": 2, "server_name": 2, "%O": 2, "bytes_sent": 2}


def of_directives(text: str) -> tuple[Token, ...]:
    """A format string -> its tokens. Whole directive lines, as configurations have them, do too.

    Apache: https://httpd.apache.org/docs/current/mod/mod_log_config.html#formats; nginx: its
    documentation of ngx_http_log_module and of the core variables. Raises ConfigError for what is
    neither, or names no time.
    """
    bare = _undressed(text.strip())
    apache = bool(_APACHE.search(bare)) and not _NGINX.search(bare)
    found = _merged_clocks(_joined(list(_apache(bare) if apache else _nginx(bare))))
    ranks = {number: rank for number, (_, rank) in enumerate(found)}
    read = once(tuple(token for token, _ in found), ranks)
    if not any(isinstance(token, Field) and token.kind == "time" for token in read):
        what = "%t or %{format}t" if apache else "$time_local, $time_iso8601 or $msec"
        raise ConfigError(f"format: it names no time; add {what}")
    check_apart(read)
    return read


def told(text: str) -> list[tuple[str, str]]:
    """(directive or variable, column) of all that a format string reads."""
    bare = _undressed(text.strip())
    apache = bool(_APACHE.search(bare)) and not _NGINX.search(bare)
    names = [match[0] for match in (_APACHE if apache else _NGINX).finditer(bare)]
    every = [(t, r) for t, r in (_apache if apache else _nginx)(bare) if isinstance(t, Field)]
    fields = once(tuple(t for t, _ in every), {n: rank for n, (_, rank) in enumerate(every)})
    pairs = zip((name for name in names if name != "%%"), fields, strict=True)
    read = [(name, f) for name, f in pairs if isinstance(f, Field) and f.column]
    return [(name, "time" if f.kind == "time" else f.column) for name, f in read]


def _undressed(text: str) -> str:
    """The format out of a `LogFormat "…" name` or `log_format name '…' '…';` line."""
    if re.match(r"(?i)LogFormat\s", text):
        quoted = re.match(r'(?i)LogFormat\s+"((?:[^"\\]|\\.)*)"', text)
        text = quoted[1] if quoted else text.split(None, 1)[1]
    elif re.match(r"log_format\s", text):
        text = "".join(re.findall(r"'((?:[^'\\]|\\.)*)'", text)) or text
    text = text.replace('\\"', '"').replace("\\'", "'").replace("\\t", "\t")
    return text.replace("\\\\", "\\")


def _apache(text: str) -> Iterator[tuple[Token, int]]:
    at = 0
    for match in _APACHE.finditer(text):
        yield Literal(text[at : match.start()]), 0
        at = match.end()
        if match["letter"] == "%":
            yield Literal("%"), 0
        elif match["letter"] == "t" and not match["name"]:  # %t brings its own brackets
            yield from ((token, 0) for token in (Literal("["), _clock(CLF), Literal("]")))
        else:
            yield _apache_field(match["letter"], match["name"]), _PREFERRED.get(match[0][:2], 0)
    yield Literal(text[at:]), 0


def _apache_field(letter: str, name: str | None) -> Field:
    if letter == "t":
        return _apache_time(name)
    column, kind = _LETTERS.get(letter, ("", "word"))
    if letter not in _LETTERS and not letter.startswith("^"):
        raise ConfigError(f"format: no such directive '%{letter}'")
    if letter in "AahpPXTD" and name is not None:  # %{c}a, %{us}T, …: kinds of it that we skip
        return Field("", kind)
    if not column.endswith(":"):
        return Field(column, kind)
    return _named(column, name or "")


def _named(prefix: str, name: str) -> Field:
    if prefix == "header:":
        return Field(_HEADERS.get(name.lower(), prefix + name.lower()), "text")
    return Field(prefix + (name.lower() if prefix == "sent:" else name), "text")


def _apache_time(name: str | None) -> Field:
    name = (name or "").removeprefix("begin:").removeprefix("end:")
    return _clock(_EPOCHS.get(name, name))


def _clock(pattern: str) -> Field:
    return Field("seen_at", "time", pattern)


def _nginx(text: str) -> Iterator[tuple[Token, int]]:
    at = 0
    for match in _NGINX.finditer(text):
        yield Literal(text[at : match.start()]), 0
        at = match.end()
        name = match["braced"] or match["bare"]
        yield _nginx_field(name), _PREFERRED.get(name, 0)
    yield Literal(text[at:]), 0


def _nginx_field(name: str) -> Field:
    if name in _CLOCKS:
        return _clock(_CLOCKS[name])
    if name in _VARIABLES:
        return Field(*_VARIABLES[name])
    for start, prefix in (("cookie_", "cookie:"), ("http_", "header:"), ("sent_http_", "sent:")):
        if name.startswith(start):
            rest = name.removeprefix(start)
            return _named(prefix, rest if prefix == "cookie:" else rest.replace("_", "-"))
    return Field("", "text" if name.startswith(_LISTS) else "word")


def _joined(found: list[tuple[Token, int]]) -> list[tuple[Token, int]]:
    """Neighbouring literals as one, empty ones gone."""
    out: list[tuple[Token, int]] = []
    for token, rank in found:
        if isinstance(token, Literal) and out and isinstance(out[-1][0], Literal):
            out[-1] = (Literal(out[-1][0].text + token.text), 0)
        elif not (isinstance(token, Literal) and not token.text):
            out.append((token, rank))
    return out


def _merged_clocks(found: list[tuple[Token, int]]) -> list[tuple[Token, int]]:
    """`%{%F %T}t.%{msec_frac}t %{%z}t`, three parts of one moment, as one field."""
    out: list[tuple[Token, int]] = []
    for token, rank in found:
        if isinstance(token, Field) and token.kind == "time" and out:
            before = out[-2][0] if len(out) > 1 else None
            between = out[-1][0]
            if isinstance(before, Field) and before.kind == "time" and isinstance(between, Literal):
                out[-2:] = [(replace(before, clock=before.clock + between.text + token.clock), 0)]
                continue
        out.append((token, rank))
    return out
