"""What stands round two words: what says that they are somebody, or that they are compared."""

import re

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import Word, about_people

_COMPARED = re.compile(r" {1,2}(?:['\"]|-?\d|(?:null|true|false|datetime)\b)")
_COMPARISONS = frozenset(("eq", "ne", "ge", "gt", "le", "lt"))
_CALLED = frozenset(("tel", "tlf", "tfno", "mob", "kom", "gsm"))


def is_near(words: list[Word], i: int) -> bool:
    """Whether a telling word stands before or behind the pair that begins at i."""
    before = words[max(0, i - 2) : i]
    behind = [w for w in words[i + 2 : i + 4] if w.folded not in facts.words("only_before")]
    return any(w.folded in about_people() for w in (*before, *behind)) or _is_called(words, i)


def _is_called(words: list[Word], i: int) -> bool:
    """A given name and a capital right before a telephone's word: Ewa Piątek, tel."""
    told = i + 2 < len(words) and words[i + 2].folded in _CALLED
    return told and words[i].given >= 2 and words[i].capital and words[i + 1].capital


def compares(text: str, a: Word, b: Word) -> bool:
    """What a filter compares with, behind a field's name: createdon ge 2024-01-01."""
    named = a.given or a.family or a.initial
    return not named and b.text in _COMPARISONS and bool(_COMPARED.match(text, b.end))
