"""Exercises of notebook 02, scipy's vq."""

import warnings
from functools import cache

import numpy as np
from scipy.cluster.vq import kmeans, kmeans2, vq, whiten
from scipy.spatial.distance import cdist

from helpers import datasets
from helpers.exercises.judging import Mistake, read_only
from helpers.exercises.kinds import Choice, Function, Number, Table

LETTERS = ("A", "B", "C", "D")
K_EMPTY = 40


@cache
def _distances():
    """Distance of each whitened penguin to its centre."""
    X = whiten(datasets.load("penguins").X)
    codebook, _ = kmeans(X, 3, rng=0)
    return vq(X, codebook)[1]


def _from_raw():
    X = datasets.load("penguins").X
    return kmeans(X, 3, rng=0)[1]


def parts(X, codebook):
    """Add up, cluster by cluster, the squared distances of the rows to their nearest centres."""
    return _by_cluster(X, codebook, lambda distances: (distances**2).sum())


def _by_cluster(X, codebook, summary):
    labels, distances = vq(X, codebook)
    return np.array([summary(distances[labels == j]) for j in range(len(codebook))])


def _to_own_means(X, codebook):
    labels, _ = vq(X, codebook)
    clusters = [X[labels == j] for j in range(len(codebook))]
    return np.array([(Y**2).sum() - (Y.sum(axis=0) ** 2).sum() / max(len(Y), 1) for Y in clusters])


def _codebooks():
    rng = np.random.default_rng(0)
    cases = [(rng.normal(size=(40, d)), rng.normal(size=(k, d))) for d, k in ((2, 3), (1, 2), (5, 4))]
    cases[0][1][-1] = 9  # the nearest centre of no row
    return cases


@cache
def _customers():
    X = datasets.load("customers").X
    codebook, _ = kmeans(whiten(X), 3, rng=0)
    return X, codebook


@cache
def restarts():
    """Make four different ends of k-means on one skewed set, in the order of their first appearance.

    Returns
    -------
    mean_distance, sum_of_squares : ndarray of shape (4,)
        Of the ends A, B, C and D.
    """
    X = np.random.default_rng(107).lognormal(size=(60, 2))
    ends = {}
    for seed in range(20):
        codebook, _ = kmeans(X, 3, iter=1, rng=seed)
        _, distances = vq(X, codebook)
        ends.setdefault(round(float((distances**2).sum()), 3), distances.mean())
    sums, means = np.array(list(ends))[: len(LETTERS)], np.array(list(ends.values()))[: len(LETTERS)]
    read_only(means, sums)
    return means, sums


def _n_empty(scale=whiten, **seed):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # kmeans2 warns of the very thing that is counted
        codebook, labels = kmeans2(scale(_customers()[0]), K_EMPTY, minit="random", **(seed or {"rng": 0}))
    return len(codebook) - len(np.unique(labels))


