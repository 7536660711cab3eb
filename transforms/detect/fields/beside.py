"""What stands beside a field's name and is written as its value, whatever stands between them:
lastName Doe, dob[1979-04-17], username|jdoe, phone --> 0171 …, changed lastName from Doe to Roe.

No language of filters is read here: of what stands between it is only asked that no sentence goes
on so, and of the value that it can hardly be anything else. Names that are one word of a language
(street, phone) ask the more of it.
"""

import re
from collections.abc import Iterator
from itertools import chain

from weir.schemas.detect import words
from weir.transforms.detect.fields.known import Known
from weir.transforms.detect.fields.shapes import SHAPES
from weir.transforms.detect.fields.written import is_programmed, is_short_account, may_stand_under
from weir.transforms.detect.limits.effort import NAMED, STATED, Effort
from weir.transforms.detect.people.persons import could_be_one_name
from weir.transforms.detect.people.worth import LEADING, fold, raw_worth, worth
from weir.transforms.detect.text import comparisons as by
from weir.transforms.detect.text.piece import Piece

_NAME = rf"(?<![^\W_])(?P<name>(?i:{by.TWO_WORDS})|[A-Za-z]\w{{1,40}}+)"
_VALUE = (
    rf"(?P<value>\d{{1,4}}/\d{{1,2}}/\d{{1,4}}|(?:{by.LED}|[A-Z]['’](?=[A-Z]))?"
    r"[^\W_][^\s,;|&()\[\]{}<>\"'#=/*^!~%:\\]{1,63}+)"
    r"(?P<more>(?: [A-ZÀ-Þ\d][\w.'-]{0,24}){0,3})"
)
_GAP = rf"{by.GAP_BESIDE}(?={by.QUOTE_BESIDE}(?:[^\W_a-z]|{by.LED})|[^\s\d]{{0,40}}+\d)"
_BESIDE = re.compile(  # what stands there may be a name itself: changed dob from
    rf"{_NAME}(?=(?:(?P<spoken>{by.SPOKEN_BESIDE})|(?P<open>{by.OPENS_BESIDE})"
    rf"|(?P<sign>{by.SIGNS_BESIDE})|(?P<odd>{by.ODD_BESIDE})|(?P<gap>{_GAP}))"
    rf"{by.QUOTE_BESIDE}{_VALUE})"
)
_CHANGED = (
    re.compile(rf"{_NAME}{by.CHANGED}{by.QUOTE_BESIDE}{_VALUE}"),
    re.compile(rf"{by.SETS}{_NAME}{by.SET_TO}{by.QUOTE_BESIDE}{_VALUE}"),
)
_AND = re.compile(rf"{by.QUOTE_BESIDE}{by.GAPS}to{by.GAPS}{by.QUOTE_BESIDE}{_VALUE}", re.IGNORECASE)
_CLOSES = {"(": ")", "[": "]", "{": "}", "<": ">"}
_COMPOUND = re.compile(r"[a-z][A-Z]|_")  # lastName, last_name: no word of a sentence
_PREFIX = re.compile(r"(?:Ma?c|Fitz|D[aeiu]|V[ao]n|L[ae]|[A-Z]['’])(?=[A-Z])")
_SETS = re.compile(r"(?i:chang|updat|set)")
_DAY = 6  # digits of a date
_ENDS = ".,:;!?"
_BORNE = 3  # how many bear a name, in half powers of ten
_SECRET = re.compile(r"(?=.*[a-z])(?=(?:.*[A-Z].*\d|.*\d.*[A-Z]|(?:\D*\d){2}))\w{6,64}\Z")
_SHORTEST = 4  # letters of a user's name that nothing but a sign stands before


def beside(text: str, part: str, effort: Effort, known: Known) -> Iterator[Piece]:
    """Values beside names. Raises TooMuchError."""
    for match in _BESIDE.finditer(text):
        effort.spend(1)
        name = match["name"]
        if not name.lower().endswith(by.ENDS_BESIDE):
            continue
        effort.spend(NAMED)
        if known.decides(name):
            yield from _pieces(match, name, part, known) if _closed(text, match) else ()
            if "from" in (match["spoken"] or ""):
                yield from _became(match, name, part, known)
    yield from _changed(text, part, effort, known)


