"""`weir.yaml` as a model: everything that is wrong with it is found before the first row is read.

Paths in the file are relative to the file. Errors carry the key's path in it
(`sources[2].mapping: no such mapping 'segmnt'; did you mean 'segment'?`).
"""

import re
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from weir.schemas.errors import ConfigError
from weir.schemas.own import Own
from weir.schemas.strict import Strict, unknown

_NAME = r"^[a-z][a-z0-9_-]{0,62}$"
_DATE = re.compile(r"\{date(?P<shift>[+-]\d+)?(?::(?P<spelling>(?:%[YymdjbB]|[^{}%])+))?\}")
STANDARD_INPUT = "-"


Mode = Literal["balanced", "strict"]
Id = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]


def _a_timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(unknown("time zone", value, available_timezones()))
    return value


class Cookies(Strict):
    """Names of a site's cookies."""

    visitor: str | None = None  # recognises a browser
    registered: str | None = None  # holds a registered user's id
    opt_out: str | None = None  # present: the browser opted out of sharing
    advertisers: tuple[str, ...] = ()  # third-party advertisers' cookies: they never cross


class Robots(Strict):
    """When a visitor of a log that looks like a browser counts as a robot; 0: never by that."""

    asks_robots_txt: bool = True
    pages_alone: int = Field(20, ge=0)  # so many pages, no part of any, no referrer
    pages_a_minute: int = Field(60, ge=0)  # more than that, for three minutes


class Attribution(Strict):
    """How many days before a conversion may count for it; 0: only its own day."""

    click_days: int = Field(7, ge=0, le=30)  # a visit by a campaign, or a click
    view_days: int = Field(1, ge=0, le=30)  # an advertisement or a mail that was seen


class Site(Strict):
    """One site: how its browsers are recognised, and where its day begins."""

    name: str = Field(pattern=_NAME)
    host: str | tuple[str, ...]
    timezone: str = "UTC"
    cookies: Cookies = Cookies()
    url_sessions: tuple[str, ...] = ("jsessionid", "dyn_session")  # ;name= or ?name=
    tag_path: str | tuple[str, ...] | None = None  # where the one-pixel GIF or beacons arrive
    tags: str = "weir"  # mapping of the tag's parameters; auto: each hit by its own
    tag_ids: tuple[Id, ...] = ()  # the site's ids in vendors' beacons; none: not looked at
    count_pages_by: Literal["log", "tag", "script"] = "log"
    keep_parameters: tuple[str, ...] = ()  # query parameters that cross, after detection
    search_parameters: tuple[str, ...] = ()  # whose values are what the site is searched for
    attribution: Attribution = Attribution()
    visit_minutes: int = Field(30, ge=1, le=720)
    stitch_minutes: int = Field(30, ge=0, le=120)  # 0: never
    public_paths: tuple[str, ...] = ()  # routes whose pages may be named outside: /books/*
    robots: Robots = Robots()
    partners: tuple[str, ...] = ()  # domains whose links are a kind of referrer of their own

    @property
    def hosts(self) -> tuple[str, ...]:
        """The site's host names, lower case; the first one is the canonical one."""
        return (self.host,) if isinstance(self.host, str) else self.host

    _known_timezone = field_validator("timezone")(_a_timezone)

    @property
    def tag_paths(self) -> tuple[str, ...]:
        """Where tags arrive; none if the site has none."""
        return (self.tag_path,) if isinstance(self.tag_path, str) else self.tag_path or ()

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.timezone)


class Source(Strict):
    """Files of one kind. `path` may hold `{date}`, `{date+1}`, `{date:%Y%m%d}` and globs; `-` is
    standard input."""

    name: str = Field(pattern=_NAME)
    kind: Literal["log", "events", "beacons", "profiles"]
    site: str | None = None  # logs and beacons may leave it out when their lines name the host
    path: str
    format: str = "combined"  # logs: a name in schemas/formats, a file, a format string, or auto
    timezone: str = "UTC"  # logs: where stamps without a zone of their own were taken
    mapping: str | None = None  # events, profiles, beacons: a name in schemas/vendors or a file
    wire: str = "auto"  # beacons: a mapping of tags; auto: each hit by its own parameters
    required: bool = True  # a missing file is an error; else a warning
    trusted_proxies: tuple[str, ...] = ()  # networks whose X-Forwarded-For is believed
    duplicates: Literal["count", "drop"] = "count"  # what becomes of a hit that is there twice

    @field_validator("path")
    @classmethod
    def _known_dates(cls, value: str) -> str:
        wrong = re.search(r"\{date[^}]*\}?", _DATE.sub("", value))
        if wrong:
            raise ValueError(
                f"'{wrong[0]}' is no date; write {{date}}, {{date-1}} or {{date:%Y%m%d}} "
                "(of %Y %y %m %d %j %b %B)"
            )
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(_network(text)) for text in value)

    @property
    def is_standard_input(self) -> bool:
        """The source's lines come by standard input."""
        return self.path.strip() == STANDARD_INPUT

    _known_timezone = field_validator("timezone")(_a_timezone)

    def paths(self, day: date) -> list[str]:
        """The glob patterns for a date, `{date}` filled in as YYYY-MM-DD or as it is spelled there.

        A pattern without `{date}` names files that may hold any date.
        """

        def spelled(match: re.Match[str]) -> str:
            that = day + timedelta(days=int(match["shift"] or 0))
            return that.strftime(match["spelling"]) if match["spelling"] else that.isoformat()

        return [_DATE.sub(spelled, part.strip()) for part in self.path.split("|")]


