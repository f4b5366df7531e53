"""Where a fit starts, and when it ends: so that it neither creeps for dozens of passes nor stays in a bad optimum."""

import itertools

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from bench.scale import data
from helpers import streaming
from helpers.streaming import swapping

K = 8


@pytest.fixture(scope="module")
def plane(tmp_path_factory):
    """The benchmark's rows in the plane: at 131 million of them a fit once crept from a bad start for two minutes."""
    path = tmp_path_factory.mktemp("data") / "plane.parquet"
    data.write(path, 40_000, 10_000, data.plane)
    return path


@pytest.fixture(scope="module")
def X(plane):
    return np.column_stack([column.to_numpy() for column in pq.read_table(plane).columns])


@pytest.fixture(scope="module")
def best(X):
    return KMeans(K, n_init=20, random_state=0).fit(X).inertia_


def astray(X):
    """Two centres in each of two clusters, one for each pair of others."""
    centers = np.random.default_rng(0).uniform(-10, 10, (8, 2))  # as the rows were drawn
    return np.vstack([centers[:2] - 0.5, centers[:2] + 0.5, centers[2:6:2] / 2 + centers[3:6:2] / 2, centers[6:]])


@pytest.mark.parametrize("seed", range(6))
def test_it_starts_where_a_few_passes_suffice(plane, best, seed):
    found = streaming.fit(plane, K, sample=4000, random_state=seed)
    assert found.n_passes <= 5
    assert found.inertia < 1.005 * best


def test_a_bad_start_would_creep_and_stay_worse(plane, X, best):
    """What the starts spare: the same rows, from two centres in one cluster."""
    found = streaming.fit(plane, K, init=astray(X), gain=0)
    assert found.n_passes > 10
    assert found.inertia > 1.5 * best


def test_several_starts_are_no_worse_on_the_sample_than_each(plane):
    """The whole is the sample here."""
    options = {"sample": 40_000, "max_passes": 1, "tol": 0}
    each = [streaming.fit(plane, K, n_init=n, **options).inertia for n in (1, 2, 4, 8)]
    assert all(after <= before * (1 + 1e-9) for before, after in itertools.pairwise(each))
    assert each[-1] < each[0]


def test_the_start_is_the_same_on_any_number_of_threads(plane):
    found = [streaming.fit(plane, K, sample=3000, threads=n) for n in (1, 2, 5)]
    assert found[1].centers.tolist() == found[2].centers.tolist()
    np.testing.assert_allclose(found[0].centers, found[1].centers, rtol=0, atol=1e-9)


def test_after_a_swap_the_two_nearest_are_those_that_a_search_from_nothing_finds():
    rng = np.random.default_rng(3)
    X, centers = rng.normal(size=(2000, 2)), rng.normal(size=(7, 2))
    found = swapping._two_nearest(X, centers)
    for out in (3, 0, 6, 3):
        row = int(rng.integers(2000))
        centers[out] = X[row]
        swapping._replace(X, found, centers, out, swapping._squares(X, row))
        for mine, anew in zip(found, swapping._two_nearest(X, centers), strict=True):
            np.testing.assert_allclose(mine, anew, rtol=1e-12)
    order = np.argsort(cdist(X, centers, "sqeuclidean"), axis=1)
    assert (found[0].tolist(), found[1].tolist()) == (order[:, 0].tolist(), order[:, 1].tolist())


@pytest.mark.parametrize("away", [0, 1e6])
def test_swaps_give_each_cluster_its_centre(away):
    rng = np.random.default_rng(1)
    grid = np.stack(np.meshgrid(range(5), range(5)), -1).reshape(-1, 2) * 8.0
    X = grid[rng.integers(25, size=4000)] + rng.normal(size=(4000, 2)) + away
    start = X[rng.choice(4000, 25, replace=False)]
    found = swapping._swap(X, start, rng)
    inertia = [cdist(X, centers, "sqeuclidean").min(axis=1).sum() for centers in (start, found)]
    assert inertia[1] < 0.7 * inertia[0]
    whole = [KMeans(25, init=centers, n_init=1).fit(X).inertia_ for centers in (start, found)]
    assert whole[1] < 0.7 * whole[0]
    assert whole[1] == pytest.approx(4000 * 2, rel=0.1)  # a centre in each of the 25


def test_a_swap_is_only_made_if_it_lowers_the_inertia():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(500, 3))
    centers, last = X[:6], np.inf
    for _ in range(5):
        now = cdist(X, centers, "sqeuclidean").min(axis=1).sum()
        assert now <= last
        centers, last = swapping._swap(X, centers, rng), now


@pytest.mark.parametrize("rows", [np.zeros((5, 2)), np.arange(4.0)[:, None], np.eye(3)])
def test_as_many_centers_as_distinct_rows(tmp_path, rows):
    path, k = tmp_path / "rows.parquet", len(np.unique(rows, axis=0))
    pq.write_table(pa.table({f"x{j}": column for j, column in enumerate(np.tile(rows, (30, 1)).T)}), path)
    found = streaming.fit(path, k)
    assert found.inertia == 0
    assert sorted(found.centers.tolist()) == np.unique(rows, axis=0).tolist()


def test_the_gain_ends_what_creeps(plane, X):
    slow = streaming.fit(plane, K, init=astray(X), gain=0)
    found = streaming.fit(plane, K, init=astray(X), gain=1e-2)
    assert slow.ended == "tol"
    assert (found.ended, found.settled) == ("gain", True)
    last = -1 + np.array(found.history[:-1]) / found.history[1:]
    assert last[-1] < 1e-2 <= last[:-1].min()
    assert found.history == slow.history[: found.n_passes]
    assert found.n_passes < slow.n_passes


def test_whoever_wants_the_centers_at_rest_gets_them(plane, X):
    found = streaming.fit(plane, 3, init=X[:3], tol=0, gain=1)
    assert found.ended == "tol"
    model = KMeans(3, init=X[:3], n_init=1, tol=0).fit(X)
    np.testing.assert_allclose(found.centers, model.cluster_centers_, rtol=1e-9)
    short = streaming.fit(plane, 3, init=X[:3], tol=0, max_passes=2)
    assert (short.ended, short.settled) == ("max_passes", False)


def test_a_fit_that_the_gain_ended_goes_on_with_a_smaller_one(plane, X, tmp_path):
    options = {"init": astray(X), "checkpoint": tmp_path / "kept.npz"}
    first = streaming.fit(plane, K, gain=1e-2, **options)
    again = streaming.fit(plane, K, gain=1e-2, **options)
    assert (again.history, again.centers.tolist()) == (first.history, first.centers.tolist())
    further = streaming.fit(plane, K, gain=1e-5, **options)
    assert further.history[: first.n_passes] == first.history
    assert further.n_passes > first.n_passes
