"""What somebody did, as a field or a path segment is called after it: reported_by, erstellt-von.

No list has all such names: they are put together of what is done and by, as sentences say it. What
is done stands in lists; of what stands in none the ending tells (picked_up_by, delegatedTo), and
the value must be made of somebody's name.
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


DEED = (
    r"(?:(?:[a-z][a-z_-]{0,30})?(?:"
    r"(?:[a-z]{2}ed|ght|[ao]wn|[iou]ven|itten|sent|made|sold|paid|held|lent|read|[lr]un)"
    r"(?:[_-]?(?:up|out|off|in|over|back))?[_-]?(?:by|to|with|for)"
    r"|[a-z]{3}[_-]by|(?:sent|received|forwarded|inherited|transferred|delegated)[_-]?from"
    r"|(?:view|log[io]n|logged[_-]?in|sign[_-]?in|run|act|acting|running|sudo|switch|browse|post)[_-]?as"
    r"|(?:reports?|assign|delegate|send|share|forward|escalate|transfer|belongs)[_-]?(?:to|with)"
    r"|behalf[_-]?of|care[_-]?of|(?:as|by|for|find|check)[_-]?user(?:name)?"
    r"|user[_-](?:by[_-])?(?:name|login|handle)|profile[_-]of|switch[_-]?user"
    r"|[a-z]{3}(?:t|en)[_-]?(?:von|durch)|[a-z]{3}(?:t|en)[_-](?:an|fur|aan|av|af|til)"
    r"|[a-z]{2}(?:[eiu]|[iu][st]|ert)[_-](?:par|pour|a|au)"
    r"|[a-z]{2}(?:[aieu][dst]|ss|[iotr]tt|ert)[oa]s?[_-]?(?:por|da)"
    r"|[a-z]{2}(?:[aieu][dst]|ss|[iotr]tt|ert)[oa]s?[_-](?:a|al|para|per)"
    r"|(?:an|on|et)[eyao][_-]?przez|(?:an|on)[eyao][_-](?:do|dla)|[nt][oay][_-]?kym"
    r"|[a-z]{2}[aiu]t[ea]?[_-]de|tarafindan|altal|[td]door))"
    r"(?:[_-]?(?:ids?|uid|name|login|user|username))?"
)
"""Names that are put together so, in small letters without marks (RE2)."""

_DEED = re.compile(DEED)
_TO_A_THING = re.compile(r"(?:translated|converted|compared|redirected|linked|mapped)[_-]?to")
"""What leads to a language, a unit, a page: translated_to=german; who did it is somebody."""


def is_put_together(parts: tuple[str, ...]) -> bool:
    """Whether a name's words are of something done and what leads to who did it, or to whom."""
    return len(parts) > 1 and leads_to_somebody(fold("_".join(parts)))


def leads_to_somebody(name: str) -> bool:
    """The same of a path segment, or a name, in small letters without marks."""
    return bool(_DEED.fullmatch(name)) and not _TO_A_THING.match(name)


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
    assigned = _spelled("assigned")
    return frozenset(spelled.union(assigned, (re.sub(r"[ _-]", "", one) for one in assigned)))


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
