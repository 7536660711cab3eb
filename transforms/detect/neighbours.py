"""Which values could hold a person's name: the lexicon and its points as Arrow and numpy kernels.

Somewhat too wide, never too narrow: whatever `persons.people` finds in an ASCII value that stands
under no telling name passes here (a test holds them against each other). Other values are looked at
anyway, since they may be encoded.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect.persons import ENOUGH, STRICTER
from weir.transforms.detect.worth import NOBLE, PARTICLES, about_people, is_rarely_said, worth

_BREAK = " qz "  # between what are no neighbours; too short for a name
_OWNING = r"['’`´][sS](?:\b|_)"  # rare: whoever owns something is looked at in full
_APART = r"[/=&?;\"<>(){}\[\]@#!*0-9]+"  # not the colon of Frau: Weber

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


_CAPITALS = r"[A-Z][a-z].*[^A-Za-z][A-Z]|[a-z][A-Z]|^[A-Z][a-z]"
_KOREAN = "[a-z]{2,6}-[a-z]{2,6}"  # a given name of two syllables, before or behind a family name


@dataclass(frozen=True)
class _Tokens:
    """What is known of each token."""

    given: Floats
    family: Floats
    word: Bools
    single: Bools
    opening: Bools  # a title or a greeting
    about: Bools
    linking: Bools
    noble: Bools
    alone: Bools  # what a single name may stand behind
    owned: Bools
    owner: Bools
    first: Bools  # of a Vietnamese name
    middle: Bools
    rare: Bools  # a word of another language; with a capital it may be a name nevertheless
    capital: Bools  # begins with one


@cache
def _roles() -> dict[str, tuple[bool, ...]]:
    """(opening, about, linking, noble, alone, owned, first, middle) of words with a role."""
    of = (
        facts.words("titles") | facts.words("greetings") | facts.words("greetings_second"),
        about_people(), PARTICLES, NOBLE,
        facts.words("before_one_name"), facts.words("owned"),
        facts.words("vietnamese_families"), facts.words("vietnamese_middles"),
    )  # fmt: skip
    return {word: tuple(word in role for role in of) for word in frozenset().union(*of)}


def _tokens(written: pa.StringArray) -> _Tokens:
    """Looked up once for each distinct token in small letters."""
    capital = pc.match_substring_regex(written, "^[A-Z]").to_numpy(zero_copy_only=False)
    encoded = pc.ascii_lower(written).dictionary_encode()
    distinct, at = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)
    roles, none = _roles(), (False,) * 8
    known = np.array(
        [
            (
                *worth(word),
                len(word) == 1,
                *roles.get(word, none),
                _owner(word),
                is_rarely_said(word),
            )
            for word in distinct
        ],
        dtype=np.float64,
    ).reshape(len(distinct), 14)[at]
    word, single, opening, about, linking, noble, alone, owned, first, middle, owner, rare = (
        known[:, 2:] > 0
    ).T
    return _Tokens(
        known[:, 0], known[:, 1], word, single, opening, about, linking | single, noble, alone,
        owned, owner, first, middle, rare, capital,
    )  # fmt: skip


def _owner(word: str) -> bool:
    return worth(word)[0] >= 3 or worth(word.removesuffix("s"))[0] >= 3


@cache
def _korean() -> str:
    families = "|".join(sorted(facts.words("korean_families")))
    return (
        rf"(?i:(?:^|[^a-z])(?:{families})[ _+,.~|-]{{1,3}}{_KOREAN}"
        rf"|{_KOREAN}[ _+,.~|-]{{1,3}}(?:{families})(?:[^a-z]|$))"
    )


def could_name(values: pa.StringArray, strict: bool = False) -> pa.BooleanArray:
    """True where neighbouring words could be a person's name. Null stays null."""
    plain = pc.replace_substring(pc.replace_substring_regex(values, _OWNING, ""), "'", "")
    whole: pa.BooleanArray = pc.or_(
        _look(plain, strict), pc.fill_null(pc.match_substring_regex(values, _OWNING), False)
    )
    whole = pc.or_(whole, pc.fill_null(pc.match_substring_regex(values, _korean()), False))
    humps = pc.fill_null(pc.match_substring_regex(plain, "[a-z][A-Z]"), False)
    if pc.any(humps).as_py():
        split = pc.replace_substring_regex(plain.filter(humps), "([a-z])([A-Z])", r"\1 \2")
        whole = pc.replace_with_mask(
            whole, humps, pc.or_(whole.filter(humps), _look(split, strict))
        )
    return pc.if_else(pc.is_valid(values), whole, pa.scalar(None, pa.bool_()))


