"""Access logs whose lines are JSON objects: properties that a layout names, into rows."""

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import PII, column
from weir.schemas.json_layout import BY_NAME, JsonLayout
from weir.schemas.parsed import CODED
from weir.transforms.distinct import Distinct, is_true
from weir.transforms.parse.jsonlines import JsonLines, read_json
from weir.transforms.parse.moments import moments
from weir.transforms.parse.parsed import Parsed, as_parsed, rejects
from weir.transforms.parse.requests import split_requests
from weir.transforms.parse.said import split_urls

_PORT = r"^(?:\[(?P<v6>[^\]]+)\](?::[0-9]+)?|(?P<v4>[0-9.]+):[0-9]+)$"
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_MOST = 10**18 - 1  # bytes
_PARTS = ("method", "host", "target", "request_uri", "request", "url", "path", "query", "status",
          "size_bytes")  # fmt: skip

Texts = dict[str, Distinct]


@dataclass(frozen=True)
class JsonLogParser:
    """JSON lines of one layout. Frozen and picklable."""

    layout: JsonLayout

    def parse(self, data: bytes | pa.Buffer) -> Parsed:
        """Whole lines -> rows (CODED_PARSED, and a column for each cookie or header that is named).

        lines = rows + rejects + filtered: `blank` lines, and those of another log (`other_log`, see
        JsonLayout.only), whatever else these say. Rejected are objects without any property of a
        request (not_this_format), with no time or a bad one, and with a status or size that is no
        number (wrong_type).
        """
        cookies = self.layout.fields.get("cookies", ())
        read = read_json(data, self.layout.paths, whole=cookies, prefix=self.layout.prefix)
        texts = {ours: self._text(read, ours) for ours in self.layout.fields}
        columns = _columns(texts)
        reasons = _no_request(columns, len(read.numbers))
        seen, untimely = moments(
            self._stated(self._one_of(read, self.layout.time.field)), self.layout.time.format
        )
        other = self._of_another_log(read)
        numbers: dict[str, pa.Array] = {}
        faults = [reasons, untimely]
        for ours, bounds in (("status", (100, 999)), ("size_bytes", (0, _MOST))):
            if ours in texts:
                numbers[ours], fault = _numbers(texts[ours], *bounds)
                faults.append(fault)
        told = pc.if_else(other, pa.scalar(None, pa.string()), pc.coalesce(*faults))
        kept = pc.and_(told.is_null(), pc.invert(other))
        rows = _table({"line": pa.array(read.numbers), "seen_at": seen, **columns, **numbers})
        left = int(pc.sum(other).as_py() or 0)
        return Parsed(
            as_parsed(rows if pc.all(kept).as_py() else rows.filter(kept)),
            rejects(read.refused + read.refuse(told)),
            read.lines,
            filtered=read.filtered + Counter({"other_log": left}),
        )

    def _text(self, read: JsonLines, ours: str) -> Distinct:
        """What a field says, of its paths the first that says something."""
        found = Distinct.of(self._one_of(read, self.layout.fields[ours]))
        values = self._stated(found.values)
        if ours in self.layout.decode:
            values = _unquoted(values, ours)
        if ours == "address":
            values = _without_port(values)
        elif ours == "cookies":
            values = _as_header(values)
        elif ours == "edge_country":
            values = pc.utf8_upper(values)
        return found if values is found.values else found.then(values)

    def _one_of(self, read: JsonLines, paths: Sequence[str]) -> pa.Array:
        """What stands at the first path that says something, row by row."""
        said = [read.values[path] for path in paths]
        said = [values for values in said if values.null_count < len(values)] or said[:1]
        found = said[0]
        for more in said[1:]:
            found = self._stated(found)
            if found.null_count == 0:
                return found
            found = pc.coalesce(found, more)
        return found

    def _stated(self, values: pa.Array) -> pa.Array:
        """Null for texts that mean nothing."""
        nothing = pc.is_in(values, value_set=pa.array(self.layout.null_values, pa.string()))
        return pc.if_else(nothing, None, values) if pc.any(nothing).as_py() else values

    def _of_another_log(self, read: JsonLines) -> pa.Array:
        """Which lines say that they are of another log."""
        other = pa.repeat(pa.scalar(False), len(read.numbers))
        for path, allowed in self.layout.only.items():
            said = Distinct.of(read.values[path])
            fits = [_fits(said.values, pattern) for pattern in allowed]
            other = pc.or_(other, is_true(said.spread(pc.invert(reduce(pc.or_, fits)))))
        return other


