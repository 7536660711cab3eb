"""Inspection tells counts and shapes, never what stands in a line."""

from pathlib import Path

import pytest
from tests.transforms.parse.log_lines import a_line
from typer.testing import CliRunner

from weir.pipelines.cli import app
from weir.schemas.errors import InputError
from weir.transforms.parse import log_parser
from weir.transforms.parse.inspect import inspect, refuse_misfit, shape
from weir.transforms.read import plan_splits

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def refuse(log: Path, data: bytes) -> None:
    log.write_bytes(data)
    (split,) = plan_splits("web", str(log), len(data), 1 << 30)
    refuse_misfit(log_parser("combined").parse(data), split)


def test_a_file_is_counted_to_its_end(log: Path) -> None:
    log.write_bytes(a_line() * 5 + b"Ann 42\n" + b"x" * (2 << 20) + b"\n")
    told = inspect(str(log), "combined")
    assert told["examples"].pop(1)["line"] == 7
    assert told == {
        "file": str(log), "format": "combined", "why": "given", "candidates": {},
        "filtered": {}, "lines": 7, "parsed": 5, "rejected": 2,
        "reasons": {"line_too_long": 1, "not_this_format": 1},
        "examples": [{"line": 6, "reason": "not_this_format", "shape": "Aaa 99"}],
        "damaged": "", "unread": "", "hint": "", "first": "2008-04-22T17:55:36+00:00",
        "last": "2008-04-22T17:55:36+00:00",
    }  # fmt: skip


def test_it_says_from_when_to_when_and_ends_with_2_if_no_line_fits(log: Path) -> None:
    first, last = (a_line(time=f"{day}/2008:13:55:36 -0400") for day in ("17/Mar", "23/May"))
    log.write_bytes(a_line() + last + first + a_line() + b"no line\n")
    told = CliRunner().invoke(app, ["inspect", str(log)])
    assert told.exit_code == 0
    assert "  from 2008-03-17 17:55 to 2008-05-23 17:55 UTC\n" in told.output
    log.write_bytes(b"jane.doe@example.org\n")
    told = CliRunner().invoke(app, ["inspect", str(log), "-f", "combined"])
    assert told.exit_code == 2
    assert "1 line, 0 parsed, 1 rejected" in told.output and " UTC" not in told.output
    log.write_bytes(b"#Version: 1.0\n")
    assert CliRunner().invoke(app, ["inspect", str(log), "-f", "w3c"]).exit_code == 0


def test_an_image_is_told_apart(log: Path) -> None:
    log.write_bytes(PNG)
    told = inspect(str(log), "combined")
    assert told["parsed"] == 0 and told["hint"] == "a PNG image"


def test_a_missing_file_is_named(log: Path) -> None:
    with pytest.raises(InputError, match=r"access\.log: no such file"):
        inspect(str(log), "combined")


def test_a_shape_shows_no_letter_and_no_digit() -> None:
    assert shape(b'GET /a?e=ann@example.org&n=42 "\xc3') == 'AAA /a?a=aaa@aaa….aaa&a=99 "?'


def test_a_format_that_does_not_fit_stops_with_shapes(log: Path) -> None:
    with pytest.raises(InputError) as refused:
        refuse(log, b"ann@example.org 42\n" * 15 + a_line() * 10)
    assert "15 of the first 25 lines" in str(refused.value)
    assert "line 1: aaa@aaa….aaa 99" in str(refused.value)
    assert "ann@" not in str(refused.value)


def test_a_picture_stops_with_a_word_for_it(log: Path) -> None:
    with pytest.raises(InputError, match="a PNG image"):
        refuse(log, PNG)


def test_few_bad_lines_stop_nothing(log: Path) -> None:
    refuse(log, b"no\n" * 10 + a_line() * 10)
    refuse(log, b"no\n" * 19)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("0.35 sess=0397e5", "2 trailing fields of a line are not read, of the shape 9.99 aaa…=9"),
        (
            '"a b" "sess" "1"',
            '3 trailing fields of a line are not read, of the shape "a a" "aaa…" ',
        ),
        ('"A=1"', ""),
    ],
)
def test_fields_at_the_end_that_no_column_reads_are_told_by_shape(
    log: Path, end: str, told: str
) -> None:
    log.write_text(a_line().decode().replace("\n", f" {end}\n") * 30)
    found = inspect(str(log))["unread"]
    assert found.startswith(told) and bool(found) == bool(told)
    assert "0397" not in found
