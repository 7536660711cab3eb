"""What is written like a person's name and is none: brands, works, towns, streets."""

from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.called_after import (
    is_honoured,
    is_of_a_storm,
    is_of_music,
    is_own_page,
)
from weir.transforms.detect.people.naming import NEIGHBOURS, could_be_name, is_title
from weir.transforms.detect.people.worth import NOBLE, PARTICLES, Word, is_a_place, raw_worth

_SAINTS = frozenset(
    ("san", "santa", "santo", "saint", "st", "ste", "sankt", "port", "fort", "lake")
)
_BORNE = 4  # how many bear a word for a place as their family's name, in half powers of ten
_MANY = 6  # the same of a word that is a family's name behind a given one of no list
_NEVER_FIRST = frozenset(("the", "a", "an", "to", "of", "at", "in", "on", "and", "or"))


@cache
def _none() -> frozenset[str]:
    return facts.words("not_people") | facts.places()


def _is_of_works(text: str, words: list[Word], i: int) -> bool:
    """Two words in small letters right before what only those have whom everybody knows."""
    if i + 2 >= len(words) or words[i + 2].folded not in facts.words("works"):
        return False
    right = NEIGHBOURS.fullmatch(text[words[i + 1].end : words[i + 2].start])
    return bool(right) and not words[i].capital


def _is_after_somebody(words: list[Word], i: int) -> bool:
    """The words at i and behind, or one of them, are of what is called after somebody."""
    if any(is_of_a_storm(words, k) for k in (i, i + 1)):
        return True
    if any(k >= 0 and (is_own_page(words, k) or is_honoured(words, k)) for k in (i, i - 1)):
        return True
    if any(is_of_music(words, k) and not words[k].capital for k in (i, i + 1)):
        return True
    pair = f"{words[i + 1].folded} {words[i + 2].folded}" if i + 2 < len(words) else ""
    return pair in facts.words("compounds") and not words[i + 1].capital


def is_nobodys(text: str, words: list[Word], i: int, a: Word, b: Word, telling: bool) -> bool:
    """What is written like a name and is none: brands, works, towns, streets. telling: a field or a
    word says that somebody is meant, so what people may be called as well is a name."""
    before = words[i - 1].folded if i else ""
    behind = words[i + 2].folded if i + 2 < len(words) else ""
    named = a.sure and a.given >= 3 and b.sure and b.family >= 2 and before not in _SAINTS
    works, small = facts.words("not_people"), facts.words("no_street")
    meant = telling and (_is_borne(a, b) or is_mister(before, a, b))
    meant = meant or (behind in facts.words("papers_of_persons") and a.given >= 3)
    return (
        (b.folded in facts.words("titles") and (not b.family or a.folded in facts.words("nobody")))
        or (a.folded in NOBLE and not a.capital)
        or (f"{a.folded} {b.folded}" in facts.places() and not (meant and a.given >= 2))
        or (f"{a.folded} {b.folded}" in works and not meant)
        or (f"{before} {a.folded}" in _none() and not (b.sure and b.family >= 2))
        or (f"{b.folded} {behind}" in _none() and not (a.sure and a.given >= 2))
        or any(not w.capital and w.folded in small for w in (a, b))
        or a.folded in _NEVER_FIRST
        or (not telling and (_is_of_works(text, words, i) or _is_after_somebody(words, i)))
        or a.folded in facts.words("before_places")
        or (before in facts.words("before_places") and before not in PARTICLES and not named)
        or (
            b.folded in facts.words("behind_places")
            and not (meant and (raw_worth(b.folded)[1] >= _BORNE or b.text.istitle()))
            and not b.family >= (2 if a.sure else 3)
        )
    )  # fmt: skip


def is_mister(before: str, a: Word, b: Word) -> bool:
    """A given name and a capital right behind a title that only persons have (Mr. James Mill), or
    any name and a place's that a family may have: Mr. Chanho Mill, User Kevin Garden."""
    if not (a.capital and b.capital):
        return False
    placed = b.folded in facts.words("families_of_places")
    if before in facts.words("civil_titles"):
        return a.given >= 1 or (placed and could_be_name(a))
    return placed and is_title(b) and before in facts.words("before_holders") and _is_given(a, b)


def _is_given(a: Word, b: Word) -> bool:
    """A given name that is neither a word nor a place: Kevin, not Victoria; no Rose Garden."""
    named = (a.sure and a.given >= 1) or a.given >= 3
    pair = f"{a.folded} {b.folded}"
    return named and not is_a_place(a.folded) and pair not in facts.words("compounds")


def is_of_a_place(a: Word, b: Word) -> bool:
    """A given name, or with capitals a word of no list, before a family's name that is a place or a
    colour: Minjun Garden, Chanho Brown."""
    strange = could_be_name(a) and is_title(a) and is_title(b)
    placed = b.folded in facts.words("families_of_places")
    return (placed or raw_worth(b.folded)[1] >= _MANY) and (strange or _is_given(a, b))


def _is_borne(a: Word, b: Word) -> bool:
    """A given and a family name, whatever else is called so: Paul Smith, not Dr Pepper."""
    return a.given >= 1 and raw_worth(b.folded)[1] >= 2
