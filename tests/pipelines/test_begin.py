"""`weir init`: what it writes is enough, and nothing that is for inside gets into a repository."""

from fnmatch import fnmatch

import pytest

from weir.pipelines.begin import begin
from weir.schemas.errors import UsageError


def test_what_a_night_and_its_pages_leave_is_kept_out_of_a_repository(tmp_path):
    begin(tmp_path / "site")
    ignored = (tmp_path / "site" / ".gitignore").read_text().splitlines()
    page = "internal_2008-04-21_2008-04-23.html"
    for name in ("keys", "store", "in", "ledger.sqlite", "ledger.sqlite-wal", page):
        assert any(fnmatch(name, line.rstrip("/")) for line in ignored), name
    assert not any(fnmatch("weir.yaml", line) for line in ignored)


def test_a_file_where_the_directory_should_be_is_named(tmp_path):
    (tmp_path / "f").write_text("")
    for place in (tmp_path / "f", tmp_path / "f" / "x"):
        with pytest.raises(UsageError, match=rf"{place}: no directory, and none can be made"):
            begin(place)
