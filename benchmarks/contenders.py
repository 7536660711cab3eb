"""Who is measured, and how each is started. A contender is a list of commands over one log."""

import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from benchmarks.log import DAY, TIMEZONE

CONFIG = """\
# Written by benchmarks/run.py: the shipped defaults over one made log.
store: store
ledger: ledger.sqlite
policy: strict
keys: keys
sites:
  - {{name: www, host: www.example.com, timezone: {timezone}, keep_parameters: [q, page, color]}}
sources:
  - {{name: web, kind: log, site: www, path: "{log}", format: combined}}
"""


@dataclass(frozen=True)
class Run:
    """One start: commands one after the other, and what to remove before them."""

    commands: list[list[str]]
    lines: int
    leftovers: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class Contender:
    """A name, what it does in a few words, and its runs (two when a share is scaled up)."""

    name: str
    about: str
    runs: list[Run]
    missing: str = ""  # why it cannot run here
    once: bool = False  # too slow, and too far off, to run every round


def weir(home: Path, lines: int, command: str) -> Contender:
    """Ingest with the wall, then aggregate: from raw lines to internal tables."""
    config = home / "weir.yaml"
    night = ["run", "--until", "aggregate", "--config", str(config), "--date", DAY, "--quiet"]
    steps = [[*_program(command), *night]]
    left = [home / "store", home / "ledger.sqlite"]
    known = bool(command) or find_spec("weir.pipelines.cli") is not None
    missing = "" if known else "there is no weir.pipelines.cli yet"
    return Contender("weir", "wall, visits, tables", [Run(steps, lines, left)], missing)


def prepare_weir(home: Path, log: Path, command: str) -> None:
    """Keys once, and a weir.yaml that names the log. Outside the clock."""
    if not (home / "keys").exists():
        subprocess.run([*_program(command), "init", str(home)], check=True)
    text = CONFIG.format(timezone=TIMEZONE, log=log.resolve())
    (home / "weir.yaml").write_text(text, encoding="utf-8")


def _program(command: str) -> list[str]:
    return shlex.split(command) if command else [str(Path(sys.executable).with_name("weir"))]


def goaccess(home: Path, log: Path, lines: int) -> Contender:
    """GoAccess with its defaults, a JSON report."""
    out = home / "goaccess.json"
    command = ["goaccess", str(log), "--log-format=COMBINED", "--no-global-config", "-o", str(out)]
    missing = "" if shutil.which("goaccess") else "not installed (Debian package: goaccess)"
    return Contender("goaccess", "counts, no wall", [Run([command], lines, [out])], missing)


def duckdb(home: Path, log: Path, lines: int, reading: str) -> Contender:
    """The hand-written script, two threads. reading: see duckdb_script.py."""
    name = f"duckdb-{reading}"
    command = [
        sys.executable,
        "-m",
        "benchmarks.duckdb_script",
        str(log),
        str(home / name),
        reading,
    ]
    about = {"exact": "same tables, no wall", "csv": "read as CSV"}[reading]
    return Contender(name, about, [Run([command], lines, [home / name])])


def naive(home: Path, log: Path, lines: int, scope: str, model: str) -> Contender:
    """Beam and Presidio on two samples: their difference is what a line costs. model: of spaCy, if
    one is installed, as Presidio wants one."""
    about = {"query": "Beam + Presidio on queries", "urls": "Beam + Presidio on URLs"}[scope]
    about += f" with {model}" if model else ", no model"
    runs = []
    for sample in (lines // 4, lines):
        part = sample_of(home, log, sample)
        out = home / "naive-out"
        command = [sys.executable, "-m", "benchmarks.naive", str(part), str(out), scope]
        command += [model] if model else []
        runs.append(Run([command], sample, [out]))
    return Contender(f"naive-{scope}", about, runs, once=True)


def sample_of(home: Path, log: Path, lines: int) -> Path:
    """`lines` lines from the middle of the day, made once."""
    part = home / f"sample-{lines}-of-{log.stem}.log"
    if not part.exists():
        home.mkdir(parents=True, exist_ok=True)
        with log.open("rb") as whole, part.open("wb") as out:
            whole.seek(log.stat().st_size // 2)
            whole.readline()
            out.writelines(whole.readline() for _ in range(lines))
    return part
