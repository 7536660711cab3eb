"""Disclose: events of a date -> its edition, made once and frozen.

What an edition says of a date it says for good: a second one, made of other events, would tell by
the difference what changed between them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console

from weir.pipelines.attested import Attested, attested, inputs_of
from weir.pipelines.editions import edition_place, read_edition, staged_table, write_edition
from weir.pipelines.ledger import Ledger
from weir.pipelines.night import Night
from weir.pipelines.noised import Noisy
from weir.pipelines.over import over
from weir.pipelines.progress import Marks, watch
from weir.pipelines.recorded import catch_up, record_edition
from weir.pipelines.rounds import GROUP_ROWS, Counted, Job, Part, rounds
from weir.pipelines.steps import staged
from weir.schemas.errors import UsageError, WallError
from weir.schemas.release import Edition, EditionTable
from weir.schemas.tables import TableSpec, Unit, read_tables
from weir.transforms.disclose.edition import Draft, Form, published
from weir.transforms.disclose.finished import refuse_small
from weir.transforms.disclose.margins import Shape
from weir.transforms.disclose.partial import Counting
from weir.transforms.disclose.together import settle
from weir.transforms.disclose.toll import Bounding, Left, Toll, bounding_of, left_of
from weir.transforms.keys import Keyring, public_key_path
from weir.transforms.proving import Proving, prove_finished

KEYS = ("proof", "sampling", "signing")
_TOLD = {"site", "table", "rows", "suppressed", "withheld", "refused"}
_QUIET = Console(quiet=True)


def _noise(entry: EditionTable) -> dict[str, Any]:
    told = {"spent", "error", "usable", "note"}
    return {"noise": entry.noise.model_dump(include=told)} if entry.noise else {}


@dataclass(frozen=True)
class Disclosed:
    """An edition; `made` is False when it was there already and stays as it is. tolls: what making
    it took of each table, for inside eyes; none of one that was there."""

    edition: Edition
    made: bool
    notes: tuple[str, ...] = ()
    tolls: tuple[Toll, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What the terminal, the record of the run and `--json` say: no path, no digest, no value
        of a row. `inside` are exact numbers, which leave the house no more than the tables do."""
        inside = {(toll.site, toll.table): {"inside": toll.to_json()} for toll in self.tolls}
        return {
            "date": self.edition.date.isoformat(),
            "made": self.made,
            "notes": list(self.notes),
            "spent": [spent.model_dump() for spent in self.edition.spent],
            "tables": [
                entry.model_dump(include=_TOLD)
                | _noise(entry)
                | inside.get((entry.site, entry.table), {})
                for entry in self.edition.tables
            ],
        }


def disclose(
    night: Night, *, accept_incomplete: bool = False, console: Console = _QUIET
) -> Disclosed:
    """Make the edition of a date, or find it made. The caller holds the date's lock. console: where
    progress is shown.

    Raises UsageError when there are no events, when the date is incomplete and that was not
    accepted; WallError when the events are not attested or no table can be published. Nothing is
    published then. A table of which what is left out could be derived is withheld whole.
    """
    keyring = night.keyring(*KEYS)
    catch_up(night)
    there = kept(night, keyring)
    if there is not None:
        return there
    with drafted(night, accept_incomplete=accept_incomplete, console=console) as draft:
        edition = _make(draft, keyring)
    record_edition(Ledger(night.ledger_path), edition)
    return Disclosed(edition, made=True, notes=refusals(edition.tables), tolls=draft.tolls)


def refusals(tables: Sequence[EditionTable]) -> tuple[str, ...]:
    """What there is to say of tables that are withheld whole."""
    return tuple(
        f"table {entry.table} ({entry.site}): withheld whole: what is left out of it could be "
        "derived from the rest; raise its k or give it fewer dimensions"
        for entry in tables
        if entry.refused
    )


def kept(night: Night, keyring: Keyring) -> Disclosed | None:
    """The edition that is there already, if one is. Raises as `read_edition`."""
    edition = read_edition(night.store, night.day, public_key_path(keyring.path))
    if edition is None:
        return None
    notes = [f"{edition_place(night.store, night.day)}: made before and frozen; kept as it is"]
    if edition.policy != night.stamp:
        notes.append(
            f"it was made under policy {edition.policy.name} {edition.policy.version}; the policy "
            "of today takes effect on dates without an edition"
        )
    there = [night.store.manifest(name, night.day) for name in ("events", "people")]
    if there[0] is not None and inputs_of(filter(None, there)) != edition.inputs:
        notes.append("the events changed since; an edition does not follow them")
    return Disclosed(edition, made=False, notes=tuple(notes))


