"""What a name or a route decides without a look at the value, or with a glance at its shape."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import unquote

from weir.schemas import detect as facts
from weir.transforms.detect.checks.firms import is_firm
from weir.transforms.detect.checks.public import is_a_network
from weir.transforms.detect.fields.closed import (
    is_a_moment,
    is_closed,
    is_coarse,
    is_described,
    is_nobodys,
    is_of_a_thing,
)
from weir.transforms.detect.fields.complaints import is_called, is_complaint, is_masked
from weir.transforms.detect.fields.composed import concepts, role_of, shape_of
from weir.transforms.detect.fields.deeds import deeds, is_put_together
from weir.transforms.detect.fields.shapes import SHAPED, SHAPES, calls, is_number, without_marks
from weir.transforms.detect.people.users import is_account
from weir.transforms.detect.text import comparisons

_WORD = re.compile(
    r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|(?:[^\W\dA-Za-z_]|[\u0900-\u109f\u1780-\u17ff])+"
)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_MARKS = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f]+")
_COMPARES = re.compile(rf"(?!..\Z)(?:{comparisons.ALIKE})|eqi?|ne|[gl]te?q?|to(?:lower|upper)")
_HANDLE = re.compile(r"[A-Za-z]{3,}[\w.]*\d{1,4}")  # no slug
_PLACE = re.compile(
    r"(?<=[A-Za-z])[_.-](?:(?=[a-f]{0,31}[0-9])(?:[0-9a-f]{8}|[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40})"
    r"|v[0-9]{1,2}|prod|production|stage|staging|test|testing|dev|live|qa|uat)\Z",
    re.IGNORECASE,
)
_SHORTEST_PLACED = 5
_PAPER = re.compile(
    r"(?=(?:[A-Z]*\d){2})(?=\d*[A-Z])[A-Z\d]{8,10}"
)  # ICAO 9303: a passport's number
_AXIS = re.compile(r"[xy]\d?")
_SHORT = 2  # letters of a name that a number behind it makes another one: u_1
_SOMEBODYS = frozenset(("birth", "address", "name"))
_ARTICLES = {
    "email": "an e-mail address",
    "id": "somebody's identifier",
    "ip": "an IP address",
    "secret": "a secret",
    "geo": "a place on earth",
    "birth": "a date of birth",
    "card": "a payment card",
    "iban": "a bank account",
    "ssn": "a number of an official document",
}


@dataclass(frozen=True)
class Rule:
    """What decided: the entity, the rule's name, a score and a sentence."""

    entity: str
    rule: str
    score: float
    why: str


def words(name: str) -> tuple[str, ...]:
    """The words of a parameter's name, lower-case: `billing[firstName]` -> billing, first, name."""
    if "%" in name:
        name = unquote(name)
    if "\\u" in name:  # of JSON: ge\u00e4ndert_von
        name = _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), name)
    if not name.isascii():
        name = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ł", "l"))
        name = unicodedata.normalize("NFC", _MARKS.sub("", name))
    return tuple(word.lower() for word in _WORD.findall(name))


def without_place(name: str) -> str:
    """A name without the installation, the version or the surroundings that it is of:
    comment_author_<hash>, userName_prod."""
    return _PLACE.sub("", name) if len(name) > _SHORTEST_PLACED else name


@lru_cache(maxsize=4096)
def tails(name: str) -> tuple[str, ...]:
    """A name without what may follow it, whole and its last three, two, one words; never empty."""
    parts = words(without_place(name))
    while len(parts) > 1 and (behind := _following(parts)):
        parts = parts[:-behind]
    while len(parts) > 1 and parts[0] in facts.words("leaders"):
        parts = parts[1:]
    return endings(parts)


def _following(parts: tuple[str, ...]) -> int:
    """How many words at the end of a name follow it and change nothing, such as what compares."""
    if parts[-1] in facts.keys().followers or _COMPARES.fullmatch(parts[-1]):
        return 1
    return 2 if len(parts) > 2 and _COMPARES.fullmatch("".join(parts[-2:])) else 0


