"""Take a text apart into the values it is made of: URLs, pairs, cookies, JSON leaves.

Values are analysed, never whole URLs: in `?email=joe@example.org` the name tells, and an e-mail
recognizer run over the whole swallows `/?&=` into the address.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from weir.schemas import detect as facts
from weir.transforms.detect.checks.assets import is_asset
from weir.transforms.detect.fields.by_route import (
    BY_NAME,
    CALLED,
    NUMBERED,
    PASSED,
    POSTCODE,
    POSTCODES,
    before_names,
    of_people,
    passing,
    persons,
)
from weir.transforms.detect.fields.known import WEIRS, Known
from weir.transforms.detect.fields.objects import Objects
from weir.transforms.detect.fields.of_pages import of_page
from weir.transforms.detect.fields.sites import SITE, site_of
from weir.transforms.detect.fields.stated import stated
from weir.transforms.detect.limits.effort import ANY, Effort
from weir.transforms.detect.people.side_by_side import are_of_somebody
from weir.transforms.detect.text.comparisons import LED
from weir.transforms.detect.text.json_text import json_leaves
from weir.transforms.detect.text.piece import Piece

_PAIR = re.compile(r"(?:^|(?<=[&;?,#(\s\"']))\s{0,9}([\w.\[\]:%$-]{1,64})=([^&;#]*)")
_SPACED_PAIR = re.compile(
    rf"(?:^|(?<=[&;?,#(\s\"']))([\w.\[\]:%$-]{{1,64}})=((?:{LED})?[^&;#\s)\"']*)"
)
_QUOTED_PAIR = re.compile(
    r"(?<![\w.\[\]:%$-])[\"':]?([\w.\[\]%$-]{1,64})[\"']?\s?=>?\s?(?:\"([^\"]{1,256})\"|'([^']{1,256})')"
)
"""company="Birkdale Kennels" of logs' fields, "name"=>"Jane" of Ruby's."""
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30}:)?(?://(?:(?P<user>[^/?#\s]*)@)?(?P<host>\[[^\]\s]*\]|[^/?#:@\s]*)"
    r"(?::\d*)?)?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:\#(?P<fragment>.*))?",
    re.DOTALL,
)
_LINK = re.compile(
    r"(?:https?|ftp|mailto|tel|android-app):[^\s\"'<>]+(?<!\))|(?<![\w/])//[\w.-]+\.\w+/[^\s\"'<>]*"
)
_PATH = re.compile(r"(?<!\S)/[\w~@.%-]+/[^\s\"'<>]+")
_LABEL = re.compile(
    r"(?<![\w/.-])([A-Za-zÀ-ÿ][\w-]{1,40}(?: (?:no|number|name|nr|id|code|date)\.?)?):\s{1,3}"
    rf"((?:{LED})?(?:[^\s,;|<>()\[\]]+(?: (?=[A-ZÀ-Þ\d]))?){{1,5}})"
)
_JSON = re.compile(r"[\[{]\s{0,9}\\{0,30}\"[^\"\\]{1,64}\\{0,30}\"\s{0,9}[:,]")
_OF_JSON = re.compile(
    r"[\[{]\s{0,9}(?:[\[{]\s{0,9}){0,9}(?:\\{0,31}\"|[\]}]|-?\d[\d.eE+-]{0,24}\s{0,9}[,\]])"
)
"""How JSON begins, and no {lastName: "Doe"} or [error] of a log."""

SOMEBODYS = "somebody's:"
"""What a segment of what is built is called that stands behind one about somebody."""

_BOARDING = re.compile(r"(?<![^\W_])boarding[ -]\Z", re.IGNORECASE)
_SHORTEST_STATED = 5  # signs: id:ab
_POSTCODE = re.compile(POSTCODES)
_INTEGRITY = re.compile(
    r"(?:[\w-]{1,20}=)?[\"']?sha(?:256|384|512)-[A-Za-z0-9+/]{43,88}={0,2}[\"']?"
)
_ETAG = re.compile(r"W/\\{0,3}[\"']?[\w+/=:-]{1,128}\\{0,3}[\"']?")
_LED = re.compile(LED)
_ROUTED = re.compile(r"/[^?]*\?")  # of a page that is one program: #/subscriber/77/address?street=…
_NUMBER = re.compile(r"[0-9]{1,16}")
_SIZE = re.compile(r"[0-9]{1,4}x[0-9]{0,4}|x[0-9]{1,4}")
_ENTITY = re.compile(
    r"&(?:#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6})|[A-Za-z]{1,2}(?:uml|acute|grave|circ|tilde|cedil|ring|slash|lig|"
    r"caron|orn|th|dot|ogon|breve|macr)|nbsp|commat|period|lowbar|apos|rsquo|iexcl);"
)


def inside(
    text: str, part: str, effort: Effort | None = None, known: Known = WEIRS
) -> Iterator[Piece]:
    """The values inside a decoded value, apart from the whole; none if it is plain.

    effort: None counts nothing. known: what names of fields tell. Raises TooMuchError.
    """
    effort = effort or Effort(ANY)
    if text[:1] in "{[" and ('"' in text or ":" in text):
        yield from json_leaves(text, Objects(known, effort))
        if _OF_JSON.match(text):
            yield from stated(text, part, effort, True, known)
            return
    at = inner.start() if '"' in text and (inner := _JSON.search(text)) else None
    if at is not None:
        leaves = json_leaves(text[at:], Objects(known, effort))
        yield from (piece.shifted(at) for piece in leaves)
    if is_url(text):
        yield from _all_of(text, effort, known)
        if text[:2] == "//" and "[" in text:  # no host: a path of XML
            yield from stated(text, part, effort, known=known)
        return
    for link in _LINK.finditer(text):
        yield from (piece.shifted(link.start()) for piece in _all_of(link[0], effort, known))
    if "=" in text:
        yield from pairs(text, part)
    yield from stated(text, part, effort, at is not None, known)
    if part == "text" and ": " in text:
        labels = (m for m in _LABEL.finditer(text) if _tells(m[2]))
        yield from (Piece(*m.span(2), part, _label(text, m)) for m in labels)
    if part == "text" and "/" in text:
        for link in _PATH.finditer(text):
            yield from (piece.shifted(link.start()) for piece in _all_of(link[0], effort, known))
    one = "/" in text and " " not in text.strip() and part != "user_agent"
    if one and not (_INTEGRITY.fullmatch(text) or _ETAG.fullmatch(text)):
        yield from segments(text, "path")


def _tells(value: str) -> bool:
    """A digit, a sign or a capital: so a value is written, and seldom how a sentence goes on."""
    begins = value[:1].isupper() or _LED.match(value)
    return bool(begins) or any(c.isdigit() or c in "@_#!$%&*" for c in value)


def _label(text: str, match: re.Match[str]) -> str:
    """What a value in a text is called; a pass for a flight is no password."""
    flies = match[1].lower() == "pass" and _BOARDING.search(text, 0, match.start())
    return "booking_reference" if flies else match[1]


def without_entities(text: str) -> str:
    """The text with `&#64;`, `&uuml;` and the like blanked out: nothing is split there."""
    return _ENTITY.sub(lambda m: "x" * len(m[0]), text) if "&" in text else text


def is_url(text: str) -> bool:
    """Nothing but a URL, or the path or query of one."""
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]{1,30}://\S|/[^\s]*$|\?[\w.\[\]-]+=", text))


def _all_of(address: str, effort: Effort, known: Known) -> Iterator[Piece]:
    """The values of a URL in a text, and what they state of fields."""
    for piece in url(address):
        yield piece
        if piece.part != "referrer_host" and piece.end - piece.start >= _SHORTEST_STATED:
            more = stated(address[piece.start : piece.end], piece.part, effort, known=known)
            yield from (one.shifted(piece.start) for one in more)


def url(text: str) -> Iterator[Piece]:
    """User, host, path segments and their parameters, query pairs and fragment of a URL."""
    match = _URL.match(without_entities(text))
    if match is None:
        return
    if match["user"]:
        yield Piece(*match.span("user"), part="userinfo", key="userinfo")
    if match["host"]:
        yield Piece(*match.span("host"), part="referrer_host")
    if (match["scheme"] or "").lower() in ("mailto:", "tel:", "sms:"):
        kind = "email" if match["scheme"].lower() == "mailto:" else "phone"
        yield Piece(*match.span("path"), part="path", key=kind)
    elif match["path"]:
        yield from (
            p.shifted(match.start("path"))
            for p in segments(text[slice(*match.span("path"))], "path", site_of(match["host"]))
        )
    for name, part in (("query", "query"), ("fragment", "fragment")):
        if name == "fragment" and _ROUTED.match(match[name] or ""):
            yield from (p.shifted(match.start(name)) for p in url(text[match.start(name) :]))
        if match[name]:
            said = text[slice(*match.span(name))]
            found = of_page(match["path"] or "", pairs_or_whole(said, part), said)
            yield from (p.shifted(match.start(name)) for p in found)


def segments(path: str, part: str, site: str | None = None) -> Iterator[Piece]:
    """Path segments with the one before them; `;name=value` behind a segment by its name.

    site: what stands before the first one, see sites.py.
    """
    start, before, regions, somebodys = 0, site, facts.routes().regions, False
    split, called = path.split("/"), 0
    for at_segment, segment in enumerate(split):
        name, *parameters = segment.split(";")
        called -= 1
        if before in before_names() and _are_called(split[at_segment : at_segment + 2], before):
            called = 2
        if name:
            asset = somebodys and before not in persons() and is_asset(name)
            of = CALLED if called > 0 else SOMEBODYS if asset else before
            yield Piece(start, start + len(name), part, before=of)
        at = start + len(name) + 1
        for parameter in parameters:
            yield from (p.shifted(at) for p in pairs_or_whole(parameter, "parameter"))
            at += len(parameter) + 1
        start += len(segment) + 1
        by_name = name.lower() == BY_NAME and before in persons()
        section = before == SITE and name.lower() in facts.words("sections_of_sites")
        if name.lower() not in regions and not (by_name or section):
            before = _between(before, name) or _telling(name.lower()) or before
            if somebodys and before in facts.words("built"):
                before = SOMEBODYS
        somebodys = somebodys or name.lower() in facts.words("about_somebody")


def _are_called(two: list[str], before: str) -> bool:
    """Whether two segments are a given and a family name."""
    if len(two) < 2:
        return False
    one, other = (unquote(said.partition(";")[0]) for said in two)
    return are_of_somebody(one, other, before in facts.words("directories"))


def _between(before: str | None, name: str) -> str | None:
    """What a segment is called that stands behind one for persons and tells nothing of itself."""
    if before in persons() and _NUMBER.fullmatch(name):
        return NUMBERED
    led = before in (NUMBERED, PASSED) or before in of_people()
    return PASSED if led and re.match(passing(), name.lower()) else None


def _telling(name: str) -> str:
    """What a segment says about the next one: a size of an image, a postcode."""
    if _SIZE.fullmatch(name):
        return "resized"
    return POSTCODE if _POSTCODE.match(name) else name


def pairs_or_whole(text: str, part: str) -> list[Piece]:
    """`a=b&c=d` by its names, and what has no name as it is."""
    pieces: list[Piece] = []
    at, key = 0, None  # behind a semicolon a value without a name goes on: coords=59.3;18.1
    for shown in re.split(r"([&;])", without_entities(text)):
        field = text[at : at + len(shown)]
        if field and field not in "&;":
            name, equals, value = field.partition("=")
            if equals and value:
                pieces.append(Piece(at + len(name) + 1, at + len(field), part, name))
            elif not equals:
                pieces.append(Piece(at, at + len(field), part, key))
            key = name if equals else key
        elif field == "&":
            key = None
        at += len(field)
    return pieces


def pairs(text: str, part: str) -> list[Piece]:
    """The `name=value` in a text that is not all pairs."""
    shape = _SPACED_PAIR if part in ("text", "user_agent") else _PAIR
    found = [
        Piece(m.start(2), m.end(2), part, m[1]) for m in shape.finditer(text) if m[2].strip("= ")
    ]
    if shape is _SPACED_PAIR and ('"' in text or "'" in text):
        quoted = _QUOTED_PAIR.finditer(text)
        found += [Piece(*m.span(2 if m[2] else 3), part, m[1]) for m in quoted]
    return found


def cookies(text: str) -> list[Piece]:
    """The values of a Cookie header, by name."""
    pieces, at = [], 0
    for field in text.split(";"):
        name, equals, value = field.partition("=")
        if equals and value.strip():
            pieces.append(Piece(at + len(name) + 1, at + len(field), "cookie", name.strip()))
        elif field.strip():
            pieces.append(Piece(at, at + len(field), "cookie"))
        at += len(field) + 1
    return pieces
