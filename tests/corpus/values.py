"""Makers of values: labelled ones of every kind and form, and harmless ones that look alike.

All people are invented; numbers have valid check digits where detection looks at them. National
numbers follow the public definitions of their check digits.
"""

import base64
import hashlib
import random
import string
import uuid
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from weir.transforms.detect.checks.plausible import verhoeff

Lists = dict[str, list[str]]
WRITTEN = ("cyrillic", "cjk", "arabic", "accent")
"""Forms of names that are written down as they are."""

UNLISTED = "name, in no list"


@cache
def lists(part: str) -> Lists:
    """The part's own word lists; the development part's names come from Faker (MIT)."""
    read: Lists = yaml.safe_load((Path(__file__).parent / f"{part}.yaml").read_text("utf-8"))
    return read if "first" in read else read | _faker_names()


@cache
def unlisted() -> dict[str, Lists]:
    """Given and family names that no list has, by the part of the corpus that has them."""
    path = Path(__file__).parent / "unlisted.yaml"
    read: dict[str, Lists] = yaml.safe_load(path.read_text("utf-8"))
    return read


def _faker_names() -> Lists:
    from importlib import import_module

    names: dict[str, set[str]] = {"first": set(), "last": set()}
    for locale in ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "nl_NL", "en_IN"):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        names["first"] |= set(provider.first_names)
        names["last"] |= set(provider.last_names)
    return {k: sorted(n for n in v if n.isascii() and n.isalpha()) for k, v in names.items()}


@dataclass
class Person:
    """Who an item is about: all its names, addresses and user names are of one person."""

    rng: random.Random
    words: Lists
    part: str
    first: str = field(init=False)
    last: str = field(init=False)
    unlisted: bool = field(init=False)  # one in twelve has a name that no list has

    def __post_init__(self) -> None:
        self.first = self.rng.choice(self.words["first"])
        self.last = self.rng.choice(self.words["last"])
        own = random.Random(f"{self.first} {self.last}")  # so that nothing else of an item changes
        self.unlisted = own.random() < 1 / 12
        if self.unlisted:
            self.first, self.last = (
                own.choice(unlisted()[which][self.part]) for which in ("given", "family")
            )

    def name(self, form: str) -> str:
        f, n = self.first, self.last
        if form in WRITTEN:
            return self.rng.choice(self.words[form])
        return {
            "full": f"{f} {n}", "first": f, "last": n, "lower": f"{f} {n}".lower(),
            "slug": f"{f}-{n}".lower(), "under": f"{f}_{n}".lower(), "dot": f"{f}.{n}".lower(),
            "camel": f + n, "comma": f"{n}, {f}", "initial": f"{f[0]}. {n}",
            "title": self.rng.choice(["Mr", "Mrs", "Ms", "Dr"]) + f" {n}", "possessive": f"{f}'s",
            "reversed": f"{n}-{f}".lower(), "middle": f"{f} {self.rng.choice('ABCDEFGHJKLM')}. {n}",
        }[form]  # fmt: skip

    def user(self, form: str) -> str:
        f, n, r = self.first.lower(), self.last.lower(), self.rng
        name = r.choice(
            [
                f"{f}{n}",
                f"{f[0]}{n}",
                f"{f}.{n}",
                f"{f}_{n}{r.randint(1, 99)}",
                f"{n}{r.randint(60, 99)}",
            ]
        )
        return "@" + name if form == "at" else name

    def email(self, form: str) -> str:
        f, n, r = self.first.lower(), self.last.lower(), self.rng
        local = r.choice(
            [f"{f}.{n}", f"{f[0]}{n}", f"{f}_{n}", f"{n}{r.randint(1, 99)}", f"{f}-{n}"]
        )
        host = r.choice(self.words["mailhost"])
        digest = {"md5", "sha1", "sha256"} & {form}
        if digest:
            return hashlib.new(form, f"{local}@{host}".encode()).hexdigest()
        return {
            "": f"{local}@{host}", "plus": f"{local}+news@{host}", "at": f"{local}-at-{host}",
            "atdot": f"{local} [at] {host.replace('.', ' [dot] ')}", "local": local, "domain": host,
            "words": f"{local} at {host.replace('.', ' dot ')}", "paren": f"{local}(at){host}",
            "upper": f"{local}@{host}".upper(),
        }[form]  # fmt: skip


