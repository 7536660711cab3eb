"""The aggregate tables: each is a YAML file in schemas/tables, found by its name.

A table is dimensions and measures over one relation (see transforms/visits.py, transforms/sql).
From this one declaration come its SQL, its Arrow schema and its page in the reference.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Literal

import pyarrow as pa
import yaml
from pydantic import Field, ValidationError, model_validator

from weir.schemas.columns import NII, column
from weir.schemas.errors import ConfigError, UsageError
from weir.schemas.event import ACTIONS, EVENT
from weir.schemas.faults import faults
from weir.schemas.shipped import read_yaml
from weir.schemas.strict import Strict, unknown

Unit = Literal["visitor", "user", "recipient"]

NONE = "(none)"
"""What a dimension says of rows that have no value for it; no cleaned value looks like it."""
OTHER = "(other)"
"""What it says of rows whose value too few people have."""
CUSTOMER = "customer"
"""The dimension that says whose rows they are."""
_OF_CUSTOMERS = (CUSTOMER, "campaign", "message", "product")  # dimensions that customers pay for


class Dimension(Strict):
    """What a table's rows are told apart by."""

    open: bool  # values come from the data; closed: from a fixed list
    about: str
    values: tuple[str, ...] = ()  # the list, where it is short
    crowd: bool = False  # also inside, a cell of too few visitors has `(other)` for its value
    sql: str = ""  # over the relation's columns; default: the column of that name


class Measure(Strict):
    """A number of a cell: a sum over rows (`sql`), or how many distinct ones there are."""

    unit: str
    about: str
    sql: str = ""  # an aggregate whose values add up over any split of the rows
    distinct: Unit | None = None
    where: str = ""  # only these rows count
    inside: bool = False  # true: for analysts only, never in an edition
    finest: bool = False  # true: means nothing summed over cells (a visit that saw two pages)
    same: str = ""  # table.measure: the same number wherever both are broken out alike

    @model_validator(mode="after")
    def _one_way(self) -> "Measure":
        if bool(self.sql) == (self.distinct is not None):
            raise ValueError("give either sql or distinct")
        if self.finest and not self.sql:
            raise ValueError("finest is for sums; distinct counts are never summed over cells")
        return self

    @property
    def exchanged(self) -> bool:
        """One unit may be in several visitor buckets, so counts of buckets do not add up."""
        return self.distinct in ("user", "recipient")

    @property
    def expression(self) -> str:
        """The aggregate, a BIGINT that is never null."""
        call = self.sql or f"count(DISTINCT {self.distinct})"
        kept = f"{call} FILTER (WHERE {self.where})" if self.where else call
        return f"coalesce({kept}, 0)::BIGINT"


class Link(Strict):
    """What a measure has to do with one of another table, or of another place of its own.

    Numbers are compared that are broken out by the dimensions in `over`, or some of them, and by
    those in `at` (in the other table: `there`), which have the values that stand there.
    """

    of: str
    equals: str = ""  # table.measure: the same number, wherever bounds left both alike
    at_most: str = ""  # table.measure: what it is a part of
    over: tuple[str, ...] = ()
    at: dict[str, str] = Field(default_factory=dict)
    there: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> "Link":
        if bool(self.equals) == bool(self.at_most):
            raise ValueError("give either equals or at_most")
        return self

    @property
    def to(self) -> str:
        """The `table.measure` that it is compared with."""
        return self.equals or self.at_most


