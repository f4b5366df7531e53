"""Aims, random clusterings, DBCV and clusterwise Jaccard: by hand, as published, and what does not matter."""

import numpy as np
import pytest
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial.distance import squareform
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris, make_moons

from helpers import datasets
from helpers.scores import (
    calibrate,
    clusterwise_jaccard,
    dbcv,
    random_clusterings,
    separation_index,
    size_entropy,
    validity,
    widest_gap,
    within_distance,
)
from helpers.scores.calibrating import _around, _average, _farthest, _grown, _nearest

LINE = np.array([[0.0], [1.0], [3.0], [10.0], [14.0]])
HALVES = np.array([0, 0, 0, 1, 1])
INDICES = (within_distance, separation_index, widest_gap, dbcv)
MOONS = datasets.moons()


# --- indices of single aims


def test_indices_by_hand():
    # distances inside: 1, 3, 2 and 4, means 2 and 4, three rows and two
    assert within_distance(LINE, HALVES) == pytest.approx((3 * 2 + 2 * 4) / 5)
    # edges of the trees: 1, 2 and 4
    assert widest_gap(LINE, HALVES) == 4
    assert size_entropy(HALVES) == pytest.approx(-(0.6 * np.log2(0.6) + 0.4 * np.log2(0.4)))


@pytest.mark.parametrize(
    ("share", "nearest"),  # to the other cluster: 10, 9, 7 and 7, 11
    [(0.1, [7, 7]), (0.3, [7, 7]), (0.5, [7, 9, 7]), (1, [7, 9, 10, 7, 11])],
)
def test_separation_takes_the_nearest_rows_of_each_cluster(share, nearest):
    assert separation_index(LINE, HALVES, share=share) == pytest.approx(np.mean(nearest))


def test_a_share_that_rounding_puts_above_a_whole_number_takes_no_row_more():
    X = np.concatenate([-np.arange(1.0, 51), [1.0]])[:, np.newaxis]
    assert 0.14 * 50 > 7
    # the seven nearest are 2 to 8 away from the other cluster, its one row is 2 away
    assert separation_index(X, [0] * 50 + [1], share=0.14) == pytest.approx((sum(range(2, 9)) + 2) / 8)


def test_values_that_fpc_prints():
    # fpc::cluster.stats of two clusters of 160 and 60 rows prints $entropy 0.5859526, not divided by its maximum
    assert size_entropy([0] * 160 + [1] * 60) * np.log(2) == pytest.approx(0.5859526, abs=5e-8)
    # $cwidegap of k-means with three clusters on scale(iris[, -5]), from memory of a much-read tutorial
    X = load_iris().data
    X = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    labels = KMeans(3, n_init=10, random_state=0).fit_predict(X)
    gaps = [widest_gap(X, np.where(labels == k, 0, -1)) for k in range(3)]
    assert sorted(gaps) == pytest.approx([0.7824508, 0.9432249, 1.3892251], abs=5e-8)
    assert widest_gap(X, labels) == max(gaps)


def test_clusters_of_one_row_have_no_distance_and_no_gap():
    assert within_distance(LINE, range(5)) == 0
    assert widest_gap(LINE, range(5)) == 0
    assert within_distance(LINE, [0, 0, 0, 1, 2]) == 2


@pytest.mark.parametrize("index", INDICES[:3])
def test_noise_is_in_no_cluster(index):
    X = np.insert(LINE, 3, 6.0, axis=0)
    assert index(X, np.insert(HALVES, 3, -1)) == index(LINE, HALVES)
    assert size_entropy([*HALVES, -1, -1]) == size_entropy(HALVES)


@pytest.mark.parametrize("index", INDICES)
def test_order_names_and_place_do_not_matter_and_units_as_they_should(index):
    rng = np.random.default_rng(0)
    labels = KMeans(4, n_init=1, random_state=0).fit_predict(MOONS.X)
    value, order = index(MOONS.X, labels), rng.permutation(300)
    angle = np.array([[0.6, 0.8], [-0.8, 0.6]])
    assert index(MOONS.X[order], labels[order]) == pytest.approx(value)
    assert index(MOONS.X, np.array([7, 3, 0, 5])[labels]) == pytest.approx(value)
    assert index(MOONS.X @ angle + (3, -5), labels) == pytest.approx(value)
    assert index(MOONS.X * 1000, labels) == pytest.approx(value * (1 if index is dbcv else 1000))


@pytest.mark.parametrize(("index", "sign"), list(zip(INDICES, (-1, 1, -1, 1), strict=True)))
def test_labels_dealt_out_at_random_are_worse_than_the_moons(index, sign):
    dealt = np.random.default_rng(0).permutation(MOONS.target)
    assert sign * index(MOONS.X, MOONS.target) > sign * index(MOONS.X, dealt)


