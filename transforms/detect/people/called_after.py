"""What is called after somebody and is nobody's: storms, monuments, works; and pages of one's own,
whose possessive is a given name elsewhere (mina-sidor)."""

from collections.abc import Iterator
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import Word, is_listed, raw_worth

_AND = frozenset(("and", "und", "et", "y", "e", "en", "og", "och", "i", "a", "ja", "ve"))
_TRADES = frozenset(("praxis", "kanzlei", "friseur", "salon", "notariat", "steuerbuero"))
_SERVICES = frozenset(("service", "services", "mass", "gathering", "fund", "donation", "donations"))
"""Behind memorial these are held for somebody who died."""
_FEW = 3  # bearers of a family name, see names.txt, from which on it is one behind these as well


def called_after(words: list[Word]) -> Iterator[int]:
    """The words of a text that are of such a name."""
    for i in range(len(words)):
        if is_of_a_storm(words, i):
            yield i
        if is_own_page(words, i):
            yield from (i, i + 1)
        if is_honoured(words, i):
            yield from (i, i + 1, i + 2)
        if is_of_music(words, i):
            yield i
        if _are_of_a_work(words, i):
            yield from (i, i + 2)


def is_of_a_storm(words: list[Word], i: int) -> bool:
    """A given name behind a storm's word, and no family's behind it: hurricane-katrina-timeline."""
    if not (i and words[i - 1].folded in facts.words("storms")) or not words[i].given:
        return False
    behind = words[i + 1 : i + 2]
    borne = raw_worth(words[i - 1].folded)[1] > 0  # Storm, Hoch and Sturm are families, too
    if borne and any(word.folded in _somebodys() for word in words):
        return False  # rechnung-hoch-maria
    if not behind:  # Sturm Sabine alone is a list's
        return i > 1 or not borne
    if behind[0].folded in facts.words("weather"):
        return True
    said = words[i].capital and not behind[0].capital  # Sturm Sabine legt Verkehr lahm
    few = raw_worth(behind[0].folded)[1] < _FEW
    return (said or not borne) and behind[0].known and few


@cache
def _somebodys() -> frozenset[str]:
    """Words of papers, of contact and of trades, beside which a weather front is none."""
    return facts.words("papers_of_persons") | facts.words("reached_by") | _TRADES


def is_own_page(words: list[Word], i: int) -> bool:
    """My pages, my orders, in whatever language; no family name behind a given one: mina-berg."""
    if words[i].folded not in facts.words("possessives") or i + 1 == len(words):
        return False
    of = words[i + 1]
    if max(raw_worth(of.folded)) >= _FEW:
        return False
    small = not words[i].capital and not of.capital
    return of.folded in facts.words("own_pages") or (small and is_listed(of.folded))


def _are_of_a_work(words: list[Word], i: int) -> bool:
    """Two names with `and` between that everybody knows together: Romeo and Juliet."""
    if i + 2 >= len(words) or words[i + 1].folded not in _AND:
        return False
    return f"{words[i].folded} {words[i + 2].folded}" in facts.words("pairs_of_works")


def is_of_music(words: list[Word], i: int) -> bool:
    """A composer's name, and a word of music in the text: mozart requiem dvd."""
    composers = facts.words("composers")
    if words[i].folded not in composers:
        return False
    beside = (*words[max(0, i - 1) : i], *words[i + 1 : i + 2])
    if any(word.given >= 1 and word.folded not in composers for word in beside):
        return False  # lucas bach piano
    said = facts.words("music").intersection(w.folded for w in words)
    strange = any(not word.known and word.folded not in composers for word in beside)
    return bool(said - facts.words("music_or_not") if strange else said)  # kowalczyk-bach-piano


def is_honoured(words: list[Word], i: int) -> bool:
    """The name of somebody whom everybody knows right before what is called so: a bridge."""
    behind = [word.folded for word in words[i + 2 : i + 4]]
    if not behind or behind[0] not in facts.words("monuments"):
        return False
    if behind[0] == "memorial" and not _SERVICES.isdisjoint(behind[1:]):
        return False
    doubtful = behind[0] in facts.words("monuments_or_not")
    if doubtful and not facts.words("monuments").issuperset(behind[1:]):
        return False  # james-cook-center-manager, but not -community-center
    pair = f"{words[i].folded} {words[i + 1].folded}"
    return pair in facts.words("eponyms") or pair in facts.words("public_figures")
