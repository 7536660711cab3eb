"""Who asked, when proxies stand between: X-Forwarded-For, and Forwarded (RFC 7239).

Each proxy adds the address that asked it to the right end of the header, and anybody can write
what stands to the left. So the walk goes from the right, beginning with the address that connected:
as long as the address at hand is a trusted proxy's, the one to its left is believed. The first one
that is not trusted is who asked. A hop that is no address (`unknown`, `_hidden`, garbage) ends the
walk at the last address that is known.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from ipaddress import ip_address, ip_network

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.detect import IDENTIFIER
from weir.transforms.addresses import address_of, canonical
from weir.transforms.distinct import Distinct, constant, pairs

LISTS = ("header:x-forwarded-for", "header:forwarded")
"""Headers that name the hops. Where a row has both, the first counts: proxies that write it pass
the other one on as they find it, so anybody may have written that."""

_SINGLE = tuple(
    f"header:{name}" for name in ("x-real-ip", "x-client-ip", "cf-connecting-ip", "true-client-ip")
)  # never believed, personal all the same
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ELEMENT = re.compile(rf'(?:[^,"]|{_QUOTED})+')
_FOR = re.compile(rf'(?i)(?:^|;)\s*for\s*=\s*({_QUOTED}|[^;"]*)')
_UNKNOWN = ("", "-", "unknown")

Hops = list[str]


def clients(rows: pa.Table, trusted: tuple[str, ...]) -> tuple[pa.Table, pa.Table]:
    """Rows whose `address` is who asked, in its canonical spelling (addresses.py); and what the
    headers and the address name, as IDENTIFIER: personal, for the proof's dictionary.

    rows: CODED_PARSED and a log's own columns. trusted: networks of proxies.
    """
    asked = Distinct.of(rows["address"])
    connecting = asked.then(canonical(asked.values))
    lists = {n: Distinct.of(rows[n]) for n in LISTS if n in rows.column_names}
    hops = {n: [hops_of(n, text) for text in lists[n].values.to_pylist()] for n in lists}
    client = _walked(connecting, lists, hops, trusted) if trusted and lists else connecting
    place = rows.column_names.index("address")
    known = rows.set_column(place, rows.schema.field(place), client.text(client.values))
    told = (text for one in hops.values() for each in one for text in each)
    single = (Distinct.of(rows[n]).values.to_pylist() for n in _SINGLE if n in rows.column_names)
    more = (text.strip() for values in single for text in values)
    return known, _identifiers(connecting.values, {*told, *more})


def hops_of(header: str, text: str) -> Hops:
    """The hops that a header's value names, from left to right: addresses, and what is none."""
    if header == LISTS[0]:
        return [hop.strip().strip('"') for hop in text.split(",")]
    said = (_FOR.search(element) for element in _ELEMENT.findall(text))
    return [_unquoted(found[1].strip()) if found else "" for found in said]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] == '"' else text


def client_of(address: str | None, hops: Hops, is_trusted: Callable[[str], bool]) -> str | None:
    """Who asked, of the address that connected and the hops that the header names."""
    known = address
    for hop in reversed(hops):
        if known is None or not is_trusted(known):
            return known
        before = address_of(hop)
        if before is None:
            return known
        known = before
    return known


def trusts(networks: Iterable[str]) -> Callable[[str], bool]:
    """Whether an address (canonical) lies in one of some networks."""
    held = [ip_network(text) for text in networks]

    @cache
    def lies_in(text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:  # a host's name
            return False
        return any(address in network for network in held)

    return lies_in


def _walked(
    connecting: Distinct,
    lists: dict[str, Distinct],
    hops: dict[str, list[Hops]],
    trusted: tuple[str, ...],
) -> Distinct:
    """Who asked, thought about once for each distinct pair of address and header."""
    shifted, before = [], 0
    for column in lists.values():
        shifted.append(pc.add(column.codes, pa.scalar(before, pa.int32())))
        before += len(column.values)
    every = [each for name in lists for each in hops[name]]
    headers = Distinct(pc.coalesce(*shifted), pa.array(np.arange(len(every))))
    codes, address, header = pairs(connecting, headers)
    is_trusted = trusts(trusted)
    walked = [
        client_of(one, every[number] if number is not None else [], is_trusted)
        for one, number in zip(address.to_pylist(), header.to_pylist(), strict=True)
    ]
    found = pa.array(walked, pa.string())
    return Distinct(codes, found).then(found)


def _identifiers(connecting: pa.Array, told: set[str]) -> pa.Table:
    """Addresses as `ip`, names that proxies gave instead as `id`."""
    addresses = {text: address_of(text) for text in told}
    ips = {found for found in addresses.values() if found}
    ids = {t for t, found in addresses.items() if not found and t.lower() not in _UNKNOWN}
    return pa.concat_tables(
        pa.table([constant(kind, len(values), pa.string()), values], schema=IDENTIFIER)
        for kind, values in (
            ("ip", connecting.drop_null()),
            ("ip", pa.array(sorted(ips), pa.string())),
            ("id", pa.array(sorted(ids), pa.string())),
        )
    )
