"""A small night of one site: combined log lines, for tests of what may go wrong."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from tests.e2e.sample import Place

AGENT = (
    "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.8.1.13) Gecko/20080311 Firefox/2.0.0.13"
)


def a_line(number: int = 0, target: str = "/books/rivers", at: datetime | None = None) -> str:
    """One request of one of two hundred browsers, at noon of the night unless told otherwise."""
    at = at or datetime(2008, 4, 22, 12, tzinfo=UTC) + timedelta(seconds=number)
    address = f"198.18.{number % 100}.{number % 200}"
    stamp = at.strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{address} - - [{stamp}] "GET {target} HTTP/1.1" 200 512 "-" "{AGENT}"\n'


def lines(count: int = 400) -> str:
    """Whole lines."""
    return "".join(a_line(number) for number in range(count))


IN_THREADS = "FnApiRunner"
"""Beam's runner in the command's own process: for a small night, half the time of calling hands."""


def a_place(
    root: Path,
    content: bytes | str = "",
    name: str = "access-2008-04-22.log",
    runner: str = IN_THREADS,
) -> Place:
    """A configured directory with one log file."""
    place = Place(root, here=runner == IN_THREADS)
    place.weir("init", str(root))
    settings = {
        "sites": [{"name": "www", "host": "www.example.com", "timezone": "UTC"}],
        "sources": [
            {"name": "web", "kind": "log", "site": "www", "path": "in/access-{date}*"},
        ],
        "engine": {"runner": runner},
    }
    place.config.write_text(yaml.safe_dump(settings))
    (root / "in").mkdir()
    data = content.encode() if isinstance(content, str) else content
    (root / "in" / name).write_bytes(data or lines().encode())
    return place


def joined(parts: Iterable[bytes]) -> bytes:
    """Bytes of several lines."""
    return b"".join(parts)


def register(place: Place, opt_out: str = "no", email: str = "ann@example.org") -> None:
    """Somebody is registered, and has objected or not; nobody, if there is no address."""
    settings = yaml.safe_load(place.config.read_text())
    source = {"name": "people", "kind": "profiles", "site": "www", "mapping": "profiles"}
    if source["name"] not in (known["name"] for known in settings["sources"]):
        settings["sources"].append(source | {"path": "in/people.csv"})
    place.config.write_text(yaml.safe_dump(settings))
    header = "user_id,email,first_name,last_name,phone,address,city,postcode,company,card"
    row = f"u1,{email},Ann,Example,212-555-0199,,,,,,1970-01-01,f,teacher,{opt_out}\n"
    (place.root / "in" / "people.csv").write_text(
        f"{header},birth_date,gender,profession,opt_out\n" + (row if email else "")
    )
