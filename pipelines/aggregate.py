"""Step 2 of a night: events -> internal tables, one canonical Parquet file a table and date.

buckets | CountBucket   -> (table, partial)            sums of what adds up over buckets
                        -> names of files of distinct (cell, unit) pairs, by bucket of the unit
        | CountPairs    -> (table, partial)            users and recipients, exchanged once more
        | MergePartials -> (table, whole table) | WriteTable -> name, file, rows
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from apache_beam.pvalue import AsSingleton, TaggedOutput
from rich.console import Console

from weir.pipelines.failure import told
from weir.pipelines.gather import Gather
from weir.pipelines.night import Night
from weir.pipelines.progress import Marks, watch
from weir.pipelines.runners import run
from weir.pipelines.steps import staged
from weir.schemas.columns import NII, PSEUDONYM, Zone, column
from weir.schemas.config import Site
from weir.schemas.manifests import DataFile, Manifest
from weir.schemas.tables import TableSpec, read_tables
from weir.transforms.aggregate import count_pairs, finish, merge, partials
from weir.transforms.buckets import bucket_of
from weir.transforms.events import EventFiles, together
from weir.transforms.people import read_people
from weir.transforms.proving import Proving, prove_finished
from weir.transforms.visits import COLUMNS, TEXTS
from weir.transforms.write import read_bucket, write_canonical, write_events

UNIT_SHARDS = 16
_MERGE_AT = 8


@dataclass(frozen=True)
class Counting:
    """What a worker needs to count a bucket; picklable."""

    events: EventFiles
    people: tuple[str, ...]
    sites: tuple[Site, ...]
    staging: str
    memory_mb: int
    marks: Marks


@dataclass(eq=False)
class CountBucket(beam.DoFn):  # type: ignore[misc]
    """Some buckets -> (table, partial); tagged `pairs`: (table, measure, path) as JSON."""

    counting: Counting

    def process(self, buckets: tuple[int, ...]) -> Iterator[Any]:
        """Count some buckets, as if they were one, for all tables."""
        with told(self.counting.staging):
            yield from self._count(buckets)

    def _count(self, buckets: tuple[int, ...]) -> Iterator[Any]:
        work = self.counting
        events = work.events.buckets(buckets, COLUMNS, TEXTS)
        found = partials(
            events,
            read_people(work.people),
            work.sites,
            read_tables().values(),
            memory_mb=work.memory_mb,
            temp_dir=Path(work.staging) / "spill",
        )
        yield from found.tables.items()
        for (table, measure), pairs in found.pairs.items():
            if pairs.num_rows:
                path = write_pairs(pairs, Path(work.staging) / "pairs")
                yield TaggedOutput("pairs", json.dumps([table, measure, path]))
        work.marks.note(str(buckets[0]), events.num_rows, len(buckets))


def write_pairs(pairs: pa.Table, place: Path) -> str:
    """Distinct (cell, unit) pairs, a row group for each shard of units. Pseudonyms: internal."""
    schema = pa.schema(
        column(f.name, f.type, PSEUDONYM if f.name == "unit" else NII, "of a cell")
        for f in pairs.schema
    )
    shard = bucket_of(pairs["unit"].combine_chunks(), UNIT_SHARDS)
    classed = pairs.cast(schema)
    groups = [classed.filter(pc.equal(shard, i)) for i in range(UNIT_SHARDS)]
    return write_events(groups, schema, place).path


def count_shard(shard: int, pairs: str) -> Iterator[tuple[str, pa.Table]]:
    """(table, partial) of the units that live in one shard."""
    by_measure: dict[tuple[str, str], list[str]] = {}
    for text in json.loads(pairs):
        table, measure, path = text
        by_measure.setdefault((table, measure), []).append(path)
    for (table, measure), paths in sorted(by_measure.items()):
        held = [read_bucket(path, shard) for path in sorted(paths)]
        if any(part.num_rows for part in held):
            yield table, count_pairs(measure, held)


class MergePartials(beam.CombineFn):  # type: ignore[misc]
    """Partials of one table -> one. Holds a few and merges them, so memory stays flat."""

    def create_accumulator(self) -> list[pa.Table]:
        return []

    def add_input(self, held: list[pa.Table], partial: pa.Table | None) -> list[pa.Table]:
        if partial is None:
            return held
        grown = [*held, partial]
        return [merge(grown)] if len(grown) >= _MERGE_AT else grown

    def merge_accumulators(self, several: Iterable[list[pa.Table]]) -> list[pa.Table]:
        parts = [part for held in several for part in held]
        return [merge(parts)] if parts else []

    def extract_output(self, held: list[pa.Table]) -> pa.Table | None:
        return merge(held) if held else None


def write_table(
    merged: tuple[str, pa.Table | None], night: str, proving: Proving, dictionaries: list[str]
) -> dict[str, Any]:
    """A whole table as its file, whose finished bytes hold no identifier, or the run stops."""
    with told(proving.staging):
        return _proved_table(merged, night, proving, dictionaries)


def _proved_table(
    merged: tuple[str, pa.Table | None], night: str, proving: Proving, dictionaries: list[str]
) -> dict[str, Any]:
    from datetime import date

    name, table = merged
    spec = read_tables()[name]
    whole = finish(table, spec, date.fromisoformat(night))
    place = Path(proving.staging) / "tables" / name
    written = write_canonical(whole, spec.schema, place, Zone.INTERNAL)
    prove_finished(proving, {f"table {name} of {night}": pq.read_table(written.path)}, dictionaries)
    return {"table": name, "path": written.path, "rows": written.rows, "sha256": written.sha256}


@dataclass(frozen=True)
class Aggregate:
    """The pipeline of a night's tables; its result is a JSON file in the staging directory."""

    counting: Counting
    buckets: tuple[tuple[int, ...], ...]
    specs: tuple[TableSpec, ...]
    day: str
    proving: Proving
    dictionaries: list[str]
    result: Path

    def build(self, p: beam.Pipeline) -> None:
        """Wire the steps. Create spreads what it makes over the workers."""
        counted = (
            p
            | "Buckets" >> beam.Create(self.buckets)
            | "CountBucket"
            >> beam.ParDo(CountBucket(self.counting)).with_outputs("pairs", main="tables")
        )
        pairs = counted.pairs | "GatherPairs" >> beam.CombineGlobally(Gather())
        exchanged = (
            p
            | "Shards" >> beam.Create(range(UNIT_SHARDS))
            | "CountPairs" >> beam.FlatMap(count_shard, AsSingleton(pairs))  # (table, partial)
        )
        # Every table is published, also one that no bucket had a row for.
        every = p | "Tables" >> beam.Create(
            [(spec.name, None) for spec in self.specs], reshuffle=False
        )
        _ = (
            (counted.tables, exchanged, every)
            | beam.Flatten()
            | "MergePartials" >> beam.CombinePerKey(MergePartials())
            | "WriteTable" >> beam.Map(write_table, self.day, self.proving, self.dictionaries)
            | "Text" >> beam.Map(json.dumps)
            | "GatherTables" >> beam.CombineGlobally(Gather())
            | "Result" >> beam.Map(_write_result, str(self.result))
        )


