"""What objects and lists of JSON say of a field by a value: {"target": "#lastName", "now": "Doe"}.

An object of which a value is a field's name says whose content it holds besides, whatever its own
names are: it is told by how it is made, since every program calls that otherwise. So do an object
under a field's name ({"dob": {"from": …, "to": …}}) and lists beside each other, of which one has
the columns' names. Form schemas, orders of rows and counts are made so too: a value must be written
as what the field holds, and stand under a name that says nothing else of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from weir.schemas.detect import words
from weir.transforms.detect.fields.known import Known
from weir.transforms.detect.fields.policy import words as words_of
from weir.transforms.detect.fields.written import is_listed_name, may_stand_under
from weir.transforms.detect.limits.effort import COMPARED, NAMED, STATED, Effort
from weir.transforms.detect.people.users import is_account
from weir.transforms.detect.text.json_text import Node
from weir.transforms.detect.text.piece import Piece

_MOST_ASKED = 24  # strings of a text that are asked whether they name a field
_MOST_NAMED = 3  # fields of one object; more are a list of them
_MOST_ALONE = 2  # values of one field: what was expected, and what came
_DEPTH = 2  # objects in a value: {"search": {"value": "Doe"}}
_LONGEST = 64
_TOLD = "told"
"""The object that such values are in, so that none of the real ones has two of a name."""
_ASKS = re.compile(
    r"(?:(?:what(?:['’]?s| is| was)?|please|enter|type|give|provide|add|is) ){0,3}"
    r"(?:(?:your|the|my|ihr|ihre|dein|deine|votre|su|tu) )?",
    re.IGNORECASE,
)
_INNER = re.compile(
    r"(?:[\w$*-]{0,32}[#.\[/@$]{1,2}){0,4}(?:[A-Za-z-]{1,16}[~|^$*]?=)?['\"]?"
    r"(?P<field>[A-Za-z][\w -]{1,31})['\"]?[\])]{0,2}[?:*]{0,2}"
)
"""#lastName, users.last_name, input[name=lastName], user[last_name], $.lastName, /lastName."""
_WRITTEN = re.compile(r"[a-z\d][A-Z]|[_#[]")  # of several words, as programmers write
_HOLE = re.compile(
    r"(?:\b(?P<name>[A-Za-z_][\w.]{1,60})\\{0,3}[\"'`\]]?\s?(?:=|<>|!=|[<>]=?|i?like|in)\s?\(?)?"
    r"\s?(?:\$\d{1,2}|\?|%s|[:@][A-Za-z]\w{0,30})(?!\w)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_NUMBERED = re.compile(r"[\d_.$@#:-]+\Z")


@dataclass(frozen=True)
class Objects:
    """Reads them, with what names of fields tell there."""

    known: Known
    effort: Effort

    def __call__(self, root: Node, text: str) -> Iterator[Piece]:
        """Values under the fields that others name. Raises TooMuchError."""
        yield from _Read(self.known, self.effort, text, {}).inside(root)


@dataclass(frozen=True)
class _Read:
    known: Known
    effort: Effort
    text: str
    asked: dict[tuple[str, bool], str | None]  # what was asked before whether it names a field

    def inside(self, node: Node) -> Iterator[Piece]:
        """What an object or a list says, and those in it."""
        self.effort.spend(COMPARED, 1 + len(node.items))
        found = self._of_list(node) if node.is_list else self._of_object(node)
        for field, piece in found:
            self.effort.spend(STATED)
            value = self._said(piece)
            if may_stand_under(field, value, self.known):
                yield replace(piece, key=field, before=_TOLD)
        for one in node.items:
            if isinstance(one, Node):
                yield from self.inside(one)

    def _said(self, piece: Piece) -> str:
        return self.text[piece.start : piece.end]

    def _of_object(self, node: Node) -> Iterator[tuple[str, Piece]]:
        """The fields an object names, each with what may be its content."""
        contents = [one for one in node.items if _is_content(one.key) or _tells_a_change(one)]
        leaves = [one for one in node.items if isinstance(one, Piece)]
        alone = self._alone(leaves) if not contents else []
        if contents or alone:
            fields = self._named(node, leaves)
            for field in fields if len(fields) <= _MOST_NAMED else ():
                if alone and all(self._may_stand_alone(field, self._said(one)) for one in alone):
                    yield from ((field, one) for one in alone)
                for piece in self._contents(contents):
                    yield field, piece
        under = node.key if contents and leaves and not _is_content(node.key) else None
        if above := self._field(under or "", True):
            for one in contents:
                if isinstance(one, Piece):
                    yield above, one
        yield from self._side_by_side(node)

    def _alone(self, leaves: list[Piece]) -> list[Piece]:
        """The one value that no name explains, or two: expected and got."""
        names = [one for one in leaves if _names(one.key)]
        if not names:
            return []
        rest = [
            one
            for one in leaves
            if not _explains(one.key) and not (one in names and self._field(self._said(one), True))
        ]
        return rest if len(rest) <= _MOST_ALONE else []

    def _may_stand_alone(self, field: str, value: str) -> bool:
        """No word that a program says, which is in no dictionary either; no seconds."""
        entity = self.known.entity_of(field)
        if not may_stand_under(field, value, self.known):
            return False
        if entity == "name":
            return is_listed_name(value)
        if entity == "secret":
            return not (value.isdigit() or value.isalpha())
        return entity != "id" or _DIGIT.search(value) is not None or bool(is_account(value))

    def _named(self, node: Node, leaves: list[Piece]) -> list[str]:
        """The fields that values of an object name, or one of an object or a list in it."""
        fields = [
            field
            for one in leaves
            if _may_name(one.key)
            and (field := self._field(self._said(one), _names(one.key)))
            and not self._field(one.key or "", True)
        ]
        if fields:
            return list(dict.fromkeys(fields))
        for one in node.items:
            last = _last(one.key)
            if isinstance(one, Piece):
                continue
            if one.is_list and last in words("places_of_fields"):
                inner = [part for part in one.items if isinstance(part, Piece)][-1:]
            elif not one.is_list and last in words("leads_to_a_field"):
                inner = [part for part in one.items if isinstance(part, Piece)][:_MOST_NAMED]
            else:
                continue
            fields += [name for part in inner if (name := self._field(self._said(part), True))]
        return list(dict.fromkeys(fields))

    def _contents(self, contents: list[Piece | Node]) -> Iterator[Piece]:
        """Values under names that say that they are some, and those of objects there."""
        for one in contents:
            if isinstance(one, Piece):
                yield one
            else:
                yield from _inner(one, _DEPTH)

    def _side_by_side(self, node: Node) -> Iterator[tuple[str, Piece]]:
        """Of a list of columns' names and rows beside it, each with its column's name."""
        lists = [one for one in node.items if isinstance(one, Node) and one.is_list]
        yield from self._bound(node, lists)
        rows = [one for one in lists if _last(one.key) in words("rows_of_heads")]
        for head in lists if rows else ():
            if _last(head.key) not in words("heads_of_rows"):
                continue
            fields = [self._headed(one) for one in head.items]
            for row in rows if any(fields) else ():
                if row is not head:
                    self.effort.spend(COMPARED, 1 + len(row.items))
                    yield from _by_column(fields, row)

    def _bound(self, node: Node, lists: list[Node]) -> Iterator[tuple[str, Piece]]:
        """What is bound to a statement's holes, by their order: last_name = $1 beside ["Doe"]."""
        for one in lists:
            if _last(one.key) not in words("bound_to_holes"):
                continue
            for leaf in node.items:
                said = self._said(leaf) if isinstance(leaf, Piece) else ""
                self.effort.spend(COMPARED)
                names = [hole["name"] for hole in _HOLE.finditer(said)] if " " in said else []
                if len(names) == len(one.items) and any(names):
                    fields = [self._field(name or "", True) for name in names]
                    yield from _by_column(fields, one)

    def _headed(self, one: Piece | Node) -> str | None:
        """The field that a column is of: "lastName", {"name": "lastName", "type": "text"}."""
        parts = [one] if isinstance(one, Piece) else one.items[:_MOST_NAMED]
        said = (self._field(self._said(part), True) for part in parts if isinstance(part, Piece))
        return next(filter(None, said), None)

    def _of_list(self, node: Node) -> Iterator[tuple[str, Piece]]:
        """Rows of which the first has the columns' names; a field's name and a value alone."""
        items = node.items
        if len(items) > 1 and all(isinstance(one, Node) and one.is_list for one in items):
            head = items[0].items if isinstance(items[0], Node) else []
            if all(isinstance(one, Piece) for one in head):
                fields = [self._headed(one) for one in head]
                if any(fields):
                    yield from _by_column(fields, Node(node.key, True, items[1:]))
        if len(items) == 2:
            name, value = items
            if isinstance(name, Piece) and isinstance(value, Piece):
                field = self._field(self._said(name), True)
                said = self._said(value)
                if field and not (self._field(said, True) or self._is_a_word(field, said)):
                    yield field, value

    def _is_a_word(self, field: str, said: str) -> bool:
        """Letters beside a field for a secret, of which a list of two may tell anything."""
        alone = said.isalpha() and said.lower() not in words("common_passwords")
        return alone and self.known.entity_of(field) == "secret"

    def _field(self, said: str, sure: bool) -> str | None:
        """The field that a value is the name of.

        sure: also one word. Of others only what is written as fields are is asked, since most are
        words.
        """
        if not 1 < len(said) <= _LONGEST or not (sure or _WRITTEN.search(said)):
            return None
        if (said, sure) in self.asked:
            return self.asked[said, sure]
        if len(self.asked) >= _MOST_ASKED:
            return None
        match = _INNER.fullmatch(said, asks.end() if (asks := _ASKS.match(said)) else 0)
        field = None
        if match:
            self.effort.spend(NAMED)
            field = match["field"].strip()
            field = field if self.known.decides(field) else None
        self.asked[said, sure] = field
        return field


def _by_column(fields: list[str | None], rows: Node) -> Iterator[tuple[str, Piece]]:
    """The values of rows, or of the one that a list is, under their columns' names."""
    flat = all(isinstance(one, Piece) for one in rows.items)
    for row in [rows] if flat else rows.items:
        if isinstance(row, Node) and row.is_list and len(row.items) == len(fields):
            for field, one in zip(fields, row.items, strict=True):
                if field and isinstance(one, Piece):
                    yield field, one


def _may_name(key: str | None) -> bool:
    """Whether a field's name may stand under a name: no order of rows, no content."""
    if _is_content(key) and _last(key) not in ("data", "text"):
        return False
    return words("orders_rows").isdisjoint(words_of(key or ""))


def _inner(node: Node, depth: int) -> Iterator[Piece]:
    """The values of an object that is a value: {"S": "Doe"}, {"value": "Doe", "regex": false}."""
    for one in node.items:
        if isinstance(one, Node):
            if depth > 1 and (node.is_list or one.is_list or _is_content(one.key)):
                yield from _inner(one, depth - 1)
        elif node.is_list or _is_content(one.key):
            yield one


def _last(key: str | None) -> str:
    """The last word of a name: newValue, NEW_VALUE_2, #text."""
    parts = words_of(_NUMBERED.sub("", key or ""))
    return parts[-1] if parts else ""


def _is_content(key: str | None) -> bool:
    """Whether a name says that a field's content is under it: old, inputValue, valueString, $."""
    if not key:
        return False
    parts = words_of(key)
    if not parts:
        return len(key) == 1
    last = _last(key)
    return last in words("contents_told") or (
        parts[0] == "value" and last not in words("tell_themselves")
    )


def _tells_a_change(one: Piece | Node) -> bool:
    return isinstance(one, Node) and _last(one.key) in words("changes_of_fields")


def _explains(key: str | None) -> bool:
    """Whether a name says what stands under it."""
    return _last(key) in words("tell_themselves") or not words("orders_rows").isdisjoint(
        words_of(key or "")
    )


def _names(key: str | None) -> bool:
    """Whether under a name a field's may stand, as one word."""
    return _last(key) in words("names_a_field")
