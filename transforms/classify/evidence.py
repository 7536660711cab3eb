"""What is known of a field by its values: counts, shapes, looks, findings. Never a value itself."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.demographics import UNKNOWN
from weir.schemas.fields import all_actions
from weir.transforms.classify.borne import borne
from weir.transforms.classify.naming import is_a_name
from weir.transforms.demographics import age_band, gender_of, profession_of, refuses
from weir.transforms.detect import Detector
from weir.transforms.distinct import Distinct
from weir.transforms.nations import country_of, language_of
from weir.transforms.parse.inspect import shape
from weir.transforms.parse.moments import moments

JUDGED = 300
"""Distinct values of a field that are looked at one by one."""
CLOSED = 50
"""A closed set has no more values than this, each there ten times on average."""
_SHAPE_CHARS = 24
_LOOKED_AT = 512  # characters of a value
_DAY = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{4}")
_TITLE = re.compile(r"[^\d@/_:=]{3,60}")
_RULES: dict[str, str] = {
    "number": r"[+-]?[0-9]+(?:[.,][0-9]+)?",
    "ip": r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?"
    r"|\[?[0-9a-fA-F]{0,4}(?::[0-9a-fA-F.]{0,15}){2,8}\]?",
    "url": r"[A-Za-z][A-Za-z0-9+.-]*://\S.*|/\S*",
    "host": r"(?:[A-Za-z0-9_-]+\.)+[A-Za-z]{2,}(?::[0-9]+)?|localhost",
    "agent": r"[A-Za-z][\w .+-]*/[0-9].*|Mozilla\b.*",
    "email": r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
    "phone": r"[+(]?[0-9][0-9 ()./x-]{6,24}",
    "identifier": r"[\w.@+~=:|/{}-]{1,128}",
    "opaque": r"(?=.*[0-9])[\w+/=.~-]{6,128}",
    "token": r"(?=.*[0-9])[\w+/=.~-]{12,128}|[0-9a-fA-F-]{32,36}",
}


@dataclass(frozen=True)
class Evidence:
    """What a sample says of a field.

    rows, filled, distinct: of the sample. shape: the most frequent one of the distinct values (a:
    letters, 9: digits), `shapes` how many there are. looks, entities: the share of distinct values
    that look so (see _READ), or in which detection found that entity. borne: whether
    it is a closed set that could be of people's names.
    """

    rows: int
    filled: int
    distinct: int
    shape: str = ""
    shapes: int = 0
    looks: Mapping[str, float] = field(default_factory=dict)
    entities: Mapping[str, float] = field(default_factory=dict)
    borne: bool = False

    @property
    def share_filled(self) -> float:
        """How much of the sample has a value."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def unread(self) -> bool:
        """Whether its values could not be looked into: lists, maps, bytes."""
        return bool(self.filled) and not self.distinct

    @property
    def is_closed(self) -> bool:
        """Few values, each there often: what one person has is not in it alone."""
        return _is_closed(self.filled, self.distinct)

    @property
    def entity(self) -> tuple[str, float]:
        """What is found most in it, and in how much of the distinct values; ("", 0) for nothing."""
        return max(self.entities.items(), key=lambda one: one[1], default=("", 0.0))

    def looks_like(self, what: str, least: float = 0.8) -> bool:
        """Whether so much of the distinct values look like that."""
        return self.looks.get(what, 0.0) >= least


def evidence_of(
    values: pa.Array, counts: pa.Array, rows: int, part: str, detector: Detector | None = None
) -> Evidence:
    """Distinct values (string) with the number of rows of each -> Evidence.

    rows: all of the sample, those without a value too. part: where values stood; see PARTS.
    detector: as a site has it; without one as it comes.
    """
    stated = pc.not_equal(pc.utf8_trim_whitespace(values), "")
    values, counts = values.filter(stated), counts.filter(stated)
    some = values.take(pa.array(np.unique(np.linspace(0, len(values) - 1, JUDGED).astype(int))
                                if len(values) else np.empty(0, int)))  # fmt: skip
    shapes = Counter(_short(shape(text.encode())) for text in some.to_pylist())
    ((common, _),) = shapes.most_common(1) or (("", 0),)
    detector, filled = detector or Detector(), pc.sum(counts).as_py() or 0
    closed = _is_closed(filled, len(values))
    return Evidence(
        rows=rows,
        filled=filled,
        distinct=len(values),
        shape=common,
        shapes=len(shapes),
        looks=_looks(some),
        entities=_entities(some, part, detector),
        borne=closed and borne(values.to_pylist(), detector.settings),
    )


def _is_closed(filled: int, distinct: int) -> bool:
    return 0 < distinct <= CLOSED and filled >= 10 * distinct


def of_column(
    column: pa.Array | pa.ChunkedArray, part: str, detector: Detector | None = None
) -> Evidence:
    """The same of a column, a row each."""
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    found = Distinct.of(column)
    return evidence_of(found.values, pa.array(found.weights()), len(column), part, detector)


def _short(told: str) -> str:
    """A line's shape with every run as one character: `aaa…@aaa.aa` -> `a@a.a`."""
    plain = re.sub(r"([aA9?])\1*…?", r"\1", told)
    plain = re.sub(r"Aa|A(?=A)", "A", plain)
    return plain if len(plain) <= _SHAPE_CHARS else plain[: _SHAPE_CHARS - 1] + "…"


def _looks(some: pa.Array) -> dict[str, float]:
    if not len(some):
        return {}
    texts = [text.strip()[:_LOOKED_AT] for text in some.to_pylist()]
    stamps, _ = moments(some)
    found = {"moment": len(some) - stamps.null_count}
    found |= {name: sum(map(read, texts)) for name, read in _READ.items()}
    return {name: round(count / len(some), 3) for name, count in found.items() if count}


def _known(answer: Callable[[str], str | None]) -> Callable[[str], bool]:
    return lambda text: answer(text) not in (None, UNKNOWN) or refuses(text)


def _written(rule: str) -> Callable[[str], bool]:
    compiled = re.compile(rule)
    return lambda text: bool(compiled.fullmatch(text))


_READ: dict[str, Callable[[str], bool]] = {
    **{name: _written(rule) for name, rule in _RULES.items()},
    "age": _known(lambda text: age_band(text, date.today()) if len(text) < 12 else None),
    "date": lambda text: bool(_DAY.fullmatch(re.split("[T ]", text)[0])),
    "gender": _known(gender_of),
    "profession": _known(lambda text: profession_of(text) if _TITLE.fullmatch(text) else None),
    "country": _known(country_of),
    "language": _known(language_of),
    "person": is_a_name,
    "action": lambda text: text in all_actions(),
}


def _entities(some: pa.Array, part: str, detector: Detector) -> dict[str, float]:
    """Entity -> share of values in which it is the first that detection names."""
    if not len(some):
        return {}
    found = detector.values(some, part=part).findings
    firsts: dict[int, str] = {}
    for index, entity in zip(found["index"].to_pylist(), found["entity"].to_pylist(), strict=True):
        firsts.setdefault(index, entity)
    return {
        entity: round(count / len(some), 3)
        for entity, count in Counter(firsts.values()).most_common()
    }
