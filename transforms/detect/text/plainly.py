"""What is written in base64 and says nothing but settings: theme=light&lang=fr, {"view": "list"}."""  # noqa: E501

import re
from functools import lru_cache

from weir.schemas import detect as facts
from weir.transforms.detect.text.decode import from_base64

_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,512}={0,2}")
_PAIRS = re.compile(r"[a-z_]{1,16}=[\w.,-]{0,24}(?:&[a-z_]{1,16}=[\w.,-]{0,24}){1,16}")
_JSON = re.compile(r"\{\"[a-z_]{1,16}\":[\w\",.:{}\[\] -]{1,400}\}", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{5}|(?<!\d)(?!(?:19|20)\d\d-(?:19|20)\d\d)\d{3,4}[ -]\d{3,4}(?!\d)")
"""Written in one, or in groups as codes are; no span of years."""

_WORD = re.compile(r"[^\W\d_]+|\d+")
_SHORT = 2  # letters of a country or a language


@lru_cache(maxsize=1024)
def plain_inside(text: str) -> str | None:
    """The settings that a run of base64 says; None if it says anything else."""
    run = text.strip()
    if not _RUN.fullmatch(run):
        return None
    try:
        said = from_base64(run).decode("ascii")
    except UnicodeDecodeError:
        return None
    return said if _PAIRS.fullmatch(said) or _JSON.fullmatch(said) else None


def numbers_are_short(said: str) -> bool:
    """No number that could be somebody's."""
    return not _LONG_NUMBER.search(said)


def words_of_settings(said: str) -> list[str]:
    """The words that are longer than a country's code and none of a program's."""
    runs = (run.lower() for run in _WORD.findall(said) if run.isalpha() and len(run) > _SHORT)
    return [run for run in runs if run not in facts.words("programming")]
