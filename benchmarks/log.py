"""A made log of one local day in the combined format, for the benchmarks.

Visitors come in visits, a visit reads pages, a page brings its assets; popularity follows Zipf's
law. For 5 million lines: 200,000 visitors (address and agent), some 8,000 agents, 150,000 targets,
60,000 referrers; 60 % assets, 8 % robots, e-mail addresses in 0.3 % of lines. Visitors grow with
the number of lines, the other pools more slowly (Heaps' law). The same numbers give the same bytes.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.vocabulary import SITE, Vocabulary

DAY = "2025-04-22"
TIMEZONE = "America/New_York"
_DAY_SECONDS = 86_400
_CHUNK = 250_000
_HOURS = np.array(
    [8, 5, 4, 3, 3, 4, 7, 12, 18, 24, 27, 28, 29, 28, 27, 26, 26, 27, 30, 34, 36, 33, 24, 14]
)
VERSION = 2
"""Part of the file's name: a changed generator makes a new file."""

Index = np.ndarray  # of integers, one per line


@dataclass(frozen=True)
class Hits:
    """Lines as indexes into pools, unordered in time."""

    second: Index  # of the local day
    who: Index  # visitor
    target: Index
    session: Index  # 0: none
    referrer: Index
    status: Index
    method: Index

    def __add__(self, other: "Hits") -> "Hits":
        pairs = ((getattr(self, f), getattr(other, f)) for f in self.__dataclass_fields__)
        return Hits(*(np.concatenate(pair) for pair in pairs))


def zipf(rng: np.random.Generator, pool: int, size: int, exponent: float = 0.9) -> Index:
    """`size` draws of 0…pool-1, the first the most popular."""
    weights = np.cumsum(np.arange(1, pool + 1, dtype=np.float64) ** -exponent)
    return np.searchsorted(weights, rng.random(size) * weights[-1]).astype(np.int32)


class Made:
    """The pools of one log, and where each kind of target begins in them."""

    def __init__(self, lines: int) -> None:
        words = Vocabulary(scale=(lines / 5_000_000) ** 0.6)
        self.words = words
        self.start: dict[str, tuple[int, int]] = {}
        targets: list[str] = []
        for kind in ("pages", "searches", "items", "landings", "mails", "missing", "assets"):
            pool = getattr(words, kind)
            self.start[kind] = (len(targets), len(pool))
            targets += pool
        self.odd = len(targets)  # what scanners and broken clients send instead of a request
        targets += ["-", "\\x16\\x03\\x01\\x02", "\\n"]
        self.targets = pa.array(targets)
        self._referrers(targets)

    def _referrers(self, targets: list[str]) -> None:
        """`referrers`: none, other sites, the site's own; `own[target]` is one of the last."""
        rng = np.random.default_rng(11)
        whole = rng.random(len(targets)) < 0.4
        own = [
            SITE + (t if keep or "@" in t or "%40" in t else t.partition("?")[0])
            for t, keep in zip(targets, whole, strict=True)
        ]
        outside = ["-", *self.words.elsewhere]
        distinct = {url: number for number, url in enumerate(dict.fromkeys(own), len(outside))}
        self.own = np.array([distinct[url] for url in own], dtype=np.int32)
        self.outside = len(outside)
        self.referrers = pa.array([*outside, *distinct])

    def draw(self, rng: np.random.Generator, kind: str, size: int) -> Index:
        """Targets of one kind by popularity."""
        first, pool = self.start[kind]
        return first + zipf(rng, pool, size)


_SHARES = {
    "pages": 0.628, "searches": 0.14, "items": 0.17, "landings": 0.04, "mails": 0.002,
    "missing": 0.02,
}  # fmt: skip


