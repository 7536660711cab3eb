"""`weir sql`: a question to the internal tables, read-only, answered in a form that fits."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from weir.pipelines.catalog import CATALOG, first_line
from weir.pipelines.prose import draw
from weir.schemas.errors import UsageError

FORMATS = ("table", "csv", "json", "parquet")
SHOWN_ROWS = 200  # of a table on the terminal; the other formats have all
_ENDINGS = {"csv": "csv", "json": "json", "parquet": "parquet", "txt": "table", "": "table"}
_EXACT = 1 << 53  # beyond it readers of JSON that have doubles alone lose digits

_READS = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


def run(store: str, query: str, form: str = "", output: Path | None = None) -> None:
    """Print the answer to one query, or write it to `output`.

    form: one of FORMATS, "" for what `output` ends in; Parquet needs a file or a redirected
    standard output. Raises UsageError for a query that cannot be answered.
    """
    form = form or _form_of(output)
    if form not in FORMATS:
        raise UsageError(f"--format {form}: not one of {', '.join(FORMATS)}")
    if form == "parquet" and output is None and sys.stdout.isatty():
        raise UsageError("--format parquet: not for a terminal; name a file with --output")
    answer = ask(store, query)
    if output is None:
        _print(answer, form)
        return
    try:
        with output.open("wb") as file:
            _write(answer, form, file)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written ({error.strerror})") from None


def _form_of(output: Path | None) -> str:
    suffix = output.suffix.lstrip(".").lower() if output else ""
    if suffix not in _ENDINGS:
        known = ", ".join(f".{name}" for name in _ENDINGS if name)
        raise UsageError(f"--output {output}: ends in none of {known}; --format says what to write")
    return _ENDINGS[suffix]


def rows(store: str, query: str) -> list[tuple[Any, ...]]:
    """The answer as Python rows."""
    return [tuple(row.values()) for row in ask(store, query).to_pylist()]


def ask(store: str, query: str) -> pa.Table:
    """The answer as Arrow."""
    with _catalog(Path(store)) as con:
        try:
            statements = con.extract_statements(query)
            if len(statements) != 1 or statements[0].type not in _READS:
                raise UsageError("query: one SELECT, please; nothing can be changed here")
            return con.sql(query).to_arrow_table()
        except duckdb.Error as error:
            raise UsageError(f"query: {first_line(error)}{_hint(con, query, error)}") from None


@contextmanager
def _catalog(store: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The store's catalogue; from here only its internal data can be read, nothing written."""
    path = store / CATALOG
    if not path.exists():
        raise UsageError(f"{path}: not there yet; `weir aggregate` makes it")
    try:
        con = duckdb.connect(
            str(path),
            read_only=True,
            config={"autoinstall_known_extensions": False, "autoload_known_extensions": False},
        )
    except duckdb.Error as error:
        raise UsageError(f"{path}: {first_line(error)}; `weir aggregate` makes it anew") from None
    try:
        inside = str((store / "internal").resolve()).replace("'", "''")
        con.execute(f"SET allowed_directories = ['{inside}/']")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        yield con
    finally:
        con.close()


def _hint(con: duckdb.DuckDBPyConnection, query: str, error: duckdb.Error) -> str:
    """What to do about a query that was not understood."""
    if isinstance(error, duckdb.PermissionException | duckdb.IOException):
        return "; if the store was moved, `weir aggregate` makes its views anew"
    if not isinstance(error, duckdb.CatalogException | duckdb.BinderException):
        return ""
    asked = re.search(
        r'with name (\w+) does not exist|column (?:named )?"(\w+)"(?: not found|$)',
        first_line(error),
    )
    if asked is None:
        return ""
    table, column = asked.groups()
    if table:
        known = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
        return _nearest(table, known) + " (SHOW TABLES lists them)"
    used = _tables_of(query)
    known = con.execute(
        "SELECT DISTINCT column_name FROM duckdb_columns() WHERE NOT internal "
        "AND (len($1) = 0 OR list_contains($1, table_name))",
        [used],
    ).fetchall()
    told = f" (DESCRIBE {used[0]} lists them)" if len(used) == 1 else ""
    return _nearest(column, known) + told


