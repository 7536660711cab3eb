"""What a field's name says that is put together: nr_zam, rok_ur, kundennummer, nom_famille.

No list has all such names. Their parts are few: a number, an order, a birth, a year, in some thirty
languages (schemas/recognizers/composed.yaml). A value under such a name is personal only if it also
has the shape of one, so that a wrong reading costs little.
"""

from functools import cache, lru_cache
from typing import TypeAlias

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import fold, is_english, is_listed

_LONGEST = 40  # letters of a name
_LINKS = ("", "s", "n", "en", "e")  # between the parts of a compound: auftrag-s-nummer
_SHORTEST = 3  # letters of a part of a compound
_SHORTEST_END = 2  # of a number at its end: ordrenr
_BESIDES = "besides"
_SHORT = ("nro", "nr", "no", "nb", "id", "n")
_ABBREVIATED = 4  # letters, at least: utilis, rechn
_BEHIND_ANY = frozenset(("address", "phone"))  # lieferadresse, heimtelefon
_NUMBERABLE = frozenset(("order", "paper", "holder", "account"))
_NUMBERS = {"number", "key", "code"}
_OF_NAMES = frozenset(("name", "given", "family", "maiden", "mother"))
_PARTS_OF_NAMES = frozenset(("given", "family"))


Part: TypeAlias = tuple[str, str | None]
"""A word with what it is about; None is unknown."""
Parts: TypeAlias = list[Part]


@lru_cache(maxsize=4096)
def shape_of(words: tuple[str, ...]) -> str | None:
    """The shape that a value under a name of these words must have to be personal, one of those of
    policy.py; None if the name says nothing. Anything may stand before what tells, known or not;
    behind it what is unknown only if a person's name is told, and the value must look like one."""
    read = _read(words)
    starts = (at for at, (_, concept) in enumerate(read) if concept)
    return next((shape for at in starts if (shape := _shape(read[:at], read[at:]))), None)


def _shape(before: Parts, read: Parts) -> str | None:
    """What the parts from a known one on tell."""
    sure = {concept for word, concept in read if word not in facts.words("weak_parts")}
    if any(concept is None for _, concept in read):
        return _told_in_part(read, sure)
    of = _about(read)
    if not sure & _OF_NAMES:
        if "holder" in of and of & _PARTS_OF_NAMES and of <= _PARTS_OF_NAMES | {"holder"}:
            return "one name"  # pax_first
        of -= _OF_NAMES - {"name"}
    if of == {"name"}:
        said = [word for word, concept in read if concept == "name"]
        if not any(map(str.isascii, said)):
            return "part of a name"  # 名前: forms of persons have such, programs seldom
        if facts.words("weak_names").isdisjoint(said):
            return "one name"  # ainm, pangalan
    strange = [word for word, concept in before if concept is None and not is_listed(fold(word))]
    if of == {"name"} and strange and len(strange) == len(before):
        return "name"  # vidyarthi_naam, no product_name
    return _told(of, sure="company" in sure)


def _told_in_part(read: Parts, sure: set[str | None]) -> str | None:
    """The shape where a part behind is unknown: it must tell the more."""
    known = {concept for _, concept in read if concept} - {_BESIDES, "holder"}
    if known <= _OF_NAMES and sure & _PARTS_OF_NAMES:
        return "one name"
    if known <= {"phone", "number"} and "phone" in known:
        return "dialed"
    if known == {"address"}:
        return "numbered address"
    return "long digits" if known <= {"identity", "number"} and "identity" in known else None


@lru_cache(maxsize=4096)
def concepts(words: tuple[str, ...]) -> frozenset[str]:
    """What a name is about; nothing if one of its words is unknown."""
    read = _read(words)
    return frozenset() if any(concept is None for _, concept in read) else _about(read)


@lru_cache(maxsize=4096)
def role_of(words: tuple[str, ...]) -> str | None:
    """What a value under a name that says who somebody is to a site, and nothing else, must be
    written like: as a name behind a word that programs seldom have (antragstellerin,
    titular_tarjeta), else made of one (client, vendor_contact)."""
    read = [part for part in _read(words) if part[1] != _BESIDES]
    if len(read) > 1 and read[-1][1] == "name":
        read.pop()
    role, concept = read[-1] if read else ("", None)
    if concept is None and role.endswith("in"):  # a woman's, in German
        role, concept = _parts(role.removesuffix("in"))[-1]
    if concept != "holder" or len(role) < _SHORTEST_ROLE:
        return None
    others = {concept for _, concept in read[:-1]}
    if others <= _OF_ROLES and not is_english(role):
        return "called"
    return "somebodys" if others <= _OF_ROLES | {None} else None


_SHORTEST_ROLE = 4
_OF_ROLES = frozenset(("holder", "paper", "order", "account"))


def _about(read: Parts) -> frozenset[str]:
    return frozenset(concept for _, concept in read if concept and concept != _BESIDES)


