"""Log formats by name: each a YAML file with a sample, so that nothing of them is code."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from weir.schemas.config import _where
from weir.schemas.errors import ConfigError
from weir.schemas.faults import faults
from weir.schemas.json_layout import JsonLayout
from weir.schemas.parsed import PARSED
from weir.schemas.shipped import read_yaml
from weir.schemas.strict import Strict, unknown

LAYOUTS = ("log_format", "pattern", "header", "json_layout")

COLUMNS = tuple(name for name in PARSED.names if name not in ("line", "seen_at"))
TARGETS = ("request", "request_uri", "path", "query", "arguments", "url")
"""What a target is made of: a request line; a target whole; path and query (`arguments` without the
question mark); a URL with its host."""

NAMED = ("cookie", "set_cookie", "header", "note")
"""Columns of one cookie, header or note: `cookie:NAME`."""


class Stamp(Strict):
    """A moment in one or several fields, and how it is written in them. of_day: a time of the day
    that Header.day tells."""

    fields: tuple[str, ...] = Field(min_length=1)
    formats: tuple[str, ...]  # strftime, one a field
    of_day: bool = False

    @model_validator(mode="after")
    def _one_each(self) -> "Stamp":
        if len(self.fields) != len(self.formats):
            raise ValueError("give as many `formats` as `fields`")
        return self


class Header(Strict):
    """Lines that are led by one which names their fields, as W3C's `#Fields:` does.

    begins: how that line begins; where it is `#`, other lines that begin so are comments. fields:
    our column, and their name of it; of several the first that the file has. time: likewise.
    day: how lines begin that tell the day of those behind them, as W3C's `#Date:` does. software:
    what lines `#Software:` say, where one server alone writes the format.
    decode: columns in which the server wrote something else for spaces (`plus`) or for all that is
    not plain (`percent`).
    """

    begins: str = Field("#Fields:", min_length=1)
    delimiter: Literal[" ", "\t", ",", "|", ";"] = " "
    time: tuple[Stamp, ...] = Field(min_length=1)
    day: str = Field("", pattern="^(#.+)?$")
    software: tuple[str, ...] = ()
    fields: dict[str, tuple[str, ...]]
    decode: dict[str, Literal["plus", "percent"]] = Field(default_factory=dict)

    @field_validator("fields", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {ours: [theirs] if isinstance(theirs, str) else theirs
                for ours, theirs in value.items()}  # fmt: skip

    @model_validator(mode="after")
    def _known(self) -> "Header":
        for name in (*self.fields, *self.decode):
            if not is_column(name):
                raise ValueError(unknown("column", name, (*COLUMNS, *TARGETS)))
        if not self.day and any(stamp.of_day for stamp in self.time):
            raise ValueError("time: `of_day` needs `day`")
        return self


class LogFormat(Strict):
    """How lines of a log are written. Just one of LAYOUTS says it.

    log_format: an Apache `LogFormat` or nginx `log_format` string. pattern: a line with
    placeholders, or several for the versions of a format, of which the first that fits counts.
    header: the file names its fields itself. json: properties of JSON lines; see JsonLayout.
    behind_syslog: a syslog prefix may stand before each line. mixed: it is for lines of several
    formats, and is recognised only where it reads more than each of them. sample: lines as the
    server writes them. dropped: what stands in them and is not read, and why.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    about: str
    sample: str
    log_format: str = ""
    pattern: tuple[str, ...] = ()
    header: Header | None = None
    json_layout: JsonLayout | None = Field(None, alias="json")  # a model's `json` is taken
    behind_syslog: bool = False
    mixed: bool = False
    dropped: dict[str, str] = Field(default_factory=dict)

    @field_validator("pattern", mode="before")
    @classmethod
    def _versions(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_layout(self) -> "LogFormat":
        if sum(bool(getattr(self, name)) for name in LAYOUTS) != 1:
            names = (name.removesuffix("_layout") for name in LAYOUTS)
            raise ValueError(f"give just one of {', '.join(names)}")
        return self


def is_column(name: str) -> bool:
    """A column that a format may fill."""
    prefix, colon, rest = name.partition(":")
    return name in COLUMNS or name in TARGETS or bool(colon and rest and prefix in NAMED)


_SHIPPED = files("weir.schemas") / "formats"


@cache
def names() -> tuple[str, ...]:
    """The names of the shipped formats, which are those of their files."""
    files_ = (path.name for path in _SHIPPED.iterdir())
    return tuple(sorted(f.removesuffix(".yaml") for f in files_ if f.endswith(".yaml")))


@cache
def formats() -> dict[str, LogFormat]:
    """The shipped formats by name. Raises ConfigError for a file that is not one."""
    return {name: _shipped(name) for name in names()}


@cache
def _shipped(name: str) -> LogFormat:
    return _read(f"{name}.yaml", (_SHIPPED / f"{name}.yaml").read_text(encoding="utf-8"))


def _read(place: str, text: str) -> LogFormat:
    try:
        raw = read_yaml(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{place}: not readable as YAML: {_where(error)}") from None
    if not isinstance(raw, dict):
        raise ConfigError(f"{place}: not a format; it needs name, about, sample and a layout")
    try:
        return LogFormat.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(faults(place, error, LogFormat)) from None


def format_of(name: str, base: Path | None = None) -> LogFormat:
    """A shipped format by name, or one in a file (`./ours.yaml`, relative to `base`); what holds
    `%` or `$` is a format string already.

    Raises ConfigError for a name that is not known or a file that is no format.
    """
    if name.endswith((".yaml", ".yml")):
        path = (base or Path()) / name
        try:
            return _read(str(path), path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{path}: no such file, or not to be read") from None
    if "%" in name or "$" in name:
        return LogFormat(name="own", about="as the server has it", sample="-", log_format=name)
    if name not in names():
        own = "write the server's own LogFormat or log_format string, or a format's file"
        raise ConfigError(unknown("format", name, (*names(), "auto"), own))
    return _shipped(name)
