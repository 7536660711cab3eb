"""Who made a hit, as far as a day may know."""

import pickle
from dataclasses import fields

import pyarrow as pa
import pytest

from weir.transforms.distinct import Distinct, pairs
from weir.transforms.recognise import (
    DayKeys,
    Identities,
    Recognised,
    encipher,
    netblocks,
    recognise,
)


def keys(day: bytes = b"d" * 32) -> DayKeys:
    return DayKeys(root=b"r" * 32, day=day, week=b"w" * 32, month=b"m" * 32, proof=b"p" * 32)


def said(*rows: dict[str, str]) -> Identities:
    defaults = {"address": "192.0.2.1", "user_agent": "Browser/1"}
    return Identities(
        *(
            Distinct.of(pa.array([(defaults | row).get(f.name) for row in rows], pa.string()))
            for f in fields(Identities)
        )
    )


def known(*rows: dict[str, str], day: bytes = b"d" * 32) -> Recognised:
    return recognise(said(*rows), keys(day))


def at_rows(column: Distinct) -> list[object]:
    return column.at_rows().to_pylist()


def test_a_cookie_goes_before_a_session_before_the_network() -> None:
    found = known({"cookie": "c", "session": "s"}, {"session": "s"}, {})
    assert at_rows(found.basis) == ["cookie", "url_session", "network"]


def test_a_cookie_is_one_visitor_wherever_it_goes() -> None:
    found = known({"cookie": "c"}, {"cookie": "c", "address": "198.51.100.7"})
    assert len(set(at_rows(found.visitor))) == 1
    assert len(set(at_rows(found.network))) == 2


def test_without_a_cookie_address_and_user_agent_together_are_the_visitor() -> None:
    found = known({}, {}, {"user_agent": "Browser/2"}, {"address": "192.0.2.2"})
    assert len(set(at_rows(found.visitor))) == 3
    assert at_rows(found.visitor) == at_rows(found.network)


def test_the_same_text_as_cookie_and_as_user_is_two_pseudonyms() -> None:
    found = known({"cookie": "jane", "user": "jane"})
    assert at_rows(found.visitor) != at_rows(found.user)


def test_two_days_cannot_be_joined() -> None:
    assert at_rows(known({}).visitor) != at_rows(known({}, day=b"e" * 32).visitor)


def test_two_days_can_be_joined_within_a_week_through_linkage() -> None:
    monday, tuesday = known({}).linkage, known({}, day=b"e" * 32).linkage
    assert monday["week"] == tuesday["week"]
    assert monday["visitor"] != tuesday["visitor"]


def test_linkage_holds_the_visitors_and_nobody_else() -> None:
    found = known({"cookie": "c"}, {"cookie": "c"}, {})
    assert sorted(found.linkage["visitor"].to_pylist()) == sorted(set(at_rows(found.visitor)))


def test_identifiers_of_every_kind_go_to_the_proof() -> None:
    found = known({"cookie": "c", "session": "s", "user": "u", "recipient": "r"})
    assert found.identifiers.to_pylist() == [
        {"kind": "ip", "value": "192.0.2.1"}, {"kind": "id", "value": "c"},
        {"kind": "id", "value": "s"}, {"kind": "id", "value": "u"}, {"kind": "id", "value": "r"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.77", "192.0.2"),
        ("2001:db8:1:2::1", "2001:db8:1"),
        ("2001:db8:1:ffff::2", "2001:db8:1"),
        ("::ffff:192.0.2.9", "192.0.2"),
        ("fe80::zz", None),
        (None, None),
    ],
)
def test_an_address_lies_in_a_block(address: str, block: str | None) -> None:
    assert netblocks(pa.array([address], pa.string())).to_pylist() == [block]


def test_day_keys_are_neither_shown_nor_sent() -> None:
    assert "rrr" not in repr(keys())
    with pytest.raises(TypeError):
        pickle.dumps(keys())


def test_enciphering_keeps_nulls_and_distinctness() -> None:
    hashes = pa.array([b"a" * 16, None, b"b" * 16], pa.binary(16))
    sealed = encipher(hashes, b"k" * 32)
    assert sealed[1].as_py() is None
    assert len({sealed[0].as_py(), sealed[2].as_py(), b"a" * 16}) == 3
    assert encipher(hashes.slice(2), b"k" * 32)[0] == sealed[2]


def test_pairs_count_a_null_as_a_value_of_its_own() -> None:
    left = Distinct.of(pa.array(["a", "a", None]))
    right = Distinct.of(pa.array(["x", None, None], pa.string()))
    codes, lefts, rights = pairs(left, right)
    told = list(zip(lefts.take(codes).to_pylist(), rights.take(codes).to_pylist(), strict=True))
    assert told == [("a", "x"), ("a", None), (None, None)]
