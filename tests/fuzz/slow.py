"""The search for slow texts: pieces that are joined, repeated and encoded, and changed.

What makes detection work is known, so the climb starts from it: beginnings of every pattern, rows
of names and of capitals, long rows of digits, encodings in encodings, JSON of a hundred leaves,
fields and routes that ask for names. It climbs on the processor's time, in both modes and in every
part; a path counts with all of its segments.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from tests.fuzz import attacks, made
from tests.fuzz.properties import BALANCED, BEFORES, KEYS, STRICT, cost_ms, pace
from weir.schemas import detect as facts
from weir.transforms.detect import Detector
from weir.transforms.detect.verdicts import Asked

PARTS = ("query", "path", "text", "json", "cookie", "user_agent", "search", "referrer_host", "label")  # fmt: skip  # noqa: E501
_PATIENCE = 2000  # trials
JOINTS = ("", " ", "/", "&", "=", "&k=", ",", ", ", ";", ": ", "-", "_", ".", "%20", "+", "<", "\n",
          '":"', '","', "@", "|", "%2F", "&#32;", "?a=", "·", "'", "//", "; ", "://")  # fmt: skip
OTHERS = (
    "Jane", "Doe", "jane", "doe", "JaneDoe", "janeDoe", "Mary-Ann", "van der", "O'Neil", "J.", "Q.",
    "Dr.", "Herr", "Hello", "Dear", "by", "iPhone", "Jane's", "aB", "aBc", "AbCdEfGhIj", "Xq", "xq",
    "Zorblat Quimby", "Zq Wv", "Smith, John", "John Smith", "john.smith", "ebrown", "jdoe1984",
    "王小明", "李娜", "佐藤太郎", "김민준", "민준", "山田 太郎", "先生", "Trần Quốc Bảo", "Нгуен",
    "Иван", "Мельниченко", "Иванович", "Игорь", "улица Ленина, д. 5", "सुनीता", "अग्रवाल", "जी",
    "नमस्ते", "Müller", "Åsa", "Łódź", "é", "ß", "ﷺ", "ﬁ", "①", "㍿", "０１２", "1-", "12 ", "1 2 3",
    "00", "01.", "1.2.3.4", "1-2-3-4", "2015-01-02", "212 555 0123 ", "+1", "(212) ", "x12", "::1:",
    "a:b:", "a@b.", "@a", "a@", " at ", " dot ", "_at_", "-dot-", "=40", "\\100", "=?utf-8?q?=41?=",
    '{"a":', '"a":"b",', '{"name":"Jane Doe"},', '{"k":"name","v":"Jane"},', "[1,2,", "{", "}", "[",
    "a=b&", "name=Jane+Doe&", "q=", "/users/joe", "/a/b/", "https://a.b/c?d=e#f", "mailto:a@b.cd ",
    "//a.b/c ", "Name: Jane Doe, ", "Tel: 212 ", "%25", "%2525", "%u0041", "\\u0041", "\\x41",
    "&amp;", "&#64;", "&#x40;", "+", "c2VjcmV0", "YWJjZGVmZ2hp", "6a616e65", "MFRGGZDF",
    "eyJhbGciOiJIUzI1NiJ9", "8f14e45fceea167a", "aZ3kQ9xP", "V6AuHG6LIIj0ewug", "4111 1111 1111 ",
    "5 Rue de la Paix ", "12 Main St ", "12 Ab Cd Ef ", "SW1A 2AA", "P.O. Box ", "born 1980",
    "customer ", "order no ", "call ", "your code is ", "user ", "uid=", "session id ", "password ",
    "40.7128,", "40°42'", "GB82 WEST ", "DE89 3704 ", "Mozilla/5.0 ", "(compatible; ", "id/1.2.3 ",
)  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """A value to be judged, by what it is made of."""

    pieces: tuple[str, ...]
    joint: str = ""
    length: int = made.LONGEST  # to which the pieces are repeated, before they are encoded
    encodings: tuple[int, ...] = ()
    part: str = "query"
    key: str | None = None
    before: str | None = None
    strict: bool = False

    @property
    def text(self) -> str:
        """The value, of at most LONGEST bytes."""
        row = self.joint.join(self.pieces) + self.joint
        text = (row * (self.length // max(len(row), 1) + 1))[: self.length]
        for encoding in self.encodings:
            text = made.ENCODINGS[encoding](text)[: made.LONGEST]
        return text.encode("utf-8", "replace")[: made.LONGEST].decode("utf-8", "ignore")

    @property
    def asked(self) -> Asked:
        """What detection is asked about it: a path is judged by its segments."""
        path = self.part == "path" and "/" in self.text
        before = None if path else self.before
        return Asked(self.text, self.part, self.key, before)

    @property
    def detector(self) -> Detector:
        """That of its mode."""
        return STRICT if self.strict else BALANCED


def took_ms(tried: Tried, times: int = 1) -> float:
    """Milliseconds of its judgement, the best of some."""
    return min(cost_ms(tried.asked, tried.detector) for _ in range(times))


@cache
def pool() -> tuple[str, ...]:
    """Pieces to choose from; those of each pattern's own matches beside the rest."""
    rng = random.Random("pool")
    matches = [attacks.a_match(attacks.parsed(regex), rng) for _, regex in attacks.PATTERNS * 6]
    cut = [match[: rng.randint(1, len(match))] for match in matches if match]
    names = sorted(facts.lexicon().names)
    some = [rng.choice(names) for _ in range(400)]
    fields = [f"{compound(rng)}=Ann&" for _ in range(200)]
    return (*made.pieces(), *matches, *cut, *OTHERS * 8, *some, *(n.title() for n in some), *fields)


