"""What stands beside a field's name and is written as its value, whatever stands between them:
lastName Doe, dob[1979-04-17], username|jdoe, phone --> 0171 …, changed lastName from Doe to Roe.

No language of filters is read here: of what stands between it is only asked that no sentence goes
on so, and of the value that it can hardly be anything else. Names that are one word of a language
(street, phone) ask the more of it.
"""

import re
from collections.abc import Iterator

from weir.schemas.detect import words
from weir.transforms.detect.fields.known import Known
from weir.transforms.detect.fields.shapes import SHAPES
from weir.transforms.detect.fields.written import may_stand_under
from weir.transforms.detect.limits.effort import NAMED, STATED, Effort
from weir.transforms.detect.people.persons import could_be_one_name
from weir.transforms.detect.people.worth import fold, raw_worth, worth
from weir.transforms.detect.text import comparisons as by
from weir.transforms.detect.text.piece import Piece

_NAME = rf"(?<![^\W_])(?P<name>(?i:{by.TWO_WORDS})|[A-Za-z]\w{{1,40}}+)"
_VALUE = (
    r"(?P<value>\d{1,4}/\d{1,2}/\d{1,4}|[^\W_][^\s,;|&()\[\]{}<>\"'#=/*^!~%:\\]{1,63}+)"
    r"(?P<more>(?: [A-ZÀ-Þ\d][\w.'-]{0,24}){0,3})"
)
_GAP = rf"{by.GAP_BESIDE}(?={by.QUOTE_BESIDE}[^\W_a-z]|[^\s\d]{{0,40}}+\d)"
_BESIDE = re.compile(  # what stands there may be a name itself: changed dob from
    rf"{_NAME}(?=(?:(?P<spoken>{by.SPOKEN_BESIDE})|(?P<open>{by.OPENS_BESIDE})"
    rf"|(?P<sign>{by.SIGNS_BESIDE})|(?P<odd>{by.ODD_BESIDE})|(?P<gap>{_GAP}))"
    rf"{by.QUOTE_BESIDE}{_VALUE})"
)
_CHANGED = re.compile(rf"{_NAME}{by.CHANGED}{by.QUOTE_BESIDE}{_VALUE}")
_AND = re.compile(rf"{by.QUOTE_BESIDE}{by.GAPS}to{by.GAPS}{by.QUOTE_BESIDE}{_VALUE}", re.IGNORECASE)
_CLOSES = {"(": ")", "[": "]", "{": "}", "<": ">"}
_COMPOUND = re.compile(r"[a-z][A-Z]|_")  # lastName, last_name: no word of a sentence
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
            value = _closed(text, match)
            yield from _pieces(match, name, part, known) if value else ()
    if "hanged" in text or "HANGED" in text:
        yield from _changed(text, part, effort, known)


def _changed(text: str, part: str, effort: Effort, known: Known) -> Iterator[Piece]:
    """What a field had and has: assignee changed from jdoe to roe."""
    for match in _CHANGED.finditer(text):
        effort.spend(STATED, 2)
        name = match["name"]
        if not known.tells(name) or text[match.end("value") :][:1] == "(":
            continue
        for one in (match, _AND.match(text, match.end("value"))):
            if one is not None:
                yield from _pieces(one, name, part, known)


def _closed(text: str, match: re.Match[str]) -> bool:
    """Whether what opens a value is closed behind it: dob[1979-04-17], no sort[dob, …."""
    if not match["open"]:
        return True
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
        return not odd and (digits > 3 or _is_user(said, sure))
    if entity is None and said.islower():
        return _is_user(said, True)
    if entity is None and "from" in between:
        return all(map(_is_rather_called_so, said.split()))
    if entity in ("name", None) or digits == 0:
        return all(_is_name(name, one, between) for one in said.split())
    return True


def _is_user(said: str, sure: bool) -> bool:
    """jdoe; behind a space alone a word may be anything that is in no dictionary."""
    if not said.isascii() or said in words("programming") or not SHAPES["user"](said):
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


def _is_rather_called_so(one: str) -> bool:
    """A name more than a word: what somebody does is a team's as well."""
    given, family, known = worth(fold(one))
    return one[0].isupper() and one.isalpha() and (max(given, family) >= 1 or not known)


def _is_name(name: str, one: str, between: dict[str, str]) -> bool:
    """With a capital, and borne, unless a program's name for a field stands before it."""
    if not (one[0].isupper() and one[1:].islower() and could_be_one_name(one)):
        return False
    if max(raw_worth(fold(one))) >= _BORNE:
        return True
    sure = _COMPOUND.search(name) or " " in name or not (between.get("gap") or between.get("odd"))
    dotted = (between.get("odd") or "")[-1:] in (".", "-")
    return bool(sure) and not dotted and fold(one) not in words("programming")
