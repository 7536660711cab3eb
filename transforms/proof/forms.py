"""The normal forms of an identifier: what stands in the proof's dictionary, keyed and hashed.

A form is a text that `tokens.py` makes of a published string in the same way:

| kind | forms |
|---|---|
| email | lower case, dots and plus kept; md5, sha1, sha256 of it in hex |
| phone | digits (9 and more) with and without country code or leading zero; their hashes |
| card, iban | letters and digits without separators |
| ip | canonical (RFC 5952 for IPv6; RFC 4291 mapped addresses as IPv4) |
| name | a person's adjacent first and last name, either way round, without accents and
  apostrophes, or with ae for ä; both glued together, from 10 letters on |
| id, secret, other | letters and digits without separators, where they are hard to guess |

What is never in it: single names, cities, companies, words, short numbers. A surname list holds 55
of 67 ordinary path words, so a proof that looked for surnames would refuse every night. `PART`
forms are the single words of names; they only narrow the search and are no match by themselves.
"""

import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

PART = "part"
LONGEST_RUN = 10  # tokens: an IBAN in groups of four has up to nine, a UUID five
LONGEST_NAME = 4
SHORTEST = 8
_SEPARATORS = r"[^\pL\pN]+"
_MIXTURE = "[0-9][a-z]+[0-9]|[a-z][0-9]+[a-z]"  # hard to guess from 16 characters on
_IPV4 = r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$"
_TWO_DIGIT_COUNTRIES = re.compile(
    "2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]"
)  # ITU-T E.164; +1 and +7 have one digit, all others three


def normal_forms(kind: str, values: pa.Array) -> pa.Table:
    """Distinct forms of identifiers of one kind: Table(form string, kind string), PII.

    values: string, distinct. What is no identifier of its kind, or easy to guess, has no form.
    """
    values = values.drop_null()
    if kind in _ARROW:
        table = _table(_ARROW[kind](values), kind)
        mail = values.filter(pc.match_substring(values, "@")) if kind == "id" else values[:0]
        return pa.concat_tables([table, normal_forms("email", mail)]) if len(mail) else table
    if kind in _EACH:
        texts = values.to_pylist() if kind == "name" else map(fold, values.to_pylist())
        forms = {form for value in texts for form in _EACH[kind](value)}
        table = _table(pa.array(sorted(forms), pa.string()), kind)
        return pa.concat_tables([table, *_parts(kind, table)])
    return _table(pa.array([], pa.string()), kind)


def fold(text: str) -> str:
    """Compatibility forms, case and accents folded: `José` is `jose`."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def hard_to_guess(compact: pa.Array) -> pa.Array:
    """Which texts of folded letters and digits no one has by chance; all have 8 characters or more.

    Digits only: 12 and more. Letters only: 22 and more, or 10 with under a fifth of vowels. A word
    and a number (`summer2008`): 5 digits and more. Other mixtures: 3 digits; or 2 apart from each
    other in 10 characters; or 16 characters.
    """
    size = pc.utf8_length(compact)
    digits = pc.count_substring_regex(compact, r"\d")
    vowels = pc.count_substring_regex(compact, "[aeiouy]")
    apart = pc.match_substring_regex(compact, r"\d\pL+\d")
    least = pc.if_else(pc.and_(apart, pc.greater_equal(size, 10)), 2, 3)
    least = pc.if_else(pc.greater_equal(size, 16), 1, least)
    word_and_number = pc.match_substring_regex(compact, r"^(?:\pL+\d+|\d+\pL+)$")
    least = pc.if_else(word_and_number, 5, least)
    least = pc.if_else(pc.equal(digits, size), 12, least)
    rare_vowels = pc.and_(pc.greater_equal(size, 10), pc.less(pc.multiply(vowels, 5), size))
    letters = pc.and_(pc.equal(digits, 0), pc.or_(pc.greater_equal(size, 22), rare_vowels))
    return pc.and_(
        pc.greater_equal(size, SHORTEST), pc.or_(letters, pc.greater_equal(digits, least))
    )


def _ids(values: pa.Array) -> pa.Array:
    """The whole id without separators, and those of its pieces that tell one from all others."""
    folded = _folded(values)
    split = pc.match_substring_regex(folded, _SEPARATORS)
    compound = folded.filter(split)
    whole = pc.replace_substring_regex(compound, _SEPARATORS, "")
    pieces = pc.split_pattern_regex(compound, _SEPARATORS).flatten()
    pieces = pieces.filter(pc.greater_equal(pc.utf8_length(pieces), 12))
    forms = pa.concat_arrays([folded.filter(pc.invert(split)), whole, pieces])
    plainly = pc.and_(
        pc.greater_equal(pc.binary_length(forms), 16), pc.match_substring_regex(forms, _MIXTURE)
    )
    rest = forms.filter(pc.invert(plainly))
    return pc.unique(pa.concat_arrays([forms.filter(plainly), rest.filter(hard_to_guess(rest))]))


def _folded(values: pa.Array) -> pa.Array:
    odd = pc.match_substring_regex(values, r"%|[^\x00-\x7f]")
    plain = pc.ascii_lower(values)
    if not pc.any(odd).as_py():
        return plain
    slow = [fold(unquote(text)) for text in values.filter(odd).to_pylist()]
    return pc.replace_with_mask(plain, odd, pa.array(slow, pa.string()))


def _addresses(values: pa.Array) -> pa.Array:
    plain = pc.match_substring_regex(values, _IPV4)
    odd = [canonical_ip(text) for text in values.filter(pc.invert(plain)).to_pylist()]
    found = pa.array([text for text in odd if text], pa.string())
    return pc.unique(pa.concat_arrays([values.filter(plain), found]))


@lru_cache(1 << 14)  # the same addresses come in every split
def canonical_ip(text: str) -> str | None:
    """An address as it is written canonically, or None."""
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def email_form(text: str) -> str:
    """How an e-mail address stands in the dictionary."""
    return text.strip().strip(".").removeprefix("mailto:")


def _emails(text: str) -> Iterator[str]:
    form = email_form(text)
    if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", form):
        yield form
        yield from hashes(form)


def _phones(text: str) -> Iterator[str]:
    digits = "".join(re.findall(r"\d", text))
    abroad = text.strip().startswith("+") or digits.startswith("00")
    subscriber = digits.lstrip("0")
    forms = {digits, subscriber, "0" + subscriber}
    hashed = {digits, "+" + subscriber}
    if abroad:
        national = subscriber[country_digits(subscriber) :].lstrip("0")
        forms |= {national, "0" + national, "00" + subscriber}
        hashed |= {national, subscriber}
    elif len(digits) == 10 and digits[0] != "0":
        forms.add("1" + digits)  # the North American plan, whose numbers are mostly given without
        hashed.add("+1" + digits)
    if len(subscriber) >= 9:
        yield from (form for form in forms if len(form) >= 9)
        for form in hashed:
            yield from hashes(form)


def country_digits(number: str) -> int:
    """How many digits of an international number, less what dials out, are the country's."""
    return 1 if number[:1] in "17" else 2 if _TWO_DIGIT_COUNTRIES.match(number) else 3


