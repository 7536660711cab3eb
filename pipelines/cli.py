"""The command `weir`. Everything heavy is imported when it is used, so that --help is quick."""

import datetime as dt
import gc
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console

from weir.pipelines.dates import days
from weir.pipelines.ending import ending
from weir.pipelines.memory import keep_memory
from weir.pipelines.silence import keep_silent, tell_bug
from weir.schemas.errors import UsageError, WeirError

if TYPE_CHECKING:
    from weir.pipelines.night import Night
    from weir.schemas.config import Config

app = typer.Typer(
    name="weir",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Turn web logs, action tags and script events into statistics that may be shared.\n\n"
    "Start with `weir init DIR`, then `weir run --config DIR/weir.yaml --date YYYY-MM-DD`.\n\n"
    "Exit codes: 0 done; 1 failed; 2 wrong use, configuration or input; 3 the wall refused.",
)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", show_default=True)
]
DateOption = Annotated[
    str | None, typer.Option("--date", "-d", metavar="YYYY-MM-DD", help="The date, site's local.")
]
FromOption = Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First date.")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last date.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on standard output, nothing else there.")
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


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"weir {version('weir')}")
        raise typer.Exit


@app.callback()
def _weir(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which it is."),
    ] = False,
) -> None:
    pass


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="Where to put it; made if it is not there.")],
    as_json: JsonOption = False,
) -> None:
    """Write a commented weir.yaml and fresh keys."""
    from weir.pipelines.begin import begin

    with ending():
        made = begin(directory)
        if as_json:
            _print_json({"config": str(made.config), "keys": str(made.keys)})
        else:
            Console().print(made.text(), highlight=False, soft_wrap=True)