def digits(rng: random.Random, n: int) -> str:
    return str(rng.randint(1, 9)) + "".join(rng.choice(string.digits) for _ in range(n - 1))


def luhn(body: str) -> str:
    """The body with its mod-10 check digit."""
    total = sum(
        sum(divmod(int(d) * (2 if i % 2 == 0 else 1), 10)) for i, d in enumerate(reversed(body))
    )
    return body + str(-total % 10)


def phone(rng: random.Random, form: str) -> str:
    area, line = rng.choice(["212", "415", "617", "303"]), f"555{digits(rng, 4)}"
    if form == "paren":
        return f"({area}) {line[:3]}-{line[3:]}"
    if form == "dashed":
        return f"{area}-{line[:3]}-{line[3:]}"
    if form == "slash":
        return f"0{rng.choice(['30', '89', '40'])}/{digits(rng, 7)}"
    if form == "digits":
        return f"{area}{line}"
    if form == "odd":  # dashes and spaces that only look like them
        return f"{area}\u2010{line[:3]}\u2011{line[3:]}"
    if form == "national":
        return rng.choice([f"{area}-{line[:3]}-{line[3:]}", f"({area}) {line[:3]}-{line[3:]}",
            f"020 7946 0{digits(rng, 3)}", f"0{rng.choice(['30', '89'])} {digits(rng, 7)}",
            f"01 {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)}"])  # fmt: skip
    return rng.choice([f"+1 {area} {line[:3]} {line[3:]}", f"+1{area}{line}", f"+44 20 7946 0{digits(rng, 3)}",  # noqa: E501
        f"+49 30 {digits(rng, 7)}", f"+33 6 {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)} {digits(rng, 2)}",  # noqa: E501
        f"+91 98{digits(rng, 8)}", f"+34 6{digits(rng, 8)}"])  # fmt: skip


def iban(rng: random.Random, form: str) -> str:
    country, body = rng.choice(
        [("DE", digits(rng, 18)), ("GB", "WEST" + digits(rng, 14)), ("FR", digits(rng, 23)),
         ("NL", "INGB" + digits(rng, 10)), ("ES", digits(rng, 20))]
    )  # fmt: skip
    if country == "FR":
        body = body[:10] + digits(rng, 13)
    number = "".join(str(int(c, 36)) for c in body + country + "00")
    full = f"{country}{98 - int(number) % 97:02}{body}"
    separator = {"spaced": " ", "dotted": ".", "under": "_"}.get(form, "")
    return separator.join(full[i : i + 4] for i in range(0, len(full), 4))


def card(rng: random.Random, form: str) -> str:
    full = luhn(rng.choice(["4111", "5500", "4000"]) + digits(rng, 11))
    separator = {"spaced": " ", "dashed": "-", "dotted": ".", "under": "_"}.get(form, "")
    return separator.join(full[i : i + 4] for i in range(0, 16, 4))


def national(rng: random.Random, form: str) -> str:
    d, r = lambda n: digits(rng, n), rng
    if form == "es":
        n = int(d(8))
        return f"{n}{'TRWAGMYFPDXBNJZSQVHLCKE'[n % 23]}"
    if form == "uk":
        return f"{r.choice('ABCEGHJ')}{r.choice('ABCEGHJKLM')}{d(6)}{r.choice('ABCD')}"
    if form == "it":
        letters = "".join(r.choice("BCDFGLMNPRST") for _ in range(6))
        return f"{letters}{r.randint(40, 99)}{r.choice('ABCDEHLMPRST')}{r.randint(10, 31)}H501{r.choice('XYZ')}"  # noqa: E501
    if form == "pl":
        body = f"{r.randint(50, 99)}{r.randint(1, 12):02}{r.randint(1, 28):02}{d(4)}"
        weights = (1, 3, 7, 9) * 3
        return body + str(-sum(int(c) * w for c, w in zip(body, weights, strict=False)) % 10)
    if form == "se":
        body = f"{r.randint(50, 99)}{r.randint(1, 12):02}{r.randint(1, 28):02}{d(3)}"
        full = luhn(body)
        return f"{full[:6]}-{full[6:]}"
    if form == "fi":
        day, serial = f"{r.randint(1, 28):02}{r.randint(1, 12):02}{r.randint(50, 99)}", d(3)
        return f"{day}-{serial}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(day + serial) % 31]}"
    if form == "in":
        body = str(r.randint(2, 9)) + d(10)
        full = next(body + c for c in string.digits if verhoeff(body + c))
        return f"{full[:4]} {full[4:8]} {full[8:]}"
    if form == "sg":
        body = d(7)
        total = sum(int(c) * w for c, w in zip(body, (2, 7, 6, 5, 4, 3, 2), strict=True))
        return f"S{body}{'JZIHGFEDCBA'[total % 11]}"
    raise KeyError(form)