def hashes(text: str) -> Iterator[str]:
    """The usual unkeyed hashes of an identifier: whoever has a list of them can look it up."""
    data = text.encode()
    yield hashlib.md5(data, usedforsecurity=False).hexdigest()
    yield hashlib.sha1(data, usedforsecurity=False).hexdigest()
    yield hashlib.sha256(data).hexdigest()


_LATIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "å": "a", "ß": "ss", "æ": "ae"})
GLUED_NAME = 10  # letters; shorter ones could be words


def _spelled(name: str) -> Iterator[str]:
    """A name as addresses of pages spell it: `mary-obrien`, `hans-mueller`, `janedoeberry`."""
    plain = re.sub(r"['’`´]", "", name.casefold())
    for text in {name, plain, plain.translate(_LATIN)}:
        for form in _names(fold(text)):
            yield form
            glued = form.replace(" ", "")
            if len(glued) >= GLUED_NAME:
                yield glued


def _names(text: str) -> Iterator[str]:
    words = [word for word in re.split(r"[\W_]+", text) if word]
    if not 2 <= len(words) <= LONGEST_NAME or any(map(str.isdigit, words)):
        return
    first, last = words[0], words[-1]
    if len(first) < 2 or len(last) < 2 or len(first) + len(last) < 6:
        return
    yield from {" ".join(words), f"{first} {last}", f"{last} {first}"}


def _numbers(least: int) -> Callable[[str], Iterator[str]]:
    def forms(text: str) -> Iterator[str]:
        compact = "".join(re.findall(r"[^\W_]", text))
        if len(compact) >= least and any(map(str.isdigit, compact)):
            yield compact

    return forms


def _parts(kind: str, names: pa.Table) -> Iterable[pa.Table]:
    if kind == "name":
        words = pc.unique(pc.split_pattern(names["form"].combine_chunks(), " ").flatten())
        yield _table(words, PART)


def _table(forms: pa.Array, kind: str) -> pa.Table:
    return pa.table({"form": forms, "kind": pa.repeat(pa.scalar(kind), len(forms))})


_ARROW: dict[str, Callable[[pa.Array], pa.Array]] = {
    "id": _ids, "secret": _ids, "hash": _ids, "ip": _addresses,
}  # fmt: skip
_EACH: dict[str, Callable[[str], Iterable[str]]] = {
    "email": _emails, "phone": _phones, "name": _spelled, "card": _numbers(12),
    "iban": _numbers(14), "ssn": _numbers(9), "mac": _numbers(12),
}  # fmt: skip
