"""What a runner counted is held against what there was to count."""

import pytest

from weir.pipelines.counting import Expected
from weir.schemas.errors import WeirError
from weir.transforms.events import Portion

EXPECTED = Expected((Portion((0, 2)), Portion((1, 3))), 10)


def a_portion(*buckets: int, rows: int = 5) -> dict[str, object]:
    return {"portion": [list(buckets), 0, 1], "rows": rows}


def test_every_portion_once_and_all_rows_is_as_it_should_be() -> None:
    EXPECTED.demand([a_portion(1, 3), a_portion(0, 2)])


@pytest.mark.parametrize(
    "counted",
    [
        [a_portion(0, 2, rows=10)],
        [a_portion(0, 2), a_portion(1, 3), a_portion(1, 3, rows=0)],
        [a_portion(0, 2), a_portion(1, 3, rows=4)],
        [a_portion(0, 2), a_portion(1, 3) | {"portion": [[1, 3], 0, 2]}],
    ],
)
def test_a_lost_or_doubled_piece_or_row_publishes_nothing(counted: list[dict[str, object]]) -> None:
    with pytest.raises(WeirError, match="lost or doubled"):
        EXPECTED.demand(counted)
