"""The events of a large site's day, as a night would have left them: for what an edition leaves.

Visitors come once or twice, an hour apart at least, and see pages; what pages, sites that send them
and cities there are follows Zipf's law, and so does how often. A third are registered and have said
who they are. The same numbers give the same events.
"""

from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from weir.schemas.event import EVENT, PERSON

DAY = date(2008, 4, 22)
SITE = "www"
_PAGES, _DOMAINS, _CAMPAIGNS, _CITIES, _COUNTRIES, _ISPS = 5_000, 3_000, 40, 600, 40, 900
_BROWSERS = ("Internet Explorer", "Firefox", "Safari", "Opera", "Chrome", "Konqueror")
_SYSTEMS = ("Windows XP", "Windows Vista", "Mac OS X", "Linux", "Windows 2000")
_KINDS = ("none", "search", "external", "campaign", "email", "social")
_AGES = ("25-34", "35-44", "18-24", "45-54", "55-64", "65+", "0-17")
_GENDERS = ("female", "male", "unknown", "refused", "other")
_PROFESSIONS = (
    "professionals", "technicians", "student", "clerical support", "managers", "retired",
    "service and sales", "unknown",
)  # fmt: skip

Index = npt.NDArray[np.int64]


class Draw:
    """Random choices, each of its own seed, so that one more changes no other."""

    def __init__(self, seed: int = 20080422) -> None:
        self.seeds = iter(np.random.SeedSequence(seed).spawn(100))

    @property
    def next(self) -> np.random.Generator:
        """A generator of its own."""
        return np.random.default_rng(next(self.seeds))

    def uneven(self, size: int, pool: int, exponent: float = 0.9) -> Index:
        """0…pool-1, the first the most frequent."""
        weight = np.cumsum(np.arange(1, pool + 1) ** -exponent)
        return np.searchsorted(weight, self.next.random(size) * weight[-1]).astype(np.int64)

    def words(self, size: int, words: tuple[str, ...], exponent: float = 1.2) -> pa.Array:
        """Some of these, the first the most frequent."""
        return pa.array(words).take(pa.array(self.uneven(size, len(words), exponent)))


def ids(kind: int, numbers: Index) -> pa.Array:
    """16 bytes that look like pseudonyms; spread over buckets."""
    mixed = (numbers.astype(np.uint64) + np.uint64(kind << 48)) * np.uint64(0x9E3779B97F4A7C15)
    raw = np.zeros((len(numbers), 16), np.uint8)
    raw[:, :8] = mixed.astype(">u8").view(np.uint8).reshape(-1, 8)
    raw[:, 8:] = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)
    whole = pa.Array.from_buffers(pa.binary(16), len(numbers), [None, pa.py_buffer(raw)])
    return whole.cast(pa.binary())


