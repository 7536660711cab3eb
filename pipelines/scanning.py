"""`weir scan`: what detection finds in texts that somebody hands it, line by line."""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from weir.schemas.config import Detection
from weir.schemas.errors import InputError

FIELDS = ("path_query", "referer", "search", "ua", "json", "cookie", "text")
MODES = ("balanced", "strict")
_COLOURS = {
    "secret": "red", "card": "red", "ssn": "red", "iban": "red", "email": "magenta",
    "phone": "magenta", "name": "yellow", "address": "yellow", "birth": "yellow",
    "ip": "cyan", "geo": "cyan", "id": "cyan",
}  # fmt: skip


def scan_lines(place: str, mode: str = "balanced") -> Iterator[dict[str, Any]]:
    """Lines of a file, or `-` -> {"text", "clean", "findings"}, in order.

    A line is JSON {"field", "text"}, or plain text (field `text`).
    """
    from weir.transforms.detect import Detector, scan

    if mode not in MODES:
        raise InputError(f"--mode: '{mode}' is none; say {' or '.join(MODES)}")
    detector = Detector(Detection.model_validate({"mode": mode}))
    for number, line in enumerate(_lines(place), 1):
        if not line.strip():
            continue
        field, text = _read(line.rstrip("\r\n"), f"{place}:{number}")
        found = scan(field, text, detector)
        yield {"text": text, "clean": found.clean, "findings": found.findings}


def show_scan(console: Console, answer: dict[str, Any]) -> None:
    """A text with its findings coloured, and below it each with its rule, score and reason."""
    text = Text(answer["text"])
    for finding in reversed(answer["findings"]):
        style = f"bold {_COLOURS.get(finding['entity'], 'red')}"
        text.stylize(style, finding["start"], finding["end"])
    console.print(text, soft_wrap=True)
    if answer["findings"]:
        console.print(Text(answer["clean"], style="dim"), soft_wrap=True)
    for finding in answer["findings"]:
        key = f" {finding['key']}" if finding["key"] else ""
        where = f"{finding['start']}–{finding['end']}"
        line = Text(f"  {finding['entity']:8}", style=_COLOURS.get(finding["entity"], "red"))
        line.append(f"{where:>9}  {finding['part']}{key}", style="default")
        line.append(f"  {finding['rule']} {finding['score']:.2f}: {finding['why']}", style="dim")
        console.print(line, soft_wrap=True)


def _lines(place: str) -> Iterator[str]:
    if place == "-":
        yield from sys.stdin
        return
    try:
        with Path(place).open(encoding="utf-8") as lines:
            yield from lines
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{place}: cannot be read as text ({type(error).__name__})") from None


def _read(line: str, place: str) -> tuple[str, str]:
    """(field, text): of JSON with both, else the line itself as text."""
    raw = None
    if line.lstrip().startswith("{"):
        with suppress(ValueError):
            raw = json.loads(line)
    if not isinstance(raw, dict) or "text" not in raw or "field" not in raw:
        return "text", line
    field, text = raw["field"], raw["text"]
    if field not in FIELDS or not isinstance(text, str):
        raise InputError(f"{place}: field must be one of {', '.join(FIELDS)} and text a string")
    return field, text
