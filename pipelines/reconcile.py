"""The ledger held against the store: each says of the other what it lacks.

An edition is frozen, so one that the ledger names must lie there as it was. A release may be gone
(its recipient has it; the place for it is not ours to fill for ever), but never another one.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from weir.pipelines.editions import edition_place, is_date, read_edition, read_version
from weir.pipelines.ledger import GENESIS, Entry, Ledger
from weir.pipelines.periods import period_places, read_period
from weir.pipelines.store import Store, digest
from weir.pipelines.verify import MANIFEST, verify
from weir.schemas.config import Config
from weir.schemas.errors import UsageError, WeirError
from weir.schemas.release import Release
from weir.transforms.keys import public_key_path
from weir.transforms.signatures import key_ids, refuse_other_key, signer_of


@dataclass(frozen=True)
class Reconciled:
    """What came of it. head: hash of the last entry; faults: a sentence each; gone: releases;
    outdated: those there that hold an edition which was superseded, and its dates."""

    entries: int
    head: str
    editions: int
    releases: int
    gone: tuple[str, ...]
    faults: tuple[str, ...]
    outdated: dict[str, tuple[str, ...]]

    def to_json(self) -> dict[str, Any]:
        """The answer for a machine."""
        return {
            "ok": not self.faults,
            "entries": self.entries,
            "head": self.head,
            "editions": self.editions,
            "releases": self.releases,
            "gone": list(self.gone),
            "outdated": {name: list(dates) for name, dates in self.outdated.items()},
            "faults": list(self.faults),
        }


def reconcile(config: Config, head: str | None = None) -> Reconciled:
    """Check the chain, then every edition and release of ledger and store. head: the hash of an
    entry as it was noted elsewhere, which must still be there: that shows an end that was cut off.

    Raises UsageError where there is no ledger, WallError if the chain is broken, OtherKeyError if
    nothing in the store is signed by the keys.
    """
    ledger = Ledger(Path(config.at(config.ledger)))
    if not ledger.path.exists():
        raise UsageError(f"{ledger.path}: no ledger there; the first `weir run` makes one")
    ledger.verify()
    entries = ledger.entries()
    store = Store.open(config.store_path)
    public = public_key_path(config.at(config.keys))
    _refuse_other_keys(store, public)
    editions = [entry for entry in entries if entry.kind == "edition"]
    releases = {_name(entry): entry for entry in entries if entry.kind == "release"}
    missing = [
        entry.subject for name, entry in releases.items() if not _place(store, name).is_dir()
    ]
    faults = (
        *_head_faults(entries, head),
        *_edition_faults(store, editions, public),
        *_period_faults(store, [entry for entry in entries if entry.kind == "period"], public),
        *_release_faults(store, releases, public),
        *_foreign(store),
    )
    return Reconciled(
        entries=len(entries),
        head=entries[-1].hash if entries else GENESIS,
        editions=len({entry.subject for entry in editions}),
        releases=len(releases),
        gone=tuple(missing),
        faults=faults,
        outdated=dict(_outdated(store, releases, editions)),
    )


def _refuse_other_keys(store: Store, public: Path) -> None:
    """One signature by another key is a fault; all of them, the keys are those of another store."""
    known = key_ids(public.read_bytes()) if public.is_file() else ()
    signed = (place.read_bytes() for place in (store.root / "editions").rglob("*.sig"))
    signers = {signer_of(one) for one in signed}
    if known and signers and not signers & set(known):
        refuse_other_key(next(iter(signers - {None}), None), known, str(public))


def _head_faults(entries: list[Entry], head: str | None) -> Iterator[str]:
    if head is not None and head not in {GENESIS, *(entry.hash for entry in entries)}:
        yield "the entry with the given --head is not in it: the ledger was cut off or made anew"


def _edition_faults(store: Store, entries: list[Entry], public: Path) -> Iterator[str]:
    """Every edition on either side. A date's last entry counts: --supersede makes a second."""
    recorded = {entry.subject: entry.facts.get("sha256") for entry in entries}
    there = {place.stem for place in (store.root / "editions").glob("????-??-??.json")}
    for day in sorted(recorded.keys() | there):
        if not is_date(day):
            yield f"edition of {day}: that is no date, and no edition is called so; remove it"
            continue
        place = edition_place(store, date.fromisoformat(day))
        if day not in there:
            yield f"edition of {day}: recorded, and not in the store; restore it from a backup"
        elif day not in recorded:
            yield f"edition of {day}: in the store, and not recorded; the next `weir run` does it"
        elif digest(place.read_bytes()) != recorded[day]:
            yield from _other_edition(store, date.fromisoformat(day), recorded[day], public)
        else:
            yield from _told(lambda day=day: read_edition(store, date.fromisoformat(day), public))
    for entry in entries:
        if entry.facts.get("supersedes"):
            of, before = date.fromisoformat(entry.subject), str(entry.facts["supersedes"])
            yield from _told(lambda of=of, one=before: read_version(store, of, one, public))


