"""General sentences of notebooks 00 and 01, proved on three more seeds or fresh draws."""

import functools
import warnings
from collections import namedtuple
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from course import cell_with
from proving import says
from scipy.cluster.vq import kmeans, kmeans2
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, rand_score

from helpers import datasets


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


@functools.cache
def _lloyd():
    """The functions of notebook 01, as it defines them, and its X."""
    space = {"np": np, "namedtuple": namedtuple, "datasets": datasets}
    steps = ("s1-start", "s2-assign", "s3-update", "s4-lloyd", "s10-plusplus", "s12-product")
    for id in steps:
        exec(cell_with(f"01-{id}").source, space)
    return SimpleNamespace(**space)


def _runs(starts):
    """Runs from some starts, with those that lose a centre."""
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):
        return [_lloyd().lloyd(_lloyd().X, start) for start in starts]


def _random_starts(seed, n):
    return [_lloyd().random_start(_lloyd().X, 4, 10_000 * seed + i) for i in range(n)]


@says("01_lloyd_from_scratch", "## The objective never rises, and here is why")
def test_no_half_step_raises_the_objective_of_other_data(seed):
    rng, nb = np.random.default_rng(seed), _lloyd()
    for n, k, d in ((50, 2, 1), (400, 5, 2), (300, 8, 10)):
        X = rng.random((n, d)) ** 3
        halves = []
        for step in nb.lloyd(X, nb.plusplus_start(X, k, seed)):
            moved = nb.update(X, step.labels, k)
            halves += [step.objective, ((X - moved[step.labels]) ** 2).sum()]
        assert len(halves) > 2
        assert (np.diff(halves) <= 1e-9).all()


@says("01_lloyd_from_scratch", "## From the same start, scikit-learn gives the same labels")
def test_scikit_learn_gives_the_same_labels_from_other_starts(seed):
    starts = _random_starts(seed, 20)
    whole = [(start, run[-1]) for start, run in zip(starts, _runs(starts), strict=True) if run[-1].objective > 0]
    assert len(whole) >= 15  # the others lose a centre
    for start, end in whole:
        model = KMeans(n_clusters=4, init=start, n_init=1, tol=0).fit(_lloyd().X)
        assert np.array_equal(model.labels_, end.labels)


@says("01_lloyd_from_scratch", "it is a better start, not a guarantee")
def test_with_other_seeds_too_k_means_plusplus_ends_better_but_not_always_well(seed):
    drawn = _random_starts(seed, 200)
    spread = [_lloyd().plusplus_start(_lloyd().X, 4, 10_000 * seed + i) for i in range(200)]
    runs, others = _runs(drawn), _runs(spread)
    best = np.nanmin([run[-1].objective for run in runs])
    reached, more = (np.mean([run[-1].objective < best * 1.0001 for run in many]) for many in (runs, others))
    assert 0.4 < reached < 0.65
    assert reached + 0.1 < more < 1
    assert np.median([run[0].objective for run in others]) < np.median([run[0].objective for run in runs]) / 5


@says("01_lloyd_from_scratch", "and the next step throws all rows to one of them; and so on for ever")
def test_a_run_with_an_empty_centre_never_settles(seed):
    start = _random_starts(seed, 1)[0]
    start[seed] = (1000, 1000)  # no row is nearest to this one
    (steps,) = _runs([start])
    assert len(steps) == 100
    for before, step in pairwise(steps[1:]):
        assert np.isnan(step.objective)
        assert len(set(step.labels)) == 1
        assert step.labels[0] != before.labels[0]


@says("01_lloyd_from_scratch", "k clusters as a rule; where rows repeat, perhaps fewer, with a warning")
def test_the_three_libraries_treat_an_empty_centre_as_the_table_says(seed):
    start = _random_starts(seed, 1)[0]
    start[seed] = (1000, 1000)
    with warnings.catch_warnings(action="error"):
        assert len(kmeans(_lloyd().X, start)[0]) == 3
        assert len(np.unique(KMeans(4, init=start, n_init=1).fit_predict(_lloyd().X))) == 4
    with pytest.warns(UserWarning, match="clusters is empty"):
        kept, labels = kmeans2(_lloyd().X, start, minit="matrix")
    assert kept[seed].tolist() == [1000, 1000]
    assert seed not in labels
    rng = np.random.default_rng(seed)
    for _ in range(100):  # no row twice, and starts of which some are far from all rows
        rows, start = 5 * rng.random((7, 1)), rng.integers(-40, 5, (3, 1)).astype(float)
        assert len(np.unique(KMeans(3, init=start, n_init=1).fit_predict(rows))) == 3
    rows, start = rng.permutation([0.0, 0, 4, 4, 3, 0, 3]), np.array([-2.0, -38, -5])
    stretch = rng.uniform(0.1, 10)
    with pytest.warns(ConvergenceWarning, match="distinct clusters"):
        found = KMeans(3, init=stretch * start[:, np.newaxis], n_init=1).fit_predict(stretch * rows[:, np.newaxis])
    assert len(np.unique(found)) == 2


@says("01_lloyd_from_scratch", "The ratio is the square of the width, whatever width the parameters cell has")
def test_the_stuck_end_is_worse_by_the_square_of_any_width(seed):
    for width in 2 * 500 ** np.random.default_rng(seed).random(50):  # 2 to 1000
        corners = np.array([(0, 0), (0, 1), (width, 0), (width, 1)])
        stuck, best = (_lloyd().lloyd(corners, corners[chosen])[-1].objective for chosen in ([0, 1], [0, 2]))
        assert np.isclose(stuck / best, width**2)


@says("01_lloyd_from_scratch", "small ones even below zero. So subtract the mean of each column first")
def test_far_from_the_origin_the_product_is_wrong_and_the_mean_mends_it(seed):
    nb = _lloyd()
    X = datasets.blobs(300, centers=4, std=0.8, random_state=seed).X
    centers = nb.random_start(X, 4, seed)
    truth, far = nb.distances_broadcast(X, centers), X + 1e8
    product = nb.distances_product(far, centers + 1e8)
    assert abs(product - truth).max() > 1
    assert product.min() < 0
    middle = far.mean(axis=0)
    assert np.allclose(nb.distances_product(far - middle, centers + 1e8 - middle), truth, atol=0.001)
