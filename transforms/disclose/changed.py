"""Two editions of one date, and who made the difference: nobody, or a crowd.

Whoever has both editions subtracts them. What he sees then is how each number changed that either
of them told, and, with the sums, how all that both leave out of a line changed together. So these
changes are counted as cells are: of units whose contribution grew, and of units whose contribution
shrank, each none or at least k. (A difference of totals would not do: ten who came and ten who went
are twenty people and a difference of nothing.)

# units of one bucket, before and after -> differences -> changes by cell and by line
# all buckets -> combined -> how many numbers must not change as they would
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.ask import ask
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.margins import Shape, by_unit
from weir.transforms.disclose.suppress import rounded

UNITS = "units"
"""Beside the measures: that a row is there tells of its units."""
_COUNTS = ("grew", "shrank", "grown", "shrunk", "most", "least")
_WAYS = ("either", "both")  # what is left out in either edition of a line, and what in both


def unit_changes(differ: pa.Table, shape: Shape, told: pa.Table, names: Iterable[str]) -> pa.Table:
    """How the numbers of some units changed, by cell and by line (schema of `changes`).

    differ: of `differences`. told: of `states`.
    """
    parts = [_by_cell(differ, shape, names)]
    for at in range(len(shape.dimensions)):
        parts += [_by_line(differ, shape, names, told, at, way) for way in _WAYS]
    return pa.concat_tables(parts)


def changes(names: Iterable[str], dimensions: Sequence[str]) -> pa.Schema:
    """site, mask and dimensions of a cell, or of the sum of a line; way: `cell`, or which of the
    line's cells are counted together; line: the dimension that they are broken out by, or -1. Of
    each number: units that `grew` and `shrank`, by how much all of them and the one that did most.
    """
    return pa.schema(
        [
            ("way", pa.string()), ("line", pa.int64()), ("site", pa.string()), ("mask", pa.int64()),
            *((name, pa.string()) for name in dimensions),
            *((f"{count}:{name}", pa.int64()) for name in names for count in _COUNTS),
        ]
    )  # fmt: skip


def combined_changes(
    parts: Iterable[pa.Table], names: Sequence[str], dimensions: Sequence[str]
) -> pa.Table:
    """Changes made by disjoint sets of units, as one."""
    schema = changes(names, dimensions)
    keys = ["way", "line", "site", "mask", *(f'"{name}"' for name in dimensions)]
    values = [
        f'{"max" if count in ("most", "least") else "sum"}("{count}:{name}")::BIGINT'
        f' AS "{count}:{name}"'
        for name in names
        for count in _COUNTS
    ]
    whole = pa.concat_tables([schema.empty_table(), *parts])
    query = f"SELECT {', '.join(keys + values)} FROM parts GROUP BY ALL"
    return ask(query, parts=whole).cast(schema)


def states(before: Draft, after: Draft) -> pa.Table:
    """site, mask, dimensions; `was:` and `is:` each number as the editions tell it, null where one
    leaves it out. `units` is 1 where the row is there."""
    dimensions = before.form.shape.dimensions
    names = [UNITS, *before.form.measures]
    keys = ["site", "mask", *(f'"{name}"' for name in dimensions)]
    values = [f'max("{end}:{n}")::BIGINT AS "{end}:{n}"' for n in names for end in ("was", "is")]
    whole = pa.concat_tables([_told(before, "was"), _told(after, "is")], promote_options="default")
    return ask(f"SELECT {', '.join(keys + values)} FROM whole GROUP BY ALL", whole=whole)


def too_few(
    told: pa.Table, changed: pa.Table, name: str, shape: Shape, rule: Disclosure, *, people: bool
) -> int:
    """How many numbers of a measure, and of a line's rests, tell of a change of one to k-1 units.

    told: of `states`; changed: of `changes`, all units. people: the measure counts units; of a
    sum, the one who did most may hold no more of the change than the rule lets of a number.
    """
    bounds = {"k": rule.k, "dominance": 1.0 if people or name == UNITS else rule.dominance}
    cells = ask(_CELLS.format(name=name, keys=same_keys(shape)), bounds, told=told, made=changed)
    found = int(cells["cells"][0].as_py())
    for at in range(len(shape.dimensions)):
        query = _LINES.format(
            name=name, at=at, bit=1 << at, keys=same_keys(shape), same=same_keys(shape, "moved"),
            parent=_parent(shape, at),
        )  # fmt: skip
        lines = ask(query, bounds, told=told, made=changed)
        found += int(lines["cells"][0].as_py())
    return found


_FEW = """
    (made."grew:{name}" BETWEEN 1 AND $k - 1
     OR made."shrank:{name}" BETWEEN 1 AND $k - 1
     OR made."most:{name}" > $dominance * made."grown:{name}"
     OR made."least:{name}" > $dominance * made."shrunk:{name}")
"""
_CELLS = f"""
    SELECT count(*) AS cells FROM told JOIN made ON {{keys}} AND made.way = 'cell'
    WHERE told."was:{{name}}" IS DISTINCT FROM told."is:{{name}}" AND {_FEW}
