"""Editions in the store: a signed manifest a date, the files that it names, and beside it the
proof's word for the events that it was made of, which whoever shares it demands."""

from datetime import date
from pathlib import Path

from pydantic import ValidationError

from weir.pipelines.attested import word_places
from weir.pipelines.store import Store, digest_of_file, replace_file
from weir.schemas.columns import NII
from weir.schemas.errors import UsageError, WallError
from weir.schemas.release import Edition
from weir.transforms.attest import vouched
from weir.transforms.keys import Keyring, verify


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
