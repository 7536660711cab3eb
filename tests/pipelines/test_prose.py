"""Sentences beside tables are as wide as the terminal, and what is to be copied stays whole."""

import io

from rich.console import Console

from weir.pipelines.prose import some, tell

LONG = "/a/place/that-is/" + "so-long-that/" * 6 + "a-terminal-has-no-room.json"


def told(text: str, *, terminal: bool) -> list[str]:
    console = Console(file=io.StringIO(), width=80, force_terminal=terminal, color_system=None)
    tell(console, text)
    return console.file.getvalue().rstrip("\n").split("\n")


def test_prose_is_broken_between_words_and_goes_on_below_its_beginning():
    lines = told("  " + "word-of-it " * 20 + "end", terminal=True)
    assert len(lines) > 1
    assert max(map(len, lines)) <= 80
    assert all(line.startswith("    word-of-it") for line in lines[1:])


def test_what_a_word_stands_before_goes_on_behind_it():
    console = Console(file=io.StringIO(), width=40, force_terminal=True, color_system=None)
    tell(console, "  missing  " + "word " * 12, hang=9)
    first, *more = console.file.getvalue().rstrip("\n").split("\n")
    assert first.startswith("  missing  word")
    assert more and all(line.startswith(" " * 11 + "word") for line in more)


def test_a_path_stays_whole_and_lines_of_a_text_stay_apart():
    lines = told(f"  kept in {LONG}; look there\n  second", terminal=True)
    assert any(LONG in line for line in lines)
    assert lines[-1] == "  second"


def test_in_a_pipe_a_line_is_a_line():
    text = "  " + "word " * 40 + "end"
    assert told(text, terminal=False) == [text]


def test_a_number_agrees_with_its_word():
    assert [some(n, "line") for n in (0, 1, 2000)] == ["0 lines", "1 line", "2,000 lines"]
    assert [some(n, "entry is", "entries are") for n in (1, 2)] == ["1 entry is", "2 entries are"]
