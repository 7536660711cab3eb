"""What crosses the wall: the events of a block, every free text of them through detection."""

from collections import Counter
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.demographics import YES
from weir.schemas.event import CODED_EVENT, LABELS, OUTCOMES
from weir.transforms.detect import Cleaned
from weir.transforms.distinct import Distinct, is_true, no_text, one_chunk, one_text
from weir.transforms.network import NETWORK, as_number, country_named, merged
from weir.transforms.queries import Queries
from weir.transforms.recognise import Recognised
from weir.transforms.referrers import kinds_of, places, with_campaigns
from weir.transforms.targets import cookie_at_rows, kinds
from weir.transforms.technology import technology
from weir.transforms.wall import Wall

MACHINE = "header:x-machine"
"""What a vendor's record says of a mail that no person opened."""
MOST_SKEW_S = 7 * 86_400
"""A clock that differs by more is told as so much: the rest could be anybody's number."""
METHODS = ("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH")


class Crossing:
    """Builds the events of a block in order of buckets, and keeps account of what detection held
    back. Rows are put in order as codes of distinct values, before any text is copied."""

    def __init__(
        self,
        rows: pa.Table,
        wall: Wall,
        known: Recognised,
        user_agents: Distinct,
        targets: Distinct,
        paths: pa.Array,
        asked: Queries,
        order: pa.Array,
    ) -> None:
        self.rows, self.wall, self.known, self.order = rows, wall, known, order
        self.targets, self.paths, self.asked = targets.ordered(order), paths, asked
        self.agents = user_agents.ordered(order)
        self.replaced: Counter[str] = Counter()
        self.identifiers: list[pa.Table] = []

    def events(self) -> pa.Table:
        """The block as CODED_EVENT, in order."""
        size, agents = self.rows.num_rows, self.agents
        seen = technology(agents.values)
        columns = {
            "site": one_text(self.wall.site.name, size),
            **{name: self._at(name) for name in ("seen_at", "status", "size_bytes")},
            "channel": self._channel(),
            "method": self._methods(),
            "path": self._paths(),
            "parameters": self._parameters(),
            "sharable": self.sharable().take(self.order),
        }
        columns |= {
            name: getattr(self.known, name).ordered(self.order).at_rows()
            for name in ("visitor", "network", "netblock", "user", "recipient")
        }
        basis = self.known.basis.ordered(self.order)
        columns["basis"] = basis.text(basis.values)
        columns |= {name: agents.text(one_chunk(seen[name])) for name in seen.column_names}
        columns |= self._referrers()
        columns |= {name: self._label(name) for name in LABELS}
        columns["search"] = self._search()
        columns |= self._told()
        columns |= self._network()
        columns["action"] = self._actions(columns["channel"])
        columns["bot"] = self._bots(columns["bot"], columns["action"])
        columns["pageview"] = self._pageviews(columns)
        return pa.table([columns[name] for name in CODED_EVENT.names], schema=CODED_EVENT)

    def _at(self, name: str) -> pa.Array:
        """A column of the rows, in order."""
        column = self.rows[name]
        if column.null_count == len(column):
            return pa.nulls(len(column), column.type)
        return one_chunk(column).take(self.order)

    def _channel(self) -> pa.DictionaryArray:
        channel = Distinct.of(self.rows["channel"]).ordered(self.order)
        return channel.text(channel.values)

    def _actions(self, channel: pa.DictionaryArray) -> pa.DictionaryArray:
        """What a tag or script says it is; for a log the kind of file that was asked for."""
        asked = self.targets.text(kinds(self.paths))
        said = self._at("action")
        if said.null_count == len(said) and not asked.null_count and self.wall.channel == "log":
            return asked
        of_log = _equal(channel, "log")
        actions = pc.if_else(of_log, asked.cast(pa.string()), said)
        return pc.fill_null(actions, "other").dictionary_encode()

    def _pageviews(self, columns: dict[str, pa.Array]) -> pa.Array:
        """Page views by the channel that the site counts by; a log's must have been answered."""
        page = pc.and_(
            _equal(columns["action"], "page"),
            _equal(columns["channel"], self.wall.site.count_pages_by),
        )
        people = pc.and_(page, pc.is_null(columns["bot"]))
        if self.wall.site.count_pages_by != "log":
            return is_true(people)
        status = columns["status"]
        answered = pc.or_(
            pc.and_(pc.greater_equal(status, 200), pc.less(status, 300)), pc.equal(status, 304)
        )
        return is_true(pc.and_(people, pc.and_(answered, _equal(columns["method"], "GET"))))

    def _bots(self, named: pa.DictionaryArray, actions: pa.DictionaryArray) -> pa.DictionaryArray:
        """Classes of robots: by user agent, less what else tells them."""
        agents = self.agents
        # Apple's mail privacy proxy says `Mozilla/5.0` and no more; elsewhere that is some tool.
        proxy = agents.spread(is_true(pc.equal(agents.values, "Mozilla/5.0")))
        machine = pc.and_(is_true(proxy), is_true(_equal(actions, "email_open")))
        if MACHINE in self.rows.column_names:
            said = pc.utf8_lower(pc.utf8_trim_whitespace(self._at(MACHINE)))
            machine = pc.or_(machine, is_true(pc.is_in(said, value_set=pa.array(YES))))
        if not pc.any(machine).as_py():
            return named
        return pc.if_else(machine, "mail_proxy", named.cast(pa.string())).dictionary_encode()

    def _network(self) -> dict[str, pa.DictionaryArray]:
        """Country, city and operator: as an edge server logged them, else by the databases."""
        if self.wall.drops("network"):
            return dict.fromkeys(NETWORK.names, no_text(self.rows.num_rows))
        edge = {name: Distinct.of(self._at(f"edge_{name}")) for name in NETWORK.names}
        columns = {name: one.text(_checked(name, one.values)) for name, one in edge.items()}
        if self.wall.databases is not None:
            addresses = Distinct.of(self.rows["address"]).ordered(self.order)
            found = self.wall.databases.of(addresses.values)
            known = {name: addresses.text(one_chunk(found[name])) for name in NETWORK.names}
            logged = any(column.null_count < len(column) for column in columns.values())
            columns = merged(columns, known) if logged else known
        for name in ("city", "isp"):
            values = Distinct(columns[name].indices, columns[name].dictionary)
            columns[name] = self._account(
                values, self.wall.detector.values(values.values, name, "label"), name
            )
        return columns

    def _methods(self) -> pa.DictionaryArray:
        methods = Distinct.of(self.rows["method"]).ordered(self.order)
        known = is_true(pc.is_in(methods.values, value_set=pa.array(METHODS)))
        return methods.text(pc.if_else(known, methods.values, "OTHER"))

    def _paths(self) -> pa.DictionaryArray:
        if self.wall.drops("path"):
            return no_text(self.rows.num_rows)
        paths = self.targets.then(self.paths)
        return self._account(paths, self.wall.detector.paths(paths.values), "path")

    def _told(self) -> dict[str, pa.Array]:
        """What a tag or script says in numbers and closed words, and how its clock differs."""
        stated = self._at("outcome")
        known = pc.if_else(pc.is_in(stated, value_set=pa.array(OUTCOMES)), stated, None)
        skew = pc.subtract(
            self._at("sent_at").cast(pa.int64()), self._at("seen_at").cast(pa.int64())
        )
        return {
            "outcome": known.dictionary_encode(),
            "duration_s": self._at("duration_s"),
            "sequence": self._at("sequence"),
            "skew_s": _within(pc.divide(skew, 1_000_000), MOST_SKEW_S),
        }

    def _referrers(self) -> dict[str, pa.DictionaryArray]:
        referrers = Distinct.of(self.rows["referrer"]).ordered(self.order)
        domain, path = self.wall.detector.referrers(referrers.values)
        clean_domain = self._account(referrers, domain, "referrer")
        clean_path = self._account(referrers, path, "referrer")
        wall, nothing = self.wall, no_text(self.rows.num_rows)
        kinds = kinds_of(domain.clean, wall.own_hosts or wall.site.hosts, wall.site.partners)
        stated = is_true(pc.not_equal(referrers.values, "-"))
        at_rows = referrers.spread(pc.if_else(stated, kinds, None))
        by_campaign = self.targets.spread(self.asked.names_any(places().campaign))
        drops = wall.drops("referrer")
        return {
            "referrer_kind": with_campaigns(at_rows, is_true(by_campaign)).dictionary_encode(),
            "referrer_domain": nothing if drops else clean_domain,
            "referrer_path": nothing if drops else clean_path,
        }

    def _label(self, name: str) -> pa.DictionaryArray:
        """A short text that somebody chose (campaign, mailing, customer …), detected."""
        stated = self._at(name)
        from_query = self.asked.label(name)
        if from_query is not None:
            stated = pc.coalesce(stated, self.targets.spread(from_query))
        if stated.null_count == len(stated) or self.wall.drops("campaign"):
            return no_text(len(stated))
        values = Distinct.of(stated)
        clean = self.wall.detector.values(values.values, name, "label")
        return self._account(values, clean, name)

    def _search(self) -> pa.DictionaryArray:
        """What the site was searched for: without needless spaces, detected, then in lower case, so
        that what means the same is one term. Without a letter it is none."""
        stated, from_query = self._at("search"), self.asked.search()
        if from_query is not None:
            stated = pc.coalesce(stated, self.targets.spread(from_query))
        if stated.null_count == len(stated) or self.wall.drops("site_search"):
            return no_text(len(stated))
        # What detection sees is what crosses: a tab in a number would hide it, and be gone later.
        spaced = pc.replace_substring_regex(stated, r"[\s\pC\x{FFFD}]+", " ")
        typed = Distinct.of(pc.utf8_trim_whitespace(spaced))
        found = self.wall.detector.values(typed.values, "search", "label")
        terms = pc.utf8_lower(found.clean)
        worded = is_true(pc.match_substring_regex(terms, r"\pL"))
        clean = replace(found, clean=pc.if_else(worded, terms, None))
        return self._account(typed, clean, "search")

    def _parameters(self) -> pa.DictionaryArray:
        """The query parameters that the site keeps, as `a=b&c=d`, each value detected."""
        kept = self.asked.kept
        if kept.num_rows == 0 or self.wall.drops("parameters"):
            return no_text(self.rows.num_rows)
        clean = self.wall.detector.values(one_chunk(kept["value"]), kept["key"], "query")
        self._tally(clean, self.targets.weights()[kept["index"].to_numpy()], "parameters")
        self.identifiers.append(clean.identifiers)
        return self.targets.text(self.asked.joined(clean.clean))

    def sharable(self) -> pa.Array:
        """Nobody opted the hit out, by any signal that the policy honours. At the rows as given."""
        signals, rows = self.wall.policy.signals, self.rows
        out = is_true(rows["opt_out"])
        for honoured, header in ((signals.gpc, "header:sec-gpc"), (signals.dnt, "header:dnt")):
            if honoured and header in rows.column_names:
                out = pc.or_(out, is_true(pc.equal(pc.utf8_trim_whitespace(rows[header]), "1")))
        if signals.opt_out_cookie and self.wall.site.cookies.opt_out:
            out = pc.or_(out, pc.is_valid(cookie_at_rows(rows, self.wall.site.cookies.opt_out)))
        return pc.invert(out)

    def _account(self, column: Distinct, clean: Cleaned, field: str) -> pa.DictionaryArray:
        if clean.findings.num_rows:
            self._tally(clean, column.weights(), field)
        self.identifiers.append(clean.identifiers)
        return column.text(clean.clean)

    def _tally(self, clean: Cleaned, weights: npt.NDArray[np.int64], field: str) -> None:
        """Count what was replaced, in rows; weights: rows of each value that was judged."""
        rows = weights[clean.findings["index"].to_numpy()]
        for entity, count in zip(clean.findings["entity"].to_pylist(), rows.tolist(), strict=True):
            self.replaced[f"{field} {entity}"] += count


def _checked(name: str, said: pa.Array) -> pa.Array:
    """What an edge server logged of a network, as the databases have it; null for `-` and `XX`."""
    check = {"country": country_named, "asn": as_number}.get(name)
    if check is None:
        return pc.if_else(is_true(pc.is_in(said, value_set=pa.array(("-", "")))), None, said)
    return pa.array([check(text) for text in said.to_pylist()], pa.string())


def _within(numbers: pa.Array, most: int) -> pa.Array:
    """Numbers, those beyond a limit as the limit."""
    capped = pc.min_element_wise(numbers, most, skip_nulls=False)
    return pc.max_element_wise(capped, -most, skip_nulls=False)


def _equal(column: pa.DictionaryArray, text: str) -> pa.BooleanArray:
    """Where a coded column is a text; null where it is null."""
    return pc.equal(column.dictionary, text).take(column.indices)
