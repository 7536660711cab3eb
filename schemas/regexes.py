"""Regexes that users declare: whether they may be used, their widened form for the fast gate, and
what they cost at worst.

They are written as Python's `re` has them and run by the module `regex`, which has a time-out. What
the two read differently is refused, since gate and recognizer must agree.
"""

import re
import time
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LENGTH = 4096
"""Characters of the inputs that a regex is tried on: twice a value's, so that what grows with the
square of the length (over 20 ms there) is far from the limit, and what does not (under 3) too."""
LIMIT_MS = 10.0
"""Processor time that it may take for one of them."""

_TIMEOUT = 0.25  # seconds after which a trial ends
_MOST = 30  # repeats in the gate's form; beyond that it counts no longer
_ODD_BRACE = re.compile(r"(?<!\\)\{(?!\d*,?\d*\})")  # `{e<=1}` is a fuzzy match to `regex` alone
_UNITS = ("a", "0", " ", "-", ".", "@", "/", "_", "a ", "a-", "a.", "0-", "a1", "aA")
_CANDIDATES = "a0 -_.@/,:=xA1+~é"
_BREAKERS = "!~§"
_CATEGORIES = {
    "DIGIT": ("\\d", "\\D", str.isdigit),
    "SPACE": (r"\t-\r\x20", r"\x00-\x08\x0e-\x1f\x21-\x{10ffff}", str.isspace),
    "WORD": ("\\w", "\\W", lambda c: c.isalnum() or c == "_"),
}
"""What stands in a set of RE2 for it and for all else, and its test. RE2's `\\s` lacks \\x0b."""
Tree = Iterable[tuple[Any, Any]]


@lru_cache(maxsize=1024)
def check(regex: str) -> None:
    """Raise ValueError, with what is wrong and what to do, if a regex may not be used."""
    tree = _parsed(regex)
    if tree.getwidth()[0] == 0:
        raise ValueError("may match nothing at all, and so would match everywhere")
    compiled = compile_(regex)
    for text in attacks(regex):
        spent = _spent_ms(compiled, text)
        if spent > LIMIT_MS:
            raise ValueError(
                f"takes {spent:.0f} ms or more on {LENGTH:,} characters that go {_shown(text)} "
                f"(at most {LIMIT_MS:.0f}); bound its repeats, as {{1,40}} does, and let none "
                "follow another that matches the same"
            )


def compile_(regex: str) -> Any:
    """The regex as the recognizer runs it: without case, `^` and `$` at lines, `.` for any."""
    import regex as engine  # type: ignore[import-untyped]  # comes with Presidio

    try:
        return engine.compile(regex, engine.DOTALL | engine.MULTILINE | engine.IGNORECASE)
    except engine.error as error:
        raise ValueError(f"no valid regex: {error.msg}") from None


def widened(regex: str) -> str:
    """A regex of RE2 that matches every ASCII text of which the regex matches any part.

    Somewhat too wide, never too narrow: what RE2 does not know (lookaround, references back) and
    what depends on the place (`^`, `\\b`) is left out, so that it holds for whole paths too.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    wide = f"(?is:{_re2(_parsed(regex))})"
    try:
        pc.match_substring_regex(pa.array([""]), wide)
    except pa.ArrowInvalid:  # too large for RE2: then everything is looked at
        return ""
    return wide


def attacks(regex: str) -> list[str]:
    """Texts of LENGTH characters that are likely to be slow, made from what the regex repeats.

    Each ends in a match, cut off by a character: a regex does not begin where it sees that some
    character of it is missing. By several ones, and by none: what a regex ends in cuts nothing off.
    """
    tree = _parsed(regex)
    pumps = {("", unit) for unit in _UNITS}
    for choice in range(3):
        whole = _sample(tree, choice)
        pumps |= {("", unit) for unit in (whole, whole[:-1], whole[:-1] + " ")}
        for before, body in _repeats(tree, "", choice):
            pumps |= {(before[-64:], body), ("", body), ("", body + " ")}
    ends = ["", *(breaker + _sample(tree, 0)[-64:] for breaker in _BREAKERS)]
    return sorted(
        (first + unit * LENGTH)[: LENGTH - len(end)] + end
        for first, unit in pumps
        if unit
        for end in ends
    )


def _parsed(regex: str) -> Any:
    if _ODD_BRACE.search(regex):
        raise ValueError("a brace that is no repeat; write \\{ for the character")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return _parser.parse(regex, re.IGNORECASE | re.DOTALL | re.MULTILINE)
        except (re.error, FutureWarning, DeprecationWarning) as error:
            raise ValueError(f"no valid regex of Python's `re`: {error}") from None
        except (OverflowError, RecursionError, ValueError):
            raise ValueError("no valid regex of Python's `re`: too large") from None


def _spent_ms(compiled: Any, text: str) -> float:
    """Processor time, the least of up to three trials: a busy machine is not the regex's fault."""
    least = float("inf")
    for _ in range(3):
        began = time.thread_time()
        try:
            for _match in compiled.finditer(text, timeout=_TIMEOUT):
                pass
        except TimeoutError:
            return max(_TIMEOUT * 1000, (time.thread_time() - began) * 1000)
        least = min(least, (time.thread_time() - began) * 1000)
        if least <= LIMIT_MS:
            break
    return least


