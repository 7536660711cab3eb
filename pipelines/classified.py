"""What a person reads of an unknown file: a row a field, and below them what to paste."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from weir.pipelines.classifying import Classified
from weir.pipelines.prose import some, tell
from weir.transforms.classify.decide import percent


def show(console: Console, found: Classified, saved: str = "") -> None:
    """A table, a row a field, and below it what to paste."""
    counted = some(found.records, "record") + ("" if found.whole else " sampled")
    refused = f", {found.bad:,} not understood" if found.bad else ""
    tell(console, f"{found.file}: {found.format} ({found.why}); {counted}{refused}")
    for note in found.notes:
        tell(console, f"  {note}")
    console.print(_as_table(found))
    if found.mapping:
        _say(console, f"# {saved or 'a mapping file'}: read it before you use it")
        _say(console, found.mapping)
    if found.settings:
        _say(console, "# weir.yaml: your own host, time zone and names")
        _say(console, found.settings)


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


_STYLES = {"pii": "red", "pseudonym": "yellow", "nii": "green"}


def _as_table(found: Classified) -> Table:
    """Two lines a field: below its name the shape of its values, below what becomes of it why."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("field", overflow="fold", ratio=2)
    table.add_column("filled", justify="right", no_wrap=True)
    table.add_column("distinct", justify="right", no_wrap=True)
    table.add_column("class", no_wrap=True)
    maps = any(one.maps_to for one in found.proposals)
    table.add_column("maps to" if maps else "why", overflow="fold", ratio=3)
    for one in found.proposals:
        evidence, told = one.field.evidence, one.data_class.value
        table.add_row(
            _over(one.field.name, evidence.shape),
            percent(evidence.share_filled),
            "–" if evidence.unread else f"{evidence.distinct:,}",
            Text(told, style=_STYLES[told]).append(f"\n{one.treatment}", style="default"),
            _over(one.maps_to or "–", one.why) if maps else Text(one.why, style="dim"),
        )
    return table


def _over(name: str, below: str) -> Text:
    return Text(name).append(f"\n{below}" if below else "", style="dim")
