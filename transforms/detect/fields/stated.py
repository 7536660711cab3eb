"""What a filter or a search says of a field: lastName eq 'Doe', assignee = jdoe, author:jdoe.

It names a field and a value in one text, as a pair does, and decides as that does.
"""

import re
from collections.abc import Iterator

from weir.transforms.detect.fields.policy import names_something
from weir.transforms.detect.people.persons import could_be_one_name
from weir.transforms.detect.text.piece import Piece

_NAME = r"(?P<name>[A-Za-z][\w.-]{1,40})"
_VALUE = r"(?:'(?P<one>[^']{1,64})'|\"(?P<two>[^\"]{1,64})\"|(?P<bare>[^\s'\"(),;&|:/]{2,64}))"
_STATED = (
    re.compile(  # OData, SCIM, JQL, RSQL, SQL; the pairs of a query have no space and one sign
        rf"(?<![\w.-]){_NAME}\)?"
        r"(?: (?:eq|ne|co|sw|ew|like|ilike|contains|startswith|endswith) | [=~]{1,2} ?| ?[=~!]{2} ?)"  # noqa: E501
        rf"{_VALUE}"
    ),
    re.compile(rf"(?<![\w.:/@-]){_NAME}:{_VALUE}(?![:/@])"),  # Lucene, GitHub
    re.compile(rf"(?<=\(){_NAME}\)?, ?{_VALUE}"),  # contains(lastName,'Doe')
)
_BEFORE_COMMA = re.compile(rf"{_NAME},{_VALUE}")
_LONG_NUMBER = re.compile(r"\d{4}")


def stated(text: str, part: str) -> Iterator[Piece]:
    """The values that a text states of fields whose names tell something."""
    shapes = _STATED if "path" not in part else (*_STATED, _BEFORE_COMMA)
    for shape in shapes:
        for match in shape.finditer(text):
            if shape is _BEFORE_COMMA and match.span() != (0, len(text)):
                continue
            kind = "one" if match["one"] else "two" if match["two"] else "bare"
            if names_something(match["name"]) and (kind != "bare" or _may_be_somebodys(match)):
                yield Piece(*match.span(kind), part, match["name"])


def _may_be_somebodys(match: re.Match[str]) -> bool:
    """No word of a program: user:email, auth:login, name,asc are scopes, places and orders."""
    value = match["bare"]
    if names_something(value) or value.isdigit():
        return bool(_LONG_NUMBER.search(value))
    return any(map(str.isdigit, value)) or "@" in value or could_be_one_name(value)
