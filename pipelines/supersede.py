"""Supersede: the edition of a date made anew, where the difference tells of crowds alone.

Editions are frozen, since two of one date can be subtracted. One may stand beside another only if
every number that is told otherwise gained or lost no unit or at least k; and that is looked at in
the events of both, unit by unit. So it takes the events that the edition before was made of, as
they were: they lie there for a day after the ingest that replaced them. What cannot be shown is
refused, and the edition stays.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa

from weir.pipelines.attested import Attested, attested
from weir.pipelines.disclose import KEYS, Disclosed, make
from weir.pipelines.drafts import QUIET, drafted, drafts_of, job_of, outside, table_of
from weir.pipelines.editions import (
    earlier_editions,
    edition_place,
    made_of,
    read_edition,
)
from weir.pipelines.ledger import Ledger
from weir.pipelines.night import Night
from weir.pipelines.over import over
from weir.pipelines.periods import periods_over
from weir.pipelines.progress import watch
from weir.pipelines.recorded import catch_up, record_edition
from weir.pipelines.recount import named
from weir.pipelines.replaced import DATASETS, replaced
from weir.pipelines.rounds import Part, Ready, count, ready
from weir.pipelines.store import digest
from weir.schemas.errors import UsageError, WallError
from weir.schemas.release import Edition
from weir.transforms.disclose.between import (
    Lines,
    changes_between,
    lines_between,
    rests,
    too_few_between,
)
from weir.transforms.disclose.changed import (
    UNITS,
    combined_changes,
    differences,
    states,
    too_few,
    unit_changes,
)
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.together import opened_by_both, settle
from weir.transforms.keys import public_key_path

_QUIETLY = partial(watch, QUIET)
_BETWEEN = "(between)"  # beside the names of parts, which are those of tables
STAYS = "nothing was written, and the edition stays as it is"


class _SameError(Exception):
    """What would be published is what is published."""


def supersede(night: Night, *, accept_incomplete: bool = False) -> Disclosed:
    """Make the edition of a date anew from the events of today. The caller holds the date's lock.

    Raises UsageError where there is none, in mode dp, and under another policy; WallError when the
    events that it was made of are gone, and when a number would tell of a change of fewer than k.
    Nothing is published then.
    """
    keyring = night.keyring(*KEYS)
    catch_up(night)
    public = public_key_path(keyring.path)
    there = read_edition(night.store, night.day, public)
    if there is None:
        raise UsageError(f"{night.day}: no edition to supersede; `weir disclose` makes one")
    _refuse_noise(night, there)
    for one in periods_over(night.store, night.day, night.day, public):
        raise WallError(
            f"{night.day}: the edition of the {one.grain} of {one.first} counts its visitors; "
            f"{STAYS}"
        )
    before = (there, *earlier_editions(night.store, there, public))
    _refuse_policies(night, before)
    proved = attested(night)
    if _is_made_of(night, there, proved):
        return _kept(night, there)
    against = Against(night, digest(there.text().encode()), tuple(_inputs(night, before, proved)))
    try:
        with drafted(night, accept_incomplete=accept_incomplete, rows=against.rows) as draft:
            against.refuse(draft.made, draft.drafts, draft.staging)
            edition = make(draft, keyring, against.sha256)
    except _SameError:
        return _kept(night, there)
    record_edition(Ledger(night.ledger_path), edition)
    note = f"it supersedes edition {edition.supersedes[:16]}, which stays in editions/versions"
    return Disclosed(edition, made=True, notes=(note,), tolls=draft.tolls)


def _kept(night: Night, edition: Edition) -> Disclosed:
    kept = f"{edition_place(night.store, night.day)}: kept as it is"
    note = "the events of today make the edition that is there; nothing to supersede"
    return Disclosed(edition, made=False, notes=(kept, note))


@dataclass(frozen=True)
class Against:
    """The edition that is superseded, and those that it superseded; what each was made of."""

    night: Night
    sha256: str
    editions: tuple[tuple[Edition, Attested], ...]

    @property
    def rows(self) -> int:
        """Of the largest: all are counted in the same groups, so that units meet."""
        return max(sum(f.rows for f in made.events.files) for _, made in self.editions)

    def refuse(self, made: Ready, drafts: Sequence[Draft], staging: Path) -> None:
        """WallError if an edition of these drafts would tell of few beside one that is out."""
        for number, (edition, source) in enumerate(self.editions):
            place = staging / f"before-{number}"
            place.mkdir()
            job = replace(job_of(self.night, outside(), source, place), rows=made.job.rows)
            before = ready(job, over(self.night.config.engine, job.groups, place), named, _QUIETLY)
            self._compare(edition, before, made, drafts, place)

    def _compare(
        self, edition: Edition, before: Ready, after: Ready, drafts: Sequence[Draft], place: Path
    ) -> None:
        mapped = over(self.night.config.engine, before.job.groups, place / "counted")
        (place / "counted").mkdir()
        counted = count(before, mapped, _QUIETLY).margins
        were = []
        for site in self.night.config.sites:
            mine = drafts_of(before.job, counted, outside(), site.name)
            settle(mine)
            were += mine
        _refuse_another(self.night, edition, were, place)
        told = _told(were, drafts)
        if edition == self.editions[0][0] and not any(map(_moved, told.values())):
            raise _SameError
        lines = lines_between(were, told)
        made = mapped(partial(changes_of_group, before, after, told, lines))
        _refuse_few(self.night, before.job.parts, told, lines, made, drafts)
        _refuse_opened(self.night, were, drafts)


def changes_of_group(
    before: Ready, after: Ready, told: dict[str, pa.Table], lines: Lines, group: int
) -> dict[str, pa.Table]:
    """How numbers changed by the units of one group, by part, and the lines between them. told: of
    `states`, by table."""
    found, left = {}, []
    for (part, was), (_, now) in zip(before.cells(group), after.cells(group), strict=True):
        shape, numbers, here = part.counting.form.shape, _numbers(part), told[part.table]
        differ = differences(was, now, shape, numbers)
        found[part.name] = unit_changes(differ, shape, here, numbers)
        left.append(rests(lines, part.table, differ, here, numbers, shape))
    return found | {_BETWEEN: changes_between(left)}


def _numbers(part: Part) -> dict[str, str]:
    """The numbers that a part's units make, and which measure of its shape each is."""
    if part.measure:
        return {part.measure: UNITS}
    return {UNITS: UNITS, **{name: name for name in part.counting.form.shape.measures}}


