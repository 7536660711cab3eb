"""Bytes out of files, compressed or not, near or far. What breaks off says where."""

import bz2
import io
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from weir.schemas.errors import InputError
from weir.transforms.zipped import UnreadableError, Unzip, ZipFaultError

ENDINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd", ".zip": "zip"}
_READ_BYTES = 1 << 18
_START_BYTES = 1 << 20  # of a packed stream: bzip2 gives nothing before a block is whole
_MAGIC_BYTES = 10
_MAGIC = {
    "gzip": rb"\x1f\x8b\x08",
    "bzip2": rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)",
    "xz": rb"\xfd7zXZ\0",
    "zstd": rb"(?:\x28\xb5\x2f|[\x50-\x5f]\x2a\x4d)[\xfd\x18]",
    "zip": rb"PK(?:\x03\x04|\x05\x06)",
}


class BrokenError(Exception):
    """The bytes end before the file should; what came before is good. Says why, in words."""


def packing_of(path: str, start: bytes) -> str | None:
    """How a file is compressed: by its first bytes, else by its name; None: not at all."""
    by_bytes = (kind for kind, magic in _MAGIC.items() if re.match(magic, start, re.DOTALL))
    by_name = (kind for ending, kind in ENDINGS.items() if path.lower().endswith(ending))
    return next(by_bytes, None) or next(by_name, None) if start else None


def packing_at(path: str) -> str | None:
    """How a file is compressed, once it was opened: `access.log.1` may be gzip. Raises InputError.

    An empty file is not compressed, whatever its name.
    """
    with opened(path) as file:
        return packing_of(path, _filled(file, _MAGIC_BYTES))


def beginning(path: str, size: int) -> bytes:
    """The first `size` bytes of a file, unpacked; fewer where it ends or breaks off.

    Raises InputError for what cannot be opened or unpacked.
    """
    packed = packing_at(path) is not None
    with opened(path) as file:
        return start_of(path, _filled(file, _START_BYTES if packed else size), size)


def start_of(path: str, raw: bytes, size: int) -> bytes:
    """The same of a file's first bytes."""
    packing, out = packing_of(path, raw), []
    if packing is None:
        return raw[:size]
    try:
        for data, _ in unpacked(io.BytesIO(raw), packing, None, size):
            out.append(data)
            if sum(map(len, out)) >= size:
                break
    except BrokenError:
        pass  # what comes before counts; reading the whole file tells the rest
    except UnreadableError as why:
        raise InputError(f"{path}: {why}") from None
    return b"".join(out)[:size]


class Streamed:
    """A stream that cannot be wound back (standard input), with its start at hand."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self.start = _filled(raw, _START_BYTES)
        self._held = self.start

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at its end."""
        if not self._held:
            return bytes(self._raw.read(size))
        piece, self._held = self._held[:size], self._held[size:]
        return piece


def _filled(file: Any, size: int) -> bytes:
    """So many bytes, or all there are: one read may give fewer."""
    out, left = [], size
    while left and (piece := file.read(left)):
        out.append(bytes(piece))
        left -= len(piece)
    return b"".join(out)


def opened(path: str) -> Any:
    """A file opened for reading bytes: a local one directly, others by Beam. Raises InputError."""
    try:
        if "://" not in path:
            return Path(path).open("rb", buffering=0)
        from apache_beam.io.filesystem import CompressionTypes
        from apache_beam.io.filesystems import FileSystems

        return FileSystems.open(path, compression_type=CompressionTypes.UNCOMPRESSED)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{path}: a directory; name a file in it") from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read ({type(error).__name__}); name a file that you may read"
        ) from None


def unpacked(file: Any, packing: str, size: int | None, wanted: int) -> Iterator[tuple[bytes, int]]:
    """(decompressed bytes, at most about `wanted`; compressed bytes read for them).

    size: of the file; None: to its end. Members that follow one another are one stream, as
    `cat a.gz b.gz` makes them. Raises BrokenError where the stream is corrupt or ends within a
    member, UnreadableError for an archive that is encrypted or holds another one.
    """
    make, faults = _makers()[packing]
    stream, started, at = make(), False, 0
    while size is None or at < size:
        piece = file.read(_READ_BYTES if size is None else min(_READ_BYTES, size - at))
        if not piece:
            if size is None:
                break
            raise BrokenError("the file is shorter than when the run began")
        at, spent = at + len(piece), len(piece)
        while piece or not stream.needs_input:
            if stream.eof:
                piece = piece.lstrip(b"\0")  # padding, of tapes and between streams of xz
                if not piece:
                    break
                stream, started = make(), False
            try:
                data = stream.decompress(piece, wanted)
            except faults:
                raise BrokenError(f"corrupt {packing} data before byte {at}") from None
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

    def __init__(self, wbits: int = 31) -> None:
        self._inner = zlib.decompressobj(wbits=wbits)
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
        "zip": (
            partial(Unzip, {8: partial(_Gzip, -15), 93: _Zstd}),
            (ZipFaultError, zlib.error, OSError, ValueError, zstandard.ZstdError),
        ),
    }
