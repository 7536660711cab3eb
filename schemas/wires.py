"""What a wire format of beacons is, beside its fields' names (schemas/vendors, kind: tags)."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from weir.schemas.event import ACTIONS
from weir.schemas.strict import Strict, unknown

BATCH = "#"
"""Stands for a parameter: the hit's place in its batch, from 0."""


def one_or_more(names: str | Iterable[str]) -> tuple[str, ...]:
    """A name alone, or several."""
    return (names,) if isinstance(names, str) else tuple(names)


def _action(name: str) -> str:
    if name not in ACTIONS:
        raise ValueError(unknown("action", name, ACTIONS))
    return name


Names = Annotated[tuple[str, ...], BeforeValidator(one_or_more)]


class Signs(Strict):
    """What must be in a hit. needs: parameters, of several in one entry any; values: what a
    parameter must say, one of these."""

    needs: tuple[Names, ...] = ()
    values: dict[str, Names] = Field(default_factory=dict)

    def names(self) -> set[str]:
        """The parameters that are looked at."""
        return {name for group in self.needs for name in group} | set(self.values)

    def __str__(self) -> str:
        needs = [" or ".join(group) for group in self.needs]
        return ", ".join([*needs, *(f"{k}={' or '.join(v)}" for k, v in self.values.items())])


class Recognised(Signs):
    """How a hit of this wire is known among others. body: it comes as a JSON body only."""

    body: bool = False

    def __str__(self) -> str:
        return super().__str__() + (" in a JSON body" if self.body else "")


class Rule(Signs):
    """What makes a hit an action before any name of an action is asked."""

    action: Annotated[str, AfterValidator(_action)]

    def __str__(self) -> str:
        return f"{super().__str__()}: {self.action}"
