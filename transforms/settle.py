"""What a night needs that no single split knows: first requests stitched, crowds of people, proof.

Each function reads files that the splits wrote and writes files; only names and counts come back.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as feather

from weir.schemas.columns import Zone
from weir.schemas.config import Site
from weir.schemas.errors import WeirError
from weir.schemas.event import EVENT, PERSON
from weir.schemas.outcome import Outcome
from weir.transforms.buckets import bucket_of
from weir.transforms.duck import connect
from weir.transforms.duplicates import COPIES, copies, without
from weir.transforms.encrypted import read_encrypted
from weir.transforms.events import MOVED_KEYS, EventFiles, portions_of
from weir.transforms.keys import Keyring
from weir.transforms.people import coarsen
from weir.transforms.stitch import FIRSTS_READS, firsts, match
from weir.transforms.write import read_buckets, write_canonical, write_events

SHARDS = 32


@dataclass(frozen=True)
class Settling:
    """What settling needs to know; picklable, holds no key."""

    staging: str
    buckets: int
    sites: tuple[Site, ...]
    crowd: int
    keyring: Keyring
    memory_mb: int

    @property
    def uncookied(self) -> tuple[str, ...]:
        """Sites whose logs bring no visitor cookie (transforms/stitch.py)."""
        return tuple(site.name for site in self.sites if site.cookies.visitor is None)

    def shard(self, number: int, rows: int) -> range:
        """The buckets of one of SHARDS portions; a small night has fewer."""
        portions = min(SHARDS, len(portions_of(self.buckets, rows)))
        return range(number, self.buckets, portions) if number < portions else range(0)


@dataclass(frozen=True)
class Moved:
    """Names of the files that one shard of stitching wrote."""

    moved_in: list[dict[str, object]] = field(default_factory=list)
    moved_out: list[dict[str, object]] = field(default_factory=list)


def write_copies(settling: Settling, files: Sequence[str], buckets: Sequence[int]) -> list[str]:
    """The file that lists which hits of a shard of fingerprints are there again; none if none is.

    files: of fingerprints, in order of path and line.
    """
    found = copies(files, buckets) if files and len(buckets) else COPIES.empty_table()
    if found.num_rows == 0:
        return []
    path = Path(settling.staging) / "copies" / f"{secrets.token_hex(16)}.arrow"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    feather.write_feather(found, str(path), compression="uncompressed")
    return [str(path)]


def read_copies(files: Sequence[str], numbers: Collection[int]) -> pa.Table:
    """COPIES of all shards in some files of events, a shard in memory at a time."""
    wanted = pa.array(sorted(numbers), pa.int32())
    parts = [COPIES.empty_table()]
    for path in sorted(files):
        table = feather.read_table(path, memory_map=False)
        parts.append(table.filter(pc.is_in(table["file"], value_set=wanted)))
    return pa.concat_tables(parts)


def take_out(
    settling: Settling, outcome: Outcome, numbers: Mapping[int, int], gone: pa.Table
) -> None:
    """Take the copies out of the files of events that a split wrote, and out of what it counted.

    numbers: of each of its files, by which COPIES names it. Raises WeirError if other rows went.
    """
    for at, number in numbers.items():
        own = gone.filter(pc.equal(gone["file"], number))
        if own.num_rows == 0:
            continue
        entry = outcome.files["events"][at]
        left = without(str(entry["path"]), own, settling.buckets)
        if left.gone != own.num_rows or left.written.rows + left.gone != entry["rows"]:
            raise WeirError("dropping duplicates lost a hit; this is a bug, please report it")
        outcome.files["events"][at] = {
            "path": left.written.path, "rows": left.written.rows, "sha256": left.written.sha256,
        }  # fmt: skip
        outcome.kept -= left.gone
        outcome.filtered.update({"duplicate": left.gone})
        outcome.bases -= left.bases
        outcome.bots -= left.bots
    outcome.files["events"] = [e for e in outcome.files.get("events", ()) if e["rows"]]


def write_firsts(settling: Settling, shard: int, events: Sequence[str], rows: int) -> list[str]:
    """Each cookie's first hits of the day, bucketed by the network on which they happened."""
    if not events:
        return []
    files = EventFiles(tuple(events))
    buckets = settling.shard(shard, rows)
    if not buckets:
        return []
    table = firsts(files.buckets(buckets, FIRSTS_READS), settling.uncookied)
    if table.num_rows == 0:
        return []
    return [_write_by(table, "network", settling, "firsts")["path"]]  # type: ignore[list-item]


