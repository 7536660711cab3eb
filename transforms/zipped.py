"""ZIP archives as a stream: member after member by their own headers, without the directory.

The directory stands at the end, so it is not there when a file breaks off, nor on standard input;
the header before each member says enough. APPNOTE.TXT of PKWARE (ISO/IEC 21320-1) is the source.
"""

import bz2
import zlib
from collections.abc import Callable
from struct import unpack_from
from typing import Any

_BOM = b"\xef\xbb\xbf"
_MEMBER = b"PK\x03\x04"
_END = b"PK\x05\x06"
_RECORDS: dict[bytes, tuple[int, str, int]] = {  # length, the sizes of what follows, where they are
    _MEMBER: (30, "<HH", 26),
    b"PK\x01\x02": (46, "<HHH", 28),  # a member in the directory
    _END: (22, "<H", 20),
    b"PK\x06\x06": (12, "<Q", 4),
    b"PK\x06\x07": (20, "", 0),
    b"PK\x05\x05": (6, "<H", 4),
    b"PK\x06\x08": (8, "<I", 4),
}
_ENDINGS = (".zip", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz", ".jar")
_MAGIC = (b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf")
_START = 8  # bytes of a member that tell a mark or another archive
_ENCRYPTED, _SIZES_BEHIND = 1, 8
_DESCRIPTORS = ((16, 4), (24, 4), (12, 0), (20, 0))  # length, where its checksum stands


class UnreadableError(Exception):
    """An archive that is whole and cannot be read all the same; says why and what to do."""


class ZipFaultError(Exception):
    """What stands there is no ZIP archive, or its checksum is wrong."""


class Unzip:
    """A decompressor with the manners of bz2's: the log members of an archive, one after the other.

    Directories, hidden files and what macOS adds are passed over. A member begins a line of its own
    and loses its byte-order mark.
    """

    def __init__(self, methods: dict[int, Callable[[], Any]]) -> None:
        self.eof = False
        self.unused_data = b""
        self._methods = methods | {12: bz2.BZ2Decompressor}
        self._held = b""
        self._full = False
        self._fault: Exception | None = None
        self._step: Callable[[int], bytes | None] = self._record
        self._last = b"\n"

    @property
    def needs_input(self) -> bool:
        """Nothing more comes of what was given."""
        return not self._full

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """More of the archive -> more of its lines, about `max_length` of them.

        Raises ZipFaultError or zlib's for what is corrupt, UnreadableError for what is encrypted,
        nested or packed in a way that is not known.
        """
        self._held += data
        out: list[bytes] = []
        size = 0
        while not self.eof and size < max_length:
            try:
                if self._fault:
                    raise self._fault
                given = self._step(max_length - size)
            except Exception as fault:
                if not out:
                    raise
                self._fault, self._full = fault, True  # what comes before it first
                break
            if given is None:
                self._full = False
                return b"".join(out)
            if given:
                out.append(given)
                size += len(given)
        else:
            self._full = not self.eof
        return b"".join(out)

    def _taken(self, size: int) -> bytes:
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def _record(self, _: int) -> bytes | None:
        """A header of a member, or a record of the directory, which is read over."""
        if len(self._held) < 4:
            return None
        length = self._length()
        if length is None or len(self._held) < length:
            return None
        kind, record = self._held[:4], self._taken(length)
        if kind == _MEMBER:
            self._open(record)
        elif kind == _END:
            self.eof, self.unused_data, self._held = True, self._held, b""
        return b""

    def _length(self) -> int | None:
        """How long a record is, if enough of it is there to tell."""
        if self._held[:4] not in _RECORDS:
            raise ZipFaultError
        length, sizes, at = _RECORDS[self._held[:4]]
        if len(self._held) < length:
            return None
        return length + (sum(unpack_from(sizes, self._held, at)) if sizes else 0)

    def _open(self, header: bytes) -> None:
        flags, method = unpack_from("<HH", header, 6)
        crc, packed, _, name_size, _ = unpack_from("<IIIHH", header, 14)
        name = header[30 : 30 + name_size].decode("utf-8", "replace")
        if flags & _ENCRYPTED:
            raise UnreadableError("the ZIP archive is encrypted; unpack it with its password first")
        base = name.rstrip("/").rpartition("/")[2]
        self._passed = name.endswith("/") or name.startswith("__MACOSX/") or base.startswith(".")
        if not self._passed and name.lower().endswith(_ENDINGS):
            raise UnreadableError("the ZIP archive holds another archive; unpack it first")
        self._behind = bool(flags & _SIZES_BEHIND)
        self._crc, self._sum, self._start = crc, 0, b""
        self._begun = False
        if method == 0:
            if self._behind and not packed:
                raise UnreadableError("a member of the ZIP archive has no length; pack it anew")
            extra = header[30 + name_size :]
            self._left = _wide(extra) if packed == 0xFFFFFFFF else packed
            self._step = self._stored
        elif method in self._methods:
            self._member = self._methods[method]()
            self._step = self._packed
        else:
            raise UnreadableError(f"the ZIP archive is packed by method {method}; pack it anew")

    def _stored(self, most: int) -> bytes | None:
        if self._left and not self._held:
            return None
        data = self._taken(min(self._left, most))
        self._left -= len(data)
        return self._given(data, ended=not self._left)

    def _packed(self, most: int) -> bytes | None:
        waiting, self._held = self._held, b""
        if not waiting and self._member.needs_input:
            return None
        data = self._member.decompress(waiting, most)
        if self._member.eof:
            self._held = self._member.unused_data
        return self._given(data, ended=self._member.eof)

    def _given(self, data: bytes, *, ended: bool) -> bytes:
        """What a member gives: checked at its start and summed up."""
        self._sum = zlib.crc32(data, self._sum)
        if ended:
            self._step = self._checked
        if self._passed:
            return b""
        if not self._begun:
            self._start += data
            if len(self._start) < _START and not ended:
                return b""
            if self._start.startswith(_MAGIC):
                raise UnreadableError("the ZIP archive holds another archive; unpack it first")
            data, self._begun = self._start.removeprefix(_BOM), True
            if data and self._last != b"\n":
                data = b"\n" + data
        self._last = data[-1:] or self._last
        return data

    def _checked(self, _: int) -> bytes | None:
        """The end of a member: its checksum, and the sizes where they stand behind it."""
        crc = self._crc
        if self._behind:
            if len(self._held) < 28:  # a directory follows in any case
                return None
            length, crc = next(
                (
                    (length, self._sum)
                    for length, at in _DESCRIPTORS
                    if unpack_from("<I", self._held, at)[0] == self._sum
                    and self._held[length : length + 2] == b"PK"
                ),
                (0, self._sum ^ 1),
            )
            self._taken(length)
        if crc != self._sum:
            raise ZipFaultError
        self._step = self._record
        return b""


def _wide(extra: bytes) -> int:
    """The packed size out of a ZIP64 extra field (the second of its numbers)."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = unpack_from("<HH", extra, at)
        if kind == 1 and size >= 16:
            return int(unpack_from("<Q", extra, at + 12)[0])
        at += 4 + size
    raise ZipFaultError
