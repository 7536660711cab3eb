"""Hosts and the domains that somebody registered, by the public suffix list that tldextract brings.

publicsuffix.org/list, "Algorithm". The network is never asked.
"""

import re
from functools import lru_cache

_UNLISTED = re.compile(r"(?<![^.])[a-z0-9-]+\.[a-z]{2,}$")  # an address has no letters at its end


@lru_cache(65536)
def registrable(host: str) -> str | None:
    """The registered domain of a host; None for what has none: an address, a suffix itself.

    Under a top level that the list does not know, its rule `*` holds: the last two labels.
    """
    found = _suffixes()(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else None
    unlisted = _UNLISTED.search(host)
    return unlisted[0] if unlisted else None


def has_suffix(host: str) -> bool:
    """The host ends in a suffix of the list, so somebody may have it."""
    return bool(_suffixes()(host).suffix)


def before_suffix(host: str) -> str:
    """A host without its public suffix: `mail.google` of `mail.google.co.uk`."""
    domain = registrable(host)
    if domain is None:
        return ""
    suffix = domain.partition(".")[2]
    return host.removesuffix(f".{suffix}")


@lru_cache(1)
def _suffixes():  # type: ignore[no-untyped-def]
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # never asks the network
