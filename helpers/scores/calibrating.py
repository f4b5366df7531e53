"""What an index gives for nothing: random clusterings of the same rows, and values measured against theirs."""

import numpy as np
from scipy.spatial.distance import pdist, squareform

from helpers.scores.aims import read_table


def random_clusterings(X, k, n=25, *, random_state=0):
    """Cluster the same rows without looking for clusters: what an index gives for nothing.

    Each begins with k random rows. Around these, either every row joins the nearest of them, or the clusters grow row
    by row: the row that is nearest to a cluster joins it, where nearest means to the cluster's nearest row, to its
    farthest, or on average over its rows.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    k : int
        Number of clusters, at least 2 and at most the number of rows. Compare a clustering with those of its own k.
    n : int
        How many of each of the four kinds.
    random_state : int
        Seed of the rows to begin with.

    Returns
    -------
    ndarray of int, shape (4 * n, n_samples)
        One clustering a row, each with k clusters.

    Raises
    ------
    ValueError
        If X is not a table of finite numbers or has more than 3,000 rows, or `k` or `n` is out of range.

    References
    ----------
    Akhanli and Hennig (2020), doi:10.1007/s11222-020-09958-2; randomclustersim in fpc.
    """
    X = read_table(X)
    if not 2 <= k <= len(X) or n < 1:
        raise ValueError(f"k must be from 2 to the number of rows, {len(X)}, and n at least 1, not {k} and {n}")
    distances, rng = squareform(pdist(X)), np.random.default_rng(random_state)
    starts = [rng.choice(len(X), k, replace=False) for _ in range(4 * n)]
    labelings = [_around(distances, seeds) for seeds in starts[:n]]
    for i, join in enumerate((_nearest, _farthest, _average), start=1):
        labelings += [_grown(distances, seeds, join) for seeds in starts[i * n : (i + 1) * n]]
    return np.array(labelings)


def calibrate(values, random_values, *, larger_is_better=True):
    """Say how many standard deviations a value lies above what random clusterings get; so indices may be added.

    Parameters
    ----------
    values : float or array_like
        An index of clusterings with one number of clusters.
    random_values : array_like of shape (n_clusterings,)
        The same index of `random_clusterings` with that number.
    larger_is_better : bool
        If not, the sign is turned, so that larger is better in what is returned.

    Returns
    -------
    float or ndarray
        Of the shape of `values`.

    Raises
    ------
    ValueError
        If the random values are fewer than two, not finite, or all the same.

    References
    ----------
    Akhanli and Hennig (2020), doi:10.1007/s11222-020-09958-2; cgrestandard in fpc, with useallmethods=FALSE.
    """
    random_values = np.asarray(random_values, dtype=float)
    if random_values.size < 2 or not np.isfinite(random_values).all() or not np.ptp(random_values) > 0:
        raise ValueError("the random values must be at least two finite numbers that are not all the same")
    above = (np.asarray(values, dtype=float) - random_values.mean()) / random_values.std(ddof=1)
    return above if larger_is_better else -above


def _around(distances, seeds):
    labels = distances[seeds].argmin(axis=0)
    labels[seeds] = np.arange(len(seeds))  # a repeated row would else go to its twin, and leave a cluster empty
    return labels


def _grown(distances, seeds, join):
    labels = np.full(len(distances), -1)
    labels[seeds] = np.arange(len(seeds))
    far, sizes = distances[seeds], np.ones(len(seeds))  # how far each row is from each cluster
    for _ in range(len(labels) - len(seeds)):
        cluster, row = divmod(int(np.where(labels < 0, far, np.inf).argmin()), len(labels))
        labels[row] = cluster
        sizes[cluster] += 1
        far[cluster] = join(far[cluster], distances[row], sizes[cluster])
    return labels


def _nearest(far, row, size):
    return np.minimum(far, row)


def _farthest(far, row, size):
    return np.maximum(far, row)


def _average(far, row, size):
    return far + (row - far) / size
