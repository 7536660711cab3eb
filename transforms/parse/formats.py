"""Which parser reads a format."""

from pathlib import Path

from weir.schemas.formats import format_of
from weir.transforms.parse.jsonlogs import JsonLogParser
from weir.transforms.parse.logs import LogParser


def log_parser(
    name_or_format: str, base: Path | None = None, zone: str = "UTC"
) -> LogParser | JsonLogParser:
    """For a shipped format's name, a file of one (relative to `base`), or an Apache or nginx format
    string; `zone` is that of stamps which name none. Raises ConfigError."""
    format_ = format_of(name_or_format, base)
    if format_.json_layout is not None:
        return JsonLogParser(format_.json_layout)
    return LogParser.of(format_, zone)
