"""Disclose: events of a date -> its edition, made once and frozen.

What an edition says of a date it says for good: a second one, made of other events, would tell by
the difference what changed between them.
"""

from dataclasses import dataclass
from typing import Any

from rich.console import Console

from weir.pipelines.attested import inputs_of
from weir.pipelines.drafts import QUIET, Drafted, drafted, refusals
from weir.pipelines.editions import edition_place, read_edition, write_edition
from weir.pipelines.ledger import Ledger
from weir.pipelines.night import Night
from weir.pipelines.recorded import catch_up, record_edition
from weir.schemas.release import Edition, EditionTable
from weir.transforms.disclose.toll import Toll
from weir.transforms.keys import Keyring, public_key_path

KEYS = ("proof", "sampling", "signing")
_TOLD = {"site", "table", "rows", "suppressed", "withheld", "refused"}


def _noise(entry: EditionTable) -> dict[str, Any]:
    told = {"spent", "error", "usable", "note"}
    return {"noise": entry.noise.model_dump(include=told)} if entry.noise else {}


@dataclass(frozen=True)
class Disclosed:
    """An edition; `made` is False when it was there already and stays as it is. tolls: what making
    it took of each table, for inside eyes; none of one that was there."""

    edition: Edition
    made: bool
    notes: tuple[str, ...] = ()
    tolls: tuple[Toll, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What the terminal, the record of the run and `--json` say: no path, no digest, no value
        of a row. `inside` are exact numbers, which leave the house no more than the tables do."""
        inside = {(toll.site, toll.table): {"inside": toll.to_json()} for toll in self.tolls}
        return {
            "date": self.edition.date.isoformat(),
            "made": self.made,
            "notes": list(self.notes),
            "spent": [spent.model_dump() for spent in self.edition.spent],
            "tables": [
                entry.model_dump(include=_TOLD)
                | _noise(entry)
                | inside.get((entry.site, entry.table), {})
                for entry in self.edition.tables
            ],
        }


def disclose(
    night: Night, *, accept_incomplete: bool = False, console: Console = QUIET
) -> Disclosed:
    """Make the edition of a date, or find it made. The caller holds the date's lock. console: where
    progress is shown.

    Raises UsageError when there are no events, when the date is incomplete and that was not
    accepted; WallError when the events are not attested or no table can be published. Nothing is
    published then. A table of which what is left out could be derived is withheld whole.
    """
    keyring = night.keyring(*KEYS)
    catch_up(night)
    there = kept(night, keyring)
    if there is not None:
        return there
    with drafted(night, accept_incomplete=accept_incomplete, console=console) as draft:
        edition = make(draft, keyring)
    record_edition(Ledger(night.ledger_path), edition)
    return Disclosed(edition, made=True, notes=refusals(edition.tables), tolls=draft.tolls)


def kept(night: Night, keyring: Keyring) -> Disclosed | None:
    """The edition that is there already, if one is. Raises as `read_edition`."""
    edition = read_edition(night.store, night.day, public_key_path(keyring.path))
    if edition is None:
        return None
    notes = [f"{edition_place(night.store, night.day)}: made before and frozen; kept as it is"]
    if not edition.policy.rules_as(night.stamp):
        notes.append(
            f"it was made under policy {edition.policy.name} {edition.policy.version}; the policy "
            "of today takes effect on dates without an edition"
        )
    there = [night.store.manifest(name, night.day) for name in ("events", "people")]
    if there[0] is not None and inputs_of(filter(None, there)) != edition.inputs:
        notes.append("the events changed since; an edition does not follow them")
    return Disclosed(edition, made=False, notes=tuple(notes))


def make(draft: Drafted, keyring: Keyring, supersedes: str = "") -> Edition:
    """Publish what was decided. supersedes: the digest of the edition in whose place it goes."""
    night = draft.night
    tables = [*draft.tables, *draft.noise()]
    draft.prove(tables)
    for entry in tables:
        (night.store.root / entry.path).parent.mkdir(parents=True, exist_ok=True)
        (draft.staging / entry.path).replace(night.store.root / entry.path)
    return write_edition(
        night.store,
        Edition(
            date=night.day,
            policy=night.stamp,
            inputs=draft.proved.inputs,
            incomplete=draft.incomplete,
            spent=draft.noisy.spent,
            tables=tuple(sorted(tables, key=lambda t: (t.site, t.table))),
            software=night.software,
            supersedes=supersedes,
        ),
        draft.proved.word,
        keyring,
    )
