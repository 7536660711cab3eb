"""What an audit reads in each file of a store, and what of it Weir itself put there.

Digests that a manifest states, ids of the keys that signed, names of the store's own files, the
definitions of our schemas and the words of our pages are known: each is left out where it stands as
exactly that, and never in a cell.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from weir.pipelines.enclosed import DICTIONARY, PACKAGE, README, SCHEMA, manifest_schema
from weir.pipelines.verify import MANIFEST, SIGNATURE
from weir.pipelines.walk import CATALOG, File, Walk, is_regular, is_signature
from weir.schemas.errors import InputError
from weir.schemas.event import EVENT, LINKAGE, PERSON, QUARANTINE, TOUCH, VAULT
from weir.schemas.tables import read_tables
from weir.transforms import duck
from weir.transforms.disclose.dp.table import ends
from weir.transforms.seams import parquet_rows, sheet_rows
from weir.transforms.signatures import is_public_key
from weir.transforms.texts import (
    FOOTER,
    TEXTS,
    byte_texts,
    cell_texts,
    json_texts,
    line_texts,
    page_texts,
    parquet_texts,
    sheet_texts,
)
from weir.transforms.unpack import packing_at

FILE_NAME = "(file name)"
_HEX = re.compile(r"[0-9a-f]{12,64}")
_KEY_ID = re.compile(r"\b\d{5,10}\b")
_OWN = re.compile(
    r"\b[0-9a-f]{32}\.parquet\b|\b\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d_[0-9a-f]{12}\b"
    r"|\b\d{8}T\d{6}-[0-9a-f]{8}\b|\.draft-[0-9a-f]{16}\b"
)
"""Names that Weir gives to data files, releases (also while they are written) and runs."""
_BEFORE_STORE = re.compile(r"^/.*/(?=internal/)")
_SQL = re.compile(r"""'[^']*'|"[^"]*"|[^\s'"]+""")
_BY_CHANCE = 12  # printable bytes in a row: of 4,000 signatures one has as many
_BLANK = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)  # what a page's values stand in
_MOST = 64 << 20  # bytes of a document that has to be read whole
_PUBLIC_KEY = "signing.pub.json"


UNREADABLE = (OSError, ValueError, RecursionError, csv.Error, pa.ArrowException, duckdb.Error)
"""What reading a file raises that is not as its name says."""


class UnreadableError(Exception):
    """A file that cannot be looked into as what it is. Carries why, and no text of it."""


def contents(file: File, walk: Walk) -> Iterator[pa.Table]:
    """TEXTS of a file, name first. Raises UnreadableError, after what could be read of it."""
    yield _name(file)
    try:
        if not is_regular(file.path):
            raise UnreadableError("a link or a device, which is not followed")
        if file.path.suffix == ".parquet":
            for texts in parquet_texts(file.path):
                said = pc.is_in(texts["value"], value_set=_said())
                yield texts.filter(pc.invert(pc.and_(said, pc.equal(texts["column"], FOOTER))))
        elif file.name == CATALOG:
            yield from (_less(texts, walk) for texts in _catalog(file.path))
        else:
            yield from (_less(texts, walk) for texts in _document(file))
    except UNREADABLE as error:
        reason = f"{_why_not(file, error)} ({type(error).__name__})"
    else:
        return
    yield from _remains(file)
    raise UnreadableError(reason)


def _why_not(file: File, error: Exception) -> str:
    """Why a file cannot be looked into."""
    if isinstance(error, PermissionError):
        return "may not be read"
    with suppress(OSError, InputError):
        if is_regular(file.path) and packing_at(str(file.path)):
            return "packed: not looked into"
    return "damaged, or not what its name says"


def rows(file: File) -> Iterator[pa.Table]:
    """TEXTS of the rows of a table or sheet, to be looked at across their cells. Raises what
    reading a file raises."""
    if file.path.suffix == ".parquet":
        yield from parquet_rows(file.path)
    elif file.path.suffix.lower() in (".csv", ".tsv"):
        with file.path.open(encoding="utf-8", newline="") as lines:
            yield from sheet_rows(lines)


def is_ours(name: str) -> bool:
    """Whether it is, as a whole, a name that Weir gives to a file, release or run."""
    return name in _fixed_names() or bool(_OWN.fullmatch(name.removesuffix(".json")))


def _name(file: File) -> pa.Table:
    parts = ["" if is_ours(part) else _OWN.sub("", part) for part in Path(file.name).parts]
    count = len(parts)
    columns = [pa.repeat(pa.scalar(FILE_NAME), count), pa.array(parts, pa.string())]
    return pa.table([*columns, pa.repeat(pa.scalar(1, pa.int64()), count)], schema=TEXTS)


