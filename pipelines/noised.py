"""The tables of an edition that are in mode dp, drawn through the till."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from weir.pipelines.budget import STEPS, Drawing, Losses, Till, told_lost
from weir.pipelines.editions import staged_table
from weir.pipelines.ledger import Ledger
from weir.pipelines.night import Night
from weir.pipelines.rounds import Part
from weir.schemas.columns import NII, column
from weir.schemas.errors import UsageError
from weir.schemas.noise import Noise, Spent
from weir.schemas.release import Edition, EditionTable
from weir.schemas.tables import TableSpec, Unit, read_tables
from weir.transforms.disclose.crowd import CROWD, allowed
from weir.transforms.disclose.dp.accounting import Loss
from weir.transforms.disclose.dp.grid import grid
from weir.transforms.disclose.dp.measure import measured
from weir.transforms.disclose.dp.noise import opendp
from weir.transforms.disclose.dp.query import Counts, named_values
from weir.transforms.disclose.dp.shares import Share, shares, unit_budgets
from weir.transforms.disclose.dp.spent import spent_by_all, spent_by_table
from weir.transforms.disclose.dp.table import noise_of, noisy_schema, rows

_NAMED = pa.schema(
    [
        column("dimension", pa.string(), NII, "dimension"),
        column("value", pa.string(), NII, "a value that passed its noisy threshold"),
    ]
)
_SITED = pa.schema([pa.field("site", pa.string()), *_NAMED])
_NOTE = b"noise"


@dataclass(frozen=True)
class Noisy:
    """The tables of a date in mode dp. without: (site, table) whose noise was charged and lost."""

    night: Night
    without: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def open(cls, night: Night, *, accept_incomplete: bool) -> "Noisy":
        """Look before anything is counted: UsageError if OpenDP is missing, if a table was in the
        other mode in the same month, or if noise was lost and that was not accepted."""
        noisy = cls(night)
        if noisy.tables:
            opendp()
        _refuse_both_modes(night)
        lost = [drawing for drawing in noisy.drawings if noisy.till.lost(drawing)]
        if lost and not accept_incomplete:
            raise UsageError(
                f"{told_lost(lost[0])}; --accept-incomplete makes the edition without "
                f"{'it' if len(lost) == 1 else f'it and {len(lost) - 1} more'}, if no other run is "
                "under way"
            )
        return cls(night, frozenset((drawing.site, drawing.table) for drawing in lost))

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables' names."""
        return self.night.policy.noisy_tables

    @property
    def drawings(self) -> list[Drawing]:
        """All that is ever drawn for the date."""
        sites = [site.name for site in self.night.config.sites]
        drawn = [Drawing(*one) for one in product(sites, self.tables, (self.night.day,), STEPS)]
        return [one for one in drawn if one.step == "numbers" or self.shares[one.table, ""].names]

    def losses(self, drawing: Drawing) -> dict[Unit, Loss]:
        """What it may cost each kind of unit."""
        own = self.shares[drawing.table, ""]
        if drawing.step == "names":
            return {own.unit: own.naming.times(own.names)}
        found: dict[Unit, Loss] = {}
        for (table, _), share in self.shares.items():
            if table == drawing.table:
                found[share.unit] = found.get(share.unit, Loss()) + share.measuring
        return found

    @property
    def unpaid(self) -> dict[Drawing, Losses]:
        """All that this date's edition is still to pay for. Raises as the till does."""
        mine = [one for one in self.drawings if (one.site, one.table) not in self.without]
        return self.till.unpaid({one: self.losses(one) for one in mine})

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What an edition says of tables that are not in it."""
        return tuple(
            f"{site} {table}: its noise was charged and lost"
            for site, table in sorted(self.without)
        )

    @cached_property
    def till(self) -> Till:
        """Where it is paid for."""
        return Till(
            Ledger(self.night.ledger_path), self.night.store, unit_budgets(self.night.policy)
        )

    @cached_property
    def shares(self) -> Mapping[tuple[str, str], Share]:
        """What each table may cost on the date."""
        return shares(self.night.policy, self.night.day)

    @cached_property
    def spent(self) -> tuple[Spent, ...]:
        """What all of them together may tell of a unit."""
        return spent_by_all(self.night.policy, self.night.day)

    def named(self, part: Part, crowds: Sequence[pa.Table]) -> pa.Table:
        """(site, dimension, value) of every open value that may be named. crowds: schema CROWD,
        over all groups."""
        if part.table not in self.tables:
            return self.unnoised(part, crowds)
        whole = pa.concat_tables([CROWD.empty_table(), *crowds])
        found = [_SITED.empty_table()]
        for site in self._sites(part.table):
            mine = whole.filter(pc.equal(whole["site"], site))
            values = self._names(part, site, mine) if part.counting.open else _NAMED.empty_table()
            label = pa.array([site] * values.num_rows, pa.string())
            found.append(values.add_column(0, "site", label).cast(_SITED))
        return pa.concat_tables(found)

    def unnoised(self, part: Part, crowds: Sequence[pa.Table]) -> pa.Table:
        """The same with nothing drawn: of a noisy table no value."""
        if part.table in self.tables:
            return _SITED.empty_table()
        return allowed(crowds, part.counting.rule)

    def _names(self, part: Part, site: str, crowds: pa.Table) -> pa.Table:
        share = self.shares[part.table, ""]

        def draw() -> pa.Table:
            parts = [_NAMED.empty_table()]
            for name in part.counting.open:
                values, _ = named_values(crowds, name, part.counting.rule, share.naming)
                columns = [pa.array([name] * len(values), pa.string()), pa.array(values)]
                parts.append(pa.Table.from_arrays(columns, _NAMED.names).cast(_NAMED))
            return pa.concat_tables(parts)

        drawing = Drawing(site, part.table, self.night.day, "names")
        return self.till.once(drawing, self.losses(drawing), draw)

    def editions(
        self,
        spec: TableSpec,
        parts: Sequence[Part],
        counted: Mapping[str, pa.Table],
        named: pa.Table,
        staging: Path,
    ) -> Iterator[EditionTable]:
        """A table's edition on each site. parts: the table's, its own unit's first; counted:
        margins by a part's name; named: as above. Files lie in `staging` as they will in the store.
        """
        for site in self._sites(spec.name):
            drawn = self._numbers(site, parts, counted, named)
            counting = parts[0].counting
            # Of noisy tables nothing is left out, whoever is in a cell or not.
            yield staged_table(
                drawn, noisy_schema(counting.form), site, spec, counting.rule, staging,
                suppressed=0, withheld=0,
                noise=Noise.model_validate_json(drawn.schema.metadata[_NOTE]),
            )  # fmt: skip

    def _numbers(
        self,
        site: str,
        parts: Sequence[Part],
        counted: Mapping[str, pa.Table],
        named: pa.Table,
    ) -> pa.Table:
        own = parts[0]
        form, rule = own.counting.form, own.counting.rule
        mine = [
            Counts(
                part.measure,
                part.unit,
                part.counting,
                counted[part.name].filter(pc.equal(counted[part.name]["site"], site)),
                self.shares[part.table, part.measure].measuring,
            )
            for part in parts
        ]

        def draw() -> pa.Table:
            here = named.filter(pc.equal(named["site"], site))
            values = {
                name: here.filter(pc.equal(here["dimension"], name))["value"].to_pylist()
                for name in own.counting.open
            }
            found = measured(grid(read_tables()[own.table], values), mine)
            spent = spent_by_table(self.night.policy, self.night.day, own.table)
            note = noise_of(found, form, rule, spent)
            drawn = rows(found, form, site, self.night.day)
            return drawn.replace_schema_metadata({_NOTE: note.model_dump_json().encode()})

        drawing = Drawing(site, own.table, self.night.day, "numbers")
        return self.till.once(drawing, self.losses(drawing), draw)

    def _sites(self, table: str) -> list[str]:
        names = (site.name for site in self.night.config.sites)
        return [name for name in names if (name, table) not in self.without]


def _refuse_both_modes(night: Night) -> None:
    """UsageError if an edition of the month has a table in the other mode: a month's budget says
    nothing of numbers that left without noise."""
    noisy = set(night.policy.noisy_tables)
    for place in sorted((night.store.root / "editions").glob(f"{night.day:%Y-%m}-??.json")):
        edition = Edition.model_validate_json(place.read_bytes())
        for entry in edition.tables:
            if (entry.rule.mode == "dp") != (entry.table in noisy):
                raise UsageError(
                    f"policy {night.policy.name}: disclosure.{entry.table}.mode: the edition of "
                    f"{edition.date} has it in mode {entry.rule.mode}; a site's table is in one "
                    "mode only, so change it from the first day of a month on"
                )
