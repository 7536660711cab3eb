"""Tags in a log: what the targets of their requests say. On distinct values."""

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.mapping import TagMapping
from weir.transforms.parse.hits import QueryHits
from weir.transforms.parse.wires import BESIDE, CUT, asked, read_hits

_QUERY = r"(?s)^[^?]*\?(?P<query>.*)$"


def parse_tags(targets: pa.StringArray, mapping: TagMapping) -> pa.Table:
    """Distinct targets of tag hits -> a row each, with PARSED's columns that the mapping names.

    Values are decoded; a missing or empty one is null; of a parameter that stands twice the first
    counts. `url` becomes host and target; an action that the mapping does not name is `other`.
    """
    rows = read_tags(targets, (mapping,))
    return rows.drop_columns([name for name in BESIDE if name in rows.column_names])


def read_tags(targets: pa.StringArray, wires: tuple[TagMapping, ...]) -> pa.Table:
    """The same for hits of several wires, each by its own parameters, with the columns beside
    PARSED's (wires.py)."""
    bare = pc.list_element(pc.split_pattern(targets, "#", max_splits=1), 0)
    query = pc.struct_field(pc.extract_regex(bare, _QUERY), [0])
    rows = read_hits(QueryHits(query, asked(wires)), wires)
    cut = pc.or_(rows[CUT].combine_chunks(), cut_short(query))
    return rows.set_column(rows.column_names.index(CUT), CUT, cut)


def cut_short(queries: pa.StringArray) -> pa.Array:
    """Queries that break off for sure: within an escape. (`%C3` at the end may be Latin-1, and a
    name or value that lacks its rest looks like any other.)"""
    return pc.fill_null(pc.match_substring_regex(queries, "%[0-9A-Fa-f]?$"), False)
