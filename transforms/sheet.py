"""A table as CSV that a spreadsheet shows and does not run.

Who opens a CSV file with a spreadsheet runs what looks like a formula in it, and names of campaigns
come from the log: anybody may have written them. So every text is in quotes, and one apostrophe
stands before whatever could begin a formula: = + - @ (wide ones, too), a tab or the end of a line,
at the start of a text and after each mark that some spreadsheet takes for the end of a cell (OWASP,
"CSV Injection"). An apostrophe in such a place gets another one, so `plain` has the text back.
Numbers and dates are written bare and stay what they are; no number is an empty cell.
"""

import io
import re

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

LONGEST = 32_000
"""Characters of a cell. Excel's limit is 32,767; the rest of a longer one would be a cell anew."""

# A byte order mark: without it Excel reads UTF-8 as the code page of its machine.
_MARK = b"\xef\xbb\xbf"
_PLACE = r"(?:^|(?<=[,;|\t\r\n\"]))"
_UNSEEN = r"[\s\x00-\x1f\u200b\u2060\ufeff]*"  # some spreadsheets drop these before they look
_BEGINS = re.compile(_PLACE + rf"(?=['\t\r\n]|{_UNSEEN}[=+\-@＝＋－＠])")
_GUARD = re.compile(_PLACE + "'")
_NUMBERS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_date, pa.types.is_boolean)


def sheet(table: pa.Table) -> bytes:
    """CSV (RFC 4180, UTF-8, lines end in LF) with a header; the table's order, texts made safe.

    table: columns of texts, numbers, dates; TypeError for any other type.
    """
    columns = [_safe(table[field.name], field.type) for field in table.schema]
    sink = io.BytesIO()
    sink.write(_MARK)
    named = pa.Table.from_arrays(columns, names=[safe_text(name) for name in table.column_names])
    pacsv.write_csv(named, sink, pacsv.WriteOptions(quoting_style="needed"))
    return sink.getvalue()


def safe_text(text: str) -> str:
    """A text as it stands in a cell."""
    safe = _BEGINS.sub("'", text)
    return safe if len(safe) <= LONGEST else safe[: LONGEST - 1] + "…"


def plain(cell: str) -> str:
    """The text of a cell as it was, unless it was cut: `safe_text` undone."""
    return _GUARD.sub("", cell)


def _safe(column: pa.ChunkedArray, type_: pa.DataType) -> pa.ChunkedArray | pa.Array:
    if any(is_one(type_) for is_one in _NUMBERS):
        return column
    if not pa.types.is_string(type_):
        raise TypeError(f"a sheet has no cells for {type_}")
    coded = pc.dictionary_encode(column).combine_chunks()
    texts = [safe_text(text) for text in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)
