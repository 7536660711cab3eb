"""Period: the visitors of a week or a month, each counted once -> an edition of its own.

Pseudonyms of two days say nothing of each other; the linkage does, inside, and only its count
leaves. Counted are the visitors whom the edition of each day counted, on the days on which it told
how many. What is out already comes first: a number that would open one of a day is not told.

# days with an edition, its events unchanged -> units counted in it -> their hashes of the period
# all days -> who came on which -> (if it tells of crowds alone) a row, rounded
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.pipelines.attested import attested, inputs_of
from weir.pipelines.dates import span
from weir.pipelines.drafts import QUIET, drafts_of, job_of
from weir.pipelines.earlier import linkage_of
from weir.pipelines.editions import read_edition
from weir.pipelines.ledger import Ledger
from weir.pipelines.night import Night
from weir.pipelines.over import over
from weir.pipelines.periods import period_place, periods_over, read_period, write_period
from weir.pipelines.progress import watch
from weir.pipelines.recorded import catch_up, record_period
from weir.pipelines.replaced import DATASETS
from weir.pipelines.rounds import Part, Ready, count, ready
from weir.pipelines.steps import staged
from weir.pipelines.store import digest
from weir.schemas.columns import Zone
from weir.schemas.errors import KeyMissingError, UsageError
from weir.schemas.period import (
    ABOUT,
    OF,
    PERIOD,
    ROUNDING,
    TABLE,
    DayNote,
    Longer,
    PeriodEdition,
)
from weir.schemas.policy import Disclosure
from weir.schemas.recipient import period
from weir.schemas.release import Edition, EditionTable, column_note
from weir.schemas.tables import read_tables
from weir.transforms.disclose.crowd import allowed
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.linked import Came, hashes_of
from weir.transforms.disclose.suppress import rounded
from weir.transforms.keys import Keyring, public_key_path
from weir.transforms.write import write_canonical

KEYS = ("linkage", "sampling", "signing")
_VISITORS = "visitors"


@dataclass(frozen=True)
class PeriodDone:
    """A period's edition; `made` is False when it was there already and stays as it is."""

    edition: PeriodEdition
    made: bool
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What the terminal and `--json` say."""
        one = self.edition
        return {
            "period": one.grain, "first": str(one.first), "last": str(one.last),
            "made": self.made, "days": [str(note.date) for note in one.days],
            "missing": [str(day) for day in one.missing], "notes": list(self.notes),
            "tables": [
                table.model_dump(include={"site", "table", "rows", "suppressed"})
                for table in one.tables
            ],
        }  # fmt: skip


def disclose_period(
    night: Night,
    grain: Longer,
    today: date,
    *,
    accept_incomplete: bool = False,
    held: Collection[date] = (),
) -> PeriodDone:
    """Make the edition of the week or month that the night's date lies in, or find it made. held:
    dates whose lock the caller holds; the others are taken here.

    Raises UsageError in mode dp, for a period that is not over, of which a day is missing and that
    was not accepted, or that shares dates with one of the other kind; KeyMissingError without the
    linkage of a day; WallError if what is there is not as it was signed. Nothing is published then.
    """
    first, last = period(night.day, grain)
    keyring = night.keyring(*KEYS)
    public = public_key_path(keyring.path)
    with ExitStack() as locks:
        for day in _dates(first, last):
            if day not in held:
                locks.enter_context(night.store.lock(day))
        catch_up(night)
        there = read_period(period_place(night.store, grain, first), night.store, public)
        if there is not None:
            return PeriodDone(there, False, ("made before and frozen; kept as it is",))
        _refuse(night, grain, first, last, public)
        editions = [
            e for day in _dates(first, last) if (e := read_edition(night.store, day, public))
        ]
        if last >= today and last not in {edition.date for edition in editions}:
            raise UsageError(f"the {grain} ends on {last}; make its edition when it is over")
        found = [edition for edition in editions if _unchanged(night, edition)]
        if not editions:
            raise UsageError(f"no edition of {span((first, last))}; `weir disclose` makes one")
        if not accept_incomplete:
            _refuse_missing(first, last, found)
        edition = _make(night, grain, found, keyring, accept_incomplete)
    record_period(Ledger(night.ledger_path), edition)
    return PeriodDone(edition, True, tuple(_notes(edition)))


def _notes(edition: PeriodEdition) -> Iterator[str]:
    for table in edition.tables:
        if not table.rows:
            yield (
                f"{table.site}: withheld; fewer than {table.rule.k} came, or came again, or on "
                "another day only, or it was published on fewer than two days"
            )


def _refuse(night: Night, grain: Longer, first: date, last: date, public: Path) -> None:
    rule = night.policy.rule(OF)
    if rule.mode == "dp":
        raise UsageError(
            f"policy {night.policy.name}: {OF} is in mode dp, and visitors of a {grain} would be "
            "another look at the people of its days, for which there is no budget; sums of its "
            "days are what there is"
        )
    for other in periods_over(night.store, first, last, public):
        raise UsageError(
            f"{span((first, last))}: dates of it are in the edition of the {other.grain} of "
            f"{other.first}; visitors are told by week or by month, not both: one less the other "
            "would tell of the days between"
        )


def _refuse_missing(first: date, last: date, counted: Sequence[Edition]) -> None:
    missing = _missing(first, last, counted)
    if missing:
        raise UsageError(
            f"{span((first, last))}: {', '.join(map(str, missing))}: no edition, or its events, "
            "policy or configuration are not those of then; make the edition of these dates, or "
            "say --accept-incomplete: the edition of a period is frozen"
        )


def _missing(first: date, last: date, counted: Sequence[Edition]) -> tuple[date, ...]:
    there = {edition.date for edition in counted}
    return tuple(day for day in _dates(first, last) if day not in there)


def _unchanged(night: Night, edition: Edition) -> bool:
    """Whether its events come from the files that it was made of, under the policy of today."""
    there = [night.store.manifest(name, edition.date) for name in DATASETS]
    manifests = [manifest for manifest in there if manifest is not None]
    return edition.policy == night.stamp and inputs_of(manifests) == edition.inputs


def _make(
    night: Night,
    grain: Longer,
    found: Sequence[Edition],
    keyring: Keyring,
    accept_incomplete: bool,
) -> PeriodEdition:
    first, last = period(night.day, grain)
    rule, sites = night.policy.rule(OF), [site.name for site in night.config.sites]
    came = {site: Came() for site in sites}
    with staged(night, "period") as staging:
        counted = [
            edition
            for edition in found
            if _add_day(replace(night, day=edition.date), grain, edition, came, keyring, staging)
        ]
        if not accept_incomplete:
            _refuse_missing(first, last, counted)
        tables = [_table(site, first, came[site], rule, staging) for site in sites]
        for table in tables:
            (night.store.root / table.path).parent.mkdir(parents=True, exist_ok=True)
            (staging / table.path).replace(night.store.root / table.path)
    return write_period(
        night.store,
        PeriodEdition(
            grain=grain,
            first=first,
            last=last,
            policy=night.stamp,
            days=tuple(
                DayNote(date=edition.date, sha256=digest(edition.text().encode()))
                for edition in counted
            ),
            missing=_missing(first, last, counted),
            tables=tuple(sorted(tables, key=lambda table: table.site)),
            software=night.software,
        ),
        keyring,
    )


def _add_day(
    night: Night,
    grain: Longer,
    edition: Edition,
    came: dict[str, Came],
    keyring: Keyring,
    staging: Path,
) -> bool:
    """Add a day's visitors at each site that published how many they were; False, and nothing is
    added, if the events are no longer those of whom the edition tells."""
    told = {site: _told(night, edition, site) for site in came}
    told = {site: numbers for site, numbers in told.items() if _VISITORS in numbers}
    place = staging / str(night.day)
    place.mkdir()
    spec = read_tables()[OF]
    job = job_of(night, [spec], attested(night), place)
    mapped = over(night.config.engine, job.groups, place)
    quietly = partial(watch, QUIET)
    made = ready(job, mapped, _named, quietly)
    counted = count(made, mapped, quietly).margins
    for site, numbers in told.items():
        (draft,) = drafts_of(job, counted, [spec], site)
        if not draft.lines.cells or numbers != _numbers(draft, numbers):
            return False
    units = pa.concat_tables(mapped(partial(units_of_group, made)))
    linkage = linkage_of(night, keyring, night.day)
    for site in told:
        mine = units.filter(pc.equal(units["site"], site))["unit"].combine_chunks()
        hashes = hashes_of(mine, linkage.filter(pc.equal(linkage["site"], site)), grain)
        if hashes is None:
            raise KeyMissingError(
                f"{night.day}: the linkage lacks visitors of {site}, or is gone; restore "
                "restricted/linkage from a backup, or do without the visitors of the period"
            )
        came[site].add(hashes)
    return True


def _told(night: Night, edition: Edition, site: str) -> dict[str, int]:
    """The numbers of a site as a day's edition has them, by measure."""
    for entry in edition.tables:
        if (entry.site, entry.table) == (site, OF) and entry.noise is None:
            names = [column.name for column in entry.columns if column.kind == "measure"]
            rows = pq.read_table(night.store.root / entry.path)
            found = rows.filter(pc.equal(rows["by"], "total")).select(names).to_pylist()
            return {n: v for row in found for n, v in row.items() if v is not None}
    return {}


