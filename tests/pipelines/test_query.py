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
        ("SELECT visitor FROM traffic", "clause; did you mean visitors? (DESCRIBE"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest(place, query, hint):
    with pytest.raises(UsageError) as told:
        ask(place, query)
    assert hint in str(told.value)


def test_a_store_that_moved_says_what_makes_its_views_anew(place, store, tmp_path):  # noqa: F811
    moved = tmp_path / "elsewhere"
    store.root.rename(moved)
    with pytest.raises(UsageError, match="weir aggregate"):
        ask(str(moved), "SELECT * FROM traffic")


@pytest.mark.parametrize(("name", "start"), [("x.csv", b'"site"'), ("x.parquet", b"PAR1")])
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
