"""The leaves of a JSON text, also of one that is a string in another: {"body": "{\\"pwd\\": …"}."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from weir.transforms.detect.text import comparisons
from weir.transforms.detect.text.piece import Piece

_FIELDS = 3  # that an object may be about: {"type": "text", "name": "lastname", "value": "Doe"}
_FEW = 4  # values that may be of any of these; rows of them are of the first
DEPTH = 5  # texts in texts that are looked into
_FIELD = frozenset(("name", "key", "field", "id", "label", "property", "code", "fieldname", "type", "attribute", "question", "k", "n", "path", "propertyname", "property_name", "member", "selector", "instancepath", "attributename", "default_field", "column", "columnname", "dimension", "system"))  # fmt: skip  # noqa: E501
_VALUE = frozenset(("value", "values", "val", "answer", "content", "text", "v", "data", "input", "response", "stringvalue", "valuestring", "valuedate", "valuecode", "valuetext", "newvalue", "oldvalue"))  # fmt: skip  # noqa: E501
_OF_PATHS = frozenset(("value", "values"))  # path of JSON Patch, of SCIM; of others it is a page
_WORD = re.compile(r"[/#.$@]?[A-Za-z][\w .\[\]/-]{1,31}")  # lastName, /name/family, user[last_name]
_SPACE = re.compile(r"\s|\\[nrtu]")
_OPENED = re.compile(r"\s*(?:[\[{]\s*)*\\+\"")
_ESCAPED = re.compile(r"(\\+)(\"?)")
_COMPARED = re.compile(
    r"\[\s{0,9}\\{0,9}\"(?P<name>[A-Za-z][\w. -]{1,40})\\{0,9}\"\s?,\s?"
    rf"(?P<by>\\{{0,9}}\"\$?(?i:[=<>!~]{{1,3}}|{comparisons.ANY})\\{{0,9}}\"\s?,\s?)?"
    r"(?:\\{0,9}\"(?P<told>[^\"\\]{1,64})\\{0,9}\"|(?P<number>\d[\d.-]{1,30}))\s?\]"
)
"""A filter that is a list: ["lastname", "=", "Doe"]; a pair that is one: ["lastname", "Doe"]."""
_SPOT = re.compile(
    r"\[\s{0,3}(-?(?!0\.)\d{1,3}\.\d{4,16})\s{0,3},\s{0,3}(-?(?!0\.)\d{1,3}\.\d{4,16})\s{0,3}\]"
)
"""Two decimals that are a list by themselves: [52.5201, 13.4052]."""

_SMALL = 10  # degrees up to which both may be anything's
_NO_FIELD = re.compile(r"[^a-z].*|.*[\d@].*", re.DOTALL)
_LEAF = re.compile(
    r"\"((?:[^\"\\]|\\.)*+)(?:\"(\s*:)?|\\?\Z)|(-?\d[\d.eE+-]*)|([{}\[\]])", re.DOTALL
)
"""A string, cut off at the end too; a number; where an object or a list begins and ends."""


_TOO_DEEP = re.compile(r"(?<!\\)\\{31}\\*\"")
"""A quote that was escaped more than DEPTH times, of which each doubles the backslashes."""


def is_too_deep(text: str) -> bool:
    """A text in more texts than are looked into."""
    return "\\" in text and _TOO_DEEP.search(text) is not None


@dataclass
class Node:
    """An object or a list of a JSON text, with the strings, numbers, objects and lists in it."""

    key: str | None  # that it stands under
    is_list: bool
    items: list["Piece | Node"] = field(default_factory=list)


Told = Callable[[Node, str], Iterator[Piece]]
"""What the objects of a JSON text tell of fields, beside the names that values stand under."""


def _nothing(_: Node, __: str) -> Iterator[Piece]:
    return iter(())


def json_leaves(text: str, told: Told = _nothing) -> Iterator[Piece]:
    """Strings and numbers of a JSON text with the nearest name, and before it that of the object
    they are in; works on broken JSON too."""
    yield from _leaves(text, DEPTH, told)
    for match in _COMPARED.finditer(text) if "[" in text else ():
        if (
            match["by"]
            or match["number"]
            or (match["name"][0].islower() and _NO_FIELD.fullmatch(match["told"]))
        ):
            yield Piece(*match.span("told" if match["told"] else "number"), "json", match["name"])
    for match in _SPOT.finditer(text) if "[" in text else ():
        if _SMALL < max(abs(float(number)) for number in match.groups()) <= 180:
            yield from (Piece(*match.span(n), "json", "coordinates") for n in (1, 2))


def spaced_names(text: str) -> Iterator[Piece]:
    """Names of a JSON text that hold a space, as names of persons and streets do, not of fields."""
    for match in _LEAF.finditer(text):
        if match[2] and _SPACE.search(match[1].strip()):
            yield Piece(*match.span(1), part="name")


def _leaves(text: str, depth: int, told: Told) -> Iterator[Piece]:
    """The leaves of a text, and of the texts that are leaves of it."""
    while depth and _OPENED.match(text):
        text, depth = _unescaped(text), depth - 1
    key: str | None = None
    above: list[_Object] = [_Object(None)]
    nodes = [Node(None, True)]
    for match in _LEAF.finditer(text):
        if match[2]:
            key = match[1].strip()
        elif match[4]:
            _nested(nodes, match[4], key)
            if match[4] == "{":
                above.append(_Object(key.lower() if key else None))
            elif match[4] == "}":
                key = above.pop().name if len(above) > 1 else key
        elif match[1] != "":
            span = match.span(1 if match[1] is not None else 3)
            leaf = Piece(*_trimmed(text, *span), part="json", key=key)
            nodes[-1].items.append(leaf)
            yield from above[-1].leaf(leaf, text)
            if depth and match[1] and match[1][0] in "[{ \n\t\\" and _OPENED.match(match[1]):
                inner = _leaves(_unescaped(match[1]), depth - 1, told)
                yield from (piece.shifted(span[0]) for piece in inner)
    yield from told(nodes[0], text)


def _nested(nodes: list[Node], bracket: str, key: str | None) -> None:
    """Into an object or a list, or out of one; a bracket that closes nothing is passed over."""
    if bracket in "{[":
        node = Node(key, bracket == "[")
        nodes[-1].items.append(node)
        nodes.append(node)
    elif len(nodes) > 1 and nodes[-1].is_list == (bracket == "]"):
        nodes.pop()


def _unescaped(text: str) -> str:
    """A JSON string as it reads, with spaces for the backslashes that go, so that offsets stay."""
    return _ESCAPED.sub(_half, text)


def _half(match: re.Match[str]) -> str:
    left = len(match[1]) // 2
    return " " * (len(match[1]) - left) + "\\" * left + match[2]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A leaf without the spaces that stand for what was behind it."""
    if text[end - 1] != " ":
        return start, end
    shorter = start + len(text[start:end].rstrip())
    return (start, shorter) if shorter > start else (start, end)


