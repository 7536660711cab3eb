"""Sites whose first path segment is somebody's page: twitch.tv/x, wa.me/4915155512345."""

import re
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas import detect as facts

SITE = "site:"
"""What the segment before the first one of such a site's path is called."""

CODE = "code:"
"""The same where that segment is an account's that programs, or an organisation's; see homes."""


@cache
def _hosts() -> tuple[str, re.Pattern[str]]:
    routes = facts.routes()
    named = "|".join(sorted(routes.sites))
    whole = "|".join(map(re.escape, sorted(routes.hosts | _calling() | facts.words("code_hosts"))))
    shape = rf"(?i)^(?:[a-z0-9-]{{1,20}}\.)?(?:{whole}|(?:{named})\.[a-z]{{2,8}}(?:\.[a-z]{{2}})?)$"
    return shape, re.compile(shape)


def _calling() -> set[str]:
    """Of hosts that call their first segment."""
    return {name for name in facts.routes().called if "." in name}


def site_of(host: str | None) -> str | None:
    """What stands before the first segment of a host's paths, if that is somebody's."""
    if not host or not _hosts()[1].match(host):
        return None
    if host.lower().endswith(tuple(facts.words("code_hosts"))):
        return CODE
    return next((name for name in _calling() if host.lower().endswith(name)), SITE)


def with_sites(hosts: pa.StringArray, paths: pa.StringArray) -> pa.StringArray:
    """Paths that say by their first segment on what a site they are: /site:/x."""
    known = pc.fill_null(pc.match_substring_regex(hosts, _hosts()[0]), False)
    if not pc.any(known).as_py():
        return paths
    distinct = hosts.filter(known).dictionary_encode()
    marks = pa.array([f"/{site_of(host)}" for host in distinct.dictionary.to_pylist()])
    marked = pc.binary_join_element_wise(marks.take(distinct.indices), paths.filter(known), "")
    return pc.replace_with_mask(paths, known, marked)


def without_sites(paths: pa.StringArray) -> pa.StringArray:
    """The paths as they were."""
    marks = "|".join(map(re.escape, sorted({SITE, CODE, *_calling()})))
    return pc.replace_substring_regex(paths, rf"^/(?:{marks})/", "/")