def page_views(rng: np.random.Generator, made: Made, size: int, visitors: int) -> Hits:
    """Pages read by people, in order within each visit."""
    visits = max(visitors, size // 3)
    lengths = rng.geometric(visits / size, visits) if size > visits else np.ones(visits, int)
    visit = np.repeat(np.arange(visits, dtype=np.int32), lengths)[:size]
    visit = np.concatenate([visit, rng.integers(0, visits, size - len(visit), dtype=np.int32)])
    visit.sort()
    first = np.concatenate([[True], visit[1:] != visit[:-1]])
    who = np.concatenate([rng.permutation(visitors), zipf(rng, visitors, visits - visitors, 0.6)])
    return Hits(
        second=_times(rng, visit, first, visits),
        who=who.astype(np.int32)[visit],
        target=(target := _page_targets(rng, made, size)),
        session=_sessions(rng, made, visit, visits, target),
        referrer=_page_referrers(rng, made, target, first),
        status=_statuses(rng, made, target),
        method=rng.choice(3, size, p=[0.95, 0.045, 0.005]).astype(np.int8),
    )


def _times(rng: np.random.Generator, visit: Index, first: Index, visits: int) -> Index:
    hour = rng.choice(24, visits, p=_HOURS / _HOURS.sum())
    start = hour * 3600 + rng.integers(0, 3600, visits)
    pause = np.where(first, 0, rng.lognormal(3.6, 1.1, len(visit)))
    run = np.cumsum(pause)
    since = run - np.maximum.accumulate(np.where(first, run, 0))
    return np.minimum(start[visit] + since, _DAY_SECONDS - 1).astype(np.int32)


def _page_targets(rng: np.random.Generator, made: Made, size: int) -> Index:
    kinds = rng.choice(len(_SHARES), size, p=list(_SHARES.values()))
    target = np.zeros(size, np.int32)
    for number, kind in enumerate(_SHARES):
        here = np.flatnonzero(kinds == number)
        target[here] = made.draw(rng, kind, len(here))
    odd = rng.choice(size, max(1, size // 1500), replace=False)
    target[odd] = made.odd + rng.integers(0, 3, len(odd))
    return target


def _sessions(
    rng: np.random.Generator, made: Made, visit: Index, visits: int, target: Index
) -> Index:
    """Two visits in a hundred carry their session in the path of plain pages."""
    session = np.where(rng.random(visits) < 0.02, np.arange(1, visits + 1), 0)[visit]
    return np.where(target < made.start["pages"][1], session, 0).astype(np.int32)


def _page_referrers(rng: np.random.Generator, made: Made, target: Index, first: Index) -> Index:
    before = made.own[np.concatenate([[0], target[:-1]])]
    outside = zipf(rng, made.outside - 1, len(target), 0.8) + 1
    came = np.where(rng.random(len(target)) < 0.45, 0, outside)
    return np.where(first, came, before).astype(np.int32)


STATUSES = np.array([200, 304, 301, 302, 404, 500, 408, 206])


def _statuses(rng: np.random.Generator, made: Made, target: Index) -> Index:
    drawn = rng.choice([0, 2, 3, 5], len(target), p=[0.965, 0.012, 0.022, 0.001])
    start, pool = made.start["missing"]
    drawn = np.where((target >= start) & (target < start + pool), 4, drawn)
    return np.where(target >= made.odd, 6, drawn).astype(np.int8)


def assets(rng: np.random.Generator, made: Made, pages: Hits, size: int) -> Hits:
    """What pages bring along, within seconds, referred by the page."""
    page = rng.integers(0, len(pages.second), size)
    return Hits(
        second=np.minimum(pages.second[page] + rng.integers(0, 4, size), _DAY_SECONDS - 1),
        who=pages.who[page],
        target=made.draw(rng, "assets", size),
        session=np.zeros(size, np.int32),
        referrer=made.own[pages.target[page]],
        status=rng.choice([0, 1, 4, 7], size, p=[0.82, 0.165, 0.01, 0.005]).astype(np.int8),
        method=np.zeros(size, np.int8),
    )


def robots(rng: np.random.Generator, made: Made, size: int, visitors: int, number: int) -> Hits:
    """Robots walk the whole site evenly, all day."""
    kinds = rng.choice(4, size, p=[0.55, 0.25, 0.08, 0.12])
    target = np.zeros(size, np.int32)
    for kind, name in enumerate(("pages", "items", "searches", "missing")):
        here = np.flatnonzero(kinds == kind)
        first, pool = made.start[name]
        target[here] = first + (rng.random(len(here)) ** 2 * pool).astype(np.int32)
    return Hits(
        second=rng.integers(0, _DAY_SECONDS, size).astype(np.int32),
        who=(visitors + zipf(rng, number, size)).astype(np.int32),
        target=target,
        session=np.zeros(size, np.int32),
        referrer=np.zeros(size, np.int32),
        status=_statuses(rng, made, target),
        method=rng.choice([0, 2], size, p=[0.9, 0.1]).astype(np.int8),
    )


@dataclass(frozen=True)
class Columns:
    """The pools that a line is put together from, quotes and blanks included."""

    who: pa.Array
    agent: pa.Array
    agent_of: Index
    times: pa.Array
    sessions: pa.Array


def _columns(
    rng: np.random.Generator, made: Made, visitors: int, bots: int, sessions: int
) -> Columns:
    addresses = made.words.addresses(visitors + bots)
    shared = np.flatnonzero(rng.random(visitors) < 0.3)  # behind an address with others
    for here, there in zip(shared, rng.integers(0, visitors // 8 + 1, len(shared)), strict=True):
        addresses[here] = addresses[there]
    named = rng.random(len(addresses)) < 0.002
    who = [f"{a} - {'ann.baker' if n else '-'} [" for a, n in zip(addresses, named, strict=True)]
    people, machines = made.words.agents, made.words.robots
    agent_of = np.concatenate(
        [zipf(rng, len(people), visitors), len(people) + zipf(rng, len(machines), bots)]
    )
    clock = (f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(_DAY_SECONDS))
    keys = (rng.bytes(16).hex() for _ in range(sessions))
    return Columns(
        who=pa.array(who),
        agent=pa.array([f'" "{agent}"\n' for agent in (*people, *machines)]),
        agent_of=agent_of,
        times=pa.array([f'22/Apr/2025:{time} -0400] "' for time in clock]),
        sessions=pa.array(["", *(f";jsessionid={key.upper()}" for key in keys)]),
    )


def make(path: Path, lines: int, say: Callable[[str], None] = print) -> Path:
    """Write the log unless it is there already; `say` is told how far it is."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    scratch = path.with_suffix(".part")
    with scratch.open("wb") as out:
        for done, buffer in _buffers(lines):
            out.write(buffer)
            say(f"making {path.name}: {done:,} of {lines:,} lines")
    scratch.rename(path)
    took, size = time.perf_counter() - began, path.stat().st_size / 1e6
    say(f"made {path.name}: {size:,.0f} MB in {took:.0f} s")
    return path


def _buffers(lines: int) -> Iterator[tuple[int, memoryview]]:
    rng = np.random.default_rng(2025)
    made = Made(lines)
    visitors, bots = max(10, lines // 25), max(5, lines // 2500)
    of_bots, of_assets = int(lines * 0.08), int(lines * 0.60)
    pages = page_views(rng, made, lines - of_bots - of_assets, visitors)
    hits = pages + assets(rng, made, pages, of_assets) + robots(rng, made, of_bots, visitors, bots)
    used, session = np.unique(hits.session, return_inverse=True)
    columns = _columns(rng, made, visitors, bots, len(used) - 1)
    size = np.where(hits.status == 1, 0, rng.lognormal(8.6, 1.4, lines)).astype(np.int64)
    order = np.argsort(hits.second, kind="stable")
    for start in range(0, lines, _CHUNK):
        rows = order[start : start + _CHUNK]
        yield min(lines, start + _CHUNK), _lines(made, columns, hits, session, size, rows)


def _lines(
    made: Made, columns: Columns, hits: Hits, session: Index, size: Index, rows: Index
) -> memoryview:
    """The text of some lines, in the given order."""
    methods = pa.array(["GET ", "POST ", "HEAD ", ""])
    versions = pa.array([' HTTP/1.1" ', ' HTTP/2.0" ', '" '])
    target, who = hits.target[rows], hits.who[rows]
    odd = target >= made.odd
    body = pa.array(size[rows]).cast(pa.string())
    parts = [
        columns.who.take(pa.array(who)),
        columns.times.take(pa.array(hits.second[rows])),
        methods.take(pa.array(np.where(odd, 3, hits.method[rows]))),
        _with_session(made.targets.take(pa.array(target)), columns.sessions, session[rows]),
        versions.take(pa.array(np.where(odd, 2, who % 3 == 0).astype(np.int8))),
        pa.array(STATUSES[hits.status[rows]]).cast(pa.string()),
        pa.scalar(" "),
        pc.if_else(pa.array(size[rows] == 0), "-", body),
        pa.scalar(' "'),
        made.referrers.take(pa.array(hits.referrer[rows])),
        columns.agent.take(pa.array(columns.agent_of[who])),
    ]
    text = pc.binary_join_element_wise(*parts, "")
    _, offsets, data = text.buffers()
    end = np.frombuffer(offsets, np.int32)[len(text)]
    return memoryview(data)[:end]


def _with_session(targets: pa.Array, sessions: pa.Array, session: Index) -> pa.Array:
    return pc.binary_join_element_wise(targets, sessions.take(pa.array(session)), "")
