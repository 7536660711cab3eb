"""Who looks like a browser and behaves like no person: the robots that no name tells.

After Tan and Kumar, "Discovery of Web Robot Sessions Based on Their Navigational Patterns", Data
Mining and Knowledge Discovery 6 (2002): who asks for robots.txt; who reads many pages and fetches
no part of any, coming from nowhere; who reads faster than anybody can. How many is ours to say, and
a site may say otherwise (schemas/config.py, Robots). Each visitor is judged by its own hits of the
day alone, so that neither buckets nor who opted out change a verdict.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weir.schemas.config import Robots
from weir.transforms.codes import Codes, Ints

BEHAVIOUR = "behaviour"
"""Their class in `bot`."""
_SUSTAINED = 3  # minutes
_MINUTE_US = 60_000_000


@dataclass(frozen=True)
class Hits:
    """Hits of a log that no name tells to be a robot's, in any order; arrays of one length."""

    visitor: Ints  # codes
    seen_at: Ints  # microseconds since 1970
    page: Ints  # bool: a page was asked for
    asset: Ints  # bool: a part of a page
    robots_txt: Ints  # bool: /robots.txt
    referred: Ints  # bool: it names a referrer
    shared: Ints  # bool: known by address and user agent, which several people may share


def behaving(hits: Hits, rules: Robots) -> Ints:
    """Codes of the visitors who behave like robots, ascending."""
    if not len(hits.visitor):
        return np.empty(0, np.int64)
    size = int(hits.visitor.max()) + 1

    def count(wanted: Ints) -> Ints:
        return np.bincount(hits.visitor[wanted], minlength=size)

    pages, assets = count(hits.page), count(hits.asset)
    robot = np.zeros(size, bool)
    if rules.asks_robots_txt:
        robot |= count(hits.robots_txt) > 0
    if rules.pages_alone:
        alone = (assets == 0) & (count(hits.page & hits.referred) == 0)
        robot |= alone & (pages >= rules.pages_alone)
    if rules.pages_a_minute:
        # Behind one address many people may read at once; but then they fetch parts of pages.
        crowd = (count(hits.shared) > 0) & (assets > 0)
        quick = _quick(hits, pages, rules.pages_a_minute * _SUSTAINED)
        robot[quick] |= ~crowd[quick]
    return np.flatnonzero(robot)


def _quick(hits: Hits, pages: Ints, many: int) -> Ints:
    """Codes of visitors with more than so many pages in some _SUSTAINED minutes."""
    rows = np.flatnonzero(hits.page & (pages > many)[hits.visitor])
    if len(rows) <= many:
        return np.empty(0, np.int64)
    order = np.lexsort((hits.seen_at[rows], hits.visitor[rows]))
    visitor, seen_at = hits.visitor[rows][order], hits.seen_at[rows][order]
    within = seen_at[many:] - seen_at[:-many] < _SUSTAINED * _MINUTE_US
    return np.unique(visitor[many:][within & (visitor[many:] == visitor[:-many])])


def marked(bot: Codes, rows: Ints) -> Codes:
    """The column `bot` with BEHAVIOUR at some rows (bool) that had no class."""
    if not rows.any():
        return bot
    names = bot.values.to_pylist()
    values = sorted({*names, BEHAVIOUR})
    rank = np.array([*(values.index(name) for name in names), -1], np.int32)
    codes = rank[bot.codes]
    codes[rows & (codes < 0)] = values.index(BEHAVIOUR)
    return Codes(codes, pa.array(values, bot.values.type))
