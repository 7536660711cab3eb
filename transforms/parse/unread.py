"""What stands at the end of lines and no column of their format reads."""

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from weir.schemas.formats import LogFormat

_REST = "{*}"
_LINES = 200
_FIELDS = re.compile(r'"[^"]*"|\[[^\]]*\]|\S+')
_WITHIN = {'"': r'(?:[^"\\]|\\.)*', "[": r"[^\]]*"}  # behind which literal a value is what


def unread(format_: LogFormat, data: bytes) -> tuple[int, str]:
    """How many fields the ends of most lines have that a pattern's `{*}` swallows, and the first of
    these ends, in flight only; 0 and "" where the format reads lines to their ends.

    data: the first lines of a file. They are known to be of the format: what its placeholders
    stand for is not looked at.
    """
    found = [_like(pattern) for pattern in format_.pattern if pattern.endswith(_REST)]
    ends = list(_ends(found, data.decode("latin-1").split("\n")[:_LINES]))
    counts = Counter(len(_FIELDS.findall(end)) for end in ends)
    most = max(counts, key=lambda count: (counts[count], count), default=0)
    return most, next((end for end in ends if len(_FIELDS.findall(end)) == most), "")


def _ends(patterns: list[re.Pattern[str]], lines: list[str]) -> Iterator[str]:
    for line in lines:
        end = next((match[1].strip() for one in patterns if (match := one.match(line))), "")
        if end.strip("-"):
            yield end


def _like(pattern: str) -> re.Pattern[str]:
    """Lines of a pattern; its group is what stands in place of the last placeholder."""
    told = ""
    for literal, name, *_ in Formatter().parse(pattern.removesuffix(_REST)):
        told += re.escape(literal).replace(r"\ \ ", " +")
        if name is not None:
            told += '[^"]*' if name == "*" else _WITHIN.get(literal[-1:], r"\S+")
    return re.compile(f"{told}(.*)")
