"""A part of somebody's name, or a whole account, that is a value of its own beside it as well:
{"host": "Ana", "all": ["Ana Doe"]}, {"from": "jkowal", "username": "jkowal"}."""

import re
from collections.abc import Iterator

from weir.schemas import detect as facts
from weir.transforms.detect.fields.policy import words
from weir.transforms.detect.fields.shapes import is_person
from weir.transforms.detect.people.persons import could_be_a_person
from weir.transforms.detect.people.worth import (
    PARTICLES,
    fold,
    is_listed,
    is_nobody,
    is_only_a_name,
    raw_worth,
    words_of,
    worth,
)
from weir.transforms.detect.text.decode import decode
from weir.transforms.detect.text.piece import Piece
from weir.transforms.detect.verdicts import Found, Verdict

Judged = tuple[Piece, Verdict]
_ACCOUNT = re.compile(r"[^\W\d_][\w.-]{3,40}")
_RUN = re.compile(r"[^\W\d_]+")
_PROGRAMS = {"client", "app", "application", "device", "tenant", "service"}
_TOLD = ("key_policy", "key_and_shape", "route")
_SHORTEST = 3  # letters of such a part
_PEOPLES = {"host", "from", "to"}  # of programs as well
_KNOWN_BY = {"slug", "id", "key", "code"}
_CHOSEN = {"dir", "field"}
_BORNE = 4  # how many bear a given name in small letters, in half powers of ten


def called_again(text: str, pieces: list[Piece], found: list[Judged]) -> Iterator[Judged]:
    """The values that are nothing but a part of a name which was found beside them."""
    names = {part for piece, verdict in found for part in _parts(text, piece, verdict)}
    accounts = {said for piece, verdict in found for said in _account(text, piece, verdict)}
    if not (names or accounts):
        return
    taken = {(piece.start, piece.end) for piece, _ in found}
    for piece in pieces:
        if (piece.key is None and piece.part != "json") or (piece.start, piece.end) in taken:
            continue
        said = decode(text[piece.start : piece.end], piece.part).text.strip()
        if said in accounts:
            why = "an account that stands beside it"
            one = Found("id", "again", piece.key, 0.5, why, said)
            yield piece, Verdict("{id}", (one,))
        elif fold(said) in names and _is_written(said, piece.key or ""):
            one = Found(
                "name", "again", piece.key, 0.5, "a part of a name that stands beside it", said
            )
            yield piece, Verdict("{name}", (one,))


def _account(text: str, piece: Piece, verdict: Verdict) -> Iterator[str]:
    """A value that a field or a route says to be somebody's, if it is written as accounts are and
    no dictionary has a word in it: not {"user": "default", "theme": "default"}."""
    told = any(one.entity in ("id", "name") and one.rule in _TOLD for one in verdict.found)
    if not told or not _PROGRAMS.isdisjoint(words(piece.key or "")):
        return
    said = decode(text[piece.start : piece.end], piece.part).text.strip()
    runs = [fold(run) for run in _RUN.findall(said)] if _ACCOUNT.fullmatch(said) else []
    nobody = facts.words("programming") | facts.words("system_users")
    if any(len(run) > _SHORTEST and not worth(run)[2] and run not in nobody for run in runs):
        yield said


def _parts(text: str, piece: Piece, verdict: Verdict) -> Iterator[str]:
    """The words of a value that is somebody's name and nothing else."""
    told = any(one.entity in ("name", "id") and one.rule != "strict" for one in verdict.found)
    name = decode(text[piece.start : piece.end], piece.part).text.strip() if told else ""
    if not name or not is_person(name) or not could_be_a_person(name):
        return
    for word in words_of(name):
        if len(word.folded) >= _SHORTEST and word.folded not in PARTICLES:
            yield word.folded


def _is_written(said: str, key: str) -> bool:
    """With a capital, as names are, or in small letters a name that many bear, or that is nothing
    else; no word where a program tells how to sort or what to show: sort=Price. What one thing is
    known by is made of its name, whatever it is."""
    if not _KNOWN_BY.isdisjoint(words(key)[-1:]):
        return True
    if fold(said) in facts.words("numbered_things"):  # april
        return False
    borne = raw_worth(fold(said))[0] >= _BORNE and not is_nobody(fold(said))
    told = (facts.words("facets") | facts.words("programming") | _CHOSEN) - _PEOPLES
    plain = is_listed(fold(said)) and not told.isdisjoint(words(key))
    return (borne or said.istitle() or is_only_a_name(fold(said))) and not plain
