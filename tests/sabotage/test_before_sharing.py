"""What leaves: one layer of aggregate, disclose or share is off, and a later one stops it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.pipelines.a_store import ADS, a_night, a_policy, few_tables, put_events, visitors
from weir.pipelines import attested as attested_module
from weir.pipelines.disclose import disclose
from weir.pipelines.night import Night
from weir.pipelines.share import share
from weir.schemas.columns import PSEUDONYM, column
from weir.schemas.errors import WallError
from weir.transforms.disclose.crowd import CROWD as CROWD_SCHEMA
from weir.transforms.disclose.edition import Form

CROWD = [*visitors(60), *visitors(3, start=100, path="/books/rare")]


@pytest.fixture(autouse=True, scope="module")
def _few_tables():
    with few_tables("traffic", "pages"):
        yield


def shared(night: Night) -> list[Path]:
    """Disclose and share; the files that a recipient would get."""
    disclose(night)
    share(night.store, a_policy(), night.stamp, night.keyring("signing"), ADS.name, [night.day])
    return list((night.store.root / "shared").rglob("*.parquet"))


def refused(night: Night, said: str) -> None:
    with pytest.raises(WallError, match=said) as stopped:
        shared(night)
    assert stopped.value.exit_code == 3
    assert not list((night.store.root / "shared").rglob("*.parquet"))


def test_with_every_layer_in_its_place_something_is_shared(tmp_path: Path) -> None:
    assert shared(a_night(tmp_path, CROWD))


def test_a_column_of_another_class_stops_at_the_manifest_when_no_writer_checks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = Form.schema.fget  # type: ignore[attr-defined]

    def wider(self: Form) -> pa.Schema:
        field = column("visitor", pa.binary(16), PSEUDONYM, "who it was")
        return schema(self).append(field.with_nullable(True))

    published = "weir.pipelines.drafts.published"
    from weir.transforms.disclose.edition import published as publish

    def with_visitor(margins: pa.Table, form: Form, *rest: Any) -> Any:
        monkeypatch.setattr(Form, "schema", property(schema))
        said = publish(margins, form, *rest)
        monkeypatch.setattr(Form, "schema", property(wider))
        return said

    night = a_night(tmp_path, CROWD)
    monkeypatch.setattr("weir.transforms.write.check_zone", lambda *_: None)
    monkeypatch.setattr(published, with_visitor)
    refused(night, "columns that may be in none")


def test_without_suppression_a_second_look_at_the_numbers_stops_the_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = a_night(tmp_path, CROWD)
    monkeypatch.setattr(
        "weir.transforms.disclose.edition.small_cells",
        lambda margins, rule: margins["units"].to_numpy() < 0,
    )
    refused(night, "has rows of fewer than 50 people")


def test_without_rounding_a_second_look_at_the_numbers_stops_the_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weir.transforms.disclose.suppress import rounded

    night = a_night(tmp_path, visitors(61))
    monkeypatch.setattr(
        "weir.transforms.disclose.edition.rounded", lambda values, base: rounded(values, 1)
    )
    refused(night, "has numbers that are not rounded")


def test_without_the_rule_of_crowds_a_rare_value_is_still_too_small_a_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everything(parts: Any, rule: Any) -> pa.Table:
        table = pa.concat_tables([CROWD_SCHEMA.empty_table(), *parts])
        return (
            table.select(["site", "dimension", "value"])
            .group_by(["site", "dimension", "value"])
            .aggregate([])
        )

    night = a_night(tmp_path, CROWD)
    monkeypatch.setattr("weir.pipelines.noised.allowed", everything)
    assert b"rare" not in b"".join(path.read_bytes() for path in shared(night))


def test_an_edition_that_was_made_without_an_attestation_is_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Disclose forgets to ask; share does not."""
    night = a_night(tmp_path, CROWD)
    for path in (night.store.root / "internal" / "events").glob("*.attest.*"):
        path.unlink()
    monkeypatch.setattr(attested_module, "demand", lambda *_, **__: None)
    refused(night, "signature")


def test_an_attestation_of_other_events_does_not_let_an_edition_be_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = a_night(tmp_path, visitors(70))
    word = {p.name: p.read_bytes() for p in (night.store.root / "internal/events").glob("*.att*")}
    put_events(night, CROWD)
    for name, data in word.items():
        (night.store.root / "internal" / "events" / name).write_bytes(data)
    monkeypatch.setattr(attested_module, "demand", lambda *_, **__: None)
    refused(night, "its attestation is of other events")


def a_dictionary_that_was_emptied(night: Night) -> None:
    manifest = night.store.manifest("restricted/proof", night.day)
    assert manifest is not None
    night.store.publish(manifest.model_copy(update={"files": ()}))


def test_without_the_demand_for_an_attestation_a_lost_dictionary_stops_the_edition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = a_night(tmp_path, CROWD)
    a_dictionary_that_was_emptied(night)
    monkeypatch.setattr(attested_module, "demand", lambda *_, **__: None)
    refused(night, "no dictionary to prove against")


def swapped(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def lost(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("dataset", ["internal/events", "internal/people", "restricted/proof"])
@pytest.mark.parametrize("deed", [swapped, lost])
def test_a_file_that_is_not_the_one_that_was_proved_is_not_used(
    tmp_path: Path, dataset: str, deed: Callable[[Path], None]
) -> None:
    """The manifest is as it was signed; what it names is not."""
    night = a_night(tmp_path, CROWD)
    deed(next((night.store.root / dataset).glob("*.parquet")))
    refused(night, r"\.parquet: gone, or not what was proved")


def test_a_refusal_is_exit_code_3_of_the_command(tmp_path: Path) -> None:
    from tests.sabotage.night import Place

    place = Place.of(tmp_path / "p")
    assert place.weir("ingest").code == 0
    swapped(next((place.store / "internal" / "events").glob("*.parquet")))
    for command in ("aggregate", "disclose"):
        ended = place.weir(command)
        assert (ended.code, "not what was proved" in ended.said) == (3, True)
    assert place.published() == {"events", "people"}
