"""What a reader makes of a text that a search does not find: letters apart, escapes of other
languages, an address in words.

Each way of writing gives one text more to look at. None of it is replaced in what crosses.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from weir.schemas import detect as facts
from weir.transforms.domains import has_suffix

_SPACED = re.compile(r"(?<![^\s/?&=])\S(?: {1,3}\S){4,}(?![^\s/?&#])")
_JOINED = re.compile(r"(?<![^\W_])[^\W_](?=([._+~-]))(?:\1{1,3}[^\W_](?![^\W_])){4,}")
_APART = re.compile(r"[^\W_]([ ._+~-])\1{0,2}[^\W_]\1{1,3}[^\W_]\1{1,3}[^\W_]")  # of both
_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2})+")
_CSS = re.compile(r"\\([0-9A-Fa-f]{2,6}) ?")
_QUOTED = re.compile(r"(?:=[2-9A-F][0-9A-F])+")
_IS_QUOTED = re.compile(r"=40|=[2-7][0-9A-F](?:[A-Za-z]|=[2-7][0-9A-F])|=[89A-F][0-9A-F]")
_SIGNED = re.compile(r"([~!$^*|])([2-7][0-9A-Fa-f])")
_XML = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PAIRS = re.compile(
    r"(?<![0-9A-Za-z])(?:0x)?[2-7][0-9A-Fa-f](?=([ :.,_-]))"
    r"(?:\1(?:0x)?[2-7][0-9A-Fa-f]){4,}(?![0-9A-Za-z])"
)
_DOMAIN = re.compile(r"@([^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_]+)+)")
_ENDS = re.compile(r".*\.(?:com|net|org|edu|gov|info|biz|[a-z]{2})", re.IGNORECASE)

_AROUND = "[._+-]"  # with spaces round them: patterns.yaml, worded.yaml


@cache
def disguised() -> tuple[str, ...]:
    """What any of these ways of writing matches, somewhat too wide (RE2)."""
    at, dot = facts.spoken("at words"), facts.spoken("dot words")
    hexadecimal = "[2-7][0-9A-Fa-f]"
    marked = f"[~!$^*|]{hexadecimal}"
    return (
        "(?:^|[^A-Za-z0-9])[A-Za-z0-9](?:[ ._+~-]{1,3}[A-Za-z0-9]){3}(?:[^A-Za-z0-9]|$)",
        rf"[~!$^*|]40|{marked}.*{marked}.*{marked}|_x[0-9A-Fa-f]{{4}}_",
        rf"{hexadecimal}(?:[ :.,_-](?:0x)?{hexadecimal}){{4}}|={hexadecimal}",
        rf"(?i:{_AROUND}(?:{at}){_AROUND}.*(?:{_AROUND}(?:{dot}){_AROUND}|\.[a-z][a-z]))",
    )


def undisguised(text: str) -> Iterator[str]:
    """The text as it reads, once for each way of writing that is found in it."""
    if _APART.search(text):
        yield _JOINED.sub(_together, _SPACED.sub(_together, text))
    yield from _unescaped(text)
    yield from _unspoken(text)


def _together(match: re.Match[str]) -> str:
    """J a n e  D o e: Jane Doe. What only counts (1 2 3 4 5, a-b-c-d-e) stays."""
    run = match[0]
    separator = run[1]
    letters = [sign for sign in run if sign != separator]
    if all(ord(b) - ord(a) == 1 for a, b in pairwise(letters)):
        return run
    words = re.split(re.escape(separator) + "{2,}", run)
    return " ".join(word.replace(separator, "") for word in words)


def _unescaped(text: str) -> Iterator[str]:
    """Octal, CSS, quoted-printable, a sign before two hexadecimal digits, pairs of these apart."""
    if "\\" in text:
        yield _OCTAL.sub(lambda m: _said(bytes(int(n, 8) for n in m[0][1:].split("\\"))), text)
        yield _CSS.sub(_character, text)
    if "=" in text and _IS_QUOTED.search(text):
        yield _QUOTED.sub(lambda m: _said(bytes.fromhex(m[0].replace("=", ""))), text)
    if len(signs := _SIGNED.findall(text)) > 2 or any(code == "40" for _, code in signs):
        yield _SIGNED.sub(lambda m: chr(int(m[2], 16)), text)
    if "_x" in text:
        yield _XML.sub(_character, text)
    if _PAIRS.search(text):
        yield _PAIRS.sub(lambda m: bytes.fromhex(_codes(*m.group(0, 1))).decode("ascii"), text)


def _codes(run: str, separator: str) -> str:
    return run.replace("0x", "").replace(separator, "")


def _said(raw: bytes) -> str:
    """In UTF-8, of older programs in Latin-1."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if 0x20 <= code < 0xD800 and chr(code).isprintable() else match[0]


_SPOKEN = (("at", ""), ("dot", ""), ("at", " in sentences"))


@cache
def _spoken() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """At signs and dots as words between others, and those at signs that are often said."""
    # Behind an at sign that is said in sentences the dots must be words, too, and the address end
    # in what few sentences do (/where-to-eat-at-the-point-cafe).
    at, dot, often = (facts.spoken(f"{one} words{of}") for one, of in _SPOKEN)
    shape = rf"(?<=[^\W_]){_AROUND}{{1,3}}(?:%s){_AROUND}{{1,3}}(?=[^\W_])"
    shapes = (shape % words for words in (at, dot, often))
    one, two, three = (re.compile(shape, re.IGNORECASE) for shape in shapes)
    return one, two, three


def _unspoken(text: str) -> Iterator[str]:
    """An address whose at sign and dots are words: jane-punto-doe-arroba-example-punto-org."""
    at, dot, often_said = _spoken()
    found = at.search(text)
    if not found or "@" in text:
        return
    said = often_said.match(text, found.start())
    written = dot.sub(".", text)
    if said and written == text:
        return  # an address with a sign for its dot: patterns.yaml
    written = at.sub("@", written)
    domain = _DOMAIN.search(written)
    if domain and has_suffix(domain[1]) and not (said and not _ENDS.fullmatch(written)):
        yield written
