"""`weir sql`: what may be asked, and how it is answered."""

import io
import json

import pyarrow.parquet as pq
import pytest
from tests.pipelines.test_catalog import publish, store, traffic  # noqa: F401 (a fixture)
from tests.transforms.hits import a_hit, events, pseudonym

from weir.pipelines.catalog import build_catalog
from weir.pipelines.query import ask, rows, run
from weir.schemas.errors import UsageError


@pytest.fixture
def place(store):  # noqa: F811
    publish(store, "tables/traffic", traffic(visitors=1234))
    publish(store, "events", events(a_hit(path="/[bold]x")))
    build_catalog(store)
    return str(store.root)


def test_an_answer_comes_as_rows(place):
    assert rows(place, "SELECT site, visitors FROM traffic") == [("www", 1234)]


def test_a_table_shows_numbers_readably_and_text_as_it_is(place, capsys):
    run(place, "SELECT t.site, t.visitors, e.path FROM traffic t JOIN events e USING (site)")
    printed = capsys.readouterr().out
    assert "1,234" in printed and "/[bold]x" in printed


def test_a_long_table_says_how_much_is_not_shown(place, capsys):
    run(place, "SELECT * FROM range(1000)")
    printed = capsys.readouterr().out
    assert "first 200 of 1,000 rows" in printed
    assert "\n300" not in printed


def test_a_row_that_is_too_wide_stands_upright(place, capsys):
    run(place, "SELECT * FROM traffic")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["visitors", "1,234"] for line in lines)
    assert all(len(line) <= 80 for line in lines)


def test_json_is_one_document(place, capsysbinary):
    run(place, "SELECT date, visitors, NULL AS nothing FROM traffic", "json")
    (row,) = json.loads(capsysbinary.readouterr().out)
    assert row == {"date": "2008-04-22", "visitors": 1234, "nothing": None}


def test_csv_has_a_header_and_pseudonyms_as_hex(place, capsysbinary):
    run(place, "SELECT site, visitor FROM events", "csv")
    header, row = capsysbinary.readouterr().out.decode().splitlines()
    assert header == '"site","visitor"'
    assert row == f'"www","{pseudonym("ann").hex()}"'


def test_parquet_goes_to_a_file_or_a_pipe(place, tmp_path, capsysbinary):
    run(place, "SELECT visitors FROM traffic", "parquet", tmp_path / "a.parquet")
    run(place, "SELECT visitors FROM traffic", "parquet")
    piped = io.BytesIO(capsysbinary.readouterr().out)
    for source in (tmp_path / "a.parquet", piped):
        assert pq.read_table(source).to_pylist() == [{"visitors": 1234}]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_every_form_can_go_to_a_file(place, tmp_path, form):
    run(place, "SELECT site FROM traffic", form, tmp_path / "answer")
    assert "www" in (tmp_path / "answer").read_text()


