"""The page for analysts and operators: what came in, how good it is, what was held back, what left.

In: run manifests, the internal tables and editions of some dates. Exact counts, so the page is
internal as they are, and no part of any release.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from markupsafe import Markup

from weir.pipelines.query import rows
from weir.pipelines.report import charts
from weir.pipelines.report.charts import COLOURS, Mark
from weir.pipelines.report.pages import page
from weir.pipelines.report.words import span, title
from weir.pipelines.store import Store
from weir.pipelines.tolls import NUMBERS, ROWS
from weir.schemas.errors import UsageError

UNNAMED = "field not recorded"
SHOWN_REJECTS = 15


@dataclass(frozen=True)
class Grid:
    """A table of the page; a cell None is hatched: not known."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    texts: int = 1  # so many columns are texts, the others numbers
    note: str = ""
    folded: bool = False  # its first column is a date, and each date opens by itself

    @property
    def parts(self) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """Its rows, by date where they are folded; a single date is not."""
        days = [str(row[0]) for row in self.rows] if self.folded else []
        if len(set(days)) < 2:
            return [("", list(self.rows))]
        return [(day, [r for r in self.rows if r[0] == day]) for day in dict.fromkeys(days)]


@dataclass(frozen=True)
class Run:
    """The last run of a date that took its input in, and what its manifest says."""

    day: date
    facts: dict[str, Any]
    edition: dict[str, Any]  # as the run says that made it; empty: there is none

    @property
    def tables(self) -> list[dict[str, Any]]:
        """What is said of each table of the edition."""
        return list(self.edition.get("tables", ()))

    @property
    def files(self) -> list[dict[str, Any]]:
        """Counts of each input file."""
        return list(self.facts.get("files", ()))

    @property
    def held_back(self) -> dict[str, dict[str, int]]:
        """Field -> kind -> rows; runs of earlier versions did not note the field."""
        if "held_back" in self.facts:
            return dict(self.facts["held_back"])
        replaced = self.facts.get("replaced", {})
        return {UNNAMED: replaced} if replaced else {}


def render_inside(store: Store, base: Path, days: Sequence[date]) -> str:
    """The page as HTML text. base: where paths of files are told from.

    Raises UsageError if none of the dates was run.
    """
    runs = last_runs(store, days)
    if not runs:
        raise UsageError(f"{store.root}: no run of these dates; `weir run` makes one")
    return page(
        "inside.html.j2",
        span=span(tuple(run.day for run in runs)),
        missing=[day for day in days if day not in {run.day for run in runs}],
        warnings=[(run.day, text) for run in runs for text in run.facts.get("warnings", ())],
        unfinished=[(run.day, run.facts["withheld"]) for run in runs if run.facts.get("withheld")],
        tiles=_tiles(runs),
        chart=_chart(runs),
        colours=COLOURS,
        sections=(
            ("Rows", "Lines read = kept + filtered + quarantined, file by file.",
             [_accounting(runs, base), _reasons(runs), _rejects(runs, base)]),
            ("Quality", "How well each channel recorded the day.",
             [_quality(store, runs), _measured(store, runs)]),
            ("Held back at the wall", "Values in free text that became placeholders, in rows. "
             "Addresses, cookies and ids of users do not cross at all and are not counted here.",
             [_held_back(runs), _proof(runs)]),
            ("Left", "What disclosure control made of the exact tables.",
             [_editions(runs), _causes(runs), _bounds(runs)]),
            ("Runs", "", [_ran(runs)]),
        ),
    )  # fmt: skip


def last_runs(store: Store, days: Sequence[date]) -> list[Run]:
    """Of each date the last run, in order of dates; dates without one are left out. What an
    edition took only the run knows that made it, which may be one of `weir disclose` alone."""
    last: dict[date, dict[str, Any]] = {}
    editions: dict[date, dict[str, Any]] = {}
    for place in sorted((store.root / "runs").glob("*.json")):
        facts = json.loads(place.read_bytes())
        day, edition = date.fromisoformat(facts["date"]), facts.get("edition") or {}
        if edition and (edition.get("made") or day not in editions):
            editions[day] = edition
        if day in set(days) and facts.get("files"):
            last[day] = facts
    return [Run(day, last[day], editions.get(day, {})) for day in sorted(last)]


def _sums(run: Run) -> Counter[str]:
    """Lines of a date by what became of them."""
    total: Counter[str] = Counter()
    for file in run.files:
        total["read"] += file["read"]
        total["kept"] += file["kept"]
        total["filtered"] += sum(file["filtered"].values())
        total["quarantined"] += sum(file["quarantined"].values())
    return total


