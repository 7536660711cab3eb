"""What a match must also satisfy: checksums, plausible ranges, what it is more likely to be.

Each check takes the whole text and the match's span and tells whether the match stands.
"""

import ipaddress
import re
from collections.abc import Callable

from weir.schemas.detect import spoken, words
from weir.transforms.detect.checks.assets import is_of_an_asset
from weir.transforms.detect.checks.public import is_of_a_commit
from weir.transforms.detect.checks.streets import is_measured
from weir.transforms.detect.people.users import is_account
from weir.transforms.detect.people.worth import fold, worth
from weir.transforms.detect.text.digests import is_integrity, is_link, is_of_content, is_of_json
from weir.transforms.domains import has_suffix

_BUILT = re.compile(r"\.(?:css|m?js|map|woff2?|ttf|eot|wasm|chunk)\b", re.IGNORECASE)
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|ico|avif|mp4|webm)\b", re.IGNORECASE)
_PACKAGE = re.compile(r"[\w./+-]+@[v^~]?\d+(?:\.\d+){1,2}(?:[-+][\w.-]+)?")  # core@7.24.0
_HUMPS = re.compile(r"[a-z]+|[A-Z]+|\d+|[_-]+")
_DATES = re.compile(
    r"(?<!\d)(?:19|20)\d{2}(?:[-_.]?(?:0[1-9]|1[0-2])(?:[-_.]?(?:0[1-9]|[12]\d|3[01])"
    r"(?:[-_.T ]?(?:[01]\d|2[0-3])[:.-]?[0-5]\d"
    r"(?:[:.-]?[0-5]\d(?:\.?\d{3}(?:\d{3})?)?)?)?)?)?(?!\d)"
)


def email(text: str, start: int, end: int) -> bool:
    """Not an image for dense screens (logo@2x.png) nor a package's file (vue@3.2.js); but a file
    that is called after an address is (jane@example.org.pdf)."""
    if "@" not in text[start:end] and "=" in text[start:end]:
        return _bounced(text[start:end])
    local = text[start:end].partition("@")[0]
    if _PACKAGE.fullmatch(text[start:end]) or not local.strip("%*'\""):
        return False  # email like '%@example.org'
    if is_of_a_commit(text[start:end]):
        return False  # api @ 41f9323 to production
    before, _, ending = text[start:end].rpartition(".")
    if ending.lower() not in words("files"):
        return True
    if has_suffix(f"example.{ending.lower()}") and is_account(local):
        return True  # mkellner@firma.zip: a domain, too
    return "." in before.rpartition("@")[2] and has_suffix(before.rpartition("@")[2])


def _bounced(written: str) -> bool:
    """An address as lists put it into their own: jane=doe=example.org, jane.doe=example.org."""
    *local, host = written.split("=")
    if not has_suffix(host) or local[0].startswith("www."):
        return False
    if len(local) > 1 and "." in local[-1]:
        return True
    parts = [fold(part) for part in re.split(r"[\W_]+", "=".join(local)) if part]
    return len(parts) > 1 and any(worth(p)[0] >= 1 or worth(p)[1] >= 1 for p in parts)


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: the mod-10 checksum."""
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _is_article_number(digits: str) -> bool:
    """GS1's check digit of an EAN-13, which outlived the cards of 13 digits."""
    if len(digits) != 13 or not digits.isdigit():
        return False
    return sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(digits)) % 10 == 0


_GROUPED = {(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4)} | {(n,) for n in range(13, 20)}
"""Digits in the groups of a card, as it is written."""


def card(text: str, start: int, end: int) -> bool:
    """An issuer's prefix and length, and the checksum; of some groups of digits at least, since an
    expiry or a count may stand beside them."""
    groups = re.findall(r"\d+", text[start:end])
    runs = [groups[i:j] for i in range(len(groups)) for j in range(len(groups), i, -1)]
    written = (run for run in runs if run is runs[0] or tuple(map(len, run)) in _GROUPED)
    found = any(_is_card("".join(run)) for run in written)
    return found and not _is_article_number(text[start:end])


