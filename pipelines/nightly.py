"""A whole night, and its steps one by one; each ingest leaves a run manifest, however it ends."""

import secrets
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console

from weir.pipelines.night import Night
from weir.pipelines.recorded import record_run
from weir.pipelines.replaced import sweep
from weir.pipelines.steps import Ingested, ingest
from weir.pipelines.store import replace_file
from weir.schemas.config import Config
from weir.schemas.errors import BusyError, KeyMissingError, UsageError, WallError, WeirError
from weir.schemas.manifests import canonical_json

if TYPE_CHECKING:
    from weir.pipelines.share import SharedAll

STEPS = ("aggregate", "disclose", "share")
"""Where a night may end."""


@dataclass(frozen=True)
class NightDone:
    """What a night came to."""

    night: Night
    ingested: Ingested
    tables: dict[str, int]  # rows of each internal table
    edition: dict[str, Any] | None
    releases: list[str]
    passed: list[str]  # who of the policy got nothing, and why
    withheld: str  # why no edition was made; empty if one was
    remarks: list[str]  # what may be wrong with the configuration
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The contract of `weir run --json`."""
        return {
            "date": self.night.day.isoformat(),
            "files": _files(self.ingested),
            "formats": _formats(self.ingested),
            "tables": self.tables,
            "releases": self.releases,
            "passed_over": self.passed,
            "edition": self.edition,
            "withheld": self.withheld,
            "replaced": dict(self.ingested.replaced),
            "skewed": {"hits": self.ingested.skewed, "at_most_s": self.ingested.skew_s},
            "warnings": [*self.ingested.warnings, *self.ingested.incomplete, *self.remarks],
        }


@dataclass(frozen=True)
class IngestDone:
    """What ingest alone came to."""

    night: Night
    ingested: Ingested

    def to_json(self) -> dict[str, Any]:
        """As `weir run --json`, as far as ingest goes."""
        return {
            "date": self.night.day.isoformat(),
            "files": _files(self.ingested),
            "formats": _formats(self.ingested),
            "replaced": dict(self.ingested.replaced),
            "skewed": {"hits": self.ingested.skewed, "at_most_s": self.ingested.skew_s},
            "warnings": [*self.ingested.warnings, *self.ingested.incomplete],
        }


def nightly(
    night: Night, console: Console, accept_incomplete: bool = False, until: str = STEPS[-1]
) -> NightDone:
    """The steps of a date, up to `until`. An incomplete date gets its tables, but no edition."""
    if until not in STEPS:
        raise UsageError(f"--until {until}: name one of {', '.join(STEPS)}")
    began = time.monotonic()
    _check_all_keys(night)
    sweep(night.store)
    with night.store.lock(night.day):
        ingested = ingest(night, console)
        try:
            tables = _aggregate(night, console)
            remarks = _remarks(night)
            withheld, edition, shared = _outside(night, console, ingested, accept_incomplete, until)
        except WeirError as error:
            ended = IngestDone(night, ingested).to_json() | {"failed": type(error).__name__}
            _record(night, "run", ended, ingested)
            raise
        releases, passed = (shared.places, shared.passed) if shared else ([], [])
        remarks += share_remarks(night.config, releases)
        seconds = time.monotonic() - began
        done = NightDone(
            night, ingested, tables, edition, releases, passed, withheld, remarks, seconds
        )
        _record(night, "run", done.to_json(), ingested)
    return done


def _outside(
    night: Night, console: Console, ingested: Ingested, accept_incomplete: bool, until: str
) -> "tuple[str, dict[str, Any] | None, SharedAll | None]":
    """(why no edition was made, the edition, what was shared of it)."""
    if until == "aggregate":
        return "", None, None
    if ingested.incomplete and not accept_incomplete:
        return "the date is incomplete: " + "; ".join(ingested.incomplete), None, None
    edition = _disclose(night, console, accept_incomplete)
    edition["notes"] = [*edition["notes"], *_disclose_period(night)]
    return "", edition, share_only(night.config, [night.day], None) if until == "share" else None


def ingest_only(night: Night, console: Console) -> IngestDone:
    """`weir ingest`."""
    sweep(night.store)
    with night.store.lock(night.day):
        done = IngestDone(night, ingest(night, console))
        _record(night, "ingest", done.to_json(), done.ingested)
    return done


def aggregate_only(night: Night, console: Console) -> dict[str, int]:
    """`weir aggregate`: rows of each table."""
    with night.store.lock(night.day):
        return _aggregate(night, console)


def disclose_only(
    night: Night, console: Console, accept_incomplete: bool, supersede: bool = False
) -> dict[str, Any]:
    """`weir disclose`. What making an edition took is kept with the runs; one that was there left
    its own record."""
    began = time.monotonic()
    sweep(night.store)
    with night.store.lock(night.day):
        if supersede:
            from weir.pipelines.supersede import supersede as make_anew

            edition = make_anew(night, accept_incomplete=accept_incomplete).to_json()
        else:
            edition = _disclose(night, console, accept_incomplete)
        if edition["made"]:
            seconds = round(time.monotonic() - began, 3)
            facts = {"date": night.day.isoformat(), "seconds": seconds, "edition": edition}
            _write(night, "disclose", facts, [])
    return edition


def period_only(night: Night, grain: str, accept_incomplete: bool) -> dict[str, Any]:
    """`weir disclose --period`."""
    from weir.pipelines.period import disclose_period
    from weir.schemas.period import LONGER

    known = {longer: longer for longer in LONGER}
    if grain not in known:
        raise UsageError(f"--period {grain}: say {' or '.join(LONGER)}")
    today = datetime.now(UTC).date()
    sweep(night.store)
    done = disclose_period(night, known[grain], today, accept_incomplete=accept_incomplete)
    return done.to_json()


def share_only(config: Config, days: list[date], recipient: str | None) -> "SharedAll":
    """`weir share`."""
    from weir.pipelines.share import share_all

    return share_all(config, days, recipient)


def _check_all_keys(night: Night) -> None:
    """A night that would stop at its last step for want of a key does not begin."""
    from weir.pipelines.night import INGEST_KEYS

    night.keyring(*INGEST_KEYS, "sampling")


def share_remarks(config: Config, releases: list[str]) -> list[str]:
    """What may be wrong with who got releases."""
    from weir.pipelines.remarks import of_recipients

    return of_recipients(config, releases)


def _remarks(night: Night) -> list[str]:
    from weir.pipelines.remarks import of_actions, of_referrers

    asked = night.store, night.day, night.config.sites
    return [*of_referrers(*asked), *of_actions(*asked)]


def _aggregate(night: Night, console: Console) -> dict[str, int]:
    from weir.pipelines.aggregate import aggregate
    from weir.pipelines.catalog import build_catalog

    tables = aggregate(night, console)
    with night.store.catalog_lock():
        build_catalog(night.store)
    return tables


def _disclose(night: Night, console: Console, accept_incomplete: bool) -> dict[str, Any]:
    from weir.pipelines.disclose import disclose

    made = disclose(night, accept_incomplete=accept_incomplete, console=console)
    return made.to_json()


def _disclose_period(night: Night) -> tuple[str, ...]:
    """The visitors of the week or month that ends with the night, where recipients get one of the
    two. A day that is missing, or not as it was, keeps no night back: why there is none is said;
    the night's own edition is looked at again by whoever shares it."""
    from weir.pipelines.periods import clash, due

    grain = due(night.policy, night.day)
    if grain is None:
        return clash(night.policy, night.day)
    from weir.pipelines.period import disclose_period

    try:
        done = disclose_period(night, grain, datetime.now(UTC).date(), held=(night.day,))
    except (BusyError, KeyMissingError, UsageError, WallError) as error:
        return (f"no visitors of the {grain}: {error}",)
    return done.notes if done.made else ()


