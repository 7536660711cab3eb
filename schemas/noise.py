"""What a noisy table says of itself in manifests: what was spent, and how far numbers are off."""

from typing import Literal

from weir.schemas.strict import Strict

LOW, HIGH = "_low", "_high"
"""End the names of the columns that hold the ends of a measure's 95 % interval."""


class Month(Strict):
    """What the dates of a month come to, for a unit that is there on each of them."""

    days: int
    epsilon: float  # the least that can be said at delta
    delta: float
    added_epsilon: float  # days times a day, which nobody need work out
    added_delta: float


class Spent(Strict):
    """What noisy tables of a site and a date may tell of one unit at most."""

    unit: str  # visitor, user or recipient
    period: Literal["day", "month"]  # for which epsilon and delta hold
    epsilon: float
    delta: float
    month: Month


class Off(Strict):
    """How far the numbers of one margin of a table are off."""

    by: str
    cells: int
    half_widths: dict[str, int]  # by measure: 95 % of numbers are off by no more
    error: float | None  # what a unit's number is off by on average, as a part of it; the median


class Noise(Strict):
    """The noise of one site's edition of a table."""

    mechanism: Literal["discrete Laplace", "discrete Gaussian"]
    spent: tuple[Spent, ...]  # by this table alone
    off: tuple[Off, ...]
    error: float | None  # of the worst margin by one dimension; None: nothing stands out of noise
    usable: bool  # `error` is within what the policy allows
    note: str  # the same in words
    left_out: tuple[str, ...] = ()  # margins of too many cells, which were not measured
