"""Single names that something beside them gives away: a title, a greeting, a role, a device."""

import re
from collections.abc import Iterator
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.people.called_after import is_own_page
from weir.transforms.detect.people.naming import NEIGHBOURS, Person, could_be_name, is_title
from weir.transforms.detect.people.users import is_sure_name
from weir.transforms.detect.people.worth import NOBLE, Word, openings, worth

_ANYBODY = frozenset(("sir", "sirs", "madam", "madams", "maam"))
_APART = re.compile(r"[ .,+_:-]{1,3}")


def addressed(text: str, words: list[Word], i: int, word: Word) -> Iterator[Person]:
    """A name behind a title or greeting, or before a device: Frau Weber, Hello Jane, Jane's PC."""
    yield from _owner(text, words, i, word)
    before = words[i - 1]
    if i == 0 or before.folded not in openings():
        return
    if not _APART.fullmatch(text[before.end : word.start]):
        return
    called = f"{before.folded} {word.folded}" in facts.words("not_people")
    called = called or is_own_page(words, i - 1)
    if len(word.text) < 2 or (called and not _goes_on(words, i)):
        return
    if before.folded in facts.words("titles"):
        if word.folded in NOBLE and i + 1 < len(words) and words[i + 1].capital:
            yield Person(word.start, words[i + 1].end, 0.7, "a name behind a title", False)
            return  # Herr von Bergen
        if word.folded in facts.words("titles"):
            return  # Herr Dr. Quasthoff
        if (
            word.family >= 2
            or word.given >= 3
            or (word.capital and (_may_be(word) or _before_a_family(text, words, i)))
        ):
            end = _with_the_next(text, words, i)
            yield Person(word.start, end, 0.7, "a name behind a title", False)
    elif opening := _greeting(words, i):
        if word.folded in _ANYBODY:
            return  # Dear Sir or Madam: behind a title there is a name or none
        if word.given >= 3 or _is_written(opening, word):
            end = _with_the_next(text, words, i)
            yield Person(word.start, end, 0.6, "a name behind a greeting", False)
        elif _is_foreign(text, opening, words[i : i + 2]):
            yield Person(word.start, _with_the_next(text, words, i), 0.55, "who is greeted")
    elif before.folded in facts.words("titles_maybe") and _is_sure(text, before, word):
        yield Person(word.start, word.end, 0.6, "a name behind what may be a title", False)
    elif before.folded in facts.words("ends_of_titles") and _is_cut(text, words, i):
        yield Person(word.start, word.end, 0.6, "a name behind a title cut short", False)
    elif before.folded in facts.words("before_one_name") and _is_alone(text, words, i):
        yield Person(word.start, word.end, 0.5, "a name behind a word about people")


def _is_sure(text: str, before: Word, word: Word) -> bool:
    """A name and nothing else, or in no dictionary behind a point: famille Kowalczyk,
    Bc. Quasthoff, no bc ferries."""
    short = text[before.end] == "."
    return is_title(word) and (is_sure_name(word.folded) or (short and could_be_name(word)))


def _is_cut(text: str, words: list[Word], i: int) -> bool:
    """Behind the end of a title that is joined to it: sig.ra Kowalczyk, г-на Ковальчука."""
    title, end = words[i - 2 : i] if i > 1 else (words[i], words[i])
    apart = text[title.end : end.start]
    joined = apart == "." and title.folded in facts.words("titles")
    joined = joined or (apart == "-" and title.folded == "г")
    return joined and is_title(words[i]) and not words[i].known


def _goes_on(words: list[Word], i: int) -> bool:
    """Whether what is called like a work is a name by the next word: Hello Dolly Kowalczyk."""
    behind = words[i + 1 : i + 2]
    return bool(behind) and behind[0].capital and (behind[0].sure or words[i].folded in NOBLE)


def _before_a_family(text: str, words: list[Word], i: int) -> bool:
    """Pani Anno Nowak: a word, but for the family's name behind it."""
    behind = words[i + 1 : i + 2]
    return bool(behind) and behind[0].family >= 2 and _with_the_next(text, words, i) > words[i].end


def _with_the_next(text: str, words: list[Word], i: int) -> int:
    """Where a name behind a title ends: Pani Grażyno Maciejewska, whose given name no list has."""
    word, behind = words[i], words[i + 1 : i + 2]
    if not (word.capital and behind and behind[0].capital and _may_be_family(behind[0])):
        return word.end
    apart = text[word.end : behind[0].start]
    return behind[0].end if apart == " " and len(behind[0].text) > 2 else word.end


def _greeting(words: list[Word], i: int) -> Word | None:
    """The first word of the greeting that ends before a word: Hello, Welcome back."""
    before = words[i - 1]
    if before.folded in facts.words("greetings"):
        return before
    second = before.folded in facts.words("greetings_second")
    return words[i - 2] if second and i > 1 and words[i - 2].folded in _firsts() else None


@cache
def _firsts() -> frozenset[str]:
    return facts.words("greetings") | facts.words("greetings_first")


def _owner(text: str, words: list[Word], i: int, word: Word) -> Iterator[Person]:
    """Jane's phone, Janes iPhone, jane-macbook."""
    owning = text[word.end : word.end + 2] in ("'s", "’s")
    behind = [w.folded for w in words[i + 1 : i + 3]]
    if owning and _may_be(word) and len(word.text) > 2 and facts.words("devices") & set(behind):
        yield Person(word.start, word.end, 0.6, "somebody's device is called so")
    elif (
        behind
        and behind[0] in facts.words("owned")
        and NEIGHBOURS.fullmatch(text[word.end : words[i + 1].start])
    ):
        name = max(worth(w) for w in {word.folded, word.folded.removesuffix("s")})
        if name[0] >= 3:
            yield Person(word.start, word.end, 0.6, "somebody's device is called so")


def _is_alone(text: str, words: list[Word], i: int) -> bool:
    """A given name with a capital in a sentence, and none behind it."""
    word, before = words[i], words[i - 1]
    above = words[i - 2].folded if i > 1 else ""
    told = before.folded != "is" or above in ("name", "this")
    told = told and (before.folded != "its" or above in facts.words("greetings"))  # hey its Ann
    follows = i + 1 < len(words) and words[i + 1].capital
    sure = word.sure and word.given >= 2
    return (
        told
        and is_title(word)
        and not follows
        and (sure or (before.folded == "is" and could_be_name(word)))
    )


def _may_be(word: Word) -> bool:
    """In the lexicon in any way, or in no dictionary."""
    return word.given > 0 or word.family > 0 or not word.known


def _may_be_family(word: Word) -> bool:
    """The same, or with marks, which an English word has none of: Ana Pagès."""
    return _may_be(word) or not word.text.isascii()


def _is_foreign(text: str, greeting: Word, of: list[Word]) -> bool:
    """Hei Tuulikki, Tisztelt Kovácsházi Bernadett!: a word of no dictionary with a capital, and
    what ends an address behind it, nothing or a name."""
    word = of[0]
    if not (greeting.capital and is_title(word) and not word.known and len(word.text) > 3):
        return False
    if text[word.end : word.end + 1] in (",", "!", ""):
        return True
    return len(of) > 1 and is_title(of[1]) and of[1].given >= 2


def _is_written(before: Word, word: Word) -> bool:
    """With capitals, as a greeting is."""
    return before.capital and word.capital and (word.given >= 0.5 or word.family >= 2)
