"""The commands that look and change nothing: at files, texts, tables and releases."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from weir.pipelines.ending import complain, ending
from weir.pipelines.options import (
    DEFAULT,
    ConfigOption,
    JsonOption,
    QuietOption,
    console_for,
    print_json,
    read,
)
from weir.schemas.errors import InputError, UsageError, WallError


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
    """Which format a log has, and how well it fits.

    Lines, parsed, rejected and why, from when to when. Nothing is kept. Ends with 2 if none fits,
    or the file is damaged.
    """
    from weir.pipelines.summary import show_inspection
    from weir.transforms.parse.inspect import inspect as look

    with ending():
        found = look(str(file), format_)
        if as_json:
            print_json(found)
        else:
            show_inspection(Console(), found)
        if found["damaged"] or (found["rejected"] and not found["parsed"]):
            raise typer.Exit(InputError.exit_code)


def scan(
    file: Annotated[
        str,
        typer.Argument(
            help='Lines: text, JSON {"field", "text"}, other JSON; a log: --format; `-`: stdin.'
        ),
    ] = "-",
    format_: Annotated[
        str,
        typer.Option(
            "--format", "-f", help="The file is a log: its format's name, a LogFormat string, auto."
        ),
    ] = "",
    mode: Annotated[
        str,
        typer.Option(
            "--mode",
            help="balanced, or strict: nothing unclear passes. Default: balanced, or what -c says.",
        ),
    ] = "",
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="Look as this weir.yaml does, its own recognizers too."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """What detection finds in given texts or in a log, and why."""
    from weir.pipelines.scanning import (
        LogScan,
        detector_of,
        log_hint,
        scan_lines,
        show_log_scan,
        show_scan,
    )

    with ending():
        read_config = read(config) if config else None
        detector = detector_of(mode, read_config)
        base = read_config.base if read_config else Path()
        log = LogScan(file, format_, detector, base) if format_ else None
        console = Console()
        if file == "-" and sys.stdin.isatty():
            complain("reading standard input; Ctrl-D ends it")
        if hint := "" if log or as_json else log_hint(file):
            complain(hint)
        for answer in log.answers() if log else scan_lines(file, detector):
            if as_json:
                print_json(answer, lines=True)
            else:
                show_scan(console, answer)
        if log and not as_json:
            show_log_scan(console, log)


def classify(
    file: Annotated[
        str,
        typer.Argument(help="A log, CSV, JSON or Parquet file, packed or not; `-`: stdin."),
    ],
    format_: Annotated[
        str,
        typer.Option(
            "--format", "-f", help="A log's format, or csv, tsv, json, parquet; auto: recognised."
        ),
    ] = "auto",
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="Look as this weir.yaml does, its own recognizers too."
        ),
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=1, help="Lines that are looked at.")
    ] = 50_000,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write the proposed YAML.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """What the fields of an unknown file are, and how to read it.

    Ends in the configuration that reads it. Tells counts and shapes, no value.
    """
    from weir.pipelines.classified import show
    from weir.pipelines.classifying import classify as look
    from weir.pipelines.classifying import save
    from weir.pipelines.scanning import detector_of

    with ending():
        detector = detector_of(config=read(config)) if config else None
        if file == "-" and sys.stdin.isatty():
            complain("reading standard input; Ctrl-D ends it")
        found = look(file, format_, sample, str(output or ""), detector)
        if as_json:
            print_json(found.to_json())
        else:
            show(Console(), found, str(output or ""))
        if output:
            save(found, output)


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
        ask(read(config).store_path, query, "json" if as_json else format_, output)


def verify(
    directory: Annotated[
        list[Path],
        typer.Argument(help="Releases, as they were handed over."),
    ],
    public_key: Annotated[
        Path | None,
        typer.Option("--public-key", "-k", help="signing.pub.json, obtained on another way."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check releases with the public key alone.

    Of each its signature and every file; nothing may be added or missing. Ends with 1 if any is not
    as it was signed. Needs no configuration.
    """
    from weir.pipelines.summary import show_verification
    from weir.pipelines.verify import verify as check

    worst = 0
    for number, one in enumerate(directory):
        try:
            with ending():
                report = check(one, public_key)
                if as_json:
                    print_json(report.to_json(), lines=len(directory) > 1)
                else:
                    print(end="\n" if number else "")
                    show_verification(Console(), report)
                worst = max(worst, int(not report.ok))
        except typer.Exit as end:  # the others are checked all the same
            worst = max(worst, end.exit_code)
    if worst:
        raise typer.Exit(worst)


def audit(
    store: Annotated[
        Path | None, typer.Argument(help="A store; default: the configuration's.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="Names store, keys, settings; not needed with STORE."),
    ] = None,
    keys: Annotated[
        Path | None,
        typer.Option("--keys", "-k", help="The operator's keys: look for known identifiers too."),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="What is unclear is a find, too; so it is where detection is strict."
        ),
    ] = False,
    show: Annotated[
        bool, typer.Option("--show", help="Shapes of some values; on a terminal only.")
    ] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """An independent look at what a store has published.

    Reads internal tables, editions and releases again with all recognizers at their most sensitive,
    strict mode's too: what that alone closes is listed as unclear. Changes nothing. Ends with 3 on
    a find; tells kinds, places and counts, never a value.
    """
    from weir.pipelines.audit import audit as look
    from weir.pipelines.audit import demand_keys
    from weir.pipelines.audited import audit_json, show_audit
    from weir.pipelines.scanning import detecting
    from weir.schemas.config import Detection

    with ending():
        if show and (as_json or not Console().is_terminal):
            raise UsageError("--show is for somebody at a terminal; leave it out")
        settings = read(config or DEFAULT) if config or not store else None
        place = str(store) if store else settings.store_path if settings else ""
        if keys:
            demand_keys(keys)
        known = keys or (Path(settings.at(settings.keys)) if settings else None)
        console = console_for(as_json, quiet)
        detection = detecting(settings) if settings else Detection()
        done = look(place, detection, known, strict, console)
        if as_json:
            print_json(audit_json(done))
        elif not quiet or not done.clean:
            show_audit(Console(), done, show)
        if not done.clean:
            raise typer.Exit(WallError.exit_code)
