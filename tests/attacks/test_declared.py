"""What tables say that they have in common is so, on hits of all kinds, and they say all of it."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.attacks.drafted import a_profile, a_rule, drafts
from tests.pipelines.a_store import a_hit, a_night, an_id
from weir.schemas.tables import read_tables
from weir.transforms.disclose.relations import groups

KINDS = (*["page"] * 6, "asset", "click", "conversion", "download", "call", "recommendation",
         "search", "impression", "email_sent", "email_open", "email_click")  # fmt: skip
PLACES = (("us", "few"), ("us", "many"), ("us", None), ("de", "many"), ("de", None), (None, None))
HOSTS = ("example.org", "example.net")
MINUTE = timedelta(minutes=1)
NAMES = tuple(name for name, spec in read_tables().items() if not spec.inside)


def anything(draw):
    """Hits of all kinds of 400 visitors, as they come."""
    for visitor in range(400):
        country, city = draw.choice(PLACES)
        who = {"basis": draw.choice(("cookie", "network")), "browser": draw.choice("ab"),
               "device": draw.choice(("desktop", "mobile")), "country": country, "city": city,
               "isp": country and draw.choice("xy")}  # fmt: skip
        for _ in range(draw.choice((1, 1, 2, 5, 12))):
            kind = draw.choice(KINDS)
            mail = kind.startswith("email")
            yield a_hit(
                visitor, **who, action=kind, pageview=kind == "page",
                seen_at=datetime(2008, 4, 22, 9, tzinfo=UTC) + draw.randrange(180) * MINUTE,
                path=draw.choice(("/books/one", "/books/two", "/books/three")),
                campaign=draw.choice((None, "spring", "summer")), size_bytes=draw.randrange(9999),
                medium=draw.choice((None, "banner")), content=draw.choice("cd"),
                customer=draw.choice((None, "bookshop")), product=draw.choice((None, "book")),
                user=draw.choice((None, None, draw.randrange(99))),
                recipient=an_id("recipient", draw.randrange(99)) if mail else None,
                message=draw.choice("mn") if mail else None, outcome=draw.choice((None, "failed")),
                referrer_kind=draw.choice(("search", "none")), referrer_domain=draw.choice(HOSTS),
                os=draw.choice(("Linux", "Windows XP")),
            )  # fmt: skip


def everybody(draw):
    """Profiles of half of the users, all of which say something and few of which say all."""
    choices = {"age_band": ("25-34", "35-44"), "gender": ("female", "male"),
               "profession": ("managers", "student"), "country": ("us", "de"),
               "language": ("en", "de")}  # fmt: skip
    for user in range(50):
        yield a_profile(
            user, **{n: draw.choice((*given, "unknown")) for n, given in choices.items()}
        )


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """All that is counted for editions, of three days, before bounds."""
    free = {"k": 2, "networks": 1, "cells_per_unit": 10**6, "per_cell": 10**12, "bounds": {}}
    night = a_night(tmp_path_factory.mktemp("declared"), policy=a_rule(**free))
    found = []
    for seed in range(3):
        draw = random.Random(seed)
        hits, people = list(anything(draw)), list(everybody(draw))
        found.append(groups(drafts(night, hits, *NAMES, people=people)))
    return found


def test_what_tables_declare_is_so(counted):
    """A wrong equation would hide what could be told."""
    compared = set()
    for group in (group for day in counted for group in day):
        truth, columns = group.gather("truth"), group.columns
        of = np.concatenate([[column.full] * column.draft.lines.cells for column in columns])
        equals, at_most = group.matches.equals(columns), group.matches.at_most(columns)
        for pairs, holds in ((equals, np.equal), (at_most, np.less_equal)):
            first, second = pairs
            wrong = ~holds(truth[first], truth[second])
            assert not set(zip(of[first][wrong], of[second][wrong], strict=True))
            compared |= set(zip(of[first], of[second], strict=True))
    links = {(f"{name}.{link.of}", link.to) for name in NAMES for link in read_tables()[name].links}
    assert links <= compared


def slices(groups_):
    """{(measure, a value that it is at or none, dimensions): {values: (truth, number)}} of a day;
    numbers that are declared to be one have one number."""
    found = defaultdict(dict)
    for at, group in enumerate(groups_):
        truth = group.gather("truth")
        for column in group.columns:
            names = column.draft.form.shape.dimensions
            for cell, row in enumerate(column.draft.margins.select(["mask", *names]).to_pylist()):
                number = column.first + cell
                out = tuple((name, row[name]) for name in names if row[name] is not None)
                for fixed in (None, *out):
                    rest = tuple(sorted(set(out) - {fixed}))
                    over = tuple(name for name, _ in rest)
                    told = (int(truth[number]), (at, int(group.one[number])))
                    found[column.full, fixed, over][rest] = told
    return found


def _apart(one, two):
    """Of two tables, or at two values of a dimension; margins of a table are in its lattice."""
    if one[0] != two[0]:
        return one[0].split(".")[0] != two[0].split(".")[0]
    return None not in (one[1], two[1]) and one[1][0] == two[1][0]


def alike(found):
    """Pairs of slices, not of two measures of a table, that say the same of the same values; with
    whether they are declared to."""
    by_content = defaultdict(list)
    for name, said in found.items():
        by_content[frozenset((values, told[0]) for values, told in said.items())].append(name)
    for content, names in by_content.items():
        if any(number for _, number in content):
            for place, name in enumerate(names):
                for other in names[:place]:
                    if _apart(name, other):
                        declared = all(
                            told[1] == found[other][values][1]
                            for values, told in found[name].items()
                        )
                        yield (other, name), declared


def test_what_is_always_equal_is_declared(counted):
    """A new table that counts what another one does must say so."""
    days = [dict(alike(slices(day))) for day in counted]
    always = set.intersection(*map(set, days))
    assert len(always) > 20, "or nothing was compared"
    forgotten = [pair for pair in always if not all(day[pair] for day in days)]
    assert forgotten == []
