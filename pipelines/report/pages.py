"""Pages out of templates: one style, everything inline, values of the data always escaped."""

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from weir.pipelines.report.words import words

POLICY = Markup(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy: the page asks nobody for anything, and no script runs in it."""


def page(template: str, **values: Any) -> str:
    """A template of this folder, filled in. Texts are escaped; Markup is not."""
    return _environment().get_template(template).render(policy=POLICY, **values)


@cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined,
        loader=FunctionLoader(_source),
    )  # fmt: skip
    made.filters["thousands"] = lambda value: f"{value:,}"
    made.filters["words"] = words
    return made


def _source(name: str) -> str:
    return (files("weir.pipelines") / "report" / name).read_text("utf-8")
