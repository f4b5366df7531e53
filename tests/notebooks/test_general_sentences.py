"""General sentences of the notebooks, proved on three more seeds or fresh draws than the notebook shows.

Each proof names its sentence, as it stands; so a sentence that is changed asks for its proof again.
"""

import functools

import numpy as np
import pytest
from course import prose_text
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score
from sklearn.preprocessing import StandardScaler

from helpers import datasets

SEEDS = (1, 2, 3)


def says(notebook, sentence):
    """Mark the proof of a sentence: slow, once for each seed, and held to the notebook's words."""

    def mark(proof):
        @functools.wraps(proof)
        def held(seed):
            assert sentence in " ".join(prose_text(notebook).split())
            proof(seed)

        return pytest.mark.slow(pytest.mark.parametrize("seed", SEEDS)(held))

    return mark


# 00_start_here


# 01_lloyd_from_scratch


# 02_scipy_vq


# 03_image_codebook


# 04_sklearn_kmeans


@says("04_sklearn_kmeans", "One run of the default is often not the best one")
def test_one_run_of_the_default_often_misses_the_best(seed):
    X, _ = make_blobs(1500, centers=15, cluster_std=0.6, random_state=seed)
    default = np.array([KMeans(15, random_state=s).fit(X).inertia_ for s in range(40)])
    assert np.mean(default >= 1.01 * default.min()) > 0.25


@says("04_sklearn_kmeans", "And a better start is worth many runs.")
def test_one_run_from_a_better_start_beats_the_best_of_five_random_ones(seed):
    X, _ = make_blobs(1500, centers=15, cluster_std=0.6, random_state=seed)
    default = [KMeans(15, random_state=s).fit(X).inertia_ for s in range(40)]
    five = [KMeans(15, init="random", n_init=5, random_state=s).fit(X).inertia_ for s in range(20)]
    assert np.mean(default) < np.mean(five)


@says("04_sklearn_kmeans", "By the numbers, some fits agree with the first on hardly a penguin;")
def test_fits_differ_in_their_numbers_alone(seed):
    scaled = StandardScaler().fit_transform(datasets.load("penguins").X)
    fits = [KMeans(3, n_init=10, random_state=1000 * seed + s).fit_predict(scaled) for s in range(10)]
    assert min(np.mean(fits[0] == labels) for labels in fits[1:]) < 0.05
    assert min(adjusted_rand_score(fits[0], labels) for labels in fits[1:]) > 0.99


@says("04_sklearn_kmeans", "k-means does not *want* the truth, since the truth has the larger sum of squares")
def test_the_truth_has_the_larger_sum_of_squares(seed):
    rng = np.random.default_rng(seed)
    sizes = [500, 25]
    unequal_size = np.vstack([rng.normal((x, 0), 1, (n, 2)) for x, n in zip((0, 4.5), sizes, strict=True)])
    made = [each(random_state=seed) for each in (datasets.moons, datasets.stretched, datasets.unequal)]
    for X, target in [(data.X, data.target) for data in made] + [(unequal_size, np.repeat([0, 1], sizes))]:
        groups = [X[target == j] for j in np.unique(target)]
        truth = sum(((group - group.mean(axis=0)) ** 2).sum() for group in groups)
        assert KMeans(len(groups), n_init=10, random_state=0).fit(X).inertia_ < truth


@says("04_sklearn_kmeans", "It answers, without a word, and puts everyone into one cluster.")
def test_raw_rows_all_get_the_cluster_with_the_highest_income(seed):
    customers, visitors = datasets.load("customers").X, datasets.draw_customers(500, random_state=seed).X
    model = KMeans(4, n_init=10, random_state=seed).fit(StandardScaler().fit_transform(customers))
    assert set(model.predict(visitors)) == {model.cluster_centers_[:, 1].argmax()}


# 05_how_many_clusters


# 06_dbscan


# 07_judging_clusterings


# 08_clustering_endpoint


# 09_bigger_data


# 10_published_experiments


# 11_capstone