def _numbers(draft: Draft, names: Collection[str]) -> dict[str, int]:
    """What an edition would tell of the total."""
    known = set(names) & set(draft.form.measures)
    base = draft.rule.rounding
    return {name: int(rounded(draft.truth(name), base).value[0]) for name in known}


def _named(part: Part, crowds: Sequence[pa.Table]) -> pa.Table:
    return allowed(crowds, part.counting.rule)


def units_of_group(made: Ready, group: int) -> pa.Table:
    """site, unit: the visitors of one group."""
    (cells,) = (cells for part, cells in made.cells(group) if part.name == OF)
    keys = cells.filter(pc.greater(cells[_VISITORS], 0)).select(["site", "unit"])
    keys = keys.cast(pa.schema([("site", pa.string()), ("unit", pa.binary(16))]))
    return keys.group_by(["site", "unit"]).aggregate([])


def _table(site: str, first: date, came: Came, rule: Disclosure, staging: Path) -> EditionTable:
    """Nothing but a site's name, a date and two counts: there is no value to be proved."""
    told = came.may_be_told(rule.k)
    number = rounded(pa.array([came.visitors]).to_numpy(), max(rule.rounding, ROUNDING)).value[0]
    row = {
        "site": site, "date": first, "by": "total", "days": came.days, _VISITORS: int(number)
    }  # fmt: skip
    rows = pa.Table.from_pylist([row] if told else [], PERIOD)
    written = write_canonical(rows, PERIOD, staging / "editions" / site / TABLE, Zone.EDITIONS)
    keys = {"site", "date", "by"}
    return EditionTable(
        site=site,
        table=TABLE,
        about=ABOUT,
        path=str(Path(written.path).relative_to(staging)),
        rows=written.rows,
        sha256=written.sha256,
        unit="visitor",
        rule=rule,
        suppressed=int(not told),
        withheld=0,
        columns=tuple(column_note(f, "key" if f.name in keys else "measure") for f in PERIOD),
    )


def _dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
