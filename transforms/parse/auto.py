"""`format: auto`: which shipped format a log is written in, told from its first lines.

Every shipped format is tried, over the registry alone. What a format's sample opens with (`{` of
JSON, `#` of a header, anything else), single lines, and then a few of them rule most formats out,
so that only the best read all.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
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
_FEW = 12  # lines that are looked at first
_LIKE = 4  # lines that are held beside the sample
_BEST = 3  # formats that are tried on all lines
_JSON_TRIED = 4  # formats of JSON lines that share most names with the file
_NO_LINES = "combined"
_OF_A_REQUEST = ("target", "method", "status")  # what only has a time is no access log
_SOFTWARE = b"#Software:"
_BOM = b"\xef\xbb\xbf"
_LABEL = "[0-9A-Za-z-]"
_LOOKS = {  # a column -> what its values look like, where it is not another one
    "address": r"^[0-9a-fA-F:.]*[.:][0-9a-fA-F:.%\[\]]*$",
    "host": rf"^(?:{_LABEL}+\.)*{_LABEL}*[A-Za-z]{_LABEL}*(?::[0-9]+)?$|^[0-9.]{{7,}}$|^\[",
    "method": r"^[A-Z]+$",
    "referrer": r"[/:.]",
    "user_agent": r"[A-Za-z]",
    "cookies": r"^\s*[^=;\s]+=",
    "header:x-forwarded-for": r"^(?:unknown|[0-9a-fA-F:.]*[.:])",
}
_WORDS = re.compile(  # of a line: quoted, in brackets, numbers of some kinds, others
    r"""(?P<q>"(?:[^"\\]|\\.)*")|(?P<b>\[[^\]]*\])|(?P<n>-)(?!\S)|(?P<i>\d+)(?!\S)"""
    r"""|(?P<d>[\d.:a-f]+)(?!\S)|(?P<m>\d[^\s"\[]*)|(?P<a>[^\s"\[]+|\S)"""
)


@dataclass(frozen=True)
class Chosen:
    """The format of a file. candidates: how many of its first lines the formats read that were
    tried on all of them, the best first."""

    format: str
    why: str
    candidates: tuple[tuple[str, int], ...] = ()


def recognise(path: str) -> Chosen:
    """The format of a log. Raises InputError, saying what it seems to be, if it is none of ours."""
    return choose(beginning(path, BYTES), path)


def choose(start: bytes, place: str) -> Chosen:
    """The format of a log by its first bytes, unpacked: the one that reads most of its first lines.

    A line that names columns decides before that. Where two read as many, the one decides that is
    not for mixed lines, then the server that a line `#Software:` names (a format of another one's
    is the last), then columns whose values look like what they should be (an address, a host),
    then the number of columns that are filled, then the likeness of the format's sample. Raises
    InputError if none reads half of the lines.
    """
    lines = _lines(start)
    if not lines:
        return Chosen(_NO_LINES, "no lines; any format reads that")
    few = _few(lines)
    plausible = _plausible(few)
    fits = _ranked((name for name in plausible if not formats()[name].mixed), few)
    if len(few) < len(lines):
        fits = _ranked([fit.name for fit in fits[:_BEST]], lines)
    if not fits or fits[0].read < len(lines):  # some lines may be of another format
        mixed = [name for name in plausible if formats()[name].mixed]
        fits = _ranked([*(fit.name for fit in fits), *mixed], lines) if mixed else fits
    fits = [fit for fit in fits if not fit.rowless]
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
    rowless: bool  # not one row, though there are more lines than headers
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
        rank = (
            -decisive,
            -read,
            formats()[name].mixed,
            _foreign(name, lines),
            _strange(rows),
            -len(filled),
            -_likeness(name, lines),
        )
        beside = parsed.filtered["header"] + parsed.filtered["blank"]
        rowless = not rows.num_rows and parsed.lines > beside
        return cls(name, read, rowless, header, rank)


