"""Whatever lies in the log directory: rotated, packed, straddling midnight, by standard input."""

import bz2
import gzip
import json
import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.sample import DAY, WEIR, Place
from tests.e2e.small import a_line, a_place, lines

NEXT = "2008-04-23"


def settle(place: Place, **source: Any) -> Place:
    settings = yaml.safe_load(place.config.read_text())
    settings["sources"][0] |= source
    place.config.write_text(yaml.safe_dump(settings))
    return place


def run(place: Place, day: str = DAY, until: str = "aggregate") -> dict[str, Any]:
    told = place.weir("run", "-c", str(place.config), "-d", day, "--until", until, "--json")
    return json.loads(told)  # type: ignore[no-any-return]


def tables(place: Place, day: str = DAY) -> dict[str, bytes]:
    """Bytes of a date's tables, by name."""
    found = place.published("internal/tables").items()
    return {name: data for name, data in found if name.endswith(".parquet")}


def around_midnight() -> list[str]:
    """Lines of four hours before a midnight and four after it."""
    midnight = datetime(2008, 4, 23, tzinfo=UTC)
    return [a_line(n, at=midnight + timedelta(seconds=72 * (n - 200))) for n in range(400)]


@pytest.mark.slow
def test_a_date_is_the_same_whatever_the_order_of_its_files_and_lines(tmp_path: Path) -> None:
    """Three rotated files that straddle midnight; then the same lines, otherwise spread, out of
    order and packed otherwise."""
    every = around_midnight()
    first = a_place(tmp_path / "first", "".join(every[:150]), "access.log.2")
    settle(first, path="in/access.log*", format="auto")
    inside = first.root / "in"
    (inside / "access.log.1").write_bytes(gzip.compress("".join(every[150:300]).encode()))
    (inside / "access.log").write_text("".join(every[300:]))

    mixed = list(every)
    random.Random(1).shuffle(mixed)
    second = a_place(tmp_path / "second", "".join(mixed[:220]), "access.log-20080424")
    settle(second, path="in/access.log*", format="auto")
    packed = bz2.compress("".join(mixed[220:]).encode())
    (second.root / "in" / "access.log").write_bytes(packed)
    shutil.rmtree(second.root / "keys")
    shutil.copytree(first.root / "keys", second.root / "keys")

    for day in (DAY, NEXT):
        kept = [sum(f["kept"] for f in run(place, day)["files"]) for place in (first, second)]
        assert kept == [200, 200]
        assert tables(first) == tables(second) != {}


def test_each_file_of_a_source_may_be_of_its_own_format(tmp_path: Path) -> None:
    common = lines(300).replace(' "-" "', "\0").split("\n")
    place = a_place(tmp_path / "p", lines(300), "access.log")
    settle(place, path="in/access.log*", format="auto")
    short = "".join(line.partition("\0")[0] + "\n" for line in common if line)
    (place.root / "in" / "access.log.1.gz").write_bytes(gzip.compress(short.encode()))
    told = run(place)
    assert [f["kept"] for f in told["files"]] == [300, 300]
    assert [(Path(f["path"]).name, f["format"]) for f in told["formats"]] == [
        ("access.log", "combined"), ("access.log.1.gz", "common"),
    ]  # fmt: skip
    assert all("200 of 200 lines" in f["why"] for f in told["formats"])
    (manifest,) = (place.store / "runs").glob("*.json")
    assert json.loads(manifest.read_text())["formats"] == told["formats"]


def test_an_error_log_among_them_stops_the_night_by_name(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", lines(300), "access.log")
    settle(place, path="in/*.log", format="auto")
    error = "[Tue Apr 22 13:55:36 2008] [error] [client 203.0.113.7] no such file: /jane.doe\n"
    (place.root / "in" / "error.log").write_text(error * 30)
    place.weir("ingest", "-c", str(place.config), "-d", DAY, code=2)
    assert "error.log: not recognised as an access log; it looks like Apache's" in str(place.said)
    assert "jane" not in str(place.said)
    assert not (place.store / "internal" / "events").exists()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input_is_read_and_nothing_of_it_stays(tmp_path: Path, pack: Any) -> None:
    place = settle(a_place(tmp_path / "p"), path="-", format="auto")
    done = subprocess.run(
        [WEIR, "ingest", "-c", str(place.config), "-d", DAY, "--json"],
        input=pack(lines(300).encode()),
        capture_output=True,
        check=True,
        timeout=120,
    )
    told = json.loads(done.stdout)
    assert told["files"] == [
        {"path": "-", "read": 300, "kept": 300, "quarantined": {}, "filtered": {}}
    ]
    assert not any(place.store.rglob("standard-input"))


def test_inspection_reads_standard_input(tmp_path: Path) -> None:
    done = subprocess.run(
        [WEIR, "inspect", "-", "--json"], input=gzip.compress(lines(300).encode()),
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (told["file"], told["format"], told["lines"], told["parsed"]) == (
        "-", "combined", 300, 300,
    )  # fmt: skip


def replayed(root: Path, duplicates: str) -> Place:
    """A log whose last third came again at the head of the next file, and three lines twice."""
    every = [a_line(n) for n in range(400)]
    place = a_place(root, "".join(every[:300] + every[10:13]), "access-2008-04-22.1.log")
    again = "".join([*every[200:], "no line of a log\n"])
    (place.root / "in" / "access-2008-04-22.2.log").write_text(again)
    return settle(place, duplicates=duplicates)


def test_what_a_shipper_sends_twice_counts_once_if_the_source_says_so(tmp_path: Path) -> None:
    clean = a_place(tmp_path / "clean", lines(400))
    counted, dropped = (replayed(tmp_path / how, how) for how in ("count", "drop"))
    for place in (counted, dropped):
        shutil.rmtree(place.root / "keys")
        shutil.copytree(clean.root / "keys", place.root / "keys")
    run(clean)
    assert [f["kept"] for f in run(counted)["files"]] == [303, 200]
    files = run(dropped)["files"]
    assert [(f["read"], f["kept"], f["filtered"], f["quarantined"]) for f in files] == [
        (303, 300, {"duplicate": 3}, {}),
        (201, 100, {"duplicate": 100}, {"not_this_format": 1}),
    ]
    assert tables(dropped) == tables(clean) != tables(counted)


@pytest.mark.slow
def test_splits_do_not_tell_which_copy_stays(tmp_path: Path) -> None:
    """Copies in other splits and blocks of a file, and in another file, packed."""
    wide = [a_line(n, target=f"/books/{n % 50}?x={'y' * 400}") for n in range(6000)]
    text = "".join(wide[:4000] + wide[1000:2000])
    first = settle(a_place(tmp_path / "first", text), duplicates="drop")
    second = settle(a_place(tmp_path / "second", text), duplicates="drop")
    for place in (first, second):
        packed = gzip.compress("".join(wide[3000:]).encode())
        (place.root / "in" / "access-2008-04-22.z.gz").write_bytes(packed)
    settings = yaml.safe_load(second.config.read_text())
    second.config.write_text(
        yaml.safe_dump({**settings, "engine": {"split_mb": 1, "block_mb": 1, "workers": 2}})
    )
    shutil.rmtree(second.root / "keys")
    shutil.copytree(first.root / "keys", second.root / "keys")
    told = [run(place)["files"] for place in (first, second)]
    for files in told:
        assert [(f["kept"], f["filtered"]) for f in files] == [
            (4000, {"duplicate": 1000}), (2000, {"duplicate": 1000}),
        ]  # fmt: skip
    assert tables(first) == tables(second)
