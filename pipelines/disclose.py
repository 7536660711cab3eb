"""Disclose: events of a date -> its edition, made once and frozen.

What an edition says of a date it says for good: a second one, made of other events, would tell by
the difference what changed between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.pipelines.attested import Attested, attested, inputs_of
from weir.pipelines.editions import edition_place, read_edition, staged_table, write_edition
from weir.pipelines.ledger import Ledger
from weir.pipelines.night import Night
from weir.pipelines.noised import Noisy
from weir.pipelines.over import over
from weir.pipelines.recorded import catch_up, record_edition
from weir.pipelines.rounds import GROUP_ROWS, Job, Part, rounds
from weir.pipelines.steps import staged
from weir.schemas.errors import UsageError, WallError
from weir.schemas.manifests import Manifest
from weir.schemas.release import Edition, EditionTable
from weir.schemas.tables import TableSpec, Unit, read_tables
from weir.transforms.disclose.edition import Draft, Form, published
from weir.transforms.disclose.finished import refuse_small
from weir.transforms.disclose.margins import Shape
from weir.transforms.disclose.partial import Counting
from weir.transforms.disclose.together import settle
from weir.transforms.keys import Keyring, public_key_path
from weir.transforms.proving import Proving, prove_finished

KEYS = ("proof", "sampling", "signing")
_TOLD = {"site", "table", "rows", "suppressed", "withheld", "refused"}


def _noise(entry: EditionTable) -> dict[str, Any]:
    told = {"spent", "error", "usable", "note"}
    return {"noise": entry.noise.model_dump(include=told)} if entry.noise else {}


@dataclass(frozen=True)
class Disclosed:
    """An edition; `made` is False when it was there already and stays as it is."""

    edition: Edition
    made: bool
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What the terminal and `--json` say: no path, no digest, no value of a row."""
        return {
            "date": self.edition.date.isoformat(),
            "made": self.made,
            "notes": list(self.notes),
            "spent": [spent.model_dump() for spent in self.edition.spent],
            "tables": [
                entry.model_dump(include=_TOLD) | _noise(entry) for entry in self.edition.tables
            ],
        }


def disclose(night: Night, *, accept_incomplete: bool = False) -> Disclosed:
    """Make the edition of a date, or find it made. The caller holds the date's lock.

    Raises UsageError when there are no events, when the date is incomplete and that was not
    accepted; WallError when the events are not attested or no table can be published. Nothing is
    published then. A table of which what is left out could be derived is withheld whole.
    """
    keyring = night.keyring(*KEYS)
    catch_up(night)
    there = read_edition(night.store, night.day, public_key_path(keyring.path))
    if there is not None:
        return _kept(night, there)
    edition = _make(night, keyring, accept_incomplete)
    record_edition(Ledger(night.ledger_path), edition)
    return Disclosed(edition, made=True, notes=_refusals(edition))


def _refusals(edition: Edition) -> tuple[str, ...]:
    return tuple(
        f"table {entry.table} ({entry.site}): withheld whole: what is left out of it could be "
        "derived from the rest; raise its k or give it fewer dimensions"
        for entry in edition.tables
        if entry.refused
    )


def _kept(night: Night, edition: Edition) -> Disclosed:
    notes = [f"{edition_place(night.store, night.day)}: made before and frozen; kept as it is"]
    if edition.policy != night.stamp:
        notes.append(
            f"it was made under policy {edition.policy.name} {edition.policy.version}; the policy "
            "of today takes effect on dates without an edition"
        )
    there = [night.store.manifest(name, night.day) for name in ("events", "people")]
    if there[0] is not None and inputs_of(filter(None, there)) != edition.inputs:
        notes.append("the events changed since; an edition does not follow them")
    return Disclosed(edition, made=False, notes=tuple(notes))