def _changed(text: str, part: str, effort: Effort, known: Known) -> Iterator[Piece]:
    """What a field had and has: assignee changed from jdoe to roe, set assignee to roe."""
    if not _SETS.search(text):
        return
    for match in chain.from_iterable(one.finditer(text) for one in _CHANGED):
        effort.spend(STATED, 2)
        name = match["name"]
        if not known.tells(name) or text[match.end("value") :][:1] == "(":
            continue
        yield from _pieces(match, name, part, known)
        yield from _became(match, name, part, known)


def _became(match: re.Match[str], name: str, part: str, known: Known) -> Iterator[Piece]:
    """What a field has that had another value: from Doe to Roe."""
    one = _AND.match(match.string, match.end("more"))
    yield from _pieces(one, name, part, known) if one else ()


def _closed(text: str, match: re.Match[str]) -> bool:
    """Whether what opens a value is closed behind it: dob[1979-04-17], no sort[dob, …."""
    if not match["open"]:
        return True
    if match["open"][0].isspace() and not _COMPOUND.search(match["name"]):
        return False  # Please enter your surname (Required)
    return text[match.end("more") :].lstrip("\"'*% ")[:1] == _CLOSES[match["open"].strip()[0]]


def _pieces(match: re.Match[str], name: str, part: str, known: Known) -> Iterator[Piece]:
    start, value, more = match.start("value"), match["value"].rstrip(_ENDS), match["more"]
    between = match.groupdict() if match.re is _BESIDE else {"from": "from"}
    for said in dict.fromkeys((value, value + more)):
        if _is_one(name, said, between, known):
            yield Piece(start, start + len(said), part, name)


def _is_one(name: str, said: str, between: dict[str, str], known: Known) -> bool:
    """Whether what stands beside a name can hardly be anything but its value."""
    if said.lower() in words("orders_rows") | words("said_of_columns"):
        return False
    if not may_stand_under(name, said, known):
        return False
    entity, digits = known.entity_of(name), sum(map(str.isdigit, said))
    odd, gap = bool(between.get("odd")), bool(between.get("gap"))
    if (entity == "birth" and digits < _DAY) or (entity == "address" and (gap or odd)):
        return entity == "address" and _is_street(name, said)
    if entity == "secret":
        return not odd and bool(_SECRET.match(said))
    if entity == "id" or (entity is None and digits):
        sure = not (gap or between.get("spoken"))
        called = _COMPOUND.search(name) and is_short_account(said)
        return not odd and (digits > 3 or _is_user(said, sure) or bool(called))
    if entity is None and said.islower():
        return _is_user(said, True)
    if entity is None and "from" in between:
        return all(map(_is_rather_called_so, _names(said)))
    if entity in ("name", None) or digits == 0:
        return all(_is_name(name, one, between) for one in _names(said))
    return True


def _is_user(said: str, sure: bool) -> bool:
    """jdoe; behind a space alone a word may be anything that is in no dictionary."""
    if not said.isascii() or is_programmed(said) or not SHAPES["user"](said):
        return False
    digits = any(map(str.isdigit, said))
    return (digits or said.islower()) and len(said) >= _SHORTEST if sure else digits


def _is_street(name: str, said: str) -> bool:
    """Behind a space a postcode, or a word that is in no dictionary before a number."""
    first, *rest = said.split()
    if _COMPOUND.search(name):
        return True
    numbered = bool(rest) and rest[-1][0].isdigit()
    return numbered and first[0].isupper() and first.isalpha() and not worth(fold(first))[2]


def _names(said: str) -> list[str]:
    """What is said without particles, words with a dash apart: van Doe, Doe-Roe."""
    return re.split("[ -]", LEADING.sub("", said))


def _is_rather_called_so(one: str) -> bool:
    """A name more than a word: what somebody does is a team's as well."""
    given, family, known = worth(fold(one))
    written = one[0].isupper() and _PREFIX.sub("", one).isalpha()
    return written and (max(given, family) >= 1 or not known)


def _is_name(name: str, one: str, between: dict[str, str]) -> bool:
    """With a capital, and borne, unless a program's name for a field stands before it."""
    plain = _PREFIX.sub("", one)
    capitals = one.isupper() and _COMPOUND.search(name) and max(worth(fold(one))[:2]) >= 1
    written = capitals or (plain[:1].isupper() and plain[1:].islower())
    if not (written and could_be_one_name(one)):
        return False
    if max(raw_worth(fold(one))) >= _BORNE:
        return True
    sure = _COMPOUND.search(name) or " " in name or not (between.get("gap") or between.get("odd"))
    dotted = (between.get("odd") or "")[-1:] in (".", "-")
    return bool(sure) and not dotted and fold(one) not in words("programming")
