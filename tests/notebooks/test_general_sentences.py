"""General sentences of the notebooks, proved on three more seeds or fresh draws than the notebook shows.

Each proof names its sentence, as it stands; so a sentence that is changed asks for its proof again.
"""

import functools
import warnings

import numpy as np
import pytest
from course import prose_text
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, rand_score

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


@says("00_start_here", "Senseless labelings agree with the truth on more than half of the pairs.")
def test_shuffled_species_score_above_a_half_and_adjusted_near_zero(seed):
    species = datasets.load("penguins").target
    shuffled = [np.random.default_rng([seed, draw]).permutation(species) for draw in range(300)]
    assert min(rand_score(species, labels) for labels in shuffled) > 0.5
    assert abs(np.mean([adjusted_rand_score(species, labels) for labels in shuffled])) < 0.01


@says("00_start_here", "near 0 for chance, and can fall below 0")
def test_adjusted_rand_index_of_labels_drawn_at_random_is_near_zero_for_any_number_of_clusters(seed):
    rng = np.random.default_rng(seed)
    scores = np.array(
        [
            [adjusted_rand_score(rng.integers(0, k, 300), rng.integers(0, other, 300)) for _ in range(50)]
            for k, other in ((2, 2), (3, 8), (20, 5))
        ]
    )
    assert (abs(scores.mean(axis=1)) < 0.01).all()
    assert scores.min() < 0


@says("00_start_here", "k-means finds exactly as many clusters in the noise as you ask for, every time.")
def test_k_means_gives_as_many_clusters_of_noise_as_it_is_asked_for_without_a_warning(seed):
    noise = datasets.noise(300, random_state=seed).X
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for k in range(2, 11):
            assert len(np.unique(KMeans(n_clusters=k, n_init=1, random_state=seed).fit_predict(noise))) == k


def _empty_parts(panels):
    return [(np.histogram2d(*panel.T, bins=5)[0] == 0).sum() for panel in panels]


@says("00_start_here", "What gives the real one away is that it does not fill its square.")
def test_the_real_panel_has_the_most_empty_parts_in_other_line_ups(seed):
    panels, real = datasets.lineup(datasets.load("penguins").X[:, :2], random_state=100 + seed)
    empty = _empty_parts(panels)
    assert empty.pop(real) > max(empty)


@says("00_start_here", "a single round cloud would stand out among these panels as well")
def test_a_round_cloud_has_the_most_empty_parts_too(seed):
    cloud = np.random.default_rng(seed).normal(size=(333, 2))
    panels, hidden = datasets.lineup(cloud, random_state=100 + seed)
    empty = _empty_parts(panels)
    assert empty.pop(hidden) > max(empty)


# 01_lloyd_from_scratch


# 02_scipy_vq


# 03_image_codebook


# 04_sklearn_kmeans


# 05_how_many_clusters


# 06_dbscan


# 07_judging_clusterings


# 08_clustering_endpoint


# 09_bigger_data


# 10_published_experiments


# 11_capstone
