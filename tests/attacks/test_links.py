"""What one table leaves out and another one tells: tables that count the same hits, all or some."""

import random
from datetime import UTC, datetime, timedelta
from itertools import chain

import numpy as np
import pytest

from tests.attacks.drafted import drafts, told_of_few, unlinked
from tests.attacks.subtracting import between
from tests.pipelines.a_store import DAY, a_hit, a_night, a_policy, an_id, visitors
from weir.schemas.tables import read_tables
from weir.transforms.demographics import CLOSED
from weir.transforms.disclose.edition import published
from weir.transforms.disclose.links import at_most, equals
from weir.transforms.disclose.relations import groups
from weir.transforms.disclose.together import settle

HITS = {
    "cities": {"country": "us", "isp": "Lines"},
    "network": {"country": "us"},
    "campaigns": {"campaign": "spring"},
    "customers": {"customer": "bookshop"},
    "downloads": {"action": "download", "pageview": False},
    "recommendations": {"action": "recommendation", "pageview": False},
}
PATHS = ("/books/one", "/books/two")
APART = {  # a dimension of the table, and its values of few and of many
    "cities": ("city", "few", "many"),
    "network": ("isp", "few", "many"),
    "demographics": ("gender", "female", "male"),
    "pages": ("path", *PATHS),
    "entry_exit": ("path", *PATHS),
    "campaigns": ("medium", "few", "many"),
    "customers": ("product", "few", "many"),
    "downloads": ("path", *PATHS),
    "recommendations": ("product", "few", "many"),
}
PAIRS = sorted({
    (table, link.to.split(".")[0])
    for table, spec in read_tables().items()
    for link in spec.links
    if not link.to.startswith(f"{table}.")
})  # fmt: skip


def a_rule(**changes):
    """A policy with another rule for all tables."""
    policy = a_policy()
    rules = {n: rule.model_copy(update=changes) for n, rule in policy.disclosure.items()}
    return policy.model_copy(update={"disclosure": rules})


def a_profile(user, **changes):
    """A row of PERSON."""
    said = dict.fromkeys(CLOSED, "unknown") | changes
    return {
        "site": "www",
        "key": an_id("user", user),
        "origin": "profile",
        "sharable": True,
        **said,
    }


def by_hand(base, table, other):
    """A table that tells of 200 visitors and not of the 45 that are left, nor of any sum; and
    another one that tells the sum alone. Numbers are not rounded."""
    name, few, many = APART[table]
    hits, people = [], []
    for numbers, value in ((range(45), few), (range(300, 500), many)):
        said = {} if table == "demographics" else {name: value}
        hits += [a_hit(n, user=n, **HITS.get(table, {}), **said) for n in numbers]
        people += [a_profile(n, gender=value) for n in numbers]
    night = a_night(base, policy=a_rule(rounding=1))
    part, whole = drafts(night, hits, table, other, people=people)
    left_out = np.array([value != many for value in part.margins[name].to_pylist()])
    part.nulls = dict.fromkeys(part.nulls, left_out)
    whole.nulls = dict.fromkeys(whole.nulls, whole.margins["mask"].to_numpy() > 0)
    return part, whole


@pytest.mark.parametrize(("table", "other"), PAIRS)
class TestTheSumOfAnotherTable:
    """The 45 are the sum that another table tells, less the 200 that this one does."""

    def test_what_it_opens_is_known_and_left_out(self, tmp_path, table, other):
        edition = by_hand(tmp_path, table, other)
        linked = {
            f"{table}.{link.of}"
            for link in read_tables()[table].links
            if link.to.startswith(f"{other}.")
        }
        assert linked <= told_of_few(edition)
        settle(edition)
        assert not told_of_few(edition)
        assert not all(draft.refused for draft in edition)

    def test_who_looks_at_each_table_by_itself_opens_nothing(self, tmp_path, table, other):
        assert not told_of_few(unlinked(by_hand(tmp_path, table, other)))


@pytest.mark.parametrize(("unknown", "open_"), [(4, True), (40, False)])
def test_a_part_of_a_sum_is_at_most_what_the_others_leave_of_it(tmp_path, unknown, open_):
    """Of 245 + n visitors from a country 200 are from one city, so at most 45 + n from another."""
    hits = [
        *visitors(45, country="us", isp="Lines", city="few"),
        *visitors(200, 300, country="us", isp="Lines", city="many"),
        *visitors(unknown, 600, country="us", isp="Lines"),
    ]
    cities, network = drafts(
        a_night(tmp_path, policy=a_rule(rounding=1)), hits, "cities", "network"
    )
    left_out = np.array([value != "many" for value in cities.margins["city"].to_pylist()])
    cities.nulls = dict.fromkeys(cities.nulls, left_out)
    assert ("cities.visitors" in told_of_few((cities, network))) == open_


