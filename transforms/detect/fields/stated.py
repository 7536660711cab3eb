"""What a filter or a search says of a field: lastName eq 'Doe', assignee = jdoe, author:jdoe.

It names a field and a value in one text, as a pair does, and decides as that does.
"""

import re
from collections.abc import Iterator

from weir.schemas import detect as facts
from weir.transforms.detect.fields.complaints import is_complaint
from weir.transforms.detect.fields.policy import entity_of, names_something
from weir.transforms.detect.people.persons import could_be_one_name
from weir.transforms.detect.people.worth import fold, raw_worth
from weir.transforms.detect.text.piece import Piece

_NAME = r"(?<![\w.-])(?P<name>[A-Za-z][\w.-]{1,40})"
_WORD = r"(?<![\w.:/@-])(?P<name>[A-Za-z][\w-]{1,40})"
_DAY = r"\d{1,4}/\d{1,2}/\d{1,4}"
_QUOTED = r"'(?P<one>[^']{1,64})'|\"(?P<two>[^\"]{1,64})\""
_BARE = r"[^\s'\"(),;&|:/]{2,64}"
_VALUE = rf"(?:{_QUOTED}|(?P<bare>{_DAY}|{_BARE}))"
_FIGURES = rf"(?:{_QUOTED}|(?P<bare>{_DAY}|(?=[^\s\d]{{0,64}}\d){_BARE}))"
_ALIKE = r"(?i:(?:not )?(?:eq|ne|co|sw|ew|i?like|(?:does)?contains|startswith|endswith|matches))"
_ORDERED = r"(?i:gte?|lte?|ge|le|between)"
_COMPARED = rf"\$?(?i:{facts.spoken('comparisons')})"

_STATED = (
    re.compile(  # OData, SCIM, JQL, RSQL, SQL; the pairs of a query have no space and one sign
        rf"{_NAME}\)?(?: {_ALIKE} | [=~]{{1,2}} ?| ?[=~!]{{2}} ?){_VALUE}"
    ),
    re.compile(rf"{_NAME}\)?(?: {_ORDERED} | ?(?:[<>]=?|<>) ?){_FIGURES}"),
    re.compile(rf"{_NAME}:{_VALUE}(?![:/@])"),  # Lucene, GitHub
    re.compile(rf"{_WORD}(?P<sign>\|\||[|:.~,=]){_COMPARED}(?P=sign){_VALUE}"),  # lastname|eq|Doe
    re.compile(rf"(?<=\(){_NAME}\)?, ?{_VALUE}"),  # contains(lastName,'Doe')
)
_BEFORE_COMMA = re.compile(rf"{_NAME},{_VALUE}")
_OF_ISSUES = re.compile(rf"{_NAME} (?i:was)(?i: not)? {_VALUE}")  # JQL; in sentences all is so
_LISTED = re.compile(  # lastName in ('Doe', 'Roe'), lastname:(Doe OR Roe)
    rf"{_NAME}(?: (?i:(?:not )?in) ?|:|=(?:in|out)=)[(\[](?P<all>[^()\[\]]{{1,256}})[)\]]"
)
_ONE_OF = re.compile(rf"{_QUOTED}|(?P<bare>[^\s,;|'\"]{{2,64}})")
_AND = frozenset(("OR", "AND", "NOT", "TO"))
_WHOLE = re.compile(rf"{_NAME}:(?P<bare>[^\s:=(\[\"'][^:=/\"'<>(){{}}]{{1,64}})")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_LONG_NUMBER = re.compile(r"\d{4}")
_WILD = "*%?~^"


def stated(text: str, part: str) -> Iterator[Piece]:
    """The values that a text states of fields whose names tell something."""
    shapes = _STATED if "path" not in part else (*_STATED, _BEFORE_COMMA)
    if part != "text":
        shapes = (*shapes, _OF_ISSUES)
    for shape in shapes:
        for match in shape.finditer(text):
            if shape is _BEFORE_COMMA and match.span() != (0, len(text)):
                continue
            if names_something(match["name"]):
                yield from _value(match, match["name"], part)
    for match in _LISTED.finditer(text):
        if names_something(match["name"]):
            for one in _ONE_OF.finditer(text, *match.span("all")):
                yield from _value(one, match["name"], part)
    whole = _WHOLE.fullmatch(text) if part != "text" else None
    if whole and names_something(whole["name"]) and _are_somebodys(whole["name"], whole["bare"]):
        yield Piece(*whole.span("bare"), part, whole["name"])


def _value(match: re.Match[str], name: str, part: str) -> Iterator[Piece]:
    """What is stated, without what stands for any signs: Doe*, '%Doe%'."""
    kind = "one" if match["one"] else "two" if match["two"] else "bare"
    start, end = match.span(kind)
    value = match[kind]
    start += len(value) - len(value.lstrip(_WILD))
    value = value.strip(_WILD)
    end = start + len(value)
    if value and (kind != "bare" or _may_be_somebodys(value)):
        yield Piece(start, end, part, name)


def _may_be_somebodys(value: str) -> bool:
    """No word of a program: user:email, auth:login, name,asc are scopes, places and orders."""
    if value in _AND:
        return False
    if names_something(value) or value.isdigit():
        return bool(_LONG_NUMBER.search(value))
    return any(map(str.isdigit, value)) or "@" in value or could_be_one_name(value)


def _are_somebodys(name: str, said: str) -> bool:
    """Words behind a field and a colon that are all of a search: fullname:jane doe."""
    words = _WORDS.findall(said)
    if not 0 < said.count(" ") < 6 or not words or is_complaint(said):
        return False
    if entity_of(name) == "name":
        return len(words) < 5 and any(max(raw_worth(fold(word))) > 1 for word in words)
    return any(map(str.isdigit, said))
