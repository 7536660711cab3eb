"""An attacker who has rows of editions and subtracts; knows how numbers were rounded, no more."""

from collections.abc import Iterable, Mapping
from typing import Any

ROUNDING = 10

Row = Mapping[str, Any]


def between(value: int) -> tuple[int, int]:
    """What a published number may stand for, both ends included."""
    return max(value - ROUNDING // 2, 0), value + (ROUNDING - 1) // 2


def left_over(total: int, parts: Iterable[int]) -> tuple[int, int]:
    """What a total and its published parts say of all other parts together."""
    ranges = [between(part) for part in parts]
    low, high = between(total)
    least, most = (sum(ends) for ends in zip(*ranges, strict=True))
    return max(low - most, 0), max(high - least, 0)


def of(rows: Iterable[Row], by: str, measure: str) -> dict[str, int]:
    """A measure by the values of one dimension (or of `total`), as far as it was published."""
    return {
        str(row[by]) if by != "total" else "": row[measure]
        for row in rows
        if row["by"] == by and row[measure] is not None
    }


def remainder(rows: list[Row], by: str, measure: str) -> tuple[int, int]:
    """What is left of the total when all that is published by a dimension is taken away."""
    return left_over(of(rows, "total", measure)[""], of(rows, by, measure).values())


def tells_of_few(found: tuple[int, int], k: int) -> bool:
    """Whether somebody now knows of a group of one to k-1 people."""
    low, high = found
    return (low > 0 and high < k) or 0 < high < k