def _fits(values: pa.Array, pattern: str) -> pa.Array:
    if pattern.endswith("*"):
        return pc.starts_with(values, pattern.removesuffix("*"))
    return pc.equal(values, pattern)


def _columns(texts: Texts) -> dict[str, pa.Array]:
    """What the fields say -> columns of PARSED, coded where CODED has them."""
    found = {name: said for name, said in texts.items() if name not in _PARTS}
    if (method := _first(texts, ("method", _itself), ("request", _method))) is not None:
        found["method"] = method
    if (host := _first(texts, ("host", _itself), ("url", _host))) is not None:
        found["host"] = host
    if "user_agent" in texts:
        found["user_agent"] = _none_sent(texts["user_agent"])
    target = _first(
        texts,
        ("target", _itself),
        ("request_uri", _itself),
        ("request", _target),
        ("url", _url_target),
        ("path", lambda path: _with_query(path, texts.get("query"))),
    )
    if target is not None:
        found["target"] = target
    return {
        name: pa.DictionaryArray.from_arrays(said.codes, said.values)
        if name in CODED
        else said.at_rows()
        for name, said in found.items()
    }


def _none_sent(user_agents: Distinct) -> Distinct:
    """User agents, "" where none was sent: of a log that does not have them nobody knows."""
    if not user_agents.codes.null_count:
        return user_agents
    none = pa.scalar(len(user_agents.values), pa.int32())
    values = pa.concat_arrays([user_agents.values.cast(pa.string()), pa.array([""])])
    return Distinct(pc.fill_null(user_agents.codes, none), values)


def _first(texts: Texts, *ways: tuple[str, Callable[[Distinct], Distinct]]) -> Distinct | None:
    """A value by the first way that a row has; a way that no row needs is not gone."""
    found: Distinct | None = None
    for name, way in ways:
        if name not in texts or (found is not None and found.codes.null_count == 0):
            continue
        more = way(texts[name])
        if found is None or found.codes.null_count == len(found.codes):
            found = more
        elif more.codes.null_count < len(more.codes):
            found = Distinct.of(pc.coalesce(found.at_rows(), more.at_rows()))
    return found


def _itself(said: Distinct) -> Distinct:
    return said


def _method(requests: Distinct) -> Distinct:
    return requests.then(split_requests(requests.values)[0])


def _target(requests: Distinct) -> Distinct:
    return requests.then(split_requests(requests.values)[1])


def _host(urls: Distinct) -> Distinct:
    return urls.then(split_urls(urls.values)[0])


def _url_target(urls: Distinct) -> Distinct:
    return urls.then(split_urls(urls.values)[1])


def _with_query(paths: Distinct, queries: Distinct | None) -> Distinct:
    """Path and query as one target. Some bring the question mark, some leave out the first `/`.

    What has spaces in it and does not begin like a path is garbage, and no target.
    """
    bare = is_true(pc.match_substring_regex(paths.values, r"^[^/*]"))
    if pc.any(bare).as_py():
        printable = pc.match_substring_regex(paths.values, r"^[!-~]+$")
        slashed = pc.binary_join_element_wise("/", pc.if_else(printable, paths.values, None), "")
        paths = paths.then(pc.if_else(bare, slashed, paths.values))
    if queries is None or queries.codes.null_count == len(queries.codes):
        return paths
    query = queries.spread(pc.replace_substring_regex(queries.values, r"^\?", ""))
    whole = paths.spread(pc.match_substring(paths.values, "?"))
    without = pc.or_(pc.fill_null(whole, True), pc.fill_null(pc.equal(query, ""), True))
    path = paths.at_rows()
    return Distinct.of(pc.if_else(without, path, pc.binary_join_element_wise(path, query, "?")))


