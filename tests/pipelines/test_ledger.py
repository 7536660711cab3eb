"""The ledger only grows, and shows when somebody went around it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from weir.pipelines.ledger import Ledger
from weir.schemas.errors import UsageError, WallError


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for day in ("2008-04-21", "2008-04-22", "2008-04-23"):
        ledger.record("edition", day, sha256="0" * 64)
    return ledger


def raw(ledger, *statements):
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as con:
        for statement in statements:
            con.execute(statement)


def test_entries_come_back_in_order(ledger):
    ledger.record("release", "r1", recipient="acme-ads")
    assert [entry.number for entry in ledger.entries()] == [1, 2, 3, 4]
    assert [entry.facts for entry in ledger.entries("release")] == [{"recipient": "acme-ads"}]
    assert ledger.verify() == 4


def test_an_entry_cannot_be_changed_or_deleted(ledger):
    for statement in ("UPDATE entries SET subject = 'x'", "DELETE FROM entries WHERE number = 2"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw(ledger, statement)


def test_a_change_around_the_triggers_breaks_the_chain(ledger):
    raw(ledger, "DROP TRIGGER no_update", "UPDATE entries SET facts = '{}' WHERE number = 2")
    with pytest.raises(WallError, match="entry 2"):
        ledger.verify()


def test_a_removed_entry_breaks_the_chain(ledger):
    raw(ledger, "DROP TRIGGER no_delete", "DELETE FROM entries WHERE number = 2")
    with pytest.raises(WallError, match="entry 2"):
        ledger.verify()


def test_the_same_entry_is_recorded_once(ledger):
    first = ledger.record_once("release", "r1", recipient="acme-ads")
    again = ledger.record_once("release", "r1", recipient="acme-ads")
    assert first == again
    assert ledger.record_once("release", "r1", recipient="other").number == first.number + 1


def test_writers_at_the_same_time_take_turns(ledger):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: ledger.record("run", f"run {n}"), range(20)))
    assert ledger.verify() == 23


@pytest.fixture
def before_each_step(monkeypatch):
    """Has something done before each statement of a writer, given its number, until the writer has
    its turn; whoever does it is not watched. With threads one would begin when another has ended.
    """

    class Watched(sqlite3.Connection):
        does, steps = None, 0

        def execute(self, statement, *values):
            if does := Watched.does:
                Watched.does = None
                does(Watched.steps)
                Watched.steps += 1
                Watched.does = None if statement.startswith("BEGIN") else does
            return super().execute(statement, *values)

    def watch(does):
        Watched.does, Watched.steps = does, 0

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda at, **kw: real(at, factory=Watched, **kw))
    return watch


def test_the_first_writers_take_turns_whenever_another_comes(tmp_path, before_each_step):
    def subjects(place, step):
        ledger = Ledger(place)
        before_each_step(lambda now: now == step and ledger.record("run", "second"))
        ledger.record("run", "first")
        return [entry.subject for entry in ledger.entries()]

    for step in range(5):
        assert subjects(tmp_path / f"{step}.sqlite", step) == ["second", "first"]
    assert subjects(tmp_path / "later.sqlite", 5) == ["first"], "or there are more steps"


def test_who_looks_while_a_ledger_is_made_is_in_nobodys_way(tmp_path, before_each_step):
    ledger, looking = Ledger(tmp_path / "ledger.sqlite"), []

    def look(_):
        if ledger.path.exists():
            looking.append(sqlite3.connect(ledger.path, isolation_level=None))
            looking[-1].execute("BEGIN")
            assert looking[-1].execute("SELECT * FROM sqlite_master").fetchall() == []

    before_each_step(look)
    ledger.record("run", "one")
    assert looking, "or nobody looked"
    assert ledger.verify() == 1
    for con in looking:
        con.close()


def test_a_ledger_that_knows_fewer_kinds_learns_them_and_keeps_its_entries(ledger):
    with closing(sqlite3.connect(ledger.path)) as con:
        con.execute("PRAGMA writable_schema = ON")
        con.execute("UPDATE sqlite_master SET sql = replace(sql, ', ''period''', '')")
        con.commit()
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        raw(ledger, "INSERT INTO entries VALUES (9, '', 'period', '', '', '', '')")
    ledger.record("period", "2008-04")
    assert ledger.verify() == 4
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw(ledger, "DELETE FROM entries")


def test_in_wal_mode_who_reads_does_not_keep_who_writes_waiting(ledger):
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as reader:
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",), "the writer would wait"
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM entries").fetchone()
        ledger.record("run", "beside a reader")
        assert reader.execute("SELECT count(*) FROM entries").fetchone() == before
    assert ledger.verify() == 4


def test_where_no_write_ahead_log_can_be_kept_nothing_is_recorded(tmp_path, monkeypatch):
    """As on a network's file system: locks by files beside it, and no memory that is shared."""
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda at, **kw: real(f"{at}&vfs=unix-dotfile", **kw))
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(UsageError, match="a place on a local disk"):
        ledger.record("run", "one")
    monkeypatch.undo()
    assert ledger.entries() == []


def test_a_file_that_is_no_ledger_is_told_so(tmp_path):
    place = tmp_path / "ledger.sqlite"
    place.write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(UsageError, match=r"ledger\.sqlite"):
        Ledger(place).record("run", "x")


def test_looking_at_another_programs_database_changes_nothing(tmp_path):
    place = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(place)) as con:
        con.execute("CREATE TABLE songs (title TEXT)")
    before = place.read_bytes()
    for look in (
        lambda: Ledger(place).entries(),
        lambda: Ledger(place).find("run", "x"),
        lambda: Ledger(place).record("run", "x"),
    ):
        with pytest.raises(UsageError, match=r"other\.sqlite: a database of something else"):
            look()
    assert place.read_bytes() == before


def test_a_file_that_is_empty_is_an_empty_ledger(tmp_path):
    place = tmp_path / "ledger.sqlite"
    place.touch()
    assert Ledger(place).entries() == []
    assert place.read_bytes() == b""


def test_a_reader_sees_whole_entries_while_another_writes(ledger):
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as con:
        con.execute("BEGIN IMMEDIATE")
        assert len(ledger.entries()) == 3
    ledger.path.chmod(0o444)
    assert len(ledger.entries()) == 3


@pytest.mark.parametrize("facts", ["no JSON", "{}", "[]", "[" * 100_000])
def test_facts_that_were_changed_are_told_when_they_are_read(ledger, facts):
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as con:
        con.execute("DROP TRIGGER no_update")
        con.execute("UPDATE entries SET facts = ? WHERE number = 2", [facts])
    with pytest.raises(WallError, match=r"ledger\.sqlite: entry 2 was changed"):
        ledger.entries()


def test_a_ledger_that_was_never_written_is_empty(tmp_path):
    assert Ledger(tmp_path / "none.sqlite").verify() == 0
