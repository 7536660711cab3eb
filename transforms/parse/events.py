"""Script events: JSON lines and a mapping, into rows. Only mapped properties are read."""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import conform
from weir.schemas.demographics import YES
from weir.schemas.mapping import EventMapping
from weir.schemas.parsed import PARSED
from weir.transforms.parse.jsonlines import property_names, read_json
from weir.transforms.parse.moments import moments
from weir.transforms.parse.parsed import Parsed, rejects
from weir.transforms.parse.tags import our_actions, our_outcomes, split_urls, typed

_NAMES = 500  # names of undeclared properties that are counted

Strings = Callable[[str], pa.Array]


@dataclass(frozen=True)
class EventParser:
    """JSON lines of one vendor. Frozen and picklable."""

    mapping: EventMapping

    def parse(self, data: bytes | pa.Buffer) -> Parsed:
        """Whole lines -> PARSED rows; lines = rows + rejects + filtered, each by line.

        A mapped property that is an object or list counts as absent. Names of top-level properties
        that the mapping does not name come back with the number of lines that have them.
        """
        paths = [self.mapping.time.field, *(p for ps in self.mapping.fields.values() for p in ps)]
        read = read_json(data, list(dict.fromkeys(paths)))
        time = self.mapping.time
        seen, reasons = moments(read.values[time.field], time.format)
        columns = self._columns(read.values.__getitem__, len(read.numbers))
        rows = pa.table({"line": pa.array(read.numbers), "seen_at": seen, **columns})
        return Parsed(
            conform(rows.filter(reasons.is_null()), PARSED),
            rejects(read.refused + read.refuse(reasons)),
            read.lines,
            undeclared=property_names(read.texts, self.mapping.roots, _NAMES),
            filtered=read.filtered,
        )

    def _columns(self, strings: Strings, size: int) -> dict[str, pa.Array]:
        found = {
            field: _coalesced([strings(path) for path in paths])
            for field, paths in self.mapping.fields.items()
            if field != "action"
        }
        columns = {
            name: values
            for name, values in found.items()
            if name not in ("url", "birth_date", "opt_out", "status")
        }
        if "url" in found:
            host, target = split_urls(found["url"])
            columns["host"] = pc.coalesce(columns.get("host", host), host)
            columns["target"] = pc.coalesce(columns.get("target", target), target)
        if "birth_date" in found:
            columns["age"] = pc.coalesce(
                columns.get("age", found["birth_date"]), found["birth_date"]
            )
        if "opt_out" in found:
            columns["opt_out"] = said_yes(found["opt_out"])
        if "status" in found:
            columns["status"] = _status(found["status"])
        if "outcome" in found:
            columns["outcome"] = our_outcomes(found["outcome"], self.mapping.outcomes)
        columns |= typed(found)
        return columns | {"action": self._action(strings, size)}

    def _action(self, strings: Strings, size: int) -> pa.Array:
        """The first property that names an action we know; else `other`."""
        said = [strings(path) for path in self.mapping.paths("action")]
        known = [our_actions(values, self.mapping.actions) for values in said]
        named = [pc.if_else(pc.equal(values, "other"), None, values) for values in known]
        # An action that is mapped to `other` on purpose and one that is not mapped are the same.
        return pc.coalesce(*named, pa.repeat(pa.scalar("other"), size))


def said_yes(values: pa.Array) -> pa.Array:
    """What means yes in any of the usual ways; null stays null."""
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(values))
    return pc.if_else(values.is_valid(), pc.is_in(plain, value_set=pa.array(YES)), None)


def _status(values: pa.Array) -> pa.Array:
    fits = pc.fill_null(pc.match_substring_regex(values, "^[1-5][0-9]{2}$"), False)
    return pc.if_else(fits, values, None).cast(pa.int16())


def _coalesced(arrays: list[pa.Array]) -> pa.Array:
    filled = [pc.if_else(pc.equal(array, ""), None, array) for array in arrays]
    return pc.coalesce(*filled)
