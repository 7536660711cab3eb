"""The kinds of personal value: each with its class and its treatment, declared in one place."""

from functools import cache
from importlib.resources import files
from typing import Literal, Self

from pydantic import model_validator

from weir.schemas.shipped import read_yaml
from weir.schemas.strict import Strict

Treatment = Literal["drop", "pseudonymize", "generalize", "keep", "vault"]

TREATED = {"pii": "drop", "nii": "generalize"}
"""What becomes of a value found in a text. `drop`: nothing of it is kept but its placeholder, and
its keyed hash is looked for in what is to be published. `generalize`: its placeholder is the
coarser value, and it is looked for nowhere else."""


class Entity(Strict):
    """A kind of value that is replaced by a placeholder of its name."""

    data_class: Literal["pii", "nii"]
    treatment: Treatment
    about: str = ""

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        if self.treatment != TREATED[self.data_class]:
            raise ValueError(
                f"treatment: '{self.treatment}' cannot be done with a value found in a text; "
                f"what is {self.data_class} can be: {TREATED[self.data_class]}"
            )
        return self


@cache
def entities() -> dict[str, Entity]:
    """The shipped ones by name, the most telling first; from recognizers/entities.yaml."""
    file = files("weir.schemas") / "recognizers" / "entities.yaml"
    raw = read_yaml(file.read_text(encoding="utf-8"))
    return {name: Entity.model_validate(facts) for name, facts in raw.items()}
