"""The ways in which an identifier may stand in a text, each as letters and digits alone.

An audit that undid encodings as the wall does would look past what the wall looks past. So nothing
is undone here: what is known is written in many ways, and a text is searched for all of them with
everything but letters and digits taken out (`sought.py`).

| kind | written |
|---|---|
| each | as it is, backwards, in ROT13; its bytes (UTF-8, Latin-1, UTF-16) in hex, and in base64 at
  any place of a longer run; percent-encoded twice, as `\\x6a`, `\\u006a`, `&#106;` |
| email | with words of some languages for the at sign and dots, or with their escapes |
| phone | with and without country code, leading zeros, and a zero behind the country code |
| name | first and last name, either way round, with ae for ä |
| card, iban, id | as it is; an id where it is hard to guess |
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import NII, PII, column
from weir.transforms.proof.forms import country_digits, hard_to_guess

WAYS = pa.schema(
    [
        column("way", pa.string(), PII, "folded letters and digits", nullable=False),
        column("kind", pa.string(), NII, "kind of identifier", nullable=False),
        column("plain", pa.bool_(), NII, "its letters, not an encoding of them", nullable=False),
    ]
)
"""Zone: restricted."""

SHORTEST = 7
"""Letters and digits of the shortest way that is looked for; of an encoding 12."""
_SHORTEST_CODE = 12
_SHORTEST_NUMBER = 9
_LONGEST = 200
_AT_ONCE = 20_000
_TELLING = ("email", "phone", "name", "card", "iban")
Spelled: TypeAlias = tuple[str, str, bool]
_AT_AND_DOT = (
    ("@", "."), ("at", "."), ("at", "dot"), ("at", "punkt"), ("klammeraffe", "punkt"),
    ("arroba", "punto"), ("arroba", "ponto"), ("arobase", "point"), ("chiocciola", "punto"),
    ("apenstaartje", "punt"), ("malpa", "kropka"), ("commat", "."), ("commat", "period"),
    ("40", "."), ("40", "2e"), ("2540", "."), ("2540", "252e"), ("64", "."), ("64", "46"),
    ("100", "."), ("x40", "."), ("u0040", "."),
)  # fmt: skip
_EMAIL = re.compile(r"(?:mailto:)?([^@\s]+)@([^@\s]+\.[^@\s.]+)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_ROT13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")


def folded(texts: pa.Array) -> pa.Array:
    """Texts in small letters, without marks and compatibility forms: `José` is `jose`."""
    plain = pc.utf8_lower(pc.utf8_normalize(pc.utf8_lower(texts), "NFKD"))
    return pc.replace_substring(pc.replace_substring_regex(plain, r"\pM+", ""), "ß", "ss")


def letters_and_digits(texts: pa.Array) -> pa.Array:
    """Folded texts less everything that is neither."""
    return pc.replace_substring_regex(texts, r"[^\pL\pN]+", "")


def ways(identifiers: pa.Table) -> Iterator[pa.Table]:
    """Table(kind, value) of identifiers -> WAYS, some thousand identifiers at a time.

    What is easy to guess has none. Others have 30 on average, which take 0.2 ms.
    """
    for start in range(0, identifiers.num_rows, _AT_ONCE):
        some = identifiers.slice(start, _AT_ONCE)
        pairs = zip(some["kind"].to_pylist(), some["value"].to_pylist(), strict=True)
        spelled = {way for kind, value in pairs for way in _spelled(kind, value or "")}
        if spelled:
            yield _ways(spelled)


def _ways(spelled: set[Spelled]) -> pa.Table:
    kinds, texts, coded = map(pa.array, zip(*spelled, strict=True))
    plain = letters_and_digits(folded(texts))
    tells = pc.or_(pc.is_in(kinds, value_set=pa.array(_TELLING)), hard_to_guess(plain))
    tells = pc.and_(tells, pc.greater_equal(pc.utf8_length(plain), SHORTEST))
    of_code = pc.and_(tells, coded)
    backwards = pc.utf8_reverse(plain.filter(of_code))
    turned = [text.translate(_ROT13) for text in backwards.to_pylist()]
    named = kinds.filter(of_code)
    codes = {
        (code, kind)
        for text, kind in zip(texts.filter(of_code).to_pylist(), named.to_pylist(), strict=True)
        for code in _encoded(text)
    }
    return pa.concat_tables(
        [
            _table(plain.filter(tells), kinds.filter(tells), True),
            _table(backwards, named, True),
            _table(pc.utf8_reverse(pa.array(turned, pa.string())), named, True),
            _table([code for code, _ in codes], [kind for _, kind in codes], False),
        ]
    )


def _table(found: Iterable[str], kinds: Iterable[str], plain: bool) -> pa.Table:
    way, kind = pa.array(found, pa.string()), pa.array(kinds, pa.string())
    return pa.table([way, kind, pa.repeat(plain, len(way))], schema=WAYS)


def _spelled(kind: str, value: str) -> Iterator[Spelled]:
    """What somebody would write for it, of what kind that is, and whether its codes are ways too:
    what is in it but for words or zeros has no codes of its own."""
    text = value.strip()
    if len(text) > _LONGEST:
        return
    if mail := _EMAIL.fullmatch(text.lower()):
        yield "email", text, True
        yield "email", text.lower(), True
        yield from (("email", spelling, False) for spelling in _mails(*mail.groups()))
    elif kind == "phone":
        yield from _numbers(text)
    elif kind == "name":
        yield from _names(text)
    elif kind != "email":
        yield kind, text, True
        yield kind, text.lower(), True


def _mails(local: str, host: str) -> Iterator[str]:
    for at, dot in _AT_AND_DOT:
        yield f"{local}{at}{host.replace('.', dot)}"
        yield f"{local.replace('.', dot)}{at}{host.replace('.', dot)}"


def _numbers(text: str) -> Iterator[Spelled]:
    digits = re.sub(r"\D", "", text)
    number = digits.lstrip("0")
    if len(number) < _SHORTEST_NUMBER:
        return
    forms = {text: True, number: True, "0" + number: False}
    if text.startswith("+") or digits.startswith("00"):
        size = country_digits(number)
        country, rest = number[:size], number[size:].lstrip("0")
        forms |= {"00" + number: False, country + "0" + rest: False}
        if len(rest) >= _SHORTEST_NUMBER:
            forms |= {rest: True, "0" + rest: False}
    elif len(digits) == 10 and digits[0] != "0":  # the North American plan
        forms |= {"1" + number: False}
    yield from (("phone", form, coded) for form, coded in forms.items())


def _names(text: str) -> Iterator[Spelled]:
    words = re.sub("['’`´]", "", text).replace(",", " ").split()
    if not 2 <= len(words) <= 4:
        return
    first, last = words[0], words[-1]
    for name in (" ".join(words), f"{first} {last}", f"{last} {first}"):
        small = name.lower()
        yield from (("name", name, True), ("name", small, True))
        if not small.isascii():
            yield "name", small.translate(_UMLAUTS), True


def _encoded(text: str) -> Iterator[str]:
    """Codes of a text in small letters, less signs that are none or digits."""
    found = {
        *(code for data in _bytes(text) for code in _runs(data)),
        text.encode().hex("%").replace("%", "25"),
        text.encode().hex("x"),
        text.encode("utf-16-be").hex("u", 2),
        "".join(map(str, map(ord, text))),
    }
    yield from (code for code in found if len(code) >= _SHORTEST_CODE)


def _bytes(text: str) -> set[bytes]:
    """A text as bytes; of one that is itself hex, also those that it stands for."""
    found = {text.encode(), text.encode("utf-16-le")}
    with suppress(UnicodeEncodeError):
        found.add(text.encode("latin-1"))
    if re.fullmatch("(?:[0-9a-f]{2}){8,}", text):
        found.add(bytes.fromhex(text))
    return found


def _runs(data: bytes) -> Iterator[str]:
    """Hex of bytes, and base64: what of a longer run's letters they alone decide."""
    yield data.hex()
    for ahead in range(3):
        run = b64encode(bytes(ahead) + data)[-(-8 * ahead // 6) : 8 * (ahead + len(data)) // 6]
        yield run.translate(None, b"+/").decode().lower()
