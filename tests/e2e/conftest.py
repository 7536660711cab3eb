"""One run of the sample's three nights serves all tests that only look at what came of it."""

import fcntl
import json
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.e2e.sample import DAYS, Place


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Place:
    """The three nights, done. Look, do not touch: where tests run side by side, whoever asks first
    makes them for all."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "nights"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _made(home)


def _made(home: Path) -> Place:
    """Those of another worker, or new ones, if it made none or failed."""
    told = home / "said.json"
    if told.exists():
        root, said = json.loads(told.read_text())
        return Place(Path(root), said)
    place = Place.make(Path(mkdtemp(dir=home)) / "place")
    for day in DAYS:
        place.night(day)
    told.write_text(json.dumps([str(place.root), place.said]))
    return place
