"""What must stand in a text for a regex to match it: some digits, one of a few words, a sign.

They are read off the regex, so that nobody has to keep them in step; a look for them is a tenth of
a match.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Tree = Iterable[tuple[Any, Any]]
_DOTLESS = str.maketrans({"\u0130": "i", "\u0131": "i", "\u0307": None})
BEYOND = "\x80"
"""Stands for whatever sign is not of ASCII."""

_ASCII = frozenset(map(chr, range(128)))
_NONE: frozenset[str] = frozenset()
_NOTHING = frozenset({""})
_NO_PLACE = ("AT", "ASSERT_NOT")  # match between two signs
_MOST_WORDS = 512  # that a part of a regex may stand for
_MOST_SIGNS = 24  # of a set; most texts have one of more
_AS_ASCII = "iks"  # what signs beyond ASCII are taken for without case
_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "DIGIT": str.isdigit, "SPACE": str.isspace, "WORD": lambda sign: sign.isalnum() or sign == "_",
}  # fmt: skip


def folded(text: str) -> str:
    """Without case, as regexes see it that ignore case: the long s is an s, each i is an i."""
    return text.lower() if text.isascii() else text.casefold().translate(_DOTLESS)


def literals(regex: str) -> tuple[str, ...]:
    """Words of which any match has one, folded; none if that cannot be told."""
    words = sorted({folded(word) for word in _needed(_parsed(regex))})
    return () if "" in words else tuple(words)


@lru_cache(maxsize=8)
def _parsed(regex: str) -> Any:
    """The regex as Python reads it; nothing, of which nothing can be told, if it does not."""
    try:
        return _parser.parse(regex)
    except (re.error, OverflowError):
        return _parser.parse("")


def _needed(tree: Tree) -> frozenset[str]:
    """The most telling set of words of which one must match; none is the empty set."""
    return max(_sets(tree), key=_worth, default=_NONE)


def _worth(words: frozenset[str]) -> tuple[int, int]:
    return min(map(len, words), default=0), -len(words)


def _sets(tree: Tree) -> Iterator[frozenset[str]]:
    """Sets of words of which one must match, part by part. Parts that stand for a few words each
    are one with their neighbours: of `has[lł]o` there are two words, not three pieces."""
    run = _NOTHING
    for operation, argument in tree:
        kind = str(operation)
        if kind in _NO_PLACE:
            continue
        words = _part_spelled(kind, argument, _MOST_WORDS, loosely=True)
        joined = _joined(run, words, _MOST_WORDS)
        if joined and "" not in words:
            run = joined
            continue
        again = _again(kind, argument)
        yield _told(_joined(run, again, _MOST_WORDS) or run)
        run = joined or words or again or _NOTHING
        yield _inner(kind, argument)
    yield _told(run)


def _told(words: frozenset[str]) -> frozenset[str]:
    """Words of which one must match, if not even none will do."""
    return _NONE if "" in words else words


def _again(kind: str, argument: Any) -> frozenset[str]:
    """How a part that may come more than once begins, and how it ends."""
    comes = kind.endswith("REPEAT") and argument[0]
    return spelled(argument[2], _MOST_WORDS, loosely=True) if comes else _NONE


def _within(kind: str, argument: Any) -> Tree | None:
    """What stands in a part and must match where the part does."""
    if kind == "SUBPATTERN":
        return argument[-1]  # type: ignore[no-any-return]
    if kind == "ASSERT":
        return argument[1]  # type: ignore[no-any-return]
    if kind.endswith("REPEAT"):
        return argument[2] if argument[0] else None
    return argument if kind == "ATOMIC_GROUP" else None


def _inner(kind: str, argument: Any) -> frozenset[str]:
    """What one part needs."""
    if (within := _within(kind, argument)) is not None:
        return _needed(within)
    if kind == "BRANCH":
        branches = [_needed(branch) for branch in argument[1]]
        if all(branches):
            return _NONE.union(*branches)
    return _NONE


def spelled(tree: Tree, most: int, loosely: bool = False) -> frozenset[str]:
    """All that a tree can match, if that is `most` words at most; nothing if it is more than that.

    loosely: where it may stand and its case are left out of account, so that any match is one of
    the words, and not every one of them a match.
    """
    words = _NOTHING
    for operation, argument in tree:
        kind = str(operation)
        if not (loosely and kind in _NO_PLACE):
            words = _joined(words, _part_spelled(kind, argument, most, loosely), most)
    return words


def _part_spelled(kind: str, argument: Any, most: int, loosely: bool) -> frozenset[str]:
    if kind == "LITERAL":
        return frozenset(chr(argument))
    if kind == "IN" and all(str(one) == "LITERAL" for one, _ in argument):
        return frozenset(chr(sign) for _, sign in argument)
    if kind == "SUBPATTERN" and (loosely or not (argument[1] or argument[2])):
        return spelled(argument[-1], most, loosely)
    if kind == "BRANCH":
        branches = [spelled(branch, most, loosely) for branch in argument[1]]
        words = _NONE.union(*branches)
        return words if all(branches) and len(words) <= most else _NONE
    if kind.endswith("REPEAT") and argument[:2] == (0, 1):
        once = spelled(argument[2], most, loosely)
        return once | _NOTHING if once else _NONE
    return _NONE


def _joined(left: frozenset[str], right: frozenset[str], most: int) -> frozenset[str]:
    """Each of these before each of those; nothing if they are too many."""
    if len(left) * len(right) > most:
        return _NONE
    return frozenset(a + b for a in left for b in right)


def least_digits(regex: str) -> int:
    """How many digits any match of a regex has at least; 0 if that cannot be told."""
    return _digits_of(_parsed(regex))


def least_run(regex: str) -> int:
    """How many digits any match of a regex has in a row at least; 0 if that cannot be told."""
    return _run_of(_parsed(regex))


def least_signs(regex: str) -> int:
    """How long any match of a regex is at least; 0 if that cannot be told."""
    least: int = _parsed(regex).getwidth()[0]
    return least


def signs(regex: str) -> tuple[frozenset[str], ...]:
    """Small sets of signs, folded: any match of a regex has one of each. `BEYOND` is one, too."""
    found = {one for one in _signs_of(_parsed(regex)) if len(one - {BEYOND}) <= _MOST_SIGNS}
    least = [one for one in found if not any(other < one for other in found)]
    return tuple(sorted(least, key=sorted))


def always_has(regex: str, some: str) -> bool:
    """Whether any match of a regex has one of these signs, as it is written: with its case where
    the regex asks for it."""
    return _has(_parsed(regex), set(some), False)


def _has(tree: Tree, some: set[str], any_case: bool) -> bool:
    return any(_part_has(str(kind), argument, some, any_case) for kind, argument in tree)


def _part_has(kind: str, argument: Any, some: set[str], any_case: bool) -> bool:
    if kind in ("LITERAL", "IN"):
        members = {chr(argument)} if kind == "LITERAL" else _members(argument, any_case)
        if any_case:
            cases = (case(one) for one in members for case in (str.lower, str.upper, folded))
            members |= set().union(*cases)
        return {one if one.isascii() else BEYOND for one in members} <= some
    if kind == "SUBPATTERN":
        _, added, removed, inner = argument
        return _has(inner, some, bool(added & re.I) or (any_case and not removed & re.I))
    if kind == "ASSERT":
        return _has(argument[1], some, any_case)
    if kind.endswith("REPEAT") and argument[0]:
        return _has(argument[2], some, any_case)
    return kind == "BRANCH" and all(_has(one, some, any_case) for one in argument[1])


def _signs_of(tree: Tree) -> Iterator[frozenset[str]]:
    """Sets of signs of which one must match, part by part."""
    for operation, argument in tree:
        kind = str(operation)
        if kind == "LITERAL":
            yield _read({chr(argument)})
        elif kind == "IN":
            yield _read(_members(argument, any_case=True))
        elif (within := _within(kind, argument)) is not None:
            yield from _signs_of(within)
        elif kind == "BRANCH":
            fewest = [min(_signs_of(one), key=len, default=None) for one in argument[1]]
            if all(fewest):
                yield frozenset().union(*(one for one in fewest if one))


def _members(items: list[tuple[Any, Any]], any_case: bool) -> set[str]:
    """Signs of a set; of ranges beyond ASCII and the like BEYOND."""
    found: set[str] = set()
    for operation, argument in items:
        kind = str(operation)
        if kind == "LITERAL":
            found.add(chr(argument))
        elif kind == "RANGE":
            found |= {chr(code) for code in range(argument[0], min(argument[1], 127) + 1)}
            if argument[1] > 127:
                found |= {BEYOND, *_AS_ASCII} if any_case else {BEYOND}
        elif kind == "CATEGORY":
            name = str(argument).removeprefix("CATEGORY_")
            test, negated = _CATEGORIES[name.removeprefix("NOT_")], name.startswith("NOT_")
            found |= {sign for sign in _ASCII if bool(test(sign)) != negated} | {BEYOND}
    negated = bool(items) and str(items[0][0]) == "NEGATE"
    return {*_ASCII, BEYOND}.difference(found - {BEYOND}) if negated else found


def _read(some: set[str]) -> frozenset[str]:
    """As they stand in a folded text; one beyond ASCII may stand there as what it is folded to."""
    return frozenset(
        sign if sign.isascii() else BEYOND for one in some for sign in (one, *folded(one))
    )


def _digits_of(tree: Any) -> int:
    total = 0
    for operation, argument in tree:
        name = str(operation)
        if name == "IN":
            total += bool(argument) and all(_is_digit(*one) for one in argument)
        elif name == "LITERAL":
            total += 48 <= argument <= 57
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            total += argument[0] * _digits_of(argument[2])
        elif name == "SUBPATTERN":
            total += _digits_of(argument[-1])
        elif name == "BRANCH":
            total += min(map(_digits_of, argument[1]))
    return total


def _run_of(tree: Any) -> int:
    longest = row = 0
    for operation, argument in tree:
        kind = str(operation)
        alone = _digits_alone(kind, argument)
        row = 0 if alone is None else row + alone
        longest = max(longest, row, _run_within(kind, argument))
    return longest


def _run_within(kind: str, argument: Any) -> int:
    """The row of digits that a part has by itself."""
    if (within := _within(kind, argument)) is not None:
        return _run_of(within)
    return min(map(_run_of, argument[1])) if kind == "BRANCH" else 0


def _digits_alone(kind: str, argument: Any) -> int | None:
    """How many a part matches at least, if it matches nothing else; it may match nothing at all."""
    if kind in ("AT", "ASSERT", "ASSERT_NOT"):
        return 0
    if kind == "LITERAL":
        return 1 if 48 <= argument <= 57 else None
    if kind == "IN":
        return 1 if argument and all(_is_digit(*one) for one in argument) else None
    if kind == "BRANCH":
        branches = [_all_alone(one) for one in argument[1]]
        return None if None in branches else min(one for one in branches if one is not None)
    if kind.endswith("REPEAT"):
        times = _all_alone(argument[2])
        return None if times is None else times * int(argument[0])
    if kind in ("SUBPATTERN", "ATOMIC_GROUP"):
        return _all_alone(argument[-1] if kind == "SUBPATTERN" else argument)
    return None


def _all_alone(tree: Any) -> int | None:
    parts = [_digits_alone(str(operation), argument) for operation, argument in tree]
    return None if None in parts else sum(one for one in parts if one is not None)


def _is_digit(operation: Any, argument: Any) -> bool:
    name = str(operation)
    return (
        (name == "CATEGORY" and str(argument).endswith("CATEGORY_DIGIT"))
        or (name == "LITERAL" and 48 <= argument <= 57)
        or (name == "RANGE" and argument[0] >= 48 and argument[1] <= 57)
    )
