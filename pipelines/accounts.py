"""`weir ledger`: what was run, made, released and told; listed, exported, checked, added to."""

import csv
import json
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from weir.pipelines.dates import days
from weir.pipelines.ending import ending
from weir.pipelines.options import DEFAULT, ConfigOption, JsonOption, print_json, read
from weir.pipelines.prose import draw, some
from weir.schemas.errors import UsageError, WallError

if TYPE_CHECKING:
    from weir.pipelines.ledger import Entry
    from weir.pipelines.reconcile import Reconciled

SHOWN = 50
COLUMNS = ("number", "at", "kind", "subject", "facts", "before", "hash")

app = typer.Typer(
    name="ledger",
    help="What was run, made, released and told.\n\nWithout a command: the last entries.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

KindOption = Annotated[
    str | None,
    typer.Option(
        "--kind",
        "-k",
        help="Only these: run, edition, period, release, disclosure, budget or noise.",
    ),
]


@app.callback()
def ledger(
    context: typer.Context,
    config: ConfigOption = DEFAULT,
    kind: KindOption = None,
    recipient: Annotated[
        str | None, typer.Option("--recipient", "-r", help="Only what this one got.")
    ] = None,
    date_: Annotated[
        str | None, typer.Option("--date", "-d", metavar="YYYY-MM-DD", help="Only of this date.")
    ] = None,
    last: Annotated[int, typer.Option("--last", "-n", help="So many of the end; 0: all.")] = SHOWN,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file: .csv, .json or .jsonl; all.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List entries, or export them."""
    if context.invoked_subcommand:
        return
    with ending():
        entries = _chosen(config, kind, recipient, date_)
        if output:
            _export(entries, output)
        elif as_json:
            print_json([vars(entry) for entry in entries])
        else:
            _show(Console(), entries, last)


@app.command()
def check(
    config: ConfigOption = DEFAULT,
    head: Annotated[
        str | None,
        typer.Option("--head", help="Hash that an earlier check told, and you kept elsewhere."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check the chain of entries, and every edition and release of the store against it."""
    from weir.pipelines.reconcile import reconcile

    with ending():
        found = reconcile(read(config), head)
        if as_json:
            print_json(found.to_json())
        else:
            _show_check(Console(), found)
        if found.faults:
            raise typer.Exit(WallError.exit_code)


@app.command()
def record(
    to: Annotated[str, typer.Option("--to", help="Who got it: a court, a contractor, ….")],
    reason: Annotated[str, typer.Option("--reason", help="Why it was given.")],
    reference: Annotated[
        str, typer.Option("--reference", help="Your file number, where the rest is written.")
    ],
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="Kind of recipient; may be left out if the policy names it."),
    ] = None,
    given: Annotated[
        list[Path] | None,
        typer.Option("--file", help="What was given; its checksum is recorded. May be repeated."),
    ] = None,
    config: ConfigOption = DEFAULT,
    as_json: JsonOption = False,
) -> None:
    """Record what was disclosed by hand: to a court, an authority, a contractor.

    Who it was about stands in your file, not here: texts that hold personal data are refused.
    """
    from weir.pipelines.by_hand import record_by_hand

    with ending():
        entry = record_by_hand(read(config), to, kind, reason, reference, given or [])
        if as_json:
            print_json(vars(entry))
        else:
            Console().print(
                f"recorded as entry {entry.number}, {entry.hash}", highlight=False, soft_wrap=True
            )


def _chosen(
    config: Path, kind: str | None, recipient: str | None, day: str | None
) -> "list[Entry]":
    from weir.pipelines.ledger import KINDS, Ledger

    if kind is not None and kind not in KINDS:
        raise UsageError(f"--kind: '{kind}' is none; say {', '.join(KINDS)}")
    (wanted,) = days(day, None, None) if day is not None else ("",)
    settings = read(config)
    return [
        entry
        for entry in Ledger(Path(settings.at(settings.ledger))).entries()
        if kind in (None, entry.kind)
        and recipient in (None, entry.facts.get("recipient"))
        and (day is None or _is_of(entry, str(wanted)))
    ]


def _is_of(entry: "Entry", day: str) -> bool:
    """A run or an edition of the date, a release that holds it, or what was recorded on it."""
    if entry.kind == "release":
        first, _, rest = entry.subject.partition("_")
        return first <= day <= rest[: len(day)]
    if entry.kind == "disclosure":
        return entry.at.startswith(day)
    if entry.kind == "period":
        return day in entry.facts.get("days", ())
    return day in (entry.subject, entry.facts.get("date"))


