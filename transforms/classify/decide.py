"""A field's evidence -> its class, what to do with it, what it maps to. Unclear means personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from weir.schemas.clicks import is_click_id
from weir.schemas.columns import NII, PII, PSEUDONYM, DataClass
from weir.schemas.detect import UNREADABLE
from weir.schemas.fields import Target, fields
from weir.schemas.policy import Policy
from weir.transforms.classify.evidence import CLOSED, Evidence
from weir.transforms.classify.naming import rank
from weir.transforms.detect import entity_of

MOSTLY = 0.5  # of the distinct values: then a field is what was found in them
STRAY = 0.1  # more findings than this, and it is no name of a campaign or product
_TYPE_SHARE = {"profession": 0.3, "gender": 0.7, "identifier": 0.9}
_TOLD_BY_VALUES = ("time", "address", "user_agent", "url", "pii.email")
_OF_ENTITY = {
    "email": "pii.email", "phone": "pii.phone", "name": "pii.name", "card": "pii.card",
    "iban": "pii.iban", "ip": "pii.ip", "id": "pii.id",
}  # fmt: skip
"""Identifiers that events name for the proof alone."""
_LOOKS_SAID = {
    "moment": "times", "ip": "IP addresses", "url": "addresses of pages", "agent": "user agents",
    "host": "hosts", "number": "numbers", "email": "e-mail addresses", "phone": "telephone numbers",
    "date": "dates", "age": "ages", "gender": "genders", "profession": "professions",
    "country": "countries", "language": "languages", "identifier": "identifiers",
}  # fmt: skip

_HIDDEN = "its name could be personal; rename it to use it"
UNREAD = "a list (or bytes): not looked into"
_MAP = "a map: {:,} names that could be personal; not looked into"


@dataclass(frozen=True)
class Field:
    """A field of a file. name: as it may be shown; path: as mappings write it, or ""."""

    name: str
    path: str
    evidence: Evidence
    hidden: bool = False  # its name is not told, so that nothing can name it
    names: int = 1  # of properties beside each other that are hidden, and so are one field


@dataclass(frozen=True)
class Proposal:
    """What to do with a field. maps_to: a field of ours, `pii.KIND`, or "" (it does not cross)."""

    field: Field
    data_class: DataClass
    treatment: str
    maps_to: str
    why: str


@cache
def policy() -> Policy:
    """The policy whose classes and treatments are proposed: the default one."""
    return Policy.read("strict", Path())


def treated(category: str) -> tuple[DataClass, str]:
    """Class and treatment of a category. A site's own numbers of people are pseudonyms."""
    if category in fields().plain:
        return NII, "keep"
    known = policy().category(category)
    stands_for = known.treatment == "pseudonymize" and category != "address"
    return (PSEUDONYM if stands_for else known.data_class), known.treatment


def treated_as(target: Target) -> tuple[DataClass, str]:
    """Class and treatment of what a field holds. Of a date of birth only its age band crosses."""
    data_class, treatment = treated(target.category)
    birth = (target.category, target.looks) == ("demographics", "date")
    return (PII if birth else data_class), treatment


def propose(found: Sequence[Field], targets: Mapping[str, Target]) -> list[Proposal]:
    """A proposal for each field of a table or of JSON; a target of ours gets one field."""
    usable = [one for one in found if _usable(one)]
    taken = _by_name(usable, targets)
    _by_values(usable, targets, taken)
    return [
        _as_target(one, ours, targets[ours])
        if (ours := taken.get(one.path)) and _usable(one)
        else by_itself(one, proof="action" in targets)
        for one in found
    ]


def _usable(one: Field) -> bool:
    return bool(one.path and one.evidence.distinct) and not one.hidden and not is_click_id(one.path)


def _by_name(found: Sequence[Field], targets: Mapping[str, Target]) -> dict[str, str]:
    """Path -> which of ours: by the nearest name whose values agree, of several the fullest."""
    ranked = sorted(
        (near, -one.evidence.share_filled, one.path, ours)
        for one in found
        for ours, target in targets.items()
        if (near := rank(one.path, target.names)) is not None
        and _agrees(one.evidence, target.looks)
    )
    taken: dict[str, str] = {}
    for _, _, path, ours in ranked:
        if path not in taken and ours not in taken.values():
            taken[path] = ours
    return taken


def _by_values(
    found: Sequence[Field], targets: Mapping[str, Target], taken: dict[str, str]
) -> None:
    """The only field that looks like what no name told."""
    for ours in _TOLD_BY_VALUES:
        if ours in targets and ours not in taken.values():
            alike = [one.path for one in found if one.path not in taken
                     and one.evidence.looks_like(targets[ours].looks, 0.95)
                     and (ours != "time" or _says_when(one.evidence))]  # fmt: skip
            taken |= {alike[0]: ours} if len(alike) == 1 else {}


