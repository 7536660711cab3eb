"""The forms in which a personal datum may turn up: as it is, encoded, hashed.

Everything is lower case, because the scanner folds the case of what it reads: base64 is then less
particular, never blind.
"""

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 8  # bytes of a form; below that, chance would find it
_HASHES = ("md5", "sha1", "sha256")
_BETWEEN_NAMES = ("-", "_", ".", "+", "", ", ", "%20", "/")


def forms(value: str, kind: str = "") -> Iterator[tuple[str, bytes]]:
    """(encoding, bytes to look for), lower case. Raises ValueError for too short a value."""
    if len(value.encode()) < SHORTEST:
        raise ValueError(f"a canary needs at least {SHORTEST} bytes")
    found = {form.lower(): name for name, form in reversed(list(_forms(value, kind)))}
    yield from ((name, form) for form, name in found.items() if len(form) >= SHORTEST)


def _forms(value: str, kind: str) -> Iterator[tuple[str, bytes]]:
    yield "plain", value.encode()
    if kind == "name":
        for between in _BETWEEN_NAMES:
            yield "plain", between.join(value.split(" ")).encode()
            yield "plain", between.join(reversed(value.split(" "))).encode()
    if kind in {"phone", "card"}:
        yield "digits", "".join(c for c in value if c.isdigit()).encode()
    yield from _escaped(value)
    for text in dict.fromkeys((value, value.lower())):
        raw = text.encode()
        yield "hex", raw.hex().encode()
        yield from _base64(raw)
        for name in _HASHES:
            digest = hashlib.new(name, raw, usedforsecurity=False)
            yield name, digest.hexdigest().encode()
            yield f"{name} bytes", digest.digest()
            yield from ((f"{name} base64", form) for _, form in _base64(digest.digest(), (0,)))


def _escaped(value: str) -> Iterator[tuple[str, bytes]]:
    once = quote(value, safe="")
    for escaped in (once, quote_plus(value), quote(once, safe="")):
        yield "percent", escaped.encode()
    yield "percent", "".join(f"%{byte:02x}" for byte in value.encode()).encode()
    for mark in "@+ :":
        yield "json", value.replace(mark, f"\\u{ord(mark):04x}").encode()
        yield "html", value.replace(mark, f"&#{ord(mark)};").encode()
    if "@" in value:
        wide = value.replace("@", "\uff20")
        yield "full width", wide.encode()
        yield "percent", quote(wide, safe="").encode()
    yield "utf-16", value.encode("utf-16-le")


def _base64(raw: bytes, offsets: tuple[int, ...] = (0, 1, 2)) -> Iterator[tuple[str, bytes]]:
    """What of its base64 does not depend on its neighbours, wherever it stands among them."""
    for offset in offsets:
        coded = base64.b64encode(bytes(offset) + raw)
        own = coded[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
        yield "base64", own
        yield "base64url", own.translate(bytes.maketrans(b"+/", b"-_"))
