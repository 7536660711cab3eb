"""What noise costs, and what costs add up to.

Gaussian noise is accounted as zero-concentrated differential privacy (rho), which adds up over
measurements, tables and days (Bun and Steinke, "Concentrated differential privacy", TCC 2016);
Laplace noise as pure epsilon, which adds up too (Dwork and Roth, "The algorithmic foundations of
differential privacy", 2014, theorem 3.16). Neighbours are data with and without one unit.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, expm1, inf, log, log1p, sqrt

_ORDERS = tuple(1 + exp(step / 20) for step in range(-120, 240))
"""Orders at which a rho is read as an epsilon; any one gives a valid bound, more a closer one."""


@dataclass(frozen=True)
class Loss:
    """What measurements may tell of one unit: pure epsilon or rho, and the delta of thresholds."""

    epsilon: float = 0.0
    rho: float = 0.0
    delta: float = 0.0

    def __add__(self, other: "Loss") -> "Loss":
        return Loss(self.epsilon + other.epsilon, self.rho + other.rho, self.delta + other.delta)

    def times(self, count: float) -> "Loss":
        """So many of the same, or a part of one."""
        return Loss(self.epsilon * count, self.rho * count, self.delta * count)

    def within(self, most: "Loss") -> bool:
        """No more than `most` in each of the three, but for what floats round."""
        pairs = ((self.epsilon, most.epsilon), (self.rho, most.rho), (self.delta, most.delta))
        return all(mine <= theirs * (1 + 1e-9) for mine, theirs in pairs)

    def at(self, delta: float) -> float:
        """The epsilon of (epsilon, delta)-differential privacy; inf where delta is too small."""
        return self.epsilon + epsilon_of(self.rho, delta - self.delta)


def epsilon_of(rho: float, delta: float) -> float:
    """The epsilon that rho comes to at a delta.

    Canonne, Kamath, Steinke, "The discrete Gaussian for differential privacy" (NeurIPS 2020),
    proposition 12 with the divergence's bound alpha * rho at each order alpha, solved for epsilon.
    """
    if rho == 0:
        return 0.0
    if delta <= 0:
        return inf
    return max(0.0, min(_at_order(rho, delta, order) for order in _ORDERS))


def _at_order(rho: float, delta: float, order: float) -> float:
    rest = -log(delta) + (order - 1) * log1p(-1 / order) - log(order)
    return order * rho + rest / (order - 1)


@lru_cache(64)
def rho_of(epsilon: float, delta: float) -> float:
    """The largest rho that comes to no more than (epsilon, delta), to 12 digits, from below."""
    low, high = 0.0, 1.0
    while epsilon_of(high, delta) < epsilon:
        high *= 2
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if epsilon_of(middle, delta) > epsilon else (middle, high)
    return low


def composed_basic(epsilon: float, delta: float, count: int) -> tuple[float, float]:
    """What so many measurements of (epsilon, delta) come to (Dwork and Roth, theorem 3.16)."""
    return count * epsilon, count * delta


def composed_advanced(epsilon: float, count: int, slack: float) -> float:
    """The epsilon that so many of pure epsilon come to at the delta `slack` (Dwork and Roth,
    theorem 3.20), or plainly added if that is less."""
    advanced = sqrt(-2 * count * log(slack)) * epsilon + count * epsilon * expm1(epsilon)
    return min(advanced, count * epsilon)
