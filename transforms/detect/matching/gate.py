"""Which values could hold anything at all: RE2 alternations, run in Arrow kernels.

Most values of a log are words; they never reach Python. What is decided by name or route is in
policy.py; the gate sees text only. A test holds that gated and ungated findings agree.
"""

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts
from weir.transforms.detect.matching.lettered import CAPITALS, DIGITS, ODD, Column
from weir.transforms.detect.matching.literals import BEYOND, always_has, least_digits
from weir.transforms.detect.text import comparisons
from weir.transforms.detect.text.decode import ENCODED
from weir.transforms.detect.text.disguise import disguised


def _apart(first: int) -> str:
    """Seven digits of which a separator stands behind the `first`: as telephones are written."""
    rest = r"\d[ _~|*().+/-]{0,3}" * (6 - first) + r"\d"
    return rf"\d{{{first}}}[ _~|*().+/-]{{1,3}}{rest}"


SHAPES = (
    r"@",
    rf"\d{{9}}|\+ ?\d{{8}}|{'|'.join(_apart(k) for k in range(1, 7))}",
    r"555-01\d\d",
    r"[2-9]\d\d[-. ]\d\d\d\d",
    r"::|[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]",
    r"[0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}-[0-9a-fA-F]{2}-",
    r"[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}",
    r"\d[-._]\d{1,4}[-._]\d{1,4}[-._]\d",
    r"\d{4}[._/|]\d{4}",
    r"[0-9a-fA-F]{12}|[a-z0-9]{20}",
    r"[0-9a-fA-F]{8}[-_][0-9a-fA-F]{4}[-_]",
    r"eyJ[A-Za-z0-9]",
    r"(?i:(?:sk|pk|rk)_(?:live|test)|akia|gh[pousr]_|xox[abprs]-|aiza|sg\.|ya29\.|glpat-|private key)",  # noqa: E501
    r"(?i:(?:basic|bearer|oauth|dpop|ntlm|negotiate|sharedkey|sharedkeylite)[\s:=_])",
    r"\\[a-z]|[A-Z]/[A-Z]|[A-Za-z]{2}/[A-Z][a-z]",
    r"(?i:(?:code|otp|pin|kod|koden|kode|c[oó]digo|codice|tan|code d[ei] [a-zà-ÿ]+|acct|a/c|acc|konto|kto|kontonummer|rekening|compte|cuenta|conto|sort|sc|s/c)[ .:=#-].*\d{2})|\d (?i:is|ist|est|es|è|é) [A-Za-z]",  # noqa: E501
    r"(?i:(?:use|enter|type|saisissez|utilisez|entrez|ingresa|ingrese|usa|inserisci|gib) \d{3})",
    r"(?i:(?:gate|gata|vei|veg|väg|plass|plads|torg|brygga|allé|alle) \d)",
    r"(?i:(?:ул|вул|просп|пер|бул|наб|пл|пр|мкр|дом|д)\.|улиц|вулиц|проспект|пр-|переул|бульвар|набереж|шоссе|площадь|проезд|(?:ул|вул|просп|пер|бул|дом) )",  # noqa: E501
    r"(?:^|[^A-Za-z0-9])[A-Za-z]{2}\d\d(?:[ ._-]{0,2}[A-Za-z0-9]){11}",
    r"(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25}",
    r"(?i:ga\d\.\d|fb\.\d\.\d|amzn1\.)",
    r"\d\.\d{3,}\s?[,;/+ NSEWOnsewo]|\d\.\d{5,9}[xX-]-?\d|\d(?:\.\d\d+)? ?[NSns][ ,;/]{1,3}\d|\d{6}[NSns] ?[01]\d{6}|°|\d,\d{4,9}[ ;/]|![23]d-?\d|(?i:lat(?:itude)?[=:_-]?-?\d)",  # noqa: E501
    r"(?i:[\[({]\s?(?:at|ät|arroba)\s?[\])}]|[_-]at[_-]|\sat\s.*\sdot\s)",
    r"(?i:\d[a-z]?[ _+-].*(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct"
    r"|place|pl|square|sq|ter(?:race)?|parkway|pkwy|highway|hwy|way|close|crescent|cir(?:cle)?"
    r"|crossing|alley|plaza|turnpike|trail|trl|mews|grove|loop|quay|wharf|gardens|broadway|apt|apartment|suite|ste|unit|flat)\b)",
    r"(?i:[^\W\d_]{3}[ -]?(?:str(?:a(?:ß|ss)e|\.)|gasse|allee|weg|platz|ring|ufer|damm|chaussee|straat|laan|gracht|kade|singel|plein|dreef|steeg|gatan|vägen|vej|gade|katu|tie|vegur|stígur|braut|stræti)[ _+-]{1,2}\d)",  # noqa: E501
    r"(?i:(?:rue|avenue|boulevard|chemin|impasse|via|viale|corso|piazza|calle|avenida|paseo|rua|travessa|ulica|ul\.|ulitsa)[ _+-])",  # noqa: E501
    r"(?i:p\.?[ _-]?o\.?[ _-]?box[ _+-]{0,2}\d|(?:postfach|apartado(?: de correos)?|casella postale|bo[iî]te postale|postboks|postbus)[ _+-]{1,2}\d)",  # noqa: E501
    r"(?i:[a-z]{1,2}\d[a-z\d]?[ _+-]?\d[a-z]{2}(?:\W|_|$)|\d{4} ?[a-z]{2}[ ,_+-]{1,2}\d)",
    r"(?i:\d{7}[ -]?[a-z]|[a-z]{2}[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[a-d]|\d{6}[-+a-fu-y]\d{3})",
    r"(?i:(?:^|[^a-z0-9])(?:[a-z]{4}\d{6}|[a-z]{5}\d{4}|[a-z]{6}\d\d[a-z]\d\d|(?:[a-z]{5}|[a-z]{4}9|[a-z]{3}99|[a-z]{2}9{3}|[a-z]9{4}) ?\d{6}))",  # noqa: E501
    r"\d{3}\.\d{3}\.\d{3}-|756\.\d{4}|\d\d\.\d\d\.\d\d-\d",
    r"(?i:(?:born|birth ?da(?:te|y)|date of birth|d\.?o\.?b|geb(?:oren)?|née?|nat[oa]|nacid[oa])[ .:=_-]{0,3}(?:on |in |am |le |el |il )?\d.*\d)",  # noqa: E501
    r"(?i:passw|pwd|passp|contrase|mot de passe|pin code|token|secret|api.?key)",
    r"(?i:(?:customer|member|account|order|invoice|policy|patient|booking|employee|student|case|claim"
    r"|tracking|kunden|mitglieds|bestell|rechnungs|auftrags).*\d{4})",
    r"(?i:(?:^|[^a-z])(?:mrn|vin|imei|serial|plate|kennzeichen|e-?ticket|pnr|booking|reservation"
    r"|reference|confirmation|account|session ?(?:id)?|sid|sort code|blz|bankleitzahl|routing)"
    r"(?: [a-z]+)?[ .:#=].*\d)",
    r"\d [A-ZÀ-Þ][A-Za-zÀ-ÿ'.]+ [A-ZÀ-Þ]",
    r"(?i:(?:user|customer|member|client|patient|employee|visitor|account)[^a-z].*(?:id|no|nr|number)\.?[ :=#]{1,2}\d)",  # noqa: E501
    r"(?i:(?:^|[^a-z])(?:password|passwd|pwd|passcode|pin|passport|reisepass|licen[cs]e|passeport"
    r"|pasaporte)(?: [a-z.]+)?[ :#.].*[\d!@#$%^*])",
    r"(?i:(?:^|[^a-z])(?:lat|lon|lng|latitude|longitude)[^A-Za-z0-9_]{1,3}-?\d)",
    r"(?i:(?:user(?:name| ?id)?|login|uid|usr|account)(?: is)?[ :=/])",
    r"(?i:(?:customer|client|booking|reserva|medlem|member|poli[csz]|p[oó]liza|versicherung|vertrag|contrat|mitglied|adh[eé]rent|abonn|soci[oa]|lid|jäsen|invoice|kund|klant|klient|asiakas|bestell|auftrag|rechnung|buchung|command|factu|dossier|pedido|fattura|ordine|prenotazione|encomenda|fatura|order|ordre|bestallning|beställning|bokning|tilaus|varaus|zam[oó]wieni|rezer|objedn|rendel|sipari|m[uü][sş]teri|comand|comenzii|narud|заказ|замовлення|поръчка|đơn hàng|don hang|παραγγελία|pesanan).*\d(?:-?\d){3})",  # noqa: E501
    r"(?i:(?:uid|udid|device[_-]?id|user_?id|adid|idf[av]|[gao]aid|imei|install(?:ation)?id|clientid|androidid)[/:=])",
    r"\d{2,4}(?:[ ./-]\d{2,4}){2}",
    r"\((?i:[a-z])\(",
    r"[=;]|://|^/|[?#]",
    r"(?i:https?|ftp|mailto|tel|sms|android-app):",
    *comparisons.OPENS,
    *facts.opening(),
    *disguised(),
)
"""What any recognizer could match, somewhat too wide."""

