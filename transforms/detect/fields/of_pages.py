"""What the page says of its query's fields: /employees?q=Brandl, member.php?u=jdoe, app.js?h=<hash>."""  # noqa: E501

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import unquote_plus

from weir.schemas.detect import routes, words
from weir.transforms.detect.checks.assets import tells_of_nobody
from weir.transforms.detect.fields.by_route import is_page, persons
from weir.transforms.detect.fields.shapes import NAME_WRITTEN, SHAPES
from weir.transforms.detect.people.worth import (
    LEADING,
    fold,
    is_a_place,
    is_listed,
    is_only_a_name,
    raw_worth,
    worth,
)
from weir.transforms.detect.text.piece import Piece

_CODE = re.compile(r"[\w.@-]{1,80}\.(?i:m?js|css|map|woff2?|ttf|otf|eot|wasm)")
_HASH = re.compile(r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{6,64}")
_SHORT = 32  # signs; as many have hashes of addresses
_USER = re.compile(r"[A-Za-z][\w.-]{3,40}")
_NAMED = frozenset(("name", "filter"))
_WILD = " *%?"
_BORNE = 6  # how many bear a family name that is a word as well, in half powers of ten


def of_page(path: str, pieces: Iterable[Piece], text: str) -> Iterable[Piece]:
    """The pieces of a query under the names that its page gives them."""
    page = path.rstrip("/").rpartition("/")[2]
    lower = page.lower()
    counts = lower.partition(".")[0] in words("files_that_count")
    if _CODE.fullmatch(page) and tells_of_nobody(path) and not counts:
        return [_as(piece, "contenthash") if _is_hash(piece, text) else piece for piece in pieces]
    if lower in words("pages_of_members"):
        return [_as(piece, "username") if _is_user(piece, text) else piece for piece in pieces]
    if lower in persons() or lower in routes().holders:
        return [_as(piece, "last_name") if _is_sought(piece, text) else piece for piece in pieces]
    return pieces


def _as(piece: Piece, key: str) -> Piece:
    return replace(piece, key=key)


def _is_hash(piece: Piece, text: str) -> bool:
    """Of what is in the file: alone, or under a name for a version."""
    named = piece.key is None or piece.key.lower() in words("versions_of_files")
    sure = (piece.key or "").lower() in words("sure_versions_of_files")
    short = piece.end - piece.start < _SHORT
    return named and (short or sure) and bool(_HASH.fullmatch(text, piece.start, piece.end))


def _is_user(piece: Piece, text: str) -> bool:
    named = (piece.key or "").lower() in words("members_of_pages")
    said = unquote_plus(text[piece.start : piece.end])
    strange = bool(_USER.fullmatch(said)) and not is_listed(fold(said))
    return named and (strange or bool(SHAPES["user"](said))) and not is_page(said)


def _is_sought(piece: Piece, text: str) -> bool:
    """One name where persons are looked for, with what stands for any signs; with a capital it may
    be a word as well, with a particle one that no list has. Of two words the other is a place."""
    if (piece.key or "").lower() not in words("values_told") | _NAMED:
        return False
    said = unquote_plus(text[piece.start : piece.end]).strip(_WILD)
    bare = LEADING.sub("", said)
    if not NAME_WRITTEN.fullmatch(bare):
        return False
    one, *others = map(fold, bare.split())
    if len(others) == 1:
        named = [not is_a_place(word) for word in (one, *others)]
        return sum(named) == 1 and is_only_a_name(one if named[0] else others[0])
    borne = raw_worth(one)[1] >= _BORNE and bare.istitle()
    new = bare != said and bare.istitle() and not worth(one)[2]
    return not (others or is_a_place(one)) and (is_only_a_name(one) or borne or new)
