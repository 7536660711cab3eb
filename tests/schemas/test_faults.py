"""What is wrong with settings is told by its place, in our words, and no value with it."""

from datetime import date
from typing import Literal

import pytest
from pydantic import Field, ValidationError

from weir.schemas.faults import faults
from weir.schemas.strict import Strict


class Inner(Strict):
    mode: Literal["strict", "balanced"] = "strict"
    share: float = Field(0.5, gt=0, le=1)


class Outer(Strict):
    text: str = ""
    count: int = Field(2, ge=2)
    right: bool = True
    day: date | None = None
    words: tuple[str, ...] = Field(("a",), min_length=1)
    either: str | tuple[str, ...] = ""
    inner: Inner = Inner()
    by_name: dict[str, Literal["plus", "minus"]] = Field(default_factory=dict)


def said(**settings: object) -> str:
    with pytest.raises(ValidationError) as wrong:
        Outer.model_validate(settings)
    return faults("place", wrong.value, Outer)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"text": 5}, "text: give a text, in quotes if it looks like a number or a date"),
        ({"count": "jane"}, "count: give a whole number"),
        ({"count": 1}, "count: give at least 2"),
        ({"right": "jane"}, "right: say true or false"),
        ({"day": "2008-13-01"}, "day: give a date, YYYY-MM-DD"),
        ({"words": "jane"}, "words: give a list: [one, another]"),
        ({"words": []}, "words: give at least 1"),
        ({"inner": "jane"}, "inner: give settings below it, each as `name: value`"),
        ({"inner": {"share": 0}}, "inner.share: give more than 0"),
        ({"inner": {"share": 2}}, "inner.share: give at most 1"),
        ({"inner": {"mod": 2}}, "inner.mod: no such setting 'mod'; did you mean 'mode'?"),
        (
            {"inner": {"mode": "strikt"}},
            "inner.mode: no such mode 'strikt'; did you mean 'strict'?",
        ),
        ({"inner": {"mode": "x"}}, "inner.mode: no such mode 'x'; say strict, balanced"),
        ({"inner": {"mode": "jane doe"}}, "inner.mode: say strict, balanced"),
        ({"by_name": {"a": "pls"}}, "by_name.a: no such value 'pls'; did you mean 'plus'?"),
        (
            {"either": 5},
            "either: give a text, in quotes if it looks like a number or a date, or give a list: "
            "[one, another]",
        ),
    ],
)
def test_each_fault_is_a_line_of_place_and_remedy(settings: dict[str, object], told: str) -> None:
    assert said(**settings) == f"place: {told}"
