"""Words of a closed vocabulary where somebody's value could stand: session=expired, phone=android.

The name of a field decides without a look at the value. What is left alone stands in lists: a blank
and a form's state in both modes, in `balanced` a kind, too. No dictionary says more: a password or
a user may be any word, and so may a house.
"""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.checks.quads import is_own_address
from weir.transforms.detect.fields.complaints import is_nobody
from weir.transforms.detect.fields.composed import concepts
from weir.transforms.detect.people.users import is_sure_name, is_user_name
from weir.transforms.detect.people.worth import fold, is_listed, raw_worth

_LONGEST = 32  # signs of such a value
_REGION = re.compile(r"[A-Za-z]{2}(?:-[A-Za-z]{1,3})?")  # ISO 3166-2, without a digit
_APART = re.compile(r"[ _./-]+")
_ZEROS = re.compile(r"(?=(?:\D*0){8})[0 -]+")
_BLANK = re.compile(
    r"(?:[xX]{2,5}[ .()/-]{0,2}){2,6}"
    r"|[*•]{2,5}(?:[ +-][*•]{2,5}){1,5}|\w?\*{2,12}@\w?\*{2,12}(?:\.\w{2,4})?"
)
"""What stands for a value: XXX-XXX-XXXX, j***@***."""
_MARKED = re.compile(r"\[([A-Z_ ]{2,24})\]|<([A-Z_ ]{2,24})>|%([A-Z_]{2,24})%|__([A-Z_]{2,24})__")
_AXES = {(axis,) for axis in ("lat", "latitude", "lon", "lng", "long", "longitude")}
_WHOLE_DEGREES = re.compile(r"-?\d{1,3}")
_SESSIONS = {("session",), ("sessions",), ("session", "name"), ("session", "type")}
_FEW = 3  # bearers of a name, in half powers of ten
_MOMENTS = frozenset(("login", "logon", "signin", "at", "on", "since", "until", "start", "end",
                      "started", "ended", "expires", "expiry", "seen"))  # fmt: skip
