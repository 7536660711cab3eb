"""Who asked, when proxies stand between: what is believed, and what anybody may have written."""

from typing import Any

import pytest
from tests.transforms.test_separate import a_hit, a_wall, through

from weir.transforms.forwarded import LISTS, client_of, hops_of, trusts

XFF, FORWARDED = LISTS
OURS = ("198.51.100.0/24", "2001:db8:ffff::/48")
PROXY, OTHER = "198.51.100.7", "198.51.100.8"
ANN, BOB = "203.0.113.1", "2001:db8::b0b"


def who(address: str | None, header: str, name: str = XFF) -> str | None:
    return client_of(address, hops_of(name, header), trusts(OURS))


@pytest.mark.parametrize(
    ("address", "header", "client"),
    [
        (PROXY, ANN, ANN),
        (PROXY, f"{ANN}, {OTHER}", ANN),  # two of ours
        (PROXY, f"192.0.2.66, {ANN}", ANN),  # what Ann wrote herself is left of her address
        (BOB, f"{ANN}", BOB),  # nobody vouches for Bob's header
        (PROXY, "", PROXY),
        (PROXY, f"{ANN}, unknown", PROXY),
        (PROXY, f"{ANN}, _hidden, {OTHER}", OTHER),
        (PROXY, f"{ANN}, <script>", PROXY),
        (PROXY, f"{OTHER}", OTHER),  # all of them are ours
        (PROXY, f"[{BOB}]:4711", BOB),
        (PROXY, "203.0.113.1:4711", ANN),
        (PROXY, f"{BOB.upper()}, ::ffff:198.51.100.9", BOB),
        ("2001:db8:ffff::1", ANN, ANN),
        ("proxy.example.org", ANN, "proxy.example.org"),  # a name is no address
        (None, ANN, None),
    ],
)
def test_the_walk_goes_from_the_right_over_trusted_hops(
    address: str | None, header: str, client: str | None
) -> None:
    assert who(address, header) == client


@pytest.mark.parametrize(
    ("header", "hops"),
    [
        ("for=192.0.2.60;proto=http;by=203.0.113.43", ["192.0.2.60"]),  # of RFC 7239
        ('For="[2001:db8:cafe::17]:4711"', ["[2001:db8:cafe::17]:4711"]),
        ('for=192.0.2.43, for="[2001:db8:cafe::17]"', ["192.0.2.43", "[2001:db8:cafe::17]"]),
        ('by=x;for="_gazonk"', ["_gazonk"]),
        ('for="a\\"b"', ['a"b']),
        ("for=192.0.2.1, proto=https", ["192.0.2.1", ""]),  # a hop that does not say
        ('for="x, for=192.0.2.1', ["", "", "192.0.2.1"]),  # a quote left open takes nothing in
        ("garbage", [""]),
        ("", []),
    ],
)
def test_forwarded_is_read_as_rfc_7239_has_it(header: str, hops: list[str]) -> None:
    assert hops_of(FORWARDED, header) == hops


def visitors(*rows: dict[str, Any], trusted: tuple[str, ...] = OURS) -> list[bytes]:
    found = through(*rows, wall=a_wall(trusted_proxies=trusted))
    return found.events["visitor"].to_pylist()  # type: ignore[no-any-return]


def test_two_people_behind_a_proxy_are_two_visitors_only_if_it_is_trusted() -> None:
    rows = [a_hit(line=n, address=PROXY, **{XFF: a}) for n, a in enumerate((ANN, BOB, ANN))]
    assert len(set(visitors(*rows))) == 2
    assert len(set(visitors(*rows, trusted=()))) == 1


def test_with_and_without_the_proxy_is_the_same_visitor() -> None:
    behind = a_hit(address=PROXY, **{FORWARDED: f'for="[{BOB.upper()}]:1"'})
    assert len(set(visitors(behind, a_hit(line=1, address=BOB)))) == 1


def test_x_forwarded_for_counts_before_forwarded() -> None:
    both = a_hit(address=PROXY, **{XFF: ANN, FORWARDED: f"for={BOB}"})
    assert len(set(visitors(both, a_hit(line=1, address=ANN)))) == 1


def test_two_spellings_of_an_address_are_one_network() -> None:
    spellings = ("2001:db8::1", "2001:DB8:0:0::1", "[2001:db8::1]:443", "2001:db8::1%eth0")
    assert len(set(visitors(*(a_hit(line=n, address=a) for n, a in enumerate(spellings))))) == 1
    assert len(set(visitors(a_hit(address="::ffff:192.0.2.9"), a_hit(address="192.0.2.9")))) == 1


@pytest.mark.parametrize("trusted", [OURS, ()])
def test_every_address_of_a_header_is_looked_for_by_the_proof(trusted: tuple[str, ...]) -> None:
    row = a_hit(
        address=PROXY,
        **{
            XFF: f"192.0.2.66, {BOB.upper()}, _secret77hop99",
            FORWARDED: "for=192.0.2.67",
            "header:x-real-ip": "192.0.2.68",
        },
    )
    found = through(row, wall=a_wall(trusted_proxies=trusted))
    known = {(i["kind"], i["value"]) for i in found.identifiers.to_pylist()}
    for address in ("192.0.2.66", "192.0.2.67", "192.0.2.68", BOB, PROXY):
        assert ("ip", address) in known
    assert ("id", "_secret77hop99") in known
    text = str(found.events.to_pylist())
    assert "192.0.2" not in text and BOB not in text and "secret77" not in text


def test_hits_without_the_header_are_of_who_connected() -> None:
    rows = [a_hit(address=ANN), a_hit(line=1, address=PROXY, **{XFF: ANN})]
    assert len(set(visitors(*rows))) == 1
