"""`format: auto`: which shipped format a log is written in, told from its first lines.

Every shipped format is tried, over the registry alone: what a format's sample opens with (`{` of
JSON, `#` of a header, anything else) and a few lines rule most of them out before they read all.
"""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.errors import InputError, WeirError
from weir.schemas.formats import formats
from weir.transforms.parse.foreign import looks_like
from weir.transforms.parse.formats import log_parser
from weir.transforms.parse.parsed import Parsed
from weir.transforms.unpack import beginning

AUTO = "auto"
LINES = 200
BYTES = 1 << 16
_FEW = 12  # lines that are looked at one by one
_JSON_TRIED = 4  # formats of JSON lines that share most names with the file
_NO_LINES = "combined"
_OF_A_REQUEST = ("target", "method", "status")  # what only has a time is no access log
_BOM = b"\xef\xbb\xbf"
_ADDRESS = r"^[0-9a-fA-F:.]*[.:][0-9a-fA-F:.%\[\]]*$"


@dataclass(frozen=True)
class Chosen:
    """The format of a file. candidates: how many of its first lines each format reads that was
    tried on all of them, the best first."""

    format: str
    why: str
    candidates: tuple[tuple[str, int], ...] = ()


def recognise(path: str) -> Chosen:
    """The format of a log. Raises InputError, saying what it seems to be, if it is none of ours."""
    return choose(beginning(path, BYTES), path)


def choose(start: bytes, place: str) -> Chosen:
    """The format of a log by its first bytes, unpacked: the one that reads most of its first lines.

    A line that names columns decides before that; where two read as many, addresses that look like
    addresses do, then the number of columns that are filled. Raises InputError if none reads half
    of the lines.
    """
    lines = _lines(start)
    if not lines:
        return Chosen(_NO_LINES, "no lines; any format reads that")
    fits = [fit for name in _plausible(lines) if (fit := _Fit.of(name, lines))]
    fits.sort(key=lambda fit: (fit.rank, fit.name))
    if not fits or 2 * fits[0].read < len(lines):
        raise InputError(
            f"{place}: not recognised as an access log; it looks like {looks_like(start)}"
        )
    best, others = fits[0], [fit for fit in fits[1:] if fit.read]
    also = ", ".join(f"{fit.name} {fit.read}" for fit in others[:3])
    header = ", one of them a header" if best.header else ""
    return Chosen(
        best.name,
        f"{best.read} of {len(lines)} lines{header}" + (f"; also fits: {also}" if also else ""),
        tuple((fit.name, fit.read) for fit in fits),
    )


@dataclass(frozen=True)
class _Fit:
    """What a format makes of the lines."""

    name: str
    read: int
    header: bool
    rank: tuple[float, ...]  # the smallest is the best

    @classmethod
    def of(cls, name: str, lines: list[bytes]) -> "_Fit | None":
        try:
            parsed: Parsed = _parser(name).parse(b"\n".join(lines) + b"\n")
        except WeirError:  # a format that has to see its own header first
            return None
        understood = parsed.lines - parsed.rejects.num_rows
        read = understood * len(lines) // max(parsed.lines, 1)  # a line may hold several hits
        header = bool(parsed.filtered["header"])
        rows = parsed.rows
        filled = {n for n in rows.column_names if rows[n].null_count < rows.num_rows}
        if rows.num_rows and filled.isdisjoint(_OF_A_REQUEST):
            return None
        decisive = header and 2 * read >= len(lines)
        return cls(name, read, header, (-decisive, -read, -_addressed(rows), -len(filled)))


def _addressed(rows: pa.Table) -> float:
    """The share of addresses that look like one; a half where there are none."""
    stated = pc.unique(rows["address"].combine_chunks().cast(pa.string())).drop_null()
    if not len(stated):
        return 0.5
    return round((pc.sum(pc.match_substring_regex(stated, _ADDRESS)).as_py() or 0) / len(stated), 1)


def _lines(start: bytes) -> list[bytes]:
    """The first whole lines, empty ones left out."""
    text = start.removeprefix(_BOM)
    whole = text[: text.rfind(b"\n") + 1] if len(start) >= BYTES else text
    lines = (whole or text).split(b"\n")
    return [line for line in lines if line.strip()][:LINES]


def _plausible(lines: list[bytes]) -> list[str]:
    """Formats that may fit, by what their samples open with and by a few of the lines."""
    few = [line.removesuffix(b"\r") for line in lines[:: -(-len(lines) // _FEW)]]
    opening = _opening(lines[0])
    if opening != b"#":  # the first line may be torn
        opening = Counter(map(_opening, few)).most_common(1)[0][0]
    alike = [name for name in formats() if _sample_opening(name) == opening]
    if opening == b"{":
        return _sharing_names(alike, _names(few))
    others = [name for name in formats() if opening == b"#" and not _sample_opening(name)]
    return [name for name in (*alike, *others) if _takes_any(name, few)]


def _takes_any(name: str, few: list[bytes]) -> bool:
    """A parser that can look at single lines takes one; of another one nobody knows yet."""
    takes = getattr(_parser(name), "takes", None)
    return takes is None or any(map(takes, few))


def _sharing_names(known: list[str], names: frozenset[str]) -> list[str]:
    """The formats of JSON lines whose samples have most of their names in the file, too."""
    shares = {name: len(names & _sample_names(name)) / (len(_sample_names(name)) or 1)
              for name in known}  # fmt: skip
    best = max(shares.values(), default=0.0)
    close = [name for name in known if shares[name] and 2 * shares[name] >= best]
    return sorted(close, key=lambda name: (-shares[name], name))[:_JSON_TRIED]


def _opening(line: bytes) -> bytes:
    """`{`, `#`, or nothing for any other text."""
    first = line.lstrip()[:1]
    return first if first in (b"{", b"#") else b""


@cache
def _parser(name: str) -> Any:
    return log_parser(name)


@cache
def _sample_opening(name: str) -> bytes:
    return _opening(formats()[name].sample.encode())


@cache
def _sample_names(name: str) -> frozenset[str]:
    return _names(formats()[name].sample.encode().split(b"\n"))


def _names(lines: list[bytes]) -> frozenset[str]:
    """The top-level names of lines that are JSON objects."""
    found: set[str] = set()
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        found.update(value if isinstance(value, dict) else ())
    return frozenset(found)
