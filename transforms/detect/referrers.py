"""Referrer URLs into host and path; the rest of them never crosses."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from weir.transforms.detect import found
from weir.transforms.detect.checks.plausible import is_address
from weir.transforms.detect.found import Cleaned
from weir.transforms.detect.verdicts import Asked, Found, Verdict

_URL = (
    r"^\s*[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?(?P<host>\[[^\]/]*\]|[^/?#:@\s]*)(?::\d*)?"
    r"(?P<path>/[^?#]*)?"
)
_NUMERIC = re.compile(r"0x[0-9a-f]{1,8}|\d{4,10}|0[0-7]{8,12}")  # an IPv4 address, all the same
_HOST = re.compile(r"[\w](?:[\w.-]*\w)?")


def split(urls: pa.StringArray) -> tuple[pa.StringArray, pa.StringArray]:
    """(host, path) of absolute URLs; null, null for anything else. The path's default is `/`."""
    parts = pc.extract_regex(urls, _URL)
    host = pc.utf8_rtrim(pc.utf8_lower(pc.struct_field(parts, "host")), ".")
    host = pc.replace_substring_regex(host, r"^www\d?\.", "")
    host = pc.if_else(pc.equal(host, ""), pa.scalar(None, pa.string()), host)
    path = pc.struct_field(parts, "path")
    path = pc.if_else(pc.equal(path, ""), "/", path)
    return host, pc.if_else(pc.is_valid(host), path, pa.scalar(None, pa.string()))


def domains(hosts: pa.StringArray, judged: Cleaned) -> Cleaned:
    """The domain that crosses for each distinct host, given what detection made of it.

    `{ip}` for addresses however written; null for other personal hosts, for names without a dot
    (machines of somebody's own network) and for what cannot be a host.
    """
    raw, clean = hosts.to_pylist(), judged.clean.to_pylist()
    domain = [_domain(host, text) for host, text in zip(raw, clean, strict=True)]
    known = set(judged.findings["index"].to_pylist())
    refused = [
        (index, Asked(host, "referrer_host"), _refused(crosses))
        for index, (host, crosses) in enumerate(zip(raw, domain, strict=True))
        if host is not None and crosses in (None, "{ip}") and index not in known
    ]
    findings = pa.concat_tables([judged.findings, found.findings(refused)])
    return Cleaned(pa.array(domain, pa.string()), findings, judged.identifiers)


def _domain(host: str | None, clean: str | None) -> str | None:
    if host is None or clean is None:
        return None
    if clean == "{ip}" or _NUMERIC.fullmatch(host) or is_address(host):
        return "{ip}"
    return clean if "." in clean and _HOST.fullmatch(clean) else None


def _refused(crosses: str | None) -> Verdict:
    if crosses:
        return Verdict(crosses, (Found("ip", "numeric_host", None, 1.0, "the host is an address"),))
    why = "a name without a dot is a machine of somebody's own network, or no host at all"
    return Verdict("", (Found("id", "no_public_host", None, 1.0, why),))


def spread(cleaned: Cleaned, indices: pa.Array) -> Cleaned:
    """What was made of distinct values, at each place in `indices` that has the value."""
    findings = cleaned.findings
    if findings.num_rows:
        numbers = pa.array(range(len(indices)), pa.int64())
        places = pa.table({"index": indices.cast(pa.int64()), "place": numbers})
        joined = findings.join(places, "index", join_type="inner")
        moved = joined.drop_columns(["index"]).rename_columns({"place": "index"})
        findings = moved.select(findings.column_names).cast(findings.schema).sort_by("index")
    return Cleaned(cleaned.clean.take(indices), findings, cleaned.identifiers)
