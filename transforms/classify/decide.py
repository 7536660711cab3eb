"""A field's evidence -> its class, what to do with it and what it maps to. Unclear means personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from weir.schemas.clicks import is_click_id
from weir.schemas.columns import NII, PII, PSEUDONYM, DataClass
from weir.schemas.detect import UNREADABLE
from weir.schemas.fields import Target, fields
from weir.schemas.policy import Policy
from weir.transforms.classify.evidence import Evidence
from weir.transforms.classify.naming import rank
from weir.transforms.detect import entity_of

MOSTLY = 0.5  # of the distinct values: then a field is what was found in them
STRAY = 0.1  # more findings than this, and it is no name of a campaign or product
_TYPE_SHARE = {"profession": 0.3, "gender": 0.7, "identifier": 0.9}
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


@dataclass(frozen=True)
class Field:
    """A field of a file. path: as mappings write it, "" where none can; name: as it may be shown."""

    name: str
    path: str
    evidence: Evidence
    hidden: bool = False  # its name is not told, so that nothing can name it
    mapped: str = ""  # what a shipped mapping makes of it


@dataclass(frozen=True)
class Proposal:
    """What to do with a field. maps_to: a field of ours, `pii.KIND`, or "" (it does not cross)."""

    field: Field
    data_class: DataClass
    treatment: str
    maps_to: str
    why: str


def policy() -> Policy:
    """The policy whose classes and treatments are proposed: the default one."""
    return Policy.read("strict", Path())


def treated(category: str) -> tuple[DataClass, str]:
    """Class and treatment of a category of data. The site's own numbers of people are pseudonyms."""
    if category in fields().plain:
        return NII, "keep"
    known = policy().category(category)
    stands_for = known.treatment == "pseudonymize" and category != "address"
    return (PSEUDONYM if stands_for else known.data_class), known.treatment


def propose(found: Sequence[Field], targets: Mapping[str, Target]) -> list[Proposal]:
    """A proposal for each field of a table or of JSON; a target of ours gets one field."""
    taken = _assigned(found, targets)
    return [
        _as_target(one, taken[one.name, one.path], targets)
        if (one.name, one.path) in taken
        else by_itself(one)
        for one in found
    ]


def _assigned(found: Sequence[Field], targets: Mapping[str, Target]) -> dict[tuple[str, str], str]:
    """Which field becomes which of ours: by the nearest name whose values agree."""
    ranked = sorted(
        (near, -one.evidence.share_filled, at, ours)
        for at, one in enumerate(found)
        if one.path and not one.hidden and one.evidence.filled and not is_click_id(one.path)
        for ours, target in targets.items()
        if (near := rank(one.path, target.names)) is not None
        and _agrees(one.evidence, target.looks)
    )
    taken: dict[int, str] = {}
    for _, _, at, ours in ranked:
        if at not in taken and ours not in taken.values():
            taken[at] = ours
    for ours, looks in (
        ("address", "ip"),
        ("user_agent", "agent"),
        ("url", "url"),
        ("pii.email", "email"),
    ):
        alike = [at for at, one in enumerate(found) if at not in taken and one.path and not one.hidden
                 and one.evidence.looks_like(looks, 0.95)]  # fmt: skip
        if ours in targets and ours not in taken.values() and len(alike) == 1:
            taken[alike[0]] = ours
    return {(found[at].name, found[at].path): ours for at, ours in taken.items()}


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


def _as_target(one: Field, ours: str, targets: Mapping[str, Target]) -> Proposal:
    target = targets[ours]
    class_, treatment = treated(target.category)
    said = _LOOKS_SAID.get(target.looks)
    why = f"name; {percent(one.evidence.looks[target.looks])} {said}" if said else "name"
    if target.looks == "closed":
        why = f"name; {one.evidence.distinct} values"
    return Proposal(one, class_, treatment, ours, why + _also(one.evidence, target.category))


def _also(evidence: Evidence, category: str) -> str:
    """Findings beside what the category is."""
    entity, share = evidence.entity
    if not share or category not in ("campaign", "path", "referrer", "site_search", "action"):
        return ""
    return f"; {entity} in {percent(share)}, replaced"


def by_itself(one: Field) -> Proposal:
    """A field that is none of ours, or that no name tells."""
    evidence, entity = one.evidence, one.evidence.entity
    named = None if one.hidden else entity_of(one.path or one.name)
    drop = Proposal(one, PII, "drop", "", "")
    if one.hidden:
        return replace(drop, why="its name could be personal; rename it to use it")
    if is_click_id(one.path or one.name):
        return replace(drop, why="id of a click; those never cross")
    if not evidence.filled:
        return replace(drop, why="no value in the sample")
    if named == "secret" or (entity[0] == "secret" and entity[1] >= MOSTLY):
        return replace(drop, why="a secret, by its name" if named else "secrets, by the values")
    kind, why = _kind(evidence, named)
    if kind:
        return replace(drop, maps_to=_OF_ENTITY.get(kind, ""), why=why)
    if entity[1]:
        return replace(drop, why=f"{entity[0]} in {percent(entity[1])} of its values")
    if evidence.is_closed and not evidence.looks_like("token"):
        return replace(drop, data_class=NII, treatment="keep",
                       why=f"{evidence.distinct} values, nothing personal; map it if it is needed")  # fmt: skip
    if evidence.looks_like("moment", 0.9) and not evidence.looks_like("number", 0.9):
        return replace(drop, why="times of somebody, many")
    return replace(drop, why=f"{evidence.distinct:,} values, nothing tells what; does not cross")


def _kind(evidence: Evidence, named: str | None) -> tuple[str, str]:
    """(entity, why) of a field that holds identifiers; ("", "") of others."""
    entity, share = evidence.entity
    if entity != UNREADABLE and share >= MOSTLY:
        return entity, f"{entity} in {percent(share)} of its values"
    if evidence.looks_like("ip", 0.9) and not evidence.looks_like("number"):
        return "ip", f"{percent(evidence.looks['ip'])} IP addresses"
    if named:
        return named, f"{named}, by its name"
    return "", ""


def percent(share: float) -> str:
    """Rounded so that neither none nor all is said of some."""
    return f"{min(max(round(100 * share), 1), 99) if 0 < share < 1 else round(100 * share)} %"