def _is_card(digits: str) -> bool:
    two, four = int(digits[:2]), int(digits[:4])
    lengths = (
        (13, 16, 19) if digits[0] == "4"
        else (16,) if 51 <= two <= 55 or 2221 <= four <= 2720
        else (15,) if two in (34, 37)
        else (14, 16) if two in (36, 38, 39) or 3000 <= four <= 3059
        else (16, 17, 18, 19) if two in (35, 62, 64, 65, 81) or four == 6011
        else range(12, 20) if two == 50 or 56 <= two <= 69
        else ()
    )  # fmt: skip
    return len(digits) in lengths and len(set(digits)) > 1 and luhn(digits)


_ARTICLE = re.compile(
    rf"(?<![a-z])(?:{spoken('articles')})"
    r"(?: ?(?:no|nr|number))?[ .:#=/-]{1,3}\Z",
    re.IGNORECASE,
)


def ssn(text: str, start: int, end: int) -> bool:
    """Areas 000 and 666 and groups of zeros are never issued, 900–999 as numbers for taxes alone,
    with groups from 50 (SSA, IRS); and no article's number."""
    if _ARTICLE.search(text, max(0, start - 16), start):
        return False
    digits = re.sub(r"\D", "", text[start:end])
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    issued = area not in ("000", "666") and group != "00" and serial != "0000"
    return issued and (area < "900" or group >= "50")


def dashed_ip(text: str, start: int, end: int) -> bool:
    """Four octets as in a reverse name, some providers' with zeros before them; a date
    (2015-05-17-10) has a part above 255."""
    octets = re.split(r"[-_.]", text[start:end])
    filled = all(len(o) == 3 for o in octets)
    plausible = all((filled or str(int(o)) == o) and int(o) <= 255 for o in octets)
    plausible = plausible and int(octets[0]) > 0
    return plausible and (sum(int(o) > 31 for o in octets) >= 2 or int(octets[0]) > 31)


_SIZED = re.compile(
    r"(?:[A-Z]?[a-z]{1,20}[_-]){1,12}(?:[1-9]\d{1,3}x(?:[1-9]\d{1,3})?|x[1-9]\d{1,3})"
)
"""Words of an image's name and its size: Blue-Dress_540x.jpg."""


def random(text: str, start: int, end: int) -> bool:
    """A piece in which both cases and digits change as often as they do in no word.

    Not a build product's hash in its file name.
    """
    run = text[start:end]
    if _BUILT.match(text, end) or (_SIZED.fullmatch(run) and _IMAGE.match(text, end)):
        return False
    pieces = re.split(r"[_-]+", run)
    found = any(map(_changes_often, pieces)) or any(map(_is_session, pieces)) or _no_word_in(run)
    if not found or is_integrity(text, start, end) or is_of_content(text, start):
        return False
    return not (is_link(text, start, end) or is_of_json(text, start, end))


def _no_word_in(run: str) -> bool:
    """Both cases and digits, few separators, and nowhere five letters of one case together."""
    humps = _HUMPS.findall(run)
    kinds = {"d" if h.isdigit() else "u" if h.isupper() else "l" for h in humps if h[0] not in "_-"}
    separators = sum(c in "_-" for c in run)
    return len(kinds) == 3 and separators * 6 <= len(run) and max(map(len, humps)) < 5


def _is_session(piece: str) -> bool:
    """Twenty and more small letters and digits that change places often: PHP's and ASP.NET's ids."""  # noqa: E501
    if len(piece) < 20 or piece.lower() != piece or not set(piece) - set("0123456789abcdef"):
        return False
    humps = _HUMPS.findall(piece)
    letters = [h for h in humps if h.isalpha()]
    return len(humps) >= 5 and max(map(len, letters), default=9) <= 9 and len(letters) < len(humps)


def _changes_often(piece: str) -> bool:
    humps = _HUMPS.findall(piece)
    kinds = {"d" if h.isdigit() else "u" if h.isupper() else "l" for h in humps}
    return len(kinds) == 3 and len(humps) >= 5 and len(humps) / len(piece) > 0.35


def hexadecimal(text: str, start: int, end: int) -> bool:
    """Digits and letters mixed; not the content hash in a style sheet's or script's name."""
    run = text[start:end].lower()
    letters = sum(c.isalpha() for c in run)
    if not 2 <= letters <= len(run) - 2 or _BUILT.search(text, end):
        return False
    if is_of_content(text, start) or is_of_an_asset(text, start):
        return False
    return len(run) >= 32 or not _IMAGE.search(text, end)