class TestTheOtherEndOfAVisit:
    """45 visits began at a page, all of one page view: they ended there, too, with 30 others that
    began elsewhere. The row of entries is too small; that of exits is not, and says `bounces`."""

    @staticmethod
    def edition(base):
        one, two = PATHS
        went = [[a_hit(n, path=path) for path in (two, one)] for n in range(600, 630)]
        for _, last in went:
            last["seen_at"] += timedelta(minutes=1)
        hits = [*visitors(45, path=one), *visitors(200, 300, path=two), *chain(*went)]
        return drafts(a_night(base), hits, "entry_exit")

    @staticmethod
    def told(edition):
        """Published bounces by place."""
        rows = published(edition[0], DAY).rows.to_pylist()
        return {(row["position"], row["path"]): row["bounces"] for row in rows}

    def test_what_is_left_out_of_entries_is_left_out_of_exits(self, tmp_path):
        edition = self.edition(tmp_path)
        settle(edition)
        assert self.told(edition).get(("exit", PATHS[0])) is None
        assert not told_of_few(edition)

    def test_if_nobody_knew_exits_would_tell_it(self, tmp_path):
        edition = unlinked(self.edition(tmp_path))
        settle(edition)
        told = self.told(edition)
        assert ("entry", PATHS[0]) not in told
        assert between(told["exit", PATHS[0]]) == (45, 54)


def anything(seed):
    """Hits of all kinds of 400 visitors, as they come."""
    draw = random.Random(seed)
    kinds = ("page",) * 6 + ("asset", "click", "conversion", "download", "call", "recommendation",
             "search", "impression", "impression", "email_sent", "email_open")  # fmt: skip
    for visitor in range(400):
        country, city = draw.choice((("us", "few"), ("us", "many"), ("us", None), ("de", "many"),
                                     (None, None)))  # fmt: skip
        who = {"basis": draw.choice(("cookie", "network")), "browser": draw.choice("ab")}
        where = {"country": country, "city": city, "isp": country and draw.choice("xy")}
        for _ in range(draw.choice((1, 1, 2, 5, 12))):
            kind = draw.choice(kinds)
            yield a_hit(
                visitor, **who, **where, action=kind, pageview=kind == "page",
                seen_at=datetime(2008, 4, 22, draw.randrange(24), draw.randrange(60), tzinfo=UTC),
                path=draw.choice((*PATHS, "/books/three")),
                campaign=draw.choice((None, "spring", "summer")),
                customer=draw.choice((None, "bookshop")), product=draw.choice((None, "book")),
                user=draw.choice((None, None, draw.randrange(99))),
                recipient=an_id("recipient", visitor) if kind.startswith("email") else None,
                referrer_kind=draw.choice(("search", "none")),
            )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_tables_declare_of_their_numbers_is_so(tmp_path, seed):
    """Before bounds, of whatever happens: a wrong equation would hide what could be told."""
    free = {"k": 2, "networks": 1, "cells_per_unit": 10**6, "per_cell": 10**12, "bounds": {}}
    names = [name for name, spec in read_tables().items() if not spec.inside]
    people = [a_profile(n, gender="female", country="us") for n in range(50)]
    hits = list(anything(seed))
    night = a_night(tmp_path, policy=a_rule(**free))
    compared, groups_ = set(), groups(drafts(night, hits, *names, people=people))
    for group in groups_:
        truth = group.gather("truth")
        named = np.concatenate(
            [[column.full] * column.draft.lines.cells for column in group.columns]
        )
        for pairs, holds in (
            (equals(group.columns), np.equal),
            (at_most(group.columns), np.less_equal),
        ):
            first, second = pairs
            wrong = ~holds(truth[first], truth[second])
            assert not set(zip(named[first][wrong], named[second][wrong], strict=True))
            compared |= set(zip(named[first], named[second], strict=True))
    declared = {
        (f"{name}.{link.of}", link.to) for name in names for link in read_tables()[name].links
    }
    assert declared <= compared
