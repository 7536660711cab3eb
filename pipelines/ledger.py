"""The ledger: what was run, made, released, told and spent, in an order nobody changes unseen.

SQLite in WAL mode on a local path. Each entry carries the hash of itself and of the one before it;
triggers refuse updates and deletes, and the chain shows those that went around them. Entries hold
names, digests and counts, never a row's value.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

from weir.pipelines.store import make_directory
from weir.schemas.errors import UsageError, WallError

Kind = Literal["run", "edition", "release", "disclosure", "budget", "noise", "period"]
KINDS: tuple[str, ...] = get_args(Kind)
GENESIS = "0" * 64

_LAYOUT = (
    f"""CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ({", ".join(f"'{kind}'" for kind in KINDS)})),
    subject TEXT NOT NULL,
    facts TEXT NOT NULL,
    before TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL UNIQUE
) STRICT""",
    *(
        f"""CREATE TRIGGER IF NOT EXISTS no_{change} BEFORE {change} ON entries
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"""
        for change in ("update", "delete")
    ),
)


@dataclass(frozen=True)
class Entry:
    """One entry. subject: a date, a release id; facts: JSON-able."""

    number: int
    at: str
    kind: str
    subject: str
    facts: dict[str, Any]
    before: str
    hash: str


Refuse = Callable[[list[Entry]], None]


@dataclass(frozen=True)
class Ledger:
    """The ledger at a path; made when it is first written to."""

    path: Path

    def record(self, kind: Kind, subject: str, **facts: Any) -> Entry:
        """Append an entry. Concurrent writers take turns."""
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
        with self._writing() as con:
            return _append(con, kind, subject, text)

    def record_once(self, kind: Kind, subject: str, **facts: Any) -> Entry:
        """Append an entry unless the same one (kind, subject, facts) is there; that one then."""
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
        with self._writing() as con:
            row = con.execute(
                f"SELECT {_COLUMNS} FROM entries WHERE kind = ? AND subject = ? AND facts = ?",
                (kind, subject, text),
            ).fetchone()
            return _entry(row) if row else _append(con, kind, subject, text)

    def record_first(
        self, kind: Kind, subject: str, beside: str, refuse: Refuse, **facts: Any
    ) -> bool:
        """Append an entry unless one of that kind and subject is there; whether it was appended.

        refuse: given the entries of that kind whose subjects begin with `beside`, raises if one
        more were too many. Concurrent writers take turns, so exactly one of them appends.
        """
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
        with self._writing() as con:
            if _found(con, kind, "subject = ?", subject):
                return False
            refuse(_found(con, kind, "instr(subject, ?) = 1", beside))
            _append(con, kind, subject, text)
            return True

    def find(self, kind: Kind, subject: str) -> list[Entry]:
        """The entries of a kind and a subject, in order."""
        with self._reading() as con:
            return _found(con, kind, "subject = ?", subject) if con else []

    def entries(self, kind: Kind | None = None) -> list[Entry]:
        """All entries in order, or those of one kind."""
        with self._reading() as con:
            query = f"SELECT {_COLUMNS} FROM entries ORDER BY number"
            entries = map(_entry, con.execute(query)) if con else ()
            return [entry for entry in entries if kind in (None, entry.kind)]

    def verify(self) -> int:
        """Check the chain; the number of entries. Raises WallError naming the first broken one."""
        before = GENESIS
        entries = self.entries()
        for place, entry in enumerate(entries, 1):
            if (entry.number, entry.before) != (place, before):
                raise self._changed(place)
            before = entry.hash
        return len(entries)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One writer at a time; what it did is kept if nothing is raised."""
        make_directory(self.path.parent)
        if not self.path.exists():
            self._make()
        with self._open(self.path, "rwc") as con:
            _is_new(con)
            _keep_log(con)
            con.execute("PRAGMA synchronous = FULL")
            con.execute("BEGIN IMMEDIATE")
            _lay_out(con)
            yield con
            con.execute("COMMIT")

    def _make(self) -> None:
        """An empty one appears in WAL mode: where several change the mode of one file at a time,
        SQLite lets none of them wait. Where a file has no second name it is made in its place."""
        place, prefix = self.path.parent, f".{self.path.name}-"
        with suppress(OSError), TemporaryDirectory(prefix=prefix, dir=place) as beside:
            made = Path(beside) / self.path.name
            with self._open(made, "rwc") as con:
                _keep_log(con)
            os.link(made, self.path)  # unless another one was faster; that one it is then

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Nothing is made or changed by looking; None where there is no ledger yet."""
        if not self.path.exists():
            yield None
            return
        with self._open(self.path, "ro") as con:
            yield None if _is_new(con) else con

    @contextmanager
    def _open(self, path: Path, mode: str) -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(
                    f"{path.absolute().as_uri()}?mode={mode}",
                    uri=True, timeout=30, isolation_level=None,
                )
            ) as con:  # fmt: skip
                yield con
        except sqlite3.Error as error:
            raise UsageError(f"{self.path}: the ledger cannot be used ({error})") from None
        except _NoLogError:
            raise UsageError(
                f"{self.path}: the file system keeps no write-ahead log for the ledger, as those "
                "of networks do not; name a place on a local disk, see `ledger`"
            ) from None
        except _ForeignError:
            raise UsageError(
                f"{self.path}: a database of something else, no ledger; see `ledger`"
            ) from None
        except _ChangedError as error:
            raise self._changed(error.number) from None

    def _changed(self, number: int) -> WallError:
        return WallError(
            f"{self.path}: entry {number} was changed, or one before it removed; "
            "restore the ledger from its backup"
        )


class _NoLogError(Exception):
    """SQLite answered with another journal mode than the one that was asked for."""


class _ForeignError(Exception):
    """A database that has other tables."""


class _ChangedError(Exception):
    """An entry that is not as it was written."""

    def __init__(self, number: int) -> None:
        self.number = number


def _is_new(con: sqlite3.Connection) -> bool:
    """Whether nothing is in it yet. Raises _ForeignError for a database of something else."""
    columns, things = con.execute(  # in one look, since another may be making it
        "SELECT (SELECT group_concat(name, ', ') FROM pragma_table_info('entries')),"
        " (SELECT count(*) FROM sqlite_master)"
    ).fetchone()
    if things and columns != _COLUMNS:
        raise _ForeignError
    return not things


def _keep_log(con: sqlite3.Connection) -> None:
    if con.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
        raise _NoLogError


def _lay_out(con: sqlite3.Connection) -> None:
    """The table as it is today. One that was made when there were fewer kinds is laid out anew:
    entries stay as they are, and so does their chain."""
    for statement in _LAYOUT:
        con.execute(statement)
    query = "SELECT sql FROM sqlite_master WHERE name = 'entries'"
    if all(f"'{kind}'" in con.execute(query).fetchone()[0] for kind in KINDS):
        return
    for statement in (
        "DROP TRIGGER no_update",
        "DROP TRIGGER no_delete",
        "ALTER TABLE entries RENAME TO earlier",
        *_LAYOUT,
        f"INSERT INTO entries ({_COLUMNS}) SELECT {_COLUMNS} FROM earlier",
        "DROP TABLE earlier",
    ):
        con.execute(statement)


_COLUMNS = "number, at, kind, subject, facts, before, hash"


def _found(con: sqlite3.Connection, kind: Kind, where: str, value: str) -> list[Entry]:
    query = f"SELECT {_COLUMNS} FROM entries WHERE kind = ? AND {where} ORDER BY number"
    return [_entry(row) for row in con.execute(query, (kind, value))]


def _append(con: sqlite3.Connection, kind: str, subject: str, text: str) -> Entry:
    last = con.execute("SELECT number, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    number, before = (last[0] + 1, last[1]) if last else (1, GENESIS)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    row = (number, at, kind, subject, text, before, _hash(number, at, kind, subject, text, before))
    con.execute(f"INSERT INTO entries ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return _entry(row)


def _entry(row: tuple[Any, ...]) -> Entry:
    """An entry of the table; each is read against its own hash."""
    number, at, kind, subject, text, before, whole = row
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        raise _ChangedError(number) from None
    if whole != _hash(number, at, kind, subject, text, before) or not isinstance(facts, dict):
        raise _ChangedError(number)
    return Entry(number, at, kind, subject, facts, before, whole)


def _hash(number: int, *parts: str) -> str:
    text = json.dumps([number, *parts], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