def write_moved(
    settling: Settling, shard: int, events: Sequence[str], rows: int, first_hits: Sequence[str]
) -> Moved:
    """Move cookieless hits to the cookie that they join (DESIGN, "Stitching")."""
    if not first_hits:
        return Moved()
    files, buckets = EventFiles(tuple(events)), settling.shard(shard, rows)
    if not buckets:
        return Moved()
    known = pa.concat_tables(read_buckets(path, buckets) for path in first_hits)
    hits = files.buckets(buckets, FIRSTS_READS)
    minutes = {site.name: site.stitch_minutes for site in settling.sites}
    joins = match(known, hits, minutes, settling.uncookied)
    if joins.num_rows == 0:
        return Moved()
    leaving = pa.concat_tables(_joining(path, buckets, joins) for path in events)
    return Moved(
        [_write_by(_rewritten(leaving), "visitor", settling, "events")],
        [
            _write_by(
                leaving.select(MOVED_KEYS.names).cast(MOVED_KEYS), "visitor", settling, "events"
            )
        ],
    )


def _joining(path: str, buckets: Sequence[int], joins: pa.Table) -> pa.Table:
    """One file's hits that join a cookie, whole: all files' at once would be most of a night."""
    rows = EventFiles((path,)).buckets(buckets)
    return rows.join(joins, MOVED_KEYS.names, join_type="inner", use_threads=False)


def _rewritten(leaving: pa.Table) -> pa.Table:
    """Hits that join a cookie (EVENT, and `joined`) as hits of that cookie."""
    basis = pa.repeat(pa.scalar("cookie"), leaving.num_rows)
    changed = {"visitor": leaving["joined"], "basis": basis}
    for name, values in changed.items():
        leaving = leaving.set_column(leaving.column_names.index(name), name, values)
    return leaving.select(EVENT.names).cast(EVENT)


def _write_by(table: pa.Table, key: str, settling: Settling, place: str) -> dict[str, object]:
    """Write a table with a row group for each bucket of a pseudonym."""
    bucket = pa.array(bucket_of(table[key].combine_chunks(), settling.buckets))
    groups = [table.filter(pc.equal(bucket, b)) for b in range(settling.buckets)]
    written = write_events(groups, table.schema, Path(settling.staging) / place)
    return {"path": written.path, "rows": written.rows, "sha256": written.sha256}


def write_people(
    settling: Settling, registered: Iterable[str], said: Iterable[str]
) -> list[dict[str, object]]:
    """Demographics of the day's people, none in a combination of fewer than the crowd."""
    with connect(settling.memory_mb, Path(settling.staging) / "spill") as con:
        tables = [
            coarsen(con, _read_all(paths, settling.keyring), origin, settling.crowd)
            for origin, paths in (("profile", registered), ("script", said))
        ]
    people = pa.concat_tables(tables)
    if people.num_rows == 0:
        return []
    written = write_canonical(people, PERSON, Path(settling.staging) / "people", Zone.INTERNAL)
    return [{"path": written.path, "rows": written.rows, "sha256": written.sha256}]


def _read_all(paths: Iterable[str], keyring: Keyring) -> pa.Table:
    from weir.transforms.separate import SAID

    return pa.concat_tables(
        [SAID.empty_table(), *(read_encrypted(path, keyring, "vault") for path in paths)]
    )
