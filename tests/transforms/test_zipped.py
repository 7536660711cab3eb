"""ZIP archives, member after member: what is read, what is told, what is refused."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from tests.transforms.test_read import Seen, see

from weir.schemas.errors import InputError
from weir.transforms.read import read_stream
from weir.transforms.unpack import Streamed

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
RNG = random.Random(7)
LINES = [RNG.randbytes(30).hex().encode() for _ in range(20_000)]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "logs.zip"


def pack(path: Path, method: int, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", method) as out:
        for name, data in members.items():
            out.writestr(name.replace("__", "."), data)
    return path


class _Pipe(io.RawIOBase):
    """Where nobody can go back to write a size: an archive for it has them behind the members."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        self.data += bytes(piece)  # type: ignore[call-overload]
        return len(bytes(piece))  # type: ignore[call-overload]


@pytest.mark.parametrize("method", [STORED, DEFLATED, BZIP2])
def test_members_are_read_one_after_the_other(archive: Path, method: int) -> None:
    pack(archive, method, a__log=b"\n".join(LINES), b__log=b"\xef\xbb\xbflast\n", empty__log=b"")
    assert see(archive) == Seen(
        [*LINES, b"last"], [], list(range(20_001)), "", see(archive).largest
    )
    archive.write_bytes(archive.read_bytes() * 2)  # as `cat a.zip a.zip` makes it
    assert see(archive).lines == [*LINES, b"last"] * 2


def test_blocks_stay_small_whatever_a_member_holds(archive: Path) -> None:
    pack(archive, DEFLATED, a__log=b"the same line\n" * 1_000_000)
    assert see(archive).largest < 1 << 18


def test_folders_and_what_systems_add_are_passed_over(archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", DEFLATED) as out:
        for name in ("logs/", "__MACOSX/logs/._a.log", "logs/.DS_Store"):
            out.writestr(name, b"" if name.endswith("/") else b"\0\1binary\n")
        out.writestr("logs/a.log", b"one\n")
    assert see(archive).lines == [b"one"]


@pytest.mark.parametrize("wide", [False, True])
def test_an_archive_that_was_written_to_a_pipe_has_its_sizes_behind(
    archive: Path, wide: bool
) -> None:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", DEFLATED) as out:  # type: ignore[arg-type]
        for name in ("a.log", "b.log"):
            with out.open(name, "w", force_zip64=wide) as member:
                member.write(b"\n".join(LINES[:5000]))
    archive.write_bytes(pipe.data)
    seen = see(archive)
    assert (seen.lines, seen.damaged) == (LINES[:5000] * 2, "")


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_a_truncated_archive_keeps_its_whole_lines(archive: Path, method: int) -> None:
    pack(archive, method, a__log=b"\n".join(LINES), b__log=b"last\n")
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    seen = see(archive)
    assert 9000 < len(seen.lines) < 11_000
    assert seen.lines == LINES[: len(seen.lines)]
    assert [reason for _, reason, _ in seen.rejects] == ["truncated_file"]
    assert "truncated zip file" in seen.damaged
    archive.write_bytes(whole[:-30])  # within the directory: nothing is lost, but who knows
    assert see(archive).lines == [*LINES, b"last"]
    assert "truncated zip file" in see(archive).damaged


def test_a_wrong_checksum_is_damage(archive: Path) -> None:
    pack(archive, STORED, a__log=b"one\ntwo\n")
    archive.write_bytes(archive.read_bytes().replace(b"one\ntwo\n", b"one\ntwx\n"))
    assert see(archive).lines == [b"one", b"twx"]
    assert "corrupt zip" in see(archive).damaged


@pytest.mark.parametrize(
    ("members", "method", "word"),
    [
        ({"a__log__gz": b"x"}, DEFLATED, "holds another archive"),
        ({"a__log": b"\x1f\x8b\x08\0\0\0\0\0\0"}, DEFLATED, "holds another archive"),
        ({"a__log": b"x"}, LZMA, "method 14"),
    ],
    ids=["nested by name", "nested by content", "method"],
)
def test_what_cannot_be_read_is_refused_by_name(
    archive: Path, members: dict[str, bytes], method: int, word: str
) -> None:
    pack(archive, method, **members)
    with pytest.raises(InputError, match=rf"logs\.zip: .*{word}"):
        see(archive)


def test_an_encrypted_archive_is_refused(archive: Path) -> None:
    data = bytearray(pack(archive, DEFLATED, a__log=b"x").read_bytes())
    data[6] |= 1  # the flag in the member's header
    archive.write_bytes(data)
    with pytest.raises(InputError, match="encrypted; unpack it with its password"):
        see(archive)


def test_an_archive_comes_by_standard_input_too(archive: Path) -> None:
    pack(archive, DEFLATED, a__log=b"one\ntwo\n")
    with archive.open("rb") as file:
        blocks = list(read_stream(Streamed(file)))
    assert b"".join(block.data.to_pybytes() for block in blocks) == b"one\ntwo\n"
