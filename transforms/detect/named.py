"""Names of people in one piece of a value."""

import re

from weir.schemas import detect as facts
from weir.transforms.detect.checks.things import is_a_connection
from weir.transforms.detect.fields.alone import name_alone
from weir.transforms.detect.fields.closed import is_of_a_thing
from weir.transforms.detect.fields.policy import expects_a_name, words
from weir.transforms.detect.limits.effort import Effort
from weir.transforms.detect.people.naming import Person
from weir.transforms.detect.people.persons import people
from weir.transforms.detect.people.worth import fold, is_listed, is_rather_said
from weir.transforms.detect.recognizers.engine import Engine
from weir.transforms.detect.text.piece import Piece
from weir.transforms.detect.verdicts import LABEL, Found
from weir.transforms.domains import has_suffix

_DOTTED = re.compile(r"(?<![^.])[^.-]*(?![^.])|[.]")  # labels without a dash, and dots
_AIRPORT = re.compile(r"[A-Z]{3}")  # from=MUC&to=LIS
_LANGUAGE = re.compile(r"[a-z]{2,3}[-_]([A-Z][a-z]{3})(?:[-_][A-Z]{2})?")  # BCP 47: sr-Latn-RS
_SHIP = re.compile(r"(?:ms|mv|mf|ss)[-_+ ][a-z]+(?:[-_+ ][a-z]+)?\Z", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,12}")


def names_in(
    text: str, piece: Piece, engine: Engine, offset: int | None, effort: Effort
) -> list[Found]:
    """People's names in one plain text; of a host, in names with a dash (jane-doe.example.org)."""
    if piece.part == "referrer_host" or (_HOST.fullmatch(text) and has_suffix(text.lower())):
        text = _DOTTED.sub(lambda m: "0" * len(m[0]), text)
    telling = expects_a_name(piece.key if piece.part != LABEL else None, piece.before)
    telling = telling and not is_of_a_thing(piece.before, words(piece.key or ""), text)
    telling = telling and not (_AIRPORT.fullmatch(text) or _is_of_a_group(piece))
    language = _LANGUAGE.fullmatch(text)
    if language and language[1].lower() in facts.words("scripts"):
        return []
    if is_a_connection(text, piece.before or ""):
        return []
    strict = engine.strict and piece.part != "name"  # what names a value is seldom somebody
    by = [("Names", person) for person in people(text, telling, strict, effort)]
    wares = piece.before in facts.words("routes_of_wares")
    wares = wares or (piece.key or "").lower() in facts.words("fields_of_wares")
    if wares and not strict:
        ship = piece.before in facts.words("routes_of_ships") and _SHIP.match(text)
        by = [(rule, one) for rule, one in by if not (ship or _is_a_ware(text, one))]
    if not facts.words("of_campaigns").isdisjoint(words(piece.key or "")):
        by = [(rule, person) for rule, person in by if not _is_a_campaign(text, person)]
    if not by and not wares:
        by = [("Names", person) for person in name_alone(text, piece.part, piece.key)]
    if engine.model and piece.part not in ("referrer_host", "user_agent"):
        by += [("nlp_model", person) for person in engine.model.people(text)]
    return [
        Found(
            "name", rule, piece.key, round(person.score, 2), person.why,
            text[person.start : person.end],
            None if offset is None else (offset + person.start, offset + person.end),
            person.guessed,
        )
        for rule, person in by
    ]  # fmt: skip


def _is_of_a_group(piece: Piece) -> bool:
    """What somebody is a member of or may do, in an object about them: groups, roles."""
    named = words(piece.key or "")[-1:]
    return piece.part == "json" and bool(named) and named[0] in facts.words("memberships")


def _is_a_ware(text: str, person: Person) -> bool:
    """A guessed name of which a word is in a dictionary, and hardly anybody's: tom-collins."""
    words = [*map(fold, _WORD.findall(text[person.start : person.end]))]
    first = " ".join([word for word in words if len(word) > 1][:2])  # john-f-kennedy
    called = any(first in facts.words(name) for name in ("wares_of_names", "eponyms"))
    return person.guessed and (called or any(map(is_rather_said, words)))


def _is_a_campaign(text: str, person: Person) -> bool:
    """A guessed name of words of a dictionary, of which one is a campaign's as is one beside them:
    summer rose launch."""
    name = [*map(fold, _WORD.findall(text[person.start : person.end]))]
    around = map(fold, _WORD.findall(f"{text[: person.start]} {text[person.end :]}"))
    campaigns = facts.words("campaigns")
    told = not (campaigns.isdisjoint(name) or campaigns.isdisjoint(around))
    return person.guessed and told and all(map(is_listed, name))
