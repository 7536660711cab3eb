"""What fields of unknown files are usually called: the table by which `weir classify` proposes."""

from functools import cache
from importlib.resources import files
from typing import Literal

from weir.schemas.event import ACTIONS
from weir.schemas.shipped import read_yaml
from weir.schemas.strict import Strict

Looks = Literal[
    "moment", "closed", "identifier", "url", "host", "ip", "agent", "number", "label", "text",
    "age", "date", "gender", "profession", "country", "language", "email", "phone",
]  # fmt: skip


class Target(Strict):
    """One of Weir's fields: its category in a policy, what values look like, usual names."""

    category: str
    looks: Looks
    names: tuple[str, ...]


class Fields(Strict):
    """The whole table; see fields.yaml."""

    events: dict[str, Target]
    profiles: dict[str, Target]
    log: dict[str, str]
    plain: tuple[str, ...]
    search_parameters: tuple[str, ...]
    registered_cookies: tuple[str, ...]
    opt_out_cookies: tuple[str, ...]
    tag_files: str
    actions: dict[str, str]


@cache
def fields() -> Fields:
    """The table, from fields.yaml."""
    text = (files("weir.schemas") / "fields.yaml").read_text(encoding="utf-8")
    return Fields.model_validate(read_yaml(text))


@cache
def all_actions() -> dict[str, str]:
    """Our own words for what happens, and those that many use -> ours."""
    return {name: name for name in ACTIONS} | fields().actions
