"""Words of a shop that are somebody's name elsewhere: becker autoradio, fischer-duebel-10x50.

Only in small letters and where nothing speaks for a person; a given beside a family name stays one.
"""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.worth import Word, about_people

_MEASURE = re.compile(
    r"(?<![^\W_])(?:\d+(?:[.,-]\d+)?[ _+-]?(?:mm|cm|km|kg|mg|ml|cl|dl|liter|litre|litres|litri|litros"
    r"|zoll|inch|pouces|pulgadas|gb|tb|mah|watt|volt|parca|adet|stuck|stueck|stk|pcs|pack|tlg|teilig"
    r"|pieces|piezas|pezzi|sztuk|db|κιλα|κιλά|λιτρα|λίτρα|τεμ|合|寸|枚|本|個|개|인용)"
    r"|\d+(?:[.,]\d+)?[glwvm]|\d+[ ]?x[ ]?\d+(?:[ ]?x[ ]?\d+)?(?:mm|cm|m)?"
    r"|[mwfhdx](?:[-/| ][mwfhdx]){1,2})(?![^\W_])",
    re.IGNORECASE,
)  # m-w-d: whom a job is for
_MANY = 4  # a given name that so many bear stays one before a word that no dictionary has


@cache
def _brands() -> frozenset[str]:
    return facts.words("makers") | facts.words("owned") | facts.words("brands")


def is_of_a_shop(text: str, words: list[Word]) -> bool:
    """A measure or a brand stands in the text, and nothing about people."""
    if any(w.folded in facts.words("titles") or w.folded in _tells() for w in words):
        return False
    return bool(_MEASURE.search(text)) or any(w.folded in _brands() for w in words)


@cache
def _tells() -> frozenset[str]:
    return about_people() - facts.words("only_before")


def is_ware(words: list[Word], i: int, last: int, shop: bool) -> bool:
    """Whether the words at i and `last` are a thing's, although they could be a name's."""
    a, b = words[i], words[last]
    if a.capital or b.capital or a.initial or b.initial:
        return _is_slug(a, b, shop)
    trades = facts.words("trades")
    if shop and not _are_sure(a, b):
        return True
    if a.folded in trades and b.folded in trades:
        return a.known and b.known and len(words) > 2
    if a.folded in trades:
        return (b.known and b.given < 1) or (a.given < _MANY and not (b.given or b.family))
    return b.folded in facts.words("materials") and not a.given


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
    word, others = words[i], [*words[:i], *words[i + 1 :]]
    if word.capital or word.folded not in facts.words("trades") | facts.words("materials"):
        return False
    named = any(w.sure and w.folded not in facts.words("trades") for w in others)
    return not named and any(len(w.text) > 2 or w.folded in "mwd" for w in others)
