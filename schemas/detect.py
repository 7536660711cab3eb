"""What detection knows: names, routes and patterns as data, and the shape of what it finds."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from weir.schemas.columns import NII, PII, column
from weir.schemas.entities import entities
from weir.schemas.shipped import read_yaml

ENTITIES = tuple(entities())
"""Kinds of personal value, the most telling first; each is also a placeholder, `{email}`."""

UNREADABLE = "unreadable"
"""The placeholder's name of a value that could not be judged and so does not cross."""

NUMBERED = (
    "id",
    "no",
    "number",
    "num",
    "nr",
    "nummer",
    "ref",
    "reference",
    "code",
    "uuid",
    "guid",
    "barcode",
    "nbr",
    "nro",
    "numero",
    "numer",
)
"""What stands behind a role or a paper in the name of its number: customerNumber, order_ref."""

PARTS = (
    "path", "referrer_path", "referrer_host", "query", "fragment", "userinfo", "parameter",
    "cookie", "json", "search", "user_agent", "text",
)  # fmt: skip
"""Where a value may come from; other names are allowed and treated as `query`."""

FINDING = pa.schema(
    [
        column("index", pa.int64(), NII, "index of the value in what was given", nullable=False),
        column("entity", pa.string(), NII, "kind of personal value; see ENTITIES", nullable=False),
        column("part", pa.string(), NII, "where it stood", nullable=False),
        column("key", pa.string(), PII, "name it stood under, as given"),
        column("rule", pa.string(), NII, "recognizer or rule that decided", nullable=False),
        column("score", pa.float64(), NII, "confidence, 0 to 1", nullable=False),
        column("why", pa.string(), NII, "one sentence without the value", nullable=False),
    ]
)
"""One row a finding."""

IDENTIFIER = pa.schema(
    [
        column("kind", pa.string(), NII, "kind of identifier; see ENTITIES", nullable=False),
        column("value", pa.string(), PII, "the identifier itself, decoded", nullable=False),
    ]
)
"""Identifiers seen, distinct. In flight only: they feed the proof's keyed dictionary."""


@dataclass(frozen=True)
class Pattern:
    """One of our recognizers: its regexes by name with their scores, and what must also hold."""

    name: str
    entity: str
    patterns: tuple[tuple[str, float, str], ...]
    context: tuple[str, ...] = ()
    check: str | None = None


@dataclass(frozen=True)
class Keys:
    """Names that decide without a look at the value. All without case and separators."""

    entities: dict[str, str]  # name -> entity
    followers: frozenset[str]
    if_name_shaped: frozenset[str]
    if_one_name: frozenset[str]
    if_part_of_a_name: frozenset[str]
    if_postcode: frozenset[str]
    if_full_postcode: frozenset[str]
    if_calling: frozenset[str]
    if_dialing: frozenset[str]
    if_account: frozenset[str]
    if_called: frozenset[str]
    if_somebodys: frozenset[str]
    if_street: frozenset[str]
    if_long_id: frozenset[str]
    if_born: frozenset[str]
    if_chosen: frozenset[str]
    if_long_number: frozenset[str]
    if_user_shaped: frozenset[str]
    if_degrees: frozenset[str]
    if_plate: frozenset[str]
    if_place: frozenset[str]
    if_serial: frozenset[str]
    if_machine: frozenset[str]
    if_firm: frozenset[str]
    if_token_shaped: frozenset[str]
    if_numbered: dict[str, str]  # name -> entity, if the value has the shape of a number
    token_words: frozenset[str]
    beginnings: dict[str, tuple[str, ...]]  # entity -> what names of cookies begin with
    harmless: frozenset[str]
    nothing: frozenset[str]


