"""Query strings taken apart: what a mapping names may go on, of the rest only names are counted."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.clicks import CLICK_IDS, is_click_id
from weir.schemas.detect import IDENTIFIER
from weir.transforms.detect import entity_of
from weir.transforms.distinct import Distinct, constant, is_true
from weir.transforms.parse.pairs import parse_query

CAMPAIGN_KEYS = {
    "campaign": (
        "utm_campaign", "mtm_campaign", "matomo_campaign", "pk_campaign", "piwik_campaign",
        "pk_cpn", "mtm_group",
    ),
    "medium": ("utm_medium", "mtm_medium", "matomo_medium", "pk_medium"),
    "campaign_source": ("utm_source", "mtm_source", "matomo_source", "pk_source"),
    "content": (
        "utm_content", "mtm_content", "matomo_content", "pk_content", "utm_creative",
        "creative_id", "creative", "ad_id", "adid", "utm_id", "mtm_cid", "matomo_cid", "pk_cid",
    ),
}  # fmt: skip
"""Labels and the parameters of a page that state them, the first present counts: Google's utm_*,
Matomo's mtm_* and, older, pk_*; then what advertisements' own ids are called."""
_LABELS = tuple(key for keys in CAMPAIGN_KEYS.values() for key in keys)
_CLICKS = "(?i)(?:^|[?&#])(?:" + "|".join(sorted(map(re.escape, CLICK_IDS))) + ")="


@dataclass(frozen=True)
class Queries:
    """Distinct queries' pairs. `index` is the position among the distinct queries."""

    size: int
    labels: pa.Table  # index, key, value, decoded: campaign parameters
    kept: pa.Table  # index, key, value, decoded: parameters that the site keeps
    searched: pa.Table  # index, key, value, decoded: what the site is searched for
    undeclared: pa.Table  # index, name
    personal: pa.Table  # IDENTIFIER: undeclared values whose name says what they are

    def label(self, name: str) -> pa.Array | None:
        """A campaign label by distinct query, decoded as tags' are; None if no query has it."""
        found: pa.Array | None = None
        for key in CAMPAIGN_KEYS.get(name, ()):
            keyed = pc.and_(
                pc.equal(self.labels["key"], key), pc.not_equal(self.labels["decoded"], "")
            )
            stated = self._decoded(self.labels.filter(keyed))
            if stated is not None:
                found = stated if found is None else pc.coalesce(found, stated)
        return found

    def search(self) -> pa.Array | None:
        """What was searched for by distinct query, the first that a query has; None if none has."""
        return self._decoded(self.searched)

    def _decoded(self, found: pa.Table) -> pa.Array | None:
        if found.num_rows == 0:
            return None
        at = pc.index_in(
            pa.array(np.arange(self.size)),
            value_set=found["index"].cast(pa.int64()).combine_chunks(),
        )
        return found["decoded"].combine_chunks().take(at)

    def names_any(self, names: tuple[str, ...]) -> pa.Array:
        """bool by distinct query: whether it has a parameter of one of these (lower-case) names."""
        wanted = pa.array(names, pa.string())
        found = np.zeros(self.size, bool)
        for table, column in ((self.labels, "key"), (self.kept, "key"), (self.undeclared, "name")):
            asked = table.filter(pc.is_in(table[column], value_set=wanted))
            found[asked["index"].to_numpy()] = True
        return pa.array(found)

    def joined(self, clean: pa.Array) -> pa.Array:
        """`a=b&c=d` by distinct query, of the kept pairs with their cleaned values."""
        pairs = pc.binary_join_element_wise(
            self.kept["key"].combine_chunks(), pc.fill_null(clean, "{unreadable}"), "="
        )
        lists = (
            pa.table({"index": self.kept["index"], "pair": pairs})
            .group_by("index", use_threads=False)
            .aggregate([("pair", "list")])
        )
        text = pc.binary_join(lists["pair_list"].combine_chunks(), "&")
        at = pc.index_in(
            pa.array(np.arange(self.size)),
            value_set=lists["index"].cast(pa.int64()).combine_chunks(),
        )
        return text.take(at)


def read_queries(
    queries: pa.Array,
    keep: tuple[str, ...],
    search: tuple[str, ...] = (),
    named: Callable[[str], str | None] = entity_of,
) -> Queries:
    """Take distinct queries (nulls allowed) apart. Keys are compared in lower case.

    named: what a name alone says of its value, see Detector.entity_of.
    """
    pairs = parse_query(queries).select(["index", "key", "value", "decoded"])
    pairs = pairs.set_column(1, "key", pc.utf8_lower(pairs["key"]))
    is_label = is_true(pc.is_in(pairs["key"], value_set=pa.array(_LABELS)))
    is_kept, is_search = (
        is_true(pc.is_in(pairs["key"], value_set=pa.array(_lower(keys), pa.string())))
        for keys in (keep, search)
    )
    rest = pairs.filter(pc.invert(pc.or_(pc.or_(is_label, is_kept), is_search)))
    return Queries(
        size=len(queries),
        labels=pairs.filter(is_label),
        kept=pairs.filter(is_kept),
        searched=pairs.filter(is_search),
        undeclared=rest.select(["index", "key"]).rename_columns(["index", "name"]),
        personal=_personal(rest, named),
    )


def _lower(keys: tuple[str, ...]) -> list[str]:
    """Names as they are compared; click ids never cross, whoever names them."""
    return [key.lower() for key in keys if not is_click_id(key)]


def _personal(pairs: pa.Table, named: Callable[[str], str | None]) -> pa.Table:
    """What did not cross and is somebody's by its name (`email`, `pwd`): for the proof."""
    names = pc.unique(pairs["key"]).to_pylist()
    known = {name: "id" if is_click_id(name) else named(name) for name in names}
    known = {name: entity for name, entity in known.items() if entity}
    kinds = pa.table(
        {"key": list(known), "kind": list(known.values())},
        schema=pa.schema([("key", pa.string()), ("kind", pa.string())]),
    )
    found = pairs.filter(pc.is_in(pairs["key"], value_set=kinds["key"].combine_chunks()))
    at = pc.index_in(found["key"], value_set=kinds["key"].combine_chunks())
    return pa.table([kinds["kind"].take(at), found["decoded"]], schema=IDENTIFIER)


def clicks_of(urls: pa.ChunkedArray) -> pa.Table:
    """Ids of clicks in the queries of addresses (referrers): for the proof. IDENTIFIER."""
    values = Distinct.of(urls).values
    held = values.filter(is_true(pc.match_substring_regex(values, _CLICKS)))
    pairs = parse_query(pc.replace_substring_regex(held, r"(?s)^[^?#]*[?#]", ""))
    names = pc.unique(pairs["key"]).to_pylist()
    mine = pa.array([name for name in names if is_click_id(name)], pa.string())
    ids = pc.unique(pairs.filter(pc.is_in(pairs["key"], value_set=mine))["decoded"])
    return pa.table([constant("id", len(ids), pa.string()), ids], schema=IDENTIFIER)
