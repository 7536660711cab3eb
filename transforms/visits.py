"""Visits of one visitor bucket, and what else happened: the relations that tables are made over.

A visit is the hits of one visitor on one site with no silence longer than the site's
`visit_minutes` between two of them; it ends at the site's midnight, because the events of a date
are all of one local date. Impressions, mail and talks on the telephone happen elsewhere: they make
no visits and count no visitors (transforms/elsewhere.py). Robots, by name or by behaviour, are
counted apart, and so is how well the recording went (transforms/recorded.py); both are in nothing
else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.config import Site
from weir.transforms.behaviour import Hits, behaving, marked
from weir.transforms.codes import Codes, Ints, encode, first_of, order_of, repeated
from weir.transforms.echoes import echoes
from weir.transforms.elsewhere import happened_elsewhere, machine_mail, signals
from weir.transforms.recorded import channels, failures, robots

ACTS = ("click", "conversion", "download", "call", "recommendation", "search")

UNITS = ("visitor", "user", "netblock", "recipient")
TEXTS = ("site", "path", "referrer_kind", "referrer_domain", "browser", "os", "device", "campaign",
         "medium", "customer", "action", "basis", "message", "bot", "content", "product", "search",
         "outcome", "channel", "country", "city", "isp")  # fmt: skip
NUMBERS = ("size_bytes", "status", "duration_s", "sequence", "skew_s")
COLUMNS = (*UNITS, *TEXTS, *NUMBERS, "seen_at", "pageview")
"""The columns of EVENT that are used. TEXTS are cheaper when they are read dictionary-typed."""

_PERSON = ("visitor", "user", "netblock")
_CAMPAIGN = ("campaign", "medium", "customer")
_NETWORK = ("country", "city", "isp")
_ACT = ("site", "action", *_CAMPAIGN, "product", "content", "path", "search", "outcome")
_FIRST = ("site", "basis", "referrer_kind", "referrer_domain", "browser", "os", "device")
# What decides between hits of one second, so that the order of files never does. Page views come
# before it: theirs is the referrer that brought the visitor, that of a page's parts is the page.
_TIES = ("path", "referrer_kind", "referrer_domain", "browser", "os", "device", *_CAMPAIGN,
         "action", "basis", "user", "netblock")  # fmt: skip

_QUARTER_US = 900_000_000  # offsets of time zones are multiples of a quarter of an hour
_MINUTE_US = 60_000_000
_SECOND_US = 1_000_000


@dataclass(frozen=True)
class Relations:
    """What compiled SQL reads. Text is dictionary-typed; the units (`visitor`, `user`, `netblock`,
    `recipient`) are int32 codes of this bucket: `units[name]` has their 16 bytes.

    visits:  site, visit, visitor, basis, user, netblock, entry_page, exit_page, pageviews, hits,
             bytes, bounce (exactly one page view), duration_s (whole seconds), referrer_kind,
             referrer_domain, browser, os, device, country, city, isp (of the first hit), campaign
             (the visit's first), medium, customer (the first that go with it); `user` is the
             visit's first
    views:   site, visit, visitor, user, netblock, path, again (the visit saw that page before);
             a row a page view
    spells:  site, visit, visitor, user, netblock, hour ('00' to '23', the site's clock), starts
             (the visit began then), pageviews, hits, bytes; a row a visit and hour
    named:   site, visit, visitor, user, netblock: where a visit names a further user
    acts:    act (a number of its own), site, visit, visitor, user, netblock, action, campaign,
             medium, customer, product, content, path, search, outcome, status, size_bytes,
             duration_s, seen_at (microseconds since 1970), again (the visit did the same to that
             path before), last (the visit saw no page later), echo (another channel that is
             preferred tells of it); a row a hit of ACTS, and a page view that answers a search
    branded: site, visitor, user, netblock, action, pageview, customer, product; a row a page view,
             click or conversion that names either
    touches: site, visitor, seen_at, kind (click), campaign, medium; a row a page or click on the
             site that names a campaign
    signals: site, visitor, user, netblock, recipient, action, campaign, medium, customer, message,
             product, outcome, duration_s, seen_at, machine (a robot did it); a row a hit elsewhere;
             visitor is null where the hit says nothing of whose it is
    robots:  site, bot, browser, hits, bytes; a row a kind of robot that came to the site
    failures: site, visitor (null: a robot), user, netblock, status, path, referrer_kind,
             referrer_domain; a row a logged request that was answered with 400 or more
    channels: site, channel, how well it was recorded (recorded.py); a row a channel of a site
    """

    visits: pa.Table
    views: pa.Table
    spells: pa.Table
    named: pa.Table
    acts: pa.Table
    branded: pa.Table
    touches: pa.Table
    signals: pa.Table
    robots: pa.Table
    failures: pa.Table
    channels: pa.Table
    units: dict[str, pa.FixedSizeBinaryArray]
    has: frozenset[str]  # actions, and columns of texts, that some hit has
    rows: int  # of the events

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The relations by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, pa.Table)}


def relate(events: pa.Table, sites: Sequence[Site]) -> Relations:
    """EVENT rows (at least COLUMNS) of one bucket and local date, stitched, in any order.

    A column is let go as soon as it is codes. A caller had better not hold them either: those of a
    piece are 100 MB.
    """
    codes: dict[str, Codes] = {}
    for name in (*UNITS, *TEXTS):
        codes[name], events = encode(events[name]), events.drop_columns(name)
    codes["bot"] = marked(codes["bot"], _behave(events, codes, sites))
    robot = codes["bot"].codes >= 0
    elsewhere = happened_elsewhere(events, codes)
    site = _OnSite.of(events, codes, np.flatnonzero(~robot & ~elsewhere), sites)
    signalled = elsewhere & (~robot | machine_mail(codes))
    return Relations(
        visits=site.visits(),
        views=site.views(),
        spells=site.spells(),
        named=site.named(),
        acts=site.acts(),
        branded=site.branded(),
        touches=site.touches(),
        signals=signals(events, codes, np.flatnonzero(signalled)),
        robots=robots(events, codes),
        failures=failures(events, codes),
        channels=channels(events, codes),
        units={name: codes[name].values for name in UNITS},
        has=frozenset(codes["action"].values.to_pylist())
        | {name for name, column in codes.items() if len(column.values)},
        rows=events.num_rows,
    )


def _behave(events: pa.Table, codes: dict[str, Codes], sites: Sequence[Site]) -> Ints:
    """bool: hits of visitors who behave like robots (transforms/behaviour.py)."""
    seen_at = events["seen_at"].cast(pa.int64()).to_numpy()
    of_log = codes["channel"].among(["log"]) & (codes["bot"].codes < 0)
    asked = codes["path"].among(["/robots.txt"])
    kinds = {name: codes["action"].among([name]) for name in ("page", "asset")}
    nowhere = codes["referrer_kind"].among(["none"]) | (codes["referrer_kind"].codes < 0)
    shared = codes["basis"].among(["network"])
    visitor, robot = codes["visitor"].codes, np.zeros(len(seen_at), bool)
    for site in sites:
        rows = np.flatnonzero(of_log & codes["site"].among([site.name]))
        hits = Hits(
            visitor[rows], seen_at[rows], kinds["page"][rows], kinds["asset"][rows] & ~asked[rows],
            asked[rows], ~nowhere[rows], shared[rows],
        )  # fmt: skip
        found = behaving(hits, site.robots)
        if len(found):  # all that such a visitor did on the site, tags and mail too
            robot |= np.isin(visitor, found) & codes["site"].among([site.name])
    return robot


@dataclass(frozen=True)
class _OnSite:
    """On-site hits of people as columns of numbers, in order of visits and time."""

    codes: dict[str, Codes]
    place: Ints  # where each of them is in the events
    events: pa.Table
    others: dict[str, Codes]  # columns that few hits are asked for, at the places of the events
    seen_at: Ints  # microseconds since 1970
    pageview: Ints  # bool
    size_bytes: Ints
    sites: Sequence[Site]

    @classmethod
    def of(
        cls, events: pa.Table, codes: dict[str, Codes], rows: Ints, sites: Sequence[Site]
    ) -> "_OnSite":
        seen_at = events["seen_at"].cast(pa.int64()).to_numpy()[rows]
        pageview = events["pageview"].to_numpy()[rows]
        ties = (*_TIES, *(name for name in _NETWORK if len(codes[name].values)))
        of_whom = (codes[name].codes[rows] for name in ("site", "visitor"))
        order = order_of(
            chain(of_whom, (seen_at, ~pageview), (codes[name].codes[rows] for name in ties))
        )
        place = rows[order]
        kept = ("site", "visitor", *_TIES)
        return cls(
            {name: codes[name].at(place) for name in kept},
            place,
            events,
            {name: column for name, column in codes.items() if name not in kept},
            seen_at[order],
            pageview[order],
            pc.fill_null(events["size_bytes"], 0).to_numpy()[rows][order],
            sites,
        )

    @cached_property
    def starts(self) -> Ints:
        """bool: whether a hit is the first of a visit."""
        site, visitor = self.codes["site"], self.codes["visitor"].codes
        minutes = {site.name: site.visit_minutes for site in self.sites}
        silence = np.array([minutes[n] * _MINUTE_US for n in site.values.to_pylist()], np.int64)
        starts = np.ones(len(visitor), bool)
        starts[1:] = (
            (np.diff(site.codes) != 0)
            | (np.diff(visitor) != 0)
            | (np.diff(self.seen_at) > silence[site.codes[1:]])
        )
        return starts

    @cached_property
    def firsts(self) -> Ints:
        """Where visits begin."""
        return np.flatnonzero(self.starts)

    @cached_property
    def visit(self) -> Ints:
        """The number of the visit that each hit belongs to, from 0."""
        return np.cumsum(self.starts) - 1

    @cached_property
    def user_at(self) -> Ints:
        """Where each visit first names a user, or -1."""
        return first_of(self.codes["user"].codes >= 0, self.firsts)

    @cached_property
    def campaign_at(self) -> Ints:
        """Where each visit first names a campaign, or -1."""
        return first_of(self.codes["campaign"].codes >= 0, self.firsts)

    @cached_property
    def last_view(self) -> Ints:
        """Where each visit's last page view is, or -1."""
        return first_of(self.pageview, self.firsts, last=True)

    @cached_property
    def hour(self) -> Ints:
        """The hour of the site's clock."""
        site = self.codes["site"]
        zones = {site.name: site.zone for site in self.sites}
        if not len(self.seen_at):
            return np.empty(0, np.int32)
        place = self.seen_at // _QUARTER_US
        first = int(place.min())
        place = place - first
        quarters = range(first, first + int(place.max()) + 1)
        clock = np.zeros((len(site.values), len(quarters)), np.int32)
        for row, name in enumerate(site.values.to_pylist()):
            clock[row] = [datetime.fromtimestamp(q * 900, zones[name]).hour for q in quarters]
        hours: Ints = clock[site.codes, place]
        return hours

    def visits(self) -> pa.Table:
        lasts = np.append(self.firsts, len(self.visit))[1:] - 1
        sums = self._sums(self.firsts)
        return pa.table(
            {
                "visit": np.arange(len(self.firsts)),
                **{name: self.codes[name].at(self.firsts).text() for name in _FIRST},
                **{n: self.others[n].at(self.place[self.firsts]).text() for n in _NETWORK},
                "visitor": self.codes["visitor"].at(self.firsts).numbers(),
                "user": self.codes["user"].at(self.user_at).numbers(),
                "netblock": self.codes["netblock"].at(self.firsts).numbers(),
                "entry_page": self.codes["path"].at(first_of(self.pageview, self.firsts)).text(),
                "exit_page": self.codes["path"].at(self.last_view).text(),
                **sums,
                "bounce": sums["pageviews"] == 1,
                "duration_s": (self.seen_at[lasts] - self.seen_at[self.firsts]) // _SECOND_US,
                **self._campaign(),
            }
        )

    def views(self) -> pa.Table:
        rows = np.flatnonzero(self.pageview)
        again = repeated(self.visit[rows], self.codes["path"].codes[rows])
        return self._rows(rows, ("site", "path")).append_column("again", pa.array(again))

    def spells(self) -> pa.Table:
        begins = self.starts.copy()
        begins[1:] |= np.diff(self.hour) != 0
        rows = np.flatnonzero(begins)
        hour = Codes(self.hour[rows], pa.array([f"{hour:02d}" for hour in range(24)]))
        columns = {"hour": hour.text(), "starts": self.starts[rows], **self._sums(rows)}
        return _with(self._rows(rows, ("site",)), columns)

    def named(self) -> pa.Table:
        user = self.codes["user"].codes
        first = self.codes["user"].at(self.user_at).codes
        return self._rows(np.flatnonzero((user >= 0) & (user != first[self.visit])), ("site",))

    def acts(self) -> pa.Table:
        asked = self.pageview & self._has("search")
        rows = np.flatnonzero(self.codes["action"].among(ACTS) | asked)
        status = pc.fill_null(self._number("status", rows), 200).to_numpy()
        answered = (status // 100 == 2) | (status == 304)
        echo = self._echo(rows, answered)
        kind = self.codes["action"].codes[rows] * 4 + answered * 2 + echo
        kinds = 4 * len(self.codes["action"].values)
        again = repeated(self.visit[rows], (self.codes["path"].codes[rows] + 1) * kinds + kind)
        seen = self.last_view[self.visit[rows]]
        columns = {
            "act": np.arange(len(rows)),
            "seen_at": self.seen_at[rows],
            "again": again,
            "echo": echo,
            "last": (seen < 0) | (self.seen_at[seen] <= self.seen_at[rows]),
            **{name: self._number(name, rows) for name in ("status", "size_bytes", "duration_s")},
        }
        return _with(self._rows(rows, _ACT), columns)

    def _echo(self, rows: Ints, answered: Ints) -> Ints:
        """bool: acts that another channel tells of, too (transforms/echoes.py)."""
        site, action, channel = (self._at(name, rows) for name in ("site", "action", "channel"))
        fetched = action.among(["download"]) & answered
        searched = action.among(["search", "page"])
        file, term = (self._at(name, rows).codes for name in ("path", "search"))
        what = np.where(fetched, file, np.where(searched, term, -1))
        makes_pages = np.zeros(len(rows), bool)
        for known in self.sites:
            makes_pages |= site.among([known.name]) & channel.among([known.count_pages_by])
        return echoes(self.visit[rows], fetched, what, channel, makes_pages)

    def branded(self) -> pa.Table:
        named = (self.codes["customer"].codes >= 0) | self._has("product")
        rows = np.flatnonzero(named)
        acted = self.codes["action"].at(rows).among(("click", "conversion"))
        rows = rows[self.pageview[rows] | acted]
        table = self._rows(rows, ("site", "action", "customer", "product"))
        return _with(table, {"pageview": self.pageview[rows]})

    def touches(self) -> pa.Table:
        rows = np.flatnonzero(self.codes["campaign"].codes >= 0)
        rows = rows[self.codes["action"].at(rows).among(("page", "click"))]
        table = self._rows(rows, ("site", "campaign", "medium"))
        return _with(table, {"seen_at": self.seen_at[rows], "kind": ["click"] * len(rows)})

    def _rows(self, rows: Ints, texts: Sequence[str]) -> pa.Table:
        """Some hits, with their visit and who made them."""
        columns = {name: self._at(name, rows).text() for name in texts}
        people = {name: self.codes[name].at(rows).numbers() for name in _PERSON}
        return pa.table({"visit": self.visit[rows], **columns, **people})

    def _at(self, name: str, rows: Ints) -> Codes:
        """A column at some hits."""
        if name in self.codes:
            return self.codes[name].at(rows)
        return self.others[name].at(self.place[rows])

    def _has(self, name: str) -> Ints:
        """bool: whether a hit has a value in one of `others`."""
        column = self.others[name]
        if not len(column.values):
            return np.zeros(len(self.place), bool)
        return column.codes[self.place] >= 0

    def _number(self, name: str, rows: Ints) -> pa.Array:
        return self.events[name].take(pa.array(self.place[rows]))

    def _sums(self, begins: Ints) -> dict[str, Ints]:
        """Sums over the runs of hits that begin at these places."""
        ends = np.append(begins, len(self.visit))[1:]
        columns = {"pageviews": self.pageview.astype(np.int64), "bytes": self.size_bytes}
        sums = {name: np.append(0, np.cumsum(values)) for name, values in columns.items()}
        return {"hits": ends - begins} | {n: s[ends] - s[begins] for n, s in sums.items()}

    def _campaign(self) -> dict[str, pa.Array]:
        """The visit's first campaign, and the first medium and customer that go with it."""
        campaign = self.codes["campaign"]
        chosen = campaign.at(self.campaign_at)
        same = (campaign.codes >= 0) & (campaign.codes == chosen.codes[self.visit])
        columns = {"campaign": chosen.text()}
        for name in ("medium", "customer"):
            where = first_of(same & (self.codes[name].codes >= 0), self.firsts)
            columns[name] = self.codes[name].at(where).text()
        return columns


def _with(table: pa.Table, columns: dict[str, object]) -> pa.Table:
    """A table with further columns."""
    for name, values in columns.items():
        table = table.append_column(
            name, values if isinstance(values, pa.ChunkedArray) else pa.array(values)
        )
    return table
