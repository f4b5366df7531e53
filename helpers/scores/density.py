"""How dense the rows lie: distances to the k-th neighbour, a sweep over eps, and what DBSCAN will need in memory.

Distances are Euclidean unless another metric is named; "haversine" takes latitude and longitude in radians, and its
distances are angles in radians.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.neighbors import BallTree

from helpers.scores._table import as_table

INDEX_BYTES = 8  # a neighbour is kept as one 64-bit index
ROW_BYTES = 250  # of a row's own list, however short
# Measured with scikit-learn 1.9. As much again as the lists of neighbours is taken by the stack of rows that are still
# to be visited while a cluster grows.
COPIES = 2
# Above this number of columns it compares every row with every other, in lists that double when they are full.
MAX_TREE_FEATURES, COPIES_WITHOUT_TREE = 15, 4


def k_distances(X, min_samples, *, metric="euclidean"):
    """Smallest eps at which each row is a core point, sorted: the distance to its neighbour number `min_samples`.

    The row itself counts as the first, as in `sklearn.cluster.DBSCAN`.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    min_samples : int
        From 1 to n_samples.
    metric : str
        One that ``sklearn.neighbors.BallTree`` knows.

    Returns
    -------
    ndarray of shape (n_samples,)
        In the units of X, ascending.

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, or `min_samples` is out of range.
    """
    X = as_table(X)
    if not 1 <= min_samples <= len(X):
        raise ValueError(f"min_samples must be from 1 to the {len(X)} rows, not {min_samples}")
    distances, _ = BallTree(X, metric=metric).query(X, k=min_samples)
    return np.sort(distances[:, -1])


def knee(values):
    """Value at which a rising curve bends most: where it is farthest below its chord.

    Parameters
    ----------
    values : array_like of shape (n_values,)
        Ascending, such as `k_distances`; at least three.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there are fewer than three values, they fall somewhere, or are all equal.

    References
    ----------
    Satopää, Albrecht, Irwin and Raghavan (2011), doi:10.1109/ICDCSW.2011.20, without its smoothing.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 3 or not (np.diff(values) >= 0).all() or values[0] == values[-1]:
        raise ValueError("a knee needs at least three values that rise")
    height = (values - values[0]) / (values[-1] - values[0])
    return float(values[np.argmax(np.linspace(0, 1, len(values)) - height)])


@dataclass(frozen=True, eq=False)  # arrays have no single truth to compare by
class EpsSweep:
    """What DBSCAN finds at each eps.

    Attributes
    ----------
    eps : ndarray of shape (n_eps,)
    n_clusters : ndarray of int, shape (n_eps,)
    noise : ndarray of shape (n_eps,)
        Share of all rows, from 0 to 1.
    labels : ndarray of int, shape (n_eps, n_samples)
        Cluster of each row; -1 is noise.
    """

    eps: np.ndarray
    n_clusters: np.ndarray
    noise: np.ndarray
    labels: np.ndarray


def eps_sweep(X, eps, *, min_samples=5, metric="euclidean", progress=iter):
    """Run DBSCAN at each eps.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    eps : sequence of float
        Radii above 0, in the units of X.
    min_samples : int
        At least 1; the row itself counts.
    metric : str
    progress : callable
        Wraps the radii that are worked on, e.g. ``tqdm.auto.tqdm``.

    Returns
    -------
    EpsSweep

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, or an argument is out of range.
    """
    X = as_table(X)
    eps = np.asarray(eps, dtype=float)
    if eps.ndim != 1 or not len(eps) or not (eps > 0).all():
        raise ValueError("eps must be a list of numbers above 0")
    labels = np.array([DBSCAN(eps=r, min_samples=min_samples, metric=metric).fit_predict(X) for r in progress(eps)])
    return EpsSweep(eps, n_clusters=labels.max(axis=1) + 1, noise=(labels == -1).mean(axis=1), labels=labels)


def count_neighbors(X, eps, *, n_sample=500, random_state=0, metric="euclidean"):
    """Count, for a random part of the rows, how many rows lie within eps, itself included.

    Their mean estimates the mean over all rows, in little time and no memory; see `dbscan_bytes`.

    Parameters
    ----------
    X : array_like of shape (n_samples, n_features)
    eps : float
        Above 0, in the units of X.
    n_sample : int
        Rows to look at, at least 1; all of them if there are fewer.
    random_state : int
        Seed of the draw.
    metric : str

    Returns
    -------
    ndarray of int, shape (min(n_sample, n_samples),)

    Raises
    ------
    ValueError
        If X is not a table of finite numbers, or `eps` or `n_sample` is out of range.
    """
    X = as_table(X)
    if not eps > 0 or n_sample < 1:
        raise ValueError("eps must be above 0, and n_sample at least 1")
    rng = np.random.default_rng(random_state)
    rows = rng.choice(len(X), min(n_sample, len(X)), replace=False)
    return BallTree(X, metric=metric).query_radius(X[rows], eps, count_only=True)


def dbscan_bytes(n_samples, n_features, mean_neighbors):
    """Estimate the memory that scikit-learn's DBSCAN takes for its lists of neighbours, which it holds all at once.

    On three kinds of data with 2, 8 and 20 columns it was 0.7 to 1.8 times what was used, wherever that was over 20 MB.

    Parameters
    ----------
    n_samples, n_features : int
    mean_neighbors : float
        Mean number of rows within eps of a row, itself included; ``count_neighbors(...).mean()`` estimates it.

    Returns
    -------
    float
        Bytes on top of the data.
    """
    copies = COPIES if n_features <= MAX_TREE_FEATURES else COPIES_WITHOUT_TREE
    return n_samples * (ROW_BYTES + INDEX_BYTES * copies * mean_neighbors)