def _document(file: File) -> Iterator[pa.Table]:
    """A text file by its ending; what is no text by its printable runs."""
    if file.own and file.path.suffix == ".sig" and is_signature(data := file.path.read_bytes()):
        yield byte_texts(data, _BY_CHANCE)
        return
    suffix = file.path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        with file.path.open(encoding="utf-8", newline="") as lines:
            yield from sheet_texts(_text(lines))
    elif suffix in (".json", ".html", ".htm", ".svg", ".xml") and not _is_large(file):
        (text,) = _text([file.path.read_text(encoding="utf-8")])
        yield _json(file, text) if suffix == ".json" else page_texts(text)
    else:
        with file.path.open(encoding="utf-8") as lines:
            yield from line_texts(_text(lines))


def _text(lines: Iterable[str]) -> Iterator[str]:
    """The lines, if they are text: what has NULs may be UTF-16, in which nothing would be found."""
    for line in lines:
        if "\0" in line:
            raise UnicodeError("no UTF-8")
        yield line


def _json(file: File, text: str) -> pa.Table:
    try:
        texts = json_texts(text, counts=file.own)
    except ValueError:
        return pa.concat_tables(line_texts(text.splitlines()))
    if file.path.name == _PUBLIC_KEY and is_public_key(text.encode()):
        told = pa.array(["value", "typeUrl"])
        return texts.filter(pc.invert(pc.is_in(texts["column"], value_set=told)))
    return texts


def _is_large(file: File) -> bool:
    return file.path.stat().st_size > _MOST


def _catalog(path: Path) -> Iterator[pa.Table]:
    """Views and comments of a DuckDB file, and the cells of any table that somebody put there.

    Views name files by their whole path; where the store lies is nothing that they tell.
    """
    con = duckdb.connect(str(path), read_only=True, config=duck.settings())
    try:
        for (text,) in con.sql("SELECT sql FROM duckdb_views() WHERE NOT internal").fetchall():
            parts = (part.strip("'\"") for part in _SQL.findall(text))
            yield from line_texts(_BEFORE_STORE.sub("", part) for part in parts)
        for table in ("views", "columns"):
            said = f"SELECT DISTINCT comment FROM duckdb_{table}() WHERE NOT internal"
            yield from cell_texts(con.sql(said).to_arrow_table())
        names = con.sql("SELECT table_name FROM duckdb_tables()").fetchall()
        for (name,) in names:
            quoted = '"' + name.replace('"', '""') + '"'
            yield from line_texts([name])
            for batch in con.sql(f"FROM {quoted}").to_arrow_reader(100_000):
                yield from cell_texts(pa.Table.from_batches([batch]))
    finally:
        con.close()


def _remains(file: File) -> Iterator[pa.Table]:
    """Whatever can be read in a file that is not what it should be, a piece at a time."""
    with suppress(OSError), file.path.open("rb") as data:
        while piece := data.read(_MOST):
            yield byte_texts(piece)


def _less(texts: pa.Table, walk: Walk) -> pa.Table:
    """TEXTS without what Weir put there."""
    known = pc.or_(
        pc.is_in(texts["value"], value_set=_said()),
        pc.is_in(texts["value"], value_set=walk.paths),
    )
    texts = texts.filter(pc.invert(known))
    values = pa.array([_without(text, walk) for text in texts["value"].to_pylist()], pa.string())
    texts = texts.set_column(1, TEXTS.field("value"), values)
    return texts.filter(pc.invert(pc.is_in(values, value_set=_said())))


def _without(text: str, walk: Walk) -> str:
    less = _OWN.sub("", text)
    less = _HEX.sub(lambda match: "" if match[0] in walk.prefixes else match[0], less)
    return _KEY_ID.sub(lambda match: "" if match[0] in walk.key_ids else match[0], less)


@cache
def _fixed_names() -> frozenset[str]:
    """What files are called in every store and release."""
    tables = {f"{table}.{end}" for table in read_tables() for end in ("csv", "parquet")}
    return frozenset((*tables, CATALOG, "store.json", "report.html", MANIFEST, SIGNATURE,
                      _PUBLIC_KEY, README, DICTIONARY, PACKAGE, SCHEMA))  # fmt: skip


@cache
def _said() -> pa.Array:
    """What our schemas say of tables and columns, and our pages of themselves, word for word."""
    tables = [table.schema for table in read_tables().values()]
    noisy = [end for schema in tables for field in schema for end in ends(field)]
    schemas = [EVENT, PERSON, TOUCH, VAULT, LINKAGE, QUARANTINE, *tables, noisy]
    said = [value for schema in schemas for field in schema for value in field.metadata.values()]
    said += [field.name.encode() for field in noisy]
    said += [value for schema in tables for value in (schema.metadata or {}).values()]
    report = files("weir.pipelines") / "report"
    style = page_texts(f"<style>{(report / 'style.css').read_text('utf-8')}</style>")
    lines = (report / "readme.md.j2").read_text("utf-8").splitlines()
    schema = json_texts(manifest_schema().decode())
    page = _BLANK.sub("", (report / "release.html.j2").read_text("utf-8"))
    pages = {
        *style["value"].to_pylist(),
        *page_texts(page).filter(pc.field("column") == "p")["value"].to_pylist(),
        *schema["value"].to_pylist(),
        *(line.strip() for line in lines if "{" not in line),
    }
    return pa.array(sorted(pages | {text.decode() for text in said}), pa.string())
