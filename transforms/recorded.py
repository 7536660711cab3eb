"""How the night was recorded: robots, requests that failed, and the quality of each channel.

None of it counts a person: robots are in no other number, and hits are summed as they came.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.event import BASES
from weir.transforms.codes import Codes, Ints

SKEWED_S, FAR_OFF_S = 60, 3600
"""A sender's clock is off by more than a minute; by more than an hour, so by a wrong time zone."""
RESTART = 1000
"""So many numbers missing between two hits are no loss: the sender began another series."""


def robots(events: pa.Table, codes: dict[str, Codes]) -> pa.Table:
    """The relation of that name (transforms/visits.py): hits and bytes by kind of robot."""
    rows = np.flatnonzero(codes["bot"].codes >= 0)
    kinds = [codes[name].at(rows) for name in ("site", "bot", "browser")]
    number = np.zeros(len(rows), np.int64)
    for kind in kinds:
        number = number * (len(kind.values) + 1) + kind.codes + 1
    found, first, group = np.unique(number, return_index=True, return_inverse=True)
    size = pc.fill_null(events["size_bytes"].take(pa.array(rows)), 0).to_numpy()
    columns = dict(
        zip(("site", "bot", "browser"), (kind.at(first).text() for kind in kinds), strict=True)
    )
    return pa.table(
        columns
        | {
            "hits": np.bincount(group, minlength=len(found)).astype(np.int64),
            "bytes": _sums(group, size, len(found)),
        }
    )


def failures(events: pa.Table, codes: dict[str, Codes]) -> pa.Table:
    """The relation of that name (transforms/visits.py)."""
    bad = pc.fill_null(pc.greater_equal(events["status"], 400), False).to_numpy()
    rows = np.flatnonzero(bad & codes["channel"].among(("log",)))
    robot = codes["bot"].codes[rows] >= 0
    visitor = codes["visitor"].codes[rows]
    texts = ("site", "path", "referrer_kind", "referrer_domain")
    return pa.table(
        {name: codes[name].at(rows).text() for name in texts}
        | {name: codes[name].at(rows).numbers() for name in ("user", "netblock")}
        | {
            "visitor": pa.array(visitor, pa.int32(), mask=robot | (visitor < 0)),
            "status": events["status"].take(pa.array(rows)),
        }
    )


def channels(events: pa.Table, codes: dict[str, Codes]) -> pa.Table:
    """The relation of that name (transforms/visits.py).

    site, channel; of people's hits: hits, pages (a page was asked for, or a tag or script says so),
    hits_<basis>, skewed and far_off (clock), sequenced (distinct numbers of series), missing
    (between them); robots (their hits), silent (of them those without a user agent).
    """
    site, channel = codes["site"], codes["channel"]
    by = _cube(site, channel, codes["bot"], codes["basis"], codes["action"])
    cells = by.shape[0] * by.shape[1]
    people, machines = by[:, :, 0], by[:, :, 1:]
    page = _place("page", codes["action"])
    columns = {
        "hits": people.sum(axis=(2, 3)),
        "pages": people[:, :, :, page].sum(axis=(2, 3)),
        **{f"hits_{b}": people[:, :, _place(b, codes["basis"])].sum(axis=(2, 3)) for b in BASES},
        "robots": machines.sum(axis=(2, 3, 4)),
        "silent": by[:, :, _place("silent", codes["bot"])].sum(axis=(2, 3, 4)),
    }
    columns = {name: counts.reshape(cells) for name, counts in columns.items()}

    def cell(rows: Ints) -> Ints:
        found: Ints = (site.codes[rows].astype(np.int64) + 1) * by.shape[1] + channel.codes[rows]
        return found + 1

    columns |= _clocks(events, codes["bot"], cell, cells) | _series(events, codes, cell, cells)
    at = np.arange(cells)
    names = {
        "site": Codes((at // by.shape[1] - 1).astype(np.int32), site.values).text(),
        "channel": Codes((at % by.shape[1] - 1).astype(np.int32), channel.values).text(),
    }
    return pa.table(names | columns).filter(pa.array(columns["hits"] + columns["robots"] > 0))


def _cube(*columns: Codes) -> Ints:
    """How many rows have each combination of values; at 0 of each axis those without one."""
    shape = [len(column.values) + 1 for column in columns]
    number = np.zeros(len(columns[0].codes), np.int64)
    for column, size in zip(columns, shape, strict=True):
        if size > 1:
            number = number * size + (column.codes + 1)
    counts: Ints = np.bincount(number, minlength=int(np.prod(shape))).reshape(shape)
    return counts


def _place(value: str, column: Codes) -> list[int]:
    """Where on its axis a value is, if it is there."""
    at = column.values.index(value).as_py()
    return [at + 1] if at >= 0 else []


def _told(column: pa.ChunkedArray, bot: Codes) -> Ints:
    """The rows of people that have a number."""
    if column.null_count == len(column):
        return np.empty(0, np.int64)
    return np.flatnonzero(column.is_valid().to_numpy() & (bot.codes < 0))


def _clocks(
    events: pa.Table, bot: Codes, cell: Callable[[Ints], Ints], cells: int
) -> dict[str, Ints]:
    """People's hits whose sender's clock is off."""
    rows = _told(events["skew_s"], bot)
    skew = np.abs(events["skew_s"].take(pa.array(rows)).to_numpy())
    where = cell(rows)
    limits = {"skewed": SKEWED_S, "far_off": FAR_OFF_S}
    return {n: np.bincount(where[skew > s], minlength=cells) for n, s in limits.items()}


def _series(
    events: pa.Table, codes: dict[str, Codes], cell: Callable[[Ints], Ints], cells: int
) -> dict[str, Ints]:
    """Distinct sequence numbers of each visitor in each cell, and how many are missing between."""
    rows = _told(events["sequence"], codes["bot"])
    sender, where = codes["visitor"].codes[rows], cell(rows)
    number = events["sequence"].take(pa.array(rows)).to_numpy()
    order = np.lexsort((number, sender, where))
    number, sender, where = number[order], sender[order], where[order]
    same = (np.diff(sender) == 0) & (np.diff(where) == 0)
    step = np.diff(number)
    seen = np.append(True, ~same | (step != 0))[: len(number)]
    lost = np.where(same & (step > 1) & (step <= RESTART), step - 1, 0)
    return {
        "sequenced": np.bincount(where[seen], minlength=cells).astype(np.int64),
        "missing": _sums(where[1:], lost, cells),
    }


def _sums(group: Ints, values: Ints, groups: int) -> Ints:
    """Whole sums by group; exact, which weights of floating point are not."""
    sums = np.zeros(groups, np.int64)
    np.add.at(sums, group, values)
    return sums
