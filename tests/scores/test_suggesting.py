"""The rule for eps: counts that are DBSCAN's, a range that strays do not move, and none in data without groups."""

import re

import numpy as np
import pytest
from sklearn.cluster import DBSCAN
from sklearn.metrics import adjusted_rand_score

from helpers import datasets
from helpers.predicting import predict_dbscan
from helpers.scores import count_neighbors, dbscan_bytes, suggest_eps
from helpers.scores.suggesting import count_clusters, longest_run


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("min_samples", [2, 5])
def test_counts_are_those_of_dbscan(seed, min_samples):
    X = datasets.moons(200, noise=0.1, random_state=seed).X
    grid, counts, _ = count_clusters(X, min_samples)
    for eps, count in zip(grid, counts, strict=True):
        model = DBSCAN(eps=eps, min_samples=min_samples).fit(X)
        cores = np.bincount(model.labels_[model.core_sample_indices_], minlength=1)
        assert count == (cores >= 0.02 * len(X)).sum()


@pytest.mark.parametrize(
    ("counts", "run"),
    [
        ([3, 2, 2, 1, 1, 1], (1, 3)),
        ([2, 2, 3, 3], (0, 2)),
        ([0, 1, 1], (0, 0)),
        ([5], (0, 1)),
        ([], (0, 0)),
        ([4, 2, 2, 2], (1, 4)),
    ],
)
def test_the_longest_run_of_two_or_more(counts, run):
    assert longest_run(np.array(counts)) == run


@pytest.mark.parametrize("n_features", [2, 5])
def test_at_most_one_of_ten_sets_without_groups_gets_a_radius(n_features):
    found = [suggest_eps(datasets.noise(120, n_features=n_features, random_state=seed).X) for seed in range(20)]
    assert sum(one.eps is not None for one in found) <= 2


def test_a_stray_row_moves_nothing():
    moons = datasets.moons()
    for stray in ([3, 3], [30, -40], [1e6, 0]):
        X = np.vstack([moons.X, [stray]])
        found = suggest_eps(X)
        assert found.n_clusters == 2
        labels = DBSCAN(eps=found.eps, min_samples=found.min_samples).fit_predict(X)
        assert adjusted_rand_score(moons.target, labels[:-1]) > 0.98
        assert labels[-1] == -1


def test_units_rows_in_another_order_and_a_shift_do_not_matter():
    X = datasets.circles().X
    first = suggest_eps(X)
    again = suggest_eps(1024 * X[::-1] + 2**20)
    assert np.isclose(again.eps, 1024 * first.eps)
    assert again.counts.tolist() == first.counts.tolist()


def test_of_many_rows_a_part_is_looked_at_and_told():
    X = np.vstack([datasets.blobs(5000, random_state=3).X])
    found = suggest_eps(X, n_references=3)
    assert found.reason.startswith("On 2,000 of 5,000 rows drawn at random, ")
    assert (found.min_samples, found.n_drawn, found.min_samples_drawn) == (20, 2000, 8)
    other = suggest_eps(X, n_references=3, random_state=1)
    assert other.grid.tolist() != found.grid.tolist()


def test_all_rows_or_a_draw_are_clustered_as_the_reason_says():
    moons = datasets.moons(20_000)
    found = suggest_eps(moons.X)
    words = (
        "Cluster all rows with min_samples 80 and about ([0-9]+) MB of memory, or 2,000 drawn ones with min_samples 8,"
    )
    said = int(re.search(words, found.reason)[1])
    assert said == pytest.approx(dbscan_bytes(20_000, 2, count_neighbors(moons.X, found.eps).mean()) / 1e6, rel=0.1)
    whole = DBSCAN(eps=found.eps, min_samples=found.min_samples).fit_predict(moons.X)
    assert adjusted_rand_score(moons.target, whole) > 0.98
    drawn = moons.X[np.random.default_rng(7).choice(20_000, found.n_drawn, replace=False)]
    model = DBSCAN(eps=found.eps, min_samples=found.min_samples_drawn).fit(drawn)
    rest = predict_dbscan(moons.X, model.components_, model.labels_[model.core_sample_indices_], found.eps)
    assert adjusted_rand_score(moons.target, rest) > 0.95
    mixed = DBSCAN(eps=found.eps, min_samples=found.min_samples_drawn).fit_predict(moons.X)
    assert adjusted_rand_score(moons.target, mixed) < 0.5  # the draw's min_samples is no good for all rows


def test_what_there_is_no_radius_for_says_why():
    same = suggest_eps(np.ones((50, 2)))
    assert same.eps is None
    assert same.low is None
    assert same.reason == "Each row has 4 copies or more of itself: leave the copies out."
    line = suggest_eps(np.linspace(0, 1, 100)[:, None])
    assert line.reason == "No radius parts the rows into two clusters or more of at least 2 % of them."
    without = suggest_eps(datasets.noise(random_state=5).X)
    assert without.eps is None
    assert without.reason.endswith("no radius stands out.")
    assert without.n_clusters >= 2
    kept = suggest_eps(datasets.noise(random_state=5).X, n_references=0)
    assert kept.low < kept.eps < kept.high
    assert kept.reason.endswith("not compared with chance.")


def test_repeated_rows_do_not_end_the_rule():
    moons = np.round(datasets.moons(300).X, 1)  # most rows have more than three copies
    found = suggest_eps(moons, 4, n_references=2)
    assert found.n_clusters == 2
    assert (found.grid > 0).all()
    assert suggest_eps(np.repeat(moons, 4, axis=0), 4).reason == (
        "Each row has 4 copies or more of itself: leave the copies out."
    )


@pytest.mark.parametrize(("n", "d", "least"), [(300, 2, 6), (60, 40, 6), (20, 2, 4), (1000, 8, 16), (2000, 2, 8)])
def test_rows_to_a_core_by_columns_and_rows(n, d, least):
    assert suggest_eps(datasets.noise(n, n_features=d).X, n_references=0).min_samples == least


@pytest.mark.parametrize("wrong", [{"min_samples": 1}, {"min_samples": 51}, {"n_references": -1}])
def test_arguments_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="min_samples must be from 2 to the 50 rows"):
        suggest_eps(np.arange(100.0).reshape(50, 2), **wrong)
