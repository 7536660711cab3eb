"""What one table leaves out and another one tells: tables that count the same hits, all or some."""

from datetime import timedelta
from itertools import chain

import numpy as np
import pytest

from tests.attacks.drafted import a_profile, a_rule, drafts, told_of_few, unlinked
from tests.attacks.subtracting import between, left_over
from tests.pipelines.a_store import DAY, a_hit, a_night, an_id, visitors
from weir.schemas.tables import read_tables
from weir.transforms.disclose import rests
from weir.transforms.disclose.edition import published
from weir.transforms.disclose.together import settle

NONE_LEFT = rests.Rests(*np.zeros((5, 0), np.int64))
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


def _mails(count, start, outcome):
    return [
        a_hit(n, recipient=an_id("recipient", n), action="email_sent", pageview=False, message="m",
              outcome=outcome) for n in range(start, start + count)
    ]  # fmt: skip


def _again(count, start, **changes):
    """Visits of two page views."""
    for hit in visitors(count, start, **changes):
        yield from (hit, hit | {"seen_at": hit["seen_at"] + timedelta(minutes=1)})


FROM = {"country": "us", "isp": "Lines"}
USERS = [a_hit(n, user=n) for n in range(120)]
RESTS = {  # hits, tables, what is subtracted from what: table, measure, place
    "no known city": (
        [*visitors(110, city="one", **FROM), *visitors(90, 200, city="two", **FROM),
         *visitors(10, 600, **FROM)],
        ("cities", "visitors", {"country": "us", "city": None}),
        ("network", "visitors", {"country": "us", "isp": None}),
    ),
    "no known country": (
        [*visitors(200, **FROM), *visitors(10, 600)],
        ("network", "visitors", {"country": None, "isp": None}),
        ("traffic", "visitors", {}),
    ),
    "through another table": (  # five without a city and five without a country
        [*visitors(200, city="one", **FROM), *visitors(5, 600, **FROM), *visitors(5, 700)],
        ("cities", "visitors", {"country": None, "city": None}),
        ("traffic", "visitors", {}),
    ),
    "of no customer": (
        [*visitors(200, customer="bookshop"), *visitors(10, 600)],
        ("customers", "visitors", {"customer": None, "product": None}),
        ("traffic", "visitors", {}),
    ),
    "more than one page": (
        [*visitors(200), *_again(4, 600)],
        ("traffic", "bounces", {}),
        ("traffic", "visits", {}),
    ),
    "users whom a visit names too": (
        [*USERS, *(a_hit(n, user=500 + n, seen_at=USERS[n]["seen_at"] + timedelta(minutes=1))
                   for n in range(10))],
        ("demographics", "users", {}),
        ("traffic", "users", {}),
    ),
    "neither came nor came back": (
        [*_mails(110, 0, "delivered"), *_mails(60, 200, "bounced"), *_mails(10, 600, None)],
        ("email", "delivered", {"message": None}),
        ("email", "bounced", {"message": None}),
        ("email", "sent", {"message": None}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RESTS)
class TestTheRestOfAWhole:
    """A few who are in no number of the edition: the whole less the part."""

    @staticmethod
    def settled(base, case):
        """What is published, and the drafts."""
        hits, *numbers = RESTS[case]
        between_ = ("network",) if case == "through another table" else ()
        names = dict.fromkeys([*(table for table, _, _ in numbers), *between_])
        edition = drafts(a_night(base), list(hits), *names)
        settle(edition)
        return edition

    @staticmethod
    def known(edition, case):
        """What the rest may be, by subtraction."""
        *parts, whole = RESTS[case][1:]
        told = []
        for table, measure, place in (*parts, whole):
            (draft,) = (draft for draft in edition if draft.form.table == table)
            rows = published(draft, DAY).rows.to_pylist()
            at = [row for row in rows if all(
                row[n] == place.get(n) for n in draft.form.shape.dimensions)]  # fmt: skip
            told.append(at[0][measure] if at else None)
        return None if None in told else left_over(told[-1], told[:-1])

    def test_who_subtracts_is_told_of_nobody(self, tmp_path, case):
        edition = self.settled(tmp_path, case)
        assert self.known(edition, case) is None
        assert not told_of_few(edition)
        assert not all(draft.refused for draft in edition)

    def test_if_nobody_asked_it_would_be_told(self, tmp_path, case, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(rests, "_of_few", lambda *_: NONE_LEFT)
            edition = self.settled(tmp_path, case)
            _, most = self.known(edition, case)
        assert most < 50 and told_of_few(edition)


def test_a_rest_of_many_is_told(tmp_path):
    """60 of 260 have no known city."""
    hits = [*visitors(200, city="one", **FROM), *visitors(60, 600, **FROM)]
    edition = drafts(a_night(tmp_path), hits, "cities", "network")
    settle(edition)
    assert all(not nulls.any() for draft in edition for nulls in draft.nulls.values())
