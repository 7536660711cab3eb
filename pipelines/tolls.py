"""What disclosure control took, as a person of the house reads it: by rule, by crowd, by bound."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from weir.pipelines.prose import draw, tell

Entries = Sequence[Mapping[str, Any]]
"""Of each site's table what `weir disclose --json` says; `inside`: a toll."""

ROWS = {
    "small": "under k", "beside": "beside", "attacker": "attacker", "whole": "whole",
}  # fmt: skip
NUMBERS = {
    "nobody": "nobody", "few": "too few", "dominance": "one holds it", "beside": "beside",
    "shared": "shared", "attacker": "attacker",
}  # fmt: skip


def show_tolls(console: Console, tables: Entries) -> None:
    """Site by site: rows by what took them, numbers, names without a crowd; then bounds."""
    crowds = [entry for entry in tables if "cells" in entry["inside"]]
    for site in dict.fromkeys(entry["site"] for entry in crowds):
        mine = [entry for entry in crowds if entry["site"] == site]
        _show_rows(console, site, mine)
        _show_numbers(console, mine)
        _show_unnamed(console, mine)
        console.print()
    if crowds:
        tell(
            console, "  told: rows published; finest: of those broken out furthest; people: in them"
        )
    show_bounds(console, tables)


def _show_rows(console: Console, site: str, entries: Entries) -> None:
    causes = _causes(ROWS, (entry["inside"]["suppressed_by"] for entry in entries))
    shown = a_table(
        "", ("table", "left"), ("cells", "right"),
        *((ROWS[cause], "right") for cause in causes),
        ("told", "right"), ("finest", "right"), ("people", "right"),
    )  # fmt: skip
    for entry in entries:
        inside = entry["inside"]
        if inside["cells"]:
            shown.add_row(
                entry["table"], f"{inside['cells']:,}",
                *(_count(inside["suppressed_by"], cause) for cause in causes), f"{entry['rows']:,}",
                _percent(inside["finest_published"], inside["finest"]),
                _percent(inside["units_published"], inside["units"]),
            )  # fmt: skip
    show_table(console, f"{site}: rows by what took them", shown)
    _tell_empty(console, entries)


def _tell_empty(console: Console, entries: Entries) -> None:
    empty = [entry["table"] for entry in entries if not entry["inside"]["cells"]]
    if empty:
        tell(console, f"  nobody in: {', '.join(empty)}")


def _show_numbers(console: Console, entries: Entries) -> None:
    causes = _causes(NUMBERS, (entry["inside"]["withheld_by"] for entry in entries))
    shown = a_table(
        "", ("table", "left"), ("numbers", "right"),
        *((NUMBERS[cause], "right") for cause in causes),
    )  # fmt: skip
    for entry in entries:
        if entry["withheld"]:
            counts = (_count(entry["inside"]["withheld_by"], cause) for cause in causes)
            shown.add_row(entry["table"], f"{entry['withheld']:,}", *counts)
    if shown.row_count:
        show_table(console, "numbers left out of these rows", shown)


def _show_unnamed(console: Console, entries: Entries) -> None:
    words = {"small": "of fewer than k", "networks": "of too few networks"}
    shown = a_table(
        "", ("table", "left"), ("dimension", "left"),
        *((word, "right") for word in words.values()),
    )  # fmt: skip
    for entry in entries:
        for name, why in entry["inside"]["unnamed"].items():
            shown.add_row(entry["table"], name, *(_count(why, one) for one in words))
    if shown.row_count:
        show_table(console, "values without a crowd, in (other)", shown)
    deeper = sum(entry["inside"]["deeper"] for entry in entries)
    if deeper:
        told = "cells by more dimensions than the policy lets cross were not looked at"
        tell(console, f"  {deeper:,} {told}")


def show_bounds(console: Console, tables: Entries) -> None:
    """Where bounding cut anything: how many units, cells, and of each measure how much."""
    shown = a_table(
        "", ("site", "left"), ("table", "left"),
        ("units", "right"), ("cells", "right"), ("lost of each measure", "left"),
    )  # fmt: skip
    for entry in tables:
        for one in entry.get("inside", {}).get("bounds", ()):
            if one["bounded"]:
                shown.add_row(
                    entry["site"], entry["table"], _units(one["bounded"], one["unit"]),
                    f"{one['cells']['cut']:,}", _measures(one),
                )  # fmt: skip
    if shown.row_count:
        show_table(console, "Cut by bounds before counting; told inside only", shown)
    elif any("inside" in entry for entry in tables):
        console.print("  bounds cut nothing", highlight=False)


def _units(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"


def _measures(one: Mapping[str, Any]) -> str:
    cut = {one["measure"]: one["cells"]} if one["measure"] else one["measures"]
    return ", ".join(
        f"{name} {_percent(lost['before'] - lost['after'], lost['before'])}"
        for name, lost in cut.items()
        if lost["before"] > lost["after"]
    )


def spent_in_words(spent: Iterable[Mapping[str, Any]]) -> str:
    """`ε 0.5 of a visitor's day`, for each kind of unit."""
    return "; ".join(f"ε {s['epsilon']:.3g} of a {s['unit']}'s {s['period']}" for s in spent)


def show_table(console: Console, title: str, table: Table) -> None:
    """A table under a title that may be wider than the table is."""
    console.print(Text(title, "bold"), soft_wrap=True)
    draw(console, table)


def a_table(title: str, *columns: tuple[str, Any]) -> Table:
    """A table without lines; columns: name and side."""
    table = Table(
        title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False
    )
    table.padding = (0, 2, 0, 0)
    for name, justify in columns:
        table.add_column(name, justify=justify, header_style="dim", overflow="fold")
    return table


def _causes(known: Mapping[str, str], counts: Iterable[Mapping[str, int]]) -> list[str]:
    """Those that took anything anywhere."""
    there = {cause for one in counts for cause in one}
    return [cause for cause in known if cause in there]


def _count(counts: Mapping[str, int], name: str) -> str:
    return f"{counts[name]:,}" if name in counts else "-"


def _percent(part: int, whole: int) -> str:
    """To a tenth; what is not all is told from it, and what is not nothing."""
    if not whole:
        return "-"
    share = 100 * part / whole
    if 0 < share < 0.1:
        return "<0.1%"
    return f"{min(share, 99.9) if part < whole else share:.1f}%"
