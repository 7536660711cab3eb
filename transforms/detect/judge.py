"""The verdict on one value: decode, take apart, ask names and routes, then the recognizers."""

import re
from dataclasses import replace
from itertools import chain, islice

from weir.schemas import detect as facts
from weir.schemas.event import LABELS
from weir.transforms.detect.checks.assets import is_asset, tells_of_nobody
from weir.transforms.detect.checks.plausible import is_date
from weir.transforms.detect.checks.quads import AGENT, SEGMENT
from weir.transforms.detect.checks.settings import says_settings
from weir.transforms.detect.fields.by_host import by_host
from weir.transforms.detect.fields.by_route import by_route, persons
from weir.transforms.detect.fields.known import Known
from weir.transforms.detect.fields.policy import Rule, by_key, words
from weir.transforms.detect.fields.siblings import with_siblings
from weir.transforms.detect.fields.subject import subject
from weir.transforms.detect.limits.effort import (
    NAMED,
    PIECE,
    SEEN,
    SIGN_MORE,
    SIGN_OF_NAME,
    SIGN_OF_OTHER,
    SIGN_OF_PIECE,
    SIGN_OF_STRICT,
    SIGN_OF_VALUE,
    SIGN_OF_VIEW,
    VIEW,
    WORD_OF_STRICT,
    Effort,
    TooMuchError,
)
from weir.transforms.detect.named import names_in
from weir.transforms.detect.people.worth import HUMP
from weir.transforms.detect.recognizers.engine import Engine, Hit
from weir.transforms.detect.recognizers.own import OF_THE_SITE, OwnRecognizers
from weir.transforms.detect.take_apart import SOMEBODYS, inside
from weir.transforms.detect.text.decode import Decoded, decode
from weir.transforms.detect.text.json_text import is_too_deep
from weir.transforms.detect.text.piece import Piece
from weir.transforms.detect.text.placeholders import blanked, is_placeholder
from weir.transforms.detect.unclear import unclear
from weir.transforms.detect.verdicts import LABEL, Asked, Found, Verdict, failed

_WORD = re.compile(r"[^\W\d_]+")
_MOBILE = re.compile(r"\s?(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}\s?")
_MD5_ALONE = re.compile(r"[0-9a-fA-F]{32}(?:\.\w{2,5})?")
_ENTITY_TAG = re.compile(r"(?:W/)?\\{0,3}\"[^\"]*\"")  # RFC 9110, 8.8.3
_OF = {"user_agent": (AGENT,), "path": (SEGMENT,), "referrer_path": (SEGMENT,)}
_CONTENT = re.compile(
    r"(?:W/)?\\{0,3}[\"']?(?:(?:md5|sha\d{1,3})[:-])?"
    r"(?:[0-9a-fA-F-]{16,128}|(?<=-)[\w+/]{27,88}={0,2})\\{0,3}[\"']?"
)
"""A hash of what is in a file, in hexadecimal or as SRI has it."""
_CODE = re.compile(r".*\.(?:m?js|css|map|woff2?|ttf|eot|wasm)")
_HASHES = frozenset(("HashOfIdentifier", "RandomString", "LongNumber"))
_NOTHING = (
    ("counted", "bare digits"),  # of a book, an item
    ("registries", "UserWithAt"),  # npm/@scope/package
    ("pins", "LongNumber"),  # of pictures: a secret one is short
)
"""What a value is of, and the recognizer or pattern whose finding is none there."""
_DRAWN = re.compile(
    r"M[\d., -]+(?:[LHVCSQTA][\d., -]+)+Z?"
    r"|(?:matrix|translate|scale|rotate)(?:3d|X|Y)?\([\d., -]+\)"
)  # M12.5,48.2L13.4,52.5Z (SVG 2, 9.3), translate(12.5,48.2) (CSS Transforms 1, 13)


def judge(asked: Asked, engine: Engine) -> Verdict:
    """The verdict on a raw value. Raises what recognizers raise; see deadline.py."""
    effort = Effort(asked.most)
    try:
        effort.spend(SIGN_OF_VALUE, len(asked.value))
    except TooMuchError:
        return replace(failed("too_much", asked.key), steps=effort.spent)
    decoded = decode(asked.value, asked.part)
    if not decoded.settled or is_too_deep(decoded.text):
        return replace(failed("unsettled", asked.key), steps=effort.spent)
    found = sorted(dict.fromkeys(_findings(decoded, asked, engine, effort)), key=_rank)
    if not found:
        return Verdict(decoded.text, steps=effort.spent)
    return Verdict("{" + found[0].entity + "}", tuple(found), effort.spent)


