"""Streets, schools, prizes and huts that are called after somebody, written in one with hyphens."""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import PARTICLES, Word, raw_worth

_NUMBER_BEHIND = re.compile(r"(?:[-_ +,.]{1,3}|%20|(?: nr| no)[. ]{1,2})?\d")
_NUMBER_BEFORE = re.compile(r"\d[a-z]?[-_ +,]{1,2}\Z")
_LONG_NUMBER = re.compile(r"\d{5}")
_AROUND = 8  # signs before a word in which a house's number may end
_BORNE = 3  # bearers of a family name, in half powers of ten


def of_streets(text: str, words: list[Word]) -> frozenset[int]:
    """The words that are of a thing's name, the thing's own with them: albert-schweitzer-gasse.

    None where a number stands beside it, or a word by which somebody may be reached.
    """
    found: set[int] = set()
    if "-" not in text or all(w.folded not in _things() for w in words):
        return frozenset()
    reached = any(w.folded in facts.words("reached_by") for w in words)
    if reached or _LONG_NUMBER.search(text):
        return frozenset()
    for i, word in enumerate(words):
        if word.folded in facts.words("things_behind_names") and _ends(text, words, i):
            found.update(range(_start(text, words, i), i + 1))
        elif word.folded in facts.words("things_before_names") and (word.folded != "via" or i == 0):
            found.update(_behind(text, words, i))
        elif word.folded in facts.words("crowned") and _is_crowned(text, words, i):
            found.update((i, i + 1))
    return frozenset(found)


@cache
def _things() -> frozenset[str]:
    lists = ("things_behind_names", "things_before_names", "crowned")
    return frozenset().union(*map(facts.words, lists))


def is_of_a_street(words: list[Word], i: int, last: int, streets: frozenset[int]) -> bool:
    """Whether a pair is of such a thing's name: both words, or one of them unless the pair is a
    given and a family name itself: anna-gruber-wiener-platz."""
    if i in streets and last in streets:
        return True
    sure = words[i].given >= 1 and words[last].family >= 1
    return not sure and not streets.isdisjoint((i, last))


def _joined(text: str, words: list[Word], i: int) -> bool:
    """Whether nothing but a hyphen stands between a word and the next one."""
    return 0 <= i < len(words) - 1 and text[words[i].end : words[i + 1].start] == "-"


def _ends(text: str, words: list[Word], i: int) -> bool:
    """A thing's word joined to two before it, and no house's number behind."""
    joined = _joined(text, words, i - 1) and _joined(text, words, i - 2)
    return joined and not _NUMBER_BEHIND.match(text, words[i].end)


def _start(text: str, words: list[Word], i: int) -> int:
    """Where the name begins that a thing's word ends: two words, `von` and the like besides."""
    start = i - 2
    while start > 0 and words[start].folded in PARTICLES and _joined(text, words, start - 1):
        start -= 1
    long = words[i].folded in facts.words("programmes")
    high = words[i - 1].folded in facts.words("kinds_of_schools") and i + 1 == len(words)
    long = long or (high and start == i - 2)
    return start - 1 if long and start > 0 and _joined(text, words, start - 1) else start


def _behind(text: str, words: list[Word], i: int) -> range:
    """The words behind a thing's: rue-victor-hugo; none beside a number."""
    last = i
    while last < i + 3 and _joined(text, words, last):
        last += 1
    before = text[max(0, words[i].start - _AROUND) : words[i].start]
    if last < i + 2 or _NUMBER_BEFORE.search(before) or _NUMBER_BEHIND.match(text, words[last].end):
        return range(0)
    return range(i, min(last, i + 2) + 1)


def _is_crowned(text: str, words: list[Word], i: int) -> bool:
    """A given name behind a crown prince's title, and no family's behind that."""
    if not _joined(text, words, i) or not words[i + 1].given:
        return False
    behind = words[i + 2 : i + 3]
    return not behind or behind[0].known or raw_worth(behind[0].folded)[1] < _BORNE
