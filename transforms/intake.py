"""One split of a source: read, parse, separate, write. No raw line leaves this function.

What it writes lies in the restricted zone until the whole night is proved; what it returns are
counts and file names.
"""

import atexit
import gc
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.event import EVENT, LINKAGE, QUARANTINE, VAULT
from weir.schemas.outcome import EXAMPLES, Outcome
from weir.schemas.parsed import REJECT
from weir.transforms.distinct import Distinct
from weir.transforms.duplicates import write_fingerprints
from weir.transforms.encrypted import write_encrypted
from weir.transforms.keys import Keyring
from weir.transforms.parse import Parsed, as_parsed
from weir.transforms.proof import dictionary_of
from weir.transforms.proving import PARAMETER, STRINGS, strings_of
from weir.transforms.read import Split, lines_before, read_blocks
from weir.transforms.recognise import DayKeys, user_pseudonyms
from weir.transforms.separate import SAID, Separated, separate
from weir.transforms.wall import Wall
from weir.transforms.write import write_events

BLOCKS_PER_FILE = 8
"""Blocks are parsed one by one, small enough for the processor's cache, and separated together:
what is thought about each distinct value is then thought a third less often. Measured: 8 blocks of
8 MB need 100 MB less in each worker than 5 of 16 MB, for the same CPU."""


class Parser(Protocol):
    """What each kind of source brings (transforms/parse)."""

    def parse(self, data: Any) -> Parsed:
        """Whole lines -> rows and rejects; lines = rows + rejects."""


@dataclass(frozen=True)
class Channel:
    """A source as the workers need it; picklable, holds no key."""

    source: str
    kind: str  # log, events, profiles
    parser: Any
    walls: tuple[Wall, ...]  # one a site that its lines may belong to


@dataclass(frozen=True)
class Intake:
    """What a worker needs to take in any split of a night."""

    channels: dict[str, Channel]
    keyring: Keyring
    staging: str
    buckets: int
    block_bytes: int
    misfit: Callable[[Parsed, Split], None] | None = None
    parsers: dict[str, Any] = field(default_factory=dict)  # of files with one of their own, by path

    def warm(self) -> None:
        """Open the recognizers once a process, and spare the collector a look at them: they are
        half a million objects that stay as long as the worker does."""
        for channel in self.channels.values():
            for wall in channel.walls:
                wall.detector.warm()
        gc.freeze()
        atexit.register(gc.unfreeze)  # else native modules report at exit what was never collected

    @property
    def drops_copies(self) -> bool:
        """A source's hits that are there twice are to go."""
        return any(wall.fingerprints for c in self.channels.values() for wall in c.walls)

    def keys(self) -> dict[str, DayKeys]:
        """The day's keys of every site; raises KeyMissingError before a line is read."""
        walls = {wall.site.name: wall for c in self.channels.values() for wall in c.walls}
        return {name: DayKeys.of(self.keyring, name, w.day) for name, w in walls.items()}


def name_of(split: Split) -> str:
    """A split's name, unique in a night."""
    return f"{split.source}:{split.path}:{split.index}"


def take_in(
    split: Split,
    intake: Intake,
    keys: dict[str, DayKeys],
    progress: Callable[[int, int], None] = lambda lines, size: None,
) -> Outcome:
    """Read, parse, separate and write one split.

    progress is told lines and bytes done after each block. Lines read = kept + quarantined +
    filtered in what is returned.
    """
    channel = intake.channels[split.source]
    parser = intake.parsers.get(split.path, channel.parser)
    outcome = Outcome(
        split=name_of(split),
        source=split.source,
        path=split.path,
        index=split.index,
    )
    hold = _Hold(intake, channel, outcome, keys, split)
    for block in read_blocks(split, intake.block_bytes):
        with hold.timed("parse"):
            parsed = parser.parse(*block.lines)
        hold.reject(parsed.rejects, block.first_line)
        if block.rejects is not None:
            hold.reject(block.rejects, 0)
        if outcome.lines == 0 and intake.misfit is not None:
            intake.misfit(parsed, split)
        extra = block.rejects.num_rows if block.rejects is not None else 0
        outcome.lines += parsed.lines + extra
        outcome.filtered.update(parsed.filtered)
        if channel.kind == "profiles":
            hold.profiles(parsed, channel.walls[0])
        else:
            hold.hits(parsed.rows, block.first_line)
        outcome.damaged = block.damaged or outcome.damaged
        progress(outcome.lines, block.size)
        if hold.blocks > BLOCKS_PER_FILE:  # a split's last block holds but its last line
            hold.flush()
    hold.flush()
    outcome.attempt = secrets.token_hex(8)
    return outcome


