"""Network addresses in one spelling each, so that two spellings are no two networks.

IPv6 as RFC 5952 has it, without a zone (RFC 4007), IPv4-mapped ones (RFC 4291) as IPv4; ports and
brackets (RFC 3986) go. What is no address, such as a host's name, stays as it is.
"""

import re
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.distinct import is_true

_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_PLAIN_V4 = rf"^(?:{_BYTE}\.){{3}}{_BYTE}$"
_BRACKETS = re.compile(r"\[([^\[\]]*)\](?::\w*)?")
_PORT = re.compile(r"([0-9.]+):[0-9]{1,5}")
_MAPPED = "::ffff:"


def canonical(addresses: pa.Array) -> pa.Array:
    """Distinct addresses (string) -> the same in their one spelling; several may become one."""
    odd = pc.invert(is_true(pc.match_substring_regex(addresses, _PLAIN_V4)))
    odd = pc.and_(odd, addresses.is_valid())
    if not pc.any(odd).as_py():
        return addresses
    spelled = [address_of(text) or text for text in addresses.filter(odd).to_pylist()]
    return pc.replace_with_mask(addresses, odd, pa.array(spelled, pa.string()))


def address_of(text: str) -> str | None:
    """The one spelling of an address, or None for what is none."""
    text = text.strip()
    if text[:1] == "[":
        inside = _BRACKETS.fullmatch(text)
        text = inside[1] if inside else text
    elif port := _PORT.fullmatch(text):
        text = port[1]
    text = text.partition("%")[0]
    try:
        if ":" not in text:
            return inet_ntop(AF_INET, inet_pton(AF_INET, text))
        spelled = inet_ntop(AF_INET6, inet_pton(AF_INET6, text))
    except (OSError, ValueError):  # ValueError: NUL within
        return None
    return spelled.removeprefix(_MAPPED) if "." in spelled else spelled
