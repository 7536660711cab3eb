"""Texts that go a good way through a pattern, and begin to match over and over."""

import random
import re
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from weir.schemas import detect as facts

PATTERNS = [(f"{p.name} {name}", regex) for p in facts.patterns() for name, _, regex in p.patterns]
"""Name and regex of every pattern of patterns.yaml."""

_OF_CLASS = {
    "DIGIT": "019", "SPACE": " ", "WORD": "abz09_", "NOT_SPACE": "ax9.", "NOT_WORD": " .-'",
}  # fmt: skip


def parsed(regex: str) -> Any:
    """The tree of a regex, as Python's own compiler has it."""
    return _parser.parse(regex, re.IGNORECASE)


def a_match(tree: Any, rng: random.Random) -> str:
    """A text that goes a good way through a pattern, if not all of it."""
    return "".join(_a_part(str(kind), argument, rng) for kind, argument in tree)


def attacks(regex: str, rng: random.Random, length: int) -> list[str]:
    """Texts of a length that begin to match over and over."""
    texts, tree = [], parsed(regex)
    for _ in range(9):
        one = a_match(tree, rng) or "a"
        cut = one[: rng.randint(1, len(one))]
        last = one[-rng.randint(1, 4) :]
        texts += [cut * length, f"{cut} " * length, one + last * length]
    return [text[:length] for text in texts]


def _a_part(kind: str, argument: Any, rng: random.Random) -> str:
    if kind == "LITERAL":
        return chr(argument)
    if kind == "IN":
        return rng.choice(_signs(argument))
    if kind.endswith("REPEAT"):
        least, most, inner = argument
        most = least + min(8, most - least if most is not _constants.MAXREPEAT else 8)
        return "".join(a_match(inner, rng) for _ in range(rng.randint(least, most)))
    if kind == "SUBPATTERN":
        return a_match(argument[-1], rng)
    if kind == "BRANCH":
        return a_match(rng.choice(argument[1]), rng)
    return "-" if kind == "GROUPREF" else ""


def _signs(of_class: Any) -> str:
    signs = "".join(
        chr(value) if str(kind) == "LITERAL"
        else chr(value[0]) + chr(value[1]) if str(kind) == "RANGE"
        else _OF_CLASS.get(str(value).removeprefix("CATEGORY_"), "")
        for kind, value in of_class if str(kind) != "NEGATE"
    )  # fmt: skip
    if str(of_class[0][0]) == "NEGATE":
        return "".join(sign for sign in "aZ0 .-'é" if sign not in signs) or "a"
    return signs or "-"
