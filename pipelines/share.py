"""Share: editions -> a release for one recipient. A projection, never a new computation.

Published all or nothing: a release is made whole behind the wall, recorded, and then renamed to a
name that did not exist. So one that lies in its place is in the ledger, whenever a share was
killed. Its name comes from its content, so the same inputs are the same release, byte for byte.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from weir.pipelines.agreed import refuse_other_rules
from weir.pipelines.dates import span
from weir.pipelines.editions import earlier_editions, read_edition
from weir.pipelines.enclosed import enclose
from weir.pipelines.granted import (
    NothingError,
    find_recipient,
    lapsed,
    passed_over,
    refuse_days,
    refuse_other_days,
    refuse_other_policies,
    refuse_partial,
    wanted,
)
from weir.pipelines.ledger import Ledger
from weir.pipelines.night import Night
from weir.pipelines.periods import periods_over
from weir.pipelines.prose import tell
from weir.pipelines.recorded import catch_up, record_release
from weir.pipelines.remarks import remarks
from weir.pipelines.report.release import render
from weir.pipelines.store import Store, digest, digest_of_file
from weir.pipelines.verify import MANIFEST, PUBLIC_KEY, SIGNATURE, verify
from weir.schemas.columns import Zone
from weir.schemas.config import Config
from weir.schemas.errors import UsageError
from weir.schemas.manifests import PolicyStamp
from weir.schemas.noise import HIGH, LOW
from weir.schemas.period import OF, TABLE, PeriodEdition
from weir.schemas.policy import Policy
from weir.schemas.recipient import Recipient
from weir.schemas.release import (
    ColumnNote,
    Edition,
    EditionNote,
    EditionTable,
    FileNote,
    PeriodNote,
    Release,
    ReleaseTable,
    column_note,
)
from weir.transforms.disclose.periods import over_periods
from weir.transforms.disclose.project import projected, refuse_mixed
from weir.transforms.keys import Keyring, public_key_path
from weir.transforms.sheet import sheet
from weir.transforms.write import write_canonical


@dataclass(frozen=True)
class Shared:
    """A release and its place; `made` is False when the same one was there already. remarks: what
    it lacks, for whoever shares it."""

    path: Path
    release: Release
    made: bool
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """A recipient, the dates that were asked for, and the editions that there are of them, with
    the digests of those that each superseded; those of their periods, if it gets any."""

    who: Recipient
    days: list[date]
    editions: list[Edition]
    superseded: dict[date, tuple[str, ...]]
    periods: list[PeriodEdition]


@dataclass(frozen=True)
class SharedAll:
    """What was shared with one or with all: directories of the releases; who got nothing, and
    why."""

    places: list[str]
    passed: list[str]


def share_all(config: Config, days: Sequence[date], recipient: str | None) -> SharedAll:
    """Releases of some dates for one recipient, or for all that the policy still serves. Each is in
    the ledger. Raises as `share` does."""
    night = Night.open(config, min(days))
    keyring = night.keyring("signing")
    catch_up(night)
    today = datetime.now(UTC).date()
    ledger, places = Ledger(night.ledger_path), list[str]()
    passed = list(lapsed(night.policy, days, recipient, today))
    for name, dates in wanted(night.policy, days, recipient, today).items():
        with passed_over(recipient, passed):
            shared = share(
                night.store, night.policy, night.stamp, keyring, name, dates,
                software=night.software, today=today, ledger=ledger,
            )  # fmt: skip
            places.append(str(shared.path))
            for remark in shared.remarks:
                tell(Console(stderr=True), f"weir: {name}: {remark}")
    return SharedAll(places, passed)


def share(
    store: Store,
    policy: Policy,
    stamp: PolicyStamp,
    keyring: Keyring,
    recipient: str,
    days: Sequence[date],
    *,
    software: str = "",
    today: date | None = None,
    ledger: Ledger | None = None,
) -> Shared:
    """Make the release of some dates for a recipient; keyring: signing. Without a ledger, whoever
    calls records it.

    Raises UsageError for an unknown or expired recipient or when no date has an edition, WallError
    when an edition is not as it was signed; nothing is written then.
    """
    keyring.require("signing")
    public = public_key_path(keyring.path)
    grant = granted(store, policy, stamp, public, recipient, days, today)
    with store.drafting("share") as draft:
        release = _write(draft, store, grant, stamp, keyring, software)
        lacks = remarks(store, grant.who, grant.editions, release)  # reads, so before it is out
        place = store.root / "shared" / recipient / release.release
        shared = _publish(draft, place, release, public, ledger)
    return replace(shared, remarks=lacks)


def granted(
    store: Store,
    policy: Policy,
    stamp: PolicyStamp,
    public: Path,
    recipient: str,
    days: Sequence[date],
    today: date | None,
) -> Grant:
    """What a recipient may have of some dates. Raises as `share`; writes nothing."""
    today = today or datetime.now(UTC).date()
    who = find_recipient(policy, recipient, days, today)
    refuse_partial(who, days)
    asked = sorted(set(days))
    editions = [edition for day in asked if (edition := read_edition(store, day, public))]
    if not editions:
        raise UsageError(f"{store.root}: no edition of {span(days)}; `weir disclose` makes one")
    refuse_days(who, editions, today)
    refuse_other_days(store, who, editions)
    refuse_other_policies(who, stamp, editions)
    periods = _periods(store, who, asked, public)
    made = [edition.policy for edition in editions] + [one.policy for one in periods]
    refuse_other_rules(stamp, made)
    superseded = {edition.date: _superseded(store, edition, public) for edition in editions}
    return Grant(who, asked, editions, superseded, periods)


def _superseded(store: Store, edition: Edition, public: Path) -> tuple[str, ...]:
    earlier = earlier_editions(store, edition, public)
    return tuple(filter(None, (edition.supersedes, *(one.supersedes for one in earlier))))


def _periods(store: Store, who: Recipient, asked: list[date], public: Path) -> list[PeriodEdition]:
    """Those of the recipient's grain. What a week counts are days of the release, under policies
    that were looked at already."""
    if OF not in who.tables:
        return []
    found = periods_over(store, asked[0], asked[-1], public)
    return [one for one in found if one.grain == who.grain and one.first in asked]


def _write(
    draft: Path, store: Store, grant: Grant, stamp: PolicyStamp, keyring: Keyring, software: str
) -> Release:
    release, frames = projection(draft, store, grant, stamp, software)
    release = release.model_copy(update={"key_id": keyring.signer})  # the name stays without it
    enclose(draft, release)
    (draft / "report.html").write_text(render(release, frames), encoding="utf-8")
    shutil.copyfile(public_key_path(keyring.path), draft / PUBLIC_KEY)
    release = release.model_copy(update={"files": _files(draft)})
    (draft / MANIFEST).write_text(release.text(), encoding="utf-8")
    (draft / SIGNATURE).write_bytes(keyring.sign(release.text().encode()))
    return release


def projection(
    draft: Path, store: Store, grant: Grant, stamp: PolicyStamp, software: str
) -> tuple[Release, dict[str, pa.Table]]:
    """Write the tables of a release, and name it by them; nothing of it is signed yet."""
    who, editions = grant.who, grant.editions
    tables, frames = _tables(draft, store, editions, who)
    visitors = _visitors(store, grant)
    if visitors:
        entries, frames[TABLE] = visitors
        tables = (*tables, _write_table(draft, entries, frames[TABLE]))
    if not tables:
        raise NothingError(
            f"recipients.{who.name}: of {', '.join(who.tables)} there is none in the edition of "
            f"{span([edition.date for edition in editions])}; nothing was shared"
        )
    periods = tuple(_period_note(edition, who) for edition in grant.periods)
    notes = tuple(_edition_note(edition, grant.superseded[edition.date]) for edition in editions)
    sites = sorted({entry.site for e in editions for entry in e.tables if _wanted(entry, who)})
    made = {edition.date for edition in editions}
    release = Release(
        release="",
        recipient=who.name,
        kind=who.kind,
        policy=stamp,
        sites=tuple(sites),
        dates=tuple(edition.date for edition in editions),
        missing_dates=tuple(day for day in grant.days if day not in made),
        missing_tables=tuple(sorted(set(who.tables) - {table.table for table in tables})),
        editions=notes,
        periods=periods,
        inputs=digest("".join([*(n.sha256 for n in notes), *(p.sha256 for p in periods)]).encode()),
        tables=tuple(sorted(tables, key=lambda table: table.table)),
        files=(),
        software=software,
    )
    content = digest(release.text().encode())[:12]
    name = f"{release.dates[0]}_{release.dates[-1]}_{content}"
    return release.model_copy(update={"release": name}), frames


def _tables(
    draft: Path, store: Store, editions: list[Edition], who: Recipient
) -> tuple[tuple[ReleaseTable, ...], dict[str, pa.Table]]:
    notes, frames = [], {}
    for name in sorted(set(who.tables)):
        entries = [e for edition in editions for e in edition.tables if e.table == name]
        entries = [entry for entry in entries if _wanted(entry, who)]
        if entries:
            frames[name] = _projection(store, entries, who)
            notes.append(_write_table(draft, entries, frames[name]))
    return tuple(notes), frames


def _visitors(store: Store, grant: Grant) -> tuple[list[EditionTable], pa.Table] | None:
    """What the editions of the periods say of the recipient's sites."""
    entries = [
        entry
        for edition in grant.periods
        for entry in edition.tables
        if not grant.who.sites or entry.site in grant.who.sites
    ]
    parts = [pq.read_table(store.root / entry.path) for entry in entries]
    return (entries, pa.concat_tables(parts)) if parts else None


