"""`weir.yaml` as a model: everything that is wrong with it is found before the first row is read.

Paths in the file are relative to the file. Errors carry the key's path in it
(`sources[2].mapping: no such mapping 'segmnt'; did you mean 'segment'?`).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from weir.schemas.errors import ConfigError
from weir.schemas.faults import faults
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


def _a_host(value: str) -> str:
    if not value or re.search(r"[/\s]", value):
        raise ValueError("give the host alone, www.example.com: no https://, no path, no blank")
    return value


Host = Annotated[str, AfterValidator(_a_host)]


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
    host: Host | tuple[Host, ...]
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
        wrong = re.search(r"\{(?:date|(?i:da?te?s?|day)\b)[^}]*\}?", _DATE.sub("", value))
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


_MEANT = {"UK": "GB", "EN": "GB", "USA": "US"}
"""What is written for a region and is none -> its code."""
_A_REGION = "write two capitals of ISO 3166, as in GB"


class Detection(Own):
    """How values are looked at, and with which recognizers of the site's own."""

    mode: Mode = "balanced"  # what cannot be understood: may cross, or not; the policy may close it
    phone_regions: tuple[str, ...] = ("US", "GB")
    value_bytes: int = Field(2048, ge=64, le=65536)  # a longer value does not cross
    timeout_ms: int = Field(
        250, ge=1
    )  # of CPU time, ten times that of the clock; a slower value does not cross
    nlp_model: str | None = None  # a spaCy model that is installed, or its directory

    @field_validator("phone_regions")
    @classmethod
    def _known_regions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        from phonenumbers import SUPPORTED_REGIONS  # of what the recognizer asks; slow to import

        for region in value:
            if region not in SUPPORTED_REGIONS:
                meant = _MEANT.get(region.upper(), region.upper())
                close = f"did you mean '{meant}'? Else " if meant in SUPPORTED_REGIONS else ""
                raise ValueError(f"no such region '{region}'; {close}{_A_REGION}")
        return value

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
    split_mb: int = Field(64, ge=1)
    block_mb: int = Field(8, ge=1)
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
        context = {"base": path.resolve().parent}
        told, detection = list[str](), None
        try:
            config = cls.model_validate(raw | context, context=context)
            detection = config.detection
        except ValidationError as error:
            told.append(faults(str(path), error, cls))
            with suppress(ValidationError):  # told with the rest
                detection = Detection.model_validate(raw.get("detection", {}), context=context)
        own = detection.faults() if detection else ()
        wrong = [*_across(raw), *(f"detection.{fault}" for fault in own)]
        if told or wrong:
            raise ConfigError("\n".join([*told, *(f"{path}: {line}" for line in wrong)]))
        return config


def _across(raw: dict[str, Any]) -> Iterator[str]:
    """What is wrong between settings. raw: as the file has them, so that what is wrong with one of
    them hides none of these."""
    sites, sources = _entries(raw.get("sites")), _entries(raw.get("sources"))
    for where, entries in (("sites", sites), ("sources", sources)):
        names = [entry["name"] for entry in entries.values() if isinstance(entry.get("name"), str)]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{where}: '{name}' stands twice"
    known = [site.get("name") for site in sites.values()]
    for number, source in sources.items():
        place, kind, site = f"sources[{number}]", source.get("kind"), source.get("site")
        if isinstance(site, str) and site not in known and all(isinstance(n, str) for n in known):
            yield f"{place}.site: {unknown('site', site, map(str, known))}"
        if site is None and kind in ("events", "profiles"):
            yield f"{place}.site: {kind} must name their site"
        if kind in ("events", "profiles") and source.get("mapping") is None:
            yield f"{place}.mapping: {kind} need a mapping"
        if kind == "profiles" and source.get("duplicates") == "drop":
            yield f"{place}.duplicates: profiles are people, not hits; leave it out"
    paths = [str(source.get("path")).strip() for source in sources.values()]
    if paths.count(STANDARD_INPUT) > 1:
        yield "sources: standard input (-) can be read by one source only"


def _entries(given: object) -> dict[int, dict[str, Any]]:
    """The entries of a list that are settings, by their place in it."""
    listed = enumerate(given if isinstance(given, list) else ())
    return {number: entry for number, entry in listed if isinstance(entry, dict)}


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise ValueError(
            f"'{text}' is no network; write 192.0.2.0/24, 2001:db8::/32 or one address"
        ) from None


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or type(error).__name__
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else str(problem)
