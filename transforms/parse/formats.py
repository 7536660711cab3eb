"""Which parser reads a format."""

from weir.schemas.formats import format_of
from weir.transforms.parse.logs import LogParser


def log_parser(name_or_format: str) -> LogParser:
    """For a shipped format's name, or an Apache or nginx format string. Raises ConfigError."""
    return LogParser.compile(format_of(name_or_format).log_format)