def _says_when(evidence: Evidence) -> bool:
    """Whether moments are those of the rows: nearly each has one, and no mere number, which could
    be anybody's."""
    return evidence.share_filled >= 0.95 and not evidence.looks_like("number", 0.05)


def _agrees(evidence: Evidence, looks: str) -> bool:
    """Whether values are what a target asks for."""
    entity, share = evidence.entity
    if looks == "closed":
        return evidence.distinct <= 200 and share <= STRAY
    if looks in ("label", "text"):
        plain = not evidence.looks_like("moment", 0.9) or evidence.looks_like("number", 0.9)
        return plain and (looks == "text" or share <= STRAY)
    if looks == "identifier" and (entity, share >= MOSTLY) in (("secret", True), ("card", True)):
        return False
    return evidence.looks_like(looks, _TYPE_SHARE.get(looks, 0.8))


def _as_target(one: Field, ours: str, target: Target) -> Proposal:
    said = _LOOKS_SAID.get(target.looks)
    by = [] if rank(one.path, target.names) is None else ["name"]
    if target.looks == "closed":
        by.append(counted(one.evidence.distinct))
        by += [f"{percent(one.evidence.looks.get('action', 0))} known"] if ours == "action" else []
    elif said:
        by.append(f"{percent(one.evidence.looks[target.looks])} {said}")
        by += ["the only such field, and no usual name"] if ours == "time" and len(by) == 1 else []
    return Proposal(one, *treated_as(target), ours,
                    "; ".join([*by, *_also(one.evidence, target.category)]))  # fmt: skip


def _also(evidence: Evidence, category: str) -> list[str]:
    """Findings beside what the category is."""
    entity, share = evidence.entity
    told = share and category in ("campaign", "path", "referrer", "site_search", "action")
    return [f"{entity} in {percent(share)}, replaced"] if told else []


def by_itself(one: Field, *, proof: bool = False) -> Proposal:
    """A field that is none of ours, or that no name tells.

    proof: it stands in events, whose mapping may name identifiers for the proof alone.
    """
    evidence, (entity, share) = one.evidence, one.evidence.entity
    named = None if one.hidden else entity_of(one.path or one.name)
    drop = Proposal(one, PII, "drop", "", "")
    if one.hidden:
        return replace(drop, why=_HIDDEN if one.names == 1 else _MAP.format(one.names))
    if is_click_id(one.path or one.name):
        return replace(drop, why="id of a click; those never cross")
    if not evidence.filled:
        return replace(drop, why="no value in the sample")
    if evidence.unread:
        return replace(drop, why=UNREAD)
    if named == "secret" or (entity == "secret" and share >= MOSTLY):
        return replace(drop, why="a secret, by its name" if named else "secrets, by the values")
    kind, why = _kind(evidence, named)
    if kind:
        by_looks = kind in ("email", "phone", "ip")
        whole = evidence.looks_like(kind, 0.9) if by_looks else named == kind
        ours = _OF_ENTITY.get(kind, "") if proof and whole else ""
        return replace(drop, maps_to=ours, why=why)
    if share:
        return replace(drop, why=f"{entity} in {percent(share)} of its values")
    told = counted(evidence.distinct)
    if evidence.borne:
        return replace(drop, why=f"{told}, some could be people's names")
    if evidence.is_closed and not evidence.looks_like("token"):
        why = f"{told}, no finding; map it if it is needed"
        return replace(drop, data_class=NII, treatment="keep", why=why)
    if evidence.filled < 10 * CLOSED and evidence.distinct <= CLOSED:
        return replace(drop, why=f"{told} in {evidence.filled:,} rows: too few to tell")
    return replace(drop, why=f"{told}, nothing tells what; does not cross")


def _kind(evidence: Evidence, named: str | None) -> tuple[str, str]:
    """(entity, why) of a field that holds identifiers; ("", "") of others."""
    entity, share = evidence.entity
    if entity != UNREADABLE and share >= MOSTLY:
        return entity, f"{entity} in {percent(share)} of its values"
    if evidence.looks_like("ip", 0.9) and not evidence.looks_like("number"):
        return "ip", f"{percent(evidence.looks['ip'])} IP addresses"
    return (named, f"{named}, by its name") if named else ("", "")


def counted(distinct: int, what: str = "value") -> str:
    """`1 value`, `3 values`."""
    return f"{distinct:,} {what}{'s' * (distinct != 1)}"


def percent(share: float) -> str:
    """Rounded so that neither none nor all is said of some."""
    return f"{min(max(round(100 * share), 1), 99) if 0 < share < 1 else round(100 * share)} %"
