"""The texts in a file: every type of column is read or refused, long texts in one pass."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from weir.transforms import texts
from weir.transforms.texts import (
    FOOTER,
    NAME,
    byte_texts,
    cell_texts,
    columns_of,
    line_texts,
    parquet_texts,
)

MAIL = "eve@example.org"


def values(tables):
    return [value for table in tables for value in table["value"].to_pylist()]


def test_json_that_duckdb_wrote_is_read_also_inside_a_struct(tmp_path):
    path = tmp_path / "a.parquet"
    said = f"""'{{"a": "{MAIL}"}}'::JSON"""
    duckdb.sql(f"COPY (SELECT {said} AS whole, {{'in': {said}}} AS nested) TO '{path}'")
    assert isinstance(pq.read_schema(path).field("whole").type, pa.BaseExtensionType)
    assert sum(MAIL in value for value in values(parquet_texts(path))) == 2


def test_a_uuid_is_bytes_whatever_its_type_is_called(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"u": pa.array([bytes(16)], pa.uuid())}), path)
    assert columns_of(path)[0].could_hold_a_key


def test_a_footer_in_json_is_read_by_its_keys(tmp_path):
    path = tmp_path / "a.parquet"
    said = {"a": f'{{"sent_to": ["{MAIL}", 7]}}', "b": "{torn", "c": "212"}
    pq.write_table(pa.table({"x": [1]}).replace_schema_metadata(said), path)
    found = {(r["column"], r["value"]) for r in next(parquet_texts(path)).to_pylist()}
    assert {
        (NAME, "sent_to"), ("sent_to", MAIL), ("sent_to", "7"), (FOOTER, "{torn"), (FOOTER, "212"),
    } <= found  # fmt: skip


@pytest.mark.parametrize(
    "column",
    [
        pa.array([MAIL], pa.large_string()), pa.array([MAIL], pa.string_view()),
        pa.array([MAIL.encode()], pa.binary_view()), pa.array([[MAIL]], pa.list_view(pa.string())),
        pa.array([{"a": [MAIL]}]), pa.array([MAIL]).dictionary_encode(),
    ],
)  # fmt: skip
def test_a_text_is_read_whatever_its_type(column):
    assert MAIL in values(cell_texts(pa.table({"c": column})))


@pytest.mark.parametrize(
    "type_",
    [
        pa.int8(), pa.float64(), pa.decimal128(9, 2), pa.bool_(), pa.date32(), pa.null(),
        pa.timestamp("us", "UTC"), pa.time64("us"), pa.duration("s"), pa.list_(pa.int64()),
    ],
)  # fmt: skip
def test_numbers_and_dates_hold_no_text(type_):
    assert values(cell_texts(pa.table({"c": pa.nulls(1, type_)}))) == ["c"]


def test_a_type_that_is_neither_read_nor_a_number_is_refused():
    column = pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([MAIL])])
    with pytest.raises(pa.ArrowNotImplementedError):
        list(cell_texts(pa.table({"c": column})))


def test_printable_runs_are_seen_also_in_utf_16_and_utf_32():
    for code in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le"):
        found = values([byte_texts(b"\xff\x01" + MAIL.encode(code) + b"\x02\xfe")])
        assert any(MAIL in value for value in found), code


def test_a_long_text_is_cut_at_blanks_into_all_its_words():
    words = [f"word{number}" for number in range(2_000)]
    pieces = values(line_texts([f"  {' '.join(words)} "]))
    assert " ".join(pieces).split() == words
    assert max(map(len, pieces)) <= texts._LONGEST
    assert values(line_texts(["x" * 2_500])) == ["x" * 1_000, "x" * 500]  # the first one twice


def test_a_text_of_many_megabytes_is_cut_without_copying_what_is_left(monkeypatch):
    copied = 0

    class Counted(str):
        def __getitem__(self, at):
            nonlocal copied
            piece = super().__getitem__(at)
            copied += len(piece)
            return Counted(piece)

        def strip(self, chars=None):
            return Counted(super().strip(chars))

    text = Counted("ab " * 100_000)
    assert len(list(texts._cut(text))) > 300
    assert copied <= len(text)
