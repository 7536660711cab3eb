"""Whether a regex of alternatives matches: those that are words are looked for as such.

Python tries every alternative at every sign, which over a thousand signs takes as long as all
patterns that might be spared.
"""

import re
from collections.abc import Iterator
from re import _parser  # type: ignore[attr-defined]

from weir.transforms.detect.matching.literals import folded, spelled

_MOST = 64  # words that one alternative may stand for
_ANY_CASE = "(?i:"


class Quick:
    """A regex, asked of a text."""

    def __init__(self, regex: str) -> None:
        words, rest = set[str](), list[str]()
        for piece, any_case in _pieces(regex):
            said = spelled(_parser.parse(piece), _MOST) - {""}
            if said and (any_case or piece.upper() == piece.lower()):
                words.update(map(folded, said))
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
