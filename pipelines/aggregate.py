"""Step 2 of a night: events -> internal tables, one canonical Parquet file a table and date.

portions | Count      -> files of partial tables, and of distinct (cell, unit) pairs
shards   | CountPairs -> files of partial tables: users and recipients, exchanged by unit
tables   | WriteTable -> name, file, rows
         | Prove      -> the same, if no table holds an identifier
"""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.pvalue import AsSingleton
from rich.console import Console

from weir.pipelines.attested import attested
from weir.pipelines.counting import (
    CONTACTS,
    UNIT_SHARDS,
    Counting,
    Expected,
    count_portion,
    count_shard,
    prove_tables,
    write_table,
)
from weir.pipelines.earlier import Earlier, earlier
from weir.pipelines.gather import Gather
from weir.pipelines.hands import done, workers
from weir.pipelines.night import Night
from weir.pipelines.progress import Marks, watch
from weir.pipelines.runners import run
from weir.pipelines.steps import staged
from weir.schemas.errors import WeirError
from weir.schemas.manifests import DataFile, Manifest
from weir.schemas.tables import read_tables
from weir.transforms.events import Portion, portions_of
from weir.transforms.proving import Proving


@dataclass(frozen=True)
class Aggregate:
    """The pipeline of a night's tables; its result is a JSON file in the staging directory."""

    counting: Counting
    portions: tuple[Portion, ...]
    rows: int  # of all portions
    tables: tuple[str, ...]
    day: str
    proving: Proving
    dictionaries: tuple[str, ...]
    result: Path

    def build(self, p: beam.Pipeline) -> None:
        """Wire the steps. Create spreads what it makes over the workers."""
        staging = self.counting.staging
        counted = (
            p
            | "Portions" >> beam.Create(self.portions)
            | "Count" >> beam.Map(partial(done, staging, count_portion), self.counting)
            | "GatherCounted" >> Gather.all()
        )
        exchanged = (
            p
            | "Shards" >> beam.Create(range(UNIT_SHARDS))
            | "CountPairs"
            >> beam.Map(partial(done, staging, count_shard), AsSingleton(counted), staging)
            | "GatherExchanged" >> Gather.all()
        )
        _ = (
            p
            | "Tables" >> beam.Create(self.tables)
            | "WriteTable"
            >> beam.Map(
                partial(done, staging, write_table),
                AsSingleton(counted),
                AsSingleton(exchanged),
                Expected(self.portions, self.rows),
                self.day,
                self.counting.crowd,
                staging,
            )
            | "GatherTables" >> Gather.all()
            | "Prove"
            >> beam.Map(
                partial(done, staging, prove_tables), self.proving, self.dictionaries, self.day
            )
            | "Result" >> beam.Map(_write_result, str(self.result))
        )


def _write_result(text: str, path: str) -> None:
    temporary = Path(f"{path}.part")
    temporary.write_text(text)
    temporary.replace(path)


def aggregate(night: Night, console: Console) -> dict[str, int]:
    """Make and publish the tables of a date; rows of each. The caller holds the date's lock."""
    proved = attested(night)
    events = proved.events
    with staged(night, "aggregate") as staging:
        marks, result = Marks(str(staging / "marks")), staging / "result.json"
        before = earlier(night, proved, staging)
        counting = Counting(
            events=proved.event_files(night.store),
            people=tuple(night.store.paths(proved.people.files)),
            sites=night.config.sites,
            staging=str(staging),
            memory_mb=night.config.engine.memory_mb,
            marks=marks,
            crowd=night.policy.people_per_combination,
            earlier=before.path,
            keyring=before.keyring,
        )
        rows = sum(file.rows for file in events.files if file.role == "rows")
        job = Aggregate(
            counting=counting,
            portions=portions_of(events.buckets, rows, workers(night.config.engine)),
            rows=rows,
            tables=(CONTACTS, *read_tables()),
            day=night.day.isoformat(),
            proving=Proving(str(staging), night.keyring("proof")),
            dictionaries=tuple(night.store.paths(proved.proof.files)),
            result=result,
        )
        with watch(console, "aggregate", marks, rows):
            run(night.config.engine, job.build, staging)
        return _publish(night, events, json.loads(result.read_text()), before)


def _publish(
    night: Night, events: Manifest, made: list[dict[str, Any]], before: Earlier
) -> dict[str, int]:
    found = {entry["table"]: entry for entry in made}
    if sorted(entry["table"] for entry in made) != sorted((CONTACTS, *read_tables())):
        raise WeirError(f"{night.day}: the runner made {len(made)} tables, not each of them once")
    with night.store.publishing():
        for name, entry in sorted(found.items()):
            dataset = name if name == CONTACTS else f"tables/{name}"
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
                    facts=before.facts if name == "attribution" else {},
                )
            )
            night.store.sweep(dataset)
    return {name: entry["rows"] for name, entry in sorted(found.items()) if name != CONTACTS}
