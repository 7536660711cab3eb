"""The recognizers that a site declares in weir.yaml: words, patterns, names of fields and routes.

They run beside Presidio's, not in it: nothing that spares those a look (a number is dull, an entity
needs digits) may hide a value from them. The gate for them is `suspects`.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.schemas.config import Detection
from weir.schemas.own import CONTEXT, COUNTS, Own, OwnPattern
from weir.schemas.regexes import compile_, widened
from weir.transforms.detect.fields.by_route import is_page
from weir.transforms.detect.fields.policy import Rule, tails, words
from weir.transforms.detect.limits.deadline import DetectorTimeoutError

OF_THE_SITE = "own_"
"""What the rules of these recognizers begin with."""

NEAR = 5  # words before a match that may give it context
_AROUND = 256  # characters before it in which they stand
_TOKEN = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Match:
    """A span that one of the site's recognizers takes, and why."""

    start: int
    end: int
    entity: str
    rule: str
    score: float
    why: str


class OwnRecognizers:
    """All of a configuration, compiled. Empty ones are false and take nothing."""

    def __init__(self, settings: Detection) -> None:
        self.settings = settings
        self.patterns = [(one, compile_(one.regex)) for one in settings.patterns]
        self.phrases = {fold(word): deny.entity for deny in settings.deny for word in deny.words}
        self.phrases |= {phrase.replace(" ", ""): e for phrase, e in self.phrases.items()}
        self.longest = max((phrase.count(" ") + 1 for phrase in self.phrases), default=0)
        self.keys = {"".join(words(name)): e for name, e in settings.keys.items()}
        self.routes = {name.lower(): entity for name, entity in settings.routes.items()}
        self._shapes = tuple(widened(one.regex) for one in settings.patterns)
        self._openings = pa.array(sorted({p.partition(" ")[0] for p in self.phrases}), pa.string())

    def __bool__(self) -> bool:
        return bool(self.patterns or self.phrases or self.keys or self.routes)

    @property
    def befores(self) -> frozenset[str]:
        """Segments of paths that say something about the next one."""
        context = (word.lower() for one in self.settings.patterns for word in one.context)
        return frozenset((*self.routes, *context))

    def guesses(self, entity: str) -> bool:
        """What is found as this is replaced, but no identifier to look for elsewhere."""
        return entity in self.settings.entities and self.settings.entity(entity).data_class == "nii"

    def entity_of(self, name: str) -> str | None:
        """What a field's name alone says that its value is."""
        return next((self.keys[tail] for tail in tails(name) if tail in self.keys), None)

    def rule(
        self, key: str | None, before: str | None, text: str, above: str | None = None
    ) -> Rule | None:
        """What the field's name, or the segment before, decides about a text.

        above: the name of the object that the field is in: {"badge": {"value": "b12"}}.
        """
        if key and self.keys and text.strip().lower() not in facts.keys().harmless:
            entity = self.entity_of(key) or (self.entity_of(f"{above}_{key}") if above else None)
            if entity:
                return Rule(entity, "own_key", 1.0, f"weir.yaml says that the name means {entity}")
        if before in self.routes and text and not is_page(text):
            entity = self.routes[before]
            return Rule(
                entity, "own_route", 0.9, f"weir.yaml says that /{before}/ leads to {entity}"
            )
        return None

    def matches(self, text: str, context: tuple[str, ...] = ()) -> Iterator[Match]:
        """What words and patterns find in a decoded text. Raises DetectorTimeoutError."""
        if self.phrases:
            yield from self._denied(text)
        for pattern, compiled in self.patterns:
            yield from self._of(pattern, compiled, text, context)

    def takes(self, text: str) -> bool:
        """Whether words or patterns find anything in a text, or cannot tell in time."""
        try:
            return any(True for _ in self.matches(text))
        except DetectorTimeoutError:
            return True

    def _of(
        self, pattern: OwnPattern, compiled: Any, text: str, context: tuple[str, ...]
    ) -> Iterator[Match]:
        try:
            spans = [
                m.span() for m in compiled.finditer(text, timeout=self.settings.timeout_ms / 1000)
            ]
        except TimeoutError:
            raise DetectorTimeoutError from None
        telling = {word.lower() for word in pattern.context}
        for start, end in spans:
            before = text[max(0, start - _AROUND) : start]
            near = {*context, *words(before)[-NEAR:]} if telling else set()
            score = round(min(1.0, pattern.score + CONTEXT * (not telling.isdisjoint(near))), 2)
            if score >= COUNTS:
                why = f"weir.yaml's pattern '{pattern.name}' ({pattern.entity})"
                yield Match(start, end, pattern.entity, "own_pattern", score, why)

    def _denied(self, text: str) -> Iterator[Match]:
        """Runs of whole words that a deny list has; those of camelCase count as words too."""
        tokens = [m.span() for m in _TOKEN.finditer(text)]
        for spans in (tokens, _humps(text, tokens)):
            folded = [fold(text[start:end]) for start, end in spans]
            for i, (start, _) in enumerate(spans):
                for j in range(i + 1, min(i + self.longest, len(spans)) + 1):
                    entity = self.phrases.get(" ".join(folded[i:j]))
                    if entity:
                        why = f"a word of weir.yaml's deny list ({entity})"
                        yield Match(start, spans[j - 1][1], entity, "own_deny_list", 1.0, why)

    def suspects(self, values: pa.StringArray) -> pa.BooleanArray:
        """True where words, patterns or routes could match an ASCII value, or a part of it; others
        are looked at anyway. Null stays null."""
        found = pc.if_else(values.is_valid(), False, pa.scalar(None, pa.bool_()))
        for shape in self._shapes:
            found = pc.or_(found, pc.match_substring_regex(values, shape))
        if self.phrases:
            found = pc.or_(found, self._could_be_denied(values))
        if self.routes:
            segments = "|".join(map(re.escape, sorted(self.routes)))
            leads_on = pc.match_substring_regex(values, f"(?:^|/)(?i:{segments})/+[^/]")
            found = pc.or_(found, leads_on)
        return found

    def _could_be_denied(self, values: pa.StringArray) -> pa.BooleanArray:
        """Where a token is the first of a phrase, as it stands or with its humps apart."""
        apart = pc.replace_substring_regex(values, "([a-z])([A-Z])", r"\1 \2")
        return pc.or_(self._opens(values), self._opens(apart))

    def _opens(self, values: pa.StringArray) -> pa.BooleanArray:
        lists = pc.split_pattern_regex(pc.ascii_lower(pc.fill_null(values, "")), "[^a-z0-9]+")
        opens = pc.is_in(lists.flatten(), value_set=self._openings)
        at = pc.unique(pc.list_parent_indices(lists).filter(opens))
        rows = pa.array(np.arange(len(values))).cast(at.type)
        return pc.if_else(values.is_valid(), pc.is_in(rows, value_set=at), None)


def fold(text: str) -> str:
    """Lower case, without marks, its words with a space between: `Åsa-Lind` is `asa lind`."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(_TOKEN.findall(text.lower()))


def _humps(text: str, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The tokens with those of camelCase apart; none if there are no such."""
    if not _HUMP.search(text):
        return []
    apart = []
    for start, end in tokens:
        cuts = [start, *(start + m.start() for m in _HUMP.finditer(text[start:end])), end]
        apart += list(pairwise(cuts))
    return apart


_opened: dict[str, OwnRecognizers] = {}
_lock = threading.Lock()
_SETTINGS = frozenset(Own.model_fields) | {"timeout_ms"}


def own_recognizers(settings: Detection) -> OwnRecognizers:
    """The process's recognizers for these settings; made the first time."""
    name = settings.model_dump_json(include=set(_SETTINGS))
    with _lock:
        if name not in _opened:
            _opened[name] = OwnRecognizers(settings)
        return _opened[name]
