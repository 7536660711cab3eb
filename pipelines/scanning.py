"""`weir scan`: what detection finds in texts that somebody hands it, or in a log, and why."""

import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from weir.pipelines.prose import some
from weir.schemas.config import Config, Detection
from weir.schemas.errors import InputError
from weir.schemas.policy import Policy
from weir.schemas.strict import unknown

if TYPE_CHECKING:
    import pyarrow as pa

    from weir.transforms.detect import Detector

FIELDS = ("path_query", "referer", "search", "ua", "json", "cookie", "text")
_BOM = "\ufeff"
MODES = ("balanced", "strict")
LOGGED = {"target": "path_query", "referrer": "referer", "user_agent": "ua"}
"""What of a log is looked at -> its field."""
TIMEOUT_MS = 10_000
"""A value's time of the clock, at least: on a busy machine a night's is over soon, and whoever asks
why a value is closed would be told that it is unreadable."""
_WORD = re.compile(r"[A-Za-z_-]{1,20}")
_NOT_LOOKED_AT = "Addresses, cookies and user names were not looked at: none crosses as it is"
_COLOURS = {
    "secret": "red", "card": "red", "ssn": "red", "iban": "red", "email": "magenta",
    "phone": "magenta", "name": "yellow", "address": "yellow", "birth": "yellow",
    "ip": "cyan", "geo": "cyan", "id": "cyan",
}  # fmt: skip


def detecting(config: Config) -> Detection:
    """How a night of a configuration detects: strict if its policy says so, too."""
    return Policy.read(config.policy, config.base).detecting(config.detection)


def detector_of(mode: str = "", config: Config | None = None) -> "Detector":
    """As a configuration and its policy have it, or as it comes; `mode`, if given, wins.

    Raises InputError for an unknown mode, ConfigError as a night would.
    """
    from weir.pipelines.night import warm_model
    from weir.transforms.detect import Detector

    if mode and mode not in MODES:
        raise InputError(f"--mode: '{mode}' is none; say {' or '.join(MODES)}")
    settings = Detection() if config is None else detecting(config)
    longer = {"timeout_ms": max(settings.timeout_ms, TIMEOUT_MS)}
    detector = Detector(settings.model_copy(update=longer | ({"mode": mode} if mode else {})))
    warm_model(detector)
    return detector


def scan_lines(place: str, detector: "Detector") -> Iterator[dict[str, Any]]:
    """Lines of a file, or `-` -> {"text", "clean", "findings"}, in order. A byte that is no UTF-8
    becomes U+FFFD.

    A line is JSON {"field", "text"}, another JSON object (field `json`), or plain text (`text`).
    Raises InputError for one that was meant as the first and lacks one of the two.
    """
    from weir.transforms.detect import scan

    for number, line in enumerate(_lines(place), 1):
        line = line.removeprefix(_BOM) if number == 1 else line
        if not line.strip():
            continue
        field, text = _read(line.rstrip("\r\n"), f"{place}:{number}")
        found = scan(field, text, detector)
        yield {"text": text, "clean": found.clean, "findings": found.findings}


def log_hint(place: str) -> str:
    """What to say of a file of plain lines that is a log, packed or not; else nothing."""
    from weir.transforms.parse.auto import recognise

    try:
        format_ = "" if place == "-" else recognise(place).format
    except InputError:
        return ""
    return format_ and (
        f"{place}: a log of format {format_}; with --format {format_} each distinct target, "
        "referrer and user agent is looked at once, by its field"
    )


@dataclass
class LogScan:
    """A log looked through: each distinct target, referrer and user agent, once."""

    place: str
    format: str
    detector: "Detector"
    base: Path = Path()
    lines: int = 0
    rejected: int = 0
    looked_at: int = 0
    with_findings: int = 0
    entities: Counter[str] = field(default_factory=Counter)  # texts that hold one

    def answers(self) -> Iterator[dict[str, Any]]:
        """{"line", "field", "text", "clean", "findings"} of each text that holds something; `line`
        is the first that has it. Raises InputError if most lines are not of the format."""
        from weir.transforms.detect import scan
        from weir.transforms.parse.inspect import misfit, open_log

        chosen, reader, blocks = open_log(self.place, self.format, base=self.base)
        self.format = chosen.format
        seen: set[bytes] = set()
        for block in blocks:
            parsed = reader.parse(*block.lines)
            if not self.lines and misfit(parsed):
                raise InputError(
                    f"{self.place}: most of its first lines are not of the format; "
                    "`weir inspect` shows what does not fit"
                )
            too_long = block.rejects.num_rows if block.rejects is not None else 0
            self.lines += parsed.lines + too_long
            self.rejected += parsed.rejects.num_rows + too_long
            for line, name, text in _first_of_each(parsed.rows, seen):
                self.looked_at += 1
                found = scan(LOGGED[name], text, self.detector)
                if found.findings:
                    self.with_findings += 1
                    self.entities.update({one["entity"] for one in found.findings})
                    yield {
                        "line": block.first_line + line + 1, "field": LOGGED[name],
                        "text": text, "clean": found.clean, "findings": found.findings,
                    }  # fmt: skip


