"""Rows as texts: what the border of two cells cuts in two is whole again."""

import csv
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.transforms.sought import SEAM
from weir.transforms.texts import TEXTS, batches, some_rows

ROW = "(row)"
"""Stands for a column where the text is made of all text cells of a row."""


def parquet_rows(path: Path) -> Iterator[pa.Table]:
    """TEXTS of the rows of a Parquet file. Raises OSError or ArrowException for what is none."""
    names = [field.name for field in pq.read_schema(path) if pa.types.is_string(field.type)]
    with pq.ParquetFile(path, read_dictionary=names) as file:
        for groups in some_rows(file) if len(names) > 1 else ():
            yield from row_texts(file.read_row_groups(groups, names, use_threads=False))


def sheet_rows(lines: Iterable[str]) -> Iterator[pa.Table]:
    """TEXTS of the rows of comma, semicolon or tab separated lines with a header."""
    lines = iter(lines)
    header = next(lines, "")
    delimiter = max(",;\t", key=header.count)
    width = len(next(csv.reader([header], delimiter=delimiter), []))
    for some in batches(csv.reader(lines, delimiter=delimiter)):
        cells = [[row[at] if at < len(row) else "" for row in some] for at in range(width)]
        names = [f"cell {at + 1}" for at in range(width)]
        yield from row_texts(pa.table([pa.array(c, pa.string()) for c in cells], names))


def row_texts(table: pa.Table) -> Iterator[pa.Table]:
    """TEXTS of distinct rows of text columns: all cells in order, then each two, either way round.

    Cells have a SEAM between them; cells without a text are left out.
    """
    coded = table.unify_dictionaries()  # of row groups, each with one of its own
    rows = coded.group_by(coded.column_names, use_threads=False).aggregate([])
    names = [name for name in rows.column_names if rows[name].null_count < rows.num_rows]
    yield _texts(ROW, [rows[name] for name in names])
    for left, right in combinations(names, 2):
        pair = rows.select([left, right]).group_by([left, right], use_threads=False)
        a, b = pair.aggregate([]).drop_null().columns
        yield _texts(f"{left} + {right}", [a, b, a])


def _texts(name: str, cells: list[pa.ChunkedArray]) -> pa.Table:
    texts = [cell.cast(pa.string()) for cell in cells] or [pa.array([], pa.string())]
    texts = [pc.if_else(pc.equal(text, ""), None, text) for text in texts]
    joined = pc.binary_join_element_wise(*texts, SEAM, null_handling="skip")
    joined = joined.filter(pc.match_substring(joined, SEAM))
    one = pa.repeat(pa.scalar(1, pa.int64()), len(joined))
    return pa.table([pa.repeat(name, len(joined)), joined, one], schema=TEXTS)
