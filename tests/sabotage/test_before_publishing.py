"""What ingest lets through: one layer is off, and a later one heals it or stops the night."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.sabotage.night import USER, Place
from weir.transforms.detect import Detector
from weir.transforms.detect.found import Cleaned, findings, identifiers
from weir.transforms.detect.verdicts import Verdict
from weir.transforms.keys import Keyring
from weir.transforms.proving import Proving
from weir.transforms.recognise import DayKeys

Sabotage = Callable[[pytest.MonkeyPatch], None]

BY_NAME, BY_MAIL = "/wish/clementine-loxley", "/wish/clementine.loxley%40example.org"
BY_PHONE, BY_ROUTE = "/wish/212-555-0143", f"/profile/{USER}"
WRAPPED = "/wish/clementine.loxley%2525252525252525252540example.org"  # beyond five rounds


def gate_sees_nothing(patch: pytest.MonkeyPatch) -> None:
    def clear(plain: pa.Array, *_: Any) -> pa.Array:
        return pa.repeat(pa.scalar(False), len(plain))

    patch.setattr("weir.transforms.detect.detector.paths.suspect", clear)


def nothing_recognizes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("weir.transforms.detect.judge.hits_in", lambda *_: [])


def names_are_unknown(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("weir.transforms.detect.judge.names_in", lambda *_: [])


def keys_and_routes_decide_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("weir.transforms.detect.judge._rule", lambda *_: None)


def detection_is_off(patch: pytest.MonkeyPatch) -> None:
    """Paths, hosts and values cross as they are, and nothing is known of them."""

    def lie(self: Detector, raw: pa.Array, *_: Any, **__: Any) -> Cleaned:
        return Cleaned(raw.cast(pa.string()), findings([]), identifiers([]))

    for look in ("paths", "values"):  # of which referrers are made, too
        patch.setattr(Detector, look, lie)


def failing_opens_the_gate(patch: pytest.MonkeyPatch) -> None:
    """What cannot be judged crosses as it is."""
    patch.setattr("weir.transforms.detect.judge.failed", lambda rule, key: Verdict(WRAPPED[6:]))


OFF: dict[str, tuple[Sabotage, str]] = {
    "gate": (gate_sees_nothing, BY_MAIL),
    "patterns": (nothing_recognizes, BY_PHONE),
    "names": (names_are_unknown, BY_NAME),
    "keys and routes": (keys_and_routes_decide_nothing, BY_ROUTE),
    "all of detection": (detection_is_off, BY_NAME + "?utm_campaign=clementine+loxley"),
    "failing closed": (failing_opens_the_gate, WRAPPED),
}
"""What is turned off, and a page that names the person in a way that it would have seen."""


def without(layer: str, place: Path, patch: pytest.MonkeyPatch) -> Place:
    """A place whose log asks for the layer's page, and the layer off."""
    sabotage, target = OFF[layer]
    sabotage(patch)
    return Place.of(place, target)


def the_proof_of_staged_files_lies(patch: pytest.MonkeyPatch) -> None:
    def lie(proving: Proving, texts: Sequence[str], dictionaries: Sequence[str]) -> dict[str, Any]:
        return {"strings": 9, "identifiers": 9, "replaced": {}, "path": ""}

    patch.setattr("weir.pipelines.tasks.prove_staged", lie)


@pytest.mark.parametrize("layer", OFF)
def test_what_detection_lets_through_the_proof_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    place = without(layer, tmp_path / "p", monkeypatch)
    assert place.weir("ingest").code == 0
    assert place.replaced_by_proof()
    assert place.leaks() == []


@pytest.mark.parametrize("layer", ["all of detection", "names", "failing closed"])
def test_with_the_proof_of_staged_files_lying_too_that_of_finished_tables_stops_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layer: str
) -> None:
    place = without(layer, tmp_path / "p", monkeypatch)
    the_proof_of_staged_files_lies(monkeypatch)
    ended = place.weir("run")
    assert ended.code == 3
    column = "campaign" if layer == "all of detection" else "path"  # campaigns are counted first
    assert f"{column}: 1 {'undecoded' if layer == 'failing closed' else 'name'}" in ended.said
    assert "loxley" not in ended.said.lower()
    assert place.published() == {"events", "people"}


def test_a_raw_text_in_a_column_that_says_it_is_clean_is_replaced_by_the_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong mapping: the class says nii, and the method's column holds what was asked for."""
    place = Place.of(tmp_path / "p", BY_NAME)
    monkeypatch.setattr(
        "weir.transforms.crossing.Crossing._methods", lambda self: self.targets.text(self.paths)
    )
    assert place.weir("ingest").code == 0
    assert place.leaks() == []
    methods = pq.read_table(next((place.store / "internal" / "events").glob("*.parquet")))["method"]
    assert "{name}" in methods.to_pylist()


