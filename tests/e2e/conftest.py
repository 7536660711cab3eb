"""One run of the sample's three nights serves all tests that only look at what came of it."""

import pytest

from tests.e2e.sample import DAYS, Place


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The three nights, done. Look, do not touch."""
    place = Place.make(tmp_path_factory.mktemp("nights") / "place")
    for day in DAYS:
        place.night(day)
    return place
