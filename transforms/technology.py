"""What a user agent says of browser, system, device, and whether a person sits before it.

Works on distinct user agents; answers are of closed vocabularies (schemas/technology.yaml).
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pyarrow as pa
import yaml

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
_VERSION = re.compile(r"^\d{1,4}$")
_TABLET = re.compile(r"ipad|tablet|kindle|silk|playbook", re.IGNORECASE)
_MOBILE = re.compile(r"mobi|iphone|ipod|blackberry|windows phone|opera mini", re.IGNORECASE)
_DESKTOP = frozenset({"Windows", "Mac OS X", "Linux", "Ubuntu", "Fedora", "Debian", "Chrome OS",
                      "FreeBSD", "OpenBSD", "NetBSD", "Solaris"})  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """The closed lists, read once."""

    browsers: frozenset[str]
    systems: frozenset[str]
    bots: tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(1)
def vocabulary() -> Vocabulary:
    """schemas/technology.yaml."""
    raw = yaml.safe_load((files("weir.schemas") / "technology.yaml").read_text(encoding="utf-8"))
    bots = tuple((name, re.compile(rule, re.IGNORECASE)) for name, rule in raw["bots"].items())
    return Vocabulary(frozenset(raw["browsers"]), frozenset(raw["systems"]), bots)


def technology(user_agents: pa.StringArray) -> pa.Table:
    """Distinct user agents -> TECHNOLOGY, a row each. A missing one is a `silent` robot."""
    rows = [_describe(value) for value in user_agents.to_pylist()]
    columns = (
        [pa.array(column, pa.string()) for column in zip(*rows, strict=True)] if rows else None
    )
    return pa.Table.from_arrays(columns, schema=TECHNOLOGY) if columns else TECHNOLOGY.empty_table()


@lru_cache(1 << 16)
def _describe(user_agent: str | None) -> tuple[str | None, ...]:
    if not user_agent or user_agent == "-":
        return ("Other", None, "Other", "other", "silent")
    if len(user_agent) > _LONGEST:
        return ("Other", None, "Other", "other", "malformed")
    parsed = _parser().parse(user_agent).with_defaults()
    words = vocabulary()
    browser = parsed.user_agent.family if parsed.user_agent.family in words.browsers else "Other"
    system = parsed.os.family if parsed.os.family in words.systems else "Other"
    major = _number(parsed.os.major)
    bot = _bot(user_agent, parsed.device.family)
    return (
        browser,
        _number(parsed.user_agent.major) if browser != "Other" else None,
        f"{system} {major}" if major and system != "Other" else system,
        "bot" if bot else _device(user_agent, system),
        bot,
    )


def _bot(user_agent: str, device: str) -> str | None:
    said = next((name for name, rule in vocabulary().bots if rule.search(user_agent)), None)
    return said or ("crawler" if device == "Spider" else None)


def _device(user_agent: str, system: str) -> str:
    if _TABLET.search(user_agent):
        return "tablet"
    if _MOBILE.search(user_agent) or system in {"Android", "iOS"}:
        return "mobile"
    return "desktop" if system in _DESKTOP else "other"


def _number(text: str | None) -> str | None:
    """A version part; anything but a short number could be somebody's."""
    return text if text and _VERSION.match(text) else None


@lru_cache(1)
def _parser() -> Any:
    import ua_parser

    return ua_parser.parser