def _tiles(runs: Sequence[Run]) -> list[tuple[str, int, str]]:
    total = sum((_sums(run) for run in runs), Counter())
    held = sum(n for run in runs for kinds in run.held_back.values() for n in kinds.values())
    proof = sum(sum(run.facts["proof"]["replaced"].values()) for run in runs)
    return [
        ("lines read", total["read"], f"{len(runs)} {'date' if len(runs) == 1 else 'dates'}"),
        ("kept", total["kept"], "as events and people"),
        ("filtered", total["filtered"], "of another date or site, copies"),
        ("quarantined", total["quarantined"], "not readable; kept, encrypted"),
        ("held back", held, "values that became placeholders, in rows"),
        ("proof alone", proof, "strings that detection let through and the proof caught"),
    ]


def _chart(runs: Sequence[Run]) -> Markup:
    kinds = ("kept", "filtered", "quarantined")
    marks = [
        Mark(f"{run.day.day} {run.day:%b}", _sums(run)[kind], series=kind)
        for run in runs
        for kind in kinds
    ]
    return Markup(charts.columns(marks, "Lines by what became of them, by day"))


def _accounting(runs: Sequence[Run], base: Path) -> Grid:
    reasons = sorted({reason for run in runs for file in run.files for reason in file["filtered"]})
    told = []
    for run in runs:
        for file in run.files:
            gone = sum(file["quarantined"].values())
            filtered = [file["filtered"].get(reason, 0) for reason in reasons]
            good = file["read"] == file["kept"] + sum(filtered) + gone
            counts = (file["read"], file["kept"], *filtered, gone)
            path = _from(base, file["path"])
            told.append((str(run.day), path, *counts, "yes" if good else "NO"))
    head = ("date", "file", "read", "kept", *(r.replace("_", " ") for r in reasons), "quarantined")
    return Grid("Row accounting", (*head, "adds up"), tuple(told), texts=2)


def _reasons(runs: Sequence[Run]) -> Grid:
    counts: Counter[tuple[str, str]] = Counter()
    for run in runs:
        for file in run.files:
            for reason, count in file["quarantined"].items():
                counts[str(run.day), reason] += count
    told = tuple((day, reason, count) for (day, reason), count in sorted(counts.items()))
    return Grid("Quarantined, by reason", ("date", "reason", "lines"), told, texts=2)


def _rejects(runs: Sequence[Run], base: Path) -> Grid:
    told = [
        (str(run.day), f"{_from(base, one['path'])}:{one['line']}", one["reason"])
        for run in runs
        for one in run.facts.get("rejects", ())
    ]
    more = len(told) - SHOWN_REJECTS
    return Grid(
        "First quarantined lines", ("date", "line", "reason"), tuple(told[:SHOWN_REJECTS]), texts=3,
        note=f"and {more:,} more in the run manifests" if more > 0 else "",
    )  # fmt: skip


def _quality(store: Store, runs: Sequence[Run]) -> Grid:
    found = rows(
        str(store.root),
        f"""SELECT CAST(date AS VARCHAR), site, channel, hits, pages, hits_cookie, hits_url_session,
            hits_network, skewed, far_off,
            round(100.0 * missing / nullif(sequenced + missing, 0), 1), robots, silent
            FROM quality WHERE date IN ({_dates(runs)}) ORDER BY 1, 2, 3""",
    )
    head = (
        "date", "site", "channel", "hits", "pages", "by cookie", "by session in address",
        "by network", "clock off", "far off", "lost, %", "robots", "silent robots",
    )  # fmt: skip
    note = (
        "Lost: numbers of senders' series that lack, of all; hatched where no sender numbers its "
        "hits. Clock off: by more than a minute; far off: by more than an hour."
    )
    return Grid("Channels", head, tuple(found), texts=3, note=note)


def _measured(store: Store, runs: Sequence[Run]) -> Grid:
    found = rows(
        str(store.root),
        f"""SELECT CAST(date AS VARCHAR), site, visitors, users, visits, pageviews, hits, bot_hits
            FROM traffic WHERE date IN ({_dates(runs)}) ORDER BY 1, 2""",
    )
    head = ("date", "site", "visitors", "users", "visits", "page views", "hits", "robots' hits")
    return Grid("Measured, exact", head, tuple(found), texts=2)


def _held_back(runs: Sequence[Run]) -> Grid:
    counts: Counter[tuple[str, str]] = Counter()
    for run in runs:
        for name, kinds in run.held_back.items():
            for kind, count in kinds.items():
                counts[name, kind] += count
    fields, kinds_ = (sorted({key[n] for key in counts}) for n in (0, 1))
    told = tuple(
        (name, *(counts[name, kind] for kind in kinds_), sum(counts[name, k] for k in kinds_))
        for name in fields
    )
    return Grid("By field and kind", ("field", *kinds_, "together"), told)


