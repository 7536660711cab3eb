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

from weir.transforms.detect.persons import ENOUGH
from weir.transforms.detect.worth import PARTICLES, about_people, openings, worth

_BREAK = " qz "  # between what are no neighbours; too short for a name
_OWNING = r"['’`´][sS]\b"  # rare: whoever owns something is looked at in full
_APART = r"[/=&?;:\"<>(){}\[\]@#!*0-9]+"

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


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


@cache
def _roles() -> dict[str, tuple[bool, bool, bool]]:
    """(opening, about, linking) of the words that have a role."""
    opening, about = openings(), about_people()
    words = about | opening | PARTICLES
    return {word: (word in opening, word in about, word in PARTICLES) for word in words}


def _tokens(tokens: pa.StringArray) -> _Tokens:
    """Looked up once for each distinct token."""
    encoded = tokens.dictionary_encode()
    distinct, at = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)
    roles, none = _roles(), (False, False, False)
    known = np.array(
        [(*worth(word), len(word) == 1, *roles.get(word, none)) for word in distinct],
        dtype=np.float64,
    ).reshape(len(distinct), 7)[at]
    flags = known[:, 2:] > 0
    return _Tokens(
        known[:, 0], known[:, 1], flags[:, 0], flags[:, 1], flags[:, 2], flags[:, 3],
        flags[:, 4] | flags[:, 1],
    )  # fmt: skip


def could_name(values: pa.StringArray, strict: bool = False) -> pa.BooleanArray:
    """True where neighbouring words could be a person's name. Null stays null."""
    plain = pc.replace_substring(pc.replace_substring_regex(values, _OWNING, ""), "'", "")
    whole: pa.BooleanArray = pc.or_(
        _look(plain, strict), pc.fill_null(pc.match_substring_regex(values, _OWNING), False)
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
    t = _tokens(tokens)
    near = np.zeros(len(dotted), dtype=bool)
    near[of[t.about]] = True
    more = 3.0 * near[of] + (1.0 if strict else 0.0)
    short = t.single & (dotted | near)[of]
    follows = (_next(t.given, 1) > 0) | (_next(t.family, 1) > 0) | ~_next(t.word, 1)
    found: Bools = t.opening & _same(of, 1) & follows
    found |= ~t.word & ((t.given >= 4) | (t.family >= 5)) & strict
    return found | _pairs(t.given, t.family, t.word, short, t.linking, of, more)


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
        enough = start + last + both + 2.0 + more >= ENOUGH
        found |= between & _same(of, step) & (start > 0) & (last > 0) & enough
        if step == 1:
            turned = h + _next(g, 1) + both + more + 1.0 >= ENOUGH
            found |= _same(of, 1) & (h > 0) & (_next(g, 1) >= 1) & turned
        between = between & _next(linking, step)
    return found


def _next(values: npt.NDArray, step: int) -> npt.NDArray:  # type: ignore[type-arg]
    """The values `step` places on; zeros behind the end."""
    return np.concatenate([values[step:], np.zeros(min(step, len(values)), dtype=values.dtype)])


def _same(of: npt.NDArray[np.int64], step: int) -> Bools:
    """Whether the token `step` places on is of the same value."""
    same = np.concatenate([of[step:], np.full(min(step, len(of)), -1)]) == of
    return np.asarray(same, dtype=np.bool_)
