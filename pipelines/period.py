"""Period: the visitors of a week or a month, each counted once -> an edition of its own.

Pseudonyms of two days say nothing of each other; the linkage does, inside, and only its count
leaves. Counted are the visitors whom the edition of each day counted, on the days on which it told
how many. What is out already comes first: a number that would open one of a day is not told.

# days with an edition, its events unchanged -> units counted in it -> their hashes of the period
# all days -> who came on which -> (if it tells of crowds alone) a row, rounded
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from weir.pipelines.attested import are_gone, inputs_of
from weir.pipelines.came import VISITORS, who_came
from weir.pipelines.dates import between, span
from weir.pipelines.editions import read_edition
from weir.pipelines.ledger import Ledger
from weir.pipelines.night import Night
from weir.pipelines.periods import period_place, periods_over, read_period, write_period
from weir.pipelines.recorded import catch_up, record_period
from weir.pipelines.replaced import DATASETS
from weir.pipelines.steps import staged
from weir.pipelines.store import digest
from weir.schemas.columns import Zone
from weir.schemas.errors import UsageError
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
from weir.schemas.release import Edition, EditionTable, Untold, column_note
from weir.transforms.disclose.linked import Came
from weir.transforms.disclose.suppress import rounded
from weir.transforms.keys import Keyring, public_key_path
from weir.transforms.write import write_canonical

KEYS = ("linkage", "sampling", "signing")
_LEAST = 2  # days; one tells what it told already


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
        for day in between(first, last):
            if day not in held:
                locks.enter_context(night.store.lock(day))
        catch_up(night)
        there = read_period(period_place(night.store, grain, first), night.store, public)
        if there is not None:
            return PeriodDone(there, False, ("made before and frozen; kept as it is",))
        _refuse(night, grain, first, last, public)
        days = Days.read(night, between(first, last), public)
        if last >= today and last not in days.editions:
            raise UsageError(f"the {grain} ends on {last}; make its edition when it is over")
        if not days.editions:
            raise UsageError(f"no edition of {span((first, last))}; `weir disclose` makes one")
        days.demand(accept_incomplete)
        edition = _make(night, grain, days, keyring, accept_incomplete)
    record_period(Ledger(night.ledger_path), edition)
    missing = (f"{day}: not counted; {why}" for day, why in sorted(days.missing.items()))
    return PeriodDone(edition, True, (*_notes(edition), *missing))


def _notes(edition: PeriodEdition) -> Iterator[str]:
    for table in edition.tables:
        if not table.rows:
            yield (
                f"{table.site}: withheld; fewer than {table.rule.k} came, or came again, or on "
                "another day only, or it was published on fewer than two days"
            )
    for left in edition.untold:
        dates = ", ".join(map(str, left.dates))
        yield f"{left.site}: without {dates}, on which its visitors were left out"


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


@dataclass
class Days:
    """The days of a period: the editions that can be counted, and why each other day cannot."""

    editions: dict[date, Edition]
    missing: dict[date, str] = field(default_factory=dict)

    @classmethod
    def read(cls, night: Night, dates: Sequence[date], public: Path) -> "Days":
        """Looks at the events of each day, too. Raises as `read_edition`."""
        editions = {day: e for day in dates if (e := read_edition(night.store, day, public))}
        found = cls(editions, {day: "no edition" for day in dates if day not in editions})
        for day, edition in editions.items():
            if why := _why_not(replace(night, day=day), edition):
                found.missing[day] = why
        return found

    @property
    def counted(self) -> list[Edition]:
        """The editions of days that are not missing."""
        return [edition for day, edition in self.editions.items() if day not in self.missing]

    def demand(self, accept_incomplete: bool) -> None:
        """UsageError for a day that is missing, unless that was accepted; and in any case for fewer
        than two days that are there, which tell of nothing and would be frozen as that."""
        if not self.missing:
            return
        dates = [*self.missing, *self.editions]
        told = "; ".join(f"{day}: {why}" for day, why in sorted(self.missing.items()))
        if not accept_incomplete:
            raise UsageError(
                f"{span(dates)}: days that cannot be counted: {told}; make the edition of these "
                "dates, or say --accept-incomplete: the edition of a period is frozen"
            )
        if len(self.counted) < _LEAST:
            raise UsageError(
                f"{span(dates)}: visitors are counted over two days at least, and days cannot be "
                f"counted: {told}; nothing was written, since the edition of a period is frozen"
            )


def _why_not(night: Night, edition: Edition) -> str:
    """Why a day cannot be counted: not its edition's policy, or not the files it was made of."""
    if not edition.policy.rules_as(night.stamp):
        return f"its edition was made under policy {edition.policy.name} {edition.policy.version}"
    manifests = [night.store.manifest(name, edition.date) for name in DATASETS]
    found = [manifest for manifest in manifests if manifest is not None]
    if len(found) < len(DATASETS) or are_gone(night):
        return "the events that its edition was made of are gone"
    if inputs_of(found) != edition.inputs:
        return "other events than those that its edition was made of"
    return ""


def _make(
    night: Night, grain: Longer, days: Days, keyring: Keyring, accept_incomplete: bool
) -> PeriodEdition:
    first, last = period(night.day, grain)
    rule, sites = night.policy.rule(OF), [site.name for site in night.config.sites]
    came = {site: Came() for site in sites}
    untold: dict[str, list[date]] = {}
    with staged(night, "period") as staging:
        for edition in days.counted:
            mine = replace(night, day=edition.date)
            who = who_came(mine, grain, edition, sites, keyring, staging)
            if who is None:
                days.missing[edition.date] = "its events no longer make its edition"
                continue
            for site in sites:
                if site in who:
                    came[site].add(who[site])
                else:
                    untold.setdefault(site, []).append(edition.date)
        days.demand(accept_incomplete)
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
                for edition in days.counted
            ),
            missing=tuple(sorted(days.missing)),
            untold=tuple(Untold(site=s, dates=tuple(d)) for s, d in sorted(untold.items())),
            tables=tuple(sorted(tables, key=lambda table: table.site)),
            software=night.software,
        ),
        keyring,
    )


def _table(site: str, first: date, came: Came, rule: Disclosure, staging: Path) -> EditionTable:
    """Nothing but a site's name, a date and two counts: there is no value to be proved."""
    told = came.may_be_told(rule.k)
    number = rounded(pa.array([came.visitors]).to_numpy(), max(rule.rounding, ROUNDING)).value[0]
    row = {
        "site": site, "date": first, "by": "total", "days": came.days, VISITORS: int(number)
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
