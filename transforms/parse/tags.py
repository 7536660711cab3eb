"""Query strings and what action tags say in them. On distinct values."""

from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.mapping import TagMapping
from weir.transforms.parse.moments import moments

_PAIR = r"(?s)^(?P<key>[^=]*)=?(?P<value>.*)$"
_URL = (
    r"(?s)^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?(?P<host>\[[^\]/?#]*\]|[^/?#:]*)(?::[0-9]*)?"
    r"(?P<target>.*)$"
)


def parse_query(queries: pa.StringArray) -> pa.Table:
    """Distinct queries (without `?`; nulls allowed) -> their pairs in order.

    index: position of the query, int64; key: decoded; value: as it stands; decoded: the value
    decoded once (`+` is a space; bytes that are not UTF-8 become U+FFFD). Pairs are cut at `&`
    (WHATWG URL, application/x-www-form-urlencoded); a pair without a name is left out.
    """
    lists = pc.split_pattern(queries, "&")
    parts = pc.extract_regex(pc.list_flatten(lists), _PAIR)
    key, value = (pc.struct_field(parts, [at]) for at in (0, 1))
    table = pa.table(
        {
            "index": pc.list_parent_indices(lists).cast(pa.int64()),
            "key": decoded(key),
            "value": value,
            "decoded": decoded(value),
        }
    )
    return table.filter(pc.not_equal(table["key"], "")).combine_chunks()


def decoded(values: pa.StringArray) -> pa.StringArray:
    """Percent-encoding and `+` undone, once."""
    plain = pc.replace_substring(values, "+", " ")
    escaped = pc.fill_null(pc.match_substring(plain, "%"), False)
    if not pc.any(escaped).as_py():
        return plain
    codes = plain.filter(escaped).dictionary_encode()
    answers = pa.array([unquote(text) for text in codes.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(plain, escaped, answers.take(codes.indices))


def parse_tags(targets: pa.StringArray, mapping: TagMapping) -> pa.Table:
    """Distinct targets of tag hits -> a row each, with PARSED's columns that the mapping names.

    Values are decoded; a missing or empty one is null; of a parameter that stands twice the first
    counts. `url` becomes host and target; an action that the mapping does not name is `other`.
    """
    bare = pc.list_element(pc.split_pattern(targets, "#", max_splits=1), 0)
    query = pc.struct_field(pc.extract_regex(bare, r"(?s)^[^?]*\?(?P<query>.*)$"), [0])
    pairs = parse_query(query)
    pairs = pairs.filter(pc.not_equal(pairs["decoded"], ""))
    found = {ours: _first(pairs, theirs, len(targets)) for ours, theirs in mapping.fields.items()}
    if "url" in found:
        found["host"], found["target"] = split_urls(found.pop("url"))
    if "action" in found:
        found["action"] = our_actions(found["action"], mapping.actions)
    if "outcome" in found:
        found["outcome"] = our_outcomes(found["outcome"], mapping.outcomes)
    found |= typed(found)
    return pa.table(found)


def _first(pairs: pa.Table, key: str, size: int) -> pa.Array:
    mine = pairs.filter(pc.equal(pairs["key"], key))
    if mine.num_rows == 0:
        return pa.nulls(size, pa.string())
    at = pc.index_in(pa.array(range(size), pa.int64()), value_set=mine["index"].combine_chunks())
    return mine["decoded"].combine_chunks().take(at)


def our_actions(said: pa.Array, actions: dict[str, str]) -> pa.Array:
    """Their names of actions -> ours; `other` for a name that is not mapped, null stays null."""
    theirs = pa.array(list(actions), pa.string())
    ours = pa.array(list(actions.values()), pa.string())
    known = ours.take(pc.index_in(said, value_set=theirs))
    return pc.if_else(said.is_valid(), pc.fill_null(known, "other"), None)


def our_outcomes(said: pa.Array, outcomes: dict[str, str]) -> pa.Array:
    """Their words for how it went -> ours, null for a word that is not mapped."""
    ours = pa.array(list(outcomes.values()), pa.string())
    return ours.take(pc.index_in(said, value_set=pa.array(list(outcomes), pa.string())))


def typed(found: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Numbers and moments out of their texts; null for what is none."""
    numbers = [name for name in ("duration_s", "sequence") if name in found]
    out: dict[str, pa.Array] = {name: whole_numbers(found[name]) for name in numbers}
    if "sent_at" in found:
        out["sent_at"], _ = moments(found["sent_at"])
    return out


def whole_numbers(texts: pa.Array) -> pa.Array:
    """Digits, and a fraction that is cut off, as int64; null for anything else."""
    fits = pc.fill_null(pc.match_substring_regex(texts, r"^[0-9]{1,15}(\.[0-9]*)?$"), False)
    whole = pc.replace_substring_regex(pc.if_else(fits, texts, None), r"\..*$", "")
    return whole.cast(pa.int64())


def split_urls(urls: pa.Array) -> tuple[pa.Array, pa.Array]:
    """URLs -> (host in lower case, target). A path alone has no host, a host alone target `/`."""
    parts = pc.extract_regex(urls, _URL)
    whole = parts.is_valid()
    host = pc.utf8_lower(pc.struct_field(parts, [0]))
    rest = pc.struct_field(parts, [1])
    rooted = pc.fill_null(pc.starts_with(rest, "/"), False)
    rest = pc.if_else(rooted, rest, pc.binary_join_element_wise("/", rest, ""))
    path = pc.if_else(pc.fill_null(pc.starts_with(urls, "/"), False), urls, None)
    return pc.if_else(whole, pc.if_else(pc.equal(host, ""), None, host), None), pc.if_else(
        whole, rest, path
    )