EXERCISES = {
    "02.1": Number(
        lambda: _distances().mean(),
        [
            Mistake(
                "sum of squares",
                lambda: (_distances() ** 2).sum(),
                "this is the sum of the *squared* distances, which k-means minimises. scipy's distortion is another number: look at "
                "what vq returns for each row, and how kmeans summarises it.",
            ),
            Mistake(
                "mean of squares",
                lambda: (_distances() ** 2).mean(),
                "you squared the distances before you averaged them. vq returns plain distances, and scipy's distortion leaves them plain.",
            ),
            Mistake(
                "sum of distances",
                lambda: _distances().sum(),
                "this is the sum over all penguins. scipy's distortion does not grow with the number of rows.",
            ),
            Mistake(
                "root mean square",
                lambda: np.sqrt((_distances() ** 2).mean()),
                "this is the root of the mean square. Near, but scipy takes no squares at all.",
            ),
            Mistake(
                "not whitened",
                _from_raw,
                "so large a mean distance is one of raw measurements, mostly of grams. Whiten the table first.",
            ),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). One float for the whole codebook, in standard deviations.",
        otherwise="not yet. Whiten the penguins, take the codebook of kmeans with rng=0, and summarise the second thing that vq returns.",
    ),
    "02.2": Function(
        lambda: parts,
        [
            Mistake(
                "plain distances",
                lambda: lambda X, codebook: _by_cluster(X, codebook, np.sum),
                "your function adds up plain distances. k-means minimises the sum of their squares.",
            ),
            Mistake(
                "mean of each cluster",
                lambda: lambda X, codebook: parts(X, codebook) / np.maximum(_by_cluster(X, codebook, len), 1),
                "your function averages over the rows of each cluster. The objective is a sum: a large cluster adds more.",
            ),
            Mistake(
                "divided by all rows",
                lambda: lambda X, codebook: parts(X, codebook) / len(X),
                "your function divides by the number of all rows. The objective is a sum, not a mean.",
            ),
            Mistake(
                "sum squared",
                lambda: lambda X, codebook: _by_cluster(X, codebook, np.sum) ** 2,
                "your function adds up first and squares the sum. Square each distance, then add.",
            ),
            Mistake(
                "root taken",
                lambda: lambda X, codebook: np.sqrt(parts(X, codebook)),
                "these are the roots of what each cluster adds. The objective takes no root.",
            ),
            Mistake(
                "rows counted everywhere",
                lambda: lambda X, codebook: (cdist(X, codebook) ** 2).sum(axis=0),
                "your function lets every row count for *every* centre. A row counts for its nearest one only.",
            ),
            Mistake(
                "from means, not codebook",
                lambda: _to_own_means,
                "your function measures from the mean of each cluster's rows. The codebook that it is given need not hold these means.",
            ),
            Mistake(
                "cluster sizes",
                lambda: lambda X, codebook: _by_cluster(X, codebook, len),
                "these are the numbers of rows in each cluster. How far they lie from their centre counts, too.",
            ),
        ],
        cases=_codebooks,
        aside="Wanted is one number for each row of the codebook, also for one that no row is nearest to.",
        tolerance=0.001,
        praise="right, in one, two and five columns, and with an empty cluster. The sum of these is what scikit-learn calls inertia_.",
        otherwise="not yet. Per row: the distance to its nearest centre, squared; then add up over the rows of each cluster, in the order "
        "of the codebook that your function is given. vq gives what you need.",
    ),
    "02.3": Table(
        lambda: _customers()[1] * _customers()[0].std(axis=0),
        [
            Mistake(
                "still whitened",
                lambda: _customers()[1],
                "these centres are still in standard deviations: nobody is two years old and earns three a year. Undo what whiten did.",
            ),
            Mistake(
                "one spread for all",
                lambda: _customers()[1] * _customers()[0].std(),
                "both columns were multiplied by one common number. Each column has a standard deviation of its own: axis=0.",
            ),
            Mistake(
                "divided again",
                lambda: _customers()[1] / _customers()[0].std(axis=0),
                "whiten divided by the standard deviations; to undo it, do the opposite.",
            ),
            Mistake(
                "means added back",
                lambda: _customers()[1] * _customers()[0].std(axis=0) + _customers()[0].mean(axis=0),
                "you added the means back, but whiten never subtracted them: it only divides.",
            ),
            Mistake(
                "clustered raw columns",
                lambda: kmeans(_customers()[0], 3, rng=0)[0],
                "these centres come from the raw columns, where income decides alone. Cluster the whitened ones, then translate the centres.",
            ),
        ],
        tolerance=0.01,
        any_order=True,
        praise="right (within 1 %, in any order). Now the crosses lie among the points.",
        otherwise="not yet. Labels come from vq, for the whitened rows; the codebook of whitened rows is in standard deviations, and each "
        "column has its own to undo.",
    ),
    "02.4": Choice(
        lambda: LETTERS[int(restarts()[0].argmin())],
        [
            Mistake(
                "smallest sum of squares",
                lambda: LETTERS[int(restarts()[1].argmin())],
                "this end has the smallest sum of squares, the one that k-means is meant to find. scipy compares its restarts by "
                "another number: read the other axis.",
            ),
            Mistake(
                "nearly the least squares",
                lambda: LETTERS[2],
                "this end has nearly the least sum of squares, but scipy does not look at that axis, and along the other one it is not first.",
            ),
            Mistake(
                "found first",
                lambda: LETTERS[0],
                "this end is first along neither axis. That it was found first does not count: scipy keeps the best restart, by its own measure.",
            ),
        ],
        letters=LETTERS,
        praise="right. It lies furthest to the left, although another one lies lower.",
        otherwise="not this one. Which of the two axes does kmeans use to compare its restarts, and which end is first along it?",
    ),
    "02.5": Number(
        _n_empty,
        [
            Mistake(
                "no empty cluster",
                lambda: 0,
                "with this start some clusters are empty. The codebook keeps a row for each all the same: count the labels that occur.",
            ),
            Mistake(
                "clusters with members",
                lambda: K_EMPTY - _n_empty(),
                "this is how many clusters have members. Asked for are those that have none.",
            ),
            Mistake(
                "length of the codebook",
                lambda: K_EMPTY,
                "this is the length of the codebook, which kmeans2 never shortens. How many of its rows does no label name?",
            ),
            Mistake(
                "seed instead of rng",
                lambda: _n_empty(seed=0),
                "seed=0 gives this number, but its draws are not those of rng=0. If you wrote rng=0, compare the labels that occur "
                "with the rows of the codebook.",
            ),
            Mistake(
                "raw columns",
                lambda: _n_empty(np.array),
                "the raw customers give this number. Whiten them first; if you did, compare the labels that occur with the rows of "
                "the codebook.",
            ),
        ],
        tolerance=0,
        praise="right. Nothing in the codebook's shape tells you; only the labels do.",
        otherwise="not yet. Compare the number of rows of the codebook with the number of different labels (numpy.unique).",
    ),
}
