"""What published strings say, in the normal forms of `forms.py`: whole tokens and short runs.

Strings are decoded, folded and split at everything that is no letter or digit. Candidates are

- tokens of 8 characters and more (ids, numbers, hashes),
- runs of up to 10 tokens joined without separators, with 3 digits and more (numbers written with
  spaces or dots, UUIDs), begun or ended by a token with a digit,
- runs of 2 to 4 words that are parts of names in the dictionary, joined by a space,
- four tokens that make an IPv4 address, whatever separates them; IPv6 addresses,
- tokens less a word that names them (`uid…`, `0x…`), and the hexadecimal runs in them,
- e-mail addresses, with `@`, ` at ` or another separator than a dot or a slash in its place.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.detect.matching.gate import any_of
from weir.transforms.detect.text.decode import ENCODED, decode
from weir.transforms.detect.text.disguise import disguised
from weir.transforms.proof.forms import (
    LONGEST_NAME,
    LONGEST_RUN,
    SHORTEST,
    canonical_ip,
    email_form,
    fold,
)

Ints = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_LONGEST = 64
_OCTET = r"^(?:25[0-5]|2[0-4]\d|1\d\d|\d{1,2})$"
_SPLIT = r"[^\pL\pN]+"
_BASE64 = r"[A-Za-z0-9+/_-]{12}"
_BASE64_AFTER = re.compile(r"[/_-][A-Za-z0-9+/_-]{12}")
_HEX = r"(?i)[0-9a-f]{12}"
_TOP = (
    "com|net|org|edu|gov|mil|info|biz|io|co|me|eu|de|uk|fr|it|es|nl|ca|au|us|jp|ch|at|be|se|no|dk"
    "|fi|pl|ru|cn|in|br|mx|nz|ie|example|test|invalid"
)
_EMAIL_AT = re.compile(r"@[@./]*|[\s_.+-]*[\[({<]\s*at\s*[\])}>][\s_.+-]*|[\s_.+-]+at[\s_.+-]+")
_DOMAIN = re.compile(r"[^\W_](?:[^\W_]|-)*(?:\.[^\W_](?:[^\W_]|-)*)+")
_LOCAL = re.compile(r"[^\s/?&=@:;,<>\"'()\[\]{}|\\]{1,64}$")
_TOP_DOMAIN = re.compile(rf"[^\W_](?:[^\W_]|-)*(?:\.(?:[^\W_]|-)+)*\.(?:{_TOP})(?![^\W_])")
_LIKE_EMAIL = (
    r"@|[^\pL\pN]at[^\pL\pN].*\.|"
    rf"[\pL\pN][^\pL\pN./@][\pL\pN-]*(?:\.[\pL\pN-]+)*\.(?:{_TOP})(?:[^\pL\pN]|$)"
)
_LIKE_IPV6 = r"[0-9a-f]*:[0-9a-f]{0,4}:"
_IPV6 = re.compile(r"[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f:.]*")


@dataclass(frozen=True)
class Candidates:
    """Forms to look up, distinct, and the strings in which each stands."""

    forms: pa.Array  # string, distinct
    codes: Ints  # into forms
    owners: Ints  # into the strings given

    @classmethod
    def of(cls, forms: pa.Array, owners: Ints) -> "Candidates":
        """Candidates of forms, one an owner."""
        encoded = forms.dictionary_encode()
        return cls(encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False), owners)


@dataclass(frozen=True)
class Words:
    """Strings as tokens: token i is vocabulary[codes[i]] and stands in string owners[i].

    `views` numbers the decoded form that it stands in: runs do not cross from one to the next.
    `undecoded`: strings whose encodings did not settle, so that nothing is known of them.
    """

    text: pa.Array  # views, folded
    view_owners: Ints
    undecoded: Ints
    vocabulary: pa.Array
    codes: Ints
    views: Ints

    @classmethod
    def of(cls, strings: pa.Array) -> "Words":
        """Tokens of distinct strings without nulls."""
        text, owners, undecoded = _views(strings)
        split = pc.split_pattern_regex(text, _SPLIT)
        tokens, views = split.flatten(), pc.list_parent_indices(split)
        real = pc.not_equal(tokens, "")
        encoded = tokens.filter(real).dictionary_encode()
        return cls(
            text,
            owners,
            undecoded,
            encoded.dictionary,
            encoded.indices.to_numpy(zero_copy_only=False),
            views.filter(real).to_numpy(zero_copy_only=False).astype(np.int32),
        )

    @property
    def owners(self) -> Ints:
        """The string of each token."""
        return self.view_owners[self.views]

    @cached_property
    def sizes(self) -> Ints:
        """Characters of each word of the vocabulary."""
        sizes: Ints = _numpy(pc.utf8_length(self.vocabulary))
        return sizes

    @cached_property
    def digits(self) -> Ints:
        """Digits of each word of the vocabulary."""
        digits: Ints = _numpy(pc.count_substring_regex(self.vocabulary, r"\d"))
        return digits

    def long_tokens(self) -> Mask:
        """Which words of the vocabulary may be an identifier by themselves."""
        return self.sizes >= SHORTEST

    def runs(self, name_parts: Mask) -> Iterator[Candidates]:
        """Runs of tokens, addresses and e-mails. name_parts: by word of the vocabulary."""
        for length in range(2, LONGEST_RUN + 1):
            yield self._joined(self._numbers(length), length, "")
        parts = name_parts[self.codes]
        for length in range(2, LONGEST_NAME + 1):
            yield self._joined(self._all(parts, length), length, " ")
        yield self._joined(self._all(self._octets()[self.codes], 4), 4, ".")
        yield self._found(_LIKE_EMAIL, _emails)
        yield self._found(_LIKE_IPV6, _ipv6)
        yield self._found(_LIKE_GLUED, _glued)
        yield self._behind_a_word()

    def _behind_a_word(self) -> Candidates:
        """Long tokens less what names them: `uid9f8e7d6c5b4a3928`, `0x…`."""
        bare = pc.replace_substring_regex(self.vocabulary, _BEFORE_ID, "")
        shorter = _numpy(pc.utf8_length(bare)) < self.sizes
        mask = (shorter & (self.sizes > SHORTEST) & (self.digits > 0))[self.codes]
        return Candidates.of(bare.take(pa.array(self.codes[mask])), self.owners[mask])

    def _within(self, length: int) -> Mask:
        """Where a run of that length begins that lies in one view."""
        here = np.zeros(len(self.views), dtype=np.bool_)
        if len(self.views) >= length:
            stop = len(self.views) - length + 1
            here[:stop] = self.views[:stop] == self.views[length - 1 :]
        return here

    def _all(self, mask: Mask, length: int) -> Mask:
        """Where a run of that length begins whose tokens are all in the mask."""
        here = self._within(length)
        stop = max(0, len(mask) - length + 1)
        for step in range(length):
            here[:stop] &= mask[step : step + stop]
        return here

    def _numbers(self, length: int) -> Mask:
        here = self._within(length)
        starts = np.flatnonzero(here)
        sizes = _sum(self.sizes[self.codes], starts, length)
        digits = self.digits[self.codes]
        ends = (digits[starts] > 0) | (digits[starts + length - 1] > 0)
        likely = (
            ends & (sizes >= SHORTEST) & (sizes <= _LONGEST) & (_sum(digits, starts, length) >= 3)
        )
        here[starts] = likely
        return here

    def _octets(self) -> Mask:
        octets: Mask = _numpy(pc.match_substring_regex(self.vocabulary, _OCTET))
        return octets

    def _joined(self, begins: Mask, length: int, separator: str) -> Candidates:
        starts = np.flatnonzero(begins)
        words = [self.vocabulary.take(pa.array(self.codes[starts + n])) for n in range(length)]
        return Candidates.of(pc.binary_join_element_wise(*words, separator), self.owners[starts])

    def _found(self, like: str, find: Callable[[str], set[str]]) -> Candidates:
        at = np.flatnonzero(_numpy(pc.match_substring_regex(self.text, like)))
        found = [
            (form, owner)
            for text, owner in zip(
                self.text.take(pa.array(at)).to_pylist(), self.view_owners[at].tolist(), strict=True
            )
            for form in find(text)
        ]
        return Candidates.of(
            pa.array([form for form, _ in found], pa.string()),
            np.array([owner for _, owner in found], np.int32),
        )


def tokens(strings: pa.Array) -> pa.Table:
    """All candidates of distinct strings: Table(index int32 into strings, token string), PII.

    Every run of words counts as a possible name here; `prove` asks only for parts of known names.
    """
    words = Words.of(strings)
    long = words.long_tokens()[words.codes]
    taken = words.vocabulary.take(pa.array(words.codes[long]))
    letters = words.digits == 0
    found = [Candidates.of(taken, words.owners[long]), *words.runs(letters)]
    tables = [
        pa.table({"index": pa.array(c.owners), "token": c.forms.take(pa.array(c.codes))})
        for c in found
    ]
    table = pa.concat_tables(tables)
    return table.group_by(table.column_names, use_threads=False).aggregate([])


def _views(strings: pa.Array) -> tuple[pa.Array, Ints, Ints]:
    """Decoded and folded forms of strings, whose they are, and which could not be decoded."""
    encoded = _numpy(_may_be_encoded(strings))
    plain = np.flatnonzero(~encoded).astype(np.int32)
    texts: list[str] = []
    owners: list[int] = []
    undecoded: list[int] = []
    odd = np.flatnonzero(encoded)
    for owner, value in zip(odd.tolist(), strings.take(pa.array(odd)).to_pylist(), strict=True):
        decoded = decode(value)
        views = {fold(view) for view in decoded.views}
        views |= {fold(v) for piece in _pieces(decoded.views[0]) for v in decode(piece).views}
        texts += views
        owners += [owner] * len(views)
        if not decoded.settled:
            undecoded.append(owner)
    folded = pc.utf8_lower(strings.take(pa.array(plain)))
    return (
        pa.concat_arrays([folded, pa.array(texts, pa.string())]),
        np.concatenate([plain, np.array(owners, np.int32)]),
        np.array(undecoded, np.int32),
    )


def _pieces(text: str) -> set[str]:
    """Runs that may be base64 where a separator before them is one of its letters (`/q/am9l…`)."""
    if not _BASE64_AFTER.search(text):
        return set()
    cut = [*text.split("/"), *re.split("[/_-]", text)]
    return {piece for piece in cut if len(piece) >= 12 and piece != text}


def _may_be_encoded(strings: pa.Array) -> pa.Array:
    """Base64 of a text has letters of both cases; a slug of lower-case words is none."""
    mixed = pc.and_(
        pc.match_substring_regex(strings, "[A-Z]"), pc.match_substring_regex(strings, "[a-z]")
    )
    base64 = pc.and_(mixed, pc.match_substring_regex(strings, _BASE64))
    odd = any_of(strings, (rf"{ENCODED}|\+|{_HEX}", *disguised()))
    return pc.or_(base64, odd)


def _emails(text: str) -> set[str]:
    text = _DOTS.sub(".", _AT_SPACED.sub("@", text))
    found = {
        f"{local}@{domain}"
        for at in _EMAIL_AT.finditer(text)
        for domain in _domains(text, at.end())
        for local in _locals(text[max(0, at.start() - 64) : at.start()])
    }
    for match in _TOP_DOMAIN.finditer(text):
        for start in _domain_starts(match):
            if start:
                before = text[max(0, start - 65) : start].rstrip("_-+ =:,;|~!*")
                found |= {f"{local}@{text[start : match.end()]}" for local in _locals(before)}
    return {email_form(form) for form in found}


def _domains(text: str, at: int) -> Iterator[str]:
    """The domain that begins there, and shorter ones, since a file name may follow."""
    match = _DOMAIN.match(text, at)
    if match:
        labels = match[0].split(".")
        for count in range(2, min(len(labels), 6) + 1):
            yield ".".join(labels[:count])
            last = labels[count - 1]
            yield ".".join([*labels[: count - 1], last.partition("-")[0]])
            letters = _LETTERS.match(last)
            if letters:  # `ann@example.org2008`
                yield ".".join([*labels[: count - 1], letters[0]])


def _domain_starts(match: re.Match[str]) -> Iterator[int]:
    first = match[0].partition(".")[0]
    yield match.start()
    yield from [match.start() + m.end() for m in re.finditer("-", first)][:3]


def _locals(before: str) -> Iterator[str]:
    """What may be the local part before an `@`: all of it, or its last one to four tokens."""
    match = _LOCAL.search(before)
    if match:
        whole = match[0]
        starts = [m.start() for m in re.finditer(r"[^\W_]+", whole)]
        yield whole
        yield from (whole[start:] for start in starts[-4:])


def _glued(text: str) -> set[str]:
    """Numbers and hashes that stand close to letters: `tel2125550100`, `u900150983cd24fb0…`."""
    return {form for rule in (_GLUED, _DIGITS) for form in rule.findall(text)}


def _ipv6(text: str) -> set[str]:
    found = (canonical_ip(match[0].strip(".")) for match in _IPV6.finditer(text))
    return {form for form in found if form}


def _sum(per_token: Ints, starts: npt.NDArray[np.int64], length: int) -> npt.NDArray[np.int64]:
    total = np.zeros(len(per_token) + 1, np.int64)
    np.cumsum(per_token, out=total[1:])
    return np.subtract(total[starts + length], total[starts])


_AT_SPACED = re.compile(r"\s*@\s*")
_DOTS = re.compile(r"\.{2,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_BEFORE_ID = r"^(?:0x|user|usr|uid|id|session|sess|sid|cid|key|token|iban|[a-z])"
_DIGITS = re.compile(r"\d{9,19}")
_LIKE_GLUED = (
    r"[0-9a-f]{16}|[a-z]\d{9}|\d{9}[a-z]|[a-z]\d{1,3}\.\d{1,3}\.\d{1,3}\.\d|\.\d{1,3}\.\d{1,3}[a-z]"
)
_GLUED = re.compile(r"[0-9a-f]{16,}|\d{9,19}|(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)")


def _numpy(array: pa.Array) -> Any:
    return array.to_numpy(zero_copy_only=False)