_CALLBACK = re.compile(r"[1-4]\d{1,4}0\d{15,18}_1\d{12}(?!\d)")
"""Behind jQuery: its version, a number by chance and a time, which together name a callback."""


def long_number(text: str, start: int, end: int) -> bool:
    """Fifteen digits and more that are no date with a time."""
    callback = text[:start].endswith("jQuery") and _CALLBACK.match(text, start)
    return not callback and not is_date(text[start:end]) and len(set(text[start:end])) > 2


def coordinates(text: str, start: int, end: int) -> bool:
    """Latitude within 90, longitude within 180 degrees."""
    numbers = re.findall(r"[-+]?\d+\.\d+", text[start:end].replace(",", "."))
    return len(numbers) != 2 or (abs(float(numbers[0])) <= 90 and abs(float(numbers[1])) <= 180)


_NO_WORDS = re.compile(
    r"(?<=\d) ?[A-Za-z](?![^\W_])|(?<=\d)[A-Za-z]{2}(?![^\W_])|(?<=, )[A-Z]{2}(?= \d)"
)  # the a of 5a, the at of SE22 9AT, the OR of Oregon


_OF_A_LINE = re.compile(
    r"(?<![^\W_])(?:bus|buses|tram|trolleybus|tramlinie|buslinie)[ _+-]\Z", re.I
)
"""What runs through a street, and has a number."""


def street(text: str, start: int, end: int) -> bool:
    """No title of an article: words like `to` and `the` stand in no street's name."""
    numbered = text[start].isdigit() and _OF_A_LINE.search(text, max(start - 16, 0), start)
    if is_measured(text, start, end) or numbered:
        return False
    plain = _NO_WORDS.sub("", text[start:end])
    found = re.findall(r"[^\W\d_]+", plain.lower())
    return words("no_street").isdisjoint(found)


def is_date(text: str) -> bool:
    """A date, with or without a time, as file names and archives write it."""
    return bool(_DATES.fullmatch(text.strip()))


def without_dates(text: str) -> str:
    """The text with dates blanked out, offsets kept."""
    return _DATES.sub(lambda m: "x" * len(m[0]) if len(m[0]) > 4 else m[0], text)


def is_address(text: str) -> bool:
    """An IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True


IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,  # noqa: E501
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24,  # noqa: E501
    "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21,  # noqa: E501
    "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,  # noqa: E501
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31,  # noqa: E501
    "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,  # noqa: E501
    "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,  # noqa: E501
    "XK": 20,
}  # fmt: skip
"""Lengths by country, from SWIFT's registry of ISO 13616."""


def iban(text: str, start: int, end: int) -> bool:
    """The country's length and ISO 7064 mod 97-10."""
    account = re.sub(r"[ ._-]", "", text[start:end]).upper()
    length = IBAN_LENGTHS.get(account[:2], 0)
    if not length or len(account) < length or not account.isalnum():
        return False
    number = "".join(str(int(c, 36)) for c in account[4:length] + account[:4])
    return int(number) % 97 == 1


def birth_number(digits: str) -> bool:
    """Six digits that are a day: yymmdd or ddmmyy."""
    a, b, c = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    return 1 <= b <= 12 and (1 <= c <= 31 or 1 <= a <= 31)


_VERHOEFF = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_DIHEDRAL = ("0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210")  # fmt: skip  # noqa: E501


