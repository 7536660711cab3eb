"""What a cell is called outside: no placeholder's kind, no host below its registrable domain, no
page but on a public route."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.tables import NONE, OTHER
from weir.transforms import domains
from weir.transforms.disclose.crowd import HIDDEN_PLACEHOLDER, PLACEHOLDER
from weir.transforms.referrers import places

_HASH = r"^(/?).*[0-9A-Fa-f]{32}.*$"  # MD5 and longer ones


def untyped(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values with `{email}`, `{id}` … as `{…}`: outside, not even the kind is told.

    What may hold the hash of an address is `{…}` as a whole, as the proof makes of one that it
    knows. Else a crowd that asks for `/x/sha256:…` would read in the edition whether somebody of
    that address was there.
    """
    values = pc.replace_substring_regex(values, PLACEHOLDER, HIDDEN_PLACEHOLDER)
    return pc.replace_substring_regex(values, _HASH, rf"\1{HIDDEN_PLACEHOLDER}")


def registrable(hosts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Hosts as the domains that somebody registered; what has none (an address) is `(other)`.

    A listed app's package (`com.google.android.gm`) stays: read as a host it would be somebody
    else's domain.
    """
    distinct = pc.unique(hosts)
    named = pa.array([_registrable(host) for host in distinct.to_pylist()], pa.string())
    return pc.take(named, pc.index_in(hosts, value_set=distinct))


def _registrable(host: str) -> str:
    if host in (NONE, OTHER) or host in places().apps:
        return host
    return domains.registrable(host) or OTHER


def public(
    sites: pa.ChunkedArray, paths: pa.ChunkedArray, routes: Mapping[str, tuple[str, ...]]
) -> pa.ChunkedArray:
    """Paths on routes that their site declares public; others as `(other)`."""
    shown = pc.equal(paths, NONE)
    for site, patterns in sorted(routes.items()):
        on_site = pc.equal(sites, site)
        for pattern in patterns:
            shown = pc.or_(shown, pc.and_(on_site, on_route(paths, pattern)))
    return pc.if_else(shown, paths, pa.scalar(OTHER))


def on_route(paths: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    """Whether each path is on a route. `*` stands for one segment or the rest of one, `**` as the
    last segment for everything below; `/books/*` is every page right under `/books/`."""
    deep = pattern.endswith("/**")
    steps = pattern.removesuffix("/**").split("/")
    text = "/".join("[^/]*".join(map(_quoted, step.split("*"))) for step in steps)
    return pc.match_substring_regex(paths, f"^{text}{'(/.*)?' if deep else '/?'}$")


def _quoted(text: str) -> str:
    """Literal for RE2."""
    return "".join(c if c.isalnum() or c in "_-~" or not c.isascii() else f"\\{c}" for c in text)
