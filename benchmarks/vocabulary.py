"""The distinct strings of the benchmark's log: targets, referrers, agents, addresses.

All made, none taken from a real log. Hosts are example.*, addresses come from the ranges kept for
benchmarks (198.18.0.0/15, RFC 2544) and for documentation (2001:db8::/32).
"""

import random
from dataclasses import dataclass
from functools import cached_property

SITE = "https://www.example.com"
_WORDS = """
    amber autumn basket bench birch blue bread bridge bright candle canvas cedar chair clay cloud
    coffee copper corner cotton desk door dry early fabric field fine fire flat floor forest frame
    fresh garden glass gold grain grass green grey hall handle heavy hill honey house iron island
    ivory jar kettle kitchen lake lamp large leaf light linen long maple marble meadow metal mill
    mint modern morning mountain night oak ocean olive orange paper path pearl pine plain plate
    pocket pond quiet rain red river road roof room round sand shelf shore silver simple small
    snow soft spring square steel stone storm summer sun table tall tea tile town tree valley wall
    warm water white wide wild wind window winter wood wool yellow
""".split()  # noqa: SIM905
_SECTIONS = ("products", "guides", "stories", "help", "offers", "brands", "recipes", "events")
_FIRST = (
    "ann",
    "ben",
    "carla",
    "david",
    "eva",
    "frank",
    "grace",
    "henry",
    "ines",
    "jack",
    "karen",
    "luis",
    "maria",
    "nora",
)
_LAST = (
    "adams",
    "baker",
    "cohen",
    "diaz",
    "evans",
    "fisher",
    "garcia",
    "hill",
    "ito",
    "jones",
    "klein",
    "lopez",
    "moore",
)


@dataclass(frozen=True)
class Vocabulary:
    """Pools of distinct strings. `scale` is 1 for 5 million lines."""

    scale: float
    seed: int = 7

    def _random(self, name: str) -> random.Random:
        return random.Random(f"{self.seed}/{name}")

    def _many(self, number: int) -> int:
        return max(20, int(number * self.scale))

    @cached_property
    def pages(self) -> list[str]:
        """Pages without parameters; the first ones are the most popular."""
        pick = self._random("pages")
        top = ["/", "/cart", "/login", "/account", "/about", "/contact", "/news"]
        made = [
            f"/{pick.choice(_SECTIONS)}/{pick.choice(_WORDS)}-{pick.choice(_WORDS)}-{number}"
            for number in range(self._many(12_000))
        ]
        return top + made

    @cached_property
    def searches(self) -> list[str]:
        """Site searches: one to three words and a page number."""
        pick = self._random("searches")
        return _distinct(
            self._many(62_000),
            lambda: f"/search?q={_phrase(pick)}&page={min(9, int(pick.expovariate(0.9)) + 1)}",
        )

    @cached_property
    def items(self) -> list[str]:
        """Pages that take the id of an item."""
        pick = self._random("items")
        return _distinct(
            self._many(42_000),
            lambda: f"/item?id={pick.randrange(10**5, 10**7)}&color={pick.choice(_WORDS)}",
        )

    @cached_property
    def landings(self) -> list[str]:
        """Pages reached from campaigns."""
        pick = self._random("landings")
        return _distinct(
            self._many(600),
            lambda: (
                f"/offers/{pick.choice(_WORDS)}?utm_source=s{pick.randrange(12)}"
                f"&utm_medium={pick.choice(('cpc', 'email', 'social'))}"
                f"&utm_campaign={pick.choice(_WORDS)}-{pick.choice(_WORDS)}"
            ),
        )

    @cached_property
    def mails(self) -> list[str]:
        """Pages that carry an e-mail address, as forms with GET and mailings do."""
        pick = self._random("mails")

        def one() -> str:
            at = pick.choice(("@", "%40"))
            who = f"{pick.choice(_FIRST)}.{pick.choice(_LAST)}{pick.randrange(9999)}"
            page = pick.choice(("/newsletter?email=", "/unsubscribe?list=3&e=", "/account?user="))
            return f"{page}{who}{at}example.{pick.choice(('org', 'net', 'com'))}"

        return _distinct(self._many(6_000), one)

    @cached_property
    def missing(self) -> list[str]:
        """Pages that are not there."""
        pick = self._random("missing")
        old = [f"/old/{pick.choice(_WORDS)}/{n}.html" for n in range(self._many(3_000))]
        return ["/wp-login.php", "/.env", "/xmlrpc.php", "/admin/", *old]

    @cached_property
    def assets(self) -> list[str]:
        """Images, scripts, style sheets, fonts."""
        pick = self._random("assets")
        kinds = (("css", "css"), ("js", "js"), ("img", "jpg"), ("img", "png"), ("img", "webp"))
        top = ["/favicon.ico", "/css/site.css?v=31", "/js/site.js?v=31", "/fonts/text.woff2"]
        return top + [
            f"/static/{folder}/{pick.choice(_WORDS)}-{number:x}.{kind}"
            for number in range(self._many(16_000))
            for folder, kind in [pick.choice(kinds)]
        ]

    @cached_property
    def elsewhere(self) -> list[str]:
        """Referrers outside the site: search engines with their query, and other sites."""
        pick = self._random("elsewhere")
        engines = ("search.example.net", "www.find.example", "images.search.example.org")
        searches = _distinct(
            self._many(16_000), lambda: f"https://{pick.choice(engines)}/search?q={_phrase(pick)}"
        )
        sites = _distinct(
            self._many(7_000),
            lambda: (
                f"https://{pick.choice(_WORDS)}{pick.randrange(400)}.example."
                f"{pick.choice(('com', 'org', 'net'))}/{pick.choice(_WORDS)}"
            ),
        )
        return ["https://search.example.net/", *_shuffled(pick, searches + sites)]

    @cached_property
    def agents(self) -> list[str]:
        """Browsers of people; a few hold an escaped quote, as real ones do."""
        pick = self._random("agents")
        made = _distinct(self._many(7_900), lambda: _browser(pick))
        return [*made, *(f'{agent} \\"{number}\\"' for number, agent in enumerate(made[:5]))]

    @cached_property
    def robots(self) -> list[str]:
        """Robots that say so."""
        pick = self._random("robots")
        names = ("Googlebot", "bingbot", "YandexBot", "AhrefsBot", "SemrushBot", "DotBot", "GPTBot")
        made = [
            f"Mozilla/5.0 (compatible; {pick.choice(names)}/{pick.randrange(1, 9)}."
            f"{pick.randrange(20)}; +https://www.example.org/bot{number}.html)"
            for number in range(self._many(260))
        ]
        return [*made, "curl/8.5.0", "python-requests/2.32.3", "Go-http-client/2.0"]

    def addresses(self, number: int) -> list[str]:
        """Addresses, 15 % of them IPv6; distinct ones repeat where many share one."""
        pick = self._random("addresses")
        return [_address(pick) for _ in range(number)]


