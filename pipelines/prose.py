"""Sentences beside tables on a terminal: broken between words, as the tables beside them are, and
with numbers that agree with their words."""

import textwrap

from rich.console import Console
from rich.text import Text


def tell(console: Console, text: str, style: str = "", hang: int = 2) -> None:
    """A line of prose. On a terminal it goes on below its own beginning, `hang` columns further in,
    where it is longer than the terminal is wide; no path in it is broken, and elsewhere it stays
    one line."""
    if console.is_terminal:
        text = "\n".join(_broken(line, console.width, hang) for line in text.split("\n"))
    console.print(Text(text, style), soft_wrap=True)


def some(count: int, one: str, several: str = "") -> str:
    """`1 line`, `2,000 lines`; `several` where an s is not all that it takes."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def _broken(line: str, width: int, hang: int) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + hang)
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