def site(visitors: int) -> tuple[pa.Table, pa.Table]:
    """(schema EVENT, schema PERSON) of one day and so many visitors."""
    draw = Draw()
    who = np.arange(visitors)
    visits = draw.next.geometric(0.8, visitors).clip(max=3)
    of_visit = np.repeat(who, visits)
    views = draw.next.geometric(0.33, len(of_visit)).clip(max=30)
    visit = np.repeat(np.arange(len(of_visit)), views)
    hit = of_visit[visit]
    first = np.concatenate([[True], visit[1:] != visit[:-1]])
    at = _moments(draw, of_visit, visit)
    user = pa.array(draw.next.random(visitors) < 1 / 3)
    known = pa.compute.if_else(user, ids(3, who), pa.nulls(visitors, pa.binary()))
    kind, domain = _referrers(draw, len(of_visit))
    country = draw.uneven(visitors, _COUNTRIES, 1.3)
    city = country * 1_000 + draw.uneven(visitors, _CITIES // _COUNTRIES, 1.1)
    operator = country * 1_000 + draw.uneven(visitors, _ISPS // _COUNTRIES, 1.1)
    campaign = _named("campaign", draw.uneven(len(of_visit), _CAMPAIGNS))
    led = pa.compute.equal(kind, "campaign")
    columns = {
        "seen_at": at,
        "visitor": ids(1, hit),
        "basis": _same("cookie", len(hit)),
        "netblock": ids(2, draw.next.integers(0, visitors, visitors)[hit]),
        "user": known.take(pa.array(hit)),
        "channel": _same("log", len(hit)),
        "action": _same("page", len(hit)),
        "pageview": pa.repeat(pa.scalar(True), len(hit)),
        "sharable": pa.repeat(pa.scalar(True), len(hit)),
        "method": _same("GET", len(hit)),
        "path": _named("/books/", draw.uneven(len(hit), _PAGES)),
        "status": pa.repeat(pa.scalar(200, pa.int16()), len(hit)),
        "size_bytes": pa.array(draw.next.integers(1_000, 60_000, len(hit))),
        "referrer_kind": pa.compute.if_else(pa.array(first), kind.take(pa.array(visit)), "none"),
        "referrer_domain": _where(first, domain, visit),
        "campaign": _where(first & led.take(pa.array(visit)).to_numpy(False), campaign, visit),
        "browser": draw.words(visitors, _BROWSERS).take(pa.array(hit)),
        "os": draw.words(visitors, _SYSTEMS).take(pa.array(hit)),
        "device": _same("desktop", len(hit)),
        "country": pa.array([f"{chr(65 + c // 26)}{chr(65 + c % 26)}" for c in range(_COUNTRIES)])
        .take(pa.array(country)).take(pa.array(hit)),
        "city": _named("City ", city).take(pa.array(hit)),
        "isp": _named("Operator ", operator).take(pa.array(hit)),
    }  # fmt: skip
    return _events(columns), _people(draw, known.drop_null())


def _moments(draw: Draw, of_visit: Index, visit: Index) -> pa.Array:
    """Of each hit: visits of one visitor lie an hour apart at least, hits half a minute or so."""
    number = np.arange(len(of_visit)) - np.searchsorted(of_visit, of_visit)
    begins = draw.next.beta(3, 2.2, len(of_visit)) * 6.5 * 3_600 + number * 7 * 3_600
    pauses = draw.next.integers(5, 60, len(visit)).cumsum()
    pauses -= pauses[np.searchsorted(visit, visit)]
    midnight = datetime(DAY.year, DAY.month, DAY.day) + timedelta(minutes=1)
    seconds = (begins[visit] + pauses).astype("timedelta64[s]")
    return pa.array((np.datetime64(midnight, "us") + seconds).astype("datetime64[us]"))


def _referrers(draw: Draw, size: int) -> tuple[pa.Array, pa.Array]:
    kind = draw.words(size, _KINDS, 0.8)
    named = _named("", draw.uneven(size, _DOMAINS, 1.0), ".example")
    return kind, pa.compute.if_else(
        pa.compute.equal(kind, "none"), pa.scalar(None, pa.string()), named
    )


def _people(draw: Draw, users: pa.Array) -> pa.Table:
    size = len(users)
    columns = {
        "site": _same(SITE, size),
        "key": users,
        "origin": _same("profile", size),
        "age_band": draw.words(size, _AGES, 0.7),
        "gender": draw.words(size, _GENDERS, 1.6),
        "profession": draw.words(size, _PROFESSIONS, 0.8),
        "country": _same("US", size),
        "language": draw.words(size, ("en", "es", "de", "fr", "zh", "pt", "it", "nl"), 1.4),
        "sharable": pa.repeat(pa.scalar(True), size),
    }
    return pa.table(columns).select(PERSON.names).cast(PERSON)


def _events(columns: dict[str, pa.Array]) -> pa.Table:
    size = len(columns["visitor"])
    columns["site"] = _same(SITE, size)
    columns["seen_at"] = columns["seen_at"].cast(pa.timestamp("us", "UTC"))
    filled = [columns.get(f.name, pa.nulls(size, f.type)) for f in EVENT]
    return pa.table(filled, EVENT.names).cast(EVENT)


def _same(value: str, size: int) -> pa.Array:
    return pa.repeat(pa.scalar(value), size)


def _named(before: str, numbers: Index, after: str = "") -> pa.Array:
    size = int(numbers.max(initial=0)) + 1
    return pa.array([f"{before}{n}{after}" for n in range(size)]).take(pa.array(numbers))


def _where(there: npt.NDArray[np.bool_], values: pa.Array, at: Index) -> pa.Array:
    return pa.compute.if_else(
        pa.array(there), values.take(pa.array(at)), pa.scalar(None, pa.string())
    )