def _told(before: Sequence[Draft], after: Sequence[Draft]) -> dict[str, pa.Table]:
    """By table, what both editions tell; all sites."""
    found: dict[str, list[pa.Table]] = {}
    for was, now in zip(before, after, strict=True):
        found.setdefault(was.form.table, []).append(states(was, now))
    return {name: pa.concat_tables(parts) for name, parts in found.items()}


def _moved(told: pa.Table) -> bool:
    """Whether the two editions differ in what they tell."""
    names = [name.removeprefix("was:") for name in told.column_names if name.startswith("was:")]
    return any(not told[f"was:{name}"].equals(told[f"is:{name}"]) for name in names)


def _refuse_few(
    night: Night,
    parts: Sequence[Part],
    told: dict[str, pa.Table],
    lines: Lines,
    made: Sequence[dict[str, pa.Table]],
    drafts: Sequence[Draft],
) -> None:
    found = Counter(too_few_between(lines, (one[_BETWEEN] for one in made)))
    by_table = {draft.form.table: draft for draft in drafts}
    for part in parts:
        shape, draft = part.counting.form.shape, by_table[part.table]
        names = _numbers(part)
        changed = combined_changes([one[part.name] for one in made], list(names), shape.dimensions)
        for name in names:
            found[part.table] += too_few(
                told[part.table], changed, name, shape, draft.rule,
                people=name == UNITS or draft.people(name),
            )  # fmt: skip
    wrong = [f"{table} ({few})" for table, few in sorted(found.items()) if few]
    if wrong:
        raise WallError(
            f"{night.day}: beside the edition that is out, a new one would tell of changes that "
            f"fewer than k units made, or one of them most of; numbers by table: "
            f"{', '.join(wrong)}; {STAYS}"
        )


