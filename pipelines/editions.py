"""Editions in the store: a signed manifest a date, and the files that it names."""

from datetime import date
from pathlib import Path

from pydantic import ValidationError

from weir.pipelines.store import Store, digest_of_file, replace_file
from weir.schemas.errors import UsageError, WallError
from weir.schemas.release import Edition
from weir.transforms.keys import Keyring, verify


def edition_place(store: Store, day: date) -> Path:
    """Where the manifest of a date's edition lies; its signature beside it."""
    return store.root / "editions" / f"{day.isoformat()}.json"


def read_edition(store: Store, day: date, public: Path) -> Edition | None:
    """The edition of a date, or None. Raises WallError if it or a file of it is not as signed."""
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
    wrong = [t.path for t in edition.tables if not _intact(store.root / t.path, t.sha256)]
    if wrong:
        raise WallError(
            f"{place}: files that are gone or changed: {', '.join(wrong)}; restore editions/ from "
            "a backup"
        )
    return edition


def write_edition(store: Store, edition: Edition, keyring: Keyring) -> Edition:
    """Sign and publish an edition whose files lie there. The signature goes first: whoever sees a
    manifest finds its signature."""
    place = edition_place(store, edition.date)
    data = edition.text().encode()
    replace_file(place.with_suffix(".sig"), keyring.sign(data))
    replace_file(place, data)
    return edition


def _intact(path: Path, sha256: str) -> bool:
    return path.is_file() and digest_of_file(path) == sha256
