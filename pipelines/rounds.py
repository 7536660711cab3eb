"""The rounds in which a date's tables are counted for its edition, group of visitors by group.

    # round 0: group -> users who opted out in some browser
    # round 1: group -> crowds of open values; cells of users and recipients, exchanged by file
    # round 2: group of units -> crowds of open values in their tables
    # round 3: group (of visitors, of units) -> margins, folded by the crowds of all
    # all groups -> margins of each table

Each step is a function of the job and a group's number, for any runner to map. How buckets are
grouped never changes a result: a visitor is in one bucket, an exchanged unit in one group.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.pipelines.over import Over
from weir.pipelines.progress import Marks
from weir.schemas.columns import NII, PSEUDONYM, column
from weir.schemas.config import Site
from weir.schemas.event import PERSON
from weir.schemas.tables import Unit, read_tables
from weir.transforms.aggregate import Bucket, cells, merge_cells, open_bucket
from weir.transforms.buckets import bucket_of
from weir.transforms.disclose.crowd import UNNAMED, unnamed
from weir.transforms.disclose.cut import cut_of
from weir.transforms.disclose.edition import with_people
from weir.transforms.disclose.margins import combined
from weir.transforms.disclose.partial import (
    Counting,
    crowd_partial,
    folded_cells,
    margins_and_cut,
)
from weir.transforms.events import ROWS_TOGETHER, EventFiles, Portion, portions_of
from weir.transforms.visits import relate
from weir.transforms.write import read_bucket, write_events

CROWDS, MARGINS, UNITS = "crowds", "margins", "units"
"""The rounds that take time, as they are shown."""


@dataclass(frozen=True)
class Part:
    """What is counted of a table for one unit. measure: empty for the table's own unit; else the
    measure that another unit counts."""

    table: str
    measure: str
    unit: Unit
    measures: tuple[str, ...]
    counting: Counting

    @property
    def name(self) -> str:
        """Unique in a job."""
        return f"{self.table}.{self.measure}" if self.measure else self.table

    @property
    def exchanged(self) -> bool:
        """Its units may be in several visitor buckets."""
        return self.unit != "visitor"

    @property
    def schema(self) -> pa.Schema:
        """Its cells on their way to the group of their unit. Zone: internal."""
        counting = self.counting.form.shape
        return pa.schema(
            [
                column("site", pa.string(), NII, "site"),
                *(column(name, pa.string(), NII, "dimension") for name in counting.dimensions),
                column("unit", pa.binary(16), PSEUDONYM, "user or recipient"),
                column("netblock", pa.binary(16), PSEUDONYM, "one of the unit's"),
                *(column(name, pa.int64(), NII, "measure") for name in self.measures),
            ]
        )


@dataclass(frozen=True)
class Job:
    """A date's events and what is to be counted of them."""

    files: EventFiles
    people: tuple[str, ...]
    sites: tuple[Site, ...]
    buckets: int
    rows: int
    parts: tuple[Part, ...]
    staging: str
    memory_mb: int
    group_rows: int = ROWS_TOGETHER
    out: pa.Array = field(default_factory=lambda: pa.array([], pa.binary(16)))  # users, by round 0

    def part(self, name: str) -> Part:
        """The part of that name."""
        return next(part for part in self.parts if part.name == name)

    @cached_property
    def portions(self) -> tuple[Portion, ...]:
        """A group's visitors, by its number: some of about `group_rows` rows."""
        return portions_of(self.buckets, self.rows, at_most=self.group_rows)

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.portions)

    def events(self, group: int, columns: Sequence[str] | None = None) -> pa.Table:
        """The events of a group's visitors."""
        return self.files.of(self.portions[group], columns)

    def marks(self, step: str) -> Marks:
        """Where workers note how far a step is: rows read, and groups."""
        return Marks(str(Path(self.staging) / "marks" / step))

    @contextmanager
    def open(self, group: int, step: str) -> Iterator[Bucket]:
        """The relations of a group's people who are counted outside: sharable, and no bots.
        Noted as done when the body is."""
        events = self.events(group)
        read = events.num_rows
        people = pa.concat_tables([PERSON.empty_table(), *map(pq.read_table, self.people)])
        refused = people.filter(pc.invert(people["sharable"]))["key"]
        events = _without(events, pa.concat_arrays([self.out, *refused.chunks]))
        people = people.filter(people["sharable"])
        spill = Path(self.staging) / "spill"
        relations = relate(events, self.sites)
        with open_bucket(relations, people, memory_mb=self.memory_mb, temp_dir=spill) as bucket:
            yield bucket
        self.marks(step).note(str(group), read, 1)