def _told(of: frozenset[str], sure: bool) -> str | None:
    """sure: of a company, told by a word that means an employer wherever it stands."""
    if "birth" in of:
        return "birth" if of <= {"birth", "date", "holder", "town"} else None
    if of & _OF_NAMES and of <= _OF_NAMES | {"holder"}:
        return "part of a name" if of not in ({"name"}, {"holder"}) else None
    for needed, beside, shape in _RULES:
        if needed & of and beside & of and of <= needed | beside | {"holder"}:
            return shape
    if of == {"company"}:
        return "firm" if sure else "firm of two words"
    return _ALONE.get(next(iter(of))) if len(of) == 1 else None


_RULES = (
    ({"user"}, {"name", "number", "key"}, "somebody"),
    ({"company"}, {"name", "holder"}, "firm"),
    ({"phone"}, {"number", "holder"}, "phone"),
    ({"identity"}, _NUMBERS | {"holder"}, "paper number"),
    ({"password"}, {"user", "holder"}, "password"),
    ({"address"}, {"holder", "order", "paper", "town", "company", "number", "maiden"}, "address"),
    ({"account", "bank"}, _NUMBERS | {"account"}, "account number"),
    ({"post"}, {"code"}, "postcode"),
    ({"street"}, {"name", "number", "house", "address"}, "street"),
    ({"vehicle"}, {"number", "key", "code"}, "vehicle"),
    ({"plate"}, {"number", "holder", "code"}, "plate"),
    ({"house"}, {"number"}, "house"),
    ({"order", "paper", "holder"}, _NUMBERS, "number"),
)
_ALONE = {
    "phone": "phone",
    "identity": "paper number",
    "vehicle": "vehicle",
    "plate": "plate",
    "password": "password",
    "user": "user",
    "address": "address",
}
"""Of what a name must be about, of what besides, and the shape; whose it is may be told, too."""


def _read(words: tuple[str, ...]) -> Parts:
    """The parts of a name with what each is about; None is unknown."""
    if sum(map(len, words)) > _LONGEST:
        return [("", None)]
    return [part for word in words for part in _parts(fold(word))]


@lru_cache(maxsize=8192)
def _parts(word: str) -> tuple[Part, ...]:
    """Remembered, so that each ending of a compound is taken apart once, however it was come by."""
    known = _lexicon()
    if word.isdigit():
        return ((word, _BESIDES),)
    if word in known:
        return ((word, known[word]),)
    short = word.startswith(_SHORT) and next(n for n in _SHORT if word.startswith(n))
    if short and known.get(word[len(short) :]) in _NUMBERABLE:  # ncliente, nrfaktury
        return ((short, "number"), (word[len(short) :], known[word[len(short) :]]))
    if len(word) >= _ABBREVIATED and (concept := _abbreviated().get(word)) and not is_listed(word):
        return ((word, concept),)
    firsts = _firsts(word)
    for link in _LINKS:  # kötvény-szám before kötvény-s-zám
        for first in firsts:
            if not word.startswith(link, len(first)):
                continue
            rest = _rest(word[len(first) + len(link) :])
            if rest and (known[first] != _BESIDES or rest[0][1] in _BEHIND_ANY):
                return ((first, known[first]), *rest)
    return ((word, None),)


def _firsts(word: str) -> list[str]:
    """What a compound may begin with, the longest first. No letter is asked behind the last one
    with which a known word goes on."""
    known, beginnings, found = _lexicon(), _beginnings(), list[str]()
    for at in range(_SHORTEST, len(word) - 1):
        if word[:at] not in beginnings:
            break
        if word[:at] in known:
            found.insert(0, word[:at])
    return found


def _rest(word: str) -> tuple[Part, ...]:
    """What is behind the first part of a compound: one word or two."""
    concept = _lexicon().get(word) if len(word) >= _SHORTEST_END else None
    if concept and concept != _BESIDES and (len(word) >= _SHORTEST or concept in ("number", "key")):
        return ((word, concept),)
    parts = _parts(word) if len(word) > 2 * _SHORTEST else ()
    return parts if parts and parts[0][1] else ()


@cache
def numbering() -> str:
    """RE2 of path segments that may be about a number of somebody's: klantnummer, order_id. Wider
    than `shape_of`, which decides."""
    every = (w for concept in _NUMBERS for w in facts.composed()[concept])
    words = (w for w in every if w.isascii() and w.isalpha() and len(w) > 1)
    numbers = "|".join(sorted(words))
    return f"(?:[a-z]{{3,24}}[_-]?(?:{numbers})|(?:{numbers})[_-][a-z]{{3,24}})"


@cache
def _abbreviated() -> dict[str, str]:
    """Beginnings of words that are all about one thing, with what that is."""
    found: dict[str, set[str]] = {}
    for word, concept in _lexicon().items():
        for at in range(_ABBREVIATED, len(word)):
            found.setdefault(word[:at], set()).add(concept)
    return {
        start: concept
        for start, (concept, *others) in found.items()
        if not others and concept != _BESIDES
    }


@cache
def _beginnings() -> frozenset[str]:
    """What words begin with, themselves included."""
    return frozenset(word[:at] for word in _lexicon() for at in range(_SHORTEST, len(word) + 1))


@cache
def _lexicon() -> dict[str, str]:
    """Words with what they are about."""
    return {fold(word): concept for concept, words in facts.composed().items() for word in words}
