"""Presidio, assembled by hand: which recognizers there are, opened once per worker process.

Nothing here reaches the network: no model is fetched, and neither the stock e-mail recognizer
(which asks for the public-suffix list) nor the stock URL one (quadratic on `a.a.a…`) is used.
Presidio itself is imported when the first engine opens.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from weir.schemas import detect as facts
from weir.schemas.config import Detection
from weir.transforms.detect.checks.papers import digits_hold
from weir.transforms.detect.checks.plausible import card, number_in
from weir.transforms.detect.checks.quads import is_nobodys_quad
from weir.transforms.detect.checks.streets import end_of
from weir.transforms.detect.fields.composed import shape_of
from weir.transforms.detect.limits.deadline import DetectorTimeoutError
from weir.transforms.detect.limits.effort import (
    ASKED,
    MATCH,
    PATTERN,
    PATTERNS,
    SIGN_BEFORE_DIGITS,
    SIGN_OF_ASKED,
    SIGN_OF_MATCH,
    SIGN_OF_PATTERN,
    SIGN_OF_PATTERNS,
    Effort,
)
from weir.transforms.detect.matching.anchors import Anchors, Needs
from weir.transforms.detect.matching.answers import Answers
from weir.transforms.detect.matching.literals import folded
from weir.transforms.detect.matching.quick import Quick
from weir.transforms.detect.people.model import Model, open_model
from weir.transforms.detect.recognizers.checked import CHECKS
from weir.transforms.detect.recognizers.needs import NEEDS
from weir.transforms.detect.recognizers.own import OwnRecognizers, own_recognizers
from weir.transforms.domains import has_suffix

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer, Pattern, RecognizerResult

THRESHOLD = 0.4
_DIGIT = re.compile(r"\d")
_FLAGS = int(re.DOTALL | re.MULTILINE | re.IGNORECASE)  # the same numbers in `regex`
_DIGITS, _WORD = 4, 3  # a pattern that has so many, and no word of so many signs, begins at digits
_OF_DIGITS = frozenset((
    "card", "phone", "ssn", "US_SSN", "ip", "IBAN_CODE", "iban", "CRYPTO", "UUID", "geo",
    "address", "birth",
))  # fmt: skip
NORTH_AMERICAN = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")
STOCK = {
    "IP_ADDRESS": "ip", "IBAN_CODE": "iban", "US_SSN": "ssn", "CRYPTO": "id", "UUID": "id",
}  # fmt: skip
_LOGGERS = (
    "presidio-analyzer", "decision_process", "spacy", "tldextract", "phonenumbers", "filelock",
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """One finding in one text: entity, span, score, and who found it."""

    entity: str
    start: int
    end: int
    score: float
    recognizer: str
    pattern: str


class Engine:
    """An AnalyzerEngine and what it takes to ask it."""

    def __init__(
        self,
        analyzer: "AnalyzerEngine",
        calling_codes: tuple[str, ...],
        strict: bool,
        own: OwnRecognizers,
        answers: Answers,
    ) -> None:
        self.analyzer = analyzer
        self.answers = answers  # of recognizers to the text that is looked at
        self.own = own  # beside Presidio: see own.py
        self.model: Model | None = None  # likewise, for names
        self.strict = strict  # the policy's mode: close on what is not understood
        self.calling_codes = calling_codes  # of the regions whose phones are known
        recognizers: list[Any] = list(analyzer.registry.recognizers)
        patterned = [one for one in recognizers if getattr(one, "patterns", None)]
        self.of: dict[_Bounded, str] = {
            pattern.compiled_regex: recognizer.supported_entities[0]
            for recognizer in patterned
            for pattern in recognizer.patterns
        }
        self.anchors = Anchors((one, one.needs) for one in self.of)
        self.others = [one for one in recognizers if one not in patterned]
        supported = {entity for one in recognizers for entity in one.supported_entities}
        self.needs = {
            entity: list(map(Quick, NEEDS[entity]))
            for entity in sorted(supported, key=list(NEEDS).index)
        }

    def in_other_mode(self) -> "Engine":
        """The same recognizers for the policy's other mode."""
        other = copy(self)
        other.strict = not self.strict
        return other

    def analyze(
        self,
        text: str,
        context: tuple[str, ...] = (),
        effort: Effort | None = None,
        every: bool = False,
    ) -> list[Hit]:
        """Hits, best first. `every`: ask recognizers that cannot match too.

        Raises DetectorTimeoutError, TooMuchError, and whatever a recognizer raises.
        """
        wanted = None
        try:
            if not every:
                effort = effort or Effort()
                wanted = self._matching(text, effort)
                if not wanted:
                    return []
                effort.spend(ASKED + SIGN_OF_ASKED * len(text))
            results = self.analyzer.analyze(
                text, "en", entities=wanted, context=list(context), return_decision_process=True
            )
        finally:
            self.answers.forget()
        words = frozenset(context)
        hits = [
            Hit(
                STOCK.get(r.entity_type, r.entity_type),
                number_in(text, r.start, r.end, r.entity_type), end_of(text, r.end, r.entity_type),
                round(r.score, 2),
                r.recognition_metadata["recognizer_name"],
                r.analysis_explanation.pattern_name or "",
            )
            for r in results
            if not (_may_be_version(r) and _is_nobodys(text, r.start, r.end, words))
        ]  # fmt: skip
        return sorted(hits, key=lambda h: (-h.score, facts.ENTITIES.index(h.entity), h.start))

    def _matching(self, text: str, effort: Effort) -> list[str]:
        """The entities of which a pattern matches, or that another recognizer finds.

        Most texts match nothing, and Presidio's way round them costs more than its patterns.
        Matches are counted before: Presidio looks round each of them.
        """
        effort.spend(PATTERNS + SIGN_OF_PATTERNS * len(text))
        possible = self.anchors.possible(text)
        self.answers.look_at(text, set(possible))
        asked = {self.of[one] for one in possible}
        asked |= {entity for one in self.others for entity in one.supported_entities}
        wanted = self._wanted(asked, text)
        matching, digits = set(), sum(map(str.isdigit, text))
        for other in self.others:
            for entity in wanted.intersection(other.supported_entities):
                if self._counted(other.count(text, effort), text, effort):
                    matching.add(entity)
        for one in possible:
            if self.of[one] in wanted:
                effort.spend(one.steps(len(text), digits))
                if self._counted(len(one.finditer(text)), text, effort):
                    matching.add(self.of[one])
        return [entity for entity in self.needs if entity in matching]

    @staticmethod
    def _counted(matches: int, text: str, effort: Effort) -> bool:
        """Whether there are any, and what it costs to ask about them."""
        effort.spend(MATCH + SIGN_OF_MATCH * len(text), matches)
        return matches > 0

    def is_dull_number(self, text: str) -> bool:
        """A row of digits that no recognizer could take for anything: most ids of things."""
        if not text.isdigit() or not text.isascii() or len(text) >= 15:
            return False
        if len(text) < 10:
            return True
        if len(text) in (11, 14) and digits_hold(text):
            return False
        phone = text.startswith(("0", *self.calling_codes)) or NORTH_AMERICAN.fullmatch(text)
        return not phone and not (len(text) > 12 and card(text, 0, len(text)))

    def _wanted(self, entities: Iterable[str], text: str) -> set[str]:
        """Those of the entities that the text could hold by a cheap test."""
        no_digit, read = _DIGIT.search(text) is None, folded(text)
        return {
            entity
            for entity in entities
            if not (no_digit and entity in _OF_DIGITS)
            and all(test.matches(text, read) for test in self.needs[entity])
        }


