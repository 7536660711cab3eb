"""How a value must be written to be what the name of its field says."""

import re
import unicodedata
from collections.abc import Callable

from weir.schemas import detect as facts
from weir.transforms.detect.checks.plausible import is_date
from weir.transforms.detect.fields.told import is_marked_name, is_plate, is_somebodys_machine
from weir.transforms.detect.people.persons import could_be_a_person, could_be_one_name
from weir.transforms.detect.people.users import is_account, may_be_somebodys
from weir.transforms.detect.people.worth import (
    LEADING,
    PARTICLES,
    fold,
    is_only_a_name,
    raw_worth,
    worth,
)

_USER = re.compile(r"[A-Za-z][\w.-]{3,40}")
_MIXED = re.compile(r"(?=(?:[a-z]*\d){2})(?=(?:\d*[a-z]){3})(?:[a-z]+\d+){2,6}[a-z]{0,3}")  # u7f3k9
_LETTERS = re.compile(r"[^A-Za-z]+")
_PERSON = re.compile(r"[^\W\d_]{2,},?(?:[ ._+-]+[^\W\d_]\.?)?(?:[ ._'+-]+[^\W\d_]{2,}){1,2}")
_PARTICLE = re.compile(rf"(?<=[ ._'+-])(?:{'|'.join(sorted(PARTICLES))})[ ._'+-]+", re.IGNORECASE)
_TOKEN = re.compile(r"[\w~+=-]{16,}")
_SHORT_TOKEN = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[\w~+/=.:%-]{8,}")
_NUMBERED = re.compile(
    r"(?=(?:\D*\d){4})(?!(?:\D*[A-Za-z]\D*)(?:19|20)\d\d\D*$)(?!.*[A-Za-z]{5})[A-Za-z0-9][\w ./#:-]{3,30}"  # noqa: E501
    r"|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{5,8}|[A-Z]{6}"
)
_POSTCODE = (
    r"[A-Za-z]{1,2}\d[A-Za-z\d]?[ +-]?\d[A-Za-z]{2}|[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d"
    r"|\d{4} ?[A-Za-z]{2}|(?:D|A|CH|F|FR|I|IT|B|L|NL|DK|S|SE|N|FIN?|PL|CZ|SK|H|E|P)-\d{4,5}"
    r"|\d{2}-\d{3}|\d{3} \d{2}|\d{5}-\d{3,4}|[A-Z]\d{2} ?[A-Z\d]{4}"
)  # GB, CA, NL, with the country before it, PL, SE, BR and US, IE
FULL_POSTCODE = re.compile(_POSTCODE)
_ANY_POSTCODE = re.compile(_POSTCODE + r"|\d{4,6}|\d{4}-\d{3}")  # PT: a telephone elsewhere
_DEGREES = re.compile(r"[-+]?(?!0)\d{1,3}[.,]\d{4,}")
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:.-]?[0-9A-Fa-f]{2}){5}")
_SERIAL = re.compile(r"(?!.*[a-z]{5})(?=(?:[^\d]*\d){2})[A-Za-z0-9][A-Za-z0-9-]{6,23}")
_CALLED = re.compile(
    r"(?:\+|00)?(?:1[2-9]\d\d[2-9]\d{6}|7[3-9]\d{9}"
    r"|(?=\d{10,15}$)(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])[1-9]\d{7,11}"
    r"|(?=\d{11,15}$)(?:2[1-689]|3[578]|42|5[09]|6[789]|8[0578]|9[679])\d[1-9]\d{6,11})"
    r"|0[1-9]\d{8,9}"
)  # countries' calling codes (ITU-T E.164), a trunk zero; a time in (milli)seconds has none
PAPER_NUMBER = re.compile(r"(?=(?:\D*\d){5})(?!.*[A-Za-z]{7})[A-Za-z0-9][\w ./+-]{4,24}")
NAME_WRITTEN = re.compile(r"[^\W\d_]{1,}(?:[ .'’-]{1,2}[^\W\d_]{1,}){0,3}\.?")
_BIRTH = re.compile(r"(?=.*\d)[\w ./:-]{1,30}|[^\W\d_]{3,10}")
_DIALED = re.compile(r"(?=(?:\D*\d){6,15}\D*\Z)[\d ()./+-]+")
_STREET = re.compile(r"(?=.*[^\W\d_]{3})[^/=:]{3,64}")
_WHOLE_ADDRESS = re.compile(r"(?=.*[^\W\d_]{3})(?=.*[ ,+])[^/=:@]{5,90}")
_PLACE = re.compile(
    r"[^\W\d_][^\d/=:@;,]{1,48} \d{1,4} ?[^\W\d_]?[,،、] ?[^\W\d_][^/=:@;]{1,60}"
    r"|\d{1,5}[^\W\d_]? [^\W\d_][^\d/=:@;,]{2,48}[,،、] ?[^\W\d_][^/=:@;]{1,60}"
)
_UNKNOWN_STREET = re.compile(r"[^\W\d_]{4,30}(?: [^\W\d_]{2,30}){0,3} \d{1,4} ?[^\W\d_]?")
_OBJECT = re.compile(r"[0-2](?:\.\d{1,6}){3,}")  # of X.660: 2.5.4.42
_VERSION = re.compile(r"v\d{1,2}(?:\.\d{1,2}){1,3}")  # of a tag of Git's: ref=v3.12.12
_CHOSEN = re.compile(r"(?=\S{4,64}$).*")
_AREA_FIRST = re.compile(r"(?=(?:\D*\d){8,15}\D*\Z)(?:\+|\(?0)[\d ()./+-]+")
_LONG_DIGITS = re.compile(r"[A-Z]{0,2}\d{8,14}")
_VEHICLE = re.compile(r"(?=.*\d{4})[A-Z\d]{11,17}", re.IGNORECASE)  # ISO 3779
_SOMEBODY = re.compile(r"[^\s=/]{3,64}")
_FIRM = re.compile(r"(?=.*(?:[^\W\d_]\S* |[^\W\d_a-z]))[^=/]{2,80}")
_CODED = re.compile(r"(?:[A-Z]{2,4}[-_]){2}")  # of a campaign: DE_SEA_Brand
_FIRM_OF_WORDS = re.compile(
    r"[^\W\d_a-z][\w&.'’-]*(?: (?:of|the|and|&|de|und|et|y) ?)?(?: [^\W\d_a-z][\w&.'’-]*){1,4}"
)
_ACCOUNT = re.compile(r"(?=(?:\D*\d){5})(?!.*[A-Za-z]{7})[A-Za-z0-9][\w ,./+-]{4,40}")
_LONGEST_NAME = 64
_SHORT_NAMES = re.compile(r"[A-Z][a-z]{1,3}(?:[ +_-][A-Z][a-z]{1,3}){1,2}")
_WITH_INITIALS = re.compile(
    r"(?:[A-ZÀ-Þ]\.[ +-]?){1,3}[ +]?([A-ZÀ-Þ][^\W\d_]{2,30})"
    r"|([A-ZÀ-Þ][^\W\d_]{2,30}),?[ +](?:[A-ZÀ-Þ]\.[ +-]?){1,3}"
)
_SHORTEST = 2  # letters of a name
_BORNE = 3  # how many bear a name, in half powers of ten
_TIME = re.compile(r"1\d{9}(?:\d{3})?")
_LONG_ID = re.compile(
    rf"(?!{_TIME.pattern}$)(?:[A-Z]{{1,3}}-?)?\d{{6,16}}"
    r"|(?!.*(?:19|20)\d\d)(?=(?:\d*[A-Z]){2})(?=(?:[A-Z]*\d){3})[A-Z\d]{7,16}"
)
_MONTH_NAMED = r"[^\W\d_]{3,10}\.?"
WHOLE_DATE = re.compile(
    rf"(?:19|20)\d\d([-/. ]?)[01]?\d\1[0-3]?\d|[0-3]?\d([-/. ]?)[0-3]?\d\2(?:19|20)\d\d"
    rf"|[0-3]?\d(?:st|nd|rd|th)?\.?[ -]?{_MONTH_NAMED}[ ,-]{{1,2}}(?:19|20)\d\d"
    rf"|{_MONTH_NAMED}[ -][0-3]?\d(?:st|nd|rd|th)?[ ,-]{{1,2}}(?:19|20)\d\d"
)
_MIXED_CHOSEN = re.compile(r"(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])(?=\D{1,23}\d+[A-Za-z])\w{6,24}")
HOUSE = re.compile(r"\d{1,5}(?:[ -]?(?:[A-Za-z]|bis|ter|quater|hs|huis|rood|[IVX]{2,4}))?")


