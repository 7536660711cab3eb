"""The page for analysts and operators, of the sample's nights."""

import json
import re
from pathlib import Path

import pytest

from tests.e2e.sample import DAYS, Place
from tests.pipelines.browser import browser


@pytest.fixture(scope="module")
def page(nights: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("inside") / "inside.html"
    nights.weir(
        "report", "-c", str(nights.config), "--from", DAYS[0], "--to", DAYS[-1],
        "-o", str(place),
    )  # fmt: skip
    return place


def rows(page: Path, name: str) -> list[list[str]]:
    """The cells of one of its tables, by row; of all dates, where each has a part of it."""
    parts = re.findall(
        rf'aria-label="{name}(?:, [\d-]+)?"><table.*?<tbody>(.*?)</tbody>', page.read_text(), re.S
    )
    assert len(parts) in (1, len(DAYS))
    rows = [row for part in parts for row in part.split("</tr>")[:-1]]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def number(cell: str) -> int:
    return int(cell.replace(",", ""))


def test_every_line_of_every_file_is_accounted_for(nights: Place, page: Path) -> None:
    told = rows(page, "Row accounting")
    runs = [json.loads(place.read_text()) for place in (nights.store / "runs").glob("*.json")]
    assert len(told) == sum(len(run["files"]) for run in runs)
    assert {row[-1] for row in told} == {"yes"}
    assert sum(number(row[2]) for row in told) == sum(f["read"] for r in runs for f in r["files"])
    assert not any(row[1].startswith("/") for row in told), "from the configuration's place"


def test_what_the_wall_held_back_is_told_by_field_and_kind(nights: Place, page: Path) -> None:
    told = rows(page, "By field and kind")
    assert {"path", "referrer"} <= {row[0] for row in told}
    runs = [json.loads(place.read_text()) for place in (nights.store / "runs").glob("*.json")]
    assert sum(number(row[-1]) for row in told) == sum(sum(r["replaced"].values()) for r in runs)
    for run in runs:
        assert sum(sum(k.values()) for k in run["held_back"].values()) == sum(
            run["replaced"].values()
        )


def test_the_quality_of_each_channel_is_told(page: Path) -> None:
    assert {row[2] for row in rows(page, "Channels")} == {"log", "tag", "script"}


def test_what_each_rule_took_is_all_that_the_editions_leave_out(page: Path) -> None:
    editions, rules = rows(page, "Editions"), rows(page, "Left out, by rule")
    assert [len({row[0] for row in told}) for told in (editions, rules)] == [len(DAYS)] * 2
    for kind, column in (("rows", 4), ("numbers", 5)):
        withheld = sum(number(row[column]) for row in editions)
        assert sum(number(row[5]) for row in rules if row[3] == kind) == withheld > 0


def test_it_says_that_it_is_not_for_sharing_and_has_no_value_of_a_row(page: Path) -> None:
    text = page.read_text()
    assert "Not for sharing" in text
    assert not re.search(r"@example|198\.18\.|jane", text)


def test_internal_may_be_said_and_need_not(nights: Place, tmp_path: Path) -> None:
    for name, said in (("a", []), ("b", ["--internal"])):
        place = tmp_path / name
        nights.weir("report", *said, "-c", str(nights.config), "-d", DAYS[0], "-o", str(place))
        assert "not for sharing" in list(nights.said.values())[-1]
    assert (tmp_path / "a").read_text() == (tmp_path / "b").read_text()


def test_a_date_without_a_run_has_no_page(nights: Place, tmp_path: Path) -> None:
    place = tmp_path / "none.html"
    nights.weir(
        "report", "-c", str(nights.config), "-d", "2008-05-01", "-o", str(place), code=2,
    )  # fmt: skip
    assert not place.exists()
    assert "no run of these dates" in list(nights.said.values())[-1]


def test_it_fits_can_be_read_and_is_silent(page: Path, tmp_path: Path) -> None:
    with browser(tmp_path / "profile") as shown:
        for width, dark in ((360, True), (1440, False)):
            shown.open(page, width, dark=dark)
            assert shown.contrast()["low"] == []
            assert shown.cut() == []
            assert shown.run("document.documentElement.scrollWidth") == width
            assert shown.said() == shown.asked_for() == []
        shown.open(page, 718, media="print")  # A4 within its margins
        assert shown.run("document.documentElement.scrollWidth") == 718
