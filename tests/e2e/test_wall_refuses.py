"""The wall refuses: what holds an identifier is not published, and the command ends with 3."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from rich.console import Console

from tests.e2e.sample import DAY, Place
from tests.e2e.small import a_line, a_place, lines, register
from tests.pipelines.a_store import a_dictionary
from weir.pipelines.attested import Attested, give
from weir.pipelines.night import Night
from weir.pipelines.steps import ingest
from weir.schemas.config import Config
from weir.transforms.detect import Detector
from weir.transforms.detect.found import Cleaned


def a_night(place: Place) -> Night:
    return Night.open(Config.read(place.config), date.fromisoformat(DAY), create=True)


def learn_later(night: Night, kind: str, value: str) -> None:
    """Behind the wall an identifier turns up of which ingest knew nothing."""
    manifest = night.store.manifest("restricted/proof", night.day)
    assert manifest is not None
    later = a_dictionary(night, pa.table({"kind": [kind], "value": [value]}), "later")
    night.store.publish(manifest.model_copy(update={"files": (*manifest.files, later)}))
    attest_again(night)


def attest_again(night: Night) -> None:
    """As if the proof had seen what is published now."""
    names = ("events", "people", "restricted/proof")
    manifests = [night.store.manifest(name, night.day) for name in names]
    given = Attested(*(manifest for manifest in manifests if manifest))
    give(night, given, identifiers=1, strings=1, detector="test")


def test_a_finished_table_that_holds_an_identifier_stops_the_run_with_3(tmp_path: Path) -> None:
    missed = "/by/carlos-slim"  # a name that detection does not know for one
    place = a_place(tmp_path / "p", lines() + a_line(target=missed))
    place.weir("ingest", "-c", str(place.config), "-d", DAY)
    learn_later(a_night(place), "name", "Carlos Slim")
    place.weir("aggregate", "-c", str(place.config), "-d", DAY, code=3)
    said = str(place.said)
    assert "path: 1 name" in said
    assert "carlos" not in said.lower()
    assert not (place.store / "internal" / "tables").exists()


def test_a_finished_edition_that_holds_an_identifier_is_not_published(tmp_path: Path) -> None:
    place = a_place(tmp_path / "p", lines())
    settings = yaml.safe_load(place.config.read_text())
    settings["sites"][0]["public_paths"] = ["/books/*"]
    place.config.write_text(yaml.safe_dump(settings))
    place.weir("ingest", "-c", str(place.config), "-d", DAY)
    learn_later(a_night(place), "name", "Books Rivers")
    place.weir("disclose", "-c", str(place.config), "-d", DAY, code=3)
    assert "path: 1 name" in str(place.said)
    assert not (place.store / "editions" / f"{DAY}.json").exists()
    assert not list((place.store / "editions").rglob("*.parquet"))


@pytest.mark.parametrize("step", ["aggregate", "disclose"])
def test_without_the_dictionary_that_was_proved_nothing_is_made(tmp_path: Path, step: str) -> None:
    place = a_place(tmp_path / "p", lines())
    place.weir("ingest", "-c", str(place.config), "-d", DAY)
    night = a_night(place)
    manifest = night.store.manifest("restricted/proof", night.day)
    assert manifest is not None
    night.store.publish(manifest.model_copy(update={"files": ()}))
    place.weir(step, "-c", str(place.config), "-d", DAY, code=3)
    assert "restricted/proof is not what was proved" in str(place.said)


def test_a_detector_that_lies_is_caught_by_the_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths pass undetected; the address of a row's own request still does not cross."""
    place = a_place(tmp_path / "p", lines() + a_line(3, target="/from/198.18.3.3/home"))

    def lie(self: Detector, raw: pa.Array, part: str = "path") -> Cleaned:
        nothing = self.values(pa.array([], pa.string()))
        return Cleaned(raw, nothing.findings, nothing.identifiers)

    monkeypatch.setattr(Detector, "paths", lie)
    night = a_night(place)
    with night.store.lock(night.day):
        done = ingest(night, Console(quiet=True))
    assert done.proof_replaced == {"ip": 1}
    paths = place.ask("SELECT DISTINCT path FROM events ORDER BY path") if _catalog(night) else []
    assert [row["path"] for row in paths] == ["/books/rivers", "/{ip}"]


def _catalog(night: Night) -> bool:
    from weir.pipelines.catalog import build_catalog

    build_catalog(night.store)
    return True


@pytest.mark.parametrize("what", ["attestation", "signature", "events"])
def test_no_edition_is_made_of_events_that_were_not_attested(tmp_path: Path, what: str) -> None:
    place = a_place(tmp_path / "p")
    place.weir("ingest", "-c", str(place.config), "-d", DAY)
    events = place.store / "internal" / "events"
    if what == "events":
        manifest = events / f"{DAY}.json"
        manifest.write_text(manifest.read_text().replace('"rows": 400', '"rows": 401'))
    else:
        (events / f"{DAY}.attest.{'json' if what == 'attestation' else 'sig'}").unlink()
    place.weir("disclose", "-c", str(place.config), "-d", DAY, code=3)
    assert not (place.store / "editions").exists()


def test_a_parameters_name_is_told_only_if_a_crowd_sent_it_and_it_names_nobody(
    tmp_path: Path,
) -> None:
    names = "jane.doe%40example.org=1&2125550142=1&ann-example=1"
    many = "".join(a_line(n, target=f"/a?topic={n % 2}&{names}") for n in range(200))
    place = a_place(tmp_path / "p", many + a_line(201, target="/a?seldom=1"))
    register(place)
    place.night(DAY)
    (run,) = (place.store / "runs").glob("*.json")
    assert json.loads(run.read_text())["undeclared_parameters"] == ["topic"]
    for personal in ("jane.doe", "2125550142", "ann-example"):
        assert personal not in run.read_text() + str(place.said)
