"""Which parser reads a format."""

from weir.schemas.formats import format_of
from weir.transforms.parse.jsonlogs import JsonLogParser
from weir.transforms.parse.logs import LogParser


def log_parser(name_or_format: str) -> LogParser | JsonLogParser:
    """For a shipped format's name, or an Apache or nginx format string. Raises ConfigError."""
    format_ = format_of(name_or_format)
    if format_.json_layout is not None:
        return JsonLogParser(format_.json_layout)
    return LogParser.compile(format_.log_format)
