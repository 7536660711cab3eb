"""The sample's nights, run as a person runs them: by the command, in a directory of their own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from weir.pipelines.cli import app

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
DAYS = ("2008-04-21", "2008-04-22", "2008-04-23")
DAY = DAYS[1]
WEIR = Path(sys.executable).with_name("weir")


@dataclass
class Place:
    """A directory with the sample's files, keys and configuration, and all that was said there."""

    root: Path
    said: dict[str, str] = field(default_factory=dict)
    here: bool = False
    """Run commands in this process, which has loaded all they need: seconds less for each."""

    @classmethod
    def make(cls, root: Path, keys: Path | None = None, **engine: Any) -> "Place":
        """Lay out a place; with another one's keys, its pseudonyms and choices are the same."""
        place = cls(root)
        place.weir("init", str(root))
        for site in ("www", "shop"):
            shutil.copytree(SAMPLE / site, root / site)
        if keys is not None:
            shutil.rmtree(root / "keys")
            shutil.copytree(keys, root / "keys")
        settings = yaml.safe_load((SAMPLE / "weir.yaml").read_text())
        (root / "weir.yaml").write_text(yaml.safe_dump({**settings, "engine": engine}))
        return place

    @property
    def store(self) -> Path:
        """Its store."""
        return self.root / "store"

    @property
    def config(self) -> Path:
        """Its configuration."""
        return self.root / "weir.yaml"

    def weir(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """Run a command; its standard output. Fails if it ends with another exit code."""
        ended, output, errors = (_here if self.here else _apart)(arguments, environment)
        self.said[f"{len(self.said)} weir {arguments[0]}"] = output + errors
        assert ended == code, output + errors
        return output

    def night(self, day: str, **environment: str) -> dict[str, Any]:
        """`weir run --json` of a date."""
        told = self.weir("run", "-c", str(self.config), "-d", day, "--json", **environment)
        return json.loads(told)  # type: ignore[no-any-return]

    def ask(self, query: str) -> list[dict[str, Any]]:
        """`weir sql`."""
        return json.loads(self.weir("sql", query, "-c", str(self.config), "--json"))  # type: ignore[no-any-return]

    def published(self, *zones: str) -> dict[str, bytes]:
        """Bytes of what is published: tables and editions by what they are, releases by file."""
        found = {}
        for zone in zones:
            for path in sorted((self.store / zone).rglob("*")):
                if path.is_file():
                    found[str(path.relative_to(self.store))] = path.read_bytes()
        return found


def _apart(arguments: tuple[str, ...], environment: dict[str, str]) -> tuple[int, str, str]:
    """A process of its own: its exit code, standard output and standard error."""
    done = subprocess.run(
        [WEIR, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def _here(arguments: tuple[str, ...], environment: dict[str, str]) -> tuple[int, str, str]:
    """The same in this process."""
    done = CliRunner().invoke(app, arguments, env=environment)
    return done.exit_code, done.stdout, done.stderr