def _write_result(text: str, path: str) -> None:
    temporary = Path(f"{path}.part")
    temporary.write_text(text)
    temporary.replace(path)


def aggregate(night: Night, console: Console) -> dict[str, int]:
    """Make and publish the tables of a date; rows of each. The caller holds the date's lock."""
    remedy = f"`weir ingest --date {night.day}` makes them"
    events = night.store.require("events", night.day, remedy)
    people = night.store.require("people", night.day, remedy)
    specs = tuple(read_tables().values())
    with staged(night, "aggregate") as staging:
        marks, result = Marks(str(staging / "marks")), staging / "result.json"
        counting = Counting(
            events=event_files(night, events),
            people=tuple(night.store.paths(people.files)),
            sites=night.config.sites,
            staging=str(staging),
            memory_mb=night.config.engine.memory_mb,
            marks=marks,
        )
        rows = sum(file.rows for file in events.files)
        work = together(events.buckets, rows)
        seen = night.store.require("restricted/proof", night.day, remedy)
        job = Aggregate(
            counting=counting,
            buckets=work,
            specs=specs,
            day=night.day.isoformat(),
            proving=Proving(str(staging), night.keyring("proof")),
            dictionaries=night.store.paths(seen.files),
            result=result,
        )
        with watch(console, "aggregate", marks, events.buckets):
            run(night.config.engine, job.build, staging)
        return _publish(night, events, json.loads(result.read_text()))


def event_files(night: Night, events: Manifest) -> EventFiles:
    """A manifest's files by role, as absolute paths."""

    def of(role: str) -> tuple[str, ...]:
        return tuple(night.store.paths(file for file in events.files if file.role == role))

    return EventFiles(of("rows"), of("moved_in"), of("moved_out"))


def _publish(night: Night, events: Manifest, tables: list[dict[str, Any]]) -> dict[str, int]:
    for entry in sorted(tables, key=lambda e: e["table"]):
        dataset = f"tables/{entry['table']}"
        place = night.store.adopt(Path(entry["path"]), dataset)
        night.store.publish(
            Manifest(
                dataset=dataset,
                date=night.day,
                files=(DataFile(path=place, rows=entry["rows"], sha256=entry["sha256"]),),
                policy=night.stamp,
                inputs=events.inputs,
                incomplete=events.incomplete,
                detector=events.detector,
                software=night.software,
            )
        )
        night.store.sweep(dataset)
    return {entry["table"]: entry["rows"] for entry in sorted(tables, key=lambda e: e["table"])}
