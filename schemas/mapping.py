"""Mappings: which names of a vendor mean which of our fields. What none names is not read."""

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Literal, TypeVar, overload
from zoneinfo import available_timezones

import yaml
from pydantic import Field, ValidationError, model_validator

from weir.schemas.clicks import is_click_id
from weir.schemas.errors import ConfigError
from weir.schemas.faults import faults
from weir.schemas.paths import Pair, parts, steps
from weir.schemas.shipped import read_yaml
from weir.schemas.strict import Strict, unknown
from weir.schemas.wires import Names, Recognised, Rule, one_or_more
from weir.schemas.words import (
    Actions,
    Outcomes,
    Path_,
    Paths,
    Values,
    known_actions,
    known_outcomes,
)

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
    "gpc", "dnt",
)  # fmt: skip
"""`gpc` and `dnt` are the headers Sec-GPC and DNT, as columns `header:sec-gpc` and `header:dnt`."""
EVENT_FIELDS = (
    *TAG_FIELDS, "host", "target", "address", "user_agent", "status", "age", "birth_date", "gender",
    "profession", "opt_out", "cookies", "method", "edge_country", "edge_city", "edge_isp",
    "edge_asn", "machine", "file",
)  # fmt: skip
"""Beside those of PARSED: `machine`, whether the vendor holds a mail's opening for a machine's; it
becomes the column `header:x-machine`, `yes` or `no`. And `file`: the address of what an event of
`download` speaks of, which is then its target, if it is on the page's host."""
IDENTIFIERS = ("email", "phone", "name", "card", "iban", "ip", "id")
DEMOGRAPHICS = ("age", "birth_date", "gender", "profession", "country", "language")
PII_FIELDS = (
    "email", "name", "first_name", "last_name", "phone", "fax", "address", "city", "postcode",
    "region", "country", "company", "card", "iban", "birth_date", "username", "ssn",
)  # fmt: skip


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
        known_actions({"": self.otherwise})
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
    """Where an event's time stands, how it is written, and in which zone if it does not say."""

    field: Paths
    format: Literal["iso8601", "epoch_s", "epoch_ms", "epoch_us", "any"] = "iso8601"
    timezone: str = "UTC"

    @model_validator(mode="after")
    def _known_timezone(self) -> "TimeField":
        if self.timezone not in available_timezones():
            raise ValueError(unknown("time zone", self.timezone, available_timezones()))
        return self


class EventRule(Strict):
    """What an event is by several of its properties; the first rule that holds counts."""

    when: dict[Path_, Values] = Field(default_factory=dict)  # has one of these values
    has: dict[Path_, Values] = Field(default_factory=dict)  # `1,20=5,7`: is one of these in it
    action: str
    outcome: str | None = None

    @model_validator(mode="after")
    def _known_words(self) -> "EventRule":
        known_actions({"": self.action})
        known_outcomes({"": self.outcome} if self.outcome else {})
        if not self.when and not self.has:
            raise ValueError("a rule needs `when` or `has`")
        return self


class EventMapping(Strict):
    """Properties of script events, or columns. Only those are read that stand here."""

    name: str
    kind: Literal["events"]
    about: str = ""
    sample: str = ""  # as the vendor delivers it
    dropped: dict[str, str] = Field(default_factory=dict)  # what is not read, and why
    layout: Literal["json", "tsv", "csv"] = "json"
    batch: str = ""  # json: where a line has a list of events; `.` where it is one
    columns: tuple[str, ...] = ()  # tsv, csv: their names; else the file's first line names them
    delimiter: str = Field("", max_length=1)  # tsv: tab, csv: comma
    escape: str = Field("", max_length=1)  # tsv: what stands before a delimiter that is none
    time: TimeField
    fields: dict[str, Paths]  # ours -> theirs
    rules: tuple[EventRule, ...] = ()
    actions: Actions
    outcomes: Outcomes = Field(default_factory=dict)
    skip: dict[Path_, Values] = Field(default_factory=dict)  # events with one of these values
    keep: dict[Path_, Values] = Field(default_factory=dict)  # only events with one, or without any
    refuses: dict[Path_, Values] = Field(default_factory=dict)  # one of these opts out, too
    any_is_yes: tuple[Literal["machine", "opt_out"], ...] = ()  # whatever these say means yes
    nothing: tuple[str, ...] = ()  # their words for a value that is not there
    pii: dict[str, Paths] = Field(default_factory=dict)  # seen by the proof alone

    @model_validator(mode="after")
    def _known_fields(self) -> "EventMapping":
        _checked(self, self.pii, IDENTIFIERS)
        named = (path for paths in self.fields.values() for path in paths)
        return _checked(_no_click_ids(self, named), self.fields, EVENT_FIELDS)

    @model_validator(mode="after")
    def _fitting_layout(self) -> "EventMapping":
        if self.layout == "json" and (self.columns or self.delimiter or self.escape):
            raise ValueError("columns, delimiter and escape are for layout tsv or csv")
        if self.layout != "json" and self.batch:
            raise ValueError("batch is for layout json")
        if self.batch not in ("", ".") and not all(isinstance(s, str) for s in steps(self.batch)):
            raise ValueError("batch: a path of names, or `.`")
        return self

    def paths(self, field: str) -> tuple[str, ...]:
        """The paths of a field; none if it is not mapped."""
        return tuple(self.fields.get(field, ()))

    @property
    def read(self) -> tuple[str, ...]:
        """Every path that it names, those that join several taken apart."""
        tests = [[*rule.when, *rule.has] for rule in self.rules]
        named = [self.time.field, *self.fields.values(), *self.pii.values(), *tests]
        whole = [path for paths in (*named, self.skip, self.keep, self.refuses) for path in paths]
        return tuple(dict.fromkeys(part for path in whole for part in parts(path)))

    @property
    def has_header(self) -> bool:
        """Its files begin with a line that names the columns."""
        return self.layout != "json" and not self.columns

    @property
    def roots(self) -> frozenset[str]:
        """The top-level properties, or columns, that it names."""
        return frozenset(str(steps(path)[0]) for path in self.read)


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
        raise ConfigError(f"mapping: {unknown('mapping', name, known)} (nor a file {path})")
    return _read(str(path), path.read_text(encoding="utf-8"), kind, path.parent)


