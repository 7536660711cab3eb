"""Whether a regex of alternatives matches: those that are words are looked for as such.

Python tries every alternative at every sign, which over a thousand signs takes as long as all
patterns that might be spared.
"""

import re
from collections.abc import Iterator
from itertools import product
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from weir.transforms.detect.matching.literals import folded

_MOST = 64  # words that one alternative may stand for
_ANY_CASE = "(?i:"


class Quick:
    """A regex, asked of a text."""

    def __init__(self, regex: str) -> None:
        words, rest = set[str](), list[str]()
        for piece, any_case in _pieces(regex):
            spelled = _spelled(_parser.parse(piece))
            if spelled and (any_case or piece.upper() == piece.lower()):
                words.update(map(folded, spelled))
            else:
                rest.append(f"{_ANY_CASE}{piece})" if any_case else piece)
        self.words = tuple(sorted(words, key=len))
        self.rest = re.compile("|".join(rest)) if rest else None

    def matches(self, text: str, read: str) -> bool:
        """Whether it matches anywhere. read: the text folded, as literals.py has it."""
        if any(word in read for word in self.words):
            return True
        return self.rest is not None and self.rest.search(text) is not None


def _pieces(regex: str) -> Iterator[tuple[str, bool]]:
    """Alternatives, and whether they are without case."""
    for piece in _split(regex):
        inner = piece[len(_ANY_CASE) : -1]
        if piece.startswith(_ANY_CASE) and piece.endswith(")") and _is_whole(inner):
            yield from ((one, True) for one in _split(inner))
        else:
            yield piece, False


def _split(regex: str) -> list[str]:
    """At the bars that stand in no group and no set."""
    pieces, depth, begin = list[str](), 0, 0
    for at, sign in _signs(regex):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and not depth:
            pieces.append(regex[begin:at])
            begin = at + 1
    return [*pieces, regex[begin:]]


def _is_whole(inner: str) -> bool:
    """Whether no bracket closes that was not opened in it."""
    depth = 0
    for _, sign in _signs(inner):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def _signs(regex: str) -> Iterator[tuple[int, str]]:
    """Signs that are neither escaped nor in a set."""
    for match in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|(.)", regex, re.DOTALL):
        if match[1]:
            yield match.start(), match[1]


def _spelled(tree: Any) -> set[str]:
    """All that the tree matches, if it is words; nothing if it is more than that."""
    words = {""}
    for operation, argument in tree:
        more = _part_spelled(str(operation), argument)
        words = {a + b for a, b in product(words, more)}
        if not more or len(words) > _MOST:
            return set()
    return words - {""}


def _part_spelled(kind: str, argument: Any) -> set[str]:
    if kind == "LITERAL":
        return {chr(argument)}
    if kind == "IN" and all(str(one) == "LITERAL" for one, _ in argument):
        return {chr(code) for _, code in argument}
    if kind == "SUBPATTERN" and not argument[1] and not argument[2]:
        return _spelled(argument[-1])
    if kind == "BRANCH":
        branches = [_spelled(one) for one in argument[1]]
        return set().union(*branches) if all(branches) else set()
    if kind == "MAX_REPEAT" and argument[:2] == (0, 1):
        once = _spelled(argument[2])
        return once | {""} if once else set()
    return set()
