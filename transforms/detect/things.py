"""Letters and digits that are a thing's and nobody's: models, films, codes that everybody gets."""

import re
from collections.abc import Collection

from weir.schemas import detect as facts
from weir.transforms.detect.worth import fold, worth

_DISCOUNT = re.compile(r"([A-Za-z]{3,12})\d{1,4}|\d{1,3}([A-Za-z]{3,12})")
_CONSENT = re.compile(r"[BC][A-P][\w.-]{18,}")  # a framework's version and date come first
_FILM = re.compile(r"[\w-]{11}")
_LONGEST = 14  # of a model's number
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ :=#._-]{1,3}(?:[A-Za-z]{1,3}-)?$")


def is_everybodys(text: str, context: Collection[str]) -> bool:
    """What a name says that nobody in particular has: a film (v), a discount, a consent."""
    if not facts.words("consents").isdisjoint(context) and _CONSENT.fullmatch(text):
        return True
    if set(context) == {"v"} and _FILM.fullmatch(text):
        return True
    discount = _DISCOUNT.fullmatch(text)
    if discount is None or facts.words("discounts").isdisjoint(context):
        return False
    given, _, known = worth(fold(discount[1] or discount[2]))
    return known or given < 3  # a code that is called after somebody may be theirs


def is_model(text: str, start: int, end: int, context: Collection[str]) -> bool:
    """The number of a model: by its name, or by the word before it (model: x, samsung x)."""
    if end - start > _LONGEST:
        return False
    if not facts.words("models").isdisjoint(context):
        return True
    before = _WORD_BEFORE.search(text[max(start - 24, 0) : start])
    word = before[1].lower() if before else ""
    return word in facts.words("models") or word in facts.words("makers")
