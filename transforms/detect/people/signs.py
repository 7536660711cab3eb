"""Words in signs and in Greek that are no names by how they are written or built."""

import re

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import Word, raw_worth

_KATAKANA = re.compile(r"[\u30a0-\u30ff]+")
_NO_NAME = re.compile(r"[ーッヴァィゥェォ]|(?:ズ|ット|ック|ング|ント|セール|パンツ)$|.{6}")
_HIRAGANA = re.compile(r"[\u3041-\u309f]+")
_SIGNS = re.compile(r"[\u3400-\u9fff々]+|[\uac00-\ud7af]+")
_ANY = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_GREEK = re.compile(r"[α-ω]+")
_NEUTER = re.compile(r"[α-ω]*(?:[^υ]ο|ο|ι|ων|εια|ατα|ικα|ες)")
_ELIDED = re.compile(r"(?:[dlnsjcm]|qu)['’][^\W\d_]{3,}")
_LONGEST = 3  # of a name's half in signs


def is_said(word: Word) -> bool:
    """A word in katakana, in signs that are no family's, a Greek neuter, a French d'annecy."""
    text = word.text
    if text.isascii() or "’" in text:
        return text.islower() and bool(_ELIDED.fullmatch(text))
    if _ANY.search(text):
        return _is_said_in_signs(text)
    if _GREEK.fullmatch(word.folded) and not word.capital:
        return bool(_NEUTER.fullmatch(word.folded)) and not (word.given or word.family)
    return False


def _is_said_in_signs(text: str) -> bool:
    if _KATAKANA.fullmatch(text):
        return bool(_NO_NAME.search(text)) or text in facts.words("words_in_katakana")
    if _HIRAGANA.fullmatch(text):
        return len(text) > _LONGEST + 2
    if text in facts.words("persons_in_ideograms"):
        return False
    if not _SIGNS.fullmatch(text):
        return True  # signs and kana: 商品が, お届け
    named = raw_worth(text) != (0, 0) or any(
        raw_worth(text[:cut])[1] > 0 and len(text) <= cut + (2, 2, 3, 3)[cut] for cut in (1, 2, 3)
    )
    return not named or text in facts.words("words_in_ideograms")
