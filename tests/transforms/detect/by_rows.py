"""Tests of tables with hundreds of rows."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

_AT_ONCE = 40


def each_row(rows: Sequence[Sequence[Any]]) -> Callable[[Callable[..., None]], Any]:
    """A test of each row, forty in one: for one of its own pytest asks more time than the row.

    All rows that fail are told, each with what its own test said.
    """
    starts = range(0, len(rows), _AT_ONCE)
    parts = [pytest.param(rows[at : at + _AT_ONCE], id=f"rows from {at}") for at in starts]

    def of(test: Callable[..., None]) -> Any:
        def tried(part: Sequence[Sequence[Any]]) -> None:
            wrong = []
            for row in part:
                try:
                    test(*row)
                except AssertionError as failed:
                    wrong.append(f"{row}: {failed}")
            assert not wrong, "\n".join(wrong)

        tried.__name__, tried.__doc__ = test.__name__, test.__doc__
        tried.__module__ = test.__module__
        return pytest.mark.parametrize("part", parts)(tried)

    return of
