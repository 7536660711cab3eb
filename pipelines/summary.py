"""What a person reads when a step is done: what came in, what was held back, what left."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from shutil import which
from typing import Any

from rich.console import Console
from rich.text import Text

from weir.pipelines.editions import edition_place
from weir.pipelines.nightly import IngestDone, NightDone
from weir.pipelines.options import near
from weir.pipelines.prose import draw, some, tell
from weir.pipelines.steps import Ingested
from weir.pipelines.tolls import a_table, show_bounds, spent_in_words
from weir.schemas.config import Config
from weir.schemas.manifests import FileCount
from weir.schemas.policy import Policy

SHOWN_NAMES = 8
_STAYS = "Left: nothing new; the edition that was made earlier stays as it is"
_WORDS = {  # what detection calls a finding -> what a reader does
    "email": "e-mail addresses", "phone": "telephone numbers", "name": "names",
    "id": "ids of people or devices", "ip": "network addresses", "secret": "passwords and tokens",
    "card": "card numbers", "iban": "bank accounts", "address": "postal addresses",
    "geo": "places on a map", "birth": "birth dates", "ssn": "social security numbers",
    "unreadable": "values that could not be judged",
}  # fmt: skip


def show_night(console: Console, done: NightDone, config: Path) -> None:
    """The end of `weir run`."""
    day = done.night.day
    console.print(Text(f"\nWeir · night of {day:%A}, {day.day} {day:%B %Y}", style="bold"))
    _came_in(console, done.night.config, done.ingested)
    if not done.ingested.hits:
        tell(console, "\nNothing was kept of the date: its tables are empty", "yellow")
        return
    console.print()
    _held_back(console, done.ingested)
    console.print()
    _measured(console, done)
    console.print()
    _left(console, done, config)
    for line in done.remarks:
        tell(console, f"  ! {line}", "yellow")
    console.print()
    _look_next(console, done, config)


def show_ingest(console: Console, done: IngestDone) -> None:
    """The end of `weir ingest`."""
    console.print(Text(f"\nWeir · ingest of {done.night.day}", style="bold"))
    _came_in(console, done.night.config, done.ingested)
    if done.ingested.kept:
        console.print()
        _held_back(console, done.ingested)


def show_tables(console: Console, day: date, tables: dict[str, int]) -> None:
    """The end of `weir aggregate`."""
    table = a_table(f"Tables of {day}", ("table", "left"), ("rows", "right"))
    for name, rows in tables.items():
        table.add_row(name, f"{rows:,}")
    draw(console, table)


def show_edition(console: Console, edition: dict[str, Any]) -> None:
    """The end of `weir disclose`."""
    state = "made" if edition.get("made") else "frozen earlier, kept as it is"
    console.print(Text(f"\nEdition of {edition['date']}: {state}", style="bold"))
    table = a_table(
        "", ("site", "left"), ("table", "left"), ("rows", "right"), ("left out", "right")
    )
    for entry in edition["tables"]:
        left_out = "noise" if "noise" in entry else f"{entry['suppressed']:,}"
        table.add_row(entry["site"], entry["table"], f"{entry['rows']:,}", left_out)
    draw(console, table)
    show_noise(console, edition)
    show_bounds(console, edition["tables"])
    for note in _notes(edition):
        tell(console, f"  {note}")


def show_period(console: Console, told: dict[str, Any]) -> None:
    """The end of `weir disclose --period`."""
    made = "made" if told["made"] else "made before"
    heading = f"Visitors of the {told['period']}, {told['first']} to {told['last']}: {made}"
    console.print(Text(f"\n{heading}", style="bold"))
    for table in told["tables"]:
        state = f"over {some(len(told['days']), 'edition')}" if table["rows"] else "withheld"
        console.print(f"  {table['site']}  {state}", highlight=False, markup=False)
    for note in told["notes"]:
        tell(console, f"  {note}")


def _notes(edition: dict[str, Any]) -> Sequence[str]:
    """What there is to say of an edition; of one that was there the first says just that."""
    notes: Sequence[str] = edition.get("notes", ())
    return notes if edition.get("made") else notes[1:]


def show_noise(console: Console, edition: dict[str, Any]) -> None:
    """The tables that have noise: what they may tell, how far they are off, which are no use."""
    noisy = [entry for entry in edition["tables"] if "noise" in entry]
    if not noisy:
        return
    columns = (
        ("site", "left"),
        ("table", "left"),
        ("may tell at most", "left"),
        ("off by", "right"),
    )
    table = a_table("With noise", *columns)
    for entry in noisy:
        off = "-" if entry["noise"]["error"] is None else f"{entry['noise']['error']:.1%}"
        table.add_row(entry["site"], entry["table"], spent_in_words(entry["noise"]["spent"]), off)
    draw(console, table)
    for spent in edition["spent"]:
        tell(console, f"  all of a site together: {_month(spent)}")
    useless = sorted({entry["table"] for entry in noisy if not entry["noise"]["usable"]})
    if useless:
        tell(console, f"  too small for their budget: {', '.join(useless)}", "yellow")


def _month(spent: dict[str, Any]) -> str:
    """`ε 4, δ 1e-06 of a visitor's day; 30 such days in a row ε 30.4, δ 1.55e-05`."""
    told = f"{spent_in_words([spent])}, δ {spent['delta']:.3g}"
    if spent["period"] == "month":
        return told
    month = spent["month"]
    return f"{told}; {month['days']} days ε {month['epsilon']:.3g}, δ {month['delta']:.3g}"


def show_releases(console: Console, releases: Iterable[str]) -> None:
    """The end of `weir share`."""
    for path in releases:
        console.print(f"release  {path}", highlight=False, soft_wrap=True)
        console.print(f"  look   {path}/report.html", highlight=False, soft_wrap=True)
        console.print(f"  check  {_weir()} verify {path}", highlight=False, soft_wrap=True)


def show_inspection(console: Console, found: dict[str, Any]) -> None:
    """The answer of `weir inspect`."""
    console.print(
        f"{found['file']}: {found['format']} ({found['why']})", highlight=False, soft_wrap=True
    )
    others = "".join(f", {count:,} {why}" for why, count in found["filtered"].items())
    console.print(
        f"  {some(found['lines'], 'line')}, {found['parsed']:,} parsed, "
        f"{found['rejected']:,} rejected{others}"
    )
    if found["first"]:
        first, last = (found[end][:16].replace("T", " ") for end in ("first", "last"))
        console.print(f"  from {first} to {last} UTC", highlight=False)
    for told in filter(None, (found["damaged"], found["unread"])):
        tell(console, f"  {told}")
    for reason, count in sorted(found["reasons"].items()):
        console.print(f"  {count:>9,}  {reason}", highlight=False)
    for example in found.get("examples", ()):
        console.print(
            f"    line {example['line']}: {example['shape']}",
            markup=False, highlight=False, soft_wrap=True,
        )  # fmt: skip
    if 2 * found["rejected"] > found["lines"]:
        console.print("  another --format may fit: a shipped name, or your server's own string")


def show_verification(console: Console, report: Any) -> None:
    """The answer of `weir verify`."""
    for line in report.lines():
        tell(console, line)


def _came_in(console: Console, config: Config, ingested: Ingested) -> None:
    base = config.base
    names = _columns(ingested)
    table = a_table("Came in", ("file", "left"), *((name, "right") for name in names))
    counts = [_counts(file) for file in ingested.files]
    for file, count in zip(ingested.files, counts, strict=True):
        table.add_row(_from(base, file.path), *(f"{count[name]:,}" for name in names))
    if len(counts) > 1:
        table.add_section()
        table.add_row("together", *(f"{sum(c[name] for c in counts):,}" for name in names))
    draw(console, table)
    rate = ingested.read / max(ingested.seconds, 0.001)
    tell(
        console,
        f"  Rows add up: lines = {' + '.join(names[1:])}. "
        f"({ingested.seconds:.1f} s, {rate:,.0f} lines/s)",
    )
    for path, chosen in sorted(ingested.formats.items()):
        tell(console, f"  {_from(base, path)}: {chosen.format} ({chosen.why})")
    for text in _of_other_dates(config, ingested):
        tell(console, f"  ! {text}", "yellow")
    for line in [*ingested.warnings, *ingested.incomplete]:
        tell(console, f"  ! {line}", "yellow")
    if ingested.skewed:
        tell(
            console,
            f"  {some(ingested.skewed, 'hit')} by clocks that are more than a minute off, at most "
            f"{_span(ingested.skew_s)}; ours counts",
        )
    _quarantined(console, base, ingested)


def _of_other_dates(config: Config, ingested: Ingested) -> Iterator[str]:
    """For each source of one file a date: its lines of other dates, and what that may mean."""
    others: Counter[str] = Counter()
    for file in ingested.files:
        others[file.source] += file.filtered.get("other_date", 0)
    for source in config.sources:
        path = source.path
        if not others[source.name] or "{date}" not in path or re.search(r"\{date[+-]", path):
            continue
        before, after = (path.replace("{date}", f"{{date{side}1}}") for side in "-+")
        dates = ingested.other_dates.get(source.name, "without a time")
        yield (
            f"{source.name}: {some(others[source.name], 'line is', 'lines are')} of other dates "
            f"({dates}), so lines of this one may lie in the file before or after it. Name that "
            f"one, too, before the edition is made: path: {before}|{path} or {path}|{after}; or, "
            "if one file holds all dates, a path without {date}"
        )


def _span(seconds: int) -> str:
    """A length of time in the unit that fits."""
    for size, unit in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size:,} {unit}"
    return f"{seconds} seconds"


def _counts(file: FileCount) -> Counter[str]:
    """Lines of a file by what became of them."""
    filtered = {name.replace("_", " "): count for name, count in file.filtered.items()}
    gone = sum(file.quarantined.values())
    return Counter({"lines": file.read, "kept": file.kept, **filtered, "quarantined": gone})


def _columns(ingested: Ingested) -> list[str]:
    """Lines, kept, each reason that any file has, quarantined."""
    counts = [_counts(file) for file in ingested.files]
    reasons = sorted({name for count in counts for name in +count})
    ends = ("lines", "kept", "quarantined")
    return ["lines", "kept", *(name for name in reasons if name not in ends), "quarantined"]


def _quarantined(console: Console, base: Path, ingested: Ingested) -> None:
    """Each reason once, with the place of the first such line."""
    counts: Counter[str] = Counter()
    for file in ingested.files:
        counts.update(file.quarantined)
    for reason, count in counts.most_common():
        first = next((r for r in ingested.rejects if r.reason == reason), None)
        place = f"{_from(base, first.path)}:{first.line}" if first else some(count, "line")
        others = f", and {count - 1:,} more like it" if first and count > 1 else ""
        tell(console, f"  {place}: {reason}; kept in quarantine{others}")


def _held_back(console: Console, ingested: Ingested) -> None:
    where = "in paths, referrers, parameters, labels"
    table = a_table("Held back", (where, "left"), ("times", "right"))
    for entity, count in ingested.replaced.most_common():
        words = _WORDS.get(entity, entity)
        table.add_row(f"{words}, now {{{entity}}}", f"{count:,}")
    for kind, count in sorted(ingested.proof_replaced.items()):
        words = _WORDS.get(kind, kind)
        table.add_row(f"{words} that only the proof recognised, now {{{kind}}}", f"{count:,}")
    if table.row_count:
        draw(console, table)
    else:
        console.print(Text("Held back", style="bold"))
    for line in (
        "Addresses, cookies and user ids became pseudonyms that last a day.",
        f"Proof: {some(ingested.identifiers, 'identifier was', 'identifiers were')} looked for in "
        f"the {some(ingested.strings, 'distinct text that was', 'distinct texts that were')} to "
        "cross.",
    ):
        tell(console, f"  {line}")
    if ingested.undeclared_rare:
        told = (
            "  Undeclared parameters dropped, not named here since few sent them or they may name"
        )
        tell(console, f"{told} somebody: {ingested.undeclared_rare:,}")
    if ingested.undeclared:
        names = ", ".join(ingested.undeclared[:SHOWN_NAMES])
        more = len(ingested.undeclared) - SHOWN_NAMES
        others = f" and {more} more" if more > 0 else ""
        tell(console, f"  Parameters that nothing declares, dropped: {names}{others}")


def _measured(console: Console, done: NightDone) -> None:
    from weir.pipelines.query import rows

    table = a_table(
        "Measured inside, exact, for analysts", ("site", "left"), ("visitors", "right"),
        ("users", "right"), ("visits", "right"), ("page views", "right"), ("robots' hits", "right"),
    )  # fmt: skip
    query = (
        "SELECT site, visitors, users, visits, pageviews, bot_hits FROM traffic "
        f"WHERE date = DATE '{done.night.day}' ORDER BY site"
    )
    for site, *numbers in rows(done.night.config.store_path, query):
        table.add_row(site, *(f"{number:,}" for number in numbers))
    draw(console, table)


def _crowds(policy: Policy, tables: list[str]) -> str:
    """The people of each row at least, in most of the tables; where it is less, of which."""
    least = Counter(policy.rule(table).k for table in tables)
    most = max(least, key=lambda k: (least[k], k), default=0)
    fewer = dict.fromkeys(table for table in tables if policy.rule(table).k < most)
    less = "".join(f" ({policy.rule(table).k} in {table})" for table in fewer)
    return f"{most} people each{less}"


def _made(policy: Policy, entries: list[dict[str, Any]]) -> str:
    """How many rows an edition has, and of how many people each."""
    rows = sum(entry["rows"] for entry in entries)
    if not rows:
        return "nothing in it; too few people for any row"
    crowd = _crowds(policy, [entry["table"] for entry in entries if entry["rows"]])
    return f"{some(rows, 'row')} of at least {crowd}"


def _left(console: Console, done: NightDone, config: Path) -> None:
    earlier = edition_place(done.night.store, done.night.day).exists()
    if done.withheld and earlier:
        tell(console, f"{_STAYS}, since the date is incomplete now", "yellow")
        return
    if done.withheld:
        told = "Left: nothing, since the date is incomplete (see the line with ! above)"
        tell(console, told, "yellow")
        console.print(
            f"  make the edition all the same: {_weir()} disclose -c {near(config)} "
            f"-d {done.night.day} --accept-incomplete",
            highlight=False, soft_wrap=True,
        )  # fmt: skip
        return
    if done.edition is None:
        why = "the run was told to end before an edition is made"
        console.print(_STAYS if earlier else f"Left: nothing; {why}")
        return
    crowds = [entry for entry in done.edition["tables"] if "noise" not in entry]
    left_out = sum(entry["suppressed"] for entry in crowds)
    state = "made and frozen" if done.edition.get("made") else "made earlier and frozen"
    console.print(Text("Left", style="bold"))
    tell(console, f"  edition, {state}: {_made(done.night.policy, crowds)}")
    tell(console, f"  {some(left_out, 'row')} left out, too small or giving a small one away")
    show_noise(console, done.edition)
    for note in _notes(done.edition):
        tell(console, f"  {note}")
    for path in done.releases:
        who = Path(path).parent.name
        console.print(f"  release for {who}: {near(Path(path))}", highlight=False, soft_wrap=True)
    for text in done.passed:
        tell(console, f"  {text}", "yellow")


def _look_next(console: Console, done: NightDone, config: Path) -> None:
    console.print(Text("Look next", style="bold"))
    lines = [
        f'{_weir()} sql "SELECT site, path, visitors FROM pages'
        f" WHERE date = '{done.night.day}' ORDER BY visitors DESC LIMIT 10\" -c {near(config)}"
    ]
    for path in done.releases[:1]:
        report = f"{near(Path(path))}/report.html"
        lines += [f"{report}   (in a browser)", f"{_weir()} verify {near(Path(path))}"]
    for line in lines:
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)


def _from(base: Path, path: str) -> str:
    """A source file as the configuration sees it."""
    try:
        return str(Path(path).relative_to(base))
    except ValueError:
        return path


def _weir() -> str:
    """The command as one would type it from here."""
    return "weir" if which("weir") else str(near(Path(sys.argv[0])))