LABELLED = rf"\w\.?:\s{{1,3}}(?:[A-Z]|{comparisons.LED}|[^,;|<>()\[\]]*[0-9@_#!$%&*])"
"""In a text, what a word and a colon stand before (From: Jane); see take_apart.py, `_LABEL`."""

DULL = (
    r"^(?:\d{1,9}|1\d{9}|1\d{12}|97[89]\d{10}|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"|(?:[A-Za-z_]{1,24}[.-])?(?:(?:min|bundle|chunk|prod)[.-])?[0-9a-f]{0,40}[a-f][0-9a-f]{0,40}"
    r"(?:\.(?:chunk|min|bundle))?\.(?:css|m?js|map|woff2?))$"
)
"""Counts, ids of things, seconds and milliseconds since 1970, ISBNs, dates, built files: nothing
takes such for anything, names apart."""

GATE = "|".join(f"(?:{shape})" for shape in SHAPES)
_TOGETHER = 4  # shapes a pass
_STEPS = (0, 1, 2, 4, 7)  # digits that a value is asked to have: as many as a shape needs, or fewer
_LONG_RUN = r"[A-Za-z0-9+/_-]{8}"  # base64 or a random string: long, with both cases

_PYTHON = re.compile(GATE)
_RUN = re.compile(r"[A-Za-z0-9+_-]{8,}")


