"""Robots that look like browsers: told by what they do."""

from typing import Any

import pytest
from tests.transforms.hits import WWW, a_hit, events

from weir.schemas.config import Robots
from weir.transforms.visits import Relations, relate


def related(*hits: dict[str, Any], **rules: Any) -> Relations:
    site = WWW.model_copy(update={"robots": Robots(**rules)})
    return relate(events(*hits), [site])


def is_robot(*hits: dict[str, Any], **rules: Any) -> bool:
    found = related(*hits, **rules)
    assert bool(found.visits.num_rows) != bool(found.robots.num_rows)
    return bool(found.robots.num_rows)


def pages(count: int, every_s: float = 60, **fields: Any) -> list[dict[str, Any]]:
    """Pages read one after the other."""
    clock = (divmod(int(n * every_s), 60) for n in range(count))
    return [
        a_hit(f"{m // 60:02d}:{m % 60:02d}:{s:02d}", path=f"/{m}{s}", **fields) for m, s in clock
    ]


def test_who_asks_for_robots_txt_is_a_robot_with_all_its_hits() -> None:
    asked = a_hit("11:00", path="/robots.txt", action="asset")
    found = related(asked, a_hit("12:00"), a_hit("12:01", action="impression"))
    assert sum(found.robots["hits"].to_pylist()) == 3
    assert found.visits.num_rows == found.signals.num_rows == 0
    assert not is_robot(asked, a_hit("12:00"), asks_robots_txt=False)


def test_many_pages_without_parts_or_referrers_are_a_robots() -> None:
    assert is_robot(*pages(20))
    assert not is_robot(*pages(19))
    assert not is_robot(*pages(20), pages_alone=0)


@pytest.mark.parametrize(
    "other",
    [
        a_hit(action="asset", path="/a.css"),
        a_hit(path="/x", referrer_kind="internal"),
    ],
)
def test_one_part_of_a_page_or_one_referrer_is_a_browsers(other: dict[str, Any]) -> None:
    assert not is_robot(*pages(30), other)


def test_tags_and_scripts_are_no_log() -> None:
    assert not is_robot(*pages(30, channel="script"))


def test_who_reads_faster_than_anybody_can_is_a_robot() -> None:
    part = a_hit(action="asset", path="/a.css")
    assert is_robot(*pages(181, 0.9), part)
    assert not is_robot(*pages(181, 1.1), part)
    assert not is_robot(*pages(181, 0.9), part, pages_a_minute=0)


def test_many_people_behind_one_address_are_no_robot() -> None:
    crowd = [*pages(400, 0.5, basis="network", referrer_kind="internal")]
    assert not is_robot(*crowd, a_hit(action="asset", path="/a.css", basis="network"))
    assert is_robot(*crowd)


def test_a_robot_by_behaviour_leaves_others_alone() -> None:
    found = related(*pages(25), a_hit("12:00", visitor="ben"), a_hit(visitor="cat", bot="search"))
    assert sum(found.robots["hits"].to_pylist()) == 26
    assert found.visits["hits"].to_pylist() == [1]


def test_a_verdict_is_the_visitors_own() -> None:
    robot, person = pages(25), [a_hit("12:00", visitor="ben", action="asset", path="/a.css")]
    alone, both = related(*robot), related(*robot, *person)
    assert alone.robots.equals(both.robots)
