"""The proof before publishing (DESIGN, "By proof"): staged strings against identifiers seen.

A match in what is staged becomes a counted placeholder; in what is finished it stops the run.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from weir.transforms.distinct import Distinct
from weir.transforms.encrypted import read_encrypted, rows_of, write_encrypted
from weir.transforms.keys import Keyring
from weir.transforms.proof import prove, refuse_matches
from weir.transforms.write import Written, read_buckets, write_events

STRINGS = pa.schema([pa.field("column", pa.string()), pa.field("value", pa.string())])
PARAMETER = "name of a parameter"
"""Stands for a column in STRINGS: names that nobody declared are proved like what they hold."""
FOUND = pa.schema([*STRINGS, pa.field("kind", pa.string())])
"""What matched: PII, in the run's restricted directory, encrypted."""


@dataclass(frozen=True)
class Proving:
    """What a proof needs; picklable, holds no key."""

    staging: str
    keyring: Keyring

    def key(self) -> bytes:
        """The dictionary's key."""
        return self.keyring.derive("proof", "dictionary")


def prove_staged(
    proving: Proving, texts: Sequence[str], dictionaries: Sequence[str]
) -> dict[str, Any]:
    """Prove all distinct strings of staged files, as each split wrote them down (STRINGS).

    -> {"strings", "identifiers", "replaced": {kind: strings}, "path"}: counts, and the encrypted
    file of what matched ("" if nothing did).
    """
    strings = _united(read_encrypted(path, proving.keyring, "proof") for path in texts)
    matches = prove(strings, list(dictionaries), proving.key(), proving.keyring)
    path = ""
    if matches.num_rows:
        found = matches.append_column("value", strings["value"].take(matches["value_index"]))
        path = str(Path(proving.staging) / "proof" / f"{token_hex(16)}.parquet")
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_encrypted(found.select(FOUND.names), path, proving.keyring, "proof", "found")
    return {
        "strings": strings.num_rows,
        # Each dictionary has its mark besides.
        "identifiers": sum(rows_of(p, proving.keyring, "proof") - 1 for p in dictionaries),
        "replaced": dict(Counter(matches["kind"].to_pylist())),
        "path": path,
    }


def prove_finished(
    proving: Proving, tables: dict[str, pa.Table], dictionaries: Sequence[str]
) -> None:
    """WallError if a finished table (by its place) holds an identifier seen behind the wall."""
    parts = {place: strings_of(table) for place, table in tables.items()}
    strings = pa.concat_tables([STRINGS.empty_table(), *parts.values()])
    matches = prove(strings, list(dictionaries), proving.key(), proving.keyring)
    first = 0
    for place, part in parts.items():
        row, first = pc.subtract(matches["value_index"], first), first + part.num_rows
        here = pc.and_(pc.greater_equal(row, 0), pc.less(row, part.num_rows))
        refuse_matches(matches.filter(here), place)


def strings_of(table: pa.Table) -> pa.Table:
    """The distinct strings of a table's text columns, plain or coded: STRINGS."""
    return _united(_strings_of([table]))


def distinct_strings(files: Sequence[str], columns: Sequence[str] | None = None) -> pa.Table:
    """The distinct strings of Parquet files, of all string columns or of some: STRINGS."""
    if len(files) == 1:  # a part is a column, distinct in itself
        return pa.concat_tables([STRINGS.empty_table(), *_read_back(files[0], columns)])
    return _united(part for path in files for part in _read_back(path, columns))


def _read_back(path: str, columns: Sequence[str] | None) -> Iterator[pa.Table]:
    """A file's string columns, one after the other, as dictionaries: Parquet has the distinct
    values at hand."""
    names = list(columns or _string_columns(pq.read_schema(path)))
    with pq.ParquetFile(path, read_dictionary=names) as file:
        for name in names:
            yield _distinct(name, file.read([name], use_threads=False)[name])


def _string_columns(schema: pa.Schema) -> list[str]:
    return [f.name for f in schema if pa.types.is_string(f.type)]


def _strings_of(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    for table in tables:
        for name in table.column_names:
            type_ = table.schema.field(name).type
            if pa.types.is_dictionary(type_) or pa.types.is_string(type_):
                yield _distinct(name, table[name])


def _distinct(name: str, column: pa.ChunkedArray) -> pa.Table:
    if pa.types.is_dictionary(column.type):
        parts = [chunk.dictionary for chunk in column.chunks]
        column = pa.chunked_array(parts, pa.string())
    values = pc.drop_null(pc.unique(column))
    return pa.table([pa.repeat(pa.scalar(name), len(values)), values], schema=STRINGS)


def _united(parts: Iterable[pa.Table]) -> pa.Table:
    """Distinct again, every few parts, so that memory grows with the distinct strings alone."""
    held: list[pa.Table] = [STRINGS.empty_table()]
    for part in parts:
        held.append(part)
        if len(held) > 256:
            held = [_grouped(held)]
    return _grouped(held)


def _grouped(tables: list[pa.Table]) -> pa.Table:
    table = pa.concat_tables(tables)
    return table.group_by(STRINGS.names, use_threads=False).aggregate([]).select(STRINGS.names)


def placeholders(found: pa.Table) -> dict[str, pa.Table]:
    """What matched -> by column, value and the placeholder that goes in its stead."""
    answers = {}
    for name in pc.unique(found["column"]).to_pylist():
        rows = found.filter(pc.equal(found["column"], name))
        one = rows.group_by("value", use_threads=False).aggregate([("kind", "min")])
        slash = "/" if name.endswith("path") else ""
        texts = pc.binary_join_element_wise(slash + "{", one["kind_min"], "}", "")
        answers[name] = pa.table({"value": one["value"], "placeholder": texts})
    return answers


def holds(path: str, answers: dict[str, pa.Table]) -> bool:
    """A file has a matched string in it; most files of a night have none."""
    strings = distinct_strings([path], list(answers))
    return any(
        pc.any(
            pc.is_in(
                strings.filter(pc.equal(strings["column"], name))["value"],
                value_set=answer["value"].combine_chunks(),
            )
        ).as_py()
        for name, answer in answers.items()
    )


def rewrite(path: str, buckets: int, answers: dict[str, pa.Table]) -> Written:
    """A file of events with matched strings replaced; the old file is left.

    Texts stay codes of a bucket's distinct values from file to file; spelled out, the same costs
    a little more CPU.
    """
    schema = pq.read_schema(path)
    coded = _string_columns(schema)
    groups = [_replaced(read_buckets(path, [b], encoded=coded), answers) for b in range(buckets)]
    return write_events(groups, schema, Path(path).parent)


def _replaced(rows: pa.Table, answers: dict[str, pa.Table]) -> pa.Table:
    for name in answers.keys() & set(rows.column_names):
        place, answer = rows.column_names.index(name), answers[name]
        column = Distinct.of(rows[name])
        at = pc.index_in(column.values, value_set=answer["value"].combine_chunks())
        texts = answer["placeholder"].combine_chunks().take(at)
        rows = rows.set_column(place, name, column.text(pc.coalesce(texts, column.values)))
    return rows
