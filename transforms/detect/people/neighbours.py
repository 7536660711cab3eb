"""Which values could hold a person's name: the lexicon and its points as numpy arrays.

Somewhat too wide, never too narrow: whatever `persons.people` finds in an ASCII value that stands
under no telling name passes here (a test holds them against each other). Other values are looked at
anyway, since they may be encoded.
"""

from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect.matching.lettered import Bools, Column, Ints, Lettered, Words, Written
from weir.transforms.detect.people.persons import ENOUGH, STRICTER
from weir.transforms.detect.people.spelling import is_random
from weir.transforms.detect.people.worth import (
    NOBLE,
    PARTICLES,
    about_people,
    is_rarely_said,
    worth,
)

_BREAK = "qz"  # what stands for what parts neighbours; too short for a name
_APOSTROPHES = "'`"  # of ASCII
_OWNING = r"['`][sS](?:\b|_)"  # rare: whoever owns something is looked at in full

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Tokens:
    """What is known of each token."""

    given: Floats
    family: Floats
    capital: Bools  # begins with one
    dashed: Bools  # nothing but a dash before the next
    word: Bools
    single: Bools
    syllable: Bools  # two to six letters
    rare: Bools  # a word of another language; with a capital it may be a name nevertheless
    owner: Bools
    opening: Bools  # a title or a greeting
    about: Bools
    linking: Bools
    noble: Bools
    alone: Bools  # what a single name may stand behind
    owned: Bools
    first: Bools  # of a Vietnamese name
    middle: Bools
    korean: Bools  # a family's name
    holder: Bools  # says that somebody follows
    placed: Bools  # a place that a family may be called after
    strange: Bools  # letters in an order that no word has; of strict


@cache
def _roles() -> tuple[frozenset[str], ...]:
    """Words with a role, from `opening` to `placed`."""
    return (
        facts.words("titles") | facts.words("greetings") | facts.words("greetings_second"),
        about_people(), PARTICLES, NOBLE,
        _alone(), facts.words("owned"),
        facts.words("vietnamese_families"), facts.words("vietnamese_middles"),
        facts.words("korean_families"),
        facts.words("before_holders") | facts.words("civil_titles"),
        facts.words("families_of_places"),
    )  # fmt: skip


def _alone() -> frozenset[str]:
    lists = ("before_one_name", "titles_maybe", "ends_of_titles")
    return frozenset().union(*map(facts.words, lists))


_POINTS = 5  # bits, of half points each
_STRANGE = 2 * _POINTS + 16  # behind the bits of `_known`


@lru_cache(maxsize=65536)
def _known(word: str) -> int:
    """What is known of a word, bit by bit."""
    given, family, is_word = worth(word)
    single, syllable = len(word) == 1, 2 <= len(word) <= 6
    known = (is_word, single, syllable, is_rarely_said(word), _owner(word))
    roles = (word in role for role in _roles())
    bits = sum(bit << at for at, bit in enumerate((*known, *roles), 2 * _POINTS))
    return int(2 * given) | int(2 * family) << _POINTS | bits


@lru_cache(maxsize=65536)
def _known_to_strict(word: str) -> int:
    """The same with what only strict asks."""
    return _known(word) | is_random(word) << _STRANGE


def _tokens(words: Words) -> _Tokens:
    points = (1 << _POINTS) - 1
    given, family = words.known & points, words.known >> _POINTS & points
    bits = (words.known >> at & 1 > 0 for at in range(2 * _POINTS, _STRANGE + 1))
    half = np.float32(0.5)
    return _Tokens(given * half, family * half, words.capital, words.dashed, *bits)


def _owner(word: str) -> bool:
    return worth(word)[0] >= 3 or worth(word.removesuffix("s"))[0] >= 3


def could_name(values: pa.StringArray, strict: bool = False) -> pa.BooleanArray:
    """True where neighbouring words could be a person's name. Null stays null."""
    plain, found = pc.fill_null(values, ""), np.zeros(len(values), np.bool_)
    if Column(plain).count(_APOSTROPHES).any():
        found |= pc.match_substring_regex(plain, _OWNING).to_numpy(zero_copy_only=False)
        plain = pc.replace_substring(pc.replace_substring_regex(plain, _OWNING, ""), "'", "")
    lettered = Lettered(plain)
    written = lettered.written()
    found |= _look(lettered, written, strict)
    if written.humped.any():
        apart = Lettered(plain.filter(pa.array(written.humped)), humps=True)
        found[written.humped] |= _look(apart, apart.written(), strict)
    return pc.if_else(pc.is_valid(values), pa.array(found), pa.scalar(None, pa.bool_()))