def gate(values: pa.Array) -> pa.Array:
    """True where a value could hold something, or needs decoding to tell. Null stays null."""
    shaped = pc.or_(any_of(values, (*SHAPES, ENCODED)), could_be_encoded(values))
    return pc.and_not(shaped, is_dull(values))


def any_of(values: pa.Array, shapes: tuple[str, ...]) -> pa.Array:
    """True where one of the RE2 shapes matches; null stays null. A value with a sign beyond ASCII
    is not sure to be found by a shape that needs one of ASCII: see ENCODED.

    A shape is only put together, which costs more than a thousand looks of it, if a value has the
    digits and signs that it needs. A few shapes a pass: the automaton of all of them together
    outgrows RE2's memory, and what it falls back to was measured at 10 µs a value.
    """
    column = Column(values)
    digits = column.count(DIGITS)
    odd, capital = (column.count(some, beyond=True) for some in (ODD, CAPITALS))
    found = np.zeros(len(values), np.bool_)
    for needs, some in _by_needs(shapes).items():
        asked = ~found & (digits >= needs.digits)
        asked &= (odd >= needs.odd) & (capital >= needs.capital)
        for start in range(0, len(some) if asked.any() else 0, _TOGETHER):
            regex = "|".join(f"(?:{shape})" for shape in some[start : start + _TOGETHER])
            matched = pc.match_substring_regex(values.filter(pa.array(asked)), regex)
            found[asked] |= pc.fill_null(matched, False).to_numpy(zero_copy_only=False)
    return pc.if_else(values.is_valid(), pa.array(found), pa.scalar(None, pa.bool_()))


class _Needs(NamedTuple):
    """What a value has if a shape matches: digits, a sign that slugs have not, a capital."""

    digits: int
    odd: bool
    capital: bool


@cache
def _by_needs(shapes: tuple[str, ...]) -> dict[_Needs, list[str]]:
    """Shapes that need as much, those that need nothing first."""
    found: dict[_Needs, list[str]] = {}
    for shape in shapes:
        found.setdefault(_needs(shape), []).append(shape)
    return dict(sorted(found.items()))


@cache
def _needs(shape: str) -> _Needs:
    least = least_digits(shape)
    digits = max(step for step in _STEPS if step <= least)
    odd, capital = (always_has(shape, f"{some}{BEYOND}") for some in (ODD, CAPITALS))
    return _Needs(digits, odd, capital)


def could_be_encoded(values: pa.Array) -> pa.Array:
    """True where there is a long run of letters and digits in both cases: base64, tokens."""
    return pc.and_(
        pc.match_substring_regex(values, _LONG_RUN),
        pc.match_substring_regex(
            values,
            r"[a-z][^A-Z]*[A-Z]|[A-Z0-9]{8}|[A-Z][0-9_-]+[a-z]|\d[A-Z]+[a-z]+\d|[A-Z][a-z]+\d+[a-z]",
        ),
    )


def is_dull(values: pa.Array) -> pa.Array:
    """True where a value is one of DULL's. Null stays null."""
    return pc.match_substring_regex(values, DULL)


def could_hold(text: str) -> bool:
    """The gate for one decoded text."""
    return bool(_PYTHON.search(text)) or any(mixed(run) for run in _RUN.findall(text))


def mixed(run: str) -> bool:
    """A run of letters and digits in which both cases or many digits occur."""
    return run != run.lower() or sum(map(str.isdigit, run)) >= 3