def _without(events: pa.Table, out: pa.Array) -> pa.Table:
    """Events less robots' and less all of every visitor who opted out: by a signal on any hit, as
    the user of one, or where the same address and user agent did and nothing else tells who asked.

    out: users who did, by profile or in another browser, and networks; a script's visitors are
    among the keys of `out` too, and are in no column of users.
    """
    refuses = pc.or_(
        pc.invert(events["sharable"]), pc.fill_null(pc.is_in(events["user"], value_set=out), False)
    )
    refuses = pc.or_(refuses, pc.is_in(events["visitor"], value_set=out))
    nameless = pc.equal(events["basis"], "network")
    same = pc.fill_null(pc.is_in(events["network"], value_set=out), False)
    refuses = pc.or_(refuses, pc.and_(nameless, same))
    gone = pc.unique(events["visitor"].filter(refuses))
    stays = pc.invert(pc.is_in(events["visitor"], value_set=gone))
    return events.filter(pc.and_(stays, pc.is_null(events["bot"])))


def users_out(job: Job, group: int) -> pa.Array:
    """Round 0: the users, and the networks, of a group's hits that refuse sharing."""
    events = job.events(group, ("user", "network", "sharable"))
    refuse = events.filter(pc.invert(events["sharable"]))
    return pa.concat_arrays(
        pc.unique(refuse[name].combine_chunks()).drop_null() for name in ("user", "network")
    )


@dataclass(frozen=True)
class Surveyed:
    """What round 1 learns of a group: crowds by part, files of exchanged cells by part."""

    crowds: dict[str, pa.Table]
    files: dict[str, str]


def survey(job: Job, group: int) -> Surveyed:
    """Round 1."""
    crowds, files = {}, {}
    with job.open(group, CROWDS) as bucket:
        for part in job.parts:
            if part.exchanged:
                place = Path(job.staging) / part.name / str(group)
                files[part.name] = _exchange(job, part, _cells(bucket, part), place)
            elif part.counting.open:
                crowds[part.name] = crowd_partial(_cells(bucket, part), part.counting)
    return Surveyed(crowds, files)


def _cells(bucket: Bucket, part: Part) -> pa.Table:
    spec = read_tables()[part.table]
    return cells(bucket, spec, part.unit, measures=part.measures)


def _exchange(job: Job, part: Part, found: pa.Table, place: Path) -> str:
    found = found.select(part.schema.names).cast(part.schema)
    home = pa.array(bucket_of(found["unit"].combine_chunks(), job.groups))
    groups = [found.filter(pc.equal(home, group)) for group in range(job.groups)]
    return write_events(groups, part.schema, place).path


def exchanged_cells(part: Part, files: Sequence[str], group: int) -> pa.Table:
    """All that the units of one group did, whichever visitor they did it as."""
    parts = [read_bucket(path, group) for path in files]
    return merge_cells(parts, read_tables()[part.table])


Files = dict[str, tuple[str, ...]]
"""Files of exchanged cells, by part."""


def crowds_of_units(job: Job, files: Files, group: int) -> dict[str, pa.Table]:
    """Round 2: crowds by part."""
    return {
        part.name: crowd_partial(exchanged_cells(part, files[part.name], group), part.counting)
        for part in job.parts
        if part.exchanged and part.counting.open
    }


def margins_of_group(
    job: Job, named: dict[str, pa.Table], files: Files, group: int
) -> dict[str, tuple[pa.Table, pa.Table]]:
    """Round 3: margins by part, and what bounding cost. named: by table, the open values that have
    a crowd."""
    found = {}
    with job.open(group, MARGINS) as bucket:
        for part in job.parts:
            mine = _mine(bucket, part, files, group)
            found[part.name] = margins_and_cut(mine, part.counting, named[part.table])
    return found