def _look(values: pa.StringArray, strict: bool) -> pa.BooleanArray:
    broken = pc.replace_substring_regex(pc.fill_null(values, ""), _APART, _BREAK)
    lists = pc.split_pattern_regex(pc.utf8_trim(broken, " -_.+,~|'\t"), "[^A-Za-z]+")
    tokens = lists.flatten()
    of = pc.list_parent_indices(lists).to_numpy()
    found = np.zeros(len(values), dtype=bool)
    how = _Written(*(
        pc.match_substring_regex(broken, shape).to_numpy(zero_copy_only=False)
        for shape in (r"\.", _CAPITALS, ", ?")
    ))  # fmt: skip
    found[of[_suspicious(tokens, of, how, strict)]] = True
    return pa.array(found)


@dataclass(frozen=True)
class _Written:
    """How a value is written: with a point, with capitals, with a comma."""

    dotted: Bools
    capitals: Bools
    comma: Bools


def _suspicious(
    tokens: pa.StringArray, of: npt.NDArray[np.int64], how: _Written, strict: bool
) -> Bools:
    """The tokens at which something begins that could be a name."""
    t = _tokens(tokens)
    capitals = how.capitals[of]
    t = replace(t, word=t.word & ~(t.rare & (capitals | t.capital)))
    near = np.zeros(len(how.dotted), dtype=bool)
    near[of[t.about]] = True
    more = 3.0 * near[of] + STRICTER * strict + 3.0 * capitals
    short = t.single & (how.dotted | near)[of]
    follows = (_next(t.given, 1) > 0) | (_next(t.family, 1) > 0) | ~_next(t.word, 1)
    found: Bools = t.opening & _same(of, 1) & follows
    found |= t.alone & (capitals | _next(t.capital, 1)) & _same(of, 1) & ~_next(t.word, 1)
    found |= t.owner & _same(of, 1) & _next(t.owned, 1)
    found |= t.first & _same(of, 2) & _next(t.middle, 1)
    found |= ~t.word & ((t.given >= 2) | (t.family >= 2)) & strict
    found |= (t.given > 0) & capitals & how.dotted[of] & _next(t.single, 1) & _same(of, 2)
    found |= (t.given >= 2) & ~t.word & capitals & _same(of, 1) & strict
    return found | _pairs(t, short, of, more, how.comma[of], capitals | strict)


def _pairs(
    t: _Tokens,
    short: Bools,
    of: npt.NDArray[np.int64],
    more: Floats,
    comma: Bools,
    unknown: Bools,
) -> Bools:
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
        between = between & _next(t.linking, step)
        noble = noble | _next(t.noble, step)
    return found


def _next(values: npt.NDArray, step: int) -> npt.NDArray:  # type: ignore[type-arg]
    """The values `step` places on; zeros behind the end."""
    return np.concatenate([values[step:], np.zeros(min(step, len(values)), dtype=values.dtype)])


def _same(of: npt.NDArray[np.int64], step: int) -> Bools:
    """Whether the token `step` places on is of the same value."""
    same = np.concatenate([of[step:], np.full(min(step, len(of)), -1)]) == of
    return np.asarray(same, dtype=np.bool_)
