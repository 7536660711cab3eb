"""A site's own recognizers, as `detection` in weir.yaml declares them: no code, and checked before
the first row is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from weir.schemas.entities import Entity, entities
from weir.schemas.regexes import check
from weir.schemas.strict import Strict, unknown

COUNTS = 0.4
"""The score from which a finding counts."""
CONTEXT = 0.35
"""What a context word nearby adds to a score."""
MOST_WORDS = 100_000
OF_THE_PROOF = ("hash", "mac", "other")
"""Kinds of identifiers that only the proof has: its normal forms and placeholders go by them."""
_SHORTEST = 3  # letters and digits of a word: a shorter one would close half of all values
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,30}$")]


class Deny(Strict):
    """Words and phrases that never cross: project names, who works here."""

    entity: str
    file: str | None = Field(None, exclude=True)  # a word or phrase a line; # begins a comment
    words: tuple[str, ...] = Field((), validate_default=True, repr=False)  # and the file's

    @field_validator("file")
    @classmethod
    def _readable(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None:
            _lines(value, info)
        return value

    @field_validator("words")
    @classmethod
    def _of_file(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        """All words, distinct and in order. No message tells one: they may be people's names."""
        for number, word in enumerate(value):
            _long_enough(word, f"word {number + 1}")
        file = info.data.get("file")
        of_file = dict.fromkeys(_lines(file, info)) if file else {}
        if not value and not of_file and "file" in info.data:
            raise ValueError("none given; list words, or name a file with one a line")
        if len(value) + len(of_file) > MOST_WORDS:
            raise ValueError(f"more than {MOST_WORDS:,}; a list may not be longer")
        return tuple(sorted({*value, *of_file}))


class OwnPattern(Strict):
    """A regex with its score, and words near it that make it likelier."""

    name: str = Field(pattern=r"^[A-Za-z][\w .-]{0,39}$")
    entity: str
    regex: str
    score: float = Field(0.6, ge=COUNTS - CONTEXT, le=1)
    context: tuple[str, ...] = ()

    @field_validator("regex")
    @classmethod
    def _usable(cls, value: str) -> str:
        check(value)
        return value

    @field_validator("context")
    @classmethod
    def _in_words(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(word.isalnum() for word in value):
            raise ValueError("a context word is one word, of letters and digits")
        return value


class Own(Strict):
    """The recognizers of a site's own, beside the shipped ones."""

    entities: dict[_Name, Entity] = Field(default_factory=dict)  # beyond the shipped ones
    deny: tuple[Deny, ...] = ()
    patterns: tuple[OwnPattern, ...] = ()
    keys: dict[str, str] = Field(default_factory=dict)  # names of parameters -> entity
    routes: dict[str, str] = Field(default_factory=dict)  # segment -> entity of the next one

    def entity(self, name: str) -> Entity:
        """The class and treatment of an entity, shipped or own."""
        return self.entities[name] if name in self.entities else entities()[name]

    def faults(self) -> Iterator[str]:
        """What is wrong beyond single settings, each with its path below `detection`."""
        for name in sorted(
            self.entities.keys() & (entities().keys() | {"unreadable", *OF_THE_PROOF})
        ):
            yield f"entities.{name}: that is one of Weir's own; give yours another name"
        used = [(f"deny[{n}].entity", one.entity) for n, one in enumerate(self.deny)]
        used += [(f"patterns[{n}].entity", one.entity) for n, one in enumerate(self.patterns)]
        used += [(f"{kind}.{key}", entity) for kind in ("keys", "routes")
                 for key, entity in getattr(self, kind).items()]  # fmt: skip
        known = {**entities(), **self.entities}
        yield from (
            f"{place}: {unknown('entity', entity, known, 'declare yours under detection.entities')}"
            for place, entity in used
            if entity not in known
        )
        names = [pattern.name for pattern in self.patterns]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"patterns: '{name}' stands twice"
        for number, pattern in enumerate(self.patterns):
            if pattern.score < COUNTS and not pattern.context:
                yield (
                    f"patterns[{number}].score: below {COUNTS} nothing counts; "
                    "raise it, or give context words"
                )
        for kind in ("keys", "routes"):
            for name in getattr(self, kind):
                if "/" in name or not name.strip():
                    yield f"{kind}.{name}: one name, without slashes"
        for name in self.keys:
            if not any(char.isascii() and char.isalnum() for char in name):
                yield f"keys.{name}: fields are told apart by Latin letters and digits"


def _lines(file: str, info: ValidationInfo) -> list[str]:
    path = (info.context or {}).get("base", Path()) / file
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ValueError(f"{file}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: cannot be read as text ({type(error).__name__})") from None
    words = []
    for number, line in enumerate(text.splitlines(), 1):
        word = line.strip()
        if word and not word.startswith("#"):
            _long_enough(word, f"{file}:{number}")
            words.append(word)
    return words


def _long_enough(word: str, place: str) -> None:
    if sum(map(str.isalnum, word)) < (_SHORTEST if word.isascii() else 2):
        raise ValueError(
            f"{place}: fewer than {_SHORTEST} letters or digits; it would close too much"
        )
