"""What the ledger says of a run, an edition, a release; and what lies in the store without it.

Publishing and recording are two acts, and a run may be killed between them. A release is recorded
first: nothing leaves that the ledger does not know, and what a kill kept from its place, the same
share puts there. An edition is recorded when it lies there; so each run first records what lies
there unrecorded, and the ledger lags at most until the next run.
"""

from collections.abc import Iterator
from typing import Any

from weir.pipelines.editions import is_date, read_edition
from weir.pipelines.ledger import Entry, Kind, Ledger
from weir.pipelines.night import Night
from weir.pipelines.periods import period_places, read_period
from weir.pipelines.store import digest
from weir.pipelines.verify import MANIFEST, verify
from weir.schemas.manifests import canonical_json
from weir.schemas.period import PeriodEdition
from weir.schemas.release import Edition, Release
from weir.transforms.keys import public_key_path


def record_run(night: Night, run_id: str, step: str, sums: list[dict[str, Any]]) -> Entry:
    """A run, by its id. sums: what became of the lines of each file, as the run manifest has it."""
    return Ledger(night.ledger_path).record(
        "run", run_id, step=step, date=night.day.isoformat(), policy=night.stamp.model_dump(),
        software=night.software, sums=digest(canonical_json(sums).encode()),
    )  # fmt: skip


def record_edition(ledger: Ledger, edition: Edition) -> Entry:
    """An edition, by its date; once. One that supersedes another names it."""
    before = {"supersedes": edition.supersedes} if edition.supersedes else {}
    return ledger.record_once(
        "edition", edition.date.isoformat(), sha256=digest(edition.text().encode()),
        policy=edition.policy.model_dump(), inputs=edition.inputs,
        tables=len(edition.tables), incomplete=list(edition.incomplete),
        **before,
    )  # fmt: skip


def record_period(ledger: Ledger, edition: PeriodEdition) -> Entry:
    """A period's edition, by its first date and kind; once."""
    return ledger.record_once(
        "period", edition.named, sha256=digest(edition.text().encode()),
        policy=edition.policy.model_dump(), days=[str(note.date) for note in edition.days],
        sites=len(edition.tables),
    )  # fmt: skip


def record_release(ledger: Ledger, release: Release) -> Entry:
    """A release, by its id; once."""
    return ledger.record_once(
        "release", release.release, recipient=release.recipient,
        sha256=digest(release.text().encode()), inputs=release.inputs,
        tables=[table.table for table in release.tables],
    )  # fmt: skip


def catch_up(night: Night) -> int:
    """Record the editions and releases of the store that the ledger does not know; how many.

    Raises WallError for one that is not as it was signed.
    """
    ledger, caught = Ledger(night.ledger_path), 0
    for one in unrecorded(night):
        if isinstance(one, Edition):
            record_edition(ledger, one)
        elif isinstance(one, PeriodEdition):
            record_period(ledger, one)
        else:
            record_release(ledger, one)
        caught += 1
    return caught


def unrecorded(night: Night) -> Iterator[Edition | PeriodEdition | Release]:
    """The editions and releases of the store that the ledger does not know. Raises as `catch_up`;
    changes nothing."""
    ledger, root = Ledger(night.ledger_path), night.store.root
    public = public_key_path(night.config.at(night.config.keys))
    known = _digests(ledger, "edition")
    for place in sorted((root / "editions").glob("????-??-??.json")):
        if is_date(place.stem) and digest(place.read_bytes()) not in known:
            edition = read_edition(night.store, night.day.fromisoformat(place.stem), public)
            yield from filter(None, [edition])
    known = _digests(ledger, "period")
    for place in period_places(night.store):
        if digest(place.read_bytes()) not in known:
            yield from filter(None, [read_period(place, night.store, public)])
    known = _digests(ledger, "release")
    for place in sorted((root / "shared").glob(f"[!.]*/[!.]*/{MANIFEST}")):
        if digest(place.read_bytes()) not in known:
            yield verify(place.parent, public).demand()


def _digests(ledger: Ledger, kind: Kind) -> set[str]:
    return {str(entry.facts.get("sha256")) for entry in ledger.entries(kind)}