def without_marks(text: str) -> str:
    """Letters alone, of scripts that write vowels as marks: सुरेश."""
    if text.isascii():
        return text
    return "".join(
        c
        for c in unicodedata.normalize("NFC", text)
        if unicodedata.category(c) != "Mn" and unicodedata.category(c) != "Mc"
    )


def is_number(text: str, entity: str = "id") -> bool:
    """Written as a number of somebody's: four digits and more, or a code of letters and digits."""
    text = text.removeprefix("#")
    if len(text) > 32 or _OBJECT.fullmatch(text) or _VERSION.fullmatch(text):
        return False
    if entity == "address":
        return bool(HOUSE.fullmatch(text))
    return bool(_NUMBERED.fullmatch(text)) and not is_date(text)


def calls(text: str) -> bool:
    """Digits that begin with a country's calling code or a trunk zero, and no date."""
    return bool(_CALLED.fullmatch(text)) and len(set(text)) > 3 and not is_date(text)


def _is_user(text: str) -> bool:
    """A word that is in no dictionary, or a number of three digits and more, or both in one."""
    if text.isdigit():
        return len(text) > 2
    if _MIXED.fullmatch(text):
        return True
    if re.fullmatch(r"[A-Za-z][\w.-]{2,}\d{2,}", text) and not re.fullmatch(
        r"[A-Za-z]\w?[\d.-]+", text
    ):
        return True
    runs = [run for run in _LETTERS.split(text) if len(run) > 2]
    return bool(_USER.fullmatch(text)) and any(map(could_be_one_name, runs))


