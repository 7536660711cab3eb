"""Primary suppression: what may not be published on its own account."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from weir.schemas.policy import Disclosure
from weir.transforms.disclose.lattice import Ints, Mask


def small_cells(table: pa.Table, rule: Disclosure) -> Mask:
    """True where a cell has fewer than k units: the row is not published, its zero neither."""
    return np.asarray(table["units"].to_numpy() < rule.k)


def few_behind(table: pa.Table, measure: str, rule: Disclosure) -> Mask:
    """True where a measure has too few units behind it. A zero has none, so zero and withheld look
    alike."""
    return np.asarray(table[f"behind:{measure}"].to_numpy() < rule.contributors)


def dominated(table: pa.Table, measure: str, rule: Disclosure) -> Mask:
    """True where one unit holds too much of a measure: more than `rule.dominance` of the sum."""
    largest = table[f"largest:{measure}"].to_numpy()
    return np.asarray(largest > rule.dominance * table[measure].to_numpy())


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