def _tables_of(query: str) -> list[str]:
    """Tables that a query names; none where that is not clear without looking into them."""
    with duckdb.connect(config={"enable_external_access": False}) as empty, suppress(duckdb.Error):
        return sorted(name.lower() for name in empty.get_table_names(query))
    return []


def _nearest(name: str, known: list[tuple[str]]) -> str:
    close = get_close_matches(name, [one for (one,) in known if one != name], n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _print(answer: pa.Table, form: str) -> None:
    if form == "table":
        _print_table(answer)
    else:
        sys.stdout.flush()
        _write(answer, form, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _write(answer: pa.Table, form: str, file: IO[bytes]) -> None:
    if form == "parquet":
        pq.write_table(answer, file)
    elif form == "csv":
        pyarrow.csv.write_csv(_flat(answer), file)
    elif form == "json":
        text = json.dumps(_flat(answer).to_pylist(), default=_plain, ensure_ascii=False, indent=1)
        file.write(text.encode() + b"\n")
    else:
        console = Console(width=200)
        with console.capture() as captured:
            _show(console, answer)
        file.write(captured.get().encode())


def _plain(value: Any) -> Any:
    """A value that JSON has no word for. What DuckDB adds up is a HUGEINT, which Arrow has as a
    Decimal: a number, unless a reader's own numbers would change it."""
    if isinstance(value, Decimal):
        whole = value == value.to_integral_value()
        if whole and abs(value) <= _EXACT:
            return int(value)
        if not whole and Decimal(repr(float(value))) == value:
            return float(value)
    return str(value)


def _flat(answer: pa.Table) -> pa.Table:
    """Bytes as hex, and what is nested as text, so that every format can say it."""
    for place, field in enumerate(answer.schema):
        column = answer.column(place)
        if pa.types.is_binary(field.type) or pa.types.is_fixed_size_binary(field.type):
            texts = [value and value.hex() for value in column.to_pylist()]
        elif pa.types.is_nested(field.type):
            texts = [None if value is None else str(value) for value in column.to_pylist()]
        else:
            continue
        answer = answer.set_column(place, field.name, pa.array(texts, pa.string()))
    return answer


def _print_table(answer: pa.Table) -> None:
    _show(Console(), answer)


def _show(console: Console, answer: pa.Table) -> None:
    shown = _flat(answer.slice(0, SHOWN_ROWS))
    table = Table(header_style="bold", box=None, pad_edge=False)
    for field in shown.schema:
        numeric = pa.types.is_integer(field.type) or pa.types.is_floating(field.type)
        numeric = numeric or pa.types.is_decimal(field.type)
        table.add_column(Text(field.name), justify="right" if numeric else "left", overflow="fold")
    cells = [[_cell(value) for value in column.to_pylist()] for column in shown.columns]
    for row in zip(*cells, strict=True):
        table.add_row(*row)
    if Measurement.get(console, console.options.update(max_width=10_000), table).maximum > (
        console.width
    ):
        table = _upright(shown.column_names, cells)
    draw(console, table)
    if answer.num_rows > SHOWN_ROWS:
        console.print(
            f"first {SHOWN_ROWS} of {answer.num_rows:,} rows; --format csv has all", style="dim"
        )


def _upright(names: list[str], cells: list[list[Text]]) -> Table:
    """What is too wide: a line a value, a blank line after each row."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for row in zip(*cells, strict=True):
        for name, value in zip(names, row, strict=True):
            table.add_row(Text(name), value)
        table.add_row()
    return table


def _cell(value: Any) -> Text:
    """A value as text, never as markup."""
    if value is None:
        return Text("")
    if isinstance(value, Decimal):
        return Text(f"{value:,f}")
    return Text(f"{value:,}" if type(value) in (int, float) else str(value))
