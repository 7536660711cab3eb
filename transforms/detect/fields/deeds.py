"""What somebody did, as a field or a path segment is called after it: reported_by, erstellt-von.

No list has all such names: they are put together of what is done and by, as sentences say it.
"""

import re
from functools import cache

from weir.schemas import detect as facts
from weir.transforms.detect.matching.quick import Quick
from weir.transforms.detect.people.worth import fold

_BY = {
    "done": ("by",),
    "done in german": ("von",),
    "done in french": ("par",),
    "done in spanish": ("por",),
    "done in italian": ("da",),
    "done in polish": ("przez",),
    "done in dutch": ("door",),
    "done in the north": ("av", "af"),
}
_SORTED = frozenset(("ordered",))
"""What a list may be as well: ordered_by=lastname, /ordered-by/price."""


@cache
def deed_segments() -> frozenset[str]:
    """Path segments behind which stands who did it."""
    spelled = {
        f"{deed}{between}{by}"
        for name, ends in _BY.items()
        for deed in _spelled(name)
        for by in ends
        for between in ("-", "_", "")
    }
    return frozenset(spelled.union(_spelled("assigned")))


@cache
def sorted_segments() -> frozenset[str]:
    """Of these, behind which may stand as well what a list is sorted by."""
    return frozenset(f"{deed}{between}by" for deed in _SORTED for between in ("-", "_", ""))


@cache
def deeds() -> frozenset[str]:
    """The same of names of fields, without marks and what stands between their words."""
    told = deed_segments() - sorted_segments()
    return frozenset(re.sub(r"[\W_]+", "", fold(one)) for one in told)


def _spelled(name: str) -> tuple[str, ...]:
    return Quick(f"(?i:{facts.spoken(name)})").words
