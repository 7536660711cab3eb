"""Columns as small integers: a code a distinct value, so that sorting and grouping are cheap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Ints = np.ndarray[Any, np.dtype[Any]]

_WORD = 1 << 62  # as much as fits one signed word
_SECOND_US = 1_000_000


@dataclass(frozen=True)
class Codes:
    """A column: `codes` int32 into `values` (sorted, distinct, not null); -1 is null."""

    codes: Ints
    values: pa.Array

    def at(self, places: Ints) -> "Codes":
        """The column at `places`; null where a place is -1."""
        if not len(self.codes):
            return Codes(np.full(len(places), -1, np.int32), self.values)
        found = self.codes[places]
        if places.min(initial=0) < 0:
            found[places < 0] = -1
        return Codes(found, self.values)

    def among(self, wanted: Sequence[str]) -> Ints:
        """bool: whether a row's value is one of `wanted`."""
        hit = pc.is_in(self.values, value_set=pa.array(wanted, self.values.type))
        if not pc.any(hit).as_py():
            return np.zeros(len(self.codes), bool)
        return np.append(hit.to_numpy(zero_copy_only=False), False).astype(bool)[self.codes]

    def text(self) -> pa.DictionaryArray:
        """The column as Arrow, dictionary-typed."""
        return pa.DictionaryArray.from_arrays(self.numbers(), self.values)

    def numbers(self) -> pa.Array:
        """The codes themselves as Arrow, with nulls."""
        return pa.array(self.codes, pa.int32(), mask=self.codes < 0)


def encode(column: pa.ChunkedArray) -> Codes:
    """The column with codes in the order of its values, so that they do not tell how rows came."""
    if column.null_count == len(column):
        plain = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        return Codes(np.full(len(column), -1, np.int32), pa.array([], plain))
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    array = column.combine_chunks() if column.num_chunks else pa.array([], column.type)
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    codes = array.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False)
    return _ranked(codes, array.dictionary)


def _ranked(codes: Ints, values: pa.Array) -> Codes:
    order = pc.sort_indices(values)
    rank = np.full(len(order) + 1, -1, np.int32)
    rank[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    return Codes(rank[codes], values.take(order))


def order_by(*columns: Ints) -> Ints:
    """The places of rows in order of integer columns, the first one first."""
    return order_of(columns)


def order_of(columns: Iterable[Ints]) -> Ints:
    """The same of columns that are made one after the other: none is held longer than it needs.

    Neighbouring columns are packed into one word as long as it holds them. The first word nearly
    decides; only rows that are equal in it are sorted by the others.
    """
    words = _packed(columns)
    if not len(words[0]):
        return np.empty(0, np.int64)
    order = np.argsort(words[0])
    first = words[0][order]
    same = first[1:] == first[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    rows = order[tied]
    order[tied] = rows[np.lexsort(tuple(word[rows] for word in reversed(words)))]
    return order


def _packed(columns: Iterable[Ints]) -> list[Ints]:
    words: list[Ints] = []
    size = 1
    for column in columns:
        values = column.astype(np.int64)
        values -= int(values.min(initial=_WORD))
        if not len(values):
            return [values]
        spread = int(values.max()) + 1
        if spread > _SECOND_US and not (values % _SECOND_US).any():  # logs tell whole seconds
            values //= _SECOND_US
            spread = int(values.max()) + 1
        if not words or size * spread > _WORD:
            words.append(values)
            size = spread
        else:
            words[-1] *= spread
            words[-1] += values
            size *= spread
    return words


def first_of(wanted: Ints, starts: Ints, *, last: bool = False) -> Ints:
    """For each run of rows that begins at `starts`: where its first (last) wanted row is, or -1."""
    if not len(starts):
        return np.empty(0, np.int64)
    rows = len(wanted)
    if last:
        return np.maximum.reduceat(np.where(wanted, np.arange(rows), -1), starts)
    found = np.minimum.reduceat(np.where(wanted, np.arange(rows), rows), starts)
    return np.where(found < rows, found, -1)


def repeated(group: Ints, value: Ints) -> Ints:
    """bool: whether the row's group has the value in an earlier row."""
    pair = (group.astype(np.int64) << 32) | (value.astype(np.int64) + 1)
    again = np.ones(len(pair), bool)
    again[np.unique(pair, return_index=True)[1]] = False
    return again
