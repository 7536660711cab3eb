"""Bad input: a clear error that names file and line, the row in quarantine, the run going on."""

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sample import DAY, Place
from tests.e2e.small import a_line, a_place, lines


def ingest(place: Place, code: int = 0) -> dict[str, Any]:
    import json

    told = place.weir("ingest", "-c", str(place.config), "-d", DAY, "--json", code=code)
    return json.loads(told) if code < 2 else {}


def file_of(told: dict[str, Any]) -> dict[str, Any]:
    (file,) = told["files"]
    return file  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"x" * 10_000_000 + b"\n", "line_too_long"),
        (a_line().encode().replace(b"/books", b"/bo\0oks"), "nul_byte"),
        (a_line().encode().replace(b"/books", b"/bo\xff\xfeoks"), "not_utf8"),
        (b"jane.doe@example.org wrote something\n", "not_this_format"),
        (a_line(at=datetime(1970, 1, 1, tzinfo=UTC)).encode(), "time_out_of_range"),
        (a_line(at=datetime(2100, 1, 1, tzinfo=UTC)).encode(), "time_out_of_range"),
        (a_line().encode().replace(b"22/Apr", b"31/Feb"), "bad_time"),
    ],
    ids=["10_MB", "NUL", "not_UTF-8", "no_log_line", "1970", "2100", "31_February"],
)
def test_a_bad_line_goes_to_quarantine_and_the_rest_goes_on(
    tmp_path: Path, bad: bytes, reason: str
) -> None:
    first, rest = lines(200).encode(), lines(200).encode()
    place = a_place(tmp_path / "p", first + bad + rest)
    file = file_of(ingest(place))
    assert (file["read"], file["kept"], file["quarantined"]) == (401, 400, {reason: 1})
    assert any((place.store / "restricted" / "quarantine").glob("*.parquet"))
    assert "jane.doe" not in str(place.said)


