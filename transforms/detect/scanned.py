"""One text, looked at as `weir scan` shows it: what would be replaced in it, where and why."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from weir.schemas import detect as facts
from weir.schemas.config import Detection
from weir.transforms.detect.again import called_again
from weir.transforms.detect.detector import Detector
from weir.transforms.detect.fields.objects import Objects
from weir.transforms.detect.fields.siblings import with_siblings
from weir.transforms.detect.limits.effort import ANY, Effort
from weir.transforms.detect.people.worth import fold
from weir.transforms.detect.take_apart import (
    cookies,
    pairs_or_whole,
    segments,
    url,
)
from weir.transforms.detect.text.decode import ROUNDS, decode
from weir.transforms.detect.text.json_text import json_leaves, spaced_names
from weir.transforms.detect.text.piece import Piece
from weir.transforms.detect.text.placeholders import BLANK
from weir.transforms.detect.verdicts import Asked, Found, Verdict, failed

FIELDS = ("path_query", "referer", "search", "ua", "json", "cookie", "text")
_NAME = re.compile(r"[^/?&=;#\"{}\[\],\s]{5,}")
_WORD = re.compile(r"\S+")
_NUMBER = re.compile(r"-?\d[\d.eE+-]*")
_TITLE = re.compile(r"([^\W\d_]{2,10})\.?\s{1,2}\Z")
WORDS = 48  # of a text in which something is hidden; of more no word is looked at by itself


@dataclass(frozen=True)
class ScanFinding:
    """`start`, `end`: characters of the given text that are replaced as a whole."""

    start: int
    end: int
    entity: str
    part: str
    key: str | None
    rule: str
    score: float
    why: str


@dataclass(frozen=True)
class Scanned:
    """`clean`: the text with typed placeholders. `findings`: ScanFinding as dictionaries."""

    clean: str
    findings: list[dict[str, Any]]


def scan(field: str, text: str, detector: Detector | None = None) -> Scanned:
    """What detection finds in a text of a field; ValueError if the field is not in FIELDS.

    What is not replaced stays as it was given: this is for looking, not for crossing.
    """
    if field not in FIELDS:
        raise ValueError(f"field must be one of {', '.join(FIELDS)}")
    detector = detector or Detector(Detection())
    if field in ("text", "ua"):
        part = "text" if field == "text" else "user_agent"
        replaced = [one for each in detector.modes for one in _settled(text, part, each)]
    else:
        pieces = with_siblings(_pieces(field, text, detector), text, known=detector.known)
        pieces += spaced_names(text) if field == "json" else ()
        replaced = list(_of_pieces(text, [*pieces, *_between(text, pieces)], detector))
        replaced += called_again(text, pieces, replaced)
        if field == "json":
            replaced = [(piece, _quoted(text, piece, verdict)) for piece, verdict in replaced]
    findings = [
        _finding(piece, one, detector) for piece, verdict in replaced for one in verdict.found
    ]
    return Scanned(_spliced(text, replaced), [asdict(one) for one in _once(findings)])


def _pieces(field: str, text: str, detector: Detector) -> Iterator[Piece]:
    if field == "search":
        yield from (
            pairs_or_whole(text, "search") if "=" in text else [Piece(0, len(text), "search")]
        )
    elif field == "cookie":
        yield from cookies(text)
    elif field == "json":
        yield from json_leaves(text, Objects(detector.known, Effort(ANY)))
    elif "?" in text or "/" in text or field == "referer":
        yield from url(text)
    else:
        yield from pairs_or_whole(text, "query") if "=" in text else segments(text, "path")


def _quoted(text: str, piece: Piece, verdict: Verdict) -> Verdict:
    """In quotes, if the leaf is a number: else what was JSON would be none any more."""
    number = _NUMBER.fullmatch(text, piece.start, piece.end)
    if not number or text[: piece.start].endswith('"'):
        return verdict
    before = text[: max(text.rfind('"', 0, piece.start), 0)]
    quote = "\\" * (len(before) - len(before.rstrip("\\"))) + '"'  # as deep as others stand there
    return replace(verdict, clean=f"{quote}{verdict.clean}{quote}")


def _between(text: str, pieces: list[Piece]) -> Iterator[Piece]:
    """What stands between the values: names, and what broken input leaves over."""
    at = 0
    for piece in [*sorted(pieces, key=lambda p: p.start), Piece(len(text), len(text), "name")]:
        for match in _NAME.finditer(text, at, max(at, piece.start)):
            yield Piece(*match.span(), part="name")
        at = max(at, piece.end)


def _of_pieces(
    text: str, pieces: list[Piece], detector: Detector
) -> Iterator[tuple[Piece, Verdict]]:
    asked = [Asked(text[p.start : p.end], p.part, p.key, p.before) for p in pieces]
    for piece, verdict in zip(pieces, detector.verdicts(asked), strict=True):
        if verdict.found:
            yield piece, verdict


def _settled(text: str, part: str, detector: Detector) -> list[tuple[Piece, Verdict]]:
    """What is found in a free text, and in what is left of it: a word that goes may have spoken
    against a name beside it."""
    replaced: list[tuple[Piece, Verdict]] = []
    left = text
    for _ in range(ROUNDS):
        more = list(_free_text(left, part, detector))
        if not more:
            return replaced
        replaced += more
        for piece, _ in more:
            blank = BLANK * (piece.end - piece.start)
            left = left[: piece.start] + blank + left[piece.end :]
    return [*replaced, (Piece(0, len(text), part), failed("unsettled"))]


def _free_text(text: str, part: str, detector: Detector) -> Iterator[tuple[Piece, Verdict]]:
    """Whole words that hold a finding; the whole text where one is hidden by an encoding."""
    whole = Piece(0, len(text), part)
    (verdict,) = detector.verdicts([Asked(text, part)])
    plain = decode(text, part).views[0] == text
    if verdict.found and (not plain or any(one.span is None for one in verdict.found)):
        words = [Piece(*match.span(), part=part) for match in _WORD.finditer(text)]
        if len(words) > WORDS:
            yield whole, verdict
            return
        in_words = list(_of_pieces(text, words, detector))
        covered = {one.identifier for _, found in in_words for one in found.found}
        missing = any(one.identifier not in covered for one in verdict.found)
        yield from [(whole, verdict)] if missing else in_words
        return
    for one in verdict.found:
        start, end = one.span or (0, len(text))
        start = _with_title(text, start) if one.entity == "name" else start
        yield _whole_words(text, start, end, part), Verdict("{" + one.entity + "}", (one,))


def _with_title(text: str, start: int) -> int:
    """Where a name begins with the title before it: `Dr. Jane Doe` says more than `Jane Doe`."""
    before = _TITLE.search(text, max(0, start - 16), start)
    return before.start() if before and fold(before[1]) in facts.words("titles") else start


def _whole_words(text: str, start: int, end: int, part: str) -> Piece:
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return Piece(start, end, part)


def _finding(piece: Piece, one: Found, detector: Detector) -> ScanFinding:
    key = one.key or piece.key
    shown = key if key is None or detector.names([key]) else "{…}"
    return ScanFinding(
        piece.start, piece.end, one.entity, piece.part, shown, one.rule, one.score, one.why
    )


def _once(findings: list[ScanFinding]) -> list[ScanFinding]:
    return sorted(dict.fromkeys(findings), key=lambda f: (f.start, f.end, -f.score, f.entity))


def _spliced(text: str, replaced: list[tuple[Piece, Verdict]]) -> str:
    """The text with each replaced part's placeholder; overlapping parts become one."""
    clean, at = [], 0
    ordered = sorted(replaced, key=lambda r: (r[0].start, -r[0].end, -r[1].found[0].score))
    for piece, verdict in ordered:
        if piece.start < at:
            at = max(at, piece.end)
            continue
        clean += [text[at : piece.start], verdict.clean]
        at = piece.end
    return "".join([*clean, text[at:]])