@dataclass(frozen=True)
class Drafted:
    """An edition but for its noise: all that is decided, and nothing drawn or published.

    tables: those in mode threshold, whose files lie in `staging` as they will in the store.
    """

    night: Night
    proved: Attested
    noisy: Noisy
    specs: tuple[TableSpec, ...]
    job: Job
    counted: Counted
    tables: tuple[EditionTable, ...]
    left: Mapping[tuple[str, str], Left]  # by (site, table)
    staging: Path

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What the edition says it lacks."""
        return (*self.proved.events.incomplete, *self.noisy.incomplete)

    @property
    def tolls(self) -> tuple[Toll, ...]:
        """What it took of each table on each site, noisy ones among them."""
        names = [(site.name, spec) for site in self.night.config.sites for spec in self.specs]
        return tuple(self._toll(*one) for one in sorted(names, key=lambda n: (n[0], n[1].name)))

    def _toll(self, site: str, spec: TableSpec) -> Toll:
        parts = [part for part in self.job.parts if part.table == spec.name]
        why: dict[str, dict[str, int]] = {}
        for row in self.counted.unnamed[spec.name].to_pylist():
            if row["site"] == site:
                why.setdefault(row["dimension"], {})[row["why"]] = row["values"]
        bounds = tuple(self._bounding(site, part) for part in parts)
        return Toll(site, spec.name, bounds, why, self.left.get((site, spec.name)))

    def _bounding(self, site: str, part: Part) -> Bounding:
        margins = self.counted.margins[part.name]
        total = pc.and_(pc.equal(margins["site"], site), pc.equal(margins["mask"], 0))
        units = pc.sum(margins["units"].filter(total)).as_py() or 0
        return bounding_of(part.unit, units, self.counted.cut[part.name], site, part.measure)

    def noise(self) -> Iterator[EditionTable]:
        """The tables in mode dp: drawn now, if nobody did before."""
        for spec in self.specs:
            if spec.name in self.noisy.tables:
                parts = [part for part in self.job.parts if part.table == spec.name]
                named, margins = self.counted.named[spec.name], self.counted.margins
                yield from self.noisy.editions(spec, parts, margins, named, self.staging)

    def prove(self, tables: Sequence[EditionTable]) -> None:
        """WallError if the finished bytes of a table hold an identifier seen behind the wall."""
        night = self.night
        finished = {
            f"edition of {night.day}, {t.site} {t.table}": pq.read_table(self.staging / t.path)
            for t in tables
        }
        seen = night.store.paths(self.proved.proof.files)
        prove_finished(Proving("", night.keyring("proof")), finished, seen)


@contextmanager
def drafted(
    night: Night, *, accept_incomplete: bool, console: Console = _QUIET, draw: bool = True
) -> Iterator[Drafted]:
    """Decide what an edition says. The caller holds the date's lock; what is staged is gone when
    the body ends. draw: names of noisy tables are drawn and paid for. Raises as `disclose`."""
    proved = attested(night)
    lacking = proved.events.incomplete
    if lacking and not accept_incomplete:
        raise UsageError(
            f"{night.day}: its events are incomplete ({'; '.join(lacking)}); get the "
            "files and ingest the date again, or say --accept-incomplete: an edition is frozen"
        )
    noisy = Noisy.open(night, accept_incomplete=accept_incomplete)
    specs = tuple(spec for spec in read_tables().values() if not spec.inside)
    with staged(night, "disclose") as staging:
        job = _job(night, specs, proved, staging)
        counted = rounds(
            job,
            over(night.config.engine, job.groups, staging),
            noisy.named if draw else noisy.unnoised,
            partial(watch, console),
        )
        crowds = [spec for spec in specs if night.policy.rule(spec.name).mode == "threshold"]
        tables, left = [], {}
        with _settling(console, job.marks("tables"), crowds, counted) as done:
            for site in night.config.sites:
                drafts = [_draft(job, spec, counted, site.name) for spec in crowds]
                settle(drafts, done)
                for spec, draft in zip(crowds, drafts, strict=True):
                    tables.append(_table(night, site.name, spec, draft, staging))
                    left[site.name, spec.name] = left_of(draft)
        _refuse_nothing(tables)
        yield Drafted(
            night, proved, noisy, specs, job, counted, tuple(tables), left, staging
        )  # fmt: skip


@contextmanager
def _settling(
    console: Console, marks: Marks, crowds: Sequence[TableSpec], counted: Counted
) -> Iterator[Callable[[int], None]]:
    """Shows how many of all numbers were settled; whoever settles some says so."""
    settled = 0

    def done(numbers: int) -> None:
        nonlocal settled
        settled += numbers
        marks.note("numbers", settled, settled)

    total = sum(
        counted.margins[spec.name].num_rows * sum(not m.inside for m in spec.measures.values())
        for spec in crowds
    )
    with watch(console, "tables", marks, total, "numbers"):
        yield done


def _make(draft: Drafted, keyring: Keyring) -> Edition:
    night = draft.night
    tables = [*draft.tables, *draft.noise()]
    draft.prove(tables)
    for entry in tables:
        (night.store.root / entry.path).parent.mkdir(parents=True, exist_ok=True)
        (draft.staging / entry.path).replace(night.store.root / entry.path)
    return write_edition(
        night.store,
        Edition(
            date=night.day,
            policy=night.stamp,
            inputs=draft.proved.inputs,
            incomplete=draft.incomplete,
            spent=draft.noisy.spent,
            tables=tuple(sorted(tables, key=lambda t: (t.site, t.table))),
            software=night.software,
        ),
        draft.proved.word,
        keyring,
    )


def _job(
    night: Night,
    specs: Sequence[TableSpec],
    proved: Attested,
    staging: Path,
) -> Job:
    keyring = night.keyring("sampling")
    return Job(
        files=proved.event_files(night.store),
        people=tuple(night.store.paths(proved.people.files)),
        sites=night.config.sites,
        buckets=night.store.buckets,
        rows=sum(file.rows for file in proved.events.files),
        parts=tuple(part for spec in specs for part in parts_of(spec, night, keyring)),
        staging=str(staging),
        memory_mb=night.config.engine.memory_mb,
        group_rows=GROUP_ROWS,
    )


def parts_of(spec: TableSpec, night: Night, keyring: Keyring) -> list[Part]:
    """What is counted for a table: its own unit's part, and one for each measure of another unit
    (users in a table of visitors)."""
    outside = {n: m for n, m in spec.measures.items() if not m.inside}
    others = {n: m for n, m in outside.items() if m.exchanged and m.distinct != spec.unit}
    own = tuple(name for name in outside if name not in others)
    people = frozenset(n for n in own if spec.measures[n].distinct == spec.unit)
    finest = frozenset(n for n in own if spec.measures[n].finest)
    fields = tuple(spec.schema.field(name) for name in (*spec.dimensions, *outside))
    same = {name: m.same for name, m in outside.items() if m.same}
    routes = {site.name: site.public_paths for site in night.config.sites}
    rule = night.policy.rule(spec.name)
    open_ = spec.open_dimensions if rule.mode == "threshold" else spec.unlisted

    def part(measure: str, unit: Unit, measures: tuple[str, ...], shape: Shape) -> Part:
        form = Form(spec.name, unit, shape, fields, same, spec.sums)
        drawn = (spec.name, unit, night.day.isoformat())
        counting = Counting(form, rule, keyring, drawn, open_, routes)
        return Part(spec.name, measure, unit, measures, counting)

    dimensions = tuple(spec.dimensions)
    return [
        part("", spec.unit, own, Shape(dimensions, own, people, finest)),
        *(part(n, cast(Unit, m.distinct), (n,), Shape(dimensions, ())) for n, m in others.items()),
    ]


def _draft(job: Job, spec: TableSpec, counted: Counted, site: str) -> Draft:
    counting, margins = job.part(spec.name).counting, counted.margins[spec.name]
    return Draft(counting.form, counting.rule, margins.filter(pc.equal(margins["site"], site)))


def _table(night: Night, site: str, spec: TableSpec, draft: Draft, staging: Path) -> EditionTable:
    """What may be said is written, how much may not is noted. Files lie in `staging` as they will
    in the store, until they are proved."""
    form, rule = draft.form, draft.rule
    said = published(draft, night.day)
    refuse_small(said, form, rule)
    return staged_table(
        said.rows, form.schema, site, spec, rule, staging,
        suppressed=said.suppressed, withheld=said.values, refused=said.refused,
    )  # fmt: skip


def _refuse_nothing(tables: Sequence[EditionTable]) -> None:
    """WallError if every table would be withheld whole."""
    if tables and all(table.refused for table in tables):
        raise WallError(
            "in no table could what was left out be kept from being derived; nothing was "
            "published; raise k or give the tables fewer dimensions"
        )
