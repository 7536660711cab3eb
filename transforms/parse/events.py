"""Script events and vendors' exports, by a mapping, into rows. Only what it names is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import conform
from weir.schemas.demographics import YES
from weir.schemas.mapping import EventMapping
from weir.schemas.parsed import PARSED
from weir.schemas.paths import parts
from weir.transforms.distinct import Distinct, is_true
from weir.transforms.parse.moments import moments
from weir.transforms.parse.parsed import Parsed, rejects
from weir.transforms.parse.records import read_records
from weir.transforms.parse.said import our_actions, our_outcomes, put_file, split_urls, typed

Strings = Callable[[str], pa.Array]

MACHINE = "header:x-machine"
"""The column that says whether the vendor holds a mail's opening for a machine's: yes or no."""
IDENTIFIER_COLUMN = "pii:"
"""What columns are called that the proof alone reads: `pii:email:0`, by kind and number."""
_ELSEWHERE = ("action", "outcome", "url", "birth_date", "opt_out", "status", "machine")


@dataclass(frozen=True)
class EventParser:
    """Files of one vendor. Frozen and picklable."""

    mapping: EventMapping

    def parse(self, data: bytes | pa.Buffer) -> Parsed:
        """Whole lines -> PARSED rows, of mapped identifiers also `pii:KIND:N`; rejects by line.

        Lines are records; a list of n events in a line counts as n lines, and one of none as
        filtered (`empty_batch`). What the vendor itself excludes is filtered, too (`excluded`).
        A mapped property that is an object or list counts as absent. Raises InputError for a header
        without the column of the time.
        """
        found = read_records(data, self.mapping)

        def strings(path: str) -> pa.Array:
            several = [found.columns[part] for part in parts(path)]
            return pc.binary_join_element_wise(*several, " ") if several[1:] else several[0]

        time = self.mapping.time
        stated = _first([strings(path) for path in time.field])
        seen, reasons = moments(stated, time.format, time.timezone)
        rows = pa.table({"line": pa.array(found.lines, pa.int64()), "seen_at": seen})
        for name, values in self._columns(strings, len(rows)).items():
            rows = rows.append_column(name, values)
        extra = [name for name in rows.column_names if name not in PARSED.names]
        whole = conform(rows, PARSED)
        for name in extra:
            whole = whole.append_column(name, rows[name])
        refused = list(found.refused)
        bad = pa.table({"line": rows["line"], "reason": reasons}).filter(reasons.is_valid())
        for row in bad.to_pylist():
            refused.append((row["line"], row["reason"], found.raw(row["line"])))
        good = reasons.is_null()
        kept = pc.and_(good, self._kept(strings, len(rows)))
        counted = found.filtered
        excluded = (pc.sum(good).as_py() or 0) - (pc.sum(kept).as_py() or 0)
        counted.update({"excluded": excluded} if excluded else {})
        return Parsed(
            rows=whole if pc.all(kept).as_py() else whole.filter(kept),
            rejects=rejects(refused),
            lines=len(rows) + len(found.refused) + counted.total() - excluded,
            undeclared=found.undeclared,
            filtered=counted,
        )

    def _columns(self, strings: Strings, size: int) -> dict[str, pa.Array]:
        found = {
            field: self._first([strings(path) for path in paths])
            for field, paths in self.mapping.fields.items()
            if field not in ("action", "outcome")
        }
        columns = {name: values for name, values in found.items() if name not in _ELSEWHERE}
        if "url" in found:
            urls = Distinct.of(found["url"])
            host, target = (urls.spread(part) for part in split_urls(urls.values))
            columns["host"] = pc.coalesce(columns.get("host", host), host)
            columns["target"] = pc.coalesce(columns.get("target", target), target)
        if "birth_date" in found:
            columns["age"] = pc.coalesce(
                columns.get("age", found["birth_date"]), found["birth_date"]
            )
        if "opt_out" in found:
            columns["opt_out"] = self._yes("opt_out", found["opt_out"])
        for path, values in self.mapping.refuses.items():
            refused = _one_of(strings(path), values)
            columns["opt_out"] = pc.or_(refused, is_true(columns.get("opt_out", refused)))
        if "machine" in found:
            said = self._yes("machine", found["machine"])
            columns[MACHINE] = pc.if_else(said, "yes", "no")
        if "status" in found:
            columns["status"] = _status(found["status"])
        columns |= typed(found)
        columns |= self._happened(strings, size)
        put_file(columns)
        sent = pc.equal(columns["action"], "email_sent")
        for name in {"address", "user_agent"} & set(columns):
            columns[name] = pc.if_else(
                sent, None, columns[name]
            )  # the mail server's, not a reader's
        for kind, paths in self.mapping.pii.items():
            for number, path in enumerate(paths):
                columns[f"{IDENTIFIER_COLUMN}{kind}:{number}"] = strings(path)
        return columns

    def _yes(self, field: str, stated: pa.Array) -> pa.Array:
        """Whether it says yes, null where it says nothing."""
        if field in self.mapping.any_is_yes:
            return pc.if_else(is_true(pc.not_equal(stated, "")), True, None)
        return said_yes(stated)

    def _first(self, arrays: list[pa.Array]) -> pa.Array:
        """The first that is there, at each row, and says something."""
        if self.mapping.nothing:
            arrays = [pc.if_else(_one_of(a, self.mapping.nothing), None, a) for a in arrays]
        return _first(arrays)

    def _happened(self, strings: Strings, size: int) -> dict[str, pa.Array]:
        """action, outcome: both by the first rule that holds, else each by a name that is known."""
        mapping = self.mapping
        actions = [our_actions(strings(path), mapping.actions) for path in mapping.paths("action")]
        # An action that is mapped to `other` on purpose and one that is not mapped are the same.
        named = [pc.if_else(pc.equal(values, "other"), None, values) for values in actions]
        outcomes = [
            our_outcomes(strings(path), mapping.outcomes) for path in mapping.paths("outcome")
        ]
        action = pc.coalesce(*named, pa.repeat(pa.scalar("other"), size))
        outcome = pc.coalesce(*outcomes, pa.nulls(size, pa.string()))
        for rule in reversed(mapping.rules):
            holds = pa.repeat(pa.scalar(True), size)
            for path, values in rule.when.items():
                holds = pc.and_(holds, _one_of(strings(path), values))
            for path, values in rule.has.items():
                holds = pc.and_(holds, _has_one_of(strings(path), values))
            action = pc.if_else(holds, rule.action, action)
            outcome = pc.if_else(holds, pa.scalar(rule.outcome, pa.string()), outcome)
        return {"action": action, "outcome": outcome}

    def _kept(self, strings: Strings, size: int) -> pa.Array:
        """Events that the vendor's own marks do not exclude."""
        kept = pa.repeat(pa.scalar(True), size)
        for path, values in self.mapping.skip.items():
            kept = pc.and_(kept, pc.invert(_one_of(strings(path), values)))
        for path, values in self.mapping.keep.items():
            stated = strings(path)
            kept = pc.and_(kept, pc.or_(stated.is_null(), _one_of(stated, values)))
        return kept


