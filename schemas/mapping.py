"""Mappings: which names of a vendor mean which of our fields. What none names is not read."""

import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeVar, overload

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from weir.schemas.clicks import is_click_id
from weir.schemas.config import Strict, _unknown, faults
from weir.schemas.errors import ConfigError
from weir.schemas.event import ACTIONS, OUTCOMES
from weir.schemas.wires import Names, Recognised, Rule, one_or_more

TAG_FIELDS = (
    "action", "visitor", "user", "url", "referrer", "campaign", "medium", "campaign_source",
    "content", "message", "recipient", "customer", "product", "search", "outcome", "duration_s",
    "sent_at", "sequence", "event_id", "country", "language",
)  # fmt: skip
BEACON_FIELDS = (
    *TAG_FIELDS, "host", "target", "file", "address", "user_agent", "delay_ms",
)  # fmt: skip
COLLECTOR_FIELDS = (
    "address", "user_agent", "method", "url", "query", "referrer", "cookies", "status", "body",
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


Actions = Annotated[dict[str, str], AfterValidator(_actions)]  # theirs -> ours
Outcomes = Annotated[dict[str, str], AfterValidator(_outcomes)]  # theirs -> ours
Paths = Annotated[str | list[str], AfterValidator(one_or_more)]  # dotted; the first present counts


class TagMapping(Strict):
    """Parameters of an action tag, or of a vendor's beacons. `url` is the page it speaks of.

    Beside the fields of TAG_FIELDS: `host` and `target`, where the page is stated in parts; `file`,
    what was downloaded; `address` and `user_agent`, where another than the client sent the beacon;
    `delay_ms`, how long it waited. strict: a hit must show what recognises it, and its page must be
    on the site's hosts; our own tag is trusted.
    """

    name: str
    kind: Literal["tags"]
    about: str = ""
    sample: str = ""  # as the vendor delivers it
    dropped: dict[str, str] = Field(default_factory=dict)  # what is not read, and why
    recognised: Recognised = Recognised()
    strict: bool = False
    batch: str | None = None  # property of a JSON body: a list of hits, objects or queries
    fields: dict[str, str | tuple[str, ...]]  # ours -> parameters; the first present counts
    prefixes: tuple[str, ...] = ()  # a parameter of a field may also stand behind one of these
    packed: dict[str, str] = Field(default_factory=dict)  # parameter with JSON in it -> its name
    patterns: dict[str, str] = Field(default_factory=dict)  # only what the group holds
    site: Names = ()  # parameters that name the property: see a site's tag_ids
    ids: tuple[str, ...] = ()  # more ids of people: not read, but the proof looks for them
    same: tuple[Names, ...] = ()  # together they tell a hit from any other, and are its event_id
    opt_out: dict[str, Names] = Field(default_factory=dict)  # values that refuse sharing
    page_is_referrer: bool = False  # without a url the Referer header is the page
    rules: tuple[Rule, ...] = ()  # the first that holds says the action
    actions: Actions
    otherwise: str = "other"  # the action of a hit that names none
    outcomes: Outcomes = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_fields(self) -> "TagMapping":
        _actions({"": self.otherwise})
        for name, pattern in self.patterns.items():
            _one_group(name, pattern)
        named = (name for field in self.fields for name in self.names(field))
        return _checked(_no_click_ids(self, named), self.fields, BEACON_FIELDS)

    def names(self, field: str) -> tuple[str, ...]:
        """The parameters of a field, behind each prefix too; none if it is not mapped."""
        return tuple(
            prefix + name
            for name in one_or_more(self.fields.get(field, ()))
            for prefix in ("", *self.prefixes)
        )

    def asked(self) -> set[str]:
        """Every parameter that is looked at."""
        signs = (self.recognised, *self.rules)
        return {
            *(name for field in self.fields for name in self.names(field)),
            *(name for one in signs for name in one.names()),
            *(name for group in self.same for name in group),
            *(*self.packed, *self.site, *self.ids, *self.opt_out),
        }


def _one_group(name: str, pattern: str) -> None:
    try:
        groups = re.compile(pattern)
    except re.error:
        groups = re.compile("")
    if not groups.groups == len(groups.groupindex) == 1:
        raise ValueError(f"patterns.{name}: needs to be a regular expression with one named group")


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
        named = (path for paths in self.fields.values() for path in paths)
        return _checked(_no_click_ids(self, named), self.fields, EVENT_FIELDS)

    def paths(self, field: str) -> tuple[str, ...]:
        """The paths of a field; none if it is not mapped."""
        return tuple(self.fields.get(field, ()))

    @property
    def roots(self) -> frozenset[str]:
        """The top-level properties that it names."""
        named = [path for paths in self.fields.values() for path in paths]
        return frozenset(path.split(".")[0] for path in [self.time.field, *named])


class CollectorMapping(Strict):
    """Properties of a collector's JSON lines, each a request with its body. What the body and the
    query say is a wire's matter. `url` is the path or URL that was asked for."""

    name: str
    kind: Literal["collector"]
    about: str = ""
    sample: str = ""  # as the vendor delivers it
    dropped: dict[str, str] = Field(default_factory=dict)  # what is not read, and why
    time: TimeField
    fields: dict[str, Paths]  # ours -> dotted paths

    @model_validator(mode="after")
    def _known_fields(self) -> "CollectorMapping":
        return _checked(self, self.fields, COLLECTOR_FIELDS)


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


AnyMapping = TagMapping | EventMapping | CollectorMapping | ProfileMapping
_MODELS: dict[str, type[AnyMapping]] = {
    "tags": TagMapping,
    "events": EventMapping,
    "collector": CollectorMapping,
    "profiles": ProfileMapping,
}


@overload
def load_mapping(name: str, kind: Literal["tags"], base: Path) -> TagMapping: ...
@overload
def load_mapping(name: str, kind: Literal["events"], base: Path) -> EventMapping: ...
@overload
def load_mapping(name: str, kind: Literal["collector"], base: Path) -> CollectorMapping: ...
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


def wires(name: str, base: Path) -> tuple[TagMapping, ...]:
    """The mapping that a site or source names; `auto`: all that ship, our own tag last.

    Raises ConfigError for a name or file that is none.
    """
    if name != "auto":
        return (load_mapping(name, "tags", base),)
    folder = files("weir.schemas") / "vendors"
    texts = {p.name: p.read_text("utf-8") for p in folder.iterdir() if p.name.endswith(".yaml")}
    read = [_read(place, texts[place], "tags") for place in sorted(texts)
            if yaml.safe_load(texts[place])["kind"] == "tags"]  # fmt: skip
    known = [one for one in read if isinstance(one, TagMapping) and one.recognised.names()]
    return tuple(sorted(known, key=lambda one: not one.strict))


_M = TypeVar("_M")


def _no_click_ids(mapping: _M, names: Iterable[str]) -> _M:
    """Fail closed: an id of a click is nobody's campaign, product or customer."""
    for name in names:
        if is_click_id(name):
            raise ValueError(f"'{name}' is a click id; those never cross (schemas/clicks.py)")
    return mapping


def _checked(mapping: _M, fields: Iterable[str], known: tuple[str, ...]) -> _M:
    for name in fields:
        if name not in known:
            raise ValueError(_unknown("field", name, known))
    return mapping
