"""What a word is worth in a name: points as a given and as a family name, by the lexicon."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from weir.schemas import detect as facts

ONE_WORD = re.compile(r"[^\W\d_]+(?:['’`´][^\W\d_]+)*")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")  # of ASCII; see `_humps`
_PREFIX = re.compile(r"(?i:mc|mac|fitz|de|di|da|du|van|von|la|le|o)[A-Z]")
_FOLDED = str.maketrans("łøđıß", "lodis")
PARTICLES = facts.words("particles")
LEADING = re.compile(rf"\A(?:(?:{'|'.join(sorted(PARTICLES))})[ ._+-]+){{1,3}}", re.IGNORECASE)
"""What a family's name begins with: van der, de."""

NOBLE = frozenset(("van", "von", "der", "den", "zu", "ter", "ten", "bin", "ibn", "bint", "della"))
"""Particles that stand in names and seldom elsewhere."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: where it stands, and what it is worth."""

    start: int
    end: int
    text: str
    folded: str
    given: float  # points as a given name; 0: none
    family: float
    known: bool  # a word of the dictionary, a brand: nobody's name unless the lexicon has it

    @property
    def initial(self) -> bool:
        """One letter."""
        return len(self.text) == 1

    @property
    def capital(self) -> bool:
        """Begins with a capital letter."""
        return self.text[0].isupper()

    @property
    def sure(self) -> bool:
        """In the lexicon and in no dictionary."""
        return (self.given >= 1 or self.family >= 1) and not self.known


def words_of(text: str) -> Iterator[Word]:
    """The words of a text; those of camelCase apart, unless the whole is a name."""
    for match in ONE_WORD.finditer(text):
        token = match[0]
        humps = [0, *_humps(token), len(token)]
        if len(humps) > 2 and (_is_one(fold(token)) or _PREFIX.match(token)):
            humps = [0, len(token)]
        for start, end in pairwise(humps):
            part = token[start:end]
            if part.endswith(("'s", "’s")):
                part = part[:-2]
            folded = fold(part)
            given, family, known = _marked(part, folded) if part else (0.0, 0.0, True)
            if part:
                at = match.start() + start
                yield Word(at, at + len(part), part, folded, given, family, known)


def _is_one(folded: str) -> bool:
    """A name or a device that has a capital within: DeAndre, MacBook."""
    return worth(folded)[:2] != (0.0, 0.0) or folded in facts.words("owned")


def _humps(token: str) -> Iterator[int]:
    """Where a capital follows a small letter."""
    if token.isascii():
        yield from (match.start() for match in HUMP.finditer(token))
    else:
        yield from (
            i for i in range(1, len(token)) if token[i - 1].islower() and token[i].isupper()
        )


class _Folds(dict[int, str]):
    """Signs without their marks, each thought about once."""

    def __missing__(self, code: int) -> str:
        apart = unicodedata.normalize("NFKD", chr(code)).translate(_FOLDED)
        self[code] = "".join(sign for sign in apart if not unicodedata.combining(sign))
        return self[code]


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Lower case, Latin letters without marks, apostrophes left out."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_FOLDS))
    return text.replace("'", "").replace("’", "") if not text.isalpha() else text


def _marked(part: str, folded: str) -> tuple[float, float, bool]:
    """What a word is worth; one with marks (Mareš) is not the English word without them."""
    lexical = facts.lexicon().names.get(folded) if not part.isascii() and folded.isascii() else None
    if lexical is None or is_nobody(folded) or folded in facts.languages() or lexical[3] == 2:
        return worth(folded)
    return float(lexical[0]), float(lexical[1]), False


def worth(folded: str) -> tuple[float, float, bool]:
    """(points as given, as family name, whether it is a word): half a point where a word is rarer
    as a name than as a word."""
    return _worth(folded) if len(folded) <= _LONGEST else (0.0, 0.0, False)


_LONGEST = 40  # letters; no list has a longer word, and looking for two in one takes their square


@lru_cache(maxsize=65536)
def _worth(folded: str) -> tuple[float, float, bool]:
    known = facts.lexicon().names.get(folded)
    if known is None:
        return 0.0, 0.0, is_word(folded)
    given, family, word, place = known
    nobody = is_nobody(folded)  # but Donna and Max are, although they are words
    foreign = folded in facts.languages()  # a word that no English dictionary has: Wolny, Rosso
    fewest, word = 3 if nobody else 1, max(word, int(foreign))
    less = max(5 if nobody else 0, (0, 2, 5)[word], (0, 2, 4)[place])
    points = [max(level - less, 0.5) if level >= fewest else 0.0 for level in (given, family)]
    return points[0], points[1], nobody or word > 0 or place == 2


