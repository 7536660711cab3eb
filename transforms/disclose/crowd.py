"""Open values and their crowds: a page, a referrer, a campaign is named only if many came from it.

An open value appears if at least k units on at least `networks` netblocks produced it; a script on
one network, or one family behind one address, is no crowd. The rest folds into `(other)`, before
anything is counted, so that `(other)` is counted as what it is.
"""

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.policy import Disclosure
from weir.schemas.tables import NONE, OTHER
from weir.transforms.disclose.ask import ask

PLACEHOLDER = r"\{[a-z_]+\}"
HIDDEN_PLACEHOLDER = "{…}"

CROWD = pa.schema(
    [
        pa.field("site", pa.string()),
        pa.field("dimension", pa.string()),
        pa.field("value", pa.string()),
        pa.field("units", pa.int64()),
        pa.field("netblocks", pa.list_(pa.binary())),
    ]
)
"""Who produced a value, of the units of one bucket. `netblocks` holds day pseudonyms, distinct,
at most as many as the rule asks for. In flight only."""


def crowds(contributions: pa.Table, open_dimensions: Sequence[str], rule: Disclosure) -> pa.Table:
    """The crowd behind each open value (schema CROWD) in one bucket of bounded contributions.

    contributions: site, unit, netblock (binary; one of those that the unit was on), dimensions.
    """
    parts = [CROWD.empty_table()]
    for name in open_dimensions:
        bound = {"dimension": name, "networks": rule.networks}
        parts.append(ask(_CROWD.format(name=name), bound, given=contributions).cast(CROWD))
    return pa.concat_tables(parts)


_CROWD = """
    SELECT site, $dimension AS dimension, "{name}" AS value,
           count(DISTINCT unit)::BIGINT AS units,
           list_sort(list(DISTINCT netblock) FILTER (netblock IS NOT NULL))[:$networks] AS netblocks
    FROM given
    GROUP BY ALL
"""


def allowed(crowds_: Iterable[pa.Table], rule: Disclosure) -> pa.Table:
    """(site, dimension, value) of every open value with a crowd, over all buckets."""
    parts = pa.concat_tables([CROWD.empty_table(), *crowds_])
    return ask(_ALLOWED, {"k": rule.k, "networks": rule.networks}, parts=parts)


_ALLOWED = """
    SELECT site, dimension, value FROM parts
    GROUP BY ALL
    HAVING sum(units) >= $k
       AND len(list_distinct(flatten(list(coalesce(netblocks, []))))) >= $networks
    ORDER BY ALL
"""


UNNAMED = pa.schema(
    [
        pa.field("site", pa.string()),
        pa.field("dimension", pa.string()),
        pa.field("why", pa.string()),  # small: fewer than k units; networks: too few of these
        pa.field("values", pa.int64()),
    ]
)
"""How many open values have no crowd. Exact, so it is for inside eyes alone."""


def unnamed(crowds_: Iterable[pa.Table], rule: Disclosure) -> pa.Table:
    """How many open values `allowed` leaves out, and why (schema UNNAMED)."""
    parts = pa.concat_tables([CROWD.empty_table(), *crowds_])
    bound = {"k": rule.k, "networks": rule.networks, "none": NONE, "other": OTHER}
    return ask(_UNNAMED, bound, parts=parts).cast(UNNAMED)


_UNNAMED = """
    SELECT site, dimension, CASE WHEN units < $k THEN 'small' ELSE 'networks' END AS why,
           count(*) AS values
    FROM (SELECT site, dimension, value, sum(units) AS units,
                 len(list_distinct(flatten(list(coalesce(netblocks, []))))) AS networks
          FROM parts WHERE value NOT IN ($none, $other) GROUP BY ALL)
    WHERE units < $k OR networks < $networks
    GROUP BY ALL ORDER BY ALL
"""


def folded(
    contributions: pa.Table, open_dimensions: Sequence[str], named: Mapping[str, pa.Array]
) -> pa.Table:
    """One site's contributions with every open value that is not in `named` as `(other)`.

    `(none)`, the absence of a value, is no value of the data and stays.
    """
    for name in open_dimensions:
        values = contributions[name]
        keep = pc.or_(
            pc.is_in(values, value_set=named.get(name, pa.array([], pa.string()))),
            pc.equal(values, NONE),
        )
        place = contributions.column_names.index(name)
        contributions = contributions.set_column(
            place, name, pc.if_else(keep, values, pa.scalar(OTHER))
        )
    return contributions
