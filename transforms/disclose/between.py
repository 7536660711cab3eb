"""Two editions of one date, measures and tables held against each other.

Measures add up to another one, and a number of one table is a part of one of another: whoever
subtracts has the rest, and of two editions how the rest changed. A hundred visitors with a cookie
and 29 with a session, late, are 100 and 129: so the rest is counted as cells are (see `changed`).

# numbers that both editions tell -> lines: a whole less its parts
# units of one bucket: how each number changed -> how each line's rest did -> changes by line
# all buckets -> combined -> how many rests must not change as they would
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from weir.transforms.disclose.ask import ask
from weir.transforms.disclose.changed import same_keys
from weir.transforms.disclose.edition import Draft
from weir.transforms.disclose.lattice import Ints, Mask
from weir.transforms.disclose.links import Column, Matches
from weir.transforms.disclose.margins import Shape

LINES = pa.schema(
    [("line", pa.int64()), ("table", pa.string()), ("k", pa.int64()), ("dominance", pa.float64())]
)
"""A whole less its parts; table: the whole's."""
TERMS = pa.schema(
    [("line", pa.int64()), ("table", pa.string()), ("name", pa.string()), ("cell", pa.int64()),
     ("sign", pa.int64())]
)  # fmt: skip
"""What makes a line; cell: a row of the table's `states`; sign: 1 of the whole, -1 of parts."""
RESTS = pa.schema([("line", pa.int64()), ("unit", pa.binary()), ("more", pa.int64())])
"""How much more a line's rest is by what a unit did."""
_COUNTS = {"grew": "sum", "shrank": "sum", "grown": "sum", "shrunk": "sum", "most": "max",
           "least": "max"}  # fmt: skip
CHANGES = pa.schema([("line", pa.int64()), *((count, pa.int64()) for count in _COUNTS)])


@dataclass(frozen=True)
class Lines:
    """All lines of which whole and parts are told, before and after, and are not told alike."""

    lines: pa.Table  # LINES
    terms: pa.Table  # TERMS


def lines_between(before: Sequence[Draft], told: Mapping[str, pa.Table]) -> Lines:
    """before: the settled drafts of all sites. told: of `states`, by table, all sites."""
    states = {name: _States(rows) for name, rows in told.items()}
    made = _Making()
    for draft in {draft.form.table: draft for draft in before}.values():
        _add_sums(made, draft, states[draft.form.table])
    for site in dict.fromkeys(map(_site, before)):
        _add_pairs(made, [draft for draft in before if site and _site(draft) == site], states)
    return made.done()


def rests(
    lines: Lines, table: str, differ: pa.Table, told: pa.Table, names: Iterable[str], shape: Shape
) -> pa.Table:
    """What some units of a part of a table did to the lines' rests (schema RESTS, several rows of
    a unit and line). differ: of `differences`; told: of `states`; names: of numbers of `differ`."""
    cells = told.append_column("cell", pa.array(np.arange(told.num_rows)))
    mine = ask('SELECT * FROM terms WHERE "table" = $table', {"table": table}, terms=lines.terms)
    found = [RESTS.empty_table()]
    if mine.num_rows:
        match = same_keys(shape, "differ")
        for name in names:
            query = (
                f'SELECT line, unit, (sign * differ."{name}")::BIGINT AS more '
                f"FROM terms JOIN told USING (cell) JOIN differ ON {match} "
                f'WHERE terms.name = $name AND differ."{name}" <> 0'
            )
            answer = ask(query, {"name": name}, terms=mine, told=cells, differ=differ)
            found.append(answer.cast(RESTS))
    return pa.concat_tables(found)


def changes_between(found: Iterable[pa.Table]) -> pa.Table:
    """Of all that the units of one group did to rests (RESTS), the changes by line (CHANGES)."""
    units = "SELECT line, unit, sum(more)::BIGINT AS more FROM found GROUP BY ALL"
    query = f"""
        SELECT line, count(*) FILTER (more > 0) AS grew, count(*) FILTER (more < 0) AS shrank,
               sum(greatest(more, 0))::BIGINT AS grown, sum(greatest(-more, 0))::BIGINT AS shrunk,
               max(greatest(more, 0)) AS most, max(greatest(-more, 0)) AS least
        FROM ({units}) WHERE more <> 0 GROUP BY line
    """
    return ask(query, found=pa.concat_tables([RESTS.empty_table(), *found])).cast(CHANGES)


def too_few_between(lines: Lines, parts: Iterable[pa.Table]) -> dict[str, int]:
    """By table, how many rests tell of a change of one to k-1 units, or of one's mostly. parts:
    CHANGES made by disjoint sets of units."""
    whole = pa.concat_tables([CHANGES.empty_table(), *parts])
    sums = ", ".join(f"{how}({count})::BIGINT AS {count}" for count, how in _COUNTS.items())
    query = f"""
        SELECT "table", count(*) AS few
        FROM lines JOIN (SELECT line, {sums} FROM made GROUP BY line) AS made USING (line)
        WHERE grew BETWEEN 1 AND k - 1 OR shrank BETWEEN 1 AND k - 1
           OR most > dominance * grown OR least > dominance * shrunk
        GROUP BY ALL
    """
    found = ask(query, lines=lines.lines, made=whole)
    return dict(zip(found["table"].to_pylist(), found["few"].to_pylist(), strict=True))


