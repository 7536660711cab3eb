"""Letters and digits that are a thing's and nobody's: models, films, codes that everybody gets."""

import re
from collections.abc import Collection
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.checks.assets import tells_of_nobody
from weir.transforms.detect.people.wares import is_a_maker
from weir.transforms.detect.people.worth import fold, is_a_place, worth

_DISCOUNT = re.compile(r"([A-Za-z]{3,12})\d{1,4}(?:OFF|PCT|EUR|USD)?|\d{1,3}([A-Za-z]{3,12})")
_CONSENT = re.compile(r"[BC][A-P][\w.-]{18,}")  # a framework's version and date come first
_FILM = re.compile(r"[\w-]{11}")
_PAGE_OF_A_PLACE = re.compile(r"[A-Z][A-Za-z_]+(?:-[gd]\d{4,9})+-[\w.-]+")
_PATENT = re.compile(r"[A-Z]{2}\d{5,12}[A-Z]\d?")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ISSUE = re.compile(r"\A\.[A-Z]\d{6}_\d{6}(?!\w)")
_NUMBER_OF_SLUG = re.compile(r"[a-z]{1,3}\d{3,9}", re.IGNORECASE)
_WORDS_BEFORE = re.compile(r"[^\W\d_]{3,}[-_][\w-]{2,}[-_]$")
_CARDS = frozenset(("card", "account", "badge", "payslip", "timesheet", "licence", "license"))
"""What is somebody's, as is the number on it."""
_FILE_ENDS = re.compile(r"(?:\.[a-z]{3,5})?")
_QUARTER = re.compile(
    r"(?:19|20)\d\d[-_]?(?:[QH][1-4]|KW?\d{1,2}|W\d\d)|[QH][1-4][-_]?(?:19|20)\d\d", re.IGNORECASE
)
_CONNECTION = re.compile(r"([a-z]{3})[-_](?:to[-_])?(?!\1)[a-z]{3}", re.IGNORECASE)
_LONGEST = 14  # of a model's number
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[ :=#._-]{1,3}(?:[A-Za-z]{1,3}-)?$")


def is_everybodys(
    text: str, context: Collection[str], subject: Collection[str], before: str = ""
) -> bool:
    """What a name says that nobody in particular has: a film (v), a discount, a consent, a zone."""
    zone = text.lower()
    if zone in _zones() or f"{before.lower()}/{zone}" in _zones():
        return True
    if _PAGE_OF_A_PLACE.fullmatch(text) or is_a_connection(text, before):
        return True
    if _is_chosen(text, subject) or _is_campaigns(text, context):
        return True
    if not before and _is_makers(text, subject):
        return True
    if not facts.words("patents").isdisjoint(context) and _PATENT.fullmatch(text):
        return True
    if not facts.words("consents").isdisjoint(context) and _CONSENT.fullmatch(text):
        return True
    if set(context) == {"v"} and _FILM.fullmatch(text):
        return True
    discount = _DISCOUNT.fullmatch(text)
    if discount is None or facts.words("discounts").isdisjoint(context):
        return False
    given, _, known = worth(fold(discount[1] or discount[2]))
    return known or given < 3  # a code that is called after somebody may be theirs


def is_a_connection(text: str, before: str) -> bool:
    """Two airports behind a segment for flights: /flights/ham-muc."""
    return before in facts.words("routes_of_flights") and bool(_CONNECTION.fullmatch(text))


@cache
def _zones() -> frozenset[str]:
    """Time zones and the segments of them, in small letters: america/sao_paulo, america."""
    zones = {zone.lower() for zone in facts.words("zones")}
    begin = {zone.rpartition("/")[0] for zone in zones}
    return frozenset(
        zones | begin | {zone.partition("/")[2] for zone in zones if zone.count("/") > 1}
    )


def _is_chosen(text: str, subject: Collection[str]) -> bool:
    """One word for a colour, a size, a stuff: color=moreno."""
    return not facts.words("facets").isdisjoint(subject) and text.isalpha()


def _is_makers(text: str, subject: Collection[str]) -> bool:
    """A maker or a firm, a place, under a field for one: brand=Wilson, city=Florence, and no
    store_manager=Taylor."""
    said = fold(text.strip())
    if not facts.words("fields_of_makers").isdisjoint(subject):
        return is_a_maker(said)
    if facts.words("fields_of_places").isdisjoint(subject):
        return False
    return is_a_place(said)


def _is_campaigns(text: str, context: Collection[str]) -> bool:
    """A source, a medium or a campaign of words that are known: mothers_day, googleadwords_int."""
    if facts.words("of_campaigns").isdisjoint(context):
        return False
    words = [fold(word) for word in _LETTERS.findall(text)]
    of = facts.words("media") | facts.words("campaigns")
    told = any(word in of for word in words) or "pid" not in context
    return told and all(word in of or _is_plain(word) for word in words)


def _is_plain(word: str) -> bool:
    given, family, known = worth(word)
    return known and given < 1 and family < 1


def in_a_slug(text: str, start: int, end: int) -> bool:
    """The number of what a slug or a page is about: schwarz-p48213, snezeni.A240311_091422."""
    if _ISSUE.match(text[max(start - 1, 0) : start + 16]):
        return True
    slug = text[max(start - 40, 0) : start]
    if _NUMBER_OF_SLUG.fullmatch(text[start:end]) is None or _is_about_somebody(slug):
        return False
    behind = _FILE_ENDS.fullmatch(text, end) and _WORDS_BEFORE.search(slug)
    return bool(behind) or (text[start - 1 : start] == "-" and text[end : end + 1] == "-")


def is_a_time(text: str) -> bool:
    """A quarter, a half, a week of a year: 2023Q4."""
    return bool(_QUARTER.fullmatch(text))


def is_slug_of_a_thing(before: str) -> bool:
    """Three words and more with digits, or four, none about somebody: what follows is the thing's
    number."""
    if _is_about_somebody(before):
        return False
    parts = [part for part in re.split(r"[-_+]", before) if part]
    digits = any(map(str.isdigit, before))
    return len(parts) > 3 or (len(parts) > 2 and digits)


def _is_about_somebody(slug: str) -> bool:
    """A word of it is somebody's, or a paper about them: payslip-march, my-loyalty-card-number."""
    papers = facts.words("papers_of_persons") | facts.words("reached_by") | _CARDS
    return not tells_of_nobody(slug) or not papers.isdisjoint(_LETTERS.findall(slug.lower()))


def is_model(text: str, start: int, end: int, subject: Collection[str]) -> bool:
    """The number of a model: by what it is of, or by the word before it (model: x, samsung x)."""
    if end - start > _LONGEST:
        return False
    if not facts.words("models").isdisjoint(subject):
        return True
    before = _WORD_BEFORE.search(text[max(start - 24, 0) : start])
    word = before[1].lower() if before else ""
    return word in facts.words("models") or word in facts.words("makers")
