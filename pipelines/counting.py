"""What a worker does with one portion of a date's tables; knows no Beam, as tasks.py.

portion -> files of partial tables, and of distinct (cell, unit) pairs by shard of the unit
shard   -> files of partial tables: users and recipients, exchanged once more
table   -> its partials merged, finished and written: one canonical Parquet file
tables  -> proved, all of them at once
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather
import pyarrow.parquet as pq

from weir.pipelines.failure import told
from weir.pipelines.memory import give_back
from weir.pipelines.progress import Marks
from weir.schemas.columns import NII, PSEUDONYM, Zone, column
from weir.schemas.config import Site
from weir.schemas.errors import WeirError
from weir.schemas.event import TOUCH
from weir.schemas.tables import read_tables
from weir.transforms.aggregate import count_pairs, finish, fold, merge, partials
from weir.transforms.buckets import bucket_of
from weir.transforms.encrypted import read_encrypted
from weir.transforms.events import EventFiles, Portion
from weir.transforms.keys import Keyring
from weir.transforms.people import read_people
from weir.transforms.proving import Proving, prove_finished
from weir.transforms.visits import COLUMNS, TEXTS, relate
from weir.transforms.write import read_bucket, write_canonical, write_events

UNIT_SHARDS = 16
CONTACTS = "contacts"
"""Dataset: each date's last clicks and views (TOUCH), for conversions of later dates. Internal."""
_MERGE_AT = 8


@dataclass(frozen=True)
class Counting:
    """What a worker needs to count a date; picklable."""

    events: EventFiles
    people: tuple[str, ...]
    sites: tuple[Site, ...]
    staging: str
    memory_mb: int
    marks: Marks
    crowd: int  # so many visitors are one
    earlier: str = ""  # an encrypted file of TOUCH, or none
    keyring: Keyring | None = None  # that opens it


@dataclass(frozen=True)
class Expected:
    """What the counted portions of a date must come to, whatever a runner says of itself."""

    portions: tuple[Portion, ...]
    rows: int

    def demand(self, counted: list[dict[str, Any]]) -> None:
        """WeirError if a portion is missing or doubled, or rows are."""
        portions = sorted(portion["portion"] for portion in counted)
        rows = sum(portion["rows"] for portion in counted)
        if portions != sorted(map(_named, self.portions)) or rows != self.rows:
            raise WeirError(
                f"counted {len(portions)} of {len(self.portions)} portions and {rows:,} of "
                f"{self.rows:,} rows; the runner lost or doubled work, nothing was published; run "
                "the date again"
            )


def _touches(work: Counting) -> pa.Table | None:
    if not work.earlier or work.keyring is None:
        return None
    return read_encrypted(work.earlier, work.keyring, "linkage").cast(TOUCH)


def count_portion(portion: Portion, work: Counting) -> str:
    """Count some visitors for all tables: JSON {"portion": [[bucket], part, parts], "rows",
    "tables": {table: path}, "pairs": [[table, measure, path]], "few": {table: path},
    "contacts": path}."""
    with told(work.staging):
        give_back()  # what the portion before kept is of other sizes
        relations = relate(work.events.of(portion, COLUMNS, TEXTS), work.sites)
        found = partials(
            relations,
            read_people(work.people),
            read_tables().values(),
            memory_mb=work.memory_mb,
            temp_dir=Path(work.staging) / "spill",
            earlier=_touches(work),
            crowd=work.crowd,
        )
        answer = {
            "portion": _named(portion),
            "rows": relations.rows,
            "tables": {name: _stored(table, work.staging) for name, table in found.tables.items()},
            "pairs": [
                [table, measure, write_pairs(pairs, Path(work.staging) / "pairs")]
                for (table, measure), pairs in found.pairs.items()
                if pairs.num_rows
            ],
            "few": {name: _stored(pairs, work.staging) for name, pairs in found.few.items()},
            "contacts": _stored(found.contacts, work.staging),
        }
        name = f"{portion.buckets[0]}.{portion.part}"
        work.marks.note(name, relations.rows, relations.rows)
        return json.dumps(answer)


def _named(portion: Portion) -> list[Any]:
    """A portion as JSON gives it back."""
    return [list(portion.buckets), portion.part, portion.parts]


def _stored(partial: pa.Table, staging: str) -> str:
    """A partial table's file."""
    path = Path(staging) / "partials" / f"{secrets.token_hex(16)}.arrow"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    feather.write_feather(partial, str(path), compression="uncompressed")
    return str(path)


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


def count_shard(shard: int, counted: str, staging: str) -> str:
    """The units that live in one shard, counted: JSON [[table, path of a partial]]."""
    with told(staging):
        by_measure: dict[tuple[str, str], list[str]] = {}
        for portion in json.loads(counted):
            for table, measure, path in portion["pairs"]:
                by_measure.setdefault((table, measure), []).append(path)
        answer = []
        for (table, measure), paths in sorted(by_measure.items()):
            held = [read_bucket(path, shard) for path in sorted(paths)]
            if any(part.num_rows for part in held):
                answer.append([table, _stored(count_pairs(measure, held), staging)])
        return json.dumps(answer)


def write_table(
    name: str, counted: str, exchanged: str, expected: Expected, day: str, crowd: int, staging: str
) -> str:
    """A whole table, or the date's contacts, as its file: JSON {"table", "path", "rows", "sha256"}.
    crowd: so many visitors are one."""
    with told(staging):
        portions = json.loads(counted)
        expected.demand(portions)
        if name == CONTACTS:
            return _written(name, _contacts(portions), TOUCH, staging)
        if len(json.loads(exchanged)) != UNIT_SHARDS:
            raise WeirError("a shard of users was lost or doubled; run the date again")
        paths = [portion["tables"][name] for portion in portions]
        paths += [path for shard in json.loads(exchanged) for table, path in shard if table == name]
        spec = read_tables()[name]
        few = [
            feather.read_table(portion["few"][name])
            for portion in portions
            if name in portion["few"]
        ]
        whole = finish(
            fold(_merged(sorted(paths)), spec, few, crowd), spec, date.fromisoformat(day)
        )
        return _written(name, whole, spec.schema, staging)


def _contacts(portions: list[dict[str, Any]]) -> pa.Table:
    return pa.concat_tables(feather.read_table(portion["contacts"]) for portion in portions)


def _written(name: str, whole: pa.Table, schema: pa.Schema, staging: str) -> str:
    written = write_canonical(whole, schema, Path(staging) / "tables" / name, Zone.INTERNAL)
    told_of = {"path": written.path, "rows": written.rows, "sha256": written.sha256}
    return json.dumps({"table": name, **told_of})


def _merged(paths: Iterable[str]) -> pa.Table | None:
    """Partials of one table added up, a few at a time, so that memory stays flat."""
    left, held = iter(paths), None
    while batch := list(islice(left, _MERGE_AT)):
        parts = [feather.read_table(path, memory_map=False) for path in batch]
        held = merge([held, *parts] if held is not None else parts)
    return held


def prove_tables(written: str, proving: Proving, dictionaries: Sequence[str], day: str) -> str:
    """`written` again, if the finished bytes of no table hold an identifier; else the run stops."""
    with told(proving.staging):
        tables = {
            f"table {entry['table']} of {day}": pq.read_table(entry["path"])
            for entry in json.loads(written)
        }
        prove_finished(proving, tables, dictionaries)
        return written