def _phrase(pick: random.Random) -> str:
    return "+".join(pick.choices(_WORDS, k=pick.choice((1, 2, 2, 3))))


def _distinct(number: int, make) -> list[str]:  # type: ignore[no-untyped-def]
    found: dict[str, None] = {}
    for _ in range(number * 20):
        found[make()] = None
        if len(found) == number:
            break
    return list(found)


def _shuffled(pick: random.Random, values: list[str]) -> list[str]:
    pick.shuffle(values)
    return values


def _address(pick: random.Random) -> str:
    if pick.random() < 0.15:
        network, subnet = pick.randrange(65536), pick.randrange(256)
        return f"2001:db8:{network:x}:{subnet:x}::{pick.randrange(1, 9999):x}"
    value = pick.randrange(1 << 17)
    return f"198.{18 + (value >> 16)}.{value >> 8 & 255}.{value & 255}"


_SYSTEMS = (
    "Windows NT 10.0; Win64; x64",
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "X11; Linux x86_64",
)


def _browser(pick: random.Random) -> str:
    major = 138 - min(60, int(pick.expovariate(0.12)))
    build = f"{major}.0.{pick.randrange(4000, 7300)}.{pick.randrange(200)}"
    system = pick.choice(_SYSTEMS)
    webkit = "AppleWebKit/537.36 (KHTML, like Gecko)"
    kind = pick.random()
    if kind < 0.30:
        return f"Mozilla/5.0 ({system}) {webkit} Chrome/{build} Safari/537.36"
    if kind < 0.62:
        model = f"{pick.choice('ABEGMPRS')}{pick.randrange(10, 999)}"
        phone = f"Linux; Android {pick.randrange(9, 16)}; {model}"
        return f"Mozilla/5.0 ({phone}) {webkit} Chrome/{build} Mobile Safari/537.36"
    if kind < 0.82:
        version = f"{pick.randrange(13, 19)}_{pick.randrange(7)}_{pick.randrange(3)}"
        device = pick.choice(("iPhone; CPU iPhone", "iPhone; CPU iPhone", "iPad; CPU"))
        safari = f"Version/{version.partition('_')[0]}.{pick.randrange(7)}"
        mobile = f"Mobile/15E{pick.randrange(100, 400)} Safari/604.1"
        engine = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
        return f"Mozilla/5.0 ({device} OS {version} like Mac OS X) {engine} {safari} {mobile}"
    if kind < 0.92:
        firefox = f"Firefox/{major}.{pick.randrange(6)}"
        return f"Mozilla/5.0 ({system}; rv:{major}.0) Gecko/20100101 {firefox}"
    return f"Mozilla/5.0 ({system}) {webkit} Chrome/{build} Safari/537.36 Edg/{build}"
