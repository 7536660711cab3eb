"""What Weir itself writes and strict mode would take for somebody's: sums, drawings, dates.

It is known by where it stands and how the whole of it is written. What a recognizer knows for an
identifier is told there as anywhere.
"""

import re
from functools import cache

import pyarrow as pa

from weir.schemas.event import EVENT
from weir.schemas.tables import read_tables

_SUM = re.compile(r"\d{1,12}")
_GEOMETRY = re.compile(r"(?:[MLHVCSQTAZmlhvcsqtaz][\d., -]*)+")  # SVG 2, 9.3
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = rf"\d{{1,2}}(?: (?:{_MONTHS}))?(?: \d{{4}})?"
_SPAN = re.compile(rf"{_DAY}(?: to {_DAY})?(?: ·|$)")
_MONTH = re.compile(_MONTHS)
_HEADINGS = frozenset(("h1", "title", "small", "summary"))
_SUMS = (
    "after before bytes cells hits identifiers kept line read rows size_bytes strings suppressed "
    "units units_published withheld"
)  # fmt: skip
"""Keys of manifests and runs under which counts stand that grow with a site."""


_BY_REASON = frozenset(
    ("filtered", "quarantined", "suppressed_by", "withheld_by", "proof_replaced", "replaced")
)
"""Keys of theirs under which reasons stand, a count each."""


@cache
def summed() -> frozenset[str]:
    """Names of Weir's own under which nothing but whole numbers stand."""
    schemas = (EVENT, *(table.schema for table in read_tables().values()))
    names = {field.name for one in schemas for field in one if pa.types.is_integer(field.type)}
    return frozenset(names | set(_SUMS.split()))


def is_counted(key: str, above: str = "") -> bool:
    """Whether Weir writes counts under a key of its JSON; above: the key of what holds it."""
    return key in summed() or above in _BY_REASON


def is_of_weir(name: str, text: str, identifier: str) -> bool:
    """Whether what strict closes in a text under such a name is what Weir writes there: a sum and a
    drawing as a whole; in a heading that begins with a page's dates the month alone."""
    if name in summed():
        return bool(_SUM.fullmatch(text))
    if name == "d":
        return bool(_GEOMETRY.fullmatch(text))
    dated = name in _HEADINGS and _SPAN.match(text)
    return bool(dated and _MONTH.fullmatch(identifier))
