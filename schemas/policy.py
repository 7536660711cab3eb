"""The policy: what is personal, how it is treated, who may get what. Quoted in every output."""

from collections.abc import Collection, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import (
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from weir.schemas.columns import DataClass
from weir.schemas.config import Detection, Mode
from weir.schemas.entities import Treatment
from weir.schemas.errors import ConfigError
from weir.schemas.faults import faults
from weir.schemas.recipient import GRAINS, Grain, Recipient
from weir.schemas.shipped import read_yaml
from weir.schemas.strict import Strict, unknown
from weir.schemas.tables import CUSTOMER, read_tables

CAN_BE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("address", "cookie", "url_session", "user", "recipient"),
                    ("pseudonymize", "drop")),
    **dict.fromkeys(("path", "parameters", "referrer", "campaign", "demographics", "network",
                     "site_search"),
                    ("generalize", "drop")),
    "user_agent": ("generalize",),
    **dict.fromkeys(("remote_user", "search_terms", "free_text"), ("drop",)),
}  # fmt: skip
"""What can be done with a category; what is not listed is a profile's datum: vault or drop."""


class Category(Strict):
    """A kind of data and what is done with it. `clause` quotes the policy's own place for it."""

    data_class: DataClass
    treatment: Treatment
    about: str = ""
    clause: str = ""


class Retention(Strict):
    """Days that a zone keeps what it has; None: until erased."""

    vault: int | None = None
    linkage: int = 62
    quarantine: int = 14
    events: int = 180
    tables: int | None = None


class Signals(Strict):
    """Consent signals honoured: each, when present, keeps a person out of what is shared."""

    opt_out_list: bool = True
    opt_out_cookie: bool = True
    gpc: bool = True
    dnt: bool = True


class Detecting(Strict):
    """What becomes of texts that detection cannot tell from personal ones."""

    mode: Mode = "balanced"  # strict: they do not cross; balanced: where the crowd rule covers them


_SHIPPED = files("weir.schemas") / "policies"
_OF_THRESHOLD = ("k", "networks", "rounding", "contributors", "dominance", "crossed")
_OF_NOISE = ("weight", "error")


