"""Texts searched for ways of writing identifiers, wherever in their letters and digits they begin.

There may be millions of texts and of ways, so both go through anchors: a hash of 7, 12 or 20 bytes
of a way, of its first, middle or last ones, whichever fewest other ways have, as a site's numbers
may all begin alike; and of as many bytes from each place of a text on. A table of flags tells which
places could be any way's; the few that are left are compared with the ways themselves, read a row
group at a time, some pairs at a time. Memory grows with the texts that are looked at together, and
not with ways.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.encrypted import row_groups, rows_of
from weir.transforms.keys import Keyring
from weir.transforms.ways import SHORTEST, folded, letters_and_digits

SEAM = "\x1f"
"""Stands between the cells of a row in a text that is made of several."""

HITS = pa.schema([pa.field("at", pa.int64()), pa.field("kind", pa.string())])
"""Number of a text, and the kind of an identifier that is written in it; distinct."""

APART = 10
"""Letters of the shortest way that counts as one word; a shorter one has to be taken apart in the
text: `rosemary` is no Rose Mary, and `r-o-s-e-m-a-r-y` is."""
ANYWHERE = 14
"""Letters of the shortest way that counts within a word; digits by themselves never count within a
longer number."""

Hashes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
_SIZES = (SHORTEST, 12, 20)  # bytes
_ODD = tuple(np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
_SHORT = np.uint64((1 << 8 * SHORTEST) - 1)
_FLAGS = 16, 27  # bits: the smallest and the largest table, of 128 MB
_BYTES_AT_ONCE = 2 << 20
_PAIRS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Sought:
    """Ways of writing identifiers (WAYS), in files that the keyring opens for `proof`."""

    files: tuple[str, ...]
    keyring: Keyring

    def within(self, texts: pa.Array, across: bool = False) -> pa.Table:
        """Distinct texts in which an identifier is written -> HITS.

        across: only one that goes across a SEAM counts. Raises what opening a file raises.
        """
        small = folded(texts)
        bare = letters_and_digits(small)
        hashes, owners = self._places(bare)
        found: set[tuple[int, str]] = set()
        for ways in self._ways() if len(hashes) else ():
            for at, which in _joined(hashes, owners, _anchors(ways["way"].combine_chunks())):
                pairs = pa.table({"at": at, "text": small.take(at), "bare": bare.take(at)})
                rows = zip(pairs.to_pylist(), ways.take(which).to_pylist(), strict=True)
                for text, way in rows:
                    place = text["at"], way["kind"]
                    new = place not in found and way["way"] in text["bare"]
                    if new and _stands(text["text"], way["way"], way["plain"], across):
                        found.add(place)
        return pa.Table.from_pylist(
            [{"at": at, "kind": kind} for at, kind in sorted(found)], schema=HITS
        )

    def _ways(self) -> Iterator[pa.Table]:
        for path in self.files:
            yield from row_groups(path, self.keyring, "proof")

    @cached_property
    def _flags(self) -> npt.NDArray[np.bool_]:
        """Whether an anchor of a way begins with these bits."""
        count = sum(rows_of(path, self.keyring, "proof") for path in self.files)
        bits = min(max(_FLAGS[0], (16 * count).bit_length()), _FLAGS[1])
        flags = np.zeros(1 << bits, np.bool_)
        for ways in self._ways():
            flags[_begin(_anchors(ways["way"].combine_chunks()), flags)] = True
        return flags

    def _places(self, texts: pa.Array) -> tuple[Hashes, Ints]:
        """Hashes of all places that may be a way's anchor, in order, and their texts."""
        hashes, owners = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for first, some in _pieces(texts):
            data, starts = _raw(some)
            words = _words(data)
            for size in _SIZES:
                hashed = _hashed(words, np.arange(len(data)), size)
                places = np.flatnonzero(self._flags[_begin(hashed, self._flags)])
                hashes.append(hashed[places])
                owners.append(first + np.searchsorted(starts, places, "right") - 1)
        every, whose = np.concatenate(hashes), np.concatenate(owners)
        order = np.argsort(every)
        return every[order], whose[order]


def _pieces(texts: pa.Array) -> Iterator[tuple[int, pa.Array]]:
    """Texts in pieces of some MB, with the number of the first."""
    sizes = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    for start, stop in _some_at_once(sizes, _BYTES_AT_ONCE):
        yield start, texts.slice(start, stop - start)


