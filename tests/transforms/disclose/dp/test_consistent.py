"""Margins add up afterwards, and are nearer to the truth than they were."""

import numpy as np
import pytest

from weir.transforms.disclose.dp.consistent import Estimate, consistent

SIZES = (3, 4, 5)
DEVIATIONS = dict(zip(range(8), (1.0, 2.0, 5.0, 3.0, 1.0, 4.0, 2.0, 6.0), strict=True))


def margin(cube, mask):
    away = tuple(axis for axis in range(cube.ndim) if not mask >> axis & 1)
    return cube.sum(axis=away, keepdims=True)


def noisy(cube, generator):
    return {
        mask: Estimate(
            margin(cube, mask) + generator.normal(0, deviation, margin(cube, mask).shape),
            deviation**2,
        )
        for mask, deviation in DEVIATIONS.items()
    }


CUBE = np.arange(60.0).reshape(SIZES) ** 2


def test_every_margin_is_the_sum_of_the_finest_one():
    found = consistent(noisy(CUBE, np.random.default_rng(1)), SIZES)
    for mask, estimate in found.items():
        np.testing.assert_allclose(estimate.values, margin(found[7].values, mask))


def test_it_is_weighted_least_squares():
    measured = noisy(CUBE, np.random.default_rng(2))
    rows, given = [], []
    for mask, estimate in measured.items():
        units = [margin(one.reshape(SIZES), mask).ravel() for one in np.eye(60)]
        rows.append(np.array(units).T / DEVIATIONS[mask])
        given.append(estimate.values.ravel() / DEVIATIONS[mask])
    best, *_ = np.linalg.lstsq(np.concatenate(rows), np.concatenate(given), rcond=None)
    np.testing.assert_allclose(consistent(measured, SIZES)[7].values.ravel(), best)
    np.testing.assert_allclose(
        consistent(measured, SIZES)[7].variance,
        np.diag(np.linalg.inv(np.concatenate(rows).T @ np.concatenate(rows))),
    )


def test_its_variance_is_what_it_says_and_no_more_than_before():
    generator = np.random.default_rng(3)
    runs = [consistent(noisy(CUBE, generator), SIZES) for _ in range(200)]
    for mask, deviation in DEVIATIONS.items():
        told = runs[0][mask].variance
        off = [run[mask].values - margin(CUBE, mask) for run in runs]
        assert told < deviation**2
        assert np.mean(np.square(off)) == pytest.approx(told, rel=0.3)
