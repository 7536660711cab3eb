"""Files as blocks of whole lines: splits, archives that break off, lines without end."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import zstandard

from weir.schemas.errors import InputError
from weir.transforms.read import lines_before, plan_splits, read_blocks, read_stream
from weir.transforms.unpack import Streamed, beginning

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@dataclass
class Seen:
    """All that came out of a file."""

    lines: list[bytes] = field(default_factory=list)
    rejects: list[tuple[int, str, int]] = field(default_factory=list)  # line, reason, bytes kept
    numbers: list[int] = field(default_factory=list)
    damaged: str = ""
    largest: int = 0


def see(
    path: Path, split_bytes: int = 1 << 40, block_bytes: int = 1 << 16, size: int | None = None
) -> Seen:
    seen = Seen()
    size = path.stat().st_size if size is None else size
    for split in plan_splits("web", str(path), size, split_bytes):
        for block in read_blocks(split, block_bytes):
            found = block.data.to_pybytes().splitlines()
            seen.lines += found
            seen.numbers += range(block.first_line, block.first_line + len(found))
            seen.damaged = block.damaged or seen.damaged
            seen.largest = max(seen.largest, block.data.size)
            if block.rejects is not None:
                seen.rejects += [
                    (r["line"], r["reason"], len(r["raw"])) for r in block.rejects.to_pylist()
                ]
    return seen


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def some_lines(count: int) -> list[bytes]:
    return [b"line %d %s" % (number, b"x" * (number % 13)) for number in range(count)]


@pytest.mark.parametrize("last", [b"\n", b""])
def test_splits_at_any_byte_give_each_line_once(log: Path, last: bytes) -> None:
    text = b"\n".join(some_lines(25)) + last
    log.write_bytes(text)
    for split_bytes in range(1, len(text) + 2):
        assert see(log, split_bytes).lines == some_lines(25), split_bytes


def test_lines_are_numbered_through_the_blocks(log: Path) -> None:
    log.write_bytes(b"\n".join(some_lines(20_000)))
    seen = see(log)
    assert seen.numbers == list(range(20_000))
    assert seen.largest <= 1 << 17


def test_an_empty_file_has_no_line(log: Path) -> None:
    log.write_bytes(b"")
    assert see(log) == Seen()
    assert len(plan_splits("web", str(log), 0, 1024)) == 1


def test_a_missing_file_is_named(log: Path) -> None:
    with pytest.raises(InputError, match=r"access\.log: no such file"):
        see(log, size=10)


def test_a_line_of_ten_megabytes_is_refused_and_reading_goes_on(log: Path) -> None:
    log.write_bytes(b"before\n" + b"y" * 10_000_000 + b"\nbehind\n")
    for split_bytes in (1 << 40, 1 << 20):
        seen = see(log, split_bytes)
        assert seen.lines == [b"before", b"behind"]
        assert [(reason, kept) for _, reason, kept in seen.rejects] == [("line_too_long", 65536)]
        assert seen.largest < 1 << 18


def test_a_line_of_a_mebibyte_is_not_too_long(log: Path) -> None:
    log.write_bytes(b"y" * (1 << 20) + b"\n" + b"z" * ((1 << 20) + 1) + b"\nq")
    seen = see(log)
    assert [len(line) for line in seen.lines] == [1 << 20, 1]
    assert seen.rejects == [(1, "line_too_long", 65536)]


def test_what_is_written_after_the_plan_is_not_read(log: Path) -> None:
    log.write_bytes(b"a\nb\n")
    planned = log.stat().st_size
    log.write_bytes(b"a\nb\nc\n")
    assert see(log, size=planned).lines == [b"a", b"b"]


def test_a_file_that_shrank_is_damaged(log: Path) -> None:
    log.write_bytes(b"a\nb")
    seen = see(log, size=100)
    assert seen.lines == [b"a"]
    assert seen.rejects == [(1, "truncated_file", 1)]
    assert "shorter" in seen.damaged


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_archives_are_read_member_after_member(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"access.{ending}"
    packed = COMPRESSORS[ending](b"\n".join(some_lines(5000)) + b"\n")
    path.write_bytes(packed + packed)
    seen = see(path, split_bytes=100)
    assert seen.lines == some_lines(5000) * 2
    assert not seen.damaged


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_an_archive_that_breaks_off_gives_its_whole_lines(tmp_path: Path, ending: str) -> None:
    import random

    rng = random.Random(7)
    lines = [rng.randbytes(30).hex().encode() for _ in range(30_000)]
    path = tmp_path / f"access.{ending}"
    packed = COMPRESSORS[ending](b"\n".join(lines) + b"\n")
    path.write_bytes(packed[: len(packed) * 2 // 3])
    seen = see(path)
    assert 1000 < len(seen.lines) < len(lines)
    assert seen.lines == lines[: len(seen.lines)]
    assert [reason for _, reason, _ in seen.rejects] in ([], ["truncated_file"])
    assert "truncated" in seen.damaged


def test_a_corrupt_gzip_gives_the_lines_before_the_fault(tmp_path: Path) -> None:
    path = tmp_path / "access.gz"
    first, second = (gzip.compress(b"\n".join(some_lines(n)) + b"\n") for n in (300, 400))
    path.write_bytes(first + second[:-8] + b"\0" * 8)  # the second one's checksum is wrong
    seen = see(path)
    assert seen.lines == some_lines(300) + some_lines(400)[:-1]
    assert [reason for _, reason, _ in seen.rejects] == ["truncated_file"]
    assert "corrupt gzip" in seen.damaged


def test_a_plain_file_named_gz_is_told(tmp_path: Path) -> None:
    path = tmp_path / "access.gz"
    path.write_bytes(b"plain text\n" * 30)
    seen = see(path)
    assert not seen.lines and "corrupt gzip" in seen.damaged


def test_blocks_of_a_table_begin_with_its_header_and_keep_quoted_line_ends_whole(log: Path) -> None:
    records = [b'u%d,"two\nlines %s"' % (number, b"x" * 40) for number in range(5000)]
    log.write_bytes(b"\n".join([b"user_id,address", *records]) + b"\n")
    (split,) = plan_splits("people", str(log), log.stat().st_size, 100, header=True)
    blocks = [block.data.to_pybytes() for block in read_blocks(split, 1 << 16)]
    assert len(blocks) > 3
    assert all(block.startswith(b"user_id,address\n") for block in blocks)
    assert (
        b"".join(block.removeprefix(b"user_id,address\n") for block in blocks)
        == b"\n".join(records) + b"\n"
    )
    assert all(block.count(b'"') % 2 == 0 for block in blocks)


def test_the_lines_before_a_split_are_those_that_other_splits_have(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(b"".join(b"line %d\n" % n for n in range(200)))
    before = 0
    for split in plan_splits("web", str(path), path.stat().st_size, 100):
        assert lines_before(split) == before
        before += sum(bytes(block.data).count(b"\n") for block in read_blocks(split))
    assert before == 200


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_what_a_file_is_counts_for_more_than_its_name(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "access.log.1"
    path.write_bytes(COMPRESSORS[ending](b"one\ntwo\n"))
    assert see(path).lines == [b"one", b"two"]
    misnamed = tmp_path / f"access.log.{'gz' if ending != 'gz' else 'xz'}"
    misnamed.write_bytes(path.read_bytes())
    assert see(misnamed).lines == [b"one", b"two"]


@pytest.mark.parametrize("ending", ["gz", "xz"])
def test_padding_between_members_is_no_damage(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"access.{ending}"
    packed = COMPRESSORS[ending](b"one\n")
    path.write_bytes(packed + b"\0" * 8 + packed + b"\0" * 512)
    assert (see(path).lines, see(path).damaged) == ([b"one", b"one"], "")


@pytest.mark.parametrize("ending", COMPRESSORS)
def test_the_beginning_of_a_file_comes_unpacked(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "access.log"
    text = b"\n".join(some_lines(5000))
    path.write_bytes(COMPRESSORS[ending](text))
    assert beginning(str(path), 1000) == text[:1000]
    path.write_bytes(text)
    assert beginning(str(path), 1000) == text[:1000]


def test_a_stream_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "stream"
    text = b"\n".join(some_lines(400_000))
    packed = gzip.compress(text)
    for data, damaged in ((text, False), (packed, False), (packed[:-20], True)):
        path.write_bytes(data)
        with path.open("rb") as file:
            blocks = list(read_stream(Streamed(file), 1 << 20))
        whole = b"".join(block.data.to_pybytes() for block in blocks)
        assert len(blocks) > 3
        assert text.startswith(whole) and (len(whole) == len(text)) is not damaged
        assert blocks[-1].damaged.startswith("truncated") is damaged


def headed(
    log: Path, text: bytes, split_bytes: int, block_bytes: int = 1 << 16
) -> list[tuple[bytes, bytes]]:
    """(header in effect, line) of each line that names no fields, through all splits and blocks."""
    log.write_bytes(text)
    found = []
    for split in plan_splits("web", str(log), len(text), split_bytes, begins=b"#Fields"):
        for block in read_blocks(split, 1 << 16):
            header = block.header
            for line in block.data.to_pybytes().split(b"\n"):
                if line.removeprefix(b"\xef\xbb\xbf").startswith(b"#Fields"):
                    header = line.removeprefix(b"\xef\xbb\xbf")
                elif line:
                    found.append((header, line))
    return found


@pytest.mark.parametrize("first", [b"#Fields 0\n", b"\xef\xbb\xbf#Fields 0\n", b"no header\n", b""])
def test_each_line_knows_the_header_before_it_whatever_the_splits(log: Path, first: bytes) -> None:
    text = first + b"a\nb #Fields c\n#Fields 1\n\nd\n#Fields 2\n#Fields 3\ne\nf\ng"
    whole = headed(log, text, 1 << 40)
    assert whole[-1] == (b"#Fields 3", b"g") and (b"#Fields 1", b"d") in whole
    for split_bytes in range(1, len(text) + 1):
        assert headed(log, text, split_bytes) == whole, split_bytes


def test_the_header_reaches_each_block_of_a_split_and_of_an_archive(tmp_path: Path) -> None:
    lines = [b"%d %s" % (n, b"x" * 90) for n in range(3000)]
    text = b"#Fields 0\n" + b"\n".join([*lines[:2000], b"#Fields 1", *lines[2000:]])
    expected = [(b"#Fields 0" if n < 2000 else b"#Fields 1", line) for n, line in enumerate(lines)]
    for split_bytes in (1 << 40, 70_000):
        assert headed(tmp_path / "access.log", text, split_bytes) == expected
    packed = tmp_path / "access.log.gz"
    packed.write_bytes(gzip.compress(text))
    (split,) = plan_splits("web", str(packed), packed.stat().st_size, 100, begins=b"#Fields")
    blocks = list(read_blocks(split, 1 << 16))
    assert [block.header for block in blocks][:2] == [b"", b"#Fields 0"]
    assert blocks[-1].header == b"#Fields 1"


def test_the_last_line_of_each_kind_reaches_every_split_and_block(log: Path) -> None:
    rows = b"x" * 90 + b"\n"
    text = b"#Date: 1\n#Fields: a\n" + rows * 1500 + b"#Date: 2\n" + rows * 1500
    text += b"#Fields: b\n" + rows * 1500
    log.write_bytes(text)
    kinds = b"#Fields:\n#Date:"
    for split_bytes in (1 << 40, 100_000):
        told = set()
        for split in plan_splits("web", str(log), len(text), split_bytes, begins=kinds):
            for block in read_blocks(split, 1 << 16):
                told.add(block.header)
        assert told == {
            b"", b"#Fields: a\n#Date: 1", b"#Fields: a\n#Date: 2", b"#Fields: b\n#Date: 2"
        }  # fmt: skip
