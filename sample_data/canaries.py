"""Personal data where it turns up in practice; each piece is known and looked for afterwards."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from urllib.parse import quote, quote_plus

from sample_data.model import HOSTS, SECOND, Canary, Hit
from sample_data.people import Population, token

# place -> (kind of datum, where it stands, change of a page's hit that puts it there)
Place = tuple[str, str, Callable[[Hit, str], object]]


@dataclass(frozen=True)
class Someone:
    """A person of the profiles whose data strays."""

    first: str
    last: str
    phone: str

    def email(self, slug: str) -> str:
        """An address for one place only, so that a leak tells where it came from."""
        return f"{self.first}.{self.last}.{slug}@example.org".lower()

    @property
    def slug(self) -> str:
        """As paths hold names."""
        return f"{self.first}-{self.last}".lower()


def _query(text: str, path: str = "/search") -> Callable[[Hit, str], object]:
    def change(hit: Hit, value: str) -> None:
        hit.path, hit.raw_query = path, text.replace("{}", value)

    return change


def _coded(
    text: str, code: Callable[[str], str], path: str = "/search"
) -> Callable[[Hit, str], object]:
    return lambda hit, value: _query(text, path)(hit, code(value))


def _path(text: str) -> Callable[[Hit, str], object]:
    return lambda hit, value: setattr(hit, "path", text.replace("{}", value))


def _referrer(text: str, code: Callable[[str], str] = str) -> Callable[[Hit, str], object]:
    return lambda hit, value: setattr(hit, "referrer", text.replace("{}", code(value)))


def _pct(value: str) -> str:
    return quote(value, safe="")


def _twice(value: str) -> str:
    return _pct(_pct(value))


def _b64url(value: str) -> str:
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def _hex(value: str) -> str:
    return value.encode().hex()


def _json(value: str) -> str:
    return _pct(json.dumps({"user": {"email": value, "tries": 1}}))


def _wide(value: str) -> str:
    return _pct(value.replace("@", "\uff20"))


def _agent(hit: Hit, value: str) -> None:
    system = f"Windows; U; Windows NT 5.1; {value}; rv:1.8.1.14"
    hit.agent = f"Mozilla/5.0 ({system}) Gecko/20080404 Firefox/2.0.0.14"


def _remote_user(hit: Hit, value: str) -> None:
    hit.remote_user = value


def _cookie(hit: Hit, value: str) -> None:
    hit.extra_cookies = f"mail={_pct(value)}; basket=3"


def _tag(text: str) -> Callable[[Hit, str], object]:
    def change(hit: Hit, value: str) -> None:
        hit.channel, hit.path, hit.size = "tag", "/t.gif", 43
        hit.raw_query = text.replace("{}", _pct(value))

    return change


EMAIL_PLACES: dict[str, tuple[str, Callable[[Hit, str], object]]] = {
    "plain": ("query, plain", _query("email={}&topic=travel")),
    "search": ("query, words of a search", _query("q=mail+{}+please")),
    "percent": ("query, percent encoded", _coded("contact={}", _pct)),
    "twice": ("query, percent encoded twice", _coded("next=%2Faccount%3Fm%3D{}", _twice)),
    "base64": ("query, base64url", _coded("t={}", _b64url)),
    "hex": ("query, hexadecimal", _coded("k={}", _hex)),
    "json": ("query, JSON property", _coded("data={}", _json)),
    "wide": ("query, full-width at sign", _coded("q={}", _wide)),
    "kept": ("query, kept parameter", _coded("sort=price&topic={}", _pct, "/books")),
    "campaign": (
        "query, campaign name",
        _coded("utm_campaign=spring-{}&utm_medium=email", _pct, "/offers"),
    ),
    "inpath": ("path segment", _path("/unsubscribe/{}/confirm")),
    "agent": ("user agent", _agent),
    "cookie": ("Cookie header", _cookie),
    "remote": ("HTTP authentication's user", _remote_user),
    "refquery": (
        "referrer, search words",
        _referrer("http://www.find.example/search?q={}", quote_plus),
    ),
    "refpath": ("referrer, path", _referrer("http://forum.example/people/{}")),
    "refuser": ("referrer, userinfo", _referrer("http://{}:pw@portal.example/", _pct)),
    "refown": ("referrer, own page", _referrer("http://www.example.com/account?mail={}", _pct)),
    "refquote": ("referrer, beside a quote", _referrer('http://portal.example/?q="{}"')),
    "tagad": ("tag, creative", _tag("a=pv&ad={}")),
    "tagcampaign": ("tag, campaign", _tag("a=pv&utm_campaign={}&utm_medium=email")),
    "tagpage": ("tag, page", _tag("a=pv&p=http%3A%2F%2Fwww.example.com%2Fbooks%3Fmail%3D{}")),
    "tagproduct": ("tag, product", _tag("a=pv&pr={}")),
}


def _others(
    who: Someone, rng: Random
) -> dict[str, tuple[str, str, str, Callable[[Hit, str], object]]]:
    """slug -> (kind, value, where, change)."""
    claims = _b64url(json.dumps({"sub": token(rng, "m", 10)}))
    jwt = f"eyJhbGciOiJIUzI1NiJ9.{claims}.{token(rng, '', 32)}"
    digits, name = who.phone.replace("-", ""), f"{who.first} {who.last}"
    hashed = hashlib.md5(who.email("hashed").encode()).hexdigest()
    return {
        "profile": ("name", name, "path, /profile/", _path(f"/profile/{who.slug}")),
        "nameinpath": ("name", who.slug, "path segment, no telling route",
                       _path("/books/by/{}")),
        "namecampaign": ("name", name, "query, campaign name",
                         _coded("utm_campaign={}+week&utm_medium=email", quote_plus, "/offers")),
        "namekept": ("name", name, "query, kept parameter",
                     _coded("topic={}", quote_plus, "/books")),
        "tilde": ("name", name, "path, /~", _path(f"/members/~{who.slug}")),
        "refname": ("name", name, "referrer, search words",
                    _referrer("http://www.find.example/search?q={}", quote_plus)),
        "nameparam": ("name", name, "query, name", _coded("fullname={}&step=2", quote_plus)),
        "phonepath": ("phone", who.phone, "path segment", _path("/callback/{}")),
        "phoneparam": ("phone", digits, "query, phone", _coded("phone={}", _pct)),
        "card": ("card", "4111111111111111", "query, card", _query("card={}", "/checkout")),
        "cardspaced": ("card", "4012 8888 8888 1881", "query, spaced",
                       _coded("n={}", quote_plus, "/checkout")),
        "iban": ("iban", "DE89370400440532013000", "query, iban", _query("konto={}", "/checkout")),
        "ssn": ("ssn", "078-05-1120", "query, ssn", _query("ssn={}", "/account/orders")),
        "password": ("secret", token(rng, "Pw-", 12), "query, pwd",
                     _query("user=x&pwd={}", "/account/orders")),
        "jwt": ("secret", jwt, "query, token", _query("token={}", "/account/orders")),
        "hexsession": ("secret", rng.randbytes(16).hex(), "query, sid",
                       _query("sid={}", "/account/orders")),
        "hashed": ("hash", hashed, "query, MD5 of an e-mail", _query("h={}", "/account/orders")),
        "ip": ("address", f"203.0.113.{rng.randint(100, 250)}", "query, from", _query("from={}")),
        "ip6": ("address", f"2001:db8:cafe:{rng.randint(4096, 65535):x}::77", "query, from",
                _coded("from={}", _pct)),
        "mac": ("mac", f"00:00:5e:00:53:{rng.randint(16, 255):02x}", "query, device",
                _query("device={}")),
        "clickid": ("id", token(rng, "Cj0KCQjw", 40), "query, gclid",
                    _query("gclid={}", "/offers")),
        "street": ("street", f"{rng.randint(100, 999)} Specimen Road", "query, street",
                   _coded("street={}", quote_plus)),
        "geo": ("geo", f"40.7{rng.randint(10000, 99999)}", "query, lat",
                _query("lat={}&lon=-74.00597")),
    }  # fmt: skip


def stray(population: Population, hits: list[Hit], days: tuple[date, ...]) -> Iterator[Hit]:
    """More pages of visits that are there anyway, each with one piece of personal data."""
    site, rng = population.site, population.rng
    for day_number, day in enumerate(days):
        hosts = [h for h in hits if h.local.date() == day and _ordinary(h)]
        row = population.people[100 + day_number].row
        who = Someone(row["first_name"], row["last_name"], row["phone"])
        for slug, (kind, value, where, change) in _placements(
            who, rng, site, f"{day:%m%d}"
        ).items():
            hit = _after(rng.choice(hosts))
            change(hit, value)
            yield replace(hit, canaries=(Canary(f"{site}-{day:%m%d}-{slug}", kind, value, where),))
        if site == "www":
            yield from _scripts(who, rng, [h for h in hosts if h.browser.scripts], f"{day:%m%d}")


def _ordinary(hit: Hit) -> bool:
    browser = hit.browser
    plain = browser.login == "always" and browser.greeted and not browser.new and not browser.signal
    return hit.pageview and plain and hit.cookie is not None and hit.local.hour < 23


def _after(hit: Hit) -> Hit:
    """A page a second after another, of the same visit."""
    return Hit(hit.at + SECOND, hit.browser, size=2048, address=hit.address, agent=hit.agent,
               cookie=hit.cookie, user=hit.user, path="/search",
               referrer=f"http://{HOSTS[hit.browser.site]}{hit.path}")  # fmt: skip


def _placements(
    who: Someone, rng: Random, site: str, stamp: str
) -> dict[str, tuple[str, str, str, Callable[[Hit, str], object]]]:
    emails = {
        slug: ("email", who.email(f"{slug}.{site}{stamp}"), where, change)
        for slug, (where, change) in EMAIL_PLACES.items()
        if not (slug == "cookie" and site == "shop")  # that log has no Cookie header
    }
    return emails | _others(who, rng)


def _scripts(who: Someone, rng: Random, hosts: list[Hit], stamp: str) -> Iterator[Hit]:
    """Personal data in script events."""

    def mail(slug: str) -> str:
        return who.email(f"{slug}.www{stamp}")

    documents: dict[str, tuple[str, str, dict[str, object]]] = {
        "eventname": ("email", mail("eventname"), {"type": "track", "event": "Signup by {}"}),
        "property": ("email", mail("property"), {"type": "track", "event": "List Filtered",
                     "properties": {"list": "{}", "depth": {"mail": "{}"}}}),
        "traitmail": ("email", mail("traitmail"), {"type": "identify", "traits": {"email": "{}"}}),
        "traitname": ("name", f"{who.first} {who.last}",
                      {"type": "identify", "traits": {"name": "{}"}}),
        "traitphone": ("phone", who.phone, {"type": "identify", "traits": {"phone": "{}"}}),
        "title": ("email", mail("title"),
                  {"type": "page", "properties": {"title": "Account of {}"}}),
    }  # fmt: skip
    for slug, (kind, value, document) in documents.items():
        hit = _after(rng.choice(hosts))
        event = json.loads(json.dumps(document).replace("{}", value))
        canary = Canary(f"www-{stamp}-{slug}", kind, value, f"script event, {slug}")
        told = replace(hit, channel="script", action=str(document["type"]), event=event)
        yield replace(told, path="/books", at=hit.at + 500_000, canaries=(canary,))


def broken(site: str, stamp: str, rng: Random, events: bool = False) -> list[tuple[bytes, Canary]]:
    """Lines that are no lines, each with personal data in it."""
    start = b"198.18.200.77 - - [22/Apr/2008:10:00:00 +0000] "
    never = start.replace(b"22/Apr", b"31/Feb")
    shapes: tuple[bytes, ...] = (
        b"%s wrote this by hand",
        start + b'"GET /search?q=%s HTTP/1.1" 200 12 "http://port',
        never + b'"GET /%s HTTP/1.1" 200 5 "-" "-" "-" "-"',
        b'\xff\xfe\x00%s\x00"',
        start + b'"GET /%s HTTP/1.1" two "-" "-"',
    )
    if events:
        shapes = (b'{"type":"page","anonymousId":"%s","context":{"ip', b"not JSON: %s", b'["%s"]')
    name = f"{'events' if events else 'log'}{stamp}"
    made = []
    for number, shape in enumerate(shapes):
        value = f"broken.{token(rng, '', 6)}.{number}@example.net"
        canary = Canary(f"{site}-{name}-broken{number}", "email", value, "malformed line")
        made.append((shape.replace(b"%s", value.encode()), canary))
    return made
