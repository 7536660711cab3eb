"""Which first requests join a cookie, and which do not."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest
from tests.transforms.hits import a_hit, at, events, pseudonym

from weir.schemas.columns import Zone, check_zone
from weir.schemas.event import EVENT
from weir.transforms.buckets import bucket_of
from weir.transforms.stitch import FIRSTS, JOINS, firsts, match

HALF_HOUR = {"www": 30, "shop": 30}


def a_cookie(clock, visitor="ann", network="home", **fields):
    return a_hit(clock, visitor=visitor, network=network, basis="cookie", **fields)


def a_bare_hit(clock, network="home", **fields):
    """A hit without a cookie: its visitor is made from the network."""
    return a_hit(clock, visitor=network, network=network, basis="network", **fields)


def joins_of(*hits, minutes=HALF_HOUR, uncookied=()):
    """Who the bare hits join, by the time they happened."""
    table = events(*hits)
    found = match(firsts(table, uncookied), table, minutes, uncookied).to_pylist()
    return [(row["seen_at"], row["joined"]) for row in found]


def test_a_first_request_joins_the_cookie_that_appears_after_it():
    joined = joins_of(a_bare_hit("12:00"), a_cookie("12:01"))
    assert joined == [(at("12:00"), pseudonym("ann"))]


@pytest.mark.parametrize(("clock", "joins"), [("12:30", 1), ("12:30:01", 0), ("12:00", 1)])
def test_the_cookie_must_appear_within_half_an_hour_and_may_in_the_same_instant(clock, joins):
    assert len(joins_of(a_bare_hit("12:00"), a_cookie(clock))) == joins


def test_a_cookie_seen_earlier_in_the_day_is_not_new():
    assert joins_of(a_cookie("11:00"), a_bare_hit("12:00"), a_cookie("12:01")) == []


def test_a_cookie_that_was_first_elsewhere_is_not_new_here():
    hits = [a_cookie("12:00:30", network="work"), a_bare_hit("12:00"), a_cookie("12:01")]
    assert joins_of(*hits) == []


def test_two_new_cookies_leave_it_undecided():
    hits = [a_bare_hit("12:00"), a_cookie("12:01", "ann"), a_cookie("12:20", "ben")]
    assert joins_of(*hits) == []


@pytest.mark.parametrize(("clock", "joins"), [("12:30", 0), ("12:30:01", 1), ("12:00", 0)])
def test_another_bare_hit_that_follows_on_the_network_keeps_it_apart(clock, joins):
    joined = joins_of(a_bare_hit("12:00"), a_cookie("12:01"), a_bare_hit(clock))
    assert len(joined) == joins


def test_a_bare_hit_before_it_does_not_matter():
    joined = joins_of(a_bare_hit("12:00"), a_bare_hit("12:05"), a_cookie("12:06"))
    assert joined == [(at("12:05"), pseudonym("ann"))]


def test_networks_and_sites_do_not_mix():
    assert joins_of(a_bare_hit("12:00", "home"), a_cookie("12:01", network="work")) == []
    assert joins_of(a_bare_hit("12:00", site="shop"), a_cookie("12:01")) == []


def test_a_bare_hit_on_another_network_is_no_other():
    hits = [a_bare_hit("12:00"), a_cookie("12:01"), a_bare_hit("12:02", "work")]
    assert len(joins_of(*hits)) == 1


def test_robots_neither_join_nor_are_joined():
    assert joins_of(a_bare_hit("12:00", bot="tool"), a_cookie("12:01")) == []
    assert joins_of(a_bare_hit("12:00"), a_cookie("12:01", bot="tool")) == []


def test_a_site_may_switch_it_off_or_choose_its_time():
    hits = [a_bare_hit("12:00"), a_cookie("12:00")]
    assert joins_of(*hits, minutes={"www": 0}) == []
    assert joins_of(a_bare_hit("12:00"), a_cookie("12:06"), minutes={"www": 5}) == []


def test_a_cookies_first_hit_is_one_whatever_the_order():
    hits = [a_cookie("12:05", network="b"), a_cookie("12:00", network="c"),
            a_cookie("12:00", network="a")]  # fmt: skip
    for order in (hits, hits[::-1]):
        (first,) = firsts(events(*order)).to_pylist()
        assert (first["first_at"], first["network"]) == (at("12:00"), pseudonym("a"))


def joined_by_tags(*hits, **more):
    """The same on a site whose visitors only tags name."""
    return joins_of(*hits, uncookied=["www"], **more)


def test_without_a_cookie_in_the_log_all_hits_of_a_network_are_its_one_visitors():
    hits = [a_bare_hit("9:00"), a_bare_hit("12:00"), a_cookie("12:01"), a_bare_hit("12:02"),
            a_cookie("12:03"), a_bare_hit("20:00"), a_bare_hit("12:01", "work")]  # fmt: skip
    told = [(at(clock), pseudonym("ann")) for clock in ("9:00", "12:00", "12:02", "20:00")]
    assert joined_by_tags(*hits) == told
    assert joined_by_tags(*hits[::-1]) == told
    assert joins_of(*hits) == []


def test_of_two_visitors_on_a_network_neither_can_be_meant():
    hits = [a_bare_hit("12:00"), a_cookie("12:01"), a_bare_hit("12:02"), a_cookie("20:00", "ben")]
    assert joined_by_tags(*hits) == []


def test_a_visitor_has_all_hits_of_each_network_on_which_it_alone_appears():
    hits = [a_cookie("12:00", network="home"), a_cookie("13:00", network="bus"),
            a_bare_hit("12:01", "home"), a_bare_hit("12:30", "bus"), a_bare_hit("13:01", "bus"),
            a_cookie("12:00", "ben", "work"), a_cookie("14:00", network="work"),
            a_bare_hit("12:00", "work")]  # fmt: skip
    assert sorted(joined_by_tags(*hits)) == [
        (at(clock), pseudonym("ann")) for clock in ("12:01", "12:30", "13:01")
    ]


def test_hits_of_one_instant_are_named_once():
    hits = [a_bare_hit("12:00"), a_bare_hit("12:00", path="/b"), a_cookie("12:00")]
    assert joined_by_tags(*hits) == [(at("12:00"), pseudonym("ann"))]


def test_each_site_has_its_own_rule():
    def of(site):
        return [a_bare_hit("12:00", site=site), a_bare_hit("12:02", site=site),
                a_cookie("12:01", site=site), a_cookie("12:01", network="n", site=site),
                a_bare_hit("13:02", "n", site=site)]  # fmt: skip

    table = events(*of("shop"), *of("www"))
    assert firsts(table, ["www"]).num_rows == 3
    joins = match(firsts(table, ["www"]), table, HALF_HOUR, ["www"]).to_pylist()
    assert {row["site"] for row in joins} == {"www"}
    assert len(joins) == 3


def test_robots_and_sites_that_switched_it_off_are_left_aside_there_too():
    hits = [a_bare_hit("12:00"), a_cookie("12:00")]
    assert joined_by_tags(*hits, minutes={"www": 0}) == []
    assert joined_by_tags(a_bare_hit("12:00", bot="tool"), a_cookie("12:01")) == []
    session = a_hit("12:00", visitor="s", network="home", basis="url_session")
    assert joined_by_tags(session, a_cookie("12:01")) == []


def test_nothing_gives_nothing():
    assert firsts(events()).num_rows == 0
    assert match(firsts(events()), events(), HALF_HOUR).num_rows == 0
    assert match(firsts(events()), events(a_bare_hit("12:00")), HALF_HOUR).num_rows == 0
    assert match(firsts(events(a_cookie("12:00"))), events(), HALF_HOUR).num_rows == 0


def test_what_is_exchanged_stays_inside():
    for schema in (FIRSTS, JOINS):
        check_zone(schema, Zone.INTERNAL)


def test_a_bucket_is_the_first_two_bytes_modulo_the_number_of_buckets():
    ids = pa.array([b"\x01\x02" + b"x" * 14, b"\xff\xff" + b"x" * 14, None], pa.binary(16))
    assert bucket_of(ids, 64).to_pylist() == [0x0102 % 64, 0xFFFF % 64, None]
    assert bucket_of(ids[1:], 64).to_pylist() == [0xFFFF % 64, None]
    assert bucket_of(ids[:0], 64).type == pa.uint16()


def _simulated(visitors: int, chance: np.random.Generator):
    """New browsers of a day, a third in crowds of thirty behind one address and user agent."""
    shared = chance.random(visitors) < 1 / 3
    crowd = chance.integers(0, visitors // 90, visitors)
    start = chance.integers(0, 80_000, visitors)
    more = np.where(chance.random(visitors) < 0.03, 1, chance.integers(2, 6, visitors))
    # Each browser: a bare request, then requests with its cookie (unless it left at once).
    rows = [
        (f"net{crowd[i]}" if shared[i] else f"own{i}", i, int(start[i]), int(more[i]) - 1)
        for i in range(visitors)
    ]
    hits = []
    for network, browser, begin, further in rows:
        hits.append((network, network, "network", begin))
        hits += [(f"v{browser}", network, "cookie", begin + 40 * (n + 1)) for n in range(further)]
    visitor, network, basis, second = zip(*hits, strict=True)
    table = pa.table(
        {
            "site": ["www"] * len(hits),
            "seen_at": pa.array([at("0:00") + timedelta(seconds=s) for s in second]),
            "visitor": pa.array([pseudonym(v) for v in visitor], pa.binary(16)),
            "basis": pa.array(basis),
            "network": pa.array([pseudonym(n) for n in network], pa.binary(16)),
            "bot": pa.nulls(len(hits), pa.string()),
        }
    )
    return table.cast(pa.schema([EVENT.field(name) for name in table.column_names]))


def test_among_new_browsers_the_rule_counts_within_a_percent_where_naive_counting_fails():
    visitors = 5_000
    table = _simulated(visitors, np.random.default_rng(8))
    joins = match(firsts(table), table, HALF_HOUR)
    seen = list(zip(table["visitor"].to_pylist(), table["seen_at"].to_pylist(), strict=True))
    joined = {(j["visitor"], j["seen_at"]) for j in joins.to_pylist()}
    naive, ruled = len({who for who, _ in seen}), len({w for w, t in seen if (w, t) not in joined})
    assert naive > 1.25 * visitors
    assert abs(ruled - visitors) < 0.01 * visitors