# --- random clusterings


@pytest.mark.parametrize(
    ("third", "labels"),
    [
        # 3.4 is 1.4 from the nearest row of {0, 2}, 3.4 from the farthest, 2.4 on average; and 2.6 from the row at 6
        (3.4, {_nearest: 0, _average: 0, _farthest: 1}),
        # 3.9: 1.9, 3.9 and 2.9; and 2.1 from the row at 6
        (3.9, {_nearest: 0, _average: 1, _farthest: 1}),
    ],
)
def test_clusters_grow_as_by_hand(third, labels):
    rows = np.array([0, 2, third, 6])
    distances = np.abs(rows[:, np.newaxis] - rows)
    for join, label in labels.items():
        assert _grown(distances, np.array([0, 3]), join).tolist() == [0, 0, label, 1]
    assert _around(distances, np.array([0, 3])).tolist() == [0, 0, 1, 1]


def test_random_clusterings_have_k_clusters_and_depend_on_the_seed_alone():
    first = random_clusterings(MOONS.X, 3, 4)
    assert first.shape == (16, 300)
    assert all(np.unique(labels).tolist() == [0, 1, 2] for labels in first)
    assert len(np.unique(first, axis=0)) == 16
    assert np.array_equal(first, random_clusterings(MOONS.X, 3, 4))
    assert not np.array_equal(first, random_clusterings(MOONS.X, 3, 4, random_state=1))


def test_repeated_rows_leave_no_cluster_empty():
    assert all(len(np.unique(labels)) == 3 for labels in random_clusterings(np.zeros((6, 2)), 3, 5))


def test_calibrated_by_hand():
    assert calibrate(4, [1, 2, 3]) == pytest.approx(2)  # mean 2, standard deviation 1
    assert calibrate([4, 1], [1, 2, 3], larger_is_better=False) == pytest.approx([-2, 1])


def test_a_calibrated_index_has_no_unit():
    clusterings = random_clusterings(MOONS.X, 2, 5)
    values = [
        calibrate(widest_gap(u * MOONS.X, MOONS.target), [widest_gap(u * MOONS.X, one) for one in clusterings])
        for u in (1, 100)
    ]
    assert values[0] == pytest.approx(values[1])


def test_of_the_moons_separation_and_density_like_the_truth_and_compactness_likes_k_means():
    clusterings = random_clusterings(MOONS.X, 2, 10)
    halves = KMeans(2, n_init=10, random_state=0).fit_predict(MOONS.X)
    for index, larger, better, worse in (
        (separation_index, True, MOONS.target, halves),
        (dbcv, True, MOONS.target, halves),
        (within_distance, False, halves, MOONS.target),
    ):
        chance = [index(MOONS.X, one) for one in clusterings]
        high, low = (calibrate(index(MOONS.X, one), chance, larger_is_better=larger) for one in (better, worse))
        assert high > low + 1


# --- DBCV


def test_dbcv_by_hand():
    # harmonic means of the distances to the others: 3 / (1 + 1/2 + 1/3) = 18/11 at the ends, 3 / (1 + 1 + 1/2) = 6/5;
    # tree 0-1-2-3, its inner edge 6/5, its inner rows 1 and 2. Two rows have an edge of 1 and are both inner.
    X = np.array([[0.0], [1.0], [2.0], [3.0], [20.0], [21.0]])
    apart = 20 - 2
    values = (apart - 6 / 5) / apart, (apart - 1) / apart
    assert dbcv(X, [0, 0, 0, 0, 1, 1]) == pytest.approx((4 * values[0] + 2 * values[1]) / 6)
    # noise, and a cluster of one row, count among the rows and for nothing else
    X = np.vstack([X, [[10.0]], [[11.0]]])
    assert dbcv(X, [0, 0, 0, 0, 1, 1, -1, 5]) == pytest.approx((4 * values[0] + 2 * values[1]) / 8)


def test_dbcv_of_three_rows_has_no_inner_edge_and_takes_the_longest():
    # harmonic means 3/2, 4/3, 12/5: edges 3/2 and 12/5, one inner row, at 1
    X = np.array([[0.0], [1.0], [3.0], [20.0], [21.0]])
    assert dbcv(X, HALVES) == pytest.approx((3 * (19 - 12 / 5) / 19 + 2 * (19 - 1) / 19) / 5)


@pytest.mark.parametrize(
    ("X", "labels", "value"),  # of the authors' program in Matlab, as the tests of github.com/FelSiq/DBCV have them
    [
        ([[1, 1], [2, 2], [4, 4], [5, 5]], [1, 1, 2, 2], 0.75),
        ([[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]], [1, 1, 2, 2, 2], 0.694201697828989),
    ],
)
def test_dbcv_is_that_of_the_authors_program(X, labels, value):
    assert dbcv(X, labels, metric="sqeuclidean") == pytest.approx(value)


