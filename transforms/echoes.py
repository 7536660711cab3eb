"""One act that two channels tell of: the server's log and a beacon, or a beacon and a script.

Within a visit the same file that was fetched, or the same term that was searched for, counts in one
channel only. What only one of them knows stays, and so does what names no file and no term.
"""

import numpy as np

from weir.transforms.codes import Codes, Ints

_CHANNELS = ("log", "tag", "script")  # the one that knows most of a file comes first


def echoes(visit: Ints, fetched: Ints, what: Ints, channel: Codes, makes_pages: Ints) -> Ints:
    """bool: acts of which a preferred channel tells, too.

    fetched: whether `what` is the number of a file or of a term; -1: neither is known.
    makes_pages: the act's channel is the one that makes the site's page views. It is preferred for
    terms, so that the page of the answer is not later than the search; else the log, then tags.
    """
    echo = np.zeros(len(what), bool)
    own = np.flatnonzero(what >= 0)
    if len(np.unique(channel.codes[own])) < 2:
        return echo
    rank = np.array([_CHANNELS.index(name) for name in channel.values.to_pylist()])
    of_own = rank[channel.codes[own]]
    of_own[makes_pages[own] & ~fetched[own]] = -1
    act = (visit[own].astype(np.int64) * 2 + fetched[own]) << 31 | what[own]
    _, same = np.unique(act, return_inverse=True)
    best = np.full(len(own), len(_CHANNELS))
    np.minimum.at(best, same, of_own)
    echo[own] = of_own > best[same]
    return echo
