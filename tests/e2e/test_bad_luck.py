"""Bad luck: the store is as it was before, and the next run is as if nothing had happened."""

import json
import resource
import signal
import subprocess
import time
from pathlib import Path

import yaml

from tests.e2e.sample import DAY, WEIR, Place
from tests.e2e.small import IN_THREADS, a_line, a_place, lines


def published(place: Place) -> dict[str, bytes]:
    return place.published("internal/events", "internal/tables", "editions", "shared")


def interruptible() -> None:
    """A shell that runs the tests in the background lets them ignore an interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(place: Place, **more: object) -> "subprocess.Popen[str]":
    """An ingest in a process of its own, its work done by hands: bad luck befalls processes."""
    config = place.root / "hands.yaml"
    config.write_text(place.config.read_text().replace(IN_THREADS, "DirectRunner"))
    command = [str(WEIR), "ingest", "-c", str(config), "-d", DAY]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **{"preexec_fn": interruptible} | more,  # type: ignore[call-overload]
    )


def wait_until_it_works(place: Place, made: str = "") -> None:
    """A run has its staging directory, so it holds the lock and is under way; and some file in it,
    if one is named."""
    end = time.monotonic() + 60
    while not list((place.store / "restricted" / "staged").glob(f"ingest-*/{made}")):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_killed_run_leaves_the_store_as_it_was_and_the_next_one_repairs(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    place.night(DAY)
    before = published(place)
    (place.root / "in" / "access-2008-04-22-b.log").write_text(lines(200_000))
    running = start(place)
    wait_until_it_works(place, "events/*.parquet")
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert published(place) == before
    (place.root / "in" / "access-2008-04-22-b.log").unlink()
    told = place.night(DAY)
    assert sum(file["kept"] for file in told["files"]) == 400
    (row,) = place.ask("SELECT hits FROM traffic")
    assert row == {"hits": 400}
    assert not list((place.store / "restricted" / "staged").iterdir())


def test_a_run_that_was_interrupted_leaves_nothing_staged_and_says_so(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", lines(900_000))
    settings = place.config.read_text()  # many small files of events: the first comes early
    place.config.write_text(settings.replace("engine:", "engine:\n  block_mb: 1"))
    running = start(place)
    wait_until_it_works(place, "events/*.parquet")
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "weir: stopped" in told
    assert "Traceback" not in told
    time.sleep(0.5)  # whoever still wrote would have by now
    assert not list((place.store / "restricted" / "staged").iterdir())
    assert not (place.store / "internal" / "events").exists()


def test_a_night_that_fails_after_ingest_leaves_its_run_manifest(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    place.night(DAY)
    edition = place.store / "editions" / f"{DAY}.json"
    edition.write_bytes(edition.read_bytes() + b" ")
    place.weir("run", "-c", str(place.config), "-d", DAY, code=3)
    runs = [json.loads(path.read_text()) for path in (place.store / "runs").glob("*.json")]
    assert sorted(run.get("failed", "") for run in runs) == ["", "WallError"]


def test_two_runs_of_one_date_at_once_exclude_each_other(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", lines(300_000))
    first = start(place)
    wait_until_it_works(place)
    place.weir("ingest", "-c", str(place.config), "-d", DAY, code=1)
    assert "another run of this date" in str(place.said)
    assert first.wait() == 0


def test_a_full_disk_is_told_and_nothing_is_published(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    place.night(DAY)
    before = published(place)
    (place.root / "in" / "access-2008-04-22-b.log").write_text(lines(50_000))

    def little_room() -> None:
        # A file that may not grow fails as one on a full disk does, without a disk to fill.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    running = start(place, preexec_fn=little_room)
    said, _ = running.communicate(timeout=120)
    assert running.returncode == 1
    assert "no room to write" in said
    assert "Traceback" not in said
    assert published(place) == before


def test_a_source_that_is_still_written_gets_tables_but_no_edition(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    with (place.root / "in" / "access-2008-04-22.log").open("a") as log:
        log.write(a_line())
        log.flush()
        told = place.weir("run", "-c", str(place.config), "-d", DAY, "--json", code=1)
    night = json.loads(told)
    assert night["tables"]["traffic"] == 1
    assert night["releases"] == []
    assert "still writing" in night["withheld"]


def test_a_missing_key_stops_the_run_before_it_reads(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    (place.root / "keys" / "pseudonyms.json").unlink()
    place.weir("run", "-c", str(place.config), "-d", DAY, code=2)
    assert "pseudonyms.json" in str(place.said)
    assert not (place.store / "internal").exists()


def test_an_unknown_policy_stops_the_run(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    place.config.write_text(place.config.read_text() + "policy: strikt\n")
    place.weir("run", "-c", str(place.config), "-d", DAY, code=2)
    assert "no such policy 'strikt'; did you mean 'strict'?" in str(place.said)
    assert not place.store.exists()


def test_on_a_clock_change_no_hit_is_lost_or_doubled(tmp_path: Path) -> None:
    """New York, 9 March 2008: two o'clock does not exist; its day has 23 hours."""
    place = a_place(tmp_path / "p")
    settings = yaml.safe_load(place.config.read_text())
    settings["sites"][0]["timezone"] = "America/New_York"
    settings["sources"][0]["path"] = "in/access.log"
    place.config.write_text(yaml.safe_dump(settings))
    stamps = [
        f"09/Mar/2008:{h:02}:30:00 {z}" for h, z in ((1, "-0500"), (3, "-0400"), (23, "-0400"))
    ]
    text = "".join(
        a_line(n).replace("22/Apr/2008:12:00:0" + str(n) + " +0000", s)
        for n, s in enumerate(stamps)
    )
    (place.root / "in" / "access.log").write_text(text)
    place.weir("ingest", "-c", str(place.config), "-d", "2008-03-09")
    place.weir("aggregate", "-c", str(place.config), "-d", "2008-03-09")
    hours = place.ask("SELECT hour, hits FROM hours ORDER BY hour")
    assert hours == [{"hour": f"{h:02}", "hits": 1} for h in (1, 3, 23)]
