"""Editions in the store: a signed manifest a date, the files that it names, and beside it the
proof's word for the events that it was made of, which whoever shares it demands."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from weir.pipelines.attested import word_places
from weir.pipelines.store import Store, digest_of_file, replace_file
from weir.schemas.columns import NII, Zone
from weir.schemas.errors import UsageError, WallError
from weir.schemas.policy import Disclosure
from weir.schemas.release import ColumnNote, Edition, EditionTable, column_note
from weir.schemas.tables import TableSpec
from weir.transforms.attest import vouched
from weir.transforms.keys import Keyring, verify
from weir.transforms.write import write_canonical

_KEYS = ("site", "date", "by")


def edition_place(store: Store, day: date) -> Path:
    """Where the manifest of a date's edition lies; its signature beside it."""
    return store.root / "editions" / f"{day.isoformat()}.json"


def is_date(stem: str) -> bool:
    """Whether a manifest's name is that of an edition: other files may lie among them."""
    try:
        return date.fromisoformat(stem).isoformat() == stem
    except ValueError:
        return False


def read_edition(store: Store, day: date, public: Path) -> Edition | None:
    """The edition of a date, or None. Raises WallError if it or a file of it is not as signed, or
    if the proof did not vouch for what it was made of."""
    place = edition_place(store, day)
    try:
        data = place.read_bytes()
    except FileNotFoundError:
        return None
    try:
        verify(public, data, place.with_suffix(".sig").read_bytes())
        edition = Edition.model_validate_json(data)
    except FileNotFoundError:
        raise WallError(
            f"{place}: its signature is gone; restore editions/ from a backup"
        ) from None
    except WallError:
        raise WallError(f"{place}: not as it was signed; restore editions/ from a backup") from None
    except ValidationError:
        raise UsageError(f"{place}: of a format that this version does not know") from None
    _demand_word(place, edition, public)
    refuse_classes(edition)
    wrong = [t.path for t in edition.tables if not _intact(store.root / t.path, t.sha256)]
    if wrong:
        raise WallError(
            f"{place}: files that are gone or changed: {', '.join(wrong)}; restore editions/ from "
            "a backup"
        )
    return edition


def staged_table(
    rows: pa.Table,
    schema: pa.Schema,
    site: str,
    spec: TableSpec,
    rule: Disclosure,
    staging: Path,
    **said: Any,
) -> EditionTable:
    """Write a site's rows of a table below `staging`, as they will lie in the store once they are
    proved; what the edition says of them. said: the fields of EditionTable that a mode has."""
    place = staging / "editions" / site / spec.name
    written = write_canonical(rows, schema, place, Zone.EDITIONS)
    return EditionTable(
        site=site,
        table=spec.name,
        about=spec.about,
        path=str(Path(written.path).relative_to(staging)),
        rows=written.rows,
        sha256=written.sha256,
        unit=spec.unit,
        rule=rule,
        columns=tuple(_column(field, spec) for field in schema),
        **said,
    )


def _column(field: pa.Field, spec: TableSpec) -> ColumnNote:
    """As readers need to know it; the ends of a measure's interval are measures, too."""
    if field.name in spec.dimensions:
        return column_note(field, "dimension", open_=field.name in spec.open_dimensions)
    return column_note(field, "key" if field.name in _KEYS else "measure")


def write_edition(
    store: Store, edition: Edition, word: tuple[bytes, bytes], keyring: Keyring
) -> Edition:
    """Sign and publish an edition whose files lie there. word: the attestation of what it was made
    of, and its signature. Signatures go first: whoever sees a manifest finds them."""
    refuse_classes(edition)
    place = edition_place(store, edition.date)
    data = edition.text().encode()
    for path, content in zip(word_places(place), word, strict=True):
        replace_file(path, content)
    replace_file(place.with_suffix(".sig"), keyring.sign(data))
    replace_file(place, data)
    return edition


def refuse_classes(edition: Edition) -> None:
    """WallError if a column of an edition says of itself that it may be in none."""
    wrong = [
        f"{table.table}.{column.name} ({column.data_class})"
        for table in edition.tables
        for column in table.columns
        if column.data_class != NII
    ]
    if wrong:
        raise WallError(f"edition of {edition.date}: columns that may be in none: {wrong[0]}")


def _demand_word(place: Path, edition: Edition, public: Path) -> None:
    try:
        data, signature = (path.read_bytes() for path in word_places(place))
    except FileNotFoundError:
        raise WallError(
            f"{place}: its attestation is gone; restore editions/ from a backup"
        ) from None
    word = vouched(data, signature, public)
    if (word.date, word.policy, word.inputs) != (edition.date, edition.policy, edition.inputs):
        raise WallError(
            f"{place}: its attestation is of other events; restore editions/ from a backup"
        )


def _intact(path: Path, sha256: str) -> bool:
    return path.is_file() and digest_of_file(path) == sha256
