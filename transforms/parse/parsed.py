"""What every parser gives back, and why a line may be refused."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from weir.schemas.columns import conform
from weir.schemas.parsed import CODED, CODED_PARSED, REJECT

RAW_BYTES = 1 << 16

REASONS: dict[str, str] = {
    "not_this_format": "the line does not have the shape of the declared format",
    "bad_time": "the time stamp names no moment, such as 30 February",
    "time_out_of_range": "the time stamp is not within the years 1990 to 2099",
    "no_time": "an event without a time",
    "nul_byte": "NUL bytes, as a crash leaves them in a file",
    "not_utf8": "bytes that are not UTF-8",
    "line_too_long": "more than 1 MiB in one line",
    "truncated_file": "the file breaks off within this line",
    "not_json": "not one JSON object (one over several lines? `jq -c .` puts it on one)",
    "truncated_beacon": "a beacon breaks off: in an escape, or before the end of its JSON",
    "wrong_type": "a JSON property is not of the type that the mapping needs",
    "wrong_columns": "not as many values as the header names",
    "no_header": "no line before it names the columns",
    "no_user": "a profile without the user's id",
}
"""The closed vocabulary of REJECT.reason.

A request line that is garbage (`\\x16\\x03\\x01`, `-`) is no reason: the line is a hit all the
same, and becomes a row without method and target.
"""

DEMOGRAPHICS = pa.schema(
    [
        pa.field("user", pa.string()),
        pa.field("age", pa.string()),
        pa.field("gender", pa.string()),
        pa.field("profession", pa.string()),
        pa.field("country", pa.string()),
        pa.field("language", pa.string()),
        pa.field("opt_out", pa.bool_()),
    ]
)
"""What profiles state of themselves, in flight; all of it PII."""


@dataclass(frozen=True)
class Parsed:
    """A block of lines understood, or not.

    rows: PARSED, or of logs CODED_PARSED and a format's dynamic columns, one a line; of profiles
    PROFILE, several a line. rejects: REJECT. filtered: lines that are no hits and no faults, such
    as a header, by reason. lines: how many were read, a batch counting as many as it holds; each is
    in rows, rejects or filtered. demographics, of profiles: user, age, gender, profession
    (strings as stated), opt_out.
    undeclared: names of top-level properties that no mapping names, with the number of lines that
    have them.
    """

    rows: pa.Table
    rejects: pa.Table
    lines: int
    demographics: pa.Table = field(default_factory=DEMOGRAPHICS.empty_table)
    undeclared: tuple[tuple[str, int], ...] = ()
    filtered: Counter[str] = field(default_factory=Counter)


def as_parsed(rows: pa.Table) -> pa.Table:
    """Rows with the columns of CODED_PARSED, cast, missing ones null, and any others behind them.

    Text that comes plain is encoded.
    """
    extra = [name for name in rows.column_names if name not in CODED_PARSED.names]
    columns = {name: rows[name] for name in rows.column_names}
    for name in CODED:
        if name in columns and not pa.types.is_dictionary(columns[name].type):
            columns[name] = columns[name].cast(pa.string()).dictionary_encode()
    table = conform(pa.table(columns).drop_columns(extra), CODED_PARSED)
    for name in extra:
        table = table.append_column(rows.schema.field(name), rows[name])
    return table


def rejects(refused: Sequence[tuple[int, str, bytes]]) -> pa.Table:
    """(line, reason, bytes of the line) -> REJECT, by line."""
    ordered = sorted(refused, key=lambda one: one[0])
    return pa.table(
        {
            "line": [line for line, _, _ in ordered],
            "reason": [reason for _, reason, _ in ordered],
            "raw": [raw[:RAW_BYTES] for _, _, raw in ordered],
        },
        schema=REJECT,
    )
