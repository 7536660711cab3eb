"""Check digits of national numbers, as their public definitions have them."""

import re
from collections.abc import Callable, Iterable

from weir.transforms.detect.checks.plausible import birth_number, is_date, national

_NUMBER_LAST = re.compile(r"(?<![^\W_])(?:[A-Z]{1,3}[ -]|[A-Za-z]{1,6}-?)?\d[\dA-Za-z ./-]*\Z")

_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d[/-](?:19|20)?\d\d(?!\d)")


def _weighted(digits: str, weights: Iterable[int]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=True))


def _cpf(digits: str) -> bool:
    """Brazil, persons: two digits, modulo 11."""

    def check(n: int) -> int:
        return _weighted(digits[:n], range(n + 1, 1, -1)) * 10 % 11 % 10

    return len(set(digits)) > 1 and check(9) == int(digits[9]) and check(10) == int(digits[10])


def _cnpj(digits: str) -> bool:
    """Brazil, firms: two digits, modulo 11, weights that go round from 2 to 9."""

    def check(n: int) -> int:
        rest = _weighted(digits[:n], [2 + (n - 1 - i) % 8 for i in range(n)]) % 11
        return 0 if rest < 2 else 11 - rest

    return len(set(digits)) > 1 and check(12) == int(digits[12]) and check(13) == int(digits[13])


def _kimlik(digits: str) -> bool:
    """Turkey: the tenth digit of the odd and even places, the eleventh of the sum."""
    d = [int(digit) for digit in digits]
    return (
        d[0] > 0 and (sum(d[0:9:2]) * 7 - sum(d[1:8:2])) % 10 == d[9] and sum(d[:10]) % 10 == d[10]
    )


def _steuer_id(digits: str) -> bool:
    """Germany: one digit of the first ten twice or three times, ISO 7064 mod 11,10."""
    counts = sorted(digits[:10].count(digit) for digit in set(digits[:10]))
    if digits[0] == "0" or counts[-1] not in (2, 3) or (len(counts) > 1 and counts[-2] > 1):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def _fodselsnummer(digits: str) -> bool:
    """Norway: a day of birth and two digits, modulo 11."""
    day = int(digits[0]) % 4 if digits[0] > "3" else int(digits[0])
    born = 1 <= day * 10 + int(digits[1]) <= 31 and 1 <= int(digits[2:4]) % 40 <= 12
    return (
        born
        and _weighted(digits[:10], (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
        and _weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0
    )


def _niss(digits: str) -> bool:
    """Belgium: modulo 97, with a 2 before it for those born since 2000."""
    checks = {97 - int(first + digits[:9]) % 97 for first in ("", "2")}
    return int(digits[9:]) in checks and birth_number(digits[:6]) and 1 <= int(digits[2:4]) <= 12


def _rodne_cislo(digits: str) -> bool:
    """Czechia and Slovakia: a day of birth (months of women 50 more), ten digits modulo 11."""
    month, day = int(digits[2:4]), int(digits[4:6])
    born = 1 <= day <= 31 and any(1 <= month - more <= 12 for more in (0, 20, 50, 70))
    return born and (len(digits) == 9 or int(digits) % 11 == 0 or int(digits[:9]) % 11 == 10)


_ELEVEN: tuple[Callable[[str], bool], ...] = (
    _cpf, _kimlik, _steuer_id, _fodselsnummer, _niss, lambda digits: national(digits, 0, 11),
)  # fmt: skip


def digits_hold(digits: str) -> bool:
    """Whether eleven or fourteen bare digits are some country's number by their check digits."""
    if len(digits) == 14:
        return _cnpj(digits) and not is_date(digits)
    return len(digits) == 11 and any(holds(digits) for holds in _ELEVEN)


def paper(text: str, start: int, end: int) -> bool:
    """A number behind the name of a person's paper, or one of which the check digits hold."""
    written = text[start:end]
    digits = re.sub(r"\D", "", written)
    if re.fullmatch(r"\d{11}|\d{14}", written):
        return digits_hold(digits)
    if re.fullmatch(r"\d{6}/\d{3,4}", written):
        return _rodne_cislo(digits)
    if re.fullmatch(r"[A-Z]{5}\d{4}[A-Z]", written, re.IGNORECASE):
        return written.isupper()
    if re.fullmatch(r"[\d./-]+", written):
        return len(digits) == 14 and _cnpj(digits)
    number = _NUMBER_LAST.search(written)
    if number is None or is_date(number[0]) or _YEARS.search(number[0]):
        return False
    letters = sum(c.isalpha() for c in re.split(r"(?<=[A-Z])[ -]", number[0])[-1])
    count = len(re.sub(r"\D", "", number[0]))
    return count >= 7 or (count >= 4 and letters >= 2 and count + letters >= 8)


def czech_account(text: str, start: int, end: int) -> bool:
    """Czech and Slovak accounts: prefix and number each modulo 11 by weights (ČNB 169/2011)."""
    prefix, _, rest = text[start:end].rpartition("-")
    number, _, bank = rest.partition("/")
    weights = (6, 3, 7, 9, 10, 5, 8, 4, 2, 1)
    if int(number) == 0 or not bank.endswith(("0", "1", "2", "8", "9")):
        return False
    return all(_weighted(part.zfill(10), weights) % 11 == 0 for part in (prefix or "0", number))