_OF_A_FILE = re.compile(
    r"(?:\.\d{1,6}){1,3}(?:[_-]\w{1,16})?\.(?:zip|tar|tgz|gz|bz2|xz|7z|rar|bin|trx|img|chk|exe|msi|dmg|deb|rpm|pkg|apk)\b"
)


def _is_nobodys(text: str, start: int, end: int, words: frozenset[str]) -> bool:
    """A version: by its numbers, or since a file's name goes on with more of them, if it begins
    below ten: hosts' logs and captures are called so, too."""
    below_ten = text[start + 1 : start + 2] == "."
    return (below_ten and bool(_OF_A_FILE.match(text, end))) or is_nobodys_quad(
        text, start, end, words
    )


def _may_be_version(result: "RecognizerResult") -> bool:
    """Four numbers with dots: what is an address, or a program's version."""
    explained = result.analysis_explanation
    return result.entity_type == "IP_ADDRESS" or explained.pattern_name == "in a name"


_engines: dict[tuple[str, float, bool], Engine] = {}
_lock = threading.Lock()


def open_engine(settings: Detection, least: float = THRESHOLD) -> Engine:
    """The process's engine for these settings; built the first time (a second or so).

    least: score of a hit that counts.
    """
    named, strict = settings.model_dump_json(exclude={"mode"}), settings.mode == "strict"
    with _lock:
        if (named, least, strict) not in _engines:
            other = _engines.get((named, least, not strict))
            opened = other.in_other_mode() if other else _build(settings, least)
            _engines[named, least, strict] = opened
        return _engines[named, least, strict]


