"""Drafts of shipped tables, made of hits without a store, and what an attacker opens in them."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from tests.pipelines.a_store import a_policy, an_id
from weir.pipelines.drafts import parts_of
from weir.pipelines.night import Night
from weir.schemas.event import EVENT, PERSON
from weir.schemas.policy import Policy
from weir.schemas.tables import read_tables
from weir.transforms.aggregate import Bucket, cells, open_bucket
from weir.transforms.demographics import CLOSED
from weir.transforms.disclose.attack import opened
from weir.transforms.disclose.crowd import allowed
from weir.transforms.disclose.edition import Draft, with_people
from weir.transforms.disclose.margins import combined
from weir.transforms.disclose.partial import crowd_partial, edition_partial
from weir.transforms.disclose.relations import Group, groups
from weir.transforms.visits import relate


def a_rule(**changes: Any) -> Policy:
    """A policy with another rule for all tables."""
    policy = a_policy()
    rules = {n: rule.model_copy(update=changes) for n, rule in policy.disclosure.items()}
    return policy.model_copy(update={"disclosure": rules})


def a_profile(user: int, **changes: str) -> dict[str, Any]:
    """A row of PERSON."""
    said = dict.fromkeys(CLOSED, "unknown") | changes
    return {
        "site": "www",
        "key": an_id("user", user),
        "origin": "profile",
        "sharable": True,
        **said,
    }


def drafts(
    night: Night,
    hits: list[dict[str, Any]],
    *names: str,
    people: list[dict[str, Any]] | None = None,
) -> list[Draft]:
    """What tables of a night would be decided of, before any is looked at beside another."""
    events = pa.Table.from_pylist(hits, EVENT)
    who = pa.Table.from_pylist(people or [], PERSON)
    with open_bucket(relate(events, night.config.sites), who) as bucket:
        return [_draft(night, bucket, name) for name in names]


def _draft(night: Night, bucket: Bucket, name: str) -> Draft:
    spec = read_tables()[name]
    own, *others = parts_of(spec, night, night.keyring("sampling"))
    counting, shape = own.counting, own.counting.form.shape
    found = cells(bucket, spec, own.unit, measures=own.measures)
    named = allowed([crowd_partial(found, counting)], counting.rule)
    margins = combined([edition_partial(found, counting, named)], shape)
    for part in others:
        theirs = cells(bucket, spec, part.unit, measures=part.measures)
        counted = edition_partial(theirs, part.counting, named)
        people = combined([counted], part.counting.form.shape)
        margins = with_people(margins, part.measure, people, shape)
    return Draft(counting.form, counting.rule, margins)


def unlinked(given: Iterable[Draft]) -> list[Draft]:
    """The same drafts, for an attacker who looks at each table by itself."""
    alone = [copy(draft) for draft in given]
    for draft in alone:
        draft.form = replace(draft.form, links=(), same={})
    return alone


def told_of_few(given: Sequence[Draft]) -> set[str]:
    """Measures of which the attacker opens a number, and the rest of which of which."""
    found = set()
    for group in groups(given):
        asked = np.zeros(group.size, np.bool_)
        np.logical_or.at(asked, group.one, group.gather("sensitive") > 0)
        need = np.zeros(group.size)
        np.maximum.at(need, group.one, group.gather("need"))
        open_ = opened(group.knowledge(), need, asked)
        found |= {c.full for c in group.columns if np.isin(open_, group.one[c.cells]).any()}
        found |= {_rest(group, number) for number in open_ if number >= group.cells}
    return found


def _rest(group: Group, number: int) -> str:
    """`a.visits less b.visits`"""
    rests, at = group.rests, number - group.cells
    named = [rests.whole[at], *rests.part[rests.entry == at]]
    of = np.concatenate([[column.full] * column.draft.lines.cells for column in group.columns])
    return " less ".join(of[named])
