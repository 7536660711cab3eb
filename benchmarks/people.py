"""Made people and their identifiers, as a night would see them: for the proof's dictionary.

Names are drawn as often as they are borne (US Census Bureau, through the lexicon that ships);
numbers, addresses and ids at random. Nobody is meant.
"""

import re
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from weir.schemas.detect import IDENTIFIER, lexicon

_COUNTRIES = (("+1", 10), ("+1", 10), ("+44", 10), ("+49", 11), ("+33", 9), ("+34", 9))
_HOSTS = ("example.com", "example.org", "example.net", "mail.example", "post.example")
_PLACES = ("{first}.{last}", "{first}{last}", "{initial}{last}{some}", "{first}_{last}{some}")


@cache
def _names(place: int) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Given (0) or family names (1), and the share of people who bear each."""
    borne = {name: 10 ** (known[place] / 2) for name, known in lexicon().names.items()}
    borne = {name: weight for name, weight in borne.items() if weight > 1 and len(name) > 1}
    weights = np.array(list(borne.values()))
    return list(borne), weights / weights.sum()


def people(number: int, seed: int = 1) -> pa.Table:
    """IDENTIFIER of so many people: for each a name, an e-mail address, a telephone number, a user
    id, a cookie and an address of the network."""
    pick = np.random.default_rng(seed)
    given, family = (
        pick.choice(np.array(names), number, p=shares).tolist()
        for names, shares in (_names(0), _names(1))
    )
    some = pick.integers(0, 1000, number).tolist()
    names = [f"{first} {last}".title() for first, last in zip(given, family, strict=True)]
    mails = [
        _PLACES[n % 4].format(first=first, last=last, initial=first[0], some=n)
        + f"@{_HOSTS[n % 5]}"
        for first, last, n in zip(given, family, some, strict=True)
    ]
    phones = [
        country + str(10 ** (size - 1) + digits % (9 * 10 ** (size - 1)))
        for digits, (country, size) in zip(
            pick.integers(0, 10**11, number).tolist(),
            (_COUNTRIES[n % 6] for n in some),
            strict=True,
        )
    ]
    users = [
        f"{re.sub('[^a-z]', '', last)}{n}" if n % 2 else f"u{10**5 + digits}"
        for last, n, digits in zip(
            family, some, pick.integers(0, 10**7, number).tolist(), strict=True
        )
    ]
    return pa.concat_tables(
        pa.table([pa.repeat(pa.scalar(kind), number), pa.array(values)], schema=IDENTIFIER)
        for kind, values in (
            ("name", names),
            ("email", mails),
            ("phone", phones),
            ("id", users),
            ("id", cookies(number, pick)),
            ("ip", addresses(number, pick)),
        )
    )


def visitors(number: int, seed: int) -> pa.Table:
    """IDENTIFIER of so many browsers, of whom a log knows cookie and address: two rows each."""
    pick = np.random.default_rng(seed)
    return pa.concat_tables(
        pa.table([pa.repeat(pa.scalar(kind), number), pa.array(values)], schema=IDENTIFIER)
        for kind, values in (("id", cookies(number, pick)), ("ip", addresses(number, pick)))
    )


def cookies(number: int, pick: np.random.Generator) -> list[str]:
    """Random ids of 128 bits, in hexadecimal."""
    digits = pick.bytes(16 * number).hex()
    return [digits[at : at + 32] for at in range(0, 32 * number, 32)]


def addresses(number: int, pick: np.random.Generator) -> list[str]:
    """IPv4 addresses of anywhere."""
    drawn = pick.integers(1 << 24, 223 << 24, number).tolist()
    return [f"{n >> 24}.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in drawn]
