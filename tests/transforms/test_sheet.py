"""CSV that a spreadsheet shows and does not run, and from which every text comes back."""

import csv
import io
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weir.transforms.sheet import LONGEST, plain, safe_text, sheet

MARKS = ',;|\t\r\n"'


def cells(text: str, separator: str = ",") -> list[str]:
    """Every piece that a spreadsheet may take for a cell, whatever it splits at."""
    return [piece for piece in re.split(f"[{re.escape(MARKS + separator)}]", text) if piece]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "＝1+1",
        '"=1+1', '"=1+1"', "x;=cmd|' /C calc'!A0", "x,=1", "x|=1", "x\n=1", 'x";=1', "a\r\n-1",
    ],
)  # fmt: skip
def test_no_piece_of_a_text_begins_like_a_formula(text):
    safe = safe_text(text)
    for piece in cells(safe):
        assert not re.match(r"[\s\ufeff]*[=+\-@＝]", piece), piece
    assert not re.match(r"[\t\r\n]", safe)
    assert plain(safe) == text


@given(st.text(st.sampled_from("a'=+-@;,|\"\t\r\n ＝1\ufeff")))
def test_every_text_comes_back(text):
    assert plain(safe_text(text)) == text


def test_ordinary_text_stays_as_it_is():
    for text in ("spring", "Mac OS X", "a=b", "well-known", "me@home", "it's", "/books/*", ""):
        assert safe_text(text) == text


def test_numbers_stay_numbers_and_no_number_is_an_empty_cell():
    table = pa.table({"name": ["=1", None, ""], "count": pa.array([-5, None, 7], pa.int64())})
    assert sheet(table).decode("utf-8-sig") == '"name","count"\n"\'=1",-5\n,\n"",7\n'


def test_a_reader_of_csv_gets_the_rows_back():
    texts = ['say "hi"', "=1,2", "two\nlines", "ä; ß", "'quoted'"]
    read = list(csv.reader(io.StringIO(sheet(pa.table({"name": texts})).decode("utf-8-sig"))))
    assert [plain(row[0]) for row in read[1:]] == texts


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    safe = safe_text("x" * LONGEST + "=1")
    assert len(safe) == LONGEST
    assert safe.endswith("…")


def test_a_type_that_no_cell_holds_is_refused():
    with pytest.raises(TypeError, match="list"):
        sheet(pa.table({"names": [["a"]]}))
