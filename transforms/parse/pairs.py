"""Query strings cut into their pairs, by their bytes: no text is made of what nobody asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.parse.cut import Numbers, Spans, places


@dataclass(frozen=True)
class Pairs:
    """Pairs of some queries, in order. A pair without a name is left out."""

    index: Numbers  # position of the query
    codes: Numbers  # which of `names`
    names: pa.StringArray  # distinct, decoded
    values: pa.StringArray  # as they stand

    def of(self, wanted: pa.Array) -> "Pairs":
        """Those whose name is wanted (bool, one a name)."""
        mask = wanted.to_numpy(zero_copy_only=False)[self.codes]
        return Pairs(self.index[mask], self.codes[mask], self.names, self.values.filter(mask))


def cut_pairs(
    queries: pa.StringArray, wanted: Callable[[pa.StringArray], pa.Array] | None = None
) -> Pairs:
    """Queries (without `?`; nulls allowed) -> pairs whose (decoded) name is wanted.

    Pairs are cut at `&` (WHATWG URL, application/x-www-form-urlencoded). wanted: distinct names ->
    bool; only values of wanted names are copied.
    """
    whole = Spans.of(pc.fill_null(queries, ""))
    pieces, index = _split(whole)
    equals = _first_of(pieces, "=")
    named = equals > pieces.starts
    pieces, index, equals = pieces.at(named), index[named], equals[named]
    keys = Spans(pieces.text, pieces.starts, equals).column().dictionary_encode()
    codes, names = _joined(keys.indices.to_numpy(zero_copy_only=False), decoded(keys.dictionary))
    starts = np.minimum(equals + 1, pieces.ends)
    if wanted is None:
        return Pairs(index, codes, names, Spans(pieces.text, starts, pieces.ends).column())
    mask = np.asarray(wanted(names), bool)[codes] if len(names) else np.zeros(0, bool)
    values = Spans(pieces.text, starts, pieces.ends).at(mask).column()
    return Pairs(index[mask], codes[mask], names, values)


def parse_query(queries: pa.StringArray) -> pa.Table:
    """Distinct queries -> all their pairs in order.

    index: position of the query, int64; key: decoded; value: as it stands; decoded: the value
    decoded once (`+` is a space; bytes that are not UTF-8 become U+FFFD).
    """
    pairs = cut_pairs(queries)
    return pa.table(
        {
            "index": pa.array(pairs.index, pa.int64()),
            "key": pairs.names.take(pa.array(pairs.codes)),
            "value": pairs.values,
            "decoded": decoded(pairs.values),
        }
    )


def decoded(values: pa.StringArray) -> pa.StringArray:
    """Percent-encoding and `+` undone, once."""
    plain = pc.replace_substring(values, "+", " ")
    escaped = pc.fill_null(pc.match_substring(plain, "%"), False)
    if not pc.any(escaped).as_py():
        return plain
    codes = plain.filter(escaped).dictionary_encode()
    answers = pa.array([unquote(text) for text in codes.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(plain, escaped, answers.take(codes.indices))


def _split(whole: Spans) -> tuple[Spans, Numbers]:
    """The pieces between `&`, and which query each is of; a query without any is one piece."""
    if not len(whole):
        return whole, np.zeros(0, np.int64)
    first, last = int(whole.starts[0]), int(whole.ends[-1])
    marks = places(whole.chars[first:last], ord("&")) + first
    counts = np.searchsorted(marks, whole.ends) - np.searchsorted(marks, whole.starts) + 1
    at = np.cumsum(counts) - counts  # of each query's first piece
    starts, ends = np.empty(counts.sum(), np.int64), np.empty(counts.sum(), np.int64)
    inner = np.ones(len(starts), bool)
    inner[at] = False
    starts[at], starts[inner] = whole.starts, marks + 1
    inner[:] = True
    inner[at + counts - 1] = False
    ends[at + counts - 1], ends[inner] = whole.ends, marks
    return Spans(whole.text, starts, ends), np.repeat(np.arange(len(whole)), counts)


def _first_of(pieces: Spans, mark: str) -> Numbers:
    """Where a mark first stands in each piece, or the piece's end."""
    if not len(pieces):
        return pieces.ends
    first, last = int(pieces.starts[0]), int(pieces.ends[-1])
    marks = np.append(places(pieces.chars[first:last], ord(mark)) + first, np.iinfo(np.int64).max)
    found: Numbers = np.minimum(marks[np.searchsorted(marks, pieces.starts)], pieces.ends)
    return found


def _joined(codes: Numbers, names: pa.StringArray) -> tuple[Numbers, pa.StringArray]:
    """Names that differ only in their encoding are one."""
    again = names.dictionary_encode()
    if len(again.dictionary) == len(names):
        return codes, names
    ours: Numbers = again.indices.to_numpy(zero_copy_only=False)[codes]
    return ours, again.dictionary
