"""What a value says once its encodings are undone."""

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from weir.transforms.detect.text.disguise import undisguised

ROUNDS = 5

PLUS_IS_LITERAL = frozenset(
    {"path", "referrer_path", "referrer_host", "cookie", "json", "user_agent", "text", "userinfo"}
)
"""Parts in which a plus sign is a plus sign; elsewhere it is a form's space."""

ENCODED = r"[%\\{}]|&[#a-zA-Z]|[^\x20-\x7e]"
"""A value without a match is its own decoded form (RE2; the base64 and hex views aside)."""

_ESCAPE = re.compile(
    r"\\{1,32}+(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))|%u([0-9a-fA-F]{4})"
)  # a text in a text in a text has each backslash twice, and that twice again
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8})(?:;|$|(?=[^=\w]))")
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_UNSEEN = re.compile(
    r"[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)  # what no reader sees: selectors, joiners, fillers, tags (Unicode's ignorable)
_INVISIBLE = re.compile(rf"{_CONTROL.pattern}|\ufffd|{_UNSEEN.pattern}")
_MIME = re.compile(r"=\?([\w-]{2,20})\?([QqBb])\?([^?\s]{1,256})\?=")
_AT = re.compile(r"(?<!\s)\s*@\s*")
_BASE64 = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{8,}={0,2}(?![\w+/=-])")
_HEX = re.compile(r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}){6,}(?![0-9a-fA-F])")
_BASE32 = re.compile(r"(?<![\w+/-])[A-Z2-7]{16,}={0,6}(?![\w+/=-])")
_NO_LATIN_1 = re.compile(r"[^\s\x20-\x7e\xc0-\xff]|(?<![A-Za-z])[\xc0-\xff](?![A-Za-z])")
_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u30fc", "-")
)
_QUOTE = str.maketrans({"{": "%7B", "}": "%7D"})


@dataclass(frozen=True)
class Decoded:
    """`views[0]` is the value decoded; the others are what may lie in it (base64, hex, plus)."""

    views: tuple[str, ...]
    settled: bool

    @property
    def text(self) -> str:
        """The text that may cross: no control characters, and braces only in placeholders."""
        return safe(self.views[0])


def safe(text: str) -> str:
    """Text without control or invisible characters and with braces percent-encoded."""
    if not text.isascii():
        text = _UNSEEN.sub("", text)
    return _CONTROL.sub("\ufffd", text).translate(_QUOTE)


def decode(value: str, part: str = "query") -> Decoded:
    """Undo percent, `\\u`, HTML and compatibility encodings until nothing changes (5 rounds).

    The clean text keeps one level of meaning: base64 and hex inside are looked at, not replaced.
    """
    plus = "+" in value and part not in PLUS_IS_LITERAL
    text, settled = _settle(value.replace("+", " ") if plus else value)
    views = [text]
    if plus:
        views.append(_settle(value)[0])
    more = (*map(_drawn_together, views), *_rare(text), *_in_latin_1(value, text))
    views += [plain for plain in dict.fromkeys(more) if plain not in views]
    fresh = views
    for depth in range(ROUNDS):
        found = [v for view in fresh for v in _inside(view) if v not in views]
        if not found:
            break
        fresh = found[:8]
        views = views + fresh
        settled = settled and depth < ROUNDS - 1 and len(found) <= 8
    return Decoded(tuple(views), settled)


def _drawn_together(text: str) -> str:
    """As a reader sees it: nothing invisible, one kind of dash, no spaces round an at sign."""
    if not text.isascii() or not text.isprintable():
        text = _INVISIBLE.sub("", text).translate(_DASHES)
    return _AT.sub("@", text) if "@" in text else text


def _rare(text: str) -> Iterator[str]:
    """Words of mails' headers, and what is written past a search."""
    if "=?" in text and "?=" in text:
        yield _MIME.sub(_word, text)
    yield from undisguised(text)


def _word(match: re.Match[str]) -> str:
    """An encoded word of a mail's header (RFC 2047) as it reads."""
    charset, how, said = match.groups()
    try:
        if how in "Bb":
            return from_base64(said).decode(charset)
        raw = re.sub(r"=([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), said.replace("_", " "))
        return raw.encode("latin-1").decode(charset)
    except (LookupError, ValueError):
        return match[0]


def _in_latin_1(value: str, text: str) -> Iterator[str]:
    """Percent-encoded letters of older pages, which are no UTF-8: `M%FCller`."""
    if "\ufffd" in text and "%" in value:
        yield _settle(unquote(value.replace("+", " "), "latin-1"))[0]


def _settle(text: str) -> tuple[str, bool]:
    for _ in range(ROUNDS):
        after = _once(text)
        if after == text:
            return text, True
        text = after
    return text, _once(text) == text


def _once(text: str) -> str:
    if "\\" in text or "%u" in text:
        text = _ESCAPE.sub(_character, text)
    if "%" in text:
        text = unquote(text, errors="replace")
    if "&" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text.translate(_PLAINER))


_PLAINER = {
    code: str(unicodedata.digit(chr(code)))
    for code in range(0x80, 0x20000)  # two planes: behind them are ideograms (Unicode, 2.8)
    if unicodedata.category(chr(code)) == "Nd"
} | {0x24D0: "@"}
"""All digits of other scripts (Unicode, Nd): \u0967 is a 1; and the letter a in a ring."""


def _character(match: re.Match[str]) -> str:
    code = int(next(group for group in match.groups() if group), 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


_SAYS_NOTHING = 2  # different signs in a run: 000-000-0000


def _inside(text: str) -> Iterator[str]:
    """What the base64 and hex runs of a text say, where they say text."""
    for match in _BASE64.finditer(text):
        if len(set(match[0])) > _SAYS_NOTHING:
            yield from _printable(from_base64(match[0]))
    for match in _HEX.finditer(text):
        yield from _printable(bytes.fromhex(match[0]))
    for match in _BASE32.finditer(text):
        yield from _printable(_base32(match[0]))


def from_base64(run: str) -> bytes:
    """The bytes of a run of base64 or base64url; none if it is neither."""
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _base32(run: str) -> bytes:
    body = run.rstrip("=")
    try:
        return base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return b""


def _printable(data: bytes) -> Iterator[str]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        if _NO_LATIN_1.search(text) or len(text) < 8:
            return  # random bytes, mostly (annual_fee is base64); letters have plain ones beside
    if len(text) >= 5 and all(c.isprintable() or c in "\t\r\n" for c in text):
        yield _settle(text)[0]
