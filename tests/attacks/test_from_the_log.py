"""A campaign's name that is an attack, from the line of a log to the page that a recipient opens.

Anybody may ask for a page with any name in its address; 60 browsers on 60 networks make it a crowd.
"""

import csv
import shutil
from collections.abc import Iterator
from urllib.parse import quote

import jinja2
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest

from tests.attacks.test_releases import AIM, NAMES, named_by_campaign
from tests.e2e.sample import DAY
from tests.e2e.small import a_line
from tests.pipelines.a_store import a_small_store
from tests.sabotage.night import Place
from weir.pipelines import share as share_module
from weir.pipelines.report import pages
from weir.schemas.config import Detection
from weir.transforms import detect, sheet
from weir.transforms.detect import Detector

MEGABYTE = "spring-sale-" * 83_333 + "2008"


def asked(number: int, name: str, crowd: int) -> Iterator[str]:
    """One request each of a crowd, on networks of their own."""
    for n in range(crowd):
        target = f"/books/rivers?utm_campaign={quote(name, safe='')}"
        yield a_line(n, target).replace(f"198.18.{n}.{n}", f"198.18.{n}.{number}")


@pytest.fixture(scope="module")
def night(tmp_path_factory) -> Place:
    """A whole night of such a log; of a megabyte three lines are enough for analysts to see it."""
    place = Place.of(tmp_path_factory.mktemp("log") / "place")
    a_small_store(place.store)
    crowds = [asked(n, name, 60 + n) for n, name in enumerate(("spring", *NAMES))]
    log = "".join(line for crowd in (*crowds, asked(9, MEGABYTE, 3)) for line in crowd)
    (place.root / "in" / f"access-{DAY}.log").write_text(log)
    (place.root / AIM).mkdir(parents=True)
    ended = place.weir("run")
    assert ended.code == 0, ended.said
    return place


@pytest.fixture(scope="module")
def undefended(night, tmp_path_factory) -> Place:
    """The same night shared by a build that escapes nothing, guards no cell and names files by what
    is in them."""
    place = Place(tmp_path_factory.mktemp("undefended") / "place")
    shutil.copytree(night.root, place.root, ignore=shutil.ignore_patterns("shared"))
    pages._environment.cache_clear()
    with pytest.MonkeyPatch.context() as off:
        off.setattr(sheet, "safe_text", lambda text: text)
        off.setattr(pages, "Environment", lambda autoescape, **more: jinja2.Environment(**more))
        off.setattr(share_module, "_write_table", named_by_campaign)
        assert place.weir("share").code == 0
    pages._environment.cache_clear()
    return place


def release(place: Place):
    (path,) = (place.store / "shared" / "acme-ads").iterdir()
    return path


def cells(place: Place) -> list[str]:
    path = release(place) / "campaigns.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [cell for row in csv.reader(file) for cell in row]


def page(place: Place) -> str:
    return (release(place) / "report.html").read_text("utf-8").lower()


def longest(place: Place, zone: str) -> int:
    """Characters of the longest campaign in all Parquet files below a zone."""
    found = [0]
    for path in (place.store / zone).rglob("*.parquet"):
        table = ds.dataset(path).to_table()
        if "campaign" in table.column_names:
            found.append(pc.max(pc.utf8_length(table["campaign"])).as_py() or 0)
    return max(found)


def test_no_cell_is_a_formula(night):
    assert [cell for cell in cells(night) if "SUM(1" in cell], "or there is nothing to see"
    assert not [cell for cell in cells(night) if cell[:1] in ("=", "+", "@", "\t", "\r")]


def test_if_cells_were_not_guarded_one_would_be(undefended):
    assert [cell for cell in cells(undefended) if cell.startswith("@SUM")]


def test_the_report_shows_html_as_text(night):
    assert "&lt;script&gt;fetch" in page(night), "or there is nothing to see"
    assert "<script" not in page(night)
    assert "<img" not in page(night)


def test_if_texts_were_not_escaped_it_would_be_a_script(undefended):
    assert "<script>fetch" in page(undefended)


def test_a_name_of_a_megabyte_crosses_nowhere_and_its_visits_count(night):
    for zone in ("internal", "editions", "shared"):
        assert longest(night, zone) < 100
    (row,) = (
        ds.dataset(list((night.store / "internal/tables/traffic").rglob("*.parquet")))
        .to_table()
        .to_pylist()
    )
    assert row["visits"] == sum(60 + n for n in range(6)) + 3


def test_if_no_value_were_too_long_one_of_a_megabyte_would_cross(tmp_path, monkeypatch):
    """Nothing in it is suspicious, so nothing but its length keeps it back. Few lines will do."""

    def patient(settings: Detection) -> Detector:
        return Detector(settings.model_copy(update={"value_bytes": 2_000_000}))

    monkeypatch.setattr(detect, "Detector", patient)
    place = Place.of(tmp_path / "place", count=0)
    (place.root / "in" / f"access-{DAY}.log").write_text("".join(asked(9, MEGABYTE, 3)))
    assert place.weir("ingest").code == 0
    assert longest(place, "internal") == len(MEGABYTE) == 1_000_000


def test_no_file_is_named_by_a_path(night):
    assert [cell for cell in cells(night) if cell.endswith(AIM + "/weir")], "or there is no path"
    assert not list((night.root / AIM).iterdir())
    assert list(night.root.parent.rglob("cron.d")) == [night.root / AIM]


def test_if_a_campaign_named_a_file_one_would_lie_elsewhere(undefended):
    assert {path.name for path in (undefended.root / AIM).iterdir()} == {"weir.parquet", "weir.csv"}