class Detection(Own):
    """How values are looked at, and with which recognizers of the site's own."""

    mode: Mode = "balanced"  # what cannot be understood: may cross, or not; the policy may close it
    phone_regions: tuple[str, ...] = ("US", "GB")
    value_bytes: int = Field(2048, ge=64, le=65536)  # a longer value does not cross
    timeout_ms: int = Field(250, ge=1)  # per value; a slower one does not cross
    nlp_model: str | None = None  # a spaCy model that is installed, or its directory

    @field_validator("nlp_model")
    @classmethod
    def _directory(cls, value: str | None, info: ValidationInfo) -> str | None:
        here = (info.context or {}).get("base", Path()) / (value or "")
        return str(here) if value and here.is_dir() else value


class Network(Strict):
    """What is known of the networks that hits come from."""

    mmdb: tuple[str, ...] = ()  # MMDB files; what the first does not know, the next may


class Engine(Strict):
    """Sizes that trade memory for speed; they never change a result."""

    workers: int = Field(0, ge=0)  # 0: one a core
    split_mb: int = Field(80, ge=1)
    block_mb: int = Field(16, ge=1)
    memory_mb: int = Field(256, ge=32)  # DuckDB's limit, per worker
    runner: str = "DirectRunner"
    runner_options: tuple[str, ...] = ()


class Config(Strict):
    """A whole `weir.yaml`."""

    store: str = "store"
    ledger: str = "ledger.sqlite"
    policy: str = "strict"
    keys: str = "keys"
    sites: tuple[Site, ...] = Field(min_length=1)
    sources: tuple[Source, ...] = Field(min_length=1)
    detection: Detection = Detection()
    network: Network = Network()
    engine: Engine = Engine()
    base: Path = Field(Path(), exclude=True)  # the directory of the file

    def at(self, path: str) -> str:
        """`path` as the file means it: URLs and absolute paths as they are, others from `base`."""
        return path if "://" in path or Path(path).is_absolute() else str(self.base / path)

    @property
    def store_path(self) -> str:
        """The store's directory or URL."""
        return self.at(self.store)

    def site(self, name: str) -> Site:
        """The site of that name."""
        return next(site for site in self.sites if site.name == name)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read and check a file. Raises ConfigError with every fault, each on a line."""
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        except IsADirectoryError:
            raise ConfigError(f"{path}: a directory; name its weir.yaml") from None
        except FileNotFoundError:
            raise ConfigError(
                f"{path}: no such file; `weir init DIR` writes one, --config names another"
            ) from None
        except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
            raise ConfigError(f"{path}: not readable as YAML: {_where(error)}") from None
        if not isinstance(raw, dict):
            raise ConfigError(f"{path}: not a mapping of settings; see `weir init`")
        try:
            base = path.resolve().parent
            config = cls.model_validate({**raw, "base": base}, context={"base": base})
        except ValidationError as error:
            raise ConfigError(faults(str(path), error, cls)) from None
        wrong = list(config._cross_checks())
        if wrong:
            raise ConfigError("\n".join(f"{path}: {line}" for line in wrong))
        return config

    def _cross_checks(self) -> "list[str]":
        wrong = []
        site_names = [site.name for site in self.sites]
        for kind, names in (("sites", site_names), ("sources", [s.name for s in self.sources])):
            wrong += [
                f"{kind}: '{n}' stands twice" for n in sorted(set(names)) if names.count(n) > 1
            ]
        for number, source in enumerate(self.sources):
            place = f"sources[{number}]"
            if source.site is not None and source.site not in site_names:
                wrong.append(f"{place}.site: {unknown('site', source.site, site_names)}")
            if source.site is None and source.kind not in ("log", "beacons"):
                wrong.append(f"{place}.site: {source.kind} must name their site")
            if source.kind in ("events", "profiles") and source.mapping is None:
                wrong.append(f"{place}.mapping: {source.kind} need a mapping")
            if source.kind == "profiles" and source.duplicates == "drop":
                wrong.append(f"{place}.duplicates: profiles are people, not hits; leave it out")
        if sum(source.is_standard_input for source in self.sources) > 1:
            wrong.append("sources: standard input (-) can be read by one source only")
        wrong += [f"detection.{fault}" for fault in self.detection.faults()]
        return wrong


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise ValueError(
            f"'{text}' is no network; write 192.0.2.0/24, 2001:db8::/32 or one address"
        ) from None


def faults(place: str, error: ValidationError, model: type[BaseModel]) -> str:
    """Every fault of a validation, a line each: place, key path, what is wrong."""
    lines = []
    told = error.errors(include_url=False, include_input=False)
    for fault in told:
        if fault["type"] == "too_short" and _beneath(fault["loc"], told):
            continue  # a list whose entries are wrong counts as empty
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            message = unknown("setting", str(fault["loc"][-1]), _settings(model, fault["loc"][:-1]))
        lines.append(f"{place}: {_key_path(fault['loc'])}: {message}")
    return "\n".join(lines)


def _beneath(loc: tuple[int | str, ...], told: "Any") -> bool:
    """Another fault lies deeper at the same place."""
    return any(len(f["loc"]) > len(loc) and f["loc"][: len(loc)] == loc for f in told)


def _settings(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Names of the settings at a place of a model."""
    here: Any = model
    for step in loc:
        if isinstance(step, int) or step not in here.model_fields:  # a place in a list or a dict
            continue
        annotation = here.model_fields[step].annotation
        inner = [a for a in getattr(annotation, "__args__", ()) if hasattr(a, "model_fields")]
        here = inner[0] if inner else annotation
        if not hasattr(here, "model_fields"):
            return []
    return list(here.model_fields)


def _key_path(loc: tuple[int | str, ...]) -> str:
    path = ""
    for step in loc:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path or "(file)"


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else str(problem)