def _build(settings: Detection, least: float) -> Engine:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

    class InOrder(RecognizerRegistry):
        """Asks in the order of the list: its own set has another one in each process, and so of two
        that find the same another one was told."""

        def get_recognizers(self, *given: Any, **named: Any) -> "list[EntityRecognizer]":
            wanted = set(map(id, super().get_recognizers(*given, **named)))
            return [one for one in self.recognizers if id(one) in wanted]

    quiet()
    answers = Answers()
    recognizers = _recognizers(settings, answers)
    analyzer = AnalyzerEngine(
        registry=InOrder(recognizers=recognizers),
        nlp_engine=_tokens(),
        default_score_threshold=least,
        context_aware_enhancer=LemmaContextAwareEnhancer(context_matching_mode="whole_word"),
    )
    strict, own = settings.mode == "strict", own_recognizers(settings)
    engine = Engine(analyzer, _calling_codes(settings.phone_regions), strict, own, answers)
    engine.model = open_model(settings.nlp_model) if settings.nlp_model else None
    engine.analyze("warm up 0 @", every=True)
    has_suffix("example.org")
    for table in (
        facts.lexicon,
        facts.keys,
        facts.routes,
        facts.spelling,
        lambda: facts.words("files"),
    ):
        table()  # now, rather than in some value's time
    shape_of(("warm", "up"))
    return engine


def _calling_codes(regions: tuple[str, ...]) -> tuple[str, ...]:
    import phonenumbers

    return tuple(sorted({str(phonenumbers.country_code_for_region(r)) for r in regions} - {"1"}))


def _recognizers(settings: Detection, answers: Answers) -> "list[EntityRecognizer]":
    from presidio_analyzer import PatternRecognizer
    from presidio_analyzer import predefined_recognizers as stock

    from weir.transforms.detect.checks.phone import WebPhone

    ours = [
        PatternRecognizer(
            supported_entity=fact.entity,
            name=fact.name,
            patterns=[_pattern(*one) for one in fact.patterns],
            context=list(fact.context),
        )
        for fact in facts.patterns()
    ]
    theirs = [
        stock.IpRecognizer(), stock.IbanRecognizer(), stock.UsSsnRecognizer(),
        stock.CryptoRecognizer(), stock.UuidRecognizer(),
    ]  # fmt: skip
    checks = {fact.name: CHECKS[fact.check] for fact in facts.patterns() if fact.check}
    checks["UsSsnRecognizer"] = CHECKS["ssn"]
    for recognizer in [*ours, *theirs]:
        _bind(recognizer, settings.timeout_ms / 1000, checks.get(recognizer.name), answers)  # type: ignore[has-type]
    return [*ours, *theirs, WebPhone(settings.phone_regions, answers)]


def _pattern(name: str, score: float, regex: str) -> "Pattern":
    """Presidio's, made without its `__init__`, which compiles the regex once for nothing: to see
    whether it is one."""
    from presidio_analyzer import Pattern

    made = Pattern.__new__(Pattern)
    made.name, made.score, made.regex = name, score, regex
    return made


def _bind(
    recognizer: Any, seconds: float, check: Callable[[str, int, int], bool] | None, answers: Answers
) -> None:
    """Give a recognizer's patterns a time-out that fails closed, and our check."""
    recognizer.global_regex_flags = _FLAGS
    for pattern in recognizer.patterns:
        pattern.compiled_with_flags = _FLAGS
        pattern.compiled_regex = _Bounded(pattern.regex, seconds, check, answers)


@cache
def _compiled(regex: str) -> tuple[Any, Needs]:
    """A regex and what its matches have. An engine's are the next one's: it takes a second."""
    from regex import compile  # type: ignore[import-untyped]  # comes with Presidio

    return compile(regex, _FLAGS), Needs.of(regex)


class _Bounded:
    """A compiled regex whose time-out is ours.

    Presidio's own is 60 seconds, after which it logs a warning and finds nothing: it fails open.
    """

    def __init__(
        self,
        regex: str,
        seconds: float,
        check: Callable[[str, int, int], bool] | None,
        answers: Answers,
    ) -> None:
        self.compiled, self.needs = _compiled(regex)
        self.seconds = seconds
        self.check = check
        self.answers = answers
        shortest = min(map(len, self.needs.words), default=0)
        self.of_digits = self.needs.digits >= _DIGITS and shortest < _WORD

    def steps(self, signs: int, digits: int) -> float:
        """What it costs to try a text of so many signs, of which so many are digits."""
        if self.of_digits:
            return PATTERN + SIGN_BEFORE_DIGITS * signs + SIGN_OF_PATTERN * digits
        return PATTERN + SIGN_OF_PATTERN * signs

    def finditer(self, text: str, timeout: float | None = None) -> list[Any]:
        """All matches that pass the check. Raises DetectorTimeoutError."""
        if self.answers.rules_out(self, text):
            return []
        return self.answers.of(self, text, lambda: self._find(text))

    def _find(self, text: str) -> list[Any]:
        try:
            found = list(self.compiled.finditer(text, timeout=self.seconds))
        except TimeoutError:
            raise DetectorTimeoutError from None
        check = self.check
        return found if check is None else [m for m in found if check(text, *m.span())]


def _tokens() -> Any:
    from weir.transforms.detect.recognizers.tokens import WebTokens

    return WebTokens()


def quiet() -> None:
    """Keep texts out of logs: what these libraries log at DEBUG and INFO may quote values."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.disabled = name in ("presidio-analyzer", "decision_process")
