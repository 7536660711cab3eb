"""A column says which side of the wall it lives on."""

import pyarrow as pa
import pytest

from weir.schemas.columns import NII, PII, PSEUDONYM, Zone, check_zone, column, data_class
from weir.schemas.errors import WallError
from weir.schemas.event import EVENT, LINKAGE, PERSON, QUARANTINE, VAULT


def of(*classes: str) -> pa.Schema:
    return pa.schema(column(f"c_{name}", pa.string(), name, "a column") for name in classes)  # type: ignore[arg-type]


def test_a_column_without_a_class_is_pii() -> None:
    assert data_class(pa.field("x", pa.string())) is PII


def test_a_column_with_an_unknown_class_is_pii() -> None:
    assert data_class(pa.field("x", pa.string(), metadata={"class": "harmless"})) is PII


@pytest.mark.parametrize("zone", [Zone.INTERNAL, Zone.EDITIONS, Zone.SHARED])
def test_pii_enters_no_zone_but_the_restricted_one(zone: Zone) -> None:
    with pytest.raises(WallError, match=r"c_pii \(pii\)"):
        check_zone(of(NII, PII), zone)
    check_zone(of(NII, PII), Zone.RESTRICTED)


@pytest.mark.parametrize("zone", [Zone.EDITIONS, Zone.SHARED])
def test_pseudonyms_stay_inside(zone: Zone) -> None:
    with pytest.raises(WallError, match="c_pseudonym"):
        check_zone(of(PSEUDONYM), zone)
    check_zone(of(PSEUDONYM), Zone.INTERNAL)


def test_internal_schemas_are_free_of_pii() -> None:
    check_zone(EVENT, Zone.INTERNAL)
    check_zone(PERSON, Zone.INTERNAL)


@pytest.mark.parametrize("schema", [VAULT, LINKAGE, QUARANTINE])
def test_restricted_schemas_cannot_be_written_inside(schema: pa.Schema) -> None:
    with pytest.raises(WallError):
        check_zone(schema, Zone.INTERNAL)


@pytest.mark.parametrize("schema", [EVENT, PERSON, VAULT, LINKAGE, QUARANTINE])
def test_every_column_is_classed_and_explained(schema: pa.Schema) -> None:
    for field in schema:
        assert {b"class", b"about"} <= set(field.metadata), field.name