def _one_of(texts: pa.Array, values: tuple[str, ...]) -> pa.Array:
    return is_true(pc.is_in(texts, value_set=pa.array(values, pa.string())))


def _has_one_of(texts: pa.Array, values: tuple[str, ...]) -> pa.Array:
    """Texts such as `1,20=5,7` that have one of some entries in them, whatever its value."""
    lists = Distinct.of(texts)
    entries = pc.split_pattern(lists.values, ",")
    name = pc.list_element(pc.split_pattern(pc.list_flatten(entries), "=", max_splits=1), 0)
    found = pc.list_parent_indices(entries).filter(_one_of(name, values))
    has = pc.is_in(pa.array(range(len(lists.values)), pa.int64()), value_set=found.cast(pa.int64()))
    return is_true(lists.spread(has))


def identifiers_in(rows: pa.Table) -> Iterator[tuple[str, pa.Array]]:
    """(kind, distinct values) of the columns that the proof alone reads."""
    for name in rows.column_names:
        if name.startswith(IDENTIFIER_COLUMN):
            yield name.split(":")[1], pc.unique(rows[name]).drop_null().cast(pa.string())


def said_yes(values: pa.Array) -> pa.Array:
    """What means yes in any of the usual ways; null stays null."""
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(values))
    return pc.if_else(values.is_valid(), pc.is_in(plain, value_set=pa.array(YES)), None)


def _status(values: pa.Array) -> pa.Array:
    fits = is_true(pc.match_substring_regex(values, "^[1-5][0-9]{2}$"))
    return pc.if_else(fits, values, None).cast(pa.int16())


def _first(arrays: list[pa.Array]) -> pa.Array:
    """The first that is there, at each row; nothing is copied of one alone."""
    return pc.coalesce(*arrays) if arrays[1:] else arrays[0]