def _some_at_once(sizes: Ints, most: int) -> Iterator[tuple[int, int]]:
    """Begin and end of neighbours that are so large together at most, or one alone."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + most, "right")))
        yield start, stop
        start = stop


def _raw(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The bytes of texts one after the other, and where each begins."""
    _, offsets, data = texts.buffers()
    at = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    at = at.astype(np.int64)
    raw = np.frombuffer(data or b"", np.uint8)[at[0] : at[-1]]
    return raw, at[:-1] - at[0]


def _words(data: npt.NDArray[np.uint8]) -> Hashes:
    """Eight bytes as a number, from each place on; behind the end come zeros."""
    count = len(data) // 8 + 4  # and as many zeros as the longest of _SIZES
    padded = np.zeros(8 * count + 8, np.uint8)
    padded[: len(data)] = data
    words = np.empty(8 * count, np.uint64)
    for ahead in range(8):
        words[ahead::8] = padded[ahead : ahead + 8 * count].view(np.uint64)
    return words


def _hashed(words: Hashes, at: Ints, size: int) -> Hashes:
    """64 bits of `size` bytes from each place on."""
    if size == SHORTEST:
        return (words[at] & _SHORT) * _ODD[0]
    middle = words[at + (size - 8) // 2] * _ODD[1]
    hashed: Hashes = words[at] * _ODD[0] + middle + words[at + size - 8] * _ODD[2]
    return hashed ^ (hashed >> np.uint64(29))


def _anchors(ways: pa.Array) -> Hashes:
    """Of each way the hash of as many bytes in it as the largest of _SIZES that it has; of three
    places in it the one that fewest of these ways share."""
    data, starts = _raw(ways)
    words = _words(data)
    sizes = pc.binary_length(ways).to_numpy(zero_copy_only=False)
    anchors = np.empty((3, len(ways)), np.uint64)
    fitting = np.searchsorted(_SIZES, sizes, "right") - 1
    for number, size in enumerate(_SIZES):
        of_size = np.flatnonzero(fitting == number)
        first, room = starts[of_size], sizes[of_size] - size
        for place, at in enumerate((first, first + room, first + room // 2)):
            anchors[place, of_size] = _hashed(words, at, size)
    _, which, counts = np.unique(anchors, return_inverse=True, return_counts=True)
    rarest = counts[which].reshape(anchors.shape).argmin(axis=0)
    chosen: Hashes = np.take_along_axis(anchors, rarest[np.newaxis], axis=0)[0]
    return chosen


def _begin(hashes: Hashes, flags: npt.NDArray[np.bool_]) -> Hashes:
    """The bits of hashes that number a flag."""
    return hashes >> np.uint64(64 - len(flags).bit_length() + 1)


def _joined(hashes: Hashes, owners: Ints, anchors: Hashes) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of a text and a way with the same hash, some at a time; hashes are in order."""
    low = np.searchsorted(hashes, anchors, "left")
    counts = np.searchsorted(hashes, anchors, "right") - low
    for start, stop in _some_at_once(counts, _PAIRS_AT_ONCE):
        of = counts[start:stop]
        which = np.repeat(np.arange(start, stop), of)
        nth = np.arange(len(which)) - np.repeat(np.cumsum(of) - of, of)
        if len(which):
            yield owners[low[which] + nth], which


def _stands(text: str, way: str, plain: bool, across: bool) -> bool:
    """Whether a folded text has a way in it that is not there by chance."""
    kept = [at for at, letter in enumerate(text) if letter.isalnum()]
    bare = "".join(text[at] for at in kept)
    start = bare.find(way)
    while start >= 0:
        first, last = kept[start], kept[start + len(way) - 1]
        around = text[first - 1 : first] + text[last + 1 : last + 2]
        counts = not across or SEAM in text[first:last]
        if counts and (not plain or _tells(way, around, last - first >= len(way))):
            return True
        start = bare.find(way, start + 1)
    return False


def _tells(way: str, around: str, apart: bool) -> bool:
    """around: the signs next to it. apart: whether there are others in it."""
    if way.isdigit():
        return not any(map(str.isdigit, around))
    bounded = not any(map(str.isalnum, around))
    return len(way) >= ANYWHERE or (bounded and (apart or len(way) >= APART))
