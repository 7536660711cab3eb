"""What a file seems to be that is no access log, and what to do then. Tells no text of it."""

import json
import re
from collections import Counter

_SAMPLE_BYTES = 4096
_MAGIC = {
    b"\x1f\x8b": "gzip data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"PK\x03\x04": "a ZIP archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"Obj\x01": "an Avro file",
    b"ORC": "an ORC file",
    b"\x7fELF": "a program",
    b"\xff\xfe": "UTF-16 text; write it as UTF-8",
    b"\xfe\xff": "UTF-16 text; write it as UTF-8",
}
_TAR = (257, b"ustar")
_ERRORS = "error log, which holds no visits; name the access log instead"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d\d:\d\d:\d\d"
_LEVEL = r"\[?\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL)\b"
_LINES: tuple[tuple[str, str], ...] = (  # the first that most lines are counts
    (rf"\[[A-Z]\w\w {_MONTH} +\d+ {_CLOCK}(?:\.\d+)? \d{{4}}\] \[", f"Apache's {_ERRORS}"),
    (rf"\d{{4}}/\d\d/\d\d {_CLOCK} \[\w+\] \d+#", f"nginx's {_ERRORS}"),
    (rf"\[\d\d-{_MONTH}-\d{{4}} {_CLOCK}[^\]]*\] PHP ", f"PHP's {_ERRORS}"),
    (
        r"\s+at [\w$.<>/]+\(|\s+\.\.\. \d+ (?:more|common frames)|Caused by: "
        r"|Exception in thread |(?:[\w$]+\.)+[\w$]*(?:Exception|Error)\b",
        f"stack traces of Java in an {_ERRORS}",
    ),
    (
        r"Traceback \(most recent call last\)|  File \"[^\"]+\", line \d+",
        f"stack traces of Python in an {_ERRORS}",
    ),
    (
        rf"(?:<\d{{1,3}}>)?(?:{_MONTH} [ \d]\d {_CLOCK} |1 \d{{4}}-\d\d-\d\dT|"
        rf"\d{{4}}-\d\d-\d\dT{_CLOCK}\S* )\S+ [^\s:\[]+(?:\[\d+\])?:? ",
        "syslog of some program; take its access lines out of it, or give their format",
    ),
    (
        rf"\[?\d{{4}}-\d\d-\d\d[ T]{_CLOCK}\S*\]? .{{0,80}}?{_LEVEL}|{_LEVEL}[\s:\]]",
        "an application's own log, which holds no requests; name the access log instead",
    ),
)
_TEXTS = {
    "<?xml": "XML",
    "<!doctype": "HTML",
    "<html": "HTML",
    "<svg": "an SVG image",
    "-- ": "SQL",
    "create table": "SQL",
    "insert into": "SQL",
    "from ": "e-mail",
    "return-path:": "e-mail",
    "received:": "e-mail",
}
_FORMAT = "give the format as your server has it, its LogFormat or log_format string"


def what_else(start: bytes) -> str:
    """What a file that is no text seems to be, by its first bytes; "" if it looks like text."""
    start = start[:_SAMPLE_BYTES]
    for magic, what in _MAGIC.items():
        if start.startswith(magic):
            return what
    at, mark = _TAR
    if start[at : at + len(mark)] == mark:
        return "a tar archive; unpack it"
    strange = sum(byte < 9 or 13 < byte < 32 for byte in start)
    return "binary data" if strange > len(start) // 10 else ""


def looks_like(start: bytes) -> str:
    """What a file seems to be in whose first lines no format was recognised, and what to do."""
    binary = what_else(start)
    if binary:
        return binary
    text = start.decode("utf-8", "replace").removeprefix("\ufeff")
    lines = [line for line in text.splitlines() if line.strip()]
    most = len(lines) / 2
    told: Counter[str] = Counter()
    for line in lines:
        told.update(filter(None, [_kind(line)]))
    traces = next((w for w in told if "stack traces" in w and told[w] * 4 >= len(lines)), "")
    if traces:  # the message before a trace may have any number of lines
        return traces
    best = max(told, key=lambda what: told[what], default="")
    if best and told[best] >= most:
        return best
    opening = text.lstrip()[:20].lower()
    for mark, what in _TEXTS.items():
        if opening.startswith(mark):
            return f"{what}, no log"
    return _json(text, lines) or _columns(lines) or f"text of another kind; {_FORMAT}"


def _kind(line: str) -> str:
    return next((what for rule, what in _LINES if re.match(rule, line)), "")


def _json(text: str, lines: list[str]) -> str:
    opening = text.lstrip()[:1]
    if opening not in ("{", "["):
        return ""
    whole = sum(_is_object(line) for line in lines)
    if 2 * whole > len(lines):
        return (
            "JSON lines that are no access log of a known kind; events of scripts need a source "
            "of kind events and a mapping"
        )
    if opening == "[" and not re.match(r"\s*\[\s*[\[{\"\]]", text):  # `[22/Apr/…`
        return ""
    return "one JSON document; write an object a line (`jq -c '.[]'`)"


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _columns(lines: list[str]) -> str:
    """A table, if its lines have the same separators."""
    for mark, what in ((",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        counts = Counter(line.count(mark) for line in lines)
        if not counts:
            return ""
        number, same = counts.most_common(1)[0]
        if number >= 2 and same * 10 >= len(lines) * 8 and len(lines) > 1:
            return (
                f"a table of {number + 1} columns between {what}, no access log; people of a site "
                "need a source of kind profiles, events one of kind events"
            )
    return ""