@app.command()
def run(
    config: ConfigOption = DEFAULT,
    date: DateOption = None,
    first: FromOption = None,
    last: ToOption = None,
    until: Annotated[
        str, typer.Option("--until", help="Last step: aggregate, disclose or share.")
    ] = "share",
    accept_incomplete: AcceptOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """A whole night, one date or several.

    Ingest, aggregate, disclose and share, or as far as --until says.
    """
    console = _console(as_json, quiet)

    def one(settings: "Config", day: dt.date) -> None:
        from weir.pipelines.nightly import nightly
        from weir.pipelines.summary import show_night

        done = nightly(_night(settings, day, create=True), console, accept_incomplete, until)
        if as_json:
            _print_json(done.to_json(), lines=first is not None)
        elif not quiet:
            show_night(console, done, config)
        _demand_whole(day, done.ingested.incomplete, accept_incomplete)

    _each_day(config, date, first, last, one)


@app.command()
def ingest(
    config: ConfigOption = DEFAULT,
    date: DateOption = None,
    first: FromOption = None,
    last: ToOption = None,
    accept_incomplete: AcceptOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Step 1: raw files to restricted data and internal events."""
    console = _console(as_json, quiet)

    def one(settings: "Config", day: dt.date) -> None:
        from weir.pipelines.nightly import ingest_only
        from weir.pipelines.summary import show_ingest

        done = ingest_only(_night(settings, day, create=True), console)
        if as_json:
            _print_json(done.to_json(), lines=first is not None)
        elif not quiet:
            show_ingest(console, done)
        _demand_whole(day, done.ingested.incomplete, accept_incomplete)

    _each_day(config, date, first, last, one)


@app.command()
def aggregate(
    config: ConfigOption = DEFAULT,
    date: DateOption = None,
    first: FromOption = None,
    last: ToOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Step 2: events to the internal tables, and weir.duckdb."""
    console = _console(as_json, quiet)

    def one(settings: "Config", day: dt.date) -> None:
        from weir.pipelines.nightly import aggregate_only
        from weir.pipelines.summary import show_tables

        tables = aggregate_only(_night(settings, day), console)
        if as_json:
            _print_json({"date": day.isoformat(), "tables": tables}, lines=first is not None)
        elif not quiet:
            show_tables(console, day, tables)

    _each_day(config, date, first, last, one)


@app.command()
def disclose(
    config: ConfigOption = DEFAULT,
    date: DateOption = None,
    first: FromOption = None,
    last: ToOption = None,
    accept_incomplete: AcceptOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Step 3: events to the edition of a date, made once and frozen."""
    console = _console(as_json, quiet)

    def one(settings: "Config", day: dt.date) -> None:
        from weir.pipelines.nightly import disclose_only
        from weir.pipelines.summary import show_edition

        edition = disclose_only(_night(settings, day), accept_incomplete)
        if as_json:
            _print_json(edition, lines=first is not None)
        elif not quiet:
            show_edition(console, edition)

    _each_day(config, date, first, last, one)


@app.command()
def share(
    config: ConfigOption = DEFAULT,
    recipient: Annotated[
        str | None, typer.Option("--recipient", "-r", help="Name in the policy; default: all.")
    ] = None,
    date: DateOption = None,
    first: FromOption = None,
    last: ToOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Step 4: editions to a release for a recipient of the policy."""
    from weir.pipelines.nightly import share_only
    from weir.pipelines.summary import show_releases

    with ending():
        console = _console(as_json, quiet)
        releases = share_only(_read(config), list(days(date, first, last)), recipient)
        if as_json:
            _print_json({"releases": releases})
        elif not quiet:
            show_releases(console, releases)


@app.command()
def inspect(
    file: Annotated[
        Path, typer.Argument(help="A log file, plain or compressed; `-` for standard input.")
    ],
    format_: Annotated[
        str,
        typer.Option(
            "--format", "-f", help="A format's name, or a LogFormat string; auto: recognised."
        ),
    ] = "auto",
    as_json: JsonOption = False,
) -> None:
    """Which format a log has and how well it fits: lines, parsed, rejected and why. Nothing is
    kept."""
    from weir.pipelines.summary import show_inspection
    from weir.transforms.parse.inspect import inspect as look

    with ending():
        found = look(str(file), format_)
        if as_json:
            _print_json(found)
        else:
            show_inspection(Console(), found)


@app.command()
def scan(
    file: Annotated[
        str,
        typer.Argument(help='Lines of text or JSON {"field", "text"}; `-` for standard input.'),
    ] = "-",
    mode: Annotated[
        str, typer.Option("--mode", help="balanced, or strict: nothing unclear passes.")
    ] = "balanced",
    as_json: JsonOption = False,
) -> None:
    """What detection finds in given texts, and why."""
    from weir.pipelines.scanning import scan_lines, show_scan

    with ending():
        for answer in scan_lines(file, mode):
            if as_json:
                _print_json(answer, lines=True)
            else:
                show_scan(Console(), answer)


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SQL query over the views of weir.duckdb.")],
    config: ConfigOption = DEFAULT,
    format_: Annotated[
        str,
        typer.Option("--format", "-f", help="table, csv, json or parquet; default: as -o ends."),
    ] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file to write.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the internal tables: SELECT * FROM traffic."""
    from weir.pipelines.query import run as ask

    with ending():
        ask(_read(config).store_path, query, "json" if as_json else format_, output)


@app.command()
def verify(
    directory: Annotated[Path, typer.Argument(help="A release, as it was handed over.")],
    public_key: Annotated[
        Path | None,
        typer.Option("--public-key", "-k", help="signing.pub.json, obtained on another way."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a release with the public key alone.

    Its signature and every file; nothing may be added or missing. Needs no configuration.
    """
    from weir.pipelines.summary import show_verification
    from weir.pipelines.verify import verify as check

    with ending():
        report = check(directory, public_key)
        if as_json:
            _print_json(report.to_json())
        else:
            show_verification(Console(), report)
        if not report.ok:
            raise typer.Exit(1)


def _demand_whole(day: dt.date, incomplete: list[str], accepted: bool) -> None:
    """What lacks rows may be looked at inside, but a scheduler must hear of it."""
    if incomplete and not accepted:
        raise WeirError(f"{day} is incomplete: {'; '.join(incomplete)}")


def _each_day(
    config: Path,
    date: str | None,
    first: str | None,
    last: str | None,
    one: Callable[["Config", dt.date], None],
) -> None:
    """Do every date, also after one that failed; end with the worst code (3 before 2 before 1)."""
    with ending():
        settings, wanted = _read(config), list(days(date, first, last))
        if len(wanted) > 1 and any(source.is_standard_input for source in settings.sources):
            raise UsageError("standard input (-) can be read once; give one date, or files")
    from weir.pipelines import hands

    worst = 0
    for day in wanted:
        try:
            with hands.called(settings.engine), ending():
                one(settings, day)
        except typer.Exit as end:
            worst = max(worst, end.exit_code)
    if worst:
        raise typer.Exit(worst)


def _console(as_json: bool, quiet: bool) -> Console:
    """Where progress goes: standard error when standard output belongs to a machine."""
    return Console(file=sys.stderr if as_json else sys.stdout, quiet=quiet)


def _read(path: Path) -> "Config":
    from weir.schemas.config import Config

    return Config.read(path)


def _night(config: "Config", day: dt.date, *, create: bool = False) -> "Night":
    from weir.pipelines.night import Night

    return Night.open(config, day, create=create)


def _print_json(value: Any, *, lines: bool = False) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=None if lines else 2))


def main() -> None:
    """The entry point. Libraries below may speak of what they work on, so they keep silent."""
    keep_silent()
    os.umask(0o077)  # whatever a night writes is its user's alone until somebody says otherwise
    keep_memory()
    # Importing and wiring make a million objects that stay: looked at less often, half a second.
    gc.set_threshold(100_000, 20, 20)
    try:
        app()
    except SystemExit as end:
        _end_now(end.code if isinstance(end.code, int) else bool(end.code))
    except Exception as error:  # else Typer prints it, with all that it says
        tell_bug(error)
        _end_now(1)


def _end_now(code: int) -> NoReturn:
    """All is written and said. What Beam's idle threads hold on to would take a second to go."""
    sys.stdout.flush()
    sys.stderr.flush()
    if "weir.pipelines.hands" in sys.modules:
        sys.modules["weir.pipelines.hands"].tidy()
    os._exit(code)


if __name__ == "__main__":
    main()
