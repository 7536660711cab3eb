"""No value makes detection work long: steps are bounded, and each step is as cheap as it says."""

import random
import re
import time
from functools import partial
from typing import Any

import pyarrow as pa
import pytest
from by_rows import each_row
from tests.fuzz import attacks, slow
from tests.fuzz.made import SAMPLES
from tests.fuzz.properties import RUNAWAY_MS, cost_ms, pace

from weir.schemas.config import Detection
from weir.transforms.detect import Detector, cache, scan
from weir.transforms.detect.fields import policy
from weir.transforms.detect.fields.composed import _parts, concepts, shape_of
from weir.transforms.detect.judge import judge
from weir.transforms.detect.limits.effort import MOST, Effort, TooMuchError
from weir.transforms.detect.matching.anchors import Anchors, Needs
from weir.transforms.detect.matching.literals import (
    BEYOND,
    always_has,
    folded,
    least_digits,
    least_run,
    least_signs,
    literals,
    signs,
)
from weir.transforms.detect.recognizers.engine import open_engine
from weir.transforms.detect.recognizers.needs import NEEDS
from weir.transforms.detect.verdicts import Asked
from weir.transforms.queries import read_queries

BYTES = Detection().value_bytes
DETECTOR = Detector()
ENGINE = open_engine(DETECTOR.settings)
DEAR = [f"your code is {n}98-555-0123 joe{n}@example.org 12 Main Street" for n in range(18)]


@pytest.fixture(scope="module")
def most_ms() -> float:
    """What a value may take on a machine that others use."""
    return RUNAWAY_MS * pace()


def fastest_ms(work: Any, enough: float) -> float:
    """Milliseconds of this thread's processor; the best of five, unless one is good enough."""
    took: list[float] = []
    while len(took) < 5 and min(took, default=enough) >= enough:
        began = time.thread_time()
        work()
        took.append((time.thread_time() - began) * 1000)
    return min(took)


@each_row(attacks.PATTERNS)
def test_no_pattern_runs_away_over_texts_made_from_itself(name: str, regex: str) -> None:
    compiled = _compiled(regex)
    most = RUNAWAY_MS * pace() / 4  # one of a hundred patterns
    for text in attacks.attacks(regex, random.Random(name), BYTES):
        took = fastest_ms(lambda text=text: list(compiled.finditer(text, timeout=1)), most)
        assert took < most


@pytest.mark.parametrize("entity", sorted(NEEDS))
def test_no_need_of_an_entity_runs_away_over_texts_made_from_itself(entity: str) -> None:
    most = RUNAWAY_MS * pace() / 4
    for regex in NEEDS[entity]:
        compiled = re.compile(regex)
        made = attacks.attacks(regex, random.Random(entity), BYTES)
        for text in (*made, ("Pelan" * BYTES)[:BYTES]):
            assert fastest_ms(partial(compiled.search, text), most) < most


@pytest.mark.parametrize("text", ["ул." + "a-" * 60 + " ", "ул." + "a--" * 40 + " ", "улица а_"])
def test_streets_of_words_with_dashes_are_not_tried_in_every_way(text: str) -> None:
    (regex,) = (regex for name, regex in attacks.PATTERNS if name == "StreetAddress cyrillic")
    compiled, most = _compiled(regex), RUNAWAY_MS * pace() / 4
    assert fastest_ms(lambda: list(compiled.finditer((text * BYTES)[:BYTES])), most) < most


def _compiled(regex: str) -> Any:
    return next(
        pattern.compiled_regex.compiled
        for recognizer in ENGINE.analyzer.registry.recognizers
        for pattern in getattr(recognizer, "patterns", None) or ()
        if pattern.regex == regex
    )


@each_row(attacks.PATTERNS)
def test_every_text_that_a_pattern_matches_is_one_that_it_is_tried_on(
    name: str, regex: str
) -> None:
    compiled, rng, tree = _compiled(regex), random.Random(name), attacks.parsed(regex)
    for _ in range(40):
        text = attacks.a_match(tree, rng)
        for written in (text, text.upper(), text.title(), f"x {text} 1"):
            if compiled.search(written):
                tried = ENGINE.anchors.possible(written)
                assert any(one.compiled is compiled for one in tried)