def compound(rng: random.Random) -> str:
    """A field's name of forty letters, of parts that such names have, and no name at its end."""
    parts = _parts_of_names()
    links = ("", "s", "n", "en", "e")
    return "".join(f"{rng.choice(parts)}{rng.choice(links)}" for _ in range(14))[:38] + "qz"


@cache
def _parts_of_names() -> tuple[str, ...]:
    words = sorted(word for some in facts.composed().values() for word in some)
    return tuple(word[:9] for word in words if word.isascii() and word.isalpha())


def born(rng: random.Random) -> Tried:
    """A new one."""
    return Tried(
        pieces=tuple(rng.choice(pool()) for _ in range(rng.choice((1, 1, 2, 3, 5, 8, 20)))),
        joint=rng.choice(JOINTS),
        length=rng.choice((64, 256, 512, 1024, 1024, 1500, 2048, 2048)),
        encodings=tuple(
            rng.randrange(len(made.ENCODINGS)) for _ in range(rng.choice((0, 0, 0, 0, 1, 1, 2, 3)))
        ),
        part=rng.choice(PARTS),
        key=rng.choice((None, rng.choice(KEYS), compound(rng))),
        before=rng.choice(BEFORES),
        strict=rng.random() < 0.5,
    )


def _pieces(one: Tried, rng: random.Random) -> Tried:
    pieces = list(one.pieces)
    at = rng.randint(0, len(pieces))
    pieces[at : at + rng.choice((0, 0, 1, 2))] = [rng.choice(pool())] * rng.choice((0, 1, 1, 1, 2))
    return replace(one, pieces=tuple(pieces[:64]) or one.pieces)


def _encoded(one: Tried, rng: random.Random) -> Tried:
    pieces, at = list(one.pieces), rng.randrange(len(one.pieces))
    pieces[at] = rng.choice(made.ENCODINGS)(pieces[at])[:512]
    return replace(one, pieces=tuple(pieces))


def _doubled(one: Tried, rng: random.Random) -> Tried:
    return replace(one, pieces=(one.pieces * 2)[:64])


def _one_sign(one: Tried, rng: random.Random) -> Tried:
    pieces, at = list(one.pieces), rng.randrange(len(one.pieces))
    piece = pieces[at]
    where = rng.randint(0, len(piece))
    sign = rng.choice((*made.SIGNS, "", ""))
    pieces[at] = piece[:where] + sign + piece[where + rng.choice((0, 1)) :]
    return replace(one, pieces=tuple(pieces))


def _length(one: Tried, rng: random.Random) -> Tried:
    length = rng.choice((one.length * 3 // 4, one.length * 5 // 4, one.length - rng.randint(1, 40)))
    return replace(one, length=min(max(length, 32), made.LONGEST))


CHANGES: tuple[Callable[[Tried, random.Random], Tried], ...] = (
    _pieces, _pieces, _pieces, _pieces, _encoded, _doubled, _one_sign, _one_sign, _length, _length,
    lambda one, rng: replace(one, joint=rng.choice(JOINTS)),
    lambda one, rng: replace(one, part=rng.choice(PARTS)),
    lambda one, rng: replace(one, key=rng.choice(KEYS)),
    lambda one, rng: replace(one, before=rng.choice(BEFORES)),
    lambda one, rng: replace(one, strict=not one.strict),
    lambda one, rng: replace(one, encodings=(*one.encodings, rng.randrange(len(made.ENCODINGS)))),
    lambda one, rng: replace(one, encodings=one.encodings[:-1]),
)  # fmt: skip


def climb(seed: str, seconds: float) -> Iterator[tuple[float, Tried]]:
    """The slowest ones, each slower than all before it: milliseconds of an idle core, as far as
    `pace` can tell, and what took them.

    A few that are slow for different reasons are kept and changed on: the slowest of each part and
    mode. When nothing gets slower any more, all of them are forgotten.
    """
    rng, until = random.Random(seed), time.monotonic() + seconds
    took_ms(Tried(("warm joe@example.org",)))
    slowest, top, since = dict[tuple[str, bool, int], tuple[float, Tried]](), 0.0, 0
    while time.monotonic() < until:
        one = born(rng)
        if slowest and rng.random() < 0.75:
            one = rng.choice(list(slowest.values()))[1]
            for _ in range(rng.choice((1, 1, 2, 3))):
                one = rng.choice(CHANGES)(one, rng)
        kind, took = (one.part, one.strict, rng.randrange(3)), took_ms(one)
        since += 1
        if since > _PATIENCE:
            slowest, since = {}, 0
        least = slowest.get(kind, (0.0,))[0]
        if took <= least or (took := took_ms(one, 3)) <= least:
            continue
        slowest[kind], since = (took, one), 0
        if took > top and (took := min(took, took_ms(one, 8)) / pace()) > top:
            top = took
            yield top, one