def raw_worth(folded: str) -> tuple[int, int]:
    """How many bear a name as given and as family name, whatever else the word says."""
    return facts.lexicon().names.get(folded, (0, 0, 0, 0))[:2]


def is_a_place(folded: str) -> bool:
    """A town or a country of the lexicon, whoever is called so as well."""
    return facts.lexicon().names.get(folded, (0, 0, 0, 0))[3] > 0


def is_only_a_name(folded: str) -> bool:
    """A name of the lexicon that no dictionary has as a word."""
    given, family, known = worth(folded)
    return not known and max(given, family) >= 2


def is_nobody(folded: str) -> bool:
    """A brand, or a word so frequent in some language that it is nobody's name."""
    lists = (facts.words("nobody"), facts.words("said"), facts.everyday())
    return any(folded in words for words in lists)


def is_word(folded: str) -> bool:
    """A word of any language that is known here, also with another ending or put together."""
    return is_english(folded) or is_nobody(folded) or _is_foreign(folded)


def is_listed(folded: str) -> bool:
    """A word that a dictionary has as it is, or in English with another ending."""
    return len(folded) > 2 and (is_english(folded) or folded in facts.languages())


def is_programmers(folded: str, other: str) -> bool:
    """A programmer's word beside another one: price, but not max where the other is a family's
    name and nothing else (max_gruber)."""
    if folded not in facts.words("programming"):
        return False
    called = raw_worth(folded)[0] >= _CALLED and raw_worth(other)[1] >= 1
    return not (called and is_only_a_name(other) and not is_a_place(other))


_CALLED = 5  # how many bear a given name, in half powers of ten


def is_rather_said(folded: str) -> bool:
    """A word that few bear as a name, if anybody."""
    return worth(folded)[2] and max(raw_worth(folded)) < 3 and len(folded) > 3


def is_english(folded: str) -> bool:
    """A word of the English dictionary, or too short to tell."""
    english = facts.lexicon().english
    return len(folded) < 3 or folded in english or stem(folded) in english


_DIGRAPH = re.compile("(?<=[aou])e")


def _is_foreign(folded: str) -> bool:
    if _is_spelled(_DIGRAPH.sub("", folded), folded):
        return True
    return folded in facts.languages() or is_made_of(folded, facts.languages())


def _is_spelled(plain: str, folded: str) -> bool:
    """A word with ae, oe or ue where others write a mark: tragoedie."""
    return plain != folded and len(plain) > _SHORTEST_SPELLED and plain in facts.languages()


_SHORTEST_SPELLED = 5


def is_rarely_said(folded: str) -> bool:
    """A word of another language that is not said all the time: Leeuw, Fleche."""
    return len(folded) <= _LONGEST and _is_rarely_said(folded)


@lru_cache(maxsize=65536)
def _is_rarely_said(folded: str) -> bool:
    return _is_foreign(folded) and not is_nobody(folded) and not is_english(folded)


def is_made_of(word: str, words: Collection[str]) -> bool:
    """One of `words` with another ending (stoel: stoelen), or two of them (vinterjakke).

    Of names in no list, three in a hundred look so.
    """
    inflected = any(
        base + vowel in words
        for base in (word[:-1], word[:-2])
        if len(base) > 4
        for vowel in ("", *_VOWELS)
        if base + vowel != word
    )
    parts = ((word[:at], word[at:]) for at in range(4, len(word) - 3))
    return inflected or any(a in words and b in words for a, b in parts)


_VOWELS = "aeioy"


_ENDING = re.compile(r"(?:iest|ies|ing|ers?|ed|es|ly|s|y|e)$")


def stem(word: str) -> str:
    """The word without an ending: how english.txt, made by tools/names.py, has it."""
    return _ENDING.sub("", word) if len(word) > 4 else word


@cache
def openings() -> frozenset[str]:
    """Titles, greetings and what else may stand before a single name."""
    lists = ("titles", "titles_maybe", "ends_of_titles", "greetings", "greetings_second",
             "before_one_name")  # fmt: skip
    return frozenset().union(*map(facts.words, lists))


@cache
def about_people() -> frozenset[str]:
    """Words near which a name is expected."""
    return facts.words("titles") | facts.words("greetings") | facts.words("about_people")


@cache
def tells_anywhere() -> frozenset[str]:
    """Words about people that say it wherever they stand: lawyer, obituary."""
    return about_people() - facts.words("only_before")