def ip(rng: random.Random, form: str) -> str:
    octets = [*rng.choice([[192, 0, 2], [198, 51, 100], [203, 0, 113]]), rng.randint(40, 254)]
    number = int.from_bytes(bytes(octets), "big")
    return {
        "": ".".join(map(str, octets)), "dashed": "-".join(map(str, octets)), "decimal": str(number),  # noqa: E501
        "hex": f"0x{number:08x}", "octal": ".".join(f"0{o:o}" for o in octets),
    }[form]  # fmt: skip


def secret(rng: random.Random, n: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    return "".join(rng.choice(alphabet) for _ in range(n))


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def birth(rng: random.Random, form: str) -> str:
    y, m, d = rng.randint(1940, 2005), rng.randint(1, 12), rng.randint(1, 28)
    return {"": f"{y}-{m:02}-{d:02}", "us": f"{m:02}/{d:02}/{y}", "de": f"{d:02}.{m:02}.{y}"}[form]


def address(p: Person, form: str) -> str:
    street, number = p.rng.choice(p.words["street"]), p.rng.randint(2, 199)
    german = street.endswith(("weg", "straße"))
    line = f"{street} {number}" if german or street[:3] in ("Via", "Cal") else f"{number} {street}"
    if form == "slug":
        return line.lower().replace("ß", "ss").replace(" ", "-")
    return f"{line}, {p.rng.choice(p.words['city'])} {digits(p.rng, 5)}" if form == "city" else line


def labelled(kind: str, form: str, p: Person) -> tuple[str, str]:
    """(entity, value); the entity of a name that no list has is UNLISTED."""
    r = p.rng
    own: dict[str, Any] = {"name": p.name, "user": p.user, "email": p.email}
    if kind in own:
        entity = "id" if kind == "user" or form in ("md5", "sha1", "sha256") else kind
        if kind == "name" and p.unlisted and form not in WRITTEN:
            entity = UNLISTED
        return entity, own[kind](form)
    if kind == "address":
        return "address", address(p, form)
    made: dict[str, Any] = {
        "phone": phone, "iban": iban, "card": card, "ip": ip, "birth": birth, "nationalid": national,  # noqa: E501
    }  # fmt: skip
    if kind in made:
        return {"nationalid": "ssn"}.get(kind, kind), made[kind](r, form)
    hexes = "0123456789abcdef"
    device = str(uuid.UUID(int=r.getrandbits(128), version=4))
    spot = (f"{r.uniform(-60, 60):.5f}", f"{r.uniform(-170, 170):.5f}")
    jwt = ".".join([b64url(b'{"alg":"HS256"}'), b64url(f'{{"sub":"{digits(r, 6)}","email":"{p.email("")}"}}'.encode()),  # noqa: E501
        b64url(r.randbytes(24))])  # fmt: skip
    mac = [f"{r.getrandbits(8):02x}" for _ in range(6)]
    makers = {
        "postcode": ("address", lambda: digits(r, 5)), "house": ("address", lambda: digits(r, 4)),
        "employer": ("name", lambda: r.choice(p.words["company"])),
        "password": ("secret", lambda: r.choice(p.words["words"]).title() + digits(r, 3) + ("" if form else r.choice("!$"))),  # noqa: E501
        "token": ("secret", lambda: secret(r, 24)), "jwt": ("secret", lambda: jwt),
        "apikey": ("secret", lambda: r.choice(["sk_live_" + secret(r, 24), "AIza" + secret(r, 35),
            "AKIA" + secret(r, 16, string.ascii_uppercase + "234567"), "ghp_" + secret(r, 36)])),
        "session": ("secret", lambda: secret(r, 26, string.ascii_lowercase + string.digits) if form else secret(r, 32, hexes).upper()),  # noqa: E501
        "aspsession": ("secret", lambda: secret(r, 24, string.ascii_lowercase + "012345")),
        "ssn": ("ssn", lambda: f"{r.randint(101, 665)}-{r.randint(10, 99)}-{digits(r, 4)}"),
        "ip6": ("ip", lambda: f"2001:db8:{r.getrandbits(16):x}:{r.getrandbits(16):x}::{r.getrandbits(16):x}"),  # noqa: E501
        "mac": ("id", lambda: ("-" if form == "dashes" else ":").join(mac)),
        "deviceid": ("id", lambda: device if form == "lower" else device.upper()),
        "imei": ("id", lambda: luhn("35" + digits(r, 12))),
        "clickid": ("id", lambda: {"fb": "IwAR" + secret(r, 50), "ms": secret(r, 32, hexes), "": "Cj0KCQ" + secret(r, 40)}[form]),  # noqa: E501
        "geo": ("geo", lambda: {"": ",".join(spot), "lat": spot[0], "lon": spot[1]}[form]),
        "ordernumber": ("id", lambda: f"{digits(r, 3)}-{digits(r, 7)}-{digits(r, 7)}" if form else "ORD-" + digits(r, 8)),  # noqa: E501
        "customernumber": ("id", lambda: digits(r, 7) if form else "K" + digits(r, 7)),
        "gacid": ("id", lambda: f"{digits(r, 9)}.1{digits(r, 9)}"),
        "fbp": ("id", lambda: f"fb.1.17{digits(r, 11)}.{digits(r, 10)}"),
        "dashedid": ("ip", lambda: f"client_{ip(r, '')}"),
    }  # fmt: skip
    entity, make = makers[kind]
    return entity, make()


def harmless(kind: str, r: random.Random, words: Lists) -> str:
    """A value that tells nothing about anybody."""
    if kind in words:
        return r.choice(words[kind])
    if kind.startswith(("int", "hash")) and kind[-1].isdigit():
        n = int(kind.lstrip("inthas"))
        return digits(r, n) if kind[0] == "i" else secret(r, n, "0123456789abcdef")
    y, m, d = r.randint(2008, 2026), r.randint(1, 12), r.randint(1, 28)
    isbn = "978" + digits(r, 9)
    check = -sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(isbn)) % 10
    version = f"{r.randint(1, 20)}.{r.randint(0, 30)}.{r.randint(0, 9)}"
    name = r.choice(["main", "vendor", "app", "bootstrap.min", "jquery-ui", "theme"])
    makers = {
        "year": lambda: str(y), "month": lambda: f"{m:02}", "date": lambda: f"{y}-{m:02}-{d:02}",
        "sku": lambda: r.choice([f"AB-{digits(r, 4)}-{digits(r, 3)}", f"B0{secret(r, 8, string.ascii_uppercase + string.digits)}", digits(r, 8), f"sku{digits(r, 6)}"]),  # noqa: E501
        "version": lambda: r.choice([version, version + f".{r.randint(1, 250)}"]),
        "asset": lambda: f"{name}{r.choice(['.', '-'])}{r.choice([version, secret(r, 8, '0123456789abcdef'), secret(r, 20, '0123456789abcdef')])}.{r.choice(['js', 'css'])}",  # noqa: E501
        "screen": lambda: r.choice(["1920x1080", "1366x768", "375x812", "800x600"]),
        "adsize": lambda: r.choice(["300x250", "728x90", "160x600"]),
        "price": lambda: f"{digits(r, r.randint(1, 4))}.{r.randint(0, 99):02}",
        "ts": lambda: str(r.randint(1_200_000_000, 1_790_000_000)),
        "tsms": lambda: str(r.randint(1_200_000_000_000, 1_790_000_000_000)),
        "size": lambda: r.choice(["XL", "42", "10-12", "30x32"]),
        "isbn": lambda: isbn + str(check),
        "short": lambda: secret(r, 10), "video": lambda: secret(r, 11, string.ascii_letters + string.digits + "_-"),  # noqa: E501
    }  # fmt: skip
    return makers[kind]()
