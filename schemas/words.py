"""How mappings write words and paths: one or several, and ours only where we have a closed list."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from weir.schemas.event import ACTIONS, OUTCOMES
from weir.schemas.paths import parts, steps
from weir.schemas.strict import unknown


def known_actions(actions: dict[str, str]) -> dict[str, str]:
    """Names to ACTIONS, as they are. Raises ValueError for another word."""
    for name in actions.values():
        if name not in ACTIONS:
            raise ValueError(unknown("action", name, ACTIONS))
    return actions


def known_outcomes(outcomes: dict[str, str]) -> dict[str, str]:
    """Names to OUTCOMES, as they are. Raises ValueError for another word."""
    for name in outcomes.values():
        if name not in OUTCOMES:
            raise ValueError(unknown("outcome", name, OUTCOMES))
    return outcomes


def _one_or_more(stated: str | list[str]) -> tuple[str, ...]:
    whole = (stated,) if isinstance(stated, str) else tuple(stated)
    for path in whole:
        _path(path)
    return whole


def _path(path: str) -> str:
    for part in parts(path):
        steps(part)
    return path


def _values(stated: object) -> object:
    return (stated,) if isinstance(stated, str) else stated


Actions = Annotated[dict[str, str], AfterValidator(known_actions)]  # theirs -> ours
Outcomes = Annotated[dict[str, str], AfterValidator(known_outcomes)]  # theirs -> ours
Path_ = Annotated[str, AfterValidator(_path)]  # see paths.py
Paths = Annotated[str | list[str], AfterValidator(_one_or_more)]  # the first present counts
Values = Annotated[tuple[str, ...], BeforeValidator(_values)]
