"""DuckDB inside a worker: what it may use."""

import contextlib

import duckdb
import pytest

from weir.schemas.errors import WeirError
from weir.transforms.duck import connect


def settings(con):
    return dict(con.execute("SELECT name, value FROM duckdb_settings()").fetchall())


def test_it_has_one_thread_a_limit_and_nothing_from_the_network(tmp_path):
    with connect(64, tmp_path) as con:
        found = settings(con)
    assert (found["threads"], found["memory_limit"]) == ("1", "64.0 MiB")
    assert found["temp_directory"] == str(tmp_path)
    assert found["temp_file_encryption"] == "true"
    assert found["autoinstall_known_extensions"] == found["autoload_known_extensions"] == "false"


MUCH = "CREATE TABLE t AS SELECT 'plain ' || md5(range::VARCHAR) FROM range(1500000)"


def test_what_does_not_fit_memory_is_never_spilled_in_the_clear(tmp_path):
    with contextlib.suppress(WeirError), connect(32, tmp_path) as con:
        con.execute(MUCH)
        assert not any(b"plain " in path.read_bytes() for path in tmp_path.iterdir())
    assert not any(path.stat().st_size for path in tmp_path.iterdir())


@pytest.mark.parametrize("spills", [True, False])
def test_too_little_memory_names_the_setting(tmp_path, spills):
    place = tmp_path if spills else None
    with pytest.raises(WeirError, match=r"engine\.memory_mb: 32 MiB"), connect(32, place) as con:
        con.execute(MUCH)


def test_it_is_closed_even_after_an_error():
    with pytest.raises(RuntimeError), connect() as con:
        raise RuntimeError
    with pytest.raises(duckdb.ConnectionException):
        con.execute("SELECT 1")
