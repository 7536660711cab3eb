"""What MMDB files say of a network, and what an edge server adds."""

# ruff: noqa: E501 (records, one a line)
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.transforms.test_separate import a_hit, a_wall, crossed, one

from weir.schemas.config import Detection
from weir.schemas.errors import ConfigError
from weir.schemas.policy import Policy
from weir.transforms.detect import Detector
from weir.transforms.network import Databases, as_number, country_code, read

DATA = Path(__file__).parents[1] / "data" / "mmdb"
BOTH = Databases((str(DATA / "GeoIP2-City-Test.mmdb"), str(DATA / "GeoLite2-ASN-Test.mmdb")))
NAMES = ("country", "city", "isp", "asn")


def told(*addresses: str | None) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in BOTH.of(pa.array(addresses, pa.string())).to_pylist()]


def of(event: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(event[name] for name in NAMES)


def test_databases_add_to_one_another() -> None:
    assert told("81.2.69.160", "1.128.0.1", "89.160.20.112") == [
        ("GB", "London", None, None),
        (None, None, "Telstra Pty Ltd", "AS1221"),
        ("SE", "Linköping", "Bredband2 AB", "AS29518"),
    ]


def test_what_no_database_knows_is_null() -> None:
    nothing = (None, None, None, None)
    assert told("192.0.2.1", "2001:db8::1", "no address", "", None) == [nothing] * 5


def test_databases_travel_to_workers() -> None:
    again = pickle.loads(pickle.dumps(BOTH))
    assert again.of(pa.array(["81.2.69.160"]))["country"].to_pylist() == ["GB"]


def test_a_run_records_how_old_its_databases_are() -> None:
    first, second = BOTH.described()
    assert (first["type"], second["type"]) == ("GeoIP2-City", "GeoLite2-ASN")
    assert len(first["built"]) == 10


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"country": {"iso_code": "DE"}, "city": {"names": {"en": "Bonn", "de": "Bonn"}}}, ("DE", "Bonn", None, None)),  # MaxMind, DB-IP
        ({"autonomous_system_number": 64496, "autonomous_system_organization": "Example Net"}, (None, None, "Example Net", "AS64496")),
        ({"isp": "Example", "organization": "A School", "autonomous_system_number": 64496}, (None, None, "Example", "AS64496")),
        ({"country": "Austria", "country_code": "AT", "asn": "AS64497", "as_name": "Example AT", "as_domain": "example.at"}, ("AT", None, "Example AT", "AS64497")),  # IPinfo Lite
        ({"city": "Graz", "country": "AT", "region": "Styria", "lat": "47.07"}, ("AT", "Graz", None, None)),  # IPinfo location
        ({"country": "AT", "org": "AS64497 Example AT"}, ("AT", None, "Example AT", "AS64497")),
        ({"org": "3 Example"}, (None, None, "3 Example", None)),
        ({"asn": 64498, "name": "EXAMPLE-FR", "org": "Example France", "country_code": "FR"}, ("FR", None, "EXAMPLE-FR", "AS64498")),  # IPLocate
        ({"traits": {"isp": "Example", "autonomous_system_number": 64496}, "country": {"iso_code": "US"}}, ("US", None, "Example", "AS64496")),
        ({"country_code": "ZZ", "asn": 0, "city": ""}, (None, None, None, None)),
        ({"country": {"iso_code": 7}, "city": ["x"]}, (None, None, None, None)),
    ],
)  # fmt: skip
def test_records_of_many_makers_are_read(record: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert tuple(read(record).values()) == expected


def test_codes_are_closed() -> None:
    assert [country_code(text) for text in ("de", "US", "XX", "T1", "EU", "Germany", "")] == [
        "DE", "US", None, None, None, None, None,
    ]  # fmt: skip
    assert [as_number(text) for text in ("AS64496", "64496", "as64496 Ex", "0", "x", "")] == [
        "AS64496", "AS64496", "AS64496", None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("content", [None, b"", b"not a database", b"cut"])
def test_a_file_that_is_no_database_is_a_fault_of_the_configuration(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "x.mmdb"
    if content is not None:
        whole = (DATA / "GeoLite2-ASN-Test.mmdb").read_bytes()
        path.write_bytes(whole[: len(whole) // 2] if content == b"cut" else content)
    with pytest.raises(ConfigError, match=r"network\.mmdb: .*x\.mmdb"):
        _ = Databases((str(path),)).readers


def test_a_hit_has_the_country_of_its_address_and_never_the_address() -> None:
    wall = a_wall(databases=BOTH)
    event = one(a_hit(address="89.160.20.112"), wall)
    assert of(event) == ("SE", "Linköping", "Bredband2 AB", "AS29518")
    assert "89.160" not in str(event)


def test_an_edge_server_wins_and_no_row_mixes_two_places() -> None:
    here = {"address": "89.160.20.112"}
    wall = a_wall(databases=BOTH)
    rows = [
        a_hit(**here, edge_country="se", line=0),
        a_hit(**here, edge_country="NO", line=1),
        a_hit(**here, edge_country="XX", edge_city="-", edge_asn="64496", line=2),
        a_hit(**here, edge_city="Motala", edge_isp="Example", line=3),
    ]
    told_ = sorted((of(event) for event in crossed(*rows, wall=wall)), key=str)
    assert told_ == sorted(
        [
            ("SE", "Linköping", "Bredband2 AB", "AS29518"),
            ("NO", None, "Bredband2 AB", "AS29518"),
            ("SE", "Linköping", None, "AS64496"),
            ("SE", "Motala", "Example", "AS29518"),
        ],
        key=str,
    )


def test_without_a_database_the_edge_alone_tells() -> None:
    event = one(a_hit(edge_country="US", edge_city="Boston", edge_isp="Example", edge_asn="64496"))
    assert of(event) == ("US", "Boston", "Example", "AS64496")


def test_city_and_operator_go_through_detection() -> None:
    event = one(a_hit(edge_city="jane.doe@example.org", edge_isp="a\x07b"))
    assert event["city"] == "{email}"
    assert "\x07" not in event["isp"]


def test_a_policy_may_drop_what_is_known_of_networks() -> None:
    strict = Policy.read("strict", Path())
    category = strict.categories["network"].model_copy(update={"treatment": "drop"})
    policy = strict.model_copy(update={"categories": {**strict.categories, "network": category}})
    wall = a_wall(databases=BOTH, policy=policy, detector=Detector(Detection()))
    event = one(a_hit(address="89.160.20.112", edge_country="US"), wall)
    assert of(event) == (None, None, None, None)