def verhoeff(digits: str) -> bool:
    """The check digit of an Aadhaar number (Verhoeff 1969)."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_DIHEDRAL[check][int(_VERHOEFF[place % 8][int(digit)])])
    return check == 0


def national(text: str, start: int, end: int) -> bool:
    """Check digits and dates of national numbers, as their public definitions have them."""
    written = text[start:end].upper()
    plain = re.sub(r"[ .+-]", "", written)
    digits = re.sub(r"\D", "", plain)
    for shape, test in _NATIONAL:
        if shape.fullmatch(written):
            return test(plain, digits)
    return True


def _nif(plain: str, digits: str) -> bool:
    number = str("XYZ".find(plain[0])) + digits if plain[0] in "XYZ" else digits
    return len(number) == 8 and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]


def _pesel(plain: str, digits: str) -> bool:
    total = sum(int(d) * w for d, w in zip(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1), strict=True))
    month = int(digits[2:4]) % 20
    return total % 10 == 0 and 1 <= month <= 12 and 1 <= int(digits[4:6]) <= 31


def _nric(plain: str, digits: str) -> bool:
    total = sum(int(d) * w for d, w in zip(digits, (2, 7, 6, 5, 4, 3, 2), strict=True))
    first = plain[0]
    if first == "M":
        return True
    table = "JZIHGFEDCBA" if first in "ST" else "XWUTRQPNMLK"
    return table[(total + 4 * (first in "TG")) % 11] == plain[-1]


def _cpf(plain: str, digits: str) -> bool:
    def check(n: int) -> int:
        return sum(int(d) * (n + 1 - i) for i, d in enumerate(digits[:n])) * 10 % 11 % 10

    return check(9) == int(digits[9]) and check(10) == int(digits[10])


def labelled(text: str, start: int, end: int) -> bool:
    """What a number's label stands before is no date, and a user name is no word."""
    last = re.split(r"[ :=#'\"\\]", text[start:end])[-1]
    if any(map(str.isdigit, last)) or "_" in last:
        return not is_date(last)
    runs = [run for run in re.findall(r"[^\W\d_]+", last) if len(run) > 2]
    return any(not worth(fold(run))[2] for run in runs)


def trunk(text: str, start: int, end: int) -> bool:
    """Nine to eleven digits in groups that are no date."""
    groups = re.findall(r"\d+", text[start:end])
    is_day = len(groups) == 3 and len(groups[2]) == 4 and int(groups[1]) < 32
    return 9 <= sum(map(len, groups)) <= 11 and not is_day


def grouped_phone(text: str, start: int, end: int) -> bool:
    """Eight to thirteen digits in groups that are no date, no price and no row of years."""
    number = re.search(r"[+\d][\d ./-]*$", text[start:end])
    groups = re.findall(r"\d+", number[0]) if number else []
    digits = "".join(groups)
    day = len(groups) == 3 and re.fullmatch(r"(?:19|20)\d\d", groups[2]) and int(groups[1]) < 32
    day = day or (len(groups) == 3 and is_date("-".join(groups)))
    day = day or (len(groups) > 1 and all(group.endswith("0") for group in groups))  # by tens
    years = len([g for g in groups if re.fullmatch(r"(?:19|20)\d\d", g)]) > 1
    return (
        8 <= len(digits) <= 13
        and len(set(digits)) > 3
        and not (day or years or digits.endswith("000"))
    )


_NUMBER_LAST = re.compile(r"(?<![^\W_])(?:\+ ?|\(\+?)?\d[\d ./()-]*\Z")


def number_in(text: str, start: int, end: int, entity: str) -> int:
    """Where a finding begins: a telephone number behind a word that told it (call 22 84 19 07)."""
    if entity != "phone" or not text[start].isalpha():
        return start
    number = _NUMBER_LAST.search(text[:end], start)
    return number.start() if number else start


_NATIONAL: tuple[tuple[re.Pattern[str], Callable[[str, str], bool]], ...] = (
    (re.compile(r"[XYZ]?\d{7,8}[ -]?[A-Z]"), _nif),
    (re.compile(r"\d{11}"), _pesel),
    (re.compile(r"(?:19|20)?\d{6}[-+]\d{4}"), lambda _, d: birth_number(d[-10:-4])),
    (re.compile(r"\d{6}[-+A-Y]\d{3}[0-9A-Y]"), lambda p, d: birth_number(d[:6])
        and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(d[:9]) % 31] == p[-1]),
    (re.compile(r"[STFGM]\d{7}[A-Z]"), _nric),
    (re.compile(r"\d{4}[ -]\d{4}[ -]\d{4}"), lambda _, d: verhoeff(d)),
    (re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}"), _cpf),
    (re.compile(r"\d{6}-\d{7}|\d{6}-\d{5}"), lambda _, d: birth_number(d[:6])),
)  # fmt: skip


CHECKS: dict[str, Callable[[str, int, int], bool]] = {
    "email": email, "card": card, "ssn": ssn, "dashed_ip": dashed_ip,
    "random": random, "hexadecimal": hexadecimal, "long_number": long_number,
    "coordinates": coordinates, "street": street, "iban": iban, "national": national,
    "labelled": labelled, "trunk": trunk, "grouped_phone": grouped_phone,
}  # fmt: skip
