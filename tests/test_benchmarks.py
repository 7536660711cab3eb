"""What the benchmarks stand on: a log that is what it says, a measurement that misses nothing."""

import re
import sys
from pathlib import Path

import duckdb
import pytest
from benchmarks import agree, duckdb_script, log
from benchmarks.measure import measure
from benchmarks.run import Result, table

LINES = 20_000


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> list[str]:
    path = tmp_path_factory.mktemp("log") / "a.log"
    return log.make(path, LINES, lambda _: None).read_text().splitlines()


def share(lines: list[str], pattern: str) -> float:
    return sum(bool(re.search(pattern, line)) for line in lines) / len(lines)


def test_the_same_numbers_make_the_same_log(tmp_path, made):
    again = log.make(tmp_path / "b.log", LINES, lambda _: None)
    assert again.read_text().splitlines() == made


def test_the_log_has_what_it_says_it_has(made):
    assert len(made) == LINES
    assert share(made, r'^\S+ - \S+ \[22/Apr/2025:\d\d:\d\d:\d\d -0400\] "') == 1
    assert share(made, r"\.(css|js|jpg|png|webp|ico|woff2)[ ?]") == pytest.approx(0.6, abs=0.02)
    assert share(made, r"bot|curl|python-|Go-http") == pytest.approx(0.08, abs=0.01)
    assert share(made, r"@|%40") == pytest.approx(0.003, abs=0.0015)
    assert 0 < share(made, r'" 404 ') < 0.05


@pytest.fixture(scope="module", params=duckdb_script.LINES)
def by_hand(request, made, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp(request.param)
    (place / "a.log").write_text("\n".join(made) + "\n")
    duckdb_script.main(str(place / "a.log"), str(place), request.param)
    return place / duckdb_script.TABLES


def test_the_script_by_hand_reads_every_line_and_adds_up(by_hand, made):
    robots = sum(bool(re.search(r"bot|curl|python-|Go-http", line)) for line in made)
    with duckdb.connect(str(by_hand), read_only=True) as tables:
        told = tables.sql("SELECT hits, bot_hits, visits, pageviews FROM traffic").fetchall()
        (hits, bot_hits, visits, pageviews) = told[0]
        assert (hits, bot_hits) == (LINES - robots, robots)
        assert tables.sql("SELECT sum(pageviews) FROM pages").fetchall() == [(pageviews,)]
        for table in ("hours", "referrers", "technology"):
            assert tables.sql(f"SELECT sum(visits) FROM {table}").fetchall() == [(visits,)]
        failed = sum(bool(re.search(r'" (404|408|500) ', line)) for line in made)
        assert tables.sql("SELECT sum(hits + hits_bots) FROM errors").fetchall() == [(failed,)]


def test_what_two_tell_otherwise_is_told(by_hand, tmp_path):
    other = tmp_path / "other.duckdb"
    other.write_bytes(by_hand.read_bytes())
    assert agree.differences(other, by_hand) == []
    with duckdb.connect(str(other)) as tables:
        tables.execute("UPDATE hours SET visits = visits + 1 WHERE hour = '12'")
        tables.execute("DELETE FROM bots WHERE bot = 'seo'")
    told = agree.differences(other, by_hand)
    assert [one.partition(" ")[0] for one in told] == ["hours.visits", "bots.hits", "bots.bytes"]


def test_the_log_is_in_the_order_of_time(made):
    times = [line.partition("[")[2][12:20] for line in made]
    assert times == sorted(times)


GRANDCHILD = """
import subprocess, sys
code = "x = bytearray(150_000_000); [i * i for i in range(9_000_000)]"
subprocess.run([sys.executable, "-c", code])
"""


def test_memory_and_cpu_of_a_grandchild_are_counted(tmp_path):
    used = measure([sys.executable, "-c", GRANDCHILD], log=tmp_path / "out.txt")
    assert used.exit_code == 0
    assert used.peak_bytes > 150_000_000
    assert 0.2 < used.cpu_s <= used.wall_s * 2


def test_a_command_that_fails_says_so_and_its_words_are_kept(tmp_path):
    out = tmp_path / "out.txt"
    used = measure([sys.executable, "-c", "import sys; sys.exit('no luck')"], log=out)
    assert used.exit_code == 1
    assert out.read_text() == "no luck\n"


def a_result(name: str, wall_s: float, exit_code: int = 0) -> Result:
    return Result(name, 1000, wall_s, 1.0, 10**6, 1000, exit_code, [])


def cells(results: list[Result]) -> dict[str, tuple[str, ...]]:
    shown = table(results)
    rows = zip(*(column.cells for column in shown.columns), strict=True)
    return {str(row[0]): tuple(str(cell) for cell in row[1:]) for row in rows}


def test_the_table_compares_medians():
    rows = cells([a_result("weir", 1), a_result("duckdb", 2), a_result("duckdb", 9),
                  a_result("duckdb", 3)])  # fmt: skip
    assert rows["duckdb"][-1] == "3.0 ×"


def test_a_run_that_failed_is_not_compared():
    rows = cells([a_result("weir", 0.1, exit_code=1), a_result("duckdb", 2)])
    assert rows["weir"][0] == "failed"
    assert rows["duckdb"][-1] == ""


def test_a_log_is_made_once(tmp_path):
    path = Path(tmp_path, "a.log")
    path.write_text("mine\n")
    assert log.make(path, LINES, lambda _: None).read_text() == "mine\n"


def test_each_format_is_measured_on_lines_that_fit_it_all() -> None:
    from benchmarks import formats as rates

    from weir.schemas.formats import formats

    found = rates.measure(sorted(formats()), 300, 1)
    assert set(found) == set(formats())
    assert found[rates.BASE]["share"] == 1
    assert all(told["lines_per_s"] > 0 for told in found.values())