@dataclass
class _Hold:
    """What a split has gathered since the last file was written."""

    intake: Intake
    channel: Channel
    outcome: Outcome
    keys: dict[str, DayKeys]
    split: Split
    parsed: list[pa.Table] = field(default_factory=list)  # blocks that wait to be separated
    events: list[tuple[pa.Table, Any]] = field(default_factory=list)  # by bucket, with offsets
    fingerprints: list[pa.Table] = field(default_factory=list)  # of the same rows
    gathered: dict[str, list[pa.Table]] = field(default_factory=dict)
    blocks: int = 0

    @cached_property
    def before(self) -> int:
        """Lines of the file before this split; asked only when a line is rejected."""
        return lines_before(self.split)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add this thread's CPU seconds to a step."""
        before = time.thread_time()
        yield
        spent = self.outcome.cpu_seconds
        spent[step] = spent.get(step, 0.0) + time.thread_time() - before

    def keep(self, name: str, table: pa.Table) -> None:
        """Gather rows of a side output."""
        if table.num_rows:
            self.gathered.setdefault(name, []).append(table)

    def reject(self, rejects: pa.Table, first_line: int) -> None:
        """Count rejected lines and keep their bytes for the quarantine."""
        if rejects.num_rows == 0:
            return
        lines = pc.add(rejects["line"], first_line)
        from_one = pc.add(lines, self.before + 1)
        self.keep("rejects", rejects.set_column(0, REJECT.field("line"), from_one))
        self.outcome.quarantined.update(rejects["reason"].to_pylist())
        room = EXAMPLES - len(self.outcome.rejects)
        examples = zip(lines.to_pylist(), rejects["reason"].to_pylist(), strict=True)
        self.outcome.rejects += list(examples)[: max(room, 0)]

    def hits(self, rows: pa.Table, first_line: int) -> None:
        """Hold a block of hits, their lines counted from the split's first."""
        with self.timed("separate"):
            table = as_parsed(rows)
            lines = pc.add(table["line"], first_line)
            self.parsed.append(table.set_column(0, table.schema.field(0), lines))
        self.blocks += 1

    def _separate(self) -> None:
        """Separate the hits that are held, once for each site they may be of."""
        if not self.parsed:
            return
        # Blocks need not name the same response cookies.
        table = pa.concat_tables(self.parsed, promote_options="default")
        self.parsed = []
        elsewhere = Counter[str]()
        for wall in self.channel.walls:
            with self.timed("separate"):
                parts = separate(table, wall, self.keys[wall.site.name])
            self._count(parts, table.num_rows, elsewhere)
            self._note_names(parts.undeclared, wall)
            if parts.events.num_rows:
                self.events.append((parts.events, parts.offsets))
                if parts.fingerprints is not None:
                    self.fingerprints.append(parts.fingerprints)
            self.keep("said", parts.said)
            self.keep("linkage", _with_site(parts.linkage, wall.site.name))
            self.keep("identifiers", parts.identifiers)
        # A row of one site is "other" to the rest: what no site took is counted once.
        left = table.num_rows - sum(elsewhere.values())
        self.outcome.filtered.update({"other_site": left} if left else {})

    def _count(self, parts: Separated, rows: int, elsewhere: Counter[str]) -> None:
        kept = parts.events.num_rows
        told = {reason: n for reason, n in parts.filtered.items() if reason != "other_site"}
        elsewhere.update({"kept": kept, **told})
        self.outcome.kept += kept
        self.outcome.filtered.update(told)
        self.outcome.note_dates(parts.other_dates)
        self.outcome.elsewhere += parts.elsewhere
        self.outcome.replaced.update(parts.replaced)
        for value in pc.value_counts(parts.events["basis"]).to_pylist():
            self.outcome.bases[value["values"]] += value["counts"]
        self.outcome.bots += kept - parts.events["bot"].null_count
        self._note_skew(parts.events["skew_s"])

    def _note_skew(self, skew_s: pa.ChunkedArray) -> None:
        """Count the hits whose sender's clock differs from ours, and by how much at most."""
        size = pc.abs(skew_s.drop_null())
        self.outcome.skewed += pc.sum(pc.greater(size, SKEW_S)).as_py() or 0
        self.outcome.skew_s = max(self.outcome.skew_s, pc.max(size).as_py() or 0)

    def _note_names(self, undeclared: pa.Table, wall: Wall) -> None:
        """Names that may be told, if the proof agrees: with visitors who sent each, encrypted. Of a
        name that a crowd sent within this block no more than the crowd: that is enough to tell."""
        names = Distinct.of(undeclared["name"])
        clean = pa.array(wall.detector.names(names.values.to_pylist())[:NAMES], pa.string())
        told = undeclared.filter(pc.is_in(undeclared["name"], value_set=clean))
        once = told.group_by(["name", "visitor"], use_threads=False).aggregate([]).sort_by("name")
        codes = Distinct.of(once["name"]).codes.to_numpy()
        before = np.arange(len(codes)) - np.searchsorted(codes, codes)
        few = once.filter(pa.array(before < wall.policy.rule("default").k))
        self.keep("names", few.select(SENT.names))
        column = pa.repeat(pa.scalar(PARAMETER), len(clean))
        self.keep("strings", pa.table([column, clean], schema=STRINGS))

    def profiles(self, parsed: Parsed, wall: Wall) -> None:
        """PII to the vault and the dictionary; of demographics only closed values go on."""
        from weir.transforms.people import split_profiles

        parts = split_profiles(parsed, wall)
        users = parts.people["user"].combine_chunks()
        keyed = user_pseudonyms(users, self.keys[wall.site.name])
        people = parts.people.drop_columns(["user"]).append_column("key", keyed)
        self.keep("registered", people)
        self.keep("vault", parts.vault)
        self.keep("identifiers", parts.identifiers)
        people = parsed.lines - parsed.rejects.num_rows
        self.outcome.kept += people
        self.outcome.profiles += people
        self.blocks += 1

    def flush(self) -> None:
        """Write what was gathered; restricted data encrypted, none of it raw outside of that."""
        self._separate()
        with self.timed("write"):
            self._write_events()
        with self.timed("dictionary"):
            found = pa.concat_tables(self.gathered.pop("identifiers", []) or [_NO_IDENTIFIERS])
            key = next(iter(self.keys.values())).proof
            self.keep("dictionary", dictionary_of(_distinct(found), key))
        for name, purpose, schema in _SIDE_OUTPUTS:
            tables = self.gathered.pop(name, [])
            if tables:
                with self.timed("encrypt"):
                    self._write_side(name, purpose, _conformed(tables, schema, self.outcome.path))
        self.blocks = 0

    def _write_events(self) -> None:
        if not self.events:
            return
        whole = pa.concat_tables(block for block, _ in self.events).unify_dictionaries()
        written = write_events(self._by_bucket(whole), EVENT, Path(self.intake.staging) / "events")
        self._list("events", written.path, written.rows, written.sha256)
        if self.fingerprints:
            prints = self._by_bucket(pa.concat_tables(self.fingerprints))
            beside = write_fingerprints(prints, Path(self.intake.staging) / "fingerprints")
            self._list("fingerprints", beside.path, beside.rows, beside.sha256)
        self.events, self.fingerprints = [], []
        self.keep("strings", strings_of(whole))

    def _by_bucket(self, whole: pa.Table) -> list[pa.Table]:
        """The rows of each bucket, of blocks that follow one another and are each in order."""
        starts = np.cumsum([0, *(block.num_rows for block, _ in self.events)])
        return [
            pa.concat_tables(
                whole.slice(start + offsets[i], offsets[i + 1] - offsets[i])
                for start, (_, offsets) in zip(starts[:-1], self.events, strict=True)
            )
            for i in range(self.intake.buckets)
        ]

    def _write_side(self, name: str, purpose: str, table: pa.Table) -> None:
        path = Path(self.intake.staging) / name / f"{secrets.token_hex(16)}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = write_encrypted(table, str(path), self.intake.keyring, purpose, name)
        self._list(name, str(path), table.num_rows, written.sha256)

    def _list(self, name: str, path: str, rows: int, sha256: str) -> None:
        entry = {"path": path, "rows": rows, "sha256": sha256}
        self.outcome.files.setdefault(name, []).append(entry)