def _record(night: Night, step: str, result: dict[str, Any], ingested: Ingested) -> None:
    """The run manifest: inputs, sums, timings, versions. Internal; holds no value of a row."""
    facts = {
        "rejects": [asdict(reject) for reject in ingested.rejects],
        "held_back": ingested.held_back,
        "undeclared_parameters": ingested.undeclared,
        "undeclared_rare": ingested.undeclared_rare,
        "seconds": round(ingested.seconds, 3),
        "cpu_seconds": {k: round(v, 3) for k, v in sorted(ingested.cpu_seconds.items())},
        "networks": night.databases.described() if night.databases else [],
        "proof": {
            "strings": ingested.strings,
            "identifiers": ingested.identifiers,
            "replaced": ingested.proof_replaced,
        },
        **result,
    }
    _write(night, step, facts, _files(ingested))


def _write(night: Night, step: str, facts: dict[str, Any], sums: list[dict[str, Any]]) -> None:
    run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    said = {"step": step, "software": night.software, "policy": night.stamp.model_dump()}
    manifest = {"run": run_id, **said, **facts}
    replace_file(night.store.root / "runs" / f"{run_id}.json", canonical_json(manifest).encode())
    record_run(night, run_id, step, sums)


def _files(ingested: Ingested) -> list[dict[str, Any]]:
    return [file.model_dump(exclude={"source"}) for file in ingested.files]


def _formats(ingested: Ingested) -> list[dict[str, str]]:
    """Of each file that was recognised rather than declared, its format and why."""
    return [
        {"path": path, "format": chosen.format, "why": chosen.why}
        for path, chosen in sorted(ingested.formats.items())
    ]
