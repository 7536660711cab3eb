"""What noise costs, held against OpenDP's own accounting."""

from math import inf

import pytest
from opendp.combinators import make_zCDP_to_approxDP
from opendp.domains import atom_domain
from opendp.measurements import make_gaussian
from opendp.metrics import absolute_distance
from opendp.mod import enable_features

from weir.transforms.disclose.dp.accounting import (
    Loss,
    composed_advanced,
    composed_basic,
    epsilon_of,
    rho_of,
)

enable_features("contrib")


@pytest.mark.parametrize("rho", [0.001, 0.02, 0.1, 1.0])
@pytest.mark.parametrize("delta", [1e-9, 1e-6, 1e-5])
def test_a_rho_comes_to_the_epsilon_that_opendp_gives_it(rho, delta):
    space = atom_domain(T="i64"), absolute_distance(T="i64")
    noise = make_gaussian(*space, scale=(1 / (2 * rho)) ** 0.5)
    theirs = make_zCDP_to_approxDP(noise).map(1).epsilon(delta)
    ours = epsilon_of(rho, delta)
    assert theirs * (1 - 1e-6) <= ours <= theirs * 1.005


@pytest.mark.parametrize("epsilon", [0.1, 1.0, 8.0])
def test_the_rho_of_a_budget_stays_within_it_and_uses_it(epsilon):
    rho = rho_of(epsilon, 1e-6)
    assert 0.999 * epsilon < epsilon_of(rho, 1e-6) <= epsilon


def test_losses_add_up_and_thirty_days_cost_less_than_thirty_times_one():
    day = Loss(rho=rho_of(1, 1e-6))
    month = day.times(30)
    assert (day + day).rho == pytest.approx(2 * day.rho)
    assert day.at(1e-6) < month.at(1e-6) < composed_basic(1, 1e-6, 30)[0] / 3
    assert composed_advanced(0.01, 30, 1e-6) < composed_basic(0.01, 0, 30)[0]
    assert composed_advanced(1, 2, 1e-6) == 2


def test_what_thresholds_used_of_a_delta_is_gone_for_the_rest():
    loss = Loss(rho=0.1, delta=5e-7)
    assert loss.at(1e-6) == epsilon_of(0.1, 5e-7)
    assert loss.at(5e-7) == inf
    assert not loss.within(Loss(rho=0.1, delta=4e-7))
    assert loss.within(loss)