def _rank(found: Found) -> tuple[bool, bool, float, int, str, str]:
    """What could not be judged, then what the site declares, then by score."""
    judged = found.entity != facts.UNREADABLE
    ours = not found.rule.startswith(OF_THE_SITE)
    return judged, ours, -found.score, _order(found.entity), found.rule, found.identifier or ""


def _order(entity: str) -> int:
    return facts.ENTITIES.index(entity) if entity in facts.ENTITIES else -1


def _findings(decoded: Decoded, asked: Asked, engine: Engine, effort: Effort) -> list[Found]:
    """What is found in all views; that it asks for too much is a finding like any other."""
    found: list[Found] = []
    clean: set[tuple[str | None, ...]] = set()  # pieces without findings: most views share them
    known = Known(engine.own.entity_of)
    try:
        for number, view in enumerate(decoded.views):
            effort.spend(VIEW + (SIGN_OF_VIEW + SIGN_OF_OTHER * bool(number)) * len(view))
            effort.spend(SIGN_MORE, max(0, len(view) - len(asked.value)))
            whole = Piece(0, len(view), asked.part, asked.key, asked.before)
            within = islice(inside(view, asked.part, effort, known), asked.most // SEEN + 1)
            for piece in chain((whole,), with_siblings(within, view, effort, known)):
                text = view[piece.start : piece.end]
                effort.spend(SEEN)  # so that of more than these none is looked for
                name = text, piece.part, piece.key, piece.before
                if name in clean:
                    continue
                effort.spend(PIECE + SIGN_OF_PIECE * len(text))
                if piece.key:
                    effort.spend(NAMED + SIGN_OF_NAME * len(piece.key))
                offset = piece.start if number == 0 else None
                more = _of_piece(text, piece, engine, offset, effort)
                found += more
                if not more:
                    clean.add(name)
    except TooMuchError:
        found += failed("too_much", asked.key).found
    return found


def _of_piece(
    text: str, piece: Piece, engine: Engine, offset: int | None, effort: Effort
) -> list[Found]:
    """What name or route decide, and what the recognizers see: `/users/joe@example.org` is both."""
    found: list[Found] = []
    if is_placeholder(text):
        return found
    text = blanked(text)
    if "{" in f"{piece.key}{piece.before}":
        piece = replace(
            piece,
            key=piece.key and blanked(piece.key),
            before=piece.before and blanked(piece.before),
        )
    rule = _rule(text, piece, engine.own, engine.strict)
    settings = says_settings(text)
    rule = None if rule and settings and rule.rule != "key_policy" else rule
    if rule:
        span = None if offset is None else (offset, offset + len(text))
        found = [
            Found(rule.entity, rule.rule, piece.key, rule.score, rule.why, text.strip(), span,
                  engine.own.guesses(rule.entity))
        ]  # fmt: skip
    found += _own_in(text, piece, engine.own, offset)
    if not is_date(text) and not engine.is_dull_number(text):
        hits = hits_in(text, piece, engine, offset, effort)
        found += [one for one in hits if not (settings and one.rule in _HASHES)]
    if not rule:
        names = names_in(text, piece, engine, offset, effort)
        found += [one for one in names if not _within(one, found)]
    if engine.strict and not settings:
        effort.spend(WORD_OF_STRICT, len(_WORD.findall(text)) + len(HUMP.findall(text)))
        effort.spend(SIGN_OF_STRICT, len(text))
        found += _unclear_in(text, piece, offset)
    return found


def _unclear_in(text: str, piece: Piece, offset: int | None) -> list[Found]:
    """What strict does not let pass although nothing recognized it."""
    context = {*words(piece.key or ""), *words(piece.before or "")}
    harmless = text.strip().lower() in facts.keys().harmless
    return [
        Found(
            one.entity, "strict", piece.key, 0.3, f"{one.why}; strict lets nothing unclear pass",
            text[one.start : one.end],
            None if offset is None else (offset + one.start, offset + one.end),
            guessed=True,
        )
        for one in unclear(
            text, piece.part, context, _subject(piece), _is_built(text, piece), _segment(piece)
        )
        if not harmless
    ]  # fmt: skip


def _subject(piece: Piece) -> tuple[str, ...]:
    """What the value is of: all words of the segment before tell it, of a name the last one."""
    path = piece.part.endswith("path") and not piece.key
    return words(piece.before or "") if path else subject(piece.key or "", piece.before)


def _segment(piece: Piece) -> str:
    """The segment of a path before."""
    return (piece.before or "") if piece.part.endswith("path") else ""


def _within(name: Found, others: list[Found]) -> bool:
    """A name that is part of something else found: of an e-mail address, a street."""
    return any(name.identifier in (other.identifier or "") for other in others if name.identifier)


def _own_in(text: str, piece: Piece, own: OwnRecognizers, offset: int | None) -> list[Found]:
    """What the site's own words and patterns find."""
    if not own:
        return []
    context = (*words(piece.key or ""), (piece.before or "").lower())  # paths forget other segments
    return [
        Found(
            one.entity, one.rule, piece.key, one.score, one.why, text[one.start : one.end],
            None if offset is None else (offset + one.start, offset + one.end),
            own.guesses(one.entity),
        )
        for one in own.matches(text, context)
    ]  # fmt: skip


def _rule(text: str, piece: Piece, own: OwnRecognizers, strict: bool) -> Rule | None:
    """What name, route or place decides; the site's own words on it come first."""
    if piece.part == "userinfo":
        return Rule("secret", "userinfo", 1.0, "user and password of a URL")
    ours = piece.part == LABEL and piece.key in LABELS  # a column's name decides nothing
    before = piece.before if piece.part.endswith("path") else None
    above = piece.before if piece.part == "json" else None
    by_site = own.rule(None if ours else piece.key, before, text, above) if own else None
    if by_site:
        return by_site
    by_name = by_key(piece.key, text, above, strict) if piece.key and not ours else None
    if by_name is None and piece.part == "referrer_host":
        return by_host(text)
    in_path = piece.part.endswith("path")
    if by_name is None and _MOBILE.fullmatch(text) and _is_searched(piece):
        return Rule(
            "phone", "searched", 0.5, "written as mobile numbers of China are, and nothing else"
        )
    return by_name or (by_route(piece.before, text, strict) if in_path else None)


def _is_searched(piece: Piece) -> bool:
    """What somebody looked for."""
    return piece.part == "search" or (piece.key or "").lower() in facts.words("searched")


def hits_in(
    text: str, piece: Piece, engine: Engine, offset: int | None, effort: Effort
) -> list[Found]:
    """What the recognizers find in one plain text."""
    context = words(piece.key or "") + words(piece.before or "")
    context += _OF.get(piece.part, ())
    no = _not_here(text, context, _subject(piece), engine.strict) | _no_hashes(text, piece)
    return [
        _found(hit, text, piece, offset)
        for hit in engine.analyze(text, context, effort)
        if hit.recognizer not in no and hit.pattern not in no
    ]


def _not_here(
    text: str, context: tuple[str, ...], of: tuple[str, ...], strict: bool
) -> frozenset[str]:
    """Recognizers, and patterns of them, that are nothing under such a name or behind a segment."""
    no = [one for things, one in _NOTHING if not facts.words(things).isdisjoint(of)]
    drawing = not strict and not facts.words("of_drawings").isdisjoint(context)
    return frozenset((*no, "Coordinates") if drawing and _DRAWN.fullmatch(text) else no)


def _no_hashes(text: str, piece: Piece) -> frozenset[str]:
    """What is no hash of anybody's there; a token is none of a content, but what Next.js calls a
    build: /_next/static/x/_buildManifest.js."""
    if not _is_built(text, piece):
        return frozenset()
    of_content = piece.before == "static" or _CONTENT.fullmatch(text)
    return _HASHES if of_content else _HASHES - {"RandomString"}


def _is_built(text: str, piece: Piece) -> bool:
    """Behind a segment, or under a name, of what programs build: its hash is nobody's."""
    if piece.part.endswith("path"):
        if piece.before == SOMEBODYS:
            return bool(_CODE.fullmatch(text))
        built = piece.before in facts.words("built")
        if is_asset(text, piece.before or "") and piece.before not in persons():
            return True
        if built and not tells_of_nobody(text):  # /img/avatar-<hash>.png
            return bool(_CODE.fullmatch(text))
        alone = piece.before in facts.words("pictured") and _MD5_ALONE.fullmatch(text)
        return built and not alone
    named = words(piece.key or "")[-1:]
    if _is_of_content(piece):
        return True
    if (piece.key or "").lower() in ("etag", "if-match", "if-none-match") and _ENTITY_TAG.fullmatch(
        text
    ):
        return True
    return bool(named) and named[0] in facts.words("built_fields")


def _is_of_content(piece: Piece) -> bool:
    """The hash of a page's parameters (TYPO3's cHash), or of a query that is known by it."""
    key = (piece.key or "").lower()
    return key == "chash" or (
        key == "sha256hash" and piece.part == "json" and piece.before == "persistedquery"
    )


def _found(hit: Hit, text: str, piece: Piece, offset: int | None) -> Found:
    why = f"{hit.recognizer} recognized {hit.pattern or 'it'} ({hit.entity})"
    span = None if offset is None else (offset + hit.start, offset + hit.end)
    identifier = text[hit.start : hit.end]
    return Found(hit.entity, hit.recognizer, piece.key, hit.score, why, identifier, span)
