"""What detection knows: names, routes and patterns as data, and the shape of what it finds."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa
import yaml

from weir.schemas.columns import NII, PII, column

ENTITIES = (
    "secret", "card", "ssn", "iban", "email", "phone",
    "ip", "name", "address", "birth", "geo", "id",
)  # fmt: skip
"""Kinds of personal value, the most telling first; each is also a placeholder, `{email}`."""

UNREADABLE = "unreadable"
"""The placeholder's name of a value that could not be judged and so does not cross."""

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
    if_token_shaped: frozenset[str]
    harmless: frozenset[str]


@dataclass(frozen=True)
class Routes:
    """Path segments that say what the next segment is."""

    person: frozenset[str]
    person_if_name: frozenset[str]
    token: frozenset[str]
    pages: frozenset[str]


def _text(name: str) -> str:
    return (files("weir.schemas") / "recognizers" / f"{name}.yaml").read_text(encoding="utf-8")


def _words(values: list[Any]) -> frozenset[str]:
    wrong = [value for value in values if not isinstance(value, str)]
    if wrong:
        raise TypeError(f"recognizers: {wrong} are not strings in YAML; quote them")
    return frozenset(values)


@cache
def keys() -> Keys:
    """The names, from recognizers/keys.yaml."""
    raw = yaml.safe_load(_text("keys"))
    entities = {name: entity for entity, names in raw["entities"].items() for name in _words(names)}
    rest = ("followers", "if_name_shaped", "if_token_shaped", "harmless")
    return Keys(entities, **{name: _words(raw[name]) for name in rest})


@cache
def routes() -> Routes:
    """The routes, from recognizers/routes.yaml."""
    raw = yaml.safe_load(_text("routes"))
    return Routes(**{name: _words(words) for name, words in raw.items()})


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
        for raw in yaml.safe_load(_text("patterns"))
    )


@cache
def _word_lists() -> dict[str, frozenset[str]]:
    return {name: _words(words) for name, words in yaml.safe_load(_text("words")).items()}


def words(name: str) -> frozenset[str]:
    """A list of words, from recognizers/words.yaml: files, counted, version or no_street."""
    return _word_lists()[name]


@cache
def digest() -> str:
    """SHA-256 of all tables: a part of the detector's version."""
    tables = "\0".join(map(_text, ("keys", "routes", "patterns", "words")))
    return hashlib.sha256(tables.encode()).hexdigest()
