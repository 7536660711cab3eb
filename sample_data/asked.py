"""Searches on the site and late conversions, within visits that are there already."""

from collections.abc import Iterable, Iterator
from random import Random

from sample_data.model import HOSTS, SECOND, Hit

COMMON = ("garden chairs", "travel guide", "old maps", "opening hours", "gift card")
_THINGS = ("lamp", "atlas", "teapot", "novel", "shelf", "globe", "kettle", "diary")
_KINDS = ("blue", "small", "second hand", "wooden", "signed", "folding", "brass", "early")
RARE = tuple(f"{kind} {thing}" for kind in _KINDS for thing in _THINGS)
_WAYS = (str, str.title, str.upper, lambda term: f" {term.replace(' ', '  ')}")


def searches(hits: Iterable[Hit], rng: Random) -> Iterator[Hit]:
    """After one page in twenty-five that a known browser got, a search; terms as people type."""
    for hit in list(hits):
        known = hit.cookie and not hit.canaries and not hit.browser.alike
        if not (known and hit.pageview) or rng.random() >= 0.04:
            continue
        term = rng.choice(_WAYS)(rng.choice(COMMON if rng.random() < 0.6 else RARE))
        yield Hit(
            hit.at + rng.randint(3, 20) * SECOND, hit.browser, path="/search",
            query=(("q", term),), size=rng.randint(1500, 9000), address=hit.address,
            cookie=hit.cookie, user=hit.user, agent=hit.agent,
            referrer=f"http://{HOSTS[hit.browser.site]}{hit.path}",
        )  # fmt: skip


def conversions(hits: Iterable[Hit], rng: Random) -> Iterator[Hit]:
    """After one page in a hundred that a known browser got, a conversion that names no campaign:
    what led to it was seen or clicked before, on that day or another one, if at all."""
    for hit in list(hits):
        known = hit.cookie and not hit.canaries and not hit.browser.alike
        if not (known and hit.pageview) or rng.random() >= 0.01:
            continue
        page = f"http://{HOSTS[hit.browser.site]}{hit.path}"
        yield Hit(
            hit.at + rng.randint(3, 20) * SECOND, hit.browser, "tag", "conversion", path="/t.gif",
            query=(("a", "conv"), ("p", page)), size=43, address=hit.address, cookie=hit.cookie,
            user=hit.user, agent=hit.agent, referrer=page,
        )  # fmt: skip


def as_counted(term: str) -> str:
    """A term as the tables have it."""
    return " ".join(term.lower().split())
