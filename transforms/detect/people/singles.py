"""Single words that are a name rather than anything else, for strict."""

import re
from collections.abc import Iterator
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.detect.people.called_after import called_after
from weir.transforms.detect.people.journeys import is_a_town, is_about_towns
from weir.transforms.detect.people.naming import Person
from weir.transforms.detect.people.somewhere import is_somewhere
from weir.transforms.detect.people.wares import is_of_a_shop, is_told, is_trades
from weir.transforms.detect.people.worth import PARTICLES, Word, words_of

_TWO_WORDS = re.compile(r"[A-Za-zÀ-ž'’]{3,12}[ ._+-][A-Za-zÀ-ž'’]{3,12}")


def single_names(text: str) -> Iterator[Person]:
    """Single words that are more often a name than anything else, and two that no list has, for
    strict."""
    words = list(words_of(text))
    if len(words) == 1 and words[0].text.isupper() and len(words[0].text) == 3:
        return  # from=MUC
    works = set(of_works(words, facts.words("not_people")))
    after = set(called_after(words))
    told = is_told([word for i, word in enumerate(words) if i not in after])
    works |= set() if told else after
    shop = is_of_a_shop(text, words)
    around = _Around(words)
    towns = is_about_towns(words)
    for i, word in enumerate(words):
        if (
            not word.known
            and (word.given >= 2 or word.family >= (2 if told else 3))
            and len(word.text) > 2
            and i not in works
            and not (shop and word.given < 4 and not word.capital)
            and (told or not is_trades(words, i))
            and not _is_understood(words, i, around)
            and not (towns and not word.capital and is_a_town(word))
            and (told or not _is_named_after(words, i))
        ):
            yield Person(word.start, word.end, 0.4, "a word that is mostly a name")
    alone = len(words) == 2 and _TWO_WORDS.fullmatch(text.strip())
    if alone and not works and not any(map(_is_listed, words)):
        yield Person(words[0].start, words[1].end, 0.4, "two words that no list has")


def _is_named_after(words: list[Word], i: int) -> bool:
    """Whose theorem, comet or disease it is: halley-comet."""
    behind = words[i + 1].folded if i + 1 < len(words) else ""
    return behind in facts.words("named_after")


def _is_listed(word: Word) -> bool:
    """Of any list: a dictionary's, names', places', of what is made."""
    lists = (facts.lexicon().names, facts.words("makers"), facts.words("programming"))
    return word.known or any(word.folded in words for words in lists)


def of_works(words: list[Word], names: frozenset[str]) -> Iterator[int]:
    """Which words are of one of the names of two words, particles passed over."""
    at = [i for i, word in enumerate(words) if word.folded not in PARTICLES]
    for pairs in (pairwise(range(len(words))), pairwise(at)):
        for i, k in pairs:
            if f"{words[i].folded} {words[k].folded}" in names:
                yield from (i, k)


class _Around:
    """What a text's words are, counted once, so that each can be asked about all others."""

    def __init__(self, words: list[Word]) -> None:
        self.telling = sum(is_told([word]) for word in words)
        self.unknown = sum(not word.known for word in words)
        self.long = sum(len(word.text) > 2 for word in words)


def _is_understood(words: list[Word], i: int, around: _Around) -> bool:
    """A place, or a rare name in small letters among words that are all known."""
    word = words[i]
    rare = word.given < 4 and word.family < 5 and not word.capital
    others_tell = around.telling > is_told([word])
    if rare and not others_tell and len(words) > 2 and around.unknown == (not word.known):
        return around.long > (len(word.text) > 2)
    thing = word.folded in facts.words("makers") or word.folded in facts.words("programming")
    if word.folded in facts.words("cuisines") and not word.capital:
        return True
    return is_somewhere(words, i) or (rare and thing)
