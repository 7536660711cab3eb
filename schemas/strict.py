"""What all models read from YAML have in common, and how a word is told that nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Unknown keys are errors; models do not change after they are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def unknown(kind: str, name: str, known: Iterable[str], otherwise: str = "") -> str:
    """`no such kind 'name'; did you mean 'nane'?`, and what to do if that was not meant."""
    close = get_close_matches(name, list(known), n=1)
    told = f"no such {kind} '{name}'"
    if not close:
        return told + (f"; {otherwise}" if otherwise else "")
    return f"{told}; did you mean '{close[0]}'?" + (f" Else {otherwise}" if otherwise else "")
