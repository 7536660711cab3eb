"""Rows add up; the same inputs are the same bytes; nothing is ever counted twice."""

import gzip
import json
import shutil
from pathlib import Path

import pytest

from tests.e2e.sample import DAY, DAYS, SAMPLE, Place
from tests.e2e.small import a_line, a_place
from weir.transforms.events import Portion, portions_of

TRUTH = json.loads((SAMPLE / "truth.json").read_text())["files"]
SAME = ("internal/tables", "editions", "shared")


def data(place: Place) -> dict[str, bytes]:
    """What must be the same bytes: tables and releases as they are, editions less signatures."""
    return {
        name: content
        for name, content in place.published(*SAME).items()
        if name.endswith((".parquet", ".html", "manifest.json", "dictionary.json"))
    }


@pytest.mark.parametrize("day", DAYS)
def test_lines_read_are_kept_or_have_a_reason(nights: Place, day: str) -> None:
    runs = [json.loads(path.read_text()) for path in (nights.store / "runs").glob("*.json")]
    (run,) = [run for run in runs if run["date"] == day]
    assert run["files"]
    for file in run["files"]:
        gone = sum(file["quarantined"].values()) + sum(file["filtered"].values())
        assert file["read"] == file["kept"] + gone, file["path"]


@pytest.mark.parametrize("day", DAYS)
def test_the_reasons_are_the_true_ones(nights: Place, day: str) -> None:
    runs = [json.loads(path.read_text()) for path in (nights.store / "runs").glob("*.json")]
    (run,) = [run for run in runs if run["date"] == day]
    for file in run["files"]:
        name = "/".join(Path(file["path"]).parts[-2:])
        known = TRUTH[name]
        if "rows" in known:
            assert file["kept"] == known["rows"]
            continue
        assert file["read"] == known["lines"], name
        assert sum(file["quarantined"].values()) == known["malformed"], name
        assert file["kept"] == known["by_local_date"].get(day, 0), name


def test_a_date_run_again_is_the_same_bytes_and_finds_its_edition_frozen(
    one: Place, tmp_path: Path
) -> None:
    again = Place(shutil.copytree(one.root, tmp_path / "again"))
    assert again.night(DAY)["edition"]["made"] is False
    assert data(again) == data(one)


def test_splits_blocks_and_parts_of_buckets_do_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a small night in this process; whole nights of the sample are in `make test-all`. Buckets
    are counted in parts as those of a date of more than 16 million rows are."""
    counted: list[Portion] = []

    def in_parts(buckets: int, rows: int, _: int) -> tuple[Portion, ...]:
        counted.extend(portions_of(buckets, rows, at_most=rows // buckets - 1))
        return tuple(counted)

    log = "".join(a_line(n, target=f"/books/{n % 50}?x={'y' * 400}") for n in range(3000))
    whole, cut = (a_place(tmp_path / name, log) for name in ("whole", "cut"))
    shutil.rmtree(cut.root / "keys")
    shutil.copytree(whole.root / "keys", cut.root / "keys")
    settings = cut.config.read_text()
    cut.config.write_text(settings.replace("engine:", "engine:\n  split_mb: 1\n  block_mb: 1"))
    files, events = [], []
    for place in (whole, cut):
        place.store.mkdir()
        (place.store / "store.json").write_text('{"version": 1, "buckets": 4}')
        place.night(DAY)
        monkeypatch.setattr("weir.pipelines.aggregate.portions_of", in_parts)
        files.append(len(list((place.store / "internal" / "events").glob("*.parquet"))))
        events.append(place.ask("SELECT * FROM events ORDER BY ALL"))
    assert files[1] > files[0]
    assert {portion.parts for portion in counted} == {2}
    assert events[0] == events[1]
    assert data(whole) == data(cut)


@pytest.mark.slow  # several processes and the worker pool (test_runners.py) split so too
def test_other_splits_and_workers_are_the_same_bytes(one: Place, tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place", one.root / "keys", split_mb=1, block_mb=1, workers=1)
    place.night(DAY)
    assert data(place) == data(one)


@pytest.mark.slow
def test_the_splits_of_a_plain_file_do_not_show(one: Place, tmp_path: Path) -> None:
    """The sample's logs are packed, so each is one split; unpacked they are five."""
    made = []
    for name, sizes in (("whole", {}), ("cut", {"split_mb": 1, "block_mb": 1, "workers": 1})):
        place = Place.make(tmp_path / name, one.root / "keys", **sizes)
        for packed in (place.root / "www").glob("access-*.gz"):
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
            packed.unlink()
        place.night(DAY)
        made.append(place)
    events = [len(list((place.store / "internal" / "events").glob("*.parquet"))) for place in made]
    assert events[1] >= events[0] + 4
    assert data(made[0]) == data(made[1])


@pytest.mark.slow
def test_events_are_the_same_set_whatever_the_splits(one: Place, tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place", one.root / "keys", split_mb=1, block_mb=1)
    place.weir("ingest", "-c", str(place.config), "-d", DAY)
    place.weir("aggregate", "-c", str(place.config), "-d", DAY)
    query = f"SELECT * FROM events WHERE date = '{DAY}' ORDER BY ALL"
    assert place.ask(query) == one.ask(query)