"""
# A line whose sum both editions tell: what is left of it tells of what is left out of it, as soon
# as anything that is told of the line is not as it was.
_LINES = f"""
    WITH moved AS (
        SELECT {{parent}}, bool_or("was:{{name}}" IS DISTINCT FROM "is:{{name}}") AS some
        FROM told WHERE mask & {{bit}} > 0 GROUP BY ALL
    )
    SELECT count(*) AS cells
    FROM told JOIN made ON {{keys}} AND made.way <> 'cell' AND made.line = {{at}}
         JOIN moved ON {{same}}
    WHERE told."was:{{name}}" IS NOT NULL AND told."is:{{name}}" IS NOT NULL
      AND (moved.some OR told."was:{{name}}" <> told."is:{{name}}") AND {_FEW}
"""


def same_keys(shape: Shape, other: str = "made") -> str:
    """SQL: `told` and another table, of one cell."""
    keys = ["site", "mask", *shape.dimensions]
    return " AND ".join(f'told."{key}" IS NOT DISTINCT FROM {other}."{key}"' for key in keys)


def _parent(shape: Shape, at: int) -> str:
    """A cell's keys as those of the sum of its line."""
    names = [
        f'NULL::VARCHAR AS "{name}"' if i == at else f'"{name}"'
        for i, name in enumerate(shape.dimensions)
    ]
    return ", ".join(["site", f"(mask - {1 << at})::BIGINT AS mask", *names])


def _told(draft: Draft, end: str) -> pa.Table:
    names = ["site", "mask", *draft.form.shape.dimensions]
    columns = {name: draft.margins[name] for name in names}
    columns[f"{end}:{UNITS}"] = pa.array(np.ones(draft.lines.cells, np.int64), mask=draft.hidden)
    for name in draft.form.measures:
        value = rounded(draft.truth(name), draft.rule.rounding).value.astype(np.int64)
        columns[f"{end}:{name}"] = pa.array(value, mask=draft.nulls[name] | draft.hidden)
    return pa.table(columns)


def differences(
    before: pa.Table, after: pa.Table, shape: Shape, names: Mapping[str, str]
) -> pa.Table:
    """site, unit, mask, dimensions, of each number how much more it is; rows where any is.

    before, after: contributions as `counted` takes them, all rows of each unit. names: of the
    numbers that the shape's units make, and which of its measures each is; `units` stands for being
    there.
    """
    keys = ["site", "unit", "mask", *(f'"{name}"' for name in shape.dimensions)]

    def signed(source: str, sign: int) -> str:
        values = [f"{sign}::BIGINT AS here"] + [
            f'({sign} * coalesce("{m}", 0))::BIGINT AS "m:{m}"' for m in shape.measures
        ]
        return f"SELECT {', '.join(keys + values)} FROM ({by_unit(shape, source)})"

    numbers = {n: "sum(here)" if m == UNITS else f'sum("m:{m}")' for n, m in names.items()}
    values = [f'{number}::BIGINT AS "{name}"' for name, number in numbers.items()]
    some = " OR ".join(f"{number} <> 0" for number in numbers.values())
    query = (
        f"SELECT {', '.join(keys + values)} FROM "
        f"({signed('before', -1)} UNION ALL {signed('after', 1)}) "
        f"GROUP BY {', '.join(keys)} HAVING {some}"
    )
    return ask(query, before=before, after=after)


def _counts(names: Iterable[str]) -> list[str]:
    told = []
    for name in names:
        up, down = f'greatest("{name}", 0)', f'greatest(-"{name}", 0)'
        told += [
            f'count(*) FILTER ("{name}" > 0)::BIGINT AS "grew:{name}"',
            f'count(*) FILTER ("{name}" < 0)::BIGINT AS "shrank:{name}"',
            f'sum({up})::BIGINT AS "grown:{name}"', f'sum({down})::BIGINT AS "shrunk:{name}"',
            f'max({up})::BIGINT AS "most:{name}"', f'max({down})::BIGINT AS "least:{name}"',
        ]  # fmt: skip
    return told


def _by_cell(differ: pa.Table, shape: Shape, names: Iterable[str]) -> pa.Table:
    keys = ["site", "mask", *(f'"{name}"' for name in shape.dimensions)]
    columns = ["'cell' AS way", "-1::BIGINT AS line", *keys, *_counts(names)]
    query = f"SELECT {', '.join(columns)} FROM differ GROUP BY {', '.join(keys)}"
    return ask(query, differ=differ).cast(changes(names, shape.dimensions))


def _by_line(
    differ: pa.Table, shape: Shape, names: Iterable[str], told: pa.Table, at: int, way: str
) -> pa.Table:
    """Changes of all cells of a line together that are left out, by the sum that they belong to."""
    word = "OR" if way == "either" else "AND"
    rest = [
        f'coalesce(sum("{name}") FILTER (told."was:{name}" IS NULL {word} '
        f'told."is:{name}" IS NULL), 0)::BIGINT AS "{name}"'
        for name in names
    ]
    keys = ["site", "mask", *(f'"{name}"' for name in shape.dimensions)]
    match = same_keys(shape, "differ")
    given = ", ".join(["differ.unit", *(f'differ."{n}"' for n in names), "told.*"])
    joined = f"SELECT {given} FROM differ JOIN told ON {match} WHERE told.mask & {1 << at} > 0"
    units = (
        f"SELECT unit, {_parent(shape, at)}, {', '.join(rest)} FROM ({joined}) AS told GROUP BY ALL"
    )
    columns = [f"'{way}' AS way", f"{at}::BIGINT AS line", *keys, *_counts(names)]
    query = f"SELECT {', '.join(columns)} FROM ({units}) GROUP BY {', '.join(keys)}"
    return ask(query, differ=differ, told=told).cast(changes(names, shape.dimensions))
