"""`weir scan`: what detection finds in texts that somebody hands it, line by line."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weir.schemas.errors import InputError

FIELDS = ("path_query", "referer", "search", "ua", "json", "cookie", "text")


def scan_lines(place: str) -> Iterator[dict[str, Any]]:
    """JSON lines {"field", "text"} of a file, or `-` -> {"text", "clean", "findings"}, in order."""
    from weir.transforms.detect import scan

    for number, line in enumerate(_lines(place), 1):
        if not line.strip():
            continue
        field, text = _read(line, f"{place}:{number}")
        found = scan(field, text)
        yield {"text": text, "clean": found.clean, "findings": found.findings}


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
    try:
        raw = json.loads(line)
        field, text = raw["field"], raw["text"]
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f'{place}: not {{"field": …, "text": …}} as JSON; write one a line'
        ) from None
    if field not in FIELDS or not isinstance(text, str):
        raise InputError(f"{place}: field must be one of {', '.join(FIELDS)} and text a string")
    return field, text
