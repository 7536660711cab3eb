"""Sentences and tables: broken between words on a terminal, not filled up with blanks in a pipe.
Numbers agree with their words."""

import textwrap

from rich.console import Console
from rich.table import Table
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


def draw(console: Console, table: Table) -> None:
    """A table. Off a terminal its lines end with their last character, not at its edge."""
    if console.is_terminal:
        console.print(table)
        return
    lines = console.render_lines(table, pad=False)
    text = "\n".join("".join(part.text for part in line).rstrip() for line in lines)
    console.print(Text(text), soft_wrap=True)


def _broken(line: str, width: int, hang: int) -> str:
    indent = " " * (len(line) - len(line.lstrip()) + hang)
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
