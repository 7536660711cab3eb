"""Who made a hit, as far as a day may know: visitor, network, user, recipient.

An identifier is hashed once with its site's root key (keyed BLAKE2b, 128 bits); the pseudonym of
a day, of a week or of a month is that hash enciphered with the period's key (one AES block: a
keyed permutation of 128 bits, so distinct identifiers stay distinct). One slow hash for each
distinct identifier serves all periods, and who lacks a period's key learns nothing across days.
"""

from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.detect import IDENTIFIER
from weir.schemas.event import BASES
from weir.transforms.distinct import Distinct, constant, is_true, pairs
from weir.transforms.keys import Keyring, keyed_hash

SEPARATOR = "\x1f"
# Canonical text (RFC 5952) whose first three groups are written out.
_V6_FULL = (
    "^(?P<a>[1-9a-f][0-9a-f]{0,3}):(?P<b>0|[1-9a-f][0-9a-f]{0,3}):(?P<c>0|[1-9a-f][0-9a-f]{0,3}):"
)


@dataclass(frozen=True)
class DayKeys:
    """The keys of one site and day. Lives on a worker; is never pickled."""

    root: bytes = field(repr=False)
    day: bytes = field(repr=False)
    week: bytes = field(repr=False)
    month: bytes = field(repr=False)
    proof: bytes = field(repr=False)

    @classmethod
    def of(cls, keyring: Keyring, site: str, day: date) -> "DayKeys":
        """Derive them. Raises KeyMissingError when a period's root is gone (crypto-shredding)."""
        year, week, _ = day.isocalendar()
        return cls(
            root=keyring.derive("pseudonyms", site, "root"),
            day=keyring.derive("pseudonyms", site, "day", day.isoformat()),
            week=keyring.period_key(f"{year}-W{week:02}", site),
            month=keyring.period_key(f"{day:%Y-%m}", site),
            proof=keyring.derive("proof", "dictionary"),
        )

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("keys of a day are derived where they are used, never sent")


def encipher(hashes: pa.FixedSizeBinaryArray, key: bytes) -> pa.FixedSizeBinaryArray:
    """Each 16-byte hash as one AES-256 block under `key`; nulls stay null.

    ECB is right here: every block is a hash of its own, and equal identifiers shall stay equal.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    start = hashes.offset * 16
    data = hashes.buffers()[1]
    plain = data.slice(start, len(hashes) * 16).to_pybytes() if data else b""
    sealed = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(plain)
    whole = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(16), len(hashes), [None, pa.py_buffer(sealed)]
    )
    return pc.if_else(hashes.is_valid(), whole, None) if hashes.null_count else whole


@dataclass(frozen=True)
class Recognised:
    """Pseudonyms of the rows, and the raw identifiers behind them for the proof's dictionary."""

    visitor: Distinct
    basis: Distinct
    network: Distinct
    netblock: Distinct
    user: Distinct
    recipient: Distinct
    linkage: pa.Table  # distinct (visitor, week, month)
    identifiers: pa.Table  # distinct (kind, value), PII


@dataclass(frozen=True)
class Identities:
    """What the rows of a block name people by; raw, in flight."""

    address: Distinct
    user_agent: Distinct
    cookie: Distinct
    session: Distinct
    user: Distinct
    recipient: Distinct


def recognise(said: Identities, keys: DayKeys) -> Recognised:
    """Pseudonyms of the rows.

    Basis: cookie > url_session > network (address and user agent), as DESIGN's "Words" has it.
    """
    addresses, cookies, sessions = said.address, said.cookie, said.session
    users, recipients = said.user, said.recipient
    networks = _networks(addresses, said.user_agent, keys.root)
    cookie_hashes = _hashes(cookies, "cookie", keys.root)
    visitors = _first_of(cookie_hashes, _hashes(sessions, "session", keys.root), networks)
    used = visitors.values.take(pc.unique(visitors.codes))
    blocks = addresses.then(netblocks(addresses.values))
    return Recognised(
        visitor=Distinct(visitors.codes, encipher(visitors.values, keys.day)),
        basis=_basis(cookies, sessions),
        network=Distinct(networks.codes, encipher(networks.values, keys.day)),
        netblock=_pseudonyms(blocks, "netblock", keys),
        user=_pseudonyms(users, "user", keys),
        recipient=_pseudonyms(recipients, "recipient", keys),
        linkage=pa.table(
            [encipher(used, key) for key in (keys.day, keys.week, keys.month)],
            names=["visitor", "week", "month"],
        ),
        identifiers=_identifiers(
            ("ip", addresses), ("id", cookies), ("id", sessions), ("id", users), ("id", recipients)
        ),
    )


