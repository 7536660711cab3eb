"""What tags and scripts say in their own words: actions, outcomes, numbers, addresses of pages."""

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.distinct import is_true
from weir.transforms.parse.moments import moments

_URL = (
    r"(?s)^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?(?P<host>\[[^\]/?#]*\]|[^/?#:]*)(?::[0-9]*)?"
    r"(?P<target>.*)$"
)


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
    out: dict[str, pa.Array] = {
        name: whole_numbers(found[name], most) for name, most in _MOST.items() if name in found
    }
    if "sent_at" in found:
        out["sent_at"], _ = moments(found["sent_at"])
    return out


_MOST = {"duration_s": 86_400, "sequence": 1_000_000}
"""A larger number is none of that kind; it may be somebody's telephone."""


def whole_numbers(texts: pa.Array, most: int) -> pa.Array:
    """Digits, and a fraction that is cut off, as int64; null for anything else or larger."""
    fits = pc.fill_null(pc.match_substring_regex(texts, r"^[0-9]{1,15}(\.[0-9]*)?$"), False)
    whole = pc.replace_substring_regex(pc.if_else(fits, texts, None), r"\..*$", "")
    number = whole.cast(pa.int64())
    return pc.if_else(pc.less_equal(number, most), number, None)


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


def put_file(found: dict[str, pa.Array]) -> None:
    """`file`, what a download speaks of -> the target, where it is on the page's host."""
    file = found.pop("file", None)
    if file is not None and "target" in found and file.null_count < len(file):
        host, target = split_urls(file)
        at_home = pc.or_kleene(pc.is_null(host), pc.equal(host, found["host"]))
        here = is_true(pc.and_(pc.equal(found["action"], "download"), at_home))
        found["target"] = pc.if_else(pc.and_(here, target.is_valid()), target, found["target"])
