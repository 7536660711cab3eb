"""What is wrong with a file of settings, in our words: pydantic's speak of tuples and models.

A value is told only where one of a few words is asked for, and it is a word."""

import re
from typing import Any

from pydantic import BaseModel, ValidationError

from weir.schemas.strict import unknown

Loc = tuple[int | str, ...]

_WORDS = {
    "missing": "missing",
    "string": "give a text, in quotes if it looks like a number or a date",
    "bool": "say true or false",
    "int": "give a whole number",
    "float": "give a number",
    "tuple": "give a list: [one, another]",
    "list": "give a list: [one, another]",
    "dict": "give settings below it, each as `name: value`",
    "model": "give settings below it, each as `name: value`",
    "date": "give a date, YYYY-MM-DD",
    "greater_than": "give more than {gt:g}",
    "greater_than_equal": "give at least {ge:g}",
    "less_than": "give less than {lt:g}",
    "less_than_equal": "give at most {le:g}",
    "too_short": "give at least {min_length}",
    "string_pattern_mismatch": "give a text of the form {pattern}",
}
"""By the type of a fault, or by its first word: int_parsing, int_type, ..."""
_WORD = re.compile(r"[\w.-]{1,40}")
_LISTS = ("tuple[", "list[")


def faults(place: str, error: ValidationError, model: type[BaseModel]) -> str:
    """Every fault of a validation, a line each: place, key path, what is wrong."""
    found: dict[Loc, list[str]] = {}
    told = error.errors(include_url=False)
    places = [fault["loc"] for fault in told]
    for fault in told:
        if fault["type"] == "too_short" and _beneath(fault["loc"], places):
            continue  # a list whose entries are wrong counts as empty
        found.setdefault(_plain(fault["loc"], places), []).append(_said(fault, model))
    return "\n".join(f"{place}: {_key_path(loc)}: {', or '.join(s)}" for loc, s in found.items())


def _said(fault: Any, model: type[BaseModel]) -> str:
    kind, loc, context = fault["type"], fault["loc"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown("setting", str(loc[-1]), _settings(model, loc[:-1]))
    if kind in ("literal_error", "enum"):
        known = re.findall(r"'([^']*)'", context["expected"])
        return _none_of(str(loc[-1]), known, fault["input"], loc[-1] in _settings(model, loc[:-1]))
    words = _WORDS.get(kind) or _WORDS.get(kind.partition("_")[0])
    message: str = fault["msg"]
    return words.format(**context) if words else message.removeprefix("Value error, ")


def _none_of(setting: str, known: list[str], given: object, named: bool) -> str:
    choices = f"say {', '.join(known)}"
    if not isinstance(given, str) or not _WORD.fullmatch(given):
        return choices
    told = unknown(setting if named else "value", given, known)
    return told if "did you mean" in told else f"{told}; {choices}"


def _plain(loc: Loc, places: list[Loc]) -> Loc:
    """A place without what says which type of several was tried: `host.str`, `host.tuple[str]`."""
    return tuple(
        step
        for n, step in enumerate(loc)
        if not any(
            len(other) > n and other[:n] == loc[:n] and str(other[n]).startswith(_LISTS)
            for other in places
        )
    )


def _beneath(loc: Loc, places: list[Loc]) -> bool:
    """Another fault lies deeper at the same place."""
    return any(len(other) > len(loc) and other[: len(loc)] == loc for other in places)


def _settings(model: type[BaseModel], loc: Loc) -> list[str]:
    """Names of the settings at a place of a model."""
    here: Any = model
    for step in loc:
        if isinstance(step, int) or step not in here.model_fields:  # a place in a list or a dict
            continue
        annotation = here.model_fields[step].annotation
        inner = [a for a in getattr(annotation, "__args__", ()) if hasattr(a, "model_fields")]
        here = inner[0] if inner else annotation
        if not hasattr(here, "model_fields"):
            return []
    return list(here.model_fields)


def _key_path(loc: Loc) -> str:
    path = ""
    for step in loc:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path or "(file)"
