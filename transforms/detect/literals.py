"""What must stand in a text for a regex to match it: some digits, one of a few words.

They are read off the regex, so that nobody has to keep them in step; a look for them is a tenth of
a match.
"""

import re
from collections.abc import Iterable, Iterator
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Tree = Iterable[tuple[Any, Any]]
_DOTLESS = str.maketrans({"\u0130": "i", "\u0131": "i", "\u0307": None})
_MOST = 96  # words of a regex; a look for more costs as much as the regex


def folded(text: str) -> str:
    """Without case, as regexes see it that ignore case: the long s is an s, each i is an i."""
    return text.lower() if text.isascii() else text.casefold().translate(_DOTLESS)


def literals(regex: str) -> tuple[str, ...]:
    """Words of which any match has one, folded; none if that cannot be told, or of too many."""
    try:
        found = _needed(_parser.parse(regex, re.IGNORECASE))
    except (re.error, OverflowError):
        return ()
    words = sorted({folded(word) for word in found})
    return () if len(words) > _MOST or "" in words else tuple(words)


def _needed(tree: Tree) -> frozenset[str]:
    """The most telling set of words of which one must match; none is the empty set."""
    return max(_sets(tree), key=_worth, default=frozenset())


def _worth(words: frozenset[str]) -> tuple[int, int]:
    return min(map(len, words), default=0), -len(words)


def _sets(tree: Tree) -> Iterator[frozenset[str]]:
    """Sets of words of which one must match, part by part; neighbouring signs are one word."""
    run = ""
    for operation, argument in tree:
        kind = str(operation)
        if kind == "LITERAL":
            run += chr(argument)
            continue
        if run:
            yield frozenset((run,))
        run = ""
        if kind == "SUBPATTERN":
            yield _needed(argument[-1])
        elif kind in ("ASSERT", "ATOMIC_GROUP"):
            yield _needed(argument[1] if kind == "ASSERT" else argument)
        elif kind.endswith("REPEAT") and argument[0]:
            yield _needed(argument[2])
        elif kind == "BRANCH":
            branches = [_needed(branch) for branch in argument[1]]
            if all(branches):
                yield frozenset().union(*branches)
        elif kind == "IN" and all(str(one) == "LITERAL" for one, _ in argument):
            yield frozenset(chr(sign) for _, sign in argument)
    if run:
        yield frozenset((run,))


def least_digits(regex: str) -> int:
    """How many digits any match of a regex has at least; 0 if that cannot be told."""
    try:
        return _digits_of(_parser.parse(regex, re.IGNORECASE))
    except (re.error, OverflowError):
        return 0


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


def _is_digit(operation: Any, argument: Any) -> bool:
    name = str(operation)
    return (
        (name == "CATEGORY" and str(argument).endswith("CATEGORY_DIGIT"))
        or (name == "LITERAL" and 48 <= argument <= 57)
        or (name == "RANGE" and argument[0] >= 48 and argument[1] <= 57)
    )
