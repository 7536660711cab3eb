"""What a user agent says of browser, system, device, and whether a person sits before it.

Works on distinct user agents; answers are of closed vocabularies (schemas/technology.yaml).
"""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from weir.schemas.shipped import read_yaml

TECHNOLOGY = pa.schema(
    [
        pa.field("browser", pa.string()),
        pa.field("browser_version", pa.string()),
        pa.field("os", pa.string()),
        pa.field("device", pa.string()),
        pa.field("bot", pa.string()),
    ]
)
_LONGEST = 1024  # a longer user agent is nobody's browser; parsing it could take long
_REMEMBERED = 1 << 16
_VERSION = re.compile(r"^\d{1,4}$|^(?:XP|Vista|ME|NT)$")
_BROWSER = re.compile(r"Mozilla/|Opera/", re.IGNORECASE)  # how browsers begin
_HANDHELD = frozenset({"iOS", "HarmonyOS", "Windows Phone", "BlackBerry OS", "KaiOS", "Symbian OS"})
_DESKTOP = frozenset({"Windows", "Mac OS X", "Linux", "Ubuntu", "Fedora", "Debian", "Chrome OS",
                      "FreeBSD", "OpenBSD", "NetBSD", "Solaris"})  # fmt: skip
_SILENT = ("Other", None, "Other", "other", "silent")
_MALFORMED = ("Other", None, "Other", "other", "malformed")

Row = tuple[str | None, ...]
_rows: dict[str, Row] = {}
_lock = threading.Lock()  # two threads meet the same user agents at the same time


@dataclass(frozen=True)
class Vocabulary:
    """The closed lists, read once."""

    browsers: frozenset[str]
    systems: frozenset[str]
    devices: tuple[tuple[str, str], ...]  # kind, RE2
    bots: tuple[tuple[str, str], ...]  # class, RE2
    classes: tuple[str, ...]  # of robots, those among them that no name tells


@lru_cache(1)
def vocabulary() -> Vocabulary:
    """schemas/technology.yaml."""
    raw = read_yaml((files("weir.schemas") / "technology.yaml").read_text(encoding="utf-8"))
    return Vocabulary(
        frozenset(raw["browsers"]),
        frozenset(raw["systems"]),
        tuple((name, f"(?i){rule}") for name, rule in raw["devices"].items()),
        tuple((name, f"(?i){_joined(facts['names'])}") for name, facts in raw["bots"].items()),
        (*raw["bots"], *raw["others"]),
    )


def warm() -> None:
    """Open the parser now, rather than at the first user agent."""
    _ = _parser()


def _joined(names: str) -> str:
    """Patterns between ` | ` as one."""
    return "|".join(name.strip() for name in names.split(" | "))


def technology(user_agents: pa.StringArray) -> pa.Table:
    """Distinct user agents -> TECHNOLOGY, a row each. A missing one is a `silent` robot."""
    texts = [text or "-" for text in user_agents.to_pylist()]
    with _lock:
        new = [text for text in texts if text not in _rows]
        if len(_rows) + len(new) > _REMEMBERED:
            _rows.clear()
            new = texts
        _rows.update(zip(new, _described(new), strict=True))
        rows = [_rows[text] for text in texts]
    columns = zip(*rows, strict=True) if rows else [()] * len(TECHNOLOGY)
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=TECHNOLOGY)


def _described(user_agents: list[str]) -> Iterator[Row]:
    """What each says; their classes by one look at all of them."""
    column = pa.array(user_agents, pa.string())
    words = vocabulary()
    bots, held = _first(column, words.bots), _first(column, words.devices)
    yield from map(_describe, user_agents, bots, held)


def _first(column: pa.Array, rules: tuple[tuple[str, str], ...]) -> list[str | None]:
    """The first of the rules that each text matches."""
    found: list[str | None] = [None] * len(column)
    for name, rule in reversed(rules):
        for place in pc.indices_nonzero(pc.match_substring_regex(column, rule)).to_pylist():
            found[place] = name
    return found


def _describe(user_agent: str, bot: str | None, held: str | None) -> Row:
    if user_agent == "-":
        return _SILENT
    if len(user_agent) > _LONGEST:
        return _MALFORMED
    parsed = _parser().parse(user_agent).with_defaults()
    words = vocabulary()
    browser = parsed.user_agent.family if parsed.user_agent.family in words.browsers else "Other"
    system = parsed.os.family if parsed.os.family in words.systems else "Other"
    major = _number(parsed.os.major)
    bot = bot or ("crawler" if parsed.device.family == "Spider" else None)
    nameless = parsed.user_agent.family == system == "Other"  # mail programs have a name
    if nameless and not (held or _BROWSER.match(user_agent)):
        bot = bot or "tool"
    return (
        browser,
        _number(parsed.user_agent.major) if browser != "Other" else None,
        f"{system} {major}" if major and system != "Other" else system,
        "bot" if bot else held or _device(system),
        bot,
    )


def _device(system: str) -> str:
    if system == "Android":
        return "tablet"  # a telephone's browser says Mobile
    if system in _HANDHELD:
        return "mobile"
    return "desktop" if system in _DESKTOP else "other"


def _number(text: str | None) -> str | None:
    """A version part; anything but a short number could be somebody's."""
    return text if text and _VERSION.match(text) else None


@lru_cache(1)
def _parser() -> Any:
    """The native one, without a cache: what was described is remembered here. Its rules as texts:
    it puts them together itself."""
    from ua_parser import Parser
    from ua_parser.loaders import load_lazy_builtins
    from ua_parser.regex import Resolver

    return Parser(Resolver(load_lazy_builtins()))