def _wanted(entry: EditionTable, who: Recipient) -> bool:
    return entry.table in who.tables and (not who.sites or entry.site in who.sites)


def _projection(store: Store, entries: list[EditionTable], who: Recipient) -> pa.Table:
    for entry in entries:
        refuse_mixed(entry.table, _dimensions(entry), who)
    parts = [
        projected(pq.read_table(store.root / entry.path), _dimensions(entry), who)
        for entry in entries
    ]
    together = pa.concat_tables(parts, promote_options="default")  # intervals, since some month
    return over_periods(entries[0].table, together.combine_chunks(), who.grain)


def _dimensions(entry: EditionTable) -> tuple[str, ...]:
    return tuple(column.name for column in entry.columns if column.kind == "dimension")


def _write_table(draft: Path, entries: list[EditionTable], frame: pa.Table) -> ReleaseTable:
    first = entries[0]
    written = write_canonical(frame, frame.schema, draft, Zone.SHARED)
    place = draft / f"{first.table}.parquet"
    Path(written.path).replace(place)
    cells = place.with_suffix(".csv")
    cells.write_bytes(sheet(pq.read_table(place)))
    rules = {entry.rule.model_dump_json(): entry.rule for entry in entries}
    return ReleaseTable(
        table=first.table,
        about=first.about,
        file=place.name,
        csv=cells.name,
        rows=written.rows,
        sha256=written.sha256,
        unit=first.unit,
        rules=tuple(rules[key] for key in sorted(rules)),
        withheld=0 if all(entry.noise for entry in entries) else _nulls(frame, first),
        columns=_columns(entries, frame),
        noise=tuple(entry.noise for entry in entries if entry.noise),
    )