@dataclass(frozen=True)
class Routes:
    """Path segments that say what the next segment is."""

    person: frozenset[str]
    person_if_name: frozenset[str]
    roles: frozenset[str]  # the next segment is somebody's if it is made of a name
    trades: frozenset[str]  # of these those that name a field as well
    passing: frozenset[str]  # between one of these and somebody
    named: frozenset[str]  # the next segment is a name if it may be one
    token: frozenset[str]
    called: frozenset[str]  # the next segment is a telephone number if it has the digits of one
    gamers: frozenset[str]  # the next segment is a player's name if it is no word
    couples: frozenset[str]  # the next segment is two people's if it is made of two names
    channels: frozenset[str]  # the next segment is somebody's if it is a long word of no dictionary
    postcodes: frozenset[str]  # the next segment is a postcode if it is written as a full one
    regions: frozenset[str]  # of games and their platforms: these say nothing about the next one
    homes: frozenset[str]  # the next segment is somebody's if it is made of a name
    homes_of_names: frozenset[str]  # the same if it is a name and nothing else
    homes_of_users: frozenset[str]  # the same if it is no word
    codes: frozenset[str]  # the next segment is a secret if it is short and holds a digit
    pictures: frozenset[str]  # the next segment is somebody's if a hash, a number or a name
    born: frozenset[str]  # the next segment is a birth if it is a whole date
    sites: frozenset[str]  # whose first segment is somebody's page
    hosts: frozenset[str]  # the same, whole names of hosts
    hosted: frozenset[str]  # the label before is somebody's, unless it is a word
    hosted_projects: frozenset[str]  # the label before is somebody's if it is made of a name
    homepages: frozenset[str]  # of a host: the label before is somebody's if made of a name
    own_networks: frozenset[str]  # a host's last label, before it machines called after somebody
    before_hosts: frozenset[str]  # in one label with a name
    site_pages: frozenset[str]  # but these are the sites' own
    numbered: frozenset[str]
    national: frozenset[str]  # of a person's papers, also as the last word of a segment
    holders: frozenset[str]  # the same of customers, readers, policies
    value: dict[str, str]  # segment -> the entity that follows it, if it holds a digit
    pages: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """Words that are names, from recognizers/names.txt, and stems of words that are none.

    `names`: folded name -> (given, family, word, place): how many bear it so (0, or 1 to 9 in half
    powers of ten), 0 to 2 for how common it is as a word, 0 to 2 for how large it is as a place.
    """

    names: dict[str, tuple[int, int, int, int]]
    english: frozenset[str]


def _text(name: str) -> str:
    file = name if "." in name else f"{name}.yaml"
    return (files("weir.schemas") / "recognizers" / file).read_text(encoding="utf-8")


def _lines(name: str) -> list[str]:
    return [line for line in _text(name).splitlines() if not line.startswith("#")]


@cache
def lexicon() -> Lexicon:
    """All names and words: about 218,000 and 18,000; read when the first value needs them."""
    names: dict[str, tuple[int, int, int, int]] = {}
    for line in _lines("names.txt"):
        code, _, of_code = line.partition(": ")
        word = 2 if "W" in code else int("w" in code)
        known = (int(code[0]), int(code[1]), word, 2 if "P" in code else int("p" in code))
        names |= dict.fromkeys(of_code.split(" "), known)
    return Lexicon(names, frozenset(" ".join(_lines("english.txt")).split()))


@cache
def spelling() -> tuple[float, ...]:
    """Bits that a letter tells behind two others in the words that are known, from spelling.txt, at
    (first · 27 + second) · 27 + letter; 0 is what is around a word, 1 to 26 are a to z."""
    lines = "".join(line for line in _text("spelling.txt").splitlines() if line[:2] != "# ")
    return tuple((ord(sign) - 33) / 4 for sign in lines)


@cache
def languages() -> frozenset[str]:
    """Words of other languages than English, without marks: languages.txt and everyday.txt."""
    return everyday().union(" ".join(_lines("languages.txt")).split())


@cache
def everyday() -> frozenset[str]:
    """The most frequent of them, chosen by hand: nobody's name but beside one that is sure."""
    of_all = (line.partition(": ")[2] for line in _lines("everyday.txt"))
    return frozenset(" ".join(of_all).split())


@cache
def places() -> frozenset[str]:
    """Two words that stand together in places' names (buenos aires): recognizers/places.txt."""
    return frozenset(_lines("places.txt"))


def _words(values: list[Any]) -> frozenset[str]:
    wrong = [value for value in values if not isinstance(value, str)]
    if wrong:
        raise TypeError(f"recognizers: {wrong} are not strings in YAML; quote them")
    return frozenset(values)


@cache
def keys() -> Keys:
    """The names, from recognizers/keys.yaml."""
    raw = read_yaml(_text("keys"))
    more = read_yaml(_text("abroad"))
    entities = _by_name(more["entities"]) | _by_name(raw["entities"])
    numbered = _by_name(more["if_numbered"]) | _by_name(raw["if_numbered"])
    named = {role + "name": "name" for role in _words(raw["roles"] + raw["named"])}
    who = _words(raw["roles"] + raw["papers"])
    entities = named | {one + n: "id" for one in who for n in NUMBERED} | entities
    begin = {
        entity: tuple(sorted(_words(names + more["beginnings"].get(entity, []))))
        for entity, names in raw["beginnings"].items()
    }
    whose = _words(raw["roles"] + raw["named"] + raw["whose_name"])
    parts = frozenset(one + part for one in whose for part in _words(raw["name_parts"]))
    lists = ("entities", "if_numbered", "beginnings", "roles", "papers", "named",
             "name_parts", "whose_name")  # fmt: skip
    rest = {
        name: _words([*raw.get(name, []), *more.get(name, [])])
        for name in {*raw, *more}.difference(lists)
    }
    return Keys(
        entities,
        if_numbered=numbered,
        beginnings=begin,
        if_part_of_a_name=parts,
        **rest,
    )


