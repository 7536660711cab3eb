"""The command `weir`. Everything heavy is imported when it is used, so that --help is quick."""

import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from weir.pipelines import accounts, looks, reports
from weir.pipelines.dates import days
from weir.pipelines.ending import complain, ending
from weir.pipelines.memory import collect_seldom, keep_memory
from weir.pipelines.options import (
    DEFAULT,
    AcceptOption,
    ConfigOption,
    DateOption,
    FromOption,
    JsonOption,
    QuietOption,
    ToOption,
    console_for,
    night,
    print_json,
    read,
)
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


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"weir {version('weir-pipeline')}")  # the distribution's name, not the command's
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
            print_json({"config": str(made.config), "keys": str(made.keys)})
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
    console = console_for(as_json, quiet)

    def one(settings: "Config", day: dt.date) -> None:
        from weir.pipelines.nightly import nightly
        from weir.pipelines.summary import show_night

        done = nightly(night(settings, day, create=True), console, accept_incomplete, until)
        if as_json:
            print_json(done.to_json(), lines=first is not None)
        elif not quiet:
            show_night(console, done, config)
        made = "; tables were made, from what is there" if done.ingested.hits else ""
        _demand_whole(day, done.ingested.incomplete, accept_incomplete, made)

    _each_day(config, date, first, last, one, detecting=True)


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
    console = console_for(as_json, quiet)

    def one(settings: "Config", day: dt.date) -> None:
        from weir.pipelines.nightly import ingest_only
        from weir.pipelines.summary import show_ingest

        done = ingest_only(night(settings, day, create=True), console)
        if as_json:
            print_json(done.to_json(), lines=first is not None)
        elif not quiet:
            show_ingest(console, done)
        _demand_whole(day, done.ingested.incomplete, accept_incomplete)

    _each_day(config, date, first, last, one, detecting=True)


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
    console = console_for(as_json, quiet)

    def one(settings: "Config", day: dt.date) -> None:
        from weir.pipelines.nightly import aggregate_only
        from weir.pipelines.summary import show_tables

        tables = aggregate_only(night(settings, day), console)
        if as_json:
            print_json({"date": day.isoformat(), "tables": tables}, lines=first is not None)
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
    supersede: Annotated[
        bool,
        typer.Option("--supersede", help="Make it anew, where no change tells of fewer than k."),
    ] = False,
    period: Annotated[
        str | None,
        typer.Option(
            "--period",
            metavar="week|month",
            help="Visitors of the whole week or month of the date, over its editions.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what an edition would be; nothing is made.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Step 3: events to the edition of a date, made once and frozen."""
    console = console_for(as_json, quiet)

    if sum([bool(period), supersede, dry_run]) > 1:
        with ending():
            raise UsageError("--supersede, --period and --dry-run: one of them at a time")

    def one(settings: "Config", day: dt.date) -> None:
        if period:
            _period(console, night(settings, day), period, accept_incomplete, as_json, quiet)
            return
        if dry_run:
            _foresee(console, night(settings, day), accept_incomplete, as_json, first is not None)
            return
        from weir.pipelines.nightly import disclose_only
        from weir.pipelines.summary import show_edition

        edition = disclose_only(night(settings, day), console, accept_incomplete, supersede)
        if as_json:
            print_json(edition, lines=first is not None)
        elif not quiet:
            show_edition(console, edition)

    _each_day(config, date, first, last, one)


def _period(
    console: Console, of: "Night", grain: str, accept_incomplete: bool, as_json: bool, quiet: bool
) -> None:
    from weir.pipelines.nightly import period_only
    from weir.pipelines.summary import show_period

    told = period_only(of, grain, accept_incomplete)
    if as_json:
        print_json(told, lines=True)
    elif not quiet:
        show_period(console, told)


def _foresee(
    console: Console, of: "Night", accept_incomplete: bool, as_json: bool, lines: bool
) -> None:
    from weir.pipelines.foresee import foresee, show_foreseen

    foreseen = foresee(of, console, accept_incomplete=accept_incomplete)
    if as_json:
        print_json({"dry_run": True, **foreseen}, lines=lines)
    else:
        show_foreseen(console, foreseen)


@app.command()
def share(
    config: ConfigOption = DEFAULT,
    recipient: Annotated[
        str | None, typer.Option("--recipient", "-r", help="Name in the policy; default: all.")
    ] = None,
    date: DateOption = None,
    first: FromOption = None,
    last: ToOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go; nothing is shared or recorded.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Step 4: editions to a release for a recipient of the policy."""
    from weir.pipelines.nightly import share_only, share_remarks
    from weir.pipelines.summary import show_releases

    with ending():
        console = console_for(as_json, quiet)
        wanted = list(days(date, first, last))
        if dry_run:
            _rehearse(console, read(config), wanted, recipient, as_json)
            return
        settings = read(config)
        shared = share_only(settings, wanted, recipient)
        if as_json:
            print_json({"releases": shared.places, "passed_over": shared.passed})
        elif not quiet:
            show_releases(console, shared.places)
        for text in [*shared.passed, *share_remarks(settings, shared.places)]:
            complain(text)


def _rehearse(
    console: Console,
    config: "Config",
    wanted: list[dt.date],
    recipient: str | None,
    as_json: bool,
) -> None:
    from weir.pipelines.rehearse import rehearse_all, show_planned

    planned, passed = rehearse_all(config, wanted, recipient)
    if as_json:
        releases = [one.to_json() for one in planned]
        print_json({"dry_run": True, "releases": releases, "passed_over": passed})
        return
    for one in planned:
        show_planned(console, one)
    for text in passed:
        console.print(text, style="yellow", highlight=False, markup=False, soft_wrap=True)
    console.print("dry run: nothing was shared or recorded", style="dim", highlight=False)


for look in (
    looks.inspect,
    looks.scan,
    looks.classify,
    looks.audit,
    looks.sql,
    looks.verify,
):
    app.command()(look)
app.command()(reports.report)
app.add_typer(accounts.app)


def _demand_whole(day: dt.date, incomplete: list[str], accepted: bool, made: str = "") -> None:
    """What lacks rows may be looked at inside, but a scheduler must hear of it."""
    if incomplete and not accepted:
        raise WeirError(f"{day} is incomplete: {'; '.join(incomplete)}{made}")


def _each_day(
    config: Path,
    date: str | None,
    first: str | None,
    last: str | None,
    one: Callable[["Config", dt.date], None],
    *,
    detecting: bool = False,
) -> None:
    """Do every date, also after one that failed; end with the worst code (3 before 2 before 1)."""
    with ending():
        settings, wanted = read(config), list(days(date, first, last))
        if len(wanted) > 1 and any(source.is_standard_input for source in settings.sources):
            raise UsageError("standard input (-) can be read once; give one date, or files")
    from weir.pipelines import hands

    worst = 0
    for day in wanted:
        try:
            with hands.called(settings.engine, detecting=detecting), ending():
                one(settings, day)
        except typer.Exit as end:
            worst = max(worst, end.exit_code)
    if worst:
        raise typer.Exit(worst)


def main() -> None:
    """The entry point. Libraries below may speak of what they work on, so they keep silent."""
    keep_silent()
    os.umask(0o077)  # whatever a night writes is its user's alone until somebody says otherwise
    keep_memory()
    collect_seldom()
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
