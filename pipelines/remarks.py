"""What a night or a release lacks, in words: most of it is a slip in configuration or policy."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.pipelines.query import rows
from weir.pipelines.store import Store
from weir.schemas.config import Config, Site
from weir.schemas.policy import Policy
from weir.schemas.recipient import Recipient
from weir.schemas.release import Edition, Release
from weir.schemas.tables import CUSTOMER, NONE, OTHER

_SHOWN = 8
_ENOUGH = 20  # hits from elsewhere: of fewer one link is soon the most
_EXAMPLE = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|localhost)$")  # RFC 2606
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+")  # whole, and no placeholder in it


def of_referrers(store: Store, day: date, sites: Sequence[Site]) -> list[str]:
    """Sites to which most came from one host that is no known place: often it is their own, and
    `host` is not. Of all hits: the parts of a page say best whose page they were on."""
    query = (
        "SELECT site, referrer_kind, referrer_domain, count(*) FROM events "
        f"WHERE date = DATE '{day}' AND bot IS NULL AND referrer_kind NOT IN "
        "('internal', 'none') GROUP BY ALL"
    )
    found = rows(str(store.root), query)
    return [told for site in sites for told in _mostly_one(site, found)]


def _mostly_one(site: Site, found: Sequence[tuple[str, str, str | None, int]]) -> Iterator[str]:
    of_site = [(n, kind, domain or "") for name, kind, domain, n in found if name == site.name]
    hits, kind, domain = max(of_site, default=(0, "", ""))
    total = sum(n for n, _, _ in of_site)
    if total >= _ENOUGH and 2 * hits > total and kind == "other" and _DOMAIN.fullmatch(domain):
        yield (
            f"most referrers are {domain}, which is not among {site.name}'s hosts "
            f"({', '.join(site.hosts)}); if it is the site's own, add it to `host`"
        )


def of_actions(store: Store, day: date, sites: Sequence[Site]) -> list[str]:
    """Sites of which pages were told, and none is counted, since they come by another channel; and
    those of whose events none names an action, so that they are hits and nothing else."""
    query = (
        "SELECT site, channel, action, count(*), count(*) FILTER (WHERE pageview) FROM events "
        f"WHERE date = DATE '{day}' AND bot IS NULL GROUP BY ALL"
    )
    found = rows(str(store.root), query)
    return [
        told
        for site in sites
        for of_site in [[row[1:] for row in found if row[0] == site.name]]
        for told in (*_uncounted(site, of_site), *_of_no_action(site, of_site))
    ]


Acts = Sequence[tuple[str, str, int, int]]  # channel, action, how many, page views among them


def _uncounted(site: Site, found: Acts) -> Iterator[str]:
    pages = [(n, channel, counted) for channel, action, n, counted in found if action == "page"]
    others = [(n, channel) for n, channel, _ in pages if channel != site.count_pages_by]
    if others and not any(counted for _, _, counted in pages):
        number, channel = max(others)
        yield (
            f"none of {number:,} pages that a {channel} told of {site.name} is counted: pages are "
            f"counted by the {site.count_pages_by}; if there is none, say count_pages_by: {channel}"
        )


def _of_no_action(site: Site, found: Acts) -> Iterator[str]:
    for told in ("script", "tag"):
        acts = {action: n for channel, action, n, _ in found if channel == told}
        if acts.keys() == {"other"}:
            yield (
                f"none of {acts['other']:,} {told} events of {site.name} names an action, so they "
                "count as hits and nothing else: see `action` and `actions` of their mapping"
            )


def of_recipients(config: Config, releases: Sequence[str]) -> list[str]:
    """Of a release that went to whom only the sample knows. releases: where they lie."""
    hosts = [host for site in config.sites for host in site.hosts]
    if config.policy not in Policy.shipped() or all(_EXAMPLE.search(host) for host in hosts):
        return []
    return [
        f"{name} is the sample's advertiser, and nobody of yours: policy: {config.policy} is the "
        "shipped one. Name a copy of it with your own recipients, or none (recipients: []), as "
        "docs/how-to/share-with-an-advertiser.md has it; or end nights with --until disclose"
        for name in sorted({Path(place).parent.name for place in releases})
    ]


def remarks(
    store: Store, who: Recipient, editions: Sequence[Edition], release: Release
) -> tuple[str, ...]:
    """Dates, tables and customers of which there is nothing, each kind in a line."""
    found = []
    if release.missing_dates:
        found.append(f"no edition of {', '.join(map(str, release.missing_dates))}")
    if release.missing_tables:
        found.append(f"in no edition: {', '.join(release.missing_tables)}")
    return (*found, *_customers(store, who, editions))


def _customers(store: Store, who: Recipient, editions: Sequence[Edition]) -> Iterator[str]:
    """Those of the recipient's customers of whom its tables have no row."""
    if not who.customers:
        return
    known = _known(store, who, editions)
    for name in sorted(set(who.customers) - known):
        close = get_close_matches(name, known, n=1)
        named = ", ".join(sorted(known)[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
        hint = f"did you mean '{close[0]}'?" if close else f"they name {named or 'none'}"
        yield f"no row of customer '{name}' in these editions (misspelt, or of too few); {hint}"


def _known(store: Store, who: Recipient, editions: Sequence[Edition]) -> set[str]:
    """The customers that are named in what the recipient gets of sites and tables."""
    found: set[str] = set()
    for entry in (entry for edition in editions for entry in edition.tables):
        if entry.table in who.tables and (not who.sites or entry.site in who.sites):
            columns = {column.name for column in entry.columns}
            if CUSTOMER in columns:
                rows = pq.read_table(store.root / entry.path, columns=[CUSTOMER])
                found.update(pc.unique(rows[CUSTOMER].drop_null()).to_pylist())
    return found - {NONE, OTHER}