def _refuse_opened(night: Night, before: Sequence[Draft], after: Sequence[Draft]) -> None:
    """WallError if what one of two editions leaves out can be had from both."""
    opened: set[str] = set()
    for site in night.config.sites:
        was, now = ([d for d in drafts if _is_of(d, site.name)] for drafts in (before, after))
        opened |= set(opened_by_both(was, now))
    if opened:
        raise WallError(
            f"{night.day}: what is left out of {', '.join(sorted(opened))} could be derived from "
            f"both editions together; {STAYS}"
        )


def _is_of(draft: Draft, site: str) -> bool:
    return bool(draft.margins.num_rows and draft.margins["site"][0].as_py() == site)


def _refuse_another(night: Night, edition: Edition, drafts: Sequence[Draft], place: Path) -> None:
    """WallError unless the drafts are what was published, to the byte: else it is not known whom
    the edition told of."""
    specs = outside()
    sites = [site.name for site in night.config.sites for _ in specs]
    again = {
        (site, draft.form.table): table_of(night, site, spec, draft, place).sha256
        for site, spec, draft in zip(sites, specs * len(night.config.sites), drafts, strict=True)
    }
    if again != {(entry.site, entry.table): entry.sha256 for entry in edition.tables}:
        raise WallError(
            f"{night.day}: the events of then no longer make the edition that is out, since "
            "configuration, keys or software changed; so it cannot be shown whom a new one would "
            f"tell of; {STAYS}"
        )


def _refuse_noise(night: Night, edition: Edition) -> None:
    noisy = sorted({*night.policy.noisy_tables, *(t.table for t in edition.tables if t.noise)})
    if noisy:
        raise UsageError(
            f"{night.day}: {', '.join(noisy)}: in mode dp an edition cannot be superseded: noise "
            "is never drawn twice, since a second draw is a second look at the same people; the "
            "edition stays"
        )


def _refuse_policies(night: Night, editions: Sequence[Edition]) -> None:
    for edition in editions:
        if not edition.policy.rules_as(night.stamp):
            raise UsageError(
                f"{night.day}: its edition was made under policy {edition.policy.name} "
                f"{edition.policy.version}; another one takes effect on dates without an edition, "
                "and supersedes none; name the policy of then"
            )


def _is_made_of(night: Night, edition: Edition, proved: Attested) -> bool:
    known = made_of(night.store, night.day, edition.text().encode())
    return all(known.get(name) == proved.datasets[name] for name in DATASETS)


def _inputs(
    night: Night, editions: Sequence[Edition], proved: Attested
) -> Iterator[tuple[Edition, Attested]]:
    """What each edition was made of. WallError where that is no longer there."""
    for number, edition in enumerate(editions):
        found = replaced(night, edition)
        if found is None:
            which = "that is out" if number == 0 else f"superseded {_times(number)}"
            raise WallError(
                f"{edition_place(night.store, night.day)}: the events that the edition {which} "
                f"({digest(edition.text().encode())[:16]}) was made of are no longer there (they "
                "are kept for a day after another ingest), so it cannot be shown whom a new "
                f"edition would tell of; {STAYS}; late files and objections act on dates without "
                "an edition"
            )
        yield edition, replace(proved, events=found["events"], people=found["people"])


def _times(number: int) -> str:
    return "last" if number == 1 else f"{number} times ago"
