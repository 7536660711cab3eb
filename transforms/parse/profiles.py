"""Profiles of registered users: a CSV and a mapping, into what stays behind the wall."""

import csv
import io
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from weir.schemas.errors import InputError
from weir.schemas.mapping import ProfileMapping
from weir.schemas.parsed import PROFILE
from weir.transforms.parse.events import said_yes
from weir.transforms.parse.lines import is_utf8
from weir.transforms.parse.parsed import DEMOGRAPHICS, Parsed, rejects

_BOM = b"\xef\xbb\xbf"
_VALUE_BYTES = 1 << 20


@dataclass(frozen=True)
class _Records:
    """Records that fit the header, with their numbers, and those that do not."""

    table: pa.Table  # `line` and a string column for each name of the header
    refused: list[tuple[int, str, bytes]]
    total: int


@dataclass(frozen=True)
class ProfileParser:
    """A CSV of one shape (RFC 4180: quoted values may hold separators and line ends)."""

    mapping: ProfileMapping

    def parse(self, data: bytes | pa.Buffer) -> Parsed:
        """A whole CSV with its header -> PROFILE rows, demographics, rejects.

        `lines` are records; the header is none of them, and record 1 is the first behind it.
        Every record is a user in `demographics` or a reject. Empty values are left out. Raises
        InputError if the header lacks the user's column or names one twice.
        """
        text = (data if isinstance(data, bytes) else data.to_pybytes()).removeprefix(_BOM)
        if not text.strip():
            return Parsed(PROFILE.empty_table(), rejects([]), 0)
        header = _header(text, self.mapping.delimiter)
        self._check(header)
        shape = (header, self.mapping.user, self.mapping.delimiter)
        records = _quick(text, *shape) or _exact(text, *shape)
        return self._sorted_out(records)

    def _check(self, header: list[str]) -> None:
        if self.mapping.user not in header:
            raise InputError(
                f"profiles: the header has no column '{self.mapping.user}'; the first line must"
                f" name the columns, and mapping '{self.mapping.name}' says which is the user's id"
            )
        if len(set(header)) < len(header):
            raise InputError("profiles: the header names a column twice; rename one")

    def _sorted_out(self, records: _Records) -> Parsed:
        users = _filled(records.table[self.mapping.user])
        return Parsed(
            rows=self._pii(records.table, users),
            rejects=rejects(records.refused),
            lines=records.total,
            demographics=self._demographics(records.table, users),
        )

    def _pii(self, table: pa.Table, users: pa.Array) -> pa.Table:
        """PROFILE: a row for each value that the mapping names."""
        parts = [PROFILE.empty_table()]
        for field, column in self.mapping.pii.items():
            if column not in table.column_names:
                continue
            value = _filled(table[column])
            stated = value.is_valid()
            columns = {
                "line": table["line"].filter(stated),
                "user": users.filter(stated),
                "field": pa.repeat(pa.scalar(field), pc.sum(stated).as_py() or 0),
                "value": value.filter(stated),
            }
            parts.append(pa.table(columns, schema=PROFILE))
        return pa.concat_tables(parts).combine_chunks()

    def _demographics(self, table: pa.Table, users: pa.Array) -> pa.Table:
        def stated(column: str | None) -> pa.Array:
            if column not in table.column_names:
                return pa.nulls(table.num_rows, pa.string())
            return _filled(table[column])

        names = self.mapping.demographics
        age = pc.coalesce(stated(names.get("birth_date")), stated(names.get("age")))
        columns = {
            "user": users,
            "age": age,
            **{name: stated(names.get(name)) for name in DEMOGRAPHICS.names[2:-1]},
            "opt_out": said_yes(stated(self.mapping.opt_out)),
        }
        return pa.table(columns, schema=DEMOGRAPHICS)


def _filled(column: pa.ChunkedArray) -> pa.Array:
    """Values without the blanks around them; an empty one is null."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    bare = pc.utf8_trim_whitespace(array)
    return pc.if_else(pc.equal(bare, ""), None, bare)


def _header(text: bytes, delimiter: str) -> list[str]:
    first = text.split(b"\n", 1)[0].decode(errors="replace").removesuffix("\r")
    return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]


def _quick(text: bytes, header: list[str], user: str, delimiter: str) -> _Records | None:
    """All records by Arrow; None if there is anything in them that needs a closer look."""
    odd = (b'"' in text and text.count(b'"') % 2) or b"\0" in text or not is_utf8(text)
    if odd or (b"\r" in text and text.count(b"\r") != text.count(b"\r\n")):
        return None
    try:
        table = pcsv.read_csv(
            pa.py_buffer(text),
            pcsv.ReadOptions(
                use_threads=False, skip_rows=1, column_names=header, block_size=1 << 26
            ),
            pcsv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            pcsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != text.count(b"\n") - text.endswith(b"\n"):
        return None  # quoted line ends: rare, and better read with care
    if _filled(table[user]).null_count:
        return None
    line = pa.array(range(1, table.num_rows + 1), pa.int64())
    return _Records(table.add_column(0, "line", line), [], table.num_rows)


def _exact(text: bytes, header: list[str], user: str, delimiter: str) -> _Records:
    """Record by record: what does not fit is refused, the rest goes on."""
    rows: list[tuple[int, list[str]]] = []
    refused: list[tuple[int, str, bytes]] = []
    number = 0
    for number, (raw, values) in enumerate(_records(text, delimiter)):
        reason = _fault(raw, values, header, user) if number else None
        if reason:
            refused.append((number, reason, raw.removesuffix(b"\r")))
        elif number and values is not None:
            rows.append((number, values))
    columns = {
        name: pa.array([v[at] for _, v in rows], pa.string()) for at, name in enumerate(header)
    }
    table = pa.table({"line": pa.array([n for n, _ in rows], pa.int64()), **columns})
    return _Records(table, refused, number)


def _fault(raw: bytes, values: list[str] | None, header: list[str], user: str) -> str | None:
    """Why a record is refused; None if it is not."""
    if b"\0" in raw:
        return "nul_byte"
    if not is_utf8(raw):
        return "not_utf8"
    if values is None or len(values) != len(header):
        return "wrong_columns"
    return None if values[header.index(user)].strip() else "no_user"


def _records(text: bytes, delimiter: str) -> "list[tuple[bytes, list[str] | None]]":
    """Physical lines put together to records: a line with an open quote goes on in the next one."""
    out: list[tuple[bytes, list[str] | None]] = []
    lines = text.removesuffix(b"\n").split(b"\n")
    at = 0
    while at < len(lines):
        raw, end = lines[at], at + 1
        while raw.count(b'"') % 2 and end < len(lines) and len(raw) < _VALUE_BYTES:
            raw, end = raw + b"\n" + lines[end], end + 1
        if raw.count(b'"') % 2:  # never closed: it is this line alone that is wrong
            raw, end = lines[at], at + 1
        out.append((raw, _values(raw, delimiter)))
        at = end
    return out


def _values(raw: bytes, delimiter: str) -> list[str] | None:
    text = raw.decode(errors="replace").removesuffix("\r")
    if text.count('"') % 2 or "\0" in text:
        return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None
