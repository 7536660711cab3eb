import shutil
from datetime import timedelta

import pytest

from tests.attacks.superseding import again
from tests.attacks.weekly import WEEK, a_day
from tests.pipelines.a_store import a_night, few_tables, visitors
from weir.pipelines.disclose import disclose
from weir.pipelines.drafts import outside


@pytest.fixture(autouse=True, scope="package")
def _few_tables():
    """Editions of the tables that are attacked."""
    with few_tables("technology", "campaigns", "traffic", "pages"):
        yield


@pytest.fixture(scope="package")
def frozen(tmp_path_factory):
    """Makes an edition of some hits, of each once. Look, do not touch."""
    made = {}

    def make(hits):
        asked = repr((outside(), hits))
        if asked not in made:
            made[asked] = a_night(tmp_path_factory.mktemp("frozen"), hits)
            disclose(made[asked])
        return made[asked]

    return make


@pytest.fixture
def twice(frozen, tmp_path):
    """A night whose edition is out, and whose events were replaced by other ones."""

    def make(first, second):
        base = tmp_path / str(len(list(tmp_path.iterdir())))
        night = a_night(shutil.copytree(frozen(first).config.base, base))
        again(night, second)
        return night

    return make


@pytest.fixture(scope="package")
def monday(tmp_path_factory):
    """A week's first day: 300 visitors. Look, do not touch."""
    with few_tables("traffic"):
        return a_day(tmp_path_factory.mktemp("monday"), WEEK[0], visitors(300))


@pytest.fixture(scope="package")
def week(monday, tmp_path_factory):
    """Two days: 300 visitors, and 300 of whom 200 came again. Look, do not touch."""
    base = shutil.copytree(monday.config.base, tmp_path_factory.mktemp("week") / "week")
    with few_tables("traffic"):
        return a_day(base, WEEK[1], visitors(300, 100))


def _one_more(before, place):
    """Makes the night of the day after one, of whoever came."""

    def make(came):
        base = place / str(len(list(place.iterdir())))
        shutil.copytree(before.config.base, base)
        return a_day(base, before.day + timedelta(days=1), came)

    return make


@pytest.fixture
def tuesday(monday, tmp_path):
    return _one_more(monday, tmp_path)


@pytest.fixture
def wednesday(week, tmp_path):
    return _one_more(week, tmp_path)


@pytest.fixture
def two_days(week, tmp_path):
    """The week, to be changed: the night of Tuesday."""
    base = shutil.copytree(week.config.base, tmp_path / "week")
    return a_night(base, day=week.day)
