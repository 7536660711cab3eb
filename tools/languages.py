"""Makes schemas/recognizers/languages.txt, words of 16 languages, from lists that are free to use.

`python tools/languages.py PACKAGES`, a directory in which Django, django-oscar, Wagtail, WTForms
(all BSD), django-allauth (MIT) and Babel (BSD; its data are CLDR's) are installed and npm's
cldr-annotations-full is unpacked; of Faker (MIT) the running one is taken. Their translations,
lists of words, names of months and countries and what they say of pictures are words that shops
and programs say. A name that many bear is left out: Max, Rosa, Wagner. everyday.txt is by hand.
"""

import json
import re
import sys
import textwrap
from collections.abc import Iterator
from gettext import GNUTranslations
from importlib import import_module, util
from pathlib import Path

from names import faker

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import fold, is_made_of, stem

OUT = Path(__file__).parent.parent / "schemas" / "recognizers" / "languages.txt"
LOCALES = {
    "de": ("de", "de_DE"), "fr": ("fr", "fr_FR"), "es": ("es", "es_ES"), "it": ("it", "it_IT"),
    "pt": ("pt", "pt_BR", "pt_PT"), "nl": ("nl", "nl_NL", "nl_BE"), "pl": ("pl", "pl_PL"),
    "cs": ("cs", "cs_CZ"), "sk": ("sk", "sk_SK"), "sv": ("sv", "sv_SE"), "da": ("da", "da_DK"),
    "no": ("nb", "nn", "nb_NO", "no"), "fi": ("fi", "fi_FI"), "tr": ("tr", "tr_TR"),
    "hu": ("hu", "hu_HU"), "ro": ("ro", "ro_RO"),
}  # fmt: skip
SPOKEN = (*LOCALES, "en", "ru", "uk", "el", "bg", "sr", "hr", "sl", "et", "lv", "lt", "ar", "he", "fa", "hi", "zh", "ja", "ko")  # fmt: skip  # noqa: E501
UMLAUTS = ("de", "sv", "da", "no")  # they write ae where there is no ä
MANY = (4, 5)  # how many bear it as given and family name (see names.txt): it stays a name
SAID = ("arrob", "chiocciol", "zavinac", "kukac")  # for @: beside a name it is an address
_NO_WORDS = re.compile(r"%\(?\w*\)?[sdi]?|\{[^}]*\}|<[^>]*>|&\w+;|https?://\S+|\S*[@/\\]\S*")
_WORD = re.compile(r"[^\W\d_]{3,24}")
_WRITTEN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "æ": "ae", "ø": "oe", "ß": "ss", "œ": "oe"}
)
HEAD = """# Common words of 16 languages, folded, for which no English dictionary has a word.
# Made by tools/languages.py from the translations of Django, django-oscar, Wagtail, WTForms (BSD) and
# django-allauth (MIT), the lists of Faker (MIT) and CLDR (Unicode License v3); don't edit.
# Whose: LICENSES.txt. Words that shops and papers say and these do not are in everyday.txt.
"""  # noqa: E501


def translated(packages: Path, locale: str) -> Iterator[str]:
    """What the packages say in a language."""
    for file in sorted(packages.glob(f"**/{locale}/LC_MESSAGES/*.mo")):
        with file.open("rb") as opened:
            catalog = GNUTranslations(opened)._catalog  # type: ignore[attr-defined]
        said = {key: text for key, text in catalog.items() if key}  # "" has its translators
        yield from (text for key, text in sorted(said.items(), key=str) if text != key)


def listed(locale: str) -> Iterator[str]:
    """The words of which Faker makes sentences."""
    if util.find_spec(f"faker.providers.lorem.{locale}"):
        yield from import_module(f"faker.providers.lorem.{locale}").Provider.word_list


def cldr(locale: str) -> Iterator[str]:
    """Months, days, countries, units, and the languages that shops speak."""
    from babel import Locale, UnknownLocaleError

    try:
        data = Locale.parse(locale)
    except UnknownLocaleError:
        return
    yield from map(str, data.territories.values())
    yield from (data.languages.get(code, "") for code in SPOKEN)
    for table in (data.months, data.days):
        for widths in table.values():
            yield from widths["wide"].values()
    for patterns in data._data["unit_patterns"].values():
        for forms in patterns.values():
            yield from (f for f in forms.values() if isinstance(f, str))


def annotated(packages: Path, locale: str) -> Iterator[str]:
    """What CLDR says of pictures: shoes, food, animals, weather, journeys, sports."""
    file = packages / "cldr-annotations-full" / "annotations" / locale / "annotations.json"
    if file.is_file():
        of = json.loads(file.read_text("utf-8"))["annotations"]["annotations"]
        yield from (text for kinds in of.values() for texts in kinds.values() for text in texts)


def words(texts: Iterator[str], umlauts: bool) -> set[str]:
    """The words of texts, as a value may write them: without marks, and with ae for ä."""
    found = set()
    for text in texts:
        for word in _WORD.findall(_NO_WORDS.sub(" ", text)):
            if any(c.isascii() for c in fold(word)) and not word[1:].isupper():
                found |= {fold(word)}
                found |= {fold(word.lower().translate(_WRITTEN))} if umlauts else set()
    return {word for word in found if word.isascii() and word.isalpha() and 2 < len(word) < 25}


def needed(found: set[str]) -> list[str]:
    """Those that neither another of them nor English says, and that few bear as a name."""
    known, names = facts.lexicon(), frozenset().union(*faker())
    kept: set[str] = set()
    for word in sorted(found - names, key=lambda word: (len(word), word)):
        given, family, english, _ = known.names.get(word, (0, 0, 0, 0))
        few = not word.startswith(SAID)
        few &= given < MANY[0] and family < MANY[1] and not english
        english = word in known.english or stem(word) in known.english
        named = given or family  # what the lexicon has as a name must be said as it is
        if few and not english and (named or not is_made_of(word, kept)):
            kept.add(word)
    return sorted(kept)


def main(packages: Path) -> None:
    """Write the file."""
    sys.path.insert(0, str(packages))
    found: set[str] = set()
    for language, locales in LOCALES.items():
        for locale in locales:
            for source in (
                translated(packages, locale), listed(locale),
                cldr(locale), annotated(packages, locale),
            ):  # fmt: skip
                found |= words(source, language in UMLAUTS)
    body = textwrap.fill(" ".join(needed(found)), 120)
    OUT.write_text(HEAD + body + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
