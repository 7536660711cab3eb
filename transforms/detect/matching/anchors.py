"""Which of many regexes could match a text: what any match has is looked up once for all of them.

The word that a regex needs (see literals.py) is kept under its first three signs: the threes of a
text find the few that are worth a try. Of these its signs, digits and length are asked.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from weir.transforms.detect.matching.literals import (
    BEYOND,
    folded,
    least_digits,
    least_run,
    least_signs,
    literals,
    signs,
)

T = TypeVar("T")
_GRAM = 3
_ROW = re.compile(r"\d+")
_BITS = {chr(code): 1 << code for code in range(129)}
_BEYOND = _BITS[BEYOND]


@dataclass(frozen=True)
class Needs:
    """What any match of a regex has."""

    words: tuple[str, ...]  # one of these, folded; none: that cannot be told
    signs: tuple[int, ...]  # a sign of each of these, as a set of bits
    digits: int
    row: int  # of digits, nothing between them
    length: int

    @staticmethod
    def of(regex: str) -> "Needs":
        """Read off the regex."""
        sets = tuple(map(_bits, signs(regex)))
        digits, row = least_digits(regex), least_run(regex)
        return Needs(literals(regex), sets, digits, row, least_signs(regex))


def _bits(some: Iterable[str]) -> int:
    bits = 0
    for sign in some:
        bits |= _BITS.get(sign, _BEYOND)
    return bits


class Anchors(Generic[T]):
    """Whatever has needs, by the words of these. Sets of them are numbers, a bit for each."""

    def __init__(self, all_of: Iterable[tuple[T, Needs]]) -> None:
        self._all = list(all_of)
        self._wordless = 0
        self._short: defaultdict[str, int] = defaultdict(int)
        self._long: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for at, (_, needs) in enumerate(self._all):
            self._wordless |= (not needs.words) << at
            for word in needs.words:
                words = self._short if len(word) <= _GRAM else self._long[word[:_GRAM]]
                words[word] |= 1 << at

    def possible(self, text: str) -> list[T]:
        """Those that could match."""
        read, found = folded(text), self._wordless
        present = set(read)
        grams = [read[at : at + _GRAM] for at in range(len(read) - 2)]
        pairs = {read[at : at + 2] for at in range(len(read) - 1)}
        for short in self._short.keys() & (present | pairs | set(grams)):
            found |= self._short[short]
        for gram in self._long.keys() & grams:
            for word, some in self._long[gram].items():
                if some & ~found and word in read:
                    found |= some
        has = _bits(present) | (0 if text.isascii() else _BEYOND)
        digits, length, possible = sum(map(str.isdigit, text)), len(text), []
        row = max(map(len, _ROW.findall(text)), default=0)
        while found:
            at = found.bit_length() - 1
            found ^= 1 << at
            one, needs = self._all[at]
            long = needs.length <= length and needs.digits <= digits and needs.row <= row
            if long and all(some & has for some in needs.signs):
                possible.append(one)
        return possible