def test_dbcv_is_that_of_hdbscan_where_the_tree_leaves_no_choice():
    X = np.array([[0.0], [1], [3], [4.5], [20], [21], [23.5], [24], [29]])
    assert dbcv(X, [0, 0, 0, 0, 1, 1, 1, 1, 1]) == pytest.approx(0.8734567901234569)  # hdbscan 0.8.44
    # Of two rows, the authors' program takes both for inner, hdbscan the first alone (0.6137 here). In units of a step,
    # 2 sqrt(2): edges 1 in the pair, and 1 / sqrt((1 + 1/4) / 2) = sqrt(8/5) in the three; apart 2.
    X = np.arange(1.0, 11).reshape(5, 2)
    assert dbcv(X, [1, 1, 2, 2, 2]) == pytest.approx((2 * (2 - 1) / 2 + 3 * (2 - np.sqrt(8 / 5)) / 2) / 5)


def by_loops(X, labels):
    """DBCV as its definition reads, pair by pair; edges of equal length are taken by the denser of their rows."""
    n_features, inner, sparse = X.shape[1], [], []
    for k in np.unique(labels):
        rows = X[labels == k]
        far = [[float(np.linalg.norm(a - b)) for b in rows] for a in rows]
        core = [
            np.mean([d**-n_features for j, d in enumerate(f) if j != i]) ** (-1 / n_features) for i, f in enumerate(far)
        ]
        pairs = [
            (max(far[i][j], core[i], core[j]), min(core[i], core[j]), i, j) for i in range(len(rows)) for j in range(i)
        ]
        tree, joined = [], [{i} for i in range(len(rows))]
        for length, _, i, j in sorted(pairs):
            if joined[i] is not joined[j]:
                tree.append((length, i, j))
                joined[i] |= joined[j]
                for row in joined[i]:
                    joined[row] = joined[i]
        ends = [end for _, *edge in tree for end in edge]
        inside = [i for i in range(len(rows)) if ends.count(i) > 1]
        inner.append([(rows[i], core[i]) for i in inside])
        sparse.append(max(length for length, i, j in tree if i in inside and j in inside))
    total = 0
    for k, size in enumerate(np.bincount(labels)):
        others = [one for j, rows in enumerate(inner) if j != k for one in rows]
        apart = min(max(np.linalg.norm(a - b), c, d) for a, c in inner[k] for b, d in others)
        total += size * (apart - sparse[k]) / max(apart, sparse[k])
    return total / len(X)


@pytest.mark.parametrize("n_features", [1, 2, 4])
@pytest.mark.parametrize("shift", [0, 3])
def test_dbcv_is_that_of_plain_loops(n_features, shift):
    rng = np.random.default_rng(n_features)
    labels = rng.permutation(np.repeat([0, 1, 2], [20, 25, 15]))
    X = rng.normal(size=(60, n_features)) + shift * labels[:, np.newaxis]
    assert dbcv(X, labels) == pytest.approx(by_loops(X, labels))


def tree_of_scipy(reach, _):
    """Leave the choice among edges of equal length to scipy, which takes what comes first."""
    one, two = minimum_spanning_tree(np.triu(squareform(reach), 1)).nonzero()
    return squareform(np.arange(len(reach)))[one, two]


def moons(n, n_noise=0):
    """Moons as in the manual of FelSiq/DBCV, with noise rows around them."""
    X, labels = make_moons(n, noise=0.05, random_state=1782)
    box = np.quantile(X, (0, 1), axis=0)
    strays = np.random.RandomState(1082).uniform(*box, size=(n_noise, 2))
    return np.vstack([X, strays]), np.append(labels, np.full(n_noise, -1))


@pytest.mark.parametrize(
    ("n", "n_noise", "published", "hdbscan"),  # the manual of FelSiq/DBCV; validity_index of hdbscan 0.8.44
    [(300, 0, 0.8545358723390613, 0.3974179930708135), (500, 100, 0.7545431212217051, 0.4248468750409505)],
)
def test_dbcv_is_as_published_on_the_tree_that_others_take(monkeypatch, n, n_noise, published, hdbscan):
    X, labels = moons(n, n_noise)
    ours = dbcv(X, labels)
    monkeypatch.setattr(validity, "_spanning_tree", tree_of_scipy)
    assert dbcv(X, labels, metric="sqeuclidean") == pytest.approx(published, abs=1e-9)
    assert dbcv(X, labels) == pytest.approx(hdbscan)
    # what the docstring says of ties: this tree gives another value in another order of the rows
    order = np.random.default_rng(0).permutation(len(X))
    assert abs(dbcv(X[order], labels[order]) - hdbscan) > 0.005
    monkeypatch.undo()
    assert dbcv(X[order], labels[order]) == pytest.approx(ours)