def _first_of_each(rows: "pa.Table", seen: set[bytes]) -> Iterator[tuple[int, str, str]]:
    """(line, column, text) of the texts that were not seen before, in order of lines."""
    from hashlib import blake2b

    import pyarrow as pa

    new = []
    for order, name in enumerate(LOGGED):
        texts = pa.table({"text": rows[name].cast(pa.string()), "line": rows["line"]}).drop_null()
        first = texts.group_by("text", use_threads=False).aggregate([("line", "min")])
        for text, line in zip(
            first["text"].to_pylist(), first["line_min"].to_pylist(), strict=True
        ):
            digest = blake2b(f"{name} {text}".encode(errors="replace"), digest_size=12).digest()
            if digest not in seen:
                seen.add(digest)
                new.append((line, order, name, text))
    return ((line, name, text) for line, _, name, text in sorted(new))


def show_log_scan(console: Console, log: LogScan) -> None:
    """The end of a log's scan: how much was looked at, and what was found in how much of it."""
    kinds = ", ".join(f"{entity} {n:,}" for entity, n in log.entities.most_common())
    console.print(
        Text(
            f"{some(log.lines, 'line')} ({log.format}), {log.rejected:,} not understood; "
            f"{log.looked_at:,} distinct targets, referrers and user agents looked at, "
            f"{log.with_findings:,} with findings"
            + (f": {kinds}" if kinds else "")
            + f". {_NOT_LOOKED_AT}."
        ),
        soft_wrap=True,
    )


def show_scan(console: Console, answer: dict[str, Any]) -> None:
    """A text with its findings coloured, and below it each with its rule, score and reason."""
    if "line" in answer:
        console.print(Text(f"line {answer['line']}, {answer['field']}", style="dim"))
    text = Text(_printable(answer["text"]))
    for finding in reversed(answer["findings"]):
        style = f"bold {_COLOURS.get(finding['entity'], 'red')}"
        text.stylize(style, finding["start"], finding["end"])
    console.print(text, soft_wrap=True)
    if answer["findings"]:
        console.print(Text(_printable(answer["clean"]), style="dim"), soft_wrap=True)
    for finding in answer["findings"]:
        key = f" {finding['key']}" if finding["key"] else ""
        where = f"{finding['start']}–{finding['end']}"
        line = Text(f"  {finding['entity']:8}", style=_COLOURS.get(finding["entity"], "red"))
        line.append(f"{where:>9}  {finding['part']}{key}", style="default")
        line.append(f"  {finding['rule']} {finding['score']:.2f}: {finding['why']}", style="dim")
        console.print(line, soft_wrap=True)


def _printable(text: str) -> str:
    """With a `?` for each half of a surrogate pair, which UTF-8 does not have."""
    return text.encode(errors="replace").decode()


_HEAD = 4096  # bytes of a file that tell whether it is text
_UNPACK = "a log is read as it is with --format, texts are unpacked before"
_NO_TEXT = (
    (b"PAR1", "a Parquet file; weir classify looks at its columns"),
    (b"\x1f\x8b", f"packed (gzip); {_UNPACK}"),
    (b"\x28\xb5\x2f\xfd", f"packed (zstd); {_UNPACK}"),
)


def _no_text(head: bytes) -> str:
    """What a file is that holds no lines of text; nothing for one that does."""
    for sign, what in _NO_TEXT:
        if head.startswith(sign):
            return what
    return "no text: there are NUL bytes in it" if b"\0" in head else ""


def _lines(place: str) -> Iterator[str]:
    try:
        if place == "-":
            if isinstance(sys.stdin, io.TextIOWrapper):
                sys.stdin.reconfigure(encoding="utf-8", errors="replace")
            yield from sys.stdin
            return
        with Path(place).open("rb") as file:
            if what := _no_text(file.read(_HEAD)):
                raise InputError(f"{place}: {what}")
        with Path(place).open(encoding="utf-8", errors="replace") as lines:
            yield from lines
    except FileNotFoundError:
        hint = "" if re.fullmatch(r"[\w./~-]+", place) else "; of a text: echo 'TEXT' | weir scan"
        raise InputError(f"{place}: no such file{hint}") from None
    except IsADirectoryError:
        raise InputError(f"{place}: a directory; name a file in it") from None
    except OSError as error:
        raise InputError(f"{place}: cannot be read as text ({type(error).__name__})") from None


def _read(line: str, place: str) -> tuple[str, str]:
    """(field, text): of JSON with both; the line itself as `json` if it is another object, else as
    `text`."""
    raw = None
    if line.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):  # torn or too deep: its text is looked at
            raw = json.loads(line)
    if not isinstance(raw, dict):
        return "text", line
    named = raw.keys() & {"field", "text"}
    if not named or (len(named) == 1 and len(raw) > 2 and raw.get("field") not in FIELDS):
        return "json", line
    if len(named) == 1:
        raise InputError(f"{place}: JSON with `{min(named)}`, without {_other(raw, *named)}")
    field, text = raw["field"], raw["text"]
    if field not in FIELDS:
        told = isinstance(field, str) and _WORD.fullmatch(field)
        wrong = unknown("field", field, FIELDS) if told else "no such field"
        raise InputError(f"{place}: field: {wrong}; it is one of {', '.join(FIELDS)}")
    if not isinstance(text, str):
        raise InputError(f"{place}: text: give a string, in quotes")
    return field, text


def _other(raw: dict[str, Any], named: str) -> str:
    """The word that is missing, and what may be meant for it."""
    missing = "text" if named == "field" else "field"
    close = get_close_matches(missing, [name for name in raw if name != named], n=1)
    return f"`{missing}`" + (f"; '{close[0]}' is no word of it" if close else "")
