"""Templates and a seed -> labelled strings.

A template is `FIELD TEXT`; in the text «kind.form|encoding|…» is a personal value, «~kind» a
harmless one, and ⟦…⟧encoding encodes what stands inside as a whole (a base64 of a JSON, a URL in a URL).
"""  # noqa: E501

import base64
import html
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.corpus.values import Person, b64url, harmless, labelled, lists

_SLOT = re.compile(r"«(~?)([a-z0-9]+)(?:\.([a-z0-9]+))?((?:\|[a-z0-9]+)*)»")
_HARMLESS_FROM = "--- harmless"
ENCODINGS = {
    "pct": lambda s: quote(s, safe=""),
    "pct2": lambda s: quote(quote(s, safe=""), safe=""),
    "pctall": lambda s: "".join(f"%{b:02X}" for b in s.encode()),
    "plus": quote_plus,
    "b64": lambda s: base64.b64encode(s.encode()).decode(),
    "b64url": lambda s: b64url(s.encode()),
    "b32": lambda s: base64.b32encode(s.encode()).decode(),
    "hex": lambda s: s.encode().hex(),
    "html": lambda s: "".join(f"&#{ord(c)};" if c in "@." else html.escape(c) for c in s),
    "u": lambda s: "".join(f"\\u{ord(c):04x}" if c in "@.-_" else c for c in s),
    "full": lambda s: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in s),
    "zw": lambda s: "\u200b".join(s),
    "qp": lambda s: s.replace("@", "=40"),
    "octal": lambda s: s.replace("@", "\\100"),
    "jsonstr": json.dumps,
}


@dataclass(frozen=True)
class Span:
    """A personal part of a text: where, what, and what it says decoded."""

    start: int
    end: int
    entity: str
    kind: str
    value: str


@dataclass(frozen=True)
class Labelled:
    """One string of a log with all that is personal in it; no spans: a harmless string."""

    field: str
    text: str
    template: int
    spans: tuple[Span, ...] = ()


@dataclass
class _Made:
    text: str = ""
    spans: list[Span] = field(default_factory=list)


def corpus(part: str, seed: int = 1, each: int = 12) -> Iterator[Labelled]:
    """`each` strings of every template of a part (`dev` or `test`); repeats left out."""
    seen = set()
    for number, where, template in templates(part):
        rng = random.Random(f"{part}/{seed}/{number}")
        number_of = each if "«" not in template or re.search(r"«[^~]", template) else 3 * each
        for _ in range(number_of if "«" in template else 1):
            made = _expand(template, Person(rng, lists(part), part))
            if (where, made.text) not in seen:
                seen.add((where, made.text))
                yield Labelled(where, made.text, number, tuple(made.spans))


def templates(part: str) -> Iterator[tuple[int, str, str]]:
    """(line number, field, template); harmless ones stand below a line of their own."""
    below = False
    for number, line in enumerate(
        (Path(__file__).parent / f"{part}.txt").open(encoding="utf-8"), 1
    ):
        line = line.rstrip("\n")
        if line == _HARMLESS_FROM:
            below = True
        elif line and not line.startswith("#"):
            where, _, template = line.partition(" ")
            if below and re.search(r"«[^~]", template):
                raise ValueError(f"{part}.txt:{number}: a personal value below '{_HARMLESS_FROM}'")
            yield number, where, template


def _expand(template: str, person: Person) -> _Made:
    made, at = _Made(), 0
    while at < len(template):
        if template[at] == "⟦":
            end = _closing(template, at)
            encoding = re.compile(r"[a-z0-9]+").match(template, end + 1)
            assert encoding, template
            inner = _expand(template[at + 1 : end], person)
            _add_encoded(made, inner, encoding[0])
            at = encoding.end()
        elif slot := _SLOT.match(template, at):
            _add_slot(made, slot, person)
            at = slot.end()
        else:
            made.text += template[at]
            at += 1
    return made


def _closing(template: str, at: int) -> int:
    depth = 0
    for place in range(at, len(template)):
        depth += {"⟦": 1, "⟧": -1}.get(template[place], 0)
        if depth == 0:
            return place
    raise ValueError(f"no ⟧ for ⟦: {template}")


def _add_encoded(made: _Made, inner: _Made, encoding: str) -> None:
    start, text = len(made.text), ENCODINGS[encoding](inner.text)
    end = start + len(text)
    made.text += text
    made.spans += [Span(start, end, s.entity, s.kind, s.value) for s in inner.spans]


def _add_slot(made: _Made, slot: re.Match[str], person: Person) -> None:
    tilde, kind, form, encodings = slot[1], slot[2], slot[3] or "", slot[4]
    if tilde:
        entity, value = "", harmless(kind, person.rng, person.words)
    else:
        entity, value = labelled(kind, form, person)
    text = value
    for encoding in filter(None, encodings.split("|")):
        text = ENCODINGS[encoding](text)
    start = len(made.text)
    made.text += text
    if entity:
        made.spans.append(Span(start, len(made.text), entity, kind, value))