def _make(night: Night, keyring: Keyring, accept_incomplete: bool) -> Edition:
    proved = attested(night)
    events = proved.events
    if events.incomplete and not accept_incomplete:
        raise UsageError(
            f"{night.day}: its events are incomplete ({'; '.join(events.incomplete)}); get the "
            "files and ingest the date again, or say --accept-incomplete: an edition is frozen"
        )
    noisy = Noisy.open(night, accept_incomplete=accept_incomplete)
    specs = [spec for spec in read_tables().values() if not spec.inside]
    tables: list[EditionTable] = []
    with staged(night, "disclose") as staging:
        job = _job(night, specs, proved, staging)
        counted, named = rounds(job, over(night.config.engine, job.groups, staging), noisy.named)
        crowds = [spec for spec in specs if night.policy.rule(spec.name).mode == "threshold"]
        for site in night.config.sites:
            drafts = [_draft(job, spec, counted[spec.name], site.name) for spec in crowds]
            settle(drafts)
            for spec, draft in zip(crowds, drafts, strict=True):
                tables.append(_table(night, site.name, spec, draft, staging))
        _refuse_nothing(tables)
        for spec in specs:
            if spec not in crowds:
                parts = [part for part in job.parts if part.table == spec.name]
                tables += noisy.editions(spec, parts, counted, named[spec.name], staging)
        _prove(night, keyring, proved.proof, tables, staging)
        for entry in tables:
            (night.store.root / entry.path).parent.mkdir(parents=True, exist_ok=True)
            (staging / entry.path).replace(night.store.root / entry.path)
    return write_edition(
        night.store,
        Edition(
            date=night.day,
            policy=night.stamp,
            inputs=proved.inputs,
            incomplete=events.incomplete + noisy.incomplete,
            spent=noisy.spent,
            tables=tuple(sorted(tables, key=lambda t: (t.site, t.table))),
            software=night.software,
        ),
        proved.word,
        keyring,
    )


def _prove(
    night: Night, keyring: Keyring, seen: Manifest, tables: list[EditionTable], staging: Path
) -> None:
    """WallError if the finished bytes of a table hold an identifier seen behind the wall."""
    finished = {
        f"edition of {night.day}, {t.site} {t.table}": pq.read_table(staging / t.path)
        for t in tables
    }
    prove_finished(Proving("", keyring), finished, night.store.paths(seen.files))


def _job(
    night: Night,
    specs: Sequence[TableSpec],
    proved: Attested,
    staging: Path,
) -> Job:
    keyring = night.keyring("sampling")
    return Job(
        files=proved.event_files(night.store),
        people=tuple(night.store.paths(proved.people.files)),
        sites=night.config.sites,
        buckets=night.store.buckets,
        rows=sum(file.rows for file in proved.events.files),
        parts=tuple(part for spec in specs for part in parts_of(spec, night, keyring)),
        staging=str(staging),
        memory_mb=night.config.engine.memory_mb,
        group_rows=GROUP_ROWS,
    )


def parts_of(spec: TableSpec, night: Night, keyring: Keyring) -> list[Part]:
    """What is counted for a table: its own unit's part, and one for each measure of another unit
    (users in a table of visitors)."""
    outside = {n: m for n, m in spec.measures.items() if not m.inside}
    others = {n: m for n, m in outside.items() if m.exchanged and m.distinct != spec.unit}
    own = tuple(name for name in outside if name not in others)
    people = frozenset(n for n in own if spec.measures[n].distinct == spec.unit)
    finest = frozenset(n for n in own if spec.measures[n].finest)
    fields = tuple(spec.schema.field(name) for name in (*spec.dimensions, *outside))
    same = {name: m.same for name, m in outside.items() if m.same}
    links = tuple(link for link in spec.links if link.of in outside)
    routes = {site.name: site.public_paths for site in night.config.sites}
    rule = night.policy.rule(spec.name)
    open_ = spec.open_dimensions if rule.mode == "threshold" else spec.unlisted

    def part(measure: str, unit: Unit, measures: tuple[str, ...], shape: Shape) -> Part:
        form = Form(spec.name, unit, shape, fields, same, spec.sums, links)
        drawn = (spec.name, unit, night.day.isoformat())
        counting = Counting(form, rule, keyring, drawn, open_, routes)
        return Part(spec.name, measure, unit, measures, counting)

    dimensions = tuple(spec.dimensions)
    return [
        part("", spec.unit, own, Shape(dimensions, own, people, finest)),
        *(part(n, cast(Unit, m.distinct), (n,), Shape(dimensions, ())) for n, m in others.items()),
    ]


def _draft(job: Job, spec: TableSpec, counted: pa.Table, site: str) -> Draft:
    counting = job.part(spec.name).counting
    return Draft(counting.form, counting.rule, counted.filter(pc.equal(counted["site"], site)))


def _table(night: Night, site: str, spec: TableSpec, draft: Draft, staging: Path) -> EditionTable:
    """What may be said is written, how much may not is noted. Files lie in `staging` as they will
    in the store, until they are proved."""
    form, rule = draft.form, draft.rule
    said = published(draft, night.day)
    refuse_small(said, form, rule)
    return staged_table(
        said.rows, form.schema, site, spec, rule, staging,
        suppressed=said.suppressed, withheld=said.values, refused=said.refused,
    )  # fmt: skip


def _refuse_nothing(tables: Sequence[EditionTable]) -> None:
    """WallError if every table would be withheld whole."""
    if tables and all(table.refused for table in tables):
        raise WallError(
            "in no table could what was left out be kept from being derived; nothing was "
            "published; raise k or give the tables fewer dimensions"
        )
