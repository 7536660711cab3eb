"""Words of a shop that are somebody's name elsewhere: becker autoradio, fischer-duebel-10x50.

Only in small letters and where nothing speaks for a person; a given beside a family name stays one.
"""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import Word, is_nobody, raw_worth, tells_anywhere

_MEASURE = re.compile(
    r"(?<![^\W_])(?:\d+(?:[.,-]\d+)?[ _+-]?(?:mm|cm|km|kg|mg|ml|cl|dl|liter|litre|litres|litri"
    r"|litros|zoll|inch|pouces|pulgadas|gb|tb|mah|watt|volt|parca|adet|stuck|stueck|stk|pcs|pack|tlg|teilig"
    r"|pieces|piezas|pezzi|sztuk|db|κιλα|κιλά|λιτρα|λίτρα|τεμ|合|寸|枚|本|個|개|인용)"
    r"|\d+(?:[.,]\d+)?[glwvm]|\d+[ ]?x[ ]?\d+(?:[ ]?x[ ]?\d+)?(?:mm|cm|m)?"
    r"|[mwfhdx](?:[-/| ][mwfhdx]){1,2}|1[:/-](?:10|12|18|24|32|43|50|64|72|87))(?![^\W_])",
    re.IGNORECASE,
)  # m-w-d: whom a job is for
_FOR = frozenset(("do", "zu"))  # between words of Polish and German: a thing for something
_MANY = 4  # a given name that so many bear stays one before a word that no dictionary has


def is_a_maker(folded: str) -> bool:
    """A maker, a brand or a firm, of whatever list."""
    lists = ("makers", "brands", "firms_alone", "brands_as_names")
    return any(folded in facts.words(name) for name in lists)


@cache
def _brands() -> frozenset[str]:
    all_of_them = facts.words("makers") | facts.words("owned") | facts.words("brands")
    return frozenset(brand for brand in all_of_them if raw_worth(brand)[1] < _MANY)


def is_of_a_shop(text: str, words: list[Word]) -> bool:
    """A measure or a brand stands in the text, and nothing about people."""
    if is_told(words):
        return False
    return bool(_MEASURE.search(text)) or any(w.folded in _brands() for w in words)


def is_told(words: list[Word]) -> bool:
    """Whether a word says wherever it stands that the text is about a person."""
    return any(w.folded in tells_anywhere() for w in words)


def is_ware(text: str, words: list[Word], i: int, last: int, shop: bool) -> bool:
    """Whether the words at i and `last` are a thing's, although they could be a name's."""
    a, b = words[i], words[last]
    if a.capital or b.capital or a.initial or b.initial:
        return _is_slug(a, b, shop)
    trades = facts.words("trades")
    if f"{a.folded} {b.folded}" in facts.words("wares_of_names") and any(
        w.folded in facts.words("routes_of_wares") for w in words
    ):
        return True  # rob roy recipe
    brand = a.folded in _brands() or (b.folded in _brands() and not a.given)
    if shop and (brand or not _are_sure(a, b)):
        return True
    given, family = raw_worth(a.folded)[0], raw_worth(b.folded)[1]
    if any(w.folded in _FOR for w in words[i + 1 : last]):
        return given < _MANY  # mata do jogi
    if a.folded in trades and b.folded in trades and len(words) > 2:
        slug = text[a.end : b.start] == "-" and a.known and b.known
        return slug or given < _MANY
    if a.folded in trades and last > i + 1:
        return b.known and family < 3 and b.given < 1  # torre de sonido
    if a.folded in trades:
        named = b.given >= 3 or (b.family >= 3 and not b.known)  # schneider anna
        return not named and (not given >= _MANY or (b.known and family < 3))
    return b.folded in facts.words("materials") and not a.given


def is_food(a: Word, b: Word) -> bool:
    """What is eaten or drunk, after where it is made so: Nürnberger Lebkuchen."""
    return a.folded.endswith("er") and b.folded.endswith(_foods())


@cache
def _foods() -> tuple[str, ...]:
    return tuple(facts.words("foods"))


def _is_slug(a: Word, b: Word, shop: bool) -> bool:
    """Two capitals beside a brand or a measure that are nobody's name: iPhone 15 Pro Max."""
    return shop and not (a.given or b.family) and not (a.initial or b.initial)


def _are_sure(a: Word, b: Word) -> bool:
    """A given name and a family name of the lexicon, one of them no word; or the other way."""
    if a.folded in facts.words("trades") and b.known:
        return False
    both = (a.given >= 1 and b.family >= 1) or (a.family >= 1 and b.given >= 1)
    return both and (a.sure or b.sure)


def is_trades(words: list[Word], i: int) -> bool:
    """A surname of a trade or a colour among words that are nobody's: zimmermann hammer."""
    word = words[i]
    lists = (facts.words("trades"), facts.words("materials"))
    if word.capital or not any(word.folded in of_things for of_things in lists):
        return False
    others = [*words[max(0, i - 3) : i], *words[i + 1 : i + 4]]
    named = any(
        (w.sure or raw_worth(w.folded)[0] >= 3) and w.folded not in facts.words("trades")
        for w in others
        if not is_nobody(w.folded)
    )
    return not named and any(len(w.text) > 2 or w.folded in "mwd" for w in others)