class Disclosure(Strict):
    """The disclosure rule of one table in an edition. Counts are of privacy units."""

    mode: Literal["threshold", "dp"] = "threshold"  # dp: noise, paid for by the policy's budget
    k: int = Field(50, ge=2)  # a cell appears only with at least k units
    networks: int = Field(10, ge=1)  # an open value needs this many /24 or /48
    rounding: int = Field(10, ge=1)  # published counts are multiples of it
    cells_per_unit: int = Field(20, ge=1)  # L0
    per_cell: int = Field(50, ge=1)  # L-infinity
    bounds: dict[str, int] = Field(
        default_factory=dict
    )  # L-infinity of measures that are no counts: bytes, milliseconds
    contributors: int = Field(10, ge=1)  # a number in a cell needs this many units behind it
    dominance: float = Field(0.5, gt=0, le=1)  # a sum's largest unit may hold this share
    crossed: int | None = Field(None, ge=0)  # a row is of at most so many dimensions; None: of all
    open_values: Literal["crowd", "declared"] = "crowd"  # declared: only public routes
    weight: float = Field(1, gt=0)  # dp: the table's part of the budget, beside those of others
    error: float = Field(0.25, gt=0)  # dp: a table that is further off is said to be of no use
    grain: Grain = Field("day", exclude_if=lambda grain: grain == "day")  # finest that anybody gets

    @model_validator(mode="after")
    def _of_its_mode(self) -> Self:
        other = _OF_THRESHOLD if self.mode == "dp" else _OF_NOISE
        for name in other:
            if name in self.model_fields_set:
                raise ValueError(f"{name}: means nothing in mode {self.mode}; leave it out")
        return self

    @model_serializer(mode="wrap")
    def _without_the_other_mode(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        other = _OF_THRESHOLD if self.mode == "dp" else _OF_NOISE
        return {name: value for name, value in whole(self).items() if name not in other}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The settings of both modes: that some are left out changes nothing of the others."""
        return handler(_plain(core_schema))


def _plain(schema: Any) -> Any:
    """A core schema without what is done to it when it is written."""
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key != "serialization"}
    return kept | {"schema": _plain(kept["schema"])} if "schema" in kept else kept


class Budget(Strict):
    """What the noisy tables of a site may tell of one unit, all together: of a visitor in a day,
    of a registered user or a recipient of mail in a month."""

    epsilon: float = Field(gt=0, le=20)  # odds that a unit was there change by e^epsilon at most
    delta: float = Field(0, ge=0, le=1e-5)  # 0: Laplace noise, and closed vocabularies only


class Policy(Strict):
    """A whole policy document."""

    name: str
    version: str
    about: str
    categories: dict[str, Category]
    retention: Retention = Retention()
    signals: Signals = Signals()
    detection: Detecting = Detecting()
    disclosure: dict[str, Disclosure]  # by table; "default" for the rest
    budget: Budget | None = Field(None, exclude_if=lambda budget: budget is None)  # of mode dp
    people_per_combination: int = Field(20, ge=1)  # of demographics, joined inside
    recipients: tuple[Recipient, ...] = ()
    stricter: tuple[str, ...] = ()  # where it is stricter than its source, and why

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        for name, category in self.categories.items():
            known = CAN_BE.get(name, ("vault", "drop"))
            if category.treatment not in known:
                raise ValueError(
                    f"categories.{name}.treatment: '{category.treatment}' cannot be done with it; "
                    f"choose {' or '.join(known)}"
                )
        return self

    @model_validator(mode="after")
    def _can_be_paid(self) -> Self:
        if "default" not in self.disclosure:
            return self  # told by `read`
        for name in self.noisy_tables:
            if self.budget is None:
                raise ValueError(
                    f"budget: missing; table {name} is in mode dp, and its noise needs an epsilon"
                )
            unlisted = read_tables()[name].unlisted
            if unlisted and not self.budget.delta:
                raise ValueError(
                    f"budget.delta: 0, but values of {name}.{unlisted[0]} come from the data and "
                    "only a noisy threshold may name them; give 1e-6, or leave the table in "
                    "mode threshold"
                )
        return self

    @property
    def noisy_tables(self) -> tuple[str, ...]:
        """The tables of editions that are in mode dp, by name."""
        outside = (name for name, spec in read_tables().items() if not spec.inside)
        return tuple(name for name in outside if self.rule(name).mode == "dp")

    def category(self, name: str) -> Category:
        """A category; one that the policy does not name is PII and dropped."""
        return self.categories.get(name, Category(data_class=DataClass.PII, treatment="drop"))

    def detecting(self, settings: Detection) -> Detection:
        """The settings as they hold under this policy: strict if either says so.

        Raises ConfigError if they ask for less than the policy does.
        """
        if self.detection.mode == "balanced" or settings.mode == "strict":
            return settings
        if "mode" in settings.model_fields_set:
            raise ConfigError(
                f"detection.mode: '{settings.mode}' is less than the policy {self.name} asks for "
                f"('{self.detection.mode}'); leave the setting out, or say the same"
            )
        return settings.model_copy(update={"mode": self.detection.mode})

    def rule(self, table: str) -> Disclosure:
        """The disclosure rule of a table."""
        return self.disclosure.get(table, self.disclosure["default"])

    @classmethod
    def shipped(cls) -> tuple[str, ...]:
        """The names of the shipped policies. Their recipient is the sample's."""
        names = (p.name for p in _SHIPPED.iterdir())
        return tuple(sorted(n.removesuffix(".yaml") for n in names if n.endswith(".yaml")))

    @classmethod
    def read(cls, name: str, base: Path) -> Self:
        """A shipped policy by its name, or a file (relative to `base`). Raises ConfigError."""
        known = cls.shipped()
        if name in known:
            place, text = f"policy {name}", (_SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
        else:
            path = base / name
            if not path.is_file():
                raise ConfigError(f"policy: {unknown('policy', name, known)} (nor a file {path})")
            place, text = str(path), path.read_text(encoding="utf-8")
        try:
            policy = cls.model_validate(read_yaml(text))
        except ValidationError as error:
            raise ConfigError(faults(place, error, cls)) from None
        except yaml.YAMLError as error:
            raise ConfigError(f"{place}: not readable as YAML ({type(error).__name__})") from None
        if "default" not in policy.disclosure:
            raise ConfigError(f"{place}: disclosure.default: missing; it rules all other tables")
        wrong = [*policy._unknown_names(), *policy._not_for_recipients()]
        if wrong:
            raise ConfigError("\n".join(f"{place}: {line}" for line in wrong))
        return policy

    def refuse_other_sites(self, sites: Collection[str]) -> None:
        """ConfigError for a recipient's site that is none of the configuration's."""
        wrong = [
            f"policy {self.name}: recipients[{number}].sites: {unknown('site', name, sites)}"
            for number, recipient in enumerate(self.recipients)
            for name in recipient.sites
            if name not in sites
        ]
        if wrong:
            raise ConfigError("\n".join(wrong))

    def _unknown_names(self) -> Iterator[str]:
        tables = read_tables()
        dimensions = {name for spec in tables.values() for name in spec.dimensions}
        for number, recipient in enumerate(self.recipients):
            place = f"recipients[{number}]"
            if not recipient.tables:
                yield f"{place}.tables: none; name one of {', '.join(tables)}"
            for name in recipient.tables:
                if name not in tables:
                    yield f"{place}.tables: {unknown('table', name, tables)}"
            for name in recipient.dimensions or ():
                if name not in dimensions:
                    yield f"{place}.dimensions: {unknown('dimension', name, dimensions)}"
        for name in self.disclosure:
            if name not in (*tables, "default"):
                yield f"disclosure.{name}: {unknown('table', name, tables)}"

    def _not_for_recipients(self) -> Iterator[str]:
        inside = {name for name, spec in read_tables().items() if spec.inside}
        mixed = {name for name, spec in read_tables().items() if spec.mixed} - inside
        for number, recipient in enumerate(self.recipients):
            place = f"recipients[{number}]"
            for name in sorted(inside & set(recipient.tables)):
                yield f"{place}.tables: '{name}' is for analysts and in no edition"
            for name in sorted(set(recipient.tables) - inside):
                finest = self.rule(name).grain
                if GRAINS.index(recipient.grain) < GRAINS.index(finest):
                    yield (
                        f"{place}.grain: '{recipient.name}' gets {name} by {recipient.grain}, and "
                        f"disclosure says that nobody gets it by less than a {finest}"
                    )
            if not recipient.customers:
                continue
            for name in sorted(mixed & set(recipient.tables)):
                yield (
                    f"{place}.tables: '{name}' has rows of all customers and does not say whose; "
                    f"leave it out, or take `customers` away from '{recipient.name}'"
                )
            if recipient.dimensions is not None and CUSTOMER not in recipient.dimensions:
                yield (
                    f"{place}.dimensions: without '{CUSTOMER}' no row is known to be of its "
                    "customers; add it"
                )
