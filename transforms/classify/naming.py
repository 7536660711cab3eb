"""Names of fields: which may be told, and what they are usually called by Weir."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import pyarrow as pa

from weir.schemas.detect import keys, lexicon
from weir.schemas.fields import fields
from weir.transforms.detect import Detector
from weir.transforms.detect.fields.policy import endings, entity_of, words
from weir.transforms.detect.fields.shapes import is_person
from weir.transforms.detect.people.persons import could_be_a_person
from weir.transforms.detect.people.worth import words_of

_LONGEST = 60
_BORNE = 5  # by so many, in half powers of ten; see schemas/detect.py
_ODD = re.compile('[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff"@]|[0-9]{5}')
HIDDEN = "{…}"
"""Stands for a name that is not told, where nothing says what is in it."""


def told_names(names: Sequence[str], detector: Detector | None = None) -> list[str]:
    """Each name as it may be shown, or its placeholder (`{email}`) where it could be personal.

    A key of a JSON object, or a first line that is no header, may be somebody's name or address.
    detector: as a site has it; without one as it comes.
    """
    looks = detector or Detector()
    whole = [name.encode(errors="replace").decode() for name in names]  # no half surrogates
    plain = [_spoken(name) for name in whole]
    found: dict[int, str] = {}
    for one in (whole, plain):
        table = looks.values(pa.array(one, pa.string()), part="text").findings
        for at, entity in zip(table["index"].to_pylist(), table["entity"].to_pylist(), strict=True):
            found.setdefault(at, entity)
    return [
        "{" + found[at] + "}" if at in found else HIDDEN if _odd(name) else name
        for at, name in enumerate(names)
    ]


def told_in_a_map(names: Sequence[str], detector: Detector | None = None) -> list[str]:
    """The same of names among which some are data: shown are usual names and ordinary words."""
    return [
        told if told != name or is_known(name) or _is_ordinary(name) else HIDDEN
        for name, told in zip(names, told_names(names, detector), strict=True)
    ]


def _is_ordinary(name: str) -> bool:
    """Words of dictionaries alone, which nobody bears."""
    parts = list(words_of(name))
    plain = all(word.known and max(word.given, word.family) < 1 for word in parts)
    return bool(parts) and plain and not re.search(r"\d", name)


def _spoken(name: str) -> str:
    return re.sub(r"[_.\-\[\]]+", " ", name).strip()


def _odd(name: str) -> bool:
    empty_or_long = not name.strip() or len(name) > _LONGEST
    return empty_or_long or bool(_ODD.search(name)) or (_is_borne(name) and name not in _usual())


def _is_borne(name: str) -> bool:
    """Whether it is somebody's name, one word or several."""
    spoken = _spoken(name)
    return is_a_name(name) or (is_person(spoken) and could_be_a_person(spoken))


def is_a_name(text: str) -> bool:
    """Whether a single word is a given or family name that thousands bear, and no common word."""
    given, family, word, _ = lexicon().names.get(_folded(text.strip()), (0, 0, 2, False))
    return word < 2 and max(given, family) >= _BORNE


def is_known(name: str) -> bool:
    """Whether it is called as a field is, and not as what somebody puts in."""
    return tails(name)[0] in _known()


def speaks_of_a_field(name: str) -> int:
    """How much a text speaks for being a field's name: 2 for what is hardly anything else."""
    joined = " " not in name and len(words(name)) > 1  # user_id, pageUrl
    return 1 + joined if is_known(name) else int(entity_of(name) is not None)


@cache
def _known() -> frozenset[str]:
    ours, theirs = fields(), keys()
    return frozenset({*_usual(), *ours.log, *theirs.if_name_shaped, *theirs.if_one_name})


@cache
def _usual() -> frozenset[str]:
    """Names of fields that are people's names, too: `lang`."""
    table = fields()
    ours = (
        name
        for part in (table.events, table.profiles)
        for one in part.values()
        for name in one.names
    )
    return frozenset({*ours, *keys().entities})


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c))


def tails(name: str) -> tuple[str, ...]:
    """A name without case, accents and separators, and its last three, two and one words."""
    return endings(words(name))


def rank(name: str, usual: Sequence[str]) -> float | None:
    """How near a name is to usual ones, the smaller the nearer; None if it is none of them."""
    for place, tail in enumerate(tails(name)):
        if tail in usual:
            return place + usual.index(tail) / 100
    return None
