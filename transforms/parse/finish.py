"""Raw columns of a log -> CODED_PARSED: targets put together, escapes of the server's undone."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.columns import PII, column
from weir.schemas.formats import TARGETS
from weir.schemas.parsed import CODED, PARSED
from weir.transforms.distinct import Distinct, is_true
from weir.transforms.parse.parsed import as_parsed
from weir.transforms.parse.requests import split_absolute, split_requests

_RESPONSE_COOKIES = "sent:set-cookie"
_NAMES = 50  # response cookies told apart in a block
_BRACKETED = r"^\[([0-9A-Fa-f:.]+)\]$"


def finished(raw: pa.Table, decode: Mapping[str, str]) -> pa.Table:
    """Raw columns of a format -> CODED_PARSED, and a column for each cookie or header by name.

    decode: columns and how the server wrote what is in them.
    """
    columns = {name: raw[name] for name in raw.column_names}
    for name, how in decode.items():
        if name in columns:
            changed = _changed(columns[name], _DECODERS[how])
            columns[name] = changed.text(changed.values) if name in CODED else changed.at_rows()
    columns |= _targets(columns)
    if "host" in columns:
        columns["host"] = _without_port(columns["host"])
    if "address" in columns:
        columns["address"] = _unbracketed(columns["address"])
    if "user_agent" in columns:
        columns["user_agent"] = none_sent(columns["user_agent"])
    if _RESPONSE_COOKIES in columns:
        columns |= _response_cookies(columns.pop(_RESPONSE_COOKIES))
    table = pa.table({n: c for n, c in columns.items() if n not in TARGETS})
    extra = [name for name in table.column_names if name not in PARSED.names]
    rows = as_parsed(table.drop_columns(extra))
    for name in extra:
        rows = rows.append_column(
            column(name, pa.string(), PII, "as the format names it"), table[name]
        )
    return rows


def none_sent(user_agents: pa.ChunkedArray) -> pa.ChunkedArray:
    """User agents of a log that has them; "" where a browser sent none. A log that does not have
    them leaves them null: of such a hit nobody knows."""
    if not user_agents.null_count:
        return user_agents
    return pc.fill_null(user_agents.cast(pa.string()), "")


def _targets(columns: dict[str, pa.ChunkedArray]) -> dict[str, pa.ChunkedArray]:
    """Method, target and host, out of whatever the format has of them."""
    found: dict[str, pa.ChunkedArray] = {}
    if "request" in columns:
        requests = Distinct.of(columns["request"])
        method, target = map(requests.text, split_requests(requests.values))
        found = {"method": columns.get("method", method), "target": target}
    elif "url" in columns:
        found["target"] = _asked(columns["url"], columns)
    elif "request_uri" in columns:
        found["target"] = _asked(columns["request_uri"], columns)
    elif "path" in columns:
        found["target"] = _asked(columns["path"], columns)
    if "target" not in found:
        return found
    targets = Distinct.of(found["target"])
    split = split_absolute(targets.values, bare="url" in columns)
    if split is not None:
        found["target"], host = targets.text(split[1]), targets.spread(split[0])
        found["host"] = pc.coalesce(columns["host"], host) if "host" in columns else host
    method = found.get("method", columns.get("method"))
    if method is not None:
        found |= _tunnels(Distinct.of(method), targets, columns | found)
    return found


def _tunnels(
    methods: Distinct, targets: Distinct, columns: dict[str, pa.ChunkedArray]
) -> dict[str, pa.Array]:
    """CONNECT asks for a host and a port, and for no page of it."""
    connect = is_true(pc.equal(methods.values, "CONNECT"))
    if not pc.any(connect).as_py():
        return {}
    tunnel = is_true(methods.spread(connect))
    asked = split_absolute(targets.values, bare=True)
    named = targets.spread(asked[0]) if asked else pa.nulls(len(tunnel), pa.string())
    there = pc.if_else(tunnel, named, None)
    target = pc.if_else(tunnel, None, columns["target"].cast(pa.string()))
    host = pc.coalesce(columns["host"], there) if "host" in columns else there
    return {"target": target, "host": host}


def _asked(path: pa.ChunkedArray, columns: dict[str, pa.ChunkedArray]) -> pa.ChunkedArray:
    """Path and query, where the format names them apart. `%q` brings its own question mark."""
    query = columns.get("query")
    if query is None and "arguments" in columns:
        query = pc.binary_join_element_wise("?", columns["arguments"], "")
    if query is None:
        return path
    return pc.binary_join_element_wise(path, pc.fill_null(query, ""), "")


def _response_cookies(headers: pa.ChunkedArray) -> dict[str, pa.Array]:
    """`%{Set-Cookie}o` -> a column `set_cookie:NAME` for each cookie that is set."""
    parts = pc.extract_regex(headers.combine_chunks(), r"^\s*(?P<name>[^=;,\s]+)=(?P<value>[^;]*)")
    names, values = (pc.struct_field(parts, [at]) for at in (0, 1))
    known = sorted(name for name in pc.unique(names).to_pylist() if name)[:_NAMES]
    return {f"set_cookie:{n}": pc.if_else(pc.equal(names, n), values, None) for n in known}


def _unbracketed(addresses: pa.ChunkedArray) -> pa.ChunkedArray:
    """`[2001:db8::1]`, as it stands before a port, without its brackets."""
    distinct = Distinct.of(addresses)
    if not pc.any(is_true(pc.starts_with(distinct.values, "["))).as_py():
        return distinct.text(distinct.values)
    return distinct.text(pc.replace_substring_regex(distinct.values, _BRACKETED, r"\1"))


def _without_port(hosts: pa.ChunkedArray) -> pa.Array:
    """`www.example.com:443` without its port."""
    distinct = Distinct.of(hosts)
    if not pc.any(is_true(pc.match_substring(distinct.values, ":"))).as_py():
        return hosts
    return distinct.spread(pc.replace_substring_regex(distinct.values, r":[0-9]*$", ""))


def _changed(values: pa.ChunkedArray, change: Callable[[str], str]) -> Distinct:
    distinct = Distinct.of(values)
    texts = [None if text is None else change(text) for text in distinct.values.to_pylist()]
    return Distinct(distinct.codes, pa.array(texts, pa.string()))


def _plus(text: str) -> str:
    """IIS writes + for each space, and none is left; a list of cookies has pluses of its own."""
    if " " in text:
        return text
    return text.replace(";+", "; ") if "=" in text.split(";")[0] else text.replace("+", " ")


def _percent(text: str) -> str:
    """CloudFront encodes what is not plain, a space twice."""
    once = unquote(text, errors="replace")
    return re.sub(r"%20", " ", once)


_DECODERS: dict[str, Callable[[str], str]] = {"plus": _plus, "percent": _percent}
