"""What a beacon leaves to the request that brings it: its moment, and sometimes its page."""

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.distinct import Distinct, is_true, one_chunk
from weir.transforms.parse.said import split_urls
from weir.transforms.parse.wires import DELAY, NO_PAGE

OVER = ("address", "user_agent")
"""Stated only where somebody else than the client sends the beacon; else the request's count."""


def completed(hits: pa.Table, header: pa.Array) -> pa.Table:
    """Hits with `seen_at`, and what read_hits says of them. header: the request's Referer."""
    return _on_page(_waited(hits), header)


def _waited(hits: pa.Table) -> pa.Table:
    """A hit that says how long it waited was made that long before it came."""
    if DELAY not in hits.column_names:
        return hits
    delay = pc.multiply(one_chunk(hits[DELAY]), 1000).cast(pa.duration("us"))
    made = pc.subtract(one_chunk(hits["seen_at"]), delay)
    if "sent_at" in hits.column_names:
        made = pc.coalesce(one_chunk(hits["sent_at"]), made)
    return put(hits, "sent_at", made)


def _on_page(hits: pa.Table, header: pa.Array) -> pa.Table:
    """Hits of a wire that leaves the page to the Referer header."""
    if NO_PAGE not in hits.column_names:
        return hits
    lacks = is_true(pc.and_(one_chunk(hits[NO_PAGE]), one_chunk(hits["target"]).is_null()))
    if not pc.any(lacks).as_py():
        return hits
    pages = Distinct.of(header)
    for name, values in zip(("host", "target"), split_urls(pages.values), strict=True):
        stated = one_chunk(hits[name].cast(pa.string()))
        hits = put(hits, name, pc.if_else(lacks, pages.spread(values), stated))
    return hits


def put(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    """A column in its place, or behind the others."""
    if name not in table.column_names:
        return table.append_column(name, values)
    if pa.types.is_dictionary(table.schema.field(name).type):
        values = values.dictionary_encode()
    return table.set_column(table.column_names.index(name), name, values)