_MOMENT = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d(?:[T +]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+ -]\d\d:?\d\d)?)?"
)
_HOST_OF_MAIL = re.compile(r"[%*]?@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_NEVER_WORDS = frozenset(("phone", "card", "address"))  # which are no word of a kind
_OF_NAMES = frozenset(("given", "family"))  # any word may be one
_ANY_WORDS = frozenset(("name", "secret", "id"))
_NUMBERED = frozenset(("id", "phone", "card"))


def is_closed(entity: str, name: tuple[str, ...], text: str, strict: bool = False) -> bool:
    """Whether a value is a word of a program's, and nobody's, under a name that tells `entity`.

    name: its words. strict: nothing but blanks and states, and kinds where none is somebody's.
    """
    text = text.strip()
    if entity in _NUMBERED and _ZEROS.fullmatch(text):
        return True
    if len(text) > _LONGEST:
        return False
    if _is_said_of_all(entity, name, text) or (entity == "geo" and _is_mute(text)):
        return True
    blank = entity != "secret" and (_BLANK.fullmatch(text) or _is_marked(entity, text))
    if blank or _is_state(entity, name, text, strict):
        return True
    return (not strict or entity in _NEVER_WORDS) and _is_of_a_kind(entity, name, text)


def is_of_a_thing(above: str | None, name: tuple[str, ...], text: str) -> bool:
    """What a thing, a place or a work is called, and no account: {"venue": {"name": …}}; whoever is
    named there is found by the name itself."""
    if is_user_name(text.strip()):
        return False
    weak = len(name) == 1 and name[0] in facts.words("weak_names")
    return weak and above is not None and above in facts.words("called_things")


def is_described(entity: str, above: tuple[str, ...], text: str) -> bool:
    """A type in place of a value: {"dob": "date"}; of names and secrets in a schema only, since
    they may be any word. above: the words of the object's name."""
    said = fold(_APART.sub(" ", text.strip()))
    if said not in _closed("types"):
        return False
    return entity not in _ANY_WORDS or not facts.words("describing").isdisjoint(above)


def _is_mute(text: str) -> bool:
    """No letter and no digit, but for who may ask where one is: geolocation=(self)."""
    return not any(map(str.isalnum, text.replace("self", "")))


def _is_said_of_all(entity: str, name: tuple[str, ...], text: str) -> bool:
    """Those whom no field of a person means: recipient=everyone, author=Redaktion; and how large a
    firm is."""
    if entity != "name" or not _OF_NAMES.isdisjoint(concepts(name)):
        return False
    said = fold(_APART.sub(" ", text))
    return said in _closed("everybody") or (
        "company" in concepts(name) and said in _closed("sizes_of_firms")
    )


def is_a_moment(entity: str, name: tuple[str, ...], text: str) -> bool:
    """When somebody was there, not who: lastLogin=2026-01-31, session_start."""
    told = entity in ("id", "secret") and not _MOMENTS.isdisjoint(name)
    told = told and (len(name) > 1 or ":" in text)  # login may be whose it is
    return told and _MOMENT.fullmatch(text.strip()) is not None


def is_nobodys(entity: str, text: str) -> bool:
    """An account of the system's, the machine's own address, a country under cc, a host alone."""
    if entity == "email" and _HOST_OF_MAIL.fullmatch(text.strip()):
        return not any("-" in label and _is_of_a_family(label) for label in text.split("."))
    if entity == "card" and _COUNTRY.fullmatch(text.strip()):
        return True
    return (entity == "id" and is_nobody(text)) or (entity == "ip" and is_own_address(text))


def _is_of_a_family(label: str) -> bool:
    """A name and nothing else is a part of it: lindqvist-family."""
    return any(map(is_sure_name, map(fold, re.split(r"[\W\d_]+", label))))


def is_coarse(entity: str, name: tuple[str, ...], text: str) -> bool:
    """A place of whole degrees, a program that asks for somebody, a network that is everybody's."""
    if entity == "geo":
        return name[-1:] in _AXES and bool(_WHOLE_DEGREES.fullmatch(text))
    parts = _APART.split(text.strip())
    if entity == "id" and name == ("client", "id"):
        told = len(parts) > 1 or text in facts.words("programming")
        return told and len(text) <= _LONGEST and all(map(_is_programs, parts))
    return name == ("ssid",) and _closed("networks").issuperset(map(str.lower, parts))


def _is_programs(part: str) -> bool:
    """A word of a program's name, in small letters, that hardly anybody bears."""
    if not (part.isascii() and part.isalpha() and part.islower()):
        return False
    said = is_listed(part) or part in facts.words("programming")
    return said and max(raw_worth(part)) < _FEW


def _is_marked(entity: str, text: str) -> bool:
    """The name of such a field in marks, for a program to fill in: [EMAIL], %LAST_NAME%."""
    marked = _MARKED.fullmatch(text)
    said = re.sub(r"[ _]", "", next(filter(None, marked.groups()))).lower() if marked else ""
    return facts.keys().entities.get(said) == entity


def _is_state(entity: str, name: tuple[str, ...], text: str, strict: bool) -> bool:
    """Required, hidden, expired; with a capital, or borne by anybody, it may be a name."""
    folded = fold(_APART.sub(" ", text))
    persons = entity == "name" and "company" not in concepts(name)
    if entity == "secret" and name in _SESSIONS and folded in _closed("terms"):
        return True
    listed = folded in _closed("of_forms") or (not persons and folded in _closed("states"))
    if not listed or not (_is_small(text) or text.istitle()):
        return False
    if entity == "secret":
        return _is_small(text)
    if not persons:
        return True
    said = max(raw_worth(folded)) == 0 and (len(folded) > 3 or not folded.isascii())
    return said and (_is_small(text) or (not strict and len(folded) > 4))


def _is_small(text: str) -> bool:
    return text.islower() or text.upper() == text.lower()


def _is_of_a_kind(entity: str, name: tuple[str, ...], text: str) -> bool:
    """A kind of accounts, devices, places: where a number, an address or somebody is told."""
    if entity == "geo" and _REGION.fullmatch(text):
        return True
    if entity in ("name", "secret") or not (_is_small(text) or text.istitle()):
        return False
    if entity == "address" and "street" in concepts(name):
        return False
    if entity == "id" and any(word in _chosen() for word in name):
        return False
    return fold(_APART.sub(" ", text)) in _closed("kinds")


@cache
def _chosen() -> frozenset[str]:
    """Words of names under which stands what somebody is called, which may be any word."""
    return facts.words("chosen_names") | facts.composed()["user"]


@cache
def _closed(name: str) -> frozenset[str]:
    return frozenset(map(fold, facts.words(name)))
