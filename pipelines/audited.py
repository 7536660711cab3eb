"""What a person, or a machine, reads of an audit: places, kinds and counts, never a value."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from weir.pipelines.audit import Audited, Dictionary, Find
from weir.pipelines.options import near
from weir.pipelines.prose import draw, some

_FILES = 5
_NAMES = {
    "proof": "identifiers that the proof saw in logs",
    "vault": "identifiers of people in the vault",
    "linkage": "what the linkage calls visitors",
}


def show_audit(console: Console, done: Audited, shapes: bool) -> None:
    """The end of `weir audit`. shapes: of some values, with letters as `a` and digits as `9`."""
    console.print(Text(f"\nWeir · audit of {near(Path(done.store))}", style="bold"))
    mode = "strict" if done.strict else "balanced"
    console.print(
        f"\n  looked at   {some(done.files, 'file')}, {some(done.cells, 'cell')}, "
        f"{some(done.values, 'distinct value')}, {mode}",
        highlight=False,
    )
    if done.rows:
        rows = some(done.rows, "row")
        console.print(f"  across      {rows} and pairs of their cells", highlight=False)
    for one in done.dictionaries:
        console.print(Text(_looked_for(one), style="yellow" if one.why_not else ""), soft_wrap=True)
    _finds(console, "Finds", done.sure, shapes)
    unclear = [find for find in done.finds if not find.sure]
    _finds(console, "Unclear, a find under --strict", unclear, shapes)
    _files(console, "cannot be looked into", [f"{n}: {w}" for n, w in done.unreadable.items()])
    _files(console, "named by no manifest (superseded ones go after a day)", done.unnamed)
    _files(console, "named by a manifest, and gone", done.missing)
    _files(console, "gone while this looked: written anew by a run; audit again", done.gone)
    console.print(_verdict(done))


def audit_json(done: Audited) -> dict[str, Any]:
    """The same as one document."""
    return {
        "store": done.store,
        "clean": done.clean,
        "mode": "strict" if done.strict else "balanced",
        "looked_at": {
            "files": done.files, "bytes": done.bytes, "cells": done.cells, "values": done.values,
            "rows": done.rows,
        },
        "dictionaries": [
            {"of": one.whose, "looked_for": not one.why_not, "identifiers": one.identifiers,
             "ways": one.ways, "left_out": one.left_out,
             "superseded": one.superseded}
            | ({"why_not": one.why_not} if one.why_not else {})
            for one in done.dictionaries
        ],
        "finds": [_find_json(find) for find in done.sure],
        "unclear": [_find_json(find) for find in done.finds if not find.sure],
        "unreadable": [{"file": name, "why": why} for name, why in done.unreadable.items()],
        "unnamed": done.unnamed,
        "missing": done.missing,
        "gone": done.gone,
    }  # fmt: skip


def _find_json(find: Find) -> dict[str, Any]:
    return {
        "zone": find.where.zone, "dataset": find.where.dataset, "column": find.where.column,
        "kind": find.kind, "rule": find.rule, "values": len(find.values), "cells": find.cells,
        "file": find.file,
    }  # fmt: skip


def _looked_for(one: Dictionary) -> str:
    if one.why_not:
        return f"  NOT done    {_NAMES[one.whose]} were not looked for: {one.why_not}"
    left = f"; {some(one.left_out, 'file')} left out, of destroyed keys" if one.left_out else ""
    if one.superseded:
        ends = "file is of earlier runs, and counts", "files are of earlier runs, and count"
        left += f"; {some(one.superseded, *ends)} again"
    none = "; the store has none" if not one.identifiers else ""
    ways = f", in {one.ways:,} other ways of writing" if one.ways else ""
    return f"  looked for  {one.identifiers:,} forms of {_NAMES[one.whose]}{ways}{none}{left}"


def _finds(console: Console, title: str, finds: list[Find], shapes: bool) -> None:
    if not finds:
        return
    console.print(Text(f"\n{title}", style="bold"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("where", "column", "kind", "rule"):
        table.add_column(name, overflow="fold")
    for name in ("values", "cells"):
        table.add_column(name, justify="right")
    for find in finds:
        where = " ".join(filter(None, (find.where.zone, find.where.dataset)))
        counts = f"{len(find.values):,}" if find.values else "", f"{find.cells:,}"
        told = (where, find.where.column, find.kind, find.rule, *counts)
        table.add_row(*map(Text, told))
    draw(console, table)
    for find in finds if shapes or len(finds) <= _FILES else ():
        console.print(Text(f"  {find.kind} first in {find.file}", style="dim"), soft_wrap=True)
        for text in find.shapes if shapes else ():
            console.print(Text(f"    {text}"), soft_wrap=True)
    if len(finds) > _FILES and not shapes:
        console.print(Text("  (--json names the first file of each)", style="dim"))


def _files(console: Console, title: str, names: Iterable[str]) -> None:
    told = list(names)
    if told:
        console.print(Text(f"\n{some(len(told), 'file')} {title}", style="bold"))
        more = [f"and {len(told) - _FILES:,} more (--json tells all)"] if told[_FILES:] else []
        for name in [*told[:_FILES], *more]:
            console.print(Text(f"  {name}"), soft_wrap=True)


def _verdict(done: Audited) -> Text:
    if not done.clean:
        return Text(
            "\nNot clean. Take the files out of reach, then run their dates again:\n"
            "docs/how-to/audit-a-store.md says how.",
            style="bold red",
        )
    partly = " as far as it was looked for" if any(d.why_not for d in done.dictionaries) else ""
    return Text(f"\nClean: nothing personal was found{partly}.", style="bold green")