def test_an_undeclared_parameter_that_crosses_all_the_same_goes_through_detection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weir.transforms import separate

    place = Place.of(tmp_path / "p", "/a?note=clementine+loxley&to=clementine.loxley@example.org")
    read = separate.read_queries
    monkeypatch.setattr(separate, "read_queries", lambda q, keep, *_: read(q, ("note", "to")))
    assert place.weir("ingest").code == 0
    assert place.leaks() == []
    events = pq.read_table(next((place.store / "internal" / "events").glob("*.parquet")))
    assert "note={name}&to={email}" in events["parameters"].to_pylist()


def of_another_key(patch: pytest.MonkeyPatch) -> None:
    """Workers and the proof do not agree on the dictionary's key: nothing would ever match."""
    of = DayKeys.of.__func__  # type: ignore[attr-defined]

    def strange(cls: type[DayKeys], keyring: Keyring, site: str, day: Any) -> DayKeys:
        keys = of(cls, keyring, site, day)
        return DayKeys(keys.root, keys.day, keys.week, keys.month, proof=bytes(32))

    patch.setattr(DayKeys, "of", classmethod(strange))


def never_written(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("weir.transforms.intake.dictionary_of", lambda found, key: found.slice(0, 0))


def lost_by_one(patch: pytest.MonkeyPatch) -> None:
    """Of the log there is none; of the profiles there is, so the proof has one to look into."""
    from weir.transforms.proof import dictionary_of

    def lose(found: pa.Table, key: bytes) -> pa.Table:
        return dictionary_of(found, key) if found.num_rows < 20 else found.slice(0, 0)

    patch.setattr("weir.transforms.intake.dictionary_of", lose)


def emptied(patch: pytest.MonkeyPatch) -> None:
    from weir.transforms import intake
    from weir.transforms.proof import MARK, dictionary_of

    def lose(found: pa.Table, key: bytes) -> pa.Table:
        table = dictionary_of(found, key)
        return table.filter(pc.not_equal(table["kind"], MARK)).slice(0, 1)

    patch.setattr(intake, "dictionary_of", lose)


def in_the_clear(patch: pytest.MonkeyPatch) -> None:
    from weir.transforms.write import write_file

    def plain(table: pa.Table, path: str, *_: Any, **__: Any) -> Any:
        return write_file(path, table.num_rows, lambda sink: pq.write_table(table, sink))

    patch.setattr("weir.transforms.intake.write_encrypted", plain)


def vault_in_the_clear(patch: pytest.MonkeyPatch) -> None:
    """Nobody reads the vault in a night, so nobody would stumble over it."""
    from weir.transforms import intake

    write = intake.write_encrypted

    def plain(table: pa.Table, path: str, keyring: Any, purpose: str, context: str) -> Any:
        written = write(table, path, keyring, purpose, context)
        if context == "vault":
            pq.write_table(table, path)
        return written

    patch.setattr(intake, "write_encrypted", plain)


@pytest.mark.parametrize(
    ("sabotage", "said"),
    [
        (of_another_key, "no dictionary of this night's key"),
        (never_written, "no dictionary to prove against"),
        (lost_by_one, "its identifiers are in no dictionary"),
        (emptied, "no dictionary of this night's key"),
        (in_the_clear, "lies in the clear behind the wall"),
        (vault_in_the_clear, "restricted/vault: a file of it is not encrypted"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_proof_that_could_find_nothing_and_a_zone_in_the_clear_stop_ingest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sabotage: Sabotage, said: str
) -> None:
    place = Place.of(tmp_path / "p", BY_NAME)
    sabotage(monkeypatch)
    ended = place.weir("run")
    assert ended.code == 3
    assert said in ended.said
    assert place.published() == set()


def test_what_the_policy_drops_the_proof_looks_for_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No pseudonym is made of an address then; in a path it is an address as before."""
    from weir.transforms.wall import Wall

    place = Place.of(tmp_path / "p", "/from/198.18.0.0/home")
    drops = Wall.drops
    monkeypatch.setattr(Wall, "drops", lambda self, what: what == "address" or drops(self, what))
    detection_is_off(monkeypatch)
    assert place.weir("ingest").code == 0
    events = pq.read_table(next((place.store / "internal" / "events").glob("*.parquet")))
    assert set(events["path"].to_pylist()) == {"/books/rivers", "/{ip}"}
