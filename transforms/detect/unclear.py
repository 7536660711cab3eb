"""What `strict` closes on beyond what is recognized: values it cannot tell from personal ones."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from http import HTTPStatus

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect.checks.plausible import is_date
from weir.transforms.detect.checks.public import blank, is_amount, is_public, without_public
from weir.transforms.detect.checks.things import (
    in_a_slug,
    is_a_time,
    is_everybodys,
    is_model,
    is_slug_of_a_thing,
)
from weir.transforms.detect.fields.complaints import is_complaint
from weir.transforms.detect.people import persons
from weir.transforms.detect.people.singles import single_names
from weir.transforms.detect.people.spelling import is_random
from weir.transforms.detect.people.users import is_user_name
from weir.transforms.detect.people.worth import fold, is_listed
from weir.transforms.detect.text.digests import is_of_content

_MIXED = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{6,}(?![A-Za-z0-9])"
)
_LETTERS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{6,64}(?![A-Za-z0-9])")
_GROUPS = re.compile(r"(?<![\w-])[A-Za-z0-9]{4,5}(?:-[A-Za-z0-9]{4,5}){2,7}(?![\w-])")
_BOTH = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]+")
_MEASURE = re.compile(
    r"\d+x\d+|(?!\d{3}x\d{3}x\d{3})\d{1,3}x\d{1,3}x\d{1,3}|s\d{1,2}e\d{1,3}|\d+[a-z]{1,3}"
    r"|[a-z]{1,3}\d{1,4}|[a-z]+\d{1,2}|v?\d+(?:st|nd|rd|th)|(?:sha|md)\d{1,3}(?:hash|sum|digest)",
    re.IGNORECASE,
)
_HEX = re.compile(r"0x[0-9a-fA-F]{8}(?![0-9a-fA-F])")
_DIGITS = re.compile(r"(?<![\d.])\d{7,}(?![\d.])")
_HOUSE = re.compile(
    r"(?<![\w.])(?<!\d:)\d{1,5}[a-z]?(?! (?:ORDER|GROUP) BY\b)(?: [A-ZÀ-Þ][^\W\d_]+){2,3}(?!\w)"
)
_NUMBERED_STREET = re.compile(
    r"(?<![\w.])\d{1,5}[ +](?:[NSEW]{1,2}\.?[ +])?\d{1,3}(?:st|nd|rd|th)[ +][A-Z][a-z]+"
)
_TIME = re.compile(r"1\d{9}(?:\d{3}){0,2}")
_USER = re.compile(r"[a-z]{2,20}[._-]?[a-z]{0,20}[._-]?\d{2,4}|[a-z]{3,20}[._][a-z]{3,20}")
_HANDLE = re.compile(r"(?<![^\s(\"'])[a-z]{2,20}[_.][a-z]{2,20}\d{1,4}(?![^\s,;)\"'.])")
_SHAPES = r"[A-Za-z]\d|\d[A-Za-z]|\d{7}|[a-z][._-]"
_WORD_ALONE = r"^(?:.*/)?[A-Za-z]{4,20}(?:/.*)?$"  # what may be ebrown
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BUILT = re.compile(
    r"(?:\.(?:chunk|min|bundle|module|es|legacy|prod))*\.(?:m?js|css|map|woff2?|ttf|eot|wasm)\b"
)
_BUILT_OR_SHARED = re.compile(r"\.(?:json|png|svg|webp|avif)\b")
_OF_A_BUILD = re.compile(
    r"[0-9a-f]+|(?P<word>[a-z]+)(?:\d{1,4}(?:x\d{1,4})?)?|(?<=[a-z][._-])[A-Za-z0-9]{8}"
)
"""What a build writes before such an ending: a hash in hexadecimal, a word and a size, eight signs
behind a word (logo-DqX9kL2a.svg). With any other it may be a link to what somebody shares."""

_FONT = re.compile(r"[a-z]{2,30}(?:-[a-z0-9]{2,20}){0,4}\.(?:woff2?|ttf|otf|eot)")
_ENDED = re.compile(
    r"([._-](?=[a-f]{0,16}\d)[0-9a-f]{8,32})?\.(?:png|jpe?g|webp|avif|gif|mp4|pdf|docx?)$",
    re.IGNORECASE,
)
"""What a picture or a paper ends with, and the hash that a build wrote before that."""
_ROBOT = re.compile(r"[A-Z][A-Za-z]{2,20}(?:Bot|Spider|Crawler)")  # GPTBot
_UPDATE = re.compile(r"(?<![A-Za-z0-9])kb\d{6,7}(?!\w)", re.IGNORECASE)  # of Windows
_DIGEST_ALONE = re.compile(r"sha(?:256|384|512):[0-9a-f]{64,128}")
_PACKAGE = re.compile(
    r"(?<![\w.])(?:java|javax|kotlin|scala|org|com)(?:\.[a-z]\w{0,20}){1,5}\.[A-Z]\w{2,60}(?:Exception|Error)\b"
)
_DAYS = re.compile(r"\d{1,2}-(?:tage|tag|day|days|jours|dias|giorni|dagen|dni)")
_THING = re.compile(r"(?:GTM|AW|DC|UA|G|OPT)-[A-Z0-9]{4,12}|B0[0-9A-Z]{8}")
_COLOUR = re.compile(r"[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
_COLOURS = frozenset(("hex", "rgb", "rgba", "tint", "fill", "stroke", "bgcolor", "bg", "fg",
                      "background", "foreground", "accent"))  # fmt: skip
_HASHED = re.compile(r"(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{16,}(?![0-9a-f])")
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{32,128}(?![0-9a-f])")
_COUNTED = re.compile(r"[a-z]+[_-]\d+")
_STATUS = frozenset(f"{one.value} {one.phrase}" for one in HTTPStatus)
_FREE = ("user_agent", "referrer_host", "label")


@dataclass(frozen=True)
class Unclear:
    """A span that strict does not let pass, and what it may be."""

    start: int
    end: int
    entity: str
    why: str


def unclear(
    text: str,
    part: str,
    context: Collection[str] = (),
    subject: Collection[str] = (),
    built: bool = False,
    before: str = "",
) -> Iterator[Unclear]:
    """What may be an identifier, a secret or a name. `context`: the words of the name and of the
    segment before, which is `before`; `subject`: those that say what it is of; `built`: the hash of
    something built."""
    if _is_understood(text, part, context, subject, before):
        return
    text = without_public(text, context)
    things = facts.words("counted") | facts.words("pins")
    counted = not things.isdisjoint(subject) or is_slug_of_a_thing(before)
    if part in ("text", "search"):  # codes of errors; an address so written stands under a name
        text = _HEX.sub(blank, text)
    text = _DIGEST.sub(_without_digest, text)
    yield from _secrets(text, part, context, subject, built)
    for match in _GROUPS.finditer(text):
        if sum(bool(_BOTH.fullmatch(group)) for group in match[0].split("-")) > 1:
            yield Unclear(*match.span(), "secret", "groups of letters and digits, as keys have")
    for match in (*_HOUSE.finditer(text), *_NUMBERED_STREET.finditer(text)):
        if match[0] in _STATUS:
            continue
        yield Unclear(*match.span(), "address", "a number and capitals, as a house in a street")
    for match in _HEX.finditer(text):
        yield Unclear(*match.span(), "ip", "a number of eight hexadecimal digits")
    unhashed = (
        text
        if not (built or _BUILT.search(text) or _BUILT_OR_SHARED.search(text))
        else _HASHED.sub(blank, text)
    )
    for match in _DIGITS.finditer(_UPDATE.sub(blank, unhashed)):
        if is_amount(unhashed, match.start(), context):
            continue
        if not counted and not _TIME.fullmatch(match[0]) and not is_date(match[0]):
            yield Unclear(*match.span(), "id", "a long number that could be somebody's")
    plain = programmed(text) or bool(_FONT.fullmatch(text))
    if part == "name" and not facts.words("fields_of_things").isdisjoint(_PARTS.findall(text)):
        plain = True  # ville_depart, of a field
    if part not in ("text", "search", "path", "referrer_path") and not plain and _is_user(text):
        yield Unclear(0, len(text), "id", "written as user names are")
    if is_user_name(_ENDED.sub("", text.strip())):
        yield Unclear(0, len(text), "id", "made of a person's name, as user names are")
    for match in _HANDLE.finditer(text):
        if programmed(match[0]) or _FONT.fullmatch(match[0]):
            continue
        yield Unclear(*match.span(), "id", "written as user names are")
    model = any(map(str.isdigit, text)) and not facts.words("models").isdisjoint(subject)
    named = _PACKAGE.sub(blank, unhashed)
    if (ended := _ENDED.search(named)) and ended[1]:
        named = named[: ended.start()] + " " * len(ended[1]) + named[ended.end(1) :]
    for name in single_names(named) if part != "name" and not model else ():
        yield Unclear(name.start, name.end, "name", name.why)


def _is_understood(
    text: str, part: str, context: Collection[str], subject: Collection[str], before: str
) -> bool:
    """Whether the whole is a thing's or everybody's."""
    if _DIGEST_ALONE.fullmatch(text) or _DAYS.fullmatch(text) or is_date(text):
        return True
    if not facts.words("complaining").isdisjoint(context) and is_complaint(text):
        return True
    if part.endswith("path") and text.lower() in facts.words("routes_of_wares"):
        return True  # a route itself: /marques/
    everybodys = part in _FREE or is_everybodys(text, context, subject, before)
    return everybodys or is_public(text, context, before)


def _secrets(
    text: str, part: str, context: Collection[str], subject: Collection[str], built: bool
) -> Iterator[Unclear]:
    """Runs of letters and digits, or of letters, that are no word."""
    for match in _MIXED.finditer(text):
        if built or _is_built(match) or _is_things(text, *match.span()):
            continue
        if is_a_time(match[0]) or in_a_slug(text, *match.span()):
            continue
        if is_model(text, *match.span(), subject) or _is_colour(text, *match.span()):
            continue
        if _UPDATE.fullmatch(match[0]) or _is_coloured(match[0], context):
            continue
        if not _MEASURE.fullmatch(match[0]) and _is_no_word(match[0]):
            yield Unclear(*match.span(), "secret", "letters and digits that are no word")
    for match in _LETTERS.finditer(text):
        if part == "name" or built or not is_random(match[0]) or _is_known(match[0]):
            continue
        coloured = _is_colour(text, *match.span()) or _ROBOT.fullmatch(match[0])
        if not (coloured or _is_built(match) or _is_put_together(match[0])):
            yield Unclear(*match.span(), "secret", "letters in an order that no word has")


def _is_built(match: re.Match[str]) -> bool:
    """In the name of a file that a build wrote."""
    text, (start, end) = match.string, match.span()
    if _BUILT.match(text, end):
        return True
    written = _OF_A_BUILD.fullmatch(text, start, end)
    if written is None or (written["word"] and is_random(written["word"])):
        return False
    return bool(_BUILT_OR_SHARED.match(text, end))


def _is_no_word(run: str) -> bool:
    """Two digits and more among letters, or one among letters that are no word's."""
    letters = "".join(sign for sign in run if sign.isalpha())
    return len(run) - len(letters) > 1 or (run[:2] != "0x" and is_random(letters))


