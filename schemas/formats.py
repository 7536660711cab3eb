"""Log formats by name: each a YAML file under a sample line."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import Field, ValidationError

from weir.schemas.config import Strict, _unknown, faults
from weir.schemas.errors import ConfigError


class LogFormat(Strict):
    """A format as servers are told it: an Apache `LogFormat` or nginx `log_format` string."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    about: str = ""
    log_format: str


@cache
def formats() -> dict[str, LogFormat]:
    """The shipped formats by name. Raises ConfigError for a file that is not one."""
    folder = files("weir.schemas") / "formats"
    paths = sorted(path.name for path in folder.iterdir() if path.name.endswith(".yaml"))
    found = [_read(name, (folder / name).read_text(encoding="utf-8")) for name in paths]
    return {one.name: one for one in found}


def _read(place: str, text: str) -> LogFormat:
    try:
        return LogFormat.model_validate(yaml.safe_load(text))
    except ValidationError as error:
        raise ConfigError(faults(place, error, LogFormat)) from None


def format_string(name_or_format: str) -> str:
    """A shipped format's string; what holds `%` or `$` is a format string already.

    Raises ConfigError for a name that is not known.
    """
    if "%" in name_or_format or "$" in name_or_format:
        return name_or_format
    known = formats()
    if name_or_format not in known:
        hint = "; or write the server's own LogFormat or log_format string"
        raise ConfigError(_unknown("format", name_or_format, known) + hint)
    return known[name_or_format].log_format
