"""Somebody objects, corrects a profile, is taken out of it, or a file comes late: from raw files.

It acts on dates that have no edition. That of the day before stays byte for byte, though its events
were made anew; else the two, side by side, would tell who it was.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml

from tests.e2e.sample import DAY
from tests.e2e.small import AGENT
from tests.pipelines.a_store import a_small_store, few_tables
from tests.sabotage.night import HEADER, Place
from weir.pipelines import disclose as disclose_module
from weir.pipelines.begin import begin

NEXT = "2008-04-23"
COHORTS = ("stays", "header", "cookie", "listed", "corrected", "removed")
SIZE = 60
SITE = {
    "name": "www", "host": "www.example.com", "timezone": "UTC",
    "cookies": {"visitor": "VISITOR", "registered": "USER", "opt_out": "NO_SHARING"},
}  # fmt: skip
SOURCES = [
    {"name": "web", "kind": "log", "site": "www", "path": "in/access-{date}*",
     "format": "combined_cookie_gpc"},
    {"name": "people", "kind": "profiles", "site": "www", "path": "in/people.csv",
     "mapping": "profiles"},
]  # fmt: skip


def asked(day: str, cohort: str, *, refuses: bool = False) -> Iterator[str]:
    """A page view of each of a cohort, who came by a campaign of that name; as they came to refuse,
    with a header or a cookie that says so."""
    at = datetime.fromisoformat(f"{day}T12:00:00").strftime("%d/%b/%Y:%H:%M:%S +0000")
    gpc = "1" if refuses and cohort == "header" else "-"
    more = "; NO_SHARING=1" if refuses and cohort == "cookie" else ""
    for n in range(SIZE):
        who = f"{cohort}{n:02}"
        yield (
            f"198.18.{n}.{len(cohort)} - - [{at}] "
            f'"GET /books/rivers?utm_campaign={cohort} HTTP/1.1" 200 512 "-" "{AGENT}" '
            f'"VISITOR=v{who}; USER=u{who}{more}" "{gpc}"\n'
        )


def profiles(*, later: bool) -> str:
    """Women all of them; later one cohort objected, one is said to be men, one is not there."""
    lines = [f"{HEADER},birth_date,gender,profession,opt_out"]
    for cohort in COHORTS:
        if later and cohort == "removed":
            continue
        gender = "m" if later and cohort == "corrected" else "f"
        out = "yes" if later and cohort == "listed" else "no"
        lines += [f"u{cohort}{n:02},,,,,,,,,,,{gender},teacher,{out}" for n in range(SIZE)]
    return "\n".join([*lines, ""])


def edition(place: Place, day: str) -> dict[str, bytes]:
    """All that is published of a date: its manifest, and the files that it names."""
    manifest = place.store / "editions" / f"{day}.json"
    named = [entry["path"] for entry in json.loads(manifest.read_text())["tables"]]
    return {path: (place.store / path).read_bytes() for path in (f"editions/{day}.json", *named)}


def told(place: Place, day: str) -> dict[str, int]:
    """Visitors by campaign, which is the cohort; users by gender."""
    found: dict[str, int] = {}
    for entry in json.loads((place.store / "editions" / f"{day}.json").read_text())["tables"]:
        rows = pq.read_table(place.store / entry["path"]).to_pylist()
        for by, measure in (("campaign", "visitors"), ("gender", "users")):
            found |= {row[by]: row[measure] for row in rows if row["by"] == by}
    return found


def weir(place: Place, *command: str) -> None:
    """Run commands of a date."""
    ended = place.weir(*command)
    assert ended.code == 0, ended.said


@dataclass(frozen=True)
class Dates:
    """A date whose edition is out and was asked for again, and the next one."""

    place: Place
    first: dict[str, bytes]
    before: dict[str, int]


@pytest.fixture(scope="module")
def dates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dates]:
    """All of it happens between the edition of the first date and that of the next one."""
    place = Place(tmp_path_factory.mktemp("frozen") / "place")
    begin(place.root)
    a_small_store(place.store)
    settings: dict[str, Any] = {"sites": [SITE], "sources": SOURCES,
                                "engine": {"runner": "FnApiRunner", "workers": 1}}  # fmt: skip
    (place.root / "weir.yaml").write_text(yaml.safe_dump(settings))
    came = place.root / "in"
    came.mkdir()

    def log(name: str, day: str, *cohorts: str, refuses: bool = False) -> None:
        lines = (line for one in cohorts for line in asked(day, one, refuses=refuses))
        (came / f"access-{day}{name}.log").write_text("".join(lines))

    with few_tables("campaigns", "demographics"):
        log("", DAY, *COHORTS)
        (came / "people.csv").write_text(profiles(later=False))
        weir(place, "ingest")
        weir(place, "disclose")
        seen = Dates(place, edition(place, DAY), told(place, DAY))
        (came / "people.csv").write_text(profiles(later=True))
        log("-late", DAY, "header", "cookie", "late", refuses=True)
        weir(place, "ingest")
        weir(place, "disclose")
        log("", NEXT, *COHORTS, refuses=True)
        weir(place, "ingest", "-d", NEXT)
        log("-late", NEXT, "late")
        weir(place, "ingest", "-d", NEXT)
        weir(place, "disclose", "-d", NEXT)
        yield seen


@pytest.fixture(scope="module")
def anew(dates: Dates, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """What the first date would tell if its edition followed its events."""
    place = Place(tmp_path_factory.mktemp("anew") / "place")
    shutil.copytree(dates.place.root, place.root)
    with pytest.MonkeyPatch.context() as off:
        off.setattr(disclose_module, "read_edition", lambda *_: None)
        weir(place, "disclose")
    return told(place, DAY)


def test_the_edition_that_is_out_stays_byte_for_byte(dates: Dates) -> None:
    assert edition(dates.place, DAY) == dates.first


WAS = {
    "header": ("header", SIZE), "cookie": ("cookie", SIZE), "listed": ("listed", SIZE),
    "corrected": ("male", None), "removed": ("female", SIZE * len(COHORTS)), "late": ("late", None),
}  # fmt: skip
IS = {
    "header": ("header", None), "cookie": ("cookie", None), "listed": ("listed", None),
    "corrected": ("male", SIZE), "removed": ("female", SIZE), "late": ("late", SIZE),
}  # fmt: skip


@pytest.mark.parametrize("who", WAS)
def test_it_tells_what_it_told_and_the_next_date_follows(dates: Dates, who: str) -> None:
    value, was = WAS[who]
    assert dates.before.get(value) == told(dates.place, DAY).get(value) == was
    value, now = IS[who]
    assert told(dates.place, NEXT).get(value) == now


@pytest.mark.parametrize("who", WAS)
def test_if_it_were_made_anew_the_two_would_differ_by_them(
    dates: Dates, anew: dict[str, int], who: str
) -> None:
    value, was = WAS[who]
    assert dates.before.get(value) == was
    assert anew.get(value) == IS[who][1]
