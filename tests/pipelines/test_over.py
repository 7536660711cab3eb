"""A step over groups comes to the same wherever it runs."""

from functools import partial
from pathlib import Path

import pytest
from a_store import a_config, a_hit, a_night

from weir.pipelines.disclose import disclose
from weir.pipelines.over import over
from weir.schemas.config import Engine
from weir.schemas.errors import WallError, WeirError

RUNNERS = ("DirectRunner", "FnApiRunner")  # threads here; a pipeline


def shouted(word: str, group: int) -> str:
    return f"{word.upper()} {group}"


def refused(group: int) -> None:
    raise WallError("something personal would have crossed")


def broken(group: int) -> None:
    raise ValueError("ann@example.org")


def on(runner: str, staging: Path):
    return over(Engine(runner=runner, workers=2), 3, staging)


@pytest.mark.parametrize("runner", RUNNERS)
def test_results_come_in_the_order_of_their_groups(runner, tmp_path):
    found = on(runner, tmp_path)(partial(shouted, "group"))
    assert found == ["GROUP 0", "GROUP 1", "GROUP 2"]


@pytest.mark.parametrize("runner", RUNNERS)
def test_a_refusal_on_a_worker_is_a_refusal_here(runner, tmp_path):
    with pytest.raises(WallError, match="would have crossed"):
        on(runner, tmp_path)(refused)


def test_what_a_workers_bug_says_of_a_row_is_not_repeated(tmp_path):
    with pytest.raises(WeirError) as raised:
        on("FnApiRunner", tmp_path)(broken)
    assert "ValueError" in str(raised.value)
    assert "ann@" not in str(raised.value)


def test_an_edition_made_by_a_pipeline_is_that_made_by_threads(tmp_path, monkeypatch):
    monkeypatch.setattr("weir.pipelines.drafts.ROWS_TOGETHER", 150)
    hits = [
        a_hit(v, user=v % 90, browser=("Firefox", "Opera")[v % 2], path=f"/books/{v % 4}")
        for v in range(400)
    ]
    here = disclose(a_night(tmp_path / "here", hits))
    (tmp_path / "there").mkdir()
    (tmp_path / "here" / "keys").rename(tmp_path / "there" / "keys")
    config = a_config(tmp_path / "there").model_copy(update={"engine": Engine(runner=RUNNERS[1])})
    there = disclose(a_night(tmp_path / "there", hits, config=config))
    assert there.edition.text() == here.edition.text()