def is_postcode(text: str) -> bool:
    """A postcode of any country, digits alone included."""
    return bool(_ANY_POSTCODE.fullmatch(text.strip()))


def _is_of_short_names(text: str) -> bool:
    """Two or three short words with capitals that are all borne, one of two letters among them,
    and that are not all said: Li Na, Ji Woo Lee, no To Do, no Le Mans."""
    if not _SHORT_NAMES.fullmatch(text):
        return False
    names = [fold(one) for one in _LETTERS.split(text)]
    borne = all(max(raw_worth(one)) >= _BORNE for one in names)
    articles = PARTICLES | facts.words("before_places") | facts.words("no_street")
    short = any(len(one) == _SHORTEST for one in names) and articles.isdisjoint(names)
    return short and borne and not facts.everyday().issuperset(names)


def _has_initials(text: str) -> bool:
    """A family name with a capital and initials with a point: J. R. Brand, Brand, J. R."""
    match = _WITH_INITIALS.fullmatch(text)
    if match is None:
        return False
    family = fold(match[1] or match[2])
    return raw_worth(family)[1] >= _BORNE or not worth(family)[2]


def _is_called(text: str) -> bool:
    """One word with a capital that may be a name, and no maker's that hardly anybody bears."""
    written = len(text) > _SHORTEST and text[:1].isupper() and text[1:].islower()
    if not (written and could_be_one_name(text)):
        return False
    return text.lower() not in facts.words("makers") or max(raw_worth(fold(text))) > _BORNE


