"""What the commands share: their options, where they speak, and what they open."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from weir.pipelines.night import Night
    from weir.schemas.config import Config

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
DateOption = Annotated[
    str | None, typer.Option("--date", "-d", metavar="YYYY-MM-DD", help="The date, site's local.")
]
FromOption = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First date.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last date.")]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json", help="JSON on standard output, nothing else there; of several things a line each."
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")]
AcceptOption = Annotated[
    bool,
    typer.Option(
        "--accept-incomplete",
        help="Take a date although a source file was damaged, empty or still growing.",
    ),
]
DEFAULT = Path("weir.yaml")


def console_for(as_json: bool, quiet: bool) -> Console:
    """Where progress goes: standard error when standard output belongs to a machine."""
    return Console(file=sys.stderr if as_json else sys.stdout, quiet=quiet)


def read(path: Path) -> "Config":
    """The configuration; raises ConfigError with every fault."""
    from weir.schemas.config import Config

    return Config.read(path)


def night(config: "Config", day: dt.date, *, create: bool = False) -> "Night":
    """A night of the configuration's store, its policy and keys opened."""
    from weir.pipelines.night import Night

    return Night.open(config, day, create=create)


def print_json(value: Any, *, lines: bool = False) -> None:
    """One JSON document on standard output, or one JSON line of several."""
    indent = None if lines else 2
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(sys.stdout.encoding)
    except UnicodeEncodeError:  # half of a surrogate pair, or a terminal with fewer characters
        text = json.dumps(value, indent=indent)
    print(text)


def near(path: Path) -> Path:
    """A path as one would type it from here."""
    try:
        return path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path
