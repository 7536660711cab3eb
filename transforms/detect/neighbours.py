"""Which values could hold a person's name: the lexicon and its points as Arrow and numpy kernels.

Somewhat too wide, never too narrow: whatever `persons.people` finds in an ASCII value that stands
under no telling name passes here (a test holds them against each other). Other values are looked at
anyway, since they may be encoded.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect import persons

_BREAK = " qz "  # between what are no neighbours; too short for a name
_APART = r"[/=&?;:\"<>(){}\[\]@#!*0-9]+"
_ENDING = "(?:iest|ies|ing|ers?|ed|es|ly|s|y|e)$"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Known:
    """The lexicon's words in one array, and their points at the same places."""

    words: pa.StringArray
    given: Floats
    family: Floats
    is_word: Bools
    english: pa.StringArray
    nobody: pa.StringArray
    opening: pa.StringArray  # titles and greetings
    about: pa.StringArray
    particles: pa.StringArray


@cache
def _known() -> _Known:
    lexicon = facts.lexicon()
    ascii_words = [word for word in lexicon.names if word.isascii()]
    worth = [persons.worth(word) for word in ascii_words]
    return _Known(
        pa.array(ascii_words, pa.string()),
        np.array([0.0, *(w[0] for w in worth)]),
        np.array([0.0, *(w[1] for w in worth)]),
        np.array([False, *(w[2] for w in worth)]),
        pa.array(sorted(lexicon.english), pa.string()),
        pa.array(sorted(facts.words("nobody")), pa.string()),
        pa.array(sorted(facts.words("titles") | facts.words("greetings")), pa.string()),
        pa.array(
            sorted(facts.words("about_people") | facts.words("titles") | facts.words("greetings")),
            pa.string(),
        ),
        pa.array(sorted(persons.PARTICLES), pa.string()),
    )


def could_name(values: pa.StringArray, strict: bool = False) -> pa.BooleanArray:
    """True where neighbouring words could be a person's name. Null stays null."""
    plain = pc.replace_substring(pc.replace_substring_regex(values, r"['’`´]s\b", ""), "'", "")
    whole: pa.BooleanArray = pc.or_(
        _look(plain, strict), pc.fill_null(pc.match_substring(values, "'s "), False)
    )
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
    tokens = pc.ascii_lower(lists.flatten())
    of = pc.list_parent_indices(lists).to_numpy()
    found = np.zeros(len(values), dtype=bool)
    dotted = pc.match_substring(broken, ".").to_numpy(zero_copy_only=False)
    found[of[_suspicious(tokens, of, dotted, strict)]] = True
    return pa.array(found)


def _suspicious(
    tokens: pa.StringArray, of: npt.NDArray[np.int64], dotted: Bools, strict: bool
) -> Bools:
    """The tokens at which something begins that could be a name."""
    known = _known()
    encoded = tokens.dictionary_encode()
    distinct, at = encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)
    place = pc.fill_null(pc.index_in(distinct, value_set=known.words), -1).to_numpy() + 1
    length = pc.utf8_length(distinct).to_numpy()
    word = np.where(place > 0, known.is_word[place], _is_word(distinct, length))
    given, family = known.given[place], known.family[place]

    def marks(of_set: pa.StringArray) -> Bools:
        mask = pc.is_in(distinct, value_set=of_set).to_numpy(zero_copy_only=False)
        return np.asarray(mask[at], dtype=np.bool_)

    g, h, w, short = given[at], family[at], word[at], (length == 1)[at]
    near = np.zeros(len(dotted), dtype=bool)
    near[of[marks(known.about)]] = True
    more = 3.0 * near[of] + (1.0 if strict else 0.0)
    linking = short | marks(known.particles)
    alone = ~w & ((g >= 4) | (h >= 5)) & strict
    found: Bools = (
        alone
        | _pairs(g, h, w, short & (dotted | near)[of], linking, of, more)
        | (
            marks(known.opening)
            & _same(of, 1)
            & ((_next(g, 1) > 0) | (_next(h, 1) > 0) | ~_next(w, 1))
        )
    )
    return found


def _pairs(g: Floats, h: Floats, w: Bools, short: Bools, linking: Bools, of: npt.NDArray[np.int64], more: Floats) -> Bools:  # fmt: skip  # noqa: E501
    """Where the points of a word and one of the next three could suffice."""
    found = np.zeros(len(g), dtype=bool)
    between = np.ones(len(g), dtype=bool)
    first = np.where(g > 0, g, np.where(short, 3.0, 0.0))
    for step in (1, 2, 3):
        second, known = _next(h, step), _next(w, step)
        last = np.where(second > 0, second, np.where(known, 0.0, 3.0))
        last = np.maximum(last, np.where(_next(short, step), 2.0, 0.0))
        start = np.where((first == 0) & ~w & (second >= 5), 1.5, first)
        both = 2.0 * (~w & ~known)
        enough = start + last + both + 2.0 + more >= persons.ENOUGH
        found |= between & _same(of, step) & (start > 0) & (last > 0) & enough
        if step == 1:
            turned = h + _next(g, 1) + both + more + 1.0 >= persons.ENOUGH
            found |= _same(of, 1) & (h > 0) & (_next(g, 1) >= 1) & turned
        between = between & _next(linking, step)
    return found


def _is_word(distinct: pa.StringArray, length: npt.NDArray[np.int64]) -> Bools:
    known = _known()
    stems = pc.if_else(length > 4, pc.replace_substring_regex(distinct, _ENDING, ""), distinct)
    is_word: pa.BooleanArray = pc.or_(
        pc.or_(
            pc.is_in(distinct, value_set=known.english), pc.is_in(stems, value_set=known.english)
        ),
        pc.is_in(distinct, value_set=known.nobody),
    )
    return np.asarray(is_word.to_numpy(zero_copy_only=False) | (length < 3), dtype=np.bool_)


def _next(values: npt.NDArray, step: int) -> npt.NDArray:  # type: ignore[type-arg]
    """The values `step` places on; zeros behind the end."""
    return np.concatenate([values[step:], np.zeros(min(step, len(values)), dtype=values.dtype)])


def _same(of: npt.NDArray[np.int64], step: int) -> Bools:
    """Whether the token `step` places on is of the same value."""
    same = np.concatenate([of[step:], np.full(min(step, len(of)), -1)]) == of
    return np.asarray(same, dtype=np.bool_)