def user_pseudonyms(users: pa.Array, keys: DayKeys) -> pa.Array:
    """Distinct user ids -> the pseudonyms that the day's events give them."""
    return encipher(keyed_hash(_prefixed(users, "user"), keys.root), keys.day)


def netblocks(addresses: pa.Array) -> pa.Array:
    """Distinct addresses -> their /24 or, for IPv6, /48, as text; null for what is neither."""
    v4 = pc.replace_substring_regex(addresses, r"^(\d+\.\d+\.\d+)\.\d+$", r"\1")
    is_v6 = is_true(pc.match_substring(addresses, ":"))
    if not pc.any(is_v6).as_py():
        return v4
    return pc.replace_with_mask(v4, is_v6, _v6_blocks(addresses.filter(is_v6)))


def _v6_blocks(addresses: pa.Array) -> pa.Array:
    """The first three groups; written in full in most addresses, else asked of the library."""
    parts = pc.extract_regex(addresses, _V6_FULL)
    blocks = pc.binary_join_element_wise(*(pc.struct_field(parts, [i]) for i in range(3)), ":")
    rest = pc.invert(parts.is_valid())
    odd = [_block_of_v6(text) for text in addresses.filter(rest).to_pylist()]
    return pc.replace_with_mask(blocks, rest, pa.array(odd, pa.string()))


def _block_of_v6(text: str) -> str | None:
    from ipaddress import AddressValueError, IPv6Address

    try:
        address = IPv6Address(text)
    except AddressValueError:
        return None
    if address.ipv4_mapped:
        return str(address.ipv4_mapped).rpartition(".")[0]
    return ":".join(f"{int.from_bytes(address.packed[i : i + 2]):x}" for i in (0, 2, 4))


def _networks(addresses: Distinct, user_agents: Distinct, root: bytes) -> Distinct:
    """Address and user agent together, hashed: one value a distinct pair."""
    codes, address, user_agent = pairs(addresses, user_agents)
    joined = pc.binary_join_element_wise(
        "network", pc.fill_null(address, ""), pc.fill_null(user_agent, ""), SEPARATOR
    )
    return Distinct(codes, keyed_hash(joined, root))


def _first_of(*kinds: Distinct) -> Distinct:
    """At each row the first kind that has a value there, over all kinds' values in one list."""
    shifted, before = [], 0
    for kind in kinds:
        shifted.append(pc.add(kind.codes, pa.scalar(before, pa.int32())))
        before += len(kind.values)
    return Distinct(pc.coalesce(*shifted), pa.concat_arrays([kind.values for kind in kinds]))


def _hashes(column: Distinct, kind: str, root: bytes) -> Distinct:
    return Distinct(column.codes, keyed_hash(_prefixed(column.values, kind), root))


def _pseudonyms(column: Distinct, kind: str, keys: DayKeys) -> Distinct:
    return Distinct(column.codes, encipher(_hashes(column, kind, keys.root).values, keys.day))


def _prefixed(values: pa.Array, kind: str) -> pa.Array:
    """Values told apart by what they are: the same text as cookie and as user is two people."""
    return pc.binary_join_element_wise(kind, values, SEPARATOR)


def _basis(cookies: Distinct, sessions: Distinct) -> Distinct:
    def known(column: Distinct) -> pa.Array:
        return column.codes.is_valid()

    codes = pc.if_else(known(cookies), 0, pc.if_else(known(sessions), 1, 2))
    return Distinct(codes.cast(pa.int32()), pa.array(BASES))


def _identifiers(*found: tuple[str, Distinct]) -> pa.Table:
    return pa.concat_tables(
        pa.table(
            [constant(kind, len(column.values), pa.string()), column.values], schema=IDENTIFIER
        )
        for kind, column in found
    )
