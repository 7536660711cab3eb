"""Numbers of parcels, by the carriers' check digits."""

import re


def parcel(text: str, start: int, end: int) -> bool:
    """UPS 1Z… and the postal union's two letters, nine digits and a country (UPU S10)."""
    number = re.sub(r"[ -]", "", text[start:end]).upper()
    if number.startswith("1Z") and len(number) == 18:
        return _ups(number[2:])
    if re.fullmatch(r"[A-Z]{2}\d{9}[A-Z]{2}", number):
        return _s10(number[2:11])
    return True


def _ups(signs: str) -> bool:
    """Modulo 10: each second sign twice; a letter counts as two more than its place."""
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in signs]
    return (10 - sum(values[:15:2]) - 2 * sum(values[1:15:2])) % 10 == values[15]


def _s10(digits: str) -> bool:
    """Modulo 11 by the weights 8 6 4 2 3 5 9 7."""
    rest = 11 - sum(int(d) * w for d, w in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=False)) % 11
    return int(digits[8]) == {10: 0, 11: 5}.get(rest, rest)
