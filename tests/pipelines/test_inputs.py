"""Which files may hold a date: none missing, none twice, none that is still growing unnoticed."""

from datetime import date
from pathlib import Path

import pytest

from weir.pipelines.inputs import changed, checksums, find_inputs, refuse_copies
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
