"""What fields beside each other say together: day, month and year of a birth; area and number;
a postcode and a house; the two parts of an e-mail address."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from urllib.parse import unquote

from weir.schemas.detect import keys, words
from weir.transforms.detect.checks.plausible import card
from weir.transforms.detect.fields.composed import concepts
from weir.transforms.detect.fields.contacts import beside_a_contact
from weir.transforms.detect.fields.known import WEIRS, Known
from weir.transforms.detect.fields.paired import paired
from weir.transforms.detect.fields.policy import entity_of, tails
from weir.transforms.detect.fields.policy import words as words_of
from weir.transforms.detect.fields.shapes import NAME_WRITTEN, is_postcode
from weir.transforms.detect.limits.effort import Effort
from weir.transforms.detect.people.persons import could_be_one_name, people
from weir.transforms.detect.text.piece import Piece

_BIRTH = re.compile(
    r"birth(?!day[-_]?(?:card|gift|cake|part|present|wish|decor|invit|balloon))|dob|bday"
    r"|age[-_ ]?(?:gate|check|verif|restrict)|verify[-_]?age|geburt|naiss|nacim|nasc|geboor"
    r"|f[oø]d(?:t|sel|els)|urodz|naroz"
    r"|do[gğ]um|syntym|szulet|n[aă]scut|nastere|ro[dđ]en|majorit|生年|出生|생년",
    re.IGNORECASE,
)
_INNER = re.compile(r"(.+)(?:[.:$]|\[|%5b)([\w-]+)(?:\]|%5d)?", re.IGNORECASE)
_ANY_AREA = re.compile(r"\+\d{1,4}|\(?\d{2,5}\)?")
_ANY_REST = re.compile(r"(?=(?:\D*\d){5,10}\D*\Z)[\d ().-]+")
_ANY_STREET = re.compile(r"[^\W\d_]{3}.* |^[^\W\d_a-z][^\W\d_]{3}")
_ANY_HOUSE = re.compile(r"(?=[\w .+]{0,8}\d|[A-Z]\Z)[\w .+%/ºª°-]{1,12}")
_NUMBERED_LINE = re.compile(
    r"(?<![\w.])\d{1,5}[A-Za-z]?,? [A-ZÀ-ÞĀ-Ž]"
    r"|^[^\W_][^\d%€$£!?]{2,40} \d{1,5} ?[A-Za-z]?(?:$|[,/-]| [a-z]{1,4}\.? ?\d{1,4}$)"
)
_COUNTED_TOWN = re.compile(r"(?:\d{2}-\d{3}|\d{3} \d{2}|\d{4,5})[ ,]{1,2}[^\W\d_]{2}")
_SEARCHED = re.compile(r"(?:\[|%5b)search(?:\]|%5d)\Z", re.IGNORECASE)  # columns[2][search][value]
_MAIL_HOST = re.compile(r"@?(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,12}")
_LOCAL = re.compile(r"[\w.+-]{1,64}")
_SHORTEST = 4  # signs of a password that stands twice
_NO_WORD = re.compile(r"[^a-z]")
_CAPITAL = re.compile(r"[^\W\d_a-z][^\W\d_]{1,30}")
_BETWEEN = re.compile(r"[\s,\"\\]{1,32}")  # values of a list
_CARD = re.compile(r"(?=(?:\D*\d){12,19}\D*\Z)[\d .-]+")
_UNTIL = re.compile(r"\d{1,4}(?: ?[/.-] ?\d{2,4})?")
_CHECK_NUMBER = re.compile(r"\d{3,4}")
_EXTENSION = re.compile(r"\d{1,6}")
_ANY_DATE = re.compile(r"\d{1,4}|[^\W\d_]{3,10}")
_FIELD = re.compile(r"[^\W\d][\w. -]{1,31}")
_COUNTED = re.compile(
    r"(.*[^\W\d_])[_.-]?(?:(\d{1,3})|(?:\[|%5b)(\d{0,3})(?:\]|%5d))", re.IGNORECASE
)
_OF_A_LIST = {
    "u": re.compile(r"[0-9a-f]{25}"),
    "id": re.compile(r"[0-9a-f]{10}"),
    "e": re.compile(r"[0-9a-f]{10}"),
}
_SENDS = re.compile(
    r"list-manage\d?\.com|campaign-archive\d?\.com|mailchi\.mp|mailchimp|/(?:un)?subscribe|/track/|/profile"
    r"|/vcard|/forward-to",
    re.IGNORECASE,
)
_SIGNS_UNDER = {"email": "@", "secret": r"\d", "address": r"\d", "name": "", "id": ""}
"""What a value under a name has that may say a field, or what kind of things is searched."""


def with_siblings(
    pieces: Iterable[Piece], text: str, effort: Effort | None = None, known: Known = WEIRS
) -> list[Piece]:
    """The pieces of a text; those under the name that they have together with their siblings.

    Raises TooMuchError.
    """
    found = _told_by_number(_listed_names(list(pieces), text, effort), text, known)
    if sum(piece.key is not None for piece in found) < 2:
        return found
    objects: dict[str | None, dict[str, str]] = {}
    for piece in found:
        if piece.key is not None:
            above, key = _within(piece)
            objects.setdefault(above, {})[key] = _read(text[piece.start : piece.end])
    named = {
        above: beside_a_contact(of, above) | _together(of, text, known)
        for above, of in objects.items()
    }
    if not any(named.values()):
        return found
    return [_renamed(piece, named) for piece in found]


def _listed_names(found: list[Piece], text: str, effort: Effort | None) -> list[Piece]:
    """Lists of JSON that are a given and a family name and nothing else: ["Ottilie", "Brand"]."""
    beside = [_are_listed(a, b, text) for a, b in pairwise(found)]
    renamed = list(found)
    for i, (a, b) in enumerate(pairwise(found)):
        if not beside[i] or any(beside[max(i - 1, 0) : i]) or any(beside[i + 1 : i + 2]):
            continue
        first, last = (text[one.start : one.end] for one in (a, b))
        if not (_CAPITAL.fullmatch(first) and _CAPITAL.fullmatch(last)):
            continue
        if any(people(name, effort=effort) for name in (f"{first} {last}", f"{last} {first}")):
            renamed[i : i + 2] = [replace(a, key="first_name"), replace(b, key="last_name")]
    return renamed


def _are_listed(a: Piece, b: Piece, text: str) -> bool:
    """Neighbours in one list."""
    alike = a.part == b.part == "json" and a.key == b.key and a.before == b.before
    return alike and bool(_BETWEEN.fullmatch(text, a.end, b.start))


def _read(raw: str) -> str:
    """A raw value as it reads; a plus before a digit stays."""
    return unquote(raw[:1] + raw[1:].replace("+", " "))


def _within(piece: Piece) -> tuple[str | None, str]:
    """The object a field is in, and its name there: passengers[0][given], adres.hn."""
    key = piece.key or ""
    if piece.part == "json":
        return piece.before, key
    match = _INNER.fullmatch(key)
    return (_SEARCHED.sub("", match[1]), match[2]) if match else (None, key)


def _renamed(piece: Piece, named: dict[str | None, dict[str, str]]) -> Piece:
    above, key = _within(piece)
    new = named.get(above, {}).get(key)
    return replace(piece, key=new) if new else piece


def _in(of: dict[str, str], *lists: str) -> list[str]:
    """The fields whose names stand in one of the lists."""
    return [key for key in of if any(key.lower() in words(name) for name in lists)]


def _together(of: dict[str, str], text: str, known: Known) -> dict[str, str]:
    """New names by old ones."""
    new: dict[str, str] = {}
    dates = {
        key: part
        for part in ("day", "month", "year")
        for key in _in(of, f"{part}s")
        if _ANY_DATE.fullmatch(of[key])
    }
    parts = set(dates.values())
    if any(concepts(words_of(key)) == {"birth", "date"} for key in of):
        parts.add("year")  # annee_naissance
    if {"month", "year"} <= parts and _BIRTH.search(text):
        new |= {key: f"birth_{part}" for key, part in dates.items()}
    if any(_is_area(key.lower(), of[key]) for key in _in(of, "areas")):
        rest = [key for key in _in(of, "rests") if _ANY_REST.fullmatch(of[key])]
        new |= dict.fromkeys(rest, "phone_number")
        if rest:
            new |= dict.fromkeys(_in(of, "areas"), "area_phone")
    new |= _of_an_address(of) | _of_mail(of) | _repeated(of) | _beside_a_family(of)
    new |= _of_a_list(of, text) | paired(of)
    return new | _of_a_card(of) | _of_a_telephone(of, new) | _of_a_field(of, known)


def _told_by_number(found: list[Piece], text: str, known: Known) -> list[Piece]:
    """Fields and values that belong together by a number, or by their order: field1, value1;
    field[]=city&field[]=lastname beside value[]=Rome&value[]=Doe."""
    told = words("fields_told") | words("fields_maybe_told") | words("values_told")
    seen: dict[tuple[str | None, str], int] = {}
    groups: dict[tuple[str | None, str], list[tuple[int, str]]] = {}
    for i, piece in enumerate(found):
        base, number = _counted(piece.key or "")
        if base not in told:
            continue
        above = piece.before if piece.part == "json" else None
        place = seen[above, base] = seen.get((above, base), -1) + 1
        groups.setdefault((above, number or f"[{place}]"), []).append((i, base))
    renamed = list(found)
    for members in groups.values():
        of = {base: _read(text[found[i].start : found[i].end]) for i, base in members}
        new = _of_a_field(of, known) if len(of) > 1 else {}
        for i, base in members:
            renamed[i] = replace(found[i], key=new[base]) if base in new else found[i]
    return renamed


def _counted(key: str) -> tuple[str, str]:
    """A name without the number behind it, and the number: value[1], field_1."""
    match = _COUNTED.fullmatch(key) if key[-1:] in "0123456789]dD" else None
    return (match[1].lower(), match[2] or match[3] or "") if match else (key.lower(), "")


def _of_a_field(of: dict[str, str], known: Known) -> dict[str, str]:
    """A value under the name that another field says: field=lastname beside value=Doe."""
    if ordered := _first_said(of, "fields_ordered", known):  # orderBy="lastName"&startAt="Doe"
        bounds = (key for key in _in(of, "values_ordered") if not of[key].isdigit())
        return dict.fromkeys(bounds, ordered)
    values = [key for key in _in(of, "values_told") if known.entity_of(key) is None]
    if not values:
        return {}
    if told := _first_said(of, "fields_told", known):
        return dict.fromkeys(values, told)
    if told := _first_said(of, "fields_told_of_values", known):
        return dict.fromkeys((key for key in values if key.lower() in ("value", "values")), told)
    maybe = _first_said(of, "fields_maybe_told", known)
    return {key: maybe for key in values if maybe and _may_stand_under(maybe, of[key])}


def _first_said(of: dict[str, str], fields: str, known: Known) -> str | None:
    """The first field that one of a list of fields is about."""
    return next(filter(None, (_said(of[key], known) for key in _in(of, fields))), None)


def _said(value: str, known: Known) -> str | None:
    """The field that a value is the name of."""
    field = value.strip(" \"'/")
    return field if _FIELD.fullmatch(field) and known.decides(field) else None


def _may_stand_under(field: str, value: str) -> bool:
    """No word that is looked for where a kind of things is said: type=email&q=newsletter."""
    sign = _SIGNS_UNDER.get(entity_of(field) or "name", r"(?:\d\D*){4}")
    if sign:
        return bool(re.search(sign, value))
    return any(map(str.isdigit, value)) or any(map(could_be_one_name, value.split()))


def _of_a_card(of: dict[str, str]) -> dict[str, str]:
    """Beside a card's number, until when it is valid, its check number and whose it is."""
    numbers = [(key, value) for key, value in of.items() if _CARD.fullmatch(value)]
    if not any(entity_of(key) == "card" or card(value, 0, len(value)) for key, value in numbers):
        return {}
    until = (key for key in _in(of, "expiries") if _UNTIL.fullmatch(of[key]))
    check = (key for key in _in(of, "check_numbers") if _CHECK_NUMBER.fullmatch(of[key]))
    who = (key for key in _in(of, "holders_of_cards") if NAME_WRITTEN.fullmatch(of[key].strip()))
    new = dict.fromkeys(until, "card") | dict.fromkeys(check, "cvv")
    return new | dict.fromkeys(who, "cardholder")


