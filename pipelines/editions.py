"""Editions in the store: a signed manifest a date, the files that it names, and beside it the
proof's word for the events that it was made of, which whoever shares it demands.

An edition that supersedes another one lies in the same place, and both of them with all that
belongs to them below `versions/`: so one rename is all that it takes, and the one before stays as
it was signed.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
from pydantic import BaseModel, ValidationError

from weir.pipelines.attested import word_places
from weir.pipelines.store import Store, digest, intact, replace_file
from weir.schemas.columns import NII, Zone
from weir.schemas.errors import OtherKeyError, UsageError, WallError
from weir.schemas.policy import Disclosure
from weir.schemas.release import ColumnNote, Edition, EditionTable, column_note
from weir.schemas.tables import TableSpec
from weir.transforms.attest import Attestation, vouched
from weir.transforms.keys import Keyring
from weir.transforms.signatures import verify
from weir.transforms.write import write_canonical

RESTORE = "restore editions/ from a backup"
_KEYS = ("site", "date", "by")
_Model = TypeVar("_Model", bound=BaseModel)


def edition_place(store: Store, day: date) -> Path:
    """Where the manifest of a date's edition lies; its signature beside it."""
    return store.root / "editions" / f"{day.isoformat()}.json"


def versions(store: Store, day: date) -> list[Path]:
    """Manifests of a date's editions that supersede another one or were superseded."""
    return sorted((store.root / "editions" / "versions").glob(f"*/{day.isoformat()}.json"))


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
    return _read(store, place, data, _beside(store, place, data), public)


def read_version(store: Store, day: date, sha256: str, public: Path) -> Edition:
    """An edition of a date by its digest, superseded or not. Raises WallError as `read_edition`,
    and if it is not there."""
    for place in (edition_place(store, day), *versions(store, day)):
        data = place.read_bytes() if place.exists() else b""
        if digest(data) == sha256:
            return _read(store, place, data, _beside(store, place, data), public)
    raise WallError(
        f"edition {sha256[:16]} of {day}, which was superseded: gone or changed; restore editions/ "
        "from a backup"
    )


def earlier_editions(store: Store, edition: Edition, public: Path) -> Iterator[Edition]:
    """The editions that one superseded, the latest first. Raises as `read_version`."""
    while edition.supersedes:
        edition = read_version(store, edition.date, edition.supersedes, public)
        yield edition


def _beside(store: Store, place: Path, data: bytes) -> Path:
    """The manifest beside which the signature and the word for an edition's bytes lie."""
    for version in versions(store, date.fromisoformat(place.stem)):
        if version.with_suffix(".sig").exists() and version.read_bytes() == data:
            return version
    return place


def _read(store: Store, place: Path, data: bytes, beside: Path, public: Path) -> Edition:
    edition = signed(Edition, place, data, beside, public)
    _demand_word(place, beside, edition, public)
    refuse_classes(edition)
    wrong = [t.path for t in edition.tables if not intact(store.root / t.path, t.sha256)]
    if wrong:
        raise WallError(
            f"{place}: files that are gone or changed: {', '.join(wrong)}; restore editions/ from "
            "a backup"
        )
    return edition


def signed(model: type[_Model], place: Path, data: bytes, beside: Path, public: Path) -> _Model:
    """What a manifest's bytes say, if the signature beside `beside` is theirs. Raises WallError if
    it is not or is gone, OtherKeyError if it is another key's, UsageError for a format that is not
    known."""
    try:
        verify(public, data, beside.with_suffix(".sig").read_bytes())
        return model.model_validate_json(data)
    except FileNotFoundError:
        raise WallError(f"{place}: its signature is gone; {RESTORE}") from None
    except OtherKeyError as error:
        raise OtherKeyError(f"{place}: {error}") from None
    except WallError:
        raise WallError(f"{place}: not as it was signed; {RESTORE}") from None
    except ValidationError:
        raise UsageError(f"{place}: of a format that this version does not know") from None


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
    if edition.supersedes:
        _keep_version(store, edition, place)
        beside = _new_version(store, edition.date)
        replace_file(beside, data)
    else:
        beside = place
    for path, content in zip(word_places(beside), word, strict=True):
        replace_file(path, content)
    replace_file(beside.with_suffix(".sig"), keyring.sign(data))
    replace_file(place, data)
    return edition


def _keep_version(store: Store, edition: Edition, place: Path) -> None:
    """Keep the edition that is there; WallError if it is not the one to be superseded."""
    data = place.read_bytes()
    if digest(data) != edition.supersedes:
        raise WallError(f"{place}: another edition than the one to be superseded; say it again")
    if _beside(store, place, data) == place:
        kept = _new_version(store, edition.date)
        for one, other in zip(_with_it(place), _with_it(kept), strict=True):
            replace_file(other, one.read_bytes())


def _new_version(store: Store, day: date) -> Path:
    """A place for one more; what a run that died left of another is not used."""
    names = (path.parent.name for path in versions(store, day))
    taken = {int(name) for name in names if name.isdecimal()}
    home = store.root / "editions" / "versions" / str(max(taken, default=0) + 1)
    return home / f"{day.isoformat()}.json"


def _with_it(place: Path) -> tuple[Path, ...]:
    """All that belongs to a manifest; its signature last, by which it is found."""
    return (place, *word_places(place), place.with_suffix(".sig"))


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


def made_of(store: Store, day: date, data: bytes) -> dict[str, str]:
    """Dataset -> sha256 of the manifest that an edition was made of, as was attested. data: the
    edition's bytes. WallError if the attestation is none, OSError if it is gone."""
    word, _ = word_places(_beside(store, edition_place(store, day), data))
    return Attestation.parse(word.read_bytes()).datasets


def _demand_word(place: Path, beside: Path, edition: Edition, public: Path) -> None:
    try:
        data, signature = (path.read_bytes() for path in word_places(beside))
    except FileNotFoundError:
        raise WallError(f"{place}: its attestation is gone; {RESTORE}") from None
    word = vouched(data, signature, public)
    if (word.date, word.policy, word.inputs) != (edition.date, edition.policy, edition.inputs):
        raise WallError(f"{place}: its attestation is of other events; {RESTORE}")