class _States:
    """What two editions tell of a table, a row a cell."""

    def __init__(self, told: pa.Table) -> None:
        self.told = told
        self.rows = told.num_rows

    def was(self, name: str) -> Mask:
        return np.asarray(self.told[f"was:{name}"].is_valid())

    def is_(self, name: str) -> Mask:
        return np.asarray(self.told[f"is:{name}"].is_valid())

    def moved(self, name: str) -> Mask:
        query = f'SELECT "was:{name}" IS DISTINCT FROM "is:{name}" AS moved FROM told'
        return np.asarray(ask(query, told=self.told)["moved"].to_numpy())

    def of(self, draft: Draft) -> Ints:
        """The rows of a draft's cells."""
        shape = draft.form.shape
        count = draft.margins.num_rows
        mine = draft.margins.select(["site", "mask", *shape.dimensions])
        mine = mine.append_column("number", pa.array(np.arange(count)))
        cells = self.told.append_column("cell", pa.array(np.arange(self.rows)))
        query = (
            f"SELECT number, cell FROM told JOIN mine ON {same_keys(shape, 'mine')} ORDER BY number"
        )
        return np.asarray(ask(query, told=cells, mine=mine)["cell"].to_numpy())


class _Making:
    """Lines as they are found."""

    def __init__(self) -> None:
        self.count = 0
        self.lines, self.terms = [LINES.empty_table()], [TERMS.empty_table()]

    def add(self, whole: Draft, people: bool, rule_k: int, count: int) -> Ints:
        """So many lines more; their numbers."""
        numbers = np.arange(self.count, self.count + count)
        self.count += count
        share = 1.0 if people else whole.rule.dominance
        columns = [
            numbers, [whole.form.table] * count, [rule_k] * count, [share] * count,
        ]  # fmt: skip
        self.lines.append(_table(columns, LINES))
        return numbers

    def term(self, lines: Ints, table: str, name: str, cells: Ints, sign: int) -> None:
        count = len(lines)
        columns = [lines, [table] * count, [name] * count, cells, [sign] * count]
        self.terms.append(_table(columns, TERMS))

    def done(self) -> Lines:
        return Lines(pa.concat_tables(self.lines), pa.concat_tables(self.terms))


def _table(columns: Sequence[Any], schema: pa.Schema) -> pa.Table:
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _add_sums(made: _Making, draft: Draft, states: _States) -> None:
    """In each cell, a measure less those of its parts that both editions tell; and less those that
    either does."""
    table = draft.form.table
    outside = set(draft.form.measures)
    for whole, all_parts in draft.form.sums.items():
        parts = [part for part in all_parts if part in outside]
        if whole not in outside or not parts:
            continue
        told = states.was(whole) & states.is_(whole)
        both = {part: told & states.was(part) & states.is_(part) for part in parts}
        either = {part: told & (states.was(part) | states.is_(part)) for part in parts}
        people = all(draft.people(name) for name in (whole, *parts))
        moved = states.moved(whole)
        for part in parts:
            moved = moved | states.moved(part)
        differ = np.any([either[part] & ~both[part] for part in parts], axis=0)
        for less, where in ((both, told), (either, differ)):
            cells = np.flatnonzero(where & moved & np.any([less[p] for p in parts], axis=0))
            lines = made.add(draft, people, draft.rule.k, len(cells))
            made.term(lines, table, whole, cells, 1)
            for part in parts:
                here = less[part][cells]
                made.term(lines[here], table, part, cells[here], -1)


def _add_pairs(made: _Making, drafts: Sequence[Draft], states: Mapping[str, _States]) -> None:
    """Of one site, each number less the one that is a part of it, or the same."""
    columns = list(_columns(drafts))
    if not columns:
        return
    firsts = np.array([column.first for column in columns])
    rows = {id(draft): states[draft.form.table].of(draft) for draft in drafts}
    cell = np.concatenate([rows[id(column.draft)] for column in columns])

    def gathered(of: Callable[[_States, str], Mask]) -> Mask:
        return np.concatenate(
            [of(states[c.draft.form.table], c.name)[rows[id(c.draft)]] for c in columns]
        )

    there, moved = gathered(_both), gathered(_States.moved)
    matches = Matches()
    pairs = [matches.equals(columns), matches.at_most(columns)]
    part, whole = (np.concatenate([pair[end] for pair in pairs]) for end in (0, 1))
    kept = there[part] & there[whole] & (moved[part] | moved[whole])
    part, whole = part[kept], whole[kept]
    of_part, of_whole = (np.searchsorted(firsts, n, "right") - 1 for n in (part, whole))
    for a, b in np.unique(np.stack([of_part, of_whole], 1), axis=0).tolist():
        here = (of_part == a) & (of_whole == b)
        less, all_ = columns[a], columns[b]
        people = all(column.draft.people(column.name) for column in (less, all_))
        k = max(column.draft.rule.k for column in (less, all_))
        lines = made.add(all_.draft, people, k, int(here.sum()))
        made.term(lines, all_.draft.form.table, all_.name, cell[whole[here]], 1)
        made.term(lines, less.draft.form.table, less.name, cell[part[here]], -1)


def _both(states: _States, name: str) -> Mask:
    return states.was(name) & states.is_(name)


def _columns(drafts: Sequence[Draft]) -> Iterator[Column]:
    first = 0
    for draft in drafts:
        for name in draft.form.measures:
            if draft.adds_up(name):
                yield Column(draft, name, first)
                first += draft.lines.cells


def _site(draft: Draft) -> str:
    """Of its rows; empty if it has none."""
    return str(draft.margins["site"][0].as_py()) if draft.margins.num_rows else ""
