"""Bytes out of files, compressed or not, near or far. What breaks off says where."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from weir.schemas.errors import InputError

_READ_BYTES = 1 << 18
_ENDINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}


class BrokenError(Exception):
    """The bytes end before the file should; what came before is good. Says why, in words."""


def packing_of(path: str) -> str | None:
    """How a file is compressed, by its name; None: not at all."""
    return next((kind for ending, kind in _ENDINGS.items() if path.lower().endswith(ending)), None)


def opened(path: str) -> Any:
    """A file opened for reading bytes: a local one directly, others by Beam. Raises InputError."""
    try:
        if "://" not in path:
            return Path(path).open("rb", buffering=0)
        from apache_beam.io.filesystem import CompressionTypes
        from apache_beam.io.filesystems import FileSystems

        return FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; look at the source's path") from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read ({type(error).__name__}); name a file that you may read"
        ) from None


def unpacked(file: Any, packing: str, size: int, wanted: int) -> Iterator[tuple[bytes, int]]:
    """(decompressed bytes, at most about `wanted`; compressed bytes read for them).

    Members that follow one another are one stream, as `cat a.gz b.gz` makes them. Raises
    BrokenError where the stream is corrupt or ends within a member.
    """
    make, faults = _makers()[packing]
    stream, started, at = make(), False, 0
    while at < size:
        piece = file.read(min(_READ_BYTES, size - at))
        if not piece:
            raise BrokenError("the file is shorter than when the run began")
        at, spent = at + len(piece), len(piece)
        while piece or not stream.needs_input:
            if stream.eof:
                if not piece.strip(b"\0"):  # tape padding
                    break
                stream, started = make(), False
            try:
                data = stream.decompress(piece, wanted)
            except faults:
                raise BrokenError(f"corrupt {packing} data before byte {at} of {size}") from None
            started = True
            if data:
                yield data, spent
                spent = 0
            piece = stream.unused_data if stream.eof else b""
            if stream.eof and not piece:
                break
        if spent:
            yield b"", spent
    if started and not stream.eof:
        raise BrokenError(f"truncated {packing} file: it ends at byte {at}, within the archive")


class _Gzip:
    """zlib's decompressor with the manners of bz2's and lzma's; gives all that precedes a fault."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)
        self._full = False
        self._fault: zlib.error | None = None

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not (self._inner.unconsumed_tail or self._full or self._fault)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._fault:
            raise self._fault
        before, waiting = self._inner.copy(), self._inner.unconsumed_tail + data
        try:
            out = self._inner.decompress(waiting, max_length)
        except zlib.error as fault:
            self._fault = fault
            return _salvaged(before, waiting)
        self._full = len(out) >= max_length
        return out


def _salvaged(stream: Any, waiting: bytes) -> bytes:
    """What a stream gives before it comes to its fault: in steps, the last ones of a byte."""
    out = []
    for step in (4096, 1):
        while True:
            before, left = stream.copy(), waiting
            try:
                out.append(stream.decompress(waiting, step))
            except zlib.error:
                stream, waiting = before, left
                break
            waiting = stream.unconsumed_tail
            if not out[-1]:
                break
    return b"".join(out)


class _Zstd:
    """zstandard's decompressor, fed in small steps: it has no limit to what one gives back."""

    _STEP = 1 << 14

    def __init__(self) -> None:
        import zstandard

        self._inner = zstandard.ZstdDecompressor().decompressobj()
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._waiting

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out: list[bytes] = []
        self._waiting += data
        while self._waiting and sum(map(len, out)) < max_length and not self.eof:
            try:
                out.append(self._inner.decompress(self._waiting[: self._STEP]))
            except Exception:
                if not out:
                    raise
                break  # the same step fails again the next time
            self._waiting = self._waiting[self._STEP :]
        return b"".join(out)


def _makers() -> dict[str, tuple[Callable[[], Any], tuple[type[Exception], ...]]]:
    import zstandard

    return {
        "gzip": (_Gzip, (zlib.error,)),
        "bzip2": (bz2.BZ2Decompressor, (OSError, ValueError)),
        "xz": (lzma.LZMADecompressor, (lzma.LZMAError,)),
        "zstd": (_Zstd, (zstandard.ZstdError,)),
    }
