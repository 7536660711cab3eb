"""Hits as tests need them: a row with defaults, and the EVENT table of some."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from weir.schemas.config import Site
from weir.schemas.event import EVENT, PERSON

MIDNIGHT = datetime(2008, 4, 22, 4, 0, tzinfo=UTC)  # in New York
WWW = Site(name="www", host="www.example.org", timezone="America/New_York")


def pseudonym(name: str) -> bytes:
    """Sixteen bytes that stand for a name."""
    return name.encode().rjust(16, b"-")[-16:]


def at(clock: str) -> datetime:
    """An instant of the day by New York's clock: '13:55' or '13:55:36'."""
    hours, minutes, *seconds = (float(part) for part in clock.split(":"))
    return MIDNIGHT + timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))


def a_hit(clock: str = "12:00", **fields: Any) -> dict[str, Any]:
    """A page view of one browser, with what the test says of it."""
    hit: dict[str, Any] = {
        "site": "www", "seen_at": at(clock), "visitor": "ann", "basis": "cookie",
        "netblock": "block", "channel": "log", "action": "page", "pageview": True,
        "sharable": True, "path": "/", "referrer_kind": "none", "browser": "Firefox",
        "os": "Linux", "device": "desktop", "size_bytes": 100,
    } | fields  # fmt: skip
    hit["pageview"] = fields.get("pageview", hit["action"] == "page")
    hit.setdefault("network", f"net {hit['visitor']}")
    for name in ("visitor", "network", "netblock", "user", "recipient"):
        if isinstance(hit.get(name), str):
            hit[name] = pseudonym(hit[name])
    return hit


def events(*hits: dict[str, Any]) -> pa.Table:
    """EVENT."""
    return pa.Table.from_pylist(list(hits), schema=EVENT)


def a_person(key: str, origin: str = "profile", **fields: str) -> dict[str, Any]:
    """Demographics of a user (origin profile) or visitor (origin script)."""
    told = {"age_band": "25-34", "gender": "female", "profession": "education",
            "country": "unknown", "language": "unknown"} | fields  # fmt: skip
    return {"site": "www", "key": pseudonym(key), "origin": origin, "sharable": True} | told


def people(*persons: dict[str, Any]) -> pa.Table:
    """PERSON."""
    return pa.Table.from_pylist(list(persons), schema=PERSON)
