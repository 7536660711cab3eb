"""Paths: where in a vendor's record a value stands.

| path | leads to |
|---|---|
| `a.b` | property `b` of the object `a` |
| `a[0]` | the first entry of the list `a` |
| `params[page]` | of a list of `{key, value}` the value whose key is `page` |
| `column{}.a` | property `a` of the JSON that a text holds |
| `a."x.y"` | a name with dots or brackets in it |
| `a + b` | both, a blank between them; nothing where one is missing |
"""

import re
from dataclasses import dataclass
from functools import cache

PAIR_VALUES = ("string_value", "int_value", "float_value", "double_value")
"""Where a pair's value stands when it is an object (GA4's export); the first present counts."""

_STEP = re.compile(
    r'(?:"(?P<quoted>[^"]+)"|(?P<name>[^."\[\]{}]+))(?P<behind>(?:\[[^\[\]]+\]|\{\})*)(?:\.|$)'
)
_BEHIND = re.compile(r"\[(?P<inside>[^\[\]]+)\]|\{\}")


@dataclass(frozen=True)
class Index:
    """An entry of a list, from 0."""

    number: int


@dataclass(frozen=True)
class Pair:
    """An entry of a list of pairs, by its key."""

    key: str


@dataclass(frozen=True)
class Inside:
    """What follows stands in JSON that the text holds."""


Step = str | Index | Pair | Inside


@cache
def steps(path: str) -> tuple[Step, ...]:
    """A path's steps. Raises ValueError for what is none; it may not join with ` + `."""
    found: list[Step] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if not match:
            raise ValueError(f"'{path}' is no path (at character {at + 1})")
        found.append(match["quoted"] or match["name"])
        for behind in _BEHIND.finditer(match["behind"]):
            inside = behind["inside"]
            if inside is None:
                found.append(Inside())
            else:
                found.append(Index(int(inside)) if inside.isdecimal() else Pair(inside))
        at = match.end()
    if not found or path.endswith("."):
        raise ValueError(f"'{path}' is no path (it ends too early)")
    return tuple(found)


def parts(path: str) -> tuple[str, ...]:
    """The single paths of one that joins several."""
    return tuple(part.strip() for part in path.split(" + "))
