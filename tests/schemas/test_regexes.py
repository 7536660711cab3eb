"""A user's regex is refused if it is slow or read in two ways; the gate's form of it is wider."""

import time

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weir.schemas import regexes

USABLE = [
    r"(?<!\d)E-?\d{4}(?!\d)",
    r"\bproj(?:ect)?[ _-]\w{3,20}\b",
    r"^(?:AB|CD)\d+$",
    r"([a-c]{2})-\1",
    r"(?P<a>x)?y(?(a)z|[^w])",
    r"[^\W\d_]{2,5}ä?[À-ÿk]\.x",
    r"(?>a{2,50})b",
    r"(?-i:E)\S[^\s/]",
    r"a(?=b).",
    r"a\sb|x[^\S ]y|z\Sz",
]


@pytest.mark.parametrize("regex", USABLE)
def test_what_is_bounded_may_be_used(regex):
    regexes.check(regex)


@pytest.mark.parametrize(
    "regex, why",
    [
        ("(", "no valid regex of Python's `re`"),
        (r"\p{L}x", "a brace that is no repeat"),
        ("a{e<=1}bc", "a brace that is no repeat"),
        ("[[:alpha:]]+x", "no valid regex of Python's `re`"),
        ("a*", "may match nothing"),
        (r"(?=a)", "may match nothing"),
    ],
)
def test_what_is_no_regex_or_read_in_two_ways_is_refused(regex, why):
    with pytest.raises(ValueError, match=why):
        regexes.check(regex)


@pytest.mark.parametrize(
    "regex",
    [
        r"\w+@corp\.example", r"(a|aa)+c", r"(\w+\s?)+x", r"\d+-\d+-\d+z", r"\s*\d{4}\s*$",
        r"\w+!", r"(?:\d+ ?)+!", r"([a-z]+-?)+!", r"(?:\d+ ?)+[!~]", r"(?:\d+ ?)+[^\d ]",
    ],
)  # fmt: skip
def test_a_regex_that_some_value_makes_slow_is_refused_with_what_to_do(regex):
    with pytest.raises(ValueError, match=r"ms or more on 4,096 characters .* bound its repeats"):
        regexes.check(regex)


def test_what_may_be_used_takes_no_ten_milliseconds_on_any_attack_of_a_values_length():
    for regex in USABLE:
        compiled = regexes.compile_(regex)
        for text in regexes.attacks(regex):
            spent = []
            for _ in range(3):
                began = time.thread_time()
                list(compiled.finditer(text[-2048:]))
                spent.append(time.thread_time() - began)
            assert min(spent) < 0.01, regex


TEXT = st.lists(
    st.sampled_from(
        [*"EeabcdwxyzK0129-_./ =", "a\x0bb", "x\x0by", "E1234", "proj-abc", "AB12", "ab-ab", "xyz"]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=TEXT)
def test_the_gates_form_matches_wherever_the_regex_does(text):
    for regex in USABLE:
        if regexes.compile_(regex).search(text):
            wide = pc.match_substring_regex(pa.array([f"/a/{text}/b"]), regexes.widened(regex))
            assert wide[0].as_py(), (regex, text)


def test_a_regex_that_is_too_large_for_the_gate_lets_everything_through(monkeypatch):
    def refuse(*_):
        raise pa.ArrowInvalid("too large")

    monkeypatch.setattr(pc, "match_substring_regex", refuse)
    assert regexes.widened("ab") == ""
