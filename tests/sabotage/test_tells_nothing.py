"""Runs that break, at log level DEBUG: nothing of a row is told, shown to `ps`, or left behind."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.canaries.search import Found
from tests.e2e.sample import DAY
from tests.sabotage.night import EMAIL, SEARCH, Place

TARGETS = (
    "/wish/clementine-loxley",
    "/wish/clementine.loxley%40example.org",
    "/wish/212-555-0143",
    "/users/loxley77123",
)
SPOILT = f"{EMAIL} was here, and this is no line of a log\n"

SABOTAGE = """
import errno, logging, os, signal, sys, threading, time, warnings
logging.basicConfig(level=logging.DEBUG, force=True)

from weir.transforms import intake
from weir.transforms.detect import Detector, judge
from weir.transforms.parse import LogParser

EMAIL, deed = "clementine.loxley@example.org", os.environ["DEED"]

def at_once(self, raw, part="path"):
    values = " ".join(raw.to_pylist())
    if deed == "detector raises":
        time.sleep(float(os.environ.get("STAYS", "0")))
        raise ValueError(values)
    if deed == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "crashed":
        os.abort()

def parse(self, data, *more):
    raise UnicodeDecodeError("utf-8", bytes(data), 0, 9, str(bytes(data)))

def hits(text, *more):
    raise RuntimeError(text)

def full(*_):
    raise OSError(errno.ENOSPC, EMAIL, EMAIL)

class Grumbles:
    def __del__(self):
        raise ValueError(EMAIL)

def thread():
    raise ValueError(EMAIL)

def grumble(self, raw, part="path"):
    warnings.warn(EMAIL)
    Grumbles()
    one = threading.Thread(target=thread)
    one.start()
    one.join()
    return paths(self, raw, part)

paths = Detector.paths
if deed in ("detector raises", "killed", "crashed"):
    Detector.paths = at_once
elif deed == "parser raises":
    LogParser.parse = parse
elif deed == "disk is full":
    intake.write_events = full
elif deed == "grumbles":
    Detector.paths, judge.hits_in = grumble, hits

if __name__ == "__main__":
    from weir.pipelines import cli
    if deed == "outside":
        cli._each_day = lambda *_, **__: int(EMAIL)
    cli.main()
"""
DEEDS = {  # exit code, a part of what is said
    "detector raises": (1, "ValueError"),
    "parser raises": (1, "UnicodeDecodeError"),
    "disk is full": (1, "no room to write"),
    "killed": (1, "a worker process was killed"),
    "crashed": (1, "a worker process was killed"),
    "grumbles": (0, ""),
    "outside": (1, "weir: failed: ValueError"),
}
IN_HANDS, IN_THREADS = {"runner": "DirectRunner"}, {"runner": "FnApiRunner"}


def a_place(tmp_path: Path, **engine: object) -> Place:
    place = Place.of(tmp_path / "p", *TARGETS, **engine)  # type: ignore[arg-type]
    with (place.root / "in" / f"access-{DAY}.log").open("a") as log:
        log.write(SPOILT)
    return place


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Where temporary files lie. Its name is short: sockets are there, whose names may have but 107
    characters (unix(7)), and pytest's own directories take them."""
    with tempfile.TemporaryDirectory(prefix="w") as name:
        yield Path(name)


def left_behind(temporary: Path, place: Place) -> list[Found]:
    """In the store, all zones of it, and wherever temporary files may lie."""
    return [*SEARCH.directory(place.store), *SEARCH.directory(temporary)]