def test_the_place_of_a_bad_line_is_told_by_file_and_line(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", lines(7) + "no line of a log\n" + lines(400))
    place.weir("ingest", "-c", str(place.config), "-d", DAY)
    said = str(place.said)
    assert "access-2008-04-22.log:8: not_this_format; kept in quarantine" in said


def test_a_lone_carriage_return_ends_no_line(tmp_path: Path) -> None:
    odd = a_line().replace("/books", "/bo\roks")
    file = file_of(ingest(a_place(tmp_path / "p", lines() + odd)))
    assert file["read"] == 401
    assert file["kept"] + sum(file["quarantined"].values()) == 401


def test_a_truncated_gzip_keeps_its_whole_lines_and_marks_the_date(tmp_path: Path) -> None:
    whole = gzip.compress(lines(4000).encode())
    place = a_place(tmp_path / "p", whole[: len(whole) // 2], "access-2008-04-22.log.gz")
    told = ingest(place, code=1)
    file = file_of(told)
    assert 0 < file["kept"] < 4000
    assert file["quarantined"] in ({"truncated_file": 1}, {})
    assert any(
        "access-2008-04-22.log.gz" in w and "run the date again" in w for w in told["warnings"]
    )
    place.weir("aggregate", "-c", str(place.config), "-d", DAY)
    place.weir("disclose", "-c", str(place.config), "-d", DAY, code=2)
    assert "--accept-incomplete" in str(place.said)


def test_an_empty_log_is_a_night_that_lacks_something(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    (place.root / "in" / "access-2008-04-22.log").write_bytes(b"")
    told = ingest(place, code=1)
    assert "source web: no line of 2008-04-22" in str(place.said)
    assert file_of(told) == {
        "path": str(place.root / "in" / "access-2008-04-22.log"),
        "read": 0, "kept": 0, "quarantined": {}, "filtered": {},
    }  # fmt: skip
    place.weir("run", "-c", str(place.config), "-d", DAY, "--until", "aggregate", "-q", code=1)
    place.weir("run", "-c", str(place.config), "-d", DAY, code=1)
    assert not (place.store / "editions").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + os.urandom(200_000),
        b"SQLite format 3\0" + bytes(100_000),
        b"jane.doe@example.org, a letter\n" * 100,
    ],
    ids=["image", "database", "letters"],
)
def test_a_file_that_is_no_log_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    place = a_place(tmp_path / "p", content)
    ingest(place, code=2)
    said = str(place.said)
    assert "access-2008-04-22.log" in said
    assert "jane.doe" not in said
    assert not (place.store / "internal" / "events").exists()


def test_a_format_that_does_not_fit_shows_shapes_not_content(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", "jane.doe@example.org [2008] 42\n" * 100)
    ingest(place, code=2)
    assert "aaa….aaa@aaa….aaa" in str(place.said)
    assert "jane" not in str(place.said)


def test_a_missing_file_is_told_with_its_pattern(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", name="other.log")
    ingest(place, code=2)
    assert "source web: no file matches" in str(place.said)
    assert "access-2008-04-22" in str(place.said)


@pytest.mark.parametrize(
    ("moment", "kept"),
    [
        (datetime(2008, 4, 21, 23, 59, 59, tzinfo=UTC), 0),
        (datetime(2008, 4, 22, 0, 0, 0, tzinfo=UTC), 1),
        (datetime(2008, 4, 22, 23, 59, 59, tzinfo=UTC), 1),
        (datetime(2008, 4, 23, 0, 0, 0, tzinfo=UTC), 0),
    ],
)
def test_rows_of_other_dates_are_counted_as_such(
    tmp_path: Path, moment: datetime, kept: int
) -> None:
    told = ingest(a_place(tmp_path / "p", a_line(at=moment)), code=1 - kept)
    lacks = f"no line of {DAY} in its files: they are of {moment:%Y-%m-%d}; look at"
    assert (lacks in str(told["warnings"])) == (not kept)
    file = file_of(told)
    assert (file["kept"], file["filtered"].get("other_date", 0)) == (kept, 1 - kept)


def test_a_file_beside_that_may_hold_lines_of_the_date_is_named_by_the_sources_own_path(
    tmp_path: Path,
) -> None:
    tomorrow = a_line(at=datetime(2008, 4, 23, tzinfo=UTC))
    place = a_place(tmp_path / "p", lines(10) + tomorrow)
    place.weir("ingest", "-c", str(place.config), "-d", DAY)
    said = str(place.said)
    assert "web: 1 line is of other dates (2008-04-23), so" in said
    assert "or, if one file holds all dates, a path without {date}" in said
    assert "in/access-{date-1}*|in/access-{date}* or in/access-{date}*|in/access-{date+1}*" in said


def test_a_database_that_is_none_ends_the_night_before_a_line_is_read(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p")
    (place.root / "net.mmdb").write_bytes(b"no database")
    place.config.write_text(place.config.read_text() + "network: {mmdb: [net.mmdb]}\n")
    ingest(place, code=2)
    assert "net.mmdb: not a readable MMDB file" in str(place.said)
    assert not (place.store / "events").exists()


def test_a_night_knows_the_countries_of_its_visitors(tmp_path: Path) -> None:
    import json
    import shutil

    log = lines(20).replace("198.18.0.0 ", "89.160.20.112 ", 1)
    place = a_place(tmp_path / "p", log)
    data = Path(__file__).parents[1] / "data" / "mmdb" / "GeoIP2-City-Test.mmdb"
    shutil.copy(data, place.root / "city.mmdb")
    place.config.write_text(place.config.read_text() + "network: {mmdb: [city.mmdb]}\n")
    place.weir("run", "-c", str(place.config), "-d", DAY, "--until", "aggregate")
    assert place.ask("SELECT country, count(*) AS n FROM events GROUP BY ALL ORDER BY n") == [
        {"country": "SE", "n": 1},
        {"country": None, "n": 19},
    ]
    (run,) = (place.store / "runs").glob("*.json")
    assert json.loads(run.read_text())["networks"][0]["type"] == "GeoIP2-City"