def _by_name(lists: dict[str, list[Any]]) -> dict[str, str]:
    return {name: entity for entity, names in lists.items() for name in _words(names)}


@cache
def routes() -> Routes:
    """The routes, from recognizers/routes.yaml."""
    raw = read_yaml(_text("routes"))
    words = {name: _words(raw[name]) for name in raw if name != "value"}
    spelled = {word for about in ("order", "paper") for word in composed()[about]}
    words["numbered"] |= {word for word in spelled if word.isascii() and len(word) > 3}
    held = {word for about in ("holder", "user") for word in composed()[about]}
    words["roles"] |= words["trades"]
    words["roles"] |= {word for word in held if word.isascii() and len(word) > 4}
    return Routes(value=dict(raw["value"]), **words)


@cache
def patterns() -> tuple[Pattern, ...]:
    """Our recognizers, from recognizers/patterns.yaml."""
    return tuple(
        Pattern(
            name=raw["name"],
            entity=raw["entity"],
            patterns=tuple((n, float(p[0]), p[1]) for n, p in raw["patterns"].items()),
            context=tuple(raw.get("context", ())),
            check=raw.get("check"),
        )
        for raw in (*read_yaml(_text("patterns")), *_worded())
    )


@cache
def _worded_as_written() -> dict[str, Any]:
    raw: dict[str, Any] = read_yaml(_text("worded"))
    return raw


@cache
def _worded() -> list[dict[str, Any]]:
    """What words of many languages tell, from recognizers/worded.yaml, with its lists put in."""
    raw = _worded_as_written()
    text = json.dumps(raw["recognizers"])
    for _ in range(2):  # a list may hold another one
        for name, words in raw["lists"].items():
            text = text.replace(f"<{name}>", json.dumps(words)[1:-1])
    found: list[dict[str, Any]] = json.loads(text)
    return found


def spoken(name: str) -> str:
    """A list of recognizers/worded.yaml, as alternatives of a regex: at words, dot words."""
    lists: dict[str, str] = _worded_as_written()["lists"]
    words = lists[name]
    for inner in re.findall(r"(?<!\?P)<([a-z ]+)>", words):
        words = words.replace(f"<{inner}>", lists[inner])
    return words


@cache
def opening() -> tuple[str, ...]:
    """What the gate lets through for these (RE2)."""
    opens = (raw["opens"] for raw in _worded() if "opens" in raw)
    return tuple(one for some in opens for one in ([some] if isinstance(some, str) else some))


@cache
def _word_lists() -> dict[str, frozenset[str]]:
    lists: dict[str, Any] = {}
    for file in ("words", "shops", "siblings", "closed", "asia"):
        more = read_yaml(_text(file))
        if twice := lists.keys() & more.keys():
            raise ValueError(f"recognizers: {sorted(twice)} stand in two files; rename one")
        lists |= more
    return {name: _words(words) for name, words in lists.items()}


def words(name: str) -> frozenset[str]:
    """A list of words, from recognizers/words.yaml: files, counted, titles, …"""
    return _word_lists()[name]


@cache
def composed() -> dict[str, frozenset[str]]:
    """What names of fields are put together of: concept -> words, from composed.yaml."""
    lists = {concept: _words(words) for concept, words in read_yaml(_text("composed")).items()}
    every = Counter(word for words in lists.values() for word in words)
    if twice := {word for word, times in every.items() if times > 1}:
        raise ValueError(f"recognizers: {sorted(twice)} stand in two lists of composed.yaml")
    return lists


@cache
def digest() -> str:
    """SHA-256 of all tables: a part of the detector's version."""
    files = (
        "entities",
        "keys",
        "composed",
        "abroad",
        "routes",
        "patterns",
        "worded",
        "words",
        "shops",
        "siblings",
        "closed",
        "asia",
    )
    lists = (
        "names.txt",
        "english.txt",
        "places.txt",
        "languages.txt",
        "everyday.txt",
        "spelling.txt",
    )
    tables = "\0".join(map(_text, (*files, *lists)))
    return hashlib.sha256(tables.encode()).hexdigest()