SHAPES: dict[str, Callable[[str], object]] = {
    "name": lambda text: (
        (is_person(text) and (could_be_a_person(text) or is_marked_name(text)))
        or _is_of_short_names(text)
        or _has_initials(text)
    ),
    "one name": lambda text: (
        could_be_one_name(LEADING.sub("", text))
        or (len(text) <= _LONGEST_NAME and could_be_a_person(text))
        or _is_of_short_names(text)
        or _has_initials(text)
    ),
    "called": lambda text: (
        may_be_somebodys(text) or (_is_called(text) and text.lower() not in facts.words("kinds"))
    ),
    "called, or a kind": lambda text: may_be_somebodys(text) or _is_called(text),
    "somebodys": may_be_somebodys,
    "listed name": lambda text: (
        bool(NAME_WRITTEN.fullmatch(text)) and any(map(is_only_a_name, map(fold, text.split())))
    ),
    "unknown street": lambda text: (
        bool(_UNKNOWN_STREET.fullmatch(text)) and not worth(fold(text.split()[0]))[2]
    ),
    "part of a name": lambda text: bool(NAME_WRITTEN.fullmatch(text)),
    "user": lambda text: _is_user(text) or is_account(text),
    "postcode": is_postcode,
    "long number": lambda text: (
        bool(PAPER_NUMBER.fullmatch(text))
        and len(text) > 6
        and not _TIME.fullmatch(text)
        and not is_date(text)
    ),
    "full postcode": lambda text: bool(FULL_POSTCODE.fullmatch(text)),
    "degrees": lambda text: (
        bool(_DEGREES.fullmatch(text)) and abs(float(text.replace(",", "."))) <= 180
    ),
    "plate": lambda text: is_plate(text.upper()) and not is_date(text),
    "serial": lambda text: bool(_SERIAL.fullmatch(text)) and not is_date(text),
    "machine": is_somebodys_machine,
    "account": is_account,
    "long id": lambda text: bool(_LONG_ID.fullmatch(text)) and not is_date(text),
    "whole date": WHOLE_DATE.fullmatch,
    "chosen": lambda text: (
        text.lower() in facts.words("common_passwords") or bool(_MIXED_CHOSEN.fullmatch(text))
    ),
    "mac": lambda text: bool(_MAC.fullmatch(text)),
    "number": is_number,
    "birth": _BIRTH.fullmatch,
    "account number": _ACCOUNT.fullmatch,
    "phone": _DIALED.fullmatch,
    "paper number": lambda text: (
        bool(PAPER_NUMBER.fullmatch(text)) and len(text) > 6 and not is_date(text)
    ),
    "dialed": _AREA_FIRST.fullmatch,
    "long digits": lambda text: bool(_LONG_DIGITS.fullmatch(text)) and not _TIME.fullmatch(text),
    "vehicle": _VEHICLE.fullmatch,
    "street": _STREET.fullmatch,
    "address": _WHOLE_ADDRESS.fullmatch,
    "numbered address": lambda text: (
        bool(_WHOLE_ADDRESS.fullmatch(text)) and any(map(str.isdigit, text))
    ),
    "place": lambda text: bool(_PLACE.fullmatch(text)) and not is_date(text),
    "password": _CHOSEN.fullmatch,
    "house": HOUSE.fullmatch,
    "somebody": _SOMEBODY.fullmatch,
    "firm": lambda text: _FIRM.fullmatch(text) and not _CODED.match(text),
    "firm of two words": _FIRM_OF_WORDS.fullmatch,
    "token": lambda text: is_token(text),
    "part of a token's": lambda text: bool(_SHORT_TOKEN.fullmatch(text)),
}
SHAPED = {
    "name": ("name", "the name says who, the value looks like a name"),
    "one name": ("name", "the name says who, the value may be a name"),
    "called": ("name", "the name says who somebody is to a site, the value may be a name"),
    "somebodys": ("id", "the name may say who, the value is made of a name"),
    "listed name": ("name", "the name may say a person's paper, the value is a name"),
    "unknown street": ("address", "the name may say a person's paper, the value is a street"),
    "part of a name": ("name", "the name says whose, the value is written as a name"),
    "user": ("id", "the name says who, the value is in no dictionary"),
    "postcode": ("address", "the name says a postcode, the value is one"),
    "long number": ("ssn", "the name may say a person's paper, the value is a long number"),
    "full postcode": ("address", "the value is a postcode, as the name may say"),
    "degrees": ("geo", "the value is in degrees, as the name may say"),
    "plate": ("id", "the name may say a number plate, the value is written as one"),
    "serial": ("id", "the name says a serial number, the value may be one"),
    "machine": ("id", "the name says a machine, which is called after somebody"),
    "account": ("id", "the name may say who, the value is made of a name"),
    "long id": ("id", "the name may say whose number it is, the value is a long one"),
    "whole date": ("birth", "the name may say a birth, the value is a date"),
    "chosen": ("secret", "the name may say a password, the value is written as one"),
    "mac": ("id", "the name says a network card, the value is its address"),
    "number": ("id", "the name says whose number it is, the value is one"),
    "birth": ("birth", "the name says a birth, the value is a date or a part of one"),
    "account number": ("iban", "the name says a bank account, the value is a number"),
    "phone": ("phone", "the name says a telephone, the value has the digits of one"),
    "paper number": ("ssn", "the name says a person's paper, the value is a number"),
    "dialed": ("phone", "the name may say a telephone, the value is written as a number of one"),
    "long digits": ("ssn", "the name says a person's paper, the value is a long number"),
    "vehicle": ("id", "the name says a vehicle, the value is written as its number"),
    "street": ("address", "the name says a street, the value may be one"),
    "numbered address": ("address", "the name may say an address, the value has a number"),
    "address": ("address", "the name says an address, the value has several words"),
    "place": ("address", "the name says a place, the value is a street, a number and a town"),
    "password": ("secret", "the name says a password"),
    "house": ("address", "the name says a house, the value is a number"),
    "somebody": ("id", "the name says who"),
    "firm of two words": ("name", "the name may say an employer, the value is written as a name"),
    "firm": ("name", "the name says an employer, the value is written as a name"),
    "token": ("secret", "such a name with a long random value"),
    "part of a token's": ("secret", "such a name with letters and digits"),
}


def is_person(text: str) -> bool:
    """Two or three words of letters, as a name is written; `de` and `van` besides."""
    return len(text) <= _LONGEST_NAME and bool(_PERSON.fullmatch(_PARTICLE.sub("", text.strip())))


def is_token(text: str) -> bool:
    """Sixteen characters and more with digits among the letters, and no spaces."""
    text = text.strip()
    digits = sum(c.isdigit() for c in text)
    pieces = [piece for piece in re.split(r"[+_~=-]+", text) if piece]
    plain = all(p.isalpha() or p.isdigit() for p in pieces)  # words and numbers: a slug
    return bool(_TOKEN.fullmatch(text)) and 2 <= digits < len(text) and not plain
