"""Whether a table or JSON holds events or people, and what becomes of its fields then."""

from dataclasses import replace

from weir.schemas.fields import fields
from weir.schemas.mapping import EventMapping
from weir.transforms.classify.decide import Field, Proposal, by_itself, propose, treated_as
from weir.transforms.classify.tables import Read
from weir.transforms.classify.vendors import Fit

_EACH = 0.95  # of the records have a user's number that no other has: a person each


def likeliest(read: Read) -> tuple[str, list[Proposal]]:
    """events, where something says when; else profiles, where something says who; else neither.

    People with a time of their own (`created_at`) are profiles: a number each, and who they are.
    """
    table = fields()
    events, people = propose(read.fields, table.events), propose(read.fields, table.profiles)
    as_events, as_people = ({one.maps_to: one for one in found} for found in (events, people))
    user = as_people.get("user")
    each = user is not None and user.field.evidence.distinct >= _EACH * read.records
    known = sum(ours.startswith("pii.") for ours in as_people)
    hits = {"url", "action", "visitor", "user_agent", "address"} & set(as_events)
    if "time" in as_events and not (each and known > len(hits)):
        return "events", events
    return ("profiles", people) if user and known else ("neither", events if hits else people)


def as_shipped(read: Read, fit: Fit) -> list[Proposal]:
    """What a shipped mapping makes of the fields."""
    columns = fit.mapping.columns if isinstance(fit.mapping, EventMapping) else ()
    known = read.fields
    if columns and not read.header:  # the mapping knows them by their places
        known = [
            replace(one, name=name, path=name) for one, name in zip(known, columns, strict=False)
        ]
    return [_shipped(one, fit) for one in known]


def _shipped(one: Field, fit: Fit) -> Proposal:
    alone = by_itself(one)
    ours = fit.reads(one.path) if one.path else ""
    if not ours:
        return alone
    table = fields().profiles if fit.mapping.kind == "profiles" else fields().events
    target, why = table.get(ours), f"as '{fit.mapping.name}' has it"
    if target is None:
        return replace(alone, maps_to=ours, why=why)
    return Proposal(one, *treated_as(target), ours, why)
