"""Persons of history, of the arts and of the news, of whom all speak: no visitor's name."""

from functools import cache
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.people.naming import NEIGHBOURS
from weir.transforms.detect.people.somewhere import is_somewhere
from weir.transforms.detect.people.worth import Word

_BORNE = 2  # points of a word that may be a namesake's other name


def public_figures() -> frozenset[str]:
    """Two words that stand together in the names of those whom everybody knows."""
    return facts.words("public_figures")


@cache
def _words() -> frozenset[str]:
    """The words of those names: most texts have none of them."""
    return frozenset(word for name in public_figures() for word in name.split())


def is_famous(text: str, words: list[Word], i: int, last: int) -> bool:
    """Whether a name at i is a part of such a one's; no greeting speaks for another, and no
    further name beside it makes it a namesake's: Angela Merkel Weber."""
    if words[i].folded not in _words() and words[last].folded not in _words():
        return False
    near = words[max(0, i - 2) : i]
    if any(w.folded in facts.words("greetings") for w in near):
        return False
    spans = [(a, a + 1) for a in range(max(0, i - 1), min(last + 1, len(words) - 1))]
    return any(
        _is_pair(words, a, b) and not _is_namesake(text, words, a, b)
        for a, b in [*spans, (i, last)]
    )


def _is_pair(words: list[Word], a: int, b: int) -> bool:
    return f"{words[a].folded} {words[b].folded}" in public_figures()


def _is_namesake(text: str, words: list[Word], a: int, b: int) -> bool:
    """Whether a word joined to the famous name is a name too, and of no other famous one."""
    before = a > 0 and NEIGHBOURS.fullmatch(text[words[a - 1].end : words[a].start])
    behind = b + 1 < len(words) and NEIGHBOURS.fullmatch(text[words[b].end : words[b + 1].start])
    return bool(
        (before and _is_other(words, a - 1, words[a]))
        or (behind and _is_other(words, b + 1, words[b]))
    )


def _is_other(words: list[Word], i: int, beside: Word) -> bool:
    word = words[i]
    known = public_figures() | facts.words("not_people")
    famous = any(
        f"{a.folded} {b.folded}" in known for a, b in pairwise(words[max(0, i - 1) : i + 2])
    )
    if famous or word.initial or word.known or is_somewhere(words, i):
        return False
    strange = word.capital and beside.capital and not word.text.isupper()
    return word.given >= _BORNE or word.family >= _BORNE or strange
