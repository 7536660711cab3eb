"""Persons of history, of the arts and of the news, of whom all speak: no visitor's name."""

from functools import cache
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.worth import Word


@cache
def public_figures() -> frozenset[str]:
    """Two words that stand together in the names of those whom everybody knows."""
    return facts.words("public_figures")


@cache
def _words() -> frozenset[str]:
    """The words of those names: most texts have none of them."""
    return frozenset(word for name in public_figures() for word in name.split())


def is_famous(words: list[Word], i: int, last: int) -> bool:
    """Whether a name at i is a part of such a one's, and no greeting speaks for another."""
    if words[i].folded not in _words() and words[last].folded not in _words():
        return False
    near = words[max(0, i - 2) : i]
    if any(w.folded in facts.words("greetings") for w in near):
        return False
    around = [w.folded for w in words[max(0, i - 1) : last + 2]]
    a, b = words[i].folded, words[last].folded
    pairs = {f"{one} {two}" for one, two in pairwise(around)}
    return not public_figures().isdisjoint(pairs | {f"{a} {b}"})
