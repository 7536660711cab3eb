"""Whose a beacon is, and what page it speaks of: rows of tags become hits on that page."""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.distinct import Distinct, constant, is_true, one_chunk
from weir.transforms.parse.completed import OVER, completed, put
from weir.transforms.parse.tags import read_tags
from weir.transforms.parse.wires import CUT, IDS, OURS, SITE, WIRE
from weir.transforms.targets import split_targets
from weir.transforms.wall import Wall


def of_site(rows: pa.Table, wall: Wall) -> pa.Array:
    """Rows of the wall's site, by the page's host and by the property that a beacon names.

    A row that names neither is ours, if the source is of one site.
    """
    hosts = Distinct.of(rows["host"])
    bare = pc.replace_substring_regex(pc.utf8_lower(hosts.values), r":\d+$", "")
    ours = pc.is_in(bare, value_set=pa.array([host.lower() for host in wall.site.hosts]))
    by_host = hosts.spread(ours)
    if not wall.site.tag_ids or SITE not in rows.column_names:
        return pc.fill_null(by_host, not wall.by_host)
    named = one_chunk(rows[SITE])
    mine = pc.if_else(
        named.is_valid(), pc.is_in(named, value_set=pa.array(wall.site.tag_ids)), None
    )
    both = pc.and_(pc.fill_null(by_host, True), pc.fill_null(mine, True))
    neither = pc.and_(by_host.is_null(), mine.is_null())
    return pc.and_(both, pc.invert(neither)) if wall.by_host else both


def unfold(rows: pa.Table, wall: Wall, filtered: Counter[str]) -> pa.Table:
    """Requests for the one-pixel GIF, or to where beacons arrive, become hits on the page they
    speak of; adds `channel`. What breaks off, is of no known wire, or is another site's is counted
    and left out."""
    plain = rows.append_column("channel", constant(wall.channel, rows.num_rows, pa.string()))
    if wall.channel != "log" or not wall.site.tag_paths or not wall.tags:
        return plain
    targets = Distinct.of(rows["target"])
    path, _ = split_targets(targets.values)
    is_tag = is_true(targets.spread(pc.is_in(path, value_set=pa.array(wall.site.tag_paths))))
    if not pc.any(is_tag).as_py():
        return plain
    hits = _told(rows.filter(is_tag), wall)
    hits = _without(hits, "truncated_beacon", hits[CUT], filtered)
    hits = _without(hits, "unknown_beacon", hits[WIRE].is_null(), filtered)
    elsewhere = pc.invert(pc.or_(one_chunk(hits[OURS]), of_site(hits, wall)))
    hits = _without(hits, "other_site", elsewhere, filtered)
    rest = plain.filter(pc.invert(is_tag))
    return pa.concat_tables(
        [rest, hits.select([*plain.column_names, IDS])], promote_options="default"
    )


def _told(hits: pa.Table, wall: Wall) -> pa.Table:
    """The hits with what their wires say in place of what the log says."""
    asked = Distinct.of(hits["target"])
    said = read_tags(asked.values, wall.tags)
    header = one_chunk(hits["referrer"])
    hits = put(hits, "channel", constant("tag", hits.num_rows, pa.string()))
    for name in said.column_names:
        values = asked.spread(one_chunk(said[name]))
        if name in OVER:
            values = pc.coalesce(values, one_chunk(hits[name].cast(pa.string())))
        hits = put(hits, name, values)
    if "target" not in said.column_names:
        hits = put(hits, "target", pa.nulls(hits.num_rows, pa.string()))
    return completed(hits, header)


def _without(
    hits: pa.Table, reason: str, wrong: pa.Array | pa.ChunkedArray, filtered: Counter[str]
) -> pa.Table:
    """The hits less what is wrong with some; those are counted."""
    kept = hits.filter(pc.invert(wrong))
    filtered[reason] += hits.num_rows - kept.num_rows
    return kept
