"""No value makes detection work long: steps are bounded, and each step is as cheap as it says."""

import random
import re
import time
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pyarrow as pa
import pytest
from tests.fuzz.made import SAMPLES

from weir.schemas import detect as facts
from weir.schemas.config import Detection
from weir.transforms.detect import Detector, scan
from weir.transforms.detect.effort import Effort, TooMuchError
from weir.transforms.detect.engine import open_engine
from weir.transforms.detect.judge import Asked, judge

BYTES = Detection().value_bytes
SLOWEST_MS = 30  # three times what it takes alone: others use the machine, and so do its tests
DETECTOR = Detector()
ENGINE = open_engine(DETECTOR.settings)
PATTERNS = [(f"{p.name} {name}", regex) for p in facts.patterns() for name, _, regex in p.patterns]
_OF_CLASS = {
    "DIGIT": "019", "SPACE": " ", "WORD": "abz09_", "NOT_SPACE": "ax9.", "NOT_WORD": " .-'",
}  # fmt: skip


def fastest_ms(work: Any) -> float:
    """Milliseconds of this thread's processor; the best of three, unless one is good enough."""
    took: list[float] = []
    while len(took) < 3 and min(took, default=SLOWEST_MS) >= SLOWEST_MS:
        began = time.thread_time()
        work()
        took.append((time.thread_time() - began) * 1000)
    return min(took)


def a_match(tree: Any, rng: random.Random) -> str:
    """A text that goes a good way through a pattern, if not all of it."""
    return "".join(_a_part(str(kind), argument, rng) for kind, argument in tree)


def _a_part(kind: str, argument: Any, rng: random.Random) -> str:
    if kind == "LITERAL":
        return chr(argument)
    if kind == "IN":
        return rng.choice(_signs(argument))
    if kind.endswith("REPEAT"):
        least, most, inner = argument
        most = least + min(8, most - least if most is not _constants.MAXREPEAT else 8)
        return "".join(a_match(inner, rng) for _ in range(rng.randint(least, most)))
    if kind == "SUBPATTERN":
        return a_match(argument[-1], rng)
    if kind == "BRANCH":
        return a_match(rng.choice(argument[1]), rng)
    return "-" if kind == "GROUPREF" else ""


def _signs(of_class: Any) -> str:
    signs = "".join(
        chr(value) if str(kind) == "LITERAL"
        else chr(value[0]) + chr(value[1]) if str(kind) == "RANGE"
        else _OF_CLASS.get(str(value).removeprefix("CATEGORY_"), "")
        for kind, value in of_class if str(kind) != "NEGATE"
    )  # fmt: skip
    if str(of_class[0][0]) == "NEGATE":
        return "".join(sign for sign in "aZ0 .-'é" if sign not in signs) or "a"
    return signs or "-"


def attacks(regex: str, rng: random.Random) -> list[str]:
    """Texts of the greatest length that begin to match over and over."""
    texts = []
    tree = _parser.parse(regex, re.IGNORECASE)
    for _ in range(9):
        one = a_match(tree, rng) or "a"
        cut = one[: rng.randint(1, len(one))]
        last = one[-rng.randint(1, 4) :]
        texts += [cut * BYTES, f"{cut} " * BYTES, one + last * BYTES]
    return [text[:BYTES] for text in texts]


@pytest.mark.parametrize("name, regex", PATTERNS, ids=[name for name, _ in PATTERNS])
def test_no_pattern_runs_away_over_texts_made_from_itself(name: str, regex: str) -> None:
    compiled = next(
        pattern.compiled_regex.compiled
        for recognizer in ENGINE.analyzer.registry.recognizers
        for pattern in getattr(recognizer, "patterns", None) or ()
        if pattern.regex == regex
    )
    for text in attacks(regex, random.Random(name)):
        assert fastest_ms(lambda text=text: list(compiled.finditer(text, timeout=1))) < SLOWEST_MS


@pytest.mark.parametrize("joint", ["", " ", "/", "&k=", ",", "%20", "<"])
def test_no_text_of_samples_takes_long(joint: str) -> None:
    for sample in SAMPLES:
        text = (f"{sample}{joint}" * BYTES)[:BYTES]
        for part in ("query", "text"):
            took = fastest_ms(lambda t=text, p=part: judge(Asked(t, p), ENGINE))
            assert took < SLOWEST_MS, (sample, part)


def test_what_asks_for_too_much_does_not_cross_and_what_was_found_is_told() -> None:
    found = DETECTOR.values(pa.array(["/users/joe" * 100]))
    assert found.clean.to_pylist() == ["{unreadable}"]
    assert {"too_much", "route"} == set(found.findings["rule"].to_pylist())


def test_a_path_without_end_in_which_something_is_suspicious_is_closed_whole() -> None:
    endless, plain = "/a/joe@example.org" * 20, "/a" * 40
    found = DETECTOR.paths(pa.array(["/x", endless, plain]))
    assert found.clean.to_pylist() == ["/x", "{unreadable}", plain]
    assert found.findings["index"].to_pylist() == [1]
    assert found.findings["rule"].to_pylist() == ["too_much"]


def test_a_text_of_many_words_with_something_hidden_is_closed_whole() -> None:
    hidden = "joe%40example.org"
    assert scan("text", "fine " * 10 + hidden, DETECTOR).clean == "fine " * 10 + "{email}"
    assert scan("text", "fine " * 60 + hidden, DETECTOR).clean == "{email}"


def test_steps_are_spent_before_they_are_taken() -> None:
    effort = Effort(10)
    effort.spend(10)
    with pytest.raises(TooMuchError):
        effort.spend(1)