def test_digits_signs_and_length_are_read_off_a_regex() -> None:
    assert least_digits(r"(?:\d{3}|1a2)[0-9]?\d") == 3 and least_signs(r"(?:a|bc)d{2}e*") == 3
    assert set(signs("(?:tel|fax)[: ]b+")) == {frozenset(": "), frozenset("ft"), frozenset("b")}
    assert {"i", BEYOND} <= signs("ı")[0] and signs("[^a]x?") == ()
    assert always_has(r"(?i:a )|b[\t ]{2}", " \t") and not always_has(r"(?:a )?b", " ")
    assert always_has(r"[A-Z]b", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert not always_has(r"(?i:[A-Z])b", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.mark.parametrize(
    ("regex", "row"),
    [
        (r"\d{11}", 11),
        (r"a\d{3}\d?\d{4}b", 7),
        (r"\d{3}[ -]\d{4}", 4),
        (r"\d{3}[ -]?\d{4}", 4),
        (r"(?:0|\+91)?[6-9]\d{4}[ -]\d{2}", 5),
        (r"(?:\d{4}[ -]?){3}", 4),
        (r"(?:\d\d){3}", 6),
        (r"\d{6}/\d|x?\d{14}", 6),
        (r"(?=\d{8})\w+", 8),
        (r"(?!\d{8})\w\d(?<=\d)\d", 2),
        (r"[\da]\d{3}(?:\d{9})?", 3),
        (r"(?:\d|[a-f])+", 0),
    ],
)
def test_how_many_digits_stand_in_a_row_is_read_off_a_regex(regex: str, row: int) -> None:
    assert least_run(regex) == row


def test_only_what_could_match_is_tried() -> None:
    needs = {regex: Needs.of(regex) for regex in (r"\d{3}", "tel|phone", "a[:=]b", "k")}
    anchors = Anchors(needs.items())
    for text, possible in (
        ("12", set()), ("12-3", set()), ("٣٤٥", {r"\d{3}"}), ("123", {r"\d{3}"}),
        ("a PHONE", {"tel|phone"}), ("a:b", {"a[:=]b"}),
        ("ab", set()), ("\u212a", {"k"}), ("te", set()),
    ):  # fmt: skip
        assert set(anchors.possible(text)) == possible


def test_words_are_read_off_a_regex_wherever_one_of_them_must_match() -> None:
    assert literals(r"(?<!\w)(?:tel|phone)[: ]\d+") == ("phone ", "phone:", "tel ", "tel:")
    assert literals(r"ha[sł]lo\b!|(?:c|d){2,}(?<!x)e") == ("ce", "de", "haslo!", "hałlo!")
    assert literals(r"(?:İstanbul|Straße){1,2}") == ("istanbul", "strasse")
    assert literals(r"(?:tel)?\d+|phone") == literals(r"[a-z]+") == literals(r"(?<!tel)x?") == ()
    assert literals(r"(?:tel)?x|(?:ab|)+c") == ("abc", "c", "telx", "x")
    assert "strasse" in folded("STRASSE") and "kiss" in folded("\u212aİſſ")


@pytest.mark.parametrize("joint", ["", " ", "/", "&k=", ",", "%20", "<"])
def test_no_text_of_samples_takes_long(joint: str, most_ms: float) -> None:
    for sample in SAMPLES:
        text = (f"{sample}{joint}" * BYTES)[:BYTES]
        for part in ("query", "text"):
            took = fastest_ms(lambda t=text, p=part: judge(Asked(t, p), ENGINE), most_ms)
            assert took < most_ms, (sample, part)


@pytest.mark.parametrize("seed", range(2))
def test_a_short_climb_finds_no_slow_value(seed: int, most_ms: float) -> None:
    rng = random.Random(seed)
    for tried in (slow.born(rng) for _ in range(150)):
        took = fastest_ms(lambda t=tried: cost_ms(t.asked, t.detector), most_ms)
        assert took < most_ms, tried


@pytest.mark.parametrize("one", ["%2541", "&#65;", "QUFB", "a", " ", "joe@example.org ", "{"])
def test_a_longer_value_costs_no_more_where_a_site_allows_it(one: str, most_ms: float) -> None:
    text = (one * 65_536)[:65_535] + "@"
    took = fastest_ms(lambda: judge(Asked(text, "query"), ENGINE), most_ms)
    assert took < most_ms


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


def test_a_path_shares_the_steps_of_a_value_among_its_segments() -> None:
    cache.forget()
    dear = "/".join(
        f"your code is {n}98-555-0123 joe{n}@example.org 12 Main Street" for n in range(18)
    )
    found = DETECTOR.paths(pa.array(["/a/joe@example.org", dear, dear.partition("/")[0]]))
    assert found.clean.to_pylist() == ["/a/{email}", "{unreadable}", "{email}"]
    assert [row["rule"] for row in found.findings.to_pylist() if row["index"] == 1] == ["too_much"]


def test_what_a_path_is_found_to_be_does_not_hang_on_the_paths_beside_it() -> None:
    asked = ["/".join(DEAR), "/".join(DEAR[::-1]), *DEAR[::6], "/".join(DEAR[8:10])]
    alone = []
    for path in asked:
        cache.forget()
        alone += DETECTOR.paths(pa.array([path])).clean.to_pylist()
    for order in (asked, asked[::-1]):
        cache.forget()
        together = DETECTOR.paths(pa.array(order)).clean.to_pylist()
        assert dict(zip(order, together, strict=True)) == dict(zip(asked, alone, strict=True))


MANIFOLD = (
    "alteneueperedeklnsyndscoderefsenwenctr", "fonnvaseedtevasennowesshdznpikeamaeatt",
    "kunnemaennamnnhaoemargeskienkbrekapism",
)  # fmt: skip
"""Beginnings of names that go on in many ways, all of which end nowhere."""


@pytest.mark.parametrize("begins", MANIFOLD)
def test_a_name_of_a_field_is_taken_apart_once_at_each_of_its_letters(begins: str) -> None:
    _parts.cache_clear()
    assert shape_of.__wrapped__((f"{begins}qz",)) is None
    assert 3 < _parts.cache_info().misses <= 40


def test_names_that_could_be_put_together_in_many_ways_take_no_longer_than_any(
    most_ms: float,
) -> None:
    names = [f"{begins}{a}{b}" for begins in MANIFOLD for a in "qxzwj" for b in "qxzwj"]
    for text, part in (
        ("?" + "&".join(f"{name}=Ann" for name in names[::2]), "query"),
        ("{" + ",".join(f'"{name}":"Ann"' for name in names[::2]) + "}", "json"),
    ):
        assert fastest_ms(lambda t=text, p=part: _afresh(t, p), most_ms) < most_ms
    query = pa.array(["&".join(f"{name}=Ann" for name in names)])
    assert fastest_ms(lambda: _afresh(query), most_ms) < most_ms


def _afresh(asked: Any, part: str | None = None) -> None:
    """Judged, or taken apart, as if its names had never been seen."""
    for remembered in (_parts, shape_of, concepts, policy.tails, policy._named, policy._numbered):
        remembered.cache_clear()
    if part:
        judge(Asked(asked, part), ENGINE)
    else:
        read_queries(asked, ())


def test_a_verdict_tells_what_it_cost() -> None:
    plain, long = (judge(Asked(text, "text"), ENGINE) for text in ("fine", "fine words " * 40))
    assert 0 < plain.steps < long.steps <= MOST
    assert judge(Asked("joe@example.org " * 9, "text", most=300), ENGINE).steps > 300


def test_a_text_of_many_words_with_something_hidden_is_closed_whole() -> None:
    hidden = "joe%40example.org"
    assert scan("text", "fine " * 10 + hidden, DETECTOR).clean == "fine " * 10 + "{email}"
    assert scan("text", "fine " * 60 + hidden, DETECTOR).clean == "{email}"


def test_steps_are_spent_before_they_are_taken() -> None:
    effort = Effort(10)
    effort.spend(10)
    with pytest.raises(TooMuchError):
        effort.spend(1)
