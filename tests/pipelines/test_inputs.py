"""Which files may hold a date: none missing, none twice, none that is still growing unnoticed."""

import bz2
import gzip
import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from weir.pipelines.inputs import changed, checksums, find_inputs, refuse_copies, spooled
from weir.schemas.config import Config, Site, Source
from weir.schemas.errors import InputError

DAY = date(2008, 4, 22)


def a_config(tmp_path: Path, *paths: str, required: bool = True) -> Config:
    sources = tuple(
        Source(name=f"s{n}", kind="log", site="www", path=path, required=required)
        for n, path in enumerate(paths)
    )
    site = Site(name="www", host="www.example.com")
    return Config(sites=(site,), sources=sources, base=tmp_path)


def files(tmp_path: Path, *names: str) -> None:
    for name in names:
        (tmp_path / name).write_text(name)


def test_files_are_found_by_date_and_by_neighbour(tmp_path: Path) -> None:
    files(tmp_path, "a-2008-04-22.log", "a-2008-04-23.log", "a-2008-04-24.log")
    found, _ = find_inputs(a_config(tmp_path, "a-{date}*|a-{date+1}*"), DAY)
    assert [Path(i.path).name for i in found] == ["a-2008-04-22.log", "a-2008-04-23.log"]


def test_all_missing_sources_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"(?s)source s0: .*source s1: "):
        find_inputs(a_config(tmp_path, "a-{date}", "b-{date}"), DAY)


def test_a_source_that_may_be_absent_is_a_warning(tmp_path: Path) -> None:
    found, warnings = find_inputs(a_config(tmp_path, "a-{date}", required=False), DAY)
    assert found == []
    assert "source s0: no file matches" in warnings[0]


def test_a_file_and_its_packed_copy_are_refused(tmp_path: Path) -> None:
    files(tmp_path, "a-2008-04-22.log", "a-2008-04-22.log.gz")
    with pytest.raises(InputError, match="packed and unpacked; keep one"):
        find_inputs(a_config(tmp_path, "a-{date}*"), DAY)


def test_a_file_of_two_sources_is_refused(tmp_path: Path) -> None:
    files(tmp_path, "a-2008-04-22.log")
    with pytest.raises(InputError, match="two sources name it"):
        find_inputs(a_config(tmp_path, "a-{date}*", "a-*"), DAY)


def test_two_copies_of_one_content_are_refused(tmp_path: Path) -> None:
    for name in ("a-2008-04-22.log", "b-2008-04-22.log"):
        (tmp_path / name).write_text("the same lines\n")
    found, _ = find_inputs(a_config(tmp_path, "*-{date}.log"), DAY)
    with pytest.raises(InputError, match="the same content twice"):
        refuse_copies(found, checksums(found))


def test_empty_files_are_no_copies(tmp_path: Path) -> None:
    for name in ("a-2008-04-22.log", "b-2008-04-22.log"):
        (tmp_path / name).write_text("")
    found, _ = find_inputs(a_config(tmp_path, "*-{date}.log"), DAY)
    refuse_copies(found, checksums(found))


def test_what_an_editor_leaves_is_passed_over(tmp_path: Path) -> None:
    files(tmp_path, "a-2008-04-22.log", "a-2008-04-22.log~", "a-2008-04-22.log.swp")
    assert len(find_inputs(a_config(tmp_path, "a-{date}*"), DAY)[0]) == 1


def test_a_file_that_is_open_for_writing_grows(tmp_path: Path) -> None:
    files(tmp_path, "a-2008-04-22.log")
    config = a_config(tmp_path, "a-{date}*")
    with (tmp_path / "a-2008-04-22.log").open("a"):
        assert find_inputs(config, DAY)[0][0].growing
    (item,), _ = find_inputs(config, DAY)
    assert not item.growing
    assert not changed(item)
    (tmp_path / "a-2008-04-22.log").write_text("longer than it was")
    assert changed(item)


def test_rotated_files_are_found_whatever_their_ending(tmp_path: Path) -> None:
    names = ("access.log", "access.log-20080421.gz", "access.log.1", "access.log.2.gz")
    files(tmp_path, *names)
    found, _ = find_inputs(a_config(tmp_path, "access.log*"), DAY)
    assert tuple(Path(i.path).name for i in found) == names


def test_a_date_is_found_as_the_files_spell_it(tmp_path: Path) -> None:
    files(tmp_path, "a.log-20080422.gz", "a.log-20080421.gz", "a.log-20080420.gz")
    found, _ = find_inputs(a_config(tmp_path, "a.log-{date:%Y%m%d}*|a.log-{date-1:%Y%m%d}*"), DAY)
    assert [Path(i.path).name[6:14] for i in found] == ["20080422", "20080421"]


def _zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (bytes, gzip.compress),
        (bytes, _zipped),
        (lambda data: gzip.compress(data, 1), lambda data: gzip.compress(data, 9, mtime=1)),
        (bz2.compress, gzip.compress),
    ],
)
def test_one_content_packed_in_two_ways_is_refused(
    tmp_path: Path, one: Callable[[bytes], bytes], other: Callable[[bytes], bytes]
) -> None:
    data = b"".join(b"a line, number %d\n" % n for n in range(20_000))
    (tmp_path / "a-2008-04-22").write_bytes(one(data))
    (tmp_path / "b-2008-04-22").write_bytes(other(data))
    found, _ = find_inputs(a_config(tmp_path, "*-{date}"), DAY)
    with pytest.raises(InputError, match=r"a-2008-04-22 and .*b-2008-04-22: the same content"):
        refuse_copies(found, checksums(found))
    (tmp_path / "b-2008-04-22").write_bytes(other(data + b"and one more\n"))
    found, _ = find_inputs(a_config(tmp_path, "*-{date}"), DAY)
    refuse_copies(found, checksums(found))  # it begins alike and goes on


def test_standard_input_is_spooled_and_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, _ = find_inputs(a_config(tmp_path, "-"), DAY)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"some lines\n")))
    (item,) = spooled(found, tmp_path)
    assert (item.path, item.size_bytes) == ("-", 11)
    assert Path(item.lies_at).read_bytes() == b"some lines\n"
    assert checksums([item]) == {"-": hashlib.sha256(b"some lines\n").hexdigest()}
    assert not changed(item)
