"""The nearest centre is the nearest one, however near the next, and the inertia keeps its digits."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from helpers.streaming import closest
from helpers.streaming.passes import add_up

RNG = np.random.default_rng(0)


def squares(rows, centers):
    """Squared distances by differences, in the longest numbers that NumPy has."""
    rows, centers = rows.astype(np.longdouble), centers.astype(np.longdouble)
    return ((rows[:, None] - centers) ** 2).sum(axis=2)


def labels(rows, centers):
    return closest.nearest(np.ascontiguousarray(rows.T), centers)


@pytest.mark.parametrize(("k", "width"), [(1, 1), (2, 3), (7, 40), (64, 8), (255, 2), (256, 2), (700, 1)])
def test_it_is_the_nearest_one(k, width):
    rows, centers = RNG.normal(size=(3000, width)), RNG.normal(size=(k, width))
    assert labels(rows, centers).tolist() == squares(rows, centers).argmin(axis=1).tolist()


@pytest.mark.parametrize("scale", [1e-150, 1e-25, 1e-22, 1e-20, 1e-12, 1e12, 1e19, 1e25, 1e149])
def test_no_size_of_number_misleads_it(scale):
    """Neither numbers that float32 has not, nor those whose squares it has not."""
    rows, centers = RNG.normal(size=(2000, 3)) * scale, RNG.normal(size=(9, 3)) * scale
    assert labels(rows, centers).tolist() == squares(rows, centers).argmin(axis=1).tolist()
    mixed = np.vstack([rows, RNG.normal(size=(2000, 3)) * max(1, 1e-6 * scale)])
    if scale > 1e-15:  # else not even the differences in float64 tell the centres apart
        assert labels(mixed, centers).tolist() == squares(mixed, centers).argmin(axis=1).tolist()


@pytest.mark.parametrize("apart", [1e-5, 1e-7, 1e-9, 1e-12])
@pytest.mark.parametrize("away", [0, 30, 1e4])
def test_rows_almost_between_two_centers(apart, away):
    """Rows are moved off the middle by a share of the distance, to either side."""
    centers = RNG.normal(size=(12, 5)) + away * RNG.normal(size=5)
    pairs = np.array([RNG.choice(12, 2, replace=False) for _ in range(4000)])
    one, other = centers[pairs[:, 0]], centers[pairs[:, 1]]
    rows = (one + other) / 2 + RNG.choice([-apart, apart], (4000, 1)) * (one - other)
    assert labels(rows, centers).tolist() == cdist(rows, centers, "sqeuclidean").argmin(axis=1).tolist()


def test_of_several_just_as_near_it_is_the_first():
    rows = RNG.integers(0, 3, (5000, 4)).astype(float)
    centers = np.repeat(RNG.integers(0, 3, (40, 4)).astype(float), 2, axis=0)
    found = labels(rows, centers)
    assert found.tolist() == squares(rows, centers).argmin(axis=1).tolist()
    assert not (found % 2).any()


def test_float32_leaves_few_rows_open(monkeypatch):
    """Where clusters lie as the benchmark's do; else a pass would take as long as one in float64."""
    asked, choose = [], closest._choose
    monkeypatch.setattr(closest, "_choose", lambda *given: asked.append(given[0].shape[1]) or choose(*given))
    centers = RNG.normal(0, 3, (64, 8))
    rows = centers[RNG.integers(64, size=20_000)] + RNG.normal(size=(20_000, 8))
    labels(rows, centers)
    assert asked[0] == 20_000
    assert sum(asked[1:]) < 200


@pytest.mark.parametrize("away", [0, 10, 1e4, 1e7])
def test_the_sums_and_the_inertia_keep_their_digits(away):
    centers = np.array([[away, 0, 0], [-away, 1, 0], [0, away, 3.0]])
    rows = centers[RNG.integers(3, size=4000)] + 0.3 * RNG.normal(size=(4000, 3))
    distances = squares(rows, centers)
    nearest = distances.argmin(axis=1)
    found = add_up(np.ascontiguousarray(rows.T), nearest, centers)
    assert found.inertia == pytest.approx(float(distances.min(axis=1).sum()), rel=1e-11)
    assert found.counts.tolist() == np.bincount(nearest).tolist()
    np.testing.assert_allclose(found.sums, [rows[nearest == j].sum(axis=0) for j in range(3)], rtol=1e-11, atol=1e-8)