def test_a_repeated_row_is_the_limit_of_two_that_come_near():
    X, labels = np.vstack([MOONS.X, MOONS.X[:1]]), np.append(MOONS.target, MOONS.target[0])
    near = X.copy()
    near[-1] += 1e-9
    assert dbcv(X, labels) == pytest.approx(dbcv(near, labels), abs=1e-6)
    assert dbcv(np.repeat([[0.0], [5.0]], 3, axis=0), [0, 0, 0, 1, 1, 1]) == 1
    assert dbcv(np.zeros((4, 2)), [0, 0, 1, 1]) == 0


def test_fewer_than_two_clusters_of_two_rows_are_worth_nothing():
    assert dbcv(LINE, [0, 1, 2, 3, 4]) == 0
    assert dbcv(LINE, [0, 0, 0, 0, 1]) == 0


def test_many_columns_overflow_nothing():
    X = np.random.default_rng(0).normal(size=(60, 800)) * 1e100
    X[30:] *= 1 + 1e-3
    assert -1 <= dbcv(X, np.repeat([0, 1], 30)) <= 1


# --- clusterwise Jaccard


def test_one_cluster_of_all_is_as_like_each_as_each_has_rows():
    found = clusterwise_jaccard(MOONS.X, MOONS.target, lambda rows: np.zeros(len(rows), int), n_boot=20)
    assert found.shape == (20, 2)
    assert np.allclose(found.sum(axis=1), 1)
    assert np.unique(found[:, 0]).size > 10


def test_jaccard_is_that_of_sets():
    labels = np.where(np.arange(300) % 10 == 0, -1, MOONS.target)
    drawn = []

    def cluster(rows):
        drawn.append([int(np.flatnonzero((row == MOONS.X).all(axis=1))[0]) for row in rows])
        return KMeans(3, n_init=1, random_state=0).fit_predict(rows)

    found = clusterwise_jaccard(MOONS.X, labels, cluster, n_boot=3)
    for values, rows in zip(found, drawn, strict=True):
        assert len(rows) == len(set(rows)) < 250  # about 1 - 1/e of them, each once
        again = KMeans(3, n_init=1, random_state=0).fit_predict(MOONS.X[rows])
        new = [{row for row, label in zip(rows, again, strict=True) if label == k} for k in range(3)]
        old = [{row for row in rows if labels[row] == k} for k in range(2)]
        assert values == pytest.approx([max(len(a & b) / len(a | b) for b in new) for a in old])


def test_clusters_that_are_found_again_get_1_and_only_noise_gets_0():
    X = datasets.blobs(120, centers=3).X
    assert clusterwise_jaccard(X, (X[:, 0] > 0).astype(int), lambda rows: (rows[:, 0] > 0) * 1, n_boot=5).min() == 1
    assert clusterwise_jaccard(X, [0] * 120, lambda rows: np.full(len(rows), -1), n_boot=2).max() == 0


# --- errors


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: separation_index(LINE, HALVES, share=0), "share must be above 0"),
        (lambda: separation_index(LINE, [0] * 5), "at least 2 clusters"),
        (lambda: dbcv(LINE, [0, 0, -1, -1, -1]), "at least 2 clusters besides noise"),
        (lambda: size_entropy([3, 3]), "at least 2 clusters"),
        (lambda: widest_gap(LINE, [-1] * 5), "at least 1 cluster"),
        (lambda: widest_gap(LINE, HALVES[:4]), "one for each of 5 rows, not 4"),
        (lambda: widest_gap(LINE, HALVES / 2), "whole number"),
        (lambda: widest_gap(LINE, HALVES[:, np.newaxis]), "shape"),
        (lambda: within_distance([[0.0], [np.nan]], [0, 0]), "row 1, is missing"),
        (lambda: dbcv(np.zeros((3001, 1)), [0] * 3001), "draw at most 3,000"),
        (lambda: dbcv(LINE, HALVES, metric="cosine"), "metric must be euclidean or sqeuclidean"),
        (lambda: random_clusterings(LINE, 6), "from 2 to the number of rows, 5"),
        (lambda: random_clusterings(LINE, 2, 0), "n at least 1"),
        (lambda: calibrate(1, [2, 2, 2]), "not all the same"),
        (lambda: calibrate(1, [2, np.nan]), "finite"),
        (lambda: clusterwise_jaccard(LINE, HALVES, len, n_boot=1), "whole number for each row"),
        (lambda: clusterwise_jaccard(LINE, HALVES, None, n_boot=0), "n_boot must be at least 1"),
    ],
)
def test_errors_say_what_to_do(call, words):
    with pytest.raises(ValueError, match=words):
        call()
