"""Nights of the sample that serve all tests which only look at what came of them."""

import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.e2e.sample import DAY, DAYS, Place


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Place:
    """The three nights, done. Look, do not touch."""

    def make(place: Place) -> None:
        place.weir("run", "-c", str(place.config), "--from", DAYS[0], "--to", DAYS[-1], "--json")

    return _once("nights", tmp_path_factory, worker_id, make)


@pytest.fixture(scope="session")
def one(tmp_path_factory: pytest.TempPathFactory, worker_id: str, nights: Place) -> Place:
    """One date in a store of its own, with the keys of the three nights. Look, do not touch."""
    return _once(
        "one", tmp_path_factory, worker_id, lambda place: place.night(DAY), nights.root / "keys"
    )


def _once(
    name: str,
    factory: pytest.TempPathFactory,
    worker_id: str,
    make: Callable[[Place], object],
    keys: Path | None = None,
) -> Place:
    """Where tests run side by side, whoever asks first makes it for all; the next one tries for
    itself if that failed."""
    base = factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / name
    home.mkdir(exist_ok=True)
    told = home / "said.json"
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if told.exists():
            root, said = json.loads(told.read_text())
            return Place(Path(root), said)
        place = Place.make(Path(mkdtemp(dir=home)) / "place", keys)
        make(place)
        told.write_text(json.dumps([str(place.root), place.said]))
        return place
