"""A name that was found, and how words of names are written."""

import re
from dataclasses import dataclass

from weir.transforms.detect.people.worth import Word

NEIGHBOURS = re.compile(r"[ \t+_.~|-]{1,3}")
_VOWEL = re.compile(r"[aeiouy]")


@dataclass(frozen=True)
class Person:
    """A name found: its span, points as a score between 0 and 1, and what spoke for it.

    `guessed`: only the words themselves spoke for it, which are as often something else.
    """

    start: int
    end: int
    score: float
    why: str
    guessed: bool = True


def could_be_name(word: Word) -> bool:
    """In no dictionary, and a word to look at."""
    long = len(word.text) > 2 and (not word.folded.isascii() or bool(_VOWEL.search(word.folded)))
    return long and not word.known


def is_title(word: Word) -> bool:
    """A capital and small letters."""
    return word.capital and word.text[1:].islower()