def endings(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Words of a name, all together and the last three, two, one of them."""
    return ("".join(parts), *("".join(parts[-n:]) for n in (3, 2, 1) if n < len(parts)))


_ACCOUNT = re.compile(r"(?:account|acct|acc)(?:no|num|number|nr)")
_FEW_DIGITS = re.compile(r"\d{2,6}")  # of a customer's account; a bank's has more
_IDENTIFIER = re.compile(
    r"(?:^|,)[^,|]{0,200}\|(?:[A-Z]{1,4}\|)?(?!urn:|https?:)(?=[\w./-]{0,60}\d)[\w./-]{1,120}+(?=$|[,|])"
)
_TELECOM = re.compile(r"(?:phone|fax|pager|sms)\|[\d +().-]{5,24}", re.IGNORECASE)


def _is_tokens(name: str) -> str | None:
    """Which search parameter of FHIR a name is, with whatever chains and modifiers:
    subject:Patient.identifier, identifier:of-type."""
    parts = words(name)
    told = [word for word in ("identifier", "telecom") if word in parts[-3:]]
    return told[0] if told else None


def _token(name: str, text: str) -> Rule | None:
    """A system and a value (FHIR R4, 3.1.1.4.10): identifier=urn:mrn|00482917. A value that is a
    name of something published (urn:ietf:rfc:3986|urn:oid:…), or a word, is nobody's."""
    if "|" not in text:
        return None
    kind = _is_tokens(name)
    if kind == "identifier" and _IDENTIFIER.search(text):
        return Rule("id", "key_and_shape", 0.7, "the name says who, the value is a number")
    if kind == "telecom" and _TELECOM.fullmatch(text.strip()):
        return Rule("phone", "key_and_shape", 0.7, "the name says that it may be called")
    return None


@cache
def _listed() -> tuple[tuple[str, frozenset[str]], ...]:
    """Names that are asked for the value's shape by any of their tails."""
    keys = facts.keys()
    return (
        ("part of a name", keys.if_part_of_a_name),
        ("postcode", keys.if_postcode),
        ("full postcode", keys.if_full_postcode),
        ("long number", keys.if_long_number),
        ("degrees", keys.if_degrees),
        ("plate", keys.if_plate),
        ("place", keys.if_place),
        ("serial", keys.if_serial),
        ("machine", keys.if_machine),
    )


@cache
def _listed_whole() -> tuple[tuple[str, frozenset[str]], ...]:
    """The same by the whole of them."""
    keys = facts.keys()
    return (
        ("account", keys.if_account),
        ("long id", keys.if_long_id),
        ("whole date", keys.if_born),
        ("chosen", keys.if_chosen),
    )


@lru_cache(maxsize=4096)
def _named(name: str) -> tuple[str | None, str]:
    """(entity, "") if the name decides; (None, "name" or "token") if a value's shape must help."""
    name = without_place(name)
    keys, ends, whole = facts.keys(), tails(name), "".join(words(name))
    if name.lower() in facts.words("campaign_fields"):
        return None, ""
    for entity, beginnings in keys.beginnings.items():
        if name.lower().startswith(beginnings):
            return entity, ""
    for tail in (whole, *ends):  # ct0 is listed, though a 0 may follow any name
        if tail in keys.entities:
            return keys.entities[tail], ""
    if not keys.if_name_shaped.isdisjoint((whole, ends[0])):
        return None, "name"
    if not keys.if_one_name.isdisjoint((whole, ends[0])):
        return None, "one name"
    composed = shape_of(words(name))
    for shape, listed in _listed():
        told = listed.intersection((whole, *ends))
        screen = not facts.words("of_screens").isdisjoint(words(name))
        if shape == "degrees" and screen and all(map(_AXIS.fullmatch, told)):
            continue  # mouseX
        if told:
            return None, (composed or shape) if shape == "degrees" else shape
    for shape, listed in _listed_whole():
        if name.lower() in listed:
            return None, shape
    if name.lower().endswith("_u") or _says_who(name, whole, ends):
        return None, "user"
    if ends[0].endswith("mac"):
        return None, "mac"
    if ends[-1] in keys.if_token_shaped:
        return None, "token"
    if keys.token_words.intersection(words(name)):
        return None, "part of a token's"
    return None, composed or ""


@lru_cache(maxsize=4096)
def _may_say(name: str) -> str:
    """What a value must be written like under a name that may say who somebody is, or where they
    live, as well as something else; nothing if it says neither."""
    keys, ends = facts.keys(), tails(name)
    parts, listed = words(without_place(name)), {name.lower(), *ends[:2]}
    if not keys.if_street.isdisjoint(listed) or _is_of_a_street(parts):
        return "unknown street"
    whose = keys.if_somebodys | facts.routes().trades
    if is_put_together(parts) or not whose.isdisjoint(listed):
        return "somebodys"
    if not keys.if_called.isdisjoint(listed) or _is_of_a_form(parts):
        return "called"
    return role_of(parts) or ""


def _is_of_a_street(parts: tuple[str, ...]) -> bool:
    """A word for streets, and no gate of an airport."""
    return parts != ("gate",) and concepts(parts) in ({"street"}, {"street", "post"})


def _is_of_a_form(parts: tuple[str, ...]) -> bool:
    """A field of a form for somebody's name: jform[name], submitted[nom]."""
    named = parts[-1:] and parts[-1] in facts.words("weak_names")
    return bool(named) and not facts.words("forms_of_fields").isdisjoint(parts[:-1])


def _says_who(name: str, whole: str, ends: tuple[str, ...]) -> bool:
    """Whose user name it is, or who did what: github, reported_by, repo_owner."""
    listed = not facts.keys().if_user_shaped.isdisjoint((name.lower(), whole))
    listed = listed or (len(ends[0]) > _SHORT and ends[0] in facts.keys().if_user_shaped)
    return listed or not deeds().isdisjoint((whole, *ends)) or _is_doer(words(name))


def _is_doer(parts: tuple[str, ...]) -> bool:
    """A name that ends with a word for one who does something, or with that one's name."""
    at = -2 if parts[-1:] == ("name",) else -1
    return len(parts) > 1 and len(parts) >= -at and parts[at] in facts.words("doers")


@lru_cache(maxsize=4096)
def _numbered(name: str) -> str | None:
    """The entity of a name that is somebody's if its value has the shape of a number."""
    parts = words(without_place(name))
    numbered = facts.keys().if_numbered
    return numbered.get(parts[-1]) or numbered.get("".join(parts[-2:])) if parts else None


def entity_of(name: str) -> str | None:
    """What a parameter's name alone says that its value is."""
    return _named(name)[0]


def names_something(name: str) -> bool:
    """Whether a name takes part in the policy at all; false lets its values skip it."""
    return (
        _named(name) != (None, "")
        or _may_say(name) != ""
        or _numbered(name) is not None
        or _is_tokens(name) is not None
        or tails(name)[-1] in facts.keys().if_calling | facts.keys().if_dialing
        or not facts.keys().if_firm.isdisjoint(tails(name))
    )


def by_key(name: str, text: str, above: str | None = None, strict: bool = False) -> Rule | None:
    """What the name of a parameter, cookie or property says about its value.

    above: the name of the object that the property is in: {"customer": {"id": 8812}}. strict: words
    of programs are none where somebody's value could stand.
    """
    if is_masked(text):
        return None
    rule = _by_name(name, text, strict)
    if _tells_nothing(name, text, rule, above in facts.words("complaining")):
        return None
    if rule and (is_a_moment(rule.entity, words(name), text) or is_nobodys(rule.entity, text)):
        return None
    if rule and rule.entity == "phone" and is_a_network(text):
        return None
    if rule is None and above:
        singular = above[:-1] if above.endswith("s") and not above.endswith("ss") else above
        name = f"{singular}_{name}"
        rule = _by_name(name, text, strict)
    if rule and rule.rule == "key_and_shape" and is_of_a_thing(above, words(name), text):
        return None
    if rule and is_closed(rule.entity, words(name), text, strict):
        return None
    of = words(above or "")
    if rule and (is_described(rule.entity, of, text) or _is_a_label(rule.entity, of, text)):
        return None
    if rule and not strict and is_coarse(rule.entity, words(name), text):
        return None
    return None if rule and not strict and _is_a_field(name, rule.entity, text) else rule


def _is_a_field(name: str, entity: str, text: str) -> bool:
    """A field's name where its value should stand: fname=FIRSTNAME, lastName=lastName."""
    if entity == "secret":
        return False
    written = text.isalpha() and len(text) > 4 and text.isupper()
    return text == name or (written and entity_of(text) == entity)


def _is_a_label(entity: str, above: tuple[str, ...], text: str) -> bool:
    """What a field is called on a page: {"labels": {"firstName": "Vorname"}}."""
    if facts.words("labelling").isdisjoint(above) or not text[:1].isalpha():
        return False
    told, shape = _named(text)
    if entity == "name" and is_called(text) and _named(words(text)[-1]) == (None, ""):
        return False  # Ad Vermeulen: a word for a name before one
    weak = entity == "name" and not facts.words("weak_names").isdisjoint(words(text))
    return told == entity or weak or (entity == "name" and "name" in shape)


def _tells_nothing(name: str, text: str, rule: Rule | None, complains: bool) -> bool:
    """A word of programs, or a complaint about a field where one is told; a house may have number
    1 and somebody's name be All, so there only what stands for nothing is nothing."""
    if text in ("true", "false"):  # select[lastName]=true
        return True
    word = text.replace("\ufffd", " ").strip().lower()  # a sign that cannot be read is none
    if rule and rule.entity in _SOMEBODYS and not complains:
        if word.isdigit():
            return word in facts.keys().harmless and not _counts(name, rule.entity)
        shaped = rule.rule != "key_policy"
        return word in facts.keys().nothing or (shaped and word in facts.keys().harmless)
    return word in facts.keys().harmless or (complains and is_complaint(text))


def _counts(name: str, entity: str) -> bool:
    """Whether 1 is a value there: of a day of birth, of a house."""
    house = not facts.words("numbers_of_houses").isdisjoint(tails(name))
    house = house or "housenumber" in tails(name) or _numbered(name) == "address"
    return entity == "birth" or (entity == "address" and house)


def _by_name(name: str, text: str, strict: bool) -> Rule | None:
    entity, shape = _named(name)
    if entity == "card" and "@" in text:
        entity = "email"  # cc, to whom a letter goes as well
    if (
        entity == "iban"
        and _FEW_DIGITS.fullmatch(text)
        and _ACCOUNT.fullmatch("".join(words(name)))
    ):
        entity = "id"
    if entity:
        return Rule(entity, "key_policy", 1.0, f"the name says that the value is {a_kind(entity)}")
    text = without_marks(text.strip())
    if token := _token(name, text):
        return token
    numbered = _numbered(name)
    if numbered and (is_number(text, numbered) or (numbered == "ssn" and _PAPER.fullmatch(text))):
        return Rule(numbered, "key_and_shape", 0.7, "the name says who, the value is a number")
    serial = "serial" if shape != "serial" and name.lower() in facts.keys().if_serial else ""
    for one in (shape, serial, _may_say(name)):
        if one and SHAPES["called, or a kind" if strict and one == "called" else one](text):
            entity, why = SHAPED[one]
            return Rule(entity, "key_and_shape", 0.7, why)
    if shape == "long number" and not facts.words("papers_or_persons").isdisjoint(tails(name)):
        for one in ("listed name", "unknown street"):
            if SHAPES[one](text):
                return Rule(SHAPED[one][0], "key_and_shape", 0.6, SHAPED[one][1])
    if shape == "user" and SHAPES["name"](text):
        return Rule("name", "key_and_shape", 0.7, SHAPED["name"][1])
    if not facts.keys().if_firm.isdisjoint(tails(name)) and is_firm(text):
        return Rule(
            "name", "key_and_shape", 0.6, "the name may say an employer, the value is a firm's"
        )
    dials = tails(name)[-1] in facts.keys().if_dialing and SHAPES["phone"](text)
    if dials or (tails(name)[-1] in facts.keys().if_calling and calls(text)):
        return Rule("phone", "key_and_shape", 0.7, "the name says where to, the value calls there")
    if words(name)[-1:] == ("code",) and re.fullmatch(r"\d{6}", text):
        return Rule(
            "secret", "key_and_shape", 0.5, "a code of six digits, as one is sent to log in"
        )
    handle = name.lower() in facts.keys().if_user_shaped and _HANDLE.fullmatch(text)
    if "name" in shape and (handle or is_account(text)):
        return Rule("id", "key_and_shape", 0.6, "the name says who, the value is made of a name")
    return None


def expects_a_name(key: str | None, before: str | None) -> bool:
    """Whether a parameter's name or the segment before says that a person's name may follow."""
    routes = facts.routes()
    entity, shape = _named(key) if key is not None else (None, "")
    by_name = entity == "name" or "name" in shape
    return by_name or (before is not None and before in routes.person | routes.person_if_name)


def a_kind(entity: str) -> str:
    return _ARTICLES.get(entity, f"a person's {entity}")
