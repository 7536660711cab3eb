"""Names in Devanagari, Bengali, Tamil and Thai, by lists of the most frequent ones.

Their vowel signs are no letters to Python, so the words that others are told by end within theirs.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.naming import Person

_WORDS = re.compile(
    r"[\u0900-\u0963\u0970-\u097f]+|[\u0980-\u09ff]+|[\u0b80-\u0bff]+"
    r"|[\u0e01-\u0e7f]+(?:\.[\u0e01-\u0e7f]+){0,2}\.?"
)
_GAP = re.compile(r"[ \u00a0+_,-]{1,2}|\. ?")
_LONGEST = 24  # signs of a Thai given or family name
_SHORTEST = 3


def in_other_scripts(text: str) -> Iterator[Person]:
    """A given beside a family name, and who stands behind a title; nothing in an ASCII text."""
    if text.isascii():
        return
    words = list(_WORDS.finditer(text))
    for i, word in enumerate(words):
        beside = i + 1 < len(words) and _GAP.fullmatch(text, word.end(), words[i + 1].start())
        if word[0][0] >= "\u0e01":
            yield from _thai(words, i, bool(beside))
        elif beside and _are_names(word[0], words[i + 1][0]):
            yield Person(*_with_next(text, words, i), 0.6, "a given and a family name of lists")
        elif beside and len(words) == 2 and _is_alone(text, words):
            yield Person(words[0].start(), words[1].end(), 0.5, "a word and a family name alone")
        elif beside and word[0] in _list("devanagari_asked") and _is_given(words[i + 1][0]):
            yield Person(*words[i + 1].span(), 0.5, "a given name behind what is asked of it")


def _are_names(a: str, b: str) -> bool:
    """Two words of one script that are a person's, in either order; or a title and a name."""
    if f"{a} {b}" in _list("known_in_scripts"):
        return False
    if a[0] >= "\u0b80":
        names = _list("tamil_names")
        return b in names and (a in names or a in _list("tamil_titles"))
    script = "bengali" if a[0] >= "\u0980" else "devanagari"
    given, families = _list(f"{script}_given"), _list(f"{script}_families")
    if script == "bengali" and a in _list("bengali_titles"):
        return b in given or b in families
    return (a in given and b in families) or (a in families and b in given)


def _is_alone(text: str, words: list[re.Match[str]]) -> bool:
    """Nothing but a word and a family name of Devanagari that says nothing else: आराध्या शर्मा."""
    first, last = words[0][0], words[1][0]
    said = _list("devanagari_words") | _list("devanagari_asked") | _list("devanagari_greetings")
    families = _list("devanagari_families") - _list("devanagari_families_said")
    whole = not (text[: words[0].start()] + text[words[1].end() :]).strip()
    known = f"{first} {last}" in _list("known_in_scripts")
    return (
        whole and last in families and len(first) >= _SHORTEST and not known and first not in said
    )


def _is_given(word: str) -> bool:
    return word in _list("devanagari_given")


def _with_next(text: str, words: list[re.Match[str]], i: int) -> tuple[int, int]:
    """The span of the two words at i, and of a third that is a name beside the second."""
    end = words[i + 1].end()
    if i + 2 < len(words) and _GAP.fullmatch(text, end, words[i + 2].start()):
        a, b = words[i + 1][0], words[i + 2][0]
        end = words[i + 2].end() if _are_names(a, b) else end
    return words[i].start(), end


def _thai(words: list[re.Match[str]], i: int, beside: bool) -> Iterator[Person]:
    """A word is a whole phrase: a given name alone in one, with the family's behind a space."""
    start, end = words[i].span()
    title = _title(words[i][0])
    name = words[i][0][len(title) :].strip(".")
    told = title in _list("thai_titles")
    if title and not name and beside:  # นาย สมศักดิ์
        name, end = words[i + 1][0], words[i + 1].end()
        beside, i = i + 2 < len(words), i + 1
    behind = words[i + 1][0] if beside and i + 1 < len(words) else ""
    family = _is_a_family(behind)
    listed = name in _list("thai_given")
    if (listed and (title or family)) or (told and _could_be(name)):
        yield Person(start, words[i + 1].end() if family else end, 0.6, "a Thai name", not title)
    elif title and family and _could_be(name) and end - start < _LONGEST:
        yield Person(start, words[i + 1].end(), 0.5, "two Thai words behind a title")


def _title(word: str) -> str:
    """The title that a word begins with, the longest."""
    begins = (title for title in _titles() if word.startswith(title))
    return next(begins, "")


@cache
def _titles() -> tuple[str, ...]:
    both = _list("thai_titles") | _list("thai_titles_maybe")
    return tuple(sorted(both, key=len, reverse=True))


def _could_be(name: str) -> bool:
    """As long as names are, and no other word that begins as the title does."""
    none = tuple(_list("thai_no_names"))
    return _SHORTEST <= len(name) <= _LONGEST and not name.startswith(none)


def _is_a_family(word: str) -> bool:
    fits = _SHORTEST < len(word) <= _LONGEST and "\u0e01" <= word[0] <= "\u0e7f"
    return fits and "." not in word and not word.startswith(tuple(_list("thai_behind")))


@cache
def _list(name: str) -> frozenset[str]:
    """A list as decoded texts are written (NFKC)."""
    return frozenset(unicodedata.normalize("NFKC", word) for word in facts.words(name))
