"""Period editions in the store: a signed manifest for each week or month that has one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from weir.pipelines.editions import is_date
from weir.pipelines.store import Store, digest_of_file, replace_file
from weir.schemas.errors import UsageError, WallError
from weir.schemas.period import LONGER, OF, Longer, PeriodEdition
from weir.schemas.policy import Policy
from weir.schemas.recipient import period
from weir.transforms.keys import Keyring, verify

_RESTORE = "restore editions/ from a backup"


def due(policy: Policy, day: date) -> Longer | None:
    """The kind of period that ends on a date and whose visitors somebody gets; None, too, where
    some get weeks and some months: there is only one of the two."""
    wanted = {who.grain for who in policy.recipients if OF in who.tables} - {"day"}
    ends = [grain for grain in LONGER if wanted == {grain} and period(day, grain)[1] == day]
    return ends[0] if ends else None


def period_place(store: Store, grain: Longer, first: date) -> Path:
    """Where the manifest of a period's edition lies; its signature beside it."""
    return store.root / "editions" / grain / f"{first.isoformat()}.json"


def period_places(store: Store) -> list[Path]:
    """All of them, by kind and date."""
    return [
        place
        for grain in LONGER
        for place in sorted((store.root / "editions" / grain).glob("????-??-??.json"))
        if is_date(place.stem)
    ]


def read_period(place: Path, store: Store, public: Path) -> PeriodEdition | None:
    """A period's edition, or None. Raises WallError if it or a file of it is not as signed."""
    try:
        data = place.read_bytes()
    except FileNotFoundError:
        return None
    try:
        verify(public, data, place.with_suffix(".sig").read_bytes())
        edition = PeriodEdition.model_validate_json(data)
    except FileNotFoundError:
        raise WallError(f"{place}: its signature is gone; {_RESTORE}") from None
    except WallError:
        raise WallError(f"{place}: not as it was signed; {_RESTORE}") from None
    except ValidationError:
        raise UsageError(f"{place}: of a format that this version does not know") from None
    if place != period_place(store, edition.grain, edition.first):
        raise WallError(f"{place}: of another period than its name says; {_RESTORE}")
    for table in edition.tables:
        path = store.root / table.path
        if not path.is_file() or digest_of_file(path) != table.sha256:
            raise WallError(f"{place}: {table.path} is gone or changed; {_RESTORE}")
    return edition


def periods_over(store: Store, first: date, last: date, public: Path) -> Iterator[PeriodEdition]:
    """The period editions that have one of these dates. Raises as `read_period`."""
    for place in period_places(store):
        edition = read_period(place, store, public)
        if edition is not None and edition.first <= last and edition.last >= first:
            yield edition


def write_period(store: Store, edition: PeriodEdition, keyring: Keyring) -> PeriodEdition:
    """Sign and publish one whose files lie there."""
    place, data = period_place(store, edition.grain, edition.first), edition.text().encode()
    replace_file(place.with_suffix(".sig"), keyring.sign(data))
    replace_file(place, data)
    return edition
