"""Primary suppression: what may not be published on its own account."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.lattice import Ints, Mask


def small_cells(table: pa.Table, rule: Disclosure) -> Mask:
    """True where a cell has fewer than k units: the row is not published, its zero neither."""
    return np.asarray(table["units"].to_numpy() < rule.k)


def thin_values(table: pa.Table, measure: str, rule: Disclosure) -> Mask:
    """True where a measure has too few units behind it, or one unit holds too much of it.

    The dominance rule: the largest contribution is more than `rule.dominance` of the sum.
    A zero has no units behind it, so zero and withheld look alike.
    """
    total = table[measure].to_numpy()
    behind = table[f"behind:{measure}"].to_numpy()
    largest = table[f"largest:{measure}"].to_numpy()
    return np.asarray((behind < rule.contributors) | (largest > rule.dominance * total))


@dataclass(frozen=True)
class Rounded:
    """What a published number says: the value, and what the truth may be, both ends included."""

    value: Ints
    low: Ints
    high: Ints


def rounded(values: Ints, base: int) -> Rounded:
    """To the nearest multiple of `base`, halves up. The truth is a whole number, never negative."""
    value = (values + base // 2) // base * base
    low = np.maximum(value - base // 2, 0)
    return Rounded(value, low, value + (base - 1) // 2)
