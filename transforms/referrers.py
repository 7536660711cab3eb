"""What kind of place a hit came from: search, social, an assistant, mail, a campaign, a partner.

Works on distinct hosts, as detection left them. The lists are schemas/referrers.yaml.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.shipped import read_yaml
from weir.transforms.distinct import is_true
from weir.transforms.domains import before_suffix

_PACKAGE = re.compile(r"(?:com|org|net|ai|ru|xyz)\.")  # a domain turned round


@dataclass(frozen=True)
class Places:
    """The lists, read once."""

    kinds: dict[str, str]  # host, or a name with `.*` behind it, -> kind
    any_suffix: frozenset[str]  # labels before `.*`: others need no look at the suffix list
    campaign: tuple[str, ...]  # names of parameters
    names: tuple[str, ...]  # all kinds
    apps: frozenset[str]  # packages among the hosts


@lru_cache(1)
def places() -> Places:
    """schemas/referrers.yaml."""
    raw = read_yaml((files("weir.schemas") / "referrers.yaml").read_text(encoding="utf-8"))
    listed = {host: kind for kind, facts in raw["kinds"].items() for host in facts["hosts"].split()}
    wild = frozenset(host.removesuffix(".*").split(".")[-1] for host in listed if host[-1] == "*")
    names = (*raw["others"], *raw["kinds"])
    apps = frozenset(host for host in listed if _PACKAGE.match(host))
    return Places(listed, wild, tuple(raw["campaign_parameters"].split()), names, apps)


def kinds_of(hosts: pa.Array, ours: tuple[str, ...], partners: tuple[str, ...]) -> pa.Array:
    """Distinct hosts (null: there was a referrer, but no host that may be told) -> kind.

    ours: hosts of the configuration's sites. partners: domains, with all below them.
    """
    own = is_true(pc.is_in(hosts, value_set=pa.array([bare(h) for h in ours], pa.string())))
    theirs = frozenset(bare(domain) for domain in partners)
    told = [_kind(host, theirs) for host in hosts.to_pylist()]
    return pc.if_else(own, "internal", pa.array(told, pa.string()))


def with_campaigns(kinds: pa.Array, campaign: pa.Array) -> pa.Array:
    """Kinds at rows (null: no referrer), and where the page's address names a campaign.

    A campaign's parameters tell more than where the link stood; but those of a link within the
    site say nothing of how the visitor came.
    """
    told = pc.fill_null(kinds, "none")
    return pc.if_else(pc.and_(campaign, pc.not_equal(told, "internal")), "campaign", told)


def bare(host: str) -> str:
    """A host as the referrers' are: lower case, without `www.`."""
    return host.lower().removeprefix("www.")


def _kind(host: str | None, partners: frozenset[str]) -> str:
    if host is None:
        return "other"
    if partners and not partners.isdisjoint(_itself_and_above(host)):
        return "partner"
    return _listed(host)


@lru_cache(65536)
def _listed(host: str) -> str:
    known = places()
    stem = "" if known.any_suffix.isdisjoint(host.split(".")) else before_suffix(host)
    for name in _itself_and_above(host):
        if name in known.kinds:
            return known.kinds[name]
        if stem and f"{stem}.*" in known.kinds:
            return known.kinds[f"{stem}.*"]
        stem = stem.partition(".")[2]
    return "other"


def _itself_and_above(host: str) -> Iterator[str]:
    while host:
        yield host
        host = host.partition(".")[2]
