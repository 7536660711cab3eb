"""Log formats by name: each a YAML file with a sample, so that nothing of them is code."""

from functools import cache
from importlib.resources import files

import yaml
from pydantic import Field, ValidationError, model_validator

from weir.schemas.config import Strict, _unknown, faults
from weir.schemas.errors import ConfigError
from weir.schemas.json_layout import JsonLayout

LAYOUTS = ("log_format", "json_layout")


class LogFormat(Strict):
    """How lines of a log are written. Just one of LAYOUTS says it.

    log_format: an Apache `LogFormat` or nginx `log_format` string. json: properties of JSON lines;
    see JsonLayout. sample: lines as the server
    writes them. dropped: what stands in them and is not read, and why.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    about: str
    sample: str
    log_format: str = ""
    json_layout: JsonLayout | None = Field(None, alias="json")  # a model's `json` is taken
    dropped: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_layout(self) -> "LogFormat":
        if sum(bool(getattr(self, name)) for name in LAYOUTS) != 1:
            names = (name.removesuffix("_layout") for name in LAYOUTS)
            raise ValueError(f"give just one of {', '.join(names)}")
        return self


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


def format_of(name_or_format: str) -> LogFormat:
    """A shipped format by name; what holds `%` or `$` is a format string already.

    Raises ConfigError for a name that is not known.
    """
    if "%" in name_or_format or "$" in name_or_format:
        return LogFormat(name="own", about="as the server has it", sample="-",
                         log_format=name_or_format)  # fmt: skip
    known = formats()
    if name_or_format not in known:
        hint = "; or write the server's own LogFormat or log_format string"
        raise ConfigError(_unknown("format", name_or_format, known) + hint)
    return known[name_or_format]
