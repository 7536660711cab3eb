"""Proposals -> the YAML that Weir's own loader reads: a mapping, and the source that names it."""

import re
from collections.abc import Sequence
from typing import Any

import yaml
from pydantic import BaseModel

from weir.schemas.fields import all_actions
from weir.transforms.classify.decide import Proposal
from weir.transforms.classify.tables import Read

_DATE = (
    (re.compile(r"(?<!\d)(?:19|20)\d\d-[01]\d-[0-3]\d(?!\d)"), "{date}"),
    (re.compile(r"(?<!\d)(?:19|20)\d\d[01]\d[0-3]\d(?!\d)"), "{date:%Y%m%d}"),
)


_NO_ZONE = re.compile(r"(?:9[-/]9[-/]9|9\.9\.9)[ A]9:9(?::9(?:\.9)?)?")


class _Dumper(yaml.SafeDumper):
    """Blocks of names, lists on one line."""


def _list(dumper: yaml.SafeDumper, data: list[Any]) -> yaml.Node:
    plain = not any(isinstance(one, dict) for one in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=plain)


_Dumper.add_representer(list, _list)


def as_yaml(value: dict[str, Any]) -> str:
    """As people write it: in the given order, lists in one line."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=88)


def event_mapping(
    name: str, layout: str, read: Read, proposals: Sequence[Proposal]
) -> dict[str, Any] | None:
    """A mapping of kind events; None without a field for the time."""
    by_ours = {one.maps_to: one.field.path for one in proposals if one.maps_to}
    if "time" not in by_ours:
        return None
    mapped = {ours: path for ours, path in by_ours.items()
              if ours != "time" and not ours.startswith("pii.")}  # fmt: skip
    pii: dict[str, list[str]] = {}
    for one in proposals:
        if one.maps_to.startswith("pii.") and one.field.path:
            pii.setdefault(one.maps_to.removeprefix("pii."), []).append(one.field.path)
    out: dict[str, Any] = {"name": name, "kind": "events", "about": "As weir classify proposed it."}
    if layout != "json":
        out |= {"layout": "tsv" if read.delimiter == "\t" else "csv"}
        out |= {} if read.delimiter in ",\t" else {"delimiter": read.delimiter}
        out |= {} if read.header else {"columns": list(read.names)}
    out |= {"batch": read.batch} if read.batch else {}
    out |= {"time": _time(by_ours["time"], proposals), "fields": mapped}
    out["actions"] = all_actions() if "action" in mapped else {}
    return out | ({"pii": pii} if pii else {}) | _dropped(proposals)


def _time(path: str, proposals: Sequence[Proposal]) -> dict[str, str]:
    """Where the time stands; with a zone to correct, where its stamps name none."""
    (shape,) = (one.field.evidence.shape for one in proposals if one.maps_to == "time")
    zone = {"timezone": "UTC"} if _NO_ZONE.fullmatch(shape) else {}
    return {"field": path, "format": "any", **zone}


def profile_mapping(name: str, read: Read, proposals: Sequence[Proposal]) -> dict[str, Any] | None:
    """A mapping of kind profiles; None where no column is the user's, or a header is wanting."""
    by_ours = {one.maps_to: one.field.path.strip('"') for one in proposals if one.maps_to}
    if "user" not in by_ours or not read.header or len(set(read.names)) < len(read.names):
        return None
    pii = {
        ours.removeprefix("pii."): name for ours, name in by_ours.items() if ours.startswith("pii.")
    }
    told = {ours: name for ours, name in by_ours.items()
            if not ours.startswith("pii.") and ours not in ("user", "opt_out")}  # fmt: skip
    if "birth_date" in told:
        pii["birth_date"] = told["birth_date"]
    out: dict[str, Any] = {
        "name": name,
        "kind": "profiles",
        "about": "As weir classify proposed it.",
    }
    out |= {} if read.delimiter == "," else {"delimiter": read.delimiter}
    out |= {"user": by_ours["user"], "pii": pii, "demographics": told}
    out |= {"opt_out": by_ours["opt_out"]} if "opt_out" in by_ours else {}
    return out | _dropped(proposals)


def _dropped(proposals: Sequence[Proposal]) -> dict[str, Any]:
    left = {one.field.name: one.why for one in proposals
            if not one.maps_to and one.field.path and not one.field.hidden}  # fmt: skip
    return {"dropped": left} if left else {}


BY_SCRIPT = {"count_pages_by": "script"}
"""A site's setting without which pages of events are not counted."""
_NOTE = "  # else only a log's pages count; leave it out where a log has the same pages"


def as_settings(value: dict[str, Any]) -> str:
    """As YAML, with a word beside what has to be decided."""
    line = "count_pages_by: script"
    return as_yaml(value).replace(f"{line}\n", f"{line}{_NOTE}\n")


def pages(mapping: dict[str, Any] | BaseModel) -> dict[str, Any]:
    """What a site needs for pages of events by this mapping to count; nothing if it has none."""
    told = {"kind", "actions", "rules"}
    raw = mapping if isinstance(mapping, dict) else mapping.model_dump(include=told)
    actions = {*raw.get("actions", {}).values(), *(r["action"] for r in raw.get("rules", ()))}
    return dict(BY_SCRIPT) if raw["kind"] == "events" and "page" in actions else {}


def settings(
    path: str, kind: str, site: dict[str, Any] | None = None, **named: str
) -> dict[str, Any]:
    """`sites` and `sources` of a weir.yaml that reads the file; its date becomes `{date}`."""
    for rule, date in _DATE:
        if rule.search(path.rpartition("/")[2]):
            folder, slash, file = path.rpartition("/")
            path = folder + slash + rule.sub(date, file)
            break
    source = {"name": "new", "kind": kind, "site": "www", "path": path, **named}
    return {
        "sites": [{"name": "www", "host": "www.example.com", **(site or {})}],
        "sources": [source],
    }