def _of_a_telephone(of: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Beside a telephone number, the extension."""
    inner = [key for key in _in(of, "extensions") if _EXTENSION.fullmatch(of[key])]
    numbers = (
        k
        for k, v in of.items()
        if "phone" in new.get(k, "") or entity_of(k) == "phone" or v[:4] == "tel:"
    )
    return dict.fromkeys(inner, "phone_number") if inner and any(numbers) else {}


def _of_a_list(of: dict[str, str], text: str) -> dict[str, str]:
    """Of Mailchimp's links, who received the letter: e beside the account (u) and the list (id)."""
    told = {key: key in of and _OF_A_LIST[key].fullmatch(of[key]) for key in ("u", "id", "e")}
    beside = told["u"] or told["id"]
    named = (told["u"] and told["id"]) or _SENDS.search(text)
    return {"e": "subscriber_id"} if told["e"] and beside and named else {}


def _is_area(key: str, value: str) -> bool:
    """An area is also one of land, a prefix also one of a name: there a zero or plus must be."""
    told = key not in ("area", "prefix", "prefixe") or value[:1] in "+0("
    return told and bool(_ANY_AREA.fullmatch(value))


def _of_an_address(of: dict[str, str]) -> dict[str, str]:
    """A street beside its number or a postcode, a postcode beside a house, and the lines beside a
    town where they hold a number."""
    streets = _about(of, "street", ("streets", "routes_of_streets"), _ANY_STREET.search)
    houses = _about(of, "house", ("numbers_of_houses", "houses_by_postcodes"), _is_house)
    postcodes = _about(of, "post", ("postcodes",), is_postcode)
    maybe = [key for key in _in(of, "houses") if _is_house(of[key])]
    new: dict[str, str] = {}
    if postcodes or _in(of, "towns"):
        lines = [*_in(of, "lines"), *streets]
        new |= {key: "street" for key in lines if _NUMBERED_LINE.search(of[key])}
    whole = any(_NUMBERED_LINE.search(of[key]) for key in streets)
    if houses or (postcodes and (maybe or whole)):
        new |= dict.fromkeys(streets, "street") | dict.fromkeys(postcodes, "postcode")
    if postcodes or any(key.lower() in words("streets") for key in streets):
        new |= dict.fromkeys([*houses, *maybe], "house_number")
    said = (key for key in of if of[key].strip() and of[key].lower() not in keys().harmless)
    parts = [key for key in said if _is_address(new.get(key, key))]
    towns = sum(bool(_COUNTED_TOWN.match(of[key])) for key in _towns(of))
    if parts and (len(parts) + towns > 1 or any(_NUMBERED_LINE.search(of[key]) for key in parts)):
        new |= dict.fromkeys((key for key in _towns(of) if key not in new), "post_town")
    return new


def _is_address(key: str) -> bool:
    return entity_of(key) == "address"


def _towns(of: dict[str, str]) -> Iterable[str]:
    """Towns by their names: city, billing_city."""
    return (
        key
        for key, value in of.items()
        if not words("towns").isdisjoint((key.lower(), tails(key)[-1])) and not value.isdigit()
    )


def _about(
    of: dict[str, str], concept: str, lists: tuple[str, ...], holds: Callable[[str], object]
) -> list[str]:
    """Names of the lists, or put together of words about it, if that holds of their values."""
    listed = frozenset().union(*(words(name) for name in lists))
    return [
        key
        for key, value in of.items()
        if (key.lower() in listed or _says(concept, concepts(words_of(key)))) and holds(value)
    ]


_BESIDES = {
    "street": {"number", "house", "address"},
    "post": {"code", "holder"},
    "house": {"number", "street", "holder"},
}


def _says(concept: str, of: frozenset[str]) -> bool:
    """post_code and cod_postal, no post_id; nr_domu, no property_id."""
    return concept in of and of <= {concept, "name"} | _BESIDES.get(concept, set())


def _is_house(value: str) -> bool:
    return bool(_ANY_HOUSE.fullmatch(value))


def _of_mail(of: dict[str, str]) -> dict[str, str]:
    """Both parts of an address in two fields: local=joe beside domain=example.org."""
    parts = [key for key in _in(of, "locals") if _is_local(of[key])]
    hosts = [key for key in _in(of, "hosts_of_mail") if _MAIL_HOST.fullmatch(of[key])]
    return dict.fromkeys([*parts, *hosts], "email") if parts and hosts else {}


def _is_local(value: str) -> bool:
    """Written as what is before an @ of somebody's: no word that a program says."""
    return bool(_LOCAL.fullmatch(value)) and (
        any(sign in "._+-0123456789" for sign in value) or could_be_one_name(value)
    )


def _repeated(of: dict[str, str]) -> dict[str, str]:
    """A password once more: confirm=… beside password=…."""
    secrets = {of[key] for key in of if entity_of(key) == "secret"}
    if not secrets:
        return {}
    again = words("repeats")
    return {
        key: "password"
        for key in of
        if entity_of(key) is None
        and len(of[key]) >= _SHORTEST
        and (of[key] in secrets or (_NO_WORD.search(of[key]) and not again.isdisjoint(tails(key))))
    }


def _is_weak(key: str) -> bool:
    """First, last: of pages, too."""
    return words("weak_parts").issuperset(words_of(key))


def _is_of_a_name(of: frozenset[str]) -> bool:
    """About a name, and whose: 이름, enw_cyntaf."""
    return bool(of) and of <= {"name", "given", "holder"} and of != {"holder"}


def _beside_a_family(of: dict[str, str]) -> dict[str, str]:
    """A name beside a family name is the given one: name=Radek beside surname=Novák; first and
    last beside each other are both of a name, if both are written as one."""
    families = [
        key
        for key in of
        if not words("family_fields").isdisjoint(tails(key))
        or ("family" in concepts(words_of(key)) and not _is_weak(key))
    ]
    written = [key for key in of if NAME_WRITTEN.fullmatch(of[key].strip())]
    named = [key for key in written if of[key].strip().lower() not in keys().harmless]
    first, last = (
        [key for key in named if tails(key)[-1] in words(list_) or about in concepts(words_of(key))]
        for list_, about in (("first_parts", "given"), ("last_parts", "family"))
    )
    parts = [*first, *last]
    beside = (first and last) or (parts and any(entity_of(key) == "birth" for key in of))
    named_so = beside and any(could_be_one_name(of[key]) for key in parts)
    new = dict.fromkeys(parts, "first_name") if named_so else {}  # family=… beside birthdate, too
    if not families:
        return new
    given = (
        key
        for key in written
        if not words("given_fields").isdisjoint({tails(key)[0], *words_of(key)[-1:]})
        or _is_of_a_name(concepts(words_of(key)))
    )
    return new | dict.fromkeys(given, "first_name")
