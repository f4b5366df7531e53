"""Starting centres for k-means: k-means|| as Bahmani et al. (2012) describe it, and what it is compared with."""

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.metrics import pairwise_distances_argmin, pairwise_distances_argmin_min

from helpers.experiments.recipe import random_state


def random_rows(X, k, rng):
    """Take k rows at random, none twice; ndarray of shape (k, n_features)."""
    return X[rng.choice(len(X), k, replace=False)]


def plusplus(X, k, rng, *, greedy=False, weights=None):
    """Take k rows by k-means++; ndarray of shape (k, n_features).

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    k : int
    rng : numpy.random.Generator
    greedy : bool
        False draws each centre once, as Arthur and Vassilvitskii (2007) describe it. True draws several candidates
        and takes the best, as scikit-learn does by default.
    weights : ndarray of shape (n_samples,), optional
    """
    tries = None if greedy else 1
    return kmeans_plusplus(X, k, sample_weight=weights, n_local_trials=tries, random_state=random_state(rng))[0]


def squared_distances(X, centers):
    """Squared distance of each row to its nearest centre; ndarray of shape (n_samples,)."""
    return pairwise_distances_argmin_min(X, centers, metric="sqeuclidean")[1]


def oversample(X, factor, rounds, rng):
    """Choose more centres than are needed, many in each round.

    Starts with one row. In each round, every row is taken with probability ``factor * d / sum(d)``, at most 1, where
    d is its squared distance to what was taken before: `factor` rows are expected, and the far ones are likely.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    factor : float
        The paper's l.
    rounds : int
        The paper's r.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of shape (n_candidates, n_features)
    """
    taken = X[rng.integers(len(X), size=1)]
    distances = ((X - taken) ** 2).sum(axis=1)
    for _ in range(rounds):
        if not distances.any():  # every row has been taken, or lies on one that has
            break
        new = X[rng.random(len(X)) < factor * distances / distances.sum()]
        if len(new):
            taken = np.vstack([taken, new])
            distances = np.minimum(distances, squared_distances(X, new))
    return taken


def parallel(X, k, rng, *, factor, rounds=5, lloyd=True):
    """Find k starting centres by k-means||.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    k : int
    rng : numpy.random.Generator
    factor, rounds : float, int
        See `oversample`.
    lloyd : bool
        How the weighted candidates become k: by k-means++ and Lloyd's steps, or by k-means++ alone.

    Returns
    -------
    ndarray of shape (k, n_features)

    Raises
    ------
    ValueError
        If fewer than k different rows were taken.
    """
    taken = np.unique(oversample(X, factor, rounds, rng), axis=0)
    if len(taken) < k:
        raise ValueError(f"{rounds} rounds took {len(taken)} different rows, fewer than the {k} centres")
    weights = np.bincount(pairwise_distances_argmin(X, taken), minlength=len(taken)).astype(float)
    start = plusplus(taken, k, rng, weights=weights)
    return KMeans(k, init=start, n_init=1, tol=0).fit(taken, sample_weight=weights).cluster_centers_ if lloyd else start


def potential(X, start):
    """Run Lloyd's steps from a start until nothing moves (at most 1,000); the sum of squared distances."""
    return KMeans(len(start), init=start, n_init=1, tol=0, max_iter=1000).fit(X).inertia_
