"""Texts as attackers and broken clients write them, made from bytes: the same bytes, the same text.

The bytes choose from what detection knows (names of fields, routes, names of people), from samples
of every kind of value and from encodings. So a fuzzer that changes a byte changes a word.
"""

import base64
from collections.abc import Callable
from functools import cache
from urllib.parse import quote

from weir.schemas import detect as facts

LONGEST = 2048

SAMPLES = (
    "joe@example.org", "joe at example dot org", "joe_at_example.org", "212-555-0123",
    "+44 20 7946 0958", "4111 1111 1111 1111", "GB82WEST12345698765432", "078-05-1120",
    "192.0.2.1", "192-0-2-77", "2001:db8::1", "::", "1:2:", "0300.0250.0001.0001",
    "40.7128,-74.0060",
    "8f14e45fceea167a5a36dedd4bea2543", "V6AuHG_6LIIj0ewugfX9", "eyJhbGciOi.eyJzdWIiOi.c2ln",
    "(S(lit3py55t21z5v55vlm25s55))", "12 Main Street", "rue de la Paix 5", "Hauptstr. 5",
    "P.O. Box 12",
    "SW1A 2AA", "born 1980-04-01", "password: hunter2", "customer no. 12345", "Jane Doe",
    "jane-doe",
    "Dear Jane", "王小明", "Jane's iPhone", "http://", "https://example.org/", "mailto:", "//a.b/",
    "{email}", "{name}", '{"a":"b"}', "/index.html", "red-shoes", "main.css",
    "1234567890", "2015-01-02",
)  # fmt: skip
SIGNS = tuple("/?&=;:#@%+-_.,~|'\"(){}[]<>\\ \t\n0aAzZ9éßﬁ\u200b\ufffd\u202e\ud800°·￼ｊ＠ﷺ")
ENCODINGS: tuple[Callable[[str], str], ...] = (
    lambda text: quote(text, safe="", errors="replace"),
    lambda text: "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "replace")),
    lambda text: text.replace("%", "%25"),
    lambda text: text.replace(" ", "+"),
    lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    lambda text: "".join(f"\\u{ord(sign) & 0xFFFF:04x}" for sign in text),
    lambda text: base64.b64encode(text.encode("utf-8", "replace")).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("="),
    lambda text: text.encode("utf-8", "replace").hex(),
    lambda text: base64.b32encode(text.encode("utf-8", "replace")).decode(),
    str.upper, str.title, lambda text: text[: len(text) // 2], lambda text: text[::-1],
)  # fmt: skip


@cache
def pieces() -> tuple[str, ...]:
    """Everything that a byte pair can choose; signs oftenest, for their number."""
    keys, routes = facts.keys(), facts.routes()
    named = {*keys.entities, *keys.if_name_shaped, *keys.if_one_name, *keys.if_user_shaped}
    named |= keys.if_token_shaped | keys.harmless
    told = {*routes.person, *routes.person_if_name, *routes.token, *routes.value, *routes.pages}
    people = sorted(name for name in facts.lexicon().names if name.isascii())[::400]
    tables = ("titles", "greetings", "version", "built", "counted", "files", "devices", "no_street")
    words = {word for name in tables for word in facts.words(name)}
    fields = [f"{name}=" for name in sorted(named)]
    return (
        *SAMPLES,
        *SIGNS * 6,
        *fields,
        *(f"/{one}/" for one in sorted(told)),
        *people,
        *sorted(words),
    )


def text(data: bytes) -> str:
    """A text of at most LONGEST characters."""
    parts: list[str] = []
    left = iter(data)
    for byte in left:
        more = next(left, 0)
        if byte < 150:
            parts.append(pieces()[(byte * 256 + more) % len(pieces())])
        elif byte < 180 and parts:
            parts.append(parts[-1] * (more % 40))
        elif byte < 190:
            parts = ["".join(parts) * (1 + more)]
        elif byte < 235 and parts:
            parts[-1] = ENCODINGS[more % len(ENCODINGS)](parts[-1])
        elif byte < 240:
            parts = [ENCODINGS[more % len(ENCODINGS)]("".join(parts))]
        else:
            parts.append(chr((byte - 240) * 256 + more))
        if sum(map(len, parts)) > 4 * LONGEST:
            break
    return "".join(parts)[:LONGEST]