def _look(lettered: Lettered, how: Written, strict: bool) -> Bools:
    words = lettered.words(_known_to_strict if strict else _known, _known(_BREAK))
    found = np.zeros(lettered.rows, np.bool_)
    found[words.of[_suspicious(_tokens(words), words.of, how, strict)]] = True
    return found


def _suspicious(t: _Tokens, of: Ints, how: Written, strict: bool) -> Bools:
    """The tokens at which something begins that could be a name."""
    capitals = how.capitals[of]
    t = replace(t, word=t.word & ~(t.rare & (capitals | t.capital)))
    near = np.zeros(len(how.dotted), dtype=bool)
    near[of[t.about]] = True
    more = 3.0 * near[of] + STRICTER * strict + 3.0 * capitals
    short = t.single & (how.dotted | near)[of]
    follows = (_next(t.given, 1) > 0) | (_next(t.family, 1) > 0) | ~_next(t.word, 1)
    found: Bools = t.opening & _same(of, 1) & follows
    found |= t.alone & (capitals | _next(t.capital, 1)) & _same(of, 1) & ~_next(t.word, 1)
    found |= (
        t.holder
        & _same(of, 2)
        & _next(t.capital & (t.given > 0) | ~t.word, 1)
        & _next(t.placed & t.capital, 2)
    )
    found |= t.owner & _same(of, 1) & _next(t.owned, 1)
    found |= t.first & _same(of, 2) & _next(t.middle, 1)
    found |= ~t.word & ((t.given >= 2) | (t.family >= 2)) & strict
    found |= t.strange & strict
    found |= (t.given > 0) & capitals & how.dotted[of] & _next(t.single, 1) & _same(of, 2)
    found |= (t.given >= 2) & ~t.word & capitals & _same(of, 1) & strict
    return found | _korean(t, of) | _pairs(t, short, of, more, how.comma[of], capitals | strict)


def _korean(t: _Tokens, of: Ints) -> Bools:
    """A given name of two syllables, before or behind a family name: Min-su Kim."""
    before: Bools = t.korean & _next(t.syllable & t.dashed, 1)
    behind: Bools = t.dashed & _next(t.syllable, 1) & _next(t.korean, 2)
    return (before | behind) & _same(of, 2)


def _pairs(t: _Tokens, short: Bools, of: Ints, more: Floats, comma: Bools, unknown: Bools) -> Bools:
    """Where the points of a word and one of the next three could suffice, or where both are
    `unknown` and may be a name nevertheless."""
    g, h, w = t.given, t.family, t.word
    found = np.zeros(len(g), dtype=bool)
    between, noble = np.ones(len(g), dtype=bool), np.zeros(len(g), dtype=bool)
    first = np.where(g > 0, g, np.where(short, 3.0, 0.0))
    for step in (1, 2, 3):
        second, known = _next(h, step), _next(w, step)
        last = np.where(second > 0, second, np.where(known & ~noble, 0.0, 3.0))
        last = np.maximum(last, np.where(_next(short, step), 2.0, 0.0))
        likely = (second >= 5) | ((second > 0) & ~known)
        start = np.where((first == 0) & ~w & likely, 1.5, first)
        both = 2.0 * (~w & ~known)
        enough = start + last + both + 1.0 + 1.5 * noble + more >= ENOUGH
        enough = (start > 0) & (last > 0) & enough | (unknown & ~w & ~known)
        found |= between & _same(of, step) & enough
        if step == 1:
            turned = np.where((h == 0) & comma, 3.0, h)
            points = turned + _next(g, 1) + both + more + 2.0
            found |= _same(of, 1) & (turned > 0) & (_next(g, 1) >= 1) & (points >= ENOUGH)
        between = between & _next(t.linking | t.single, step)
        noble = noble | _next(t.noble, step)
    return found


def _next(values: npt.NDArray, step: int) -> npt.NDArray:  # type: ignore[type-arg]
    """The values `step` places on; zeros behind the end."""
    return np.concatenate([values[step:], np.zeros(min(step, len(values)), dtype=values.dtype)])


def _same(of: Ints, step: int) -> Bools:
    """Whether the token `step` places on is of the same value."""
    same = np.concatenate([of[step:], np.full(min(step, len(of)), -1)]) == of
    return np.asarray(same, dtype=np.bool_)