class TableSpec(Strict):
    """An aggregate table. One row a site, date and combination of dimension values."""

    name: str = Field(pattern=r"^[a-z][a-z_]*$")
    about: str
    source: str = Field(alias="from")  # a relation
    grain: tuple[Literal["site"], Literal["date"]]
    tells_of: Literal["site", "customers"]  # customers: its rows are theirs, whoever is named there
    unit: Unit = "visitor"  # whose contribution disclosure control bounds
    dimensions: dict[str, Dimension] = Field(default_factory=dict)
    measures: dict[str, Measure] = Field(min_length=1)
    filter: str = ""
    sums: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # a measure: those that make it
    links: tuple[Link, ...] = ()  # what else an attacker knows of its numbers and other tables'
    only_with: tuple[str, ...] = ()  # actions or columns: where none of them is, it has no rows
    inside: bool = False  # true: for analysts only, in no edition

    @model_validator(mode="after")
    def _known_needs(self) -> "TableSpec":
        for name in self.only_with:
            if name not in (*ACTIONS, *EVENT.names):
                raise ValueError(unknown("action or column", name, (*ACTIONS, *EVENT.names)))
        return self

    @model_validator(mode="after")
    def _says_whose_it_is(self) -> "TableSpec":
        found = [name for name in _OF_CUSTOMERS if name in self.dimensions]
        if found and self.tells_of == "site":
            raise ValueError(f"tells_of: site, but its rows are of a {found[0]}; say customers")
        return self

    @model_validator(mode="after")
    def _sums_of_measures(self) -> "TableSpec":
        for name in (*self.sums, *(part for parts in self.sums.values() for part in parts)):
            if name not in self.measures:
                raise ValueError(unknown("measure", name, self.measures))
        return self

    @model_validator(mode="after")
    def _links_of_measures(self) -> "TableSpec":
        for link in self.links:
            if link.of not in self.measures:
                raise ValueError(unknown("measure", link.of, self.measures))
            for name in (*link.over, *link.at):
                if name not in self.dimensions:
                    raise ValueError(unknown("dimension", name, self.dimensions))
        return self

    @model_validator(mode="after")
    def _crowd_can_be_counted(self) -> "TableSpec":
        distinct = [measure for measure in self.measures.values() if measure.distinct]
        if self.crowded and [m.distinct for m in distinct if not m.where] != ["visitor"]:
            raise ValueError("a crowd needs one measure of distinct visitors, without where")
        if self.crowded and len(distinct) > 1:
            raise ValueError("a table with a crowd counts nothing else that is distinct")
        return self

    @property
    def mixed(self) -> bool:
        """Its rows are customers', and it does not say whose: no part of it is one customer's."""
        return self.tells_of == "customers" and CUSTOMER not in self.dimensions

    @property
    def crowded(self) -> tuple[str, ...]:
        """The dimensions whose values need a crowd inside, too."""
        return tuple(name for name, dimension in self.dimensions.items() if dimension.crowd)

    @property
    def keys(self) -> tuple[str, ...]:
        """What a cell of one date is known by: site and the dimensions."""
        return ("site", *self.dimensions)

    @property
    def open_dimensions(self) -> tuple[str, ...]:
        """The dimensions whose values come from the data."""
        return tuple(name for name, dimension in self.dimensions.items() if dimension.open)

    @property
    def unlisted(self) -> tuple[str, ...]:
        """The dimensions whose values no list here names: open ones, and long closed lists."""
        return tuple(name for name, dim in self.dimensions.items() if dim.open or not dim.values)

    @property
    def exchanged(self) -> tuple[str, ...]:
        """The measures that must be counted by exchanging distinct (cell, unit) pairs."""
        return tuple(name for name, measure in self.measures.items() if measure.exchanged)

    @property
    def schema(self) -> pa.Schema:
        """site, date, the dimensions, the measures; class, unit and definition in the metadata."""
        return pa.schema(
            [
                column("site", pa.string(), NII, "name of the site", nullable=False),
                column("date", pa.date32(), NII, "the site's local date", nullable=False),
                *(
                    column(name, pa.string(), NII, dimension.about, nullable=False)
                    for name, dimension in self.dimensions.items()
                ),
                *(
                    column(name, pa.int64(), NII, measure.about, unit=measure.unit, nullable=False)
                    for name, measure in self.measures.items()
                ),
            ],
            metadata={"table": self.name, "about": self.about},
        )


@lru_cache(1)
def read_tables() -> dict[str, TableSpec]:
    """All shipped tables by name, in order of their names."""
    folder = files("weir.schemas") / "tables"
    names = sorted(
        entry.name.removesuffix(".yaml")
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )
    return {name: parse_table(name, (folder / f"{name}.yaml").read_text("utf-8")) for name in names}


def parse_table(name: str, text: str) -> TableSpec:
    """A declaration from its YAML. Raises ConfigError with every fault, each on a line."""
    place = f"table {name}"
    try:
        spec = TableSpec.model_validate(read_yaml(text))
    except ValidationError as error:
        raise ConfigError(faults(place, error, TableSpec)) from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{place}: not readable as YAML ({type(error).__name__})") from None
    if spec.name != name:
        raise ConfigError(f"{place}: name: is '{spec.name}'; a table is named as its file")
    return spec


def table(name: str) -> TableSpec:
    """The table of that name. Raises UsageError with the nearest one."""
    tables = read_tables()
    if name not in tables:
        raise UsageError(unknown("table", name, tables))
    return tables[name]
