"""What the generator knows of each hit: who really made it, and what it is."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from urllib.parse import quote
from zoneinfo import ZoneInfo

DAYS = (date(2008, 4, 21), date(2008, 4, 22), date(2008, 4, 23))
HOSTS = {"www": "www.example.com", "shop": "shop.example.org"}
ZONES = {"www": ZoneInfo("America/New_York"), "shop": ZoneInfo("Europe/Berlin")}
SECOND = 1_000_000  # times are microseconds since 1970
TAGS = {
    "pv": "page", "imp": "impression", "clk": "click", "conv": "conversion", "open": "email_open",
    "eclk": "email_click", "call": "call", "rec": "recommendation",
}  # fmt: skip
OFF_SITE = frozenset({"impression", "email_open", "email_click"})


def midnight(site: str, day: date) -> int:
    """When a site's local day begins."""
    return round(datetime.combine(day, time(), ZONES[site]).timestamp()) * SECOND


def moment(site: str, at: int) -> datetime:
    """A time on a site's clock."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(ZONES[site])


@dataclass(frozen=True)
class Canary:
    """A personal datum that must never come out, and the form in which it went in."""

    id: str
    kind: str
    value: str
    where: str


@dataclass(frozen=True)
class Person:
    """A registered user and the row of the profiles file."""

    site: str
    user: str
    recipient: str
    combination: tuple[str, str, str]  # birth date, gender and profession as written
    group: int | None  # ISCO-08 major group of the profession
    gender: str  # what `combination` means: female, male, other or unknown
    row: dict[str, str]
    opted_out: bool

    def age(self, day: date) -> int | None:
        """Whole years on a day."""
        if not self.combination[0]:
            return None
        born = date.fromisoformat(self.combination[0])
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@dataclass(eq=False)
class Browser:
    """One browser of one person, as it really is."""

    name: str  # nobody but the truth sees it
    site: str
    address: str
    agent: str
    family: str
    cookie: str | None = None
    session: str | None = None
    new: bool = False  # its first request has no cookie yet
    users: tuple[str, ...] = ()
    login: str = ""  # "always", or "halfway" through the visit
    signal: str = ""  # "gpc" or "cookie": refuses sharing
    second_address: str | None = None
    bot: bool = False
    traits: dict[str, str | int] | None = None  # what it tells to scripts
    scripts: bool = False
    alike: bool = False  # another one behind the same address looks the same
    greeted: bool = False  # the site has set the cookie
    told: bool = False  # has told its traits
    letters: str = ""  # recipient id in the site's mailings


@dataclass(eq=False)
class Hit:
    """One line of input."""

    at: int
    browser: Browser
    channel: str = "log"
    action: str = "page"
    method: str = "GET"
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    status: int = 200
    size: int = 0
    referrer: str = ""
    address: str = ""
    cookie: str | None = None
    user: str | None = None
    campaign: str | None = None
    customer: str = ""  # whom the campaign is for
    message: str | None = None
    recipient: str | None = None
    raw_query: str = ""  # beside `query`, already encoded
    extra_cookies: str = ""
    agent: str = ""
    event: dict[str, object] | None = None  # script events
    bare: bool = False  # a tag that is known by its parameters only
    remote_user: str = "-"
    canaries: tuple[Canary, ...] = field(default=())

    @cached_property
    def local(self) -> datetime:
        """On the site's clock."""
        return moment(self.browser.site, self.at)

    @property
    def on_site(self) -> bool:
        """Makes visits and counts its visitor."""
        return self.action not in OFF_SITE and not self.browser.bot

    @property
    def pageview(self) -> bool:
        """A document that a person got, counted from the log."""
        answered = 200 <= self.status <= 299 or self.status == 304
        return (
            self.channel == "log"
            and self.action == "page"
            and self.method == "GET"
            and answered
            and not self.browser.bot
        )

    @property
    def session(self) -> str | None:
        """URL session: pages carry it, tags and assets do not need to but do here."""
        return self.browser.session

    @property
    def target(self) -> str:
        """The request target as logged."""
        session = f";jsessionid={self.session}" if self.session else ""
        pairs = "&".join(f"{name}={quote(value, safe='')}" for name, value in self.query)
        query = "&".join(part for part in (pairs, self.raw_query) if part)
        return f"{self.path}{session}" + (f"?{query}" if query else "")
