"""What a report says of tables in mode dp."""

from weir.schemas.policy import Disclosure


def noisy_sentence(rule: Disclosure, unit: str) -> str:
    """A noisy table's rule in words."""
    return (
        f"Every row is there, whether a {unit} is in it or not, and every number has random noise: "
        "it may be below zero, and the interval beside it holds the truth in 95 of 100 rows. Names "
        f"that come from the data appear only past a noisy threshold. One {unit} counts in at most "
        f"{rule.cells_per_unit} rows, with at most {rule.per_cell} in each."
    )
