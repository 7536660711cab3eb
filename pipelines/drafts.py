"""A date's edition while it is decided what it says: counted, suppressed, attacked.

Publishing it and telling what it would be begin here alike (disclose.py, foresee.py), so the one
tells the truth about the other. Nothing is published and no number is drawn.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console

from weir.pipelines.attested import Attested, attested
from weir.pipelines.editions import staged_table
from weir.pipelines.lacking import outdated
from weir.pipelines.night import Night
from weir.pipelines.noised import Noisy
from weir.pipelines.over import over
from weir.pipelines.progress import Marks, watch
from weir.pipelines.rounds import Counted, Job, Part, Ready, count, ready
from weir.pipelines.steps import staged
from weir.schemas.errors import UsageError, WallError
from weir.schemas.release import EditionTable
from weir.schemas.tables import TableSpec, Unit, read_tables
from weir.transforms.disclose.edition import Draft, Form, published
from weir.transforms.disclose.finished import refuse_small
from weir.transforms.disclose.margins import Shape
from weir.transforms.disclose.partial import Counting
from weir.transforms.disclose.together import settle
from weir.transforms.disclose.toll import Bounding, Left, Toll, bounding_of, left_of
from weir.transforms.events import ROWS_TOGETHER
from weir.transforms.keys import Keyring
from weir.transforms.proving import Proving, prove_finished

QUIET = Console(quiet=True)


@dataclass(frozen=True)
class Drafted:
    """An edition but for its noise: all that is decided, and nothing drawn or published.

    tables: those in mode threshold, whose files lie in `staging` as they will in the store.
    """

    night: Night
    proved: Attested
    noisy: Noisy
    specs: tuple[TableSpec, ...]
    made: Ready
    counted: Counted
    tables: tuple[EditionTable, ...]
    drafts: tuple[Draft, ...]  # settled, of each site all of them
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
        parts = [part for part in self.made.job.parts if part.table == spec.name]
        why: dict[str, dict[str, int]] = {}
        for row in self.made.unnamed[spec.name].to_pylist():
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
                parts = [part for part in self.made.job.parts if part.table == spec.name]
                named, margins = self.made.named[spec.name], self.counted.margins
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
    night: Night,
    *,
    accept_incomplete: bool,
    console: Console = QUIET,
    draw: bool = True,
    rows: int = 0,
) -> Iterator[Drafted]:
    """Decide what an edition says. The caller holds the date's lock; what is staged is gone when
    the body ends. draw: names of noisy tables are drawn and paid for. rows: of an edition that it
    is held against, if more: both are counted in the same groups. Raises as `disclose`."""
    proved = attested(night)
    lacking = (*proved.events.incomplete, *outdated(night, proved.people.facts))
    if lacking and not accept_incomplete:
        raise UsageError(
            f"{night.day}: its events are incomplete ({'; '.join(lacking)}); get the "
            "files and ingest the date again, or say --accept-incomplete: an edition is frozen"
        )
    noisy = Noisy.open(night, accept_incomplete=accept_incomplete)
    specs = outside()
    with staged(night, "disclose") as staging:
        job = job_of(night, specs, proved, staging)
        job = replace(job, rows=max(job.rows, rows))
        mapped, watching = over(night.config.engine, job.groups, staging), partial(watch, console)
        made = ready(job, mapped, noisy.named if draw else noisy.unnoised, watching)
        counted = count(made, mapped, watching)
        crowds = [spec for spec in specs if night.policy.rule(spec.name).mode == "threshold"]
        tables, left, marks, whole = [], {}, job.marks("tables"), list[Draft]()
        sizes = {site.name: _numbers(counted, crowds, site.name) for site in night.config.sites}
        with watch(console, "tables", marks, sum(sizes.values()), "numbers"):
            for site, size in sizes.items():
                drafts = drafts_of(job, counted.margins, crowds, site)
                _settle(drafts, marks, site)
                whole += drafts
                for spec, draft in zip(crowds, drafts, strict=True):
                    tables.append(table_of(night, site, spec, draft, staging))
                    left[site, spec.name] = left_of(draft)
                marks.note(site, size, size)
        _refuse_nothing(tables)
        yield Drafted(
            night, proved, noisy, specs, made, counted, tuple(tables), tuple(whole), left, staging
        )  # fmt: skip


def _numbers(counted: Counted, crowds: Sequence[TableSpec], site: str) -> int:
    """How many numbers of a site's tables there are to settle."""
    return sum(
        (pc.sum(pc.equal(counted.margins[spec.name]["site"], site)).as_py() or 0)
        * sum(not measure.inside for measure in spec.measures.values())
        for spec in crowds
    )


def _settle(drafts: Sequence[Draft], marks: Marks, site: str) -> None:
    settled = 0

    def done(numbers: int) -> None:
        nonlocal settled
        settled += numbers
        marks.note(site, settled, settled)

    settle(drafts, done)


def outside() -> tuple[TableSpec, ...]:
    """The tables that an edition has."""
    return tuple(spec for spec in read_tables().values() if not spec.inside)


def job_of(night: Night, specs: Sequence[TableSpec], proved: Attested, staging: Path) -> Job:
    """What is counted of a date's events for its edition."""
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
        group_rows=ROWS_TOGETHER,
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
    links = tuple(link for link in spec.links if link.of in outside)
    routes = {site.name: site.public_paths for site in night.config.sites}
    rule = night.policy.rule(spec.name)
    open_ = spec.open_dimensions if rule.mode == "threshold" else spec.unlisted

    def part(measure: str, unit: Unit, measures: tuple[str, ...], shape: Shape) -> Part:
        form = Form(spec.name, unit, shape, fields, same, spec.sums, links)
        drawn = (spec.name, unit, night.day.isoformat())
        counting = Counting(form, rule, keyring, drawn, open_, routes)
        return Part(spec.name, measure, unit, measures, counting)

    dimensions = tuple(spec.dimensions)
    return [
        part("", spec.unit, own, Shape(dimensions, own, people, finest)),
        *(part(n, cast(Unit, m.distinct), (n,), Shape(dimensions, ())) for n, m in others.items()),
    ]


def drafts_of(
    job: Job, margins: Mapping[str, pa.Table], specs: Sequence[TableSpec], site: str
) -> list[Draft]:
    """A site's tables, of margins by part."""
    found = []
    for spec in specs:
        counting, mine = job.part(spec.name).counting, margins[spec.name]
        mine = mine.filter(pc.equal(mine["site"], site))
        found.append(Draft(counting.form, counting.rule, mine))
    return found


def table_of(night: Night, site: str, spec: TableSpec, draft: Draft, staging: Path) -> EditionTable:
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


def refusals(tables: Sequence[EditionTable]) -> tuple[str, ...]:
    """What there is to say of tables that are withheld whole."""
    return tuple(
        f"table {entry.table} ({entry.site}): withheld whole: what is left out of it could be "
        "derived from the rest; raise its k or give it fewer dimensions"
        for entry in tables
        if entry.refused
    )