def _other_edition(store: Store, day: date, recorded: object, public: Path) -> Iterator[str]:
    """What lies there is not what was recorded last: it may supersede that."""
    try:
        edition = read_edition(store, day, public)
    except WeirError:
        edition = None
    if edition is not None and edition.supersedes == recorded:
        yield f"edition of {day}: supersedes the recorded one; the next `weir run` records it"
    else:
        yield f"edition of {day}: not the one that was recorded; restore it from a backup"


def _period_faults(store: Store, entries: list[Entry], public: Path) -> Iterator[str]:
    """Every edition of a period on either side."""
    recorded = {entry.subject: entry.facts.get("sha256") for entry in entries}
    there = {f"{place.stem} {place.parent.name}": place for place in period_places(store)}
    for name in sorted(recorded.keys() | there.keys()):
        if name not in there:
            yield f"edition of {name}: recorded, and not in the store; restore it from a backup"
        elif name not in recorded:
            yield f"edition of {name}: in the store, and not recorded; the next `weir run` does it"
        elif digest(there[name].read_bytes()) != recorded[name]:
            yield f"edition of {name}: not the one that was recorded; restore it from a backup"
        else:
            yield from _told(lambda name=name: read_period(there[name], store, public))


def _release_faults(store: Store, recorded: dict[str, Entry], public: Path) -> Iterator[str]:
    """Every directory of a release on either side, but those that are gone."""
    there = {
        f"{place.parent.name}/{place.name}"
        for place in (store.root / "shared").glob("[!.]*/[!.]*")
        if place.is_dir()
    }
    known = {entry.facts.get("sha256") for entry in recorded.values()}
    for name in sorted(there):
        manifest = _place(store, name) / MANIFEST
        found = digest(manifest.read_bytes()) if manifest.is_file() else None
        if name not in recorded:
            yield f"release {name}: {_unrecorded(found, known)}"
        elif found is None:
            yield f"release {name}: its {MANIFEST} is gone; remove the rest and share it again"
        elif found != recorded[name].facts.get("sha256"):
            yield f"release {name}: not the one that was recorded; remove it and share it again"
        else:
            yield from _told(lambda name=name: verify(_place(store, name), public).demand())


def _outdated(
    store: Store, releases: dict[str, Entry], editions: list[Entry]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Releases of before an edition of theirs was superseded, which are signed as well."""
    old = {entry.facts.get("supersedes") for entry in editions} - {None}
    for name in sorted(releases):
        with suppress(OSError, ValidationError):  # told among the faults
            text = (_place(store, name) / MANIFEST).read_bytes()
            notes = Release.model_validate_json(text).editions
            dates = tuple(str(note.date) for note in notes if note.sha256 in old)
            if dates:
                yield name, dates


def _foreign(store: Store) -> Iterator[str]:
    """Whatever else lies where releases do: somebody would hand it out with them."""
    for pattern in ("*", "*/*"):
        for place in sorted((store.root / "shared").glob(pattern)):
            if not place.is_dir() or place.name.startswith("."):
                kind = "what a share that was killed left" if _is_draft(place) else "no release"
                yield f"{place.relative_to(store.root)}: {kind}; remove it"


def _is_draft(place: Path) -> bool:
    """Earlier versions made releases beside their place."""
    return place.name.startswith(".draft-")


def _unrecorded(found: str | None, known: set[object]) -> str:
    if found is None:
        return f"no {MANIFEST} in it, so it is no release, and none is recorded; remove it"
    if found in known:
        return "made for another recipient, and none is recorded here; remove it, or share it anew"
    return "in the store, and not recorded; the next `weir run` does it"


def _name(entry: Entry) -> str:
    return f"{entry.facts.get('recipient')}/{entry.subject}"


def _place(store: Store, name: str) -> Path:
    return store.root / "shared" / name


def _told(check: Any) -> Iterator[str]:
    try:
        check()
    except WeirError as error:
        yield str(error)