_PERSONS = frozenset(("Patient", "Person", "RelatedPerson", "Practitioner"))
"""Resources of FHIR (R4, 2.26) whose id is somebody's."""


class _Object:
    """An object of a JSON text: the name it stands under, and the field that it may be about:
    `{"name": "lastname", "value": "Doe"}` is as good as `{"lastname": "Doe"}`."""

    def __init__(self, name: str | None) -> None:
        self.name = name
        self.kind: str | None = None  # of a person, as FHIR says it
        self.fields: list[str] = []
        self.values: list[Piece] = []  # that came before the field's name

    def leaf(self, piece: Piece, text: str) -> Iterator[Piece]:
        """A leaf of the object, under the field's name if it is its value."""
        key = (piece.key or "").lower()
        if key == "resourcetype" and text[piece.start : piece.end] in _PERSONS:
            self.kind = "patient"
        piece = replace(piece, before=(self.kind if key == "id" else None) or self.name)
        named = key in _FIELD and len(self.fields) < _FIELDS
        if named and _WORD.fullmatch(text, piece.start, piece.end):
            said = text[piece.start : piece.end]
            said = said if key == "path" else said.lstrip("/")
            before = self.values if not self.fields else self.values[:_FEW]
            self.fields.append(said)
            if said[0] != "/":
                yield from (replace(value, key=said) for value in before)
        elif key in _VALUE:
            fields = self.fields if len(self.values) < _FEW else self.fields[:1]
            about = (one for one in fields if one[0] != "/" or key in _OF_PATHS)
            yield from (replace(piece, key=one) for one in about)
            self.values.append(piece)
        yield piece
