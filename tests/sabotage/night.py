"""A small night in this process, so that a test may put its hands into it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from tests.canaries.search import Canary, Found, Scanner
from tests.e2e.sample import DAY
from tests.e2e.small import a_line, lines
from weir.pipelines.begin import begin
from weir.pipelines.cli import app

NAME, EMAIL, PHONE = "Clementine Loxley", "clementine.loxley@example.org", "+1-212-555-0143"
USER = "loxley77123"
HEADER = "user_id,email,first_name,last_name,phone,address,city,postcode,company,card"
PROFILE = (
    f"{HEADER},birth_date,gender,profession,opt_out\n"
    f"{USER},{EMAIL},Clementine,Loxley,{PHONE},,,,,,1970-01-01,f,teacher,no\n"
)
SEARCH = Scanner(
    [
        Canary("name", "name", NAME),
        Canary("email", "email", EMAIL),
        Canary("phone", "phone", PHONE),
        Canary("user", "id", USER),
    ]
)
OUTSIDE = ("internal", "editions", "shared", "runs")


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    said: str


@dataclass(frozen=True)
class Place:
    """A configured directory: a log, and the profile of one person, whom the log may name."""

    root: Path

    @classmethod
    def of(cls, root: Path, *targets: str, count: int = 60, **engine: Any) -> "Place":
        """One whose log asks for these targets, among `count` others."""
        begin(root)
        settings = {
            "sites": [{"name": "www", "host": "www.example.com", "timezone": "UTC"}],
            "sources": [
                {"name": "web", "kind": "log", "site": "www", "path": "in/access-{date}.log",
                 "format": "combined"},
                {"name": "people", "kind": "profiles", "site": "www", "path": "in/people.csv",
                 "mapping": "profiles"},
            ],
            # In this process, where tests have their hands; weir's own runner calls others.
            "engine": {"runner": "FnApiRunner", "workers": 1, **engine},
        }  # fmt: skip
        (root / "weir.yaml").write_text(yaml.safe_dump(settings))
        (root / "in").mkdir()
        asked = "".join(a_line(1000 + n, target=target) for n, target in enumerate(targets))
        (root / "in" / f"access-{DAY}.log").write_text(lines(count) + asked)
        (root / "in" / "people.csv").write_text(PROFILE)
        return cls(root)

    @property
    def store(self) -> Path:
        """Its store."""
        return self.root / "store"

    def weir(self, command: str, *more: str) -> Ended:
        """Run a command here."""
        config = str(self.root / "weir.yaml")
        done = CliRunner().invoke(app, [command, "-c", config, "-d", DAY, *more])
        return Ended(done.exit_code, done.output)

    def published(self) -> set[str]:
        """Datasets of which something can be read."""
        manifests = (
            path for zone in OUTSIDE for path in (self.store / zone).rglob("????-??-??.json")
        )
        return {path.parent.name for path in manifests}

    def replaced_by_proof(self) -> dict[str, int]:
        """What only the proof recognised, by kind, in the only run."""
        (run,) = (self.store / "runs").glob("*.json")
        found: dict[str, int] = json.loads(run.read_text())["proof"]["replaced"]
        return found

    def leaks(self) -> list[Found]:
        """Where anybody outside of the restricted zone could read of the person."""
        return [hit for zone in OUTSIDE for hit in SEARCH.directory(self.store / zone)]