@pytest.mark.parametrize(
    ("deed", "engine"),
    [*((deed, IN_HANDS) for deed in DEEDS if deed != "outside"),
     *((deed, IN_THREADS) for deed in ("detector raises", "parser raises", "outside"))],
    ids=lambda value: value if isinstance(value, str) else value["runner"],
)  # fmt: skip
def test_a_run_that_breaks_tells_nothing_and_leaves_nothing(
    tmp_path: Path, temporary: Path, deed: str, engine: dict[str, str]
) -> None:
    place = a_place(tmp_path, **engine)
    script = tmp_path / "sabotage.py"
    script.write_text(SABOTAGE)
    mode = ("-X", "dev") if deed == "crashed" else ()  # prints the stack of who crashed
    done = subprocess.run(
        [sys.executable, *mode, script, "ingest", "-c", place.root / "weir.yaml", "-d", DAY],
        env={**os.environ, "DEED": deed, "TMPDIR": str(temporary)},
        cwd=temporary, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    code, said = DEEDS[deed]
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "DEBUG" in done.stderr or deed == "outside"  # there was a log to look at
    assert SEARCH.texts({"output": done.stdout, "log": done.stderr}) == []
    assert left_behind(temporary, place) == []
    assert place.published() <= ({"events", "people"} if code == 0 else set())
    assert not [path for path in temporary.rglob("*core*") if path.is_file()]


@pytest.mark.parametrize(
    "runner", ["DirectRunner", pytest.param("multi_processing", marks=pytest.mark.slow)]
)
def test_while_it_runs_ps_and_names_of_files_tell_nothing(
    tmp_path: Path, temporary: Path, runner: str
) -> None:
    place = Place.of(tmp_path / "p", *TARGETS, count=30_000, runner=runner, workers=2)
    running = subprocess.Popen(
        [sys.executable, "-m", "weir.pipelines.cli", "ingest", "-c", place.root / "weir.yaml",
         "-d", DAY],
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    seen, processes = watched(running, place)
    said = running.communicate()[0]
    assert running.returncode == 0, said
    assert len(processes) >= 3  # the command and two that work
    assert len([name for name in seen if "/staged/" in name]) > 2
    assert SEARCH.texts({"seen": "\n".join(seen), "said": said}) == []
    assert left_behind(temporary, place) == []


def test_while_it_fails_ps_and_names_of_files_tell_nothing(tmp_path: Path, temporary: Path) -> None:
    """Each worker stops for as long as it takes to be looked at, with a value in its error."""
    place = a_place(tmp_path, **IN_HANDS)
    script = tmp_path / "sabotage.py"
    script.write_text(SABOTAGE)
    output = tmp_path / "output"  # no pipe: nobody reads while it runs
    with output.open("w") as file:
        running = subprocess.Popen(
            [sys.executable, script, "ingest", "-c", place.root / "weir.yaml", "-d", DAY],
            env={**os.environ, "DEED": "detector raises", "STAYS": "1", "TMPDIR": str(temporary)},
            cwd=temporary, stdout=file, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        seen, processes = watched(running, place)
    said = output.read_text()
    assert running.returncode == DEEDS["detector raises"][0], said
    assert len(processes) >= 2  # the command and who works for it
    assert any("DEED=detector raises" in shown for shown in seen)
    assert SEARCH.texts({"seen": "\n".join(seen), "said": said}) == []
    assert left_behind(temporary, place) == []


def watched(running: subprocess.Popen[str], place: Place) -> tuple[list[str], set[int]]:
    """What a session shows until it ends, and names of the store's files; ids of its processes."""
    seen: dict[str, str] = {}
    processes: set[int] = set()
    while running.poll() is None:
        for pid in of_session(running.pid):
            processes.add(pid)
            seen |= dict.fromkeys(shown_of(pid), "")
        for directory, _, files in os.walk(place.store / "restricted"):
            seen |= dict.fromkeys((f"{directory}/{name}" for name in files), "")
        time.sleep(0.1)
    return list(seen), processes


def of_session(session: int) -> Iterator[int]:
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if int((place / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                yield int(place.name)
        except OSError:
            continue


def shown_of(pid: int) -> Iterator[str]:
    """Command line, environment, names of threads, names of open files."""
    place = Path(f"/proc/{pid}")
    try:
        for path in (place / "cmdline", place / "environ", *place.glob("task/*/comm")):
            yield path.read_text(errors="replace")
        for handle in (place / "fd").iterdir():
            yield str(handle.readlink())
    except OSError:
        return


def test_a_process_that_crashes_leaves_no_image_of_its_memory() -> None:
    code = (
        "import resource; from weir.pipelines.silence import keep_silent; keep_silent();"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert told.strip() in {"(1, 1)", "(0, 0)"}  # where it was forbidden before, it stays so


def test_no_traceback_of_the_command_shows_local_variables() -> None:
    """Typer and rich would print them, each with its value."""
    from weir.pipelines.cli import app

    assert app.pretty_exceptions_enable is False
    rooms = [path for room in ("pipelines", "transforms", "schemas")
             for path in (Path(__file__).parents[2] / room).rglob("*.py")]  # fmt: skip
    assert not [path for path in rooms if "rich.traceback" in path.read_text("utf-8")]
