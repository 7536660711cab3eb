"""Countries and languages by the names that people call them, in two dozen languages.

The names are CLDR's, as Babel brings them (unicode.org/reports/tr35); codes of three letters and
withdrawn ones are its aliases.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from weir.schemas.demographics import COUNTRIES, LANGUAGES

_NAMED_IN = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk",
             "hu", "ro", "el", "bg", "uk", "ru", "tr", "ja", "zh", "ko", "ar", "he")  # fmt: skip
_COUNTRIES = {
    "GB": "great britain|britain|england|scotland|wales|northern ireland",
    "US": "united states of america|america|u s a|u s",
    "NL": "holland|the netherlands",
    "CZ": "czech republic",
    "TR": "turkey",
    "KR": "korea|republic of korea",
    "RU": "russian federation",
    "MM": "burma",
    "CI": "ivory coast",
    "MK": "macedonia",
    "SZ": "swaziland",
    "VN": "viet nam",
    "IR": "islamic republic of iran",
    "AE": "uae",
    "DE": "brd",
    "HK": "hong kong",
    "MO": "macao|macau",
    "PS": "palestine|palestinian territories",
}
"""Names that CLDR does not have or gives up."""
_FOLDED = {"nb": "no", "nn": "no", "fil": "tl", "cmn": "zh", "yue": "zh"}
"""Languages that are counted as another: few people tell the two apart when asked."""


def country_of(text: str) -> str | None:
    """ISO 3166-1 alpha-2 out of a code of two or three letters or a name; None if it is none."""
    code = text.strip().upper()
    return code if code in COUNTRIES else _countries().get(_plain(text))


def language_of(text: str) -> str | None:
    """The primary subtag of BCP 47 out of a tag (`de-AT`, `pt_BR`), a code or a name."""
    primary = re.split(r"[-_;,]", text.strip().lower(), maxsplit=1)[0]
    code = _FOLDED.get(primary, primary)
    return code if code in LANGUAGES else _languages().get(_plain(text)) or _languages().get(code)


def _plain(name: str) -> str:
    """A name as it is compared: small letters without accents, without what is in brackets."""
    bare = re.sub(r"\(.*?\)|^the ", " ", unicodedata.normalize("NFKD", name).casefold())
    letters = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(letters.split())


@cache
def _countries() -> dict[str, str]:
    from babel.core import Locale, get_global

    aliases = get_global("territory_aliases").items()
    codes = {
        _plain(old): new[0]
        for old, new in aliases
        if len(new) == 1 and old.isalpha() and (len(old) == 3 or old == "UK")
    }
    ours = {name: code for code, names in _COUNTRIES.items() for name in names.split("|")}
    return _known(
        ours | codes, (Locale.parse(one).territories.items() for one in _NAMED_IN), COUNTRIES
    )


@cache
def _languages() -> dict[str, str]:
    from babel.core import Locale, get_global

    return _known(
        {_plain(old): _FOLDED.get(new, new) for old, new in get_global("language_aliases").items()},
        (
            ((_FOLDED.get(code, code), name) for code, name in Locale.parse(one).languages.items())
            for one in _NAMED_IN
        ),
        LANGUAGES,
    )


def _known(
    given: dict[str, str], locales: Iterable[Iterable[tuple[str, str]]], codes: frozenset[str]
) -> dict[str, str]:
    """Name -> code. English decides; a name that other languages give to two is none."""
    known = {name: code for name, code in given.items() if code in codes}
    fixed: set[str] = set(known)
    for number, names in enumerate(locales):
        for code, name in names:
            plain = _plain(name)
            if code not in codes or plain in fixed:
                continue
            known[plain] = code if known.get(plain, code) == code else ""
        if number == 0:
            fixed |= set(known)
    return {name: code for name, code in known.items() if name and code}
