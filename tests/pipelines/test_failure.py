"""A worker's failure is told on any runner, and without a value of a row."""

import errno
import os
from pathlib import Path

import pytest
import typer

from weir.pipelines.ending import ending
from weir.pipelines.failure import WorkerFailedError, no_right, noted, told
from weir.pipelines.runners import run
from weir.schemas.config import Engine
from weir.schemas.errors import InputError, KeyMissingError, UsageError, WeirError


def fail(error: Exception, staging: Path) -> str:
    with pytest.raises(WorkerFailedError) as caught, told(str(staging)):
        raise error
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_an_error_of_ours_comes_back_as_itself(tmp_path: Path) -> None:
    fail(InputError("in/a.log: no log"), tmp_path)
    error = noted(tmp_path)
    assert isinstance(error, InputError)
    assert (str(error), error.exit_code) == ("in/a.log: no log", 2)


def test_a_bug_is_told_by_type_and_place_never_by_what_it_says(tmp_path: Path) -> None:
    said = fail(ValueError("invalid literal: 'jane.doe@example.org'"), tmp_path)
    assert "ValueError" in said
    assert "jane" not in said + str(noted(tmp_path))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_says_what_to_do(tmp_path: Path, number: int) -> None:
    assert "make room" in fail(OSError(number, "No space left on device"), tmp_path)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_place_that_may_not_be_written_is_no_bug(
    tmp_path: Path, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as end, ending():
        raise OSError(number, "Permission denied", str(tmp_path / "store" / ".store.json.7"))
    assert end.value.exit_code == UsageError.exit_code
    said = capsys.readouterr().err
    assert f"{tmp_path}: cannot be written (Permission denied)" in said
    assert "bug" not in said and ".store.json" not in said, "it tells the place that is there"


@pytest.mark.parametrize(
    ("closed", "may_not", "told"),
    [("of.parquet", os.R_OK, "read"), ("to", os.W_OK, "written"), ("from", os.W_OK, "written")],
)
def test_of_two_places_the_one_that_is_closed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str, may_not: int, told: str
) -> None:
    """The superuser, as whom tests may run, has every right: so the system is asked in words."""
    for name in ("from", "to"):
        (tmp_path / name).mkdir()
    (tmp_path / "from" / "of.parquet").touch()
    monkeypatch.setattr(
        os, "access", lambda place, need: place.exists() and (place.name, need) != (closed, may_not)
    )
    one, other = (str(tmp_path / name / "of.parquet") for name in ("from", "to"))
    error = no_right(PermissionError(errno.EACCES, "Permission denied", one, None, other))
    place = next(tmp_path.rglob(closed))
    assert str(error).startswith(f"{place}: cannot be {told}")


def test_a_right_that_lacks_without_a_place_is_a_bug() -> None:
    assert no_right(PermissionError(errno.EPERM, "Operation not permitted")) is None


def test_without_a_failure_there_is_no_note(tmp_path: Path) -> None:
    with told(str(tmp_path)):
        pass
    assert noted(tmp_path) is None


def test_a_failing_pipeline_raises_what_the_worker_noted(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import apache_beam as beam

    def work(number: int) -> int:
        with told(str(tmp_path)):
            raise KeyMissingError("keys/vault.json: not there; jane is not told")

    with pytest.raises(KeyMissingError, match=r"keys/vault\.json"):
        run(Engine(), lambda p: p | beam.Create([1]) | beam.Map(work), tmp_path)
    assert "Traceback" not in capfd.readouterr().err


def test_a_bug_outside_of_our_code_quotes_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import apache_beam as beam

    def work(text: str) -> int:
        return int(text)

    with pytest.raises(WeirError) as caught:
        run(
            Engine(), lambda p: p | beam.Create(["jane.doe@example.org"]) | beam.Map(work), tmp_path
        )
    assert "jane" not in str(caught.value) + "".join(capfd.readouterr())
