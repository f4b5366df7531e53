"""Distances to neighbours, the sweep over eps, what DBSCAN needs in memory, and its rule for new points."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from helpers import datasets
from helpers.predicting import predict_dbscan
from helpers.scores import count_neighbors, dbscan_bytes, eps_sweep, k_distances, knee

LINE = np.array([[0.0], [1.0], [3.0], [7.0]])
SETS = {
    "moons": (datasets.moons().X, 0.2),
    "unequal": (datasets.unequal().X, 0.6),
    "square": (datasets.noise().X, 0.06),
    "penguins": (datasets.load("penguins").X / [5, 2, 14, 800], 0.5),
}
every_set = pytest.mark.parametrize("name", SETS)


def radians(n=300):
    """Latitude and longitude of airports, in radians."""
    return np.radians(datasets.load("airports").X[:n])


# --- distances to the k-th neighbour


def test_k_distances_by_hand():
    assert k_distances(LINE, 1).tolist() == [0, 0, 0, 0]  # the row itself is the first
    assert k_distances(LINE, 2).tolist() == [1, 1, 2, 4]
    assert k_distances(LINE, 4).tolist() == [4, 6, 7, 7]


def test_k_distances_of_places_on_the_globe():
    quarter = np.radians([[0.0, 0.0], [0.0, 90.0], [0.0, 180.0]])
    assert np.allclose(k_distances(quarter, 2, metric="haversine"), np.pi / 2)


@pytest.mark.parametrize("min_samples", [0, 5, -1])
def test_k_distances_refuse_more_neighbours_than_rows(min_samples):
    with pytest.raises(ValueError, match="from 1 to the 4 rows"):
        k_distances(LINE, min_samples)


# --- knee


def test_knee_is_where_the_curve_is_farthest_below_its_chord():
    assert knee([0, 1, 2, 3, 13]) == 3
    assert knee(np.array([0, 1, 2, 3, 13]) * 10) == 30


@pytest.mark.parametrize("values", [[1, 2], [1, 1, 1], [1, 3, 2], [[1, 2, 3]], [1, np.nan, 3], [1, 2, np.inf]])
def test_knee_refuses_what_does_not_rise(values):
    with pytest.raises(ValueError, match="at least three values that rise"):
        knee(values)


def test_knee_at_nothing_is_no_radius():
    with pytest.raises(ValueError, match="leave the copies out"):
        knee([0, 0, 0, 5, 10])


# --- sweep


def test_sweep_by_hand():
    X = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [50.0]])
    sweep = eps_sweep(X, [0.5, 1, 9, 100], min_samples=2)
    assert sweep.n_clusters.tolist() == [0, 2, 1, 1]
    assert np.allclose(sweep.noise, [1, 1 / 6, 1 / 6, 0])
    assert sweep.labels[1].tolist() == [0, 0, 0, 1, 1, -1]


def test_sweep_shows_its_progress_and_takes_other_metrics():
    seen = []
    sweep = eps_sweep(radians(), [0.001, 0.01], metric="haversine", progress=lambda eps: seen.extend(eps) or eps)
    assert seen == [0.001, 0.01]
    assert sweep.noise[0] > sweep.noise[1]


@pytest.mark.parametrize("eps", [[], [0], [-1, 1], [np.nan], 0.5])
def test_sweep_refuses_radii_that_are_none(eps):
    with pytest.raises(ValueError, match="numbers above 0"):
        eps_sweep(LINE, eps)


# --- neighbours and memory


def test_neighbours_are_counted_with_the_row_itself():
    assert sorted(count_neighbors(LINE, 2)) == [1, 2, 2, 3]


@every_set
def test_a_sample_of_rows_estimates_the_mean(name):
    X, eps = SETS[name]
    every = count_neighbors(X, eps, n_sample=len(X))
    assert len(count_neighbors(X, eps, n_sample=100)) == 100
    error = every.std() / np.sqrt(100)
    assert abs(count_neighbors(X, eps, n_sample=100).mean() - every.mean()) < 3 * error
    assert np.array_equal(count_neighbors(X, eps, n_sample=50), count_neighbors(X, eps, n_sample=50))


@pytest.mark.parametrize(("eps", "n_sample"), [(0, 5), (-1, 5), (np.nan, 5), (1, 0)])
def test_neighbours_refuse_arguments_out_of_range(eps, n_sample):
    with pytest.raises(ValueError, match="eps must be above 0"):
        count_neighbors(LINE, eps, n_sample=n_sample)


PEAK = """
import json, os, sys
import numpy as np
from sklearn.cluster import DBSCAN
def peak():  # ru_maxrss would begin with the parent's
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) * 1024
for d, eps in json.loads(sys.argv[1]):
    if os.fork():  # each is measured in a process of its own, which need not import all this again
        os.wait()
        continue
    X = np.random.default_rng(0).normal(size=(10_000, d))
    DBSCAN(eps=0.1).fit(X[:100])
    before = peak()
    DBSCAN(eps=eps).fit(X)
    print(peak() - before, flush=True)
    os._exit(0)