def _without_port(addresses: pa.Array) -> pa.Array:
    """`192.0.2.1:5100` and `[2001:db8::1]:443` -> the addresses alone."""
    parts = pc.extract_regex(addresses, _PORT)
    if parts.null_count == len(parts):
        return addresses
    v6, v4 = (pc.struct_field(parts, [at]) for at in (0, 1))
    alone = pc.if_else(pc.equal(v6, ""), v4, v6)
    return pc.if_else(parts.is_valid(), alone, addresses)


def _unquoted(values: pa.Array, ours: str) -> pa.Array:
    """Percent-encoding undone, once, where a value is encoded as a whole.

    A URL with `://` in it is not: what is encoded in it belongs to it. Some encode the space of a
    user agent as `+`.
    """
    encoded = is_true(pc.match_substring_regex(values, "[%+]"))
    if ours == "referrer":
        encoded = pc.and_not(encoded, is_true(pc.match_substring(values, "://")))
    if not pc.any(encoded).as_py():
        return values
    said = values.filter(encoded).to_pylist()
    if ours == "user_agent":
        said = [t if " " in t or "%20" in t else t.replace("+", " ") for t in said]
    return pc.replace_with_mask(values, encoded, pa.array([unquote(text) for text in said]))


def _as_header(values: pa.Array) -> pa.Array:
    """Cookies as an object or a list -> as the Cookie header has them."""
    nested = is_true(pc.match_substring_regex(values, r"^[{\[]"))
    if not pc.any(nested).as_py():
        return values
    texts = [_cookies(text) for text in values.filter(nested).to_pylist()]
    return pc.replace_with_mask(values, nested, pa.array(texts, pa.string()))


def _cookies(text: str) -> str | None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return text
    pairs = said.items() if isinstance(said, dict) else [("", one) for one in said]
    told = [f"{n}={v}" if n else v for n, v in pairs if isinstance(v, str | int | float)]
    return "; ".join(map(str, told)) or None


def _numbers(said: Distinct, lowest: int, highest: int) -> tuple[pa.Array, pa.Array]:
    """Texts -> (int64, null where there is none or it is out of bounds; reason or null)."""
    plain = is_true(pc.match_substring_regex(said.values, r"^[0-9]{1,18}$"))
    numbers = pc.if_else(plain, said.values, None).cast(pa.int64())
    odd = pc.and_not(said.values.is_valid(), plain)
    faults = pa.nulls(len(odd), pa.string())
    if pc.any(odd).as_py():
        read = [_number(text) for text in said.values.filter(odd).to_pylist()]
        numbers = pc.replace_with_mask(numbers, odd, pa.array(read, pa.int64()))
        why = [None if number is not None else "wrong_type" for number in read]
        faults = pc.replace_with_mask(faults, odd, pa.array(why, pa.string()))
    within = pc.and_(pc.greater_equal(numbers, lowest), pc.less_equal(numbers, highest))
    return said.spread(pc.if_else(within, numbers, None)), said.spread(faults)


def _number(text: str) -> int | None:
    """`-1`, `12.0`, `1e3` -> whole number; None for what is no number."""
    if not _NUMBER.fullmatch(text) or math.isinf(number := float(text)):
        return None
    return max(-1, min(int(number), _MOST + 1))


def _no_request(columns: dict[str, pa.Array], rows: int) -> pa.Array:
    """`not_this_format` for lines that say nothing of a request."""
    known = pa.repeat(pa.scalar(False), rows)
    for name in ("address", "method", "target"):
        if name in columns:
            known = pc.or_(known, columns[name].is_valid())
    return pc.if_else(known, pa.scalar(None, pa.string()), "not_this_format")


def _table(columns: dict[str, pa.Array]) -> pa.Table:
    """The columns, with the class of those that PARSED does not have."""
    fields = [
        column(name, pa.string(), PII, "as the layout names it")
        if name.startswith(BY_NAME)
        else pa.field(name, array.type)
        for name, array in columns.items()
    ]
    return pa.table(list(columns.values()), schema=pa.schema(fields))
