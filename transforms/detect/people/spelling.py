"""How words are spelled: which letters follow which, so that random ones can be told from words.

Three letters in a row are counted over all words that are known (English, other languages, names).
Of random letters 96 in a hundred of eight, 99 of ten and more are told; of the words themselves
two in a thousand at most, whatever their length, of the names as few.
"""

from functools import lru_cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import fold

_LETTERS = 27  # a to z, and what is around a word
_BEFORE_A = ord("a") - 1
_LONGEST = 64
_SURPRISING = {6: 5.6, 7: 5.4, 8: 5.1, 9: 4.9}
_SURPRISING_AT_ALL = 4.75
"""Bits a letter above which a run of that many letters is no word (measured as above)."""


@lru_cache(maxsize=16384)
def is_random(run: str) -> bool:
    """Six to 64 letters that no word would have in that order."""
    word = run.lower() if run.isascii() else fold(run)
    if not (len(word) in range(6, _LONGEST + 1) and word.isascii() and word.isalpha()):
        return False
    table, at, bits = facts.spelling(), 0, 0.0
    for sign in word.encode("ascii"):
        at = (at * _LETTERS + sign - _BEFORE_A) % _LETTERS**3
        bits += table[at]
    bits += table[at * _LETTERS % _LETTERS**3]
    return bits / (len(word) + 1) > _SURPRISING.get(len(word), _SURPRISING_AT_ALL)