def _shown(text: str) -> str:
    return repr(text[:12])[:-1] + "…'"


def _re2(tree: Tree) -> str:
    return "".join(_re2_of(str(name), argument) for name, argument in tree)


def _re2_of(name: str, argument: Any) -> str:
    if name == "LITERAL":
        return _literal(argument)
    if name == "IN":
        return _set(argument)
    if name == "NOT_LITERAL":
        return f"[^{_literal(argument)}]" if argument < 128 else "."
    if name == "BRANCH":
        return "(?:" + "|".join(map(_re2, argument[1])) + ")"
    if name == "SUBPATTERN":
        return f"(?:{_re2(argument[-1])})"
    if name == "ATOMIC_GROUP":
        return f"(?:{_re2(argument)})"
    if name.endswith("_REPEAT"):
        least, most, body = argument
        end = "" if most > _MOST else most
        return f"(?:{_re2(body)}){{{min(least, _MOST)},{end}}}"
    if name == "ANY":
        return "."
    if name == "GROUPREF":
        return ".*"
    if name == "GROUPREF_EXISTS":
        return f"(?:{_re2(argument[1])}|{_re2(argument[2] or ())})"
    return ""  # places and lookaround: without them it matches more


def _literal(code: int) -> str:
    """A character; one beyond ASCII is any: `regex` takes some for ASCII ones without case."""
    return f"\\x{{{code:x}}}" if code < 128 else "."


def _set(items: list[tuple[Any, Any]]) -> str:
    inside = ""
    for name, argument in items:
        if str(name) == "NEGATE":
            inside += "^"
        elif str(name) == "CATEGORY":
            inside += _category(argument)[0]
        else:
            ends = argument if str(name) == "RANGE" else (argument,)
            if max(ends) > 127:
                return "."
            inside += "-".join(map(_literal, ends))
    return f"[{inside}]"


def _category(argument: Any) -> tuple[str, Any]:
    """(RE2's set, its test) of CATEGORY_DIGIT, CATEGORY_NOT_WORD and the like."""
    name = str(argument).removeprefix("CATEGORY_")
    inside, outside, test = _CATEGORIES[name.removeprefix("NOT_")]
    if not name.startswith("NOT_"):
        return inside, test
    return outside, lambda c: not test(c)


def _sample(tree: Tree, choice: int) -> str:
    """A text that matches, lookaround apart; `choice` says which of several ways."""
    text = ""
    for name, argument in tree:
        kind = str(name)
        if kind == "LITERAL":
            text += chr(argument)
        elif kind == "IN":
            text += _member(argument, choice)
        elif kind == "NOT_LITERAL":
            text += next(c for c in _CANDIDATES if ord(c) != argument)
        elif kind == "ANY":
            text += "a"
        elif kind == "BRANCH":
            text += _sample(argument[1][choice % len(argument[1])], choice)
        elif kind == "SUBPATTERN":
            text += _sample(argument[-1], choice)
        elif kind == "ATOMIC_GROUP":
            text += _sample(argument, choice)
        elif kind.endswith("_REPEAT"):
            text += _sample(argument[2], choice) * min(max(argument[0], choice % 2), _MOST)
    return text


def _repeats(tree: Tree, before: str, choice: int) -> Iterator[tuple[str, str]]:
    """(what comes before, one turn) of each repeat without a small bound."""
    for name, argument in tree:
        kind = str(name)
        inner: list[Any] = []
        if kind.endswith("_REPEAT"):
            if argument[1] > 8:
                yield before, _sample(argument[2], choice)
            inner = [argument[2]]
        elif kind == "BRANCH":
            inner = argument[1]
        elif kind in ("SUBPATTERN", "ATOMIC_GROUP"):
            inner = [argument[-1] if kind == "SUBPATTERN" else argument]
        for one in inner:
            yield from _repeats(one, before, choice)
        before += _sample([(name, argument)], choice)


def _member(items: list[tuple[Any, Any]], choice: int) -> str:
    """A character of a set."""
    negated = str(items[0][0]) == "NEGATE"
    members = [c for c in _CANDIDATES if _is_in(c, items) != negated]
    if not members and not negated:
        name, argument = items[0]
        return chr(argument[0] if str(name) == "RANGE" else argument)
    return members[choice % len(members)] if members else "é"


def _is_in(char: str, items: list[tuple[Any, Any]]) -> bool:
    tests = {
        "LITERAL": lambda a: ord(char) == a,
        "RANGE": lambda a: a[0] <= ord(char) <= a[1],
        "CATEGORY": lambda a: _category(a)[1](char),
    }
    return any(tests[str(name)](argument) for name, argument in items if str(name) in tests)
