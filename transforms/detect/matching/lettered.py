"""The words of many values at once, as numpy arrays over the bytes of an Arrow column.

Letters are those of ASCII; of any other sign nothing is said, and what has one is looked at anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Known = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]

_GAP, _LETTER, _BREAK = 0, 1, 2
DIGITS, CAPITALS = "0123456789", ascii_uppercase
ODD = "".join(sign for sign in map(chr, range(128)) if not sign.isalnum() and sign not in "-_./")
"""Signs that slugs, hosts and names of files have not."""

_BREAKS = b'/=&?;"<>(){}[]@#!*0123456789'  # between what are no neighbours; the colon is none
_ALL = np.arange(256, dtype=np.uint8)
_SMALL = np.isin(_ALL, np.frombuffer(ascii_lowercase.encode(), np.uint8))
_CAPITAL = np.isin(_ALL, np.frombuffer(ascii_uppercase.encode(), np.uint8))
_LOWER = np.where(_CAPITAL, _ALL + 32, _ALL)
_KIND = np.where(_SMALL | _CAPITAL, _LETTER, _GAP).astype(np.uint8)
_KIND[np.frombuffer(_BREAKS, np.uint8)] = _BREAK


@dataclass(frozen=True)
class Words:
    """All words of all values, and a mark wherever signs stand between that part neighbours."""

    known: Known  # what is known of each, as it was asked for
    of: Ints  # index of the value
    capital: Bools  # begins with one
    dashed: Bools  # nothing but a dash before the next


@dataclass(frozen=True)
class Written:
    """How each value is written: with a point, a comma, a hump (aB), words with capitals."""

    dotted: Bools
    comma: Bools
    humped: Bools
    capitals: Bools


class Column:
    """A column as bytes, and where each value begins; its nulls are empty."""

    def __init__(self, values: pa.StringArray) -> None:
        values = pc.fill_null(values, "")
        self.rows = len(values)
        offsets = np.frombuffer(values.buffers()[1], np.int32)[values.offset :]
        offsets = offsets[: len(values) + 1].astype(np.int64)
        text = values.buffers()[2]
        whole = np.frombuffer(text, np.uint8) if text else np.zeros(0, np.uint8)
        self.data: Bytes = whole[offsets[0] : offsets[-1]]
        self.offsets: Ints = offsets - offsets[0]

    def count(self, some: str, beyond: bool = False) -> Ints:
        """How many of these signs of ASCII each value has. beyond: all others count, too."""
        table = np.repeat([False, beyond], 128)
        table[list(some.encode("ascii"))] = True
        before = np.concatenate([[0], np.cumsum(table[self.data], dtype=np.int64)])
        return np.diff(before[self.offsets])


class Lettered(Column):
    """The same with its words. humps: a word ends before a capital, too."""

    def __init__(self, values: pa.StringArray, humps: bool = False) -> None:
        super().__init__(values)
        self.kind: Bytes = _KIND[self.data]
        first = np.zeros(len(self.data) + 1, np.bool_)
        first[self.offsets[:-1]] = True
        self.first: Bools = first[:-1]
        self.capital: Bools = _CAPITAL[self.data]
        inside = ~self.first
        inside[:1] = False
        self.hump: Bools = self.capital & inside
        self.hump[1:] &= _SMALL[self.data[:-1]]
        self._inside = inside
        self._humps = humps

    def words(self, known: Callable[[str], int], mark: int) -> Words:
        """known: what is asked for of each distinct word in small letters. mark: of a break."""
        change = self.first.copy()
        change[:1] = True
        change[1:] |= self.kind[1:] != self.kind[:-1]
        if self._humps:
            change |= self.hump
        begins = np.flatnonzero(change)
        ends, kinds = np.append(begins[1:], len(self.data)), self.kind[begins]
        kept = kinds != _GAP
        begins, ends, kinds = begins[kept], ends[kept], kinds[kept]
        letters = kinds == _LETTER
        each = np.full(len(begins), mark, np.int32)
        each[letters] = self._asked(known, (ends - begins)[letters])
        counts = np.diff(np.searchsorted(begins, self.offsets))
        of = np.repeat(np.arange(self.rows), counts)
        after = np.append(begins[1:], 0)
        dashed = (after == ends + 1) & (self.data[np.minimum(ends, len(self.data) - 1)] == ord("-"))
        return Words(each, of, self.capital[begins], dashed & letters)

    def _asked(self, known: Callable[[str], int], lengths: Ints) -> Known:
        """`known` of each run of letters, asked once for each distinct one."""
        text = _LOWER[self.data[self.kind == _LETTER]]
        offsets = np.zeros(len(lengths) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        column = pa.StringArray.from_buffers(
            len(lengths), pa.py_buffer(offsets), pa.py_buffer(text)
        )
        distinct = column.dictionary_encode()
        each: Known = np.fromiter(map(known, distinct.dictionary.to_pylist()), np.int32)
        spread: Known = each[distinct.indices.to_numpy()]
        return spread

    def written(self) -> Written:
        """How each value is written. capitals: at its beginning, in a hump, or of two words."""
        humped = self._any(self.hump if not self._humps else np.zeros_like(self.hump))
        title = self.capital.copy()
        title[-1:] = False
        title[:-1] &= _SMALL[self.data[1:]] & self._inside[1:]
        behind = self.capital & self._inside  # another sign than a letter, or a hump that parts
        behind[1:] &= (self.kind[:-1] != _LETTER) | (self.hump[1:] & self._humps)
        capitals = humped | self._any(title & self.first)
        titled, last = np.flatnonzero(title), np.flatnonzero(behind)
        begins = np.full(self.rows, len(self.data), np.int64)
        begins[self._of(titled)[::-1]] = titled[::-1]
        ends = np.full(self.rows, -1, np.int64)
        ends[self._of(last)] = last
        capitals |= ends > begins
        return Written(
            self._any(self.data == ord(".")), self._any(self.data == ord(",")), humped, capitals
        )

    def _of(self, places: Ints) -> Ints:
        """The value that each place is in."""
        return np.searchsorted(self.offsets, places, side="right") - 1

    def _any(self, places: Bools) -> Bools:
        """Which values have such a place."""
        found = np.zeros(self.rows, np.bool_)
        found[self._of(np.flatnonzero(places))] = True
        return found
