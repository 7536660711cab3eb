"""What an edition and a release say of themselves: the manifests that are signed."""

from datetime import date
from typing import Literal

import pyarrow as pa
from pydantic import Field

from weir.schemas.columns import data_class
from weir.schemas.manifests import PolicyStamp, canonical_json
from weir.schemas.noise import Noise, Spent
from weir.schemas.policy import Disclosure
from weir.schemas.strict import Strict


def _absent(value: object) -> bool:
    """Manifests without noise are as they were before there was any, and so are their digests."""
    return not value


class ColumnNote(Strict):
    """A column as its readers need to know it."""

    name: str
    type: str
    data_class: str
    kind: Literal["key", "dimension", "measure"]
    unit: str = ""
    about: str = ""
    open: bool = False  # its values come from the data, so rare ones are folded into "(other)"


class EditionTable(Strict):
    """One site's edition of a table: where it lies, under which rule, what was left out."""

    site: str
    table: str
    about: str = ""
    path: str  # relative to the store
    rows: int
    sha256: str
    unit: str  # the privacy unit: visitor, user or recipient
    rule: Disclosure
    suppressed: int  # cells that somebody was in and that are not there
    withheld: int  # numbers that rows lack which are there: left out, or 0
    refused: bool = False  # withheld whole: what was left out could have been derived
    columns: tuple[ColumnNote, ...]
    noise: Noise | None = Field(None, exclude_if=_absent)  # in mode dp


class Edition(Strict):
    """The one form of a date that anybody outside will ever see. Made once, frozen, signed."""

    format: Literal["weir-edition/1"] = "weir-edition/1"
    date: date
    policy: PolicyStamp
    inputs: str  # digest of the manifests it was made from
    incomplete: tuple[str, ...] = ()  # why rows of the date may be missing, and was accepted
    tables: tuple[EditionTable, ...]
    spent: tuple[Spent, ...] = Field((), exclude_if=_absent)  # by all noisy tables of a site
    software: str = ""
    supersedes: str = Field("", exclude_if=_absent)  # sha256 of the manifest of the one before

    def text(self) -> str:
        """Canonical JSON, the bytes that are signed."""
        return canonical_json(self.model_dump(mode="json"))


_FILE = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
"""A file's name and no way to another directory: manifests come from outside, too."""


class FileNote(Strict):
    """A file of a release."""

    path: str = Field(pattern=_FILE)
    bytes: int
    sha256: str


class ReleaseTable(Strict):
    """One table of a release, all its sites and dates in one Parquet file, and again as CSV."""

    table: str
    about: str = ""
    file: str = Field(pattern=_FILE)
    csv: str = Field("", pattern=rf"{_FILE}|^$")  # "": the first format had none
    rows: int
    sha256: str
    unit: str  # the privacy unit
    rules: tuple[Disclosure, ...]  # one, unless the policy changed between the dates
    suppressed: int | None = Field(None, exclude_if=_absent)
    """Rows that are not there: told by releases before December 2026 only, since one more than on
    a day like it says that one person was somewhere."""
    withheld: int  # numbers that its rows lack: left out of the editions, or 0
    columns: tuple[ColumnNote, ...]
    noise: tuple[Noise, ...] = Field((), exclude_if=_absent)  # of each site and date, in mode dp


class EditionNote(Strict):
    """An edition that a release is a projection of, and the policy it was made under."""

    date: date
    sha256: str  # of its signed manifest
    policy: PolicyStamp
    incomplete: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = Field(
        (), exclude_if=_absent
    )  # sha256 of those before, last first


class Untold(Strict):
    """A site whose visitors were left out on days that are counted for others."""

    site: str
    dates: tuple[date, ...]


class PeriodNote(Strict):
    """An edition of a week's or month's visitors that a release shows, and the days it counts.

    missing: days that it counts for nobody. untold: of the recipient's sites, those of which it
    leaves out more.
    """

    grain: Literal["week", "month"]
    first: date
    sha256: str  # of its signed manifest
    days: tuple[date, ...]
    missing: tuple[date, ...] = Field((), exclude_if=_absent)
    untold: tuple[Untold, ...] = Field((), exclude_if=_absent)


class Release(Strict):
    """A release's manifest: no run ids, no timings, so the same inputs are the same bytes."""

    format: Literal["weir-release/1", "weir-release/2"] = "weir-release/2"
    release: str
    recipient: str
    kind: str
    policy: PolicyStamp  # that names the recipient
    sites: tuple[str, ...]
    dates: tuple[date, ...]
    missing_dates: tuple[date, ...] = ()  # asked for, but without an edition
    missing_tables: tuple[str, ...] = ()  # allowed, but in no edition of these dates
    editions: tuple[EditionNote, ...]
    periods: tuple[PeriodNote, ...] = Field((), exclude_if=_absent)  # of a longer grain
    inputs: str  # digest of the editions
    tables: tuple[ReleaseTable, ...]
    files: tuple[FileNote, ...]  # every file but the manifest and its signature
    key_id: int | None = None  # of the sender's keys, the one that signed; not in the first format
    software: str = ""

    @property
    def superseding(self) -> tuple[EditionNote, ...]:
        """Its editions that took the place of one which an earlier release may hold."""
        return tuple(note for note in self.editions if note.supersedes)

    def text(self) -> str:
        """Canonical JSON, the bytes that are signed."""
        return canonical_json(self.model_dump(mode="json"))


SCHEMA_ID = "urn:weir:release:2"


def release_schema() -> str:
    """The JSON Schema (2020-12) of a manifest, as `release.schema.json` beside this file has it."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return canonical_json(head | Release.model_json_schema(mode="serialization"))


def column_note(
    field: pa.Field, kind: Literal["key", "dimension", "measure"], *, open_: bool = False
) -> ColumnNote:
    """What an Arrow field's metadata says of it."""
    meta = {k.decode(): v.decode() for k, v in (field.metadata or {}).items()}
    return ColumnNote(
        name=field.name,
        type=str(field.type),
        data_class=data_class(field).value,
        kind=kind,
        unit=meta.get("unit", ""),
        about=meta.get("about", ""),
        open=open_,
    )
