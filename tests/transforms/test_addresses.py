"""One address, one spelling."""

import pyarrow as pa
import pytest

from weir.transforms.addresses import address_of, canonical


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:8080", "192.0.2.1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0::0:1", "2001:db8::1"),
        ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"),  # RFC 5952: the first of the longest runs
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),  # never for one group
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:201", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("host.example.org", None),
        ("010.0.0.1", None),  # octal to some
        ("192.0.2", None),
        ("192.0.2.1.5", None),
        ("[2001:db8::1", None),
        ("unknown", None),
        ("a\0b", None),
        ("", None),
    ],
)
def test_an_address_has_one_spelling(text: str, spelled: str | None) -> None:
    assert address_of(text) == spelled


def test_what_is_no_address_stays_as_it_is() -> None:
    given = pa.array(["192.0.2.1", "host.example.org", None, "2001:DB8::1", "192.0.2.1."])
    assert canonical(given).to_pylist() == [
        "192.0.2.1", "host.example.org", None, "2001:db8::1", "192.0.2.1.",
    ]  # fmt: skip
