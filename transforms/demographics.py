"""Ages, genders and professions as stated -> closed vocabularies. What is unclear is unknown."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import demographics as words
from weir.schemas.demographics import REFUSED, UNKNOWN
from weir.transforms.nations import country_of, language_of

_RANGE = re.compile(r"([0-9]{1,3})\s*(?:-|–|to)\s*([0-9]{1,3})")
_FIRST_YEAR = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
_LAST_YEAR = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")


STATED = ("age", "gender", "profession", "country", "language")
"""What a person may state, as PARSED and profiles name it."""
CLOSED = ("age_band", "gender", "profession", "country", "language")
"""What becomes of it."""


def normalise(stated: pa.Table, on: date) -> pa.Table:
    """Stated values (strings, columns STATED) -> CLOSED, each of its closed vocabulary.

    age: years, a birth date, a birth year or a range of years; `on` is the day it is meant for.
    A null is `unknown`, a refusal `refused`. Thinks once about each distinct value.
    """
    answers: dict[str, Callable[[str], str]] = {
        "age": lambda text: age_band(text, on),
        "gender": gender_of,
        "profession": profession_of,
        "country": lambda text: country_of(text) or UNKNOWN,
        "language": lambda text: language_of(text) or UNKNOWN,
    }
    return pa.table(
        {
            ours: _each(stated[name], answers[name])
            for name, ours in zip(STATED, CLOSED, strict=True)
        }
    )


def _each(column: pa.Array, answer: Callable[[str], str]) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    codes = column.dictionary_encode()
    answers = pa.array(
        [REFUSED if refuses(text) else answer(text) for text in codes.dictionary.to_pylist()],
        pa.string(),
    )
    return pc.fill_null(answers.take(codes.indices), UNKNOWN)


def refuses(text: str) -> bool:
    """Whether an answer says that its giver would rather not answer."""
    return _plain(text) in _refusals() or re.sub(r"[-_]", " ", _plain(text)) in _refusals()


def _plain(text: str) -> str:
    """As answers are compared: small letters, single blanks, no full stop at the end."""
    return " ".join(text.replace("’", "'").casefold().split()).strip(".")


@cache
def _refusals() -> frozenset[str]:
    return frozenset(_plain(text) for text in words.REFUSALS.split("|"))


def age_band(text: str, on: date) -> str:
    """The band of an age, a birth date, or a range that lies within one band."""
    text = text.strip()
    ages = _ages(text, on)
    bands = {_band(age) for age in ages}
    return bands.pop() if len(bands) == 1 else UNKNOWN


def _ages(text: str, on: date) -> list[int]:
    """Every age that a text may mean; one that reads in two ways has two."""
    if re.fullmatch(r"[0-9]{1,3}(?:\.0+)?", text):
        return [int(text.split(".")[0])]
    if re.fullmatch(r"(?:19|20)[0-9]{2}", text):  # a birth year: the birthday may be still to come
        return [on.year - int(text) - 1, on.year - int(text)]
    if match := _RANGE.fullmatch(text):
        return [int(match[1]), int(match[2])]
    if match := re.fullmatch(r"([0-9]{1,3})\s*\+", text):
        return [int(match[1]), words.OLDEST] if int(match[1]) <= words.OLDEST else []
    if match := _FIRST_YEAR.fullmatch(text):
        return _age(int(match[1]), int(match[2]), int(match[3]), on)
    if match := _LAST_YEAR.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        day_first = _age(year, second, first, on)
        return day_first if match[2] == "." else day_first + _age(year, first, second, on)
    return []


def _age(year: int, month: int, day: int, on: date) -> list[int]:
    try:
        born = date(year, month, day)
    except ValueError:
        return []
    return [on.year - born.year - ((on.month, on.day) < (born.month, born.day))]


def _band(age: int) -> str:
    if not 0 <= age <= words.OLDEST:
        return UNKNOWN
    at = sum(age > last for last in words.LAST_AGES)
    return words.AGE_BANDS[at]


def gender_of(text: str) -> str:
    """One of GENDERS."""
    return _genders().get(re.sub(r"[\s_]+", "-", _plain(text)), UNKNOWN)


def profession_of(text: str) -> str:
    """One of PROFESSIONS: by its own name, an ISCO-08 code, or the words of a title."""
    title = re.sub(r"[\s_]+", " ", text.strip().casefold())
    if title in words.PROFESSIONS:
        return title
    if re.fullmatch(r"[0-9]{1,4}", title):
        return words.ISCO[int(title[0])]
    phrases, endings = _titles()
    for phrase, group in phrases.items():
        if re.search(rf"\b{re.escape(phrase)}s?\b", title):
            return group
    for word in reversed(re.findall(r"[a-z]+", title.split(" of ")[0])):
        found = endings.get(word) or endings.get(word.removesuffix("s"))
        if found:
            return found
    return UNKNOWN


@cache
def _genders() -> dict[str, str]:
    return {word: gender for gender, text in words.GENDER_WORDS.items() for word in text.split()}


@cache
def _titles() -> tuple[dict[str, str], dict[str, str]]:
    phrases = {p: group for group, text in words.TITLE_PHRASES.items() for p in text.split("|")}
    endings = {word: group for group, text in words.TITLE_WORDS.items() for word in text.split()}
    return phrases, endings