def _mine(bucket: Bucket, part: Part, files: Files, group: int) -> pa.Table:
    """The cells of the units that a group counts for a part."""
    if part.exchanged:
        return exchanged_cells(part, files[part.name], group)
    return _cells(bucket, part)


Naming = Callable[[Part, list[pa.Table]], pa.Table]
"""Of crowds over all groups (schema CROWD) the (site, dimension, value) that may be named."""


Watching = Callable[[str, Marks, int], AbstractContextManager[None]]
"""Shows how far a step of so many groups is while the body runs."""


@dataclass(frozen=True)
class Ready:
    """A job whose names are settled and whose units are exchanged: what round 3 counts from."""

    job: Job
    named: dict[str, pa.Table]  # values named, by table
    files: Files
    unnamed: dict[str, pa.Table]  # by table in mode threshold (schema UNNAMED); for inside eyes

    def cells(self, group: int) -> Iterator[tuple[Part, pa.Table]]:
        """Each part's contributions of one group, as they are counted: bounded, folded, a row a
        (site, unit, cell)."""
        with self.job.open(group, UNITS) as bucket:
            for part in self.job.parts:
                mine = _mine(bucket, part, self.files, group)
                yield part, folded_cells(mine, part.counting, self.named[part.table])


def ready(job: Job, over: Over, naming: Naming, watching: Watching) -> Ready:
    """Rounds 0 to 2. `over` maps a round, wherever it runs; `naming` decides here what values of a
    table may be named."""
    job = replace(job, out=pa.concat_arrays(over(partial(users_out, job))))
    with watching(CROWDS, job.marks(CROWDS), job.groups):
        surveyed: list[Surveyed] = over(partial(survey, job))
    files: Files = {
        part.name: tuple(found.files[part.name] for found in surveyed)
        for part in job.parts
        if part.exchanged
    }
    crowds = [found.crowds for found in surveyed]
    if any(part.exchanged and part.counting.open for part in job.parts):
        crowds += over(partial(crowds_of_units, job, files))
    own = [part for part in job.parts if not part.measure]
    of = {part.name: [one[part.name] for one in crowds if part.name in one] for part in own}
    return Ready(
        job,
        named={part.table: naming(part, of[part.name]) for part in own},
        files=files,
        unnamed={part.table: _unnamed(part, of[part.name]) for part in own},
    )


@dataclass(frozen=True)
class Counted:
    """Of all groups and sites, by part. A table's own part has a `behind:` column in its margins
    for each measure that another unit counts (see `with_people`)."""

    margins: dict[str, pa.Table]
    cut: dict[str, pa.Table]  # what bounding cost (schema CUT); for inside eyes


def count(ready_: Ready, over: Over, watching: Watching) -> Counted:
    """Round 3."""
    job = ready_.job
    with watching(MARGINS, job.marks(MARGINS), job.groups):
        counted = over(partial(margins_of_group, job, ready_.named, ready_.files))
    found = {
        part.name: combined([group[part.name][0] for group in counted], part.counting.form.shape)
        for part in job.parts
    }
    joined = {part.name: _joined(job, part, found) for part in job.parts if not part.measure}
    cut = {part.name: cut_of(group[part.name][1] for group in counted) for part in job.parts}
    return Counted(found | joined, cut)


def _unnamed(part: Part, crowds: list[pa.Table]) -> pa.Table:
    """What has no crowd; in mode dp it is noise that decides, and not a crowd."""
    rule = part.counting.rule
    return unnamed(crowds, rule) if rule.mode == "threshold" else UNNAMED.empty_table()


def _joined(job: Job, part: Part, found: dict[str, pa.Table]) -> pa.Table:
    """A table's margins with those of its other units beside them."""
    margins_ = found[part.name]
    for other in job.parts:
        if other.table == part.table and other.measure:
            shape = part.counting.form.shape
            margins_ = with_people(margins_, other.measure, found[other.name], shape)
    return margins_
