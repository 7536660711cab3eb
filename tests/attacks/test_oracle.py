"""A crowd asks for a value under which somebody would be known, and looks at what leaves.

The proof replaces what it knows, so whoever sees what was replaced learns whom it knows: who was
there, or is registered. Of hashes of addresses nothing is to be seen either way.
"""

import csv
import hashlib
import shutil

import pytest
import yaml

from tests.e2e.sample import DAY
from tests.sabotage.night import EMAIL, PROFILE, Place
from weir.transforms.disclose import partial

HASH = hashlib.sha1(EMAIL.encode()).hexdigest()
CROWD = 60
ASKED = (f"/commit/{HASH}", f"/news/today?utm_campaign=commit={HASH}")
SOMEBODY = {EMAIL: "x@example.net", "loxley77123": "other55443", "Clementine,Loxley": "Al,Other"}


@pytest.fixture(scope="module")
def nights(tmp_path_factory) -> dict[bool, Place]:
    """The same log, ingested where she is registered and where somebody else is."""
    made = {}
    for known in (True, False):
        root = tmp_path_factory.mktemp("oracle") / "place"
        made[known] = place = Place.of(root, *(one for one in ASKED for _ in range(CROWD)))
        settings = yaml.safe_load((root / "weir.yaml").read_text())
        settings["sites"][0]["public_paths"] = ["/news/*", "/commit/*"]
        (root / "weir.yaml").write_text(yaml.safe_dump(settings))
        people = PROFILE
        for hers, other in SOMEBODY.items() if not known else ():
            people = people.replace(hers, other)
        (root / "in" / "people.csv").write_text(people)
        ended = place.weir("run", "--until", "aggregate")
        assert ended.code == 0, ended.said
    return made


def told(place: Place, base) -> dict[str, list[list[str]]]:
    """What a release says of pages and campaigns."""
    again = Place(shutil.copytree(place.root, base / "place"))
    for step in ("disclose", "share"):
        ended = again.weir(step)
        assert ended.code == 0, ended.said
    (release,) = (again.store / "shared" / "acme-ads").glob(f"{DAY}_*")
    return {
        name: list(csv.reader((release / f"{name}.csv").read_text("utf-8-sig").splitlines()))
        for name in ("pages", "campaigns")
    }


def test_whether_she_is_known_cannot_be_asked(nights, tmp_path):
    with_her, without = (told(nights[known], tmp_path / str(known)) for known in (True, False))
    assert with_her == without
    assert "/news/today" in str(with_her["pages"]), "or there is nothing to read it in"


def test_if_hashes_were_named_it_could(nights, tmp_path, monkeypatch):
    monkeypatch.setattr(partial, "untyped", lambda values: values)
    with_her, without = (told(nights[known], tmp_path / str(known)) for known in (True, False))
    assert all(HASH in str(without[name]) for name in without)
    assert HASH not in str(with_her)