def _is_put_together(run: str) -> bool:
    """Words with a capital each: HttpClient."""
    parts = _PARTS.findall(run)
    return len(parts) > 1 and all(map(_is_known, parts))


def _is_known(part: str) -> bool:
    return is_listed(fold(part)) or part.lower() in facts.words("programming")


def _without_digest(match: re.Match[str]) -> str:
    """Blanks in place of what was built: commit f26e03c1…, sha256:95c9f7a7…"""
    return blank(match) if is_of_content(match.string, match.start()) else match[0]


def programmed(text: str) -> bool:
    """Words with `_`, `-` or a hump of which one is a programmer's: per_page, price_asc, exp_12."""
    parts = _PARTS.findall(text)
    return (len(parts) > 1 or bool(_COUNTED.fullmatch(text))) and any(
        p.lower() in facts.words("programming") for p in parts
    )


def _is_things(text: str, start: int, end: int) -> bool:
    """The id of a container, a stream or an article: GTM-K7X2PQ, B07SN9ZQ4P."""
    return bool(
        _THING.fullmatch(text[max(start - 4, 0) : start].rpartition("=")[2] + text[start:end])
    )


def _is_colour(text: str, start: int, end: int) -> bool:
    """#a1b2c3."""
    return text[start - 1 : start] == "#" and bool(_COLOUR.fullmatch(text, start, end))


def _is_coloured(run: str, context: Collection[str]) -> bool:
    """a1b2c3 under a name for a colour."""
    told = not (facts.words("facets") | _COLOURS).isdisjoint(context)
    return told and bool(_COLOUR.fullmatch(run))


def _is_user(text: str) -> bool:
    """One or two words and digits, a word of which no dictionary has."""
    text = text.strip()
    words = re.findall(r"[a-z]+", text)
    return bool(_USER.fullmatch(text)) and any(map(persons.could_be_one_name, words))


def could_be_unclear(values: pa.StringArray) -> pa.BooleanArray:
    """The gate for the above, names apart."""
    return pc.or_(
        pc.match_substring_regex(values, _SHAPES), pc.match_substring_regex(values, _WORD_ALONE)
    )