@pytest.mark.parametrize(
    "query",
    [
        "SELEC 1",
        "SELECT * FROM nope",
        "SELECT nope FROM traffic",
        "SELECT 'x'::INT",
        "",
        "SELECT 1; SELECT 2",
        "DROP VIEW traffic",
        "COPY traffic TO 'internal/x.parquet'",
        "SET threads = 2",
        "ATTACH 'other.duckdb'",
        "SELECT * FROM read_text('/etc/hostname')",
        "INSTALL httpfs",
    ],
)
def test_what_cannot_be_answered_is_one_line_and_changes_nothing(place, query):
    with pytest.raises(UsageError) as told:
        ask(place, query)
    assert len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("SELECT * FROM trafic", "exist; did you mean traffic? (SHOW TABLES lists them)"),
        (
            "SELECT visitor FROM traffic",
            "clause; did you mean visitors? (DESCRIBE traffic lists them)",
        ),
        ("SELECT t.visitr FROM traffic t", '"visitr"; did you mean visitors? (DESCRIBE traffic'),
        ("SELECT visitrs FROM traffic JOIN events USING (site)", "did you mean visitors?"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest(place, query, hint):
    with pytest.raises(UsageError) as told:
        ask(place, query)
    assert hint in str(told.value)


def test_of_a_column_no_table_is_named_that_the_query_does_not_ask(place):
    with pytest.raises(UsageError) as told:
        ask(place, "SELECT visitrs FROM traffic JOIN events USING (site)")
    assert "DESCRIBE" not in str(told.value)
    with pytest.raises(UsageError, match=r"clause \(DESCRIBE traffic lists them\)"):
        ask(place, "SELECT pth FROM traffic")  # events has a path


SUMS = "SELECT sum(visitors) AS v, sum(visitors)::DECIMAL(9, 2) / 4 AS d, 'x' AS t FROM traffic"


def test_a_sum_is_a_number(place, capsysbinary):
    run(place, SUMS)
    told = capsysbinary.readouterr().out.decode()
    assert told.split() == ["v", "d", "t", "1,234", "308.5", "x"]
    run(place, SUMS, "json")
    assert json.loads(capsysbinary.readouterr().out) == [{"v": 1234, "d": 308.5, "t": "x"}]


def test_a_decimal_is_shown_as_it_is_and_no_digit_of_a_number_is_lost(place, capsysbinary):
    run(place, "SELECT 12345.60::DECIMAL(9, 2) AS d, 0::DECIMAL(18, 9) AS n, -1::HUGEINT AS m")
    assert capsysbinary.readouterr().out.decode().split()[3:] == ["12,345.60", "0.000000000", "-1"]
    query = (
        f"SELECT {1 << 53}::HUGEINT AS a, {(1 << 53) + 1}::HUGEINT AS b, 0.1::DECIMAL(2, 1) AS c"
    )
    run(place, query, "json")
    (row,) = json.loads(capsysbinary.readouterr().out)
    assert row == {"a": 1 << 53, "b": str((1 << 53) + 1), "c": 0.1}


@pytest.mark.parametrize("name", ["x.xlsx", "x.tsv", "x.csv.gz"])
def test_a_file_that_ends_as_no_form_does_is_not_written(place, tmp_path, name):
    with pytest.raises(UsageError, match=r"\.csv, \.json, \.parquet, \.txt; --format"):
        run(place, "SELECT 1", output=tmp_path / name)
    assert not (tmp_path / name).exists()
    run(place, "SELECT site FROM traffic", "csv", tmp_path / name)
    assert (tmp_path / name).read_text().startswith('"site"')


def test_a_store_that_moved_says_what_makes_its_views_anew(place, store, tmp_path):  # noqa: F811
    moved = tmp_path / "elsewhere"
    store.root.rename(moved)
    with pytest.raises(UsageError, match="weir aggregate"):
        ask(str(moved), "SELECT * FROM traffic")


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.csv", b'"site"'), ("x.parquet", b"PAR1"), ("x.txt", b"site"), ("x", b"site")],
)
def test_a_files_ending_says_its_form(place, tmp_path, name, start):
    run(place, "SELECT site FROM traffic", output=tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


def test_even_where_reading_is_allowed_nothing_is_written(place, store):  # noqa: F811
    target = store.root / "internal" / "x.parquet"
    quoted = str(target).replace("'", "''")
    with pytest.raises(UsageError, match="one SELECT"):
        ask(place, f"COPY traffic TO '{quoted}'")
    assert not target.exists()


def test_the_vault_is_out_of_reach(place, store):  # noqa: F811
    secret = store.root / "restricted" / "x.txt"
    secret.parent.mkdir()
    secret.write_text("x")
    with pytest.raises(UsageError, match="Permission"):
        ask(place, f"SELECT * FROM read_text('{str(secret).replace(chr(39), chr(39) * 2)}')")


def test_a_store_without_a_catalogue_says_what_makes_one(tmp_path):
    with pytest.raises(UsageError, match="weir aggregate"):
        ask(str(tmp_path), "SELECT 1")


def test_an_unknown_format_names_the_known_ones(place):
    with pytest.raises(UsageError, match="table, csv, json, parquet"):
        run(place, "SELECT 1", "xml")
