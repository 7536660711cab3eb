"""Mappings: which names of a vendor mean which of our fields. What none names is not read."""

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeVar, overload

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from weir.schemas.config import Strict, _unknown, faults
from weir.schemas.errors import ConfigError
from weir.schemas.event import ACTIONS, OUTCOMES

TAG_FIELDS = (
    "action", "visitor", "user", "url", "referrer", "campaign", "medium", "campaign_source",
    "content", "message", "recipient", "customer", "product", "search", "outcome", "duration_s",
    "sent_at", "sequence", "event_id", "country", "language",
)  # fmt: skip
EVENT_FIELDS = (
    *TAG_FIELDS, "host", "target", "address", "user_agent", "status", "age", "birth_date", "gender",
    "profession", "opt_out", "cookies", "method", "edge_country", "edge_city", "edge_isp",
    "edge_asn",
)  # fmt: skip
DEMOGRAPHICS = ("age", "birth_date", "gender", "profession", "country", "language")
PII_FIELDS = (
    "email", "name", "first_name", "last_name", "phone", "fax", "address", "city", "postcode",
    "region", "country", "company", "card", "iban", "birth_date", "username", "ssn",
)  # fmt: skip


def _actions(actions: dict[str, str]) -> dict[str, str]:
    for name in actions.values():
        if name not in ACTIONS:
            raise ValueError(_unknown("action", name, ACTIONS))
    return actions


def _outcomes(outcomes: dict[str, str]) -> dict[str, str]:
    for name in outcomes.values():
        if name not in OUTCOMES:
            raise ValueError(_unknown("outcome", name, OUTCOMES))
    return outcomes


def _one_or_more(paths: str | list[str]) -> tuple[str, ...]:
    return (paths,) if isinstance(paths, str) else tuple(paths)


Actions = Annotated[dict[str, str], AfterValidator(_actions)]  # theirs -> ours
Outcomes = Annotated[dict[str, str], AfterValidator(_outcomes)]  # theirs -> ours
Paths = Annotated[str | list[str], AfterValidator(_one_or_more)]  # dotted; the first present counts


class TagMapping(Strict):
    """Parameters of an action tag. `url` is the page that the tag speaks of."""

    name: str
    kind: Literal["tags"]
    about: str = ""
    sample: str = ""  # as the vendor delivers it
    dropped: dict[str, str] = Field(default_factory=dict)  # what is not read, and why
    fields: dict[str, str]  # ours -> the parameter's name
    actions: Actions
    outcomes: Outcomes = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_fields(self) -> "TagMapping":
        return _checked(self, self.fields, TAG_FIELDS)


class TimeField(Strict):
    """Where an event's time stands, and how it is written; without a zone UTC is meant."""

    field: str
    format: Literal["iso8601", "epoch_s", "epoch_ms", "epoch_us"] = "iso8601"


class EventMapping(Strict):
    """Properties of script events. Only those are read that stand here."""

    name: str
    kind: Literal["events"]
    about: str = ""
    sample: str = ""  # as the vendor delivers it
    dropped: dict[str, str] = Field(default_factory=dict)  # what is not read, and why
    time: TimeField
    fields: dict[str, Paths]  # ours -> dotted paths
    actions: Actions
    outcomes: Outcomes = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_fields(self) -> "EventMapping":
        return _checked(self, self.fields, EVENT_FIELDS)

    def paths(self, field: str) -> tuple[str, ...]:
        """The paths of a field; none if it is not mapped."""
        return tuple(self.fields.get(field, ()))

    @property
    def roots(self) -> frozenset[str]:
        """The top-level properties that it names."""
        named = [path for paths in self.fields.values() for path in paths]
        return frozenset(path.split(".")[0] for path in [self.time.field, *named])


class ProfileMapping(Strict):
    """Columns of a CSV of registered users."""

    name: str
    kind: Literal["profiles"]
    about: str = ""
    sample: str = ""  # as the vendor delivers it
    dropped: dict[str, str] = Field(default_factory=dict)  # what is not read, and why
    delimiter: str = Field(",", min_length=1, max_length=1)
    user: str
    pii: dict[str, str] = Field(default_factory=dict)  # ours -> the column's name
    demographics: dict[str, str] = Field(default_factory=dict)
    opt_out: str | None = None

    @model_validator(mode="after")
    def _known_fields(self) -> "ProfileMapping":
        _checked(self, self.pii, PII_FIELDS)
        return _checked(self, self.demographics, DEMOGRAPHICS)


AnyMapping = TagMapping | EventMapping | ProfileMapping
_MODELS: dict[str, type[AnyMapping]] = {
    "tags": TagMapping,
    "events": EventMapping,
    "profiles": ProfileMapping,
}


@overload
def load_mapping(name: str, kind: Literal["tags"], base: Path) -> TagMapping: ...
@overload
def load_mapping(name: str, kind: Literal["events"], base: Path) -> EventMapping: ...
@overload
def load_mapping(name: str, kind: Literal["profiles"], base: Path) -> ProfileMapping: ...
@overload
def load_mapping(name: str, kind: str, base: Path) -> AnyMapping: ...
def load_mapping(name: str, kind: str, base: Path) -> AnyMapping:
    """A shipped mapping by its name, or a file (relative to `base`). Raises ConfigError."""
    shipped = files("weir.schemas") / "vendors"
    known = sorted(
        p.name.removesuffix(".yaml") for p in shipped.iterdir() if p.name.endswith(".yaml")
    )
    if name in known:
        return _read(
            f"mapping {name}", (shipped / f"{name}.yaml").read_text(encoding="utf-8"), kind
        )
    path = base / name
    if not path.is_file():
        raise ConfigError(f"mapping: {_unknown('mapping', name, known)} (nor a file {path})")
    return _read(str(path), path.read_text(encoding="utf-8"), kind)


def _read(place: str, text: str, kind: str) -> AnyMapping:
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{place}: not readable as YAML ({type(error).__name__})") from None
    said = raw.get("kind") if isinstance(raw, dict) else None
    if said != kind:
        raise ConfigError(f"{place}: kind: it is for {said or 'nothing'}, and {kind} are asked for")
    try:
        return _MODELS[kind].model_validate(raw)
    except ValidationError as error:
        raise ConfigError(faults(place, error, _MODELS[kind])) from None


_M = TypeVar("_M")


def _checked(mapping: _M, fields: Iterable[str], known: tuple[str, ...]) -> _M:
    for name in fields:
        if name not in known:
            raise ValueError(_unknown("field", name, known))
    return mapping