def _read(place: str, text: str, kind: str, beside: Path | None = None) -> AnyMapping:
    return _model(place, _yaml(place, text), kind, beside)


def _model(place: str, raw: object, kind: str, beside: Path | None = None) -> AnyMapping:
    if isinstance(raw, dict) and isinstance(raw.get("like"), str):
        raw = _like(place, raw)
    if isinstance(raw, dict) and isinstance(raw.get("columns"), str):
        raw = raw | {"columns": _columns_of(place, raw["columns"], beside)}
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
    places = sorted(p.name for p in folder.iterdir() if p.name.endswith(".yaml"))
    read = {place: _yaml(place, (folder / place).read_text("utf-8")) for place in places}
    tags = [_model(place, raw, "tags") for place, raw in read.items()
            if isinstance(raw, dict) and raw.get("kind") == "tags"]  # fmt: skip
    known = [one for one in tags if isinstance(one, TagMapping) and one.recognised.names()]
    return tuple(sorted(known, key=lambda one: not one.strict))


def _yaml(place: str, text: str) -> object:
    try:
        return read_yaml(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{place}: not readable as YAML ({type(error).__name__})") from None


def _like(place: str, raw: dict[str, object]) -> dict[str, object]:
    """A mapping that says only what differs from a shipped one."""
    model = files("weir.schemas") / "vendors" / f"{raw['like']}.yaml"
    if "/" in str(raw["like"]) or not model.is_file():
        raise ConfigError(f"{place}: like: no such mapping '{raw['like']}'")
    whole = _yaml(place, model.read_text(encoding="utf-8"))
    assert isinstance(whole, dict)
    return whole | {key: value for key, value in raw.items() if key != "like"}


def _columns_of(place: str, name: str, beside: Path | None) -> list[str]:
    """Names of columns from a file of one line, as Adobe's column_headers.tsv."""
    path = (beside or Path()) / name
    if not path.is_file():
        raise ConfigError(f"{place}: columns: no such file {path}")
    first = path.read_text(encoding="utf-8-sig").split("\n", 1)[0].rstrip("\r")
    return first.split("\t")


_M = TypeVar("_M")


def _no_click_ids(mapping: _M, names: Iterable[str]) -> _M:
    """Fail closed: an id of a click is nobody's campaign, product or customer."""
    for path in names:
        for name in _names_in(path):
            if is_click_id(name):
                raise ValueError(f"'{name}' is a click id; those never cross (schemas/clicks.py)")
    return mapping


def _names_in(path: str) -> Iterator[str]:
    """Every name that stands in a path, however it is written; of a parameter itself."""
    yield path
    try:
        found = [step for part in parts(path) for step in steps(part)]
    except ValueError:  # a parameter's name is any text
        return
    yield from (step if isinstance(step, str) else step.key
                for step in found if isinstance(step, str | Pair))  # fmt: skip


def _checked(mapping: _M, fields: Iterable[str], known: tuple[str, ...]) -> _M:
    for name in fields:
        if name not in known:
            raise ValueError(unknown("field", name, known))
    return mapping
