"""`weir share --dry-run`: what would go, and what it is made of. Store and ledger stay as they are:
the tables are made in a temporary directory, since a release is named by them, and removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from weir.pipelines.granted import lapsed, passed_over, wanted
from weir.pipelines.night import Night
from weir.pipelines.prose import draw, some, tell
from weir.pipelines.recorded import unrecorded
from weir.pipelines.remarks import remarks
from weir.pipelines.share import granted, projection
from weir.pipelines.verify import verify
from weir.schemas.config import Config
from weir.schemas.release import Release, ReleaseTable
from weir.transforms.keys import public_key_path


@dataclass(frozen=True)
class Planned:
    """A release as it would be, and its place; `there`: it is that already, as it was signed.
    remarks: what it lacks."""

    path: Path
    release: Release
    there: bool
    remarks: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The answer for a machine."""
        told = {
            "release", "recipient", "kind", "policy", "sites", "dates", "missing_dates",
            "missing_tables", "editions", "periods",
        }  # fmt: skip
        return {
            "path": str(self.path),
            "there": self.there,
            **self.release.model_dump(mode="json", include=told),
            "remarks": list(self.remarks),
            "tables": [_table_json(table) for table in self.release.tables],
        }


def rehearse_all(
    config: Config, days: Sequence[date], recipient: str | None
) -> tuple[list[Planned], list[str]]:
    """The releases that `share_all` would make of the same; who would get nothing, and why. Raises
    as that does."""
    night = Night.open(config, min(days))
    night.keyring("signing")
    for _ in unrecorded(night):  # sharing would record it, if it is as it was signed
        pass
    today = datetime.now(UTC).date()
    planned, passed = list[Planned](), list(lapsed(night.policy, days, recipient, today))
    for name, dates in wanted(night.policy, days, recipient, today).items():
        with passed_over(recipient, passed):
            planned.append(rehearse(night, name, dates, today))
    return planned, passed


def rehearse(night: Night, recipient: str, days: Sequence[date], today: date) -> Planned:
    """The release that `share` would make of the same. Raises as that does."""
    public = public_key_path(night.config.at(night.config.keys))
    grant = granted(night.store, night.policy, night.stamp, public, recipient, days, today)
    with TemporaryDirectory(prefix="weir-") as draft:
        release, _ = projection(Path(draft), night.store, grant, night.stamp, night.software)
    place = night.store.root / "shared" / recipient / release.release
    if place.exists():
        verify(place, public).demand()
    lacks = remarks(night.store, grant.who, grant.editions, release)
    return Planned(place, release, place.exists(), lacks)


def show_planned(console: Console, planned: Planned) -> None:
    """The end of `weir share --dry-run`, for one recipient."""
    release = planned.release

    def line(name: str, text: str) -> None:
        tell(console, f"  {name:<9}{text}", hang=9)

    console.print(Text(f"{release.recipient} ({release.kind})", style="bold"), soft_wrap=True)
    console.print(Text(f"  release  {planned.path}"), soft_wrap=True)
    line("", "there already, as it was signed" if planned.there else "not there yet")
    line("sites", ", ".join(release.sites) or "none")
    for note in release.editions:
        policy = f"policy {note.policy.name} {note.policy.version}"
        lacks = f"; incomplete: {'; '.join(note.incomplete)}" if note.incomplete else ""
        before = f"; supersedes {note.supersedes[0][:12]}" if note.supersedes else ""
        line("edition", f"{note.date}  {note.sha256[:12]}  {policy}{before}{lacks}")
    for one in release.periods:
        line(one.grain, f"{one.first}  {one.sha256[:12]}  visitors of {some(len(one.days), 'day')}")
    for remark in planned.remarks:
        line("missing", remark)
    draw(console, _tables(release.tables))
    _columns(console, release.tables)


def _tables(tables: Sequence[ReleaseTable]) -> Table:
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    shown.add_column("  table", no_wrap=True)
    for name in ("rows", "withheld"):
        shown.add_column(name, justify="right")
    for table in tables:
        counts = (f"{n:,}" for n in (table.rows, table.withheld))
        noise = " (with noise)" if table.noise else ""
        shown.add_row(f"  {table.table}{noise}", *counts)
    return shown


def _columns(console: Console, tables: Sequence[ReleaseTable]) -> None:
    """Of each table on lines of its own: more names than a cell beside numbers has room for."""
    width = max((len(table.table) for table in tables), default=0) + 2
    console.print(Text(f"  {'table':<{width}}columns", style="dim"))
    for table in tables:
        names = ", ".join(column.name for column in table.columns)
        tell(console, f"  {table.table:<{width}}{names}", hang=width)


def _table_json(table: ReleaseTable) -> dict[str, Any]:
    return {
        "table": table.table,
        "rows": table.rows,
        "columns": [column.name for column in table.columns],
        "withheld": table.withheld,
        "noise": bool(table.noise),
    }