def _export(entries: "Sequence[Entry]", output: Path) -> None:
    rows = [vars(entry) for entry in entries]
    if output.suffix == ".json":
        text = json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    elif output.suffix == ".jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    elif output.suffix == ".csv":
        text = _csv(rows)
    else:
        raise UsageError(f"{output}: ends with none of .csv, .json and .jsonl")
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror})") from None
    print(f"{some(len(rows), 'entry', 'entries')} in {output}", file=sys.stderr)


def _csv(rows: list[dict[str, Any]]) -> str:
    from weir.transforms.sheet import safe_text

    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        facts = json.dumps(row["facts"], sort_keys=True, ensure_ascii=False)
        writer.writerow({**row, "facts": facts, "subject": safe_text(row["subject"])})
    return text.getvalue()


def _show(console: Console, entries: "Sequence[Entry]", last: int) -> None:
    if not entries:
        console.print("no entry", highlight=False)
        return
    shown = entries[-last:] if last > 0 else entries
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("no.", justify="right")
    for name in ("at (UTC)", "kind"):
        table.add_column(name, no_wrap=True)
    table.add_column("what", overflow="fold")
    for entry in shown:
        at = entry.at[:16].replace("T", " ")
        table.add_row(str(entry.number), at, entry.kind, Text(_told(entry)))
    draw(console, table)
    if len(shown) < len(entries):
        console.print(
            f"the last {len(shown)} of {len(entries):,}; --last 0 shows all, -o FILE exports them",
            style="dim", highlight=False,
        )  # fmt: skip


def _told(entry: "Entry") -> str:
    try:
        return _sentence(entry)
    except (KeyError, TypeError, ValueError, AttributeError):
        return f"{entry.subject}: facts that no {entry.kind} has; see `weir ledger --json`"


def _sentence(entry: "Entry") -> str:
    facts = entry.facts
    if entry.kind == "run":
        return f"{facts['step']} of {facts['date']} ({entry.subject})"
    if entry.kind == "edition":
        policy = facts["policy"]
        again = f", supersedes {facts['supersedes'][:16]}" if "supersedes" in facts else ""
        tables = f"{some(facts['tables'], 'table')} of all its sites"
        return f"{entry.subject}, {tables}, policy {_version(policy)}{again}"
    if entry.kind == "period":
        return f"visitors of {entry.subject}, over {some(len(facts['days']), 'day')}"
    if entry.kind == "release":
        return f"{entry.subject} to {facts['recipient']}: {', '.join(facts['tables'])}"
    if entry.kind == "budget":
        return f"{entry.subject}: {_costs(facts['losses'])}"
    if entry.kind == "noise":
        return f"{entry.subject}: drawn and kept"
    return f"{entry.subject} to {facts['recipient']} ({facts['as']}): {facts['reason']}"


def _costs(losses: dict[str, dict[str, float]]) -> str:
    """What was charged, by kind of unit: `visitor: rho 0.0123, delta 1e-07`."""
    return "; ".join(
        f"{unit}: " + ", ".join(f"{name} {value:.3g}" for name, value in loss.items() if value)
        for unit, loss in losses.items()
    )


def _version(policy: dict[str, Any]) -> str:
    return f"{policy['name']} {policy['version']}"


def _show_check(console: Console, found: "Reconciled") -> None:
    def tell(text: str, style: str = "") -> None:
        console.print(Text(text, style=style), soft_wrap=True)

    tell(f"{some(found.entries, 'entry', 'entries')}, each chained to the one before it")
    tell(f"{some(found.editions, 'edition')} and {some(found.releases, 'release')} recorded")
    for name in found.gone:
        tell(
            f"  gone   {name}: recorded, and not there: removed, or its share was killed; the "
            "same `weir share` makes it"
        )
    for name, dates in found.outdated.items():
        tell(
            f"  old    {name}: its edition of {', '.join(dates)} was superseded; the same "
            "`weir share` makes the release that says so"
        )
    for fault in found.faults:
        tell(f"  wrong  {fault}", "red")
    if not found.faults:
        tell("ledger and store agree", "green")
    tell(f"head   {found.head}")
    tell("keep it elsewhere; with --head the next check shows if the end was cut off", "dim")
