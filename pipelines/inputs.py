"""Which files may hold a date, as they are now: path, size, checksum."""

import hashlib
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from glob import glob
from pathlib import Path

from weir.pipelines.store import digest_of_file
from weir.schemas.config import STANDARD_INPUT, Config, Source
from weir.schemas.errors import InputError
from weir.transforms.read import plan_splits, read_blocks
from weir.transforms.unpack import ENDINGS, beginning, packing_at

_ALIKE_BYTES = 1 << 16
LEFT_OVER = ("~", ".swp", ".tmp", ".part")  # what editors and copying programs leave beside a file


@dataclass(frozen=True)
class Input:
    """A source file when the run began; of a file that grows, only `size_bytes` are read."""

    source: str
    path: str
    size_bytes: int
    growing: bool  # some process has it open for writing
    lies_at: str = ""  # where its bytes are, if not at `path`

    @property
    def place(self) -> str:
        """Where its bytes are."""
        return self.lies_at or self.path


def find_inputs(config: Config, day: date) -> tuple[list[Input], list[str]]:
    """The files of every source, and warnings. Raises InputError with all that are missing."""
    inputs: list[Input] = []
    missing: list[str] = []
    warnings: list[str] = []
    for source in config.sources:
        found = list(files_of(config, source, day))
        inputs += found
        if not found:
            where = " or ".join(config.at(pattern) for pattern in source.paths(day))
            (missing if source.required else warnings).append(
                f"source {source.name}: no file matches {where}"
            )
    if missing:
        raise InputError(
            "\n".join(missing)
            + "\nput the files there, or set `required: false` for a source that may be absent"
        )
    _refuse_doubles(inputs)
    return inputs, warnings


def unmatched(config: Config, source: Source, day: date) -> list[str]:
    """The patterns with a date that no file matches, of a source that may lie in several files."""
    if source.is_standard_input:
        return []
    dated = set(source.paths(day)) - {p.strip() for p in source.path.split("|")}
    places = sorted(config.at(pattern) for pattern in dated)
    return [place for place in places if not glob(place)]  # noqa: PTH207  # patterns are absolute


def _refuse_doubles(inputs: list[Input]) -> None:
    """The same lines under two names would be counted twice."""
    by_name: dict[str, str] = {}
    doubles = []
    for item in inputs:
        bare = Path(item.path)
        bare = bare.with_suffix("") if bare.suffix.lower() in ENDINGS else bare
        other = by_name.setdefault(str(bare), item.path)
        if other != item.path:
            doubles.append(f"{other} and {item.path}: one file, packed and unpacked; keep one")
        elif sum(i.path == item.path for i in inputs) > 1:
            doubles.append(f"{item.path}: two sources name it; each line would count twice")
    if doubles:
        raise InputError("\n".join(dict.fromkeys(doubles)))


def refuse_copies(inputs: list[Input], known: dict[str, str]) -> None:
    """Two files with the same content are one that was copied. known: checksums by path.

    The same content packed in two ways is found, too: files that begin alike are compared unpacked.
    """
    full = [item for item in inputs if item.size_bytes]
    _refuse_equal((known[item.path], item) for item in full)
    packed = {item.path: packing_at(item.place) is not None for item in full}
    if not any(packed.values()):
        return
    alike: dict[bytes, list[Input]] = {}
    for item in full:
        alike.setdefault(beginning(item.place, _ALIKE_BYTES), []).append(item)
    for group in alike.values():
        if len(group) > 1 and any(packed[item.path] for item in group):
            _refuse_equal((_content(item), item) for item in group)


def _refuse_equal(summed: Iterable[tuple[str, Input]]) -> None:
    by_sum: dict[str, str] = {}
    for sum_, item in summed:
        other = by_sum.setdefault(sum_, item.path)
        if other != item.path:
            raise InputError(f"{other} and {item.path}: the same content twice; keep one of them")


def _content(item: Input) -> str:
    """SHA-256 of a file's lines, unpacked."""
    sum_ = hashlib.sha256()
    for split in plan_splits(item.source, item.path, item.size_bytes, 1 << 62, lies_at=item.place):
        for block in read_blocks(split):
            sum_.update(block.data)
    return sum_.hexdigest()


def files_of(config: Config, source: Source, day: date) -> Iterator[Input]:
    """The files of one source that are there."""
    if source.is_standard_input:
        yield Input(source.name, STANDARD_INPUT, 0, growing=False)
        return
    seen: set[str] = set()
    for pattern in source.paths(day):
        for path in sorted(glob(config.at(pattern))):  # noqa: PTH207  # patterns are absolute
            if path in seen or path.endswith(LEFT_OVER) or not Path(path).is_file():
                continue
            seen.add(path)
            yield Input(source.name, path, Path(path).stat().st_size, _is_held_open(path))


def _is_held_open(path: str) -> bool:
    """Some process of this user has the file open for writing (Linux; elsewhere: unknown, no)."""
    target = Path(path).resolve()
    for descriptor in glob("/proc/[0-9]*/fd/*"):  # noqa: PTH207
        try:
            if Path(descriptor).readlink() != target:
                continue
            info = Path(descriptor.replace("/fd/", "/fdinfo/")).read_text()
        except OSError:
            continue
        flags = int(info.split("flags:")[1].split()[0], 8)
        if flags & 0o3:
            return True
    return False


def checksums(inputs: list[Input]) -> dict[str, str]:
    """SHA-256 of each input, as far as it is read (hashing leaves Python's lock)."""
    return {item.path: digest_of_file(Path(item.place), item.size_bytes) for item in inputs}


def spooled(inputs: list[Input], staging: Path) -> list[Input]:
    """Standard input written to the run's restricted directory, which goes when the run ends:
    several readers need it, and a part that failed is read again."""
    return [_spooled(item, staging) if item.path == STANDARD_INPUT else item for item in inputs]


def _spooled(item: Input, staging: Path) -> Input:
    place = staging / "standard-input"
    with place.open("xb") as out:
        shutil.copyfileobj(sys.stdin.buffer, out, 1 << 20)
    return replace(item, lies_at=str(place), size_bytes=place.stat().st_size)


def changed(item: Input) -> bool:
    """The file is not what it was when the run began."""
    try:
        return Path(item.place).stat().st_size != item.size_bytes
    except FileNotFoundError:
        return True
