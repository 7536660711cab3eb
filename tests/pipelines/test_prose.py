"""Sentences are as wide as the terminal, what is to be copied stays whole, no line is filled up."""

import io
import time

from rich.console import Console

from weir.pipelines import progress
from weir.pipelines.progress import Marks, _left, watch
from weir.pipelines.prose import draw, some, tell
from weir.pipelines.tolls import a_table

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


def test_in_a_pipe_no_line_of_a_table_ends_in_blanks():
    table = a_table("Left", ("a rather long name", "left"), ("what", "left"))
    table.add_row("x", "long enough")
    table.add_row("y", "")
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    draw(console, table)
    lines = console.file.getvalue().split("\n")
    assert lines == ["Left", "a rather long name  what", "x                   long enough", "y", ""]


def test_what_is_left_of_a_step_is_told_by_what_it_did_of_late():
    slow = [(0.0, 0.0), (10.0, 0.01), (20.0, 0.02)]
    assert _left(slow) == "", "too little to say"
    assert _left([*slow, (30.0, 0.5)][1:]) == ", about 20 s left"
    assert _left([(30.0, 0.5), (40.0, 0.5)]) == "", "it stands still"


def shown(tmp_path, monkeypatch, done: int, even: bool = True, terminal: bool = False) -> str:
    """What is said of a step that goes on for a while, half done or not begun."""
    monkeypatch.setattr(progress, "PLAIN_SECONDS", 0.01)
    monkeypatch.setattr(progress, "_GLANCE_SECONDS", 0.01)
    monkeypatch.setattr(progress, "_left", lambda _: ", about 9 s left")
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal, color_system=None)
    marks = Marks(str(tmp_path / "marks"))
    if done:
        marks.note("one", done, done)
    with watch(console, "audit", marks, 2 * done, "cells", even):
        time.sleep(0.3)
    return console.file.getvalue()


def test_off_a_terminal_nothing_is_said_of_a_step_that_has_not_begun(tmp_path, monkeypatch):
    assert shown(tmp_path, monkeypatch, 0) == ""
    assert "audit: 50%, 5 cells" in shown(tmp_path, monkeypatch, 5)


def test_what_is_left_is_not_told_of_a_step_whose_pace_changes(tmp_path, monkeypatch):
    assert "about 9 s left" in shown(tmp_path, monkeypatch, 5)
    assert "left" not in shown(tmp_path, monkeypatch, 5, even=False)
    assert "-:--" in shown(tmp_path, monkeypatch, 5, terminal=True)
    assert "-:--" not in shown(tmp_path, monkeypatch, 5, even=False, terminal=True)