SKEW_S = 60
"""A client's clock that is more than this off, either way, counts as skewed."""

SENT = pa.schema([pa.field("name", pa.string()), pa.field("visitor", pa.binary(16))])
"""Who sent a parameter that nobody declared; in the run's restricted directory, encrypted."""
NAMES = 500
_NO_IDENTIFIERS = pa.table({"kind": pa.array([], pa.string()), "value": pa.array([], pa.string())})
_SIDE_OUTPUTS: tuple[tuple[str, str, pa.Schema | None], ...] = (
    ("dictionary", "proof", None),
    ("said", "vault", SAID),
    ("registered", "vault", SAID),
    ("linkage", "linkage", LINKAGE),
    ("vault", "vault", VAULT),
    ("rejects", "quarantine", QUARANTINE),
    ("strings", "proof", STRINGS),
    ("names", "proof", SENT),
)


def _with_site(linkage: pa.Table, site: str) -> pa.Table:
    return linkage.append_column("site", pa.repeat(pa.scalar(site), linkage.num_rows))


def _distinct(table: pa.Table) -> pa.Table:
    return table.group_by(table.column_names).aggregate([])


def _conformed(tables: list[pa.Table], schema: pa.Schema | None, path: str) -> pa.Table:
    table = pa.concat_tables(tables)
    if schema is None:
        return table
    if schema is QUARANTINE:
        table = table.append_column("file", pa.repeat(pa.scalar(path), table.num_rows))
        return table.select(schema.names).cast(schema)
    return _distinct(table.select(schema.names)).select(schema.names).cast(schema)
