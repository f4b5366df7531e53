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


def inertia(X, codebook):
    """Sum of the squared distances of the rows to their nearest centres."""
    return (cdist(X, codebook).min(axis=1) ** 2).sum()


def _codebooks():
    rng = np.random.default_rng(0)
    return [(rng.normal(size=(40, d)), rng.normal(size=(k, d))) for d, k in ((2, 3), (1, 2), (5, 4))]


@cache
def _customers():
    X = datasets.load("customers").X
    codebook, _ = kmeans(whiten(X), 4, rng=0)
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


@cache
def _n_empty():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # kmeans2 warns of the very thing that is counted
        codebook, labels = kmeans2(whiten(_customers()[0]), K_EMPTY, minit="random", rng=0)
    return len(codebook) - len(np.unique(labels))


EXERCISES = {
    "02.1": Number(
        lambda: _distances().mean(),
        [
            Mistake(
                lambda: (_distances() ** 2).sum(),
                "this is the sum of the *squared* distances, which k-means minimises. scipy's distortion is another number: look at "
                "what vq returns for each row, and how kmeans summarises it.",
            ),
            Mistake(
                lambda: (_distances() ** 2).mean(),
                "you squared the distances before you averaged them. vq returns plain distances, and scipy's distortion leaves them plain.",
            ),
            Mistake(
                lambda: _distances().sum(),
                "this is the sum over all penguins. scipy's distortion does not grow with the number of rows.",
            ),
            Mistake(
                lambda: np.sqrt((_distances() ** 2).mean()),
                "this is the root of the mean square. Near, but scipy takes no squares at all.",
            ),
        ],
        tolerance=0.001,
        praise="right (within 0.1 %). One float for the whole codebook, in standard deviations.",
        otherwise="not yet. Whiten the penguins, take the codebook of kmeans with rng=0, and summarise the second thing that vq returns.",
    ),
    "02.2": Function(
        lambda: inertia,
        [
            Mistake(
                lambda: lambda X, codebook: cdist(X, codebook).min(axis=1).sum(),
                "your function adds up plain distances. k-means minimises the sum of their squares.",
            ),
            Mistake(
                lambda: lambda X, codebook: (cdist(X, codebook).min(axis=1) ** 2).mean(),
                "your function averages over the rows. The objective is the sum.",
            ),
            Mistake(
                lambda: lambda X, codebook: cdist(X, codebook).min(axis=1).sum() ** 2,
                "your function adds up first and squares the sum. Square each distance, then add.",
            ),
            Mistake(
                lambda: lambda X, codebook: inertia(X, kmeans(X, len(codebook), rng=0)[0]),
                "your function clusters again. Use the codebook that it is given: it may be any, good or bad.",
            ),
            Mistake(
                lambda: lambda X, codebook: cdist(X, codebook).min(axis=1).mean(),
                "this is scipy's distortion, the mean of the plain distances. Asked for is what k-means minimises.",
            ),
            Mistake(
                lambda: lambda X, codebook: (cdist(X, codebook) ** 2).sum(),
                "your function adds up the distances of each row to *every* centre. Only the nearest one counts.",
            ),
        ],
        cases=_codebooks,
        tolerance=0.001,
        praise="right, in one, two and five columns. scikit-learn calls this number inertia_.",
        otherwise="not yet. Per row: the distance to its nearest centre, squared; then add up over the rows. vq gives the first of these.",
    ),
    "02.3": Table(
        lambda: _customers()[1] * _customers()[0].std(axis=0),
        [
            Mistake(
                lambda: _customers()[1],
                "these centres are still in standard deviations: nobody is two years old and earns three a year. Undo what whiten did.",
            ),
            Mistake(
                lambda: _customers()[1] * _customers()[0].std(),
                "both columns were multiplied by one common number. Each column has a standard deviation of its own: axis=0.",
            ),
            Mistake(
                lambda: _customers()[1] / _customers()[0].std(axis=0),
                "whiten divided by the standard deviations; to undo it, do the opposite.",
            ),
            Mistake(
                lambda: _customers()[1] * _customers()[0].std(axis=0) + _customers()[0].mean(axis=0),
                "you added the means back, but whiten never subtracted them: it only divides.",
            ),
            Mistake(
                lambda: kmeans(_customers()[0], 4, rng=0)[0],
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
                lambda: LETTERS[int(restarts()[1].argmin())],
                "this end has the smallest sum of squares, the one that k-means is meant to find. scipy compares its restarts by "
                "another number: read the other axis.",
            ),
            Mistake(
                lambda: LETTERS[2],
                "this end has nearly the least sum of squares, but scipy does not look at that axis, and along the other one it is not first.",
            ),
            Mistake(
                lambda: LETTERS[0],
                "the first restart is not special: scipy keeps the best of them, by its own measure.",
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
                lambda: 0,
                "the codebook has all its rows, that is true, but rows of the codebook are not clusters with members. Count the labels "
                "that occur.",
            ),
            Mistake(
                lambda: K_EMPTY - _n_empty(),
                "this is how many clusters have members. Asked for are those that have none.",
            ),
            Mistake(
                lambda: K_EMPTY,
                "this is the length of the codebook, which kmeans2 never shortens. How many of its rows does no label name?",
            ),
        ],
        tolerance=0,
        praise="right. Nothing in the codebook's shape tells you; only the labels do.",
        otherwise="not yet. Compare the number of rows of the codebook with the number of different labels (numpy.unique).",
    ),
}
