"""From raw logs: a file that comes late, and visitors who come again on another day."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.e2e.small import AGENT, a_place

pytestmark = pytest.mark.slow  # tests/attacks does the same on small stores

MONDAY, TUESDAY = (datetime(2008, 4, day, 12, tzinfo=UTC) for day in (21, 22))


def hits(people: Iterable[int], day: datetime = TUESDAY) -> str:
    """A page view each; who they are tells an address of their own."""
    return "".join(
        f"198.18.{one % 200}.{one // 200 + 1} - - "
        f"[{day + timedelta(seconds=one % 3000):%d/%b/%Y:%H:%M:%S +0000}] "
        f'"GET /books HTTP/1.1" 200 512 "-" "{AGENT}"\n'
        for one in people
    )


def test_a_crowd_that_comes_late_supersedes_the_edition(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", hits(range(300)))
    options = ("-c", str(place.config), "-d", "2008-04-22")
    place.weir("run", *options, "--until", "disclose", "--quiet")
    (place.root / "in" / "access-2008-04-22-late.log").write_text(hits(range(1000, 1080)))
    place.weir("ingest", *options, "--quiet")
    assert json.loads(place.weir("disclose", *options, "--supersede", "--json"))["made"]
    place.weir("audit", "-c", str(place.config))


def test_the_visitors_of_a_week_are_counted_once(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", hits(range(300), MONDAY), "access-2008-04-21.log")
    (place.root / "in" / "access-2008-04-22.log").write_text(hits(range(100, 420)))
    who = {"name": "weekly", "kind": "advertiser", "tables": ["traffic"], "grain": "week"}
    strict = Path(__file__).parents[2] / "schemas" / "policies" / "strict.yaml"
    policy = yaml.safe_load(strict.read_text()) | {"recipients": [who]}
    (place.root / "policy.yaml").write_text(yaml.safe_dump(policy))
    settings = yaml.safe_load(place.config.read_text()) | {"policy": "policy.yaml"}
    place.config.write_text(yaml.safe_dump(settings))
    options = ("-c", str(place.config))
    place.weir("run", *options, "--from", "2008-04-21", "--to", "2008-04-22",
               "--until", "disclose", "--quiet")  # fmt: skip
    week = ("disclose", *options, "-d", "2008-04-22", "--period", "week", "--json")
    assert json.loads(place.weir(*week, "--accept-incomplete"))["made"]
    told = place.weir("share", *options, "--from", "2008-04-21", "--to", "2008-04-27", "--json")
    (release,) = json.loads(told)["releases"]
    rows = (Path(release) / "period_visitors.csv").read_text("utf-8-sig").splitlines()
    assert rows[1:] == ['"www",2008-04-21,"total",2,420']
