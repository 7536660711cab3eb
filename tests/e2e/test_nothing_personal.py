"""No canary and no identifier of the sample is in anything outside the restricted zone."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.canaries.search import Canary, Scanner, sample_canaries
from tests.e2e.sample import SAMPLE, Place
from weir.pipelines.audit import audit
from weir.schemas.config import Detection

AT_DEBUG = """
import logging, os, pickle
from weir.pipelines import cli, hands, ingest
plain = hands.do

def recorded(function, *args, **named):
    answer = plain(function, *args, **named)
    if "SENT" in os.environ:
        with open(os.environ["SENT"], "ab") as sent:
            pickle.dump((function.__name__, args, named, answer), sent)
    return answer

hands.do = ingest.do = recorded
logging.basicConfig(level=logging.DEBUG, force=True)
cli.app()
"""


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(sample_canaries())


@pytest.mark.parametrize("zone", ["internal", "editions", "shared", "runs"])
def test_no_canary_is_in_a_zone(nights: Place, scanner: Scanner, zone: str) -> None:
    assert any((nights.store / zone).rglob("*"))
    assert scanner.directory(nights.store / zone) == []


def test_strict_takes_nothing_that_weir_writes_itself_for_somebodys(nights: Place) -> None:
    done = audit(str(nights.store), Detection(), None, True, Console(quiet=True))
    places = (("runs", "path"), ("runs", "releases"))  # of files: a test's directory is random
    told = [find for find in done.finds if find.where[1:] not in places]
    assert {find.where.column for find in told} <= {"campaign", "title", "th"}  # summer-reading
    assert [find.where for find in told if find.rule == "strict"] == []


def test_no_canary_is_in_the_database_or_the_ledger(nights: Place, scanner: Scanner) -> None:
    assert scanner.file(nights.store / "weir.duckdb") == []
    assert scanner.file(nights.root / "ledger.sqlite") == []


def test_no_canary_was_shown(nights: Place, scanner: Scanner) -> None:
    assert nights.said
    assert scanner.texts(nights.said) == []


def test_what_is_behind_the_wall_is_sealed(nights: Place, scanner: Scanner) -> None:
    assert any((nights.store / "restricted").rglob("*.parquet"))
    assert scanner.directory(nights.store / "restricted") == []


def test_the_scanner_would_have_found_one(tmp_path: Path) -> None:
    """The same search finds every planted canary in the raw files of the site it was planted in."""
    shutil.copytree(SAMPLE / "www", tmp_path / "www")
    planted = json.loads((SAMPLE / "canaries.json").read_text(encoding="utf-8"))
    here = {canary["id"] for canary in planted if canary["file"].startswith("www/")}
    sought = Scanner([canary for canary in sample_canaries() if canary.id in here])
    found = {hit.canary for hit in sought.directory(tmp_path)}
    assert here
    assert here - found == set()


@pytest.fixture(scope="module")
def debugged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, bytes]:
    """An ingest at DEBUG in one process, so that what parses and detects logs where it can be read;
    and all that its steps were given and answered, as it is pickled between workers."""
    place = Place.make(tmp_path_factory.mktemp("debug") / "place", runner="FnApiRunner")
    sent = place.root / "sent"
    done = subprocess.run(
        [sys.executable, "-c", AT_DEBUG, "ingest", "-c", str(place.config), "-d", "2008-04-22"],
        capture_output=True, text=True, timeout=280, check=False,
        env={**os.environ, "SENT": str(sent)},
    )  # fmt: skip
    assert done.returncode == 0
    return done, sent.read_bytes()


def test_debug_logs_of_a_whole_ingest_tell_no_canary(
    debugged: tuple[Any, bytes], scanner: Scanner
) -> None:
    done, _ = debugged
    assert "presidio" in done.stderr  # the detector was awake and had its say
    assert scanner.texts({"output": done.stdout, "log": done.stderr}) == []


def test_what_goes_between_workers_holds_no_canary(
    debugged: tuple[Any, bytes], scanner: Scanner
) -> None:
    _, sent = debugged
    for step in (b"take_in_split", b"firsts", b"settle"):
        assert step in sent
    assert scanner.scan(sent, "sent", "pickled") == []


def test_debug_logs_and_failing_runs_tell_no_canary(tmp_path: Path, scanner: Scanner) -> None:
    place = Place.make(tmp_path / "place")
    log = place.root / "www" / "access-web2-2008-04-22.log"
    log.write_text("jane.doe@example.org went here, not a log line\n" * 2000)
    done = subprocess.run(
        [sys.executable, "-c", AT_DEBUG, "ingest", "-c", str(place.config), "-d", "2008-04-22"],
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    said = {"output": done.stdout, "log": done.stderr}
    assert done.returncode == 2
    assert "DEBUG" in done.stderr  # else there was no debug log to look at
    assert log.name in done.stderr
    assert Scanner([Canary("planted", "email", "jane.doe@example.org")]).texts(said) == []
    assert scanner.texts(said) == []
    assert not (place.store / "internal" / "events").exists()
