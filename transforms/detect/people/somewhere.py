"""Words that are places although people are called so: san francisco, to brighton, lincoln park."""

from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import PARTICLES, Word

MANY = 7  # a given name that so many bear (see names.txt) is one wherever it stands


def is_somewhere(words: list[Word], i: int) -> bool:
    """Whether the word at i is a part of a place's name, or a town behind a word like `to`."""
    before, behind = _beside(words, i, -1), _beside(words, i, 1)
    folded = words[i].folded
    if not facts.places().isdisjoint((f"{before} {folded}", f"{folded} {behind}")):
        return True
    known = facts.lexicon().names.get(folded, (0, 0, 0, 0))
    if i and words[i - 1].folded in _openings():
        return True
    if behind and folded in _openings():
        return True
    if behind in facts.words("behind_places"):
        return True
    return (
        i > 0 and known[3] > 0 and known[0] < MANY and words[i - 1].folded in facts.words("whereto")
    )


@cache
def _openings() -> frozenset[str]:
    """What names of towns begin with, and no particle of a person's name: san, los, lake."""
    return facts.words("before_places") - PARTICLES


def _beside(words: list[Word], i: int, step: int) -> str:
    """The next word in a direction that is no particle; empty if there is none."""
    i += step
    while 0 <= i < len(words) and words[i].folded in PARTICLES:
        i += step
    return words[i].folded if 0 <= i < len(words) else ""
