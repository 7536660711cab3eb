"""Which values of a closed set are borne by people: what is kept by itself is no list of staff.

A single name passes as a value, since it tells little; a column of them tells who there is.
"""

import calendar
import re
from collections.abc import Callable, Sequence

import pyarrow as pa

from weir.schemas.config import Detection
from weir.schemas.detect import lexicon
from weir.transforms.classify.naming import is_a_name
from weir.transforms.detect import Detector
from weir.transforms.detect.people.worth import fold, is_only_a_name, worth
from weir.transforms.nations import country_of, language_of

_SHARE = 0.2  # so much of a set are names that thousands bear
_ALONE = 0.3  # so much of a set is a single name
_BESIDE = 0.5  # so much is one, with words beside it that no dictionary has
_MASS = 7  # family names that are common words: Miller, Baker; in half powers of ten
_SELDOM = 4  # a country, a town that no more bear is hardly meant as a name
_CODE = 3  # letters: LI, de, eng
_DIGIT = re.compile(r"\d")  # Q7-LUX is a code
_COLOURS = frozenset((
    "black", "white", "gray", "grey", "brown", "red", "green", "blue", "yellow", "orange", "purple", "pink", "rose",  # noqa: E501
    "schwarz", "weiss", "grau", "braun", "rot", "grun", "gruen", "blau", "gelb", "lila",
    "noir", "blanc", "gris", "brun", "rouge", "vert", "bleu", "jaune", "negro", "blanco", "rojo", "verde", "azul",  # noqa: E501
))  # fmt: skip
"""Black, Brown, Schwarz are family names of many, too."""
_DATES = frozenset(
    name.lower()
    for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr)
    for name in names if name
)  # fmt: skip


def borne(values: Sequence[str], settings: Detection) -> bool:
    """Whether several of the distinct values of a closed set could be people's names, or one that
    makes up much of it. settings: of a site's detection; it is asked as in strict mode."""
    texts = [value.strip() for value in values]
    strict = Detector(settings.model_copy(update={"mode": "strict"}))
    found = strict.values(pa.array(texts, pa.string()), part="text").findings
    named = {index for index, entity in zip(found["index"].to_pylist(),
             found["entity"].to_pylist(), strict=True) if entity == "name"}  # fmt: skip
    others = _of_a_kind(texts)
    only, often = 0, 0
    for index, text in enumerate(texts):
        if text not in others:
            only += (index in named and not _DIGIT.search(text)) or is_only_a_name(fold(text))
            often += is_a_name(text)
    count = len(texts)
    if only > 1 or often >= _SHARE * count or _in_masses(texts):
        return True
    unheard = sum(_is_unheard_of(text) for text in texts)
    return only > 0 and (only >= _ALONE * count or only + unheard >= _BESIDE * count)


def _of_a_kind(texts: Sequence[str]) -> set[str]:
    """Values of a set of which more than half are countries, languages, dates, colours or large
    places, and one is hardly anything else: Jordan, German, April, Lincoln are no people there."""
    found: set[str] = set()
    for kind, wider in _KINDS:
        alike = [text for text in texts if kind(text)]
        if 2 * len(alike) > len(texts) and any(_place(one)[0] <= _SELDOM for one in alike):
            found |= {text for text in texts if wider(text)}
    return found


def _coded(answer: Callable[[str], str | None]) -> Callable[[str], bool]:
    """Whether it is known, and a code not written as a name is: Li, Ng."""
    return lambda text: not (len(text) <= _CODE and text.istitle()) and bool(answer(text))


def _place(text: str) -> tuple[int, int]:
    """(how many bear it, how large a place it is)."""
    given, family, _, place = lexicon().names.get(fold(text), (0, 0, 0, 0))
    return max(given, family), place


def _is_date(text: str) -> bool:
    return text.lower() in _DATES


def _is_colour(text: str) -> bool:
    return fold(text) in _COLOURS


_Kind = Callable[[str], bool]
_KINDS: tuple[tuple[_Kind, _Kind], ...] = (
    (_coded(country_of), _coded(country_of)),
    (_coded(language_of), _coded(language_of)),
    (_is_date, _is_date),
    (_is_colour, _is_colour),
    (lambda text: _place(text)[1] == 2, lambda text: _place(text)[1] > 0),
)
"""What makes a set one of a kind, and what is of that kind then."""


def _in_masses(texts: Sequence[str]) -> bool:
    """Several, all with capitals, all family names of so many, and no colours."""
    folded, names = [fold(text) for text in texts], lexicon().names
    borne_so = all(names.get(one, (0, 0, 0, 0))[1] >= _MASS for one in folded)
    capital = all(text[:1].isupper() for text in texts)
    return len(texts) > 1 and borne_so and capital and _COLOURS.isdisjoint(folded)


def _is_unheard_of(text: str) -> bool:
    """A word with a capital that is in no dictionary and in no list of names."""
    return text.isalpha() and text.istitle() and len(text) > _CODE and not any(worth(fold(text)))
