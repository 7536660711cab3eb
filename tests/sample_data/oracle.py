"""The sample read line by line, the slow and plain way, to hold its truth against.

Shares nothing with Weir nor with the generator: regular expressions, dictionaries, one loop.
"""

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import zstandard

SAMPLE = Path(__file__).parents[2] / "sample_data"
ZONES = {"www": ZoneInfo("America/New_York"), "shop": ZoneInfo("Europe/Berlin")}
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_START = rf"(\S+) - (\S+) \[([^\]]+)\] {_QUOTED} (\d{{3}}) (\d+|-) {_QUOTED} {_QUOTED} "
_LINES = {
    "www": re.compile(rf"{_START}{_QUOTED} {_QUOTED}"),
    "shop": re.compile(rf"{_START}{_QUOTED} {_QUOTED} {_QUOTED} {_QUOTED}"),
}
_ROBOT = re.compile(r"bot|slurp|curl|wget|feedfetcher|^-$", re.IGNORECASE)
_PARTS = re.compile(r"\.(css|js|png|jpe?g|gif|ico|txt)$")
_FILES = re.compile(r"\.(pdf|xls)$")
_TAGS = {"imp": "impression", "open": "email_open", "eclk": "email_click",
         "clk": "click", "conv": "conversion"}  # fmt: skip
HALF_HOUR = timedelta(minutes=30)


@dataclass(eq=False)
class Line:
    """What one line says."""

    at: datetime
    network: tuple[str, str]
    cookie: str | None
    session: str | None
    user: str | None
    refuses: bool
    action: str
    path: str
    viewed: bool
    tag: dict[str, str]

    @property
    def robot(self) -> bool:
        return bool(_ROBOT.search(self.network[1]))

    @property
    def on_site(self) -> bool:
        return not self.robot and self.action not in ("impression", "email_open", "email_click")


def content(path: Path) -> bytes:
    """A sample file, decompressed."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(raw)
    return zstandard.ZstdDecompressor().decompress(raw) if path.suffix == ".zst" else raw


def lines(site: str) -> Iterator[tuple[str, Line | None]]:
    """(file, line) of a site's logs and script events; None for a malformed one."""
    for path in sorted((SAMPLE / site).iterdir()):
        if path.name.startswith("profiles"):
            continue
        read = _event if path.name.startswith("events") else _logged
        for raw in content(path).split(b"\n")[:-1]:
            yield f"{site}/{path.name}", read(site, raw.decode("utf-8", "surrogateescape"))


def _logged(site: str, text: str) -> Line | None:
    match = _LINES[site].fullmatch(text)
    try:
        at = datetime.strptime(match[3], "%d/%b/%Y:%H:%M:%S %z") if match else None
    except ValueError:
        at = None
    if match is None or at is None:
        return None
    method, target, _ = match[4].split(" ")
    url = urlsplit(target)
    path, _, session = url.path.partition(";jsessionid=")
    tag = (
        {name: values[0] for name, values in parse_qs(url.query).items()}
        if path == "/t.gif"
        else {}
    )
    cookie, user, refuses = _cookies(site, match)
    action = _TAGS.get(tag["a"], "other") if tag else _asked_for(path)
    answered = match[5].startswith("2") or match[5] == "304"
    viewed = not tag and action == "page" and method == "GET" and answered
    return Line(at, (match[1], match[8]), cookie or tag.get("v"), session or None,
                user or tag.get("u"), refuses, action, path,
                viewed and not _ROBOT.search(match[8]), tag)  # fmt: skip


def _asked_for(path: str) -> str:
    return "asset" if _PARTS.search(path) else "download" if _FILES.search(path) else "page"


def _cookies(site: str, match: re.Match[str]) -> tuple[str | None, str | None, bool]:
    if site == "www":
        jar = dict(part.split("=", 1) for part in match[9].split("; ") if "=" in part)
        refuses = match[10] == "1" or "NO_SHARING" in jar
        return jar.get("ATG_VISITOR"), jar.get("DYN_USER_ID"), refuses
    cookie, user, opt_out, gpc = (None if match[n] == "-" else match[n] for n in (9, 10, 11, 12))
    return cookie, user, bool(opt_out or gpc)


def _event(site: str, text: str) -> Line | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    context = said["context"]
    at = datetime.fromisoformat(said["timestamp"].replace("Z", "+00:00"))
    return Line(at, (context["ip"], context["userAgent"]), said["anonymousId"], None,
                said.get("userId"), False, said["type"],
                urlsplit(context["page"]["url"]).path, False, {})  # fmt: skip


@cache
def _all(site: str) -> list[Line]:
    return sorted(
        (line for _, line in lines(site) if line), key=lambda line: line.at.astimezone(UTC)
    )


def of_day(site: str, day: date) -> list[Line]:
    """A site's lines of a local date, in order of time."""
    return [line for line in _all(site) if line.at.astimezone(ZONES[site]).date() == day]


def visitors(day: list[Line]) -> dict[Line, str]:
    """Line -> who it counts for, first requests stitched."""
    by_network: dict[tuple[str, str], list[Line]] = defaultdict(list)
    began: dict[str, Line] = {}
    for line in day:
        by_network[line.network].append(line)
        if line.cookie:
            began.setdefault(line.cookie, line)
    who = {}
    for around in by_network.values():
        for at, line in enumerate(around):
            if line.cookie or line.session:
                who[line] = (
                    f"cookie {line.cookie}" if line.cookie else f"url_session {line.session}"
                )
                continue
            later = [x for x in around[at + 1 :] if x.at - line.at <= HALF_HOUR]
            fresh = [x for x in later if x.cookie and began[x.cookie] is x]
            alone = all(x.cookie or x.session for x in later)
            joins = len(fresh) == 1 and alone
            who[line] = f"cookie {fresh[0].cookie}" if joins else f"network {line.network}"
    return who


def visits(day: list[Line], who: dict[Line, str]) -> int:
    """Visits of a local date."""
    last: dict[str, datetime] = {}
    count = 0
    for line in day:
        if line.on_site:
            before = last.get(who[line])
            count += before is None or line.at - before > HALF_HOUR
            last[who[line]] = line.at
    return count


def by_action(day: list[Line], name: str, action: str) -> Counter[str]:
    """Tags of an action by one of their parameters."""
    return Counter(line.tag[name] for line in day if line.action == action and name in line.tag)