"""
FITS = [(2, 0.6), (8, 2.2), (20, 4.6)]


@pytest.fixture(scope="module")
def used():
    """Bytes that each fit took."""
    command = [sys.executable, "-W", "ignore", "-c", PEAK, json.dumps(FITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(zip(FITS, map(float, done.stdout.split()), strict=True))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(("d", "eps"), FITS)
def test_estimated_memory_is_near_what_is_used(used, d, eps):
    used = used[d, eps]
    assert used > 30e6  # small enough to be quick, large enough to stand out
    X = np.random.default_rng(0).normal(size=(10_000, d))
    assert 0.75 < dbscan_bytes(*X.shape, count_neighbors(X, eps).mean()) / used < 1.8


@pytest.mark.parametrize("wrong", [(-5, 2, 10), (5, 0, 10), (5, 2, 0), (5, 2, np.nan)])
def test_memory_of_nothing_is_not_estimated(wrong):
    with pytest.raises(ValueError, match="at least 1 row, 1 column and 1 neighbour"):
        dbscan_bytes(*wrong)


# --- new points


@every_set
@pytest.mark.parametrize("min_samples", [1, 5, 15])
def test_core_points_get_their_own_label_back_and_noise_stays_noise(name, min_samples):
    X, eps = SETS[name]
    model = DBSCAN(eps=eps, min_samples=min_samples)
    labels = model.fit_predict(X)
    core = model.core_sample_indices_
    found = predict_dbscan(X, model.components_, labels[core], eps)
    assert np.array_equal(found[core], labels[core])
    assert np.array_equal(found == -1, labels == -1)


def test_core_points_on_the_globe_get_their_own_label_back():
    X = radians(1000)
    model = DBSCAN(eps=0.01, min_samples=5, metric="haversine", algorithm="ball_tree").fit(X)
    core = model.core_sample_indices_
    found = predict_dbscan(X[core], model.components_, model.labels_[core], 0.01, metric="haversine")
    assert len(set(model.labels_)) > 3
    assert np.array_equal(found, model.labels_[core])


def test_the_nearest_core_point_within_eps_decides():
    cores, labels = np.array([[0.0], [10.0]]), np.array([4, 7])
    assert predict_dbscan([[1.0], [9.0], [2.0], [2.001], [5.0]], cores, labels, 2.0).tolist() == [4, 7, 4, -1, -1]


def test_nothing_to_label_or_nothing_to_label_by():
    assert predict_dbscan(np.empty((0, 2)), np.ones((1, 2)), [0], 1.0).tolist() == []
    assert predict_dbscan(np.ones((2, 2)), np.empty((0, 2)), [], 1.0).tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("X", "cores", "labels", "eps", "message"),
    [
        ([[1.0, 2.0]], [[1.0]], [0], 1, "do not fit"),
        ([1.0], [[1.0]], [0], 1, "X must be a table"),
        ([[1.0]], [[1.0]], [0, 1], 1, "1 core points"),
        ([[1.0]], [[np.inf]], [0], 1, "cores must be a table of finite numbers"),
        ([[1.0]], [[1.0]], [0], 0, "eps must be above 0"),
        ([[1.0]], [[1.0]], [0], np.nan, "eps must be above 0"),
    ],
)
def test_prediction_refuses_what_does_not_fit(X, cores, labels, eps, message):
    with pytest.raises(ValueError, match=message):
        predict_dbscan(X, cores, labels, eps)