def _proof(runs: Sequence[Run]) -> Grid:
    told = []
    for run in runs:
        proof = run.facts["proof"]
        caught = sum(proof["replaced"].values())
        rare = run.facts.get("undeclared_rare", 0)
        named = len(run.facts.get("undeclared_parameters", ()))
        told.append((str(run.day), proof["identifiers"], proof["strings"], caught, named, rare))
    head = (
        "date", "identifiers known", "texts looked at", "caught", "undeclared parameters",
        "too rare to be named",
    )  # fmt: skip
    note = (
        "Every text that was to cross was compared with all identifiers of the day. What it caught "
        "was let through by detection: look at it before anything else."
    )
    return Grid("Proof, and parameters that nothing declares", head, tuple(told), note=note)


def _editions(runs: Sequence[Run]) -> Grid:
    told = [
        (str(run.day), one["site"], title(one["table"]), one["rows"], one["suppressed"],
         one.get("withheld"), _percent(one["suppressed"], one["rows"]))
        for run in runs
        for one in run.tables
    ]  # fmt: skip
    head = ("date", "site", "table", "rows", "rows left out", "numbers withheld", "left out, %")
    return Grid("Editions", head, tuple(told), texts=3, folded=True)


_WHAT = {"suppressed_by": ("rows", ROWS), "withheld_by": ("numbers", NUMBERS)}


def _causes(runs: Sequence[Run]) -> Grid:
    """Rows and numbers of the editions by the rule that took them."""
    told = [
        (str(run.day), one["site"], title(one["table"]), what, words.get(cause, cause), count)
        for run in runs
        for one in run.tables
        for by, (what, words) in _WHAT.items()
        for cause, count in one.get("inside", {}).get(by, {}).items()
    ]
    head = ("date", "site", "table", "what", "left out by", "count")
    note = (
        "By the first rule that took it. Under k: the row is of fewer people than the policy's k. "
        "Nobody: the number is 0, which looks as if it were withheld. Too few: fewer stand behind "
        "the number than `contributors`. One holds it: one of them has more of it than `dominance` "
        "lets. Beside: it would have given another one away. Shared: another table counts the "
        "same and leaves it out. Attacker: it stands beside one that he could have derived. Whole: "
        "its table is withheld whole."
    )
    return Grid("Left out, by rule", head, tuple(told), texts=5, note=note, folded=True)


def _bounds(runs: Sequence[Run]) -> Grid:
    """What units did that is not counted, since one may count for so much only."""
    told = [
        (str(run.day), one["site"], title(one["table"]), bound["measure"] or name or "cells",
         f"{bound['unit']}s", lost["units"], lost["before"], lost["before"] - lost["after"],
         _percent(lost["before"] - lost["after"], lost["after"]))
        for run in runs
        for one in run.tables
        for bound in one.get("inside", {}).get("bounds", ())
        for name, lost in {"": bound["cells"], **bound["measures"]}.items()
        if lost["before"] > lost["after"]
    ]  # fmt: skip
    head = (
        "date", "site", "table", "measure", "units", "bounded units", "before", "cut", "cut, %",
    )  # fmt: skip
    note = (
        "What is cut before counting for an edition, by cells_per_unit, per_cell and bounds of the "
        "policy. A large part means that a bound is too low for what is counted."
    )
    return Grid("Cut by bounds", head, tuple(told), texts=5, note=note)


def _ran(runs: Sequence[Run]) -> Grid:
    told = [
        (str(run.day), run.facts["run"], run.facts["step"], run.facts["software"],
         f"{run.facts['policy']['name']} {run.facts['policy']['version']}",
         run.facts["seconds"], round(sum(run.facts.get("cpu_seconds", {}).values()), 1))
        for run in runs
    ]  # fmt: skip
    head = ("date", "run", "step", "software", "policy", "seconds", "CPU seconds of ingest")
    return Grid("The last run of each date", head, tuple(told), texts=5)


def _percent(part: int, rest: int) -> float | None:
    return round(100 * part / (part + rest), 1) if part + rest else None


def _dates(runs: Sequence[Run]) -> str:
    return ", ".join(f"DATE '{run.day.isoformat()}'" for run in runs)


def _from(base: Path, path: str) -> str:
    """A source file as the configuration sees it."""
    place = Path(path)
    return str(place.relative_to(base)) if place.is_relative_to(base) else path
