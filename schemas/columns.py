"""A column says which side of the wall it lives on.

Every Arrow field of Weir carries its data class in the field metadata (key ``class``), from the
schema to the Parquet footer. A field without one counts as PII: what nobody classed does not cross.
"""

from enum import StrEnum

import pyarrow as pa

from weir.schemas.errors import WallError


class DataClass(StrEnum):
    """How near a column is to a person (DESIGN, "Words")."""

    PII = "pii"
    PSEUDONYM = "pseudonym"
    NII = "nii"


class Zone(StrEnum):
    """Where data may lie; each zone admits a set of classes."""

    RESTRICTED = "restricted"
    INTERNAL = "internal"
    EDITIONS = "editions"
    SHARED = "shared"


PII, PSEUDONYM, NII = DataClass.PII, DataClass.PSEUDONYM, DataClass.NII

ADMITTED: dict[Zone, frozenset[DataClass]] = {
    Zone.RESTRICTED: frozenset(DataClass),
    Zone.INTERNAL: frozenset({PSEUDONYM, NII}),
    Zone.EDITIONS: frozenset({NII}),
    Zone.SHARED: frozenset({NII}),
}


def column(
    name: str,
    type_: pa.DataType,
    class_: DataClass,
    about: str,
    *,
    unit: str = "",
    nullable: bool = True,
) -> pa.Field:
    """A field with its class, a one-line definition and, for measures, a unit."""
    metadata = {"class": class_.value, "about": about} | ({"unit": unit} if unit else {})
    return pa.field(name, type_, nullable=nullable, metadata=metadata)


def data_class(field: pa.Field) -> DataClass:
    """The class of a field; PII if it has none or an unknown one."""
    raw = (field.metadata or {}).get(b"class", b"pii").decode()
    return DataClass(raw) if raw in set(DataClass) else PII


def check_zone(schema: pa.Schema, zone: Zone) -> None:
    """Raise WallError if a column's class may not lie in `zone`. Names columns, never values."""
    wrong = [
        f"{field.name} ({data_class(field)})"
        for field in schema
        if data_class(field) not in ADMITTED[zone]
    ]
    if wrong:
        raise WallError(f"columns that must not enter the {zone} zone: {', '.join(wrong)}")


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """`table` with exactly the columns of `schema`, in its order, cast, missing ones null."""
    names = set(table.column_names)
    columns = [
        _cast(table.column(field.name), field.type)
        if field.name in names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _cast(column: pa.ChunkedArray, type_: pa.DataType) -> pa.ChunkedArray:
    """Arrow takes 40 µs to see that there is nothing to cast; a file of events asks 1,300 times."""
    return column if column.type == type_ else column.cast(type_)


def coded(schema: pa.Schema) -> pa.Schema:
    """The schema with its texts as codes of their distinct values: how blocks carry them."""
    texts = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        (field.with_type(texts) if pa.types.is_string(field.type) else field for field in schema),
        metadata=schema.metadata,
    )