def _ranked(names: Iterable[str], lines: list[bytes]) -> list[_Fit]:
    """What formats make of the lines, the best first."""
    fits = [fit for name in names if (fit := _Fit.of(name, lines))]
    return sorted(fits, key=lambda fit: (fit.rank, fit.name))


def _foreign(name: str, lines: list[bytes]) -> int:
    """-1: the lines say that they are of the format's own server; 1: it has one and they do not."""
    header = formats()[name].header
    if header is None or not header.software:
        return 0
    said = [line.removeprefix(_SOFTWARE).strip() for line in lines if line.startswith(_SOFTWARE)]
    own = tuple(software.encode() for software in header.software)
    return -1 if any(one.startswith(own) for one in said) else 1


def _strange(rows: pa.Table) -> float:
    """How much of some columns does not look like what they should hold; 1: all of one."""
    strange = 0.0
    for name, looks in _LOOKS.items():
        if name in rows.column_names and rows[name].null_count < rows.num_rows:
            stated = pc.drop_null(rows[name].cast(pa.string()))
            right = pc.sum(pc.match_substring_regex(stated, looks)).as_py() or 0
            strange += 1 - right / len(stated)
    return round(strange, 1)


def _likeness(name: str, lines: list[bytes]) -> float:
    """From 0 to 1: of JSON, names that the file shares with the sample; else, kinds of words."""
    few = lines[
        len(lines) // (2 * _LIKE) :: len(lines) // _LIKE or 1
    ]  # bad ones may stand together
    if _sample_opening(name) == b"{":
        return len(_names(few) & _sample_names(name)) / (len(_sample_names(name)) or 1)
    sample = _kinds(formats()[name].sample.strip().split("\n")[-1])
    found = (_kinds(line.decode("latin-1")) for line in few)
    return max(SequenceMatcher(None, sample, kinds).ratio() for kinds in found)


@lru_cache(256)
def _kinds(line: str) -> tuple[str, ...]:
    """The words of a line by kind."""
    return tuple(match.lastgroup or "" for match in _WORDS.finditer(line))


def _lines(start: bytes) -> list[bytes]:
    """The first whole lines, empty ones left out."""
    text = start.removeprefix(_BOM)
    whole = text[: text.rfind(b"\n") + 1] if len(start) >= BYTES else text
    lines = (whole or text).split(b"\n")
    return [line for line in lines if line.strip()][:LINES]


def _few(lines: list[bytes]) -> list[bytes]:
    """Comments and headers in front, or the first line, which may be one; some of the others."""
    front = next((n for n, line in enumerate(lines) if not line.startswith(b"#")), len(lines)) or 1
    rest = lines[front:]
    return lines[:front] + rest[:: -(-len(rest) // _FEW) or 1]


def _plausible(few: list[bytes]) -> list[str]:
    """Formats that may fit, by what their samples open with and by single lines."""
    opening = _opening(few[0])
    if opening != b"#":  # the first line may be torn
        opening = Counter(map(_opening, few)).most_common(1)[0][0]
    alike = [name for name in formats() if _sample_opening(name) == opening]
    if opening == b"{":
        return _sharing_names(alike, _names(few))
    others = [name for name in formats() if opening == b"#" and not _sample_opening(name)]
    return [name for name in (*alike, *others) if _may_take(name, few)]


def _may_take(name: str, few: list[bytes]) -> bool:
    """A format with a header needs that line. Of others a parser that can look at single lines
    takes one; of one that cannot nobody knows yet."""
    parser = _parser(name)
    begins = getattr(parser, "begins", b"")
    if begins:
        return any(line.startswith(begins.split(b"\n")[0]) for line in few)
    takes = getattr(parser, "takes", None)
    return takes is None or any(takes(line.removesuffix(b"\r")) for line in few)


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
        except (ValueError, RecursionError):
            continue
        found.update(value if isinstance(value, dict) else ())
    return frozenset(found)
