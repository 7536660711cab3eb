"""What XML, forms and lists of properties say of a field: <lastName>Doe</lastName>,
<key>lastName</key><string>Doe</string>, name="lastName" and the value behind it."""

import re
from collections.abc import Iterator

from weir.transforms.detect.fields.known import WEIRS, Known
from weir.transforms.detect.limits.effort import STATED, Effort
from weir.transforms.detect.text.piece import Piece

_NAME = r"(?P<name>[^\W\d][\w.\[\]-]{1,60}+)"
_MARK = r"\\{0,7}[\"']"
_SHAPES = (
    re.compile(  # <wsse:Username>doe</wsse:Username>, also cut off
        rf"<(?:\w{{1,16}}:)?{_NAME}(?:\s[^<>]{{0,128}})?>(?:<!\[CDATA\[)?"
        r"(?P<value>[^\s<>][^<>]{0,64})(?:</|\]\]>|\Z)"
    ),
    re.compile(  # <name>lastName</name><value><string>Doe
        rf">\s?{_NAME}\s?</[\w:]{{1,32}}>\s{{0,4}}(?:<[\w:]{{1,32}}>\s?){{1,2}}"
        r"(?P<value>[^\s<>][^<>]{0,64})"
    ),
    re.compile(
        rf"<(?:\w{{1,16}}:)?{_NAME}\s{{1,4}}value\s?=\s?{_MARK}(?P<value>[^<>\"'\\]{{1,64}})"
    ),
    re.compile(  # <field name="lastName">Doe, <input name="lastName" value="Doe">, a form's part
        rf"\b(?:name|attribute|field|key|property|id|[nk])\s?=\s?{_MARK}{_NAME}{_MARK}"
        rf"(?:[^<>]{{0,64}}?\bvalue\s?=\s?{_MARK}|\s?>\s?(?:<value>)?|(?:\s|\\[nr]){{2,4}})"
        r"(?P<value>[^<>\"'\\\r\n]{1,64})"
    ),
)


def tagged(text: str, part: str, effort: Effort, known: Known = WEIRS) -> Iterator[Piece]:
    """The values of elements and attributes whose names tell something. Raises TooMuchError."""
    for shape in _SHAPES:
        for match in shape.finditer(text):
            effort.spend(STATED, 2)
            if known.tells(match["name"]) and not known.is_a_field(match["value"]):
                yield Piece(*match.span("value"), part, match["name"])