def _nulls(frame: pa.Table, entry: EditionTable) -> int:
    """Numbers that are left out of the rows of a release."""
    measures = {column.name for column in entry.columns if column.kind == "measure"}
    ends = {name + end for name in measures for end in (LOW, HIGH)}
    told = [name for name in frame.column_names if name in measures - ends]
    return sum(frame[name].null_count for name in told)


def _columns(entries: list[EditionTable], frame: pa.Table) -> tuple[ColumnNote, ...]:
    """As the edition has them; `days` of a longer grain is the release's own."""
    known = {column.name: column for entry in entries for column in entry.columns}
    return tuple(known.get(field.name) or column_note(field, "measure") for field in frame.schema)


def _edition_note(edition: Edition, superseded: tuple[str, ...]) -> EditionNote:
    return EditionNote(
        date=edition.date,
        sha256=digest(edition.text().encode()),
        policy=edition.policy,
        incomplete=edition.incomplete,
        supersedes=superseded,
    )


def _period_note(edition: PeriodEdition, who: Recipient) -> PeriodNote:
    return PeriodNote(
        grain=edition.grain,
        first=edition.first,
        sha256=digest(edition.text().encode()),
        days=tuple(note.date for note in edition.days),
        missing=edition.missing,
        untold=tuple(one for one in edition.untold if not who.sites or one.site in who.sites),
    )


def _files(draft: Path) -> tuple[FileNote, ...]:
    return tuple(
        FileNote(path=path.name, bytes=path.stat().st_size, sha256=digest_of_file(path))
        for path in sorted(draft.iterdir())
    )


def _publish(
    draft: Path, place: Path, release: Release, public: Path, ledger: Ledger | None
) -> Shared:
    """Record, then rename to a name that did not exist; the same release, if intact, stays."""
    if place.exists():
        return _kept(place, public, ledger)
    place.parent.mkdir(parents=True, exist_ok=True)
    _sync(draft)
    if ledger:
        record_release(ledger, release)
    try:
        draft.rename(place)
    except OSError:
        if place.exists():  # another share was faster
            return _kept(place, public, ledger)
        raise
    _sync(place.parent)
    return Shared(place, release, True)


def _kept(place: Path, public: Path, ledger: Ledger | None) -> Shared:
    """The release that lies there, which an earlier key may have signed."""
    there = verify(place, public).demand()
    if ledger:
        record_release(ledger, there)
    return Shared(place, there, False)


def _sync(directory: Path) -> None:
    """What a crash leaves is a whole release or none."""
    for path in (*directory.glob("[!.]*"), directory):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
