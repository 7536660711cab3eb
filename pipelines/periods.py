"""Period editions in the store: a signed manifest for each week or month that has one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from weir.pipelines.editions import RESTORE, is_date, signed
from weir.pipelines.store import Store, intact, replace_file
from weir.schemas.errors import WallError
from weir.schemas.period import LONGER, OF, Longer, PeriodEdition
from weir.schemas.policy import Policy
from weir.schemas.recipient import Grain, period
from weir.transforms.keys import Keyring


def due(policy: Policy, day: date) -> Longer | None:
    """The kind of period that ends on a date and whose visitors somebody gets; None, too, where
    some get weeks and some months: there is only one of the two."""
    ends = [g for g in LONGER if wanted(policy) == {g} and period(day, g)[1] == day]
    return ends[0] if ends else None


def clash(policy: Policy, day: date) -> tuple[str, ...]:
    """A word on the last day of a week or month where some get weeks and some months."""
    if len(wanted(policy)) < len(LONGER) or all(period(day, g)[1] != day for g in LONGER):
        return ()
    return (
        f"policy {policy.name}: of the recipients of {OF} some get weeks and some months, so "
        "nobody gets visitors of a period: one kind less the other would tell of the days between; "
        "give all of them the same `grain`",
    )


def wanted(policy: Policy) -> set[Grain]:
    """The kinds of period whose visitors somebody would get."""
    return {who.grain for who in policy.recipients if OF in who.tables and who.grain != "day"}


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
    edition = signed(PeriodEdition, place, data, place, public)
    if place != period_place(store, edition.grain, edition.first):
        raise WallError(f"{place}: of another period than its name says; {RESTORE}")
    for table in edition.tables:
        if not intact(store.root / table.path, table.sha256):
            raise WallError(f"{place}: {table.path} is gone or changed; {RESTORE}")
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
